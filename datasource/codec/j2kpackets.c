/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From a code stream of HTJ2K that anybody may have written to one that says
 * nothing but what was checked. See j2kpackets.h. */

#include "codec/j2kpackets.h"

#include "codec/j2kpacket.h"

#include <string.h>

enum {
  MARKER_SOC = 0xff4f,
  MARKER_CAP = 0xff50,
  MARKER_SIZ = 0xff51,
  MARKER_COD = 0xff52,
  MARKER_COC = 0xff53,
  MARKER_TLM = 0xff55,
  MARKER_PRF = 0xff56,
  MARKER_PLM = 0xff57,
  MARKER_PLT = 0xff58,
  MARKER_CPF = 0xff59,
  MARKER_QCD = 0xff5c,
  MARKER_QCC = 0xff5d,
  MARKER_RGN = 0xff5e,
  MARKER_POC = 0xff5f,
  MARKER_PPM = 0xff60,
  MARKER_PPT = 0xff61,
  MARKER_CRG = 0xff63,
  MARKER_COM = 0xff64,
  MARKER_SOT = 0xff90,
  MARKER_SOD = 0xff93,
  MARKER_EOC = 0xffd9,
};

enum {
  ORDER_LRCP,
  ORDER_RLCP,
  ORDER_RPCL,
  ORDER_PCRL,
  ORDER_CPRL,
};

/* SIZ without components, and the place of XTsiz in it. */
#define SIZ_FIXED_BYTES 38
#define SIZ_TILE        20

/* SOT with its marker, and the place of Psot in it. */
#define SOT_BYTES 12
#define SOT_PSOT  6

/* Of the coding style: sizes of precincts follow, EPH ends packet headers. */
#define STYLE_PRECINCTS 0x01
#define STYLE_EPH       0x04

/* Of the code block style: HT, and contexts that do not look down. */
#define BLOCK_HT     0x40
#define BLOCK_CAUSAL 0x08

/* Precincts of 32768 samples: none. */
#define NO_PRECINCTS 0xff

/* All coordinates are below. */
#define MAX_EXTENT (1u << 30)

/* A decoder keeps something for each code block. So many are fine in any
 * stream, beyond them each must have a bit, and there are never more. */
#define MODEST_BLOCKS 65536u
#define MAX_BLOCKS    (1u << 24)

/* It keeps rows of whole blocks for each subband: so many bytes of them are
 * fine, beyond them so many for each sample. */
#define MODEST_ROWS      ((guint64) 64 << 20)
#define ROWS_FOR_SAMPLES 64

#define N_RESOLUTIONS (VITRAIL_J2K_COMPONENTS * (VITRAIL_J2K_LEVELS + 1))

/* A segment from its length on, or NULL. */
typedef struct {
  const uint8_t *data;
  size_t length;
} Segment;

/* @next: of each tile, component and resolution, the precinct whose packet
 * comes next. @parts, @bodies: of each tile, parts seen and packets read. */
typedef struct {
  const VitrailJ2kHeader *header;
  VitrailJ2kGrid grid;
  guint order;
  gboolean has_eph;
  Segment siz;
  Segment cap;
  Segment cod;
  Segment qcd;
  Segment qcc[VITRAIL_J2K_COMPONENTS];
  guint *next;
  guint *parts;
  GPtrArray *bodies;
  guint64 row_bytes;
  VitrailJ2kPacketReader reader;
  VitrailJ2kFault *fault;
} Walk;

static guint
read_u16 (const uint8_t *data)
{
  return (guint) data[0] << 8 | data[1];
}

static uint32_t
read_u32 (const uint8_t *data)
{
  return (uint32_t) read_u16 (data) << 16 | read_u16 (data + 2);
}

static gboolean
fail (Walk *self, const char *reason)
{
  *self->fault = (VitrailJ2kFault){ reason, FALSE };
  return FALSE;
}

static gboolean
refuse (Walk *self, const char *reason)
{
  *self->fault = (VitrailJ2kFault){ reason, TRUE };
  return FALSE;
}

static gboolean
keep (Walk *self, Segment *to, const Segment *segment)
{
  if (to->data != NULL)
    return fail (self, "has the same parameters twice");
  *to = *segment;
  return TRUE;
}

static gboolean
keep_qcc (Walk *self, const Segment *segment)
{
  if (segment->length < 5 || segment->data[2] >= self->header->n_components)
    return fail (self, "quantizes a component that is not there");
  return keep (self, &self->qcc[segment->data[2]], segment);
}

static gboolean
keep_main (Walk *self, guint marker, const Segment *segment)
{
  switch (marker) {
  case MARKER_SIZ:
    return keep (self, &self->siz, segment);
  case MARKER_CAP:
    return keep (self, &self->cap, segment);
  case MARKER_COD:
    return keep (self, &self->cod, segment);
  case MARKER_QCD:
    return keep (self, &self->qcd, segment);
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
    return refuse (self, "components that are coded differently");
  case MARKER_RGN:
    return refuse (self, "a region of interest");
  case MARKER_POC:
    return refuse (self, "an order of progression that changes");
  case MARKER_PPM:
    return refuse (self, "packed packet headers");
  default:
    return refuse (self, "a marker segment that is not known");
  }
}

static gboolean
check_tile (Walk *self, guint marker)
{
  if (marker == MARKER_PLT || marker == MARKER_COM)
    return TRUE;
  if (marker == MARKER_PPT)
    return refuse (self, "packed packet headers");
  return refuse (self, "tiles that are coded differently");
}

/* Up to marker @last: the header has been found to be made of segments. */
static gboolean
walk_segments (Walk *self, size_t *at, guint last)
{
  const uint8_t *data = self->header->data;

  while (read_u16 (data + *at) != last) {
    const guint marker = read_u16 (data + *at);
    const Segment segment = { data + *at + 2, read_u16 (data + *at + 2) };
    if (!(last == MARKER_SOT ? keep_main (self, marker, &segment)
                             : check_tile (self, marker)))
      return FALSE;
    *at += 2 + segment.length;
  }
  return TRUE;
}

static gboolean
take_siz (Walk *self)
{
  const VitrailJ2kHeader *header = self->header;
  const uint8_t *siz = self->siz.data;
  const guint64 tile_x0 = read_u32 (siz + SIZ_TILE + 8);
  const guint64 tile_y0 = read_u32 (siz + SIZ_TILE + 12);
  const guint64 x1 = (guint64) header->x0 + header->width;
  const guint64 y1 = (guint64) header->y0 + header->height;

  if (x1 >= MAX_EXTENT || y1 >= MAX_EXTENT)
    return refuse (self, "a picture of that size");
  if (tile_x0 + header->tile_width <= header->x0 ||
      tile_y0 + header->tile_height <= header->y0)
    return fail (self, "has a first tile outside of the picture");
  self->grid = (VitrailJ2kGrid){
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
  memcpy (self->grid.components, header->components,
          sizeof self->grid.components);
  return TRUE;
}

/* Lcod, Scod, order, layers, transform, levels, block sides, block style,
 * wavelet, precincts. */
static gboolean
take_cod (Walk *self)
{
  VitrailJ2kGrid *grid = &self->grid;
  const uint8_t *cod = self->cod.data;
  const gboolean has_precincts = (cod[2] & STYLE_PRECINCTS) != 0;

  if (read_u16 (cod + 4) != 1)
    return refuse (self, "several layers");
  if (cod[7] > VITRAIL_J2K_LEVELS)
    return refuse (self, "so many wavelet levels");
  if ((cod[10] & ~BLOCK_CAUSAL) != BLOCK_HT)
    return refuse (self, "blocks of that style");
  self->order = cod[3];
  self->has_eph = (cod[2] & STYLE_EPH) != 0;
  grid->n_levels = cod[7];
  grid->block_x = cod[8] + 2u;
  grid->block_y = cod[9] + 2u;
  for (guint r = 0; r <= grid->n_levels; r++)
    grid->precincts[r] = has_precincts ? cod[12 + r] : NO_PRECINCTS;
  return TRUE;
}

static size_t
get_exponents (const Walk *self, const Segment *segment)
{
  return segment == &self->qcd ? 3 : 4;
}

static const Segment *
get_quantization (const Walk *self, guint component)
{
  const Segment *own = &self->qcc[component];

  return own->data != NULL ? own : &self->qcd;
}

/* Sqcd or Sqcc, and one exponent for each subband (A.6.4). */
static size_t
measure_exponents (const Walk *self, const Segment *segment)
{
  const uint8_t *data = segment->data + get_exponents (self, segment) - 1;
  const size_t n = 3 * (size_t) self->grid.n_levels + 1;

  return (data[0] & 31u) == 0 ? n : 2 * n;
}

static gboolean
check_quantization (Walk *self)
{
  for (guint c = 0; c < self->grid.n_components; c++) {
    const Segment *segment = get_quantization (self, c);
    if (segment->length <
        get_exponents (self, segment) + measure_exponents (self, segment))
      return fail (self, "misses the quantization of a subband");
  }
  return TRUE;
}

/* Mb of E-2, of the subbands of a resolution. */
static void
get_planes (const Walk *self, guint component, guint level, guint *planes)
{
  const Segment *segment = get_quantization (self, component);
  const uint8_t *data = segment->data + get_exponents (self, segment);
  const guint guard = data[-1] >> 5;
  const guint step = (data[-1] & 31u) == 0 ? 1 : 2;
  const guint first = level > 0 ? 3 * level - 2 : 0;

  for (guint b = 0; b < (level > 0 ? 3 : 1); b++) {
    const guint bits = guard + (data[(size_t) (first + b) * step] >> 3);
    planes[b] = bits > 0 ? bits - 1 : 0;
  }
}

static guint *
get_next (Walk *self, guint tile, guint component, guint level)
{
  return &self->next[((size_t) tile * self->grid.n_components + component) *
                         (self->grid.n_levels + 1) +
                     level];
}

/* What packets are sorted by, the weightiest first (B.12.1). In one layer LRCP
 * is RLCP. */
typedef struct {
  guint keys[4];
} Rank;

static Rank
get_rank (guint order,
          const VitrailJ2kResolution *resolution,
          guint component,
          guint i)
{
  const guint r = resolution->level;
  guint x = 0;
  guint y = 0;

  vitrail_j2k_resolution_get_place (resolution, i, &x, &y);
  switch (order) {
  case ORDER_RPCL:
    return (Rank){ { r, y, x, component } };
  case ORDER_PCRL:
    return (Rank){ { y, x, component, r } };
  case ORDER_CPRL:
    return (Rank){ { component, y, x, r } };
  case ORDER_LRCP:
  case ORDER_RLCP:
  default:
    return (Rank){ { r, component, 0, 0 } };
  }
}

static gboolean
is_before (const Rank *a, const Rank *b)
{
  for (guint i = 0; i < G_N_ELEMENTS (a->keys); i++)
    if (a->keys[i] != b->keys[i])
      return a->keys[i] < b->keys[i];
  return FALSE;
}

/* All resolutions of all components of one tile, and where the packets are. */
typedef struct {
  VitrailJ2kResolution resolutions[N_RESOLUTIONS];
  Rank ranks[N_RESOLUTIONS];
  guint *next;
  guint n;
} Tile;

static guint
count_precincts (const VitrailJ2kResolution *resolution)
{
  return resolution->n_across * resolution->n_down;
}

static void
update_rank (const Walk *self, Tile *tile, guint i)
{
  const VitrailJ2kResolution *resolution = &tile->resolutions[i];

  if (tile->next[i] < count_precincts (resolution))
    tile->ranks[i] = get_rank (self->order, resolution,
                               i / (self->grid.n_levels + 1), tile->next[i]);
}

static gboolean
open_tile (Walk *self, Tile *tile, guint index)
{
  const guint n_levels = self->grid.n_levels + 1;

  tile->n = self->grid.n_components * n_levels;
  tile->next = get_next (self, index, 0, 0);
  for (guint i = 0; i < tile->n; i++) {
    VitrailJ2kResolution *resolution = &tile->resolutions[i];
    *resolution = vitrail_j2k_grid_get_resolution (&self->grid, index,
                                                   i / n_levels, i % n_levels);
    if ((guint64) resolution->n_across * resolution->n_down >
        self->header->length)
      return fail (self, "has more precincts than bytes");
    update_rank (self, tile, i);
    if (self->parts[index] == 0)
      self->row_bytes += vitrail_j2k_resolution_measure_rows (resolution);
  }
  const guint64 samples = (guint64) self->header->width * self->header->height *
                          self->grid.n_components;
  if (self->row_bytes > MODEST_ROWS + samples * ROWS_FOR_SAMPLES)
    return refuse (self, "so many blocks that are mostly empty");
  return TRUE;
}

/* The resolution whose packet comes next, or @n after the last one. */
static guint
find_next (const Tile *tile)
{
  guint best = tile->n;

  for (guint i = 0; i < tile->n; i++)
    if (tile->next[i] < count_precincts (&tile->resolutions[i]) &&
        (best == tile->n || is_before (&tile->ranks[i], &tile->ranks[best])))
      best = i;
  return best;
}

static gboolean
walk_packets (Walk *self, guint index, const uint8_t *data, size_t length)
{
  Tile tile;
  GByteArray *out = self->bodies->pdata[index];
  guint planes[3] = { 0 };
  guint i = 0;

  if (!open_tile (self, &tile, index))
    return FALSE;
  while (length > 0 && (i = find_next (&tile)) < tile.n) {
    VitrailJ2kPacket packet;
    self->reader.data = data;
    self->reader.length = length;
    get_planes (self, i / (self->grid.n_levels + 1), tile.resolutions[i].level,
                planes);
    const char *reason =
        vitrail_j2k_packet_reader_read (&self->reader, &tile.resolutions[i],
                                        tile.next[i], planes, self->has_eph,
                                        &packet);
    if (reason != NULL)
      return fail (self, reason);
    if (packet.is_coded) {
      g_byte_array_append (out, data + packet.start, (guint) packet.header);
      g_byte_array_append (out, data + packet.body_start, (guint) packet.body);
    }
    data += packet.length;
    length -= packet.length;
    tile.next[i]++;
    update_rank (self, &tile, i);
  }
  return TRUE;
}

static gboolean
walk_tile_part (Walk *self, size_t *at)
{
  const uint8_t *sot = self->header->data + *at;
  const guint index = read_u16 (sot + 4);
  size_t length = read_u32 (sot + SOT_PSOT);
  size_t start = *at + SOT_BYTES;

  /* 0: up to the end. */
  if (length == 0)
    length = self->header->length - *at;
  if (sot[10] != (self->parts[index] & 0xffu))
    return fail (self, "has the parts of a tile in another order");
  if (!walk_segments (self, &start, MARKER_SOD))
    return FALSE;
  start += 2;
  if (!walk_packets (self, index, self->header->data + start,
                     *at + length - start))
    return FALSE;
  self->parts[index]++;
  *at += length;
  return TRUE;
}

static gboolean
walk_tile_parts (Walk *self, size_t at)
{
  const VitrailJ2kHeader *header = self->header;

  while (at + 2 <= header->length && read_u16 (header->data + at) != MARKER_EOC)
    if (!walk_tile_part (self, &at))
      return FALSE;
  for (guint t = 0; t < self->grid.n_tiles; t++) {
    Tile tile;
    if (!open_tile (self, &tile, t))
      return FALSE;
    if (find_next (&tile) < tile.n)
      return fail (self, "ends before its last packet");
  }
  return TRUE;
}

static void
put_u16 (GByteArray *out, guint value)
{
  const uint8_t data[] = { (uint8_t) (value >> 8), (uint8_t) value };

  g_byte_array_append (out, data, sizeof data);
}

static void
put_u32 (GByteArray *out, guint value)
{
  put_u16 (out, value >> 16);
  put_u16 (out, value & 0xffffu);
}

/* The first @length bytes of a segment, whose own length may be another. */
static void
put_segment (GByteArray *out, guint marker, const Segment *from, size_t length)
{
  if (from->data == NULL)
    return;
  put_u16 (out, marker);
  put_u16 (out, (guint) length);
  g_byte_array_append (out, from->data + 2, (guint) (length - 2));
}

static void
put_quantization (const Walk *self,
                  GByteArray *out,
                  guint marker,
                  const Segment *from)
{
  if (from->data != NULL)
    put_segment (out, marker, from,
                 get_exponents (self, from) + measure_exponents (self, from));
}

/* Tiles that are larger than the picture have its size, so that nothing
 * overflows. */
static void
put_siz (const Walk *self, GByteArray *out)
{
  const guint at = out->len + 2;
  g_autoptr (GByteArray) tile = g_byte_array_new ();

  put_segment (out, MARKER_SIZ, &self->siz,
               SIZ_FIXED_BYTES + 3 * (size_t) self->grid.n_components);
  put_u32 (tile, self->grid.tile_width);
  put_u32 (tile, self->grid.tile_height);
  memcpy (out->data + at + SIZ_TILE, tile->data, tile->len);
}

static GByteArray *
write_stream (const Walk *self)
{
  GByteArray *out = g_byte_array_sized_new ((guint) self->header->length);
  const guint n_precincts =
      (self->cod.data[2] & STYLE_PRECINCTS) != 0 ? self->grid.n_levels + 1 : 0;

  put_u16 (out, MARKER_SOC);
  put_siz (self, out);
  put_segment (out, MARKER_CAP, &self->cap, self->cap.length);
  const guint cod = out->len;
  put_segment (out, MARKER_COD, &self->cod, 12 + n_precincts);
  out->data[cod + 4] &= STYLE_PRECINCTS;
  put_quantization (self, out, MARKER_QCD, &self->qcd);
  for (guint c = 0; c < self->grid.n_components; c++)
    put_quantization (self, out, MARKER_QCC, &self->qcc[c]);
  for (guint t = 0; t < self->grid.n_tiles; t++) {
    const GByteArray *body = self->bodies->pdata[t];
    put_u16 (out, MARKER_SOT);
    put_u16 (out, SOT_BYTES - 2);
    put_u16 (out, t);
    put_u32 (out, SOT_BYTES + 2 + body->len);
    put_u16 (out, 1); /* part 0 of 1 */
    put_u16 (out, MARKER_SOD);
    g_byte_array_append (out, body->data, body->len);
  }
  put_u16 (out, MARKER_EOC);
  return out;
}

static void
unref_bytes (gpointer bytes)
{
  g_byte_array_unref (bytes);
}

static void
clear_walk (Walk *self)
{
  vitrail_j2k_packet_reader_clear (&self->reader);
  g_free (self->next);
  g_free (self->parts);
  if (self->bodies != NULL)
    g_ptr_array_unref (self->bodies);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Walk, clear_walk)

static gboolean
prepare (Walk *self, size_t *at)
{
  const size_t length = self->header->length;

  if (length > G_MAXINT32)
    return refuse (self, "a stream of that length");
  if (self->header->n_components > VITRAIL_J2K_COMPONENTS)
    return refuse (self, "so many components");
  if (!walk_segments (self, at, MARKER_SOT))
    return FALSE;
  if (self->cod.data == NULL || self->qcd.data == NULL)
    return fail (self, "does not say how it is coded");
  if (!take_siz (self) || !take_cod (self) || !check_quantization (self))
    return FALSE;
  const size_t n_tiles = self->grid.n_tiles;
  self->next = g_new0 (guint, n_tiles * self->grid.n_components *
                                  (self->grid.n_levels + 1));
  self->parts = g_new0 (guint, n_tiles);
  self->bodies = g_ptr_array_new_with_free_func (unref_bytes);
  for (size_t t = 0; t < n_tiles; t++)
    g_ptr_array_add (self->bodies,
                     g_byte_array_sized_new ((guint) (length / n_tiles)));
  self->reader.blocks_left =
      CLAMP (8 * (guint64) length, MODEST_BLOCKS, MAX_BLOCKS);
  return TRUE;
}

GByteArray *
vitrail_j2k_packets_read (const VitrailJ2kHeader *header,
                          VitrailJ2kFault *fault)
{
  g_auto (Walk) walk = { .header = header, .fault = fault };
  size_t at = 2;

  *fault = (VitrailJ2kFault){ NULL, FALSE };
  vitrail_j2k_packet_reader_init (&walk.reader);
  if (!prepare (&walk, &at) || !walk_tile_parts (&walk, at))
    return NULL;
  return write_stream (&walk);
}
