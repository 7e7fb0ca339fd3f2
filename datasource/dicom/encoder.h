/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Encoding data sets (PS3.5 7): what all writers have in common. Internal to
 * datasource/dicom. */

#pragma once

#include "dicom/dataset.h"

G_BEGIN_DECLS

/* What a length field can say; one more means undefined. */
#define VITRAIL_ENCODER_MAX_LENGTH 0xfffffffeu

/**
 * VitrailEncoder:
 * @implicit, @big_endian: the encoding
 * @encapsulated: Pixel Data of the data set itself is a sequence of items
 * @lengths: (element-type gsize): of sequences and items, in the order of their
 *   headers; filled by measuring, used up by writing from @next on
 * @refused: the first attribute found that cannot be written
 * @reason: why
 * @out: where the next byte goes
 */
typedef struct {
  gboolean implicit;
  gboolean big_endian;
  gboolean encapsulated;
  GArray *lengths;
  guint next;
  VitrailTag refused;
  const char *reason;
  uint8_t *out;
} VitrailEncoder;

/* @data_set with @self's encoding; @meta: it is group 0002, which is left out
 * otherwise. Sets @self's @out. */
GBytes *vitrail_encoder_write (VitrailEncoder *self,
                               const VitrailDataSet *data_set,
                               gboolean meta,
                               GError **error);

/* The parts, for what is no data set; there must be room at @out. */
size_t vitrail_encoder_padded (size_t length);
void vitrail_encoder_put_u32 (VitrailEncoder *self, uint32_t value);
void
vitrail_encoder_put_tag (VitrailEncoder *self, VitrailTag tag, size_t length);
void vitrail_encoder_put_header (VitrailEncoder *self,
                                 VitrailTag tag,
                                 VitrailVR vr,
                                 size_t length);
void vitrail_encoder_put_value (VitrailEncoder *self,
                                const VitrailElement *element,
                                VitrailVR vr);

G_END_DECLS
