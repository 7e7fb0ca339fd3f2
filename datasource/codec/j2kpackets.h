/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Every packet of a code stream of HTJ2K, read before a library does. */

#pragma once

#include "codec/j2kgrid.h"

G_BEGIN_DECLS

/**
 * VitrailJ2kFault:
 * @is_unsupported: the stream may be right, but nothing here decodes it
 *
 * Why there are no packets.
 */
typedef struct {
  const char *reason;
  gboolean is_unsupported;
} VitrailJ2kFault;

/* Both return FALSE: a broken stream, and one that nothing here decodes. */
static inline gboolean
vitrail_j2k_fault_fail (VitrailJ2kFault *self, const char *reason)
{
  *self = (VitrailJ2kFault){ reason, FALSE };
  return FALSE;
}

static inline gboolean
vitrail_j2k_fault_refuse (VitrailJ2kFault *self, const char *reason)
{
  *self = (VitrailJ2kFault){ reason, TRUE };
  return FALSE;
}

/**
 * VitrailJ2kExtent:
 * @whole: so many resolutions, the smallest first, are there
 * @begun: of so many there is something
 * @ends: of each resolution, where its last packet ends in the stream
 *
 * What a beginning has.
 */
typedef struct {
  guint whole;
  guint begun;
  size_t ends[VITRAIL_J2K_LEVELS + 1];
} VitrailJ2kExtent;

/**
 * vitrail_j2k_packets_read:
 * @header: has been read from a stream with HT blocks
 * @extent: (out) (nullable): all resolutions, unless the header was read from a
 * beginning
 *
 * Walks the packet headers of all tile parts (ISO 15444-1 annex B, 15444-15) in
 * their order of progression. All packets must be there, or, of a beginning,
 * all of the smallest resolution; in one layer; each
 * header and each code block inside its tile part; each block with lengths,
 * passes and bit planes that can be.
 *
 * Returns: (transfer full) (nullable): the same packets in a code stream of
 * nothing else: SIZ, CAP, COD, QCD, QCC, one part of each tile, no SOP, EPH, or
 * packets of precincts that have no code blocks. NULL with @fault.
 */
GByteArray *vitrail_j2k_packets_read (const VitrailJ2kHeader *header,
                                      VitrailJ2kExtent *extent,
                                      VitrailJ2kFault *fault);

G_END_DECLS
