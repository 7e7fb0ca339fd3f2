/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Stored frames as a client can take them: their bytes as they are, decoded to
 * little endian, or encoded anew without loss (PS3.18 8.7.3.3). */

#pragma once

#include "archive.h"

G_BEGIN_DECLS

/**
 * VitrailFrameOffer: how frames of one instance are handed out.
 * @content_type: of each part, with its transfer syntax
 * @type: the media type alone
 * @decode: decompress, or swap big endian
 * @encode: to this transfer syntax; "": do not
 * @is_multipart: the client takes multipart/related
 */
typedef struct {
  char content_type[160];
  char type[64];
  char encode[72];
  gboolean decode;
  gboolean is_multipart;
} VitrailFrameOffer;

/* The best of what the request takes: of equal quality first what is stored as
 * it is, then what has to be made. VITRAIL_HTTP_ERROR 406, naming what is
 * stored, when nothing fits. */
gboolean vitrail_frame_offer_choose (VitrailFrameOffer *self,
                                     const VitrailRequest *request,
                                     VitrailInstance *instance,
                                     GError **error);

/* The bytes of frame @number (from 1) by that offer. */
GBytes *vitrail_frame_offer_load (const VitrailFrameOffer *self,
                                  VitrailInstance *instance,
                                  guint number,
                                  GCancellable *cancellable,
                                  GError **error);

/* The frames @numbers (element-type guint; not changed any more) as a whole
 * answer, of which those that are made come one by one where they are many. */
gboolean vitrail_frame_offer_answer (const VitrailFrameOffer *self,
                                     const VitrailRequest *request,
                                     VitrailInstance *instance,
                                     GArray *numbers,
                                     VitrailReply *reply,
                                     GError **error);

G_END_DECLS
