/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Focal planes of NDPI: which directory shows which level of which plane. */

#include "slide/ndpiindex.h"

static const VitrailNdpiLevel *
get_any (const VitrailNdpiIndex *self, guint i)
{
  return &g_array_index (self->all, VitrailNdpiLevel, i);
}

static int
compare_heights (gconstpointer a, gconstpointer b)
{
  const gint32 first = *(const gint32 *) a;
  const gint32 second = *(const gint32 *) b;

  return (first > second) - (first < second);
}

static gint64
get_plane_nm (const VitrailNdpiIndex *self, guint plane)
{
  return g_array_index (self->planes_nm, gint32, plane);
}

static void
find_planes (VitrailNdpiIndex *self)
{
  GArray *planes = self->planes_nm;

  for (guint i = 0; i < self->all->len; i++)
    g_array_append_val (planes, get_any (self, i)->focus_nm);
  g_array_sort (planes, compare_heights);
  for (guint i = 1; i < planes->len; i++)
    if (get_plane_nm (self, i) == get_plane_nm (self, i - 1))
      g_array_remove_index (planes, i--);
  for (guint i = 1; i < planes->len; i++)
    if (ABS (get_plane_nm (self, i)) < ABS (get_plane_nm (self, self->middle)))
      self->middle = i;
}

/* Whether one can stand for the other: the same size, cut in the same way. */
static gboolean
are_alike (const VitrailNdpiLevel *a, const VitrailNdpiLevel *b)
{
  return a->width == b->width && a->height == b->height &&
         a->head.interval == b->head.interval &&
         a->head.mcu_width == b->head.mcu_width &&
         a->head.mcu_height == b->head.mcu_height;
}

/* What shows @level, one of the middle plane's, at @nm. */
static guint
find_nearest (const VitrailNdpiIndex *self, guint level, gint64 nm)
{
  guint best = level;

  for (guint i = 0; i < self->all->len; i++)
    if (are_alike (get_any (self, i), get_any (self, level)) &&
        ABS (get_any (self, i)->focus_nm - nm) <
            ABS (get_any (self, best)->focus_nm - nm))
      best = i;
  return best;
}

/* The levels of the slide are those of the middle plane. */
static void
find_views (VitrailNdpiIndex *self)
{
  for (guint plane = 0; plane < self->planes_nm->len; plane++) {
    self->n_levels = 0;
    for (guint i = 0; i < self->all->len; i++) {
      if (get_any (self, i)->focus_nm != get_plane_nm (self, self->middle))
        continue;
      const guint view = find_nearest (self, i, get_plane_nm (self, plane));
      g_array_append_val (self->views, view);
      self->n_levels++;
    }
  }
}

guint
vitrail_ndpi_index_find (const VitrailNdpiIndex *self, guint plane, guint level)
{
  return g_array_index (self->views, guint, plane * self->n_levels + level);
}

void
vitrail_ndpi_index_find_planes (VitrailNdpiIndex *self)
{
  find_planes (self);
  find_views (self);
}
