/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What encapsulated Pixel Data looks like, where nothing says what it is.
 * Internal to datasource/dicom. */

#pragma once

#include "dicom/dataset.h"

G_BEGIN_DECLS

/* The transfer syntax whose frames start as the first fragment of @pixels does;
 * NULL when it looks like none. Static. */
const char *vitrail_sniff_transfer_syntax (const VitrailElement *pixels);

G_END_DECLS
