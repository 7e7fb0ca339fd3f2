/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Fragments on the disk: see fragmentcache.h. */

#include "dicom/fragmentcache.h"

#include "limits.h"

#include <string.h>

#define KIND "fragments"
/* Fewer are found faster than a file is opened. */
#define MIN_FRAGMENTS 1024u
#define MIN_BYTES     ((size_t) 1024 * 1024)
/* Fragments that are looked at before any is believed. */
#define N_PROBES 16u

/* Packed: HEAD, the fragments, the starts, as they lie in memory: whoever reads
 * them runs on the same machine. */
typedef struct {
  guint32 magic; /* tells the byte order too */
  guint32 fragment_bytes;
  guint64 data_bytes; /* of the items that these are of */
  guint64 n_frames;
  guint32 n_fragments;
  guint32 n_starts;
} Head;

#define FRAGMENTS_MAGIC 0x31475246u

GBytes *
vitrail_fragments_pack (const VitrailFragments *self,
                        const VitrailFragmentScan *scan)
{
  const Head head = { FRAGMENTS_MAGIC,      sizeof (VitrailFragment),
                      self->length,         scan->n_frames,
                      scan->fragments->len, scan->starts->len };
  const gsize n_fragment_bytes =
      (gsize) scan->fragments->len * sizeof (VitrailFragment);
  const gsize n_start_bytes = (gsize) scan->starts->len * sizeof (guint32);
  const gsize size = sizeof head + n_fragment_bytes + n_start_bytes;
  guint8 *bytes = g_malloc (size);

  memcpy (bytes, &head, sizeof head);
  if (n_fragment_bytes > 0)
    memcpy (bytes + sizeof head, scan->fragments->data, n_fragment_bytes);
  if (n_start_bytes > 0)
    memcpy (bytes + sizeof head + n_fragment_bytes, scan->starts->data,
            n_start_bytes);
  return g_bytes_new_take (bytes, size);
}

gboolean
vitrail_fragments_confirm (const VitrailFragments *self,
                           const VitrailFragment *fragment)
{
  VitrailFragment there;

  return vitrail_fragments_read (self, fragment->offset - 8, &there) &&
         there.length == fragment->length;
}

static gboolean
check_fragments (const VitrailFragments *self, const GArray *fragments)
{
  size_t end = 0;

  for (guint i = 0; i < fragments->len; i++) {
    const VitrailFragment *fragment =
        &g_array_index (fragments, VitrailFragment, i);
    if (fragment->offset > self->length || fragment->offset < 8 ||
        fragment->offset - 8 < end ||
        fragment->length > self->length - fragment->offset)
      return FALSE;
    end = fragment->offset + fragment->length;
  }
  for (guint i = 0; i < N_PROBES && fragments->len > 0; i++) {
    guint at = (guint) ((guint64) (fragments->len - 1) * i / (N_PROBES - 1));
    if (!vitrail_fragments_confirm (self, &g_array_index (fragments,
                                                          VitrailFragment, at)))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_starts (const GArray *starts, guint n_fragments)
{
  guint32 last = 0;

  for (guint i = 0; i < starts->len; i++) {
    guint32 start = g_array_index (starts, guint32, i);
    if (start < last || start > n_fragments)
      return FALSE;
    last = start;
  }
  return starts->len > 0 && last == n_fragments;
}

static GArray *
copy_array (const guint8 *data, guint n, guint size)
{
  GArray *array = g_array_sized_new (FALSE, FALSE, size, n);

  g_array_append_vals (array, data, n);
  return array;
}

static gboolean
check_head (const VitrailFragments *self, const Head *head, gsize rest)
{
  return head->magic == FRAGMENTS_MAGIC &&
         head->fragment_bytes == sizeof (VitrailFragment) &&
         head->data_bytes == self->length &&
         head->n_fragments <= VITRAIL_LIMIT_ELEMENTS &&
         head->n_starts <= VITRAIL_LIMIT_ELEMENTS &&
         rest == (gsize) head->n_fragments * sizeof (VitrailFragment) +
                     (gsize) head->n_starts * sizeof (guint32);
}

gboolean
vitrail_fragments_unpack (const VitrailFragments *self,
                          GBytes *packed,
                          VitrailFragmentScan *scan)
{
  Head head;
  gsize length;
  const guint8 *data = g_bytes_get_data (packed, &length);

  if (length < sizeof head)
    return FALSE;
  memcpy (&head, data, sizeof head);
  if (!check_head (self, &head, length - sizeof head) ||
      head.n_frames != scan->n_frames)
    return FALSE;
  data += sizeof head;
  g_autoptr (GArray) fragments =
      copy_array (data, head.n_fragments, sizeof (VitrailFragment));
  g_autoptr (GArray) starts =
      copy_array (data + (gsize) head.n_fragments * sizeof (VitrailFragment),
                  head.n_starts, sizeof (guint32));
  if (!check_fragments (self, fragments) ||
      !check_starts (starts, fragments->len))
    return FALSE;
  scan->fragments = g_steal_pointer (&fragments);
  scan->starts = g_steal_pointer (&starts);
  return TRUE;
}

gboolean
vitrail_fragments_recall (const VitrailFragments *self,
                          const char *path,
                          const VitrailDiskCacheStamp *stamp,
                          VitrailFragmentScan *scan)
{
  if (self->length < MIN_BYTES)
    return FALSE;
  g_autofree char *key = g_canonicalize_filename (path, NULL);
  g_autoptr (GBytes) packed =
      vitrail_disk_cache_lookup (vitrail_disk_cache_get_default (), KIND, key,
                                 stamp);
  return packed != NULL && vitrail_fragments_unpack (self, packed, scan);
}

void
vitrail_fragments_keep (const VitrailFragments *self,
                        const char *path,
                        const VitrailDiskCacheStamp *stamp,
                        const VitrailFragmentScan *scan)
{
  if (self->length < MIN_BYTES || scan->fragments->len < MIN_FRAGMENTS)
    return;
  g_autofree char *key = g_canonicalize_filename (path, NULL);
  g_autoptr (GBytes) packed = vitrail_fragments_pack (self, scan);
  vitrail_disk_cache_store (vitrail_disk_cache_get_default (), KIND, key, stamp,
                            g_bytes_get_data (packed, NULL),
                            g_bytes_get_size (packed));
}
