/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Derived pictures: see recordingderived.h. */

#include "recordingderived.h"

#include <math.h>
#include <string.h>

#define TAG_LOSSY        VITRAIL_TAG (0x0028, 0x2110)
#define TAG_LOSSY_RATIO  VITRAIL_TAG (0x0028, 0x2112)
#define TAG_LOSSY_METHOD VITRAIL_TAG (0x0028, 0x2114)
#define TAG_DERIVATION   VITRAIL_TAG (0x0008, 0x2111)
#define TAG_REFERENCE    VITRAIL_TAG (0x0020, 0x0052)
#define SMALLEST         1e-9

/* Image Derivation, CID 7203. */
static const struct {
  const char *meaning;
  const char *code;
} derivations[] = {
  { "Multiplanar reformatting", "113072" },
  { "Curved multiplanar reformatting", "113073" },
  { "Volume rendering", "113074" },
  { "Surface rendering", "113075" },
  { "Maximum intensity projection", "113078" },
  { "Minimum intensity projection", "113079" },
};

static void
set_text (VitrailDataSetBuilder *builder, VitrailTag tag, const char *text)
{
  vitrail_data_set_builder_set_string (builder, tag, text);
}

static void
copy_text (VitrailDataSetBuilder *builder,
           VitrailTag to,
           const VitrailDataSet *source,
           VitrailTag from)
{
  g_autofree char *text = vitrail_data_set_dup_strings (source, from);

  if (text != NULL && text[0] != '\0')
    set_text (builder, to, text);
}

static void
set_code (VitrailDataSetBuilder *builder,
          VitrailTag tag,
          const char *code,
          const char *meaning)
{
  g_autoptr (VitrailDataSetBuilder) item = vitrail_data_set_builder_new ();

  set_text (item, VITRAIL_TAG (0x0008, 0x0100), code);
  set_text (item, VITRAIL_TAG (0x0008, 0x0102), "DCM");
  set_text (item, VITRAIL_TAG (0x0008, 0x0104), meaning);
  g_autoptr (VitrailDataSet) made =
      vitrail_data_set_builder_end (g_steal_pointer (&item));
  vitrail_data_set_builder_set_items (builder, tag, &made, 1);
}

static VitrailDataSet *
refer_to (const VitrailDataSet *image)
{
  g_autoptr (VitrailDataSetBuilder) item = vitrail_data_set_builder_new ();

  copy_text (item, VITRAIL_TAG (0x0008, 0x1150), image,
             VITRAIL_TAG (0x0008, 0x0016));
  copy_text (item, VITRAIL_TAG (0x0008, 0x1155), image,
             VITRAIL_TAG (0x0008, 0x0018));
  set_code (item, VITRAIL_TAG (0x0040, 0xa170), "121322",
            "Source image for image processing operation");
  return vitrail_data_set_builder_end (g_steal_pointer (&item));
}

static void
add_references (VitrailDataSetBuilder *builder, const GPtrArray *images)
{
  g_autoptr (GPtrArray) items =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);

  for (guint i = 0; i < images->len; i++)
    g_ptr_array_add (items, refer_to (g_ptr_array_index (images, i)));
  vitrail_data_set_builder_set_items (builder, VITRAIL_TAG (0x0008, 0x2112),
                                      (VitrailDataSet *const *) items->pdata,
                                      items->len);
}

static void
add_derivation (VitrailDataSetBuilder *builder, const char *how)
{
  set_text (builder, TAG_DERIVATION, how);
  set_text (builder, VITRAIL_TAG (0x0008, 0x103e), how);
  for (guint i = 0; i < G_N_ELEMENTS (derivations); i++)
    if (g_ascii_strcasecmp (how, derivations[i].meaning) == 0)
      set_code (builder, VITRAIL_TAG (0x0008, 0x9215), derivations[i].code,
                derivations[i].meaning);
}

/* What has lost once stays so, though nothing is lost now. */
static void
add_earlier_loss (VitrailDataSetBuilder *builder, const VitrailDataSet *image)
{
  if (!vitrail_data_set_text_is (image, TAG_LOSSY, 0, "01"))
    return;
  set_text (builder, TAG_LOSSY, "01");
  copy_text (builder, TAG_LOSSY_RATIO, image, TAG_LOSSY_RATIO);
  copy_text (builder, TAG_LOSSY_METHOD, image, TAG_LOSSY_METHOD);
}

void
vitrail_recording_add_derived (VitrailDataSetBuilder *builder,
                               const VitrailRecordingFormat *format)
{
  const VitrailDataSet *first = g_ptr_array_index (format->made_from, 0);

  set_text (builder, VITRAIL_TAG (0x0008, 0x0008), "DERIVED\\SECONDARY");
  add_references (builder, format->made_from);
  if (format->derivation != NULL)
    add_derivation (builder, format->derivation);
  copy_text (builder, TAG_REFERENCE, first, TAG_REFERENCE);
  set_text (builder, VITRAIL_TAG (0x0020, 0x1040), "");
  if (format->lossy_method == NULL)
    add_earlier_loss (builder, first);
  if (format->kind != VITRAIL_RECORDING_SECONDARY)
    return;
  copy_text (builder, VITRAIL_TAG (0x0008, 0x0060), first,
             VITRAIL_TAG (0x0008, 0x0060));
  set_text (builder, VITRAIL_TAG (0x0008, 0x0064), "WSD");
  set_text (builder, VITRAIL_TAG (0x0028, 0x0301), "NO");
}

/* --- where it lies --- */

/* Numbers as decimal strings of at most 16 characters. */
static void
set_numbers (VitrailDataSetBuilder *builder,
             VitrailTag tag,
             const double *numbers,
             guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n; i++) {
    char one[32];
    double number = fabs (numbers[i]) < SMALLEST ? 0 : numbers[i];
    g_ascii_formatd (one, sizeof one, "%.10g", number);
    g_string_append_printf (text, "%s%s", i > 0 ? "\\" : "", one);
  }
  set_text (builder, tag, text->str);
}

static void
add_plane (VitrailDataSetBuilder *builder, const double plane[12])
{
  double axes[6];
  double lengths[2];
  const double corner[3] = { plane[3], plane[7], plane[11] };

  for (gsize axis = 0; axis < 2; axis++) {
    const double x = plane[axis];
    const double y = plane[4 + axis];
    const double z = plane[8 + axis];
    lengths[axis] = sqrt (x * x + y * y + z * z);
    if (!(lengths[axis] > 0))
      return;
    axes[3 * axis] = x / lengths[axis];
    axes[3 * axis + 1] = y / lengths[axis];
    axes[3 * axis + 2] = z / lengths[axis];
  }
  const double spacing[2] = { lengths[1], lengths[0] };
  set_numbers (builder, VITRAIL_TAG (0x0020, 0x0032), corner, 3);
  set_numbers (builder, VITRAIL_TAG (0x0020, 0x0037), axes, 6);
  set_numbers (builder, VITRAIL_TAG (0x0028, 0x0030), spacing, 2);
}

void
vitrail_recording_add_place (VitrailDataSetBuilder *builder,
                             const VitrailRecordingPlace *place)
{
  if (place->has_plane)
    add_plane (builder, place->plane);
  if (place->slope != 1 || place->intercept != 0) {
    set_numbers (builder, VITRAIL_TAG (0x0028, 0x1052), &place->intercept, 1);
    set_numbers (builder, VITRAIL_TAG (0x0028, 0x1053), &place->slope, 1);
    set_text (builder, VITRAIL_TAG (0x0028, 0x1054),
              place->units != NULL && place->units[0] != '\0' ? place->units
                                                              : "US");
  }
  if (place->has_window) {
    set_numbers (builder, VITRAIL_TAG (0x0028, 0x1050), &place->window[0], 1);
    set_numbers (builder, VITRAIL_TAG (0x0028, 0x1051), &place->window[1], 1);
  }
}
