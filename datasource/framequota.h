/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailFrameQuota: which decoded frames of an instance that may not have all
 * of them kept are to go. Frames of a video that is played would fill all the
 * memory there is, and decoding one costs less than clearing its pages. Not
 * safe on several threads. */

#pragma once

#include "framekey.h"

G_BEGIN_DECLS

typedef struct _VitrailFrameQuota VitrailFrameQuota;

VitrailFrameQuota *vitrail_frame_quota_new (void);
void vitrail_frame_quota_free (VitrailFrameQuota *self);

/* @key, of @bytes, is kept from now on. */
void vitrail_frame_quota_add (VitrailFrameQuota *self,
                              const VitrailFrameKey *key,
                              gsize bytes);
/* Where more than @most_bytes of the instance with @serial are kept: *@oldest
 * has to go, and is no longer counted. What was added last stays. */
gboolean vitrail_frame_quota_take (VitrailFrameQuota *self,
                                   guint64 serial,
                                   gsize most_bytes,
                                   VitrailFrameKey *oldest);
/* @key has gone. It may be one that was never added. */
void vitrail_frame_quota_remove (VitrailFrameQuota *self,
                                 const VitrailFrameKey *key);

G_END_DECLS
