/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bodies that are not wanted: see refuse.h. */

#include "refuse.h"

#include <string.h>

void
vitrail_refuse_body (SoupServerMessage *message, const VitrailReply *reply)
{
  GSocket *socket = soup_server_message_get_socket (message);
  gsize length = 0;

  if (socket == NULL)
    return;
  const char *body = g_bytes_get_data (reply->body, &length);
  g_autofree char *answer =
      g_strdup_printf ("HTTP/1.1 %u %s\r\nConnection: close\r\n"
                       "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n%.*s",
                       reply->status, soup_status_get_phrase (reply->status),
                       reply->content_type, length, (int) length, body);
  g_socket_send (socket, answer, strlen (answer), NULL, NULL);
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
