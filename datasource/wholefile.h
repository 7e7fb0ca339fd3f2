/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An opened instance as a Part 10 file, for sources that have none. */

#pragma once

#include "dicom/part10.h"
#include "instance.h"

G_BEGIN_DECLS

/* @instance's data set with its stored frames as Pixel Data, in its own
 * transfer syntax. VITRAIL_ERROR_UNSUPPORTED where frames cannot be put one
 * after the other as they come: of 1 bit, big endian or of a film of several;
 * VITRAIL_ERROR_LIMIT beyond VITRAIL_LIMIT_WEB_BYTES. May block. */
VitrailPart10 *vitrail_whole_file_new (VitrailInstance *instance,
                                       GCancellable *cancellable,
                                       GError **error);

G_END_DECLS
