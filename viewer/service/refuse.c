/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Requests that are not wanted: see refuse.h. */

#include "refuse.h"

#include "limits.h"

#include <glib-unix.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What a client still sends is read for so long and so far: a connection that
 * is closed over unread bytes takes its answer with it (RFC 9112 9.6). */
#define LINGER_US    ((gint64) 2 * G_USEC_PER_SEC)
#define LINGER_BYTES ((gsize) 64 * 1024 * 1024)

/* Of a message: the descriptor, plus one, by which its connection is answered
 * if libsoup closes it. */
#define DATA_KEY "vitrail-refuse"

/* --- connections that are answered and end --- */

typedef struct {
  int fd;
  gsize n_bytes;
} Linger;

static void
linger_free (gpointer data)
{
  Linger *self = data;

  close (self->fd);
  g_free (self);
}

static gboolean
linger_cb (int fd, GIOCondition condition, gpointer user_data)
{
  Linger *self = user_data;
  char rest[65536];
  GSource *source = g_main_current_source ();
  ssize_t n = recv (fd, rest, sizeof rest, MSG_DONTWAIT);

  if (n > 0)
    self->n_bytes += (gsize) n;
  return (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR))) &&
         self->n_bytes < LINGER_BYTES &&
         g_source_get_time (source) < g_source_get_ready_time (source);
}

/* Sends @reply on @fd, which is ours from now on, and no more. */
static void
answer_and_linger (int fd, const VitrailReply *reply)
{
  gsize length = 0;
  const char *body = g_bytes_get_data (reply->body, &length);
  g_autofree char *answer =
      g_strdup_printf ("HTTP/1.1 %u %s\r\nConnection: close\r\n"
                       "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n%.*s",
                       reply->status, soup_status_get_phrase (reply->status),
                       reply->content_type, length, (int) length, body);
  Linger *self = g_new0 (Linger, 1);

  self->fd = fd;
  send (fd, answer, strlen (answer), MSG_DONTWAIT | MSG_NOSIGNAL);
  shutdown (fd, SHUT_WR);
  g_autoptr (GSource) source = g_unix_fd_source_new (fd, G_IO_IN);
  g_source_set_callback (source, G_SOURCE_FUNC (linger_cb), self, linger_free);
  g_source_set_ready_time (source, g_get_monotonic_time () + LINGER_US);
  g_source_attach (source, g_main_context_get_thread_default ());
}

/* The connection of @socket by another descriptor; what libsoup has of it now
 * has ended. -1: no descriptors are left. */
static int
take_connection (GSocket *socket)
{
  const int fd = g_socket_get_fd (socket);
  int ends[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
                  ends) != 0)
    return -1;
  close (ends[1]);
  const int taken = fcntl (fd, F_DUPFD_CLOEXEC, 0);
  if (taken >= 0) {
    dup2 (ends[0], fd);
    fcntl (fd, F_SETFD, FD_CLOEXEC);
  }
  close (ends[0]);
  return taken;
}

void
vitrail_refuse_body (SoupServerMessage *message, const VitrailReply *reply)
{
  GSocket *socket = soup_server_message_get_socket (message);
  int fd = -1;

  if (socket == NULL)
    return;
  /* Below TLS, and below HTTP/2, no words of ours are understood. */
  if (g_strcmp0 (g_uri_get_scheme (soup_server_message_get_uri (message)),
                 "https") != 0)
    fd = take_connection (socket);
  if (fd >= 0)
    answer_and_linger (fd, reply);
  else
    g_socket_shutdown (socket, TRUE, TRUE, NULL);
}

void
vitrail_refuse_body_text (SoupServerMessage *message,
                          guint status,
                          const char *text)
{
  g_auto (VitrailReply) reply = { 0 };

  vitrail_reply_set_status_error (&reply, status, text);
  vitrail_refuse_body (message, &reply);
}

/* --- headers that libsoup cannot read --- */

static void
close_kept (gpointer data)
{
  close (GPOINTER_TO_INT (data) - 1);
}

/* libsoup has closed it: for a header that is too long, when its client is
 * still there. */
static void
disconnected_cb (SoupServerMessage *message, gpointer user_data)
{
  gpointer kept = g_object_steal_data (G_OBJECT (message), DATA_KEY);
  g_auto (VitrailReply) reply = { 0 };
  char byte;

  if (kept == NULL)
    return;
  const int fd = GPOINTER_TO_INT (kept) - 1;
  if (soup_server_message_get_status (message) !=
          SOUP_STATUS_INTERNAL_SERVER_ERROR ||
      recv (fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
  {
    close (fd);
    return;
  }
  vitrail_reply_set_status_error (&reply, 431,
                                  "a header of more than 65,536 bytes");
  answer_and_linger (fd, &reply);
}

/* What libsoup answers by itself has this body. */
static void
set_reason (SoupServerMessage *message)
{
  static const char reason[] =
      "{\"error\": \"a request that cannot be read\"}\n";

  soup_message_headers_replace (soup_server_message_get_response_headers (
                                    message),
                                "Content-Type", "application/json");
  soup_message_body_append (soup_server_message_get_response_body (message),
                            SOUP_MEMORY_STATIC, reason, sizeof reason - 1);
}

static void
started_cb (SoupServer *soup, SoupServerMessage *message, gpointer user_data)
{
  const gboolean is_tls = GPOINTER_TO_INT (user_data);
  GSocket *socket = soup_server_message_get_socket (message);

  set_reason (message);
  if (is_tls || socket == NULL)
    return;
  const int fd = fcntl (g_socket_get_fd (socket), F_DUPFD_CLOEXEC, 0);
  if (fd < 0)
    return;
  g_object_set_data_full (G_OBJECT (message), DATA_KEY,
                          GINT_TO_POINTER (fd + 1), close_kept);
  g_signal_connect (message, "disconnected", G_CALLBACK (disconnected_cb),
                    NULL);
}

void
vitrail_refuse_watch (SoupServer *soup, gboolean is_tls)
{
  g_signal_connect (soup, "request-started", G_CALLBACK (started_cb),
                    GINT_TO_POINTER (is_tls));
}

/* Two lengths, or one that is none: whoever stands before us may have taken the
 * other one (RFC 9112 6.3). */
static const char *
find_fault (SoupServerMessage *message, guint *status)
{
  const gsize max_digits = 18;
  SoupMessageHeaders *headers =
      soup_server_message_get_request_headers (message);
  const char *length =
      soup_message_headers_get_list (headers, "Content-Length");

  *status = 400;
  if (length == NULL)
    return NULL;
  if (*length == '\0' || strspn (length, "0123456789") != strlen (length))
    return "Content-Length: not one number";
  if (soup_message_headers_get_one (headers, "Transfer-Encoding") != NULL)
    return "Content-Length and Transfer-Encoding: not both";
  *status = 413;
  if (strlen (length) > max_digits ||
      g_ascii_strtoull (length, NULL, 10) > VITRAIL_LIMIT_REQUEST_BYTES)
    return "a body that is too long";
  return NULL;
}

gboolean
vitrail_refuse_check_header (SoupServerMessage *message)
{
  guint status;
  const char *fault = find_fault (message, &status);

  g_object_set_data (G_OBJECT (message), DATA_KEY, NULL);
  soup_message_headers_remove (
      soup_server_message_get_response_headers (message), "Content-Type");
  soup_message_body_truncate (soup_server_message_get_response_body (message));
  if (fault == NULL)
    return TRUE;
  vitrail_refuse_body_text (message, status, fault);
  return FALSE;
}
