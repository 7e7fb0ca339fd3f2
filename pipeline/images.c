/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailImages: see images.h. */

#include "images.h"

#include "decode/videoinstance.h"
#include "framestore.h"

/* Images read ahead in the direction of travel, and behind. */
#define AHEAD  8
#define BEHIND 2

/* Shared with the requests under way, which may outlive the owner. */
struct _VitrailImages {
  VitrailDataSource *source;
  VitrailDisplaySet *display_set;
  VitrailImagesReady ready; /* NULL once the owner is gone */
  gpointer user_data;

  GPtrArray *instances; /* nullable, as display_set's images */
  gboolean opens_cine;  /* of a cine: its one image is being opened */
  guint cine_frame;     /* meanwhile asked for last */
  GCancellable *cancellable;
  GCancellable *prefetch; /* of reading ahead from one position */
  guint position;
  gboolean backwards; /* the last step was */
  /* Requests are numbered from 1. */
  guint64 requested;
  guint64 answered;
};

typedef struct {
  VitrailImages *images;
  GCancellable *prefetch; /* reading ahead, else NULL */
  guint index;
  guint frame;
  guint64 number;
} Request;

static void
images_clear (gpointer data)
{
  VitrailImages *self = data;
  g_object_unref (self->source);
  vitrail_display_set_unref (self->display_set);
  g_ptr_array_unref (self->instances);
  g_object_unref (self->cancellable);
  g_object_unref (self->prefetch);
}

static void
request_free (Request *self)
{
  g_clear_object (&self->prefetch);
  g_rc_box_release_full (self->images, images_clear);
  g_free (self);
}

static void
instance_unref (gpointer instance)
{
  if (instance != NULL)
    g_object_unref (instance);
}

static void
ignore_cb (VitrailFrame *frame, const GError *error, gpointer user_data)
{
}

static void
answer (VitrailImages *self,
        VitrailInstance *instance,
        guint frame,
        guint64 number)
{
  if (number <= self->answered || self->ready == NULL)
    return;
  self->answered = number;
  self->ready (instance, frame, NULL, self->user_data);
}

static void
decode_ahead (VitrailInstance *instance, guint frame, GCancellable *cancellable)
{
  vitrail_frame_store_request (vitrail_frame_store_get_default (), instance,
                               frame, 0, VITRAIL_PRIORITY_PREFETCH, cancellable,
                               ignore_cb, NULL);
}

static gboolean
is_cine (const VitrailImages *self)
{
  return self->display_set->kind == VITRAIL_DISPLAY_SET_CINE;
}

/* Of a video the stream says how many frames there are. */
static void
follow_video (VitrailImages *self, VitrailInstance *opened)
{
  if (opened != NULL && VITRAIL_IS_VIDEO_INSTANCE (opened))
    self->display_set->n_positions = vitrail_instance_get_n_frames (opened);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Request *request = user_data;
  VitrailImages *self = request->images;
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) opened =
      vitrail_video_instance_open_finish (VITRAIL_DATA_SOURCE (source), result,
                                          &error);

  if (is_cine (self)) {
    follow_video (self, opened);
    /* Once for all that were asked for meanwhile. */
    self->opens_cine = FALSE;
    request->frame = MIN (self->cine_frame, self->display_set->n_positions);
    request->number = self->requested;
  }
  if (opened != NULL) {
    gpointer *kept = &g_ptr_array_index (self->instances, request->index);
    if (*kept == NULL)
      *kept = g_object_ref (opened);
    if (request->prefetch != NULL)
      decode_ahead (*kept, request->frame, request->prefetch);
    else
      answer (self, *kept, request->frame, request->number);
  } else if (request->prefetch == NULL && request->number == self->requested &&
             self->ready != NULL)
    self->ready (NULL, request->frame, error, self->user_data);
  request_free (request);
}

static gboolean
find_image (const VitrailImages *self,
            guint position,
            guint *index,
            guint *frame)
{
  if (vitrail_display_set_get_image (self->display_set, position, frame) ==
      NULL)
    return FALSE;
  *index =
      self->display_set->kind == VITRAIL_DISPLAY_SET_STACK ? position - 1 : 0;
  return TRUE;
}

static void
open_image (VitrailImages *self,
            guint index,
            guint frame,
            guint64 number,
            GCancellable *prefetch)
{
  /* A cine is read ahead once it is open, which may take a while. */
  if (is_cine (self) && (prefetch != NULL || self->opens_cine)) {
    if (prefetch == NULL)
      self->cine_frame = frame;
    return;
  }
  self->opens_cine = is_cine (self);
  self->cine_frame = frame;
  Request *request = g_new0 (Request, 1);
  request->images = g_rc_box_acquire (self);
  request->prefetch = prefetch != NULL ? g_object_ref (prefetch) : NULL;
  request->index = index;
  request->frame = frame;
  request->number = number;
  vitrail_video_instance_open_async (
      self->source, g_ptr_array_index (self->display_set->images, index),
      prefetch != NULL ? prefetch : self->cancellable, opened_cb, request);
}

VitrailImages *
vitrail_images_new (VitrailDataSource *source,
                    VitrailDisplaySet *display_set,
                    VitrailImagesReady ready,
                    gpointer user_data)
{
  VitrailImages *self = g_rc_box_new0 (VitrailImages);
  self->source = g_object_ref (source);
  self->display_set = vitrail_display_set_ref (display_set);
  self->ready = ready;
  self->user_data = user_data;
  self->instances = g_ptr_array_new_with_free_func (instance_unref);
  g_ptr_array_set_size (self->instances, (int) display_set->images->len);
  self->cancellable = g_cancellable_new ();
  self->prefetch = g_cancellable_new ();
  return self;
}

void
vitrail_images_free (VitrailImages *self)
{
  self->ready = NULL;
  g_cancellable_cancel (self->cancellable);
  g_cancellable_cancel (self->prefetch);
  g_rc_box_release_full (self, images_clear);
}

void
vitrail_images_request (VitrailImages *self, guint position)
{
  guint index = 0;
  guint frame = 0;
  if (!find_image (self, position, &index, &frame))
    return;
  self->backwards = position < self->position;
  self->position = position;
  self->requested++;
  VitrailInstance *instance = g_ptr_array_index (self->instances, index);
  if (instance != NULL)
    answer (self, instance, frame, self->requested);
  else
    open_image (self, index, frame, self->requested, NULL);
}

static void
prefetch_one (VitrailImages *self, guint position)
{
  guint index = 0;
  guint frame = 0;
  if (!find_image (self, position, &index, &frame))
    return;
  VitrailInstance *instance = g_ptr_array_index (self->instances, index);
  if (instance != NULL)
    decode_ahead (instance, frame, self->prefetch);
  else
    open_image (self, index, frame, 0, self->prefetch);
}

/* Farthest first: of one priority the newest request is served first. */
void
vitrail_images_prefetch (VitrailImages *self, gboolean round)
{
  g_cancellable_cancel (self->prefetch);
  g_object_unref (self->prefetch);
  self->prefetch = g_cancellable_new ();

  gint64 n = self->display_set->n_positions;
  gint64 step = self->backwards ? -1 : 1;
  /* What plays does not turn round. */
  for (gint64 d = AHEAD; d >= (round ? 1 : -BEHIND); d--) {
    gint64 position = self->position + d * step;
    if (round && n > AHEAD + BEHIND)
      position = (position - 1 + n) % n + 1;
    if (d != 0 && position >= 1 && position <= n)
      prefetch_one (self, (guint) position);
  }
}

VitrailInstance *
vitrail_images_peek (VitrailImages *self, guint position)
{
  guint index = 0;
  guint frame = 0;
  if (!find_image (self, position, &index, &frame))
    return NULL;
  return g_ptr_array_index (self->instances, index);
}
