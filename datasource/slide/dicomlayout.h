/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where the frames of one tiled instance lie: in which tile, which optical path
 * and which focal plane (PS3.3 C.7.6.17.3): by their number (TILED_FULL) or by
 * their functional groups (TILED_SPARSE). */

#pragma once

#include "instance.h"
#include "slide/framegroups.h"
#include "slide/tileindex.h"

G_BEGIN_DECLS

/**
 * VitrailWsiLayout:
 * @n_frames: as many as there may be; fewer may turn out to be there
 * @is_concatenated: a part of several; @number, @n_parts: which one, from 1,
 *   and of how many, 0 where not said; @concatenation: UID, or NULL
 * @has_first: FALSE: what stands before it in its concatenation is not known
 * @first: frames before it in its concatenation
 * @places: what frames say of themselves; NULL: they are all there (TILED_FULL)
 */
typedef struct {
  VitrailInstance *instance;
  VitrailSlideLevel geometry;
  guint n_frames;
  gboolean is_concatenated;
  char *concatenation;
  guint number;
  guint n_parts;
  gboolean has_first;
  guint64 first;
  VitrailFramePlaces *places;
  /*< private >*/
  guint n_paths; /* its own */
  guint *paths;  /* which of the slide's each is */
  guint default_path;
  guint n_planes;
  double z_um; /* of the first plane, or of frames that do not say */
  double step_um;
} VitrailWsiLayout;

/* Adds the optical paths of @instance to @paths. Errors: MALFORMED, LIMIT, with
 * file and attribute. */
VitrailWsiLayout *vitrail_wsi_layout_new (VitrailInstance *instance,
                                          GPtrArray *paths,
                                          GError **error);
void vitrail_wsi_layout_free (VitrailWsiLayout *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailWsiLayout, vitrail_wsi_layout_free)

/* Tiles of one path in one plane. */
static inline guint64
vitrail_wsi_layout_count_cells (const VitrailWsiLayout *self)
{
  return (guint64) self->geometry.columns * self->geometry.rows;
}

/* Nearer planes are one: their texts were rounded. */
#define VITRAIL_WSI_PLANE_TOLERANCE_UM 0.005

/* Adds the Z offsets of its frames in micrometres to the set @planes. */
void vitrail_wsi_layout_collect_planes (const VitrailWsiLayout *self,
                                        GHashTable *planes);
/* The set: floats by their value; in ascending order without those that are as
 * good as equal, (element-type double), never empty. */
GHashTable *vitrail_wsi_planes_new (void);
GArray *vitrail_wsi_planes_sort (GHashTable *planes);

/* Puts its frames into @index as of part @part, each into the nearest of
 * @planes, which are in ascending order. Frames that lie outside of the
 * matrix or say nothing are left out; MALFORMED where that is so of all. What
 * is odd is told, each kind once. */
gboolean vitrail_wsi_layout_fill (const VitrailWsiLayout *self,
                                  const GArray *planes,
                                  VitrailTileIndex *index,
                                  guint part,
                                  GError **error);

G_END_DECLS
