/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What encapsulated Pixel Data looks like, where nothing says what it is.
 * Internal to datasource. */

#pragma once

#include "dicom/dataset.h"

G_BEGIN_DECLS

/* The transfer syntax whose frames start as the first fragment of @pixels does;
 * NULL when it looks like none. Static. */
const char *vitrail_sniff_transfer_syntax (const VitrailElement *pixels);

/* Likewise of one frame, of which the beginning will do. */
const char *vitrail_sniff_frame (const uint8_t *data, size_t length);

/* Whether frames that look like @sniffed may be of @transfer_syntax. */
gboolean
vitrail_sniff_agrees (const char *sniffed, const char *transfer_syntax);

G_END_DECLS
