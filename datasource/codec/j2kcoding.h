/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the main header of a code stream of HTJ2K says about its packets. */

#pragma once

#include "codec/j2kgrid.h"
#include "codec/j2kpackets.h"

G_BEGIN_DECLS

/* A segment from its length on, or NULL. */
typedef struct {
  const uint8_t *data;
  size_t length;
} VitrailJ2kSegment;

/**
 * VitrailJ2kCoding:
 * @order: of progression, as in COD
 * @has_eph: packet headers end with EPH
 */
typedef struct {
  VitrailJ2kGrid grid;
  guint order;
  gboolean has_eph;
  /*< private >*/
  VitrailJ2kSegment siz;
  VitrailJ2kSegment cap;
  VitrailJ2kSegment cod;
  VitrailJ2kSegment qcd;
  VitrailJ2kSegment qcc[VITRAIL_J2K_COMPONENTS];
} VitrailJ2kCoding;

/* Leaves @at at the first tile part. FALSE with @fault, too, where a stream has
 * parameters that OpenJPH steps over. */
gboolean vitrail_j2k_coding_read (VitrailJ2kCoding *self,
                                  const VitrailJ2kHeader *header,
                                  size_t *at,
                                  VitrailJ2kFault *fault);

/* Steps from behind SOT to SOD. A tile may not have parameters of its own. */
gboolean vitrail_j2k_coding_skip_tile_header (const VitrailJ2kHeader *header,
                                              size_t *at,
                                              VitrailJ2kFault *fault);

/* Bit planes (Mb of E-2) of the subbands of a resolution. */
void vitrail_j2k_coding_get_planes (const VitrailJ2kCoding *self,
                                    guint component,
                                    guint level,
                                    guint *planes);

/* Appends a main header that says this and nothing else. */
void vitrail_j2k_coding_write (const VitrailJ2kCoding *self, GByteArray *out);

G_END_DECLS
