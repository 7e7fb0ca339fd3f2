/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rendering: see render.h. */

#include "render.h"

#include "error.h"
#include "framestore.h"
#include "gif.h"
#include "limits.h"
#include "pixel/colormap.h"
#include "pixel/icc.h"
#include "waveform/ecgpage.h"

#include <math.h>
#include <string.h>

#define MAX_SIDE_PX 8192
/* Four pixels a millimetre. */
#define PAGE_WIDTH_PX  1188
#define PAGE_HEIGHT_PX 840

static const char *const picture_types[] = { "image/jpeg", "image/png",
                                             "image/gif", "video/mp4", NULL };

static gboolean
fail (GError **error, const char *key, const char *reason)
{
  g_set_error (error, VITRAIL_HTTP_ERROR, 400, "%s: %s", key, reason);
  return FALSE;
}

/* Up to @max comma-separated numbers; returns how many, -1 when one is not a
 * number or there are more. An empty one keeps what @numbers holds. */
static int
parse_numbers (const char *text, double *numbers, int max)
{
  g_auto (GStrv) words = g_strsplit (text, ",", max + 1);
  int n = (int) g_strv_length (words);

  if (n > max)
    return -1;
  for (int i = 0; i < n; i++) {
    char *end = NULL;
    if (*words[i] == '\0')
      continue;
    double value = g_ascii_strtod (words[i], &end);
    if (*end != '\0' || !isfinite (value))
      return -1;
    numbers[i] = value;
  }
  return n;
}

static gboolean
parse_viewport (VitrailRenderOptions *self, const char *text, GError **error)
{
  double numbers[6] = { 0 };
  int n = parse_numbers (text, numbers, 6);

  if (n != 2 && n != 6)
    return fail (error, "viewport", "takes w,h or w,h,sx,sy,sw,sh");
  if (numbers[0] < 1 || numbers[1] < 1 || numbers[0] > MAX_SIDE_PX ||
      numbers[1] > MAX_SIDE_PX)
    return fail (error, "viewport", "sides must be 1 to 8192 pixels");
  self->width = (guint) numbers[0];
  self->height = (guint) numbers[1];
  if (n == 6) {
    memcpy (self->region, numbers + 2, sizeof self->region);
    self->has_region = TRUE;
    for (int i = 0; i < 4; i++)
      if (fabs (self->region[i]) > 1e6)
        return fail (error, "viewport", "region out of range");
  }
  return TRUE;
}

static gboolean
parse_function (VitrailRenderOptions *self, const char *name, GError **error)
{
  static const struct {
    const char *name;
    VitrailVoiFunction function;
  } functions[] = {
    { "linear", VITRAIL_VOI_LINEAR },
    { "linear-exact", VITRAIL_VOI_LINEAR_EXACT },
    { "linear_exact", VITRAIL_VOI_LINEAR_EXACT },
    { "sigmoid", VITRAIL_VOI_SIGMOID },
  };

  for (guint i = 0; i < G_N_ELEMENTS (functions); i++)
    if (g_ascii_strcasecmp (functions[i].name, name) == 0) {
      self->presentation.function = functions[i].function;
      return TRUE;
    }
  return fail (error, "window", "function is linear, linear-exact or sigmoid");
}

static gboolean
parse_window (VitrailRenderOptions *self, const char *text, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, ",", 3);
  guint n = g_strv_length (words);
  double numbers[2] = { NAN, NAN };

  if (n < 2)
    return fail (error, "window", "takes centre,width[,function]");
  g_autofree char *both = g_strconcat (words[0], ",", words[1], NULL);
  if (parse_numbers (both, numbers, 2) != 2 || !isfinite (numbers[0]) ||
      !isfinite (numbers[1]) || numbers[1] <= 0)
    return fail (error, "window", "takes centre,width with a positive width");
  self->presentation.has_window = TRUE;
  self->presentation.window_center = numbers[0];
  self->presentation.window_width = numbers[1];
  return n < 3 || parse_function (self, words[2], error);
}

/* Ours, beside what PS3.18 has: voi counts from 1. */
static gboolean
parse_presentation (VitrailRenderOptions *self,
                    const VitrailRequest *request,
                    GError **error)
{
  const char *voi = vitrail_request_get_query (request, "voi");
  const char *colormap = vitrail_request_get_query (request, "colormap");
  guint64 number = 1;

  if (voi != NULL &&
      !g_ascii_string_to_unsigned (voi, 10, 1, G_MAXUINT, &number, NULL))
    return fail (error, "voi", "counts from 1");
  self->presentation.voi = (guint) number - 1;
  self->presentation.colormap = vitrail_colormap_find_name (colormap);
  return colormap == NULL || self->presentation.colormap != NULL ||
         fail (error, "colormap", "is not one of ours");
}

static gboolean
parse_captions (VitrailRenderOptions *self, const char *text, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, ",", 8);

  if (words[0] == NULL)
    return fail (error, "annotation", "is empty");
  for (guint i = 0; words[i] != NULL; i++) {
    if (g_ascii_strcasecmp (words[i], "patient") == 0)
      self->captions |= VITRAIL_CAPTION_PATIENT;
    else if (g_ascii_strcasecmp (words[i], "technique") == 0)
      self->captions |= VITRAIL_CAPTION_TECHNIQUE;
    else
      return fail (error, "annotation", "takes patient, technique");
  }
  return TRUE;
}

static gboolean
parse_profile (VitrailRenderOptions *self, const char *text, GError **error)
{
  self->profile = vitrail_output_profile_find (text);
  if (self->profile == NULL)
    return fail (error, "iccprofile",
                 "is no, yes, srgb, adobergb, rommrgb or displayp3");
  self->presentation.display =
      vitrail_output_profile_get_display (self->profile);
  return TRUE;
}

/* Ours: layout[,speed[,gain[,start[,group]]]], all but the first as in
 * VitrailEcgLook, the group from 1. */
static gboolean
parse_ecg (VitrailRenderOptions *self, const char *text, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, ",", 2);
  VitrailEcgLook *look = &self->ecg;
  double numbers[4] = { look->speed, look->gain, look->start, 1 };

  if (words[0] == NULL || !vitrail_ecg_layout_parse (words[0], &look->layout))
    return fail (error, "ecg", "begins with 3x4, 3x4+1, 6x2 or 12x1");
  if (words[1] != NULL && parse_numbers (words[1], numbers, 4) < 0)
    return fail (error, "ecg", "takes layout,speed,gain,start,group");
  look->speed = numbers[0];
  look->gain = numbers[1];
  look->start = numbers[2];
  if (!vitrail_ecg_look_is_valid (look) || !(look->start >= 0) ||
      !(numbers[3] >= 1 && numbers[3] <= VITRAIL_LIMIT_WAVEFORM_GROUPS))
    return fail (error, "ecg", "has a number out of range");
  look->group = (guint) numbers[3] - 1;
  return TRUE;
}

static gboolean
parse_quality (VitrailRenderOptions *self, const char *text, GError **error)
{
  guint64 value = 0;

  if (!g_ascii_string_to_unsigned (text, 10, 1, 100, &value, NULL))
    return fail (error, "quality", "must be 1 to 100");
  self->quality = (int) value;
  return TRUE;
}

/* Each key with what reads it. */
static gboolean
parse_keys (VitrailRenderOptions *self,
            const VitrailRequest *request,
            GError **error)
{
  static const struct {
    const char *key;
    gboolean (*parse) (VitrailRenderOptions *self,
                       const char *text,
                       GError **error);
  } keys[] = {
    { "viewport", parse_viewport },  { "window", parse_window },
    { "quality", parse_quality },    { "annotation", parse_captions },
    { "iccprofile", parse_profile }, { "ecg", parse_ecg },
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    const char *text = vitrail_request_get_query (request, keys[i].key);
    if (text != NULL && !keys[i].parse (self, text, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
vitrail_render_parse (VitrailRenderOptions *self,
                      const VitrailRequest *request,
                      GError **error)
{
  static const VitrailPresentation plain = VITRAIL_PRESENTATION_INIT;
  static const VitrailEcgLook common = VITRAIL_ECG_LOOK_INIT;

  memset (self, 0, sizeof *self);
  self->presentation = plain;
  self->ecg = common;
  self->quality = 90;
  self->type =
      vitrail_accept_choose_as (request, picture_types, &self->is_multipart);
  if (self->type == NULL) {
    g_set_error (error, VITRAIL_HTTP_ERROR, 406,
                 "pictures are image/jpeg, image/png, image/gif or video/mp4");
    return FALSE;
  }
  return parse_keys (self, request, error) &&
         parse_presentation (self, request, error);
}

gboolean
vitrail_render_is_moving (const VitrailRenderOptions *self)
{
  return strcmp (self->type, "image/gif") == 0 ||
         strcmp (self->type, "video/mp4") == 0;
}

gboolean
vitrail_render_check_single (const VitrailRenderOptions *self, GError **error)
{
  if (!self->is_multipart && strcmp (self->type, "video/mp4") != 0)
    return TRUE;
  g_set_error (error, VITRAIL_HTTP_ERROR, 406,
               "it is a picture: image/jpeg, image/png or image/gif");
  return FALSE;
}

/* The part of the image that is asked for, inside of it. FALSE: nothing. */
static gboolean
clip_region (const VitrailRenderOptions *self,
             const VitrailFrame *frame,
             double region[4])
{
  double width = frame->format.width;
  double height = frame->format.height;

  if (!self->has_region) {
    region[0] = region[1] = 0.0;
    region[2] = width;
    region[3] = height;
    return TRUE;
  }
  region[0] = CLAMP (self->region[0], 0.0, width);
  region[1] = CLAMP (self->region[1], 0.0, height);
  region[2] = self->region[2] != 0 ? fabs (self->region[2]) : width;
  region[3] = self->region[3] != 0 ? fabs (self->region[3]) : height;
  region[2] = MIN (region[2], width - region[0]);
  region[3] = MIN (region[3], height - region[1]);
  return region[2] >= 1.0 && region[3] >= 1.0;
}

/* The view and the size of a picture that fits into the viewport: the region
 * fills it, nothing is added around. */
static gboolean
place (const VitrailRenderOptions *self,
       const VitrailFrame *frame,
       const VitrailFrameInfo *info,
       VitrailView *view,
       guint size[2])
{
  static const VitrailView plain = VITRAIL_VIEW_INIT;
  double aspect = vitrail_frame_info_get_aspect (info);
  double region[4];

  if (!isfinite (aspect)) /* the view takes such pixels for square */
    aspect = 1.0;
  if (!clip_region (self, frame, region))
    return FALSE;
  double scale =
      MIN (self->width / region[2], self->height / (region[3] * aspect));
  size[0] = (guint) MAX (1.0, rint (region[2] * scale));
  size[1] = (guint) MAX (1.0, rint (region[3] * aspect * scale));
  *view = plain;
  view->pan_x = (region[0] + region[2] / 2) / frame->format.width;
  view->flip_horizontal = self->has_region && self->region[2] < 0;
  view->flip_vertical = self->has_region && self->region[3] < 0;
  view->pan_y = (region[1] + region[3] / 2) / frame->format.height;
  view->zoom = scale / vitrail_view_get_fit_scale (view, frame->format.width,
                                                   frame->format.height, aspect,
                                                   size[0], size[1]);
  return TRUE;
}

static GBytes *
encode_gif (const VitrailImage *image, GError **error)
{
  g_autoptr (VitrailGif) gif = vitrail_gif_new (image->width, image->height,
                                                image->channels == 1, error);

  if (gif == NULL)
    return NULL;
  vitrail_gif_add (gif, image, 0);
  return vitrail_gif_end (gif);
}

static GBytes *
encode (const VitrailRenderOptions *self,
        const VitrailImage *image,
        GError **error)
{
  if (strcmp (self->type, "image/gif") == 0)
    return encode_gif (image, error);
  GBytes *picture = strcmp (self->type, "image/png") == 0
                        ? vitrail_image_to_png (image, error)
                        : vitrail_image_to_jpeg (image, self->quality, error);
  return picture != NULL && self->profile != NULL && image->channels == 3
             ? vitrail_output_profile_embed (self->profile, picture)
             : picture;
}

/* Colours without a profile of their own are sRGB, and are left alone on the
 * way to a display: here they become what the picture is going to say. */
static void
convert_colors (const VitrailRenderOptions *self,
                const VitrailFrameInfo *info,
                VitrailImage *image)
{
  const VitrailDisplay *display = self->presentation.display;

  if (display == NULL || image->channels != 3 || info->icc_profile != NULL ||
      info->color_space != NULL)
    return;
  g_autoptr (VitrailColorTransform) transform =
      vitrail_color_transform_get (NULL, "SRGB", display, NULL);
  for (guint y = 0; transform != NULL && y < image->height; y++)
    vitrail_color_transform_row (transform, image->data + y * image->stride,
                                 image->width);
}

/* A waveform. */
static gboolean
render_page (const VitrailRenderOptions *self,
             VitrailDataSet *data_set,
             VitrailImage *image,
             GError **error)
{
  g_autofree char *title = vitrail_ecg_dup_title (data_set);
  g_autoptr (VitrailWaveform) waveform = vitrail_waveform_new (data_set, error);
  VitrailEcgLook look = self->ecg;

  if (waveform == NULL)
    return FALSE;
  look.title = title;
  if (look.group >= waveform->groups->len)
    return fail (error, "ecg", "there is no such group");
  g_autofree char *measured = vitrail_ecg_dup_measured (waveform, look.group);
  look.measured = measured;
  if (vitrail_ecg_make_image (waveform, &look,
                              self->width > 0 ? self->width : PAGE_WIDTH_PX,
                              self->width > 0 ? self->height : PAGE_HEIGHT_PX,
                              image))
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
               "no memory for a page");
  return FALSE;
}

gboolean
vitrail_render_image (const VitrailRenderOptions *self,
                      VitrailInstance *instance,
                      guint number,
                      GCancellable *cancellable,
                      VitrailImage *image,
                      GError **error)
{
  VitrailDataSet *data_set = vitrail_instance_get_data_set (instance);
  if (vitrail_waveform_is_there (data_set))
    return render_page (self, data_set, image, error);
  g_autoptr (VitrailFrameInfo) info =
      vitrail_instance_ref_frame_info (instance, number, error);
  if (info == NULL)
    return FALSE;
  g_autoptr (VitrailFrame) frame =
      vitrail_frame_store_get (vitrail_frame_store_get_default (), instance,
                               number, 0, cancellable, error);
  if (frame == NULL)
    return FALSE;

  VitrailView view;
  guint size[2] = { 0, 0 };
  gboolean has_view = self->width > 0;
  if (has_view && !place (self, frame, info, &view, size))
    return fail (error, "viewport", "the region lies outside of the image");
  if (!vitrail_present (frame, info, has_view ? &view : NULL,
                        &self->presentation, size[0], size[1], image, error))
    return FALSE;
  convert_colors (self, info, image);
  if (self->captions != VITRAIL_CAPTION_NONE)
    vitrail_caption_draw (image, data_set, self->captions);
  return TRUE;
}

GBytes *
vitrail_render_frame (const VitrailRenderOptions *self,
                      VitrailInstance *instance,
                      guint number,
                      GCancellable *cancellable,
                      GError **error)
{
  g_auto (VitrailImage) image = { 0 };

  return vitrail_render_image (self, instance, number, cancellable, &image,
                               error)
             ? encode (self, &image, error)
             : NULL;
}

char *
vitrail_render_describe (const VitrailRenderOptions *self)
{
  return g_strdup_printf (
      "%s %d %u %u %d %.17g %.17g %.17g %.17g %d %.17g %.17g %d %u %s %u %s "
      "%d %u %.17g %.17g %.17g",
      self->type, self->is_multipart, self->width, self->height, self->quality,
      self->region[0], self->region[1], self->region[2], self->region[3],
      self->presentation.has_window, self->presentation.window_center,
      self->presentation.window_width, (int) self->presentation.function,
      self->presentation.voi,
      self->presentation.colormap != NULL ? self->presentation.colormap : "",
      (guint) self->captions,
      self->profile != NULL ? vitrail_output_profile_get_word (self->profile)
                            : "",
      (int) self->ecg.layout, self->ecg.group, self->ecg.start, self->ecg.speed,
      self->ecg.gain);
}

gboolean
vitrail_render_answer (const VitrailRenderOptions *self,
                       const VitrailRequest *request,
                       VitrailInstance *instance,
                       guint frame,
                       VitrailReply *reply,
                       GError **error)
{
  g_autofree char *options = vitrail_render_describe (self);
  g_autofree char *what = g_strdup_printf ("%s %u", options, frame);

  if (vitrail_archive_is_known (request, reply,
                                vitrail_instance_get_name (instance), what))
    return TRUE;
  GBytes *picture =
      vitrail_render_frame (self, instance, frame, request->cancellable, error);
  if (picture == NULL)
    return FALSE;
  vitrail_reply_set_body (reply, self->type, picture);
  return TRUE;
}
