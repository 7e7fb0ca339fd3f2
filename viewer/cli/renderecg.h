/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What `vitrail render` makes of a waveform: an ECG page. */

#pragma once

#include "instance.h"

G_BEGIN_DECLS

/**
 * VitrailRenderEcg:
 * @layout: "3x4", "3x4+1", "6x2" or "12x1"; NULL: 3x4+1
 * @speed, @gain: mm/s, mm/mV
 * @width, @height: pixels to fit into; 0: eight a millimetre. Not for PDF,
 *   which is paper of its true size.
 */
typedef struct {
  char *layout;
  double speed;
  double gain;
  char *filter; /* "HIGH,LOW[,NOTCH]" in Hz, 0 for none; NULL: no filter */
  guint width;
  guint height;
  gboolean jpeg;
  gboolean pdf;
} VitrailRenderEcg;

gboolean vitrail_render_is_ecg (VitrailInstance *instance);
/* What is wrong with @self, or NULL. */
const char *vitrail_render_ecg_find_wrong (const VitrailRenderEcg *self);
/* The whole file. */
GBytes *vitrail_render_ecg (const VitrailRenderEcg *self,
                            VitrailInstance *instance,
                            GError **error);

G_END_DECLS
