/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The frames of an instance put into the tiles, planes and paths of a slide:
 * see dicomlayout.h. */

#include "error.h"
#include "slide/dicomlayout.h"

#include <math.h>
#include <string.h>

#define COLUMN_POSITION VITRAIL_TAG (0x0048, 0x021e)
#define ROW_POSITION    VITRAIL_TAG (0x0048, 0x021f)

/* Distinct Z offsets that are looked at. */
#define MAX_OFFSETS 65536u

/* Which of the slide's paths frames of its own path @path are in. */
static guint
get_path (const VitrailWsiLayout *self, guint path)
{
  return path < self->n_paths ? self->paths[path] : self->default_path;
}

static double
get_z (const VitrailWsiLayout *self, const VitrailFramePlace *place)
{
  return isfinite (place->z_um) ? (double) place->z_um : self->z_um;
}

/* Of the bits: g_double_hash () gives all heights below 1 um one value. Both
 * zeroes are equal, so they hash alike. */
static guint
hash_height (gconstpointer key)
{
  const double z_um = *(const double *) key + 0.0;
  guint64 bits;

  memcpy (&bits, &z_um, sizeof bits);
  return (guint) (bits ^ bits >> 32);
}

GHashTable *
vitrail_wsi_planes_new (void)
{
  return g_hash_table_new_full (hash_height, g_double_equal, g_free, NULL);
}

static void
collect_plane (GHashTable *planes, double z_um)
{
  if (g_hash_table_size (planes) < MAX_OFFSETS &&
      !g_hash_table_contains (planes, &z_um))
    g_hash_table_add (planes, g_memdup2 (&z_um, sizeof z_um));
}

void
vitrail_wsi_layout_collect_planes (const VitrailWsiLayout *self,
                                   GHashTable *planes)
{
  double last = NAN;

  if (self->places == NULL) {
    guint64 most = (self->first + self->n_frames +
                    vitrail_wsi_layout_count_cells (self) - 1) /
                   vitrail_wsi_layout_count_cells (self);
    guint n = (guint) MIN (MIN (self->n_planes, MAX (most, 1)),
                           VITRAIL_SLIDE_MAX_FOCAL_PLANES);
    for (guint i = 0; i < n; i++)
      collect_plane (planes, self->z_um + i * self->step_um);
    return;
  }
  for (guint i = 0; i < self->places->n_places; i++) {
    double z_um = get_z (self, &self->places->places[i]);
    if (z_um != last)
      collect_plane (planes, z_um);
    last = z_um;
  }
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double left = *(const double *) a;
  double right = *(const double *) b;
  return (left > right) - (left < right);
}

GArray *
vitrail_wsi_planes_sort (GHashTable *planes)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (double));
  GArray *sorted = g_array_new (FALSE, FALSE, sizeof (double));
  GHashTableIter iter;
  gpointer key;
  double last = -INFINITY;

  g_hash_table_iter_init (&iter, planes);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_array_append_vals (all, key, 1);
  g_array_sort (all, compare_doubles);
  for (guint i = 0;
       i < all->len && sorted->len < VITRAIL_SLIDE_MAX_FOCAL_PLANES; i++)
  {
    double z_um = g_array_index (all, double, i);
    if (z_um - last > VITRAIL_WSI_PLANE_TOLERANCE_UM)
      g_array_append_val (sorted, z_um);
    last = z_um;
  }
  if (sorted->len == 0)
    g_array_set_size (sorted, 1);
  return sorted;
}

/* The plane nearest to @z_um. */
static guint
find_plane (const GArray *planes, double z_um)
{
  guint low = 0;
  guint high = planes->len;

  while (high - low > 1) {
    guint middle = (low + high) / 2;
    if (g_array_index (planes, double, middle) <= z_um)
      low = middle;
    else
      high = middle;
  }
  if (high < planes->len && g_array_index (planes, double, high) - z_um <
                                z_um - g_array_index (planes, double, low))
    return high;
  return low;
}

/* An instance while its frames are put into an index, and what was odd. */
typedef struct {
  const VitrailWsiLayout *layout;
  const GArray *planes;
  VitrailTileIndex *index;
  guint part;
  guint n_loose;
  guint n_covered;
  guint n_left_out;
  guint n_outside;
  GError *outside; /* of the first one; or NULL */
} Filling;

static void
put_frame (Filling *self,
           guint frame,
           guint path,
           double z_um,
           const guint64 position[2])
{
  VitrailTileRef ref = { self->part, frame };

  if (path == G_MAXUINT) {
    self->n_left_out++;
    return;
  }
  switch (vitrail_tile_index_add (self->index, path,
                                  find_plane (self->planes, z_um), position[0],
                                  position[1], ref))
  {
  case VITRAIL_TILE_FITS:
    break;
  case VITRAIL_TILE_LOOSE:
    self->n_loose++;
    break;
  case VITRAIL_TILE_COVERED:
    self->n_covered++;
    break;
  case VITRAIL_TILE_NO_ROOM:
    self->n_left_out++;
    break;
  }
}

/* Along the rows, then down, then focal planes, then optical paths. */
static void
fill_full (Filling *self)
{
  const VitrailWsiLayout *layout = self->layout;
  const VitrailSlideLevel *level = &layout->geometry;
  const guint64 a_plane = vitrail_wsi_layout_count_cells (layout);
  const guint64 a_path = a_plane * layout->n_planes;

  for (guint frame = 0; frame < layout->n_frames; frame++) {
    guint64 at = layout->first + frame;
    guint64 path = at / a_path;
    guint64 cell = at % a_plane;
    double plane = (double) (at / a_plane % layout->n_planes);
    guint64 position[2] = { cell % level->columns * level->tile_width,
                            cell / level->columns * level->tile_height };
    if (path >= layout->n_paths) {
      self->n_left_out += layout->n_frames - frame;
      return;
    }
    put_frame (self, frame + 1, get_path (layout, (guint) path),
               layout->z_um + plane * layout->step_um, position);
  }
}

static gboolean
check_position (const VitrailWsiLayout *self,
                VitrailTag tag,
                guint frame,
                gint32 value,
                GError **error)
{
  guint64 most =
      tag == COLUMN_POSITION ? self->geometry.width : self->geometry.height;
  char what[96];
  char text[VITRAIL_TAG_TEXT_SIZE];

  if (value >= 1 && (guint64) value <= most)
    return TRUE;
  if (value == VITRAIL_FRAME_NOWHERE)
    g_snprintf (what, sizeof what, "missing for frame %u", frame);
  else
    g_snprintf (what, sizeof what, "%d of frame %u is outside of the matrix",
                value, frame);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED, "%s: %s: %s",
               vitrail_instance_get_name (self->instance),
               vitrail_tag_text (tag, text), what);
  return FALSE;
}

static gboolean
fill_sparse (Filling *self, GError **error)
{
  const VitrailWsiLayout *layout = self->layout;

  for (guint frame = 1; frame <= layout->n_frames; frame++) {
    const VitrailFramePlace *place = &layout->places->places[frame - 1];
    GError **reason = self->outside == NULL ? &self->outside : NULL;
    if (!check_position (layout, COLUMN_POSITION, frame, place->column,
                         reason) ||
        !check_position (layout, ROW_POSITION, frame, place->row, reason))
    {
      self->n_outside++;
      continue;
    }
    guint64 position[2] = { (guint64) place->column - 1,
                            (guint64) place->row - 1 };
    put_frame (self, frame, get_path (layout, place->path),
               get_z (layout, place), position);
  }
  if (self->n_outside == 0 || self->n_outside < layout->n_frames)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->outside));
  return FALSE;
}

static void
tell (const Filling *self)
{
  const char *name = vitrail_instance_get_name (self->layout->instance);

  if (self->outside != NULL)
    g_message ("%s; %u such frames are not shown", self->outside->message,
               self->n_outside);
  if (self->n_loose > 0)
    g_message ("%s: %u frames are not on the grid of tiles", name,
               self->n_loose);
  if (self->n_covered > 0)
    g_message ("%s: %u frames are not shown: others lie where they do", name,
               self->n_covered);
  if (self->n_left_out > 0)
    g_message ("%s: %u frames are not shown: their number is beyond the tiles, "
               "planes and paths that there may be",
               name, self->n_left_out);
}

gboolean
vitrail_wsi_layout_fill (const VitrailWsiLayout *self,
                         const GArray *planes,
                         VitrailTileIndex *index,
                         guint part,
                         GError **error)
{
  Filling filling = { .layout = self,
                      .planes = planes,
                      .index = index,
                      .part = part };
  gboolean ok = TRUE;

  if (self->places == NULL)
    fill_full (&filling);
  else
    ok = fill_sparse (&filling, error);
  tell (&filling);
  g_clear_error (&filling.outside);
  return ok;
}
