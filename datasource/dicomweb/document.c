/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Documents of this machine and others: see document.h. */

#include "dicomweb/document.h"

#include "dicomweb/location.h"
#include "dicomweb/webkept.h"
#include "error.h"

#include <sys/stat.h>

#define CHUNK_BYTES 65536

gboolean
vitrail_document_is_remote (const char *location)
{
  g_autofree char *scheme = g_uri_parse_scheme (location);

  return g_strcmp0 (scheme, "http") == 0 || g_strcmp0 (scheme, "https") == 0;
}

/* --- compressed ones --- */

static gboolean
inflate_some (GConverter *converter,
              GBytes *bytes,
              gsize *at,
              GByteArray *out,
              GError **error)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  gsize n_read = 0;
  gsize n_written = 0;
  const guint before = out->len;

  g_byte_array_set_size (out, before + CHUNK_BYTES);
  const GConverterResult result = g_converter_convert (
      converter, data + *at, length - *at, out->data + before, CHUNK_BYTES,
      G_CONVERTER_INPUT_AT_END, &n_read, &n_written, error);
  *at += n_read;
  g_byte_array_set_size (out, before + (guint) n_written);
  return result == G_CONVERTER_CONVERTED;
}

GBytes *
vitrail_document_unpack (GBytes *bytes,
                         guint64 max_bytes,
                         const char *name,
                         GError **error)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  g_autoptr (GError) failed = NULL;
  gsize at = 0;

  if (length < 2 || data[0] != 0x1f || data[1] != 0x8b)
    return g_bytes_ref (bytes);
  g_autoptr (GConverter) converter =
      G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  g_autoptr (GByteArray) out = g_byte_array_new ();
  while (out->len <= max_bytes &&
         inflate_some (converter, bytes, &at, out, &failed))
    ;
  if (failed != NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT,
                 "%s: its compression is damaged: %s", name, failed->message);
  else if (out->len > max_bytes)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: more than %" G_GUINT64_FORMAT " bytes", name, max_bytes);
  else
    return g_byte_array_free_to_bytes (g_steal_pointer (&out));
  return NULL;
}

/* --- reading --- */

static GBytes *
take_any (const VitrailWebAnswer *answer, const char *name, GError **error)
{
  return g_bytes_ref (answer->body);
}

static GBytes *
read_remote (const char *url,
             guint64 max_bytes,
             GCancellable *cancellable,
             GError **error)
{
  const VitrailWebKept kept = {
    .kind = "webdocuments",
    .url = url,
    .accept = "application/json, */*;q=0.5",
    .max_bytes = max_bytes,
    .take = take_any,
  };

  return vitrail_web_kept_get (&kept, cancellable, error);
}

static GBytes *
read_file (const char *path, guint64 max_bytes, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) failed = NULL;
  struct stat info;
  gsize length = 0;

  if (stat (path, &info) == 0 && (guint64) info.st_size > max_bytes) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: more than %" G_GUINT64_FORMAT " bytes", path, max_bytes);
    return NULL;
  }
  if (g_file_get_contents (path, &text, &length, &failed))
    return g_bytes_new_take (g_steal_pointer (&text), length);
  const gboolean is_missing =
      g_error_matches (failed, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_set_error (error, VITRAIL_ERROR,
               is_missing ? VITRAIL_ERROR_NOT_FOUND : VITRAIL_ERROR_IO, "%s",
               failed->message);
  return NULL;
}

GBytes *
vitrail_document_read (const char *location,
                       guint64 max_bytes,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autofree char *name = vitrail_web_location_dup_public (location);
  g_autoptr (GBytes) bytes = NULL;

  if (vitrail_document_is_remote (location)) {
    bytes = read_remote (location, max_bytes, cancellable, error);
  } else {
    g_autoptr (GFile) file = g_file_new_for_commandline_arg (location);
    g_autofree char *path = g_file_get_path (file);
    bytes = read_file (path != NULL ? path : location, max_bytes, error);
  }
  return bytes != NULL ? vitrail_document_unpack (bytes, max_bytes, name, error)
                       : NULL;
}

/* --- what they name --- */

static char *
resolve_url (const char *base, const char *reference)
{
  g_autofree char *url =
      g_uri_resolve_relative (base, reference, G_URI_FLAGS_ENCODED, NULL);
  g_autoptr (GUri) parsed =
      url != NULL ? g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL) : NULL;

  return parsed != NULL && vitrail_document_is_remote (url) &&
                 g_uri_get_userinfo (parsed) == NULL &&
                 g_uri_get_host (parsed) != NULL &&
                 g_uri_get_host (parsed)[0] != '\0'
             ? g_steal_pointer (&url)
             : NULL;
}

static char *
resolve_path (const char *base, const char *reference)
{
  g_autofree char *scheme = g_uri_parse_scheme (reference);

  if (g_strcmp0 (scheme, "file") == 0)
    return g_filename_from_uri (reference, NULL, NULL);
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (base);
  g_autoptr (GFile) folder = g_file_get_parent (file);
  g_autofree char *path = folder != NULL ? g_file_get_path (folder) : NULL;
  return path != NULL && reference[0] != '\0'
             ? g_canonicalize_filename (reference, path)
             : NULL;
}

char *
vitrail_document_resolve (const char *location,
                          const char *reference,
                          GError **error)
{
  const gboolean is_url = vitrail_document_is_remote (location) ||
                          vitrail_document_is_remote (reference);
  char *found =
      is_url ? resolve_url (vitrail_document_is_remote (location) ? location
                                                                  : NULL,
                            reference)
             : resolve_path (location, reference);

  if (found != NULL)
    return found;
  g_autofree char *name = vitrail_web_location_dup_public (location);
  g_autofree char *what = vitrail_web_location_dup_public (reference);
  g_autofree char *valid = g_utf8_make_valid (what, -1);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
               "%s: %.200s: nothing that can be read from there", name, valid);
  return NULL;
}
