/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a slide says of itself beyond its levels, for a person and for programs:
 * magnification, pictures beside it, channels, focal planes, words. */

#pragma once

#include "slide/slide.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Members of the object that is open in @json. */
void vitrail_contents_add_slide_facts (JsonBuilder *json, VitrailSlide *slide);
/* Lines of two spaces and a fact; nothing where there is none. */
void vitrail_contents_append_slide_facts (GString *out, VitrailSlide *slide);

G_END_DECLS
