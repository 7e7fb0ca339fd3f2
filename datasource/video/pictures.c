/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pictures of elementary streams, whatever their codec: see pictures.h. */

#include "video/pictures.h"

#include <string.h>

typedef struct {
  gsize (*get_size) (void);
  VitrailVideoPart (*look) (gpointer state,
                            const guint8 *data,
                            gsize length,
                            VitrailVideoPicture *picture);
} Codec;

static const Codec codecs[] = {
  [VITRAIL_VIDEO_MPEG2] = { vitrail_mpeg2_pictures_get_size,
                            vitrail_mpeg2_pictures_look },
  [VITRAIL_VIDEO_H264] = { vitrail_h264_pictures_get_size,
                           vitrail_h264_pictures_look },
  [VITRAIL_VIDEO_H265] = { vitrail_h265_pictures_get_size,
                           vitrail_h265_pictures_look },
};

struct _VitrailVideoPictures {
  const Codec *codec;
  gpointer state;
};

VitrailVideoPictures *
vitrail_video_pictures_new (VitrailVideoCodec codec)
{
  VitrailVideoPictures *self = g_new0 (VitrailVideoPictures, 1);

  self->codec = &codecs[codec];
  self->state = g_malloc0 (self->codec->get_size ());
  return self;
}

void
vitrail_video_pictures_free (VitrailVideoPictures *self)
{
  g_free (self->state);
  g_free (self);
}

VitrailVideoPart
vitrail_video_pictures_look (VitrailVideoPictures *self,
                             const guint8 *data,
                             gsize length,
                             VitrailVideoPicture *picture)
{
  if (length < 2)
    return VITRAIL_VIDEO_PART_MORE;
  return self->codec->look (self->state, data, length, picture);
}

gboolean
vitrail_video_is_header (VitrailVideoCodec codec, const guint8 *data)
{
  guint type = 0;

  switch (codec) {
  case VITRAIL_VIDEO_MPEG2:
    /* Sequence header; sequence and sequence display extension. */
    return data[0] == 0xb3 ||
           (data[0] == 0xb5 && (data[1] >> 4 == 1 || data[1] >> 4 == 2));
  case VITRAIL_VIDEO_H264:
    return (data[0] & 0x1f) == 7 || (data[0] & 0x1f) == 8;
  default:
    type = (data[0] >> 1) & 0x3f;
    return type >= 32 && type <= 34;
  }
}

gsize
vitrail_video_find_start (const guint8 *data, gsize length, gsize from)
{
  gsize at = from;

  while (length >= 3 && at <= length - 3) {
    const guint8 *one = memchr (data + at + 2, 1, length - at - 2);
    if (one == NULL)
      return length;
    at = (gsize) (one - data) - 2;
    if (data[at] == 0 && data[at + 1] == 0)
      return at;
    at++;
  }
  return length;
}
