/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Labels of lossy compression: see lossylabel.h. */

#include "lossylabel.h"

#include "dicom/writer.h"

#include <string.h>

#define TAG_IMAGE_TYPE          VITRAIL_TAG (0x0008, 0x0008)
#define TAG_SOP_CLASS_UID       VITRAIL_TAG (0x0008, 0x0016)
#define TAG_SOP_INSTANCE_UID    VITRAIL_TAG (0x0008, 0x0018)
#define TAG_REFERENCED_CLASS    VITRAIL_TAG (0x0008, 0x1150)
#define TAG_REFERENCED_INSTANCE VITRAIL_TAG (0x0008, 0x1155)
#define TAG_SOURCE_IMAGE        VITRAIL_TAG (0x0008, 0x2112)
#define TAG_FRAME_TYPE          VITRAIL_TAG (0x0008, 0x9007)
#define TAG_LOSSY_COMPRESSION   VITRAIL_TAG (0x0028, 0x2110)
#define TAG_LOSSY_RATIO         VITRAIL_TAG (0x0028, 0x2112)
#define TAG_LOSSY_METHOD        VITRAIL_TAG (0x0028, 0x2114)
#define TAG_SHARED_GROUPS       VITRAIL_TAG (0x5200, 0x9229)
#define TAG_PER_FRAME_GROUPS    VITRAIL_TAG (0x5200, 0x9230)

/* @value behind the values that @tag has already. */
static void
append_value (VitrailDataSetBuilder *builder,
              const VitrailDataSet *source,
              VitrailTag tag,
              const char *value)
{
  g_autofree char *before = vitrail_data_set_dup_strings (source, tag);
  g_autofree char *all = before != NULL && before[0] != '\0'
                             ? g_strconcat (before, "\\", value, NULL)
                             : g_strdup (value);

  vitrail_data_set_builder_set_string (builder, tag, all);
}

/* The first value of an Image Type or a Frame Type. */
static void
set_derived (VitrailDataSetBuilder *builder,
             const VitrailDataSet *source,
             VitrailTag tag)
{
  g_autofree char *type = vitrail_data_set_dup_strings (source, tag);
  const char *rest = type != NULL ? strchr (type, '\\') : NULL;
  g_autofree char *derived =
      g_strconcat ("DERIVED", rest != NULL ? rest : "\\PRIMARY", NULL);

  vitrail_data_set_builder_set_string (builder, tag, derived);
}

static GPtrArray *
list_items (const VitrailDataSet *source, VitrailTag tag)
{
  GPtrArray *items =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);
  const guint n = vitrail_data_set_get_n_items (source, tag);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (items, vitrail_data_set_ref (
                                vitrail_data_set_get_item (source, tag, i)));
  return items;
}

static void
set_items (VitrailDataSetBuilder *builder, VitrailTag tag, GPtrArray *items)
{
  vitrail_data_set_builder_set_items (builder, tag,
                                      (VitrailDataSet *const *) items->pdata,
                                      items->len);
}

static void
add_source (VitrailDataSetBuilder *builder, const VitrailDataSet *source)
{
  g_autofree char *class_uid =
      vitrail_data_set_dup_strings (source, TAG_SOP_CLASS_UID);
  g_autofree char *instance_uid =
      vitrail_data_set_dup_strings (source, TAG_SOP_INSTANCE_UID);
  g_autoptr (GPtrArray) items = list_items (source, TAG_SOURCE_IMAGE);

  if (class_uid == NULL || instance_uid == NULL)
    return;
  VitrailDataSetBuilder *item = vitrail_data_set_builder_new ();
  vitrail_data_set_builder_set_string (item, TAG_REFERENCED_CLASS, class_uid);
  vitrail_data_set_builder_set_string (item, TAG_REFERENCED_INSTANCE,
                                       instance_uid);
  g_ptr_array_add (items, vitrail_data_set_builder_end (item));
  set_items (builder, TAG_SOURCE_IMAGE, items);
}

/* Items of @tag, one of the macros of a functional group, of which each kind of
 * image has its own with a Frame Type. FALSE: none has one. */
static gboolean
derive_macro (VitrailDataSetBuilder *builder,
              const VitrailDataSet *group,
              VitrailTag tag)
{
  g_autoptr (GPtrArray) items = list_items (group, tag);
  gboolean any = FALSE;

  for (guint i = 0; i < items->len; i++) {
    VitrailDataSet *item = g_ptr_array_index (items, i);
    if (!vitrail_data_set_has (item, TAG_FRAME_TYPE))
      continue;
    VitrailDataSetBuilder *changed = vitrail_data_set_builder_new_from (item);
    set_derived (changed, item, TAG_FRAME_TYPE);
    items->pdata[i] = vitrail_data_set_builder_end (changed);
    vitrail_data_set_unref (item);
    any = TRUE;
  }
  if (any)
    set_items (builder, tag, items);
  return any;
}

/* (transfer full) */
static VitrailDataSet *
derive_group (VitrailDataSet *group)
{
  g_autoptr (VitrailDataSetBuilder) builder =
      vitrail_data_set_builder_new_from (group);
  const size_t n = vitrail_data_set_get_n_elements (group);
  gboolean any = FALSE;

  for (size_t i = 0; i < n; i++)
    any |= derive_macro (builder, group,
                         vitrail_data_set_get_element (group, i)->tag);
  return any ? vitrail_data_set_builder_end (g_steal_pointer (&builder))
             : vitrail_data_set_ref (group);
}

static void
derive_groups (VitrailDataSetBuilder *builder,
               const VitrailDataSet *source,
               VitrailTag tag)
{
  g_autoptr (GPtrArray) groups = list_items (source, tag);

  for (guint i = 0; i < groups->len; i++) {
    VitrailDataSet *group = g_ptr_array_index (groups, i);
    groups->pdata[i] = derive_group (group);
    vitrail_data_set_unref (group);
  }
  if (groups->len > 0)
    set_items (builder, tag, groups);
}

void
vitrail_label_lossy (VitrailDataSetBuilder *builder,
                     const VitrailDataSet *source,
                     const char *method,
                     double ratio)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *uid = vitrail_uid_new ();

  g_ascii_formatd (text, sizeof text, "%.2f", ratio);
  vitrail_data_set_builder_set_string (builder, TAG_LOSSY_COMPRESSION, "01");
  append_value (builder, source, TAG_LOSSY_RATIO, text);
  append_value (builder, source, TAG_LOSSY_METHOD, method);
  vitrail_data_set_builder_set_string (builder, TAG_SOP_INSTANCE_UID, uid);
  set_derived (builder, source, TAG_IMAGE_TYPE);
  derive_groups (builder, source, TAG_SHARED_GROUPS);
  derive_groups (builder, source, TAG_PER_FRAME_GROUPS);
  add_source (builder, source);
}
