/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reads a packet as a decoder does, so that none has to believe it unread. See
 * j2kpacket.h. */

#include "codec/j2kpacket.h"

#include <string.h>

/* A cleanup segment has 2 bytes at least and this many at most, refinement
 * segments this many (15444-15 clause 7.1). */
#define MIN_CLEANUP    2
#define MAX_CLEANUP    65534
#define MAX_REFINEMENT 2046

/* Bytes of the MEL and VLC codes at the end of a cleanup segment. */
#define MAX_SUFFIX 4079

/* Decoders begin with so many bytes of the MEL code at once. */
#define MEL_BYTES 4

/* Cleanup, significance propagation and magnitude refinement. */
#define MAX_PASSES 3

/* A block's length has 3 bits at least, and no allowed one has more than 16. */
#define MIN_LENGTH_BITS 3
#define MAX_LENGTH_BITS 20

/* Deeper than a 32-bit coefficient has bits below its sign and centre. */
#define MAX_PLANES 29

#define TOO_MANY_BLOCKS "more code blocks than the stream has room for"

#define SOP_BYTES 6
#define EPH_BYTES 2

/* Sides of at most 2 to 15 blocks. */
#define MAX_TREE_LEVELS 17

/* Nodes are one byte: a value, and whether it is known. */
#define KNOWN 0x80u

typedef struct {
  uint8_t *levels[MAX_TREE_LEVELS];
  guint widths[MAX_TREE_LEVELS];
  guint n_levels;
} TagTree;

void
vitrail_j2k_packet_reader_init (VitrailJ2kPacketReader *self)
{
  *self = (VitrailJ2kPacketReader){
    .nodes = g_byte_array_new (),
    .blocks = g_array_new (FALSE, FALSE, sizeof (VitrailJ2kBlock)),
  };
}

void
vitrail_j2k_packet_reader_clear (VitrailJ2kPacketReader *self)
{
  g_byte_array_unref (self->nodes);
  g_array_unref (self->blocks);
}

static void
fail (VitrailJ2kPacketReader *self, const char *reason)
{
  if (self->reason == NULL)
    self->reason = reason;
}

/* As it was read: after 0xff a byte has 7 bits. */
static void
write_bit (VitrailJ2kPacketReader *self, guint bit)
{
  GByteArray *out = self->out;

  if (self->out_bits == 0) {
    static const uint8_t none = 0;
    /* The first byte comes after no other of this header. */
    const gboolean stuffed =
        self->has_output && out->data[out->len - 1] == 0xff;
    g_byte_array_append (out, &none, 1);
    self->out_bits = stuffed ? 7 : 8;
    self->has_output = TRUE;
  }
  self->out_bits--;
  out->data[out->len - 1] |= (uint8_t) (bit << self->out_bits);
}

/* A header of which so many blocks are taken goes on with zeros: none of the
 * others is there. */
static gboolean
is_taken (const VitrailJ2kPacketReader *self)
{
  return self->out != NULL && self->blocks->len >= self->n_here;
}

/* After 0xff comes a byte of 7 bits (B.10.1). 0 after a failure. */
static guint
read_stored_bit (VitrailJ2kPacketReader *self)
{
  if (self->n_bits == 0) {
    const gboolean stuffed = self->value == 0xff;
    if (self->at >= self->length) {
      self->ran_out = TRUE;
      fail (self, "a packet header is longer than its tile part");
      return 0;
    }
    self->value = self->data[self->at++];
    self->n_bits = stuffed ? 7 : 8;
    if (stuffed && self->value > 0x7f)
      fail (self, "a packet header has a marker in it");
  }
  self->n_bits--;
  return self->value >> self->n_bits & 1u;
}

static guint
read_bit (VitrailJ2kPacketReader *self)
{
  const guint bit = is_taken (self) ? 0 : read_stored_bit (self);

  if (self->out != NULL)
    write_bit (self, bit);
  return bit;
}

static guint
read_bits (VitrailJ2kPacketReader *self, guint n)
{
  guint value = 0;

  for (guint i = 0; i < n; i++)
    value = value << 1 | read_bit (self);
  return value;
}

/* Headers end with a whole byte, and never with 0xff. */
static void
align (VitrailJ2kPacketReader *self)
{
  self->n_bits = 0;
  if (self->value == 0xff)
    read_bit (self);
  self->n_bits = 0;
  self->value = 0;
}

/* Into zeros at @nodes, or nowhere. Returns how many there are. */
static size_t
lay_tree (TagTree *tree, uint8_t *nodes, guint width, guint height)
{
  size_t n = 0;

  *tree = (TagTree){ .n_levels = 0 };
  while (tree->n_levels < MAX_TREE_LEVELS) {
    const guint level = tree->n_levels++;
    const guint across = (width + (1u << level) - 1) >> level;
    const guint down = (height + (1u << level) - 1) >> level;
    tree->levels[level] = nodes == NULL ? NULL : nodes + n;
    tree->widths[level] = across;
    n += (size_t) across * down;
    if (across == 1 && down == 1)
      break;
  }
  return n;
}

static uint8_t *
get_node (const TagTree *tree, guint level, guint x, guint y)
{
  return tree->levels[level] + (size_t) (y >> level) * tree->widths[level] +
         (x >> level);
}

/* In the only layer a block is there or not: values are 0 or more (B.10.4). */
static gboolean
read_inclusion (VitrailJ2kPacketReader *self,
                const TagTree *tree,
                guint x,
                guint y)
{
  for (guint level = tree->n_levels; level > 0; level--) {
    uint8_t *node = get_node (tree, level - 1, x, y);
    if ((*node & KNOWN) == 0)
      *node = (uint8_t) (KNOWN | (read_bit (self) ^ 1u));
    if (*node != KNOWN)
      return FALSE;
  }
  return TRUE;
}

/* Bit planes that are zero (B.10.5), @most + 1 if there are more. */
static guint
read_zero_planes (VitrailJ2kPacketReader *self,
                  const TagTree *tree,
                  guint x,
                  guint y,
                  guint most)
{
  guint value = 0;

  for (guint level = tree->n_levels; level > 0; level--) {
    uint8_t *node = get_node (tree, level - 1, x, y);
    if ((*node & KNOWN) == 0) {
      while (value <= most && read_bit (self) == 0)
        value++;
      *node = (uint8_t) (KNOWN | value);
    }
    value = *node & ~KNOWN;
  }
  return value;
}

/* Table B.4, as far as HTJ2K has passes. */
static guint
read_passes (VitrailJ2kPacketReader *self)
{
  if (read_bit (self) == 0)
    return 1;
  if (read_bit (self) == 0)
    return 2;
  return read_bits (self, 2) + 3;
}

/* B.10.7, and 15444-15 B.3: two segments. */
static VitrailJ2kBlock
read_lengths (VitrailJ2kPacketReader *self, guint n_passes)
{
  guint n_bits = MIN_LENGTH_BITS;
  VitrailJ2kBlock block = { 0, 0 };

  while (n_bits <= MAX_LENGTH_BITS && read_bit (self) != 0)
    n_bits++;
  if (n_bits > MAX_LENGTH_BITS) {
    fail (self, "a code block's length has too many bits");
    return block;
  }
  block.cleanup = read_bits (self, n_bits);
  if (n_passes > 1)
    block.refinement = read_bits (self, n_bits + (n_passes > 2 ? 1 : 0));
  if (block.cleanup < MIN_CLEANUP || block.cleanup > MAX_CLEANUP ||
      block.refinement > MAX_REFINEMENT)
    fail (self, "a code block has a length that cannot be");
  return block;
}

/* A block of a subband of @planes. */
static void
read_block (VitrailJ2kPacketReader *self,
            const TagTree *zero_planes,
            guint x,
            guint y,
            guint planes)
{
  const guint most = MIN (planes, MAX_PLANES);

  if (read_zero_planes (self, zero_planes, x, y, most) > most) {
    fail (self, "a code block misses more bit planes than it has");
    return;
  }
  const guint n_passes = read_passes (self);
  if (n_passes > MAX_PASSES) {
    fail (self, "a code block has more than three passes");
    return;
  }
  const VitrailJ2kBlock block = read_lengths (self, n_passes);
  g_array_append_val (self->blocks, block);
}

static void
read_band (VitrailJ2kPacketReader *self,
           guint n_across,
           guint n_down,
           guint planes)
{
  TagTree inclusion;
  TagTree zero_planes;
  const size_t n = lay_tree (&inclusion, NULL, n_across, n_down);

  g_byte_array_set_size (self->nodes, (guint) (2 * n));
  memset (self->nodes->data, 0, 2 * n);
  lay_tree (&inclusion, self->nodes->data, n_across, n_down);
  lay_tree (&zero_planes, self->nodes->data + n, n_across, n_down);
  for (guint y = 0; y < n_down; y++)
    for (guint x = 0; x < n_across && self->reason == NULL; x++)
      if (read_inclusion (self, &inclusion, x, y))
        read_block (self, &zero_planes, x, y, planes);
}

/* Whether there is one subband with blocks at least. */
static gboolean
read_bands (VitrailJ2kPacketReader *self,
            const VitrailJ2kResolution *resolution,
            guint i,
            const guint *planes)
{
  const guint first = resolution->level > 0 ? 1 : 0;
  const guint n = resolution->level > 0 ? 3 : 1;
  gboolean is_coded = FALSE;
  const gboolean is_empty = read_bit (self) == 0;

  for (guint b = 0; b < n && self->reason == NULL; b++) {
    guint n_across = 0;
    guint n_down = 0;
    vitrail_j2k_resolution_get_blocks (resolution, i, first + b, &n_across,
                                       &n_down);
    const guint64 n_blocks = (guint64) n_across * n_down;
    if (n_blocks == 0)
      continue;
    is_coded = TRUE;
    if (n_blocks > self->blocks_left) {
      fail (self, TOO_MANY_BLOCKS);
      break;
    }
    self->blocks_left -= n_blocks;
    if (!is_empty)
      read_band (self, n_across, n_down, planes[b]);
  }
  return is_coded;
}

static void
skip_sop (VitrailJ2kPacketReader *self)
{
  static const uint8_t sop[] = { 0xff, 0x91, 0, 4 };

  if (self->length >= SOP_BYTES && memcmp (self->data, sop, sizeof sop) == 0)
    self->at = SOP_BYTES;
}

static void
skip_eph (VitrailJ2kPacketReader *self)
{
  static const uint8_t eph[EPH_BYTES] = { 0xff, 0x92 };

  self->ran_out |= self->length - self->at < EPH_BYTES;
  if (self->length - self->at < EPH_BYTES ||
      memcmp (self->data + self->at, eph, EPH_BYTES) != 0)
    fail (self, "a packet header does not end with EPH");
  else
    self->at += EPH_BYTES;
}

/* The cleanup segment's last two bytes say how long its MEL and VLC codes are,
 * and they begin without a marker (15444-15 clause 7.1). */
static const char *
check_cleanup (const uint8_t *data, guint length)
{
  const guint suffix =
      (guint) data[length - 1] << 4 | (data[length - 2] & 0xfu);

  if (suffix < 2 || suffix > MIN (length, MAX_SUFFIX))
    return "a code block's codes are longer than itself";
  const uint8_t *mel = data + length - suffix;
  for (guint i = 1; i < MIN (MEL_BYTES, suffix - 1); i++)
    if (mel[i - 1] == 0xff && mel[i] > 0x8f)
      return "a code block has a marker in it";
  return NULL;
}

static void
read_bodies (VitrailJ2kPacketReader *self)
{
  for (guint i = 0; i < self->blocks->len && self->reason == NULL; i++) {
    const VitrailJ2kBlock *block =
        &g_array_index (self->blocks, VitrailJ2kBlock, i);
    const size_t n = (size_t) block->cleanup + block->refinement;
    if (n > self->length - self->at) {
      self->ran_out = TRUE;
      fail (self, "a code block is longer than what is left of its tile part");
      return;
    }
    self->reason = check_cleanup (self->data + self->at, block->cleanup);
    self->at += n;
    self->n_here = i + 1;
  }
}

const char *
vitrail_j2k_packet_reader_read (VitrailJ2kPacketReader *self,
                                const VitrailJ2kResolution *resolution,
                                guint i,
                                const guint *planes,
                                gboolean has_eph,
                                VitrailJ2kPacket *packet)
{
  *packet = (VitrailJ2kPacket){ .start = 0 };
  g_array_set_size (self->blocks, 0);
  self->at = 0;
  self->value = 0;
  self->n_bits = 0;
  self->reason = NULL;
  self->ran_out = FALSE;
  self->n_here = 0;
  self->out = NULL;
  skip_sop (self);
  packet->start = self->at;
  packet->is_coded = read_bands (self, resolution, i, planes);
  align (self);
  if (!packet->is_coded && self->at - packet->start != 1)
    fail (self, "a packet without code blocks has bits");
  packet->header = self->at - packet->start;
  if (has_eph && self->reason == NULL)
    skip_eph (self);
  packet->body_start = self->at;
  self->body_at = self->at;
  if (self->reason == NULL)
    read_bodies (self);
  packet->body = self->at - packet->body_start;
  packet->length = self->at;
  return self->reason;
}

static size_t
measure_bodies (const VitrailJ2kPacketReader *self)
{
  size_t n = 0;

  for (guint i = 0; i < self->n_here; i++) {
    const VitrailJ2kBlock *block =
        &g_array_index (self->blocks, VitrailJ2kBlock, i);
    n += (size_t) block->cleanup + block->refinement;
  }
  return n;
}

/* The header is read once more, and written while it is. */
gboolean
vitrail_j2k_packet_reader_cut (VitrailJ2kPacketReader *self,
                               const VitrailJ2kResolution *resolution,
                               guint i,
                               const guint *planes,
                               GByteArray *out)
{
  static const uint8_t none = 0;
  const size_t n = measure_bodies (self);
  const guint64 blocks_left = self->blocks_left;

  if (n == 0) {
    g_byte_array_append (out, &none, 1);
    return FALSE;
  }
  g_array_set_size (self->blocks, 0);
  self->at = 0;
  self->value = 0;
  self->n_bits = 0;
  self->reason = NULL;
  self->out = out;
  self->out_bits = 0;
  self->has_output = FALSE;
  self->blocks_left = G_MAXUINT64; /* they have been counted */
  skip_sop (self);
  read_bands (self, resolution, i, planes);
  self->out = NULL;
  self->blocks_left = blocks_left;
  if (out->data[out->len - 1] == 0xff)
    g_byte_array_append (out, &none, 1);
  g_byte_array_append (out, self->data + self->body_at, (guint) n);
  return TRUE;
}

const char *
vitrail_j2k_packet_reader_skip (VitrailJ2kPacketReader *self,
                                const VitrailJ2kResolution *resolution,
                                guint i,
                                GByteArray *out)
{
  static const uint8_t none = 0;
  const guint first = resolution->level > 0 ? 1 : 0;
  guint64 n_blocks = 0;

  for (guint b = first; b < (first == 0 ? 1 : 4); b++) {
    guint n_across = 0;
    guint n_down = 0;
    vitrail_j2k_resolution_get_blocks (resolution, i, b, &n_across, &n_down);
    n_blocks += (guint64) n_across * n_down;
  }
  if (n_blocks > self->blocks_left)
    return TOO_MANY_BLOCKS;
  self->blocks_left -= n_blocks;
  if (n_blocks > 0)
    g_byte_array_append (out, &none, 1);
  return NULL;
}
