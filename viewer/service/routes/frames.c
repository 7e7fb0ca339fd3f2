/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames of an instance (WADO-RS, PS3.18 10.4.1.1.6). */

#include "frames.h"

#include "error.h"
#include "route.h"

#include <stdlib.h>

/* "1,2,9", checked by the router, whose bound on paths bounds their number:
 * (element-type guint). */
static GArray *
parse_numbers (const char *text, guint n_frames, GError **error)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint));
  g_auto (GStrv) words = g_strsplit (text, ",", 0);

  for (guint i = 0; words[i] != NULL; i++) {
    guint number = (guint) strtoul (words[i], NULL, 10);
    if (number < 1 || number > n_frames) {
      g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                   "frame %u: the object has %u", number, n_frames);
      return NULL;
    }
    g_array_append_val (numbers, number);
  }
  return g_steal_pointer (&numbers);
}

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  VitrailFrameOffer offer;
  const char *frames = vitrail_request_get_value (request, "frames");

  g_autoptr (VitrailInstance) instance =
      vitrail_archive_open_instance (request, error);
  if (instance == NULL)
    return FALSE;
  g_autoptr (GArray) numbers =
      parse_numbers (frames, vitrail_instance_get_n_frames (instance), error);
  if (numbers == NULL ||
      !vitrail_frame_offer_choose (&offer, request, instance, error))
    return FALSE;

  g_autofree char *what =
      g_strdup_printf ("%s %s %d %d", frames, offer.content_type,
                       offer.is_multipart, offer.decode);
  if (vitrail_archive_is_known (request, reply,
                                vitrail_instance_get_name (instance), what))
    return TRUE;
  return vitrail_frame_offer_answer (&offer, request, instance, numbers, reply,
                                     error);
}

static const char *const patterns[] = {
  "/dicom-web/studies/{study}/series/{series}/instances/{instance}/frames/"
  "{frames}",
  NULL,
};

const VitrailRoute vitrail_route_frames = {
  .name = "frames",
  .patterns = patterns,
  .answer = answer,
};
