/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailPlanePath: a path that hands draw in the planes of a session. The
 * volume along it is laid straight in viewports that show such a picture. */

#pragma once

#include "session.h"
#include "viewportplane.h"

G_BEGIN_DECLS

typedef struct _VitrailPlanePath VitrailPlanePath;
void vitrail_plane_path_free (VitrailPlanePath *self);

/* The tool's drag in @viewport, @pixel in that: takes hold of the point that is
 * there, else sets one more at the end. What does not lie in the plane stays as
 * far from it. */
void vitrail_session_move_path (VitrailSession *self,
                                VitrailViewport *viewport,
                                VitrailHandPhase phase,
                                const double pixel[2]);
/* "x y z; x y z; ...", in millimetres of the space of @viewport's volume; up is
 * the direction in which one looks at its plane. FALSE with @error: it is no
 * path, or there are no planes. */
gboolean vitrail_session_set_path (VitrailSession *self,
                                   VitrailViewport *viewport,
                                   const char *path,
                                   GError **error);
/* Without its last point, or any. FALSE: there is none. */
gboolean vitrail_session_shorten_path (VitrailSession *self);
void vitrail_session_clear_path (VitrailSession *self);
/* (nullable): as set_path () has it; NULL: none. */
char *vitrail_session_dup_path (VitrailSession *self);
/* Viewports that show what is along the path learn of it. */
void vitrail_session_show_path (VitrailSession *self);

/**
 * VitrailPathMark:
 * @pixel: of the picture
 * @away_mm: how far it is from the plane
 * @is_point: somebody set it; else it lies between two of those
 */
typedef struct {
  double pixel[2];
  double away_mm;
  gboolean is_point;
} VitrailPathMark;

/**
 * vitrail_session_find_path_marks: (skip)
 * @index: of the viewport in whose picture they are to be drawn
 *
 * Returns: (transfer full) (element-type VitrailPathMark): the line from its
 *   beginning to its end, then the points; empty where there is none
 */
GArray *vitrail_session_find_path_marks (VitrailSession *self, guint index);

G_END_DECLS
