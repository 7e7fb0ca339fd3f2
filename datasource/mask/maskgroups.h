/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the functional groups of enhanced angiograms say about the subtraction
 * of masks: Frame Pixel Shift and Pixel Intensity Relationship LUT (PS3.3
 * C.7.6.16.2.14, C.7.6.16.2.13). Without functional groups they say nothing. */

#pragma once

#include "dicom/builder.h"
#include "frameinfo.h"

G_BEGIN_DECLS

/**
 * vitrail_mask_groups_read_shift:
 * @frame: from 1
 * @id: Subtraction Item ID
 * @shift: (inout): of the mask when it is subtracted from @frame, in pixels
 *   downwards and to the right; untouched where nothing is said
 */
void vitrail_mask_groups_read_shift (const VitrailDataSet *data_set,
                                     guint frame,
                                     gint64 id,
                                     double shift[2]);

/**
 * vitrail_mask_groups_read_log:
 * @is_signed: stored values may be negative
 * @lut: (out) (transfer full) (nullable): the table from stored values of
 *   @frame to logarithmic ones, which are subtracted; NULL where there is none,
 *   and where Pixel Intensity Relationship is LOG already
 *
 * Returns: FALSE, with @error, where the table is broken
 */
gboolean vitrail_mask_groups_read_log (const VitrailDataSet *data_set,
                                       guint frame,
                                       gboolean is_signed,
                                       const char *name,
                                       VitrailLut **lut,
                                       GError **error);

/* Bits of the logarithmic values, of the frame that has most; 0 where no frame
 * has a table. Tables themselves are not read. */
guint vitrail_mask_groups_get_log_bits (const VitrailDataSet *data_set,
                                        guint n_frames);

/* Sets in @builder, which began from @data_set, functional groups that are
 * without what is about stored values: windows, rescale and such tables. */
void vitrail_mask_groups_describe (const VitrailDataSet *data_set,
                                   VitrailDataSetBuilder *builder);

G_END_DECLS
