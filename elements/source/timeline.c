/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames in order and time: see timeline.h. */

#include "source/timeline.h"

#include "decode/videoinstance.h"
#include "dicom/builder.h"
#include "dicomweb/location.h"
#include "error.h"
#include "limits.h"
#include "source.h"
#include "source/scan.h"
#include "stackorder.h"

#include <math.h>

#define TAG_SOP_INSTANCE VITRAIL_TAG (0x0008, 0x0018)
#define TAG_STUDY        VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES       VITRAIL_TAG (0x0020, 0x000e)
#define TAG_N_FRAMES     VITRAIL_TAG (0x0028, 0x0008)
#define TAG_ROWS         VITRAIL_TAG (0x0028, 0x0010)

/* Frames under way while one is shown. */
#define AHEAD 6u

/* One instance, opened when it is first needed. */
typedef struct {
  char *path;
  VitrailInstance *instance;
} Item;

/* One frame. */
typedef struct {
  guint item;
  guint frame;      /* in its instance, from 1 */
  guint64 start_ns; /* of the timeline */
} Entry;

struct _VitrailTimeline {
  VitrailDataSource *source; /* of items whose path is a UID, or NULL */
  GArray *items;             /* Item */
  GArray *entries;           /* Entry */
  guint64 end_ns;
  double frame_ms; /* 0: differing */
};

static void
item_clear (gpointer data)
{
  Item *item = data;

  g_clear_pointer (&item->path, g_free);
  g_clear_object (&item->instance);
}

static VitrailTimeline *
timeline_alloc (void)
{
  VitrailTimeline *self = g_new0 (VitrailTimeline, 1);

  self->items = g_array_new (FALSE, FALSE, sizeof (Item));
  g_array_set_clear_func (self->items, item_clear);
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  return self;
}

void
vitrail_timeline_free (VitrailTimeline *self)
{
  g_array_unref (self->items);
  g_array_unref (self->entries);
  g_clear_object (&self->source);
  g_free (self);
}

static guint
add_item (VitrailTimeline *self, const char *path, VitrailInstance *instance)
{
  Item item = { g_strdup (path), instance };

  if (instance != NULL)
    g_object_ref (instance);
  g_array_append_val (self->items, item);
  return self->items->len - 1;
}

/* Times are counted in fractions of a millisecond up to here, so that many
 * frames of 33.333 ms do not drift. */
typedef struct {
  double now_ms;
  double first_ms;
  gboolean differs;
} Clock;

static void
add_frame (VitrailTimeline *self,
           guint item,
           guint frame,
           double ms,
           Clock *clock)
{
  if (!(ms > 0) || ms > 1e9)
    ms = VITRAIL_TIMELINE_DEFAULT_MS;
  Entry entry = { item, frame, (guint64) llround (clock->now_ms * 1e6) };
  g_array_append_val (self->entries, entry);
  if (self->entries->len == 1)
    clock->first_ms = ms;
  clock->differs |= fabs (ms - clock->first_ms) > 1e-6;
  clock->now_ms += ms;
}

static void
clock_end (VitrailTimeline *self, const Clock *clock)
{
  self->end_ns = (guint64) llround (clock->now_ms * 1e6);
  self->frame_ms = clock->differs ? 0 : clock->first_ms;
}

VitrailTimeline *
vitrail_timeline_new_instance (VitrailInstance *instance, GError **error)
{
  g_autoptr (VitrailTimeline) self = timeline_alloc ();
  VitrailPixelFormat format;
  Clock clock = { 0 };

  /* Says why, when there is nothing to be seen. */
  if (!vitrail_instance_get_pixel_format (instance, &format, error))
    return NULL;
  guint n_frames = vitrail_instance_get_n_frames (instance);
  if (n_frames == 0) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND, "%s: no frames",
                 vitrail_instance_get_name (instance));
    return NULL;
  }
  g_autofree double *times =
      vitrail_frame_times_ms (vitrail_instance_get_data_set (instance),
                              n_frames);
  guint item = add_item (self, NULL, instance);
  for (guint i = 1; i <= n_frames; i++)
    add_frame (self, item, i,
               VITRAIL_IS_VIDEO_INSTANCE (instance)
                   ? vitrail_video_instance_get_time_ms (instance, i)
                   : times[i - 1],
               &clock);
  clock_end (self, &clock);
  return g_steal_pointer (&self);
}

static VitrailTimeline *
open_file (const char *path, GError **error)
{
  g_autoptr (VitrailInstance) instance =
      vitrail_video_instance_wrap (vitrail_instance_open (path, error), error);

  if (instance == NULL)
    return NULL;
  return vitrail_timeline_new_instance (instance, error);
}

static VitrailTimeline *
open_folder (const char *path, const char *series, GError **error)
{
  g_autoptr (GPtrArray) images = vitrail_scan_series (path, series, error);
  g_autoptr (VitrailTimeline) self = timeline_alloc ();
  Clock clock = { 0 };

  if (images == NULL)
    return NULL;
  for (guint i = 0; i < images->len; i++) {
    const VitrailScanImage *image = g_ptr_array_index (images, i);
    guint item = add_item (self, image->path, NULL);
    for (guint frame = 1; frame <= image->n_frames; frame++)
      add_frame (self, item, frame, image->frame_ms, &clock);
  }
  clock_end (self, &clock);
  return g_steal_pointer (&self);
}

/* --- over DICOMweb --- */

static GPtrArray *
find (VitrailDataSource *source,
      VitrailLevel level,
      VitrailDataSet *match,
      GError **error)
{
  const VitrailQuery query = { .level = level, .match = match };

  return vitrail_data_source_query (source, &query, NULL, error);
}

static VitrailDataSet *
make_match (const char *study, const char *series)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();

  if (study != NULL)
    vitrail_data_set_builder_set_string (builder, TAG_STUDY, study);
  if (series != NULL)
    vitrail_data_set_builder_set_string (builder, TAG_SERIES, series);
  return vitrail_data_set_builder_end (builder);
}

/* The images of the first of @series that has any; empty where none has. */
static GPtrArray *
find_images (VitrailDataSource *source, const GPtrArray *series, GError **error)
{
  GPtrArray *images =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);

  for (guint i = 0; images->len == 0 && i < series->len; i++) {
    const VitrailDataSet *one = g_ptr_array_index (series, i);
    g_autofree char *study = vitrail_data_set_dup_string (one, TAG_STUDY, 0);
    g_autofree char *uid = vitrail_data_set_dup_string (one, TAG_SERIES, 0);
    g_autoptr (VitrailDataSet) match = make_match (study, uid);
    g_autoptr (GPtrArray) all =
        find (source, VITRAIL_LEVEL_INSTANCE, match, error);
    if (all == NULL) {
      g_ptr_array_unref (images);
      return NULL;
    }
    for (guint k = 0; k < all->len; k++)
      if (vitrail_data_set_get_int_or (g_ptr_array_index (all, k), TAG_ROWS,
                                       0) > 0)
        g_ptr_array_add (images,
                         vitrail_data_set_ref (g_ptr_array_index (all, k)));
  }
  return images;
}

static void
add_image (VitrailTimeline *self, VitrailDataSet *image, Clock *clock)
{
  g_autofree char *uid =
      vitrail_data_set_dup_string (image, TAG_SOP_INSTANCE, 0);
  const int64_t n = vitrail_data_set_get_int_or (image, TAG_N_FRAMES, 1);
  const guint n_frames = (guint) CLAMP (n, 1, VITRAIL_LIMIT_FRAMES);
  g_autofree double *times = vitrail_frame_times_ms (image, n_frames);
  const guint item = add_item (self, uid, NULL);

  for (guint i = 1; i <= n_frames; i++)
    add_frame (self, item, i, times[i - 1], clock);
}

/* In the order of their stack. */
static void
add_images (VitrailTimeline *self, const GPtrArray *images)
{
  g_autofree VitrailStackKey *keys = g_new0 (VitrailStackKey, images->len);
  Clock clock = { 0 };

  for (guint i = 0; i < images->len; i++) {
    VitrailDataSet *image = g_ptr_array_index (images, i);
    vitrail_stack_key_init (&keys[i], image, image);
  }
  vitrail_stack_sort (keys, images->len);
  for (guint i = 0; i < images->len; i++) {
    add_image (self, keys[i].data, &clock);
    vitrail_stack_key_clear (&keys[i]);
  }
  clock_end (self, &clock);
}

static VitrailTimeline *
open_web (const char *location, const char *uid, GError **error)
{
  g_autoptr (VitrailTimeline) self = timeline_alloc ();
  g_autoptr (VitrailDataSet) match = make_match (NULL, uid);

  self->source = vitrail_data_source_new (location, error);
  g_autoptr (GPtrArray) series =
      self->source != NULL
          ? find (self->source, VITRAIL_LEVEL_SERIES, match, error)
          : NULL;
  g_autoptr (GPtrArray) images =
      series != NULL ? find_images (self->source, series, error) : NULL;
  if (images == NULL)
    return NULL;
  if (images->len == 0) {
    g_autofree char *name = vitrail_web_location_dup_public (location);
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: no images%s%s", name, uid != NULL ? " in series " : "",
                 uid != NULL ? uid : "");
    return NULL;
  }
  add_images (self, images);
  return g_steal_pointer (&self);
}

VitrailTimeline *
vitrail_timeline_open (const char *location, const char *series, GError **error)
{
  if (vitrail_web_location_is (location))
    return open_web (location, series, error);
  if (g_file_test (location, G_FILE_TEST_IS_DIR))
    return open_folder (location, series, error);
  return open_file (location, error);
}

gboolean
vitrail_timeline_set_range (VitrailTimeline *self,
                            guint first,
                            guint last,
                            GError **error)
{
  guint n = self->entries->len;
  guint stop = last == 0 ? n : MIN (last, n);

  if (first < 1 || first > stop) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "no frames from %u to %u: there are %u", first,
                 last == 0 ? n : last, n);
    return FALSE;
  }
  guint64 offset = vitrail_timeline_get_start_ns (self, first - 1);
  self->end_ns = vitrail_timeline_get_start_ns (self, stop) - offset;
  g_array_set_size (self->entries, stop);
  g_array_remove_range (self->entries, 0, first - 1);
  for (guint i = 0; i < self->entries->len; i++)
    g_array_index (self->entries, Entry, i).start_ns -= offset;
  return TRUE;
}

void
vitrail_timeline_set_frame_ms (VitrailTimeline *self, double frame_ms)
{
  for (guint i = 0; i < self->entries->len; i++)
    g_array_index (self->entries, Entry, i).start_ns =
        (guint64) llround (i * frame_ms * 1e6);
  self->end_ns = (guint64) llround (self->entries->len * frame_ms * 1e6);
  self->frame_ms = frame_ms;
}

guint
vitrail_timeline_get_n_frames (const VitrailTimeline *self)
{
  return self->entries->len;
}

double
vitrail_timeline_get_frame_ms (const VitrailTimeline *self)
{
  return self->frame_ms;
}

guint64
vitrail_timeline_get_start_ns (const VitrailTimeline *self, guint64 index)
{
  if (index >= self->entries->len)
    return self->end_ns;
  return g_array_index (self->entries, Entry, index).start_ns;
}

guint
vitrail_timeline_find (const VitrailTimeline *self, guint64 ns)
{
  guint low = 0;
  guint high = self->entries->len;

  if (ns >= self->end_ns)
    return high;
  /* The last that starts at or before @ns. */
  while (high - low > 1) {
    guint middle = low + (high - low) / 2;
    if (g_array_index (self->entries, Entry, middle).start_ns <= ns)
      low = middle;
    else
      high = middle;
  }
  return low;
}

/* Frames that come over a network are asked for before they are due. */
static void
prefetch (const VitrailTimeline *self, guint index)
{
  const guint end = MIN (self->entries->len, index + 1 + AHEAD);

  for (guint i = index + 1; i < end; i++) {
    const Entry *entry = &g_array_index (self->entries, Entry, i);
    const Item *item = &g_array_index (self->items, Item, entry->item);
    if (item->instance != NULL)
      vitrail_instance_prefetch_frame (item->instance, entry->frame);
  }
}

VitrailInstance *
vitrail_timeline_ref_frame (VitrailTimeline *self,
                            guint index,
                            guint *frame,
                            GError **error)
{
  const Entry *entry = &g_array_index (self->entries, Entry, index);
  Item *item = &g_array_index (self->items, Item, entry->item);

  *frame = entry->frame;
  if (item->instance == NULL && self->source != NULL)
    item->instance =
        vitrail_video_instance_wrap (vitrail_data_source_open_instance (
                                         self->source, item->path, NULL, error),
                                     error);
  else if (item->instance == NULL)
    item->instance =
        vitrail_video_instance_wrap (vitrail_instance_open (item->path, error),
                                     error);
  if (item->instance != NULL && self->source != NULL)
    prefetch (self, index);
  return item->instance != NULL ? g_object_ref (item->instance) : NULL;
}
