/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* OpenJPH for C: no exception leaves these functions. */

#pragma once

#include <glib.h>

#include <stdint.h>

G_BEGIN_DECLS

/**
 * VitrailOpenjphPut:
 *
 * Takes row @y of component @c, @width values.
 *
 * Returns: FALSE to stop
 */
typedef gboolean (*VitrailOpenjphPut) (gpointer user_data,
                                       guint c,
                                       guint y,
                                       const int32_t *row,
                                       size_t width);

/* All rows of a code stream of @n_components, whose sides are halved @reduce
 * times. FALSE with the reason appended to @text. */
gboolean vitrail_openjph_decode (const uint8_t *data,
                                 size_t length,
                                 guint reduce,
                                 gboolean subsampled,
                                 VitrailOpenjphPut put,
                                 gpointer user_data,
                                 GString *text);

/**
 * VitrailOpenjphPicture:
 * @get: writes row @y of component @c, @width values, to @row
 *
 * What is to be coded, without loss.
 */
typedef struct {
  guint width;
  guint height;
  guint n_components;
  guint precision;
  gboolean is_signed;
  gboolean transform; /* RCT */
  guint n_levels;
  void (*get) (gconstpointer user_data, guint c, guint y, int32_t *row);
  gconstpointer user_data;
} VitrailOpenjphPicture;

/* A code stream in one tile and the order RPCL, appended to @out. */
gboolean vitrail_openjph_encode (const VitrailOpenjphPicture *picture,
                                 GByteArray *out,
                                 GString *text);

G_END_DECLS
