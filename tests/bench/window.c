/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The window kernel: gigabytes of samples a second on one core, beside plain C
 * (the peer); the element around it, beside the kernel alone over the same
 * frames; and what a table costs to make. The two of a line are measured
 * alternately in processor time, and the best of each counts: others use this
 * machine too. */

#include "pixel/window.h"

#include "framemeta.h"

#include <gst/gst.h>

#include <math.h>
#include <string.h>
#include <time.h>

typedef struct {
  const char *name;
  guint bits; /* of a sample */
  guint samples;
  VitrailPresentation presentation;
  VitrailWindowLayout layout;
  double bound_gbs; /* of the kernel, 0: none */
} Case;

#define SOFT                           \
  {                                    \
    TRUE, 40, 400, VITRAIL_VOI_LINEAR, \
  }

static const Case cases[] = {
  { "16 bit linear", 12, 1, SOFT, VITRAIL_WINDOW_GRAY, 8 },
  { "16 bit linear, padding", 13, 1, SOFT, VITRAIL_WINDOW_GRAY, 8 },
  { "16 bit linear, ties", 12, 1, { TRUE, 40.5, 511 }, VITRAIL_WINDOW_GRAY, 4 },
  { "16 bit sigmoid",
    12,
    1,
    { TRUE, 40, 400, VITRAIL_VOI_SIGMOID },
    VITRAIL_WINDOW_GRAY,
    4 },
  { "16 bit VOI LUT", 11, 1, { FALSE }, VITRAIL_WINDOW_GRAY, 4 },
  { "16 bit to RGB", 12, 1, SOFT, VITRAIL_WINDOW_RGB, 0 },
  { "16 bit to RGBA", 12, 1, SOFT, VITRAIL_WINDOW_RGBA, 3 },
  { "16 bit to BGRx", 12, 1, SOFT, VITRAIL_WINDOW_BGRX, 3 },
  { "16 bit colormap to RGB",
    12,
    1,
    { TRUE, 40, 400, 0, FALSE, 0, "viridis" },
    VITRAIL_WINDOW_RGB,
    0 },
  { "16 bit colormap to RGBA",
    12,
    1,
    { TRUE, 40, 400, 0, FALSE, 0, "viridis" },
    VITRAIL_WINDOW_RGBA,
    3 },
  { "8 bit linear", 8, 1, { TRUE, 100, 200 }, VITRAIL_WINDOW_GRAY, 0 },
  { "8 bit colour", 8, 3, { FALSE }, VITRAIL_WINDOW_RGB, 0 },
  { "8 bit colour to RGBA", 8, 3, { FALSE }, VITRAIL_WINDOW_RGBA, 0 },
  { "16 bit colour", 16, 4, { FALSE }, VITRAIL_WINDOW_RGB, 0 },
};

/* A ramp of 4096 steps that the case of 11 bits has as its VOI LUT. */
static VitrailLut *
get_voi_lut (void)
{
  static uint16_t values[4096];
  static VitrailLut lut = { -1024, 12, 4096, values, NULL };

  for (guint i = 0; i < 4096; i++)
    values[i] = (uint16_t) rint (4095 * pow (i / 4095.0, 0.7));
  return &lut;
}

static VitrailFrameInfo *
make_info (const Case *c, guint side)
{
  static VitrailLut *voi_luts[1];
  VitrailFrameInfo *info = g_new0 (VitrailFrameInfo, 1);

  info->format.width = info->format.height = side;
  info->format.samples = c->samples;
  info->format.bits_allocated = c->bits > 8 ? 16 : 8;
  info->format.bits_stored = c->bits;
  info->format.photometric = c->samples == 1 ? VITRAIL_PHOTOMETRIC_MONOCHROME2
                                             : VITRAIL_PHOTOMETRIC_RGB;
  info->slope = 1;
  info->intercept = c->bits > 8 ? -1024 : 0;
  info->ref_count = 1000000000; /* lives as long as the program */
  info->has_padding = c->bits == 13;
  info->padding_low = info->padding_high = 2399;
  if (c->bits == 11) {
    voi_luts[0] = get_voi_lut ();
    info->voi_luts = voi_luts;
    info->n_voi_luts = 1;
  }
  return info;
}

static void
fill (guint8 *data, size_t n, const VitrailPixelFormat *format)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (size_t i = 0; i + 1 < n; i += 2) {
    const guint v = (guint) g_rand_int_range (rand, 0, 2400);
    data[i] = (guint8) v;
    data[i + 1] = (guint8) (format->bits_allocated > 8 ? v >> 8 : v >> 3);
  }
}

static size_t
get_bytes (VitrailWindowLayout layout)
{
  static const size_t bytes[] = { 1, 3, 4, 4 };

  return bytes[layout];
}

/* One case at one size. */
typedef struct {
  const Case *c;
  guint side;
  guint rounds;
  VitrailFrameInfo *info;
  VitrailWindowLut *lut;
  GstBuffer *in;
  guint8 *out;
  GstElement *window;
  GstElement *sink;
  GstPad *pad; /* pushes into window */
} Run;

/* Of this thread: what others take of the processor does not count. */
static gint64
get_cpu_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * 1000000000 + now.tv_nsec;
}

static double
get_gbs (const Run *self, gint64 ns)
{
  return (double) gst_buffer_get_size (self->in) * self->rounds /
         (double) MAX (ns, 1);
}

static double
run_kernel (const Run *self, gboolean plain)
{
  const size_t out_row = self->side * get_bytes (self->c->layout);
  const guint span[2] = { 0, self->side };
  GstMapInfo map;

  gst_buffer_map (self->in, &map, GST_MAP_READ);
  const size_t in_row = map.size / self->side;
  const gint64 start = get_cpu_ns ();
  for (guint i = 0; i < self->rounds; i++)
    for (guint y = 0; y < self->side; y++) {
      const guint8 *in = map.data + y * in_row;
      guint8 *out = self->out + y * out_row;
      if (plain)
        vitrail_window_row_c (self->lut, in, out, self->side);
      else
        vitrail_window_row_as (self->lut, self->c->layout, in, out, self->side,
                               span);
    }
  const double gbs = get_gbs (self, get_cpu_ns () - start);
  gst_buffer_unmap (self->in, &map);
  return gbs;
}

static double
run_element (const Run *self)
{
  const gint64 start = get_cpu_ns ();

  for (guint i = 0; i < self->rounds; i++)
    g_assert_cmpint (gst_pad_push (self->pad, gst_buffer_ref (self->in)), ==,
                     GST_FLOW_OK);
  return get_gbs (self, get_cpu_ns () - start);
}

static void
start_element (Run *self)
{
  static const char *const outputs[] = { "GRAY8", "RGB", "RGBA", "BGRx" };
  const guint samples = self->c->samples;
  const char *format = self->c->bits <= 8 ? (samples == 1 ? "GRAY8" : "RGB")
                       : samples == 1     ? "GRAY16_LE"
                                          : "RGBA64_LE";
  g_autofree char *text = g_strdup_printf (
      "video/x-raw, format=%s, width=%u, height=%u, framerate=0/1", format,
      self->side, self->side);
  g_autofree char *line =
      g_strdup_printf ("dcmwindow name=w ! video/x-raw, format=%s ! "
                       "fakesink sync=false async=false "
                       "enable-last-sample=false",
                       outputs[self->c->layout]);
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);
  GstSegment segment;

  self->sink = gst_parse_launch (line, NULL);
  self->window = gst_bin_get_by_name (GST_BIN (self->sink), "w");
  g_object_set (self->window, "presentation", &self->c->presentation, NULL);
  g_autoptr (GstPad) sink_pad =
      gst_element_get_static_pad (self->window, "sink");
  self->pad = gst_pad_new ("src", GST_PAD_SRC);
  gst_pad_set_active (self->pad, TRUE);
  /* Across bins: the pad has no parent. */
  gst_pad_link_full (self->pad, sink_pad, GST_PAD_LINK_CHECK_NOTHING);
  gst_element_set_state (self->sink, GST_STATE_PLAYING);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (self->pad, gst_event_new_stream_start ("bench"));
  gst_pad_push_event (self->pad, gst_event_new_caps (caps));
  gst_pad_push_event (self->pad, gst_event_new_segment (&segment));
}

static void
stop_element (Run *self)
{
  gst_element_set_state (self->sink, GST_STATE_NULL);
  gst_object_unref (self->pad);
  gst_object_unref (self->window);
  gst_object_unref (self->sink);
}

static void
compare (const Case *c, guint side)
{
  const gboolean direct =
      c->layout == VITRAIL_WINDOW_GRAY || c->layout == VITRAIL_WINDOW_RGB;
  Run self = { c,    side, MAX (4000000 / (side * side), 1),
               NULL, NULL, NULL,
               NULL, NULL, NULL,
               NULL };
  double plain = 0;
  double fast = 0;
  double element = 0;

  self.info = make_info (c, side);
  self.lut = vitrail_window_lut_new (self.info, &c->presentation, NULL);
  const size_t size = (size_t) side * side *
                      vitrail_pixel_format_get_pixel_bytes (&self.info->format);
  GstMapInfo map;
  self.in = gst_buffer_new_allocate (NULL, size, NULL);
  gst_buffer_map (self.in, &map, GST_MAP_WRITE);
  fill (map.data, size, &self.info->format);
  gst_buffer_unmap (self.in, &map);
  vitrail_buffer_add_frame_meta (self.in, self.info);
  self.out = g_malloc ((size_t) side * side * get_bytes (c->layout));
  start_element (&self);
  for (guint i = 0; i < 15; i++) {
    fast = MAX (fast, run_kernel (&self, FALSE));
    element = MAX (element, run_element (&self));
    if (direct &&
        vitrail_window_lut_get_channels (self.lut) == get_bytes (c->layout))
      plain = MAX (plain, run_kernel (&self, TRUE));
  }
  g_autofree char *bound = c->bound_gbs > 0
                               ? g_strdup_printf (">= %g GB/s", c->bound_gbs)
                               : g_strdup ("-");
  if (plain > 0)
    g_print ("%-4u %-27s %7.2f GB/s %7.2f GB/s %8.2f  %s\n", side, c->name,
             fast, plain, fast / plain, bound);
  else
    g_print ("%-4u %-27s %7.2f GB/s %12s %8s  %s\n", side, c->name, fast, "-",
             "-", bound);
  g_print ("%-4u %-27s %7.2f GB/s %7.2f GB/s %8.2f  ratio >= 0.7\n", side,
           "  as an element", element, fast, element / fast);
  stop_element (&self);
  gst_buffer_unref (self.in);
  vitrail_window_lut_free (self.lut);
  g_free (self.out);
  g_free (self.info);
}

static void
tables (const char *name, guint bits, VitrailPresentation presentation)
{
  const Case c = { .bits = bits, .samples = 1 };
  g_autofree VitrailFrameInfo *info = make_info (&c, 16);
  const guint n = 200;
  const gint64 start = get_cpu_ns ();

  for (guint i = 0; i < n; i++) {
    presentation.window_center += 0.5;
    g_autoptr (VitrailWindowLut) lut =
        vitrail_window_lut_new (info, &presentation, NULL);
  }
  g_print ("window %-25s %9.1f us %12s %8s  -\n", name,
           1e-3 * (double) (get_cpu_ns () - start) / n, "-", "-");
}

int
main (int argc, char **argv)
{
  const VitrailPresentation soft = SOFT;
  const VitrailPresentation sigmoid = { TRUE, 40, 400, VITRAIL_VOI_SIGMOID };
  const VitrailPresentation wide = { TRUE, 30000, 65000 };

  gst_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    if (argc > 1 && strstr (cases[i].name, argv[1]) == NULL)
      continue;
    compare (&cases[i], 512);
    compare (&cases[i], 2048);
  }
  tables ("table, width 400", 12, soft);
  tables ("table, sigmoid", 12, sigmoid);
  tables ("table, width 65000", 16, wide);
  return 0;
}
