/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Properties of DICOM slides: see dicomproperties.h. */

#include "slide/dicomproperties.h"

#include <string.h>

#define SPECIMENS         VITRAIL_TAG (0x0040, 0x0560)
#define PRIMARY_STRUCTURE VITRAIL_TAG (0x0008, 0x2228)
#define PREPARATION       VITRAIL_TAG (0x0040, 0x0610)
#define STEP_ITEMS        VITRAIL_TAG (0x0040, 0x0612)
#define CONCEPT_NAME      VITRAIL_TAG (0x0040, 0xa043)
#define CONCEPT_CODE      VITRAIL_TAG (0x0040, 0xa168)
#define TEXT_VALUE        VITRAIL_TAG (0x0040, 0xa160)
#define CODE_VALUE        VITRAIL_TAG (0x0008, 0x0100)
#define CODE_MEANING      VITRAIL_TAG (0x0008, 0x0104)
#define ACQUISITION_DT    VITRAIL_TAG (0x0008, 0x002a)
#define ACQUISITION_DATE  VITRAIL_TAG (0x0008, 0x0022)
#define ACQUISITION_TIME  VITRAIL_TAG (0x0008, 0x0032)

/* A file that says more is not believed. */
#define MAX_PROPERTIES 512u
#define MAX_ITEMS      256u

/* An attribute whose value, or whose code's meaning, is for a person. */
typedef struct {
  const char *keyword;
  VitrailTag tag;
  gboolean is_code;
} Simple;

static const Simple of_container[] = {
  { "ContainerIdentifier", VITRAIL_TAG (0x0040, 0x0512), FALSE },
  { "ContainerTypeCodeSequence", VITRAIL_TAG (0x0040, 0x0518), TRUE },
};

static const Simple of_specimen[] = {
  { "SpecimenIdentifier", VITRAIL_TAG (0x0040, 0x0551), FALSE },
  { "SpecimenShortDescription", VITRAIL_TAG (0x0040, 0x0600), FALSE },
  { "SpecimenDetailedDescription", VITRAIL_TAG (0x0040, 0x0602), FALSE },
  { "PrimaryAnatomicStructureSequence", PRIMARY_STRUCTURE, TRUE },
};

static const Simple of_device[] = {
  { "Manufacturer", VITRAIL_TAG (0x0008, 0x0070), FALSE },
  { "ManufacturerModelName", VITRAIL_TAG (0x0008, 0x1090), FALSE },
  { "DeviceSerialNumber", VITRAIL_TAG (0x0018, 0x1000), FALSE },
};

static const Simple of_image[] = {
  { "ImageComments", VITRAIL_TAG (0x0020, 0x4000), FALSE },
};

/* Takes @value. */
static void
add (GArray *properties, const char *keyword, char *value)
{
  VitrailSlideProperty property = { keyword, value };

  if (value == NULL || value[0] == '\0' || properties->len == MAX_PROPERTIES)
    g_free (value);
  else
    g_array_append_val (properties, property);
}

static char *
dup_meaning (const VitrailDataSet *data_set, VitrailTag tag, guint index)
{
  return vitrail_data_set_dup_string (
      vitrail_data_set_get_item (data_set, tag, index), CODE_MEANING, 0);
}

static void
add_simple (GArray *properties,
            const VitrailDataSet *data_set,
            const Simple *simple)
{
  guint n = vitrail_data_set_get_n_items (data_set, simple->tag);

  if (!simple->is_code)
    add (properties, simple->keyword,
         vitrail_data_set_dup_string (data_set, simple->tag, 0));
  for (guint i = 0; simple->is_code && i < MIN (n, MAX_ITEMS); i++)
    add (properties, simple->keyword, dup_meaning (data_set, simple->tag, i));
}

static void
add_all (GArray *properties,
         const VitrailDataSet *data_set,
         const Simple *simple,
         gsize n)
{
  for (gsize i = 0; i < n; i++)
    add_simple (properties, data_set, &simple[i]);
}

/* Content items of TID 8001 that say which specimen, not what was done. */
static gboolean
is_about_specimen (const VitrailDataSet *name)
{
  static const char *const codes[] = {
    "121041", /* Specimen Identifier */
    "111724", /* Issuer of Specimen Identifier */
    "111705", /* Specimen Type */
    "111704", /* Sampling Method */
    "111706", /* Specimen Parent Identifier */
    "111707", /* Issuer of Parent Specimen Identifier */
  };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (vitrail_data_set_text_is (name, CODE_VALUE, 0, codes[i]))
      return TRUE;
  return FALSE;
}

/* What a content item says: a code's meaning, or a text. */
static char *
dup_content (const VitrailDataSet *item)
{
  char *value = dup_meaning (item, CONCEPT_CODE, 0);

  return value != NULL ? value
                       : vitrail_data_set_dup_string (item, TEXT_VALUE, 0);
}

/* One step, as "Staining: hematoxylin stain, eosin stain": its Processing type
 * (DCM 111701) and what was used and done. */
static char *
describe_step (const VitrailDataSet *step)
{
  guint n = vitrail_data_set_get_n_items (step, STEP_ITEMS);
  g_autofree char *type = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < MIN (n, MAX_ITEMS); i++) {
    VitrailDataSet *item = vitrail_data_set_get_item (step, STEP_ITEMS, i);
    VitrailDataSet *name = vitrail_data_set_get_item (item, CONCEPT_NAME, 0);
    g_autofree char *value = dup_content (item);
    if (value == NULL || is_about_specimen (name))
      continue;
    if (type == NULL &&
        vitrail_data_set_text_is (name, CODE_VALUE, 0, "111701"))
      type = g_steal_pointer (&value);
    else
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", value);
  }
  if (type == NULL)
    return g_strdup (text->str);
  return text->len > 0 ? g_strconcat (type, ": ", text->str, NULL)
                       : g_steal_pointer (&type);
}

static void
add_steps (GArray *properties, const VitrailDataSet *specimen)
{
  guint n = vitrail_data_set_get_n_items (specimen, PREPARATION);

  for (guint i = 0; i < MIN (n, MAX_ITEMS); i++)
    add (properties, "SpecimenPreparationSequence",
         describe_step (vitrail_data_set_get_item (specimen, PREPARATION, i)));
}

static void
add_specimens (GArray *properties, const VitrailDataSet *data_set)
{
  guint n = vitrail_data_set_get_n_items (data_set, SPECIMENS);

  for (guint i = 0; i < MIN (n, MAX_ITEMS); i++) {
    VitrailDataSet *specimen =
        vitrail_data_set_get_item (data_set, SPECIMENS, i);
    add_all (properties, specimen, of_specimen, G_N_ELEMENTS (of_specimen));
    add_steps (properties, specimen);
  }
}

static gboolean
is_digits (const char *text, gsize n)
{
  return strspn (text, "0123456789") >= n;
}

/* DT as ISO 8601, as much of it as is there; NULL where it is no DT. */
static char *
format_date_time (const char *dt)
{
  static const struct {
    const char *before;
    guint n;
  } parts[] = {
    { "", 4 }, { "-", 2 }, { "-", 2 }, { "T", 2 }, { ":", 2 }, { ":", 2 },
  };

  g_autoptr (GString) text = g_string_new (NULL);
  guint i = 0;

  for (; i < G_N_ELEMENTS (parts) && is_digits (dt, parts[i].n); i++) {
    g_string_append_printf (text, "%s%.*s", parts[i].before, (int) parts[i].n,
                            dt);
    dt += parts[i].n;
  }
  if (i == 0)
    return NULL;
  if (i == G_N_ELEMENTS (parts) && dt[0] == '.') {
    gsize n = 1 + strspn (dt + 1, "0123456789");
    g_string_append_len (text, dt, (gssize) n);
    dt += n;
  }
  if ((dt[0] == '+' || dt[0] == '-') && is_digits (dt + 1, 4) && i > 3)
    g_string_append_printf (text, "%.3s:%.2s", dt, dt + 3);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
add_date (GArray *properties, const VitrailDataSet *data_set)
{
  g_autofree char *dt =
      vitrail_data_set_dup_string (data_set, ACQUISITION_DT, 0);
  g_autofree char *date =
      vitrail_data_set_dup_string (data_set, ACQUISITION_DATE, 0);
  g_autofree char *time =
      vitrail_data_set_dup_string (data_set, ACQUISITION_TIME, 0);

  if (dt == NULL && date != NULL)
    dt = g_strconcat (date, time, NULL);
  if (dt != NULL)
    add (properties, "AcquisitionDateTime", format_date_time (dt));
}

VitrailSlideProperty *
vitrail_wsi_properties_read (const VitrailDataSet *data_set)
{
  GArray *properties = g_array_new (TRUE, FALSE, sizeof (VitrailSlideProperty));

  add_all (properties, data_set, of_container, G_N_ELEMENTS (of_container));
  add_specimens (properties, data_set);
  if (vitrail_data_set_get_n_items (data_set, SPECIMENS) == 0)
    add_simple (properties, data_set,
                &of_specimen[G_N_ELEMENTS (of_specimen) - 1]);
  add_all (properties, data_set, of_device, G_N_ELEMENTS (of_device));
  add_date (properties, data_set);
  add_all (properties, data_set, of_image, G_N_ELEMENTS (of_image));
  return (VitrailSlideProperty *) (gpointer) g_array_free (properties, FALSE);
}

void
vitrail_wsi_properties_free (VitrailSlideProperty *self)
{
  for (VitrailSlideProperty *p = self; p->keyword != NULL; p++)
    g_free ((gpointer) (guintptr) p->value);
  g_free (self);
}
