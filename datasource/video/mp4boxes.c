/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Boxes of MP4: see mp4boxes.h. */

#include "video/mp4boxes.h"

static guint64
get (const VitrailMp4Box *self, gsize at, guint n)
{
  guint64 value = 0;

  if (at > self->length || n > self->length - at)
    return 0;
  for (guint i = 0; i < n; i++)
    value = value << 8 | self->data[at + i];
  return value;
}

guint32
vitrail_mp4_get16 (const VitrailMp4Box *self, gsize at)
{
  return (guint32) get (self, at, 2);
}

guint32
vitrail_mp4_get32 (const VitrailMp4Box *self, gsize at)
{
  return (guint32) get (self, at, 4);
}

guint64
vitrail_mp4_get64 (const VitrailMp4Box *self, gsize at)
{
  return get (self, at, 8);
}

guint32
vitrail_mp4_count (const VitrailMp4Box *self,
                   gsize at,
                   gsize first,
                   gsize entry)
{
  guint32 said = vitrail_mp4_get32 (self, at);
  gsize room = self->length > first ? (self->length - first) / entry : 0;

  return (guint32) MIN (said, room);
}

gboolean
vitrail_mp4_next (const guint8 *data,
                  gsize length,
                  gsize *at,
                  VitrailMp4Box *box)
{
  if (*at > length || length - *at < 8)
    return FALSE;
  VitrailMp4Box all = { .data = data + *at, .length = length - *at };
  guint64 size = vitrail_mp4_get32 (&all, 0);
  gsize head = 8;
  if (size == 1 && all.length >= 16) {
    size = vitrail_mp4_get64 (&all, 8);
    head = 16;
  } else if (size == 0) {
    size = all.length;
  }
  if (size < head)
    return FALSE;
  gsize there = (gsize) MIN (size, all.length);
  *box = (VitrailMp4Box){ .type = vitrail_mp4_get32 (&all, 4),
                          .data = all.data + head,
                          .length = there - head };
  *at += there;
  return TRUE;
}

VitrailMp4Box
vitrail_mp4_find (const VitrailMp4Box *parent, gsize skip, guint32 type)
{
  VitrailMp4Box box = { 0 };
  gsize at = skip;

  while (parent->data != NULL &&
         vitrail_mp4_next (parent->data, parent->length, &at, &box))
    if (box.type == type)
      return box;
  return (VitrailMp4Box){ 0 };
}

VitrailMp4Box
vitrail_mp4_find_path (const VitrailMp4Box *parent, const guint32 *path)
{
  VitrailMp4Box box = *parent;

  for (; *path != 0; path++)
    box = vitrail_mp4_find (&box, 0, *path);
  return box;
}
