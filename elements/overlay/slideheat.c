/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Segmentations and parametric maps over views: see slideheat.h. */

#include "overlay/slideheat.h"

#include "overlay/strokes.h"
#include "pixel/colormap.h"

#include <math.h>
#include <string.h>

#define TILE VITRAIL_RASTER_TILE

/* One layer on its way to a canvas.
 * @map: from canvas pixel centres to the samples of @level, corners at 0
 * @inks: colour and opacity (0 to 256) of what samples stand for
 * @low, @per_step: values to places in @inks */
typedef struct {
  const VitrailRasterLevel *level;
  VitrailRasterKind kind;
  double map[6];
  const VitrailPen *inks;
  guint n_inks;
  double low;
  double per_step;
} Drawing;

/* A place in the tile that the last sample was in. */
typedef struct {
  guint column;
  guint row;
  const void *tile;
} Spot;

static const void *
find_tile (const Drawing *self, Spot *spot, guint column, guint row)
{
  if (column != spot->column || row != spot->row) {
    spot->column = column;
    spot->row = row;
    spot->tile =
        self->level->tiles[(size_t) row * self->level->columns + column];
  }
  return spot->tile;
}

/* Which ink a sample has; @cover: how much of it. NULL: nothing. */
static const VitrailPen *
choose_ink (const Drawing *self, const void *tile, size_t at, guint *cover)
{
  *cover = 256;
  if (self->kind == VITRAIL_RASTER_COVERAGE) {
    const guint value = ((const uint8_t *) tile)[at];
    *cover = value + (value >> 7);
    return value > 0 ? &self->inks[0] : NULL;
  }
  if (self->kind == VITRAIL_RASTER_LABELS) {
    const guint label = ((const uint16_t *) tile)[at];
    return label > 0 && label <= self->n_inks ? &self->inks[label - 1] : NULL;
  }
  const double step =
      ((double) ((const float *) tile)[at] - self->low) * self->per_step;
  if (!(step >= 0))
    return NULL;
  return &self->inks[(guint) MIN (step, self->n_inks - 1.0)];
}

static void
draw_row (const Drawing *self, const VitrailCanvas *canvas, guint y)
{
  const double end[2] = { (double) self->level->columns * TILE,
                          (double) self->level->rows * TILE };
  Spot spot = { .column = G_MAXUINT };

  for (guint x = 0; x < canvas->width; x++) {
    const double u = self->map[0] * x + self->map[1] * y + self->map[2];
    const double v = self->map[3] * x + self->map[4] * y + self->map[5];
    if (!(u >= 0 && v >= 0 && u < end[0] && v < end[1]))
      continue;
    const guint column = (guint) u;
    const guint row = (guint) v;
    const void *tile = find_tile (self, &spot, column / TILE, row / TILE);
    if (tile == NULL)
      continue;
    guint cover;
    const VitrailPen *ink =
        choose_ink (self, tile, (size_t) (row % TILE) * TILE + column % TILE,
                    &cover);
    if (ink != NULL)
      vitrail_pen_pixel (ink, x, y, cover);
  }
}

/* @affine between canvas and level 0, @own between level 0 and the raster. */
static double
set_map (Drawing *self, const double affine[6], const double own[6])
{
  for (guint i = 0; i < 2; i++) {
    const double *row = own + 3 * (size_t) i;
    double *out = self->map + 3 * (size_t) i;
    out[0] = row[0] * affine[0] + row[1] * affine[3];
    out[1] = row[0] * affine[1] + row[1] * affine[4];
    out[2] = row[0] * affine[2] + row[1] * affine[5] + row[2] + 0.5;
  }
  return sqrt (
      fabs (self->map[0] * self->map[4] - self->map[1] * self->map[3]));
}

/* The level whose samples are at most as large as pixels of the canvas. */
static void
choose_level (Drawing *self, const VitrailRasterLayer *layer, double scale)
{
  guint level = 0;

  while (level + 1 < layer->n_levels && scale >= 2) {
    level++;
    scale /= 2;
  }
  for (guint i = 0; i < 6; i++)
    self->map[i] = ldexp (self->map[i], -(int) level);
  self->level = &layer->levels[level];
}

static void
draw_layer (Drawing *self,
            VitrailSlideRaster *raster,
            guint index,
            const VitrailCanvas *canvas,
            const double affine[6])
{
  const VitrailRasterLayer *layer =
      vitrail_slide_raster_get_layer (raster, index);
  double own[6];

  if (layer == NULL)
    return;
  vitrail_slide_raster_get_affine (raster, own);
  const double scale = set_map (self, affine, own);
  if (!isfinite (scale))
    return;
  choose_level (self, layer, scale);
  for (guint y = 0; y < canvas->height; y++)
    draw_row (self, canvas, y);
}

/* --- inks --- */

static GArray *
make_segment_inks (const VitrailRasterStyle *style, const VitrailCanvas *canvas)
{
  GArray *inks = g_array_new (FALSE, FALSE, sizeof (VitrailPen));

  for (guint i = 0; i < style->segments->len; i++) {
    const VitrailRasterSegment *segment =
        &g_array_index (style->segments, VitrailRasterSegment, i);
    VitrailPen pen;
    vitrail_pen_init (&pen, canvas, segment->rgb, segment->opacity);
    g_array_append_val (inks, pen);
  }
  return inks;
}

static GArray *
make_color_inks (const VitrailRasterStyle *style, const VitrailCanvas *canvas)
{
  const uint32_t *table = vitrail_colormap_find (style->colormap);
  GArray *inks = g_array_new (FALSE, FALSE, sizeof (VitrailPen));

  for (guint i = 0; i < VITRAIL_COLORMAP_SIZE; i++) {
    VitrailPen pen;
    vitrail_pen_init (&pen, canvas, table != NULL ? table[i] : i * 0x10101u,
                      style->opacity);
    g_array_append_val (inks, pen);
  }
  return inks;
}

void
vitrail_slide_raster_draw_style (VitrailSlideRaster *raster,
                                 const VitrailRasterStyle *style,
                                 const VitrailCanvas *canvas,
                                 const double affine[6])
{
  const guint n = vitrail_slide_raster_get_n_layers (raster);
  Drawing drawing = { .kind = vitrail_slide_raster_get_kind (raster) };
  const gboolean has_values = drawing.kind == VITRAIL_RASTER_VALUES;

  g_autoptr (GArray) inks = has_values ? make_color_inks (style, canvas)
                                       : make_segment_inks (style, canvas);
  drawing.low = style->low;
  drawing.per_step = style->high > style->low
                         ? VITRAIL_COLORMAP_SIZE / (style->high - style->low)
                         : 0;
  for (guint i = 0; i < n; i++) {
    const gboolean is_segment = drawing.kind == VITRAIL_RASTER_COVERAGE;
    drawing.inks = &g_array_index (inks, VitrailPen, is_segment ? i : 0);
    drawing.n_inks = inks->len;
    if (inks->len > 0 && (!is_segment || drawing.inks->opacity > 0))
      draw_layer (&drawing, raster, i, canvas, affine);
  }
}

void
vitrail_slide_raster_draw (VitrailSlideRaster *raster,
                           const VitrailCanvas *canvas,
                           const double affine[6])
{
  VitrailRasterStyle style;

  vitrail_slide_raster_get_style (raster, &style);
  vitrail_slide_raster_draw_style (raster, &style, canvas, affine);
  vitrail_raster_style_clear (&style);
}

/* --- the legend --- */

#define BAR_WIDTH 14
#define MARGIN    12
/* Of one with its numbers. */
#define LEGEND_WIDTH 110
#define DIGIT_WIDTH  6.0
#define DIGIT_PITCH  9.0

/* Seven strokes: top, upper right, lower right, bottom, lower left, upper left,
 * middle; from the lowest bit. */
static guint
get_strokes (char c)
{
  static const guint8 digits[] = { 0x3f, 0x06, 0x5b, 0x4f, 0x66,
                                   0x6d, 0x7d, 0x07, 0x7f, 0x6f };

  if (g_ascii_isdigit (c))
    return digits[c - '0'];
  return c == '-' ? 0x40 : c == 'e' ? 0x79 : 0;
}

static void
draw_character (const VitrailPen *pen, const double at[2], char c)
{
  static const double ends[7][4] = { { 0, 0, 1, 0 }, { 1, 0, 1, 1 },
                                     { 1, 1, 1, 2 }, { 0, 2, 1, 2 },
                                     { 0, 1, 0, 2 }, { 0, 0, 0, 1 },
                                     { 0, 1, 1, 1 } };
  const guint strokes = get_strokes (c);

  for (guint i = 0; i < 7; i++) {
    const double from[2] = { at[0] + ends[i][0] * DIGIT_WIDTH,
                             at[1] + ends[i][1] * DIGIT_WIDTH };
    const double to[2] = { at[0] + ends[i][2] * DIGIT_WIDTH,
                           at[1] + ends[i][3] * DIGIT_WIDTH };
    if ((strokes >> i & 1) != 0)
      vitrail_pen_line (pen, from, to, 1.5);
  }
  if (c == '.') {
    const double dot[2] = { at[0] + DIGIT_WIDTH / 2, at[1] + 2 * DIGIT_WIDTH };
    vitrail_pen_disc (pen, dot, 1);
  }
}

/* Ends at @right; a dark edge keeps it readable over anything. */
static void
draw_number (const VitrailCanvas *canvas,
             double right,
             double top,
             double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  VitrailPen paper;
  VitrailPen ink;

  g_ascii_formatd (text, sizeof text, "%.4g", value);
  const double width = DIGIT_PITCH * (double) strlen (text);
  const double centre[2] = { right - width / 2, top + DIGIT_WIDTH };
  const double half[2] = { width / 2 + 2, DIGIT_WIDTH + 3 };
  vitrail_pen_init (&paper, canvas, 0, 0.6);
  vitrail_pen_init (&ink, canvas, 0xffffff, 1);
  vitrail_pen_box (&paper, centre, half, 0);
  for (guint i = 0; text[i] != '\0'; i++) {
    const double at[2] = { right - width + i * DIGIT_PITCH, top };
    draw_character (&ink, at, text[i]);
  }
}

gboolean
vitrail_slide_raster_draw_legend (VitrailSlideRaster *raster,
                                  const VitrailCanvas *canvas,
                                  guint n_before)
{
  const guint height = canvas->height / 3;
  const guint64 right = MARGIN + (guint64) n_before * LEGEND_WIDTH;
  VitrailRasterStyle style;

  if (vitrail_slide_raster_get_kind (raster) != VITRAIL_RASTER_VALUES ||
      height < 40 || canvas->width < right + LEGEND_WIDTH)
    return FALSE;
  vitrail_slide_raster_get_style (raster, &style);
  style.opacity = 1;
  g_autoptr (GArray) inks = make_color_inks (&style, canvas);
  const guint left = canvas->width - (guint) right - BAR_WIDTH;
  /* Below words in the upper corner, above what a viewer puts into the lower
   * one. */
  const guint bottom = canvas->height / 5 + height;
  for (guint i = 0; i < height; i++) {
    const VitrailPen *ink =
        &g_array_index (inks, VitrailPen,
                        i * (VITRAIL_COLORMAP_SIZE - 1) / (height - 1));
    for (guint x = left; x < left + BAR_WIDTH; x++)
      vitrail_pen_pixel (ink, x, bottom - 1 - i, 256);
  }
  draw_number (canvas, (double) left - 6, (double) bottom - height, style.high);
  draw_number (canvas, (double) left - 6, (double) bottom - 2 * DIGIT_WIDTH - 2,
               style.low);
  vitrail_raster_style_clear (&style);
  return TRUE;
}
