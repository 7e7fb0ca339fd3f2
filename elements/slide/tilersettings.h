/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What wsitiler is asked for, as its properties. No lock of its own: what the
 * element holds is guarded by the element's. */

#pragma once

#include "slide/tiler.h"

G_BEGIN_DECLS

/* Adds the properties; they are the element's only ones. */
void vitrail_tiler_settings_install_properties (GObjectClass *klass);
/* All of the slide, in the middle. */
void vitrail_tiler_settings_init (VitrailTilerSettings *self);
void vitrail_tiler_settings_clear (VitrailTilerSettings *self);
/* Property @id becomes @value. */
void vitrail_tiler_settings_set (VitrailTilerSettings *self,
                                 guint id,
                                 const GValue *value);
/* What property @id is. */
void vitrail_tiler_settings_get (VitrailTilerSettings *self,
                                 guint id,
                                 GValue *value);

G_END_DECLS
