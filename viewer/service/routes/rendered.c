/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A frame as a picture; a document or a film as it is (WADO-RS, PS3.18
 * 10.4.1.1.4). */

#include "encapsulated.h"
#include "error.h"
#include "render.h"
#include "route.h"

#include <stdlib.h>

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  const char *frames = vitrail_request_get_value (request, "frames");
  VitrailRenderOptions options;

  g_autoptr (VitrailInstance) instance =
      vitrail_archive_open_instance (request, error);
  if (instance == NULL)
    return FALSE;
  if (frames == NULL && vitrail_encapsulated_answer (request, instance, reply))
    return TRUE;
  if (!vitrail_render_parse (&options, request, error))
    return FALSE;

  guint n_frames = vitrail_instance_get_n_frames (instance);
  char *end = NULL;
  guint frame = frames != NULL ? (guint) strtoul (frames, &end, 10) : 1;
  if (end != NULL && *end != '\0') {
    g_set_error (error, VITRAIL_HTTP_ERROR, 400,
                 "one frame at a time can be rendered");
    return FALSE;
  }
  if (n_frames == 0) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "the object has no picture");
    return FALSE;
  }
  if (frame < 1 || frame > n_frames) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "frame %u: the object has %u", frame, n_frames);
    return FALSE;
  }
  return vitrail_render_answer (&options, request, instance, frame, reply,
                                error);
}

static const char *const patterns[] = {
  "/dicom-web/studies/{study}/series/{series}/instances/{instance}/rendered",
  "/dicom-web/studies/{study}/series/{series}/instances/{instance}/frames/"
  "{frames}/rendered",
  NULL,
};

const VitrailRoute vitrail_route_rendered = {
  .name = "rendered",
  .patterns = patterns,
  .answer = answer,
};
