/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a waveform object holds (PS3.3 C.10.9), for a person and for programs:
 * groups, channels, annotations. */

#pragma once

#include "contents.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The member "waveform" of the object that is open in @json; nothing where
 * @instance, an answer of the source, is of no waveform SOP class. */
void vitrail_contents_add_waveform (JsonBuilder *json,
                                    const VitrailContents *contents,
                                    const VitrailDataSet *instance);
/* Lines of four spaces and a fact; nothing for any other object. */
void vitrail_contents_append_waveform (GString *out,
                                       const VitrailContents *contents,
                                       const VitrailDataSet *instance);

G_END_DECLS
