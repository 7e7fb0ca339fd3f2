/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The letter F, 100 pixels high: no turning or flipping gives the same. */

#pragma once

#include "annotation/annotationset.h"

G_BEGIN_DECLS

/* (transfer full): a set of one polygon, the letter with its upper left corner
 * at (@x, @y), in group 0 where that has a colour: @rgb; 0: without a group. */
VitrailAnnotationSet *test_letter_new (double x, double y, guint32 rgb);
/* @x, @y: from its upper left corner. */
gboolean test_letter_has (double x, double y);
/* Whether its edge is not farther than @reach, roughly. */
gboolean test_letter_is_near_edge (double x, double y, double reach);

G_END_DECLS
