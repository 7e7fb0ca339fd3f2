/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pixel formats as caps: see framecaps.h. */

#include "framecaps.h"

#include "error.h"
#include "limits.h"

#include <string.h>

GstCaps *
vitrail_stored_caps_new (const VitrailPixelFormat *format,
                         const char *transfer_syntax,
                         int fps_n,
                         int fps_d)
{
  GstCaps *caps = gst_caps_new_simple (
      VITRAIL_CAPS_FRAME, "transfer-syntax", G_TYPE_STRING, transfer_syntax,
      "width", G_TYPE_INT, (int) format->width, "height", G_TYPE_INT,
      (int) format->height, "samples", G_TYPE_INT, (int) format->samples,
      "bits-allocated", G_TYPE_INT, (int) format->bits_allocated, "bits-stored",
      G_TYPE_INT, (int) format->bits_stored, "signed", G_TYPE_BOOLEAN,
      format->is_signed, "planar", G_TYPE_BOOLEAN, format->planar, "float",
      G_TYPE_BOOLEAN, format->is_float, "framerate", GST_TYPE_FRACTION, fps_n,
      fps_d, NULL);
  if (format->photometric != VITRAIL_PHOTOMETRIC_UNKNOWN)
    gst_caps_set_simple (caps, "photometric", G_TYPE_STRING,
                         vitrail_photometric_text (format->photometric), NULL);
  /* Rarely anything but the bit above the lowest bits-stored. */
  if (format->high_bit + 1 != format->bits_stored)
    gst_caps_set_simple (caps, "high-bit", G_TYPE_INT, (int) format->high_bit,
                         NULL);
  return caps;
}

/* A number between @low and @high; @fallback (at least 0) where absent. */
static gboolean
get_number (const GstStructure *structure,
            const char *field,
            int low,
            int high,
            guint *value)
{
  int number = (int) *value;
  gst_structure_get_int (structure, field, &number);
  *value = (guint) number;
  return number >= low && number <= high;
}

static gboolean
is_container (const VitrailPixelFormat *format)
{
  switch (format->bits_allocated) {
  case 1:
  case 8:
  case 12:
  case 16:
    return !format->is_float;
  case 32:
  case 64:
    return TRUE;
  default:
    return FALSE;
  }
}

static gboolean
parse_numbers (const GstStructure *structure, VitrailPixelFormat *format)
{
  format->samples = 1;
  format->bits_allocated = 8;
  if (!get_number (structure, "width", 1, VITRAIL_LIMIT_SIDE, &format->width) ||
      !get_number (structure, "height", 1, VITRAIL_LIMIT_SIDE,
                   &format->height) ||
      !get_number (structure, "samples", 1, 4, &format->samples) ||
      !get_number (structure, "bits-allocated", 1, 64, &format->bits_allocated))
    return FALSE;
  int allocated = (int) format->bits_allocated;
  format->bits_stored = format->bits_allocated;
  if (!get_number (structure, "bits-stored", 1, allocated,
                   &format->bits_stored))
    return FALSE;
  format->high_bit = format->bits_stored - 1;
  return get_number (structure, "high-bit", (int) format->bits_stored - 1,
                     allocated - 1, &format->high_bit);
}

gboolean
vitrail_stored_caps_parse (const GstCaps *caps,
                           VitrailPixelFormat *format,
                           const char **transfer_syntax,
                           GError **error)
{
  const GstStructure *structure = gst_caps_get_structure (caps, 0);

  memset (format, 0, sizeof *format);
  *transfer_syntax = gst_structure_get_string (structure, "transfer-syntax");
  gst_structure_get_boolean (structure, "signed", &format->is_signed);
  gst_structure_get_boolean (structure, "planar", &format->planar);
  gst_structure_get_boolean (structure, "float", &format->is_float);
  if (*transfer_syntax == NULL || !parse_numbers (structure, format) ||
      !is_container (format))
  {
    g_autofree char *text = gst_caps_to_string (caps);
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "caps that no frame can have: %s", text);
    return FALSE;
  }
  const char *text = gst_structure_get_string (structure, "photometric");
  if (text != NULL)
    format->photometric = vitrail_photometric_parse (text, strlen (text));
  else if (format->samples == 1)
    format->photometric = VITRAIL_PHOTOMETRIC_MONOCHROME2;
  else
    format->photometric = VITRAIL_PHOTOMETRIC_RGB;
  return TRUE;
}

GstVideoFormat
vitrail_decoded_video_format (const VitrailPixelFormat *format)
{
  gboolean is_grey = format->samples == 1;

  if (format->is_float || (!is_grey && format->samples != 3))
    return GST_VIDEO_FORMAT_UNKNOWN;
  switch (format->bits_allocated) {
  case 8:
    return is_grey ? GST_VIDEO_FORMAT_GRAY8 : GST_VIDEO_FORMAT_RGB;
  case 16:
    return is_grey ? GST_VIDEO_FORMAT_GRAY16_LE : GST_VIDEO_FORMAT_RGBA64_LE;
  default:
    return GST_VIDEO_FORMAT_UNKNOWN;
  }
}

static const struct {
  const char *name;
  guint bits;
  gboolean is_float;
} sample_formats[] = {
  { "u8", 8, FALSE },   { "u16", 16, FALSE }, { "u32", 32, FALSE },
  { "u64", 64, FALSE }, { "f32", 32, TRUE },  { "f64", 64, TRUE },
};

static GstCaps *
samples_caps_new (const VitrailPixelFormat *format, int fps_n, int fps_d)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sample_formats); i++)
    if (sample_formats[i].bits == format->bits_allocated &&
        sample_formats[i].is_float == format->is_float)
      return gst_caps_new_simple (VITRAIL_CAPS_SAMPLES_NAME, "format",
                                  G_TYPE_STRING, sample_formats[i].name,
                                  "channels", G_TYPE_INT, (int) format->samples,
                                  "width", G_TYPE_INT, (int) format->width,
                                  "height", G_TYPE_INT, (int) format->height,
                                  "framerate", GST_TYPE_FRACTION, fps_n, fps_d,
                                  NULL);
  return NULL;
}

GstCaps *
vitrail_decoded_caps_new (const VitrailPixelFormat *format,
                          int fps_n,
                          int fps_d)
{
  GstVideoFormat video = vitrail_decoded_video_format (format);
  GstVideoInfo info;

  if (video == GST_VIDEO_FORMAT_UNKNOWN)
    return samples_caps_new (format, fps_n, fps_d);
  if (!gst_video_info_set_format (&info, video, format->width, format->height))
    return NULL;
  info.fps_n = fps_n;
  info.fps_d = fps_d;
  return gst_video_info_to_caps (&info);
}

static gboolean
parse_video_caps (const GstCaps *caps, VitrailPixelFormat *format)
{
  GstVideoInfo info;

  if (!gst_video_info_from_caps (&info, caps))
    return FALSE;
  format->width = (guint) info.width;
  format->height = (guint) info.height;
  switch (GST_VIDEO_INFO_FORMAT (&info)) {
  case GST_VIDEO_FORMAT_GRAY8:
  case GST_VIDEO_FORMAT_GRAY16_LE:
    format->samples = 1;
    break;
  case GST_VIDEO_FORMAT_RGB:
    format->samples = 3;
    break;
  case GST_VIDEO_FORMAT_RGBA64_LE:
  case GST_VIDEO_FORMAT_RGBA:
  case GST_VIDEO_FORMAT_BGRx:
    format->samples = 4;
    break;
  default:
    return FALSE;
  }
  format->bits_allocated = GST_VIDEO_INFO_COMP_DEPTH (&info, 0);
  return TRUE;
}

static gboolean
parse_samples_caps (const GstStructure *structure, VitrailPixelFormat *format)
{
  const char *name = gst_structure_get_string (structure, "format");

  for (gsize i = 0; i < G_N_ELEMENTS (sample_formats); i++)
    if (g_strcmp0 (name, sample_formats[i].name) == 0) {
      format->bits_allocated = sample_formats[i].bits;
      format->is_float = sample_formats[i].is_float;
    }
  return format->bits_allocated != 0 &&
         get_number (structure, "channels", 1, 4, &format->samples) &&
         get_number (structure, "width", 1, VITRAIL_LIMIT_SIDE,
                     &format->width) &&
         get_number (structure, "height", 1, VITRAIL_LIMIT_SIDE,
                     &format->height);
}

gboolean
vitrail_decoded_caps_parse (const GstCaps *caps, VitrailPixelFormat *format)
{
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  gboolean is_samples =
      gst_structure_has_name (structure, VITRAIL_CAPS_SAMPLES_NAME);

  memset (format, 0, sizeof *format);
  if (is_samples ? !parse_samples_caps (structure, format)
                 : !parse_video_caps (caps, format))
    return FALSE;
  format->bits_stored = format->bits_allocated;
  format->high_bit = format->bits_stored - 1;
  format->photometric = format->samples == 1 ? VITRAIL_PHOTOMETRIC_MONOCHROME2
                                             : VITRAIL_PHOTOMETRIC_RGB;
  return TRUE;
}

size_t
vitrail_decoded_default_stride (const VitrailPixelFormat *format)
{
  size_t row =
      (size_t) format->width * vitrail_pixel_format_get_pixel_bytes (format);

  switch (vitrail_decoded_video_format (format)) {
  case GST_VIDEO_FORMAT_UNKNOWN:
    return row;
  case GST_VIDEO_FORMAT_RGBA64_LE:
    return (size_t) format->width * 8;
  default:
    return (row + 3) & ~(size_t) 3;
  }
}

GstCaps *
vitrail_picture_caps_fixate (GstCaps *caps, int width, int height)
{
  caps = gst_caps_make_writable (gst_caps_truncate (caps));
  GstStructure *structure = gst_caps_get_structure (caps, 0);

  gst_structure_fixate_field_nearest_int (structure, "width", width);
  gst_structure_fixate_field_nearest_int (structure, "height", height);
  if (gst_structure_has_field (structure, "framerate"))
    gst_structure_fixate_field_nearest_fraction (structure, "framerate", 0, 1);
  else
    gst_structure_set (structure, "framerate", GST_TYPE_FRACTION, 0, 1, NULL);
  return gst_caps_fixate (caps);
}

/* Not gst_pad_get_allowed_caps (): a pad of fixed caps allows those it has. */
GstCaps *
vitrail_picture_caps_ask (GstPad *src, int width, int height)
{
  g_autoptr (GstCaps) possible = gst_pad_get_pad_template_caps (src);
  g_autoptr (GstCaps) taken = gst_pad_peer_query_caps (src, possible);

  return gst_caps_is_empty (taken)
             ? NULL
             : vitrail_picture_caps_fixate (g_steal_pointer (&taken), width,
                                            height);
}
