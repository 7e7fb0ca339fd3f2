/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Asking a server and reading what it answers: see dicomwebjob.h. */

#include "dicomweb/location.h"
#include "dicomweb/token.h"
#include "dicomwebjob.h"
#include "error.h"

#define MAX_REDIRECTS 5
#define CHUNK_BYTES   ((gsize) 64 * 1024)

/* Bytes that came before the connection broke off stay, where the server can be
 * asked for the rest of just that. */
static void
keep_body (VitrailWebJob *self)
{
  SoupMessageHeaders *headers =
      self->message != NULL ? soup_message_get_response_headers (self->message)
                            : NULL;
  const char *etag =
      headers != NULL ? soup_message_headers_get_one (headers, "ETag") : NULL;

  if (self->body == NULL || self->body->len == 0 || etag == NULL ||
      etag[0] != '"' || self->range != NULL ||
      soup_message_headers_get_one (headers, "Content-Encoding") != NULL)
    return;
  g_clear_pointer (&self->kept, g_byte_array_unref);
  g_free (self->kept_etag);
  self->kept = g_steal_pointer (&self->body);
  self->kept_etag = g_strdup (etag);
}

static void
fail_transfer (VitrailWebJob *self, const GError *error)
{
  g_autofree char *what = g_strdup (error->message);
  const gboolean is_short =
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT);

  keep_body (self);
  if (self->is_put_back && !vitrail_web_job_is_cancelled (self))
    vitrail_web_job_put_back (self);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    vitrail_web_job_fail_cancelled (self);
  else if (!vitrail_web_job_try_again (self))
    vitrail_web_job_fail (self, VITRAIL_ERROR,
                          is_short ? VITRAIL_ERROR_TRUNCATED : VITRAIL_ERROR_IO,
                          is_short ? "the connection ended within the answer"
                                   : what);
}

static void
succeed (VitrailWebJob *self)
{
  SoupMessageHeaders *headers =
      soup_message_get_response_headers (self->message);
  g_autoptr (GBytes) body =
      g_byte_array_free_to_bytes (g_steal_pointer (&self->body));
  g_autoptr (SoupMessage) message = g_object_ref (self->message);
  const VitrailWebAnswer answer = {
    .status =
        self->n_kept > 0 ? SOUP_STATUS_OK : soup_message_get_status (message),
    .retry_after = vitrail_web_job_get_retry_after (self),
    .content_type =
        (char *) soup_message_headers_get_one (headers, "Content-Type"),
    .etag = (char *) soup_message_headers_get_one (headers, "ETag"),
    .content_range =
        (char *) soup_message_headers_get_one (headers, "Content-Range"),
    .body = body,
  };

  vitrail_web_job_finish (self, &answer, NULL);
}

/* The length that the server states, which must be that of what came, unless
 * that was coded on the way. */
static gboolean
is_complete (const VitrailWebJob *self)
{
  SoupMessageHeaders *headers =
      soup_message_get_response_headers (self->message);

  return soup_message_headers_get_encoding (headers) !=
             SOUP_ENCODING_CONTENT_LENGTH ||
         soup_message_headers_get_one (headers, "Content-Encoding") != NULL ||
         (guint64) soup_message_headers_get_content_length (headers) ==
             self->body->len - self->n_kept;
}

static void read_more (VitrailWebJob *self);

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  VitrailWebJob *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result,
                                        &error);

  if (bytes == NULL) {
    fail_transfer (self, error);
    return;
  }
  const gsize length = g_bytes_get_size (bytes);
  if (length == 0 && is_complete (self)) {
    succeed (self);
  } else if (length == 0) {
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "");
    fail_transfer (self, error);
  } else if (length > self->max_bytes - self->body->len) {
    vitrail_web_job_fail (self, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                          "the answer is too long");
  } else {
    g_byte_array_append (self->body, g_bytes_get_data (bytes, NULL),
                         (guint) length);
    read_more (self);
  }
}

static void
read_more (VitrailWebJob *self)
{
  g_input_stream_read_bytes_async (self->stream, CHUNK_BYTES,
                                   G_PRIORITY_DEFAULT, self->run, read_cb,
                                   self);
}

static void
token_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  VitrailWebJob *self = user_data;
  g_autoptr (GError) error = NULL;

  g_free (self->token);
  self->token = vitrail_web_token_read_finish (result, &error);
  if (self->token != NULL)
    vitrail_web_job_enqueue (self);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    vitrail_web_job_fail_cancelled (self);
  else
    vitrail_web_job_fail (self, error->domain, error->code, error->message);
}

/* Asks for the token of the job's origin, and runs it with that. Who gives the
 * token may be of the same origin: no place there is kept meanwhile. */
static void
get_token (VitrailWebJob *self)
{
  self->has_token = TRUE;
  vitrail_web_job_step_back (self);
  vitrail_web_token_read_async (self->origin, self->cancellable, token_cb,
                                self);
}

/* A token may have been replaced since: TRUE where it is looked for again. */
static gboolean
renew_token (VitrailWebJob *self)
{
  if (self->token == NULL || self->is_token_new)
    return FALSE;
  self->is_token_new = TRUE;
  vitrail_web_job_clear_run (self);
  vitrail_web_token_forget (self->origin, self->token);
  get_token (self);
  return TRUE;
}

static void
fail_status (VitrailWebJob *self)
{
  const guint status = soup_message_get_status (self->message);
  const char *reason = soup_message_get_reason_phrase (self->message);

  if ((vitrail_web_status_is_transient (status) &&
       vitrail_web_job_try_again (self)) ||
      (status == SOUP_STATUS_UNAUTHORIZED && renew_token (self)))
    return;
  g_autofree char *valid = g_utf8_make_valid (reason != NULL ? reason : "", -1);
  g_autofree char *what =
      g_strdup_printf ("the server answers %u%s%.80s", status,
                       valid[0] != '\0' ? " " : "", valid);
  vitrail_web_job_fail (self, VITRAIL_WEB_ERROR, (int) status, what);
}

/* Within the origin only. */
static void
redirect (VitrailWebJob *self)
{
  const char *to = soup_message_headers_get_one (
      soup_message_get_response_headers (self->message), "Location");
  g_autofree char *target =
      to != NULL
          ? g_uri_resolve_relative (self->uri, to, G_URI_FLAGS_ENCODED, NULL)
          : NULL;

  if (target == NULL || self->n_redirects++ >= MAX_REDIRECTS) {
    vitrail_web_job_fail (self, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                          "a redirect that leads nowhere");
    return;
  }
  if (!vitrail_web_location_has_origin (target, self->origin)) {
    vitrail_web_job_fail (self, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                          "a redirect to another server is not followed");
    return;
  }
  g_free (self->uri);
  self->uri = g_steal_pointer (&target);
  vitrail_web_job_clear_run (self);
  vitrail_web_job_run (self);
}

static void
begin_body (VitrailWebJob *self)
{
  SoupMessageHeaders *headers =
      soup_message_get_response_headers (self->message);
  guint64 stated = 0;

  if (soup_message_headers_get_encoding (headers) ==
      SOUP_ENCODING_CONTENT_LENGTH)
    stated = (guint64) soup_message_headers_get_content_length (headers);
  if (stated > self->max_bytes - self->body->len) {
    vitrail_web_job_fail (self, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                          "the answer is too long");
    return;
  }
  read_more (self);
}

/* Whether a 206 holds all that follows @kept of just that (RFC 9110 15.3.7:
 * it says which it is of). */
static gboolean
is_rest (VitrailWebJob *self, const GByteArray *kept)
{
  SoupMessageHeaders *headers =
      soup_message_get_response_headers (self->message);
  goffset start = -1;
  goffset end = 0;
  goffset total = 0;

  return kept != NULL &&
         soup_message_headers_get_content_range (headers, &start, &end,
                                                 &total) &&
         start == (goffset) kept->len && (total < 0 || end == total - 1) &&
         g_strcmp0 (soup_message_headers_get_one (headers, "ETag"),
                    self->kept_etag) == 0;
}

/* FALSE: it is asked for again, all of it, or has failed. */
static gboolean
take_kept (VitrailWebJob *self)
{
  g_autoptr (GByteArray) kept = g_steal_pointer (&self->kept);

  self->n_kept = 0;
  if (soup_message_get_status (self->message) != SOUP_STATUS_PARTIAL_CONTENT ||
      self->range != NULL)
  {
    self->body = g_byte_array_new ();
    return TRUE;
  }
  if (!is_rest (self, kept)) {
    if (!vitrail_web_job_try_again (self))
      vitrail_web_job_fail (
          self, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
          "the server answers another part than was asked for");
    return FALSE;
  }
  self->n_kept = kept->len;
  self->body = g_steal_pointer (&kept);
  return TRUE;
}

/* What the server says to what was sent. */
static void
take_receipt (VitrailWebJob *self, guint status)
{
  if (status == SOUP_STATUS_UNAUTHORIZED && renew_token (self))
    return;
  /* Others turn a POST into a GET. */
  if (status == SOUP_STATUS_TEMPORARY_REDIRECT ||
      status == SOUP_STATUS_PERMANENT_REDIRECT)
    redirect (self);
  else if (SOUP_STATUS_IS_REDIRECTION (status))
    fail_status (self);
  else if (take_kept (self))
    begin_body (self);
}

/* One after the other, from their beginning. */
static void
set_body (VitrailWebJob *self)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new ();
  gssize length = 0;

  for (guint i = 0; i < self->pieces->len; i++) {
    GBytes *piece = g_ptr_array_index (self->pieces, i);
    g_memory_input_stream_add_bytes (G_MEMORY_INPUT_STREAM (stream), piece);
    length += (gssize) g_bytes_get_size (piece);
  }
  soup_message_set_request_body (self->message, self->content_type, stream,
                                 length);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  VitrailWebJob *self = user_data;
  g_autoptr (GError) error = NULL;

  self->stream =
      soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (self->stream == NULL) {
    fail_transfer (self, error);
    return;
  }
  self->host->is_down = FALSE;
  const guint status = soup_message_get_status (self->message);
  self->host->is_multiplexed =
      soup_message_get_http_version (self->message) == SOUP_HTTP_2_0;
  if (self->pieces != NULL) {
    take_receipt (self, status);
    return;
  }
  if (status == SOUP_STATUS_OK || status == SOUP_STATUS_NO_CONTENT ||
      (status == SOUP_STATUS_PARTIAL_CONTENT &&
       (self->kept != NULL || self->range != NULL)) ||
      (status == SOUP_STATUS_NOT_MODIFIED && self->if_none_match != NULL))
  {
    if (take_kept (self))
      begin_body (self);
  } else if (SOUP_STATUS_IS_REDIRECTION (status) &&
             status != SOUP_STATUS_NOT_MODIFIED)
    redirect (self);
  else
    fail_status (self);
}

static void
set_header (SoupMessageHeaders *headers, const char *name, const char *value)
{
  if (value != NULL)
    soup_message_headers_replace (headers, name, value);
}

/* Of streams that share a connection, the more urgent one's bytes come first,
 * where the server heeds that (RFC 9113 5.3). */
void
vitrail_web_job_set_weight (VitrailWebJob *self)
{
  static const SoupMessagePriority weights[] = {
    [VITRAIL_WEB_BACKGROUND] = SOUP_MESSAGE_PRIORITY_VERY_LOW,
    [VITRAIL_WEB_SOON] = SOUP_MESSAGE_PRIORITY_LOW,
    [VITRAIL_WEB_THUMBNAIL] = SOUP_MESSAGE_PRIORITY_NORMAL,
    [VITRAIL_WEB_NOW] = SOUP_MESSAGE_PRIORITY_VERY_HIGH,
  };

  if (self->message != NULL)
    soup_message_set_priority (self->message, weights[self->priority]);
}

/* FALSE: it runs when the token has come. */
static gboolean
ensure_token (VitrailWebJob *self)
{
  if (self->authorization != NULL || self->has_token ||
      !vitrail_web_token_is_known (self->origin))
    return TRUE;
  self->token = vitrail_web_token_peek (self->origin);
  if (self->token == NULL) {
    get_token (self);
    return FALSE;
  }
  self->has_token = TRUE;
  return TRUE;
}

void
vitrail_web_job_run (VitrailWebJob *self)
{
  if (vitrail_web_job_is_cancelled (self)) {
    vitrail_web_job_fail_cancelled (self);
    return;
  }
  if (!ensure_token (self))
    return;
  vitrail_web_job_begin_run (self);
  self->message = soup_message_new (self->pieces != NULL ? SOUP_METHOD_POST
                                                         : SOUP_METHOD_GET,
                                    self->uri);
  if (self->message == NULL) {
    vitrail_web_job_fail (self, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                          "not a URL to ask");
    return;
  }
  SoupMessageHeaders *headers =
      soup_message_get_request_headers (self->message);
  set_header (headers, "Accept", self->accept);
  set_header (headers, "Accept-Encoding", self->as_it_is ? "identity" : NULL);
  set_header (headers, "Authorization",
              self->authorization != NULL ? self->authorization : self->token);
  if (self->kept != NULL) {
    soup_message_headers_set_range (headers, self->kept->len, -1);
    set_header (headers, "If-Range", self->kept_etag);
  }
  set_header (headers, "If-None-Match", self->if_none_match);
  set_header (headers, "Range", self->range);
  set_header (headers, "If-Range", self->if_range);
  if (self->pieces != NULL)
    set_body (self);
  vitrail_web_job_set_weight (self);
  soup_message_set_flags (self->message,
                          SOUP_MESSAGE_NO_REDIRECT |
                              SOUP_MESSAGE_DO_NOT_USE_AUTH_CACHE);
  soup_session_send_async (self->client->session, self->message,
                           G_PRIORITY_DEFAULT, self->run, sent_cb, self);
}
