/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailMaskModule: see maskmodule.h. */

#include "mask/maskmodule.h"

#include <math.h>
#include <string.h>

#define TAG_VIEWING_MODE VITRAIL_TAG (0x0028, 0x1090)
#define TAG_SEQUENCE     VITRAIL_TAG (0x0028, 0x6100)
#define TAG_OPERATION    VITRAIL_TAG (0x0028, 0x6101)
#define TAG_RANGE        VITRAIL_TAG (0x0028, 0x6102)
#define TAG_MASK_FRAMES  VITRAIL_TAG (0x0028, 0x6110)
#define TAG_AVERAGING    VITRAIL_TAG (0x0028, 0x6112)
#define TAG_SHIFT        VITRAIL_TAG (0x0028, 0x6114)
#define TAG_TID_OFFSET   VITRAIL_TAG (0x0028, 0x6120)
#define TAG_ITEM_ID      VITRAIL_TAG (0x0028, 0x9416)

/* Frames that are averaged at most, and items that are read. */
#define MOST_AVERAGED 64
#define MOST_ITEMS    16
#define MOST_RANGES   64
/* Numbers of frames in the module have 16 bits. */
#define MOST_FRAMES 65535

typedef enum {
  NONE,
  AVERAGE,
  INTERVAL,
  REVERSED,
} Operation;

typedef struct {
  Operation operation;
  gint64 id;           /* or -1 */
  gboolean has_ranges; /* else it is about all frames */
  GArray *ranges;      /* of guint, in pairs */
  GArray *masks;       /* of guint */
  guint averaging;
  gint64 offset;
  double shift[2];
} Item;

struct _VitrailMaskModule {
  guint n_frames;
  GPtrArray *items;
  gboolean is_recommended;
};

static void
item_free (gpointer data)
{
  Item *self = data;

  g_array_unref (self->ranges);
  g_array_unref (self->masks);
  g_free (self);
}

static Operation
read_operation (const VitrailDataSet *data_set)
{
  if (vitrail_data_set_text_is (data_set, TAG_OPERATION, 0, "AVG_SUB"))
    return AVERAGE;
  if (vitrail_data_set_text_is (data_set, TAG_OPERATION, 0, "TID"))
    return INTERVAL;
  if (vitrail_data_set_text_is (data_set, TAG_OPERATION, 0, "REV_TID"))
    return REVERSED;
  return NONE;
}

static gint64
get_number (const VitrailDataSet *data_set, VitrailTag tag, guint index)
{
  int64_t number = 0;

  return vitrail_data_set_get_int (data_set, tag, index, &number) ? number : 0;
}

static void
read_masks (Item *self, const VitrailDataSet *data_set, guint n_frames)
{
  guint n = vitrail_data_set_get_n_values (data_set, TAG_MASK_FRAMES);

  for (guint i = 0; i < n && self->masks->len < MOST_AVERAGED; i++) {
    gint64 number = get_number (data_set, TAG_MASK_FRAMES, i);
    guint mask = (guint) number;
    if (number >= 1 && number <= n_frames)
      g_array_append_val (self->masks, mask);
  }
}

static void
read_ranges (Item *self, const VitrailDataSet *data_set, guint n_frames)
{
  guint n = vitrail_data_set_get_n_values (data_set, TAG_RANGE);

  self->has_ranges = n > 0;
  for (guint i = 0; i + 1 < n && i < MOST_RANGES; i += 2) {
    gint64 first = get_number (data_set, TAG_RANGE, i);
    gint64 last = get_number (data_set, TAG_RANGE, i + 1);
    const guint range[] = { (guint) first, (guint) MIN (last, n_frames) };
    if (first >= 1 && first <= last && first <= n_frames)
      g_array_append_vals (self->ranges, range, 2);
  }
}

static void
read_shift (Item *self, const VitrailDataSet *data_set)
{
  for (guint i = 0; i < 2; i++) {
    double shift = 0;
    if (vitrail_data_set_get_double (data_set, TAG_SHIFT, i, &shift) &&
        isfinite (shift))
      self->shift[i] = shift;
  }
}

static Item *
item_read (const VitrailDataSet *data_set, guint n_frames)
{
  Item *self = g_new0 (Item, 1);

  self->operation = read_operation (data_set);
  self->id = vitrail_data_set_get_int_or (data_set, TAG_ITEM_ID, -1);
  self->ranges = g_array_new (FALSE, FALSE, sizeof (guint));
  self->masks = g_array_new (FALSE, FALSE, sizeof (guint));
  self->averaging =
      (guint) CLAMP (vitrail_data_set_get_int_or (data_set, TAG_AVERAGING, 1),
                     1, MOST_AVERAGED);
  self->offset = vitrail_data_set_get_int_or (data_set, TAG_TID_OFFSET, 1);
  read_masks (self, data_set, n_frames);
  read_ranges (self, data_set, n_frames);
  read_shift (self, data_set);
  return self;
}

static gboolean
is_about (const Item *self, guint frame)
{
  for (guint i = 0; i + 1 < self->ranges->len; i += 2)
    if (frame >= g_array_index (self->ranges, guint, i) &&
        frame <= g_array_index (self->ranges, guint, i + 1))
      return TRUE;
  return !self->has_ranges;
}

/* 0: there is none. */
static guint
find_interval_mask (const Item *self, guint frame, guint n_frames)
{
  gint64 from = frame;

  if (self->operation == REVERSED && self->ranges->len == 0)
    return 0;
  if (self->operation == REVERSED)
    from = 2 * (gint64) g_array_index (self->ranges, guint, 0) - frame;
  /* Before the difference, which the largest numbers would overflow. */
  if (self->offset < from - (gint64) n_frames || self->offset >= from)
    return 0;
  return (guint) (from - self->offset);
}

/* FALSE: another item may be about it. */
static gboolean
apply (const Item *self, guint frame, guint n_frames, VitrailMaskUse *use)
{
  if (!is_about (self, frame))
    return FALSE;
  use->id = self->id;
  if (self->operation == AVERAGE && self->masks->len > 0) {
    use->n_masks = self->masks->len;
    use->masks = (const guint *) (gconstpointer) self->masks->data;
    use->mask = use->masks[0];
    use->n_contrasts = MIN (self->averaging, n_frames - frame + 1);
  } else if (self->operation == INTERVAL || self->operation == REVERSED) {
    use->mask = find_interval_mask (self, frame, n_frames);
    use->n_masks = use->mask > 0 ? 1 : 0;
  }
  for (guint i = 0; i < 2 && use->n_masks > 0; i++)
    use->shift[i] = self->shift[i];
  return TRUE;
}

static gboolean
subtracts_any (const VitrailMaskModule *self)
{
  VitrailMaskUse use;

  for (guint frame = 1; frame <= MIN (self->n_frames, MOST_FRAMES); frame++) {
    vitrail_mask_module_find (self, frame, &use);
    if (use.n_masks > 0)
      return TRUE;
  }
  return FALSE;
}

VitrailMaskModule *
vitrail_mask_module_read (const VitrailDataSet *data_set, guint n_frames)
{
  g_autoptr (VitrailMaskModule) self = g_new0 (VitrailMaskModule, 1);
  guint n = vitrail_data_set_get_n_items (data_set, TAG_SEQUENCE);

  self->n_frames = n_frames;
  self->items = g_ptr_array_new_with_free_func (item_free);
  self->is_recommended =
      vitrail_data_set_text_is (data_set, TAG_VIEWING_MODE, 0, "SUB");
  for (guint i = 0; i < MIN (n, MOST_ITEMS); i++) {
    const VitrailDataSet *item =
        vitrail_data_set_get_item (data_set, TAG_SEQUENCE, i);
    if (item != NULL)
      g_ptr_array_add (self->items, item_read (item, n_frames));
  }
  return subtracts_any (self) ? g_steal_pointer (&self) : NULL;
}

void
vitrail_mask_module_free (VitrailMaskModule *self)
{
  g_ptr_array_unref (self->items);
  g_free (self);
}

void
vitrail_mask_module_find (const VitrailMaskModule *self,
                          guint frame,
                          VitrailMaskUse *use)
{
  *use = (VitrailMaskUse){ .id = -1, .n_contrasts = 1 };
  for (guint i = 0; i < self->items->len; i++) {
    use->item = i;
    if (apply (g_ptr_array_index (self->items, i), frame, self->n_frames, use))
      return;
  }
}

gboolean
vitrail_mask_module_is_recommended (const VitrailMaskModule *self)
{
  return self->is_recommended;
}
