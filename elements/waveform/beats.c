/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Beats of ECGs: see beats.h. */

#include "waveform/beats.h"

#include "waveform/ecg.h"
#include "waveform/wavefilter.h"

#include <math.h>

#define LEAST_HZ    100.0
#define MOST_VALUES (16u << 20) /* of all leads together */
#define MOST_LEADS  VITRAIL_BEATS_MOST_LEADS
#define WINDOW_S    0.12 /* that the energy is summed over */
#define APART_S     0.25 /* of two beats, at least */
#define PART_S      2.0  /* has a beat in it, as a rule */
#define ENOUGH      0.3  /* of a usual beat's energy */
#define ALIKE       0.7  /* correlation of a beat with the mean of all */
#define SHAPE_S     0.06 /* to either side */

/* @values: (array length=n_leads * n): band-passed, lead by lead
 * @energy: (array length=n)
 * @places: (element-type guint): of the beats */
typedef struct {
  double rate_hz;
  guint n;
  guint n_leads;
  float *values;
  double *energy;
  GArray *places;
} Search;

static void
search_clear (Search *self)
{
  g_free (self->values);
  g_free (self->energy);
  g_clear_pointer (&self->places, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

static guint
get_samples (const Search *self, double seconds)
{
  return MAX (1, (guint) (seconds * self->rate_hz));
}

guint
vitrail_beats_find_leads (const VitrailWaveformGroup *group,
                          guint leads[MOST_LEADS])
{
  guint n = 0;

  for (guint i = 0; i < group->n_channels && n < MOST_LEADS; i++) {
    if (vitrail_ecg_get_lead (&group->channels[i]) != NULL)
      leads[n++] = i;
  }
  return n;
}

static gboolean
read_values (Search *self,
             const VitrailWaveformGroup *group,
             const guint *leads)
{
  static const VitrailWaveFilter band = { 5, 15, 0 };

  self->values = g_try_new (float, (gsize) self->n * self->n_leads);
  self->energy = g_try_new0 (double, self->n);
  for (guint i = 0; i < self->n_leads; i++) {
    float *values = self->values + (gsize) i * self->n;
    if (self->values == NULL || self->energy == NULL)
      return FALSE;
    vitrail_waveform_group_get_values (group, leads[i], 0, self->n, values);
    if (!vitrail_wave_filter_run (&band, self->rate_hz, values, self->n))
      return FALSE;
  }
  return TRUE;
}

/* Sums of squared slopes; what is padding adds nothing. */
static void
sum_energy (Search *self)
{
  const guint half = get_samples (self, WINDOW_S / 2);
  g_autofree double *sums = g_new0 (double, (gsize) self->n + 1);

  for (guint i = 0; i + 1 < self->n; i++) {
    double sum = 0;
    for (guint k = 0; k < self->n_leads; k++) {
      const float *value = self->values + (gsize) k * self->n + i;
      const double slope = (double) value[1] - value[0];
      sum += isfinite (slope) ? slope * slope : 0;
    }
    sums[i + 1] = sums[i] + sum;
  }
  sums[self->n] = sums[self->n - 1];
  for (guint i = 0; i < self->n; i++)
    self->energy[i] =
        sums[MIN (i + half, self->n)] - sums[i > half ? i - half : 0];
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const double x = *(const double *) a;
  const double y = *(const double *) b;

  return (x > y) - (x < y);
}

/* Sorts @values. */
static double
take_median (GArray *values)
{
  g_array_sort (values, compare);
  const double *all = (const double *) (void *) values->data;
  return (all[(values->len - 1) / 2] + all[values->len / 2]) / 2;
}

/* A usual beat's: the median of the highest of each part. */
static double
find_usual (const Search *self)
{
  const guint part = get_samples (self, PART_S);
  g_autoptr (GArray) highest = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint first = 0; first < self->n; first += part) {
    double high = 0;
    for (guint i = first; i < MIN (first + part, self->n); i++)
      high = fmax (high, self->energy[i]);
    /* A rest that is short may have none. */
    if (first == 0 || self->n - first >= part)
      g_array_append_val (highest, high);
  }
  return take_median (highest);
}

/* The highest places that are far enough apart and high enough. */
static void
find_beats (Search *self)
{
  const guint apart = get_samples (self, APART_S);
  const double least = find_usual (self) * ENOUGH;

  self->places = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < self->n && least > 0; i++) {
    if (self->energy[i] < least)
      continue;
    const guint end = self->places->len;
    guint *last =
        end > 0 ? &g_array_index (self->places, guint, end - 1) : NULL;
    if (last == NULL || i - *last >= apart)
      g_array_append_val (self->places, i);
    else if (self->energy[i] > self->energy[*last])
      *last = i;
  }
}

/* Beats whose whole shape is there: all but the first and last, perhaps. */
static gboolean
has_shape (const Search *self, guint place, guint half)
{
  return place >= half && place + half < self->n;
}

static double
get_value (const Search *self, guint lead, guint place)
{
  const float value = self->values[(gsize) lead * self->n + place];

  return isfinite (value) ? value : 0;
}

/* Adds the beat at @place, all leads, to @mean. */
static void
add_shape (const Search *self, guint place, guint half, double *mean)
{
  const guint width = 2 * half + 1;

  for (guint k = 0; k < self->n_leads; k++) {
    for (guint i = 0; i < width; i++)
      mean[(gsize) k * width + i] += get_value (self, k, place - half + i);
  }
}

/* Correlation of the beat at @place with the others that @mean is the sum of.
 */
static double
compare_shape (const Search *self, guint place, guint half, const double *mean)
{
  const guint width = 2 * half + 1;
  double xy = 0;
  double xx = 0;
  double yy = 0;

  for (guint k = 0; k < self->n_leads; k++) {
    for (guint i = 0; i < width; i++) {
      const double x = get_value (self, k, place - half + i);
      const double y = mean[(gsize) k * width + i] - x;
      xy += x * y;
      xx += x * x;
      yy += y * y;
    }
  }
  return xx > 0 && yy > 0 ? xy / sqrt (xx * yy) : 0;
}

/* The median correlation of a beat with the others. */
static double
compare_shapes (const Search *self)
{
  const guint half = get_samples (self, SHAPE_S);
  const gsize width = 2 * (gsize) half + 1;
  g_autofree double *mean = g_new0 (double, width * self->n_leads);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (double));
  const guint *places = (const guint *) (void *) self->places->data;

  for (guint b = 0; b < self->places->len; b++) {
    if (has_shape (self, places[b], half))
      add_shape (self, places[b], half, mean);
  }
  for (guint b = 0; b < self->places->len; b++) {
    if (!has_shape (self, places[b], half))
      continue;
    const double alike = compare_shape (self, places[b], half, mean);
    g_array_append_val (found, alike);
  }
  return found->len > 0 ? take_median (found) : 0;
}

static void
measure_times (const Search *self, VitrailBeats *beats)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  const guint *places = (const guint *) (void *) self->places->data;
  const guint n = self->places->len;

  for (guint i = 1; i < n; i++) {
    const double time = (places[i] - places[i - 1]) / self->rate_hz;
    g_array_append_val (times, time);
  }
  beats->n_beats = n;
  beats->rr_s = take_median (times);
  beats->rate = 60 * (n - 1) * self->rate_hz / (places[n - 1] - places[0]);
}

static const char *
search_beats (Search *self, VitrailBeats *beats)
{
  sum_energy (self);
  find_beats (self);
  if (self->places->len < 3)
    return "there are fewer than three beats";
  if (compare_shapes (self) < ALIKE)
    return "its beats do not stand out";
  measure_times (self, beats);
  return NULL;
}

static const char *
measure (const VitrailWaveformGroup *group,
         VitrailBeats *beats,
         GArray **places)
{
  guint leads[MOST_LEADS];
  g_auto (Search) search = { .rate_hz = group->rate_hz };

  search.n_leads = vitrail_beats_find_leads (group, leads);
  if (search.n_leads == 0)
    return "there is no ECG lead";
  if (!(group->rate_hz >= LEAST_HZ))
    return "it is sampled at less than 100 Hz";
  const double most = fmin (VITRAIL_BEATS_MOST_S * group->rate_hz,
                            (double) MOST_VALUES / search.n_leads);
  search.n = (guint) fmin (group->n_samples, most);
  if (search.n < PART_S * group->rate_hz)
    return "it is shorter than 2 s";
  if (!read_values (&search, group, leads))
    return "there is no memory";
  const char *why_not = search_beats (&search, beats);
  if (why_not == NULL && places != NULL)
    *places = g_steal_pointer (&search.places);
  return why_not;
}

gboolean
vitrail_beats_find (const VitrailWaveform *waveform,
                    guint group,
                    VitrailBeats *beats,
                    GArray **places)
{
  *beats = (VitrailBeats){ 0 };
  if (places != NULL)
    *places = NULL;
  beats->why_not = group < waveform->groups->len
                       ? measure (waveform->groups->pdata[group], beats, places)
                       : "there is no such group";
  return beats->why_not == NULL;
}

gboolean
vitrail_beats_measure (const VitrailWaveform *waveform,
                       guint group,
                       VitrailBeats *beats)
{
  return vitrail_beats_find (waveform, group, beats, NULL);
}
