/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailFrameQuota: see framequota.h. */

#include "framequota.h"

typedef struct {
  VitrailFrameKey key;
  gsize bytes;
} Kept;

/* Of one instance. */
typedef struct {
  GQueue frames; /* of Kept, oldest first */
  gsize bytes;
} Share;

struct _VitrailFrameQuota {
  GHashTable *shares; /* serial -> Share */
};

static void
share_free (gpointer data)
{
  Share *self = data;

  g_queue_clear_full (&self->frames, g_free);
  g_free (self);
}

VitrailFrameQuota *
vitrail_frame_quota_new (void)
{
  VitrailFrameQuota *self = g_new0 (VitrailFrameQuota, 1);

  self->shares =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, share_free);
  return self;
}

void
vitrail_frame_quota_free (VitrailFrameQuota *self)
{
  g_hash_table_unref (self->shares);
  g_free (self);
}

void
vitrail_frame_quota_add (VitrailFrameQuota *self,
                         const VitrailFrameKey *key,
                         gsize bytes)
{
  Share *share = g_hash_table_lookup (self->shares, &key->serial);
  Kept *kept = g_new0 (Kept, 1);

  if (share == NULL) {
    share = g_new0 (Share, 1);
    g_queue_init (&share->frames);
    g_hash_table_insert (self->shares,
                         g_memdup2 (&key->serial, sizeof key->serial), share);
  }
  kept->key = *key;
  kept->bytes = bytes;
  g_queue_push_tail (&share->frames, kept);
  share->bytes += bytes;
}

/* Instances that have nothing kept any more are not remembered. */
static void
drop (VitrailFrameQuota *self, guint64 serial, Share *share, GList *link)
{
  g_autofree Kept *kept = link->data;

  share->bytes -= kept->bytes;
  g_queue_delete_link (&share->frames, link);
  if (share->frames.length == 0)
    g_hash_table_remove (self->shares, &serial);
}

gboolean
vitrail_frame_quota_take (VitrailFrameQuota *self,
                          guint64 serial,
                          gsize most_bytes,
                          VitrailFrameKey *oldest)
{
  Share *share = g_hash_table_lookup (self->shares, &serial);

  if (share == NULL || share->bytes <= most_bytes || share->frames.length < 2)
    return FALSE;
  *oldest = ((const Kept *) share->frames.head->data)->key;
  drop (self, serial, share, share->frames.head);
  return TRUE;
}

void
vitrail_frame_quota_remove (VitrailFrameQuota *self, const VitrailFrameKey *key)
{
  Share *share = g_hash_table_lookup (self->shares, &key->serial);

  if (share == NULL)
    return;
  for (GList *link = share->frames.head; link != NULL; link = link->next) {
    const Kept *kept = link->data;
    if (vitrail_frame_key_equal (&kept->key, key)) {
      drop (self, key->serial, share, link);
      return;
    }
  }
}
