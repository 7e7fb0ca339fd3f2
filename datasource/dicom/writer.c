/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Writing data sets and files: see writer.h. */

#include "dicom/writer.h"

#include "dicom/builder.h"
#include "dicom/encoder.h"
#include "dicom/inflate.h"
#include "dicom/parser.h"
#include "dicom/vr.h"
#include "error.h"

#include <string.h>

#define PREAMBLE     128
#define TAG_PIXEL    VITRAIL_TAG (0x7fe0, 0x0010)
#define UID_IMPLICIT "1.2.840.10008.1.2"
#define UID_EXPLICIT "1.2.840.10008.1.2.1"
#define UID_DEFLATED "1.2.840.10008.1.2.1.99"
#define UID_BIG      "1.2.840.10008.1.2.2"

/* Ours (PS3.7 D.3.3.2): 2.25 and a UUID. */
#define IMPLEMENTATION_UID  "2.25.230826150274683125107913542986573110487"
#define IMPLEMENTATION_NAME "VITRAIL"

static gboolean
is_native_syntax (const char *uid)
{
  return strcmp (uid, UID_IMPLICIT) == 0 || strcmp (uid, UID_EXPLICIT) == 0 ||
         strcmp (uid, UID_BIG) == 0 || strcmp (uid, UID_DEFLATED) == 0;
}

/* Pixel Data must lie as the transfer syntax wants it. */
static gboolean
check_pixel_data (const VitrailDataSet *data_set,
                  const char *transfer_syntax,
                  GError **error)
{
  const VitrailElement *element = vitrail_data_set_find (data_set, TAG_PIXEL);
  gboolean native = is_native_syntax (transfer_syntax);

  if (element == NULL || (native && !element->undefined_length))
    return TRUE;
  if (!native &&
      vitrail_parser_walk_fragments (element->value, 0, element->length) ==
          element->length)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
               "(7FE0,0010) PixelData: %s, but the transfer syntax is %s",
               native ? "encapsulated" : "not the items of encapsulated frames",
               transfer_syntax);
  return FALSE;
}

/* An item that is written by itself keeps the character set that it had from
 * the data set around it. */
static VitrailDataSet *
with_character_set (VitrailDataSet *data_set)
{
  if (vitrail_data_set_has (data_set, VITRAIL_TAG (0x0008, 0x0005)) ||
      vitrail_data_set_get_character_set (data_set)[0] == '\0')
    return vitrail_data_set_ref (data_set);
  return vitrail_data_set_builder_end (
      vitrail_data_set_builder_new_from (data_set));
}

GBytes *
vitrail_write_data_set (VitrailDataSet *data_set,
                        const char *transfer_syntax,
                        GError **error)
{
  g_autoptr (VitrailDataSet) whole = with_character_set (data_set);
  VitrailEncoder writer = {
    .implicit = strcmp (transfer_syntax, UID_IMPLICIT) == 0,
    .big_endian = strcmp (transfer_syntax, UID_BIG) == 0,
    .encapsulated = !is_native_syntax (transfer_syntax),
  };

  if (!check_pixel_data (whole, transfer_syntax, error))
    return NULL;
  g_autoptr (GBytes) bytes =
      vitrail_encoder_write (&writer, whole, FALSE, error);
  if (bytes == NULL || strcmp (transfer_syntax, UID_DEFLATED) != 0)
    return g_steal_pointer (&bytes);
  return vitrail_deflate (bytes, error);
}

static gboolean
copy_uid (VitrailDataSetBuilder *builder,
          VitrailTag to,
          const VitrailDataSet *data_set,
          VitrailTag from,
          GError **error)
{
  g_autofree char *uid = vitrail_data_set_dup_string (data_set, from, 0);
  char text[VITRAIL_TAG_TEXT_SIZE];

  if (uid != NULL) {
    vitrail_data_set_builder_set_string (builder, to, uid);
    return TRUE;
  }
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
               "%s: missing, a file needs it", vitrail_tag_text (from, text));
  return FALSE;
}

/* The file meta information, without its group length. */
static VitrailDataSet *
make_meta (const VitrailDataSet *data_set,
           const char *transfer_syntax,
           GError **error)
{
  static const uint8_t version[] = { 0, 1 };
  g_autoptr (VitrailDataSetBuilder) builder = vitrail_data_set_builder_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static (version, sizeof version);

  if (!copy_uid (builder, VITRAIL_TAG (0x0002, 0x0002), data_set,
                 VITRAIL_TAG (0x0008, 0x0016), error) ||
      !copy_uid (builder, VITRAIL_TAG (0x0002, 0x0003), data_set,
                 VITRAIL_TAG (0x0008, 0x0018), error))
    return NULL;
  vitrail_data_set_builder_set_bytes (builder, VITRAIL_TAG (0x0002, 0x0001),
                                      VR_OB, bytes);
  vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0002, 0x0010),
                                       transfer_syntax);
  vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0002, 0x0012),
                                       IMPLEMENTATION_UID);
  vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0002, 0x0013),
                                       IMPLEMENTATION_NAME);
  return vitrail_data_set_builder_end (g_steal_pointer (&builder));
}

GBytes *
vitrail_write_part10 (VitrailDataSet *data_set,
                      const char *transfer_syntax,
                      GError **error)
{
  g_autoptr (VitrailDataSet) meta =
      make_meta (data_set, transfer_syntax, error);
  static const char prefix[4] = { 'D', 'I', 'C', 'M' };
  VitrailEncoder writer = { .implicit = FALSE };

  if (meta == NULL)
    return NULL;
  g_autoptr (GBytes) head = vitrail_encoder_write (&writer, meta, TRUE, error);
  g_autoptr (GBytes) body =
      vitrail_write_data_set (data_set, transfer_syntax, error);
  if (head == NULL || body == NULL)
    return NULL;

  size_t n_head = g_bytes_get_size (head);
  size_t n_body = g_bytes_get_size (body);
  size_t total = PREAMBLE + 4 + 12 + n_head + n_body;
  uint8_t *file = g_try_malloc0 (total);
  if (file == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "a file of %zu bytes does not fit into memory", total);
    return NULL;
  }
  memcpy (file + PREAMBLE, prefix, sizeof prefix);
  writer.out = file + PREAMBLE + 4;
  vitrail_encoder_put_header (&writer, VITRAIL_TAG (0x0002, 0x0000), VR_UL, 4);
  vitrail_encoder_put_u32 (&writer, (uint32_t) n_head);
  memcpy (writer.out, g_bytes_get_data (head, NULL), n_head);
  if (n_body > 0)
    memcpy (writer.out + n_head, g_bytes_get_data (body, NULL), n_body);
  return g_bytes_new_take (file, total);
}

gboolean
vitrail_write_part10_file (VitrailDataSet *data_set,
                           const char *transfer_syntax,
                           const char *path,
                           GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) bytes =
      vitrail_write_part10 (data_set, transfer_syntax, &local);

  if (bytes == NULL) {
    g_propagate_prefixed_error (error, g_steal_pointer (&local), "%s: ", path);
    return FALSE;
  }
  if (g_file_set_contents_full (path, g_bytes_get_data (bytes, NULL),
                                (gssize) g_bytes_get_size (bytes),
                                G_FILE_SET_CONTENTS_CONSISTENT |
                                    G_FILE_SET_CONTENTS_DURABLE,
                                0666, &local))
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO, "%s: %s", path,
               local->message);
  return FALSE;
}
