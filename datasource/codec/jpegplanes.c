/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Planes of samples to rows of pixels: see jpegplanes.h. */

#include "codec/jpegplanes.h"

#include <string.h>

/* Row groups, each as high as @max_v pixels, that are kept when the next MCU
 * row comes: one that waits for the rows below it, and the one above. */
#define KEPT_GROUPS 2

static guint
divide_up (guint64 a, guint b)
{
  return (guint) ((a + b - 1) / b);
}

/* Components with fewer samples are reduced less, where that saves spreading
 * them. */
static guint
get_block_size (const VitrailJpegPlanes *self, const VitrailJpegPlane *plane)
{
  guint size = self->size;

  while (size < 8 && self->max_h * self->size % (plane->h * size * 2) == 0 &&
         self->max_v * self->size % (plane->v * size * 2) == 0)
    size *= 2;
  return size;
}

/* The triangle filter needs three samples in a row, and blocks of more than
 * one. DCMTK's decoder for deep samples, by which they are judged, has none for
 * rows alone; libjpeg-turbo, the judge of 8 bits, has. */
static VitrailJpegSpread
get_spread (const VitrailJpegPlanes *self,
            const VitrailJpegPlane *plane,
            guint precision)
{
  const guint ratio = plane->ratio_h << 4 | plane->ratio_v;

  if (ratio == 0x11)
    return VITRAIL_JPEG_SPREAD_NONE;
  if (self->size == 1)
    return VITRAIL_JPEG_SPREAD_REPEAT;
  if (ratio == 0x12 && precision == 8)
    return VITRAIL_JPEG_SPREAD_V2;
  if (plane->width <= 2)
    return VITRAIL_JPEG_SPREAD_REPEAT;
  return ratio == 0x21   ? VITRAIL_JPEG_SPREAD_H2
         : ratio == 0x22 ? VITRAIL_JPEG_SPREAD_H2V2
                         : VITRAIL_JPEG_SPREAD_REPEAT;
}

static const char *
init_plane (VitrailJpegPlanes *self,
            VitrailJpegPlane *plane,
            const VitrailJpegFrame *frame)
{
  const guint unit = 8 * self->max_h;
  const guint unit_v = 8 * self->max_v;

  plane->size = get_block_size (self, plane);
  plane->blocks_x = divide_up ((guint64) frame->width * plane->h, unit);
  plane->blocks_y = divide_up ((guint64) frame->height * plane->v, unit_v);
  plane->padded_x = self->mcus_x * plane->h;
  plane->padded_y = self->mcus_y * plane->v;
  plane->width =
      divide_up ((guint64) frame->width * plane->h * plane->size, unit);
  plane->height =
      divide_up ((guint64) frame->height * plane->v * plane->size, unit_v);
  plane->idct = vitrail_jpeg_idct_find (plane->size);

  const guint in_h = plane->h * plane->size / self->size;
  const guint in_v = plane->v * plane->size / self->size;
  if (self->max_h % in_h != 0 || self->max_v % in_v != 0)
    return "sampling factors whose ratio is not whole";
  plane->ratio_h = self->max_h / in_h;
  plane->ratio_v = self->max_v / in_v;
  plane->spread = get_spread (self, plane, frame->precision);
  return NULL;
}

const char *
vitrail_jpeg_planes_init (VitrailJpegPlanes *self,
                          const VitrailJpegFrame *frame,
                          guint reduce)
{
  const gboolean alone = frame->n_components == 1;
  const char *problem = NULL;

  memset (self, 0, sizeof *self);
  self->n_planes = frame->n_components;
  self->size = 8u >> reduce;
  for (guint i = 0; i < self->n_planes; i++) {
    VitrailJpegPlane *plane = &self->planes[i];
    /* One component is never interleaved, whatever its factors. */
    plane->h = alone ? 1 : frame->components[i].h;
    plane->v = alone ? 1 : frame->components[i].v;
    self->max_h = MAX (self->max_h, plane->h);
    self->max_v = MAX (self->max_v, plane->v);
  }
  self->mcus_x = divide_up (frame->width, 8 * self->max_h);
  self->mcus_y = divide_up (frame->height, 8 * self->max_v);
  self->width = divide_up ((guint64) frame->width * self->size, 8);
  self->height = divide_up ((guint64) frame->height * self->size, 8);
  for (guint i = 0; i < self->n_planes && problem == NULL; i++)
    problem = init_plane (self, &self->planes[i], frame);
  return problem;
}

/* Rows of a plane that stand for max_v rows of pixels. */
static guint
get_group_rows (const VitrailJpegPlanes *self, const VitrailJpegPlane *plane)
{
  return self->max_v / plane->ratio_v;
}

gboolean
vitrail_jpeg_planes_alloc (VitrailJpegPlanes *self, gboolean whole)
{
  for (guint i = 0; i < self->n_planes; i++) {
    VitrailJpegPlane *plane = &self->planes[i];
    const guint kept = KEPT_GROUPS * get_group_rows (self, plane);
    plane->stride = (size_t) plane->padded_x * plane->size;
    plane->n_rows =
        whole ? plane->padded_y * plane->size : kept + plane->v * plane->size;
    plane->first = whole ? 0 : -(gint) kept;
    plane->samples =
        g_try_malloc_n (plane->stride * plane->n_rows, sizeof (uint16_t));
    if (plane->samples == NULL)
      return FALSE;
  }
  /* A filter writes whole pairs and whole repetitions. */
  self->line_length = (size_t) self->mcus_x * self->max_h * 8;
  self->lines =
      g_try_malloc_n (self->line_length * self->n_planes, sizeof (uint16_t));
  return self->lines != NULL;
}

void
vitrail_jpeg_planes_clear (VitrailJpegPlanes *self)
{
  for (guint i = 0; i < self->n_planes; i++)
    g_clear_pointer (&self->planes[i].samples, g_free);
  g_clear_pointer (&self->lines, g_free);
}

/* Row @y of a plane; those beyond it are its first and its last. */
static const uint16_t *
get_row (const VitrailJpegPlane *self, gint y)
{
  const gint row = CLAMP (y, 0, (gint) self->height - 1) - self->first;

  return self->samples + (size_t) row * self->stride;
}

/* Samples lie a quarter of their distance beside two pixels; ties go down and
 * up in turn. */
static void
spread_h2 (const uint16_t *in, uint16_t *out, size_t n)
{
  out[0] = in[0];
  out[1] = (uint16_t) ((in[0] * 3u + in[1] + 2) >> 2);
  for (size_t i = 1; i + 1 < n; i++) {
    out[2 * i] = (uint16_t) ((in[i] * 3u + in[i - 1] + 1) >> 2);
    out[2 * i + 1] = (uint16_t) ((in[i] * 3u + in[i + 1] + 2) >> 2);
  }
  out[2 * n - 2] = (uint16_t) ((in[n - 1] * 3u + in[n - 2] + 1) >> 2);
  out[2 * n - 1] = in[n - 1];
}

static void
spread_h2v2 (const uint16_t *near, const uint16_t *far, uint16_t *out, size_t n)
{
  uint32_t last = near[0] * 3u + far[0];
  uint32_t here = last;
  uint32_t next = near[1] * 3u + far[1];

  out[0] = (uint16_t) ((here * 4 + 8) >> 4);
  out[1] = (uint16_t) ((here * 3 + next + 7) >> 4);
  for (size_t i = 1; i + 1 < n; i++) {
    last = here;
    here = next;
    next = near[i + 1] * 3u + far[i + 1];
    out[2 * i] = (uint16_t) ((here * 3 + last + 8) >> 4);
    out[2 * i + 1] = (uint16_t) ((here * 3 + next + 7) >> 4);
  }
  out[2 * n - 2] = (uint16_t) ((next * 3 + here + 8) >> 4);
  out[2 * n - 1] = (uint16_t) ((next * 4 + 7) >> 4);
}

static void
spread_v2 (const uint16_t *near,
           const uint16_t *far,
           uint16_t *out,
           size_t n,
           guint bias)
{
  for (size_t i = 0; i < n; i++)
    out[i] = (uint16_t) ((near[i] * 3u + far[i] + bias) >> 2);
}

static void
repeat (const uint16_t *in, uint16_t *out, size_t n, guint ratio)
{
  for (size_t i = 0; i < n; i++)
    for (guint k = 0; k < ratio; k++)
      *out++ = in[i];
}

/* Row @y of the picture of component @i: its own, or spread. */
static const uint16_t *
get_line (const VitrailJpegPlanes *self, guint i, guint y)
{
  const VitrailJpegPlane *plane = &self->planes[i];
  const gint row = (gint) (y / plane->ratio_v);
  const gint beside = y % 2 == 0 ? row - 1 : row + 1;
  uint16_t *line = self->lines + i * self->line_length;

  switch (plane->spread) {
  case VITRAIL_JPEG_SPREAD_H2:
    spread_h2 (get_row (plane, row), line, plane->width);
    break;
  case VITRAIL_JPEG_SPREAD_V2:
    spread_v2 (get_row (plane, row), get_row (plane, beside), line,
               plane->width, y % 2 == 0 ? 1 : 2);
    break;
  case VITRAIL_JPEG_SPREAD_H2V2:
    spread_h2v2 (get_row (plane, row), get_row (plane, beside), line,
                 plane->width);
    break;
  case VITRAIL_JPEG_SPREAD_REPEAT:
    repeat (get_row (plane, row), line, plane->width, plane->ratio_h);
    break;
  case VITRAIL_JPEG_SPREAD_NONE:
  default:
    return get_row (plane, row);
  }
  return line;
}

#define DEFINE_INTERLEAVE(bits)                                              \
  static void interleave_##bits (const uint16_t *const lines[],              \
                                 uint##bits##_t *out, size_t width, guint n) \
  {                                                                          \
    for (size_t x = 0; n == 3 && x < width; x++) {                           \
      out[3 * x] = (uint##bits##_t) lines[0][x];                             \
      out[3 * x + 1] = (uint##bits##_t) lines[1][x];                         \
      out[3 * x + 2] = (uint##bits##_t) lines[2][x];                         \
    }                                                                        \
    for (guint i = 0; n != 3 && i < n; i++)                                  \
      for (size_t x = 0; x < width; x++)                                     \
        out[n * x + i] = (uint##bits##_t) lines[i][x];                       \
  }

DEFINE_INTERLEAVE (8)
DEFINE_INTERLEAVE (16)

static void
emit_row (const VitrailJpegPlanes *self,
          guint y,
          uint8_t *out,
          guint sample_bytes)
{
  const uint16_t *lines[VITRAIL_JPEG_MAX_COMPONENTS];

  for (guint i = 0; i < self->n_planes; i++)
    lines[i] = get_line (self, i, y);
  if (sample_bytes == 1)
    interleave_8 (lines, out, self->width, self->n_planes);
  else if (self->n_planes == 1)
    memcpy (out, lines[0], self->width * sizeof (uint16_t));
  else
    interleave_16 (lines, (uint16_t *) (void *) out, self->width,
                   self->n_planes);
}

/* The last rows of an MCU row go before those of the next. */
static void
advance (VitrailJpegPlanes *self)
{
  for (guint i = 0; i < self->n_planes; i++) {
    VitrailJpegPlane *plane = &self->planes[i];
    const guint fresh = plane->v * plane->size;
    const guint kept = plane->n_rows - fresh;
    memmove (plane->samples, plane->samples + fresh * plane->stride,
             kept * plane->stride * sizeof (uint16_t));
    plane->first += (gint) fresh;
  }
}

void
vitrail_jpeg_planes_emit (VitrailJpegPlanes *self,
                          guint mcu_y,
                          uint8_t *out,
                          guint sample_bytes)
{
  const gboolean last = mcu_y + 1 >= self->mcus_y;
  const size_t row_bytes = (size_t) self->width * self->n_planes * sample_bytes;
  /* The last group of rows waits for the one below it. */
  const guint end = last ? self->height
                         : (mcu_y + 1) * self->max_v * self->size - self->max_v;

  for (; self->next_row < end; self->next_row++)
    emit_row (self, self->next_row, out + self->next_row * row_bytes,
              sample_bytes);
  if (!last)
    advance (self);
}
