/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the parts of frames.h share: how a frame is asked for, what comes, and
 * what of it is kept on the disk. */

#pragma once

#include "dicomweb/frames.h"

G_BEGIN_DECLS

/* Ways to ask, from what the standard has for "as stored" to what old servers
 * know. */
typedef enum {
  VITRAIL_ASK_STORED,
  VITRAIL_ASK_EXACTLY,
  VITRAIL_ASK_BY_TYPE,
  VITRAIL_ASK_ANYTHING,
  VITRAIL_N_ASKS,
} VitrailAsk;

/* Accept; @way: a VitrailAsk. */
char *vitrail_web_frame_make_accept (guint way, const char *transfer_syntax);

/* Whether a server does not know that way. */
gboolean vitrail_web_frame_is_refusal (const GError *error);

/* What the disk cache has, or NULL; @transfer_syntax (out) (optional). */
GBytes *vitrail_web_frame_recall (const char *key, char **transfer_syntax);
void vitrail_web_frame_keep (const char *key,
                             const char *transfer_syntax,
                             GBytes *bytes);

G_END_DECLS
