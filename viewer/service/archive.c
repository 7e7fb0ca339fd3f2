/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Looking up: see archive.h. */

#include "archive.h"

#include "dicom/builder.h"
#include "dicom/writer.h"
#include "dicomweb/location.h"
#include "error.h"
#include "slide/dicomizefile.h"

#include <sys/stat.h>

#define TAG_MEDIA_STORAGE_SOP   VITRAIL_TAG (0x0002, 0x0003)
#define TAG_SOP_INSTANCE_UID    VITRAIL_TAG (0x0008, 0x0018)
#define TAG_STUDY_INSTANCE_UID  VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES_INSTANCE_UID VITRAIL_TAG (0x0020, 0x000e)

static const struct {
  const char *name;
  VitrailTag tag;
} levels[] = {
  { "study", TAG_STUDY_INSTANCE_UID },
  { "series", TAG_SERIES_INSTANCE_UID },
  { "instance", TAG_SOP_INSTANCE_UID },
};

/* The UIDs of the path. */
static VitrailDataSet *
make_match (const VitrailRequest *request)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++) {
    const char *uid = vitrail_request_get_value (request, levels[i].name);
    if (uid != NULL)
      vitrail_data_set_builder_set_string (builder, levels[i].tag, uid);
  }
  return vitrail_data_set_builder_end (builder);
}

GPtrArray *
vitrail_archive_list_instances (const VitrailRequest *request, GError **error)
{
  g_autoptr (VitrailDataSet) match = make_match (request);
  VitrailQuery query = { .level = VITRAIL_LEVEL_INSTANCE,
                         .match = match,
                         .with_slides = TRUE };
  g_autoptr (GPtrArray) found =
      vitrail_data_source_query (request->service->source, &query,
                                 request->cancellable, error);
  if (found == NULL)
    return NULL;
  if (found->len == 0) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "no such study, series or instance");
    return NULL;
  }
  return g_steal_pointer (&found);
}

char *
vitrail_archive_dup_path (const VitrailRequest *request,
                          VitrailDataSet *instance)
{
  g_autofree char *uid =
      vitrail_data_set_dup_string (instance, TAG_SOP_INSTANCE_UID, 0);

  return uid != NULL
             ? vitrail_data_source_dup_path (request->service->source, uid)
             : NULL;
}

/* What the index says of @path is no longer so, unless the file is there and
 * @failed is about something else. */
static void
set_replaced (const VitrailRequest *request,
              const char *path,
              const GError *failed,
              GError **error)
{
  if (failed != NULL && path != NULL &&
      !g_error_matches (failed, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND) &&
      g_file_test (path, G_FILE_TEST_EXISTS))
  {
    g_propagate_error (error, g_error_copy (failed));
    return;
  }
  vitrail_service_request_scan (request->service);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "the instance's file has gone or was replaced");
}

/* Whether @file is of the three UIDs of @wanted. As in the index, the file
 * meta stands in for a missing SOP Instance UID: @meta may be NULL. */
static gboolean
is_wanted (const VitrailDataSet *file,
           const VitrailDataSet *meta,
           const VitrailDataSet *wanted)
{
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++) {
    VitrailTag tag = levels[i].tag;
    g_autofree char *uid = vitrail_data_set_dup_string (wanted, tag, 0);
    g_autofree char *found = vitrail_data_set_dup_string (file, tag, 0);
    if (found == NULL && tag == TAG_SOP_INSTANCE_UID)
      found = vitrail_data_set_dup_string (meta, TAG_MEDIA_STORAGE_SOP, 0);
    if (uid == NULL || g_strcmp0 (found, uid) != 0)
      return FALSE;
  }
  return TRUE;
}

/* NULL, perhaps without an error, when it is not of the UIDs of @wanted. */
static VitrailInstance *
open_wanted (const VitrailRequest *request,
             VitrailDataSet *wanted,
             GError **error)
{
  g_autofree char *uid =
      vitrail_data_set_dup_string (wanted, TAG_SOP_INSTANCE_UID, 0);
  g_autoptr (VitrailInstance) opened =
      uid != NULL
          ? vitrail_data_source_open_instance (request->service->source, uid,
                                               request->cancellable, error)
          : NULL;

  if (opened == NULL ||
      !is_wanted (vitrail_instance_get_data_set (opened), NULL, wanted))
    return NULL;
  return g_steal_pointer (&opened);
}

VitrailDicomizedInstance *
vitrail_archive_open_made (const VitrailRequest *request,
                           VitrailDataSet *instance,
                           GError **error)
{
  g_autofree char *uid =
      vitrail_data_set_dup_string (instance, TAG_SOP_INSTANCE_UID, 0);

  if (uid == NULL || !vitrail_folder_is_made (request->service->folder, uid))
    return NULL;
  g_autoptr (VitrailInstance) opened = open_wanted (request, instance, error);
  return opened != NULL && VITRAIL_IS_DICOMIZED_INSTANCE (opened)
             ? VITRAIL_DICOMIZED_INSTANCE (g_steal_pointer (&opened))
             : NULL;
}

static VitrailPart10 *
open_head (VitrailDicomizedInstance *made, GError **error)
{
  g_autoptr (GBytes) head = vitrail_dicomized_ref_head (
      vitrail_dicomized_instance_get_dicomized (made),
      vitrail_dicomized_instance_get_index (made), VITRAIL_OFFSETS_NONE, error);

  return head != NULL ? vitrail_part10_read (head,
                                             vitrail_instance_get_name (
                                                 VITRAIL_INSTANCE (made)),
                                             VITRAIL_READ_HEADER, error)
                      : NULL;
}

/* The file of an instance that is elsewhere. */
static VitrailPart10 *
fetch_remote (const VitrailRequest *request,
              VitrailDataSet *wanted,
              GError **error)
{
  g_autofree char *uid =
      vitrail_data_set_dup_string (wanted, TAG_SOP_INSTANCE_UID, 0);
  g_autoptr (VitrailPart10) file =
      vitrail_data_source_read_file (request->service->source,
                                     uid != NULL ? uid : "",
                                     request->cancellable, error);

  if (file == NULL || is_wanted (vitrail_part10_get_data_set (file),
                                 vitrail_part10_get_meta (file), wanted))
    return g_steal_pointer (&file);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "the instance is of another study or series");
  return NULL;
}

/* What another service says of an instance, as a file without pixels. */
static VitrailPart10 *
open_remote (const VitrailRequest *request,
             VitrailDataSet *wanted,
             GError **error)
{
  g_autoptr (VitrailInstance) opened = open_wanted (request, wanted, error);
  g_autoptr (GBytes) head =
      opened != NULL
          ? vitrail_write_part10 (vitrail_instance_get_data_set (opened),
                                  vitrail_instance_get_transfer_syntax (opened),
                                  error)
          : NULL;

  return head != NULL
             ? vitrail_part10_read (head, vitrail_instance_get_name (opened),
                                    VITRAIL_READ_HEADER, error)
             : NULL;
}

/* Whether @path names no file: that of a source without files is NULL. */
static gboolean
is_elsewhere (const VitrailRequest *request, const char *path)
{
  return path != NULL ? vitrail_web_location_is (path)
                      : !vitrail_service_has_files (request->service);
}

VitrailPart10 *
vitrail_archive_open_file (const VitrailRequest *request,
                           VitrailDataSet *instance,
                           VitrailReadFlags flags,
                           GError **error)
{
  g_autofree char *path = vitrail_archive_dup_path (request, instance);
  g_autoptr (GError) failed = NULL;
  g_autoptr (VitrailDicomizedInstance) made =
      vitrail_archive_open_made (request, instance, &failed);
  g_autoptr (VitrailPart10) file = NULL;

  if (made != NULL)
    return open_head (made, error);
  if (is_elsewhere (request, path))
    return flags == VITRAIL_READ_ALL ? fetch_remote (request, instance, error)
                                     : open_remote (request, instance, error);
  if (path != NULL && failed == NULL)
    file = vitrail_part10_open (path, flags, &failed);
  if (file != NULL && is_wanted (vitrail_part10_get_data_set (file),
                                 vitrail_part10_get_meta (file), instance))
    return g_steal_pointer (&file);
  set_replaced (request, path, failed, error);
  return NULL;
}

gboolean
vitrail_archive_tell_gone (const VitrailRequest *request,
                           VitrailReply *reply,
                           guint n_gone,
                           guint n_all,
                           GError **error)
{
  if (n_gone == 0)
    return TRUE;
  if (n_gone == n_all) {
    g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                         "the instance's file has gone or was replaced");
    return FALSE;
  }
  g_free (reply->warning);
  reply->warning = g_strdup_printf (
      "299 http://%s/dicom-web \"%u of %u instances are not here: their files"
      " have gone or were replaced\"",
      request->host, n_gone, n_all);
  return TRUE;
}

VitrailInstance *
vitrail_archive_open_answer (const VitrailRequest *request,
                             VitrailDataSet *instance,
                             GError **error)
{
  g_autoptr (GError) failed = NULL;
  VitrailInstance *opened = open_wanted (request, instance, &failed);

  if (opened != NULL)
    return opened;
  g_autofree char *path = vitrail_archive_dup_path (request, instance);
  set_replaced (request, path, failed, error);
  return NULL;
}

VitrailInstance *
vitrail_archive_peek_instance (const VitrailRequest *request)
{
  g_autoptr (VitrailInstance) opened = vitrail_data_source_peek_instance (
      request->service->source,
      vitrail_request_get_value (request, "instance"));

  for (guint i = 0; opened != NULL && i < G_N_ELEMENTS (levels); i++) {
    g_autofree char *uid =
        vitrail_data_set_dup_string (vitrail_instance_get_data_set (opened),
                                     levels[i].tag, 0);
    const char *wanted = vitrail_request_get_value (request, levels[i].name);
    if (g_strcmp0 (uid, wanted) != 0)
      return NULL;
  }
  return g_steal_pointer (&opened);
}

VitrailInstance *
vitrail_archive_open_instance (const VitrailRequest *request, GError **error)
{
  /* Most are open already: then the index is not asked. */
  g_autoptr (VitrailDataSet) wanted = make_match (request);
  VitrailInstance *opened = open_wanted (request, wanted, NULL);
  if (opened != NULL)
    return opened;

  g_autoptr (GPtrArray) found = vitrail_archive_list_instances (request, error);
  return found != NULL
             ? vitrail_archive_open_answer (request,
                                            g_ptr_array_index (found, 0), error)
             : NULL;
}

gboolean
vitrail_archive_is_known (const VitrailRequest *request,
                          VitrailReply *reply,
                          const char *path,
                          const char *what)
{
  struct stat state = { 0 };

  if (stat (path, &state) != 0)
    return FALSE;
  vitrail_reply_set_etag (reply, VITRAIL_CACHING_REVALIDATE,
                          "%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
                          ".%09" G_GINT64_FORMAT " %s",
                          path, (gint64) state.st_size,
                          (gint64) state.st_mtim.tv_sec,
                          (gint64) state.st_mtim.tv_nsec, what);
  return vitrail_reply_is_known (reply, request->if_none_match);
}

char *
vitrail_archive_dup_base (const VitrailRequest *request)
{
  return g_strdup_printf ("%s://%s/dicom-web",
                          vitrail_service_get_scheme (request->service),
                          request->host);
}

char *
vitrail_archive_dup_url (const VitrailRequest *request,
                         VitrailDataSet *data_set,
                         VitrailLevel level)
{
  static const char *const words[] = { "studies", "series", "instances" };
  g_autofree char *base = vitrail_archive_dup_base (request);
  GString *url = g_string_new (base);

  for (guint i = 0; i < G_N_ELEMENTS (words) && i <= (guint) level; i++) {
    g_autofree char *uid =
        vitrail_data_set_dup_string (data_set, levels[i].tag, 0);
    g_string_append_printf (url, "/%s/", words[i]);
    g_string_append_uri_escaped (url, uid != NULL ? uid : "", NULL, FALSE);
  }
  return g_string_free (url, FALSE);
}
