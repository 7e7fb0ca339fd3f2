/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailDisplaySet: see displayset.h. */

#include "displayset.h"

#include "displayissues.h"
#include "limits.h"
#include "stackorder.h"
#include "video/videoindex.h"

#include <string.h>

#define TAG_IMAGE_TYPE         VITRAIL_TAG (0x0008, 0x0008)
#define TAG_SOP_CLASS          VITRAIL_TAG (0x0008, 0x0016)
#define TAG_SOP_INSTANCE       VITRAIL_TAG (0x0008, 0x0018)
#define TAG_PYRAMID            VITRAIL_TAG (0x0008, 0x0019)
#define TAG_MODALITY           VITRAIL_TAG (0x0008, 0x0060)
#define TAG_SERIES_DESCRIPTION VITRAIL_TAG (0x0008, 0x103e)
#define TAG_TRANSFER_SYNTAX    VITRAIL_TAG (0x0008, 0x3002)
#define TAG_SERIES             VITRAIL_TAG (0x0020, 0x000e)
#define TAG_SERIES_NUMBER      VITRAIL_TAG (0x0020, 0x0011)
#define TAG_INSTANCE_NUMBER    VITRAIL_TAG (0x0020, 0x0013)
#define TAG_N_FRAMES           VITRAIL_TAG (0x0028, 0x0008)

/* SOP classes (PS3.4 B.5), by the start of their UID behind the common root,
 * that hold no image we can show. The first row that matches counts. */
static const struct {
  const char *prefix;
  const char *reason;
} unsupported_classes[] = {
  { "88.59", "Key object selections are not shown yet" },
  { "88.", "Structured reports are not shown yet" },
  { "66.4", "Segmentations are shown in bodies (Alt+G) and over slides" },
  { "66.7", "Label maps are shown in bodies (Alt+G) and over slides" },
  { "66.5", "Surface segmentations are not shown yet" },
  { "66", "Raw data, registrations and fiducials hold no image" },
  { "11.", "Presentation states are not applied yet" },
  { "104.1", "PDF documents are not shown yet" },
  { "104.", "Encapsulated documents are not shown" },
  { "481.3", "Radiotherapy structure sets are not shown yet" },
  { "481.5", "Radiotherapy plans hold no image" },
  { "481.8", "Radiotherapy ion plans hold no image" },
  { "481.4", "Radiotherapy treatment records hold no image" },
  { "481.6", "Radiotherapy treatment records hold no image" },
  { "481.7", "Radiotherapy treatment records hold no image" },
  { "481.9", "Radiotherapy treatment records hold no image" },
  { "4.2", "MR spectroscopy is not shown yet" },
  { "91.", "Annotations are shown over slides: see their panel" },
  { "67", "Real world value mappings hold no image" },
};

#define STORAGE_ROOT "1.2.840.10008.5.1.4.1.1."
#define SLIDE_CLASS  "77.1.6"
/* All classes of waveforms. */
#define WAVEFORM_CLASSES "9."
/* MPEG-2, H.264, H.265 (PS3.6 table A-1): .4.100 to .4.108. */

G_DEFINE_BOXED_TYPE (VitrailDisplaySet,
                     vitrail_display_set,
                     vitrail_display_set_ref,
                     vitrail_display_set_unref)

typedef struct {
  VitrailDataSet *data_set;
  int64_t number;
  gint64 n_frames;
} Item;

static VitrailDisplaySet *
display_set_alloc (VitrailDisplaySetKind kind)
{
  VitrailDisplaySet *self = g_new0 (VitrailDisplaySet, 1);
  self->ref_count = 1;
  self->kind = kind;
  self->images =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_ref_string_release);
  return self;
}

VitrailDisplaySet *
vitrail_display_set_ref (VitrailDisplaySet *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
vitrail_display_set_unref (VitrailDisplaySet *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_free (self->id);
  g_free (self->series_instance_uid);
  g_free (self->modality);
  g_free (self->label);
  g_free (self->reason);
  g_ptr_array_unref (self->images);
  g_free (self);
}

gboolean
vitrail_display_set_is_of_volume (const VitrailDisplaySet *self)
{
  return self->kind == VITRAIL_DISPLAY_SET_PLANE ||
         self->kind == VITRAIL_DISPLAY_SET_BODY ||
         self->kind == VITRAIL_DISPLAY_SET_PATH;
}

const char *
vitrail_display_set_get_image (const VitrailDisplaySet *self,
                               guint position,
                               guint *frame)
{
  if (position < 1 || position > self->n_positions || self->images->len == 0)
    return NULL;
  if (vitrail_display_set_is_of_volume (self) ||
      self->kind == VITRAIL_DISPLAY_SET_WAVEFORM)
    return NULL;
  gboolean is_stack = self->kind == VITRAIL_DISPLAY_SET_STACK;
  if (frame != NULL)
    *frame = is_stack ? 1 : position;
  return g_ptr_array_index (self->images, is_stack ? position - 1 : 0);
}

static void
item_read (Item *item, VitrailDataSet *data_set)
{
  *item = (Item){ .data_set = data_set };
  item->number = vitrail_data_set_get_int_or (data_set, TAG_INSTANCE_NUMBER, 0);
  item->n_frames = vitrail_data_set_get_int_or (data_set, TAG_N_FRAMES, 1);
  item->n_frames = CLAMP (item->n_frames, 1, (gint64) VITRAIL_LIMIT_FRAMES);
}

static int
compare_uids (VitrailDataSet *a, VitrailDataSet *b)
{
  g_autofree char *uid_a = vitrail_data_set_dup_string (a, TAG_SOP_INSTANCE, 0);
  g_autofree char *uid_b = vitrail_data_set_dup_string (b, TAG_SOP_INSTANCE, 0);
  return g_strcmp0 (uid_a, uid_b);
}

static int
compare_numbers (gconstpointer pa, gconstpointer pb)
{
  const Item *a = pa;
  const Item *b = pb;
  if (a->number != b->number)
    return a->number < b->number ? -1 : 1;
  return compare_uids (a->data_set, b->data_set);
}

static const char *
find_reason (VitrailDataSet *data_set)
{
  g_autofree char *uid =
      vitrail_data_set_dup_string (data_set, TAG_SOP_CLASS, 0);
  if (uid == NULL || !g_str_has_prefix (uid, STORAGE_ROOT))
    return NULL;
  const char *rest = uid + strlen (STORAGE_ROOT);
  for (guint i = 0; i < G_N_ELEMENTS (unsupported_classes); i++) {
    if (g_str_has_prefix (rest, unsupported_classes[i].prefix))
      return unsupported_classes[i].reason;
  }
  return NULL;
}

/* A video has frames of its own, whatever is declared. */
static gboolean
is_video (VitrailDataSet *data_set)
{
  g_autofree char *syntax =
      vitrail_data_set_dup_string (data_set, TAG_TRANSFER_SYNTAX, 0);
  return syntax != NULL && vitrail_video_find_syntax (syntax, NULL);
}

static gboolean
is_slide (VitrailDataSet *data_set)
{
  return vitrail_data_set_text_is (data_set, TAG_SOP_CLASS, 0,
                                   STORAGE_ROOT SLIDE_CLASS);
}

static gboolean
is_waveform (VitrailDataSet *data_set)
{
  g_autofree char *uid =
      vitrail_data_set_dup_string (data_set, TAG_SOP_CLASS, 0);

  return uid != NULL && g_str_has_prefix (uid, STORAGE_ROOT WAVEFORM_CLASSES);
}

/* LABEL and OVERVIEW images lie beside the pyramid (PS3.3 C.8.12.4.1.1). */
static gboolean
is_slide_level (VitrailDataSet *data_set)
{
  return !vitrail_data_set_text_is (data_set, TAG_IMAGE_TYPE, 2, "LABEL") &&
         !vitrail_data_set_text_is (data_set, TAG_IMAGE_TYPE, 2, "OVERVIEW");
}

static char *
dup_first (VitrailDataSet *series, VitrailDataSet *instance, VitrailTag tag)
{
  char *text = vitrail_data_set_dup_string (instance, tag, 0);
  return text != NULL ? text : vitrail_data_set_dup_string (series, tag, 0);
}

static char *
make_label (VitrailDataSet *series, VitrailDataSet *instance)
{
  g_autofree char *text = dup_first (series, instance, TAG_SERIES_DESCRIPTION);
  if (text != NULL && *g_strstrip (text) != '\0')
    return g_steal_pointer (&text);
  g_autofree char *modality = dup_first (series, instance, TAG_MODALITY);
  g_autofree char *number = dup_first (series, instance, TAG_SERIES_NUMBER);
  return g_strdup_printf ("%s %s", modality != NULL ? modality : "Series",
                          number != NULL ? number : "");
}

static void
describe (VitrailDisplaySet *self,
          VitrailDataSet *series,
          VitrailDataSet *instance)
{
  self->series_instance_uid = dup_first (series, instance, TAG_SERIES);
  self->modality = dup_first (series, instance, TAG_MODALITY);
  self->label = g_strstrip (make_label (series, instance));
}

static void
add_image (VitrailDisplaySet *self, VitrailDataSet *instance)
{
  g_autofree char *uid =
      vitrail_data_set_dup_string (instance, TAG_SOP_INSTANCE, 0);
  if (uid != NULL)
    g_ptr_array_add (self->images, g_ref_string_new (uid));
}

static VitrailDisplaySet *
make_stack (VitrailDataSet *series, GArray *items)
{
  VitrailDisplaySet *self = display_set_alloc (VITRAIL_DISPLAY_SET_STACK);
  g_autofree VitrailStackKey *keys = g_new0 (VitrailStackKey, items->len);
  for (guint i = 0; i < items->len; i++) {
    VitrailDataSet *image = g_array_index (items, Item, i).data_set;
    vitrail_stack_key_init (&keys[i], image, image);
  }
  vitrail_stack_sort (keys, items->len);
  describe (self, series, keys[0].data);
  g_autofree VitrailDataSet **images = g_new (VitrailDataSet *, items->len);
  for (guint i = 0; i < items->len; i++) {
    images[i] = keys[i].data;
    add_image (self, images[i]);
    vitrail_stack_key_clear (&keys[i]);
  }
  self->issues =
      vitrail_display_issues_of_stack (self->modality, images, items->len);
  self->n_positions = self->images->len;
  self->id = g_strdup (self->series_instance_uid);
  return self;
}

static VitrailDisplaySet *
make_single (VitrailDataSet *series,
             const Item *item,
             VitrailDisplaySetKind kind)
{
  VitrailDisplaySet *self = display_set_alloc (kind);
  add_image (self, item->data_set);
  describe (self, series, item->data_set);
  self->id = vitrail_data_set_dup_string (item->data_set, TAG_SOP_INSTANCE, 0);
  if (kind == VITRAIL_DISPLAY_SET_CINE)
    self->n_positions = (guint) item->n_frames;
  if (kind == VITRAIL_DISPLAY_SET_UNSUPPORTED) {
    self->reason = g_strdup (find_reason (item->data_set));
    self->issues = vitrail_display_issues_of_unsupported (item->data_set);
  }
  return self;
}

/* Adds @item to the slide with its PyramidUID, which is made when it is the
 * first of it. */
static void
add_slide_level (GPtrArray *sets, VitrailDataSet *series, const Item *item)
{
  g_autofree char *pyramid =
      vitrail_data_set_dup_string (item->data_set, TAG_PYRAMID, 0);
  g_autofree char *uid = dup_first (series, item->data_set, TAG_SERIES);
  g_autofree char *id = pyramid != NULL
                            ? g_strdup_printf ("%s.%s", uid, pyramid)
                            : g_strdup (uid);
  VitrailDisplaySet *found = NULL;
  for (guint i = 0; i < sets->len && found == NULL; i++) {
    VitrailDisplaySet *set = g_ptr_array_index (sets, i);
    if (set->kind == VITRAIL_DISPLAY_SET_SLIDE && g_strcmp0 (set->id, id) == 0)
      found = set;
  }
  if (found == NULL) {
    found = display_set_alloc (VITRAIL_DISPLAY_SET_SLIDE);
    describe (found, series, item->data_set);
    found->id = g_steal_pointer (&id);
    found->n_positions = 1;
    g_ptr_array_add (sets, found);
  }
  add_image (found, item->data_set);
}

/* One pyramid alone goes by its series' UID. */
static void
simplify_slide_id (GPtrArray *sets)
{
  VitrailDisplaySet *only = NULL;
  guint n_slides = 0;
  for (guint i = 0; i < sets->len; i++) {
    VitrailDisplaySet *set = g_ptr_array_index (sets, i);
    if (set->kind == VITRAIL_DISPLAY_SET_SLIDE) {
      only = set;
      n_slides++;
    }
  }
  if (n_slides != 1)
    return;
  g_free (only->id);
  only->id = g_strdup (only->series_instance_uid);
}

/* Several sets of one series need names of their own. */
static void
number_labels (GPtrArray *sets)
{
  if (sets->len < 2)
    return;
  for (guint i = 0; i < sets->len; i++) {
    VitrailDisplaySet *set = g_ptr_array_index (sets, i);
    g_autofree char *label = g_steal_pointer (&set->label);
    set->label = g_strdup_printf ("%s (%u)", label, i + 1);
  }
}

static void
take_item (GPtrArray *sets,
           VitrailDataSet *series,
           const Item *item,
           GArray *stack)
{
  if (find_reason (item->data_set) != NULL)
    g_ptr_array_add (sets, make_single (series, item,
                                        VITRAIL_DISPLAY_SET_UNSUPPORTED));
  else if (is_waveform (item->data_set))
    g_ptr_array_add (sets,
                     make_single (series, item, VITRAIL_DISPLAY_SET_WAVEFORM));
  else if (is_slide (item->data_set)) {
    if (is_slide_level (item->data_set))
      add_slide_level (sets, series, item);
  } else if (item->n_frames > 1 || is_video (item->data_set))
    g_ptr_array_add (sets,
                     make_single (series, item, VITRAIL_DISPLAY_SET_CINE));
  else
    g_array_append_vals (stack, item, 1);
}

GPtrArray *
vitrail_display_sets_new (VitrailDataSet *series, GPtrArray *instances)
{
  g_autoptr (GPtrArray) sets = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_display_set_unref);
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (Item));
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (Item));

  for (guint i = 0; i < instances->len; i++) {
    Item item;
    item_read (&item, g_ptr_array_index (instances, i));
    if (vitrail_data_set_has (item.data_set, TAG_SOP_INSTANCE))
      g_array_append_val (items, item);
  }
  g_array_sort (items, compare_numbers);
  for (guint i = 0; i < items->len; i++)
    take_item (sets, series, &g_array_index (items, Item, i), stack);
  if (stack->len > 0)
    g_ptr_array_insert (sets, 0, make_stack (series, stack));
  simplify_slide_id (sets);
  number_labels (sets);
  return g_steal_pointer (&sets);
}

/* By VitrailMprOrientation. */
static const char *const plane_names[] = { "Axial", "Coronal", "Sagittal",
                                           "As acquired" };

static VitrailDisplaySet *
make_view (const VitrailDisplaySet *images,
           VitrailDisplaySetKind kind,
           const char *name)
{
  VitrailDisplaySet *self = display_set_alloc (kind);

  self->id = g_strdup_printf ("%s/%s", images->id, name);
  self->series_instance_uid = g_strdup (images->series_instance_uid);
  self->modality = g_strdup (images->modality);
  self->label = g_strdup_printf ("%s, %s", name, images->label);
  for (guint i = 0; i < images->images->len; i++)
    g_ptr_array_add (self->images, g_ref_string_acquire (
                                       g_ptr_array_index (images->images, i)));
  return self;
}

VitrailDisplaySet *
vitrail_display_set_new_planes (const VitrailDisplaySet *images,
                                guint orientation)
{
  const char *name =
      plane_names[MIN (orientation, G_N_ELEMENTS (plane_names) - 1)];
  VitrailDisplaySet *self = make_view (images, VITRAIL_DISPLAY_SET_PLANE, name);

  self->orientation = orientation;
  return self;
}

VitrailDisplaySet *
vitrail_display_set_new_body (const VitrailDisplaySet *images)
{
  return make_view (images, VITRAIL_DISPLAY_SET_BODY, "3D");
}

VitrailDisplaySet *
vitrail_display_set_new_path (const VitrailDisplaySet *images)
{
  return make_view (images, VITRAIL_DISPLAY_SET_PATH, "Path");
}

VitrailDisplaySet *
vitrail_display_set_new_slide (const char *id, const char *name)
{
  VitrailDisplaySet *self = display_set_alloc (VITRAIL_DISPLAY_SET_SLIDE);
  self->id = g_strdup (id);
  self->series_instance_uid = g_strdup (id);
  self->modality = g_strdup ("SM");
  self->label = g_strdup (name);
  self->n_positions = 1;
  return self;
}
