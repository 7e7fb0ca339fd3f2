/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Headers of attributes: see elementheader.h. */

#include "dicom/elementheader.h"

#include "dicom/parser.h"
#include "dicom/vr.h"

gboolean
vitrail_element_header_fits (const VitrailElementHeader *self, size_t rest)
{
  return self->size <= rest && (self->length == VITRAIL_UNDEFINED_LENGTH ||
                                self->length <= rest - self->size);
}

gboolean
vitrail_element_header_is_un (const VitrailElementHeader *self)
{
  return self->vr == VR_UN && !self->implicit;
}

gboolean
vitrail_element_header_can_be_fragments (const VitrailElementHeader *self)
{
  return self->vr == VR_OB || self->vr == VR_OW;
}

static gboolean
is_known_vr (const uint8_t *data)
{
  return vitrail_vr_info (VITRAIL_VR (data[0], data[1]))->flags != 0;
}

gboolean
vitrail_element_header_is_other (const uint8_t *data,
                                 size_t rest,
                                 gboolean implicit,
                                 gboolean big_endian)
{
  if (rest < 8 || vitrail_read_u16 (data, big_endian) == 0xfffe)
    return FALSE;

  uint32_t length = vitrail_read_u32 (data + 4, big_endian);
  gboolean fits = length <= rest - 8 || length == VITRAIL_UNDEFINED_LENGTH;
  gboolean known = is_known_vr (data + 4);
  return implicit ? known && !fits : !known && fits;
}

/* Whether an attribute behind @self's value makes sense: the data ends there, a
 * higher tag of the same or a near group follows, or a delimiter. */
static gboolean
leads_on (const VitrailElementHeader *self,
          const uint8_t *data,
          size_t rest,
          gboolean big_endian)
{
  if (!vitrail_element_header_fits (self, rest))
    return FALSE;
  if (self->length == VITRAIL_UNDEFINED_LENGTH) {
    return vitrail_parser_at_delimiter (data + self->size, rest - self->size,
                                        big_endian, 0xe000);
  }
  size_t behind = self->size + self->length;
  if (rest - behind < 8)
    return rest == behind;
  VitrailTag next = vitrail_element_header_read_tag (data + behind, big_endian);
  return next > self->tag;
}

static VitrailElementHeader
implicit_header (const uint8_t *data, gboolean big_endian)
{
  VitrailTag tag = vitrail_element_header_read_tag (data, big_endian);

  return (VitrailElementHeader){
    .tag = tag,
    .vr = vitrail_dictionary_vr (tag),
    .length = vitrail_read_u32 (data + 4, big_endian),
    .size = 8,
    .implicit = TRUE,
  };
}

/* Explicit VR, but the VR is none of PS3.5's: a newer one (which has the long
 * form), one that a writer made up, or an attribute in implicit VR. The first
 * that leads on to another attribute is taken, else the short form. */
static VitrailElementHeader
guess_header (const uint8_t *data, size_t rest, gboolean big_endian)
{
  VitrailElementHeader plain = implicit_header (data, big_endian);
  VitrailElementHeader newer = plain;

  plain.invalid = TRUE;
  newer.invalid = TRUE;
  newer.size = 12;
  if (rest >= 12 && g_ascii_isupper (data[4]) && g_ascii_isupper (data[5])) {
    newer.length = vitrail_read_u32 (data + 8, big_endian);
    if (leads_on (&newer, data, rest, big_endian))
      return newer;
  }
  if (leads_on (&plain, data, rest, big_endian))
    return plain;
  plain.length = vitrail_read_u16 (data + 6, big_endian);
  return plain;
}

VitrailElementHeader
vitrail_element_header_read (const uint8_t *data,
                             size_t rest,
                             gboolean implicit,
                             gboolean big_endian)
{
  if (implicit)
    return implicit_header (data, big_endian);

  VitrailVR vr = VITRAIL_VR (data[4], data[5]);
  uint8_t flags = vitrail_vr_info (vr)->flags;
  if (flags == 0)
    return guess_header (data, rest, big_endian);
  VitrailElementHeader header = {
    .tag = vitrail_element_header_read_tag (data, big_endian),
    .vr = vr,
    .length = vitrail_read_u16 (data + 6, big_endian),
    .size = 8,
  };
  if ((flags & VITRAIL_VR_LONG) != 0) {
    header.size = 12;
    header.length = rest >= 12 ? vitrail_read_u32 (data + 8, big_endian) : 0;
  }
  return header;
}
