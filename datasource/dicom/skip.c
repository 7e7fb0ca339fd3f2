/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Skipping: see skip.h. What is of defined length is jumped over, so that all
 * that is open at any time is of undefined length: sequences and items by
 * turns, for which a depth is all there is to remember. */

#include "dicom/skip.h"

#include "dicom/elementheader.h"
#include "dicom/parser.h"
#include "dicom/vr.h"
#include "limits.h"

#define TAG_ITEM     VITRAIL_TAG (0xfffe, 0xe000)
#define TAG_ITEM_END VITRAIL_TAG (0xfffe, 0xe00d)
#define TAG_SEQ_END  VITRAIL_TAG (0xfffe, 0xe0dd)

/* @depth: 0 in the sequence itself, 1 in an item of it, and so on */
typedef struct {
  const uint8_t *data;
  size_t position;
  size_t end;
  gboolean implicit;
  guint depth;
} Skipper;

/* Over a header of @size, and a value of @length or into it. */
static gboolean
go_on (Skipper *self, size_t size, uint32_t length)
{
  size_t rest = self->end - self->position;

  if (size > rest)
    return FALSE;
  self->position += size;
  if (length == VITRAIL_UNDEFINED_LENGTH) {
    self->depth++;
    return self->depth < 2 * VITRAIL_LIMIT_DEPTH;
  }
  if (length > rest - size)
    return FALSE;
  self->position += length;
  return TRUE;
}

static gboolean
skip_item (Skipper *self, VitrailTag tag)
{
  const uint8_t *p = self->data + self->position;

  return tag == TAG_ITEM && go_on (self, 8, vitrail_read_u32 (p + 4, FALSE));
}

static gboolean
skip_element (Skipper *self, VitrailTag tag)
{
  const uint8_t *p = self->data + self->position;
  size_t rest = self->end - self->position;

  if (VITRAIL_TAG_GROUP (tag) == 0xfffe)
    return FALSE;
  if (self->implicit)
    return go_on (self, 8, vitrail_read_u32 (p + 4, FALSE));
  VitrailVR vr = VITRAIL_VR (p[4], p[5]);
  uint8_t flags = vitrail_vr_info (vr)->flags;
  if ((flags & VITRAIL_VR_LONG) == 0)
    return flags != 0 && go_on (self, 8, vitrail_read_u16 (p + 6, FALSE));
  if (rest < 12)
    return FALSE;
  uint32_t length = vitrail_read_u32 (p + 8, FALSE);
  /* Of the others only what is implicit within could be undefined. */
  return (length != VITRAIL_UNDEFINED_LENGTH || vr == VR_SQ) &&
         go_on (self, 12, length);
}

size_t
vitrail_skip_items (const uint8_t *data,
                    size_t start,
                    size_t end,
                    gboolean implicit)
{
  Skipper self = { data, start, end, implicit, 0 };

  while (self.end - self.position >= 8) {
    gboolean in_item = self.depth % 2 == 1;
    VitrailTag tag =
        vitrail_element_header_read_tag (data + self.position, FALSE);
    if (tag == (in_item ? TAG_ITEM_END : TAG_SEQ_END)) {
      if (self.depth == 0)
        return self.position;
      self.position += 8;
      self.depth--;
      continue;
    }
    if (!(in_item ? skip_element (&self, tag) : skip_item (&self, tag)))
      return VITRAIL_SKIP_FAILED;
  }
  return VITRAIL_SKIP_FAILED;
}
