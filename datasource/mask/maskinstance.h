/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailMaskInstance: an instance with a Mask Module, as an instance of
 * subtracted frames like any other. */

#pragma once

#include "instance.h"

G_BEGIN_DECLS

#define VITRAIL_TYPE_MASK_INSTANCE (vitrail_mask_instance_get_type ())
G_DECLARE_FINAL_TYPE (VitrailMaskInstance,
                      vitrail_mask_instance,
                      VITRAIL,
                      MASK_INSTANCE,
                      VitrailInstance)

/**
 * vitrail_mask_instance_new:
 * @instance: with frames; referenced
 * @shift: (nullable): moves masks by so many pixels, down and to the right,
 *   beyond what the data say
 *
 * Frames have signed values of 16 bits; times Rescale Slope they are
 * differences of stored values. Frames of which nothing is subtracted keep
 * their brightness against the middle of the values. The window is a quarter of
 * all stored values wide, around no difference.
 *
 * Returns: (transfer full): NULL with VITRAIL_ERROR_UNSUPPORTED where nothing
 *   can be subtracted
 */
VitrailInstance *vitrail_mask_instance_new (VitrailInstance *instance,
                                            const double shift[2],
                                            GError **error);
/* Whether @data_set is that of a VitrailMaskInstance. */
gboolean vitrail_mask_is_subtracted (const VitrailDataSet *data_set);
/* Whether the data of @instance want to be seen so (Recommended Viewing Mode),
 * and can be. */
gboolean vitrail_mask_instance_is_recommended (VitrailInstance *instance);

G_END_DECLS
