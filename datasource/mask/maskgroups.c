/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Functional groups of enhanced angiograms: see maskgroups.h. */

#include "mask/maskgroups.h"

#include "frameinfo-private.h"

#include <math.h>

#define TAG_RELATIONSHIP     VITRAIL_TAG (0x0028, 0x1040)
#define TAG_SHIFT            VITRAIL_TAG (0x0028, 0x6114)
#define TAG_DESCRIPTOR       VITRAIL_TAG (0x0028, 0x3002)
#define TAG_FRAME_VOI        VITRAIL_TAG (0x0028, 0x9132)
#define TAG_TRANSFORMATION   VITRAIL_TAG (0x0028, 0x9145)
#define TAG_FRAME_SHIFT      VITRAIL_TAG (0x0028, 0x9415)
#define TAG_ITEM_ID          VITRAIL_TAG (0x0028, 0x9416)
#define TAG_RELATIONSHIP_LUT VITRAIL_TAG (0x0028, 0x9422)
#define TAG_PROPERTIES       VITRAIL_TAG (0x0028, 0x9443)
#define TAG_FUNCTION         VITRAIL_TAG (0x0028, 0x9474)
#define TAG_SHARED_GROUPS    VITRAIL_TAG (0x5200, 0x9229)
#define TAG_PER_FRAME_GROUPS VITRAIL_TAG (0x5200, 0x9230)

/* Items of one sequence that are looked at. */
#define MOST_ITEMS 64

/* The groups that say @sequence of @frame: per frame, else shared. */
static const VitrailDataSet *
find_groups (const VitrailDataSet *data_set, guint frame, VitrailTag sequence)
{
  const VitrailDataSet *groups =
      vitrail_data_set_get_item (data_set, TAG_PER_FRAME_GROUPS, frame - 1);

  if (vitrail_data_set_get_n_items (groups, sequence) > 0)
    return groups;
  return vitrail_data_set_get_item (data_set, TAG_SHARED_GROUPS, 0);
}

void
vitrail_mask_groups_read_shift (const VitrailDataSet *data_set,
                                guint frame,
                                gint64 id,
                                double shift[2])
{
  const VitrailDataSet *groups = find_groups (data_set, frame, TAG_FRAME_SHIFT);
  const guint n = vitrail_data_set_get_n_items (groups, TAG_FRAME_SHIFT);

  for (guint i = 0; i < MIN (n, MOST_ITEMS); i++) {
    const VitrailDataSet *item =
        vitrail_data_set_get_item (groups, TAG_FRAME_SHIFT, i);
    int64_t item_id = 0;
    double values[2];
    if (!vitrail_data_set_get_int (item, TAG_ITEM_ID, 0, &item_id) ||
        item_id != id ||
        !vitrail_data_set_get_doubles (item, TAG_SHIFT, values, 2) ||
        !isfinite (values[0]) || !isfinite (values[1]))
      continue;
    shift[0] = values[0];
    shift[1] = values[1];
    return;
  }
}

static gboolean
is_logarithmic (const VitrailDataSet *data_set, guint frame)
{
  const VitrailDataSet *properties =
      vitrail_frame_group (data_set, frame, TAG_PROPERTIES);

  return vitrail_data_set_text_is (properties, TAG_RELATIONSHIP, 0, "LOG");
}

/* The item of Pixel Intensity Relationship LUT Sequence that leads from stored
 * values of @frame to logarithmic ones, or NULL. */
static const VitrailDataSet *
find_log (const VitrailDataSet *data_set, guint frame)
{
  if (is_logarithmic (data_set, frame))
    return NULL;
  const VitrailDataSet *groups =
      find_groups (data_set, frame, TAG_RELATIONSHIP_LUT);
  const guint n = vitrail_data_set_get_n_items (groups, TAG_RELATIONSHIP_LUT);

  for (guint i = 0; i < MIN (n, MOST_ITEMS); i++) {
    const VitrailDataSet *item =
        vitrail_data_set_get_item (groups, TAG_RELATIONSHIP_LUT, i);
    if (vitrail_data_set_text_is (item, TAG_FUNCTION, 0, "TO_LOG"))
      return item;
  }
  return NULL;
}

gboolean
vitrail_mask_groups_read_log (const VitrailDataSet *data_set,
                              guint frame,
                              gboolean is_signed,
                              const char *name,
                              VitrailLut **lut,
                              GError **error)
{
  const VitrailDataSet *item = find_log (data_set, frame);

  *lut = item != NULL ? vitrail_lut_new (item, is_signed, name, error) : NULL;
  return item == NULL || *lut != NULL;
}

guint
vitrail_mask_groups_get_log_bits (const VitrailDataSet *data_set,
                                  guint n_frames)
{
  const guint n =
      MIN (n_frames,
           MAX (vitrail_data_set_get_n_items (data_set, TAG_PER_FRAME_GROUPS),
                1));
  guint most = 0;

  for (guint frame = 1; frame <= n; frame++) {
    const VitrailDataSet *item = find_log (data_set, frame);
    int64_t bits = 16;
    if (item == NULL)
      continue;
    vitrail_data_set_get_int (item, TAG_DESCRIPTOR, 2, &bits);
    most = MAX (most, (guint) CLAMP (bits, 2, 16));
  }
  return most;
}

/* --- what is left --- */

static VitrailDataSet *
strip (VitrailDataSet *groups)
{
  static const VitrailTag stale[] = { TAG_FRAME_VOI, TAG_TRANSFORMATION,
                                      TAG_RELATIONSHIP_LUT };
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new_from (groups);

  for (guint i = 0; i < G_N_ELEMENTS (stale); i++)
    vitrail_data_set_builder_remove (builder, stale[i]);
  return vitrail_data_set_builder_end (builder);
}

static void
strip_items (const VitrailDataSet *data_set,
             VitrailTag tag,
             VitrailDataSetBuilder *builder)
{
  const guint n = vitrail_data_set_get_n_items (data_set, tag);
  g_autoptr (GPtrArray) items =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (items,
                     strip (vitrail_data_set_get_item (data_set, tag, i)));
  if (n > 0)
    vitrail_data_set_builder_set_items (builder, tag,
                                        (VitrailDataSet *const *) items->pdata,
                                        items->len);
}

void
vitrail_mask_groups_describe (const VitrailDataSet *data_set,
                              VitrailDataSetBuilder *builder)
{
  strip_items (data_set, TAG_SHARED_GROUPS, builder);
  strip_items (data_set, TAG_PER_FRAME_GROUPS, builder);
}
