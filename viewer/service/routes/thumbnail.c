/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A small picture of a study, series, instance or frame (WADO-RS, PS3.18
 * 10.4.1.1.4). */

#include "error.h"
#include "pictures.h"
#include "route.h"

#include <stdlib.h>

#define SIDE_PX 256

#define TAG_REPRESENTATIVE_FRAME VITRAIL_TAG (0x0028, 0x6010)

/* The frame that is asked for, else the one that the object names, else its
 * middle. 0: there is no such frame. */
static guint
choose_frame (const VitrailRequest *request, VitrailInstance *instance)
{
  const char *frames = vitrail_request_get_value (request, "frames");
  guint n_frames = vitrail_pictures_count (instance);
  int64_t named = frames != NULL ? (int64_t) strtoul (frames, NULL, 10)
                                 : vitrail_data_set_get_int_or (
                                       vitrail_instance_get_data_set (instance),
                                       TAG_REPRESENTATIVE_FRAME, 0);

  if (named >= 1 && named <= n_frames)
    return (guint) named;
  return frames == NULL && n_frames > 0 ? MIN (n_frames / 2 + 1, n_frames) : 0;
}

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  VitrailRenderOptions options;

  if (!vitrail_render_parse (&options, request, error) ||
      !vitrail_render_check_single (&options, error))
    return FALSE;
  if (options.width == 0)
    options.width = options.height = SIDE_PX;

  g_autoptr (VitrailInstance) instance =
      vitrail_request_get_value (request, "instance") != NULL
          ? vitrail_pictures_open (request, error)
          : vitrail_pictures_open_middle (request, error);
  if (instance == NULL)
    return FALSE;
  guint frame = choose_frame (request, instance);
  if (frame == 0) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "the instance has no such picture");
    return FALSE;
  }
  return vitrail_render_answer (&options, request, instance, frame, reply,
                                error);
}

#define INSTANCE \
  "/dicom-web/studies/{study}/series/{series}/instances/{instance}"

static const char *const patterns[] = {
  "/dicom-web/studies/{study}/thumbnail",
  "/dicom-web/studies/{study}/series/{series}/thumbnail",
  INSTANCE "/thumbnail",
  INSTANCE "/frames/{frames}/thumbnail",
  NULL,
};

const VitrailRoute vitrail_route_thumbnail = {
  .name = "thumbnail",
  .patterns = patterns,
  .answer = answer,
  .priority = VITRAIL_PRIORITY_THUMBNAIL,
};
