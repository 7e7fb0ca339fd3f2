/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Opened instances, kept and shared: whoever asks for the same instance gets
 * the same object, under which the frame store keeps its frames. A client of
 * the memory budget, and bounded in number. Safe on any thread. */

#pragma once

#include "instance.h"

G_BEGIN_DECLS

typedef struct _VitrailOpened VitrailOpened;

VitrailOpened *vitrail_opened_new (guint max_instances);
void vitrail_opened_free (VitrailOpened *self);

/* The instance that is kept under @sop_instance_uid, or NULL. */
VitrailInstance *
vitrail_opened_find (VitrailOpened *self, const char *sop_instance_uid);

/* Opens @path, a DICOM file or a vendor's slide that becomes the instance, and
 * keeps it. VITRAIL_ERROR_NOT_FOUND when the file holds another instance by
 * now.
 */
VitrailInstance *vitrail_opened_open (VitrailOpened *self,
                                      const char *sop_instance_uid,
                                      const char *path,
                                      GError **error);

/* Keeps @instance, of which there is no file, and returns it, or the one that
 * somebody kept meanwhile. */
VitrailInstance *
vitrail_opened_keep (VitrailOpened *self, VitrailInstance *instance);

/* Lets go of all. */
void vitrail_opened_forget (VitrailOpened *self);

/* Lets go of those whose file is no longer what it was. */
void vitrail_opened_check (VitrailOpened *self);

G_END_DECLS
