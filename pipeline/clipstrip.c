/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailClipStrip: see clipstrip.h. One frame at a time is under way. */

#include "clipstrip.h"

#include "codec/codec.h"
#include "decode/videoinstance.h"
#include "pixel/present.h"
#include "pool.h"

#include <math.h>
#include <string.h>

/* Shared with what is under way, which may outlive the owner. */
struct _VitrailClipStrip {
  VitrailDataSource *source;
  VitrailDisplaySet *display_set;
  VitrailClipStripChanged changed; /* NULL once the owner is gone */
  gpointer user_data;

  GCancellable *cancellable;
  VitrailInstance *instance; /* while pictures are made of it, else NULL */
  double *starts_ms;         /* of each frame, or NULL */
  guint n_frames;
  guint n;              /* as asked for */
  GHashTable *pictures; /* frame -> VitrailClipPicture */
  gboolean is_under_way;
  gboolean is_held;
  gboolean has_failed; /* it cannot be opened */
};

/* --- which frames --- */

guint
vitrail_clip_strip_pick (guint n_frames, guint n, guint index)
{
  if (n < 2)
    return 1;
  const guint64 gaps = n - 1;
  return 1 + (guint) (((guint64) index * (n_frames - 1) + gaps / 2) / gaps);
}

guint
vitrail_clip_strip_find (guint n_frames, guint n, guint frame)
{
  guint best = 0;
  guint64 least = G_MAXUINT64;

  for (guint i = 0; i < n; i++) {
    const gint64 gap =
        (gint64) vitrail_clip_strip_pick (n_frames, n, i) - (gint64) frame;
    const guint64 distance = (guint64) (gap < 0 ? -gap : gap);
    if (distance < least) {
      least = distance;
      best = i;
    }
  }
  return best;
}

guint
vitrail_clip_strip_locate (guint n_frames, guint n, double place)
{
  const double at = CLAMP (place - 0.5, 0, n > 0 ? n - 1.0 : 0);
  const guint left = (guint) at;
  const double first = vitrail_clip_strip_pick (n_frames, n, left);

  if (left + 1 >= n)
    return (guint) first;
  const double next = vitrail_clip_strip_pick (n_frames, n, left + 1);
  return (guint) lround (first + (next - first) * (at - left));
}

/* --- one picture --- */

typedef struct {
  VitrailInstance *instance;
  guint frame;
  GBytes *stored; /* what came over a network, or NULL */
  GError *failed;
} Job;

static void
job_free (Job *self)
{
  g_object_unref (self->instance);
  g_clear_pointer (&self->stored, g_bytes_unref);
  g_clear_error (&self->failed);
  g_free (self);
}

static void
picture_free (VitrailClipPicture *self)
{
  g_clear_pointer (&self->rgb, g_bytes_unref);
  g_free (self);
}

/* How often a frame may be halved and still be large enough. */
static guint
get_reduce (VitrailInstance *instance)
{
  VitrailPixelFormat format;
  guint reduce = 0;

  if (!vitrail_instance_get_pixel_format (instance, &format, NULL))
    return 0;
  while (format.width >> (reduce + 1) >= VITRAIL_CLIP_STRIP_WIDTH ||
         format.height >> (reduce + 1) >= VITRAIL_CLIP_STRIP_HEIGHT)
    reduce++;
  return reduce;
}

static VitrailFrame *
decode (Job *job, GCancellable *cancellable, GError **error)
{
  const guint reduce = get_reduce (job->instance);
  VitrailFrame *coded = NULL;

  if (job->failed != NULL)
    g_propagate_error (error, g_steal_pointer (&job->failed));
  else if (job->stored != NULL)
    coded = vitrail_instance_decode_stored (job->instance, job->frame,
                                            job->stored, reduce, error);
  else
    coded = vitrail_instance_decode_frame (job->instance, job->frame, reduce,
                                           cancellable, error);
  return coded != NULL ? vitrail_frame_normalize (coded) : NULL;
}

static GBytes *
make_rgb (const VitrailImage *image)
{
  const gsize row_bytes = (gsize) image->width * 3;
  guint8 *rgb = g_malloc (row_bytes * image->height);

  for (guint y = 0; y < image->height; y++) {
    const guint8 *row = image->data + y * image->stride;
    guint8 *out = rgb + y * row_bytes;
    for (gsize x = 0; x < row_bytes; x++)
      out[x] = row[image->channels == 3 ? x : x / 3];
  }
  return g_bytes_new_take (rgb, row_bytes * image->height);
}

/* A picture, without colours where the frame cannot be decoded. */
static VitrailClipPicture *
make_picture (Job *job, GCancellable *cancellable)
{
  VitrailClipPicture *picture = g_new0 (VitrailClipPicture, 1);
  g_auto (VitrailImage) image = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailFrame) frame = decode (job, cancellable, &error);
  g_autoptr (VitrailFrameInfo) info =
      frame != NULL
          ? vitrail_instance_ref_frame_info (job->instance, job->frame, &error)
          : NULL;

  if (info != NULL &&
      vitrail_present (frame, info, NULL, NULL, VITRAIL_CLIP_STRIP_WIDTH,
                       VITRAIL_CLIP_STRIP_HEIGHT, &image, &error))
  {
    picture->width = image.width;
    picture->height = image.height;
    picture->rgb = make_rgb (&image);
  } else {
    g_debug ("picture of frame %u: %s", job->frame,
             error != NULL ? error->message : "no memory");
  }
  return picture;
}

/* On a worker. */
static void
make_job (gpointer data, gboolean cancelled)
{
  g_autoptr (GTask) task = data;

  if (g_task_return_error_if_cancelled (task))
    return;
  VitrailClipPicture *picture =
      make_picture (g_task_get_task_data (task), g_task_get_cancellable (task));
  g_task_return_pointer (task, picture, (GDestroyNotify) picture_free);
}

/* On any thread. */
static void
stored_cb (GBytes *bytes, const GError *error, gpointer user_data)
{
  GTask *task = user_data;
  Job *job = g_task_get_task_data (task);

  if (bytes != NULL)
    job->stored = g_bytes_ref (bytes);
  else
    job->failed = g_error_copy (error);
  vitrail_pool_push (VITRAIL_PRIORITY_BACKGROUND, make_job, task,
                     g_task_get_cancellable (task));
}

static void
make_async (VitrailInstance *instance,
            guint frame,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  job->instance = g_object_ref (instance);
  job->frame = frame;
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  if (!vitrail_instance_fetch_frame (instance, frame,
                                     VITRAIL_PRIORITY_BACKGROUND, cancellable,
                                     stored_cb, task))
    vitrail_pool_push (VITRAIL_PRIORITY_BACKGROUND, make_job, task,
                       cancellable);
}

/* --- all of them --- */

static void
strip_clear (gpointer data)
{
  VitrailClipStrip *self = data;

  g_object_unref (self->source);
  vitrail_display_set_unref (self->display_set);
  g_object_unref (self->cancellable);
  g_clear_object (&self->instance);
  g_clear_pointer (&self->starts_ms, g_free);
  g_hash_table_unref (self->pictures);
}

static void
release (VitrailClipStrip *self)
{
  g_rc_box_release_full (self, strip_clear);
}

static VitrailClipPicture *
lookup (const VitrailClipStrip *self, guint frame)
{
  return g_hash_table_lookup (self->pictures, GUINT_TO_POINTER (frame));
}

/* Whether nothing before @frame has to be decoded for it. */
static gboolean
is_access (VitrailInstance *instance, guint frame)
{
  if (!VITRAIL_IS_VIDEO_INSTANCE (instance))
    return TRUE;
  const VitrailVideoIndex *index =
      vitrail_video_instance_get_index (VITRAIL_VIDEO_INSTANCE (instance));
  const guint unit = vitrail_video_index_find_frame (index, frame - 1);
  return vitrail_video_index_get_unit (index, unit)->access == unit;
}

/* 0: there is none left. What costs least comes first, then in order, which is
 * how a decoder goes on from where it is. */
static guint
find_next (const VitrailClipStrip *self)
{
  const guint n = vitrail_clip_strip_get_n (self);
  guint next = 0;

  for (guint i = 0; i < n; i++) {
    const guint frame = vitrail_clip_strip_pick (self->n_frames, n, i);
    if (lookup (self, frame) != NULL)
      continue;
    if (self->instance == NULL || is_access (self->instance, frame))
      return frame;
    next = next == 0 ? frame : next;
  }
  return next;
}

/* Whether @frame is one of those that are shown. */
static gboolean
is_picked (const VitrailClipStrip *self, guint frame)
{
  const guint n = vitrail_clip_strip_get_n (self);

  return n > 0 &&
         vitrail_clip_strip_pick (self->n_frames, n,
                                  vitrail_clip_strip_find (self->n_frames, n,
                                                           frame)) == frame;
}

static void go_on (VitrailClipStrip *self);

typedef struct {
  VitrailClipStrip *strip;
  guint frame;
} Waiting;

static void
made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Waiting *waiting = user_data;
  VitrailClipStrip *self = waiting->strip;
  VitrailClipPicture *picture =
      g_task_propagate_pointer (G_TASK (result), NULL);

  self->is_under_way = FALSE;
  /* The strip may have become another meanwhile. */
  if (picture != NULL && is_picked (self, waiting->frame))
    g_hash_table_insert (self->pictures, GUINT_TO_POINTER (waiting->frame),
                         picture);
  else
    g_clear_pointer (&picture, picture_free);
  if (self->changed != NULL) {
    go_on (self);
    self->changed (self->user_data);
  }
  g_free (waiting);
  release (self);
}

/* Times lead up to each frame. */
static void
read_times (VitrailClipStrip *self)
{
  const guint n = self->n_frames;
  const double common =
      VITRAIL_IS_VIDEO_INSTANCE (self->instance)
          ? vitrail_video_instance_get_time_ms (self->instance, 1)
          : 0;
  double *times =
      vitrail_frame_times_ms (vitrail_instance_get_data_set (self->instance),
                              n);
  double start = 0;

  for (guint i = 0; i < n; i++) {
    const double time = common > 0 ? common : times[i];
    times[i] = start;
    start += time;
  }
  g_free (self->starts_ms);
  self->starts_ms = times;
  if (!(start > 0))
    g_clear_pointer (&self->starts_ms, g_free);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  VitrailClipStrip *self = user_data;
  g_autoptr (GError) error = NULL;
  VitrailInstance *instance =
      vitrail_video_instance_open_finish (VITRAIL_DATA_SOURCE (source), result,
                                          &error);

  self->is_under_way = FALSE;
  if (instance == NULL) {
    g_debug ("pictures of a clip: %s", error->message);
    self->has_failed = TRUE;
  } else {
    self->instance = instance;
    /* Of a video the stream says it. */
    self->n_frames = vitrail_instance_get_n_frames (instance);
    if (VITRAIL_IS_VIDEO_INSTANCE (instance))
      vitrail_video_instance_set_kept_bytes (VITRAIL_VIDEO_INSTANCE (instance),
                                             0);
    read_times (self);
  }
  if (self->changed != NULL) {
    go_on (self);
    self->changed (self->user_data);
  }
  release (self);
}

static void
open_instance (VitrailClipStrip *self)
{
  const char *uid = vitrail_display_set_get_image (self->display_set, 1, NULL);

  if (uid == NULL)
    return;
  self->is_under_way = TRUE;
  vitrail_video_instance_open_async (self->source, uid, self->cancellable,
                                     opened_cb, g_rc_box_acquire (self));
}

/* Begins what comes next, if anything does. */
static void
go_on (VitrailClipStrip *self)
{
  const guint frame = find_next (self);

  if (self->is_under_way || self->has_failed)
    return;
  if (frame == 0) {
    /* With its decoder, which is large. */
    g_clear_object (&self->instance);
    return;
  }
  if (self->is_held)
    return;
  if (self->instance == NULL) {
    open_instance (self);
    return;
  }
  Waiting *waiting = g_new0 (Waiting, 1);
  waiting->strip = g_rc_box_acquire (self);
  waiting->frame = frame;
  self->is_under_way = TRUE;
  make_async (self->instance, frame, self->cancellable, made_cb, waiting);
}

VitrailClipStrip *
vitrail_clip_strip_new (VitrailDataSource *source,
                        VitrailDisplaySet *display_set,
                        VitrailClipStripChanged changed,
                        gpointer user_data)
{
  VitrailClipStrip *self = g_rc_box_new0 (VitrailClipStrip);

  self->source = g_object_ref (source);
  self->display_set = vitrail_display_set_ref (display_set);
  self->changed = changed;
  self->user_data = user_data;
  self->n_frames = display_set->n_positions;
  self->cancellable = g_cancellable_new ();
  self->pictures =
      g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) picture_free);
  return self;
}

void
vitrail_clip_strip_free (VitrailClipStrip *self)
{
  self->changed = NULL;
  g_cancellable_cancel (self->cancellable);
  release (self);
}

static gboolean
is_dropped_cb (gpointer frame, gpointer picture, gpointer user_data)
{
  return !is_picked (user_data, GPOINTER_TO_UINT (frame));
}

void
vitrail_clip_strip_set_n (VitrailClipStrip *self, guint n)
{
  if (n == self->n)
    return;
  self->n = n;
  g_hash_table_foreach_remove (self->pictures, is_dropped_cb, self);
  go_on (self);
}

guint
vitrail_clip_strip_get_n (const VitrailClipStrip *self)
{
  return MIN (MIN (self->n, VITRAIL_CLIP_STRIP_MOST), self->n_frames);
}

guint
vitrail_clip_strip_get_n_frames (const VitrailClipStrip *self)
{
  return self->n_frames;
}

void
vitrail_clip_strip_set_held (VitrailClipStrip *self, gboolean held)
{
  if (held == self->is_held)
    return;
  self->is_held = held;
  go_on (self);
}

gboolean
vitrail_clip_strip_is_busy (const VitrailClipStrip *self)
{
  return self->is_under_way || (!self->has_failed && find_next (self) != 0);
}

const VitrailClipPicture *
vitrail_clip_strip_get_picture (const VitrailClipStrip *self, guint index)
{
  return lookup (self, vitrail_clip_strip_pick (self->n_frames,
                                                vitrail_clip_strip_get_n (self),
                                                index));
}

double
vitrail_clip_strip_get_time_s (const VitrailClipStrip *self, guint frame)
{
  return self->starts_ms != NULL && frame >= 1 && frame <= self->n_frames
             ? self->starts_ms[frame - 1] / 1000
             : -1;
}
