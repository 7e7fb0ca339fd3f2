/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whole instances as Part 10 files (WADO-RS, PS3.18 10.4.1.1.1). */

#include "archive.h"
#include "dicom/part10.h"
#include "dicom/writer.h"
#include "error.h"
#include "multipart.h"
#include "route.h"
#include "streaming.h"
#include "transcode.h"

#include <string.h>

#define EXPLICIT_LE "1.2.840.10008.1.2.1"
#define DICOM_TYPE  "application/dicom"

/* Decoding and encoding holds all of an instance in memory. */
#define MAX_TRANSCODED_BYTES ((guint64) 2 << 30)

/* What the client takes. */
typedef struct {
  gboolean is_multipart;
  GArray *ranges; /* VitrailMediaRange of application/dicom, the best first */
  /* Of the answer so far. */
  gsize n_kept; /* bytes that are no views of files */
  guint n_parts;
} Wish;

static void
wish_clear (Wish *self)
{
  g_clear_pointer (&self->ranges, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wish, wish_clear)

static gboolean
choose (const VitrailRequest *request, Wish *wish, GError **error)
{
  g_autoptr (GArray) ranges = vitrail_accept_parse (request);

  wish->ranges = g_array_new (FALSE, FALSE, sizeof (VitrailMediaRange));
  for (guint i = 0; i < ranges->len; i++) {
    VitrailMediaRange range = g_array_index (ranges, VitrailMediaRange, i);
    if (!vitrail_media_range_takes (&range, DICOM_TYPE))
      continue;
    if (wish->ranges->len == 0)
      wish->is_multipart =
          range.is_multipart || strcmp (range.type, "*/*") == 0;
    g_array_append_val (wish->ranges, range);
  }
  if (wish->ranges->len > 0)
    return TRUE;
  g_set_error (error, VITRAIL_HTTP_ERROR, 406, "instances are " DICOM_TYPE);
  return FALSE;
}

static gboolean
is_native (const char *transfer_syntax)
{
  static const char *const native[] = { "1.2.840.10008.1.2", EXPLICIT_LE,
                                        "1.2.840.10008.1.2.1.99",
                                        "1.2.840.10008.1.2.2", NULL };
  return g_strv_contains (native, transfer_syntax);
}

/* The transfer syntax to send what is stored as @stored in: of what is wanted
 * the first that we have or can write; NULL: none. */
static const char *
choose_syntax (const Wish *wish, const char *stored, gboolean is_made)
{
  for (guint i = 0; i < wish->ranges->len; i++) {
    const char *wanted =
        g_array_index (wish->ranges, VitrailMediaRange, i).transfer_syntax;
    if (*wanted == '\0' || strcmp (wanted, "*") == 0 ||
        strcmp (wanted, stored) == 0)
      return stored;
    if (!is_made &&
        (is_native (wanted) || vitrail_transfer_syntax_is_written (wanted)))
      return wanted;
  }
  return NULL;
}

static const char *
check_syntax (const Wish *wish,
              const char *stored,
              gboolean is_made,
              GError **error)
{
  const char *syntax = vitrail_is_plain_uid (stored)
                           ? choose_syntax (wish, stored, is_made)
                           : NULL;

  if (syntax == NULL)
    g_set_error (error, VITRAIL_HTTP_ERROR, 406, "the instance is stored in %s",
                 stored);
  return syntax;
}

static gboolean
check_size (VitrailInstance *instance, GError **error)
{
  VitrailPixelFormat format;

  if (!vitrail_instance_get_pixel_format (instance, &format, error))
    return FALSE;
  guint64 bytes = (guint64) format.width * format.height * format.samples *
                  vitrail_pixel_format_get_sample_bytes (&format) *
                  vitrail_instance_get_n_stated_frames (instance);
  if (bytes <= MAX_TRANSCODED_BYTES)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
               "%s: too large to be compressed anew",
               vitrail_instance_get_name (instance));
  return FALSE;
}

/* All frames decoded and encoded. */
static GBytes *
transcode (const VitrailRequest *request,
           VitrailDataSet *answer,
           const char *syntax,
           GError **error)
{
  const VitrailEncodeOptions options = { .transfer_syntax = syntax };
  g_autoptr (VitrailInstance) instance =
      vitrail_archive_open_answer (request, answer, error);

  if (instance == NULL || !check_size (instance, error))
    return NULL;
  g_autoptr (VitrailDataSet) data_set =
      vitrail_transcode (instance, &options, request->cancellable, error);
  return data_set != NULL ? vitrail_write_part10 (data_set, syntax, error)
                          : NULL;
}

/* The file as it is where it has a file meta, else written anew; or in another
 * transfer syntax. What has no pixels is not compressed. */
static GBytes *
load (const VitrailRequest *request,
      VitrailDataSet *answer,
      VitrailPart10 *file,
      const char **syntax,
      GError **error)
{
  const char *stored = vitrail_part10_get_transfer_syntax (file);
  VitrailDataSet *data_set = vitrail_part10_get_data_set (file);

  if (!is_native (*syntax) &&
      !vitrail_data_set_has (data_set, VITRAIL_TAG (0x7fe0, 0x0010)))
    *syntax = stored;
  if (strcmp (*syntax, stored) == 0 && vitrail_part10_get_meta (file) != NULL)
    return vitrail_part10_ref_bytes (file);
  if (strcmp (*syntax, stored) == 0 ||
      (is_native (stored) && is_native (*syntax)))
    return vitrail_write_part10 (data_set, *syntax, error);
  return transcode (request, answer, *syntax, error);
}

/* One that a slide becomes is made while it is sent. */
static gboolean
add_made (VitrailDicomizedInstance *made,
          const Wish *wish,
          VitrailReply *reply,
          GError **error)
{
  const char *stored = check_syntax (
      wish, vitrail_instance_get_transfer_syntax (VITRAIL_INSTANCE (made)),
      TRUE, error);
  if (stored == NULL)
    return FALSE;
  g_autofree char *content_type =
      g_strdup_printf (DICOM_TYPE "; transfer-syntax=%s", stored);
  if (wish->is_multipart) {
    vitrail_multipart_add_instance (reply, content_type, made);
    return TRUE;
  }
  vitrail_reply_add_instance (reply, made);
  vitrail_reply_take_content_type (reply, g_steal_pointer (&content_type));
  reply->file_name = "instance.dcm";
  return TRUE;
}

static gboolean
is_known (const VitrailRequest *request,
          VitrailDataSet *instance,
          const char *syntax,
          VitrailReply *reply)
{
  g_autofree char *path = vitrail_archive_dup_path (request, instance);

  return path != NULL &&
         vitrail_archive_is_known (request, reply, path, syntax);
}

/* One as it is sent: its bytes, and as what. */
typedef struct {
  const char *syntax; /* "" where the client has it already */
  char *content_type;
  GBytes *bytes;
  gboolean is_view; /* of its file */
  VitrailPart10 *file;
} Sent;

static void
sent_clear (Sent *self)
{
  g_free (self->content_type);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->file, vitrail_part10_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sent, sent_clear)

/* @reply: (nullable): where the client may have it already. */
static gboolean
load_instance (const VitrailRequest *request,
               VitrailDataSet *instance,
               const Wish *wish,
               VitrailReply *reply,
               Sent *sent,
               GError **error)
{
  sent->file =
      vitrail_archive_open_file (request, instance, VITRAIL_READ_ALL, error);
  if (sent->file == NULL)
    return FALSE;
  sent->syntax =
      check_syntax (wish, vitrail_part10_get_transfer_syntax (sent->file),
                    FALSE, error);
  if (sent->syntax == NULL)
    return FALSE;
  if (reply != NULL && is_known (request, instance, sent->syntax, reply))
    return TRUE;
  sent->bytes = load (request, instance, sent->file, &sent->syntax, error);
  if (sent->bytes == NULL)
    return FALSE;
  g_autoptr (GBytes) whole = vitrail_part10_ref_bytes (sent->file);
  sent->is_view = whole == sent->bytes;
  sent->content_type =
      g_strdup_printf (DICOM_TYPE "; transfer-syntax=%s", sent->syntax);
  return TRUE;
}

/* --- many: made while they are sent --- */

typedef struct {
  VitrailService *service;
  VitrailDataSet *instance;
  Wish wish;
} Later;

static void
later_free (gpointer data)
{
  Later *self = data;

  vitrail_data_set_unref (self->instance);
  wish_clear (&self->wish);
  g_free (self);
}

static gboolean
make_later (gpointer data,
            guint *step,
            GQueue *chunks,
            GCancellable *cancellable,
            GError **error)
{
  Later *self = data;
  /* All that is looked at here. */
  g_autofree VitrailRequest *request = g_new0 (VitrailRequest, 1);
  g_auto (Sent) sent = { NULL };

  request->service = self->service;
  request->cancellable = cancellable;
  if (!load_instance (request, self->instance, &self->wish, NULL, &sent, error))
    return FALSE;
  vitrail_multipart_push (chunks, sent.content_type, sent.bytes);
  *step = 0;
  return TRUE;
}

static void
add_later (const VitrailRequest *request,
           VitrailDataSet *instance,
           const Wish *wish,
           VitrailReply *reply)
{
  Later *later = g_new (Later, 1);

  later->service = request->service;
  later->instance = vitrail_data_set_ref (instance);
  later->wish = *wish;
  g_array_ref (wish->ranges);
  vitrail_reply_add_made (reply, make_later, later, later_free);
}

/* --- all --- */

static gboolean
add_file (const VitrailRequest *request,
          VitrailDataSet *instance,
          Wish *wish,
          VitrailReply *reply,
          GError **error)
{
  g_auto (Sent) sent = { NULL };

  if (!load_instance (request, instance, wish,
                      wish->is_multipart ? NULL : reply, &sent, error))
    return FALSE;
  if (sent.bytes == NULL)
    return TRUE;
  if (wish->is_multipart) {
    vitrail_multipart_add (reply, sent.content_type, sent.bytes);
    wish->n_kept += sent.is_view && vitrail_service_has_files (request->service)
                        ? 0
                        : g_bytes_get_size (sent.bytes);
    return TRUE;
  }
  vitrail_reply_set_body (reply, NULL, g_steal_pointer (&sent.bytes));
  vitrail_reply_take_content_type (reply, g_steal_pointer (&sent.content_type));
  /* A preamble may hold anything, a program too: never shown in place. */
  reply->file_name = "instance.dcm";
  return TRUE;
}

static gboolean
add_instance (const VitrailRequest *request,
              VitrailDataSet *instance,
              Wish *wish,
              VitrailReply *reply,
              GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (VitrailDicomizedInstance) made =
      vitrail_archive_open_made (request, instance, &failed);
  if (made != NULL)
    return add_made (made, wish, reply, error);
  if (failed != NULL) {
    g_propagate_error (error, g_steal_pointer (&failed));
    return FALSE;
  }
  if (wish->n_kept > VITRAIL_REPLY_KEPT_BYTES ||
      wish->n_parts++ > VITRAIL_REPLY_KEPT_PARTS)
  {
    add_later (request, instance, wish, reply);
    return TRUE;
  }
  return add_file (request, instance, wish, reply, error);
}

/* One whose file has gone is no reason to refuse the others, as long as that
 * can be said. */
static gboolean
add_instances (const VitrailRequest *request,
               GPtrArray *instances,
               Wish *wish,
               VitrailReply *reply,
               GError **error)
{
  guint n_gone = 0;

  for (guint i = 0; i < instances->len; i++) {
    g_autoptr (GError) failed = NULL;
    if (!g_cancellable_set_error_if_cancelled (request->cancellable, &failed) &&
        add_instance (request, g_ptr_array_index (instances, i), wish, reply,
                      &failed))
      continue;
    if (!g_error_matches (failed, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND)) {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
    n_gone++;
  }
  return vitrail_archive_tell_gone (request, reply, n_gone, instances->len,
                                    error);
}

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  g_auto (Wish) wish = { 0 };

  if (!choose (request, &wish, error))
    return FALSE;
  g_autoptr (GPtrArray) instances =
      vitrail_archive_list_instances (request, error);
  if (instances == NULL)
    return FALSE;
  if (!wish.is_multipart && instances->len != 1) {
    g_set_error (error, VITRAIL_HTTP_ERROR, 406,
                 "several instances come as multipart/related only");
    return FALSE;
  }
  if (wish.is_multipart)
    vitrail_multipart_begin (reply, DICOM_TYPE);
  if (!add_instances (request, instances, &wish, reply, error))
    return FALSE;
  if (wish.is_multipart)
    vitrail_multipart_end (reply);
  return TRUE;
}

static const char *const patterns[] = {
  "/dicom-web/studies/{study}",
  "/dicom-web/studies/{study}/series/{series}",
  "/dicom-web/studies/{study}/series/{series}/instances/{instance}",
  NULL,
};

const VitrailRoute vitrail_route_retrieve = {
  .name = "retrieve",
  .patterns = patterns,
  .answer = answer,
  .takes_store = TRUE,
};
