/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Ultrasound regions: see regions.h. */

#include "measurement/regions.h"

#include "frameinfo-private.h"
#include "limits.h"

#include <math.h>

#define TAG VITRAIL_TAG

#define REGIONS TAG (0x0018, 0x6011)
#define SHARED  TAG (0x5200, 0x9229)
#define FRAMES  TAG (0x5200, 0x9230)

/* Of y is the tag two behind that of x. */
#define REFERENCE_PIXEL TAG (0x0018, 0x6020)
#define UNITS           TAG (0x0018, 0x6024)
#define REFERENCE_VALUE TAG (0x0018, 0x6028)
#define DELTA           TAG (0x0018, 0x602c)

static double
read_double (const VitrailDataSet *item, VitrailTag tag, double fallback)
{
  double value = fallback;

  vitrail_data_set_get_double (item, tag, 0, &value);
  return value;
}

static guint
read_number (const VitrailDataSet *item, VitrailTag tag)
{
  const int64_t value = vitrail_data_set_get_int_or (item, tag, 0);

  return value >= 0 && value <= G_MAXUINT16 ? (guint) value : 0;
}

/* FALSE where there is no inside. */
static gboolean
read_box (const VitrailDataSet *item, double box[4])
{
  static const VitrailTag tags[4] = {
    TAG (0x0018, 0x6018),
    TAG (0x0018, 0x601a),
    TAG (0x0018, 0x601c),
    TAG (0x0018, 0x601e),
  };

  for (guint i = 0; i < 4; i++)
    if (!vitrail_data_set_get_double (item, tags[i], 0, &box[i]) ||
        box[i] < 0 || box[i] > G_MAXINT32)
      return FALSE;
  return box[2] >= box[0] && box[3] >= box[1];
}

static void
read_axis (const VitrailDataSet *item, guint axis, VitrailUsRegion *region)
{
  const VitrailTag step = 2 * axis;
  double reference = 0;

  region->units[axis] = read_number (item, UNITS + step);
  region->delta[axis] = read_double (item, DELTA + step, 0);
  region->has_reference[axis] =
      vitrail_data_set_get_double (item, REFERENCE_PIXEL + step, 0, &reference);
  /* It counts from the region's first pixel (C.8.5.5.1.16). */
  region->reference[axis] = region->box[axis] + reference + 0.5;
  region->reference_value[axis] = read_double (item, REFERENCE_VALUE + step, 0);
}

static void
read_tm_line (const VitrailDataSet *item, VitrailUsRegion *region)
{
  /* The retired unsigned ones lie before them. */
  static const VitrailTag tags[4] = {
    TAG (0x0018, 0x603d),
    TAG (0x0018, 0x603f),
    TAG (0x0018, 0x6041),
    TAG (0x0018, 0x6043),
  };

  region->has_tm_line = TRUE;
  for (guint i = 0; i < 4; i++)
    if (!vitrail_data_set_get_double (item, tags[i], 0, &region->tm_line[i]) &&
        !vitrail_data_set_get_double (item, tags[i] - 1, 0,
                                      &region->tm_line[i]))
      region->has_tm_line = FALSE;
}

static gboolean
read_region (const VitrailDataSet *item, guint number, VitrailUsRegion *region)
{
  *region = (VitrailUsRegion){ .number = number };
  if (!read_box (item, region->box))
    return FALSE;
  region->format = read_number (item, TAG (0x0018, 0x6012));
  region->data_type = read_number (item, TAG (0x0018, 0x6014));
  region->flags = read_number (item, TAG (0x0018, 0x6016));
  read_axis (item, 0, region);
  read_axis (item, 1, region);
  region->correction_angle_deg =
      read_double (item, TAG (0x0018, 0x6034), (double) NAN);
  region->steering_angle_deg =
      read_double (item, TAG (0x0018, 0x6036), (double) NAN);
  region->frequency_khz = read_double (item, TAG (0x0018, 0x6030), 0);
  read_tm_line (item, region);
  return TRUE;
}

/* The sequence may lie in the item of functional groups itself, or in one of
 * them. */
static const VitrailDataSet *
find_in_groups (const VitrailDataSet *groups)
{
  const size_t n = vitrail_data_set_get_n_elements (groups);

  if (vitrail_data_set_get_n_items (groups, REGIONS) > 0)
    return groups;
  for (size_t i = 0; i < n; i++) {
    const VitrailElement *element = vitrail_data_set_get_element (groups, i);
    const VitrailDataSet *item =
        element->vr == VITRAIL_VR ('S', 'Q')
            ? vitrail_data_set_get_item (groups, element->tag, 0)
            : NULL;
    if (vitrail_data_set_get_n_items (item, REGIONS) > 0)
      return item;
  }
  return NULL;
}

static const VitrailDataSet *
find_owner (const VitrailDataSet *data_set, guint frame)
{
  const VitrailDataSet *own =
      frame > 0 ? find_in_groups (
                      vitrail_data_set_get_item (data_set, FRAMES, frame - 1))
                : NULL;

  if (own == NULL)
    own = find_in_groups (vitrail_data_set_get_item (data_set, SHARED, 0));
  return own != NULL ? own : data_set;
}

GArray *
vitrail_us_regions_read (const VitrailDataSet *data_set, guint frame)
{
  GArray *regions = g_array_new (FALSE, FALSE, sizeof (VitrailUsRegion));
  const VitrailDataSet *owner = find_owner (data_set, frame);
  const guint n = MIN (vitrail_data_set_get_n_items (owner, REGIONS),
                       VITRAIL_LIMIT_US_REGIONS);

  for (guint i = 0; i < n; i++) {
    VitrailUsRegion region;
    if (read_region (vitrail_data_set_get_item (owner, REGIONS, i), i + 1,
                     &region))
      g_array_append_val (regions, region);
  }
  return regions;
}

gboolean
vitrail_us_region_contains (const VitrailUsRegion *self,
                            const double *xy,
                            guint n)
{
  for (guint i = 0; i < n; i++) {
    const double *at = &xy[2 * (gsize) i];
    if (!(at[0] >= self->box[0] && at[0] <= self->box[2] + 1 &&
          at[1] >= self->box[1] && at[1] <= self->box[3] + 1))
      return FALSE;
  }
  return TRUE;
}

char *
vitrail_us_region_dup_name (const VitrailUsRegion *self)
{
  static const char *const formats[] = {
    [VITRAIL_US_2D] = "2D",
    [VITRAIL_US_M_MODE] = "M-mode",
    [VITRAIL_US_SPECTRAL] = "spectrum",
    [VITRAIL_US_WAVEFORM] = "trace",
    [VITRAIL_US_GRAPHICS] = "graphics",
  };
  static const char *const types[] = { "", "tissue ", "colour flow ", "PW ",
                                       "CW " };
  const char *format =
      self->format < G_N_ELEMENTS (formats) ? formats[self->format] : NULL;
  const char *type =
      self->data_type < G_N_ELEMENTS (types) ? types[self->data_type] : "";

  return g_strdup_printf ("%u (%s%s)", self->number, type,
                          format != NULL ? format : "of no kind");
}
