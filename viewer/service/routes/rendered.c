/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames as pictures, of an instance, a series or a study; a document or a film
 * as it is (WADO-RS, PS3.18 10.4.1.1.3). */

#include "encapsulated.h"
#include "error.h"
#include "film.h"
#include "pictures.h"
#include "route.h"

#include <string.h>

/* One of a series or study: in its midst, as a thumbnail is. */
static gboolean
answer_middle (const VitrailRenderOptions *options,
               const VitrailRequest *request,
               VitrailReply *reply,
               GError **error)
{
  g_autoptr (VitrailInstance) instance =
      vitrail_pictures_open_middle (request, error);

  return instance != NULL &&
         vitrail_render_answer (options, request, instance,
                                vitrail_pictures_count (instance) / 2 + 1,
                                reply, error);
}

/* The first frame of an instance, which may have very many. */
static gboolean
answer_first (const VitrailRenderOptions *options,
              const VitrailRequest *request,
              VitrailReply *reply,
              GError **error)
{
  g_autoptr (VitrailInstance) instance = vitrail_pictures_open (request, error);

  if (instance == NULL)
    return FALSE;
  if (vitrail_pictures_count (instance) == 0) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "the object has no picture");
    return FALSE;
  }
  return vitrail_render_answer (options, request, instance, 1, reply, error);
}

static gboolean
answer_pictures (const VitrailRenderOptions *options,
                 const VitrailRequest *request,
                 VitrailReply *reply,
                 GError **error)
{
  const char *frames = vitrail_request_get_value (request, "frames");
  gboolean is_single =
      !options->is_multipart && !vitrail_render_is_moving (options);

  if (is_single && vitrail_request_get_value (request, "instance") == NULL)
    return answer_middle (options, request, reply, error);
  if (is_single && frames == NULL)
    return answer_first (options, request, reply, error);
  if (is_single && strchr (frames, ',') != NULL) {
    g_set_error (error, VITRAIL_HTTP_ERROR, 406,
                 "several frames come as multipart/related, image/gif or "
                 "video/mp4");
    return FALSE;
  }
  g_autoptr (GArray) pictures = vitrail_pictures_list (request, error);
  if (pictures == NULL)
    return FALSE;
  if (!is_single)
    return vitrail_pictures_answer (pictures, options, request, reply, error);
  const VitrailPicture *first = &g_array_index (pictures, VitrailPicture, 0);
  return vitrail_render_answer (options, request, first->instance, first->frame,
                                reply, error);
}

/* TRUE: answered with what the instance holds. */
static gboolean
answer_encapsulated (const VitrailRequest *request, VitrailReply *reply)
{
  if (vitrail_request_get_value (request, "instance") == NULL ||
      vitrail_request_get_value (request, "frames") != NULL)
    return FALSE;
  g_autoptr (VitrailInstance) instance =
      vitrail_archive_open_instance (request, NULL);
  return instance != NULL &&
         vitrail_encapsulated_answer (request, instance, reply);
}

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  VitrailRenderOptions options;

  if (answer_encapsulated (request, reply))
    return TRUE;
  if (!vitrail_render_parse (&options, request, error))
    return FALSE;
  if (strcmp (options.type, "video/mp4") == 0 && !vitrail_film_is_possible ()) {
    g_set_error (error, VITRAIL_HTTP_ERROR, 406,
                 "there is no encoder for video/mp4 here");
    return FALSE;
  }
  return answer_pictures (&options, request, reply, error);
}

#define INSTANCE \
  "/dicom-web/studies/{study}/series/{series}/instances/{instance}"

static const char *const patterns[] = {
  "/dicom-web/studies/{study}/rendered",
  "/dicom-web/studies/{study}/series/{series}/rendered",
  INSTANCE "/rendered",
  INSTANCE "/frames/{frames}/rendered",
  NULL,
};

const VitrailRoute vitrail_route_rendered = {
  .name = "rendered",
  .patterns = patterns,
  .answer = answer,
};
