/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Files of instances that come in frames: see wholefile.h. */

#include "wholefile.h"

#include "dicom/builder.h"
#include "dicom/writer.h"
#include "error.h"
#include "limits.h"

#include <string.h>

#define TAG_BITS_ALLOCATED VITRAIL_TAG (0x0028, 0x0100)
#define TAG_PIXEL_DATA     VITRAIL_TAG (0x7fe0, 0x0010)

static gboolean
is_native (const char *transfer_syntax)
{
  static const char *const native[] = { "1.2.840.10008.1.2",
                                        "1.2.840.10008.1.2.1",
                                        "1.2.840.10008.1.2.1.99", NULL };
  return g_strv_contains (native, transfer_syntax);
}

static gboolean
fail (VitrailInstance *instance, int code, const char *what, GError **error)
{
  g_set_error (error, VITRAIL_ERROR, code, "%s: %s",
               vitrail_instance_get_name (instance), what);
  return FALSE;
}

/* All of them: (element-type GBytes), or NULL. */
static GPtrArray *
load_frames (VitrailInstance *instance,
             GCancellable *cancellable,
             GError **error)
{
  const guint n = vitrail_instance_get_n_frames (instance);
  guint64 n_bytes = 0;
  g_autoptr (GPtrArray) frames =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  for (guint i = 1; i <= n; i++) {
    GBytes *frame =
        vitrail_instance_load_frame (instance, i, cancellable, error);
    if (frame == NULL)
      return NULL;
    g_ptr_array_add (frames, frame);
    n_bytes += g_bytes_get_size (frame);
    if (n_bytes > VITRAIL_LIMIT_WEB_BYTES) {
      fail (instance, VITRAIL_ERROR_LIMIT, "too large to be one file", error);
      return NULL;
    }
  }
  return g_steal_pointer (&frames);
}

static GBytes *
join (const GPtrArray *frames)
{
  GByteArray *joined = g_byte_array_new ();
  static const guint8 padding = 0;

  for (guint i = 0; i < frames->len; i++) {
    gsize length = 0;
    const guint8 *data =
        g_bytes_get_data (g_ptr_array_index (frames, i), &length);
    g_byte_array_append (joined, data, (guint) length);
  }
  g_byte_array_append (joined, &padding, joined->len & 1);
  return g_byte_array_free_to_bytes (joined);
}

/* Of @instance's frames, as they stand in a file. */
static GBytes *
make_pixels (VitrailInstance *instance,
             gboolean native,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (GPtrArray) frames = load_frames (instance, cancellable, error);

  if (frames == NULL)
    return NULL;
  return native ? join (frames)
                : vitrail_encapsulate ((GBytes *const *) frames->pdata,
                                       frames->len, error);
}

static gboolean
check (VitrailInstance *instance, const char *syntax, GError **error)
{
  VitrailPixelFormat format;

  if (strcmp (syntax, "1.2.840.10008.1.2.2") == 0)
    return fail (instance, VITRAIL_ERROR_UNSUPPORTED,
                 "big endian frames are not made one file", error);
  if (is_native (syntax))
    return vitrail_instance_get_pixel_format (instance, &format, error) &&
           (format.bits_allocated > 1 ||
            fail (instance, VITRAIL_ERROR_UNSUPPORTED,
                  "frames of 1 bit are not made one file", error));
  return TRUE;
}

VitrailPart10 *
vitrail_whole_file_new (VitrailInstance *instance,
                        GCancellable *cancellable,
                        GError **error)
{
  const char *syntax = vitrail_instance_get_transfer_syntax (instance);
  VitrailDataSet *data_set = vitrail_instance_get_data_set (instance);
  const gboolean has_pixels = vitrail_instance_get_n_frames (instance) > 0;
  g_autoptr (VitrailDataSet) whole = vitrail_data_set_ref (data_set);

  if (has_pixels) {
    const gboolean native = is_native (syntax);
    if (!check (instance, syntax, error))
      return NULL;
    g_autoptr (GBytes) pixels =
        make_pixels (instance, native, cancellable, error);
    if (pixels == NULL)
      return NULL;
    const gint64 bits =
        vitrail_data_set_get_int_or (data_set, TAG_BITS_ALLOCATED, 8);
    VitrailDataSetBuilder *builder =
        vitrail_data_set_builder_new_from (data_set);
    vitrail_data_set_builder_set_bytes (builder, TAG_PIXEL_DATA,
                                        native && bits > 8
                                            ? VITRAIL_VR ('O', 'W')
                                            : VITRAIL_VR ('O', 'B'),
                                        pixels);
    vitrail_data_set_unref (whole);
    whole = vitrail_data_set_builder_end (builder);
  }
  g_autoptr (GBytes) bytes = vitrail_write_part10 (whole, syntax, error);
  return bytes != NULL
             ? vitrail_part10_read (bytes, vitrail_instance_get_name (instance),
                                    VITRAIL_READ_ALL, error)
             : NULL;
}
