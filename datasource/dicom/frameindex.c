/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailFrameIndex: see frameindex.h. Native frames and those that an offset
 * table names cost nothing to index; only where there is no table, or one that
 * turns out wrong, the fragments are walked once. */

#include "dicom/frameindex.h"

#include "dicom/fragmentcache.h"
#include "dicom/fragments.h"
#include "dicom/parser.h"
#include "error.h"
#include "limits.h"
#include "mapping.h"
#include "video/videoindex.h"

#include <pthread.h>
#include <string.h>

#define TAG_PIXEL            VITRAIL_TAG (0x7fe0, 0x0010)
#define TAG_FLOAT_PIXEL      VITRAIL_TAG (0x7fe0, 0x0008)
#define TAG_DOUBLE_PIXEL     VITRAIL_TAG (0x7fe0, 0x0009)
#define TAG_EXTENDED_OFFSETS VITRAIL_TAG (0x7fe0, 0x0001)
#define TAG_EXTENDED_LENGTHS VITRAIL_TAG (0x7fe0, 0x0002)
#define TAG_FRAMES           VITRAIL_TAG (0x0028, 0x0008)
#define TAG_ROWS             VITRAIL_TAG (0x0028, 0x0010)
#define TAG_COLUMNS          VITRAIL_TAG (0x0028, 0x0011)
#define TAG_SAMPLES          VITRAIL_TAG (0x0028, 0x0002)
#define TAG_PHOTOMETRIC      VITRAIL_TAG (0x0028, 0x0004)
#define TAG_BITS             VITRAIL_TAG (0x0028, 0x0100)

typedef enum {
  NATIVE,
  EXTENDED,
  BASIC,
  SCANNED,
} Way;

/* @lock guards @fragments and @starts while they are made; once set they do not
 * change. All else is constant. */
struct _VitrailFrameIndex {
  gatomicrefcount ref_count;
  VitrailDataSet *data_set;
  char *name;
  VitrailTag tag;
  const uint8_t *value;
  size_t length;
  Way way;
  guint n_frames;
  guint stated_frames;
  uint64_t frame_bits;
  VitrailFragments encapsulated;
  gboolean is_kept; /* the scan, for @stamp */
  VitrailDiskCacheStamp stamp;
  pthread_mutex_t lock;
  GArray *fragments;
  GArray *starts;
};

G_DEFINE_BOXED_TYPE (VitrailFrameIndex,
                     vitrail_frame_index,
                     vitrail_frame_index_ref,
                     vitrail_frame_index_unref)

VitrailFrameIndex *
vitrail_frame_index_ref (VitrailFrameIndex *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
vitrail_frame_index_unref (VitrailFrameIndex *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->data_set, vitrail_data_set_unref);
  g_clear_pointer (&self->fragments, g_array_unref);
  g_clear_pointer (&self->starts, g_array_unref);
  pthread_mutex_destroy (&self->lock);
  g_free (self->name);
  g_free (self);
}

guint
vitrail_frame_index_get_n_frames (const VitrailFrameIndex *self)
{
  return self->n_frames;
}

gboolean
vitrail_frame_index_is_encapsulated (const VitrailFrameIndex *self)
{
  return self->way != NATIVE;
}

static gboolean
fail_at (const VitrailFrameIndex *self,
         VitrailTag tag,
         VitrailError code,
         const char *what,
         GError **error)
{
  char text[VITRAIL_TAG_TEXT_SIZE];

  g_set_error (error, VITRAIL_ERROR, (int) code, "%s: %s: %s", self->name,
               vitrail_tag_text (tag, text), what);
  return FALSE;
}

/* PS3.5 A.1, A.2, A.3 and A.5: Pixel Data lies there as it is. */
static gboolean
is_native_syntax (const char *uid)
{
  return strcmp (uid, "1.2.840.10008.1.2") == 0 ||
         strcmp (uid, "1.2.840.10008.1.2.1") == 0 ||
         strcmp (uid, "1.2.840.10008.1.2.2") == 0 ||
         strcmp (uid, "1.2.840.10008.1.2.1.99") == 0;
}

/* MPEG-2, H.264, HEVC: all fragments are one stream (PS3.5 A.4.5 to A.4.9). */
static gboolean
is_video_syntax (const char *uid)
{
  return vitrail_video_find_syntax (uid, NULL);
}

static gboolean
get_dimension (const VitrailFrameIndex *self,
               VitrailTag tag,
               uint64_t maximum,
               uint64_t *value,
               GError **error)
{
  int64_t number;

  if (!vitrail_data_set_get_int (self->data_set, tag, 0, &number))
    return fail_at (self, tag, VITRAIL_ERROR_MALFORMED, "missing", error);
  if (number < 1 || (uint64_t) number > maximum) {
    char text[VITRAIL_TAG_TEXT_SIZE];
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "%s: %s: %" G_GINT64_FORMAT " is not between 1 and "
                 "%" G_GUINT64_FORMAT,
                 self->name, vitrail_tag_text (tag, text), number,
                 (guint64) maximum);
    return FALSE;
  }
  *value = (uint64_t) number;
  return TRUE;
}

/* Native YBR 4:2:2 holds two samples a pixel, yet says three (PS3.3
 * C.7.6.3.1.2); some writers say 4:2:2 and mean 4:4:4. */
static gboolean
is_subsampled (const VitrailFrameIndex *self, uint64_t frame_bits)
{
  const VitrailDataSet *data_set = self->data_set;
  uint64_t total;

  if (!vitrail_data_set_text_is (data_set, TAG_PHOTOMETRIC, 0,
                                 "YBR_FULL_422") &&
      !vitrail_data_set_text_is (data_set, TAG_PHOTOMETRIC, 0,
                                 "YBR_PARTIAL_422"))
    return FALSE;
  return __builtin_mul_overflow (frame_bits / 8, self->stated_frames, &total) ||
         total > self->length;
}

static gboolean
init_native (VitrailFrameIndex *self, GError **error)
{
  uint64_t rows, columns, bits;
  uint64_t samples = 1;

  if (!get_dimension (self, TAG_ROWS, VITRAIL_LIMIT_SIDE, &rows, error) ||
      !get_dimension (self, TAG_COLUMNS, VITRAIL_LIMIT_SIDE, &columns, error) ||
      !get_dimension (self, TAG_BITS, 64, &bits, error))
    return FALSE;
  if (vitrail_data_set_has (self->data_set, TAG_SAMPLES) &&
      !get_dimension (self, TAG_SAMPLES, 4, &samples, error))
    return FALSE;

  self->way = NATIVE;
  self->frame_bits = rows * columns * samples * bits;
  if (samples == 3 && is_subsampled (self, self->frame_bits))
    self->frame_bits = self->frame_bits / 3 * 2;
  uint64_t there = (uint64_t) self->length * 8 / self->frame_bits;
  self->n_frames = (guint) MIN (there, self->stated_frames);
  if (self->n_frames > 0)
    return TRUE;

  char text[VITRAIL_TAG_TEXT_SIZE];
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_TRUNCATED,
               "%s: %s: %zu bytes, but one frame needs %" G_GUINT64_FORMAT,
               self->name, vitrail_tag_text (self->tag, text), self->length,
               (guint64) ((self->frame_bits + 7) / 8));
  return FALSE;
}

static void
read_extended_table (VitrailFrameIndex *self)
{
  const VitrailElement *offsets =
      vitrail_data_set_find (self->data_set, TAG_EXTENDED_OFFSETS);
  const VitrailElement *lengths =
      vitrail_data_set_find (self->data_set, TAG_EXTENDED_LENGTHS);

  if (offsets == NULL || lengths == NULL || offsets->length < 8 ||
      offsets->length != lengths->length)
    return;
  self->encapsulated.extended = offsets->value;
  self->encapsulated.lengths = lengths->value;
  self->encapsulated.n_extended = offsets->length / 8;
  self->encapsulated.extended_big = offsets->big_endian != 0;
}

/* Walks the fragments, once; @lock held or not yet shared. */
static void
scan_locked (VitrailFrameIndex *self, size_t stated)
{
  VitrailFragmentScan scan = { .n_frames = stated };

  if (!self->is_kept ||
      !vitrail_fragments_recall (&self->encapsulated, self->name, &self->stamp,
                                 &scan))
  {
    scan.fragments = vitrail_fragments_scan (&self->encapsulated);
    scan.starts =
        vitrail_fragments_group (&self->encapsulated, scan.fragments, stated);
    if (self->is_kept)
      vitrail_fragments_keep (&self->encapsulated, self->name, &self->stamp,
                              &scan);
  }
  self->fragments = scan.fragments;
  self->starts = scan.starts;
}

static gboolean
init_encapsulated (VitrailFrameIndex *self,
                   const char *transfer_syntax,
                   GError **error)
{
  gboolean stated = vitrail_data_set_has (self->data_set, TAG_FRAMES);
  size_t n_frames = stated ? self->stated_frames : 0;

  if (!vitrail_fragments_init (&self->encapsulated, self->value, self->length))
  {
    return fail_at (self, self->tag, VITRAIL_ERROR_MALFORMED,
                    "not the items of encapsulated frames", error);
  }
  read_extended_table (self);
  if (is_video_syntax (transfer_syntax)) {
    self->way = SCANNED;
    self->stated_frames = 1;
    n_frames = 1;
  } else if (vitrail_fragments_check_extended (&self->encapsulated, n_frames)) {
    self->way = EXTENDED;
    self->n_frames = (guint) self->encapsulated.n_extended;
  } else if (vitrail_fragments_check_basic (&self->encapsulated, n_frames)) {
    self->way = BASIC;
    self->n_frames = (guint) self->encapsulated.n_basic;
  } else {
    self->way = SCANNED;
  }
  if (self->way == SCANNED) {
    scan_locked (self, n_frames);
    self->n_frames = self->fragments->len > 0 ? self->starts->len - 1 : 0;
  }
  if (self->n_frames == 0) {
    return fail_at (self, self->tag, VITRAIL_ERROR_TRUNCATED,
                    "not even one complete frame", error);
  }
  if (self->n_frames > VITRAIL_LIMIT_FRAMES)
    return fail_at (self, TAG_FRAMES, VITRAIL_ERROR_LIMIT, "too many", error);
  return TRUE;
}

static const VitrailElement *
find_pixels (const VitrailDataSet *data_set)
{
  const VitrailTag tags[] = { TAG_PIXEL, TAG_FLOAT_PIXEL, TAG_DOUBLE_PIXEL };

  for (size_t i = 0; i < G_N_ELEMENTS (tags); i++) {
    const VitrailElement *element = vitrail_data_set_find (data_set, tags[i]);
    if (element != NULL && element->length > 0)
      return element;
  }
  return NULL;
}

VitrailFrameIndex *
vitrail_frame_index_new (VitrailDataSet *data_set,
                         const char *transfer_syntax,
                         const char *name,
                         GError **error)
{
  return vitrail_frame_index_new_kept (data_set, transfer_syntax, name, NULL,
                                       error);
}

VitrailFrameIndex *
vitrail_frame_index_new_kept (VitrailDataSet *data_set,
                              const char *transfer_syntax,
                              const char *name,
                              const VitrailDiskCacheStamp *stamp,
                              GError **error)
{
  const VitrailElement *element = find_pixels (data_set);

  if (element == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: (7FE0,0010) PixelData: missing or empty", name);
    return NULL;
  }

  g_autoptr (VitrailFrameIndex) self = g_new0 (VitrailFrameIndex, 1);
  g_atomic_ref_count_init (&self->ref_count);
  pthread_mutex_init (&self->lock, NULL);
  self->data_set = vitrail_data_set_ref (data_set);
  self->name = g_strdup (name);
  self->tag = element->tag;
  self->value = element->value;
  self->length = element->length;
  self->is_kept = stamp != NULL;
  if (stamp != NULL)
    self->stamp = *stamp;

  int64_t stated = vitrail_data_set_get_int_or (data_set, TAG_FRAMES, 1);
  if (stated > VITRAIL_LIMIT_FRAMES) {
    fail_at (self, TAG_FRAMES, VITRAIL_ERROR_LIMIT, "too many", error);
    return NULL;
  }
  self->stated_frames = stated < 1 ? 1 : (guint) stated;

  gboolean encapsulated =
      element->undefined_length || !is_native_syntax (transfer_syntax);
  gboolean fine = encapsulated
                      ? init_encapsulated (self, transfer_syntax, error)
                      : init_native (self, error);
  return fine ? g_steal_pointer (&self) : NULL;
}

static void
unref_data_set_cb (gpointer data_set)
{
  vitrail_data_set_unref (data_set);
}

static GBytes *
slice (const VitrailFrameIndex *self, const uint8_t *data, size_t length)
{
  return g_bytes_new_with_free_func (data, length, unref_data_set_cb,
                                     vitrail_data_set_ref (self->data_set));
}

/* Bits are counted from the lowest of each byte (PS3.5 8.1.1). */
static GBytes *
shift_bits (const VitrailFrameIndex *self, uint64_t first_bit, GError **error)
{
  const uint8_t *from = self->value + first_bit / 8;
  unsigned shift = (unsigned) (first_bit % 8);
  size_t length = (size_t) ((self->frame_bits + 7) / 8);
  size_t rest = self->length - (size_t) (first_bit / 8);
  uint8_t *shifted = g_try_malloc (length);

  if (shifted == NULL) {
    fail_at (self, self->tag, VITRAIL_ERROR_LIMIT,
             "a frame does not fit into memory", error);
    return NULL;
  }
  for (size_t i = 0; i < length; i++) {
    unsigned next = i + 1 < rest ? from[i + 1] : 0;
    shifted[i] = (uint8_t) ((from[i] >> shift) | (next << (8 - shift)));
  }
  return g_bytes_new_take (shifted, length);
}

/* Zeros that stand for what a shrunk file has lost are no frame. */
static gboolean
check_whole (const VitrailFrameIndex *self,
             const uint8_t *data,
             size_t length,
             GError **error)
{
  return vitrail_mapping_is_whole (data, length) ||
         fail_at (self, self->tag, VITRAIL_ERROR_TRUNCATED,
                  "the file has been cut short since it was opened", error);
}

static GBytes *
ref_native (const VitrailFrameIndex *self, guint frame, GError **error)
{
  uint64_t first_bit = self->frame_bits * (frame - 1);
  size_t length = (size_t) ((self->frame_bits + 7) / 8);

  if (!check_whole (self, self->value + first_bit / 8, length, error))
    return NULL;
  if (first_bit % 8 != 0)
    return shift_bits (self, first_bit, error);
  return slice (self, self->value + first_bit / 8, length);
}

/* The fragments of @frame by the scan, which is made now if it was not. */
static GArray *
get_scanned (VitrailFrameIndex *self, guint frame)
{
  pthread_mutex_lock (&self->lock);
  if (self->starts == NULL)
    scan_locked (self, self->n_frames);
  pthread_mutex_unlock (&self->lock);

  if (frame >= self->starts->len)
    return NULL;
  guint first = g_array_index (self->starts, guint32, frame - 1);
  guint end = g_array_index (self->starts, guint32, frame);
  GArray *fragments = g_array_new (FALSE, FALSE, sizeof (VitrailFragment));
  for (guint i = first; i < end; i++) {
    g_array_append_val (fragments,
                        g_array_index (self->fragments, VitrailFragment, i));
  }
  return fragments;
}

static GArray *
get_fragments (VitrailFrameIndex *self, guint frame)
{
  GArray *fragments = NULL;

  if (self->way == EXTENDED)
    fragments = vitrail_fragments_by_extended (&self->encapsulated, frame - 1);
  else if (self->way == BASIC)
    fragments = vitrail_fragments_by_basic (&self->encapsulated, frame - 1);
  return fragments != NULL ? fragments : get_scanned (self, frame);
}

static GBytes *
join (const VitrailFrameIndex *self, const GArray *fragments, GError **error)
{
  size_t total = 0;
  size_t position = 0;

  for (guint i = 0; i < fragments->len; i++)
    total += g_array_index (fragments, VitrailFragment, i).length;
  uint8_t *joined = g_try_malloc (MAX (total, 1));
  if (joined == NULL) {
    fail_at (self, self->tag, VITRAIL_ERROR_LIMIT,
             "a frame does not fit into memory", error);
    return NULL;
  }
  for (guint i = 0; i < fragments->len; i++) {
    const VitrailFragment *fragment =
        &g_array_index (fragments, VitrailFragment, i);
    memcpy (joined + position, self->encapsulated.data + fragment->offset,
            fragment->length);
    position += fragment->length;
  }
  return g_bytes_new_take (joined, total);
}

/* An index that was kept may have been meant for other bytes. */
static gboolean
check_item (const VitrailFrameIndex *self,
            const VitrailFragment *fragment,
            GError **error)
{
  return !self->is_kept ||
         vitrail_fragments_confirm (&self->encapsulated, fragment) ||
         fail_at (self, self->tag, VITRAIL_ERROR_CORRUPT,
                  "the kept index of its frames is wrong", error);
}

static GBytes *
ref_encapsulated (VitrailFrameIndex *self, guint frame, GError **error)
{
  g_autoptr (GArray) fragments = get_fragments (self, frame);

  if (fragments == NULL || fragments->len == 0) {
    fail_at (self, self->tag, VITRAIL_ERROR_MALFORMED,
             "a frame has no fragments", error);
    return NULL;
  }
  for (guint i = 0; i < fragments->len; i++) {
    const VitrailFragment *fragment =
        &g_array_index (fragments, VitrailFragment, i);
    if (!check_whole (self, self->encapsulated.data + fragment->offset,
                      fragment->length, error) ||
        !check_item (self, fragment, error))
      return NULL;
  }
  if (fragments->len > 1)
    return join (self, fragments, error);
  const VitrailFragment *only = &g_array_index (fragments, VitrailFragment, 0);
  return slice (self, self->encapsulated.data + only->offset, only->length);
}

gboolean
vitrail_frame_index_is_ready (VitrailFrameIndex *self)
{
  if (self->way == NATIVE || self->way == EXTENDED || self->way == BASIC)
    return TRUE;
  pthread_mutex_lock (&self->lock);
  gboolean is_scanned = self->starts != NULL;
  pthread_mutex_unlock (&self->lock);
  return is_scanned;
}

GBytes *
vitrail_frame_index_ref_frame (const VitrailFrameIndex *self,
                               guint frame,
                               GError **error)
{
  if (frame < 1 || frame > self->n_frames) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: frame %u of %u does not exist", self->name, frame,
                 self->n_frames);
    return NULL;
  }
  if (self->way == NATIVE)
    return ref_native (self, frame, error);
  /* Only what @lock guards changes. */
  return ref_encapsulated ((VitrailFrameIndex *) (guintptr) self, frame, error);
}
