/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* To the end of a sequence of undefined length without reading it. Internal to
 * datasource/dicom. */

#pragma once

#include <glib.h>

#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

#define VITRAIL_SKIP_FAILED SIZE_MAX

/* Where the Sequence Delimitation Item stands that ends the items from @start
 * on, in little endian, before @end. VITRAIL_SKIP_FAILED where anything is not
 * as it should be, which says nothing of what a patient reader will find. */
size_t vitrail_skip_items (const uint8_t *data,
                           size_t start,
                           size_t end,
                           gboolean implicit);

G_END_DECLS
