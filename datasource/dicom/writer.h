/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Writing data sets: Part 10 files (PS3.10 7.1) and bare data sets. */

#pragma once

#include "dicom/dataset.h"

G_BEGIN_DECLS

/* @data_set in @transfer_syntax (explicit or implicit little endian, explicit
 * big endian, deflated, or any encapsulated one, for which Pixel Data must
 * hold its item sequence already). Sequences have defined lengths, but in
 * implicit VR those that are not in the dictionary. */
GBytes *vitrail_write_data_set (VitrailDataSet *data_set,
                                const char *transfer_syntax,
                                GError **error);

/* A whole Part 10 file with preamble and file meta, whose Media Storage SOP
 * UIDs are the data set's. */
GBytes *vitrail_write_part10 (VitrailDataSet *data_set,
                              const char *transfer_syntax,
                              GError **error);

/* The same to @path: written beside it, fsync'd, renamed over it. */
gboolean vitrail_write_part10_file (VitrailDataSet *data_set,
                                    const char *transfer_syntax,
                                    const char *path,
                                    GError **error);

/**
 * vitrail_encapsulate:
 * @frames: (array length=n_frames): code streams
 * @n_frames: how many
 *
 * Pixel Data's item sequence for @frames, one fragment each, with a basic
 * offset table (PS3.5 A.4), ready for set_bytes (OB).
 */
GBytes *
vitrail_encapsulate (GBytes *const *frames, guint n_frames, GError **error);

G_END_DECLS
