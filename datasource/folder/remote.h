/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the index keeps of a series over DICOMweb. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* (element-type VitrailFileRecord): one for each instance of the series at
 * @location, by the URLs that open them; or one that says why there are none.
 * May block. */
GPtrArray *
vitrail_remote_records_read (const char *location, GCancellable *cancellable);

G_END_DECLS
