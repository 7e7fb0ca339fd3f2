/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Places of frames that have no functional groups but lie on a grid: NM
 * (PS3.3 C.8.4.15) and RT Dose (C.8.8.3). */

#include "frameinfo-private.h"
#include "volume/place.h"

#include <math.h>

#define TAG_IMAGE_TYPE        VITRAIL_TAG (0x0008, 0x0008)
#define TAG_SLICE_SPACING     VITRAIL_TAG (0x0018, 0x0088)
#define TAG_POSITION          VITRAIL_TAG (0x0020, 0x0032)
#define TAG_ORIENTATION       VITRAIL_TAG (0x0020, 0x0037)
#define TAG_ENERGY_VECTOR     VITRAIL_TAG (0x0054, 0x0010)
#define TAG_DETECTOR_VECTOR   VITRAIL_TAG (0x0054, 0x0020)
#define TAG_DETECTOR_SEQUENCE VITRAIL_TAG (0x0054, 0x0022)
#define TAG_INTERVAL_VECTOR   VITRAIL_TAG (0x0054, 0x0060)
#define TAG_SLOT_VECTOR       VITRAIL_TAG (0x0054, 0x0070)
#define TAG_SLICE_VECTOR      VITRAIL_TAG (0x0054, 0x0080)
#define TAG_FRAME_OFFSETS     VITRAIL_TAG (0x3004, 0x000c)

/* Time slots of one R-R interval. */
#define MAX_SLOTS 1000

/* What @vector says of @frame. */
static int64_t
get_index (const VitrailDataSet *data_set,
           VitrailTag vector,
           guint frame,
           int64_t fallback)
{
  int64_t index = fallback;

  vitrail_data_set_get_int (data_set, vector, frame - 1, &index);
  return index;
}

static void
move_along_normal (VitrailPlace *self, double distance)
{
  double normal[3];

  vitrail_axes_get_normal (self->axes, normal);
  for (guint i = 0; i < 3; i++)
    self->position[i] += normal[i] * distance;
}

static gboolean
is_reconstruction (const VitrailDataSet *data_set)
{
  return vitrail_data_set_text_is (data_set, TAG_IMAGE_TYPE, 2, "RECON TOMO") ||
         vitrail_data_set_text_is (data_set, TAG_IMAGE_TYPE, 2,
                                   "RECON GATED TOMO");
}

/* Position and axes stand in the item of the frame's detector. */
static void
read_detector (VitrailPlace *self, const VitrailDataSet *data_set)
{
  const int64_t detector =
      get_index (data_set, TAG_DETECTOR_VECTOR, self->source.frame, 1);
  const VitrailDataSet *item = vitrail_data_set_get_item (
      data_set, TAG_DETECTOR_SEQUENCE,
      detector > 0 && detector <= G_MAXINT ? (guint) detector - 1 : 0);

  if (item == NULL)
    return;
  if (!self->has_position)
    self->has_position =
        vitrail_data_set_get_doubles (item, TAG_POSITION, self->position, 3);
  if (!self->has_axes)
    self->has_axes =
        vitrail_data_set_get_doubles (item, TAG_ORIENTATION, self->axes, 6) &&
        vitrail_axes_are_right (self->axes);
}

void
vitrail_place_read_nuclear (VitrailPlace *self, const VitrailDataSet *data_set)
{
  const guint frame = self->source.frame;
  double step = 0;

  read_detector (self, data_set);
  if (!self->is_multi_frame)
    return;
  const int64_t slot = get_index (data_set, TAG_SLOT_VECTOR, frame, 0);
  const int64_t interval = get_index (data_set, TAG_INTERVAL_VECTOR, frame, 0);
  if (slot != 0 || interval != 0)
    self->keys[VITRAIL_PLACE_TEMPORAL_POSITION] =
        (double) interval * MAX_SLOTS + (double) slot;
  self->channel = get_index (data_set, TAG_ENERGY_VECTOR, frame, 1);
  /* A negative spacing leads against the normal. */
  if (!is_reconstruction (data_set) || !self->has_position || !self->has_axes ||
      !vitrail_data_set_get_double (data_set, TAG_SLICE_SPACING, 0, &step) ||
      step == 0)
  {
    self->has_position = FALSE;
    return;
  }
  const int64_t slice = get_index (data_set, TAG_SLICE_VECTOR, frame, frame);
  move_along_normal (self, step * (double) (slice - 1));
}

/* Offsets from the first frame; or the frame's own z, where the first one's is
 * that of the position: the differences are the same. */
void
vitrail_place_read_dose (VitrailPlace *self, const VitrailDataSet *data_set)
{
  double first = 0;
  double offset = 0;

  if (!self->is_multi_frame || !self->has_position || !self->has_axes)
    return;
  self->has_position =
      vitrail_data_set_get_double (data_set, TAG_FRAME_OFFSETS, 0, &first) &&
      vitrail_data_set_get_double (data_set, TAG_FRAME_OFFSETS,
                                   self->source.frame - 1, &offset);
  if (self->has_position)
    move_along_normal (self, offset - first);
}
