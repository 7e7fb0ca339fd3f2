/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Display shutters over pictures: see shutterdraw.h. */

#include "overlay/shutterdraw.h"

#include <math.h>
#include <string.h>

typedef struct {
  const VitrailCanvas *canvas;
  const double *affine;
  const uint8_t *mask;
  size_t stride;
  double width;
  double height;
  uint8_t paint[4];
} Drawing;

static void
set_paint (Drawing *self, const VitrailShutter *shutter)
{
  const uint8_t gray = (uint8_t) ((shutter->gray * 255 + 32767) / 65535);

  memset (self->paint, gray, 3);
  self->paint[3] = 0xff;
  if (self->canvas->channels == 1 || !shutter->has_rgb)
    return;
  for (guint i = 0; i < 3; i++)
    self->paint[self->canvas->reversed ? i : 2 - i] =
        (uint8_t) (shutter->rgb >> (8 * i) & 0xff);
}

static void
draw_row (const Drawing *self, guint y)
{
  const VitrailCanvas *canvas = self->canvas;
  const double *map = self->affine;
  uint8_t *row = canvas->data + y * canvas->stride;

  for (guint x = 0; x < canvas->width; x++) {
    const double u = floor (map[0] * x + map[1] * y + map[2] + 0.5);
    const double v = floor (map[3] * x + map[4] * y + map[5] + 0.5);
    if (!(u >= 0 && v >= 0 && u < self->width && v < self->height))
      continue;
    const size_t column = (size_t) u;
    const uint8_t byte = self->mask[(size_t) v * self->stride + column / 8];
    if ((byte >> (column % 8) & 1) == 0)
      memcpy (row + (size_t) x * canvas->channels, self->paint,
              canvas->channels);
  }
}

void
vitrail_shutter_draw (const VitrailShutter *self,
                      const VitrailCanvas *canvas,
                      const double affine[6])
{
  Drawing drawing = { .canvas = canvas,
                      .affine = affine,
                      .width = self->width,
                      .height = self->height };
  g_autofree uint8_t *mask = vitrail_shutter_make_mask (self, &drawing.stride);

  if (mask == NULL)
    return;
  drawing.mask = mask;
  set_paint (&drawing, self);
  for (guint y = 0; y < canvas->height; y++)
    draw_row (&drawing, y);
}
