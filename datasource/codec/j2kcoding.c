/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* ISO 15444-1 A.5, A.6. See j2kcoding.h. */

#include "codec/j2kcoding.h"

#include "byteorder.h"
#include "codec/j2kmarkers.h"

#include <string.h>

/* The place of XTsiz in SIZ. */
#define SIZ_TILE 20

/* Of the coding style: EPH ends packet headers. */
#define STYLE_EPH 0x04

/* Of the code block style: HT, and contexts that do not look down. */
#define BLOCK_HT     0x40
#define BLOCK_CAUSAL 0x08

/* Precincts of 32768 samples: none. */
#define NO_PRECINCTS 0xff

/* All coordinates are below. */
#define MAX_EXTENT (1u << 30)

typedef struct {
  const VitrailJ2kHeader *header;
  VitrailJ2kCoding *coding; /* NULL in the header of a tile part */
  VitrailJ2kFault *fault;
} Reader;

static gboolean
keep (Reader *self, VitrailJ2kSegment *to, const VitrailJ2kSegment *segment)
{
  if (to->data != NULL)
    return vitrail_j2k_fault_fail (self->fault,
                                   "has the same parameters twice");
  *to = *segment;
  return TRUE;
}

static gboolean
keep_qcc (Reader *self, const VitrailJ2kSegment *segment)
{
  if (segment->length < 5 || segment->data[2] >= self->header->n_components)
    return vitrail_j2k_fault_fail (self->fault,
                                   "quantizes a component that is not there");
  return keep (self, &self->coding->qcc[segment->data[2]], segment);
}

static gboolean
keep_main (Reader *self, guint marker, const VitrailJ2kSegment *segment)
{
  switch (marker) {
  case MARKER_SIZ:
    return keep (self, &self->coding->siz, segment);
  case MARKER_CAP:
    return keep (self, &self->coding->cap, segment);
  case MARKER_COD:
    return keep (self, &self->coding->cod, segment);
  case MARKER_QCD:
    return keep (self, &self->coding->qcd, segment);
  case MARKER_QCC:
    return keep_qcc (self, segment);
  case MARKER_TLM:
  case MARKER_PRF:
  case MARKER_PLM:
  case MARKER_CPF:
  case MARKER_CRG:
  case MARKER_COM:
    return TRUE;
  case MARKER_COC:
    return vitrail_j2k_fault_refuse (self->fault,
                                     "components that are coded differently");
  case MARKER_RGN:
    return vitrail_j2k_fault_refuse (self->fault, "a region of interest");
  case MARKER_POC:
    return vitrail_j2k_fault_refuse (self->fault,
                                     "an order of progression that changes");
  case MARKER_PPM:
    return vitrail_j2k_fault_refuse (self->fault, "packed packet headers");
  default:
    return vitrail_j2k_fault_refuse (self->fault,
                                     "a marker segment that is not known");
  }
}

static gboolean
check_tile (Reader *self, guint marker)
{
  if (marker == MARKER_PLT || marker == MARKER_COM)
    return TRUE;
  if (marker == MARKER_PPT)
    return vitrail_j2k_fault_refuse (self->fault, "packed packet headers");
  return vitrail_j2k_fault_refuse (self->fault,
                                   "tiles that are coded differently");
}

/* Up to marker @last: the header has been found to be made of segments. */
static gboolean
walk_segments (Reader *self, size_t *at, guint last)
{
  const uint8_t *data = self->header->data;

  while (vitrail_read_u16 (data + *at, TRUE) != last) {
    const guint marker = vitrail_read_u16 (data + *at, TRUE);
    const VitrailJ2kSegment segment = {
      data + *at + 2, vitrail_read_u16 (data + *at + 2, TRUE)
    };
    if (!(last == MARKER_SOT ? keep_main (self, marker, &segment)
                             : check_tile (self, marker)))
      return FALSE;
    *at += 2 + segment.length;
  }
  return TRUE;
}

static gboolean
take_siz (Reader *self)
{
  const VitrailJ2kHeader *header = self->header;
  const uint8_t *siz = self->coding->siz.data;
  const guint64 tile_x0 = vitrail_read_u32 (siz + SIZ_TILE + 8, TRUE);
  const guint64 tile_y0 = vitrail_read_u32 (siz + SIZ_TILE + 12, TRUE);
  const guint64 x1 = (guint64) header->x0 + header->width;
  const guint64 y1 = (guint64) header->y0 + header->height;

  if (x1 >= MAX_EXTENT || y1 >= MAX_EXTENT)
    return vitrail_j2k_fault_refuse (self->fault, "a picture of that size");
  if (tile_x0 + header->tile_width <= header->x0 ||
      tile_y0 + header->tile_height <= header->y0)
    return vitrail_j2k_fault_fail (self->fault,
                                   "has a first tile outside of the picture");
  self->coding->grid = (VitrailJ2kGrid){
    .image = { header->x0, header->y0, (guint) x1, (guint) y1 },
    .tile_x0 = (guint) tile_x0,
    .tile_y0 = (guint) tile_y0,
    .tile_width = (guint) MIN (header->tile_width, x1 - tile_x0),
    .tile_height = (guint) MIN (header->tile_height, y1 - tile_y0),
    .n_across =
        (guint) ((x1 - tile_x0 + header->tile_width - 1) / header->tile_width),
    .n_tiles = header->n_tiles,
    .n_components = header->n_components,
  };
  memcpy (self->coding->grid.components, header->components,
          sizeof self->coding->grid.components);
  return TRUE;
}

/* Lcod, Scod, order, layers, transform, levels, block sides, block style,
 * wavelet, precincts. */
static gboolean
take_cod (Reader *self)
{
  VitrailJ2kGrid *grid = &self->coding->grid;
  const uint8_t *cod = self->coding->cod.data;
  const gboolean has_precincts = (cod[2] & STYLE_PRECINCTS) != 0;

  if (vitrail_read_u16 (cod + 4, TRUE) != 1)
    return vitrail_j2k_fault_refuse (self->fault, "several layers");
  if (cod[7] > VITRAIL_J2K_LEVELS)
    return vitrail_j2k_fault_refuse (self->fault, "so many wavelet levels");
  if ((cod[10] & ~BLOCK_CAUSAL) != BLOCK_HT)
    return vitrail_j2k_fault_refuse (self->fault, "blocks of that style");
  self->coding->order = cod[3];
  self->coding->has_eph = (cod[2] & STYLE_EPH) != 0;
  grid->n_levels = cod[7];
  grid->block_x = cod[8] + 2u;
  grid->block_y = cod[9] + 2u;
  for (guint r = 0; r <= grid->n_levels; r++)
    grid->precincts[r] = has_precincts ? cod[12 + r] : NO_PRECINCTS;
  return TRUE;
}

static size_t
get_exponents (const VitrailJ2kCoding *self, const VitrailJ2kSegment *segment)
{
  return segment == &self->qcd ? 3 : 4;
}

static const VitrailJ2kSegment *
get_quantization (const VitrailJ2kCoding *self, guint component)
{
  const VitrailJ2kSegment *own = &self->qcc[component];

  return own->data != NULL ? own : &self->qcd;
}

/* Sqcd or Sqcc, and one exponent for each subband (A.6.4). */
static size_t
measure_exponents (const VitrailJ2kCoding *self,
                   const VitrailJ2kSegment *segment)
{
  const uint8_t *data = segment->data + get_exponents (self, segment) - 1;
  const size_t n = 3 * (size_t) self->grid.n_levels + 1;

  return (data[0] & 31u) == 0 ? n : 2 * n;
}

static gboolean
check_quantization (Reader *self)
{
  const VitrailJ2kCoding *coding = self->coding;

  for (guint c = 0; c < coding->grid.n_components; c++) {
    const VitrailJ2kSegment *segment = get_quantization (coding, c);
    if (segment->length <
        get_exponents (coding, segment) + measure_exponents (coding, segment))
      return vitrail_j2k_fault_fail (self->fault,
                                     "misses the quantization of a subband");
  }
  return TRUE;
}

gboolean
vitrail_j2k_coding_read (VitrailJ2kCoding *self,
                         const VitrailJ2kHeader *header,
                         size_t *at,
                         VitrailJ2kFault *fault)
{
  Reader reader = { header, self, fault };

  *self = (VitrailJ2kCoding){ .order = 0 };
  if (header->n_components > VITRAIL_J2K_COMPONENTS)
    return vitrail_j2k_fault_refuse (reader.fault, "so many components");
  *at = 2;
  if (!walk_segments (&reader, at, MARKER_SOT))
    return FALSE;
  if (self->cod.data == NULL || self->qcd.data == NULL)
    return vitrail_j2k_fault_fail (reader.fault,
                                   "does not say how it is coded");
  return take_siz (&reader) && take_cod (&reader) &&
         check_quantization (&reader);
}

gboolean
vitrail_j2k_coding_skip_tile_header (const VitrailJ2kHeader *header,
                                     size_t *at,
                                     VitrailJ2kFault *fault)
{
  Reader reader = { header, NULL, fault };

  return walk_segments (&reader, at, MARKER_SOD);
}

void
vitrail_j2k_coding_get_planes (const VitrailJ2kCoding *self,
                               guint component,
                               guint level,
                               guint *planes)
{
  const VitrailJ2kSegment *segment = get_quantization (self, component);
  const uint8_t *data = segment->data + get_exponents (self, segment);
  const guint guard = data[-1] >> 5;
  const guint step = (data[-1] & 31u) == 0 ? 1 : 2;
  const guint first = level > 0 ? 3 * level - 2 : 0;

  for (guint b = 0; b < (level > 0 ? 3 : 1); b++) {
    const guint bits = guard + (data[(size_t) (first + b) * step] >> 3);
    planes[b] = bits > 0 ? bits - 1 : 0;
  }
}

/* The first @length bytes of a segment, whose own length may be another. */
static void
put_segment (GByteArray *out,
             guint marker,
             const VitrailJ2kSegment *from,
             size_t length)
{
  if (from->data == NULL)
    return;
  vitrail_j2k_put_u16 (out, marker);
  vitrail_j2k_put_u16 (out, (guint) length);
  g_byte_array_append (out, from->data + 2, (guint) (length - 2));
}

static void
put_quantization (const VitrailJ2kCoding *self,
                  GByteArray *out,
                  guint marker,
                  const VitrailJ2kSegment *from)
{
  if (from->data != NULL)
    put_segment (out, marker, from,
                 get_exponents (self, from) + measure_exponents (self, from));
}

/* Tiles that are larger than the picture have its size, so that nothing
 * overflows. */
static void
put_siz (const VitrailJ2kCoding *self, GByteArray *out)
{
  const guint at = out->len + 2;
  g_autoptr (GByteArray) tile = g_byte_array_new ();

  put_segment (out, MARKER_SIZ, &self->siz,
               SIZ_FIXED_BYTES + 3 * (size_t) self->grid.n_components);
  vitrail_j2k_put_u32 (tile, self->grid.tile_width);
  vitrail_j2k_put_u32 (tile, self->grid.tile_height);
  memcpy (out->data + at + SIZ_TILE, tile->data, tile->len);
}

void
vitrail_j2k_coding_write (const VitrailJ2kCoding *self, GByteArray *out)
{
  const guint n_precincts =
      (self->cod.data[2] & STYLE_PRECINCTS) != 0 ? self->grid.n_levels + 1 : 0;

  vitrail_j2k_put_u16 (out, MARKER_SOC);
  put_siz (self, out);
  put_segment (out, MARKER_CAP, &self->cap, self->cap.length);
  const guint cod = out->len;
  put_segment (out, MARKER_COD, &self->cod, 12 + n_precincts);
  out->data[cod + 4] &= STYLE_PRECINCTS;
  put_quantization (self, out, MARKER_QCD, &self->qcd);
  for (guint c = 0; c < self->grid.n_components; c++)
    put_quantization (self, out, MARKER_QCC, &self->qcc[c]);
}
