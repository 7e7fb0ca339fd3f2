/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* annotation= of rendered pictures (PS3.18 8.3.5.1.1): text burnt in. */

#pragma once

#include "dicom/dataset.h"
#include "pixel/present.h"

G_BEGIN_DECLS

typedef enum {
  VITRAIL_CAPTION_NONE = 0,
  VITRAIL_CAPTION_PATIENT = 1 << 0,   /* who, and when: on top */
  VITRAIL_CAPTION_TECHNIQUE = 1 << 1, /* how: at the bottom */
} VitrailCaption;

/* Draws onto @image what @data_set says, white with black around it. */
void vitrail_caption_draw (VitrailImage *image,
                           VitrailDataSet *data_set,
                           VitrailCaption captions);

G_END_DECLS
