/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The first bytes of stored frames, by byte ranges (RFC 9110 14, PS3.18
 * 8.3.3.1): of a stream that has its resolutions one after the other they are a
 * picture already. What is there is not asked for again, when more is wanted.
 */

#pragma once

#include "dicomweb/client.h"
#include "dicomweb/frames.h"

G_BEGIN_DECLS

/* Called once; on the client's thread, where nothing may wait, or before the
 * request returns. @bytes or @error; @is_whole: they are the frame. */
typedef void (*VitrailWebBeginningReady) (GBytes *bytes,
                                          gboolean is_whole,
                                          const GError *error,
                                          gpointer user_data);

/**
 * vitrail_web_beginning_start:
 * @frame: of a known transfer syntax
 * @n_bytes: so many, or all; more may come
 *
 * Where it fails, the frame may still be had whole. So it is, too, where the
 * server ignores the range: it is not asked for one again.
 */
void vitrail_web_beginning_start (const VitrailWebFrame *frame,
                                  gsize n_bytes,
                                  VitrailWebPriority priority,
                                  GCancellable *cancellable,
                                  VitrailWebBeginningReady ready,
                                  gpointer user_data);

/* FALSE where the server is known to have no ranges, or to be so near that
 * @n_bytes take no time that a reader would notice. */
gboolean
vitrail_web_beginning_is_worth (const VitrailWebFrame *frame, gsize n_bytes);

/* --- for tests --- */

/* Of "bytes FIRST-LAST/TOTAL"; FALSE where it is none of @n_bytes from @first
 * on. */
gboolean vitrail_web_beginning_parse_range (const char *text,
                                            guint64 first,
                                            guint64 n_bytes,
                                            guint64 *total);

G_END_DECLS
