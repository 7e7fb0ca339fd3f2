/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pictures of MPEG-1 and MPEG-2 (ISO/IEC 13818-2 6.2): a B picture is shown at
 * once, any other when the next such one has come. */

#include "video/pictures.h"

#define PICTURE_START   0x00
#define SEQUENCE_HEADER 0xb3
#define EXTENSION       0xb5
#define GROUP_START     0xb8

#define CODING_EXTENSION 8
#define TYPE_I           1
#define TYPE_B           3
#define FRAME            3

typedef struct {
  guint32 anchor;     /* of the last picture that is not B */
  gint32 last_b;      /* of those that are shown before it */
  gboolean is_closed; /* the group that has begun */
  guint first_field;  /* structure of a field that waits for its other; or 0 */
} Mpeg2;

gsize
vitrail_mpeg2_pictures_get_size (void)
{
  return sizeof (Mpeg2);
}

/* Top field, bottom field or frame: in the extension that follows. */
static guint
read_structure (const guint8 *data, gsize length)
{
  const gsize nearby = 256;
  gsize end = MIN (length, nearby);
  gsize at = vitrail_video_find_start (data, end, 1);

  if (at + 7 > end || data[at + 3] != EXTENSION ||
      data[at + 4] >> 4 != CODING_EXTENSION)
    return FRAME;
  guint structure = data[at + 6] & 3;
  return structure != 0 ? structure : FRAME;
}

static VitrailVideoPart
begin_picture (Mpeg2 *self,
               guint type,
               guint structure,
               VitrailVideoPicture *picture)
{
  if (self->first_field != 0 && structure != FRAME &&
      structure != self->first_field)
  {
    self->first_field = 0;
    return VITRAIL_VIDEO_PART_FIELD;
  }
  self->first_field = structure != FRAME ? structure : 0;
  if (type == TYPE_B) {
    picture->order = self->last_b++;
  } else {
    self->anchor++;
    self->last_b = 0;
    picture->order = G_MAXINT32;
  }
  picture->sequence = self->anchor;
  picture->is_intra = type == TYPE_I;
  picture->is_disposable = type == TYPE_B;
  picture->is_access = type == TYPE_I;
  picture->is_closed = type == TYPE_I && self->is_closed;
  if (type != TYPE_B)
    self->is_closed = FALSE;
  return VITRAIL_VIDEO_PART_PICTURE;
}

VitrailVideoPart
vitrail_mpeg2_pictures_look (gpointer state,
                             const guint8 *data,
                             gsize length,
                             VitrailVideoPicture *picture)
{
  Mpeg2 *self = state;
  guint type = 0;

  switch (data[0]) {
  case GROUP_START:
    self->is_closed = length > 4 && (data[4] & 0x40) != 0;
    return VITRAIL_VIDEO_PART_HEADER;
  case SEQUENCE_HEADER:
    return VITRAIL_VIDEO_PART_HEADER;
  case PICTURE_START:
    if (length < 3)
      return VITRAIL_VIDEO_PART_MORE;
    type = (data[2] >> 3) & 7;
    return begin_picture (self, type, read_structure (data, length), picture);
  default:
    return VITRAIL_VIDEO_PART_MORE;
  }
}
