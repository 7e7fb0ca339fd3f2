/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A whole instance over WADO-RS, or WADO-URI where the server does not know
 * that (PS3.18 10.4.1.1.1, 9.4), for servers that do not hand out frames. */

#pragma once

#include "dicom/part10.h"
#include "dicomweb/location.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The file of the instance @uid of the series at @location. May block. */
VitrailPart10 *vitrail_whole_instance_fetch (const VitrailWebLocation *location,
                                             const char *uid,
                                             GCancellable *cancellable,
                                             GError **error);

/* Whether @error says that the server does not do what it was asked for. */
gboolean vitrail_whole_instance_may_help (const GError *error);

G_END_DECLS
