/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A small picture of a study, series or instance (WADO-RS, PS3.18 10.4.1.1.5).
 */

#include "error.h"
#include "render.h"
#include "route.h"

#define SIDE_PX 256

/* Objects tried before a study counts as having no picture. */
#define MAX_TRIES 8

#define TAG_REPRESENTATIVE_FRAME VITRAIL_TAG (0x0028, 0x6010)

/* The frame that the object names, else its middle. */
static guint
choose_frame (VitrailInstance *instance)
{
  guint n_frames = vitrail_instance_get_n_frames (instance);
  int64_t named =
      vitrail_data_set_get_int_or (vitrail_instance_get_data_set (instance),
                                   TAG_REPRESENTATIVE_FRAME, 0);

  return named >= 1 && named <= n_frames ? (guint) named : n_frames / 2 + 1;
}

static VitrailInstance *
open_answer (const VitrailRequest *request, VitrailDataSet *found)
{
  g_autoptr (VitrailInstance) instance =
      vitrail_archive_open_answer (request, found, NULL);
  if (instance == NULL || vitrail_instance_get_n_frames (instance) == 0)
    return NULL;
  return g_steal_pointer (&instance);
}

/* An instance with pixels, from the middle of the list on. */
static VitrailInstance *
choose_instance (const VitrailRequest *request, GError **error)
{
  g_autoptr (GPtrArray) found = vitrail_archive_list_instances (request, error);
  if (found == NULL)
    return NULL;

  guint step = MAX (1, found->len / MAX_TRIES);
  for (guint i = 0; i < found->len; i += step) {
    VitrailInstance *instance = open_answer (
        request, g_ptr_array_index (found, (found->len / 2 + i) % found->len));
    if (instance != NULL)
      return instance;
  }
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "nothing there has a picture");
  return NULL;
}

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  VitrailRenderOptions options;

  if (!vitrail_render_parse (&options, request, error))
    return FALSE;
  if (options.width == 0)
    options.width = options.height = SIDE_PX;

  g_autoptr (VitrailInstance) instance =
      vitrail_request_get_value (request, "instance") != NULL
          ? vitrail_archive_open_instance (request, error)
          : choose_instance (request, error);
  if (instance == NULL)
    return FALSE;
  if (vitrail_instance_get_n_frames (instance) == 0) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "the instance has no picture");
    return FALSE;
  }
  return vitrail_render_answer (&options, request, instance,
                                choose_frame (instance), reply, error);
}

static const char *const patterns[] = {
  "/dicom-web/studies/{study}/thumbnail",
  "/dicom-web/studies/{study}/series/{series}/thumbnail",
  "/dicom-web/studies/{study}/series/{series}/instances/{instance}/thumbnail",
  NULL,
};

const VitrailRoute vitrail_route_thumbnail = {
  .name = "thumbnail",
  .patterns = patterns,
  .answer = answer,
  .priority = VITRAIL_PRIORITY_THUMBNAIL,
};
