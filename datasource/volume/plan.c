/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Plans of volumes: see plan.h. */

#include "volume/plan-private.h"

#include <math.h>
#include <string.h>

/* How far a slice may lie beside the line of the others: of a pixel. */
#define STRAIGHT 0.5
/* Volumes a second where the data say nothing that somebody can follow. */
#define DEFAULT_RATE 10.0
#define MIN_RATE     1.0
#define MAX_RATE     120.0

VitrailVolumePlan *
vitrail_volume_plan_ref (VitrailVolumePlan *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
vitrail_volume_plan_unref (VitrailVolumePlan *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_free (self->id);
  g_free (self->label);
  g_free (self->frame_of_reference_uid);
  g_free (self->times);
  g_free (self->sources);
  g_free (self->slices);
  g_strfreev (self->notes);
  g_free (self);
}

const VitrailSliceSource *
vitrail_volume_plan_get_source (const VitrailVolumePlan *self,
                                guint time,
                                guint place)
{
  if (time >= self->n_times || place >= self->n_places)
    return NULL;
  const VitrailSliceSource *source =
      &self->sources[(size_t) time * self->n_places + place];
  return source->input != VITRAIL_SLICE_NONE ? source : NULL;
}

static const struct {
  const char *name;
  const char *unit;
} key_names[VITRAIL_N_PLACE_KEYS] = {
  [VITRAIL_PLACE_TEMPORAL_POSITION] = { "temporal position", "" },
  [VITRAIL_PLACE_B_VALUE] = { "b-value", "s/mm2" },
  [VITRAIL_PLACE_TRIGGER_TIME] = { "trigger time", "ms" },
  [VITRAIL_PLACE_REFERENCE_TIME] = { "frame reference time", "ms" },
  [VITRAIL_PLACE_INVERSION_TIME] = { "inversion time", "ms" },
  [VITRAIL_PLACE_ACQUISITION] = { "acquisition number", "" },
  [VITRAIL_PLACE_ACQUISITION_TIME] = { "acquisition time", "s" },
  [VITRAIL_PLACE_CONTENT_TIME] = { "content time", "s" },
  [VITRAIL_PLACE_DIMENSION] = { "dimension index", "" },
  [VITRAIL_PLACE_INSTANCE] = { "instance number", "" },
};

const char *
vitrail_place_key_get_name (VitrailPlaceKey key)
{
  return key < VITRAIL_N_PLACE_KEYS ? key_names[key].name : "";
}

const char *
vitrail_place_key_get_unit (VitrailPlaceKey key)
{
  return key < VITRAIL_N_PLACE_KEYS ? key_names[key].unit : "";
}

/* Milliseconds from one to the next, or NAN. */
static double
get_step_ms (const VitrailVolumePlan *self)
{
  const gboolean is_in_ms = self->time_key == VITRAIL_PLACE_TRIGGER_TIME ||
                            self->time_key == VITRAIL_PLACE_REFERENCE_TIME;

  if (!is_in_ms || self->n_times < 2)
    return NAN;
  return fabs (self->times[self->n_times - 1] - self->times[0]) /
         (self->n_times - 1);
}

double
vitrail_volume_plan_get_rate (const VitrailVolumePlan *self)
{
  const double own = 1000 / get_step_ms (self);

  return own >= MIN_RATE && own <= MAX_RATE ? own : DEFAULT_RATE;
}

static void
set_geometry (VitrailVolumePlan *self,
              const VitrailPlace *first,
              const VitrailGrid *grid)
{
  for (guint i = 0; i < 3; i++) {
    double *row = self->matrix + (size_t) i * 4;
    row[0] = first->axes[i] * first->spacing[1];
    row[1] = first->axes[3 + i] * first->spacing[0];
    row[2] = grid->step[i];
    row[3] = grid->origin[i];
  }
  self->matrix[15] = 1;
  self->size[0] = first->columns;
  self->size[1] = first->rows;
  self->size[2] = grid->n_slices;
  self->space = first->space;
  self->frame_of_reference_uid = g_strdup (first->frame_of_reference);
  self->tilt_degrees = grid->tilt_degrees;
  self->n_missing = grid->n_missing;
  self->is_resampled = grid->kind != VITRAIL_GRID_REGULAR;
  self->slices = g_new (VitrailPlanSlice, grid->n_slices);
  for (guint k = 0; k < grid->n_slices; k++)
    self->slices[k] = (VitrailPlanSlice){ grid->slices[k].a, grid->slices[k].b,
                                          grid->slices[k].weight };
}

/* The value of a time is that of its first slice. */
static void
set_sources (VitrailVolumePlan *self, const VitrailStack *stack)
{
  self->n_places = vitrail_stack_get_n_positions (stack);
  self->n_times = stack->n_times;
  self->time_key = stack->time_key;
  self->times = g_new (double, self->n_times);
  const size_t n = (size_t) self->n_times * self->n_places;
  self->sources = g_new (VitrailSliceSource, n);
  for (size_t i = 0; i < n; i++)
    self->sources[i] = (VitrailSliceSource){ VITRAIL_SLICE_NONE, 0, 0, 0 };
  for (guint time = 0; time < self->n_times; time++)
    self->times[time] = NAN;
  for (guint place = 0; place < self->n_places; place++) {
    guint first = 0;
    const guint n_here = vitrail_stack_get_position (stack, place, &first);
    for (guint i = first; i < first + n_here; i++) {
      const guint time = g_array_index (stack->times, guint, i);
      const VitrailPlace *member = vitrail_stack_get_member (stack, i);
      if (time == VITRAIL_SLICE_NONE) {
        self->n_left_out++;
        continue;
      }
      self->sources[(size_t) time * self->n_places + place] = member->source;
      if (isnan (self->times[time]))
        self->times[time] = member->keys[self->time_key];
    }
  }
}

static guint
count_absent (const VitrailVolumePlan *self)
{
  const size_t n = (size_t) self->n_times * self->n_places;
  guint n_absent = 0;

  for (size_t i = 0; i < n; i++)
    n_absent += self->sources[i].input == VITRAIL_SLICE_NONE;
  return n_absent;
}

static guint
count_empty (const VitrailVolumePlan *self)
{
  guint n = 0;

  for (guint k = 0; k < self->size[2]; k++)
    n += self->slices[k].a == VITRAIL_SLICE_NONE;
  return n;
}

static void
    G_GNUC_PRINTF (2, 3) add_note (GPtrArray *notes, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (notes, g_strdup_vprintf (format, args));
  va_end (args);
}

static double
get_step_length (const VitrailVolumePlan *self)
{
  const double *m = self->matrix;

  return sqrt (m[2] * m[2] + m[6] * m[6] + m[10] * m[10]);
}

static void
note_slices (const VitrailVolumePlan *self, GPtrArray *notes)
{
  const guint n_empty = count_empty (self);
  const guint n_absent = count_absent (self);

  if (self->n_missing > n_empty)
    add_note (notes, "Missing slices, interpolated from their neighbours: %u",
              self->n_missing - n_empty);
  if (n_empty > 0)
    add_note (notes, "Missing slices in gaps too wide to fill, left empty: %u",
              n_empty);
  if (self->is_resampled && self->n_missing == 0)
    add_note (notes,
              "Unevenly spaced: %u slices were resampled to %u, %.3g mm apart",
              self->n_places, self->size[2], get_step_length (self));
  if (n_absent > 0)
    add_note (notes, "Slices missing at some points in time: %u", n_absent);
}

static void
set_notes (VitrailVolumePlan *self)
{
  g_autoptr (GPtrArray) notes = g_ptr_array_new ();

  if (self->tilt_degrees > 0)
    add_note (notes,
              "Gantry tilt of %.1f degrees: the slices lean, and views are cut "
              "from them as they lie",
              self->tilt_degrees);
  note_slices (self, notes);
  if (self->n_left_out > 0)
    add_note (notes, "Images left out at the place of another: %u",
              self->n_left_out);
  if (self->space == VITRAIL_SPACE_OWN)
    add_note (notes, "Not in the patient's coordinates: no orientation is "
                     "shown");
  g_ptr_array_add (notes, NULL);
  self->notes = (char **) g_ptr_array_free (g_steal_pointer (&notes), FALSE);
}

/* Its first point in time, as one display set. */
static void
set_issues (VitrailVolumePlan *self, const VitrailStack *stack)
{
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (VitrailPlace));

  for (guint i = 0; i < stack->members->len; i++)
    if (g_array_index (stack->times, guint, i) == 0)
      g_array_append_val (places, *vitrail_stack_get_member (stack, i));
  self->is_reconstructable =
      vitrail_volume_check ((const VitrailPlace *) (gpointer) places->data,
                            places->len, &self->issues);
}

static double *
dup_positions (const VitrailStack *stack)
{
  const guint n = vitrail_stack_get_n_positions (stack);
  double *positions = g_new (double, (size_t) n * 3);
  guint first = 0;

  for (guint i = 0; i < n; i++) {
    vitrail_stack_get_position (stack, i, &first);
    memcpy (positions + (size_t) i * 3,
            vitrail_stack_get_member (stack, first)->position,
            3 * sizeof (double));
  }
  return positions;
}

VitrailVolumePlan *
vitrail_volume_plan_new (VitrailStack *stack, GError **error)
{
  const VitrailPlace *first = vitrail_stack_get_member (stack, 0);
  const double pixel = MIN (first->spacing[0], first->spacing[1]);
  g_autofree double *positions = dup_positions (stack);
  g_auto (VitrailGrid) grid = { 0 };

  if (!vitrail_grid_fit (&grid, positions,
                         vitrail_stack_get_n_positions (stack), stack->normal,
                         pixel * STRAIGHT, error))
    return NULL;
  VitrailVolumePlan *self = g_new0 (VitrailVolumePlan, 1);
  self->ref_count = 1;
  vitrail_stack_find_times (stack);
  set_geometry (self, first, &grid);
  set_sources (self, stack);
  set_issues (self, stack);
  set_notes (self);
  return self;
}
