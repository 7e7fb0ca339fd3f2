/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailMaskModule: which frames of an angiogram are subtracted from which
 * (Mask Module, PS3.3 C.7.6.10). Immutable. */

#pragma once

#include "dicom/dataset.h"

G_BEGIN_DECLS

typedef struct _VitrailMaskModule VitrailMaskModule;

/**
 * VitrailMaskUse:
 * @item: which item of the module says it, from 0
 * @id: its Subtraction Item ID, by which functional groups know it; -1 without
 * @n_masks: frames whose mean is the mask; 0: nothing is subtracted
 * @masks: their numbers, from 1; lives as long as the module, or NULL where it
 *   is @mask alone
 * @mask: the first of them
 * @n_contrasts: frames whose mean is subtracted from: the frame asked for and
 *   those that follow
 * @shift: of the mask, in pixels: downwards, to the right
 *
 * What makes the picture of one frame.
 */
typedef struct {
  guint item;
  gint64 id;
  guint n_masks;
  const guint *masks;
  guint mask;
  guint n_contrasts;
  double shift[2];
} VitrailMaskUse;

/* Of an object with @n_frames. NULL where @data_set says of no frame that
 * another is subtracted from it. What an item says about frames that are not
 * there is left out. */
VitrailMaskModule *
vitrail_mask_module_read (const VitrailDataSet *data_set, guint n_frames);
void vitrail_mask_module_free (VitrailMaskModule *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailMaskModule, vitrail_mask_module_free)

/* What is done with @frame, from 1: by the first item that is about it. */
void vitrail_mask_module_find (const VitrailMaskModule *self,
                               guint frame,
                               VitrailMaskUse *use);
/* Recommended Viewing Mode (0028,1090) is SUB. */
gboolean vitrail_mask_module_is_recommended (const VitrailMaskModule *self);

G_END_DECLS
