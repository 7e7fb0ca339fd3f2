/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* In which order the slices of a volume are fetched and decoded. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VitrailSliceOrder:
 * @VITRAIL_ORDER_INTERLEAVED: the middle, the first, the last; then every
 *   fourth, from the third, the first, the second and the fourth: a quarter of
 *   the slices shows all of the volume
 * @VITRAIL_ORDER_CENTER: from the middle outwards
 * @VITRAIL_ORDER_TOP_TO_BOTTOM: as they lie
 * @VITRAIL_ORDER_NTH: the first two, five in the middle, the last three; every
 *   seventh from the third and from the sixth; the other even ones, the odd
 */
typedef enum {
  VITRAIL_ORDER_INTERLEAVED,
  VITRAIL_ORDER_CENTER,
  VITRAIL_ORDER_TOP_TO_BOTTOM,
  VITRAIL_ORDER_NTH,
} VitrailSliceOrder;

/* As hanging protocols name them: "interleaveCenter", "interleaveTopToBottom",
 * "nth"; FALSE for other names. */
gboolean vitrail_slice_order_parse (const char *name, VitrailSliceOrder *order);

/* Numbers 0 to @n - 1, each once. */
guint *vitrail_slice_order_new (VitrailSliceOrder order, guint n);

G_END_DECLS
