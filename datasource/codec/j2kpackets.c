/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From a code stream of HTJ2K that anybody may have written to one that says
 * nothing but what was checked. See j2kpackets.h. */

#include "codec/j2kpackets.h"

#include "byteorder.h"
#include "codec/j2kcoding.h"
#include "codec/j2kmarkers.h"
#include "codec/j2kpacket.h"

enum {
  ORDER_LRCP,
  ORDER_RLCP,
  ORDER_RPCL,
  ORDER_PCRL,
  ORDER_CPRL,
};

/* The place of Psot in SOT. */
#define SOT_PSOT 6

/* A decoder keeps something for each code block. So many are fine in any
 * stream, beyond them each must have a bit, and there are never more. */
#define MODEST_BLOCKS 65536u
#define MAX_BLOCKS    (1u << 24)

/* It keeps rows of whole blocks for each subband: so many bytes of them are
 * fine, beyond them so many for each sample. A flat picture of four components,
 * 65535 samples wide, takes 200 MB with blocks of 64 x 64. */
#define MODEST_ROWS      ((guint64) 256 << 20)
#define ROWS_FOR_SAMPLES 64

#define N_RESOLUTIONS (VITRAIL_J2K_COMPONENTS * (VITRAIL_J2K_LEVELS + 1))

/* @next: of each tile, component and resolution, the precinct whose packet
 * comes next. @parts, @bodies: of each tile, parts seen and packets read. */
typedef struct {
  const VitrailJ2kHeader *header;
  VitrailJ2kCoding coding;
  guint *next;
  guint *parts;
  GPtrArray *bodies;
  guint64 row_bytes;
  VitrailJ2kExtent extent;
  VitrailJ2kPacketReader reader;
  VitrailJ2kFault *fault;
} Walk;

static guint *
get_next (Walk *self, guint tile, guint component, guint level)
{
  return &self->next[((size_t) tile * self->coding.grid.n_components +
                      component) *
                         (self->coding.grid.n_levels + 1) +
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
  GByteArray *out;
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
    tile->ranks[i] =
        get_rank (self->coding.order, resolution,
                  i / (self->coding.grid.n_levels + 1), tile->next[i]);
}

static gboolean
open_tile (Walk *self, Tile *tile, guint index)
{
  const guint n_levels = self->coding.grid.n_levels + 1;

  tile->n = self->coding.grid.n_components * n_levels;
  tile->next = get_next (self, index, 0, 0);
  tile->out = self->bodies->pdata[index];
  for (guint i = 0; i < tile->n; i++) {
    VitrailJ2kResolution *resolution = &tile->resolutions[i];
    *resolution = vitrail_j2k_grid_get_resolution (&self->coding.grid, index,
                                                   i / n_levels, i % n_levels);
    if ((guint64) resolution->n_across * resolution->n_down >
        self->header->length)
      return vitrail_j2k_fault_fail (self->fault,
                                     "has more precincts than bytes");
    update_rank (self, tile, i);
    if (self->parts[index] == 0)
      self->row_bytes += vitrail_j2k_resolution_measure_rows (resolution);
  }
  const guint64 samples = (guint64) self->header->width * self->header->height *
                          self->coding.grid.n_components;
  if (self->row_bytes > MODEST_ROWS + samples * ROWS_FOR_SAMPLES)
    return vitrail_j2k_fault_refuse (self->fault,
                                     "so many blocks that are mostly empty");
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

/* The last packet of a beginning: of its resolution something is missing. */
static gboolean
cut_packet (Walk *self, Tile *tile, guint i, const guint *planes)
{
  const guint level = tile->resolutions[i].level;

  self->extent.whole = MIN (self->extent.whole, level);
  if (vitrail_j2k_packet_reader_cut (&self->reader, &tile->resolutions[i],
                                     tile->next[i], planes, tile->out))
    self->extent.begun = MAX (self->extent.begun, level + 1);
  tile->next[i]++;
  return TRUE;
}

static gboolean
walk_packets (Walk *self,
              guint index,
              const uint8_t *data,
              size_t length,
              gboolean is_cut)
{
  Tile tile;
  guint planes[3] = { 0 };
  guint i = 0;

  if (!open_tile (self, &tile, index))
    return FALSE;
  while (length > 0 && (i = find_next (&tile)) < tile.n) {
    VitrailJ2kPacket packet;
    self->reader.data = data;
    self->reader.length = length;
    vitrail_j2k_coding_get_planes (&self->coding,
                                   i / (self->coding.grid.n_levels + 1),
                                   tile.resolutions[i].level, planes);
    const char *reason =
        vitrail_j2k_packet_reader_read (&self->reader, &tile.resolutions[i],
                                        tile.next[i], planes,
                                        self->coding.has_eph, &packet);
    if (is_cut && self->reader.ran_out)
      return cut_packet (self, &tile, i, planes);
    if (reason != NULL)
      return vitrail_j2k_fault_fail (self->fault, reason);
    if (packet.body > 0)
      self->extent.begun =
          MAX (self->extent.begun, tile.resolutions[i].level + 1);
    if (packet.is_coded) {
      g_byte_array_append (tile.out, data + packet.start,
                           (guint) packet.header);
      g_byte_array_append (tile.out, data + packet.body_start,
                           (guint) packet.body);
    }
    data += packet.length;
    length -= packet.length;
    size_t *end = &self->extent.ends[tile.resolutions[i].level];
    *end = MAX (*end, (size_t) (data - self->header->data));
    tile.next[i]++;
    update_rank (self, &tile, i);
  }
  return TRUE;
}

static gboolean
walk_tile_part (Walk *self, size_t *at)
{
  const uint8_t *sot = self->header->data + *at;
  const guint index = vitrail_read_u16 (sot + 4, TRUE);
  size_t length = vitrail_read_u32 (sot + SOT_PSOT, TRUE);
  size_t start = *at + SOT_BYTES;

  /* 0: up to the end. */
  if (length == 0)
    length = self->header->length - *at;
  const gboolean is_cut =
      self->header->is_cut && length >= self->header->length - *at;
  if (is_cut)
    length = self->header->length - *at;
  if (sot[10] != (self->parts[index] & 0xffu))
    return vitrail_j2k_fault_fail (self->fault,
                                   "has the parts of a tile in another order");
  if (!vitrail_j2k_coding_skip_tile_header (self->header, &start, self->fault))
    return FALSE;
  start += 2;
  if (!walk_packets (self, index, self->header->data + start,
                     *at + length - start, is_cut))
    return FALSE;
  self->parts[index]++;
  *at += length;
  return TRUE;
}

/* How many resolutions of a tile are there in all components. */
static guint
count_whole (const Walk *self, const Tile *tile)
{
  const guint n_levels = self->coding.grid.n_levels + 1;
  guint n = n_levels;

  for (guint i = 0; i < tile->n; i++)
    if (tile->next[i] < count_precincts (&tile->resolutions[i]))
      n = MIN (n, i % n_levels);
  return n;
}

/* Of a beginning, packets that are not there become empty ones. */
static gboolean
end_tile (Walk *self, guint index)
{
  Tile tile;
  guint i = 0;

  if (!open_tile (self, &tile, index))
    return FALSE;
  self->extent.whole = MIN (self->extent.whole, count_whole (self, &tile));
  while ((i = find_next (&tile)) < tile.n) {
    if (!self->header->is_cut)
      return vitrail_j2k_fault_fail (self->fault,
                                     "ends before its last packet");
    const char *reason =
        vitrail_j2k_packet_reader_skip (&self->reader, &tile.resolutions[i],
                                        tile.next[i]++, tile.out);
    if (reason != NULL)
      return vitrail_j2k_fault_fail (self->fault, reason);
    update_rank (self, &tile, i);
  }
  return TRUE;
}

static gboolean
walk_tile_parts (Walk *self, size_t at)
{
  const VitrailJ2kHeader *header = self->header;
  const guint n_levels = self->coding.grid.n_levels;

  self->extent.whole = n_levels + 1;
  while (at + 2 <= header->length &&
         vitrail_read_u16 (header->data + at, TRUE) != MARKER_EOC)
    if (!walk_tile_part (self, &at))
      return FALSE;
  for (guint t = 0; t < self->coding.grid.n_tiles; t++)
    if (!end_tile (self, t))
      return FALSE;
  if (self->extent.whole == 0)
    return vitrail_j2k_fault_fail (self->fault,
                                   "ends before its smallest resolution");
  self->extent.begun = CLAMP (self->extent.begun, self->extent.whole,
                              MIN (self->extent.whole, n_levels) + 1);
  return TRUE;
}

static GByteArray *
write_stream (const Walk *self)
{
  GByteArray *out = g_byte_array_sized_new ((guint) self->header->length);

  vitrail_j2k_coding_write (&self->coding, out);
  for (guint t = 0; t < self->coding.grid.n_tiles; t++) {
    const GByteArray *body = self->bodies->pdata[t];
    vitrail_j2k_put_u16 (out, MARKER_SOT);
    vitrail_j2k_put_u16 (out, SOT_BYTES - 2);
    vitrail_j2k_put_u16 (out, t);
    vitrail_j2k_put_u32 (out, SOT_BYTES + 2 + body->len);
    vitrail_j2k_put_u16 (out, 1); /* part 0 of 1 */
    vitrail_j2k_put_u16 (out, MARKER_SOD);
    g_byte_array_append (out, body->data, body->len);
  }
  vitrail_j2k_put_u16 (out, MARKER_EOC);
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
    return vitrail_j2k_fault_refuse (self->fault, "a stream of that length");
  if (!vitrail_j2k_coding_read (&self->coding, self->header, at, self->fault))
    return FALSE;
  const size_t n_tiles = self->coding.grid.n_tiles;
  self->next = g_new0 (guint, n_tiles * self->coding.grid.n_components *
                                  (self->coding.grid.n_levels + 1));
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
                          VitrailJ2kExtent *extent,
                          VitrailJ2kFault *fault)
{
  g_auto (Walk) walk = { .header = header, .fault = fault };
  size_t at = 0;

  *fault = (VitrailJ2kFault){ NULL, FALSE };
  vitrail_j2k_packet_reader_init (&walk.reader);
  if (!prepare (&walk, &at) || !walk_tile_parts (&walk, at))
    return NULL;
  if (extent != NULL)
    *extent = walk.extent;
  return write_stream (&walk);
}
