/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Scans of lossy JPEG frames: see jpegscan.h. */

#include "codec/jpegscan.h"

/* Categories of DC differences (ISO 10918-1 F.1.2.1, 12 bits). */
#define MAX_DC 15

static void
init_layout (VitrailJpegLayout *self,
             const VitrailJpegScan *scan,
             const VitrailJpegPlanes *planes)
{
  const gboolean alone = scan->n_components == 1;

  self->n = scan->n_components;
  for (guint i = 0; i < self->n; i++) {
    const VitrailJpegPlane *plane = &planes->planes[scan->index[i]];
    self->planes[i] = plane;
    self->h[i] = alone ? 1 : plane->h;
    self->v[i] = alone ? 1 : plane->v;
  }
  self->units_x = alone ? self->planes[0]->blocks_x : planes->mcus_x;
  self->units_y = alone ? self->planes[0]->blocks_y : planes->mcus_y;
}

/* Steps come in zigzag order. */
static const char *
read_quant (VitrailJpegScanState *self, const VitrailJpegStream *stream)
{
  for (guint i = 0; i < self->scan.n_components; i++) {
    const VitrailJpegComponent *component =
        &stream->frame.components[self->scan.index[i]];
    const uint16_t *steps = stream->quant[component->quant];
    if (steps[0] == 0)
      return "a quantization table that is not there";
    for (guint k = 0; k < 64; k++)
      self->quant[i][vitrail_jpeg_block_order[k]] = steps[k];
  }
  return NULL;
}

/* What stands for a code without a value. */
static int32_t
find_empty (guint code, guint taken)
{
  const guint run = code == 0xf0 ? 15 : VITRAIL_JPEG_AC_END;

  return (int32_t) (run << 8 | taken);
}

/* What @bits, followed by what one does not see, begin with. */
static int32_t
find_whole (const VitrailJpegCodes *codes, guint bits, gboolean progressive)
{
  const VitrailJpegBits seen = {
    .bits = (uint64_t) bits << (64 - VITRAIL_JPEG_AC_BITS),
    .n_bits = 63,
  };
  VitrailJpegBits rest = seen;
  const int code = vitrail_jpeg_codes_take (codes, &rest);
  const guint size = (guint) code & 15u;
  const guint taken = seen.n_bits - rest.n_bits + size;

  if (code < 0 || taken > VITRAIL_JPEG_AC_BITS ||
      (size == 0 && code != 0 && progressive))
    return 0;
  if (size == 0)
    return find_empty ((guint) code, taken);
  const int value = vitrail_jpeg_bits_take_signed (&rest, size);
  return value * 65536 + (code >> 4) * 256 + (int) taken;
}

/* Codes that refine (G.1.2.3) are never read whole. */
static const char *
build_ac (VitrailJpegAc *self,
          const VitrailJpegHuffman *table,
          gboolean progressive,
          gboolean refines)
{
  const char *problem = vitrail_jpeg_codes_build (&self->codes, table, 255);

  if (refines)
    return problem;
  for (guint i = 0; problem == NULL && i < G_N_ELEMENTS (self->whole); i++)
    self->whole[i] = find_whole (&self->codes, i, progressive);
  return problem;
}

/* Only those that are used, once each. */
static const char *
build_tables (VitrailJpegScanState *self, const VitrailJpegStream *stream)
{
  const VitrailJpegScan *scan = &self->scan;
  const gboolean progressive = stream->frame.sof == 0xc2;
  const gboolean has_dc = scan->start == 0 && scan->high == 0;
  const gboolean has_ac = scan->end > 0;
  const char *problem = NULL;
  guint built_dc = 0;
  guint built_ac = 0;

  self->dc = g_new (VitrailJpegCodes, 4);
  self->ac = has_ac ? g_new (VitrailJpegAc, 4) : NULL;
  for (guint i = 0; i < scan->n_components && problem == NULL; i++) {
    const guint dc = scan->dc[i];
    const guint ac = scan->ac[i];
    if (has_dc && (built_dc & 1u << dc) == 0)
      problem =
          vitrail_jpeg_codes_build (&self->dc[dc], &stream->dc[dc], MAX_DC);
    if (has_ac && problem == NULL && (built_ac & 1u << ac) == 0)
      problem = build_ac (&self->ac[ac], &stream->ac[ac], progressive,
                          scan->high > 0);
    built_dc |= 1u << dc;
    built_ac |= 1u << ac;
  }
  return problem;
}

const char *
vitrail_jpeg_scan_init (VitrailJpegScanState *self,
                        const VitrailJpegStream *stream,
                        const VitrailJpegScan *scan,
                        const VitrailJpegPlanes *planes)
{
  memset (self, 0, sizeof *self);
  self->scan = *scan;
  self->interval = self->left = stream->restart_interval;
  init_layout (&self->layout, scan, planes);
  vitrail_jpeg_bits_init (&self->bits, stream);
  const char *problem = read_quant (self, stream);
  return problem != NULL ? problem : build_tables (self, stream);
}

void
vitrail_jpeg_scan_clear (VitrailJpegScanState *self)
{
  g_clear_pointer (&self->dc, g_free);
  g_clear_pointer (&self->ac, g_free);
}

gboolean
vitrail_jpeg_scan_restart (VitrailJpegScanState *self)
{
  if (vitrail_jpeg_bits_is_short (&self->bits) ||
      !vitrail_jpeg_bits_restart (&self->bits, self->restarts))
    return FALSE;
  self->restarts++;
  self->left = self->interval;
  self->eob_run = 0;
  memset (self->predictions, 0, sizeof self->predictions);
  return TRUE;
}
