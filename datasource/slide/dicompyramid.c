/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Instances to levels: see dicompyramid.h. */

#include "slide/dicompyramid.h"

#include "error.h"
#include "slide/dicomlayout.h"
#include "slide/dicompaths.h"

#include <string.h>

/* How far the sides of a level may be from the finest one's shape. */
#define SHAPE_TOLERANCE 0.05

static void
level_free (gpointer data)
{
  VitrailWsiLevel *self = data;
  g_ptr_array_unref (self->parts);
  g_clear_pointer (&self->index, vitrail_tile_index_free);
  g_free (self);
}

static void
layout_free_cb (gpointer data)
{
  vitrail_wsi_layout_free (data);
}

void
vitrail_wsi_pyramid_clear (VitrailWsiPyramid *self)
{
  g_clear_pointer (&self->levels, g_ptr_array_unref);
  g_clear_pointer (&self->paths, g_ptr_array_unref);
  g_clear_pointer (&self->planes_um, g_array_unref);
}

/* What goes wrong with one of several is told, and the rest is shown. */
static gboolean
tolerate (GError *problem, gboolean is_needed, GError **error)
{
  if (is_needed) {
    g_propagate_error (error, problem);
    return FALSE;
  }
  g_message ("left out of the slide: %s", problem->message);
  g_error_free (problem);
  return TRUE;
}

/* The layouts of all instances that have one. */
static GPtrArray *
read_layouts (VitrailWsiPyramid *self,
              const GPtrArray *instances,
              const VitrailInstance *needed,
              GError **error)
{
  g_autoptr (GPtrArray) layouts =
      g_ptr_array_new_with_free_func (layout_free_cb);

  for (guint i = 0; i < instances->len; i++) {
    VitrailInstance *instance = g_ptr_array_index (instances, i);
    GError *problem = NULL;
    VitrailWsiLayout *layout =
        vitrail_wsi_layout_new (instance, self->paths, &problem);
    if (layout != NULL)
      g_ptr_array_add (layouts, layout);
    else if (!tolerate (problem, instance == needed || instances->len == 1,
                        error))
      return NULL;
  }
  return g_steal_pointer (&layouts);
}

static gboolean
same_concatenation (const VitrailWsiLayout *a, const VitrailWsiLayout *b)
{
  return a->is_concatenated && b->is_concatenated && a->number != b->number &&
         g_strcmp0 (a->concatenation, b->concatenation) == 0 &&
         a->geometry.width == b->geometry.width &&
         a->geometry.height == b->geometry.height;
}

/* Frames in parts before @part, which does not say how many these are: those of
 * the parts that are there, and for each other one as many as of another, or as
 * of itself, where there is none. */
static gboolean
count_before (const GPtrArray *layouts,
              const VitrailWsiLayout *part,
              guint64 *n_before)
{
  guint n_known = 0;
  guint usual = part->n_frames;

  *n_before = 0;
  for (guint i = 0; i < layouts->len; i++) {
    const VitrailWsiLayout *other = g_ptr_array_index (layouts, i);
    if (!same_concatenation (part, other) || other->number == 0 ||
        other->number > part->number)
      continue;
    *n_before += other->n_frames;
    usual = other->n_frames;
    n_known++;
  }
  if (part->number == 0)
    return FALSE;
  if (n_known + 1 < part->number)
    *n_before += (guint64) usual * (part->number - 1 - n_known);
  return TRUE;
}

/* Parts of concatenations by their numbers, where they do not say how many
 * frames stand before them. */
static void
place_parts (const GPtrArray *layouts)
{
  for (guint i = 0; i < layouts->len; i++) {
    VitrailWsiLayout *part = g_ptr_array_index (layouts, i);
    if (part->has_first)
      continue;
    part->has_first = count_before (layouts, part, &part->first);
    if (!part->has_first)
      g_message ("%s: part %u of a concatenation does not say which frames it "
                 "holds: taken for the first ones",
                 vitrail_instance_get_name (part->instance), part->number);
  }
}

/* Tells, at the first of a concatenation's parts, how many are missing. */
static void
tell_missing_parts (const GPtrArray *layouts)
{
  for (guint i = 0; i < layouts->len; i++) {
    const VitrailWsiLayout *part = g_ptr_array_index (layouts, i);
    guint n = 1;
    for (guint j = 0; j < layouts->len && n > 0; j++)
      if (same_concatenation (part, g_ptr_array_index (layouts, j)))
        n = j < i ? 0 : n + 1;
    if (n > 0 && n < part->n_parts)
      g_message ("%s: %u of the %u parts of its concatenation are missing",
                 vitrail_instance_get_name (part->instance), part->n_parts - n,
                 part->n_parts);
  }
}

static gboolean
same_geometry (const VitrailSlideLevel *a, const VitrailSlideLevel *b)
{
  return a->width == b->width && a->height == b->height &&
         a->tile_width == b->tile_width && a->tile_height == b->tile_height;
}

/* The level of @geometry, made where this is the first part of it. */
static VitrailWsiLevel *
get_level (VitrailWsiPyramid *self, const VitrailSlideLevel *geometry)
{
  for (guint i = 0; i < self->levels->len; i++) {
    VitrailWsiLevel *level = g_ptr_array_index (self->levels, i);
    if (same_geometry (&level->geometry, geometry))
      return level;
  }
  VitrailWsiLevel *level = g_new0 (VitrailWsiLevel, 1);
  level->geometry = *geometry;
  level->parts = g_ptr_array_new_with_free_func (g_object_unref);
  level->index =
      vitrail_tile_index_new (geometry, self->paths->len, self->planes_um->len);
  g_ptr_array_add (self->levels, level);
  return level;
}

static gboolean
fill_level (VitrailWsiPyramid *self,
            const VitrailWsiLayout *layout,
            gboolean is_needed,
            GError **error)
{
  VitrailWsiLevel *level = get_level (self, &layout->geometry);
  GError *problem = NULL;

  g_ptr_array_add (level->parts, g_object_ref (layout->instance));
  return vitrail_wsi_layout_fill (layout, self->planes_um, level->index,
                                  level->parts->len - 1, &problem) ||
         tolerate (problem, is_needed, error);
}

/* Where several show one place, the first stands: what was asked for. */
static gboolean
fill_levels (VitrailWsiPyramid *self,
             const GPtrArray *layouts,
             const VitrailInstance *needed,
             GError **error)
{
  for (guint pass = 0; pass < 2; pass++) {
    for (guint i = 0; i < layouts->len; i++) {
      const VitrailWsiLayout *layout = g_ptr_array_index (layouts, i);
      const gboolean is_needed = layout->instance == needed;
      if (is_needed == (pass == 0) &&
          !fill_level (self, layout, is_needed || layouts->len == 1, error))
        return FALSE;
    }
  }
  return TRUE;
}

static int
compare_levels (gconstpointer a, gconstpointer b)
{
  const VitrailWsiLevel *left = *(const VitrailWsiLevel *const *) a;
  const VitrailWsiLevel *right = *(const VitrailWsiLevel *const *) b;

  if (left->geometry.width != right->geometry.width)
    return left->geometry.width > right->geometry.width ? -1 : 1;
  if (left->geometry.height != right->geometry.height)
    return left->geometry.height > right->geometry.height ? -1 : 1;
  return 0;
}

/* How many pixels of the finest level one of a side of @length may stand for:
 * some writers round a matrix up to whole tiles. */
static void
get_range (guint64 finest, guint64 length, guint tile, double range[2])
{
  range[0] = (double) finest / (double) length / (1 + SHAPE_TOLERANCE);
  range[1] = (double) finest / (double) (length > tile ? length - tile : 1);
}

/* What is of another shape shows another part of the glass. */
static gboolean
has_shape (const VitrailSlideLevel *level, const VitrailSlideLevel *finest)
{
  double across[2];
  double down[2];

  get_range (finest->width, level->width, level->tile_width, across);
  get_range (finest->height, level->height, level->tile_height, down);
  return across[0] <= down[1] && down[0] <= across[1];
}

/* The level whose shape counts: that of what was asked for, else the finest. */
static const VitrailWsiLevel *
find_reference (const VitrailWsiPyramid *self, const VitrailInstance *needed)
{
  for (guint i = 0; i < self->levels->len; i++) {
    const VitrailWsiLevel *level = g_ptr_array_index (self->levels, i);
    if (g_ptr_array_find (level->parts, needed, NULL))
      return level;
  }
  return g_ptr_array_index (self->levels, 0);
}

static void
order_levels (VitrailWsiPyramid *self, const VitrailInstance *needed)
{
  g_ptr_array_sort (self->levels, compare_levels);
  const VitrailSlideLevel shape = find_reference (self, needed)->geometry;
  for (guint i = 0; i < self->levels->len; i++) {
    VitrailWsiLevel *level = g_ptr_array_index (self->levels, i);
    const gboolean is_finer = level->geometry.width > shape.width;
    if (is_finer ? has_shape (&shape, &level->geometry)
                 : has_shape (&level->geometry, &shape))
      continue;
    g_message ("%s: its %" G_GUINT64_FORMAT " x %" G_GUINT64_FORMAT
               " pixels are no level of %" G_GUINT64_FORMAT
               " x %" G_GUINT64_FORMAT,
               vitrail_instance_get_name (g_ptr_array_index (level->parts, 0)),
               level->geometry.width, level->geometry.height, shape.width,
               shape.height);
    g_ptr_array_remove_index (self->levels, i--);
  }
  const VitrailWsiLevel *finest = g_ptr_array_index (self->levels, 0);
  for (guint i = 0; i < self->levels->len; i++) {
    VitrailWsiLevel *level = g_ptr_array_index (self->levels, i);
    level->geometry.downsample =
        (double) finest->geometry.width / (double) level->geometry.width;
  }
}

/* The planes of the finest level: those below may be fewer, or say nothing. */
static void
sort_planes (VitrailWsiPyramid *self, const GPtrArray *layouts)
{
  g_autoptr (GHashTable) planes = vitrail_wsi_planes_new ();
  guint64 width = 0;

  for (guint i = 0; i < layouts->len; i++) {
    const VitrailWsiLayout *layout = g_ptr_array_index (layouts, i);
    width = MAX (width, layout->geometry.width);
  }
  for (guint i = 0; i < layouts->len; i++) {
    const VitrailWsiLayout *layout = g_ptr_array_index (layouts, i);
    if (layout->geometry.width == width)
      vitrail_wsi_layout_collect_planes (layout, planes);
  }
  self->planes_um = vitrail_wsi_planes_sort (planes);
}

/* Where tiles should be everywhere and are not. */
static void
tell_missing_tiles (const VitrailWsiPyramid *self, const GPtrArray *layouts)
{
  for (guint i = 0; i < layouts->len; i++) {
    const VitrailWsiLayout *layout = g_ptr_array_index (layouts, i);
    const VitrailSlideLevel *geometry = &layout->geometry;
    guint64 n = (guint64) geometry->columns * geometry->rows;
    if (layout->places != NULL || layout->is_concatenated ||
        layout->n_frames % n == 0)
      continue;
    g_message ("%s: %u frames for planes of %" G_GUINT64_FORMAT
               " tiles: the last ones are missing",
               vitrail_instance_get_name (layout->instance), layout->n_frames,
               n);
    return;
  }
}

gboolean
vitrail_wsi_pyramid_read (VitrailWsiPyramid *self,
                          const GPtrArray *instances,
                          const VitrailInstance *needed,
                          GError **error)
{
  self->levels = g_ptr_array_new_with_free_func (level_free);
  self->paths = vitrail_wsi_paths_new ();
  g_autoptr (GPtrArray) layouts = read_layouts (self, instances, needed, error);
  if (layouts == NULL)
    return FALSE;
  place_parts (layouts);
  tell_missing_parts (layouts);
  sort_planes (self, layouts);
  if (!fill_levels (self, layouts, needed, error))
    return FALSE;
  vitrail_wsi_paths_settle (self->paths);
  if (self->levels->len == 0)
    return TRUE;
  order_levels (self, needed);
  tell_missing_tiles (self, layouts);
  for (guint i = 0; i < self->levels->len; i++) {
    const VitrailWsiLevel *level = g_ptr_array_index (self->levels, i);
    vitrail_tile_index_settle (level->index,
                               (const double *) self->planes_um->data);
  }
  return TRUE;
}
