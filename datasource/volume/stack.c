/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sorting slices by place and time: see stack.h. */

#include "volume/stack.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Orientations that differ by no more a component are one (VP-37 has the same);
 * spacings by no more of their size; echo times by no more of theirs. */
#define SAME_AXES    0.01
#define SAME_SPACING 1e-3
#define SAME_ECHO    0.05

/* Slices closer than this lie at one position: millimetres, and of a pixel. */
#define SAME_POSITION 0.01
#define SAME_OF_PIXEL 0.1

/* Steps wider than so many usual ones part two runs. */
#define RUN_STEP 1.6

VitrailStack *
vitrail_stack_new (const VitrailPlace *places)
{
  VitrailStack *self = g_new0 (VitrailStack, 1);

  self->places = places;
  self->members = g_array_new (FALSE, FALSE, sizeof (guint));
  self->starts = g_array_new (FALSE, FALSE, sizeof (guint));
  self->times = g_array_new (FALSE, FALSE, sizeof (guint));
  self->n_times = 1;
  return self;
}

void
vitrail_stack_free (VitrailStack *self)
{
  g_array_unref (self->members);
  g_array_unref (self->starts);
  g_array_unref (self->times);
  g_free (self);
}

const VitrailPlace *
vitrail_stack_get_member (const VitrailStack *self, guint index)
{
  return &self->places[g_array_index (self->members, guint, index)];
}

static double
get_distance (const VitrailPlace *place, const double normal[3])
{
  return place->position[0] * normal[0] + place->position[1] * normal[1] +
         place->position[2] * normal[2];
}

double
vitrail_stack_get_distance (const VitrailStack *self, guint index)
{
  return get_distance (vitrail_stack_get_member (self, index), self->normal);
}

static gboolean
has_same_echo (const VitrailPlace *a, const VitrailPlace *b)
{
  if (!isnan (a->echo) && !isnan (b->echo) && a->echo != b->echo)
    return FALSE;
  return isnan (a->echo_time) || isnan (b->echo_time) ||
         fabs (a->echo_time - b->echo_time) <=
             SAME_ECHO * MAX (a->echo_time, b->echo_time);
}

static gboolean
has_same_plane (const VitrailPlace *a, const VitrailPlace *b)
{
  for (guint i = 0; i < 6; i++)
    if (!(fabs (a->axes[i] - b->axes[i]) < SAME_AXES))
      return FALSE;
  for (guint i = 0; i < 2; i++)
    if (!(fabs (a->spacing[i] - b->spacing[i]) <= SAME_SPACING * a->spacing[i]))
      return FALSE;
  return TRUE;
}

gboolean
vitrail_stack_fit (const VitrailPlace *a, const VitrailPlace *b)
{
  return a->rows == b->rows && a->columns == b->columns &&
         a->samples == b->samples && a->space == b->space &&
         a->series == b->series &&
         a->frame_of_reference == b->frame_of_reference &&
         a->stack == b->stack && a->component == b->component &&
         a->channel == b->channel && has_same_echo (a, b) &&
         has_same_plane (a, b);
}

/* --- places --- */

/* What is not said comes first. */
static int
compare_keys (double a, double b)
{
  if (isnan (a) || isnan (b))
    return !isnan (a) - !isnan (b);
  return (a > b) - (a < b);
}

static int
compare_times (const VitrailPlace *a, const VitrailPlace *b)
{
  for (guint key = 0; key < VITRAIL_N_PLACE_KEYS; key++) {
    const int order = compare_keys (a->keys[key], b->keys[key]);
    if (order != 0)
      return order;
  }
  if (a->source.input != b->source.input)
    return a->source.input < b->source.input ? -1 : 1;
  return (a->source.frame > b->source.frame) -
         (a->source.frame < b->source.frame);
}

static int
compare_distances_cb (gconstpointer pa, gconstpointer pb, gpointer user_data)
{
  const VitrailStack *self = user_data;
  const guint a = *(const guint *) pa;
  const guint b = *(const guint *) pb;
  const double at = get_distance (&self->places[a], self->normal);
  const double bt = get_distance (&self->places[b], self->normal);

  return at != bt ? (at > bt) - (at < bt) : (a > b) - (a < b);
}

static int
compare_times_cb (gconstpointer pa, gconstpointer pb, gpointer user_data)
{
  const VitrailStack *self = user_data;

  return compare_times (&self->places[*(const guint *) pa],
                        &self->places[*(const guint *) pb]);
}

static void
find_starts (VitrailStack *self, double tolerance)
{
  double last = 0;

  g_array_set_size (self->starts, 0);
  for (guint i = 0; i < self->members->len; i++) {
    const double distance = vitrail_stack_get_distance (self, i);
    if (i > 0 && distance - last <= tolerance)
      continue;
    g_array_append_val (self->starts, i);
    last = distance;
  }
  g_array_append_val (self->starts, self->members->len);
}

void
vitrail_stack_sort_members (VitrailStack *self)
{
  const VitrailPlace *first = vitrail_stack_get_member (self, 0);
  const double pixel = MIN (first->spacing[0], first->spacing[1]);

  vitrail_axes_get_normal (first->axes, self->normal);
  g_array_sort_with_data (self->members, compare_distances_cb, self);
  find_starts (self, MIN (SAME_POSITION, SAME_OF_PIXEL * pixel));
  for (guint i = 0; i + 1 < self->starts->len; i++) {
    guint start = 0;
    const guint n = vitrail_stack_get_position (self, i, &start);
    g_qsort_with_data (&g_array_index (self->members, guint, start), (gint) n,
                       sizeof (guint), compare_times_cb, self);
  }
}

guint
vitrail_stack_get_n_positions (const VitrailStack *self)
{
  return self->starts->len - 1;
}

guint
vitrail_stack_get_position (const VitrailStack *self,
                            guint position,
                            guint *first)
{
  *first = g_array_index (self->starts, guint, position);
  return g_array_index (self->starts, guint, position + 1) - *first;
}

/* --- times --- */

static guint
find_most (const VitrailStack *self, gboolean *are_equal)
{
  guint most = 0;
  guint least = G_MAXUINT;
  guint first = 0;

  for (guint i = 0; i < vitrail_stack_get_n_positions (self); i++) {
    const guint n = vitrail_stack_get_position (self, i, &first);
    most = MAX (most, n);
    least = MIN (least, n);
  }
  *are_equal = most == least;
  return most;
}

/* How many slices most positions have. */
static guint
find_usual (const VitrailStack *self, guint most)
{
  g_autofree guint *counts = g_new0 (guint, most + 1);
  guint usual = 1;
  guint first = 0;

  for (guint i = 0; i < vitrail_stack_get_n_positions (self); i++)
    counts[vitrail_stack_get_position (self, i, &first)]++;
  for (guint n = 1; n <= most; n++)
    if (counts[n] >= counts[usual])
      usual = n;
  return usual;
}

static void
set_time (VitrailStack *self, guint member, guint time)
{
  g_array_index (self->times, guint, member) = time;
}

/* The first at each position is of the first time, and so on. */
static void
rank_times (VitrailStack *self, guint n_times)
{
  guint first = 0;

  self->n_times = n_times;
  for (guint i = 0; i < vitrail_stack_get_n_positions (self); i++) {
    const guint n = vitrail_stack_get_position (self, i, &first);
    for (guint rank = 0; rank < n; rank++)
      set_time (self, first + rank, rank < n_times ? rank : VITRAIL_SLICE_NONE);
  }
}

static gboolean
are_told_apart (const VitrailStack *self, VitrailPlaceKey key)
{
  guint first = 0;

  for (guint i = 0; i < vitrail_stack_get_n_positions (self); i++) {
    const guint n = vitrail_stack_get_position (self, i, &first);
    for (guint k = first + 1; k < first + n; k++) {
      const double *a = vitrail_stack_get_member (self, k - 1)->keys;
      const double *b = vitrail_stack_get_member (self, k)->keys;
      /* Members at a position are sorted by the keys before this one too: an
       * order that falls is as good as one that says nothing. */
      if (compare_keys (a[key], b[key]) >= 0)
        return FALSE;
    }
  }
  return TRUE;
}

static int
compare_values (gconstpointer a, gconstpointer b)
{
  return compare_keys (*(const double *) a, *(const double *) b);
}

/* The values of @key, each once, in ascending order. */
static GArray *
list_values (const VitrailStack *self, VitrailPlaceKey key)
{
  GArray *values = g_array_new (FALSE, FALSE, sizeof (double));
  guint n = 0;

  for (guint i = 0; i < self->members->len; i++)
    g_array_append_val (values, vitrail_stack_get_member (self, i)->keys[key]);
  g_array_sort (values, compare_values);
  double *all = (double *) (gpointer) values->data;
  for (guint i = 0; i < values->len; i++)
    if (i == 0 || compare_keys (all[i], all[n - 1]) != 0)
      all[n++] = all[i];
  g_array_set_size (values, n);
  return values;
}

/* Slices are missing at some positions: a key whose values are as many as there
 * are times says which. */
static gboolean
find_times_by (VitrailStack *self, VitrailPlaceKey key, guint n_times)
{
  if (!are_told_apart (self, key))
    return FALSE;
  g_autoptr (GArray) values = list_values (self, key);
  if (values->len > n_times)
    return FALSE;
  for (guint i = 0; i < self->members->len; i++) {
    const double value = vitrail_stack_get_member (self, i)->keys[key];
    guint time = 0;
    g_array_binary_search (values, &value, compare_values, &time);
    set_time (self, i, time);
  }
  self->n_times = values->len;
  return TRUE;
}

/* What tells the first two slices at one position apart. */
static VitrailPlaceKey
find_time_key (const VitrailStack *self)
{
  guint first = 0;

  for (guint i = 0; i < vitrail_stack_get_n_positions (self); i++) {
    if (vitrail_stack_get_position (self, i, &first) < 2)
      continue;
    const double *a = vitrail_stack_get_member (self, first)->keys;
    const double *b = vitrail_stack_get_member (self, first + 1)->keys;
    for (guint key = 0; key < VITRAIL_N_PLACE_KEYS; key++)
      if (compare_keys (a[key], b[key]) != 0)
        return key;
  }
  return VITRAIL_PLACE_INSTANCE;
}

void
vitrail_stack_find_times (VitrailStack *self)
{
  gboolean are_equal = FALSE;
  const guint most = find_most (self, &are_equal);

  g_array_set_size (self->times, self->members->len);
  self->time_key = find_time_key (self);
  if (are_equal) {
    rank_times (self, most);
    return;
  }
  for (guint key = 0; key < VITRAIL_PLACE_INSTANCE; key++)
    if (find_times_by (self, key, most))
      return;
  rank_times (self, find_usual (self, most));
}

/* --- splitting --- */

static gboolean
has_types_at_one_position (const VitrailStack *self)
{
  guint first = 0;

  for (guint i = 0; i < vitrail_stack_get_n_positions (self); i++) {
    const guint n = vitrail_stack_get_position (self, i, &first);
    const char *type = vitrail_stack_get_member (self, first)->image_type;
    for (guint k = first + 1; k < first + n; k++)
      if (vitrail_stack_get_member (self, k)->image_type != type)
        return TRUE;
  }
  return FALSE;
}

/* The part whose members are of @type; a new one at the end of @parts. */
static VitrailStack *
find_part (const VitrailStack *self, GPtrArray *parts, const char *type)
{
  for (guint i = 0; i < parts->len; i++) {
    VitrailStack *part = g_ptr_array_index (parts, i);
    if (vitrail_stack_get_member (part, 0)->image_type == type)
      return part;
  }
  VitrailStack *part = vitrail_stack_new (self->places);
  g_ptr_array_add (parts, part);
  return part;
}

GPtrArray *
vitrail_stack_split_by_type (const VitrailStack *self)
{
  if (!has_types_at_one_position (self))
    return NULL;
  GPtrArray *parts =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_stack_free);
  for (guint i = 0; i < self->members->len; i++) {
    const char *type = vitrail_stack_get_member (self, i)->image_type;
    VitrailStack *part = find_part (self, parts, type);
    g_array_append_val (part->members, g_array_index (self->members, guint, i));
  }
  return parts;
}

static double
get_usual_step (const VitrailStack *self)
{
  const guint n = vitrail_stack_get_n_positions (self);
  g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i + 1 < n; i++) {
    const double step =
        vitrail_stack_get_distance (self, g_array_index (self->starts, guint,
                                                         i + 1)) -
        vitrail_stack_get_distance (self,
                                    g_array_index (self->starts, guint, i));
    g_array_append_val (steps, step);
  }
  g_array_sort (steps, compare_values);
  return steps->len > 0 ? g_array_index (steps, double, steps->len / 2) : 0;
}

GPtrArray *
vitrail_stack_split_by_run (const VitrailStack *self)
{
  const double widest = RUN_STEP * get_usual_step (self);
  g_autoptr (GPtrArray) parts =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_stack_free);
  VitrailStack *part = NULL;

  for (guint i = 0; i < self->members->len; i++) {
    const double step = i == 0 ? 0
                               : vitrail_stack_get_distance (self, i) -
                                     vitrail_stack_get_distance (self, i - 1);
    if (part == NULL || step > widest) {
      part = vitrail_stack_new (self->places);
      g_ptr_array_add (parts, part);
    }
    g_array_append_val (part->members, g_array_index (self->members, guint, i));
  }
  return parts->len > 1 ? g_steal_pointer (&parts) : NULL;
}
