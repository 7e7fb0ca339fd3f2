/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Requests as lines of a file: see accesslog.h. */

#include "accesslog.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

struct _VitrailAccessLog {
  int fd;
  pthread_mutex_t lock;
  GString *line; /* used again and again; guarded by @lock */
};

VitrailAccessLog *
vitrail_access_log_new (const char *path, GError **error)
{
  int fd = g_open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

  if (fd < 0) {
    int saved_errno = errno;
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved_errno),
                 "--access-log %s: %s", path, g_strerror (saved_errno));
    return NULL;
  }
  VitrailAccessLog *self = g_new0 (VitrailAccessLog, 1);
  self->fd = fd;
  pthread_mutex_init (&self->lock, NULL);
  self->line = g_string_new (NULL);
  return self;
}

void
vitrail_access_log_free (VitrailAccessLog *self)
{
  if (self == NULL)
    return;
  close (self->fd);
  pthread_mutex_destroy (&self->lock);
  g_string_free (self->line, TRUE);
  g_free (self);
}

static void
append_escaped (GString *line, const char *text)
{
  for (const char *at = text; *at != '\0'; at++) {
    if (g_ascii_isgraph (*at))
      g_string_append_c (line, *at);
    else
      g_string_append_printf (line, "%%%02X", (guint8) *at);
  }
}

static void
append_now (GString *line)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *text = g_date_time_format (now, "%Y-%m-%dT%H:%M:%S");

  g_string_append_printf (line, "%s.%03dZ ", text,
                          g_date_time_get_microsecond (now) / 1000);
}

void
vitrail_access_log_write (VitrailAccessLog *self,
                          const char *method,
                          const char *path,
                          guint status,
                          gsize bytes,
                          gint64 duration_us)
{
  pthread_mutex_lock (&self->lock);
  g_string_truncate (self->line, 0);
  append_now (self->line);
  append_escaped (self->line, method);
  g_string_append_c (self->line, ' ');
  append_escaped (self->line, path);
  g_string_append_printf (self->line, " %u %" G_GSIZE_FORMAT " %.1f\n", status,
                          bytes, (double) duration_us / 1000);
  /* One write, so that lines of several services stay whole (O_APPEND). */
  ssize_t written = write (self->fd, self->line->str, self->line->len);
  (void) written;
  pthread_mutex_unlock (&self->lock);
}
