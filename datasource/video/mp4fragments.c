/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Samples of movie fragments (ISO/IEC 14496-12 8.8). */

#include "video/mp4tracks.h"

#define BASE_OFFSET  0x1u /* of tfhd */
#define DESCRIPTION  0x2u
#define DURATION     0x8u
#define SIZE         0x10u
#define DATA_OFFSET  0x1u /* of trun */
#define FIRST_FLAGS  0x4u
#define RUN_DURATION 0x100u
#define RUN_SIZE     0x200u
#define RUN_FLAGS    0x400u
#define RUN_SHIFT    0x800u

typedef struct {
  guint64 base;
  guint64 next; /* where a run without an offset goes on */
  guint32 size;
} Fragment;

static void
read_run (VitrailMp4Track *self,
          const VitrailMp4Box *run,
          Fragment *fragment,
          gsize length)
{
  guint32 flags = vitrail_mp4_get32 (run, 0) & 0xffffff;
  gsize entry = 0;
  gsize size_at = (flags & RUN_DURATION) != 0 ? 4 : 0;
  gsize at = 8;

  for (guint32 bit = RUN_DURATION; bit <= RUN_SHIFT; bit <<= 1)
    entry += (flags & bit) != 0 ? 4 : 0;
  if ((flags & DATA_OFFSET) != 0) {
    fragment->next = fragment->base +
                     (guint64) (gint64) (gint32) vitrail_mp4_get32 (run, at);
    at += 4;
  }
  at += (flags & FIRST_FLAGS) != 0 ? 4 : 0;
  guint32 n = vitrail_mp4_count (run, 4, at, MAX (entry, 1));
  for (guint32 i = 0; i < n; i++, at += entry) {
    guint32 size = (flags & RUN_SIZE) != 0
                       ? vitrail_mp4_get32 (run, at + size_at)
                       : fragment->size;
    if (size == 0 || fragment->next > length ||
        size > length - fragment->next ||
        !vitrail_video_track_add (self->track, fragment->next, size))
      return;
    fragment->next += size;
  }
}

static void
read_track (VitrailMp4Track *self,
            const VitrailMp4Box *traf,
            guint64 from,
            gsize length)
{
  VitrailMp4Box head = vitrail_mp4_find (traf, 0, VITRAIL_MP4_BOX ("tfhd"));
  guint32 flags = vitrail_mp4_get32 (&head, 0);
  Fragment fragment = { from, from, vitrail_mp4_get32 (&self->extends, 16) };
  VitrailMp4Box run = { 0 };
  gsize at = 8;

  if (head.data == NULL || vitrail_mp4_get32 (&head, 4) != self->id)
    return;
  if ((flags & BASE_OFFSET) != 0) {
    fragment.base = vitrail_mp4_get64 (&head, at);
    at += 8;
  }
  at += (flags & DESCRIPTION) != 0 ? 4 : 0;
  at += (flags & DURATION) != 0 ? 4 : 0;
  if ((flags & SIZE) != 0)
    fragment.size = vitrail_mp4_get32 (&head, at);
  fragment.next = fragment.base;
  at = 0;
  while (vitrail_mp4_next (traf->data, traf->length, &at, &run))
    if (run.type == VITRAIL_MP4_BOX ("trun"))
      read_run (self, &run, &fragment, length);
}

void
vitrail_mp4_read_fragment (VitrailMp4Track *self,
                           const VitrailMp4Box *moof,
                           guint64 from,
                           gsize length)
{
  VitrailMp4Box box = { 0 };
  gsize at = 0;

  while (vitrail_mp4_next (moof->data, moof->length, &at, &box))
    if (box.type == VITRAIL_MP4_BOX ("traf"))
      read_track (self, &box, from, length);
}
