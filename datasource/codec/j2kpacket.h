/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One packet of a code stream of HTJ2K (ISO 15444-1 B.9, B.10; 15444-15). */

#pragma once

#include "codec/j2kgrid.h"

G_BEGIN_DECLS

/* A code block in the order of the packet's header: bytes of its cleanup
 * segment and of its refinement segment. */
typedef struct {
  guint cleanup;
  guint refinement;
} VitrailJ2kBlock;

/**
 * VitrailJ2kPacketReader:
 * @data, @length: from the packet on, as far as its tile part goes
 * @blocks_left: so many code blocks may still come
 * @ran_out: what was read last goes on behind @length
 *
 * What reads one packet after the other.
 */
typedef struct {
  const uint8_t *data;
  size_t length;
  guint64 blocks_left;
  gboolean ran_out;
  /*< private >*/
  GByteArray *nodes; /* of the tag trees of one subband */
  GArray *blocks;    /* VitrailJ2kBlock */
  size_t at;
  guint value;
  guint n_bits;
  const char *reason;
  guint n_here;    /* blocks that are there with all their bytes */
  size_t body_at;  /* the first of these */
  GByteArray *out; /* each bit that is read is written to it, or NULL */
  guint out_bits;  /* of its last byte that are free */
  gboolean has_output;
} VitrailJ2kPacketReader;

/**
 * VitrailJ2kPacket:
 * @header: bytes, with the last byte's stuffing, without SOP and EPH
 * @body: bytes of all code blocks
 * @start: of the header, behind SOP
 * @length: of all, with SOP and EPH
 * @is_coded: there is a code block in its precinct, if an empty one
 */
typedef struct {
  size_t start;
  size_t header;
  size_t body_start;
  size_t body;
  size_t length;
  gboolean is_coded;
} VitrailJ2kPacket;

void vitrail_j2k_packet_reader_init (VitrailJ2kPacketReader *self);
void vitrail_j2k_packet_reader_clear (VitrailJ2kPacketReader *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailJ2kPacketReader,
                                  vitrail_j2k_packet_reader_clear)

/**
 * vitrail_j2k_packet_reader_read:
 * @self: with @data and @length set
 * @resolution, @i: the precinct
 * @planes: bit planes of the resolution's subbands, in their order
 * @has_eph: each header ends with EPH
 *
 * Reads the header and looks at the end of each cleanup segment. Everything
 * lies inside @length. Returns: NULL, or why it is no packet.
 */
const char *
vitrail_j2k_packet_reader_read (VitrailJ2kPacketReader *self,
                                const VitrailJ2kResolution *resolution,
                                guint i,
                                const guint *planes,
                                gboolean has_eph,
                                VitrailJ2kPacket *packet);

/* Appends what @self, whose last packet ran out of bytes, has of it: a packet
 * of the blocks that are there, or an empty one. Returns FALSE where it is
 * that. */
gboolean vitrail_j2k_packet_reader_cut (VitrailJ2kPacketReader *self,
                                        const VitrailJ2kResolution *resolution,
                                        guint i,
                                        const guint *planes,
                                        GByteArray *out);

/* Appends an empty packet of precinct @i, if it has code blocks. NULL, or why
 * it cannot be. */
const char *
vitrail_j2k_packet_reader_skip (VitrailJ2kPacketReader *self,
                                const VitrailJ2kResolution *resolution,
                                guint i,
                                GByteArray *out);

G_END_DECLS
