/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reads as much of the headers of a JPEG 2000 stream as is needed to trust it.
 */

#include "codec/j2kheader.h"

#include "byteorder.h"
#include "codec/j2kmarkers.h"

#include <string.h>

/* SOT and SOD with nothing between: the shortest tile part. */
#define MIN_TILE_BYTES 14

/* In the code block style: a block of HTJ2K, and one that may be. */
#define STYLE_HT    0x40
#define STYLE_MIXED 0x80

/* CPRL. */
#define MAX_PROGRESSION 4

/* Bits of a coefficient, with guard bits. */
#define MAX_COEFFICIENT 31

/* Exponents of code blocks are stored less 2; a block has at most 4096. */
#define MAX_BLOCK 8

/* 32 by the standard. */
#define MAX_LEVELS 32

/* The length of the JP2 box that comes next, and how much of it is its head. A
 * beginning may end in the box. 0: it cannot be. */
static size_t
measure_box (const VitrailJ2kHeader *self, size_t *head)
{
  guint64 box = vitrail_read_u32 (self->data, TRUE);

  *head = box == 1 ? 16 : 8;
  if (box == 1 && self->length >= 16)
    box = vitrail_read_u64 (self->data + 8, TRUE);
  if (box == 0 || (self->is_beginning && box > self->length))
    box = self->length;
  return box < *head || box > self->length ? 0 : (size_t) box;
}

/* Steps over JP2 boxes (annex I) to the code stream. */
static const char *
find_code_stream (VitrailJ2kHeader *self)
{
  static const uint8_t signature[8] = { 0, 0, 0, 12, 'j', 'P', ' ', ' ' };

  if (self->length < sizeof signature ||
      memcmp (self->data, signature, sizeof signature) != 0)
    return NULL;
  while (self->length >= 8) {
    size_t head = 0;
    const size_t box = measure_box (self, &head);
    if (box == 0)
      return "a JP2 box is longer than the frame";
    if (memcmp (self->data + 4, "jp2c", 4) == 0) {
      self->data += head;
      self->length = box - head;
      return NULL;
    }
    self->data += box;
    self->length -= box;
  }
  return "JP2 without a code stream";
}

static const char *
read_components (VitrailJ2kHeader *self, const uint8_t *siz)
{
  for (guint c = 0; c < self->n_components; c++) {
    const uint8_t *component = siz + SIZ_FIXED_BYTES + (size_t) c * 3;
    guint precision = (component[0] & 0x7fu) + 1;
    self->precision = MAX (self->precision, precision);
    if (c < VITRAIL_J2K_COMPONENTS)
      self->components[c] =
          (VitrailJ2kComponent){ precision, (component[0] & 0x80u) != 0,
                                 component[1], component[2] };
    if (component[1] == 0 || component[2] == 0)
      return "a component without size";
    if (component[1] != 1 || component[2] != 1)
      self->subsampled = TRUE;
  }
  return NULL;
}

/* @siz: the segment from its length on. */
static const char *
read_siz (VitrailJ2kHeader *self, const uint8_t *siz, size_t length)
{
  /* Whoever read the first one relies on it. */
  if (self->n_tiles > 0)
    return "a second SIZ";
  if (length < SIZ_FIXED_BYTES)
    return "SIZ is too short";
  guint64 x1 = vitrail_read_u32 (siz + 4, TRUE);
  guint64 y1 = vitrail_read_u32 (siz + 8, TRUE);
  guint64 x0 = vitrail_read_u32 (siz + 12, TRUE);
  guint64 y0 = vitrail_read_u32 (siz + 16, TRUE);
  guint64 tile_x = vitrail_read_u32 (siz + 20, TRUE);
  guint64 tile_y = vitrail_read_u32 (siz + 24, TRUE);
  guint64 tile_x0 = vitrail_read_u32 (siz + 28, TRUE);
  guint64 tile_y0 = vitrail_read_u32 (siz + 32, TRUE);
  self->n_components = vitrail_read_u16 (siz + 36, TRUE);

  if (length < SIZ_FIXED_BYTES + 3 * (size_t) self->n_components)
    return "SIZ is too short for its components";
  if (x1 <= x0 || y1 <= y0 || tile_x == 0 || tile_y == 0 || tile_x0 > x0 ||
      tile_y0 > y0 || self->n_components == 0)
    return "SIZ describes no image";
  guint64 across = (x1 - tile_x0 + tile_x - 1) / tile_x;
  guint64 down = (y1 - tile_y0 + tile_y - 1) / tile_y;
  if (across > self->length || down > self->length ||
      across * down > self->length / MIN_TILE_BYTES + 1)
    return "SIZ has more tiles than the stream has room for";
  self->x0 = (guint) x0;
  self->y0 = (guint) y0;
  self->tile_width = (guint) tile_x;
  self->tile_height = (guint) tile_y;
  self->n_tiles = (guint) (across * down);
  self->width = (guint) (x1 - x0);
  self->height = (guint) (y1 - y0);
  return read_components (self, siz);
}

/* Coding parameters, of COD or COC. */
typedef struct {
  const uint8_t *data; /* from the number of wavelet levels on */
  size_t length;
  guint n_layers;
  gboolean has_precincts;
} Coding;

/* How many precincts a component of @width x @height has at least, at one
 * resolution. */
static guint64
count_precincts (guint64 width, guint64 height, guint level, uint8_t size)
{
  const guint across = level + (size & 15u);
  const guint down = level + (size >> 4);

  return ((width - 1) >> across) + ((height - 1) >> down) == 0
             ? 1
             : (((width - 1) >> across) + 1) * (((height - 1) >> down) + 1);
}

/* Each precinct has a packet in each layer, and each packet a byte. */
static gboolean
has_room_for_packets (const VitrailJ2kHeader *self, const Coding *coding)
{
  const guint64 width = MIN (self->tile_width, self->width);
  const guint64 height = MIN (self->tile_height, self->height);
  const guint n_levels = coding->data[0];
  guint dx = 1;
  guint dy = 1;
  guint64 n = 0;

  for (guint c = 0; c < MIN (self->n_components, VITRAIL_J2K_COMPONENTS); c++) {
    dx = MAX (dx, self->components[c].dx);
    dy = MAX (dy, self->components[c].dy);
  }
  for (guint r = 0; r <= n_levels; r++)
    n += count_precincts ((width + dx - 1) / dx, (height + dy - 1) / dy,
                          n_levels - r, coding->data[5 + r]);
  return n <= self->length && n * coding->n_layers <= self->length;
}

static const char *
read_coding (VitrailJ2kHeader *self, const Coding *coding)
{
  if (coding->length < 5 || coding->data[0] > MAX_LEVELS ||
      coding->data[1] > MAX_BLOCK || coding->data[2] > MAX_BLOCK ||
      coding->data[1] + coding->data[2] > MAX_BLOCK)
    return "coding parameters that cannot be";
  const guint n_levels = coding->data[0];
  if (coding->has_precincts && coding->length < 6 + (size_t) n_levels)
    return "coding parameters are too short for their precincts";
  for (guint r = 1; coding->has_precincts && r <= n_levels; r++)
    if ((coding->data[5 + r] & 15u) == 0 || coding->data[5 + r] >> 4 == 0)
      return "precincts of no size";
  if (coding->has_precincts && !has_room_for_packets (self, coding))
    return "more precincts than the stream has room for";
  self->n_levels = MIN (self->n_levels, n_levels);
  self->max_levels = MAX (self->max_levels, n_levels);
  self->block_exponent =
      MIN (self->block_exponent, coding->data[1] + coding->data[2] + 4u);
  self->has_ht_blocks |= (coding->data[3] & STYLE_HT) != 0;
  self->has_plain_blocks |=
      (coding->data[3] & STYLE_HT) == 0 || (coding->data[3] & STYLE_MIXED) != 0;
  self->has_reversible |= coding->data[4] == 1;
  self->has_irreversible |= coding->data[4] != 1;
  return NULL;
}

static const char *
read_cod (VitrailJ2kHeader *self, const uint8_t *segment, size_t length)
{
  if (length < 12 || segment[3] > MAX_PROGRESSION)
    return "coding parameters that cannot be";
  const Coding coding = { segment + 7, length - 7,
                          vitrail_read_u16 (segment + 4, TRUE),
                          (segment[2] & STYLE_PRECINCTS) != 0 };
  self->has_component_transform |= segment[6] == 1;
  self->progression = segment[3];
  return read_coding (self, &coding);
}

static const char *
read_coc (VitrailJ2kHeader *self, const uint8_t *segment, size_t length)
{
  const size_t at = self->n_components < 257 ? 4 : 5;

  if (length < at + 5)
    return "COC is too short";
  const Coding coding = { segment + at, length - at, 1,
                          (segment[at - 1] & STYLE_PRECINCTS) != 0 };
  return read_coding (self, &coding);
}

/* @data: Sqcd or Sqcc, and exponents with or without mantissas. */
static void
read_quantization (VitrailJ2kHeader *self, const uint8_t *data, size_t length)
{
  const guint style = data[0] & 31u;
  const guint guard = data[0] >> 5;
  const size_t step = style == 0 ? 1 : 2;

  self->quantizations |= 1u << style;
  self->n_subbands = MIN (self->n_subbands, (length - 1) / step);
  for (size_t i = 1; i < length; i += step)
    self->mixes_quantization |= guard + (data[i] >> 3) > MAX_COEFFICIENT;
}

static const char *
read_qcd (VitrailJ2kHeader *self, const uint8_t *segment, size_t length)
{
  if (length < 4)
    return "QCD is too short";
  read_quantization (self, segment + 2, length - 2);
  return NULL;
}

static const char *
read_qcc (VitrailJ2kHeader *self, const uint8_t *segment, size_t length)
{
  const size_t at = self->n_components < 257 ? 3 : 4;

  if (length < at + 2)
    return "QCC is too short";
  read_quantization (self, segment + at, length - at);
  return NULL;
}

static const char *
read_segment (VitrailJ2kHeader *self,
              guint marker,
              const uint8_t *segment,
              size_t length)
{
  if (marker == MARKER_SIZ)
    return read_siz (self, segment, length);
  if (marker == MARKER_COD)
    return read_cod (self, segment, length);
  if (marker == MARKER_COC)
    return read_coc (self, segment, length);
  if (marker == MARKER_QCD)
    return read_qcd (self, segment, length);
  if (marker == MARKER_QCC)
    return read_qcc (self, segment, length);
  return NULL;
}

/* Libraries do not step over what they do not know: they look for the next
 * marker in it. */
static gboolean
is_known (guint marker, guint last)
{
  static const uint8_t known[] = {
    0x50, 0x51, 0x52, 0x53, 0x55, 0x57, 0x58, 0x59, 0x5c, 0x5d,
    0x5e, 0x5f, 0x60, 0x61, 0x63, 0x64, 0x74, 0x75, 0x77, 0x78,
  };

  if (marker == MARKER_PRF)
    return last == MARKER_SOT;
  return marker >> 8 == 0xff &&
         memchr (known, (int) (marker & 0xffu), sizeof known) != NULL;
}

/* All segments from @at to marker @last, where it leaves @at. */
static const char *
read_segments (VitrailJ2kHeader *self, size_t *at, size_t end, guint last)
{
  while (*at + 2 <= end) {
    guint marker = vitrail_read_u16 (self->data + *at, TRUE);
    if (marker == last)
      return NULL;
    if (marker < 0xff00 || *at + 4 > end)
      return "no marker where one must be";
    if (!is_known (marker, last))
      return "a marker that is not known";
    self->has_profile |= marker == MARKER_PRF;
    const uint8_t *segment = self->data + *at + 2;
    size_t length = vitrail_read_u16 (segment, TRUE);
    if (length < 2 || length > end - *at - 2)
      return "a marker segment is longer than the stream";
    const char *reason = read_segment (self, marker, segment, length);
    if (reason != NULL)
      return reason;
    *at += 2 + length;
  }
  return last == MARKER_SOT ? "ends inside its main header"
                            : "ends inside the header of a tile part";
}

/* From @at on; what goes beyond a beginning is cut. */
static size_t
measure_tile_part (VitrailJ2kHeader *self, size_t at)
{
  const size_t left = self->length - at;
  const size_t length = vitrail_read_u32 (self->data + at + 6, TRUE);

  self->stated_length = MAX (self->stated_length, at + length);
  /* 0: up to the end. */
  return length == 0 || (self->is_beginning && length > left) ? left : length;
}

/* Steps over one tile part, of tile @tile. Its header may say other things than
 * the main header. */
static const char *
read_tile_part (VitrailJ2kHeader *self, size_t *at, guint *tile)
{
  if (self->length - *at < MIN_TILE_BYTES)
    return "ends inside the header of a tile part";
  if (vitrail_read_u16 (self->data + *at, TRUE) != MARKER_SOT)
    return "no tile part where one must be";
  *tile = vitrail_read_u16 (self->data + *at + 4, TRUE);
  if (*tile >= self->n_tiles)
    return "a part of a tile that is not there";
  const size_t length = measure_tile_part (self, *at);
  if (length < MIN_TILE_BYTES || length > self->length - *at)
    return "a tile part is longer than the stream";
  size_t segment = *at + SOT_BYTES;
  const char *reason = read_segments (self, &segment, *at + length, MARKER_SOD);
  if (reason == NULL)
    *at += length;
  return reason;
}

static const char *
read_tile_parts (VitrailJ2kHeader *self, size_t at)
{
  g_autofree uint8_t *seen = g_malloc0 (self->n_tiles);
  guint n_seen = 0;
  guint tile = 0;

  while (at + 2 <= self->length &&
         vitrail_read_u16 (self->data + at, TRUE) != MARKER_EOC)
  {
    const char *reason = read_tile_part (self, &at, &tile);
    /* What is not all there of a beginning is as if it were not there. */
    if (reason != NULL && self->is_beginning)
      self->length = at;
    else if (reason != NULL)
      return reason;
    else {
      n_seen += seen[tile] == 0;
      seen[tile] = 1;
    }
  }
  self->misses_tiles = n_seen < self->n_tiles;
  self->is_cut = self->is_beginning && at + 2 > self->length;
  return NULL;
}

static void
check_quantization (VitrailJ2kHeader *self)
{
  const guint reversible = 1u << 0;
  const guint irreversible = 1u << 2;
  const guint allowed = (self->has_reversible ? reversible : 0) |
                        (self->has_irreversible ? irreversible : 0);

  self->mixes_quantization |=
      (self->has_reversible && self->has_irreversible) ||
      self->quantizations != allowed ||
      self->n_subbands < 3 * (size_t) self->max_levels + 1;
}

static const char *
read_header (VitrailJ2kHeader *self,
             const uint8_t *data,
             size_t length,
             gboolean is_beginning)
{
  *self = (VitrailJ2kHeader){ .data = data,
                              .length = length,
                              .is_beginning = is_beginning,
                              .progression = G_MAXUINT,
                              .n_levels = MAX_LEVELS,
                              .block_exponent = MAX_BLOCK + 4,
                              .n_subbands = G_MAXSIZE };
  const char *reason = find_code_stream (self);
  size_t at = 2;

  if (reason != NULL)
    return reason;
  if (self->length < 4 || vitrail_read_u16 (self->data, TRUE) != MARKER_SOC ||
      vitrail_read_u16 (self->data + 2, TRUE) != MARKER_SIZ)
    return "does not start with SOC and SIZ";
  reason = read_segments (self, &at, self->length, MARKER_SOT);
  if (reason == NULL)
    reason = read_tile_parts (self, at);
  check_quantization (self);
  return reason;
}

const char *
vitrail_j2k_header_read (VitrailJ2kHeader *self,
                         const uint8_t *data,
                         size_t length)
{
  return read_header (self, data, length, FALSE);
}

const char *
vitrail_j2k_header_read_beginning (VitrailJ2kHeader *self,
                                   const uint8_t *data,
                                   size_t length)
{
  return read_header (self, data, length, TRUE);
}
