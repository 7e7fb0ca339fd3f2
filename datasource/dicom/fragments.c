/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Fragments and offset tables: see fragments.h. A table is believed only where
 * it points at items: writers put zeros, offsets from elsewhere, or offsets
 * that have wrapped around at 4 GB into it. */

#include "dicom/fragments.h"

#include "dicom/parser.h"
#include "limits.h"

#include <string.h>

/* Zeros behind a code stream, for an even length or a larger unit. */
#define MAX_PADDING 16

gboolean
vitrail_fragments_init (VitrailFragments *self,
                        const uint8_t *value,
                        size_t length)
{
  memset (self, 0, sizeof *self);
  self->data = value;
  self->length = length;

  VitrailFragment table;
  if (!vitrail_fragments_read (self, 0, &table))
    return FALSE;
  if (table.length % 4 == 0 && table.length > 0) {
    self->basic = value + table.offset;
    self->n_basic = table.length / 4;
  }
  self->data += table.offset + table.length;
  self->length -= table.offset + table.length;
  return TRUE;
}

gboolean
vitrail_fragments_read (const VitrailFragments *self,
                        size_t offset,
                        VitrailFragment *fragment)
{
  if (offset > self->length ||
      !vitrail_parser_at_delimiter (self->data + offset, self->length - offset,
                                    FALSE, 0xe000))
    return FALSE;
  fragment->offset = offset + 8;
  fragment->length = vitrail_read_u32 (self->data + offset + 4, FALSE);
  return fragment->length <= self->length - fragment->offset;
}

static uint64_t
extended_offset (const VitrailFragments *self, size_t index)
{
  return vitrail_read_u64 (self->extended + 8 * index, self->extended_big);
}

static uint64_t
basic_offset (const VitrailFragments *self, size_t index)
{
  return vitrail_read_u32 (self->basic + 4 * index, FALSE);
}

/* Right count, starting at 0, ascending, inside the data, and at items where
 * that costs little to see. */
static gboolean
check_table (const VitrailFragments *self,
             size_t n,
             size_t n_frames,
             uint64_t (*offset) (const VitrailFragments *self, size_t index))
{
  if (n == 0 || (n_frames != 0 && n != n_frames) || offset (self, 0) != 0)
    return FALSE;
  for (size_t i = 1; i < n; i++) {
    if (offset (self, i) <= offset (self, i - 1))
      return FALSE;
  }

  const size_t probes[] = { 0, MIN (1, n - 1), n - 1 };
  for (size_t i = 0; i < G_N_ELEMENTS (probes); i++) {
    VitrailFragment fragment;
    uint64_t start = offset (self, probes[i]);
    if (start >= self->length ||
        !vitrail_fragments_read (self, (size_t) start, &fragment))
      return FALSE;
  }
  return TRUE;
}

gboolean
vitrail_fragments_check_extended (const VitrailFragments *self, size_t n_frames)
{
  return check_table (self, self->n_extended, n_frames, extended_offset);
}

gboolean
vitrail_fragments_check_basic (const VitrailFragments *self, size_t n_frames)
{
  return check_table (self, self->n_basic, n_frames, basic_offset);
}

GArray *
vitrail_fragments_by_extended (const VitrailFragments *self, size_t index)
{
  uint64_t start = extended_offset (self, index);
  uint64_t stated =
      vitrail_read_u64 (self->lengths + 8 * index, self->extended_big);
  VitrailFragment fragment;

  if (start >= self->length ||
      !vitrail_fragments_read (self, (size_t) start, &fragment) ||
      stated > fragment.length)
    return NULL;
  fragment.length = (size_t) stated;
  GArray *fragments = g_array_new (FALSE, FALSE, sizeof fragment);
  return g_array_append_val (fragments, fragment);
}

GArray *
vitrail_fragments_by_basic (const VitrailFragments *self, size_t index)
{
  gboolean last = index + 1 == self->n_basic;
  size_t end = last ? self->length : (size_t) basic_offset (self, index + 1);
  size_t position = (size_t) basic_offset (self, index);
  g_autoptr (GArray) fragments =
      g_array_new (FALSE, FALSE, sizeof (VitrailFragment));
  VitrailFragment fragment;

  while (position < end && vitrail_fragments_read (self, position, &fragment)) {
    g_array_append_val (fragments, fragment);
    position = fragment.offset + fragment.length;
  }
  if (fragments->len == 0 || (!last && position != end))
    return NULL;
  return g_steal_pointer (&fragments);
}

GArray *
vitrail_fragments_scan (const VitrailFragments *self)
{
  GArray *fragments = g_array_new (FALSE, FALSE, sizeof (VitrailFragment));
  VitrailFragment fragment;
  size_t position = 0;

  while (fragments->len < VITRAIL_LIMIT_ELEMENTS &&
         vitrail_fragments_read (self, position, &fragment))
  {
    g_array_append_val (fragments, fragment);
    position = fragment.offset + fragment.length;
  }
  return fragments;
}

/* A code stream's first bytes: JPEG and JPEG-LS (SOI), JPEG 2000 (SOC), or the
 * signature box of JP2. */
static gboolean
starts_code_stream (const VitrailFragments *self,
                    const VitrailFragment *fragment)
{
  static const uint8_t jp2[] = { 0, 0, 0, 12, 'j', 'P', ' ', ' ' };
  const uint8_t *data = self->data + fragment->offset;

  if (fragment->length >= sizeof jp2 && memcmp (data, jp2, sizeof jp2) == 0)
    return TRUE;
  return fragment->length >= 4 && data[0] == 0xff && data[2] == 0xff &&
         (data[1] == 0xd8 || data[1] == 0x4f);
}

/* A code stream's last bytes, EOI or EOC, behind which padding may stand. */
static gboolean
ends_code_stream (const VitrailFragments *self, const VitrailFragment *fragment)
{
  const uint8_t *data = self->data + fragment->offset;
  size_t length = fragment->length;

  for (int i = 0; i < MAX_PADDING && length > 2 && data[length - 1] == 0; i++)
    length--;
  return length >= 2 && data[length - 2] == 0xff && data[length - 1] == 0xd9;
}

static void
append_start (GArray *starts, size_t fragment)
{
  guint32 number = (guint32) fragment;

  g_array_append_val (starts, number);
}

/* A frame from each start of a code stream to the next one; empty when there is
 * none. */
static GArray *
group_by_starts (const VitrailFragments *self, const GArray *fragments)
{
  GArray *starts = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint i = 0; i < fragments->len; i++) {
    if (starts_code_stream (self,
                            &g_array_index (fragments, VitrailFragment, i)))
      append_start (starts, i);
  }
  /* What comes before the first start belongs to nothing else. */
  if (starts->len > 0)
    g_array_index (starts, guint32, 0) = 0;
  return starts;
}

/* The same where starts may be damaged: behind an end there is one too. */
static GArray *
group_by_ends (const VitrailFragments *self, const GArray *fragments)
{
  GArray *starts = g_array_new (FALSE, FALSE, sizeof (guint32));

  append_start (starts, 0);
  for (guint i = 1; i < fragments->len; i++) {
    const VitrailFragment *fragment =
        &g_array_index (fragments, VitrailFragment, i);
    if (starts_code_stream (self, fragment) ||
        ends_code_stream (self, fragment - 1))
      append_start (starts, i);
  }
  return starts;
}

/* By what the fragments hold; NULL when they say nothing, or more frames than
 * stated where as many fragments each would be right. Fewer frames than stated
 * are what is left of a file that was cut. */
static GArray *
group_by_code_stream (const VitrailFragments *self,
                      const GArray *fragments,
                      size_t n_frames)
{
  g_autoptr (GArray) starts = group_by_starts (self, fragments);

  if (starts->len == 0)
    return NULL;
  if (n_frames == 0 || starts->len == n_frames)
    return g_steal_pointer (&starts);
  if (starts->len > n_frames)
    return fragments->len % n_frames != 0 ? g_steal_pointer (&starts) : NULL;
  g_autoptr (GArray) by_ends = group_by_ends (self, fragments);
  return by_ends->len <= n_frames ? g_steal_pointer (&by_ends)
                                  : g_steal_pointer (&starts);
}

/* Frames of @size fragments each; the last one takes what is left. */
static GArray *
group_evenly (const GArray *fragments, size_t n_frames, size_t size)
{
  GArray *starts = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (size_t i = 0; i < n_frames && i * size < fragments->len; i++)
    append_start (starts, i * size);
  return starts;
}

GArray *
vitrail_fragments_group (const VitrailFragments *self,
                         const GArray *fragments,
                         size_t n_frames)
{
  GArray *starts = NULL;

  if (n_frames == 1 || fragments->len <= 1)
    starts = group_evenly (fragments, 1, 1);
  else
    starts = group_by_code_stream (self, fragments, n_frames);
  if (starts == NULL) {
    gboolean even = n_frames > 0 && fragments->len % n_frames == 0;
    starts = even
                 ? group_evenly (fragments, n_frames, fragments->len / n_frames)
                 : group_evenly (fragments, fragments->len, 1);
  }
  append_start (starts, fragments->len);
  return starts;
}
