/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A slide as JSON, for pages and scripts. */

#pragma once

#include "slides.h"

G_BEGIN_DECLS

/* One object, as in `vitrail info --json`, and "version", "objective_power",
 * "tile_size", "associated", "lossy"; of a DICOM slide, where its data set has
 * them, "description" (of the series), "container", "lossy_ratio" and
 * "lossy_method" (PS3.3 C.7.6.1.1.5: an array, one a step). @path: one of its
 * files. */
char *
vitrail_open_slide_to_json (const VitrailOpenSlide *self, const char *path);

G_END_DECLS
