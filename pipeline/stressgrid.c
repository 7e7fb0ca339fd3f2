/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailStressGrid: see stressgrid.h. */

#include "stressgrid.h"

#include "frameinfo.h"

#include <math.h>

#define TAG_R_WAVES VITRAIL_TAG (0x0018, 0x6060)

/* More stages or views than anybody images; data may say anything. */
#define MAX_PLACES 64

/* By axis. */
static const struct {
  VitrailTag name;
  VitrailTag number;
  VitrailTag count;
  gboolean by_name; /* names before numbers */
  const char *kind;
} axes[VITRAIL_N_STRESS_AXES] = {
  { VITRAIL_TAG (0x0008, 0x2120), VITRAIL_TAG (0x0008, 0x2122),
    VITRAIL_TAG (0x0008, 0x2124), FALSE, "Stage" },
  { VITRAIL_TAG (0x0008, 0x2127), VITRAIL_TAG (0x0008, 0x2128),
    VITRAIL_TAG (0x0008, 0x212a), TRUE, "View" },
};

/* A stage or a view: of one cine, or of the whole grid. */
typedef struct {
  char *name;   /* NULL: not said */
  guint number; /* 0: not said */
  guint order;  /* as it was found */
  char *text;   /* of the grid's */
} Place;

typedef struct {
  VitrailDisplaySet *display_set;
  Place places[VITRAIL_N_STRESS_AXES];
  guint at[VITRAIL_N_STRESS_AXES];
  VitrailCineLoop loop;
  VitrailStressLoop kind;
} Cine;

struct _VitrailStressGrid {
  GPtrArray *cines;                         /* Cine */
  GPtrArray *places[VITRAIL_N_STRESS_AXES]; /* Place */
  guint counts[VITRAIL_N_STRESS_AXES];      /* as declared */
};

static void
place_free (gpointer data)
{
  Place *self = data;
  g_free (self->name);
  g_free (self->text);
  g_free (self);
}

static void
cine_free (gpointer data)
{
  Cine *self = data;
  vitrail_display_set_unref (self->display_set);
  for (guint i = 0; i < VITRAIL_N_STRESS_AXES; i++)
    g_free (self->places[i].name);
  g_free (self);
}

VitrailStressGrid *
vitrail_stress_grid_new (void)
{
  VitrailStressGrid *self = g_new0 (VitrailStressGrid, 1);
  self->cines = g_ptr_array_new_with_free_func (cine_free);
  for (guint i = 0; i < VITRAIL_N_STRESS_AXES; i++)
    self->places[i] = g_ptr_array_new_with_free_func (place_free);
  return self;
}

void
vitrail_stress_grid_free (VitrailStressGrid *self)
{
  g_ptr_array_unref (self->cines);
  for (guint i = 0; i < VITRAIL_N_STRESS_AXES; i++)
    g_ptr_array_unref (self->places[i]);
  g_free (self);
}

/* A whole number above 0, or 0. */
static guint
read_number (const VitrailDataSet *data_set, VitrailTag tag)
{
  gint64 number = vitrail_data_set_get_int_or (data_set, tag, 0);
  return number > 0 && number <= G_MAXINT ? (guint) number : 0;
}

/* FALSE: nothing is said. */
static gboolean
place_read (Place *self, const VitrailDataSet *data_set, VitrailStressAxis axis)
{
  g_autofree char *name =
      vitrail_data_set_dup_string (data_set, axes[axis].name, 0);

  *self = (Place){ .number = read_number (data_set, axes[axis].number) };
  if (name != NULL && *g_strstrip (name) != '\0')
    self->name = g_steal_pointer (&name);
  return self->name != NULL || self->number > 0;
}

/* "A4C", "View 2" or "View not known". */
static char *
dup_text (const Place *place, VitrailStressAxis axis)
{
  if (place->name != NULL)
    return g_strdup (place->name);
  if (place->number == 0)
    return g_strdup_printf ("%s not known", axes[axis].kind);
  return g_strdup_printf ("%s %u", axes[axis].kind, place->number);
}

/* --- beats --- */

/* When each image begins, and when the last one ends. */
static double *
read_starts (const VitrailDataSet *data_set, guint n)
{
  g_autofree double *times = vitrail_frame_taken_times_ms (data_set, n);
  double *starts = g_new0 (double, (gsize) n + 1);

  for (guint i = 0; i < n; i++)
    starts[i + 1] = starts[i] + times[i];
  return starts;
}

/* The image (from 1) that begins nearest to @time; @n + 1: the end does. */
static guint
find_image (const double *starts, guint n, double time)
{
  guint best = 0;
  for (guint i = 1; i <= n; i++)
    if (fabs (starts[i] - time) < fabs (starts[best] - time))
      best = i;
  return best + 1;
}

/* The image of the first R wave behind @after, in milliseconds; 0: none. Nobody
 * says that they are in order. */
static guint
find_r_wave (const VitrailDataSet *data_set,
             const double *starts,
             guint n,
             double after)
{
  guint n_values = vitrail_data_set_get_n_values (data_set, TAG_R_WAVES);
  /* As near to the end as to any image. */
  double end = starts[n] + (starts[n] - starts[n - 1]) / 2;
  double first = INFINITY;
  double time = 0;

  for (guint i = 0; i < n_values; i++) {
    if (vitrail_data_set_get_double (data_set, TAG_R_WAVES, i, &time) &&
        time > after && time >= 0 && time <= end && time < first)
      first = time;
  }
  return isfinite (first) ? find_image (starts, n, first) : 0;
}

VitrailStressLoop
vitrail_stress_read_beat (const VitrailDataSet *data_set,
                          guint n_frames,
                          VitrailCineLoop *loop)
{
  *loop = (VitrailCineLoop){ .first = 1, .last = n_frames };
  if (n_frames < 2 || !vitrail_data_set_has (data_set, TAG_R_WAVES))
    return VITRAIL_STRESS_NO_R_WAVE;
  g_autofree double *starts = read_starts (data_set, n_frames);
  guint first = find_r_wave (data_set, starts, n_frames, -1);
  if (first == 0 || first >= n_frames || starts[n_frames] <= 0)
    return VITRAIL_STRESS_NO_R_WAVE;
  loop->first = first;
  /* Behind the middle of the next image: that one is of the beat too. */
  guint next = find_r_wave (data_set, starts, n_frames,
                            (starts[first] + starts[first + 1]) / 2);
  if (next < first + 2)
    return VITRAIL_STRESS_FROM_R_WAVE;
  loop->last = next - 1;
  return VITRAIL_STRESS_BEAT;
}

/* --- stages and views --- */

gboolean
vitrail_stress_grid_add (VitrailStressGrid *self,
                         VitrailDisplaySet *display_set,
                         const VitrailDataSet *data_set)
{
  Cine *cine = g_new0 (Cine, 1);
  gboolean is_said = FALSE;

  cine->display_set = vitrail_display_set_ref (display_set);
  for (guint i = 0; i < VITRAIL_N_STRESS_AXES; i++) {
    is_said = place_read (&cine->places[i], data_set, i) || is_said;
    guint count = read_number (data_set, axes[i].count);
    self->counts[i] = MAX (self->counts[i], MIN (count, MAX_PLACES));
  }
  if (!is_said) {
    cine_free (cine);
    return FALSE;
  }
  cine->kind = vitrail_stress_read_beat (data_set, display_set->n_positions,
                                         &cine->loop);
  g_ptr_array_add (self->cines, cine);
  return TRUE;
}

static gboolean
is_same_name (const char *a, const char *b)
{
  g_autofree char *folded_a = g_utf8_casefold (a, -1);
  g_autofree char *folded_b = g_utf8_casefold (b, -1);
  return g_str_equal (folded_a, folded_b);
}

static gboolean
is_same (const Place *a, const Place *b, gboolean by_name)
{
  const gboolean names = a->name != NULL && b->name != NULL;
  const gboolean numbers = a->number > 0 && b->number > 0;

  if (names && (by_name || !numbers))
    return is_same_name (a->name, b->name);
  if (numbers)
    return a->number == b->number;
  return a->name == NULL && b->name == NULL && a->number == b->number;
}

static Place *
find_place (GPtrArray *places, const Place *place, gboolean by_name)
{
  for (guint i = 0; i < places->len; i++) {
    Place *found = g_ptr_array_index (places, i);
    if (is_same (found, place, by_name))
      return found;
  }
  return NULL;
}

/* Takes what @place says, as one more or into what it is the same as. */
static void
take_place (GPtrArray *places, const Place *place, gboolean by_name)
{
  Place *found = find_place (places, place, by_name);

  if (found == NULL && places->len < MAX_PLACES) {
    found = g_new0 (Place, 1);
    found->order = places->len;
    g_ptr_array_add (places, found);
  }
  if (found == NULL)
    return;
  if (found->name == NULL)
    found->name = g_strdup (place->name);
  if (place->number > 0 &&
      (found->number == 0 || place->number < found->number))
    found->number = place->number;
}

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const Place *one = *(Place *const *) a;
  const Place *other = *(Place *const *) b;
  /* Those without a number last, behind them those of which nothing is said.
   */
  guint number_one = one->number > 0 ? one->number : G_MAXUINT;
  guint number_other = other->number > 0 ? other->number : G_MAXUINT;

  if (number_one != number_other)
    return number_one < number_other ? -1 : 1;
  if ((one->name == NULL) != (other->name == NULL))
    return one->name != NULL ? -1 : 1;
  return (one->order > other->order) - (one->order < other->order);
}

/* Those that are declared and of which there is nothing. */
static void
add_missing (VitrailStressGrid *self, VitrailStressAxis axis)
{
  GPtrArray *places = self->places[axis];

  for (guint i = 1; i <= self->counts[axis]; i++) {
    const Place missing = { .number = i };
    if (places->len < self->counts[axis])
      take_place (places, &missing, FALSE);
  }
}

static void
end_axis (VitrailStressGrid *self, VitrailStressAxis axis)
{
  GPtrArray *places = self->places[axis];

  /* Those that say both first: others are known by them. */
  for (guint is_partly = 0; is_partly < 2; is_partly++) {
    for (guint i = 0; i < self->cines->len; i++) {
      const Cine *cine = g_ptr_array_index (self->cines, i);
      const Place *place = &cine->places[axis];
      gboolean partly = place->name == NULL || place->number == 0;
      if (partly == (is_partly > 0))
        take_place (places, place, axes[axis].by_name);
    }
  }
  add_missing (self, axis);
  g_ptr_array_sort (places, compare_places);
  for (guint i = 0; i < places->len; i++) {
    Place *place = g_ptr_array_index (places, i);
    place->text = dup_text (place, axis);
  }
}

/* Where @place is among @places; their number: nowhere. */
static guint
index_of (GPtrArray *places, const Place *place, gboolean by_name)
{
  guint index = places->len;
  Place *found = find_place (places, place, by_name);
  if (found != NULL)
    g_ptr_array_find (places, found, &index);
  return index;
}

void
vitrail_stress_grid_end (VitrailStressGrid *self)
{
  for (guint axis = 0; axis < VITRAIL_N_STRESS_AXES; axis++) {
    end_axis (self, axis);
    for (guint i = 0; i < self->cines->len; i++) {
      Cine *cine = g_ptr_array_index (self->cines, i);
      cine->at[axis] = index_of (self->places[axis], &cine->places[axis],
                                 axes[axis].by_name);
    }
  }
}

guint
vitrail_stress_grid_count (const VitrailStressGrid *self,
                           VitrailStressAxis axis)
{
  return self->places[axis]->len;
}

const char *
vitrail_stress_grid_get_name (const VitrailStressGrid *self,
                              VitrailStressAxis axis,
                              guint index)
{
  const Place *place = g_ptr_array_index (self->places[axis], index);
  return place->text;
}

VitrailDisplaySet *
vitrail_stress_grid_find (const VitrailStressGrid *self,
                          guint stage,
                          guint view,
                          VitrailCineLoop *loop,
                          VitrailStressLoop *kind,
                          guint *n_cines)
{
  const Cine *found = NULL;

  *n_cines = 0;
  for (guint i = 0; i < self->cines->len; i++) {
    const Cine *cine = g_ptr_array_index (self->cines, i);
    if (cine->at[VITRAIL_STRESS_STAGE] != stage ||
        cine->at[VITRAIL_STRESS_VIEW] != view)
      continue;
    (*n_cines)++;
    if (found == NULL)
      found = cine;
  }
  if (found == NULL)
    return NULL;
  *loop = found->loop;
  *kind = found->kind;
  return found->display_set;
}

gboolean
vitrail_stress_grid_locate (const VitrailStressGrid *self,
                            const VitrailDisplaySet *display_set,
                            guint at[VITRAIL_N_STRESS_AXES])
{
  for (guint i = 0; i < self->cines->len; i++) {
    const Cine *cine = g_ptr_array_index (self->cines, i);
    if (cine->display_set != display_set)
      continue;
    for (guint axis = 0; axis < VITRAIL_N_STRESS_AXES; axis++)
      at[axis] = cine->at[axis];
    return TRUE;
  }
  return FALSE;
}

char *
vitrail_stress_dup_place (const VitrailDataSet *data_set)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < VITRAIL_N_STRESS_AXES; i++) {
    Place place;
    if (!place_read (&place, data_set, i))
      continue;
    g_autofree char *name = place.name;
    g_autofree char *word = dup_text (&place, i);
    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", word);
  }
  return g_string_free (text, text->len == 0);
}
