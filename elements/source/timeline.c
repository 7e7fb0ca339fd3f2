/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames in order and time: see timeline.h. */

#include "source/timeline.h"

#include "dicom/part10.h"
#include "error.h"
#include "limits.h"
#include "source/scan.h"

#include <math.h>

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
  GArray *items;   /* Item */
  GArray *entries; /* Entry */
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
  VitrailDataSet *data_set = vitrail_instance_get_data_set (instance);
  guint item = add_item (self, NULL, instance);
  for (guint i = 1; i <= n_frames; i++)
    add_frame (self, item, i, vitrail_frame_time_ms (data_set, i), &clock);
  clock_end (self, &clock);
  return g_steal_pointer (&self);
}

static VitrailTimeline *
open_file (const char *path, GError **error)
{
  g_autoptr (VitrailInstance) instance = vitrail_instance_open (path, error);

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

VitrailTimeline *
vitrail_timeline_open (const char *location, const char *series, GError **error)
{
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

VitrailInstance *
vitrail_timeline_ref_frame (VitrailTimeline *self,
                            guint index,
                            guint *frame,
                            GError **error)
{
  const Entry *entry = &g_array_index (self->entries, Entry, index);
  Item *item = &g_array_index (self->items, Item, entry->item);

  *frame = entry->frame;
  if (item->instance == NULL)
    item->instance = vitrail_instance_open (item->path, error);
  return item->instance != NULL ? g_object_ref (item->instance) : NULL;
}
