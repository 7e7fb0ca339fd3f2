/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Media types as servers write them: type/subtype; name=value; name="value"
 * (RFC 9110 8.3.1). Any bytes may come; nothing is read beyond the text. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether @text (may be NULL) is of @type ("multipart/related"), in any case;
 * "image/" stands for all that begin so. */
gboolean vitrail_media_type_is (const char *text, const char *type);

/* The value of the parameter @name, unquoted, or NULL. */
char *vitrail_media_type_dup_parameter (const char *text, const char *name);

G_END_DECLS
