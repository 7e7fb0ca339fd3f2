/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Video in MP4 (ISO/IEC 14496-12): the samples of the first video track, whole
 * files and fragments, and which of them the edit list shows. */

#include "video/mp4tracks.h"

#include <string.h>

/* Tables. */

static guint32
get_size (const VitrailMp4Track *self, guint32 sample)
{
  guint32 all = vitrail_mp4_get32 (&self->sizes, 4);

  return all != 0 ? all
                  : vitrail_mp4_get32 (&self->sizes, 12 + (gsize) sample * 4);
}

static guint64
get_chunk (const VitrailMp4Track *self, guint32 chunk)
{
  if (self->chunks.type == VITRAIL_MP4_BOX ("co64"))
    return vitrail_mp4_get64 (&self->chunks, 8 + (gsize) chunk * 8);
  return vitrail_mp4_get32 (&self->chunks, 8 + (gsize) chunk * 4);
}

/* Samples of the chunk that begins with @sample. */
static guint32
add_chunk (VitrailMp4Track *self,
           guint32 chunk,
           guint32 n,
           guint32 sample,
           gsize length)
{
  guint64 from = get_chunk (self, chunk);
  guint32 n_samples = vitrail_mp4_get32 (&self->sizes, 8);
  guint32 i = 0;

  for (; i < n && sample + i < n_samples; i++) {
    guint32 size = get_size (self, sample + i);
    /* Cut off, or empty: what comes after may be there yet. */
    if (size == 0 || from > length || size > length - from ||
        !vitrail_video_track_add (self->track, from, size))
      break;
    from += size;
  }
  return i;
}

static void
add_samples (VitrailMp4Track *self, gsize length)
{
  guint32 n_chunks = vitrail_mp4_count (&self->chunks, 4, 8, 4);
  guint32 n_groups = vitrail_mp4_count (&self->groups, 4, 8, 12);
  guint32 sample = 0;
  guint32 last = 0;

  for (guint32 group = 0; group < n_groups; group++) {
    gsize at = 8 + (gsize) group * 12;
    guint32 first = vitrail_mp4_get32 (&self->groups, at);
    guint32 n = vitrail_mp4_get32 (&self->groups, at + 4);
    guint32 end = group + 1 < n_groups
                      ? vitrail_mp4_get32 (&self->groups, at + 12)
                      : n_chunks + 1;
    /* Groups go on from one another: a table that goes back is no table. Empty
     * ones would be gone over without ever coming to an end. */
    if (first <= last || n == 0)
      return;
    for (guint32 chunk = first; chunk < end && chunk <= n_chunks; chunk++) {
      guint32 done = add_chunk (self, chunk - 1, n, sample, length);
      sample += done;
      if (done < n)
        return;
    }
    last = first;
  }
}

/* Times. */

typedef struct {
  const VitrailMp4Box *box;
  guint32 n_entries;
  guint32 entry;
  guint32 left;
  gint64 value;
} Run;

static gint64
next_value (Run *self)
{
  while (self->left == 0 && self->entry < self->n_entries) {
    gsize at = 8 + (gsize) self->entry++ * 8;
    self->left = vitrail_mp4_get32 (self->box, at);
    self->value = (gint32) vitrail_mp4_get32 (self->box, at + 4);
  }
  if (self->left > 0)
    self->left--;
  return self->value;
}

static Run
begin_run (const VitrailMp4Box *box)
{
  return (Run){ .box = box, .n_entries = vitrail_mp4_count (box, 4, 8, 8) };
}

static void
hide_samples (VitrailMp4Track *self)
{
  Run durations = begin_run (&self->times);
  Run shifts = begin_run (&self->shifts);
  guint64 time = 0;
  guint n = self->track->spans->len;
  double length =
      self->movie_timescale != 0
          ? (double) self->edit_length * self->timescale / self->movie_timescale
          : 0;

  for (guint i = 0; i < n; i++) {
    gint64 said = next_value (&durations);
    guint64 duration = (guint64) MAX (said, 0);
    gint64 at = (gint64) time + next_value (&shifts);
    gint64 shown = at - self->edit_start;
    guint8 is_hidden =
        self->edit_start >= 0 && (shown + (gint64) duration <= 0 ||
                                  (length > 0 && (double) shown >= length));
    g_byte_array_append (self->track->hidden, &is_hidden, 1);
    g_array_append_val (self->track->shown, at);
    time += duration;
  }
  if (n > 0 && self->timescale > 0)
    self->track->frame_ns =
        (guint64) (1e9 * (double) time / self->timescale / n);
}

/* Without a table all samples are points of access. */
static void
mark_points (VitrailMp4Track *self)
{
  guint n = self->track->spans->len;
  guint32 n_points = vitrail_mp4_count (&self->points, 4, 8, 4);
  GByteArray *syncs = self->track->syncs;

  g_byte_array_set_size (syncs, n);
  if (n > 0) /* else there are no bytes to point at */
    memset (syncs->data, self->points.data == NULL ? 1 : 0, n);
  for (guint32 i = 0; i < n_points; i++) {
    guint32 sample = vitrail_mp4_get32 (&self->points, 8 + (gsize) i * 4);
    if (sample >= 1 && sample <= n)
      syncs->data[sample - 1] = 1;
  }
}

/* Boxes. */

/* What is before the picture's first moment is left out, and what is after its
 * last: of one edit, with an empty one before it. */
static void
read_edits (VitrailMp4Track *self, const VitrailMp4Box *list)
{
  gboolean is_long = list->length > 0 && list->data[0] == 1;
  gsize entry = is_long ? 20 : 12;
  guint32 n = vitrail_mp4_count (list, 4, 8, entry);
  guint n_shown = 0;

  for (guint32 i = 0; i < n; i++) {
    gsize at = 8 + i * entry;
    gint64 start = is_long ? (gint64) vitrail_mp4_get64 (list, at + 8)
                           : (gint32) vitrail_mp4_get32 (list, at + 4);
    if (start < 0)
      continue;
    /* So that times can be taken from one another. */
    self->edit_start = MIN (start, G_MAXINT64 / 4);
    self->edit_length =
        is_long ? vitrail_mp4_get64 (list, at) : vitrail_mp4_get32 (list, at);
    n_shown++;
  }
  if (n_shown != 1)
    self->edit_start = -1;
}

static void
find_tables (VitrailMp4Track *self, const VitrailMp4Box *stbl)
{
  self->sizes = vitrail_mp4_find (stbl, 0, VITRAIL_MP4_BOX ("stsz"));
  self->chunks = vitrail_mp4_find (stbl, 0, VITRAIL_MP4_BOX ("stco"));
  if (self->chunks.data == NULL)
    self->chunks = vitrail_mp4_find (stbl, 0, VITRAIL_MP4_BOX ("co64"));
  self->groups = vitrail_mp4_find (stbl, 0, VITRAIL_MP4_BOX ("stsc"));
  self->times = vitrail_mp4_find (stbl, 0, VITRAIL_MP4_BOX ("stts"));
  self->shifts = vitrail_mp4_find (stbl, 0, VITRAIL_MP4_BOX ("ctts"));
  self->points = vitrail_mp4_find (stbl, 0, VITRAIL_MP4_BOX ("stss"));
}

static gboolean
read_track (VitrailMp4Track *self, const VitrailMp4Box *trak)
{
  const guint32 edits[] = { VITRAIL_MP4_BOX ("edts"), VITRAIL_MP4_BOX ("elst"),
                            0 };
  VitrailMp4Box mdia = vitrail_mp4_find (trak, 0, VITRAIL_MP4_BOX ("mdia"));
  VitrailMp4Box hdlr = vitrail_mp4_find (&mdia, 0, VITRAIL_MP4_BOX ("hdlr"));
  VitrailMp4Box mdhd = vitrail_mp4_find (&mdia, 0, VITRAIL_MP4_BOX ("mdhd"));
  VitrailMp4Box tkhd = vitrail_mp4_find (trak, 0, VITRAIL_MP4_BOX ("tkhd"));
  VitrailMp4Box minf = vitrail_mp4_find (&mdia, 0, VITRAIL_MP4_BOX ("minf"));
  VitrailMp4Box stbl = vitrail_mp4_find (&minf, 0, VITRAIL_MP4_BOX ("stbl"));
  VitrailMp4Box stsd = vitrail_mp4_find (&stbl, 0, VITRAIL_MP4_BOX ("stsd"));

  if (vitrail_mp4_get32 (&hdlr, 8) != VITRAIL_MP4_BOX ("vide") ||
      !vitrail_mp4_read_codec (self->track, &stsd))
    return FALSE;
  gboolean is_long = tkhd.length > 0 && tkhd.data[0] == 1;
  self->id = vitrail_mp4_get32 (&tkhd, is_long ? 20 : 12);
  is_long = mdhd.length > 0 && mdhd.data[0] == 1;
  self->timescale = vitrail_mp4_get32 (&mdhd, is_long ? 20 : 12);
  self->edit_start = -1;
  VitrailMp4Box list = vitrail_mp4_find_path (trak, edits);
  if (list.data != NULL)
    read_edits (self, &list);
  find_tables (self, &stbl);
  return TRUE;
}

static gboolean
read_movie (VitrailMp4Track *self, const VitrailMp4Box *moov, gsize length)
{
  const guint32 extends[] = { VITRAIL_MP4_BOX ("mvex"),
                              VITRAIL_MP4_BOX ("trex"), 0 };
  VitrailMp4Box mvhd = vitrail_mp4_find (moov, 0, VITRAIL_MP4_BOX ("mvhd"));
  gboolean is_long = mvhd.length > 0 && mvhd.data[0] == 1;
  VitrailMp4Box box = { 0 };
  gsize at = 0;

  self->movie_timescale = vitrail_mp4_get32 (&mvhd, is_long ? 20 : 12);
  while (vitrail_mp4_next (moov->data, moov->length, &at, &box)) {
    if (box.type == VITRAIL_MP4_BOX ("trak") && read_track (self, &box)) {
      self->extends = vitrail_mp4_find_path (moov, extends);
      add_samples (self, length);
      hide_samples (self);
      mark_points (self);
      return TRUE;
    }
    g_clear_pointer (&self->track->headers, g_byte_array_unref);
  }
  return FALSE;
}

gboolean
vitrail_video_mp4_read (VitrailVideoTrack *self,
                        const guint8 *data,
                        gsize length,
                        const char **why)
{
  VitrailMp4Track track = { .track = self };
  VitrailMp4Box box = { 0 };
  gboolean has_track = FALSE;
  gsize at = 0;

  self->spans = g_array_new (FALSE, FALSE, sizeof (VitrailVideoSpan));
  self->hidden = g_byte_array_new ();
  self->shown = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->syncs = g_byte_array_new ();
  for (gsize from = 0; vitrail_mp4_next (data, length, &at, &box); from = at) {
    if (box.type == VITRAIL_MP4_BOX ("moov") && !has_track)
      has_track = read_movie (&track, &box, length);
    else if (box.type == VITRAIL_MP4_BOX ("moof") && has_track)
      vitrail_mp4_read_fragment (&track, &box, from, length);
  }
  *why = has_track ? "an MP4 file of which no sample is there"
                   : "an MP4 file without MPEG-2, H.264 or H.265 video";
  return self->spans->len > 0;
}
