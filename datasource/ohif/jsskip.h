/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Finding where pieces of JavaScript end, without knowing what they do. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Behind white space and comments. All of these return a place in @at ... @end
 * or @end. */
const char *vitrail_js_skip_space (const char *at, const char *end);

/* Behind the quoted text or template that begins at @at; @end where it does not
 * end. */
const char *vitrail_js_skip_quoted (const char *at, const char *end);

/* Where an expression that begins at @at ends: at a comma or a closing bracket
 * that is not its own; @end where its brackets do not fit. */
const char *vitrail_js_skip_expression (const char *at, const char *end);

/* Behind the name that begins at @at, which is @at where there is none. */
const char *vitrail_js_skip_name (const char *at, const char *end);

G_END_DECLS
