/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bundled files: see assets.h. */

#include "assets.h"

#include <string.h>

#define PREFIX "/org/vitrail/web/"

static const struct {
  const char *suffix;
  const char *type;
} types[] = {
  { ".html", "text/html; charset=utf-8" },
  { ".js", "text/javascript; charset=utf-8" },
  { ".css", "text/css; charset=utf-8" },
  { ".svg", "image/svg+xml" },
  { ".png", "image/png" },
};

typedef struct {
  GBytes *bytes;
  char *etag;
  const char *type;
} Asset;

struct _VitrailAssets {
  GHashTable *files; /* (element-type utf8 Asset), by name */
};

static void
asset_free (gpointer data)
{
  Asset *asset = data;
  g_bytes_unref (asset->bytes);
  g_free (asset->etag);
  g_free (asset);
}

static const char *
get_type (const char *file)
{
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_has_suffix (file, types[i].suffix))
      return types[i].type;
  return "application/octet-stream";
}

VitrailAssets *
vitrail_assets_new (void)
{
  VitrailAssets *self = g_new0 (VitrailAssets, 1);
  g_auto (GStrv) names = g_resources_enumerate_children (PREFIX, 0, NULL);

  self->files =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, asset_free);
  for (guint i = 0; names != NULL && names[i] != NULL; i++) {
    g_autofree char *path = g_strconcat (PREFIX, names[i], NULL);
    GBytes *bytes = g_resources_lookup_data (path, 0, NULL);
    if (bytes == NULL)
      continue;
    Asset *asset = g_new0 (Asset, 1);
    asset->bytes = bytes;
    asset->etag = g_compute_checksum_for_bytes (G_CHECKSUM_SHA1, bytes);
    asset->type = get_type (names[i]);
    g_hash_table_insert (self->files, g_strdup (names[i]), asset);
  }
  return self;
}

void
vitrail_assets_free (VitrailAssets *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->files);
  g_free (self);
}

void
vitrail_assets_reply (VitrailAssets *self,
                      const char *file,
                      VitrailReply *reply)
{
  const Asset *asset = g_hash_table_lookup (self->files, file);

  if (asset == NULL) {
    vitrail_reply_set_status_error (reply, 404, "no such file");
    return;
  }
  vitrail_reply_set_body (reply, asset->type, g_bytes_ref (asset->bytes));
  reply->caching = VITRAIL_CACHING_REVALIDATE;
  reply->is_page = g_str_has_prefix (asset->type, "text/html");
  g_strlcpy (reply->etag, asset->etag, sizeof reply->etag);
}
