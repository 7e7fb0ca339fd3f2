/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where the pixels of an instance lie: see dicomizeheader.h. */

#include "slide/dicomizeheader.h"
#include "slide/dicomizewords.h"

#include <math.h>
#include <string.h>

/* Where nobody knows: pixels of 1 um, an objective of 10x sees such; and slides
 * are 25 mm high. */
#define UNKNOWN_SPACING_MM 0.001
#define SLIDE_HEIGHT_MM    25.0
/* Depth of what is in focus; nobody says it. */
#define THICKNESS_MM 0.001

static const char *
get_image_type (const VitrailDicomizedImage *image)
{
  switch (image->flavor) {
  case VITRAIL_FLAVOR_LABEL:
    return "ORIGINAL\\PRIMARY\\LABEL\\NONE";
  case VITRAIL_FLAVOR_OVERVIEW:
    return "ORIGINAL\\PRIMARY\\OVERVIEW\\NONE";
  case VITRAIL_FLAVOR_THUMBNAIL:
    return "DERIVED\\PRIMARY\\THUMBNAIL\\RESAMPLED";
  case VITRAIL_FLAVOR_VOLUME:
  default:
    break;
  }
  if (image->level > 0)
    return "DERIVED\\PRIMARY\\VOLUME\\RESAMPLED";
  /* What was lost here makes it another image than the scanner's. */
  return image->is_encoded && image->is_lossy
             ? "DERIVED\\PRIMARY\\VOLUME\\NONE"
             : "ORIGINAL\\PRIMARY\\VOLUME\\NONE";
}

/* Millimetres of level 0, across and down. */
static void
measure_slide (VitrailSlide *slide, double extent_mm[2])
{
  VitrailSlideLevel finest;
  double mpp_um[2];
  const double power = vitrail_slide_get_objective_power (slide);

  vitrail_slide_get_level (slide, 0, &finest);
  if (!vitrail_slide_get_mpp_um (slide, mpp_um))
    /* 40x is about a quarter of a micrometre. */
    mpp_um[0] = mpp_um[1] =
        power > 0 ? 10.0 / power : UNKNOWN_SPACING_MM * 1000.0;
  extent_mm[0] = mpp_um[0] / 1000.0 * (double) finest.width;
  extent_mm[1] = mpp_um[1] / 1000.0 * (double) finest.height;
}

/* Millimetres between columns, then between rows. */
static void
get_spacing (const VitrailDicomized *self,
             const VitrailDicomizedImage *image,
             double spacing_mm[2])
{
  const double width = (double) image->grid.width;
  const double height = (double) image->grid.height;

  if (image->flavor == VITRAIL_FLAVOR_LABEL ||
      image->flavor == VITRAIL_FLAVOR_OVERVIEW)
  {
    spacing_mm[0] = spacing_mm[1] = SLIDE_HEIGHT_MM / MIN (width, height);
    return;
  }
  measure_slide (self->slide, spacing_mm);
  spacing_mm[0] /= width;
  spacing_mm[1] /= height;
}

/* Directions of rows and columns, and the centre of the first pixel of level
 * 0. */
static void
get_plane (VitrailSlide *slide, double orientation[6], double origin_mm[2])
{
  double plane[12];

  memcpy (orientation, (const double[6]){ 1, 0, 0, 0, 1, 0 },
          6 * sizeof *orientation);
  origin_mm[0] = origin_mm[1] = 0.0;
  if (!vitrail_slide_get_plane (slide, plane))
    return;
  origin_mm[0] = plane[3];
  origin_mm[1] = plane[7];
  for (guint column = 0; column < 2; column++) {
    const double length = sqrt (plane[column] * plane[column] +
                                plane[4 + column] * plane[4 + column] +
                                plane[8 + column] * plane[8 + column]);
    for (guint axis = 0; axis < 3 && length > 0; axis++)
      orientation[column * 3 + axis] = plane[axis * 4 + column] / length;
  }
}

static void
set_place (const VitrailDicomized *self,
           const double spacing_mm[2],
           const VitrailDicomizedImage *image,
           VitrailDataSetBuilder *builder)
{
  VitrailDataSetBuilder *origin = vitrail_data_set_builder_new ();
  double orientation[6];
  double origin_mm[2];

  get_plane (self->slide, orientation, origin_mm);
  vitrail_words_set_decimals (origin, "XOffsetInSlideCoordinateSystem",
                              &origin_mm[0], 1);
  vitrail_words_set_decimals (origin, "YOffsetInSlideCoordinateSystem",
                              &origin_mm[1], 1);
  vitrail_words_set_item (builder, "TotalPixelMatrixOriginSequence", origin);
  vitrail_words_set_decimals (builder, "ImageOrientationSlide", orientation, 6);
  vitrail_words_set_number (builder, "ImagedVolumeWidth",
                            spacing_mm[0] * (double) image->grid.width);
  vitrail_words_set_number (builder, "ImagedVolumeHeight",
                            spacing_mm[1] * (double) image->grid.height);
}

/* Micrometres from one focal plane to the next. */
static double
get_plane_distance_um (const VitrailDicomized *self, guint n_planes)
{
  if (n_planes < 2)
    return 0.0;
  return fabs (vitrail_slide_get_focal_plane_um (self->slide, n_planes - 1) -
               vitrail_slide_get_focal_plane_um (self->slide, 0)) /
         (n_planes - 1);
}

static VitrailDataSetBuilder *
make_measures (const VitrailDicomized *self,
               const double spacing_mm[2],
               const VitrailDicomizedImage *image)
{
  VitrailDataSetBuilder *measures = vitrail_data_set_builder_new ();
  /* Between rows comes first. */
  const double between[2] = { spacing_mm[1], spacing_mm[0] };
  const double thickness = THICKNESS_MM;
  const double distance =
      get_plane_distance_um (self, image->n_planes) / 1000.0;

  vitrail_words_set_decimals (measures, "PixelSpacing", between, 2);
  vitrail_words_set_decimals (measures, "SliceThickness", &thickness, 1);
  if (distance > 0)
    vitrail_words_set_decimals (measures, "SpacingBetweenSlices", &distance, 1);
  return measures;
}

static void
set_groups (const VitrailDicomized *self,
            const double spacing_mm[2],
            const VitrailDicomizedImage *image,
            VitrailDataSetBuilder *builder)
{
  VitrailDataSetBuilder *groups = vitrail_data_set_builder_new ();
  VitrailDataSetBuilder *type = vitrail_data_set_builder_new ();

  vitrail_words_set_item (groups, "PixelMeasuresSequence",
                          make_measures (self, spacing_mm, image));
  vitrail_words_set (type, "FrameType", get_image_type (image));
  vitrail_words_set_item (groups, "WholeSlideMicroscopyImageFrameTypeSequence",
                          type);
  /* Of several paths the order of frames tells. */
  if (image->n_paths == 1) {
    VitrailDataSetBuilder *path = vitrail_data_set_builder_new ();
    VitrailSlidePath first;
    vitrail_slide_get_path (self->slide, image->first_path, &first);
    vitrail_words_set (path, "OpticalPathIdentifier", first.id);
    vitrail_words_set_item (groups, "OpticalPathIdentificationSequence", path);
  }
  vitrail_words_set_item (builder, "SharedFunctionalGroupsSequence", groups);
}

static VitrailDataSet *
make_dimension (const char *organization, const char *pointer)
{
  VitrailDataSetBuilder *item = vitrail_data_set_builder_new ();
  char tag[9];

  g_snprintf (tag, sizeof tag, "%08X",
              vitrail_dictionary_find_keyword (pointer)->tag);
  vitrail_words_set (item, "DimensionOrganizationUID", organization);
  vitrail_words_set (item, "DimensionIndexPointer", tag);
  g_snprintf (
      tag, sizeof tag, "%08X",
      vitrail_dictionary_find_keyword ("PlanePositionSlideSequence")->tag);
  vitrail_words_set (item, "FunctionalGroupPointer", tag);
  return vitrail_data_set_builder_end (item);
}

static void
set_dimensions (const VitrailDicomized *self, VitrailDataSetBuilder *builder)
{
  g_autofree char *uid = vitrail_dicomized_dup_uid (self->slide, "dimensions");
  VitrailDataSetBuilder *organization = vitrail_data_set_builder_new ();
  g_autoptr (VitrailDataSet) row =
      make_dimension (uid, "RowPositionInTotalImagePixelMatrix");
  g_autoptr (VitrailDataSet) column =
      make_dimension (uid, "ColumnPositionInTotalImagePixelMatrix");
  VitrailDataSet *const items[] = { row, column };

  vitrail_words_set (organization, "DimensionOrganizationUID", uid);
  vitrail_words_set_item (builder, "DimensionOrganizationSequence",
                          organization);
  vitrail_words_set (builder, "DimensionOrganizationType", "TILED_FULL");
  vitrail_data_set_builder_set_items (
      builder, vitrail_dictionary_find_keyword ("DimensionIndexSequence")->tag,
      items, G_N_ELEMENTS (items));
}

void
vitrail_dicomized_set_matrix (const VitrailDicomized *self,
                              const VitrailDicomizedImage *image,
                              VitrailDataSetBuilder *builder)
{
  double spacing_mm[2];
  double depth_um =
      THICKNESS_MM * 1000.0 +
      get_plane_distance_um (self, image->n_planes) * (image->n_planes - 1);

  get_spacing (self, image, spacing_mm);
  vitrail_words_set (builder, "ImageType", get_image_type (image));
  vitrail_words_set_number (builder, "TotalPixelMatrixColumns",
                            (double) image->grid.width);
  vitrail_words_set_number (builder, "TotalPixelMatrixRows",
                            (double) image->grid.height);
  vitrail_words_set_number (builder, "TotalPixelMatrixFocalPlanes",
                            image->n_planes);
  vitrail_words_set_number (builder, "NumberOfOpticalPaths", image->n_paths);
  vitrail_words_set_number (builder, "ImagedVolumeDepth", depth_um);
  set_place (self, spacing_mm, image, builder);
  set_groups (self, spacing_mm, image, builder);
  set_dimensions (self, builder);
}
