/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How an object that lies over a slide is shown, as a text and back; see
 * slideobjects.h. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Segments and groups of one object that a text may name. */
#define VITRAIL_OBJECT_STYLE_MAX_PARTS 65536u

typedef struct {
  guint32 rgb;
  gboolean visible;
} VitrailPartStyle;

/**
 * VitrailObjectStyle:
 * @colormap: (nullable): static; NULL: nobody has chosen one
 * @has_range: whether somebody has set @low and @high
 * @parts: (element-type VitrailPartStyle): those that somebody has set
 */
typedef struct {
  gboolean shown;
  double opacity;
  const char *colormap;
  gboolean has_range;
  double low;
  double high;
  GArray *parts;
} VitrailObjectStyle;

/* Hidden. */
void vitrail_object_style_init (VitrailObjectStyle *self);
void vitrail_object_style_clear (VitrailObjectStyle *self);

/* Changes the fields that @text names. VITRAIL_ERROR_MALFORMED: none. */
gboolean vitrail_object_style_parse (VitrailObjectStyle *self,
                                     const char *text,
                                     GError **error);
char *vitrail_object_style_to_string (const VitrailObjectStyle *self);

G_END_DECLS
