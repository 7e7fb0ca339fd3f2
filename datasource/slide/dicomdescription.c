/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Spacing, place, optics and names of DICOM slides: see dicomdescription.h. */

#include "slide/dicomdescription.h"

#include "slide/dicomproperties.h"

#include <math.h>

#define CONTAINER_IDENTIFIER VITRAIL_TAG (0x0040, 0x0512)
#define SERIES_DESCRIPTION   VITRAIL_TAG (0x0008, 0x103e)
#define SHARED_GROUPS        VITRAIL_TAG (0x5200, 0x9229)
#define PIXEL_MEASURES       VITRAIL_TAG (0x0028, 0x9110)
#define PIXEL_SPACING        VITRAIL_TAG (0x0028, 0x0030)
#define IMAGED_WIDTH         VITRAIL_TAG (0x0048, 0x0001)
#define IMAGED_HEIGHT        VITRAIL_TAG (0x0048, 0x0002)
#define MATRIX_ORIGIN        VITRAIL_TAG (0x0048, 0x0008)
#define ORIGIN_X             VITRAIL_TAG (0x0040, 0x072a)
#define ORIGIN_Y             VITRAIL_TAG (0x0040, 0x073a)
#define ORIENTATION_SLIDE    VITRAIL_TAG (0x0048, 0x0102)

static gboolean
is_near (double a, double b)
{
  return fabs (a - b) <= 1e-3 * fabs (b);
}

/* OrthancWSIDicomizer divides the width by the rows and the height by the
 * columns: such pixels would not be as the Imaged Volume says. */
static void
unswap_spacing (const VitrailDataSet *data_set,
                const VitrailSlideLevel *finest,
                double spacing[2])
{
  const double columns = (double) finest->width;
  const double rows = (double) finest->height;
  double width = 0.0;
  double height = 0.0;

  if (!vitrail_data_set_get_double (data_set, IMAGED_WIDTH, 0, &width) ||
      !vitrail_data_set_get_double (data_set, IMAGED_HEIGHT, 0, &height) ||
      !is_near (spacing[0], width / rows) ||
      !is_near (spacing[1], height / columns))
    return;
  spacing[0] = height / rows;
  spacing[1] = width / columns;
}

/* Pixel Spacing is between rows, then between columns. */
static void
read_spacing (VitrailWsiDescription *self,
              const VitrailDataSet *data_set,
              const VitrailSlideLevel *finest)
{
  VitrailDataSet *shared =
      vitrail_data_set_get_item (data_set, SHARED_GROUPS, 0);
  VitrailDataSet *measures =
      vitrail_data_set_get_item (shared, PIXEL_MEASURES, 0);
  double spacing[2] = { 0.0, 0.0 };

  if (!vitrail_data_set_get_doubles (measures, PIXEL_SPACING, spacing, 2) &&
      vitrail_data_set_get_double (data_set, IMAGED_WIDTH, 0, &spacing[1]) &&
      vitrail_data_set_get_double (data_set, IMAGED_HEIGHT, 0, &spacing[0]))
  {
    spacing[1] /= (double) finest->width;
    spacing[0] /= (double) finest->height;
  }
  unswap_spacing (data_set, finest, spacing);
  self->mpp_um[0] = spacing[1] * 1000.0;
  self->mpp_um[1] = spacing[0] * 1000.0;
  self->has_mpp = self->mpp_um[0] > 0 && self->mpp_um[1] > 0;
}

/* PS3.3 C.8.12.2.1: the corner of the matrix and the directions of its rows and
 * columns on the slide. */
static void
read_plane (VitrailWsiDescription *self, const VitrailDataSet *data_set)
{
  VitrailDataSet *origin =
      vitrail_data_set_get_item (data_set, MATRIX_ORIGIN, 0);
  double orientation[6];
  double corner[2];

  self->has_plane =
      self->has_mpp &&
      vitrail_data_set_get_doubles (data_set, ORIENTATION_SLIDE, orientation,
                                    6) &&
      vitrail_data_set_get_double (origin, ORIGIN_X, 0, &corner[0]) &&
      vitrail_data_set_get_double (origin, ORIGIN_Y, 0, &corner[1]);
  if (!self->has_plane)
    return;
  for (guint axis = 0; axis < 3; axis++) {
    double *row = self->plane + (size_t) axis * 4;
    row[0] = orientation[axis] * self->mpp_um[0] / 1000.0;
    row[1] = orientation[axis + 3] * self->mpp_um[1] / 1000.0;
    row[3] = axis < 2 ? corner[axis] : 0.0;
  }
}

void
vitrail_wsi_description_read (VitrailWsiDescription *self,
                              VitrailInstance *instance,
                              const VitrailSlideLevel *finest)
{
  VitrailDataSet *data_set = vitrail_instance_get_data_set (instance);

  self->name = vitrail_data_set_dup_string (data_set, CONTAINER_IDENTIFIER, 0);
  if (self->name == NULL)
    self->name = vitrail_data_set_dup_string (data_set, SERIES_DESCRIPTION, 0);
  if (self->name == NULL)
    self->name = g_path_get_basename (vitrail_instance_get_name (instance));
  read_spacing (self, data_set, finest);
  read_plane (self, data_set);
  self->properties = vitrail_wsi_properties_read (data_set);
}

void
vitrail_wsi_description_clear (VitrailWsiDescription *self)
{
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->properties, vitrail_wsi_properties_free);
}
