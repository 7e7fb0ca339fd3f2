/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An output file that is there whole or not at all: see output.h. */

#include "output.h"

#include "error.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_NAMES_TRIED 100

struct _VitrailOutput {
  int fd;
  char *path;      /* for errors, and where it goes */
  char *temporary; /* NULL: written in place (a device, a pipe, "-") */
};

static gboolean
set_io_error (const VitrailOutput *self, int code, GError **error)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO, "%s: %s", self->path,
               g_strerror (code));
  return FALSE;
}

/* A new file beside @path, with the mode that a file there gets. */
static int
create_beside (VitrailOutput *self)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autofree char *name = g_path_get_basename (self->path);

  for (guint i = 0; i < MAX_NAMES_TRIED; i++) {
    g_free (self->temporary);
    self->temporary =
        g_strdup_printf ("%s/.%.200s.%08x.part", folder, name, g_random_int ());
    int fd =
        open (self->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd >= 0 || errno != EEXIST)
      return fd;
  }
  return -1;
}

/* A link stays a link: what it leads to is written. */
static char *
resolve (const char *path)
{
  char *real = realpath (path, NULL);
  char *copy = g_strdup (real != NULL ? real : path);

  free (real);
  return copy;
}

VitrailOutput *
vitrail_output_open (const char *path, GError **error)
{
  g_autoptr (VitrailOutput) self = g_new0 (VitrailOutput, 1);
  struct stat info;

  if (strcmp (path, "-") == 0) {
    self->path = g_strdup ("standard output");
    self->fd = STDOUT_FILENO;
    return g_steal_pointer (&self);
  }
  self->path = resolve (path);
  gboolean exists = stat (self->path, &info) == 0;
  if (exists && !S_ISREG (info.st_mode))
    self->fd = open (self->path, O_WRONLY | O_CLOEXEC);
  else
    self->fd = create_beside (self);
  if (self->fd >= 0)
    return g_steal_pointer (&self);
  set_io_error (self, errno, error);
  g_clear_pointer (&self->temporary, g_free);
  return NULL;
}

gboolean
vitrail_output_write (VitrailOutput *self,
                      const void *data,
                      gsize length,
                      GError **error)
{
  const guint8 *rest = data;

  while (length > 0) {
    gssize written = write (self->fd, rest, length);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return set_io_error (self, errno, error);
    rest += written;
    length -= (gsize) written;
  }
  return TRUE;
}

gboolean
vitrail_output_commit (VitrailOutput *self, GError **error)
{
  if (self->temporary == NULL)
    return TRUE;
  if (fsync (self->fd) != 0 || g_rename (self->temporary, self->path) != 0)
    return set_io_error (self, errno, error);
  g_clear_pointer (&self->temporary, g_free);
  return TRUE;
}

void
vitrail_output_free (VitrailOutput *self)
{
  if (self->temporary != NULL)
    g_unlink (self->temporary);
  if (self->fd > STDERR_FILENO)
    close (self->fd);
  g_free (self->temporary);
  g_free (self->path);
  g_free (self);
}

gboolean
vitrail_output_write_bytes (const char *path, GBytes *bytes, GError **error)
{
  g_autoptr (VitrailOutput) output = vitrail_output_open (path, error);
  gsize length;
  const void *data = g_bytes_get_data (bytes, &length);

  return output != NULL && vitrail_output_write (output, data, length, error) &&
         vitrail_output_commit (output, error);
}
