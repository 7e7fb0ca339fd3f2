/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Angiograms in a viewport: see viewportmask.h. */

#include "viewportmask.h"

#include "mask/maskinstance.h"
#include "viewport-private.h"

#include <math.h>

/* Pixels: farther than that nobody has moved. */
#define MOST_SHIFT 100.0

static gboolean
wants_subtraction (VitrailViewport *self, VitrailInstance *instance)
{
  const VitrailViewportMask *mask = &self->mask;

  return mask->is_asked ? mask->is_on
                        : vitrail_mask_instance_is_recommended (instance);
}

VitrailInstance *
vitrail_viewport_subtract (VitrailViewport *self, VitrailInstance *instance)
{
  VitrailViewportMask *mask = &self->mask;

  if (mask->stored == instance)
    return mask->made != NULL ? mask->made : instance;
  g_set_object (&mask->stored, instance);
  g_clear_object (&mask->made);
  if (wants_subtraction (self, instance))
    mask->made = vitrail_mask_instance_new (instance, mask->shift, NULL);
  return mask->made != NULL ? mask->made : instance;
}

void
vitrail_viewport_stop_mask (VitrailViewport *self)
{
  g_clear_object (&self->mask.stored);
  g_clear_object (&self->mask.made);
  self->mask = (VitrailViewportMask){ 0 };
}

/* What is shown is made anew. */
static void
mask_changed (VitrailViewport *self)
{
  g_clear_object (&self->mask.stored);
  if (self->images != NULL && self->position > 0)
    vitrail_viewport_go_to (self, self->position);
  vitrail_viewport_emit_changed (self);
}

void
vitrail_viewport_set_subtraction (VitrailViewport *self, gboolean on)
{
  self->mask.is_asked = TRUE;
  self->mask.is_on = on;
  mask_changed (self);
}

gboolean
vitrail_viewport_get_subtraction (VitrailViewport *self)
{
  return self->mask.made != NULL;
}

gboolean
vitrail_viewport_shift_mask (VitrailViewport *self, double down, double right)
{
  double *shift = self->mask.shift;

  if (self->mask.made == NULL || !isfinite (down) || !isfinite (right))
    return FALSE;
  shift[0] = CLAMP (shift[0] + down, -MOST_SHIFT, MOST_SHIFT);
  shift[1] = CLAMP (shift[1] + right, -MOST_SHIFT, MOST_SHIFT);
  mask_changed (self);
  return TRUE;
}
