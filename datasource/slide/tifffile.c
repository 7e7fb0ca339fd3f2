/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* libtiff over a mapped file: see tifffile.h. A handle of libtiff's is used by
 * one thread at a time, so there are as many as threads that read at once. What
 * it says of a file goes into errors, never to standard error. */

#include "slide/tifffile.h"

#include "error.h"
#include "mapping.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <tiffio.h>

/* Handles that are kept while nobody uses them. */
#define MAX_IDLE 8
/* What libtiff may allocate at once: a tile of limits.h in 16-bit RGBA. */
#define MAX_ALLOCATION ((tmsize_t) 1 << 30)

/* One reader: libtiff's view of the file, and where it stands. */
typedef struct {
  TIFF *tiff;
  const uint8_t *data;
  guint64 length;
  guint64 at;
  guint64 directory; /* 0: none was read */
  char text[1024];   /* what went wrong first */
} Handle;

typedef struct _VitrailTiffHandles {
  pthread_mutex_t lock;
  GPtrArray *idle; /* Handle; guarded by lock */
} Handles;

static tmsize_t
read_cb (thandle_t data, void *buffer, tmsize_t n)
{
  Handle *self = data;
  guint64 left = self->at < self->length ? self->length - self->at : 0;
  guint64 wanted = n > 0 ? (guint64) n : 0;

  wanted = MIN (wanted, left);
  if (wanted > 0)
    memcpy (buffer, self->data + self->at, wanted);
  self->at += wanted;
  return (tmsize_t) wanted;
}

static tmsize_t
write_cb (thandle_t data, void *buffer, tmsize_t n)
{
  return -1;
}

static toff_t
seek_cb (thandle_t data, toff_t to, int whence)
{
  Handle *self = data;

  if (whence == SEEK_CUR)
    to += self->at;
  else if (whence == SEEK_END)
    to += self->length;
  self->at = to;
  return to;
}

static int
close_cb (thandle_t data)
{
  return 0;
}

static toff_t
size_cb (thandle_t data)
{
  return ((Handle *) data)->length;
}

static int
map_cb (thandle_t data, void **base, toff_t *length)
{
  Handle *self = data;

  *base = (void *) (uintptr_t) self->data; /* only read */
  *length = self->length;
  return 1;
}

static void
unmap_cb (thandle_t data, void *base, toff_t length)
{
}

/* Keeps the first message: it is the cause, the rest is consequence. */
static int error_cb (TIFF *tiff,
                     void *data,
                     const char *module,
                     const char *format,
                     va_list list) G_GNUC_PRINTF (4, 0);

static int
error_cb (TIFF *tiff,
          void *data,
          const char *module,
          const char *format,
          va_list list)
{
  Handle *self = data;

  if (self->text[0] == '\0')
    g_vsnprintf (self->text, sizeof self->text, format, list);
  return 1;
}

static int
warning_cb (TIFF *tiff,
            void *data,
            const char *module,
            const char *format,
            va_list list)
{
  return 1;
}

static void
handle_free (Handle *self)
{
  if (self->tiff != NULL)
    TIFFClose (self->tiff);
  g_free (self);
}

/* "h": no directory is read; "D", "O": nor are the places of all its cells,
 * which may be millions; "c": strips stay as they are. */
static Handle *
handle_new (const VitrailTiffFile *file)
{
  Handle *self = g_new0 (Handle, 1);
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc ();

  self->data = g_bytes_get_data (file->bytes, NULL);
  self->length = g_bytes_get_size (file->bytes);
  if (options == NULL)
    return self;
  TIFFOpenOptionsSetErrorHandlerExtR (options, error_cb, self);
  TIFFOpenOptionsSetWarningHandlerExtR (options, warning_cb, self);
  TIFFOpenOptionsSetMaxSingleMemAlloc (options, MAX_ALLOCATION);
  self->tiff =
      TIFFClientOpenExt (file->path, "rhDOc", self, read_cb, write_cb, seek_cb,
                         close_cb, size_cb, map_cb, unmap_cb, options);
  TIFFOpenOptionsFree (options);
  return self;
}

static void
set_corrupt (const VitrailTiffFile *file,
             const VitrailTiffDirectory *directory,
             const char *reason,
             GError **error)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT,
               "%s: TIFF directory at %" G_GUINT64_FORMAT ": %s", file->path,
               directory->at, reason[0] != '\0' ? reason : "does not decode");
}

/* One that stands at @directory if there is one, else any. */
static Handle *
take_idle (Handles *self, guint64 directory)
{
  Handle *handle = NULL;

  pthread_mutex_lock (&self->lock);
  for (guint i = 0; i < self->idle->len && handle == NULL; i++) {
    Handle *candidate = g_ptr_array_index (self->idle, i);
    if (candidate->directory == directory || i + 1 == self->idle->len)
      handle = g_ptr_array_steal_index_fast (self->idle, i);
  }
  pthread_mutex_unlock (&self->lock);
  return handle;
}

static Handle *
take_handle (VitrailTiffFile *file,
             const VitrailTiffDirectory *directory,
             GError **error)
{
  Handle *self = take_idle (file->handles, directory->at);

  if (self == NULL)
    self = handle_new (file);
  self->text[0] = '\0';
  if (self->tiff != NULL && self->directory == directory->at)
    return self;
  self->directory = directory->at;
  if (self->tiff != NULL && TIFFSetSubDirectory (self->tiff, directory->at))
    return self;
  set_corrupt (file, directory, self->text, error);
  handle_free (self);
  return NULL;
}

/* A handle that has met an error is not used again. */
static void
give_handle (VitrailTiffFile *file, Handle *handle, gboolean is_good)
{
  Handles *self = file->handles;

  pthread_mutex_lock (&self->lock);
  if (is_good && self->idle->len < MAX_IDLE) {
    g_ptr_array_add (self->idle, handle);
    handle = NULL;
  }
  pthread_mutex_unlock (&self->lock);
  g_clear_pointer (&handle, handle_free);
}

gboolean
vitrail_tiff_file_can_decode (guint compression)
{
  return TIFFIsCODECConfigured ((uint16_t) compression) != 0;
}

gboolean
vitrail_tiff_file_read_cell (VitrailTiffFile *self,
                             const VitrailTiffDirectory *directory,
                             guint64 cell,
                             uint8_t *samples,
                             size_t length,
                             GError **error)
{
  Handle *handle = take_handle (self, directory, error);

  if (handle == NULL)
    return FALSE;
  tmsize_t n = directory->is_tiled
                   ? TIFFReadEncodedTile (handle->tiff, (uint32_t) cell,
                                          samples, (tmsize_t) length)
                   : TIFFReadEncodedStrip (handle->tiff, (uint32_t) cell,
                                           samples, (tmsize_t) length);
  if (n >= 0 && (size_t) n < length)
    memset (samples + n, 0, length - (size_t) n);
  if (n < 0)
    set_corrupt (self, directory, handle->text, error);
  give_handle (self, handle, n >= 0);
  return n >= 0;
}

static gboolean
read_rgba (Handle *handle, const guint rect[4], uint32_t *rgba)
{
  TIFFRGBAImage image;

  if (!TIFFRGBAImageOK (handle->tiff, handle->text) ||
      !TIFFRGBAImageBegin (&image, handle->tiff, 1, handle->text))
    return FALSE;
  /* As stored: whoever shows it turns it. */
  image.orientation = ORIENTATION_TOPLEFT;
  image.req_orientation = ORIENTATION_TOPLEFT;
  image.col_offset = (int) rect[0];
  image.row_offset = (int) rect[1];
  gboolean ok = TIFFRGBAImageGet (&image, rgba, rect[2], rect[3]) != 0;
  TIFFRGBAImageEnd (&image);
  return ok;
}

gboolean
vitrail_tiff_file_read_rgba (VitrailTiffFile *self,
                             const VitrailTiffDirectory *directory,
                             const guint rect[4],
                             uint32_t *rgba,
                             GError **error)
{
  Handle *handle = take_handle (self, directory, error);

  if (handle == NULL)
    return FALSE;
  gboolean ok = read_rgba (handle, rect, rgba);
  /* libtiff leaves what it cannot fill as it was, and goes on. */
  ok = ok && handle->text[0] == '\0';
  if (!ok)
    set_corrupt (self, directory, handle->text, error);
  /* It has changed the handle's own idea of the colours. */
  give_handle (self, handle, FALSE);
  return ok;
}

VitrailTiffFile *
vitrail_tiff_file_new (GBytes *bytes, const char *name, GError **error)
{
  VitrailTiffIndex *index = vitrail_tiff_index_new (bytes, name, error);

  if (index == NULL)
    return NULL;
  VitrailTiffFile *self = g_new0 (VitrailTiffFile, 1);
  self->ref_count = 1;
  self->path = g_strdup (name);
  self->bytes = g_bytes_ref (bytes);
  self->index = index;
  self->handles = g_new0 (Handles, 1);
  pthread_mutex_init (&self->handles->lock, NULL);
  self->handles->idle =
      g_ptr_array_new_with_free_func ((GDestroyNotify) handle_free);
  return self;
}

VitrailTiffFile *
vitrail_tiff_file_open (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = vitrail_map_file (path, error);

  return bytes != NULL ? vitrail_tiff_file_new (bytes, path, error) : NULL;
}

VitrailTiffFile *
vitrail_tiff_file_ref (VitrailTiffFile *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
vitrail_tiff_file_unref (VitrailTiffFile *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_ptr_array_unref (self->handles->idle);
  pthread_mutex_destroy (&self->handles->lock);
  g_free (self->handles);
  vitrail_tiff_index_free (self->index);
  g_bytes_unref (self->bytes);
  g_free (self->path);
  g_free (self);
}
