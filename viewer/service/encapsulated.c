/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Documents and films as they are: see encapsulated.h. */

#include "encapsulated.h"

#include <string.h>

#define TAG_DOCUMENT        VITRAIL_TAG (0x0042, 0x0011)
#define TAG_DOCUMENT_LENGTH VITRAIL_TAG (0x0042, 0x0015)

static GBytes *
load_document (VitrailDataSet *data_set)
{
  g_autoptr (GBytes) value = NULL;
  gint64 length = 0;

  if (!vitrail_data_set_has (data_set, TAG_DOCUMENT) ||
      vitrail_data_set_get_n_items (data_set, TAG_DOCUMENT) > 0)
    return NULL;
  value = vitrail_data_set_ref_value (data_set, TAG_DOCUMENT);
  /* Without the byte that makes it even. */
  if (value != NULL &&
      vitrail_data_set_get_int (data_set, TAG_DOCUMENT_LENGTH, 0, &length) &&
      length > 0 && (guint64) length + 1 == g_bytes_get_size (value))
    return g_bytes_new_from_bytes (value, 0, (gsize) length);
  return g_steal_pointer (&value);
}

static GBytes *
load_film (const VitrailRequest *request, VitrailInstance *instance)
{
  const char *type = vitrail_transfer_syntax_get_type (
      vitrail_instance_get_transfer_syntax (instance));

  if (!g_str_has_prefix (type, "video/") ||
      vitrail_instance_get_n_frames (instance) == 0)
    return NULL;
  /* All of a film is one stored frame (frameindex.h). */
  return vitrail_instance_load_frame (instance, 1, request->cancellable, NULL);
}

/* NULL: nothing that a client is told to play or to open. */
static const char *
find_type (GBytes *bytes)
{
  static const struct {
    const char *type;
    gsize at;
    gsize length;
    const char *magic;
  } kinds[] = {
    { "application/pdf", 0, 5, "%PDF-" },
    { "video/mp4", 4, 4, "ftyp" },
    { "video/mpeg", 0, 4, "\0\0\1\xba" }, /* program stream */
    { "video/mpeg", 0, 4, "\0\0\1\xb3" }, /* MPEG-2 sequence */
  };

  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (size >= kinds[i].at + kinds[i].length &&
        memcmp (data + kinds[i].at, kinds[i].magic, kinds[i].length) == 0)
      return kinds[i].type;
  /* Transport packets of 188 bytes. */
  if (size > 188 && data[0] == 0x47 && data[188] == 0x47)
    return "video/mp2t";
  return NULL;
}

gboolean
vitrail_encapsulated_answer (const VitrailRequest *request,
                             VitrailInstance *instance,
                             VitrailReply *reply)
{
  g_autoptr (GBytes) bytes =
      load_document (vitrail_instance_get_data_set (instance));
  const char *types[] = { NULL, NULL };

  if (bytes == NULL)
    bytes = load_film (request, instance);
  if (bytes == NULL)
    return FALSE;
  types[0] = find_type (bytes);
  if (types[0] == NULL || vitrail_accept_choose (request, types) == NULL)
    return FALSE;
  if (!vitrail_archive_is_known (
          request, reply, vitrail_instance_get_name (instance), types[0]))
    vitrail_reply_set_body (reply, types[0], g_steal_pointer (&bytes));
  return TRUE;
}
