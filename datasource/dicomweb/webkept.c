/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Answers that are kept: see webkept.h. */

#include "dicomweb/webkept.h"

#include "dicomweb/location.h"
#include "diskcache.h"

#include <string.h>

/* What each is kept with. */
#define ETAG_BYTES 128

/* What was kept, and how the server called it: NULL where it did not. */
static GBytes *
recall (const VitrailWebKept *self, char **etag)
{
  g_autoptr (GBytes) kept =
      vitrail_disk_cache_lookup (vitrail_disk_cache_get_default (), self->kind,
                                 self->url, NULL);
  gsize length = 0;
  const char *data = kept != NULL ? g_bytes_get_data (kept, &length) : NULL;

  if (length <= ETAG_BYTES || memchr (data, '\0', ETAG_BYTES) == NULL)
    return NULL;
  if (etag != NULL && data[0] != '\0')
    *etag = g_strdup (data);
  return g_bytes_new_from_bytes (kept, ETAG_BYTES, length - ETAG_BYTES);
}

/* @taken (transfer full), or the file in which it lies from now on. */
static GBytes *
keep (const VitrailWebKept *self, const char *etag, GBytes *taken)
{
  const gsize length = g_bytes_get_size (taken);
  g_autofree char *data = g_try_malloc0 (ETAG_BYTES + length);

  if (data == NULL || length == 0)
    return taken;
  if (etag != NULL && strlen (etag) < ETAG_BYTES)
    g_strlcpy (data, etag, ETAG_BYTES);
  memcpy (data + ETAG_BYTES, g_bytes_get_data (taken, NULL), length);
  if (!vitrail_disk_cache_store (vitrail_disk_cache_get_default (), self->kind,
                                 self->url, NULL, data, ETAG_BYTES + length))
    return taken;
  GBytes *kept = recall (self, NULL);
  if (kept == NULL)
    return taken;
  g_bytes_unref (taken);
  return kept;
}

GBytes *
vitrail_web_kept_get (const VitrailWebKept *self,
                      GCancellable *cancellable,
                      GError **error)
{
  g_autofree char *etag = NULL;
  g_autoptr (GBytes) kept = recall (self, &etag);
  g_auto (VitrailWebAnswer) answer = { 0 };
  g_autoptr (GError) failed = NULL;
  const VitrailWebRequest request = {
    .uri = self->url,
    .accept = self->accept,
    .authorization = self->authorization,
    .if_none_match = etag,
    .max_bytes = self->max_bytes,
    .priority = VITRAIL_WEB_NOW,
  };

  if (!vitrail_web_client_fetch (&request, cancellable, &answer, &failed)) {
    if (kept != NULL && vitrail_web_error_is_outage (failed)) {
      g_message ("%s: shown as far as it is kept here", failed->message);
      return g_steal_pointer (&kept);
    }
    g_propagate_error (error, g_steal_pointer (&failed));
    return NULL;
  }
  if (answer.status == 304 && kept != NULL)
    return g_steal_pointer (&kept);
  g_autofree char *name = vitrail_web_location_dup_public (self->url);
  GBytes *taken = self->take (&answer, name, error);
  return taken != NULL ? keep (self, answer.etag, taken) : NULL;
}
