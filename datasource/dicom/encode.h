/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Numbers and text as the little-endian bytes of a VR: what the builder and
 * DICOM JSON have in common. Internal to datasource/dicom. */

#pragma once

#include "dicom/tag.h"

G_BEGIN_DECLS

/* Appends @value, which is stored exactly where the VR allows: IS and DS as
 * text (with a backslash where there is something before). FALSE, nothing
 * appended, when @vr holds no numbers or not this one. */
gboolean vitrail_encode_int (GByteArray *bytes, VitrailVR vr, int64_t value);
gboolean vitrail_encode_double (GByteArray *bytes, VitrailVR vr, double value);

/* Appends the attribute tag @text (eight hexadecimal digits). */
gboolean vitrail_encode_tag (GByteArray *bytes, const char *text);

/* @text, several values separated by backslashes, in @vr. FALSE when a value is
 * no number of a numeric VR. */
gboolean
vitrail_encode_text (GByteArray *bytes, VitrailVR vr, const char *text);

G_END_DECLS
