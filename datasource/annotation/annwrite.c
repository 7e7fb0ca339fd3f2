/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Annotation sets to Bulk Simple Annotations: see ann.h. */

#include "annotation/ann.h"
#include "annotation/cielab.h"
#include "dicom/builder.h"
#include "error.h"

#include <string.h>

#define TAG VITRAIL_TAG

#define SOP_CLASS_UID       TAG (0x0008, 0x0016)
#define SOP_INSTANCE_UID    TAG (0x0008, 0x0018)
#define SERIES_INSTANCE_UID TAG (0x0020, 0x000e)
#define TOTAL_COLUMNS       TAG (0x0048, 0x0006)

#define MAX_POINTS (1u << 27)

/* Of the image: patient and study, with those that may be empty. */
static const VitrailTag copied[] = {
  TAG (0x0008, 0x0020), TAG (0x0008, 0x0030), TAG (0x0008, 0x0050),
  TAG (0x0008, 0x0090), TAG (0x0010, 0x0010), TAG (0x0010, 0x0020),
  TAG (0x0010, 0x0030), TAG (0x0010, 0x0040), TAG (0x0020, 0x000d),
  TAG (0x0020, 0x0010),
};

static const struct {
  VitrailTag tag;
  const char *text;
} constants[] = {
  { SOP_CLASS_UID, VITRAIL_ANN_SOP_CLASS },
  { TAG (0x0008, 0x0060), "ANN" },
  { TAG (0x0008, 0x0070), "Vitrail" },     /* Manufacturer */
  { TAG (0x0008, 0x1090), "Vitrail" },     /* its model */
  { TAG (0x0018, 0x1000), "1" },           /* serial number */
  { TAG (0x0018, 0x1020), "0.1" },         /* software version */
  { TAG (0x0020, 0x0011), "1" },           /* series number */
  { TAG (0x0020, 0x0013), "1" },           /* instance number */
  { TAG (0x0020, 0x0060), "" },            /* laterality */
  { TAG (0x0048, 0x0301), "VOLUME" },      /* pixel origin */
  { TAG (0x006a, 0x0001), "2D" },          /* coordinate type */
  { TAG (0x0070, 0x0080), "ANNOTATIONS" }, /* content label */
  { TAG (0x0070, 0x0084), "" },            /* content creator */
};

/* One annotation group in the making.
 * @starts: of each polyline and polygon, as the list counts them */
typedef struct {
  const VitrailShapeArrays *arrays;
  GByteArray *points;
  GByteArray *starts;
  guint n_annotations;
  guint n_holes;
} Group;

static void
set_item (VitrailDataSetBuilder *builder,
          VitrailTag tag,
          VitrailDataSetBuilder *item)
{
  g_autoptr (VitrailDataSet) data_set = vitrail_data_set_builder_end (item);

  vitrail_data_set_builder_set_items (builder, tag, &data_set, 1);
}

static void
set_code (VitrailDataSetBuilder *builder,
          VitrailTag tag,
          const VitrailAnnotationCode *code,
          const VitrailAnnotationCode *otherwise)
{
  VitrailDataSetBuilder *item = vitrail_data_set_builder_new ();

  if (code->value == NULL || code->scheme == NULL || code->meaning == NULL)
    code = otherwise;
  vitrail_data_set_builder_set_string (item, TAG (0x0008, 0x0100), code->value);
  vitrail_data_set_builder_set_string (item, TAG (0x0008, 0x0102),
                                       code->scheme);
  vitrail_data_set_builder_set_string (item, TAG (0x0008, 0x0104),
                                       code->meaning);
  set_item (builder, tag, item);
}

/* --- coordinates --- */

static void
append_u32 (GByteArray *array, guint32 value)
{
  const guint32 little = GUINT32_TO_LE (value);
  g_byte_array_append (array, (const guint8 *) &little, sizeof little);
}

static void
append_point (const Group *self, size_t point)
{
  double xy[2];

  vitrail_shape_arrays_get_point (self->arrays, point, xy);
  for (guint i = 0; i < 2; i++) {
    if (self->arrays->xy32 != NULL) {
      const float single = (float) xy[i];
      guint32 bits;
      memcpy (&bits, &single, sizeof bits);
      append_u32 (self->points, bits);
    } else {
      guint64 bits;
      memcpy (&bits, &xy[i], sizeof bits);
      bits = GUINT64_TO_LE (bits);
      g_byte_array_append (self->points, (const guint8 *) &bits, sizeof bits);
    }
  }
}

static void
append_shape (Group *self, guint shape)
{
  const VitrailShapeArrays *arrays = self->arrays;
  const gboolean is_points = arrays->kinds[shape] == VITRAIL_SHAPE_POINTS;
  const size_t bytes = arrays->xy32 != NULL ? 4 : 8;

  for (size_t i = arrays->parts[shape]; i < arrays->parts[shape + 1]; i++) {
    if (arrays->holes != NULL && arrays->holes[i] != 0) {
      self->n_holes++;
      continue;
    }
    append_u32 (self->starts, (guint32) (self->points->len / bytes) + 1);
    for (size_t j = arrays->points[i]; j < arrays->points[i + 1]; j++)
      append_point (self, j);
    self->n_annotations +=
        is_points ? arrays->points[i + 1] - arrays->points[i] : 1;
  }
}

static void
set_bytes (VitrailDataSetBuilder *builder,
           VitrailTag tag,
           const char vr[2],
           GByteArray *array)
{
  g_autoptr (GBytes) bytes = g_bytes_new (array->data, array->len);

  vitrail_data_set_builder_set_bytes (builder, tag, VITRAIL_VR (vr[0], vr[1]),
                                      bytes);
}

static void
set_coordinates (VitrailDataSetBuilder *builder,
                 const Group *self,
                 VitrailShapeKind kind)
{
  static const char *const names[VITRAIL_N_SHAPE_KINDS] = {
    "POINT", "POLYLINE", "POLYGON", "RECTANGLE", "ELLIPSE",
  };

  vitrail_data_set_builder_set_string (builder, TAG (0x0070, 0x0023),
                                       names[kind]);
  vitrail_data_set_builder_set_int (builder, TAG (0x006a, 0x000c),
                                    self->n_annotations);
  if (self->arrays->xy32 != NULL)
    set_bytes (builder, TAG (0x0066, 0x0016), "OF", self->points);
  else
    set_bytes (builder, TAG (0x0066, 0x0022), "OD", self->points);
  if (kind == VITRAIL_SHAPE_POLYLINE || kind == VITRAIL_SHAPE_POLYGON)
    set_bytes (builder, TAG (0x0066, 0x0040), "OL", self->starts);
}

/* --- groups --- */

static void
set_color (VitrailDataSetBuilder *builder, guint32 rgb)
{
  uint16_t lab[3];
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  vitrail_cielab_from_rgb (rgb, lab);
  for (guint i = 0; i < 3; i++) {
    const guint16 little = GUINT16_TO_LE (lab[i]);
    g_byte_array_append (bytes, (const guint8 *) &little, sizeof little);
  }
  set_bytes (builder, TAG (0x0062, 0x000d), "US", bytes);
}

static VitrailDataSet *
make_item (const Group *self,
           const VitrailAnnotationGroup *group,
           VitrailShapeKind kind,
           guint number)
{
  static char scheme[] = "SCT";
  static char structure[] = "91723000";
  static char structure_meaning[] = "Anatomical Structure";
  static char tissue[] = "85756007";
  static char tissue_meaning[] = "Tissue";
  const VitrailAnnotationCode category = { structure, scheme,
                                           structure_meaning };
  const VitrailAnnotationCode type = { tissue, scheme, tissue_meaning };
  VitrailDataSetBuilder *item = vitrail_data_set_builder_new ();
  g_autofree char *uid = vitrail_uid_new ();
  g_autofree char *label =
      g_utf8_substring (group->label, 0,
                        MIN (g_utf8_strlen (group->label, -1), 64));

  g_strdelimit (label, "\\", '/');
  vitrail_data_set_builder_set_int (item, TAG (0x0040, 0xa180), number);
  vitrail_data_set_builder_set_string (item, TAG (0x006a, 0x0003), uid);
  vitrail_data_set_builder_set_string (item, TAG (0x006a, 0x0005),
                                       label[0] != '\0' ? label
                                                        : "Unclassified");
  vitrail_data_set_builder_set_string (item, TAG (0x006a, 0x0007), "MANUAL");
  set_code (item, TAG (0x006a, 0x0009), &group->category, &category);
  set_code (item, TAG (0x006a, 0x000a), &group->type, &type);
  vitrail_data_set_builder_set_string (item, TAG (0x006a, 0x000d), "YES");
  set_color (item, group->rgb);
  set_coordinates (item, self, kind);
  return vitrail_data_set_builder_end (item);
}

static void
add_group (GPtrArray *items,
           const VitrailAnnotationSet *set,
           guint group,
           VitrailShapeKind kind,
           guint *n_holes)
{
  Group found = { .arrays = vitrail_annotation_set_get_arrays (set),
                  .points = g_byte_array_new (),
                  .starts = g_byte_array_new () };

  for (guint i = 0; i < found.arrays->n_shapes; i++)
    if (found.arrays->groups[i] == group && found.arrays->kinds[i] == kind)
      append_shape (&found, i);
  if (found.n_annotations > 0)
    g_ptr_array_add (
        items, make_item (&found, vitrail_annotation_set_get_group (set, group),
                          kind, items->len + 1));
  *n_holes += found.n_holes;
  g_byte_array_unref (found.points);
  g_byte_array_unref (found.starts);
}

static GPtrArray *
make_items (const VitrailAnnotationSet *set, guint *n_holes)
{
  GPtrArray *items =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);
  const guint n = vitrail_annotation_set_get_n_groups (set);

  for (guint i = 0; i < n; i++)
    for (guint kind = 0; kind < VITRAIL_N_SHAPE_KINDS; kind++)
      add_group (items, set, i, (VitrailShapeKind) kind, n_holes);
  return items;
}

/* --- the object --- */

static void
copy_text (VitrailDataSetBuilder *to,
           VitrailTag to_tag,
           const VitrailDataSet *from,
           VitrailTag from_tag)
{
  g_autofree char *text = vitrail_data_set_dup_strings (from, from_tag);

  vitrail_data_set_builder_set_string (to, to_tag, text != NULL ? text : "");
}

/* The image as Referenced SOP Class and Instance UID. */
static VitrailDataSetBuilder *
new_reference (const VitrailDataSet *image)
{
  VitrailDataSetBuilder *item = vitrail_data_set_builder_new ();

  copy_text (item, TAG (0x0008, 0x1150), image, SOP_CLASS_UID);
  copy_text (item, TAG (0x0008, 0x1155), image, SOP_INSTANCE_UID);
  return item;
}

static void
set_references (VitrailDataSetBuilder *builder, const VitrailDataSet *image)
{
  VitrailDataSetBuilder *series = vitrail_data_set_builder_new ();

  copy_text (series, SERIES_INSTANCE_UID, image, SERIES_INSTANCE_UID);
  set_item (series, TAG (0x0008, 0x114a), new_reference (image));
  set_item (builder, TAG (0x0008, 0x1115), series);
  set_item (builder, TAG (0x0008, 0x1140), new_reference (image));
}

static void
set_names (VitrailDataSetBuilder *builder, const char *name)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = g_date_time_format (now, "%Y%m%d");
  g_autofree char *time = g_date_time_format (now, "%H%M%S");
  g_autofree char *series = vitrail_uid_new ();
  g_autofree char *instance = vitrail_uid_new ();
  g_autofree char *title =
      g_utf8_substring (name, 0, MIN (g_utf8_strlen (name, -1), 64));

  g_strdelimit (title, "\\", '/');
  vitrail_data_set_builder_set_string (builder, TAG (0x0008, 0x0023), date);
  vitrail_data_set_builder_set_string (builder, TAG (0x0008, 0x0033), time);
  vitrail_data_set_builder_set_string (builder, SERIES_INSTANCE_UID, series);
  vitrail_data_set_builder_set_string (builder, SOP_INSTANCE_UID, instance);
  vitrail_data_set_builder_set_string (builder, TAG (0x0070, 0x0081), title);
}

VitrailDataSet *
vitrail_ann_write (const VitrailAnnotationSet *set,
                   const VitrailDataSet *image,
                   char **warning,
                   GError **error)
{
  const VitrailShapeArrays *arrays = vitrail_annotation_set_get_arrays (set);
  guint n_holes = 0;

  if (warning != NULL)
    *warning = NULL;
  /* Values of elements are shorter than 4 GiB. */
  if (arrays->n_points > MAX_POINTS) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "annotations \"%s\": more than %u points",
                 vitrail_annotation_set_get_name (set), MAX_POINTS);
    return NULL;
  }
  g_autoptr (GPtrArray) items = make_items (set, &n_holes);
  if (items->len == 0 || !vitrail_data_set_has (image, TOTAL_COLUMNS)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "annotations \"%s\": %s",
                 vitrail_annotation_set_get_name (set),
                 items->len == 0 ? "nothing to write" : "not on a slide");
    return NULL;
  }
  if (warning != NULL && n_holes > 0)
    *warning = g_strdup_printf ("annotations \"%s\": %u holes left out",
                                vitrail_annotation_set_get_name (set), n_holes);
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();
  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    copy_text (builder, copied[i], image, copied[i]);
  for (guint i = 0; i < G_N_ELEMENTS (constants); i++)
    vitrail_data_set_builder_set_string (builder, constants[i].tag,
                                         constants[i].text);
  set_names (builder, vitrail_annotation_set_get_name (set));
  set_references (builder, image);
  vitrail_data_set_builder_set_items (
      builder, TAG (0x006a, 0x0002),
      (VitrailDataSet *const *) (gpointer) items->pdata, items->len);
  return vitrail_data_set_builder_end (builder);
}
