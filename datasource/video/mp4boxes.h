/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Boxes of MP4 (ISO/IEC 14496-12 4.2), and numbers in them: past the end of a
 * box all is 0. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VITRAIL_MP4_BOX(text)                              \
  ((guint32) (text)[0] << 24 | (guint32) (text)[1] << 16 | \
   (guint32) (text)[2] << 8 | (guint32) (text)[3])

/* @data: after size and type; NULL: there is none */
typedef struct {
  guint32 type;
  const guint8 *data;
  gsize length;
} VitrailMp4Box;

/* The box at @at of @length bytes, which then is where the next one begins.
 * FALSE at the end. A box that is cut off is as long as what is there. */
gboolean vitrail_mp4_next (const guint8 *data,
                           gsize length,
                           gsize *at,
                           VitrailMp4Box *box);
/* The first of @type inside of @parent, from its byte @skip on. */
VitrailMp4Box
vitrail_mp4_find (const VitrailMp4Box *parent, gsize skip, guint32 type);
/* The same down a path of at most four types, ended by 0. */
VitrailMp4Box
vitrail_mp4_find_path (const VitrailMp4Box *parent, const guint32 *path);

guint32 vitrail_mp4_get16 (const VitrailMp4Box *self, gsize at);
guint32 vitrail_mp4_get32 (const VitrailMp4Box *self, gsize at);
guint64 vitrail_mp4_get64 (const VitrailMp4Box *self, gsize at);
/* The count at @at, but no more entries of @entry bytes than there is room for
 * from @first on. */
guint32 vitrail_mp4_count (const VitrailMp4Box *self,
                           gsize at,
                           gsize first,
                           gsize entry);

G_END_DECLS
