/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Stored frames over WADO-RS (PS3.18 10.4.1.1.6): asked for once, however many
 * want one at the same time; kept in the disk cache, and the last ones in
 * memory. Any thread but the client's. */

#pragma once

#include "dicomweb/client.h"

G_BEGIN_DECLS

/**
 * VitrailWebFrame: one frame of an instance.
 * @url: .../frames/N
 * @what: how the instance describes its pixels: frames that were kept of
 *   another description are not taken
 * @transfer_syntax: as which it is stored; "" where that is not known yet
 * @authorization: header, or NULL
 * @max_bytes: what a frame of the instance takes at most
 * @may_be_packed: asked for with gzip, though that takes a server its time:
 *   what lies packed in a static archive is not found otherwise
 */
typedef struct {
  const char *url;
  const char *what;
  const char *transfer_syntax;
  const char *authorization;
  guint64 max_bytes;
  gboolean may_be_packed;
} VitrailWebFrame;

/* May block. @transfer_syntax (out) (optional): of the frame, which is what was
 * asked for unless that was "". */
GBytes *vitrail_web_frame_get (const VitrailWebFrame *self,
                               GCancellable *cancellable,
                               char **transfer_syntax,
                               GError **error);

/* Called once, where nothing may wait: @bytes or @error, borrowed. */
typedef void (*VitrailWebFrameReady) (GBytes *bytes,
                                      const char *transfer_syntax,
                                      const GError *error,
                                      gpointer user_data);

/**
 * vitrail_web_frame_start:
 *
 * The same, and returns at once. @ready is called before that where the frame
 * is held; else on the client's thread, or where @cancellable is cancelled. One
 * more who asks for a frame under way waits for that, and makes it as urgent as
 * @priority if it was less. When all who wait are cancelled, so is the request.
 */
void vitrail_web_frame_start (const VitrailWebFrame *self,
                              VitrailWebPriority priority,
                              GCancellable *cancellable,
                              VitrailWebFrameReady ready,
                              gpointer user_data);

/* Starts to fetch it, where nobody has and it is not held. Returns at once. */
void vitrail_web_frame_prefetch (const VitrailWebFrame *self);

/* Whether it is held, so that getting it takes no network. */
gboolean vitrail_web_frame_is_held (const VitrailWebFrame *self);

/* By which it is kept. */
char *vitrail_web_frame_make_key (const VitrailWebFrame *self);

/* Accept for the frame as it is stored, without parts around it. */
char *vitrail_web_frame_make_single_accept (const VitrailWebFrame *self);

/* Whether @content_type is that of the frame, without parts around it; where it
 * does not say which transfer syntax, whether what it begins with does. */
gboolean vitrail_web_frame_is_type (const VitrailWebFrame *self,
                                    const char *content_type,
                                    GBytes *beginning);

/* Keeps what came on another way. */
void vitrail_web_frame_put (const VitrailWebFrame *self, GBytes *bytes);

/* --- for tests --- */

/* What vitrail_web_frame_get () makes of an answer: the frame in it.
 * VITRAIL_ERROR_UNSUPPORTED where it is of another transfer syntax. */
GBytes *vitrail_web_frame_read_answer (GBytes *body,
                                       const char *content_type,
                                       const VitrailWebFrame *frame,
                                       char **transfer_syntax,
                                       GError **error);

G_END_DECLS
