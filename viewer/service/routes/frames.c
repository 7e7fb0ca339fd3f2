/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames of an instance (WADO-RS, PS3.18 10.4.1.1.6). */

#include "frames.h"

#include "error.h"
#include "route.h"

#include <stdlib.h>

/* Longer lists go to a worker. */
#define MAX_AT_ONCE 64

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

/* The answer of an instance that is open. @at_once: only what takes
 * microseconds; FALSE without an error where that is not all. */
static gboolean
reply_frames (const VitrailRequest *request,
              VitrailInstance *instance,
              gboolean at_once,
              VitrailReply *reply,
              GError **error)
{
  const char *frames = vitrail_request_get_value (request, "frames");
  VitrailFrameOffer offer;

  g_autoptr (GArray) numbers =
      parse_numbers (frames, vitrail_instance_get_n_frames (instance), error);
  if (numbers == NULL ||
      !vitrail_frame_offer_choose (&offer, request, instance, error))
    return FALSE;
  if (at_once &&
      (offer.decode || *offer.encode != '\0' || numbers->len > MAX_AT_ONCE))
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

/* Of an instance that is open a frame is a slice of its mapped file: no data
 * set is parsed, and no thread is asked. */
static gboolean
at_once (VitrailRequest *request, VitrailReply *reply)
{
  g_autoptr (VitrailInstance) instance =
      vitrail_archive_peek_instance (request);
  g_autoptr (GError) error = NULL;

  if (instance == NULL || !vitrail_instance_is_at_hand (instance))
    return FALSE;
  if (reply_frames (request, instance, TRUE, reply, &error))
    return TRUE;
  if (error == NULL)
    return FALSE;
  vitrail_reply_set_error (reply, error);
  return TRUE;
}

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  g_autoptr (VitrailInstance) instance =
      vitrail_archive_open_instance (request, error);

  return instance != NULL &&
         reply_frames (request, instance, FALSE, reply, error);
}

static const char *const patterns[] = {
  "/dicom-web/studies/{study}/series/{series}/instances/{instance}/frames/"
  "{frames}",
  NULL,
};

const VitrailRoute vitrail_route_frames = {
  .name = "frames",
  .patterns = patterns,
  .at_once = at_once,
  .answer = answer,
};
