/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Long values by the BulkDataURI that metadata named (WADO-RS,
 * PS3.18 10.4.1.1.5). */

#include "bulkdata.h"

#include "dicom/json.h"
#include "error.h"
#include "frames.h"
#include "multipart.h"
#include "route.h"

#define TAG_PIXEL_DATA VITRAIL_TAG (0x7fe0, 0x0010)
#define TAG_DOCUMENT   VITRAIL_TAG (0x0042, 0x0011)
#define TAG_MIME_TYPE  VITRAIL_TAG (0x0042, 0x0012)

/* The media type of a value: an encapsulated PDF says what it is. No other
 * claim of a file is passed on: a browser might run it. */
static const char *
get_type (const VitrailDataSet *holder, VitrailTag tag)
{
  if (tag == TAG_DOCUMENT &&
      vitrail_data_set_text_is (holder, TAG_MIME_TYPE, 0, "application/pdf"))
    return "application/pdf";
  return "application/octet-stream";
}

/* Compressed pixel data is its frames, each a part. */
static gboolean
answer_frames (VitrailRequest *request,
               VitrailInstance *instance,
               VitrailReply *reply,
               GError **error)
{
  VitrailFrameOffer offer;
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint));

  if (!vitrail_frame_offer_choose (&offer, request, instance, error))
    return FALSE;
  for (guint i = 1; i <= vitrail_instance_get_n_frames (instance); i++)
    g_array_append_val (numbers, i);
  return vitrail_frame_offer_answer (&offer, request, instance, numbers, reply,
                                     error);
}

static gboolean
answer_value (VitrailRequest *request,
              VitrailDataSet *holder,
              VitrailTag tag,
              VitrailReply *reply,
              GError **error)
{
  const char *types[] = { get_type (holder, tag), "application/octet-stream",
                          NULL };
  g_autoptr (GArray) ranges = vitrail_accept_parse (request);
  const char *type = vitrail_accept_choose (request, types);

  if (type == NULL) {
    g_set_error (error, VITRAIL_HTTP_ERROR, 406, "the value is %s", types[0]);
    return FALSE;
  }
  g_autoptr (GBytes) value = vitrail_bulkdata_ref_value (holder, tag);
  if (value == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "no memory for the value");
    return FALSE;
  }
  if (g_array_index (ranges, VitrailMediaRange, 0).is_multipart) {
    vitrail_multipart_begin (reply, type);
    vitrail_multipart_add (reply, type, value);
    vitrail_multipart_end (reply);
  } else {
    vitrail_reply_set_body (reply, type, g_steal_pointer (&value));
  }
  return TRUE;
}

/* Whether the value stayed where the metadata came from. */
static gboolean
is_elsewhere (VitrailDataSet *holder, VitrailTag tag)
{
  return vitrail_json_get_bulk_data_uri (holder, tag) != NULL &&
         vitrail_data_set_find (holder, tag)->length == 0;
}

/* The instance of the path; where its value @name is elsewhere that of its
 * whole file, which has it. */
static VitrailInstance *
open_holder (const VitrailRequest *request,
             const char *name,
             VitrailDataSet **holder,
             VitrailTag *tag,
             GError **error)
{
  g_autoptr (VitrailInstance) instance =
      vitrail_archive_open_instance (request, error);

  if (instance == NULL)
    return NULL;
  VitrailDataSet *data_set = vitrail_instance_get_data_set (instance);
  gboolean is_there = vitrail_bulk_name_find (data_set, name, holder, tag);
  if (is_there && is_elsewhere (*holder, *tag)) {
    g_autoptr (VitrailPart10) file =
        vitrail_archive_open_file (request, data_set, VITRAIL_READ_ALL, error);
    if (file == NULL)
      return NULL;
    g_autoptr (VitrailInstance) met = g_steal_pointer (&instance);
    instance = vitrail_instance_new (file, vitrail_instance_get_name (met));
    data_set = vitrail_instance_get_data_set (instance);
    is_there = vitrail_bulk_name_find (data_set, name, holder, tag);
  }
  if (is_there)
    return g_steal_pointer (&instance);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "the instance has no value %s", name);
  return NULL;
}

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  const char *name = vitrail_request_get_value (request, "attribute");
  VitrailDataSet *holder = NULL;
  VitrailTag tag = 0;

  g_autoptr (VitrailInstance) instance =
      open_holder (request, name, &holder, &tag, error);
  if (instance == NULL)
    return FALSE;
  if (vitrail_archive_is_known (request, reply,
                                vitrail_instance_get_name (instance),
                                request->accept != NULL ? request->accept : ""))
    return TRUE;
  const VitrailElement *element = vitrail_data_set_find (holder, tag);
  if (holder == vitrail_instance_get_data_set (instance) &&
      tag == TAG_PIXEL_DATA && element->undefined_length)
    return answer_frames (request, instance, reply, error);
  return answer_value (request, holder, tag, reply, error);
}

static const char *const patterns[] = {
  "/dicom-web/studies/{study}/series/{series}/instances/{instance}/bulkdata/"
  "{attribute}",
  NULL,
};

const VitrailRoute vitrail_route_bulkdata = {
  .name = "bulkdata",
  .patterns = patterns,
  .answer = answer,
};
