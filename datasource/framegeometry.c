/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where a frame lies and how far its pixels are apart: the plane (PS3.3
 * C.7.6.2.1.1), spacing and its fallbacks (10.7.1.3, C.8.5.5), letters. */

#include "frameinfo-private.h"

#include <math.h>
#include <string.h>

#define TAG_ANATOMICAL_TYPE       VITRAIL_TAG (0x0010, 0x2210)
#define TAG_IMAGER_SPACING        VITRAIL_TAG (0x0018, 0x1164)
#define TAG_NOMINAL_SPACING       VITRAIL_TAG (0x0018, 0x2010)
#define TAG_US_REGIONS            VITRAIL_TAG (0x0018, 0x6011)
#define TAG_REGION_SPATIAL_FORMAT VITRAIL_TAG (0x0018, 0x6012)
#define TAG_PHYSICAL_UNITS_X      VITRAIL_TAG (0x0018, 0x6024)
#define TAG_PHYSICAL_UNITS_Y      VITRAIL_TAG (0x0018, 0x6026)
#define TAG_PHYSICAL_DELTA_X      VITRAIL_TAG (0x0018, 0x602c)
#define TAG_PHYSICAL_DELTA_Y      VITRAIL_TAG (0x0018, 0x602e)
#define TAG_POSITION              VITRAIL_TAG (0x0020, 0x0032)
#define TAG_PATIENT_ORIENTATION   VITRAIL_TAG (0x0020, 0x0020)
#define TAG_ORIENTATION           VITRAIL_TAG (0x0020, 0x0037)
#define TAG_POSITION_SEQUENCE     VITRAIL_TAG (0x0020, 0x9113)
#define TAG_ORIENTATION_SEQUENCE  VITRAIL_TAG (0x0020, 0x9116)
#define TAG_SPACING               VITRAIL_TAG (0x0028, 0x0030)
#define TAG_ASPECT_RATIO          VITRAIL_TAG (0x0028, 0x0034)
#define TAG_CALIBRATION_TYPE      VITRAIL_TAG (0x0028, 0x0a02)
#define TAG_MEASURES_SEQUENCE     VITRAIL_TAG (0x0028, 0x9110)
#define TAG_TOTAL_COLUMNS         VITRAIL_TAG (0x0048, 0x0006)
#define TAG_MATRIX_ORIGIN         VITRAIL_TAG (0x0048, 0x0008)
#define TAG_SLIDE_ORIENTATION     VITRAIL_TAG (0x0048, 0x0102)
#define TAG_SLIDE_POSITION        VITRAIL_TAG (0x0048, 0x021a)
#define TAG_SLIDE_X               VITRAIL_TAG (0x0040, 0x072a)
#define TAG_SLIDE_Y               VITRAIL_TAG (0x0040, 0x073a)

/* Region Spatial Format and Physical Units (C.8.5.5.1.1, C.8.5.5.1.15). */
#define REGION_2D 1
#define UNITS_CM  3

static gboolean
read_pair (const VitrailDataSet *data_set, VitrailTag tag, double spacing[2])
{
  double pair[2] = { 0, 0 };

  if (!vitrail_data_set_get_doubles (data_set, tag, pair, 2) || pair[0] <= 0 ||
      pair[1] <= 0)
    return FALSE;
  memcpy (spacing, pair, sizeof pair);
  return TRUE;
}

/* Ultrasound is calibrated by regions; one 2D region in centimetres is as good
 * as Pixel Spacing, several are not one spacing. */
static gboolean
read_ultrasound (const VitrailDataSet *data_set, double spacing[2])
{
  const VitrailDataSet *region =
      vitrail_data_set_get_item (data_set, TAG_US_REGIONS, 0);
  double x = 0;
  double y = 0;

  if (vitrail_data_set_get_n_items (data_set, TAG_US_REGIONS) != 1 ||
      vitrail_data_set_get_int_or (region, TAG_REGION_SPATIAL_FORMAT, 0) !=
          REGION_2D ||
      vitrail_data_set_get_int_or (region, TAG_PHYSICAL_UNITS_X, 0) !=
          UNITS_CM ||
      vitrail_data_set_get_int_or (region, TAG_PHYSICAL_UNITS_Y, 0) !=
          UNITS_CM ||
      !vitrail_data_set_get_double (region, TAG_PHYSICAL_DELTA_X, 0, &x) ||
      !vitrail_data_set_get_double (region, TAG_PHYSICAL_DELTA_Y, 0, &y) ||
      x == 0 || y == 0)
    return FALSE;
  spacing[0] = fabs (y) * 10;
  spacing[1] = fabs (x) * 10;
  return TRUE;
}

/* Pixel Spacing that repeats Imager Pixel Spacing and names no calibration has
 * not been calibrated (10.7.1.3). */
static VitrailSpacingKind
get_pixel_spacing_kind (const VitrailFrameInfo *self)
{
  double imager[2];

  if (read_pair (self->data_set, TAG_IMAGER_SPACING, imager) &&
      imager[0] == self->spacing[0] && imager[1] == self->spacing[1] &&
      vitrail_data_set_get_n_values (self->data_set, TAG_CALIBRATION_TYPE) == 0)
    return VITRAIL_SPACING_DETECTOR;
  return VITRAIL_SPACING_PATIENT;
}

gboolean
vitrail_frame_read_pixel_measures (const VitrailDataSet *data_set,
                                   guint frame,
                                   double spacing[2])
{
  return read_pair (vitrail_frame_group (data_set, frame,
                                         TAG_MEASURES_SEQUENCE),
                    TAG_SPACING, spacing);
}

static gboolean
read_spacing (VitrailFrameInfo *self)
{
  const VitrailDataSet *data_set = self->data_set;

  if (vitrail_frame_read_pixel_measures (data_set, self->frame, self->spacing))
    self->spacing_kind = VITRAIL_SPACING_PATIENT;
  else if (read_pair (data_set, TAG_SPACING, self->spacing))
    self->spacing_kind = get_pixel_spacing_kind (self);
  else if (read_pair (data_set, TAG_IMAGER_SPACING, self->spacing))
    self->spacing_kind = VITRAIL_SPACING_DETECTOR;
  else if (read_pair (data_set, TAG_NOMINAL_SPACING, self->spacing))
    self->spacing_kind = VITRAIL_SPACING_SCANNED;
  else if (read_ultrasound (data_set, self->spacing))
    self->spacing_kind = VITRAIL_SPACING_REGION;
  else
    return FALSE;
  return TRUE;
}

/* Two unit vectors at right angles, as far as decimal strings say. */
gboolean
vitrail_axes_are_right (const double axes[6])
{
  const double *v = axes;
  double row = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
  double column = v[3] * v[3] + v[4] * v[4] + v[5] * v[5];
  double dot = v[0] * v[3] + v[1] * v[4] + v[2] * v[5];

  return fabs (row - 1) < 1e-2 && fabs (column - 1) < 1e-2 && fabs (dot) < 1e-2;
}

gboolean
vitrail_frame_read_position (const VitrailDataSet *data_set,
                             guint frame,
                             double position[3])
{
  const VitrailDataSet *where =
      vitrail_frame_group (data_set, frame, TAG_POSITION_SEQUENCE);

  return vitrail_data_set_get_doubles (where != NULL ? where : data_set,
                                       TAG_POSITION, position, 3);
}

gboolean
vitrail_frame_read_orientation (const VitrailDataSet *data_set,
                                guint frame,
                                double axes[6])
{
  const VitrailDataSet *how =
      vitrail_frame_group (data_set, frame, TAG_ORIENTATION_SEQUENCE);

  return vitrail_data_set_get_doubles (how != NULL ? how : data_set,
                                       TAG_ORIENTATION, axes, 6) &&
         vitrail_axes_are_right (axes);
}

static void
set_plane (VitrailFrameInfo *self, const double v[6], const double position[3])
{
  const double normal[3] = {
    v[1] * v[5] - v[2] * v[4],
    v[2] * v[3] - v[0] * v[5],
    v[0] * v[4] - v[1] * v[3],
  };

  for (guint i = 0; i < 3; i++) {
    double *row = self->plane + (size_t) i * 4;
    row[0] = v[i] * self->spacing[1];
    row[1] = v[3 + i] * self->spacing[0];
    row[2] = normal[i];
    row[3] = position[i];
  }
  self->has_plane = TRUE;
}

static gboolean
read_patient_plane (VitrailFrameInfo *self)
{
  double position[3];
  double v[6];

  if (!vitrail_frame_read_position (self->data_set, self->frame, position) ||
      !vitrail_frame_read_orientation (self->data_set, self->frame, v))
    return FALSE;
  set_plane (self, v, position);
  return TRUE;
}

/* Where the first pixel of tile @frame lies on the slide, in millimetres: as
 * the frame says, else (TILED_FULL, C.7.6.17.3) counted off row by row from the
 * matrix's origin. */
static gboolean
read_slide_position (const VitrailFrameInfo *self,
                     const double v[6],
                     double position[3])
{
  const VitrailDataSet *data_set = self->data_set;
  const VitrailDataSet *where =
      vitrail_frame_group (data_set, self->frame, TAG_SLIDE_POSITION);

  position[2] = 0;
  if (vitrail_data_set_get_double (where, TAG_SLIDE_X, 0, &position[0]) &&
      vitrail_data_set_get_double (where, TAG_SLIDE_Y, 0, &position[1]))
    return TRUE;
  const VitrailDataSet *origin =
      vitrail_data_set_get_item (data_set, TAG_MATRIX_ORIGIN, 0);
  int64_t columns = 0;
  if (!vitrail_data_set_get_double (origin, TAG_SLIDE_X, 0, &position[0]) ||
      !vitrail_data_set_get_double (origin, TAG_SLIDE_Y, 0, &position[1]) ||
      !vitrail_data_set_get_int (data_set, TAG_TOTAL_COLUMNS, 0, &columns) ||
      columns < 1 || columns > G_MAXUINT32)
    return FALSE;
  guint64 across = ((guint64) columns - 1) / self->format.width + 1;
  guint64 column = (self->frame - 1) % across * self->format.width;
  guint64 row = (self->frame - 1) / across * self->format.height;
  for (guint i = 0; i < 2; i++)
    position[i] += v[i] * self->spacing[1] * (double) column +
                   v[3 + i] * self->spacing[0] * (double) row;
  return TRUE;
}

static void
read_slide_plane (VitrailFrameInfo *self)
{
  double position[3];
  double v[6];

  if (vitrail_data_set_get_doubles (self->data_set, TAG_SLIDE_ORIENTATION, v,
                                    6) &&
      vitrail_axes_are_right (v) && read_slide_position (self, v, position))
    set_plane (self, v, position);
}

/* Patient Orientation: what rows and columns go to, in letters. It is of use
 * only where both are known. An animal on four legs has letters of its own, of
 * which some are a person's that mean something else. */
static gboolean
read_letters (const VitrailDataSet *data_set, double axes[6])
{
  g_autofree char *kind =
      vitrail_data_set_dup_string (data_set, TAG_ANATOMICAL_TYPE, 0);

  if (g_strcmp0 (kind, "QUADRUPED") == 0)
    return FALSE;
  for (guint i = 0; i < 2; i++) {
    g_autofree char *text =
        vitrail_data_set_dup_string (data_set, TAG_PATIENT_ORIENTATION, i);
    if (text == NULL ||
        !vitrail_orientation_parse (text, strlen (text), axes + (gsize) i * 3))
      return FALSE;
  }
  /* Not the same way, or against each other. */
  const double dot = axes[0] * axes[3] + axes[1] * axes[4] + axes[2] * axes[5];
  return fabs (dot) < 0.9;
}

static void
read_orientation (VitrailFrameInfo *self)
{
  const VitrailDataSet *data_set = self->data_set;

  self->has_orientation = vitrail_frame_read_orientation (data_set, self->frame,
                                                          self->orientation) ||
                          read_letters (data_set, self->orientation);
}

void
vitrail_frame_info_read_geometry (VitrailFrameInfo *self)
{
  double ratio[2];

  read_orientation (self);
  if (read_pair (self->data_set, TAG_ASPECT_RATIO, ratio))
    self->pixel_aspect = ratio[0] / ratio[1];
  self->has_spacing = read_spacing (self);
  if (self->has_spacing && !read_patient_plane (self))
    read_slide_plane (self);
}

gboolean
vitrail_orientation_parse (const char *text, gsize length, double direction[3])
{
  static const char letters[] = "LRPAHF";
  double weight = 1;
  double sum = 0;

  memset (direction, 0, 3 * sizeof *direction);
  while (length > 0 && text[length - 1] == ' ')
    length--;
  if (length < 1 || length > 3)
    return FALSE;
  /* The first letter is where most of it goes. */
  for (gsize i = 0; i < length; i++) {
    const char *at = text[i] != '\0' ? strchr (letters, text[i]) : NULL;
    const gsize axis = at != NULL ? (gsize) (at - letters) / 2 : 0;
    if (at == NULL || direction[axis] != 0)
      return FALSE;
    direction[axis] = (at - letters) % 2 == 0 ? weight : -weight;
    sum += weight * weight;
    weight /= 2;
  }
  for (guint i = 0; i < 3; i++)
    direction[i] /= sqrt (sum);
  return TRUE;
}

void
vitrail_orientation_letters (const double direction[3], char text[4])
{
  static const char letters[3][2] = { { 'L', 'R' },
                                      { 'P', 'A' },
                                      { 'H', 'F' } };
  double left[3] = { direction[0], direction[1], direction[2] };
  guint n = 0;

  /* Largest component first; what is nothing but rounding says nothing. */
  while (n < 3) {
    guint best = 0;
    for (guint i = 1; i < 3; i++)
      if (fabs (left[i]) > fabs (left[best]))
        best = i;
    if (!(fabs (left[best]) > 0.0001))
      break;
    text[n++] = letters[best][left[best] < 0];
    left[best] = 0;
  }
  text[n] = '\0';
}
