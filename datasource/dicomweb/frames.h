/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Stored frames over WADO-RS (PS3.18 10.4.1.1.6): asked for once, however many
 * want one at the same time; kept in the disk cache, and the last ones in
 * memory. Any thread but the client's. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VitrailWebFrame: one frame of an instance.
 * @url: .../frames/N
 * @what: how the instance describes its pixels: frames that were kept of
 *   another description are not taken
 * @transfer_syntax: as which it is stored; "" where that is not known yet
 * @authorization: header, or NULL
 * @max_bytes: what a frame of the instance takes at most
 */
typedef struct {
  const char *url;
  const char *what;
  const char *transfer_syntax;
  const char *authorization;
  guint64 max_bytes;
} VitrailWebFrame;

/* May block. @transfer_syntax (out) (optional): of the frame, which is what was
 * asked for unless that was "". */
GBytes *vitrail_web_frame_get (const VitrailWebFrame *self,
                               GCancellable *cancellable,
                               char **transfer_syntax,
                               GError **error);

/* Starts to fetch it, where nobody has and it is not held. Returns at once. */
void vitrail_web_frame_prefetch (const VitrailWebFrame *self);

/* Whether it is held, so that getting it takes no network. */
gboolean vitrail_web_frame_is_held (const VitrailWebFrame *self);

/* --- for tests --- */

/* What vitrail_web_frame_get () makes of an answer: the frame in it.
 * VITRAIL_ERROR_UNSUPPORTED where it is of another transfer syntax. */
GBytes *vitrail_web_frame_read_answer (GBytes *body,
                                       const char *content_type,
                                       const VitrailWebFrame *frame,
                                       char **transfer_syntax,
                                       GError **error);

G_END_DECLS
