/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Metabolic volumes: see suvmeasure.h. */

#include "suvmeasure.h"

#include "error.h"
#include "suv/uptake.h"
#include "volume/loader.h"
#include "volume/region.h"
#include "volumelist.h"

#include <math.h>
#include <string.h>

#define TAG_STUDY_DATE          VITRAIL_TAG (0x0008, 0x0020)
#define TAG_MODALITY            VITRAIL_TAG (0x0008, 0x0060)
#define TAG_PATIENT_NAME        VITRAIL_TAG (0x0010, 0x0010)
#define TAG_PATIENT_ID          VITRAIL_TAG (0x0010, 0x0020)
#define TAG_STUDY_INSTANCE_UID  VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES_INSTANCE_UID VITRAIL_TAG (0x0020, 0x000e)

/* Ends each row: whose it is. */
static const VitrailTag columns[] = {
  TAG_PATIENT_ID,         TAG_PATIENT_NAME,        TAG_STUDY_DATE,
  TAG_STUDY_INSTANCE_UID, TAG_SERIES_INSTANCE_UID,
};

/* One measured series. */
typedef struct {
  const VitrailSuvMeasure *wish;
  VitrailVolume *volume;
  VitrailDataSet *header;
  VitrailUptakeThreshold threshold;
  double factor;
  guint8 *counted; /* in any region */
  GString *csv;
} Measuring;

static VitrailVolumeSeries *
find_series (GPtrArray *list, GError **error)
{
  VitrailVolumeSeries *found = NULL;
  guint n = 0;

  for (guint i = 0; i < list->len; i++) {
    VitrailVolumeSeries *one = g_ptr_array_index (list, i);
    if (!vitrail_data_set_text_is (one->series, TAG_MODALITY, 0, "PT") ||
        one->plans->volumes->len == 0)
      continue;
    found = one;
    n++;
  }
  if (n == 1)
    return found;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               n == 0 ? "There is no PET series that is a volume"
                      : "There are several PET series: name one of them");
  return NULL;
}

static VitrailVolume *
load (VitrailVolumeSeries *series, GError **error)
{
  const VitrailVolumeRequest request = {
    .plan = g_ptr_array_index (series->plans->volumes, 0),
    .instances = (VitrailInstance *const *) series->instances->pdata,
  };
  VitrailVolume *volume = vitrail_volume_load (&request, NULL, error);

  if (volume != NULL)
    vitrail_volume_wait (volume, G_MAXUINT, NULL);
  return volume;
}

static gboolean
find_factor (VitrailVolumeSeries *series,
             const char *name,
             VitrailSuvCorrect correct,
             gpointer user_data,
             double *factor,
             GError **error)
{
  g_autoptr (GPtrArray) headers = g_ptr_array_new ();
  VitrailSuvKind kind = VITRAIL_SUV_BODY_WEIGHT;
  VitrailSuvFacts facts;

  if (name != NULL && !vitrail_suv_kind_from_text (name, &kind)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "There is no kind of uptake %s", name);
    return FALSE;
  }
  for (guint i = 0; i < series->instances->len; i++)
    g_ptr_array_add (headers, vitrail_instance_get_data_set (
                                  g_ptr_array_index (series->instances, i)));
  if (!vitrail_suv_facts_read (&facts, (VitrailDataSet *const *) headers->pdata,
                               headers->len, error))
    return FALSE;
  correct (&facts, user_data);
  return vitrail_suv_factor (&facts, kind, factor, error);
}

/* What a spreadsheet takes for one field, and never for a formula. */
static void
append_text (GString *csv, const VitrailDataSet *header, VitrailTag tag)
{
  g_autofree char *text = vitrail_data_set_dup_string (header, tag, 0);
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);

  g_strdelimit (valid, ",\"\r\n", ' ');
  if (valid[0] != '\0' && strchr ("=+-@", valid[0]) != NULL)
    g_string_append_c (csv, '\'');
  g_string_append (csv, valid);
}

static void
append_number (GString *csv, double number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (isfinite (number))
    g_string_append (csv, g_ascii_formatd (text, sizeof text, "%.9g", number));
}

static void
append_row (Measuring *self, guint number, const VitrailUptake *uptake)
{
  const double numbers[] = {
    uptake->volume_ml,  uptake->min,       uptake->max,
    uptake->mean,       uptake->deviation, uptake->peak,
    uptake->glycolysis, uptake->threshold, (double) uptake->n_voxels,
  };

  g_string_append_printf (self->csv, "%u,%s", number,
                          self->wish->regions != NULL ? "region" : "all");
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    g_string_append_c (self->csv, ',');
    append_number (self->csv, numbers[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++) {
    g_string_append_c (self->csv, ',');
    append_text (self->csv, self->header, columns[i]);
  }
  g_string_append_c (self->csv, '\n');
}

/* One region, or all; adds to the sum of glycolysis. */
static gboolean
measure (Measuring *self,
         const char *region,
         guint number,
         VitrailUptake *uptake,
         GError **error)
{
  const VitrailVolumeInfo *info = vitrail_volume_get_info (self->volume);
  g_autofree guint8 *mask = NULL;
  VitrailBall ball;

  if (region != NULL) {
    if (!vitrail_ball_from_text (region, &ball)) {
      g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                   "%s is no region: X,Y,Z,RADIUS in millimetres", region);
      return FALSE;
    }
    mask = vitrail_ball_make_mask (&ball, info, error);
    if (mask == NULL)
      return FALSE;
  }
  if (!vitrail_uptake_measure (self->volume, self->factor, mask,
                               &self->threshold, self->counted, uptake, error))
    return FALSE;
  append_row (self, number, uptake);
  return TRUE;
}

static gboolean
measure_regions (Measuring *self, GError **error)
{
  char **regions = self->wish->regions;
  VitrailUptake uptake;

  if (regions == NULL)
    return measure (self, NULL, 1, &uptake, error);
  for (guint i = 0; regions[i] != NULL; i++)
    if (!measure (self, regions[i], i + 1, &uptake, error))
      return FALSE;
  return TRUE;
}

/* Of all that counts anywhere, once. */
static gboolean
append_totals (Measuring *self, GError **error)
{
  const VitrailUptakeThreshold all = { FALSE, -INFINITY, INFINITY };
  VitrailUptake total;

  if (!vitrail_uptake_measure (self->volume, self->factor, self->counted, &all,
                               NULL, &total, error))
    return FALSE;
  g_string_append (self->csv, "\n\n\nPatient ID,");
  append_text (self->csv, self->header, TAG_PATIENT_ID);
  g_string_append (self->csv, "\nStudy Date,");
  append_text (self->csv, self->header, TAG_STUDY_DATE);
  g_string_append (self->csv, "\n\nTotal Metabolic Tumor Volume,tmtv,");
  append_number (self->csv, total.volume_ml);
  g_string_append (self->csv, "\nTotal Lesion Glycolysis,tlg,");
  append_number (self->csv, total.n_voxels > 0 ? total.glycolysis : 0);
  g_string_append (self->csv, "\nThreshold Configuration,strategy,");
  g_string_append (self->csv, self->threshold.is_fraction
                                  ? "roi_stat,statistic,max,weight,"
                                  : "range,ptLower,");
  append_number (self->csv, self->threshold.low);
  if (isfinite (self->threshold.high)) {
    g_string_append (self->csv, ",ptUpper,");
    append_number (self->csv, self->threshold.high);
  }
  g_string_append_c (self->csv, '\n');
  return TRUE;
}

static char *
measure_volume (Measuring *self, GError **error)
{
  const VitrailVolumeInfo *info = vitrail_volume_get_info (self->volume);
  const gsize n = (gsize) info->size[0] * info->size[1] * info->size[2];
  g_autofree guint8 *counted = g_try_malloc0 (n);
  g_autoptr (GString) csv = g_string_new (
      "id,label,volume,min,max,mean,stdDev,peak,lesionGlycolysis,threshold,"
      "voxels,PatientID,PatientName,StudyDate,StudyInstanceUID,"
      "SeriesInstanceUID\n");

  if (counted == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "No memory for a region of %zu voxels", n);
    return NULL;
  }
  self->counted = counted;
  self->csv = csv;
  if (!measure_regions (self, error) || !append_totals (self, error))
    return NULL;
  return g_strdup (csv->str);
}

char *
vitrail_suv_measure_to_csv (const VitrailSuvMeasure *self,
                            const VitrailContents *contents,
                            VitrailSuvCorrect correct,
                            gpointer user_data,
                            GError **error)
{
  g_autoptr (GPtrArray) list = vitrail_volume_list_new (contents);
  VitrailVolumeSeries *series = find_series (list, error);
  Measuring measuring = { .wish = self };

  if (series == NULL)
    return NULL;
  if (!vitrail_uptake_threshold_from_text (self->threshold,
                                           &measuring.threshold)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                 "%s is no threshold: 41%%, 2.5 or 2.5-100", self->threshold);
    return NULL;
  }
  if (!find_factor (series, self->kind, correct, user_data, &measuring.factor,
                    error))
    return NULL;
  g_autoptr (VitrailVolume) volume = load (series, error);
  if (volume == NULL)
    return NULL;
  measuring.volume = volume;
  measuring.header =
      vitrail_instance_get_data_set (g_ptr_array_index (series->instances, 0));
  return measure_volume (&measuring, error);
}
