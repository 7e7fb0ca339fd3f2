/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* ECG pages as pictures and files: see ecgpage.h. */

#include "waveform/ecgpage.h"

#include "dicom/personname.h"

#include <cairo-pdf.h>
#include <math.h>
#include <string.h>

#define TAG_STUDY_DATE VITRAIL_TAG (0x0008, 0x0020)
#define TAG_ACQUIRED   VITRAIL_TAG (0x0008, 0x002a)
#define TAG_NAME       VITRAIL_TAG (0x0010, 0x0010)
#define TAG_ID         VITRAIL_TAG (0x0010, 0x0020)
#define POINTS_A_MM    (72 / 25.4)

/* --- words --- */

/* "20260131120405.5+0100" as 2026-01-31 12:04:05, as far as it goes (PS3.5 6.2,
 * DA and DT); any other text as it is. */
static char *
dup_time (const char *text)
{
  const size_t n = strspn (text, "0123456789");

  if (n < 8)
    return g_strdup (text);
  GString *time = g_string_new (NULL);
  g_string_printf (time, "%.4s-%.2s-%.2s", text, text + 4, text + 6);
  if (n >= 12)
    g_string_append_printf (time, " %.2s:%.2s", text + 8, text + 10);
  if (n >= 14)
    g_string_append_printf (time, ":%.2s", text + 12);
  return g_string_free (time, FALSE);
}

static void
add_word (GString *title, const char *word)
{
  if (word != NULL && *word != '\0')
    g_string_append_printf (title, "%s%s", title->len > 0 ? "   " : "", word);
}

char *
vitrail_ecg_dup_title (const VitrailDataSet *data_set)
{
  g_autofree char *name = vitrail_data_set_dup_string (data_set, TAG_NAME, 0);
  g_autofree char *id = vitrail_data_set_dup_string (data_set, TAG_ID, 0);
  g_autofree char *taken =
      vitrail_data_set_dup_string (data_set, TAG_ACQUIRED, 0);
  GString *title = g_string_new (NULL);

  if (taken == NULL)
    taken = vitrail_data_set_dup_string (data_set, TAG_STUDY_DATE, 0);
  g_autofree char *person = vitrail_person_name_format (name);
  g_autofree char *time = dup_time (taken != NULL ? taken : "");
  add_word (title, person);
  add_word (title, id);
  add_word (title, time);
  return g_string_free (title, FALSE);
}

/* --- surfaces --- */

static cairo_status_t
append (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

GBytes *
vitrail_ecg_to_pdf (const VitrailWaveform *waveform, const VitrailEcgLook *look)
{
  g_autoptr (GByteArray) file = g_byte_array_new ();
  cairo_surface_t *surface =
      cairo_pdf_surface_create_for_stream (append, file,
                                           VITRAIL_ECG_WIDTH * POINTS_A_MM,
                                           VITRAIL_ECG_HEIGHT * POINTS_A_MM);
  cairo_t *cr = cairo_create (surface);

  cairo_scale (cr, POINTS_A_MM, POINTS_A_MM);
  const gboolean drawn = vitrail_ecg_draw (cr, waveform, look) &&
                         cairo_status (cr) == CAIRO_STATUS_SUCCESS;
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  cairo_surface_destroy (surface);
  return drawn ? g_byte_array_free_to_bytes (g_steal_pointer (&file)) : NULL;
}

/* RGB of the page's words. */
static void
copy_pixels (const uint8_t *from, VitrailImage *image)
{
  uint8_t *to = image->data;

  for (gsize i = 0; i < (gsize) image->width * image->height; i++, to += 3) {
    guint32 pixel = 0;
    memcpy (&pixel, from + i * sizeof pixel, sizeof pixel);
    to[0] = (uint8_t) (pixel >> 16);
    to[1] = (uint8_t) (pixel >> 8);
    to[2] = (uint8_t) pixel;
  }
}

static gboolean
image_init (VitrailImage *self, double scale)
{
  self->width = (guint) fmax (round (VITRAIL_ECG_WIDTH * scale), 1);
  self->height = (guint) fmax (round (VITRAIL_ECG_HEIGHT * scale), 1);
  self->channels = 3;
  self->stride = (gsize) self->width * 3;
  self->data = g_try_malloc (self->stride * self->height);
  return self->data != NULL;
}

gboolean
vitrail_ecg_make_image (const VitrailWaveform *waveform,
                        const VitrailEcgLook *look,
                        guint width,
                        guint height,
                        VitrailImage *image)
{
  const double scale =
      fmin (width / VITRAIL_ECG_WIDTH, height / VITRAIL_ECG_HEIGHT);
  g_auto (VitrailImage) made = { 0 };

  if (!image_init (&made, scale))
    return FALSE;
  const gsize stride = (gsize) made.width * sizeof (guint32);
  g_autofree uint8_t *pixels = g_try_malloc (stride * made.height);
  const VitrailEcgPicture picture = { made.width, made.height, stride, pixels,
                                      NULL };
  if (pixels == NULL || !vitrail_ecg_paint (waveform, look, &picture))
    return FALSE;
  copy_pixels (pixels, &made);
  *image = made;
  made = (VitrailImage){ 0 };
  return TRUE;
}
