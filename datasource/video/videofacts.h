/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What an elementary stream says of itself, and which transfer syntax of DICOM
 * (PS3.5 8.2.5 to 8.2.9) holds it, if one does. */

#pragma once

#include "video/parametersets.h"
#include "video/pictures.h"

G_BEGIN_DECLS

/* Reads the first sequence header (parameter set) in @data, which has start
 * codes. MPEG-2: @profile and @level as in its extension, main is 4. FALSE:
 * there is none. */
gboolean vitrail_video_format_read (VitrailVideoFormat *format,
                                    VitrailVideoCodec codec,
                                    const guint8 *data,
                                    gsize length);

/* The transfer syntax whose pixel data is one fragment. NULL, with @error
 * (UNSUPPORTED) saying what was found and what to put before, where DICOM has
 * none. */
const char *vitrail_video_pick_syntax (const VitrailVideoFormat *format,
                                       VitrailVideoCodec codec,
                                       GError **error);

G_END_DECLS
