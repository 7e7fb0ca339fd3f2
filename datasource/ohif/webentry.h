/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The configuration of one of OHIF's DICOMweb sources. */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The archive that @configuration names: its URL; what else is said of it is
 * noted (weboptions.h). Roots may be relative to @base, the URL of the document
 * that names them, which stands for it in errors, too. */
char *vitrail_ohif_web_entry_dup_location (JsonObject *configuration,
                                           const char *base,
                                           GError **error);

G_END_DECLS
