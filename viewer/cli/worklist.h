/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The folder of a work list, as Orthanc's plugin and wlmscpfs keep it: a file
 * *.wl for each scheduled step. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The path of the only item below @path (a folder, or an item) that has this
 * Accession Number and this Patient ID, where they are not NULL. @error says
 * which there are where it is not one. */
char *vitrail_worklist_pick (const char *path,
                             const char *accession,
                             const char *patient_id,
                             GError **error);

G_END_DECLS
