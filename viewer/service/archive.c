/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Looking up: see archive.h. */

#include "archive.h"

#include "dicom/builder.h"
#include "error.h"

#include <sys/stat.h>

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

GPtrArray *
vitrail_archive_list_instances (const VitrailRequest *request, GError **error)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++) {
    const char *uid = vitrail_request_get_value (request, levels[i].name);
    if (uid != NULL)
      vitrail_data_set_builder_set_string (builder, levels[i].tag, uid);
  }
  g_autoptr (VitrailDataSet) match = vitrail_data_set_builder_end (builder);

  VitrailQuery query = { .level = VITRAIL_LEVEL_INSTANCE, .match = match };
  g_autoptr (GPtrArray) found =
      vitrail_folder_query (request->service->folder, &query, error);
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
                          VitrailDataSet *instance,
                          GError **error)
{
  g_autofree char *uid =
      vitrail_data_set_dup_string (instance, TAG_SOP_INSTANCE_UID, 0);
  char *path = uid != NULL
                   ? vitrail_folder_dup_path (request->service->folder, uid)
                   : NULL;
  if (path == NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "instance %s: its file has gone", uid != NULL ? uid : "");
  return path;
}

VitrailInstance *
vitrail_archive_open_instance (const VitrailRequest *request, GError **error)
{
  const char *uid = vitrail_request_get_value (request, "instance");
  g_autoptr (VitrailInstance) instance =
      vitrail_folder_open_instance (request->service->folder, uid, error);
  if (instance == NULL)
    return NULL;

  VitrailDataSet *data_set = vitrail_instance_get_data_set (instance);
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++) {
    const char *wanted = vitrail_request_get_value (request, levels[i].name);
    if (!vitrail_data_set_text_is (data_set, levels[i].tag, 0, wanted)) {
      g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                   "instance %s is not of that %s", uid, levels[i].name);
      return NULL;
    }
  }
  return g_steal_pointer (&instance);
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
vitrail_archive_dup_url (const VitrailRequest *request,
                         VitrailDataSet *data_set,
                         VitrailLevel level)
{
  static const char *const words[] = { "studies", "series", "instances" };
  GString *url = g_string_new (NULL);

  g_string_append_printf (url, "http://%s/dicom-web", request->host);
  for (guint i = 0; i < G_N_ELEMENTS (words) && i <= (guint) level; i++) {
    g_autofree char *uid =
        vitrail_data_set_dup_string (data_set, levels[i].tag, 0);
    g_string_append_printf (url, "/%s/", words[i]);
    g_string_append_uri_escaped (url, uid != NULL ? uid : "", NULL, FALSE);
  }
  return g_string_free (url, FALSE);
}
