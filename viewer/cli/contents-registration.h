/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How frames of reference of a study lie in each other, as its Spatial
 * Registration objects say. */

#pragma once

#include "contents.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The member "registrations" of a study that has such objects. */
void vitrail_contents_add_registrations (JsonBuilder *json,
                                         const VitrailContents *contents,
                                         const VitrailDataSet *study);
/* A line each. */
void vitrail_contents_append_registrations (GString *out,
                                            const VitrailContents *contents,
                                            const VitrailDataSet *study);

G_END_DECLS
