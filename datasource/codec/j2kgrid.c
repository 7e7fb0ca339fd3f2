/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* ISO 15444-1 B.2 to B.7. All coordinates are below 2 to 30, so that nothing
 * here overflows. See j2kgrid.h. */

#include "codec/j2kgrid.h"

static guint
divide_up (guint value, guint by)
{
  return (value + by - 1) / by;
}

static guint
shift_up (guint value, guint by)
{
  return (value + (1u << by) - 1) >> by;
}

static VitrailJ2kRect
get_tile (const VitrailJ2kGrid *self, guint tile)
{
  const guint64 x =
      self->tile_x0 + (guint64) (tile % self->n_across) * self->tile_width;
  const guint64 y =
      self->tile_y0 + (guint64) (tile / self->n_across) * self->tile_height;

  return (VitrailJ2kRect){
    .x0 = (guint) MAX (x, self->image.x0),
    .y0 = (guint) MAX (y, self->image.y0),
    .x1 = (guint) MIN (x + self->tile_width, self->image.x1),
    .y1 = (guint) MIN (y + self->tile_height, self->image.y1),
  };
}

/* How many cells of 2 to @exponent lie in or across @from to @to. */
static guint
count_cells (guint from, guint to, guint exponent)
{
  return from < to ? shift_up (to, exponent) - (from >> exponent) : 0;
}

VitrailJ2kResolution
vitrail_j2k_grid_get_resolution (const VitrailJ2kGrid *self,
                                 guint tile,
                                 guint component,
                                 guint level)
{
  const VitrailJ2kComponent *c = &self->components[component];
  const VitrailJ2kRect area = get_tile (self, tile);
  const guint halvings = self->n_levels - level;
  const guint band = level > 0 ? 1 : 0;
  VitrailJ2kResolution out = {
    .area = { shift_up (divide_up (area.x0, c->dx), halvings),
              shift_up (divide_up (area.y0, c->dy), halvings),
              shift_up (divide_up (area.x1, c->dx), halvings),
              shift_up (divide_up (area.y1, c->dy), halvings) },
    .level = level,
    .precinct_x = self->precincts[level] & 15u,
    .precinct_y = self->precincts[level] >> 4,
    .step_x = c->dx << halvings,
    .step_y = c->dy << halvings,
    .tile_x0 = area.x0,
    .tile_y0 = area.y0,
  };

  out.block_x = MIN (self->block_x, out.precinct_x - band);
  out.block_y = MIN (self->block_y, out.precinct_y - band);
  if (out.area.x0 == out.area.x1 || out.area.y0 == out.area.y1)
    return out;
  out.n_across = count_cells (out.area.x0, out.area.x1, out.precinct_x);
  out.n_down = count_cells (out.area.y0, out.area.y1, out.precinct_y);
  return out;
}

/* Of precinct @i, not cut to the resolution. */
static void
get_corner (const VitrailJ2kResolution *self, guint i, guint *x, guint *y)
{
  *x = ((self->area.x0 >> self->precinct_x) + i % self->n_across)
       << self->precinct_x;
  *y = ((self->area.y0 >> self->precinct_y) + i / self->n_across)
       << self->precinct_y;
}

void
vitrail_j2k_resolution_get_place (const VitrailJ2kResolution *self,
                                  guint i,
                                  guint *x,
                                  guint *y)
{
  get_corner (self, i, x, y);
  *x = MAX (*x * self->step_x, self->tile_x0);
  *y = MAX (*y * self->step_y, self->tile_y0);
}

/* Where samples of a resolution from @value on are in a subband of it, that has
 * the odd ones or the even ones. */
static guint
halve (guint value, guint odd)
{
  return (value + 1 - odd) >> 1;
}

void
vitrail_j2k_resolution_get_blocks (const VitrailJ2kResolution *self,
                                   guint i,
                                   guint band,
                                   guint *n_across,
                                   guint *n_down)
{
  guint x = 0;
  guint y = 0;
  get_corner (self, i, &x, &y);
  guint x0 = MAX (x, self->area.x0);
  guint y0 = MAX (y, self->area.y0);
  guint x1 = MIN (x + (1u << self->precinct_x), self->area.x1);
  guint y1 = MIN (y + (1u << self->precinct_y), self->area.y1);

  if (self->level > 0) {
    x0 = halve (x0, band & 1u);
    x1 = halve (x1, band & 1u);
    y0 = halve (y0, band >> 1);
    y1 = halve (y1, band >> 1);
  }
  *n_across = count_cells (x0, x1, self->block_x);
  *n_down = count_cells (y0, y1, self->block_y);
}

guint64
vitrail_j2k_resolution_measure_rows (const VitrailJ2kResolution *self)
{
  const guint64 n = count_cells (self->area.x0, self->area.x1,
                                 self->block_x + (self->level > 0 ? 1 : 0));
  const guint64 width = MAX (8u, 1u << self->block_x);

  return (self->level > 0 ? 3 : 1) * (n + 1) * width *
         ((guint64) 4 << self->block_y);
}
