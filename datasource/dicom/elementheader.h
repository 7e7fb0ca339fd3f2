/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tag, VR and length field of one attribute (PS3.5 7.1). Internal to
 * datasource/dicom. */

#pragma once

#include "dicom/parser.h"
#include "dicom/tag.h"

G_BEGIN_DECLS

#define VITRAIL_UNDEFINED_LENGTH 0xffffffffu

/**
 * VitrailElementHeader:
 * @length: bytes of the value, or VITRAIL_UNDEFINED_LENGTH
 * @size: bytes of the header; the value follows
 * @implicit: no VR was written: @vr is the dictionary's
 * @invalid: in explicit VR the VR is none; @length is a guess
 */
typedef struct {
  VitrailTag tag;
  VitrailVR vr;
  uint32_t length;
  size_t size;
  gboolean implicit;
  gboolean invalid;
} VitrailElementHeader;

static inline VitrailTag
vitrail_element_header_read_tag (const uint8_t *data, gboolean big_endian)
{
  return VITRAIL_TAG (vitrail_read_u16 (data, big_endian),
                      vitrail_read_u16 (data + 2, big_endian));
}

/* @rest: bytes from @data on, at least 8. A header that is cut off is longer
 * than @rest. */
VitrailElementHeader vitrail_element_header_read (const uint8_t *data,
                                                  size_t rest,
                                                  gboolean implicit,
                                                  gboolean big_endian);

/* Whether header and value lie within @rest bytes; undefined lengths do. */
gboolean
vitrail_element_header_fits (const VitrailElementHeader *self, size_t rest);

/* Whether the first attribute of a data set contradicts @implicit. */
gboolean vitrail_element_header_is_other (const uint8_t *data,
                                          size_t rest,
                                          gboolean implicit,
                                          gboolean big_endian);

/* Explicit VR UN: the value is in implicit little endian (PS3.5 6.2.2). */
gboolean vitrail_element_header_is_un (const VitrailElementHeader *self);

/* VRs whose undefined length means fragments (PS3.5 A.4). */
gboolean
vitrail_element_header_can_be_fragments (const VitrailElementHeader *self);

G_END_DECLS
