/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reading and writing annotations of a slide as files that a person names, on
 * other threads: there may be millions of shapes. What goes wrong is the error
 * of the work. */

#pragma once

#include "slidework.h"

G_BEGIN_DECLS

/* One more set, beside those that are there; its name as it is in the file,
 * numbered where that is taken. FALSE, with an error, where there is no such
 * file. */
gboolean vitrail_annotation_import (VitrailSlideWork *work, const char *path);
void vitrail_annotation_export (VitrailSlideWork *work,
                                VitrailAnnotationSet *set,
                                const char *path);
/* Each set as a file of its name in @folder, which must be there. */
gboolean
vitrail_annotation_export_all (VitrailSlideWork *work, const char *folder);

/* Until all that is being written is: before a program ends. */
void vitrail_annotation_files_wait (void);

G_END_DECLS
