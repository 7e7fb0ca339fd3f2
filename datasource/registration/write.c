/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Spatial Registration objects of our own: see write.h. */

#include "registration/write.h"

#include "dicom/builder.h"
#include "error.h"

#define TAG VITRAIL_TAG

#define TAG_FRAME_OF_REFERENCE    TAG (0x0020, 0x0052)
#define TAG_REGISTRATION_SEQUENCE TAG (0x0070, 0x0308)
#define TAG_MATRIX_REGISTRATION   TAG (0x0070, 0x0309)
#define TAG_MATRIX_SEQUENCE       TAG (0x0070, 0x030a)
#define TAG_TYPE_CODE_SEQUENCE    TAG (0x0070, 0x030d)

/* Patient and study, as the fixed image says. */
static const VitrailTag copied[] = {
  TAG (0x0008, 0x0020), TAG (0x0008, 0x0030), TAG (0x0008, 0x0050),
  TAG (0x0008, 0x0090), TAG (0x0008, 0x1030), TAG (0x0010, 0x0010),
  TAG (0x0010, 0x0020), TAG (0x0010, 0x0021), TAG (0x0010, 0x0030),
  TAG (0x0010, 0x0040), TAG (0x0020, 0x000d), TAG (0x0020, 0x0010),
  TAG (0x0020, 0x0052), TAG (0x0020, 0x1040),
};

static const struct {
  VitrailTag tag;
  const char *text;
} constants[] = {
  { TAG (0x0008, 0x0016), "1.2.840.10008.5.1.4.1.1.66.1" },
  { TAG (0x0008, 0x0060), "REG" },
  { TAG (0x0008, 0x0070), "Vitrail" },
  { TAG (0x0008, 0x103e), "Rigid registration" },
  { TAG (0x0008, 0x1090), "Vitrail" }, /* Manufacturer's Model Name */
  { TAG (0x0018, 0x1000), "0" },       /* Device Serial Number */
  { TAG (0x0018, 0x1020), "1" },       /* Software Versions */
  { TAG (0x0020, 0x0011), "1" },
  { TAG (0x0020, 0x0013), "1" },
  { TAG (0x0020, 0x0060), "" }, /* Laterality */
  { TAG (0x0070, 0x0080), "REGISTRATION" },
  { TAG (0x0070, 0x0081), "Found by mutual information" },
  { TAG (0x0070, 0x0084), "" }, /* Content Creator's Name */
};

/* What is not there is written empty: type 2. */
static void
copy (VitrailDataSetBuilder *builder, VitrailDataSet *from)
{
  for (guint i = 0; i < G_N_ELEMENTS (copied); i++) {
    g_autofree char *text = vitrail_data_set_dup_strings (from, copied[i]);
    vitrail_data_set_builder_set_string (builder, copied[i],
                                         text != NULL ? text : "");
  }
}

static void
set_new (VitrailDataSetBuilder *builder)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = g_date_time_format (now, "%Y%m%d");
  g_autofree char *time = g_date_time_format (now, "%H%M%S");
  g_autofree char *instance = vitrail_uid_new ();
  g_autofree char *series = vitrail_uid_new ();

  for (guint i = 0; i < G_N_ELEMENTS (constants); i++)
    vitrail_data_set_builder_set_string (builder, constants[i].tag,
                                         constants[i].text);
  vitrail_data_set_builder_set_string (builder, TAG (0x0008, 0x0018), instance);
  vitrail_data_set_builder_set_string (builder, TAG (0x0020, 0x000e), series);
  vitrail_data_set_builder_set_string (builder, TAG (0x0008, 0x0021), date);
  vitrail_data_set_builder_set_string (builder, TAG (0x0008, 0x0031), time);
  vitrail_data_set_builder_set_string (builder, TAG (0x0008, 0x0023), date);
  vitrail_data_set_builder_set_string (builder, TAG (0x0008, 0x0033), time);
}

static void
set_item (VitrailDataSetBuilder *builder, VitrailTag tag, VitrailDataSet *item)
{
  vitrail_data_set_builder_set_items (builder, tag, &item, 1);
  vitrail_data_set_unref (item);
}

/* How @from lies in the registered space. */
static VitrailDataSet *
make_item (const char *from, const double matrix[16])
{
  VitrailDataSetBuilder *item = vitrail_data_set_builder_new ();
  VitrailDataSetBuilder *registration = vitrail_data_set_builder_new ();
  VitrailDataSetBuilder *one = vitrail_data_set_builder_new ();
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 16; i++) {
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    /* A decimal string has 16 characters. */
    g_ascii_formatd (number, sizeof number, "%.9g", matrix[i]);
    g_string_append_printf (text, "%s%s", i > 0 ? "\\" : "", number);
  }
  vitrail_data_set_builder_set_string (one, TAG (0x3006, 0x00c6), text->str);
  vitrail_data_set_builder_set_string (one, TAG (0x0070, 0x030c), "RIGID");
  set_item (registration, TAG_MATRIX_SEQUENCE,
            vitrail_data_set_builder_end (one));
  vitrail_data_set_builder_set_items (registration, TAG_TYPE_CODE_SEQUENCE,
                                      NULL, 0);
  vitrail_data_set_builder_set_string (item, TAG_FRAME_OF_REFERENCE, from);
  set_item (item, TAG_MATRIX_REGISTRATION,
            vitrail_data_set_builder_end (registration));
  return vitrail_data_set_builder_end (item);
}

VitrailDataSet *
vitrail_registration_make (VitrailDataSet *fixed,
                           const char *from,
                           const double matrix[16],
                           GError **error)
{
  static const double identity[16] = { 1, 0, 0, 0, 0, 1, 0, 0,
                                       0, 0, 1, 0, 0, 0, 0, 1 };
  g_autofree char *to =
      vitrail_data_set_dup_string (fixed, TAG_FRAME_OF_REFERENCE, 0);

  if (to == NULL || from[0] == '\0' || g_str_equal (to, from)) {
    g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                         "A registration is of two frames of reference; these "
                         "say one, or none");
    return NULL;
  }
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();
  copy (builder, fixed);
  set_new (builder);
  VitrailDataSet *items[] = { make_item (to, identity),
                              make_item (from, matrix) };
  vitrail_data_set_builder_set_items (builder, TAG_REGISTRATION_SEQUENCE, items,
                                      G_N_ELEMENTS (items));
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    vitrail_data_set_unref (items[i]);
  return vitrail_data_set_builder_end (builder);
}
