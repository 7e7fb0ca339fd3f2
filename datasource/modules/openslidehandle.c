/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Handles that survive errors: see openslidehandle.h. */

#include "modules/openslidehandle.h"

#include "error.h"

#include <pthread.h>

struct _VitrailOpenslideHandles {
  char *path; /* constant */
  pthread_mutex_t lock;
  VitrailOpenslideHandle *handle; /* guarded by lock; NULL while none is open */
};

static void
handle_unref (VitrailOpenslideHandle *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  openslide_close (self->osr);
  g_free (self);
}

static VitrailOpenslideHandle *
handle_open (const char *path, GError **error)
{
  openslide_t *osr = openslide_open (path);
  if (osr == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                 "%s: not a slide that OpenSlide recognises", path);
    return NULL;
  }
  const char *reason = openslide_get_error (osr);
  if (reason != NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED, "%s: %s", path,
                 reason);
    openslide_close (osr);
    return NULL;
  }
  VitrailOpenslideHandle *self = g_new (VitrailOpenslideHandle, 1);
  self->ref_count = 1;
  self->osr = osr;
  return self;
}

VitrailOpenslideHandle *
vitrail_openslide_handles_take (VitrailOpenslideHandles *self, GError **error)
{
  pthread_mutex_lock (&self->lock);
  if (self->handle == NULL)
    self->handle = handle_open (self->path, error);
  VitrailOpenslideHandle *handle = self->handle;
  if (handle != NULL)
    g_atomic_int_inc (&handle->ref_count);
  pthread_mutex_unlock (&self->lock);
  return handle;
}

gboolean
vitrail_openslide_handles_give (VitrailOpenslideHandles *self,
                                VitrailOpenslideHandle *handle,
                                GError **error)
{
  const char *reason = openslide_get_error (handle->osr);

  if (reason != NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT, "%s: %s",
                 self->path, reason);
    pthread_mutex_lock (&self->lock);
    gboolean held = self->handle == handle;
    if (held)
      self->handle = NULL;
    pthread_mutex_unlock (&self->lock);
    if (held)
      handle_unref (handle);
  }
  handle_unref (handle);
  return reason == NULL;
}

VitrailOpenslideHandles *
vitrail_openslide_handles_new (const char *path, GError **error)
{
  VitrailOpenslideHandle *handle = handle_open (path, error);
  if (handle == NULL)
    return NULL;
  VitrailOpenslideHandles *self = g_new0 (VitrailOpenslideHandles, 1);
  pthread_mutex_init (&self->lock, NULL);
  self->path = g_strdup (path);
  self->handle = handle;
  return self;
}

void
vitrail_openslide_handles_free (VitrailOpenslideHandles *self)
{
  g_clear_pointer (&self->handle, handle_unref);
  pthread_mutex_destroy (&self->lock);
  g_free (self->path);
  g_free (self);
}

openslide_t *
vitrail_openslide_handles_get_first (VitrailOpenslideHandles *self)
{
  return self->handle->osr;
}
