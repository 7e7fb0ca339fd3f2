/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Handles of one slide. A handle of OpenSlide's may be read from any number of
 * threads, but its first error is its last: every later read fails. So it is
 * replaced after an error, and one bad tile costs one tile. */

#pragma once

#include <glib.h>

#include <openslide.h>

G_BEGIN_DECLS

/** VitrailOpenslideHandle: one that is in use; @osr is read only. */
typedef struct {
  openslide_t *osr;
  /*< private >*/
  gint ref_count;
} VitrailOpenslideHandle;

typedef struct _VitrailOpenslideHandles VitrailOpenslideHandles;

/* Opens @path: NULL with the reason where OpenSlide cannot. */
VitrailOpenslideHandles *
vitrail_openslide_handles_new (const char *path, GError **error);
void vitrail_openslide_handles_free (VitrailOpenslideHandles *self);
/* The one just opened; only before anything is read. */
openslide_t *
vitrail_openslide_handles_get_first (VitrailOpenslideHandles *self);

/* The handle, opened again after an error. */
VitrailOpenslideHandle *
vitrail_openslide_handles_take (VitrailOpenslideHandles *self, GError **error);
/* Ends a use: FALSE, and @handle is not used again, where it has met an
 * error. */
gboolean vitrail_openslide_handles_give (VitrailOpenslideHandles *self,
                                         VitrailOpenslideHandle *handle,
                                         GError **error);

G_END_DECLS
