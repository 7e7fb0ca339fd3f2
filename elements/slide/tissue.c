/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where there is tissue: see tissue.h. */

#include "slide/tissue.h"

#include "error.h"
#include "slide/look.h"
#include "slide/outline.h"
#include "slide/slideregion.h"
#include "slide/standin.h"
#include "slide/tissuemask.h"

#include <math.h>
#include <string.h>

/* Of the picture that is looked at, on its longer side. */
#define MAX_SIDE 1024u
/* More tiles than this are not decoded for it where there is another picture of
 * the slide, at least so long. */
#define MANY_TILES        1024
#define MIN_STAND_IN_SIDE 512

/* Parts of the longer side, and of the area. */
#define CLOSED_PART   100u
#define SMALLEST_PART 5000u

/* Pixels that an outline may deviate. */
#define TOLERANCE 0.8

/* What is told at most: the largest. */
#define MAX_REGIONS 1000u

struct _VitrailTissue {
  gint ref_count;
  guint64 slide_width;
  guint64 slide_height;
  guint width; /* of the mask */
  guint height;
  uint8_t *mask; /* not 0 where there is tissue */
  gboolean is_dark;
  GArray *regions; /* of VitrailTissueRegion, which own their points */
};

G_DEFINE_BOXED_TYPE (VitrailTissue,
                     vitrail_tissue,
                     vitrail_tissue_ref,
                     vitrail_tissue_unref)

static void
region_clear (gpointer data)
{
  g_free ((gpointer) ((VitrailTissueRegion *) data)->points);
}

VitrailTissue *
vitrail_tissue_ref (VitrailTissue *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
vitrail_tissue_unref (VitrailTissue *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_array_unref (self->regions);
  g_free (self->mask);
  g_free (self);
}

/* --- the mask --- */

/* Of neighbours: noise of single pixels is no tissue. */
static void
smooth (const uint8_t *in, guint width, guint height, uint8_t *out)
{
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++) {
      guint sum = 0;
      for (guint k = 0; k < 9; k++) {
        const guint at_x = MIN (MAX (x + k % 3, 1) - 1, width - 1);
        const guint at_y = MIN (MAX (y + k / 3, 1) - 1, height - 1);
        sum += in[(size_t) at_y * width + at_x];
      }
      out[(size_t) y * width + x] = (uint8_t) (sum / 9);
    }
}

static void
make_mask (VitrailTissue *self, const uint8_t *rgb, uint8_t *scratch)
{
  const gsize n = (gsize) self->width * self->height;
  const guint side = MAX (self->width, self->height);

  self->is_dark = self->is_dark || vitrail_tissue_is_dark (rgb, n);
  vitrail_tissue_get_signal (rgb, n, self->is_dark, scratch);
  smooth (scratch, self->width, self->height, self->mask);
  const guint threshold = vitrail_tissue_find_threshold (self->mask, n);
  for (gsize i = 0; i < n; i++)
    self->mask[i] = self->mask[i] >= threshold;
  vitrail_tissue_close (self->mask, self->width, self->height,
                        MAX (side / CLOSED_PART, 1), scratch);
}

/* --- regions --- */

static void
add_region (VitrailTissue *self, const VitrailOutline *outline)
{
  const double scale[2] = {
    (double) self->slide_width / self->width,
    (double) self->slide_height / self->height,
  };
  const guint n = outline->points->len;
  double (*points)[2] = g_malloc_n (n, sizeof *points);

  for (guint i = 0; i < n; i++) {
    const guint *point =
        (const guint *) (gconstpointer) outline->points->data + (gsize) i * 2;
    points[i][0] = point[0] * scale[0];
    points[i][1] = point[1] * scale[1];
  }
  const VitrailTissueRegion region = {
    .rect = { outline->rect[0] * scale[0], outline->rect[1] * scale[1],
              outline->rect[2] * scale[0], outline->rect[3] * scale[1] },
    .area = (double) outline->area * scale[0] * scale[1],
    .n_points = n,
    .points = (const double (*)[2]) points,
  };
  g_array_append_val (self->regions, region);
}

static int
compare_area (gconstpointer a, gconstpointer b)
{
  const VitrailTissueRegion *x = a;
  const VitrailTissueRegion *y = b;

  return (x->area < y->area) - (x->area > y->area);
}

static int
compare_top (gconstpointer a, gconstpointer b)
{
  const VitrailTissueRegion *x = a;
  const VitrailTissueRegion *y = b;

  return (x->rect[1] > y->rect[1]) - (x->rect[1] < y->rect[1]);
}

static int
compare_left (gconstpointer a, gconstpointer b)
{
  const VitrailTissueRegion *x = a;
  const VitrailTissueRegion *y = b;

  return (x->rect[0] > y->rect[0]) - (x->rect[0] < y->rect[0]);
}

/* What begins above the middle of the highest one lies in a row with it. */
static void
sort_regions (GArray *regions)
{
  VitrailTissueRegion *all = (VitrailTissueRegion *) (gpointer) regions->data;
  guint first = 0;

  g_array_sort (regions, compare_top);
  while (first < regions->len) {
    const double middle = all[first].rect[1] + all[first].rect[3] / 2;
    guint end = first;
    while (end < regions->len && all[end].rect[1] < middle)
      end++;
    end = MAX (end, first + 1);
    g_qsort_with_data (all + first, (int) (end - first), sizeof *all,
                       (GCompareDataFunc) (void (*) (void)) compare_left, NULL);
    first = end;
  }
}

static gboolean
find_regions (VitrailTissue *self)
{
  const gsize n = (gsize) self->width * self->height;
  g_autoptr (GPtrArray) outlines =
      vitrail_outline_find (self->mask, self->width, self->height,
                            MAX (n / SMALLEST_PART, 1), TOLERANCE);

  if (outlines == NULL)
    return FALSE;
  for (guint i = 0; i < outlines->len; i++)
    add_region (self, g_ptr_array_index (outlines, i));
  g_array_sort (self->regions, compare_area);
  if (self->regions->len > MAX_REGIONS)
    g_array_set_size (self->regions, MAX_REGIONS);
  sort_regions (self->regions);
  return TRUE;
}

/* --- the slide --- */

static VitrailTissue *
tissue_new (VitrailSlide *slide)
{
  VitrailTissue *self = g_new0 (VitrailTissue, 1);
  VitrailSlideLevel finest;

  vitrail_slide_get_level (slide, 0, &finest);
  const guint64 side = MAX (finest.width, finest.height);
  const double scale = side > MAX_SIDE ? (double) MAX_SIDE / (double) side : 1;
  self->ref_count = 1;
  self->slide_width = finest.width;
  self->slide_height = finest.height;
  self->width = (guint) fmax (rint ((double) finest.width * scale), 1);
  self->height = (guint) fmax (rint ((double) finest.height * scale), 1);
  self->mask = g_malloc ((gsize) self->width * self->height);
  self->regions = g_array_new (FALSE, FALSE, sizeof (VitrailTissueRegion));
  g_array_set_clear_func (self->regions, region_clear);
  return self;
}

/* As it is stored, or its channels together. */
static VitrailSlide *
ref_visible (VitrailSlide *slide)
{
  g_autoptr (VitrailSlideLook) look = vitrail_slide_look_new (slide);

  look->color_managed = FALSE;
  return vitrail_slide_ref_with_look (slide, look);
}

/* The mean of what each pixel covers. */
static void
shrink (const VitrailTile *from, const guint size[2], uint8_t *rgb)
{
  for (guint i = 0; i < size[0] * size[1]; i++) {
    const guint place[2] = { i % size[0], i / size[0] };
    const guint sides[2] = { from->width, from->height };
    guint first[2];
    guint end[2];
    guint64 sum[3] = { 0 };
    for (guint axis = 0; axis < 2; axis++) {
      first[axis] = (guint) ((guint64) place[axis] * sides[axis] / size[axis]);
      end[axis] =
          (guint) ((guint64) (place[axis] + 1) * sides[axis] / size[axis]);
      end[axis] = MAX (end[axis], first[axis] + 1);
    }
    for (guint y = first[1]; y < end[1]; y++)
      for (guint x = first[0]; x < end[0]; x++)
        for (guint c = 0; c < 3; c++)
          sum[c] += from->rgb[((gsize) y * from->width + x) * 3 + c];
    for (guint c = 0; c < 3; c++)
      rgb[(gsize) i * 3 + c] =
          (uint8_t) (sum[c] / (end[0] - first[0]) / (end[1] - first[1]));
  }
}

/* The whole slide in few pixels: from the picture beside it where no level is
 * small, as all of the finest would have to be decoded. */
static gboolean
draw_slide (const VitrailTissue *self,
            VitrailSlide *slide,
            VitrailTileCache *cache,
            const VitrailSlideRegion *region,
            uint8_t *rgb,
            GError **error)
{
  const guint size[2] = { self->width, self->height };
  g_autoptr (VitrailTile) small =
      vitrail_slide_is_large (slide, MANY_TILES)
          ? vitrail_slide_ref_stand_in (slide, cache)
          : NULL;
  VitrailDeepZoom plan;

  if (small != NULL && MAX (small->width, small->height) >= MIN_STAND_IN_SIDE) {
    shrink (small, size, rgb);
    return TRUE;
  }
  vitrail_deepzoom_init (&plan, slide);
  return vitrail_slide_render_region (slide, &plan, cache, region, rgb,
                                      (size_t) self->width * 3, error);
}

VitrailTissue *
vitrail_tissue_find (VitrailSlide *slide,
                     VitrailTileCache *cache,
                     gboolean (*is_stale) (gpointer),
                     gpointer data,
                     GError **error)
{
  g_autoptr (VitrailSlide) visible = ref_visible (slide);
  g_autoptr (VitrailTissue) self = tissue_new (visible);
  const gsize n = (gsize) self->width * self->height;
  g_autofree uint8_t *rgb = g_malloc (n * 3);
  g_autofree uint8_t *scratch = g_malloc (n);
  const VitrailSlideRegion region = {
    .rect = { 0, 0, (double) self->slide_width, (double) self->slide_height },
    .width = self->width,
    .height = self->height,
    .in_parallel = TRUE,
    .is_stale = is_stale,
    .stale_data = data,
  };
  uint8_t background[3];

  if (!draw_slide (self, visible, cache, &region, rgb, error))
    return NULL;
  vitrail_slide_get_background (visible, background);
  self->is_dark = background[0] + background[1] + background[2] < 3 * 128;
  make_mask (self, rgb, scratch);
  if (!find_regions (self)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: no memory for tissue", vitrail_slide_get_name (slide));
    return NULL;
  }
  return g_steal_pointer (&self);
}

/* --- questions --- */

guint
vitrail_tissue_get_n_regions (const VitrailTissue *self)
{
  return self->regions->len;
}

void
vitrail_tissue_get_region (const VitrailTissue *self,
                           guint index,
                           VitrailTissueRegion *region)
{
  *region = g_array_index (self->regions, VitrailTissueRegion, index);
}

int
vitrail_tissue_find_region (const VitrailTissue *self, double x, double y)
{
  double least = INFINITY;
  int nearest = -1;

  for (guint i = 0; i < self->regions->len; i++) {
    const double *rect =
        g_array_index (self->regions, VitrailTissueRegion, i).rect;
    const double beside_x = fmax (fmax (rect[0] - x, x - rect[0] - rect[2]), 0);
    const double beside_y = fmax (fmax (rect[1] - y, y - rect[1] - rect[3]), 0);
    if (hypot (beside_x, beside_y) < least) {
      least = hypot (beside_x, beside_y);
      nearest = (int) i;
    }
  }
  return nearest;
}

double
vitrail_tissue_get_share (const VitrailTissue *self, const double rect[4])
{
  const guint sides[2] = { self->width, self->height };
  const double scale[2] = { self->width / (double) self->slide_width,
                            self->height / (double) self->slide_height };
  guint first[2];
  guint end[2];
  gsize n = 0;

  for (guint axis = 0; axis < 2; axis++) {
    const double from = floor (rect[axis] * scale[axis]);
    const double to = ceil ((rect[axis] + rect[axis + 2]) * scale[axis]);
    first[axis] = (guint) CLAMP (from, 0, sides[axis]);
    end[axis] = (guint) CLAMP (to, first[axis], sides[axis]);
  }
  for (guint y = first[1]; y < end[1]; y++)
    for (guint x = first[0]; x < end[0]; x++)
      n += self->mask[(gsize) y * self->width + x] != 0;
  const gsize all = (gsize) (end[0] - first[0]) * (end[1] - first[1]);
  return all > 0 ? (double) n / (double) all : 0.0;
}

static void
append_numbers (GString *json, const double *numbers, guint n)
{
  for (guint i = 0; i < n; i++) {
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append (json, i == 0 ? "[" : ",");
    g_string_append (json, g_ascii_formatd (digits, sizeof digits, "%.1f",
                                            numbers[i]));
  }
  g_string_append_c (json, ']');
}

char *
vitrail_tissue_to_json (const VitrailTissue *self)
{
  GString *json = g_string_new (NULL);

  g_string_append_printf (json,
                          "{\"width\":%" G_GUINT64_FORMAT
                          ",\"height\":%" G_GUINT64_FORMAT
                          ",\"is_dark\":%s,\"regions\":[",
                          self->slide_width, self->slide_height,
                          self->is_dark ? "true" : "false");
  for (guint i = 0; i < self->regions->len; i++) {
    const VitrailTissueRegion *region =
        &g_array_index (self->regions, VitrailTissueRegion, i);
    g_string_append_printf (json, "%s{\"rect\":", i > 0 ? "," : "");
    append_numbers (json, region->rect, 4);
    g_string_append_printf (json, ",\"area\":%.0f,\"outline\":[", region->area);
    for (guint k = 0; k < region->n_points; k++) {
      if (k > 0)
        g_string_append_c (json, ',');
      append_numbers (json, region->points[k], 2);
    }
    g_string_append (json, "]}");
  }
  g_string_append (json, "]}");
  return g_string_free (json, FALSE);
}
