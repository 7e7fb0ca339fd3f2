/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a DICOM object carries: see payload.h. */

#include "decode/payload.h"

#include "decode/videoinstance.h"
#include "dicom/frameindex.h"
#include "dicom/part10.h"
#include "error.h"

#include <string.h>

#define TAG_SOP_CLASS  VITRAIL_TAG (0x0008, 0x0016)
#define TAG_ROWS       VITRAIL_TAG (0x0028, 0x0010)
#define TAG_DOCUMENT   VITRAIL_TAG (0x0042, 0x0011)
#define TAG_DOC_LENGTH VITRAIL_TAG (0x0042, 0x0015)
#define TAG_MIME_TYPE  VITRAIL_TAG (0x0042, 0x0012)
#define TAG_WAVEFORMS  VITRAIL_TAG (0x5400, 0x0100)

#define PDF_CLASS "1.2.840.10008.5.1.4.1.1.104.1"

/* Transfer syntaxes that are streams of many frames (PS3.5 8.2.5 to 8.2.9),
 * as elementary streams. The first row that starts the UID counts. */
static const struct {
  const char *uid;
  const char *caps;
} streams[] = {
  { "1.2.840.10008.1.2.4.100",
    "video/mpeg, mpegversion = (int) 2, systemstream = (boolean) false, "
    "parsed = (boolean) false" },
  { "1.2.840.10008.1.2.4.101",
    "video/mpeg, mpegversion = (int) 2, systemstream = (boolean) false, "
    "parsed = (boolean) false" },
  { "1.2.840.10008.1.2.4.102",
    "video/x-h264, stream-format = (string) byte-stream" },
  { "1.2.840.10008.1.2.4.103",
    "video/x-h264, stream-format = (string) byte-stream" },
  { "1.2.840.10008.1.2.4.104",
    "video/x-h264, stream-format = (string) byte-stream" },
  { "1.2.840.10008.1.2.4.105",
    "video/x-h264, stream-format = (string) byte-stream" },
  { "1.2.840.10008.1.2.4.106",
    "video/x-h264, stream-format = (string) byte-stream" },
  { "1.2.840.10008.1.2.4.107",
    "video/x-h265, stream-format = (string) byte-stream" },
  { "1.2.840.10008.1.2.4.108",
    "video/x-h265, stream-format = (string) byte-stream" },
};

void
vitrail_payload_clear (VitrailPayload *self)
{
  g_clear_object (&self->instance);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  gst_clear_caps (&self->caps);
}

static const char *
find_stream (const char *transfer_syntax)
{
  for (gsize i = 0; i < G_N_ELEMENTS (streams); i++)
    if (g_str_has_prefix (transfer_syntax, streams[i].uid))
      return streams[i].caps;
  return NULL;
}

/* The same transfer syntaxes hold containers too: what the bytes say wins. */
static const char *
find_container (const guint8 *data, gsize length)
{
  static const guint8 pack_start[] = { 0, 0, 1, 0xba };

  if (length >= 8 && memcmp (data + 4, "ftyp", 4) == 0)
    return "video/quicktime, variant = (string) iso";
  if (length >= (gsize) 2 * 188 && data[0] == 0x47 && data[188] == 0x47)
    return "video/mpegts, systemstream = (boolean) true, "
           "packetsize = (int) 188";
  if (length >= 4 && memcmp (data, pack_start, 4) == 0)
    return "video/mpeg, mpegversion = (int) 2, systemstream = (boolean) true";
  return NULL;
}

/* All fragments, one after the other: what the index takes for frames is of no
 * meaning here. */
static GBytes *
join_fragments (VitrailFrameIndex *index, const char *name, GError **error)
{
  guint n = vitrail_frame_index_get_n_frames (index);

  if (n == 1)
    return vitrail_frame_index_ref_frame (index, 1, error);
  g_autoptr (GPtrArray) parts =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  gsize total = 0;
  for (guint i = 1; i <= n; i++) {
    GBytes *part = vitrail_frame_index_ref_frame (index, i, error);
    if (part == NULL)
      return NULL;
    /* Parts lie side by side in the file: the sum cannot overflow. */
    total += g_bytes_get_size (part);
    g_ptr_array_add (parts, part);
  }
  g_autofree guint8 *joined = g_try_malloc (MAX (total, 1));
  if (joined == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: no memory for %" G_GSIZE_FORMAT " bytes of video", name,
                 total);
    return NULL;
  }
  gsize done = 0;
  for (guint i = 0; i < parts->len; i++) {
    gsize length = 0;
    const guint8 *data =
        g_bytes_get_data (g_ptr_array_index (parts, i), &length);
    memcpy (joined + done, data, length);
    done += length;
  }
  return g_bytes_new_take (g_steal_pointer (&joined), total);
}

static gboolean
open_stream (VitrailPayload *self,
             VitrailPart10 *file,
             const char *name,
             GError **error)
{
  const char *transfer_syntax = vitrail_part10_get_transfer_syntax (file);
  g_autoptr (VitrailFrameIndex) index =
      vitrail_frame_index_new (vitrail_part10_get_data_set (file),
                               transfer_syntax, name, error);

  if (index == NULL)
    return FALSE;
  self->bytes = join_fragments (index, name, error);
  if (self->bytes == NULL)
    return FALSE;
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (self->bytes, &length);
  const char *caps = find_container (data, length);
  if (caps == NULL)
    caps = find_stream (transfer_syntax);
  self->caps = gst_caps_from_string (caps);
  return TRUE;
}

/* Its length is rounded up to even; the true one stands beside it. */
static gboolean
open_document (VitrailPayload *self,
               VitrailDataSet *data_set,
               const char *name,
               GError **error)
{
  g_autofree char *type =
      vitrail_data_set_dup_string (data_set, TAG_MIME_TYPE, 0);
  g_autoptr (GBytes) value =
      vitrail_data_set_ref_value (data_set, TAG_DOCUMENT);
  gsize length = value != NULL ? g_bytes_get_size (value) : 0;
  int64_t said = vitrail_data_set_get_int_or (data_set, TAG_DOC_LENGTH, 0);
  gboolean is_pdf =
      vitrail_data_set_text_is (data_set, TAG_SOP_CLASS, 0, PDF_CLASS) ||
      g_strcmp0 (type, "application/pdf") == 0;

  if (length == 0 || !is_pdf) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "%s: an encapsulated document of %s, %" G_GSIZE_FORMAT
                 " bytes: only PDF is known",
                 name, type != NULL ? type : "no type", length);
    return FALSE;
  }
  if (said > 0 && (guint64) said < length)
    length = (gsize) said;
  self->bytes = g_bytes_new_from_bytes (value, 0, length);
  self->caps = gst_caps_new_empty_simple ("application/pdf");
  return TRUE;
}

static gboolean
open_frames (VitrailPayload *self,
             VitrailPart10 *file,
             const char *name,
             GError **error)
{
  VitrailPixelFormat format;
  g_autoptr (VitrailInstance) instance = vitrail_video_instance_wrap (
      g_object_new (VITRAIL_TYPE_INSTANCE, "name", name, "data-set",
                    vitrail_part10_get_data_set (file), "transfer-syntax",
                    vitrail_part10_get_transfer_syntax (file), NULL),
      error);

  if (instance == NULL ||
      !vitrail_instance_get_pixel_format (instance, &format, error))
    return FALSE;
  self->instance = g_steal_pointer (&instance);
  return TRUE;
}

gboolean
vitrail_payload_open (VitrailPayload *self,
                      GBytes *file,
                      const char *name,
                      gboolean as_streams,
                      GError **error)
{
  g_autoptr (VitrailPart10) part10 =
      vitrail_part10_read (file, name,
                           VITRAIL_READ_HEADER | VITRAIL_READ_PIXELS, error);

  if (part10 == NULL)
    return FALSE;
  VitrailDataSet *data_set = vitrail_part10_get_data_set (part10);
  if (as_streams &&
      find_stream (vitrail_part10_get_transfer_syntax (part10)) != NULL)
    return open_stream (self, part10, name, error);
  if (vitrail_data_set_has (data_set, TAG_DOCUMENT))
    return open_document (self, data_set, name, error);
  /* Pictures may have one beside them: ecgoverlay shows it. */
  if (vitrail_data_set_has (data_set, TAG_WAVEFORMS) &&
      !vitrail_data_set_has (data_set, TAG_ROWS))
  {
    /* Who renders it needs channel definitions and annotations too. */
    self->bytes = g_bytes_ref (file);
    self->caps = gst_caps_new_empty_simple ("application/x-dicom-waveform");
    return TRUE;
  }
  return open_frames (self, part10, name, error);
}
