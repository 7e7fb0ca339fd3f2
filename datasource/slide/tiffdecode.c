/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rectangles of a page as shown, put together from its cells and turned by its
 * Orientation: vitrail_tiff_page_decode () of tiffpage.h. */

#include "slide/tiffcell.h"

#include <string.h>

/* Orientation (TIFF 6.0 section 8): pixel (x, y) as stored is shown in column
 * a, row b with a, b = x, y, or y, x where rows are columns; then either may
 * count from the other end. */
static gboolean
is_transposed (guint orientation)
{
  return orientation >= 5;
}

static gboolean
is_mirrored (guint orientation)
{
  return orientation == 2 || orientation == 3 || orientation == 6 ||
         orientation == 7;
}

static gboolean
is_upside_down (guint orientation)
{
  return orientation == 3 || orientation == 4 || orientation == 7 ||
         orientation == 8;
}

/* x, y, width, height in pixels as stored, inside of the page. */
typedef struct {
  gint64 x;
  gint64 y;
  gint64 width;
  gint64 height;
} Rect;

/* One rectangle that is being decoded. */
typedef struct {
  const VitrailTiffPage *page;
  VitrailTiffFile *file;
  const VitrailTiffTarget *target;
  Rect shown;  /* the part of what was asked for that is in the page */
  Rect stored; /* the same as stored */
  gint64 left; /* where @target begins */
  gint64 top;
  uint8_t *scratch; /* pixels of one cell's part; NULL: not needed */
} Job;

static Rect
to_stored (const VitrailTiffPage *page, const Rect *shown)
{
  Rect rect = *shown;

  if (is_mirrored (page->orientation))
    rect.x = (gint64) page->width - shown->x - shown->width;
  if (is_upside_down (page->orientation))
    rect.y = (gint64) page->height - shown->y - shown->height;
  if (!is_transposed (page->orientation))
    return rect;
  return (Rect){ rect.y, rect.x, rect.height, rect.width };
}

static gboolean
intersect (Rect *out, const Rect *a, const Rect *b)
{
  out->x = MAX (a->x, b->x);
  out->y = MAX (a->y, b->y);
  out->width = MIN (a->x + a->width, b->x + b->width) - out->x;
  out->height = MIN (a->y + a->height, b->y + b->height) - out->y;
  return out->width > 0 && out->height > 0;
}

static size_t
get_pixel_bytes (const VitrailTiffTarget *target)
{
  return target->rgb != NULL ? 3 : sizeof *target->samples;
}

/* Where the pixel shown at (@x, @y) goes. */
static uint8_t *
find_place (const Job *job, gint64 x, gint64 y)
{
  const VitrailTiffTarget *target = job->target;
  size_t column = (size_t) (x - job->left);
  size_t row = (size_t) (y - job->top);

  if (target->rgb != NULL)
    return target->rgb + row * target->rgb_stride + column * 3;
  return (uint8_t *) (target->samples + row * target->samples_stride + column);
}

/* @n pixels, from the one stored at (@x, @y), to where they are shown. */
static void
put_row (const Job *job, const uint8_t *pixels, gint64 x, gint64 y, gint64 n)
{
  const VitrailTiffPage *page = job->page;
  guint orientation = page->orientation;
  size_t size = get_pixel_bytes (job->target);

  for (gint64 i = 0; i < n; i++) {
    gint64 a = is_transposed (orientation) ? y : x + i;
    gint64 b = is_transposed (orientation) ? x + i : y;
    if (is_mirrored (orientation))
      a = (gint64) page->width - 1 - a;
    if (is_upside_down (orientation))
      b = (gint64) page->height - 1 - b;
    memcpy (find_place (job, a, b), pixels + (size_t) i * size, size);
  }
}

static void
convert (const Job *job, const VitrailTiffRow *row, uint8_t *to, gint64 n)
{
  if (job->target->rgb != NULL)
    vitrail_tiff_row_to_rgb (row, to, (size_t) n, job->target->background);
  else
    vitrail_tiff_row_to_samples (row, (uint16_t *) to, (size_t) n);
}

/* What stands where nothing is. */
static void
fill (const Job *job, uint8_t *to, gint64 n)
{
  if (job->target->rgb != NULL)
    vitrail_slide_fill_row (to, (size_t) n, job->target->background);
  else
    memset (to, 0, (size_t) n * sizeof *job->target->samples);
}

/* One row of @part, whose cell begins at (@x, @y). */
static void
add_row (const Job *job,
         const VitrailTiffCell *cell,
         const Rect *part,
         const Rect *whole,
         gint64 at)
{
  gint64 x = part->x - whole->x;
  gint64 y = part->y + at - whole->y;
  gboolean is_straight = job->scratch == NULL;
  uint8_t *to =
      is_straight ? find_place (job, part->x, part->y + at) : job->scratch;
  gint64 n = 0;

  if (!cell->is_absent && y < cell->height && x < cell->width) {
    VitrailTiffRow row = cell->row;
    row.data += (size_t) y * cell->stride +
                (size_t) x * row.n_samples * row.sample_bytes;
    n = MIN (part->width, cell->width - x);
    convert (job, &row, to, n);
  }
  if (n < part->width)
    fill (job, to + (size_t) n * get_pixel_bytes (job->target),
          part->width - n);
  if (!is_straight)
    put_row (job, to, part->x, part->y + at, part->width);
}

static gboolean
add_cell (const Job *job, guint column, guint row, GError **error)
{
  const VitrailTiffPage *page = job->page;
  guint place[2] = { column, row };
  Rect whole = { (gint64) column * page->cell_width,
                 (gint64) row * page->cell_height, page->cell_width,
                 page->cell_height };
  Rect part;
  g_auto (VitrailTiffCell) cell = { 0 };

  if (!intersect (&part, &whole, &job->stored))
    return TRUE;
  if (!vitrail_tiff_cell_read (&cell, page, job->file, place, job->target,
                               error))
    return FALSE;
  for (gint64 at = 0; at < part.height; at++)
    add_row (job, &cell, &part, &whole, at);
  return TRUE;
}

static gboolean
add_cells (const Job *job, GError **error)
{
  const VitrailTiffPage *page = job->page;
  const Rect *stored = &job->stored;
  guint first_column = (guint) (stored->x / page->cell_width);
  guint first_row = (guint) (stored->y / page->cell_height);
  guint last_column =
      (guint) ((stored->x + stored->width - 1) / page->cell_width);
  guint last_row =
      (guint) ((stored->y + stored->height - 1) / page->cell_height);

  for (guint row = first_row; row <= last_row; row++)
    for (guint column = first_column; column <= last_column; column++)
      if (!add_cell (job, column, row, error))
        return FALSE;
  return TRUE;
}

/* Whether @rect is one whole tile as it is stored. */
static gboolean
is_whole_tile (const VitrailTiffPage *page, const gint64 rect[4])
{
  return vitrail_tiff_page_is_direct (page) && rect[2] == page->cell_width &&
         rect[3] == page->cell_height && rect[0] % page->cell_width == 0 &&
         rect[1] % page->cell_height == 0;
}

gboolean
vitrail_tiff_page_decode (const VitrailTiffPage *self,
                          VitrailTiffFile *file,
                          const gint64 rect[4],
                          const VitrailTiffTarget *target,
                          GError **error)
{
  Job job = { .page = self,
              .file = file,
              .target = target,
              .left = rect[0],
              .top = rect[1] };
  Rect wanted = { rect[0], rect[1], rect[2], rect[3] };
  Rect page = { 0, 0, (gint64) self->width, (gint64) self->height };
  g_autofree uint8_t *scratch = NULL;

  if (is_whole_tile (self, rect)) {
    guint place[2] = { (guint) (rect[0] / self->cell_width),
                       (guint) (rect[1] / self->cell_height) };
    gboolean is_done;
    if (!vitrail_tiff_cell_read_jpeg (self, file, place, target, &is_done,
                                      error))
      return FALSE;
    if (is_done)
      return TRUE;
  }
  if (!intersect (&job.shown, &wanted, &page))
    return TRUE;
  job.stored = to_stored (self, &job.shown);
  if (self->orientation != 1)
    scratch = g_malloc_n ((size_t) job.stored.width, get_pixel_bytes (target));
  job.scratch = scratch;
  return add_cells (&job, error);
}
