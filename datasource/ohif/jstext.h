/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* OHIF's app-config.js as JSON: what stands behind "window.config =", or the
 * whole text where that is JSON. Nothing is run. Literals of JavaScript become
 * JSON (names without quotes, single quotes, comments, commas at the end, hex
 * numbers); what is a program (functions, calls, sums) is left out and named. A
 * key that is there twice is an error. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* @name stands for the text in errors: VITRAIL_ERROR_MALFORMED, LIMIT, and
 * UNSUPPORTED where the whole of it is a program. @left_out (element-type
 * utf8): the places of what was left out are added, as "dataSources.0.x". */
char *vitrail_js_text_to_json (GBytes *text,
                               const char *name,
                               GPtrArray *left_out,
                               GError **error);

G_END_DECLS
