/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Overlay planes of any data set, its own and in samples that its header
 * describes: every bit is looked at as it is drawn, at two sizes. The first
 * byte says the byte order. */

#include "dicom/parser.h"
#include "frame.h"
#include "fuzz.h"
#include "overlay/planes.h"

#define SIDE 24

static void
draw (const VitrailOverlays *overlays)
{
  static const double maps[][6] = { { 1, 0, 0, 0, 1, 0 },
                                    { 40, 3, -9, -3, 40, 0 } };
  uint8_t picture[SIDE * SIDE] = { 0 };
  const VitrailCanvas canvas = { SIDE, SIDE, 1, SIDE, picture, FALSE };

  for (guint i = 0; overlays != NULL && i < G_N_ELEMENTS (maps); i++)
    vitrail_overlays_draw (overlays, &canvas, maps[i], VITRAIL_OVERLAY_COLOR);
}

/* Samples of noise that fit the header, where that is small. */
static VitrailFrame *
make_frame (const VitrailDataSet *data_set)
{
  VitrailPixelFormat format;

  if (!vitrail_pixel_format_from_data_set (&format, data_set, "fuzz", NULL) ||
      format.width > 64 || format.height > 64 || format.bits_allocated < 8)
    return NULL;
  const size_t stride =
      format.width * (size_t) vitrail_pixel_format_get_pixel_bytes (&format);
  uint8_t *samples = g_malloc (stride * format.height);
  for (size_t i = 0; i < stride * format.height; i++)
    samples[i] = (uint8_t) (i * 167);
  return vitrail_frame_new_take (
      &format, g_bytes_new_take (samples, stride * format.height), stride);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (size < 1)
    return 0;
  g_autoptr (GBytes) bytes = g_bytes_new_static (data + 1, size - 1);
  const VitrailParserInput input = {
    .name = "fuzz",
    .data = data + 1,
    .length = size - 1,
    .big_endian = (data[0] & 1) != 0,
  };
  g_autoptr (VitrailDataSet) data_set =
      vitrail_parse_data_set (&input, bytes, NULL, NULL);

  if (data_set == NULL)
    return 0;
  for (guint number = 1; number <= 2; number++) {
    VitrailOverlays *separate =
        vitrail_overlays_new_separate (data_set, number, "fuzz");
    draw (separate);
    g_clear_pointer (&separate, vitrail_overlays_unref);
  }
  g_autoptr (VitrailFrame) frame = make_frame (data_set);
  if (frame != NULL)
    frame->overlays = vitrail_overlays_new_embedded (data_set, frame, "fuzz");
  draw (frame != NULL ? frame->overlays : NULL);
  return 0;
}
