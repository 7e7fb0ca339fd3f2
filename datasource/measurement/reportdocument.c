/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The document around a report: see reportdocument.h. */

#include "measurement/reportdocument.h"

#include "error.h"
#include "measurement/reportcodes.h"

#include <string.h>

#define TAG VITRAIL_TAG

#define COMPREHENSIVE_SR "1.2.840.10008.5.1.4.1.1.88.33"
#define ECHO_SR          "1.2.840.10008.5.1.4.1.1.88.72"

#define STUDY_INSTANCE_UID  TAG (0x0020, 0x000d)
#define SERIES_INSTANCE_UID TAG (0x0020, 0x000e)
/* Timezone Offset From UTC: PS3.3 A.35.15 wants it of an echo report. */
#define UTC_OFFSET TAG (0x0008, 0x0201)

/* Of the image: patient and study, with those that may be empty. */
static const VitrailTag copied[] = {
  TAG (0x0008, 0x0020), TAG (0x0008, 0x0030), TAG (0x0008, 0x0050),
  TAG (0x0008, 0x0090), TAG (0x0010, 0x0010), TAG (0x0010, 0x0020),
  TAG (0x0010, 0x0030), TAG (0x0010, 0x0040), STUDY_INSTANCE_UID,
  TAG (0x0020, 0x0010),
};

static const struct {
  VitrailTag tag;
  const char *text;
} constants[] = {
  { TAG (0x0008, 0x0060), "SR" },           /* modality */
  { TAG (0x0008, 0x0070), "Vitrail" },      /* manufacturer */
  { TAG (0x0008, 0x1090), "Vitrail" },      /* its model */
  { TAG (0x0018, 0x1000), "1" },            /* serial number */
  { TAG (0x0018, 0x1020), "0.1" },          /* software version */
  { TAG (0x0008, 0x103e), "Measurements" }, /* series description */
  { TAG (0x0020, 0x0011), "1" },            /* series number */
  { TAG (0x0020, 0x0013), "1" },            /* instance number */
  { TAG (0x0040, 0xa491), "COMPLETE" },     /* completion flag */
  { TAG (0x0040, 0xa493), "UNVERIFIED" },   /* verification flag */
};

static void
set_item (VitrailDataSetBuilder *builder,
          VitrailTag tag,
          VitrailDataSetBuilder *item)
{
  g_autoptr (VitrailDataSet) data_set = vitrail_data_set_builder_end (item);

  vitrail_data_set_builder_set_items (builder, tag, &data_set, 1);
}

void
vitrail_report_set_container (VitrailDataSetBuilder *builder,
                              const char *template)
{
  vitrail_data_set_builder_set_string (builder, TAG (0x0040, 0xa050),
                                       "SEPARATE");
  if (template == NULL)
    return;
  VitrailDataSetBuilder *item = vitrail_data_set_builder_new ();
  vitrail_data_set_builder_set_string (item, TAG (0x0008, 0x0105), "DCMR");
  vitrail_data_set_builder_set_string (item, TAG (0x0040, 0xdb00), template);
  set_item (builder, TAG (0x0040, 0xa504), item);
}

/* --- what is referred to --- */

typedef struct {
  const char *uid;
  GPtrArray *items;
} Series;

static void
series_free (gpointer data)
{
  Series *self = data;

  g_ptr_array_unref (self->items);
  g_free (self);
}

static Series *
find_series (GPtrArray *all, const char *uid)
{
  for (guint i = 0; i < all->len; i++) {
    Series *one = all->pdata[i];
    if (strcmp (one->uid, uid) == 0)
      return one;
  }
  Series *added = g_new (Series, 1);
  added->uid = uid;
  added->items =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);
  g_ptr_array_add (all, added);
  return added;
}

static VitrailDataSet *
make_reference (const VitrailMeasureImage *image)
{
  VitrailDataSetBuilder *item = vitrail_data_set_builder_new ();

  vitrail_data_set_builder_set_string (item, VITRAIL_SR_REF_CLASS,
                                       image->sop_class_uid);
  vitrail_data_set_builder_set_string (item, VITRAIL_SR_REF_INSTANCE,
                                       image->sop_instance_uid);
  return vitrail_data_set_builder_end (item);
}

static VitrailDataSet *
make_series (const Series *series)
{
  VitrailDataSetBuilder *item = vitrail_data_set_builder_new ();

  vitrail_data_set_builder_set_string (item, SERIES_INSTANCE_UID, series->uid);
  vitrail_data_set_builder_set_items (
      item, VITRAIL_SR_REFERENCED,
      (VitrailDataSet *const *) (gpointer) series->items->pdata,
      series->items->len);
  return vitrail_data_set_builder_end (item);
}

static void
set_evidence (VitrailDataSetBuilder *builder,
              const GPtrArray *measurements,
              const char *study_uid)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (series_free);
  g_autoptr (GPtrArray) items =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);
  VitrailDataSetBuilder *study = vitrail_data_set_builder_new ();

  for (guint i = 0; i < measurements->len; i++) {
    const VitrailMeasurement *one = measurements->pdata[i];
    if (!g_hash_table_add (seen, one->image.sop_instance_uid))
      continue;
    Series *series = find_series (all, one->image.series_uid);
    g_ptr_array_add (series->items, make_reference (&one->image));
  }
  for (guint i = 0; i < all->len; i++)
    g_ptr_array_add (items, make_series (all->pdata[i]));
  vitrail_data_set_builder_set_string (study, STUDY_INSTANCE_UID, study_uid);
  vitrail_data_set_builder_set_items (
      study, VITRAIL_SR_REF_SERIES,
      (VitrailDataSet *const *) (gpointer) items->pdata, items->len);
  set_item (builder, VITRAIL_SR_EVIDENCE, study);
}

/* --- the document --- */

/* The image's, since the study's times are copied as they are; else ours. */
static GTimeZone *
find_zone (const VitrailDataSet *image)
{
  g_autofree char *text = vitrail_data_set_dup_string (image, UTC_OFFSET, 0);
  g_autoptr (GTimeZone) zone =
      text != NULL && (*text == '+' || *text == '-')
          ? g_time_zone_new_identifier (g_strchomp (text))
          : NULL;

  return zone != NULL ? g_steal_pointer (&zone) : g_time_zone_new_local ();
}

static void
set_names (VitrailDataSetBuilder *builder, const VitrailDataSet *image)
{
  g_autoptr (GTimeZone) zone = find_zone (image);
  g_autoptr (GDateTime) now = g_date_time_new_now (zone);
  g_autofree char *offset = g_date_time_format (now, "%z");
  g_autofree char *date = g_date_time_format (now, "%Y%m%d");
  g_autofree char *time = g_date_time_format (now, "%H%M%S");
  g_autofree char *series = vitrail_uid_new ();
  g_autofree char *instance = vitrail_uid_new ();

  vitrail_data_set_builder_set_string (builder, UTC_OFFSET, offset);
  vitrail_data_set_builder_set_string (builder, TAG (0x0008, 0x0023), date);
  vitrail_data_set_builder_set_string (builder, TAG (0x0008, 0x0033), time);
  vitrail_data_set_builder_set_string (builder, SERIES_INSTANCE_UID, series);
  vitrail_data_set_builder_set_string (builder, TAG (0x0008, 0x0018), instance);
}

VitrailDataSetBuilder *
vitrail_report_begin (const GPtrArray *measurements,
                      const VitrailDataSet *image,
                      gboolean is_echo,
                      GError **error)
{
  g_autofree char *study =
      vitrail_data_set_dup_string (image, STUDY_INSTANCE_UID, 0);

  if (measurements->len == 0 || study == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "measurements: %s",
                 study == NULL ? "of no study" : "nothing to write");
    return NULL;
  }
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();
  for (guint i = 0; i < G_N_ELEMENTS (copied); i++) {
    g_autofree char *text = vitrail_data_set_dup_strings (image, copied[i]);
    vitrail_data_set_builder_set_string (builder, copied[i],
                                         text != NULL ? text : "");
  }
  for (guint i = 0; i < G_N_ELEMENTS (constants); i++)
    vitrail_data_set_builder_set_string (builder, constants[i].tag,
                                         constants[i].text);
  vitrail_data_set_builder_set_string (builder, TAG (0x0008, 0x0016),
                                       is_echo ? ECHO_SR : COMPREHENSIVE_SR);
  set_names (builder, image);
  /* Referenced performed step and performed codes: none, but there. */
  vitrail_data_set_builder_set_items (builder, TAG (0x0008, 0x1111), NULL, 0);
  vitrail_data_set_builder_set_items (builder, TAG (0x0040, 0xa372), NULL, 0);
  set_evidence (builder, measurements, study);
  return builder;
}
