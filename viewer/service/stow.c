/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The body of a STOW-RS request: see stow.h. */

#include "stow.h"

#include "dicomweb/mediatype.h"
#include "dicomweb/partstream.h"
#include "error.h"
#include "limits.h"
#include "request.h"
#include "stowanswer.h"
#include "stowjson.h"

#include <string.h>

#define DICOM_TYPE "application/dicom"
#define JSON_TYPE  "application/dicom+json"
#define XML_TYPE   "application/dicom+xml"

/* Descriptors that one request keeps for its sync; with more files than this
 * their whole file system is synced. */
#define MAX_OPEN 1u

struct _VitrailStow {
  VitrailStore *store;
  char *study;
  VitrailPartStream *stream; /* NULL: the body is the only part */
  VitrailStowJson *json;     /* NULL: the parts are files */
  GPtrArray *files;          /* VitrailIncoming */
  VitrailIncoming *current;  /* among them; NULL: its bytes are not wanted */
  guint64 n_bytes;
  GError *error; /* of the whole request */
};

/* --- parts --- */

static void
fail_current (VitrailStow *self, const GError *error)
{
  vitrail_incoming_fail (self->current, error);
  self->current = NULL;
}

static gboolean
check_encoding (const VitrailPartHeader *header, GError **error)
{
  if (header->content_encoding == NULL ||
      g_ascii_strcasecmp (header->content_encoding, "identity") == 0)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
               "a part with a Content-Encoding");
  return FALSE;
}

/* What a part has to be. */
static gboolean
check_header (const VitrailPartHeader *header, GError **error)
{
  if (header->content_type != NULL &&
      !vitrail_media_type_is (header->content_type, DICOM_TYPE))
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                 "a part that is not application/dicom");
  else
    return check_encoding (header, error);
  return FALSE;
}

static gboolean
begin_part (const VitrailPartHeader *header, gpointer user_data, GError **error)
{
  VitrailStow *self = user_data;
  g_autoptr (GError) failed = NULL;

  if (self->json != NULL && check_encoding (header, error))
    return vitrail_stow_json_begin (self->json, header, error);
  if (self->json != NULL)
    return FALSE;
  if (self->files->len == VITRAIL_LIMIT_REQUEST_PARTS) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "more than %u parts", VITRAIL_LIMIT_REQUEST_PARTS);
    return FALSE;
  }
  self->current = vitrail_store_begin (self->store, TRUE);
  g_ptr_array_add (self->files, self->current);
  if (!check_header (header, &failed))
    fail_current (self, failed);
  return TRUE;
}

static gboolean
take_data (const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  VitrailStow *self = user_data;
  g_autoptr (GError) failed = NULL;

  if (self->json != NULL)
    return vitrail_stow_json_take (self->json, data, length, error);
  if (self->current != NULL &&
      !vitrail_incoming_write (self->current, data, length, &failed))
    fail_current (self, failed);
  return TRUE;
}

static void
end_file (VitrailStow *self, VitrailIncoming *file)
{
  g_autoptr (GError) failed = NULL;

  if (!vitrail_incoming_end (file, self->files->len <= MAX_OPEN, &failed)) {
    vitrail_incoming_fail (file, failed);
  } else if (self->study != NULL && strcmp (self->study, file->study) != 0) {
    file->outcome = VITRAIL_OUTCOME_OTHER_STUDY;
    failed = g_error_new (VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                          "not of the study of the URL");
    vitrail_incoming_fail (file, failed);
  }
}

static gboolean
end_part (gpointer user_data, GError **error)
{
  VitrailStow *self = user_data;
  VitrailIncoming *file = g_steal_pointer (&self->current);

  if (self->json != NULL)
    return vitrail_stow_json_end_part (self->json, error);
  if (file != NULL)
    end_file (self, file);
  return TRUE;
}

static void
end_json_file (VitrailIncoming *file, gpointer user_data)
{
  end_file (user_data, file);
}

static const VitrailPartEvents events = { begin_part, take_data, end_part };

/* --- the whole --- */

gboolean
vitrail_stow_push (VitrailStow *self, GBytes *bytes)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  if (self->error != NULL)
    return FALSE;
  self->n_bytes += length;
  if (self->n_bytes > VITRAIL_LIMIT_REQUEST_BYTES) {
    g_set_error (&self->error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "a body of more than %llu bytes", VITRAIL_LIMIT_REQUEST_BYTES);
    return FALSE;
  }
  if (self->stream != NULL)
    return vitrail_part_stream_push (self->stream, data, length, &self->error);
  return length == 0 || take_data (data, length, self, &self->error);
}

gboolean
vitrail_stow_end (VitrailStow *self)
{
  if (self->error == NULL && self->stream != NULL)
    vitrail_part_stream_end (self->stream, &self->error);
  else if (self->error == NULL)
    end_part (self, &self->error);
  if (self->error == NULL && self->json != NULL)
    /* The files are made when all parts have come. */
    vitrail_stow_json_end (self->json, self->files, end_json_file, self,
                           &self->error);
  /* Parts of bulk data go with it. */
  g_clear_pointer (&self->json, vitrail_stow_json_free);
  if (self->error == NULL)
    return TRUE;
  /* Before the client hears of it. */
  self->current = NULL;
  g_ptr_array_set_size (self->files, 0);
  return FALSE;
}

void
vitrail_stow_commit (VitrailStow *self,
                     VitrailStoreCallback callback,
                     gpointer user_data)
{
  vitrail_store_commit (self->store, self->files, callback, user_data);
}

void
vitrail_stow_answer (const VitrailStow *self,
                     const char *base,
                     VitrailReply *reply)
{
  if (self->error == NULL) {
    vitrail_stow_answer_files (self->files, base, reply);
    return;
  }
  const gboolean is_limit =
      g_error_matches (self->error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT);
  const gboolean is_full =
      g_error_matches (self->error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  vitrail_reply_set_status_error (reply,
                                  is_full    ? 507
                                  : is_limit ? 413
                                             : 400,
                                  self->error->message);
}

/* Whether it is parts of @wanted. */
static gboolean
is_multipart (const char *content_type, const char *wanted)
{
  g_autofree char *type =
      vitrail_media_type_dup_parameter (content_type, "type");

  return vitrail_media_type_is (content_type, "multipart/related") &&
         vitrail_media_type_is (type, wanted);
}

gboolean
vitrail_stow_takes (const char *content_type, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (VitrailPartStream) stream = NULL;

  if (vitrail_media_type_is (content_type, DICOM_TYPE))
    return TRUE;
  if (!is_multipart (content_type, DICOM_TYPE) &&
      !is_multipart (content_type, JSON_TYPE) &&
      !is_multipart (content_type, XML_TYPE))
  {
    g_set_error (error, VITRAIL_HTTP_ERROR, 415,
                 "Content-Type must be multipart/related; "
                 "type=\"application/dicom\", \"application/dicom+json\" or "
                 "\"application/dicom+xml\"");
    return FALSE;
  }
  stream = vitrail_part_stream_new (content_type, &events, NULL, &failed);
  if (stream != NULL)
    return TRUE;
  g_set_error (error, VITRAIL_HTTP_ERROR, 400, "%s", failed->message);
  return FALSE;
}

VitrailStow *
vitrail_stow_new (VitrailStore *store,
                  const char *content_type,
                  const char *study)
{
  const VitrailPartHeader none = { .length = -1 };
  VitrailStow *self = g_new0 (VitrailStow, 1);

  self->store = store;
  self->study = g_strdup (study);
  self->files =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_incoming_free);
  const gboolean is_xml = is_multipart (content_type, XML_TYPE);
  if (is_xml || is_multipart (content_type, JSON_TYPE))
    self->json = vitrail_stow_json_new (store, is_xml);
  if (vitrail_media_type_is (content_type, "multipart/related"))
    self->stream = vitrail_part_stream_new (content_type, &events, self, NULL);
  else
    begin_part (&none, self, NULL);
  return self;
}

void
vitrail_stow_free (VitrailStow *self)
{
  g_clear_pointer (&self->stream, vitrail_part_stream_free);
  g_clear_pointer (&self->json, vitrail_stow_json_free);
  g_ptr_array_unref (self->files);
  g_clear_error (&self->error);
  g_free (self->study);
  g_free (self);
}
