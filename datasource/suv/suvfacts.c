/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a series says of its uptake: see suv.h. */

#include "dicom/clock.h"
#include "error.h"
#include "suv/suv.h"

#include <math.h>
#include <string.h>

#define TAG_SERIES_DATE         VITRAIL_TAG (0x0008, 0x0021)
#define TAG_ACQUISITION_DATE    VITRAIL_TAG (0x0008, 0x0022)
#define TAG_SERIES_TIME         VITRAIL_TAG (0x0008, 0x0031)
#define TAG_ACQUISITION_TIME    VITRAIL_TAG (0x0008, 0x0032)
#define TAG_MODALITY            VITRAIL_TAG (0x0008, 0x0060)
#define TAG_UTC_OFFSET          VITRAIL_TAG (0x0008, 0x0201)
#define TAG_SEX                 VITRAIL_TAG (0x0010, 0x0040)
#define TAG_SIZE                VITRAIL_TAG (0x0010, 0x1020)
#define TAG_WEIGHT              VITRAIL_TAG (0x0010, 0x1030)
#define TAG_INJECTION_TIME      VITRAIL_TAG (0x0018, 0x1072)
#define TAG_DOSE                VITRAIL_TAG (0x0018, 0x1074)
#define TAG_HALF_LIFE           VITRAIL_TAG (0x0018, 0x1075)
#define TAG_INJECTION_DATE_TIME VITRAIL_TAG (0x0018, 0x1078)
#define TAG_FRAME_DURATION      VITRAIL_TAG (0x0018, 0x1242)
#define TAG_CORRECTED_IMAGE     VITRAIL_TAG (0x0028, 0x0051)
#define TAG_PHARMACEUTICALS     VITRAIL_TAG (0x0054, 0x0016)
#define TAG_UNITS               VITRAIL_TAG (0x0054, 0x1001)
#define TAG_SUV_TYPE            VITRAIL_TAG (0x0054, 0x1006)
#define TAG_DECAY_CORRECTION    VITRAIL_TAG (0x0054, 0x1102)
#define TAG_FRAME_REFERENCE     VITRAIL_TAG (0x0054, 0x1300)

#define GE_GROUP          0x0009
#define GE_CREATOR        "GEMS_PETD_01"
#define GE_SCAN_DATE_TIME 0x0d
#define PHILIPS_GROUP     0x7053
#define PHILIPS_CREATOR   "Philips PET Private Group"
#define PHILIPS_UPTAKE    0x00
#define PHILIPS_ACTIVITY  0x09
#define SECONDS_OF_DAY    86400.0
#define SECONDS_OF_MINUTE 60.0
#define LONGEST_FRAME_MS  (SECONDS_OF_DAY * 1000)
#define FIRST_BLOCK       0x10
#define LAST_BLOCK        0xff

/* The text of (@group, block @element), where the block is @creator's (PS3.5
 * 7.8.1); also where its representation is not known (UN). */
static char *
dup_private (VitrailDataSet *data_set,
             guint group,
             const char *creator,
             guint element)
{
  for (guint block = FIRST_BLOCK; block <= LAST_BLOCK; block++) {
    g_autofree char *name =
        vitrail_data_set_dup_string (data_set, VITRAIL_TAG (group, block), 0);
    if (name == NULL || strcmp (g_strstrip (name), creator) != 0)
      continue;
    const VitrailTag tag = VITRAIL_TAG (group, block << 8 | element);
    char *text = vitrail_data_set_dup_string (data_set, tag, 0);
    if (text != NULL)
      return text;
    g_autoptr (GBytes) bytes = vitrail_data_set_ref_value (data_set, tag);
    gsize length = 0;
    const char *data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;
    return data != NULL ? g_strndup (data, length) : NULL;
  }
  return NULL;
}

/* NAN: not there, not positive. */
static double
get_positive (const VitrailDataSet *data_set, VitrailTag tag)
{
  double value = NAN;

  if (data_set == NULL ||
      !vitrail_data_set_get_double (data_set, tag, 0, &value) || !(value > 0))
    return NAN;
  return value;
}

static double
get_private_positive (VitrailDataSet *data_set, guint element)
{
  g_autofree char *text =
      dup_private (data_set, PHILIPS_GROUP, PHILIPS_CREATOR, element);
  char *end = NULL;
  const double value =
      text != NULL ? g_ascii_strtod (g_strstrip (text), &end) : NAN;

  return end != text && value > 0 && isfinite (value) ? value : NAN;
}

static double
get_moment (const VitrailDataSet *data_set,
            VitrailTag date_tag,
            VitrailTag time_tag)
{
  g_autofree char *date = vitrail_data_set_dup_string (data_set, date_tag, 0);
  g_autofree char *time = vitrail_data_set_dup_string (data_set, time_tag, 0);
  double day = 0;
  double seconds = 0;

  if (date == NULL || time == NULL || !vitrail_clock_parse_date (date, &day) ||
      !vitrail_clock_parse_time (time, &seconds))
    return NAN;
  return day + seconds;
}

/* On the clock of the series' own dates, where both say where they are. */
static double
parse_local (const VitrailDataSet *data_set, const char *text)
{
  g_autofree char *here =
      vitrail_data_set_dup_string (data_set, TAG_UTC_OFFSET, 0);
  double seconds = NAN;
  int there_minutes = G_MAXINT;
  int here_minutes = G_MAXINT;
  double ignored = 0;

  if (text == NULL ||
      !vitrail_clock_parse_date_time (text, &seconds, &there_minutes))
    return NAN;
  if (here != NULL && there_minutes != G_MAXINT) {
    g_autofree char *any = g_strconcat ("2000010100", g_strstrip (here), NULL);
    vitrail_clock_parse_date_time (any, &ignored, &here_minutes);
  }
  if (here_minutes != G_MAXINT)
    seconds += SECONDS_OF_MINUTE * (here_minutes - there_minutes);
  return seconds;
}

/* --- when the scan was --- */

/* From the begin of a frame to when its mean count rate was, in seconds. */
static double
mean_moment (double duration, double half_life)
{
  const double decay = G_LN2 / half_life * duration;

  return half_life / G_LN2 * log (decay / -expm1 (-decay));
}

/* What a frame's reference time is counted from: where the series' own time is
 * that of a later processing. */
static double
count_back (const VitrailDataSet *data_set, double half_life)
{
  const double acquisition =
      get_moment (data_set, TAG_ACQUISITION_DATE, TAG_ACQUISITION_TIME);
  const double reference = get_positive (data_set, TAG_FRAME_REFERENCE);
  const double duration = get_positive (data_set, TAG_FRAME_DURATION);

  if (isnan (half_life) || isnan (reference) || isnan (duration) ||
      duration > LONGEST_FRAME_MS)
    return NAN;
  return acquisition - reference / 1000 +
         mean_moment (duration / 1000, half_life);
}

static double
get_earliest (VitrailDataSet *const *instances, guint n)
{
  double earliest = NAN;

  for (guint i = 0; i < n; i++)
    earliest = fmin (earliest, get_moment (instances[i], TAG_ACQUISITION_DATE,
                                           TAG_ACQUISITION_TIME));
  return earliest;
}

/* What decay is corrected to: the begin of the scan. */
static double
find_scan (VitrailDataSet *const *instances, guint n, double half_life)
{
  const double series =
      get_moment (instances[0], TAG_SERIES_DATE, TAG_SERIES_TIME);
  const double earliest = get_earliest (instances, n);

  if (!isnan (series) && (isnan (earliest) || series <= earliest))
    return series;
  g_autofree char *text =
      dup_private (instances[0], GE_GROUP, GE_CREATOR, GE_SCAN_DATE_TIME);
  const double ge = parse_local (instances[0], text);
  if (!isnan (ge))
    return ge;
  for (guint i = 0; i < n; i++) {
    const double begin = count_back (instances[i], half_life);
    if (!isnan (begin))
      return begin;
  }
  return earliest;
}

/* --- when the injection was --- */

/* A time without a day: that of the scan, or the one before. */
static double
find_injection (const VitrailDataSet *first,
                const VitrailDataSet *pharmaceutical,
                double scan)
{
  double seconds = 0;

  if (pharmaceutical == NULL)
    return NAN;
  g_autofree char *whole =
      vitrail_data_set_dup_string (pharmaceutical, TAG_INJECTION_DATE_TIME, 0);
  const double moment = parse_local (first, whole);
  if (!isnan (moment))
    return moment;
  g_autofree char *time =
      vitrail_data_set_dup_string (pharmaceutical, TAG_INJECTION_TIME, 0);
  if (time == NULL || isnan (scan) ||
      !vitrail_clock_parse_time (time, &seconds))
    return NAN;
  const double same_day =
      floor (scan / SECONDS_OF_DAY) * SECONDS_OF_DAY + seconds;
  return same_day <= scan ? same_day : same_day - SECONDS_OF_DAY;
}

/* --- whether there is uptake --- */

static gboolean
is_corrected (const VitrailDataSet *data_set, const char *for_what)
{
  const guint n = vitrail_data_set_get_n_values (data_set, TAG_CORRECTED_IMAGE);

  for (guint i = 0; i < n; i++)
    if (vitrail_data_set_text_is (data_set, TAG_CORRECTED_IMAGE, i, for_what))
      return TRUE;
  return FALSE;
}

static gboolean
refuse (GError **error, const char *reason)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED, "No SUV: %s",
               reason);
  return FALSE;
}

static gboolean
read_stored_kind (VitrailSuvFacts *self,
                  const VitrailDataSet *data_set,
                  gboolean is_surface,
                  GError **error)
{
  g_autofree char *type =
      vitrail_data_set_dup_string (data_set, TAG_SUV_TYPE, 0);

  self->units = VITRAIL_SUV_UNITS_UPTAKE;
  self->stored =
      is_surface ? VITRAIL_SUV_BODY_SURFACE : VITRAIL_SUV_BODY_WEIGHT;
  if (type == NULL || *g_strstrip (type) == '\0')
    return TRUE;
  if (!vitrail_suv_kind_from_text (type, &self->stored) ||
      (self->stored == VITRAIL_SUV_BODY_SURFACE) != is_surface)
    return refuse (error, "SUV Type (0054,1006) is of another kind than Units "
                          "(0054,1001)");
  return TRUE;
}

static gboolean
read_units (VitrailSuvFacts *self,
            const VitrailDataSet *data_set,
            GError **error)
{
  g_autofree char *units = vitrail_data_set_dup_string (data_set, TAG_UNITS, 0);

  g_strstrip (units != NULL ? units : (units = g_strdup ("")));
  if (strcmp (units, "GML") == 0 || strcmp (units, "CM2ML") == 0)
    return read_stored_kind (self, data_set, *units == 'C', error);
  if (strcmp (units, "BQML") == 0 || strcmp (units, "CNTS") == 0) {
    self->units =
        *units == 'B' ? VITRAIL_SUV_UNITS_BQML : VITRAIL_SUV_UNITS_CNTS;
    return TRUE;
  }
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
               "No SUV: Units (0054,1001) are \"%s\": neither BQML, CNTS, GML "
               "nor CM2ML",
               units);
  return FALSE;
}

/* Uptake that is stored as such needs no dose. */
static gboolean
read_corrections (VitrailSuvFacts *self,
                  const VitrailDataSet *data_set,
                  GError **error)
{
  if (self->units == VITRAIL_SUV_UNITS_UPTAKE)
    return TRUE;
  if (!is_corrected (data_set, "ATTN"))
    return refuse (error, "Corrected Image (0028,0051) does not name ATTN, "
                          "attenuation");
  if (!is_corrected (data_set, "DECY"))
    return refuse (error,
                   "Corrected Image (0028,0051) does not name DECY, decay");
  self->at_injection =
      vitrail_data_set_text_is (data_set, TAG_DECAY_CORRECTION, 0, "ADMIN");
  if (!self->at_injection &&
      !vitrail_data_set_text_is (data_set, TAG_DECAY_CORRECTION, 0, "START"))
    return refuse (error, "Decay Correction (0054,1102) is neither START nor "
                          "ADMIN");
  return TRUE;
}

static char
read_sex (const VitrailDataSet *data_set)
{
  if (vitrail_data_set_text_is (data_set, TAG_SEX, 0, "M"))
    return 'M';
  return vitrail_data_set_text_is (data_set, TAG_SEX, 0, "F") ? 'F' : 0;
}

gboolean
vitrail_suv_facts_read (VitrailSuvFacts *self,
                        VitrailDataSet *const *instances,
                        guint n,
                        GError **error)
{
  VitrailDataSet *first = instances[0];
  const VitrailDataSet *pharmaceutical =
      vitrail_data_set_get_item (first, TAG_PHARMACEUTICALS, 0);
  VitrailSuvFacts facts = { 0 };

  if (!vitrail_data_set_text_is (first, TAG_MODALITY, 0, "PT"))
    return refuse (error, "Modality (0008,0060) is not PT");
  if (!read_units (&facts, first, error) ||
      !read_corrections (&facts, first, error))
    return FALSE;
  if (vitrail_data_set_get_n_items (first, TAG_PHARMACEUTICALS) > 1)
    return refuse (error, "Radiopharmaceutical Information Sequence "
                          "(0054,0016) has several items");
  facts.weight_kg = get_positive (first, TAG_WEIGHT);
  facts.size_m = get_positive (first, TAG_SIZE);
  facts.sex = read_sex (first);
  facts.dose_bq = get_positive (pharmaceutical, TAG_DOSE);
  facts.half_life_s = get_positive (pharmaceutical, TAG_HALF_LIFE);
  facts.scan_s = find_scan (instances, n, facts.half_life_s);
  facts.injection_s = find_injection (first, pharmaceutical, facts.scan_s);
  facts.uptake_factor = get_private_positive (first, PHILIPS_UPTAKE);
  facts.activity_factor = get_private_positive (first, PHILIPS_ACTIVITY);
  *self = facts;
  return TRUE;
}
