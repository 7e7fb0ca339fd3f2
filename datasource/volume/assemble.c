/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From objects to plans: reads the places of all slices, puts those together
 * that may be of one volume, and says of the others why they are in none. */

#include "limits.h"
#include "volume/plan-private.h"

#include <string.h>

#define TAG_SOP_CLASS    VITRAIL_TAG (0x0008, 0x0016)
#define TAG_SOP_INSTANCE VITRAIL_TAG (0x0008, 0x0018)

#define STORAGE_ROOT "1.2.840.10008.5.1.4.1.1."

typedef struct {
  char *text;
  guint n;
} Reason;

typedef struct {
  VitrailVolumePlan *plan;
  const VitrailPlace *first;
  guint n_slices;
} Found;

typedef struct {
  VitrailPlaces places;
  GPtrArray *stacks; /* of VitrailStack: to be looked at; grows meanwhile */
  GArray *found;     /* of Found */
  GArray *reasons;   /* of Reason */
} Work;

static void
work_clear (Work *self)
{
  vitrail_places_clear (&self->places);
  g_ptr_array_unref (self->stacks);
  for (guint i = 0; i < self->found->len; i++)
    g_clear_pointer (&g_array_index (self->found, Found, i).plan,
                     vitrail_volume_plan_unref);
  g_array_unref (self->found);
  for (guint i = 0; i < self->reasons->len; i++)
    g_free (g_array_index (self->reasons, Reason, i).text);
  g_array_unref (self->reasons);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_clear)

static void
work_init (Work *self)
{
  vitrail_places_init (&self->places);
  self->stacks =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_stack_free);
  self->found = g_array_new (FALSE, TRUE, sizeof (Found));
  self->reasons = g_array_new (FALSE, FALSE, sizeof (Reason));
}

static void
give_reason (Work *self, guint n, const char *text)
{
  for (guint i = 0; i < self->reasons->len; i++) {
    Reason *reason = &g_array_index (self->reasons, Reason, i);
    if (strcmp (reason->text, text) == 0) {
      reason->n += n;
      return;
    }
  }
  Reason reason = { g_strdup (text), n };
  g_array_append_val (self->reasons, reason);
}

/* What lies in space and is no picture by itself. */
static const char *
get_other_kind (const VitrailDataSet *object)
{
  static const struct {
    const char *class;
    const char *reason;
  } others[] = {
    { STORAGE_ROOT "66.4", "segmentations are shown over other images" },
    { STORAGE_ROOT "66.7", "segmentations are shown over other images" },
    { STORAGE_ROOT "77.1.6", "slides are shown as slides" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (vitrail_data_set_text_is (object, TAG_SOP_CLASS, 0, others[i].class))
      return others[i].reason;
  return NULL;
}

/* Once each, however often they are there. */
static void
read_objects (Work *self, VitrailDataSet *const *objects, guint n)
{
  g_autoptr (GHashTable) seen =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < n; i++) {
    g_autoptr (GError) error = NULL;
    const char *reason = get_other_kind (objects[i]);
    char *uid = vitrail_data_set_dup_string (objects[i], TAG_SOP_INSTANCE, 0);
    if (reason != NULL)
      give_reason (self, 1, reason);
    else if (uid != NULL && g_hash_table_contains (seen, uid))
      give_reason (self, 1, "the same object is there twice");
    else if (!vitrail_places_add (&self->places, i, objects[i], &error))
      give_reason (self, 1, error->message);
    if (uid != NULL)
      g_hash_table_add (seen, uid);
  }
}

static const char *
get_unplaced_reason (const VitrailPlace *place)
{
  if (place->columns == 0 || place->rows == 0)
    return "they have no pixels";
  if (place->samples != 1)
    return "colour is not put together to volumes";
  if (!place->has_spacing)
    return "they say no pixel spacing in the patient";
  if (!place->has_axes)
    return "they say no orientation";
  return place->has_position ? NULL : "they say no position";
}

static VitrailStack *
find_stack (Work *self, const VitrailPlace *place)
{
  const VitrailPlace *places =
      (const VitrailPlace *) (gpointer) self->places.places->data;

  /* The last one first: neighbours mostly are of one. */
  for (guint i = self->stacks->len; i > 0; i--) {
    VitrailStack *stack = g_ptr_array_index (self->stacks, i - 1);
    if (vitrail_stack_fit (vitrail_stack_get_member (stack, 0), place))
      return stack;
  }
  if (self->stacks->len >= VITRAIL_LIMIT_VOLUME_GROUPS)
    return NULL;
  VitrailStack *stack = vitrail_stack_new (places);
  g_ptr_array_add (self->stacks, stack);
  return stack;
}

static void
group_places (Work *self)
{
  for (guint i = 0; i < self->places.places->len; i++) {
    const VitrailPlace *place =
        &g_array_index (self->places.places, VitrailPlace, i);
    const char *reason = get_unplaced_reason (place);
    VitrailStack *stack = reason == NULL ? find_stack (self, place) : NULL;
    if (reason != NULL)
      give_reason (self, 1, reason);
    else if (stack == NULL)
      give_reason (self, 1, "there are too many different orientations");
    else
      g_array_append_val (stack->members, i);
  }
}

/* Takes @parts, to be looked at in their turn. */
static gboolean
add_parts (Work *self, GPtrArray *parts)
{
  if (parts == NULL)
    return FALSE;
  const gboolean has_room =
      self->stacks->len + parts->len <= VITRAIL_LIMIT_VOLUME_GROUPS * 2;
  if (has_room)
    g_ptr_array_extend_and_steal (self->stacks, parts);
  else
    g_ptr_array_unref (parts);
  return has_room;
}

static void
look_at_stack (Work *self, VitrailStack *stack)
{
  g_autoptr (GError) error = NULL;

  vitrail_stack_sort_members (stack);
  if (add_parts (self, vitrail_stack_split_by_type (stack)))
    return;
  VitrailVolumePlan *plan = vitrail_volume_plan_new (stack, &error);
  if (plan != NULL) {
    const Found found = { plan, vitrail_stack_get_member (stack, 0),
                          stack->members->len - plan->n_left_out };
    g_array_append_val (self->found, found);
    return;
  }
  if (add_parts (self, vitrail_stack_split_by_run (stack)))
    return;
  const gboolean is_one_place = vitrail_stack_get_n_positions (stack) == 1;
  if (is_one_place && stack->members->len > 1)
    give_reason (self, stack->members->len, "they lie at one place");
  else
    give_reason (self, stack->members->len, error->message);
}

static int
compare_found (gconstpointer pa, gconstpointer pb)
{
  const Found *a = pa;
  const Found *b = pb;

  if (a->n_slices != b->n_slices)
    return a->n_slices > b->n_slices ? -1 : 1;
  return (a->first > b->first) - (a->first < b->first);
}

static void
name_volumes (Work *self)
{
  const guint n = self->found->len;
  g_autofree const VitrailPlace **firsts = g_new (const VitrailPlace *, n + 1);

  g_array_sort (self->found, compare_found);
  for (guint i = 0; i < n; i++)
    firsts[i] = g_array_index (self->found, Found, i).first;
  for (guint i = 0; i < n; i++) {
    const Found *found = &g_array_index (self->found, Found, i);
    found->plan->label = vitrail_place_dup_label (found->first, firsts, n);
    found->plan->id =
        n > 1 ? g_strdup_printf ("%s.%u", found->first->series, i + 1)
              : g_strdup (found->first->series);
  }
}

static char **
dup_reasons (const Work *self)
{
  GPtrArray *texts = g_ptr_array_new ();

  for (guint i = 0; i < self->reasons->len; i++) {
    const Reason *reason = &g_array_index (self->reasons, Reason, i);
    g_ptr_array_add (texts,
                     g_strdup_printf ("%u %s: %s", reason->n,
                                      reason->n == 1 ? "image" : "images",
                                      reason->text));
  }
  g_ptr_array_add (texts, NULL);
  return (char **) g_ptr_array_free (texts, FALSE);
}

/* One volume over time that holds all is not judged by its slices lying at one
 * place. */
static void
set_verdict (VitrailVolumePlans *self, const Work *work)
{
  const VitrailVolumePlan *only =
      self->volumes->len == 1 ? g_ptr_array_index (self->volumes, 0) : NULL;

  if (only != NULL && only->n_times > 1 && self->n_in_volumes == self->n_slices)
  {
    self->issues = only->issues;
    self->is_reconstructable = only->is_reconstructable;
    return;
  }
  self->is_reconstructable = vitrail_volume_check (
      (const VitrailPlace *) (gpointer) work->places.places->data,
      work->places.places->len, &self->issues);
}

VitrailVolumePlans *
vitrail_volume_plans_new (VitrailDataSet *const *objects, guint n)
{
  g_auto (Work) work = { 0 };
  VitrailVolumePlans *self = g_new0 (VitrailVolumePlans, 1);

  work_init (&work);
  read_objects (&work, objects, n);
  group_places (&work);
  for (guint i = 0; i < work.stacks->len; i++)
    look_at_stack (&work, g_ptr_array_index (work.stacks, i));
  name_volumes (&work);
  self->volumes = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_volume_plan_unref);
  self->n_slices = work.places.places->len;
  for (guint i = 0; i < work.found->len; i++) {
    Found *found = &g_array_index (work.found, Found, i);
    g_ptr_array_add (self->volumes, g_steal_pointer (&found->plan));
    self->n_in_volumes += found->n_slices;
  }
  self->reasons = dup_reasons (&work);
  set_verdict (self, &work);
  return self;
}

void
vitrail_volume_plans_free (VitrailVolumePlans *self)
{
  g_ptr_array_unref (self->volumes);
  g_strfreev (self->reasons);
  g_free (self);
}
