/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Metadata of studies, series and instances (WADO-RS, PS3.18 10.4.1.1.2): all
 * attributes in DICOM JSON or XML, long values by BulkDataURI. What the index
 * holds is sent as it is packed there; the rest is made from the files, and
 * kept. */

#include "folder/metadata.h"

#include "archive.h"
#include "dicom/builder.h"
#include "dicom/packedjson.h"
#include "dicomtext.h"
#include "error.h"
#include "route.h"

#include <string.h>

#define TAG_SOP_INSTANCE_UID    VITRAIL_TAG (0x0008, 0x0018)
#define TAG_STUDY_INSTANCE_UID  VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES_INSTANCE_UID VITRAIL_TAG (0x0020, 0x000e)

/* As an answer of a search names it. */
static VitrailDataSet *
make_answer (const VitrailKeptMetadata *instance)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();

  vitrail_data_set_builder_set_string (builder, TAG_SOP_INSTANCE_UID,
                                       instance->sop);
  vitrail_data_set_builder_set_string (builder, TAG_STUDY_INSTANCE_UID,
                                       instance->study);
  vitrail_data_set_builder_set_string (builder, TAG_SERIES_INSTANCE_UID,
                                       instance->series);
  return vitrail_data_set_builder_end (builder);
}

static GBytes *
pack (const VitrailKeptMetadata *instance,
      VitrailDataSet *data_set,
      const char *transfer_syntax,
      GError **error)
{
  g_autofree char *path =
      vitrail_instance_path_new (instance->study, instance->series,
                                 instance->sop);
  GBytes *packed =
      vitrail_packed_json_new_instance (data_set, transfer_syntax, path,
                                        VITRAIL_METADATA_INLINE_BYTES);

  if (packed == NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "no memory for the metadata");
  return packed;
}

/* From what another archive says of it. */
static GBytes *
make_packed_elsewhere (const VitrailRequest *request,
                       const VitrailKeptMetadata *instance,
                       GError **error)
{
  g_autofree char *syntax = NULL;
  g_autoptr (VitrailDataSet) data_set =
      vitrail_data_source_read_metadata (request->service->source,
                                         instance->sop, &syntax,
                                         request->cancellable, error);

  return data_set != NULL ? pack (instance, data_set, syntax, error) : NULL;
}

/* From the instance's file, in which it is looked whether it is that. */
static GBytes *
make_packed (const VitrailRequest *request,
             const VitrailKeptMetadata *instance,
             GError **error)
{
  gboolean is_current = vitrail_kept_metadata_is_current (instance);
  g_autoptr (VitrailDataSet) wanted = make_answer (instance);
  g_autoptr (VitrailPart10) file =
      vitrail_archive_open_file (request, wanted, VITRAIL_READ_HEADER, error);
  if (file == NULL)
    return NULL;

  GBytes *packed = pack (instance, vitrail_part10_get_data_set (file),
                         vitrail_part10_get_transfer_syntax (file), error);
  if (packed != NULL && is_current)
    vitrail_folder_keep_metadata (request->service->folder, instance, packed);
  return packed;
}

/* What is being answered: JSON by the joiner, XML by parts. */
typedef struct {
  VitrailDicomText text;
  VitrailJsonJoiner *joiner;
  const char *base;
} Answer;

/* XML is made of the same JSON. */
static gboolean
add_xml (Answer *self, GBytes *packed)
{
  g_autoptr (VitrailJsonJoiner) joiner =
      vitrail_json_joiner_new (self->base, FALSE);
  if (!vitrail_json_joiner_add (joiner, packed))
    return FALSE;
  g_autoptr (GBytes) json = vitrail_json_joiner_end (joiner);
  g_autoptr (GPtrArray) read =
      vitrail_json_read (g_bytes_get_data (json, NULL),
                         (gssize) g_bytes_get_size (json), "metadata", NULL);
  if (read == NULL || read->len != 1)
    return FALSE;
  vitrail_dicom_text_add (&self->text, g_ptr_array_index (read, 0));
  return TRUE;
}

static gboolean
add_packed (Answer *self, GBytes *packed)
{
  return self->text.is_xml ? add_xml (self, packed)
                           : vitrail_json_joiner_add (self->joiner, packed);
}

/* Adds what there is of @instance. One whose file has been replaced or has gone
 * is left out, and counts as @n_gone: no reason to refuse its whole series. */
static gboolean
add_instance (Answer *self,
              const VitrailRequest *request,
              const VitrailKeptMetadata *instance,
              guint *n_gone,
              GError **error)
{
  g_autoptr (GError) failed = NULL;

  if (instance->json != NULL && vitrail_kept_metadata_is_current (instance) &&
      add_packed (self, instance->json))
    return TRUE;
  g_autoptr (GBytes) packed =
      !vitrail_service_has_files (request->service)
          ? make_packed_elsewhere (request, instance, &failed)
          : make_packed (request, instance, &failed);
  if (packed != NULL && add_packed (self, packed))
    return TRUE;
  if (packed != NULL)
    g_set_error_literal (&failed, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                         "too much metadata for one answer");
  if (g_error_matches (failed, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND)) {
    ++*n_gone;
    return TRUE;
  }
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

/* Adds what another service has, of which nothing is kept here. */
static gboolean
list_elsewhere (const VitrailRequest *request,
                GPtrArray *instances,
                GError **error)
{
  g_autoptr (GPtrArray) found = vitrail_archive_list_instances (request, error);

  for (guint i = 0; found != NULL && i < found->len; i++) {
    const VitrailDataSet *answer = g_ptr_array_index (found, i);
    g_autofree char *sop =
        vitrail_data_set_dup_string (answer, TAG_SOP_INSTANCE_UID, 0);
    g_autofree char *study =
        vitrail_data_set_dup_string (answer, TAG_STUDY_INSTANCE_UID, 0);
    g_autofree char *series =
        vitrail_data_set_dup_string (answer, TAG_SERIES_INSTANCE_UID, 0);
    /* Nobody could ask for it. */
    if (sop == NULL || study == NULL || series == NULL)
      continue;
    VitrailKeptMetadata *instance = g_new0 (VitrailKeptMetadata, 1);
    instance->sop = g_steal_pointer (&sop);
    instance->study = g_steal_pointer (&study);
    instance->series = g_steal_pointer (&series);
    instance->path = g_strdup ("");
    g_ptr_array_add (instances, instance);
  }
  return found != NULL;
}

static GPtrArray *
list_instances (const VitrailRequest *request, GError **error)
{
  g_autoptr (GPtrArray) found = vitrail_folder_list_metadata (
      request->service->folder, vitrail_request_get_value (request, "study"),
      vitrail_request_get_value (request, "series"),
      vitrail_request_get_value (request, "instance"), error);

  if (found != NULL && !vitrail_service_has_files (request->service) &&
      !list_elsewhere (request, found, error))
    return NULL;
  if (found == NULL || found->len > 0)
    return g_steal_pointer (&found);
  g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                       "no such study, series or instance");
  return NULL;
}

/* The state of all files makes the ETag: with it a client's own cache can ask
 * whether what it has is still so. TRUE when it is. */
static gboolean
is_known (const VitrailRequest *request,
          VitrailReply *reply,
          GPtrArray *instances,
          const char *base,
          const char *type)
{
  g_autoptr (GString) state = g_string_new (base);

  for (guint i = 0; i < instances->len; i++) {
    const VitrailKeptMetadata *one = g_ptr_array_index (instances, i);
    g_string_append_printf (state,
                            "\n%s %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT
                            " %" G_GUINT64_FORMAT,
                            one->sop, one->size, one->mtime_ns, one->inode);
    if (request->if_none_match != NULL &&
        !vitrail_kept_metadata_is_current (one))
      return FALSE;
  }
  vitrail_reply_set_etag (reply, VITRAIL_CACHING_NONE, "%s %s", type,
                          state->str);
  return vitrail_reply_is_known (reply, request->if_none_match);
}

static gboolean
add_instances (Answer *self,
               const VitrailRequest *request,
               VitrailReply *reply,
               GPtrArray *instances,
               GError **error)
{
  guint n_gone = 0;

  for (guint i = 0; i < instances->len; i++) {
    if (g_cancellable_set_error_if_cancelled (request->cancellable, error) ||
        !add_instance (self, request, g_ptr_array_index (instances, i), &n_gone,
                       error))
      return FALSE;
  }
  /* What is not whole is not what the ETag names. */
  if (n_gone > 0)
    reply->etag[0] = '\0';
  return vitrail_archive_tell_gone (request, reply, n_gone, instances->len,
                                    error);
}

/* The reply, of the instances that there are. */
static gboolean
fill_reply (Answer *self,
            const VitrailRequest *request,
            VitrailReply *reply,
            GPtrArray *instances,
            GError **error)
{
  gboolean as_gzip = !self->text.is_xml && request->accept_encoding != NULL &&
                     vitrail_accepts_gzip (request->accept_encoding);
  g_autoptr (VitrailJsonJoiner) joiner =
      vitrail_json_joiner_new (self->base, as_gzip);

  self->joiner = joiner;
  if (self->text.is_xml)
    vitrail_dicom_text_begin (&self->text, reply);
  if (!add_instances (self, request, reply, instances, error))
    return FALSE;
  if (self->text.is_xml) {
    vitrail_dicom_text_end (&self->text);
    return TRUE;
  }
  vitrail_reply_set_body (reply, self->text.type,
                          vitrail_json_joiner_end (joiner));
  reply->is_gzip = as_gzip;
  return TRUE;
}

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  Answer self = { .joiner = NULL };

  if (!vitrail_dicom_text_choose (&self.text, request, error))
    return FALSE;
  g_autoptr (GPtrArray) instances = list_instances (request, error);
  if (instances == NULL)
    return FALSE;
  g_autofree char *base = vitrail_archive_dup_base (request);
  self.base = base;
  return is_known (request, reply, instances, base, self.text.type) ||
         fill_reply (&self, request, reply, instances, error);
}

static const char *const patterns[] = {
  "/dicom-web/studies/{study}/metadata",
  "/dicom-web/studies/{study}/series/{series}/metadata",
  "/dicom-web/studies/{study}/series/{series}/instances/{instance}/metadata",
  NULL,
};

const VitrailRoute vitrail_route_metadata = {
  .name = "metadata",
  .patterns = patterns,
  .answer = answer,
};
