/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Several frames: see pictures.h. */

#include "pictures.h"

#include "decode/videoinstance.h"
#include "error.h"
#include "film.h"
#include "gif.h"
#include "kept.h"
#include "mask/maskinstance.h"
#include "multipart.h"
#include "source/timeline.h"
#include "streaming.h"

#include <stdlib.h>
#include <string.h>

/* In one answer, and their samples where they are one file. */
#define MAX_PICTURES    1024u
#define MAX_FILM_PIXELS ((guint64) 2 << 30)

/* Objects tried before a study counts as having no picture. */
#define MAX_TRIES 8

/* How long a picture of a series stands. */
#define SERIES_NS ((guint64) 100000000)

static void
clear_picture (gpointer data)
{
  VitrailPicture *picture = data;
  g_clear_object (&picture->instance);
}

static gboolean
add (GArray *pictures, VitrailInstance *instance, guint frame, GError **error)
{
  VitrailPicture picture = { g_object_ref (instance), frame };

  g_array_append_val (pictures, picture);
  if (pictures->len <= MAX_PICTURES)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
               "more than %u pictures at once", MAX_PICTURES);
  return FALSE;
}

guint
vitrail_pictures_count (VitrailInstance *instance)
{
  if (vitrail_waveform_is_there (vitrail_instance_get_data_set (instance)))
    return 1;
  return vitrail_instance_get_n_frames (instance);
}

/* @stored (transfer full; NULL: *@error is set) as it is to be seen: frames of
 * a video, angiograms less their masks where the data want that. */
static VitrailInstance *
get_as_seen (VitrailInstance *stored, GError **error)
{
  g_autoptr (VitrailInstance) instance =
      vitrail_video_instance_wrap (stored, error);

  if (instance == NULL || !vitrail_mask_instance_is_recommended (instance))
    return g_steal_pointer (&instance);
  return vitrail_mask_instance_new (instance, NULL, error);
}

static VitrailInstance *
open_answer (const VitrailRequest *request,
             VitrailDataSet *found,
             GError **error)
{
  return get_as_seen (vitrail_archive_open_answer (request, found, error),
                      error);
}

VitrailInstance *
vitrail_pictures_open (const VitrailRequest *request, GError **error)
{
  return get_as_seen (vitrail_archive_open_instance (request, error), error);
}

static gboolean
add_all (GArray *pictures, VitrailInstance *instance, GError **error)
{
  guint n = vitrail_pictures_count (instance);

  for (guint frame = 1; frame <= n; frame++)
    if (!add (pictures, instance, frame, error))
      return FALSE;
  return TRUE;
}

/* "1,2,9", checked by the router. */
static gboolean
add_listed (GArray *pictures,
            VitrailInstance *instance,
            const char *frames,
            GError **error)
{
  guint n = vitrail_pictures_count (instance);
  g_auto (GStrv) words = g_strsplit (frames, ",", 0);

  for (guint i = 0; words[i] != NULL; i++) {
    guint frame = (guint) strtoul (words[i], NULL, 10);
    if (frame < 1 || frame > n) {
      g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                   "frame %u: the object has %u", frame, n);
      return FALSE;
    }
    if (!add (pictures, instance, frame, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
add_series (GArray *pictures, const VitrailRequest *request, GError **error)
{
  g_autoptr (GPtrArray) found = vitrail_archive_list_instances (request, error);

  for (guint i = 0; found != NULL && i < found->len; i++) {
    g_autoptr (VitrailInstance) instance =
        open_answer (request, g_ptr_array_index (found, i), NULL);
    if (instance != NULL && !add_all (pictures, instance, error))
      return FALSE;
  }
  return found != NULL;
}

static gboolean
add_instance (GArray *pictures, const VitrailRequest *request, GError **error)
{
  const char *frames = vitrail_request_get_value (request, "frames");
  g_autoptr (VitrailInstance) instance = vitrail_pictures_open (request, error);

  if (instance == NULL)
    return FALSE;
  return frames != NULL ? add_listed (pictures, instance, frames, error)
                        : add_all (pictures, instance, error);
}

GArray *
vitrail_pictures_list (const VitrailRequest *request, GError **error)
{
  g_autoptr (GArray) pictures =
      g_array_new (FALSE, FALSE, sizeof (VitrailPicture));

  g_array_set_clear_func (pictures, clear_picture);
  if (vitrail_request_get_value (request, "instance") != NULL
          ? !add_instance (pictures, request, error)
          : !add_series (pictures, request, error))
    return NULL;
  if (pictures->len > 0)
    return g_steal_pointer (&pictures);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "nothing there has a picture");
  return NULL;
}

static VitrailInstance *
open_picture (const VitrailRequest *request, VitrailDataSet *found)
{
  g_autoptr (VitrailInstance) instance = open_answer (request, found, NULL);

  if (instance == NULL || vitrail_pictures_count (instance) == 0)
    return NULL;
  return g_steal_pointer (&instance);
}

VitrailInstance *
vitrail_pictures_open_middle (const VitrailRequest *request, GError **error)
{
  g_autoptr (GPtrArray) found = vitrail_archive_list_instances (request, error);
  if (found == NULL)
    return NULL;

  guint step = MAX (1, found->len / MAX_TRIES);
  for (guint i = 0; i < found->len; i += step) {
    VitrailInstance *instance = open_picture (
        request, g_ptr_array_index (found, (found->len / 2 + i) % found->len));
    if (instance != NULL)
      return instance;
  }
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "nothing there has a picture");
  return NULL;
}

static const VitrailPicture *
get (const GArray *pictures, guint index)
{
  return &g_array_index (pictures, VitrailPicture, index);
}

/* Those of an answer that are made while it is sent. */
typedef struct {
  VitrailRenderOptions options;
  GArray *pictures;
  guint start; /* among them */
} Later;

static void
later_free (gpointer data)
{
  Later *self = data;

  g_array_unref (self->pictures);
  g_free (self);
}

/* One a step. */
static gboolean
make_later (gpointer data,
            guint *step,
            GQueue *chunks,
            GCancellable *cancellable,
            GError **error)
{
  const Later *self = data;
  const guint index = self->start + *step;
  const VitrailPicture *picture = get (self->pictures, index);
  g_autoptr (GBytes) bytes =
      vitrail_render_frame (&self->options, picture->instance, picture->frame,
                            cancellable, error);

  if (bytes == NULL)
    return FALSE;
  vitrail_multipart_push (chunks, self->options.type, bytes);
  *step = index + 1 < self->pictures->len ? *step + 1 : 0;
  return TRUE;
}

static void
add_later (GArray *pictures,
           const VitrailRenderOptions *options,
           guint start,
           VitrailReply *reply)
{
  Later *later = g_new (Later, 1);

  *later = (Later){ *options, g_array_ref (pictures), start };
  vitrail_reply_add_made (reply, make_later, later, later_free);
}

static gboolean
answer_parts (GArray *pictures,
              const VitrailRenderOptions *options,
              const VitrailRequest *request,
              VitrailReply *reply,
              GError **error)
{
  gsize n_kept = 0;

  vitrail_multipart_begin (reply, options->type);
  for (guint i = 0; i < pictures->len; i++) {
    const VitrailPicture *picture = get (pictures, i);
    if (n_kept > VITRAIL_REPLY_KEPT_BYTES) {
      add_later (pictures, options, i, reply);
      break;
    }
    g_autoptr (GBytes) bytes =
        vitrail_render_frame (options, picture->instance, picture->frame,
                              request->cancellable, error);
    if (bytes == NULL)
      return FALSE;
    vitrail_multipart_add (reply, options->type, bytes);
    n_kept += g_bytes_get_size (bytes);
  }
  vitrail_multipart_end (reply);
  return TRUE;
}

/* How long picture @index stands. */
static guint64
get_duration_ns (const GArray *pictures,
                 const VitrailTimeline *timeline,
                 guint index)
{
  guint frame = get (pictures, index)->frame;

  return timeline != NULL
             ? vitrail_timeline_get_start_ns (timeline, frame) -
                   vitrail_timeline_get_start_ns (timeline, frame - 1)
             : SERIES_NS;
}

/* A moving picture on its way into one of two kinds of file. */
typedef struct {
  const GArray *pictures;
  VitrailTimeline *timeline; /* of the one instance; NULL: of several */
  VitrailGif *gif;
  VitrailFilm *film;
} Moving;

static void
moving_clear (Moving *self)
{
  g_clear_pointer (&self->timeline, vitrail_timeline_free);
  g_clear_pointer (&self->gif, vitrail_gif_free);
  g_clear_pointer (&self->film, vitrail_film_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Moving, moving_clear)

static gboolean
begin (Moving *self,
       const VitrailRenderOptions *options,
       const VitrailImage *first,
       GError **error)
{
  if ((guint64) first->width * first->height * self->pictures->len >
      MAX_FILM_PIXELS)
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%u pictures of %u x %u pixels in one file",
                 self->pictures->len, first->width, first->height);
    return FALSE;
  }
  if (strcmp (options->type, "image/gif") == 0)
    self->gif = vitrail_gif_new (first->width, first->height,
                                 first->channels == 1, error);
  else
    self->film =
        vitrail_film_new (first->width, first->height, first->channels, error);
  return self->gif != NULL || self->film != NULL;
}

/* Those of a series may differ: they lie in the middle of a frame as large as
 * the first, and are grey or coloured as it is. */
static void
fit (const VitrailImage *image, const VitrailImage *like, VitrailImage *out)
{
  const guint width = MIN (image->width, like->width);
  const guint height = MIN (image->height, like->height);

  *out = *like;
  out->data = g_malloc0 (like->stride * like->height);
  for (guint y = 0; y < height; y++) {
    const uint8_t *from = image->data +
                          (y + (image->height - height) / 2) * image->stride +
                          (gsize) (image->width - width) / 2 * image->channels;
    uint8_t *to = out->data + (y + (like->height - height) / 2) * like->stride +
                  (gsize) (like->width - width) / 2 * like->channels;
    for (guint x = 0; x < width; x++)
      for (guint c = 0; c < like->channels; c++)
        to[x * like->channels + c] = image->channels == like->channels
                                         ? from[x * image->channels + c]
                                     : image->channels == 1 ? from[x]
                                                            : from[3 * x + 1];
  }
}

static gboolean
add_image (Moving *self,
           const VitrailImage *image,
           guint64 duration_ns,
           GError **error)
{
  if (self->film != NULL)
    return vitrail_film_add (self->film, image, duration_ns, error);
  vitrail_gif_add (self->gif, image, self->pictures->len > 1 ? duration_ns : 0);
  return TRUE;
}

static gboolean
add_all_images (Moving *self,
                const VitrailRenderOptions *options,
                GCancellable *cancellable,
                GError **error)
{
  g_auto (VitrailImage) first = { 0 };

  for (guint i = 0; i < self->pictures->len; i++) {
    const VitrailPicture *picture = get (self->pictures, i);
    g_auto (VitrailImage) image = { 0 };
    g_auto (VitrailImage) fitted = { 0 };
    if (!vitrail_render_image (options, picture->instance, picture->frame,
                               cancellable, &image, error))
      return FALSE;
    if (i == 0) {
      first = image;
      image.data = NULL;
      if (!begin (self, options, &first, error))
        return FALSE;
    } else {
      fit (&image, &first, &fitted);
    }
    guint64 duration_ns = get_duration_ns (self->pictures, self->timeline, i);
    if (!add_image (self, i == 0 ? &first : &fitted, duration_ns, error))
      return FALSE;
  }
  return TRUE;
}

static GBytes *
make_moving (const GArray *pictures,
             const VitrailRenderOptions *options,
             GCancellable *cancellable,
             GError **error)
{
  g_auto (Moving) moving = { .pictures = pictures };
  VitrailInstance *instance = get (pictures, 0)->instance;

  if (get (pictures, pictures->len - 1)->instance == instance)
    moving.timeline = vitrail_timeline_new_instance (instance, NULL);
  if (!add_all_images (&moving, options, cancellable, error))
    return NULL;
  return moving.gif != NULL ? vitrail_gif_end (moving.gif)
                            : vitrail_film_end (moving.film, error);
}

/* By @key, its ETag: whoever asks for it by parts gets those of one file. */
static GBytes *
make_moving_once (const GArray *pictures,
                  const VitrailRenderOptions *options,
                  const VitrailRequest *request,
                  const char *key,
                  GError **error)
{
  VitrailKept *kept = request->service->films;
  g_autoptr (GError) fault = NULL;
  gpointer found;

  if (!vitrail_kept_begin (kept, key, &found, error))
    return found;
  GBytes *file = make_moving (pictures, options, request->cancellable, &fault);
  if (file != NULL)
    vitrail_kept_add (kept, key, file, g_bytes_get_size (file));
  vitrail_kept_end (kept, key, fault);
  if (fault != NULL)
    g_propagate_error (error, g_steal_pointer (&fault));
  return file;
}

static gboolean
answer_moving (const GArray *pictures,
               const VitrailRenderOptions *options,
               const VitrailRequest *request,
               VitrailReply *reply,
               GError **error)
{
  /* Only what has an ETag is had by parts. */
  GBytes *file =
      reply->etag[0] != '\0'
          ? make_moving_once (pictures, options, request, reply->etag, error)
          : make_moving (pictures, options, request->cancellable, error);

  if (file == NULL)
    return FALSE;
  vitrail_reply_set_body (reply, options->type, file);
  return TRUE;
}

gboolean
vitrail_pictures_answer (GArray *pictures,
                         const VitrailRenderOptions *options,
                         const VitrailRequest *request,
                         VitrailReply *reply,
                         GError **error)
{
  VitrailInstance *instance = get (pictures, 0)->instance;

  if (get (pictures, pictures->len - 1)->instance == instance) {
    const char *frames = vitrail_request_get_value (request, "frames");
    g_autofree char *what = vitrail_render_describe (options);
    g_autofree char *all =
        g_strconcat (what, " ", frames != NULL ? frames : "all", NULL);
    if (vitrail_archive_is_known (request, reply,
                                  vitrail_instance_get_name (instance), all))
      return TRUE;
  }
  if (vitrail_render_is_moving (options))
    return answer_moving (pictures, options, request, reply, error);
  return answer_parts (pictures, options, request, reply, error);
}
