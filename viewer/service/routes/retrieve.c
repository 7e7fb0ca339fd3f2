/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whole instances as Part 10 files (WADO-RS, PS3.18 10.4.1.1.1). */

#include "archive.h"
#include "dicom/part10.h"
#include "dicom/writer.h"
#include "error.h"
#include "multipart.h"
#include "route.h"
#include "streaming.h"

#include <string.h>

#define EXPLICIT_LE "1.2.840.10008.1.2.1"
#define DICOM_TYPE  "application/dicom"

/* What the client wants of each file. */
typedef struct {
  gboolean is_multipart;
  char transfer_syntax[72]; /* "" and "*": as stored */
} Wish;

static gboolean
choose (const VitrailRequest *request, Wish *wish, GError **error)
{
  g_autoptr (GArray) ranges = vitrail_accept_parse (request);

  for (guint i = 0; i < ranges->len; i++) {
    const VitrailMediaRange *range =
        &g_array_index (ranges, VitrailMediaRange, i);
    if (!vitrail_media_range_takes (range, DICOM_TYPE))
      continue;
    wish->is_multipart =
        range->is_multipart || strcmp (range->type, "*/*") == 0;
    g_strlcpy (wish->transfer_syntax, range->transfer_syntax,
               sizeof wish->transfer_syntax);
    return TRUE;
  }
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

/* The file as it is where it has a file meta, else written anew; or in another
 * uncompressed transfer syntax. */
static GBytes *
load (VitrailPart10 *file,
      const Wish *wish,
      char **content_type,
      GError **error)
{
  const char *stored = vitrail_part10_get_transfer_syntax (file);
  gboolean as_stored = *wish->transfer_syntax == '\0' ||
                       strcmp (wish->transfer_syntax, "*") == 0 ||
                       strcmp (wish->transfer_syntax, stored) == 0;
  const char *syntax = as_stored ? stored : wish->transfer_syntax;
  if (!vitrail_is_plain_uid (stored) ||
      (!as_stored && !(is_native (stored) && is_native (syntax))))
  {
    g_set_error (error, VITRAIL_HTTP_ERROR, 406,
                 "the instance is stored in %s only", stored);
    return NULL;
  }
  *content_type = g_strdup_printf (DICOM_TYPE "; transfer-syntax=%s", syntax);
  if (!as_stored || vitrail_part10_get_meta (file) == NULL)
    return vitrail_write_part10 (vitrail_part10_get_data_set (file), syntax,
                                 error);
  return vitrail_part10_ref_bytes (file);
}

/* One that a slide becomes is made while it is sent. */
static gboolean
add_made (VitrailDicomizedInstance *made,
          const Wish *wish,
          VitrailReply *reply,
          GError **error)
{
  const char *stored =
      vitrail_instance_get_transfer_syntax (VITRAIL_INSTANCE (made));
  g_autofree char *content_type =
      g_strdup_printf (DICOM_TYPE "; transfer-syntax=%s", stored);

  if (*wish->transfer_syntax != '\0' &&
      strcmp (wish->transfer_syntax, "*") != 0 &&
      strcmp (wish->transfer_syntax, stored) != 0)
  {
    g_set_error (error, VITRAIL_HTTP_ERROR, 406,
                 "the instance is stored in %s only", stored);
    return FALSE;
  }
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
add_instance (const VitrailRequest *request,
              VitrailDataSet *instance,
              const Wish *wish,
              VitrailReply *reply,
              GError **error)
{
  g_autofree char *content_type = NULL;
  g_autoptr (GError) failed = NULL;
  g_autoptr (VitrailDicomizedInstance) made =
      vitrail_archive_open_made (request, instance, &failed);
  if (made != NULL)
    return add_made (made, wish, reply, error);
  if (failed != NULL) {
    g_propagate_error (error, g_steal_pointer (&failed));
    return FALSE;
  }
  g_autoptr (VitrailPart10) file =
      vitrail_archive_open_file (request, instance, VITRAIL_READ_ALL, error);
  if (file == NULL)
    return FALSE;
  g_autoptr (GBytes) bytes = load (file, wish, &content_type, error);
  if (bytes == NULL)
    return FALSE;
  if (wish->is_multipart) {
    vitrail_multipart_add (reply, content_type, bytes);
    return TRUE;
  }
  vitrail_reply_set_body (reply, NULL, g_steal_pointer (&bytes));
  vitrail_reply_take_content_type (reply, g_steal_pointer (&content_type));
  /* A preamble may hold anything, a program too: never shown in place. */
  reply->file_name = "instance.dcm";
  return TRUE;
}

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  Wish wish = { 0 };

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
  for (guint i = 0; i < instances->len; i++) {
    if (g_cancellable_set_error_if_cancelled (request->cancellable, error) ||
        !add_instance (request, g_ptr_array_index (instances, i), &wish, reply,
                       error))
      return FALSE;
  }
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
};
