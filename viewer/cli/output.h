/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An output file that is there whole or not at all: written beside its place,
 * synced, renamed. "-" is standard output. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _VitrailOutput VitrailOutput;

VitrailOutput *vitrail_output_open (const char *path, GError **error);
gboolean vitrail_output_write (VitrailOutput *self,
                               const void *data,
                               gsize length,
                               GError **error);
/* Puts the file in its place. */
gboolean vitrail_output_commit (VitrailOutput *self, GError **error);
/* Without a commit nothing is left behind. */
void vitrail_output_free (VitrailOutput *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailOutput, vitrail_output_free)

/* All of it at once. */
gboolean
vitrail_output_write_bytes (const char *path, GBytes *bytes, GError **error);

G_END_DECLS
