/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* ECG pages as files: see renderecg.h. */

#include "renderecg.h"

#include "error.h"
#include "waveform/ecgpage.h"

#define PIXELS_A_MM    8
#define JPEG_QUALITY   90
#define DEFAULT_LAYOUT VITRAIL_ECG_3X4_1

gboolean
vitrail_render_is_ecg (VitrailInstance *instance)
{
  return vitrail_waveform_is_there (vitrail_instance_get_data_set (instance));
}

static gboolean
parse_filter (const char *text, VitrailWaveFilter *filter)
{
  double numbers[3] = { 0 };
  g_auto (GStrv) words = g_strsplit (text != NULL ? text : "0,0", ",", 4);
  const guint n = g_strv_length (words);

  if (n < 2 || n > 3)
    return FALSE;
  for (guint i = 0; i < n; i++) {
    char *end = NULL;
    numbers[i] = g_ascii_strtod (words[i], &end);
    if (end == words[i] || *end != '\0')
      return FALSE;
  }
  *filter = (VitrailWaveFilter){ numbers[0], numbers[1], numbers[2] };
  return vitrail_wave_filter_is_valid (filter);
}

const char *
vitrail_render_ecg_find_wrong (const VitrailRenderEcg *self)
{
  VitrailEcgLayout layout = DEFAULT_LAYOUT;

  if (self->layout != NULL && !vitrail_ecg_layout_parse (self->layout, &layout))
    return "--layout is 3x4, 3x4+1, 6x2 or 12x1";
  if (!(self->speed >= 0.1 && self->speed <= 1000))
    return "--speed is 0.1 to 1000 mm/s";
  if (!(self->gain >= 0.1 && self->gain <= 1000))
    return "--gain is 0.1 to 1000 mm/mV";
  VitrailWaveFilter filter;
  if (!parse_filter (self->filter, &filter))
    return "--filter is HIGH,LOW or HIGH,LOW,NOTCH in Hz, 0 for none";
  return NULL;
}

static GBytes *
make_picture (const VitrailRenderEcg *self,
              const VitrailWaveform *waveform,
              const VitrailEcgLook *look,
              GError **error)
{
  g_auto (VitrailImage) image = { 0 };
  const guint width =
      self->width > 0 ? self->width : (guint) VITRAIL_ECG_WIDTH * PIXELS_A_MM;
  const guint height =
      self->width > 0 ? self->height : (guint) VITRAIL_ECG_HEIGHT * PIXELS_A_MM;

  if (!vitrail_ecg_make_image (waveform, look, width, height, &image))
    return NULL;
  return self->jpeg ? vitrail_image_to_jpeg (&image, JPEG_QUALITY, error)
                    : vitrail_image_to_png (&image, error);
}

GBytes *
vitrail_render_ecg (const VitrailRenderEcg *self,
                    VitrailInstance *instance,
                    GError **error)
{
  const char *name = vitrail_instance_get_name (instance);
  VitrailDataSet *data_set = vitrail_instance_get_data_set (instance);
  g_autofree char *title = vitrail_ecg_dup_title (data_set);
  g_autoptr (GError) failed = NULL;
  g_autoptr (VitrailWaveform) waveform =
      vitrail_waveform_new (data_set, &failed);
  VitrailEcgLayout layout = DEFAULT_LAYOUT;
  VitrailWaveFilter filter;
  (void) vitrail_ecg_layout_parse (self->layout, &layout);
  (void) parse_filter (self->filter, &filter);
  if (waveform == NULL) {
    g_set_error (error, VITRAIL_ERROR, failed->code, "%s: %s", name,
                 failed->message);
    return NULL;
  }
  g_autofree char *measured = vitrail_ecg_dup_measured (waveform, 0);
  const VitrailEcgLook look = { .layout = layout,
                                .speed = self->speed,
                                .gain = self->gain,
                                .title = title,
                                .measured = measured,
                                .filter = filter };
  GBytes *file = self->pdf ? vitrail_ecg_to_pdf (waveform, &look)
                           : make_picture (self, waveform, &look, &failed);
  if (file == NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT, "%s: %s", name,
                 failed != NULL ? failed->message : "no memory for the page");
  return file;
}
