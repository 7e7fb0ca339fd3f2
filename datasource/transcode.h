/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An object in another transfer syntax: its frames decoded and encoded anew,
 * its Image Pixel attributes as they then are. */

#pragma once

#include "codec/codec.h"
#include "instance.h"

G_BEGIN_DECLS

/**
 * vitrail_transcode:
 * @options: the transfer syntax, and how lossy where it is
 *
 * Frames are encoded as coded, so that lossless means the same stored values.
 * What lossy compression changed is another object: it has a new SOP Instance
 * UID, names its source and says so (lossylabel.h). Samples of 1 bit stay so:
 * native transfer syntaxes alone hold them (PS3.5 8.1.1). Blocks until all is
 * done.
 *
 * Returns: (transfer full): ready for vitrail_write_part10 () with that
 * transfer syntax. VITRAIL_ERROR_UNSUPPORTED where nobody encodes it or it
 * cannot hold such samples
 */
VitrailDataSet *vitrail_transcode (VitrailInstance *instance,
                                   const VitrailEncodeOptions *options,
                                   GCancellable *cancellable,
                                   GError **error);

/* One frame's stream alone; nothing where @options would lose what is stored.
 * VITRAIL_ERROR_UNSUPPORTED as above. May block. */
GBytes *vitrail_transcode_frame (VitrailInstance *instance,
                                 guint frame,
                                 const VitrailEncodeOptions *options,
                                 GCancellable *cancellable,
                                 GError **error);

G_END_DECLS
