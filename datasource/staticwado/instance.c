/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Instances of static archives: see tree.h. A frame is a file: a multipart body
 * with a header that says as what it is stored, or the bytes alone. */

#include "dicomweb/document.h"
#include "dicomweb/frames.h"
#include "dicomweb/multipart.h"
#include "dicomweb/webinstance.h"
#include "dicomweb/webseries.h"
#include "error.h"
#include "limits.h"
#include "staticwado/tree.h"

#define TAG_SOP_INSTANCE VITRAIL_TAG (0x0008, 0x0018)
#define TAG_STUDY        VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES       VITRAIL_TAG (0x0020, 0x000e)
#define TAG_N_FRAMES     VITRAIL_TAG (0x0028, 0x0008)

/* A coded frame may be longer than a native one, by this much at least. */
#define SLACK_BYTES ((guint64) 1024 * 1024)

struct _VitrailStaticInstance {
  VitrailInstance parent_instance;
  guint64 max_bytes; /* constant */
};

G_DEFINE_FINAL_TYPE (VitrailStaticInstance,
                     vitrail_static_instance,
                     VITRAIL_TYPE_INSTANCE)

static char *
find_frame (const char *folder, guint frame)
{
  static const char *const endings[] = { "", ".gz", ".mht", ".mht.gz" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++) {
    char *path = g_strdup_printf ("%s/frames/%u%s", folder, frame, endings[i]);
    if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
      return path;
    g_free (path);
  }
  return NULL;
}

/* @frame of the instance in @folder; @transfer_syntax (inout): as what it is
 * stored; "" is any. */
static GBytes *
read_frame (const char *folder,
            guint frame,
            guint64 max_bytes,
            char **transfer_syntax,
            GError **error)
{
  g_autofree char *path = find_frame (folder, frame);
  g_autofree char *asked = *transfer_syntax;
  const VitrailWebFrame wanted = { .url = path,
                                   .what = "",
                                   .transfer_syntax = asked,
                                   .max_bytes = max_bytes };

  *transfer_syntax = NULL;
  if (path == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s/frames/%u: no such file of a static archive", folder,
                 frame);
    return NULL;
  }
  g_autoptr (GBytes) body =
      vitrail_document_read (path, max_bytes + SLACK_BYTES, NULL, error);
  return body != NULL
             ? vitrail_web_frame_read_answer (body, "application/octet-stream",
                                              &wanted, transfer_syntax, error)
             : NULL;
}

static GBytes *
vitrail_static_instance_load_frame (VitrailInstance *instance,
                                    guint frame,
                                    GCancellable *cancellable,
                                    GError **error)
{
  g_autofree char *syntax =
      g_strdup (vitrail_instance_get_transfer_syntax (instance));

  return read_frame (vitrail_instance_get_name (instance), frame,
                     VITRAIL_STATIC_INSTANCE (instance)->max_bytes, &syntax,
                     error);
}

static void
vitrail_static_instance_class_init (VitrailStaticInstanceClass *klass)
{
  VITRAIL_INSTANCE_CLASS (klass)->load_frame =
      vitrail_static_instance_load_frame;
}

static void
vitrail_static_instance_init (VitrailStaticInstance *self)
{
}

static char *
make_folder (const char *root, VitrailDataSet *data_set)
{
  g_autofree char *study = vitrail_data_set_dup_string (data_set, TAG_STUDY, 0);
  g_autofree char *series =
      vitrail_data_set_dup_string (data_set, TAG_SERIES, 0);
  g_autofree char *uid =
      vitrail_data_set_dup_string (data_set, TAG_SOP_INSTANCE, 0);

  return g_build_filename (root, "studies", study, "series", series,
                           "instances", uid, NULL);
}

VitrailInstance *
vitrail_static_instance_new (const char *root,
                             VitrailDataSet *data_set,
                             GError **error)
{
  const guint64 max_bytes = vitrail_web_instance_find_max_bytes (data_set);
  const int64_t n_frames =
      max_bytes > 0 ? vitrail_data_set_get_int_or (data_set, TAG_N_FRAMES, 1)
                    : 0;
  g_autofree char *folder = make_folder (root, data_set);
  g_autofree char *syntax = vitrail_web_series_dup_syntax (data_set);

  /* The header of the first frame says what the metadata do not. */
  if (syntax[0] == '\0' && n_frames > 0) {
    g_autoptr (GBytes) first =
        read_frame (folder, 1, max_bytes, &syntax, error);
    if (first == NULL)
      return NULL;
  }
  VitrailStaticInstance *self =
      g_object_new (VITRAIL_TYPE_STATIC_INSTANCE, "name", folder, "data-set",
                    data_set, "transfer-syntax", syntax, "n-frames",
                    (guint) CLAMP (n_frames, 0, (int64_t) VITRAIL_LIMIT_FRAMES),
                    NULL);
  self->max_bytes = max_bytes;
  return VITRAIL_INSTANCE (self);
}
