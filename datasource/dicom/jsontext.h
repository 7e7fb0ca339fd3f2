/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Text within JSON. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Appends @text, which is UTF-8, to @json as a string of JSON (RFC 8259 7),
 * quotes included. */
void vitrail_json_append_string (GString *json, const char *text);

G_END_DECLS
