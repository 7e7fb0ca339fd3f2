/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A vendor's slide as DICOM files: the other half of `vitrail convert`. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether @path, where it can be read, does not hold a DICOM object. */
gboolean vitrail_convert_is_foreign (const char *path);

/* @path as one DICOM file an instance in @folder; @quality is of JPEG. */
gboolean vitrail_convert_slide (const char *path,
                                const char *folder,
                                int quality,
                                GError **error);

G_END_DECLS
