/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* For LD_PRELOAD: writes down, in their order, the calls by which a program
 * changes the folder $FSTRACE_ROOT and makes that last, and the answers that it
 * sends ("HTTP/..."), as lines of $FSTRACE_LOG. What a call did is written
 * behind it, an answer before it is sent.
 *
 * $FSTRACE_FAIL "CALL:N:ERRNO": the N-th such call below the root and all later
 * ones fail with that number. */

#define _GNU_SOURCE
/* Both open () and open64 () are to be told apart. */
#undef _FILE_OFFSET_BITS

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned long n_calls; /* of the one that is to fail; guarded by lock */

#define REAL(name) ((__typeof__ (&(name))) dlsym (RTLD_NEXT, #name))

static void
put_line (const char *format, ...)
{
  const char *path = getenv ("FSTRACE_LOG");
  char line[3 * PATH_MAX];
  va_list args;

  if (path == NULL)
    return;
  va_start (args, format);
  int length = vsnprintf (line, sizeof line, format, args);
  va_end (args);
  pthread_mutex_lock (&lock);
  int fd = REAL (open) (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fd >= 0) {
    if (REAL (write) (fd, line, (size_t) length) != length)
      abort ();
    close (fd);
  }
  pthread_mutex_unlock (&lock);
}

static int
is_inside (const char *path)
{
  const char *root = getenv ("FSTRACE_ROOT");

  return root != NULL && strncmp (path, root, strlen (root)) == 0;
}

/* The path of @fd, "" when it is none below the root. */
static const char *
path_of (int fd, char path[PATH_MAX])
{
  char name[64];
  const int saved = errno;

  snprintf (name, sizeof name, "/proc/self/fd/%d", fd);
  ssize_t length = readlink (name, path, PATH_MAX - 1);
  path[length > 0 ? length : 0] = '\0';
  if (!is_inside (path))
    path[0] = '\0';
  errno = saved;
  return path;
}

/* Whether this call is to fail; sets errno. */
static int
is_to_fail (const char *call)
{
  const char *wish = getenv ("FSTRACE_FAIL");
  const size_t length = strlen (call);
  char *rest = NULL;

  if (wish == NULL || strncmp (wish, call, length) != 0 || wish[length] != ':')
    return 0;
  const unsigned long first = strtoul (wish + length + 1, &rest, 10);
  const unsigned long code = *rest == ':' ? strtoul (rest + 1, NULL, 10) : 0;
  pthread_mutex_lock (&lock);
  const int fails = ++n_calls >= first;
  pthread_mutex_unlock (&lock);
  if (fails)
    errno = (int) code;
  return fails;
}

/* The C library's own names of parameters are reserved. */
/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */

static int
open_traced (const char *path, int flags, mode_t mode)
{
  if ((flags & O_CREAT) == 0 || !is_inside (path))
    return REAL (open) (path, flags, mode);
  if (is_to_fail ("open"))
    return -1;
  int fd = REAL (open) (path, flags, mode);
  if (fd >= 0)
    put_line ("create %s\n", path);
  return fd;
}

int
open (const char *path, int flags, ...)
{
  va_list args;
  va_start (args, flags);
  mode_t mode = (flags & O_CREAT) != 0 ? va_arg (args, mode_t) : 0;
  va_end (args);
  return open_traced (path, flags, mode);
}

int
open64 (const char *path, int flags, ...)
{
  va_list args;
  va_start (args, flags);
  mode_t mode = (flags & O_CREAT) != 0 ? va_arg (args, mode_t) : 0;
  va_end (args);
  return open_traced (path, flags, mode);
}

ssize_t
write (int fd, const void *data, size_t length)
{
  char path[PATH_MAX];

  if (path_of (fd, path)[0] == '\0')
    return REAL (write) (fd, data, length);
  if (is_to_fail ("write"))
    return -1;
  ssize_t n = REAL (write) (fd, data, length);
  if (n > 0)
    put_line ("write %zd %s\n", n, path);
  return n;
}

int
rename (const char *from, const char *to)
{
  if (!is_inside (to))
    return REAL (rename) (from, to);
  if (is_to_fail ("rename"))
    return -1;
  int result = REAL (rename) (from, to);
  if (result == 0)
    put_line ("rename %s %s\n", from, to);
  return result;
}

int
mkdir (const char *path, mode_t mode)
{
  if (!is_inside (path))
    return REAL (mkdir) (path, mode);
  if (is_to_fail ("mkdir"))
    return -1;
  int result = REAL (mkdir) (path, mode);
  if (result == 0)
    put_line ("mkdir %s\n", path);
  return result;
}

int
unlink (const char *path)
{
  int result = REAL (unlink) (path);
  if (result == 0 && is_inside (path))
    put_line ("unlink %s\n", path);
  return result;
}

static int
sync_traced (const char *call, int (*real) (int), int fd)
{
  char path[PATH_MAX];

  if (path_of (fd, path)[0] == '\0')
    return real (fd);
  if (is_to_fail (call))
    return -1;
  int result = real (fd);
  if (result == 0)
    put_line ("%s %s\n", call, path);
  return result;
}

int
fsync (int fd)
{
  return sync_traced ("fsync", REAL (fsync), fd);
}

int
fdatasync (int fd)
{
  return sync_traced ("fdatasync", REAL (fdatasync), fd);
}

int
syncfs (int fd)
{
  return sync_traced ("syncfs", REAL (syncfs), fd);
}

static void
note_answer (const void *data, size_t length)
{
  if (length > 12 && memcmp (data, "HTTP/1.", 7) == 0)
    put_line ("answer %.3s\n", (const char *) data + 9);
}

ssize_t
send (int fd, const void *data, size_t length, int flags)
{
  note_answer (data, length);
  return REAL (send) (fd, data, length, flags);
}

ssize_t
sendmsg (int fd, const struct msghdr *message, int flags)
{
  if (message->msg_iovlen > 0)
    note_answer (message->msg_iov[0].iov_base, message->msg_iov[0].iov_len);
  return REAL (sendmsg) (fd, message, flags);
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
