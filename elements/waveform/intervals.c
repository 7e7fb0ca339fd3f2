/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Intervals of ECGs: see intervals.h. */

#include "waveform/intervals.h"

#include "waveform/wavefilter.h"

#include <math.h>
#include <string.h>

#define MOST_HZ      1000.0      /* about: no more is looked at */
#define MOST_VALUES  (16u << 20) /* of all leads together */
#define MOST_BEATS   32u         /* of a median */
#define LEAST_BEATS  4u          /* two in each half */
#define SHAPE_S      0.06        /* to either side of a beat's place */
#define SHIFT_S      0.04        /* that a beat is moved by to lie on others */
#define ALIKE_QRS    0.9         /* correlation with the median */
#define ALIKE_P      0.9         /* with all others, median of the beats */
#define ALIKE_T      0.7
#define BEFORE_S     0.45 /* of a beat, before and behind its place */
#define BEHIND_S     0.75
#define SLOPE_S      0.004 /* half of what a slope is taken over */
#define QRS_S        0.12  /* to either side, at most */
#define QUIET_S      0.02  /* that there must be beside a QRS */
#define EDGE         0.03  /* of the steepest slope */
#define NOISE        3.0   /* times the slopes of the quiet parts */
#define TOO_NOISY    0.1   /* of the steepest slope */
#define LEVEL_S      0.06  /* before a beat's place: level, about */
#define FLAT_S       0.025 /* behind T */
#define QRS_HZ       70.0  /* nothing finer is looked at */
#define WAVE_HZ      30.0  /* the same for P and T */
#define T_FLANK_S    0.15  /* of a wave, from its steepest place on */
#define P_FLANK_S    0.1
#define QRS_DIFFER_S 0.012 /* what halves of the beats may differ by */
#define P_DIFFER_S   0.02
#define T_DIFFER_S   0.03

/* @values: (array length=n_leads * n): lead by lead
 * @band: the same from 5 to 15 Hz
 * @places: (element-type guint): of beats that look alike
 * @rr: samples from beat to beat */
typedef struct {
  double rate_hz;
  guint n;
  guint n_leads;
  float *values;
  float *band;
  GArray *places;
  guint rr;
} Work;

static void
work_clear (Work *self)
{
  g_free (self->values);
  g_free (self->band);
  g_clear_pointer (&self->places, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_clear)

/* The median beat. @place: of it, among its @n samples
 * @values: (array length=n_leads * n): lead by lead
 * @onset, @offset: edges of QRS, parts of samples too */
typedef struct {
  guint n;
  guint place;
  float *values;
  double onset;
  double offset;
} Beat;

static void
beat_clear (Beat *self)
{
  g_free (self->values);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Beat, beat_clear)

/* What one set of beats says; in samples. */
typedef struct {
  double qrs;
  double qt;
  double pr;
  const char *no_qrs;
  const char *no_t;
  const char *no_p;
} Found;

static guint
get_samples (const Work *self, double seconds)
{
  return MAX (1, (guint) lround (seconds * self->rate_hz));
}

static const guint *
get_places (const Work *self)
{
  return (const guint *) (void *) self->places->data;
}

/* --- the samples --- */

/* No more than about MOST_HZ; what is padding is 0. */
static gboolean
read_lead (Work *self,
           const VitrailWaveformGroup *group,
           guint channel,
           guint step,
           float *to)
{
  const VitrailWaveFilter smooth = { 0, step > 1 ? MOST_HZ * 0.3 : 0, 0 };
  const guint n = self->n * step;
  g_autofree float *values = g_try_new (float, n);

  if (values == NULL)
    return FALSE;
  vitrail_waveform_group_get_values (group, channel, 0, n, values);
  for (guint i = 0; i < n; i++)
    values[i] = isfinite (values[i]) ? values[i] : 0;
  if (!vitrail_wave_filter_run (&smooth, group->rate_hz, values, n))
    return FALSE;
  for (guint i = 0; i < self->n; i++)
    to[i] = values[(gsize) i * step];
  return TRUE;
}

static const char *
read_leads (Work *self, const VitrailWaveformGroup *group, guint step)
{
  static const VitrailWaveFilter band = { 5, 15, 0 };
  guint leads[VITRAIL_BEATS_MOST_LEADS];

  self->n_leads = vitrail_beats_find_leads (group, leads);
  self->rate_hz = group->rate_hz / step;
  const double most = fmin (VITRAIL_BEATS_MOST_S * self->rate_hz,
                            (double) MOST_VALUES / step / self->n_leads);
  self->n = MIN (group->n_samples / step, (guint) most);
  const gsize size = (gsize) self->n * self->n_leads;
  self->values = g_try_new (float, size);
  self->band = g_try_new (float, size);
  for (guint k = 0; k < self->n_leads; k++) {
    const gsize first = (gsize) k * self->n;
    if (self->values == NULL || self->band == NULL ||
        !read_lead (self, group, leads[k], step, self->values + first))
      return "there is no memory";
    memcpy (self->band + first, self->values + first, self->n * sizeof (float));
    if (!vitrail_wave_filter_run (&band, self->rate_hz, self->band + first,
                                  self->n))
      return "there is no memory";
  }
  return NULL;
}

/* --- medians --- */

static int
compare (gconstpointer a, gconstpointer b)
{
  const float x = *(const float *) a;
  const float y = *(const float *) b;

  return (x > y) - (x < y);
}

/* Sorts @values, which are few. */
static float
take_median (float *values, guint n)
{
  for (guint i = 1; i < n; i++) {
    const float value = values[i];
    guint k = i;
    for (; k > 0 && values[k - 1] > value; k--)
      values[k] = values[k - 1];
    values[k] = value;
  }
  return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

/* The median of @from, lead by lead, @before and @behind each of @places, which
 * all have so much around them. */
static float *
make_median (const Work *self,
             const float *from,
             const GArray *places,
             guint before,
             guint behind)
{
  const guint width = before + behind + 1;
  const guint n = MIN (places->len, MOST_BEATS);
  float *median = g_new0 (float, (gsize) width * self->n_leads);
  float values[MOST_BEATS];

  for (guint k = 0; k < self->n_leads; k++) {
    for (guint i = 0; i < width; i++) {
      for (guint b = 0; b < n; b++) {
        const guint which = b * places->len / n;
        const guint at = g_array_index (places, guint, which) - before + i;
        values[b] = from[(gsize) k * self->n + at];
      }
      median[(gsize) k * width + i] = take_median (values, n);
    }
  }
  return median;
}

/* Those of @places with so much around them, each @step from @first on. */
static GArray *
choose (const Work *self,
        const GArray *places,
        guint before,
        guint behind,
        guint first,
        guint step)
{
  GArray *chosen = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = first; i < places->len; i += step) {
    const guint place = g_array_index (places, guint, i);
    if (place >= before && place + behind < self->n)
      g_array_append_val (chosen, place);
  }
  return chosen;
}

/* --- beats that look alike --- */

static double
correlate (const Work *self, const float *median, guint from, guint width)
{
  double xy = 0;
  double xx = 0;
  double yy = 0;

  for (guint k = 0; k < self->n_leads; k++) {
    const float *x = median + (gsize) k * width;
    const float *y = self->band + (gsize) k * self->n + from;
    for (guint i = 0; i < width; i++) {
      xy += x[i] * y[i];
      xx += x[i] * x[i];
      yy += y[i] * y[i];
    }
  }
  return xx > 0 && yy > 0 ? xy / sqrt (xx * yy) : 0;
}

/* Moves each of @places to where it is most like the median; those that are not
 * like it are left out. */
static GArray *
align (const Work *self, const GArray *places, double least)
{
  const guint half = get_samples (self, SHAPE_S);
  const guint shift = get_samples (self, SHIFT_S);
  g_autoptr (GArray) all =
      choose (self, places, half + shift, half + shift, 0, 1);
  GArray *moved = g_array_new (FALSE, FALSE, sizeof (guint));

  if (all->len == 0)
    return moved;
  g_autofree float *median = make_median (self, self->band, all, half, half);
  for (guint b = 0; b < all->len; b++) {
    const guint place = g_array_index (all, guint, b);
    double best = -1;
    guint at = place;
    for (guint i = place - shift; i <= place + shift; i++) {
      const double alike = correlate (self, median, i - half, 2 * half + 1);
      if (alike > best) {
        best = alike;
        at = i;
      }
    }
    if (best >= least)
      g_array_append_val (moved, at);
  }
  return moved;
}

/* --- QRS --- */

static gboolean
smooth (const Work *self, Beat *beat, double low_pass_hz)
{
  const VitrailWaveFilter filter = { 0, low_pass_hz, 0 };

  for (guint k = 0; k < self->n_leads; k++) {
    if (!vitrail_wave_filter_run (&filter, self->rate_hz,
                                  beat->values + (gsize) k * beat->n, beat->n))
      return FALSE;
  }
  return TRUE;
}

/* Of all leads together, over @half to either side. */
static float *
make_slopes (const Work *self, const Beat *beat, guint half)
{
  float *slopes = g_new0 (float, beat->n);

  for (guint i = half; i + half < beat->n; i++) {
    double sum = 0;
    for (guint k = 0; k < self->n_leads; k++) {
      const float *value = beat->values + (gsize) k * beat->n + i;
      const double slope = (double) value[half] - *(value - half);
      sum += slope * slope;
    }
    slopes[i] = (float) sqrt (sum);
  }
  return slopes;
}

/* Slopes of the quiet parts. */
static double
find_noise (const float *slopes, guint n, guint half)
{
  const guint inner = n - 2 * half;
  g_autofree float *sorted = g_memdup2 (slopes + half, inner * sizeof *slopes);

  qsort (sorted, inner, sizeof *sorted, compare);
  return sorted[inner / 5];
}

static gboolean
is_quiet (const float *slopes, guint from, guint n, double least)
{
  for (guint i = 0; i < n; i++) {
    if (slopes[from + i] > least)
      return FALSE;
  }
  return TRUE;
}

/* From the steepest place on, as far as a part that is quiet. */
static const char *
find_edges (const Work *self, Beat *beat, const float *slopes, guint half)
{
  const guint reach = get_samples (self, QRS_S);
  const guint run = get_samples (self, QUIET_S);
  guint top = beat->place;

  for (guint i = beat->place - MIN (reach, beat->place);
       i < MIN (beat->place + reach, beat->n); i++)
    top = slopes[i] > slopes[top] ? i : top;
  const double noise = NOISE * find_noise (slopes, beat->n, half);
  const double least = fmax (EDGE * slopes[top], noise);
  if (!(slopes[top] > 0) || noise > TOO_NOISY * slopes[top])
    return "it is too noisy";
  guint on = top;
  guint off = top;
  while (on >= run + half && !is_quiet (slopes, on - run, run, least))
    on--;
  while (off + run + half < beat->n && !is_quiet (slopes, off + 1, run, least))
    off++;
  if (on < run + half || off + run + half >= beat->n || on + 2 * reach < top ||
      off > top + 2 * reach)
    return "its QRS complexes have no clear edges";
  /* Slopes begin half of what they are taken over too early. */
  beat->onset =
      on + half - (slopes[on] - least) / (double) (slopes[on] - slopes[on - 1]);
  beat->offset =
      off + (slopes[off] - least) / (double) (slopes[off] - slopes[off + 1]) -
      half;
  return beat->offset > beat->onset ? NULL
                                    : "its QRS complexes have no clear edges";
}

/* The median of @places, and the edges of its QRS. */
static const char *
make_beat (const Work *self,
           const GArray *places,
           guint first,
           guint step,
           Beat *beat)
{
  const guint half = get_samples (self, SLOPE_S);
  const guint before = MIN (get_samples (self, BEFORE_S), self->rr);
  const guint behind = MIN (get_samples (self, BEHIND_S), self->rr);
  g_autoptr (GArray) chosen =
      choose (self, places, before, behind, first, step);

  if (chosen->len < LEAST_BEATS / 2)
    return "there are fewer than four beats that look alike";
  beat->n = before + behind + 1;
  beat->place = before;
  beat->values = make_median (self, self->values, chosen, before, behind);
  if (!smooth (self, beat, QRS_HZ))
    return "there is no memory";
  g_autofree float *slopes = make_slopes (self, beat, half);
  return find_edges (self, beat, slopes, half);
}

/* --- the line that waves stand on --- */

/* The levels just before the QRS of each beat. */
static float *
find_levels (const Work *self, const float *values, guint from, guint n)
{
  const guint *places = get_places (self);
  float *levels = g_new (float, self->places->len);
  float some[MOST_BEATS];

  for (guint b = 0; b < self->places->len; b++) {
    const guint first = places[b] > from ? places[b] - from : 0;
    memcpy (some, values + first, n * sizeof *some);
    levels[b] = take_median (some, n);
  }
  return levels;
}

static double
get_slope (const guint *places, const float *levels, guint n, guint b)
{
  const guint before = b > 0 ? b - 1 : 0;
  const guint behind = MIN (b + 1, n - 1);

  return ((double) levels[behind] - levels[before]) /
         (double) (places[behind] - places[before]);
}

/* Cubic between the beats, level before and behind. */
static void
level_lead (const Work *self, float *values, const float *levels, guint from)
{
  const guint *places = get_places (self);
  const guint n = self->places->len;
  guint b = 0;

  for (guint i = 0; i < self->n; i++) {
    const guint at = i + from;
    while (b + 2 < n && at >= places[b + 1])
      b++;
    const double width = places[b + 1] - places[b];
    const double t = CLAMP (((double) at - places[b]) / width, 0, 1);
    const double one = get_slope (places, levels, n, b) * width;
    const double two = get_slope (places, levels, n, b + 1) * width;
    const double s = t * t * (3 - 2 * t);
    values[i] -= (float) (levels[b] + (levels[b + 1] - levels[b]) * s +
                          t * (1 - t) * (one * (1 - t) - two * t));
  }
}

/* Takes the wandering away: what was level before QRS becomes 0. @onset: of
 * QRS, from the beats' places. */
static void
level_leads (Work *self, double onset)
{
  const guint n = CLAMP (get_samples (self, 0.01), 1, MOST_BEATS - 1);
  const guint from = (guint) fmax (0, round (0.014 * self->rate_hz - onset));

  for (guint k = 0; k < self->n_leads; k++) {
    float *values = self->values + (gsize) k * self->n;
    g_autofree float *levels = find_levels (self, values, from, n);
    level_lead (self, values, levels, from - MIN (from, n / 2));
  }
}

/* The same for the median beat, all of it. */
static void
level_beat (const Work *self, Beat *beat)
{
  const guint n = CLAMP (get_samples (self, 0.01), 1, MOST_BEATS - 1);
  const double first = beat->onset - 0.014 * self->rate_hz;
  const guint from = (guint) CLAMP (round (first), 0.0, (double) beat->n - n);
  float some[MOST_BEATS];

  for (guint k = 0; k < self->n_leads; k++) {
    float *values = beat->values + (gsize) k * beat->n;
    memcpy (some, values + from, n * sizeof *some);
    const float level = take_median (some, n);
    for (guint i = 0; i < beat->n; i++)
      values[i] -= level;
  }
}

/* --- waves --- */

/* A wave of the median beat. @weights: (array length=n_leads): its height in
 * each lead, of length 1
 * @values: (array length=n): the beat as seen by these */
typedef struct {
  guint top;
  float weights[VITRAIL_BEATS_MOST_LEADS];
  float *values;
} Wave;

static void
wave_clear (Wave *self)
{
  g_free (self->values);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wave, wave_clear)

static double
get_height (const Work *self, const Beat *beat, guint at)
{
  double sum = 0;

  for (guint k = 0; k < self->n_leads; k++) {
    const double value = beat->values[(gsize) k * beat->n + at];
    sum += value * value;
  }
  return sqrt (sum);
}

/* FALSE: all is flat from @from to @to. */
static gboolean
find_wave (const Work *self, const Beat *beat, guint from, guint to, Wave *wave)
{
  double height = 0;

  for (guint i = from; i < to; i++) {
    const double one = get_height (self, beat, i);
    if (one > height) {
      height = one;
      wave->top = i;
    }
  }
  if (!(height > 0))
    return FALSE;
  wave->values = g_new0 (float, beat->n);
  for (guint k = 0; k < self->n_leads; k++) {
    const float *values = beat->values + (gsize) k * beat->n;
    wave->weights[k] = (float) (values[wave->top] / height);
    for (guint i = 0; i < beat->n; i++)
      wave->values[i] += wave->weights[k] * values[i];
  }
  return TRUE;
}

/* Where the trapezium below the flank is largest (Zhang and others, 2006): from
 * the steepest place at @from, @step by @step up to @to, @flank long; not
 * beyond where the line rises again by @rise. */
static guint
find_end (const Wave *wave,
          guint from,
          guint to,
          int step,
          guint flank,
          double rise)
{
  const float *values = wave->values;
  double low = values[from];
  double best = -1;
  guint end = from;

  for (guint i = 0; i < flank; i++) {
    const guint at = step > 0 ? from + i : from - i;
    low = fmin (low, values[at]);
    if (values[at] > low + rise)
      break;
    const double area =
        ((double) values[from] - values[at]) * (2.0 * flank - i);
    if (area > best) {
      best = area;
      end = at;
    }
    if (at == to)
      break;
  }
  return end;
}

/* The steepest place from @from to below @to; up or down, by @sign. */
static guint
find_steepest (const Wave *wave, guint from, guint to, int sign)
{
  guint best = from;
  double most = -INFINITY;

  for (guint i = MAX (from, 1); i < to; i++) {
    const double slope =
        sign * ((double) wave->values[i + 1] - wave->values[i - 1]);
    if (slope > most) {
      most = slope;
      best = i;
    }
  }
  return best;
}

/* Whether no more than a tenth of the wave is left from @from to @to. */
static gboolean
is_flat (const Wave *wave, guint from, guint to)
{
  const double most = 0.1 * (double) wave->values[wave->top];

  for (guint i = from; i <= to; i++) {
    if (fabs ((double) wave->values[i] - wave->values[from]) > most)
      return FALSE;
  }
  return TRUE;
}

/* --- whether they come back --- */

/* All beats as @wave sees them, nothing above WAVE_HZ; NULL: no memory. */
static float *
look_by (const Work *self, const Wave *wave)
{
  static const VitrailWaveFilter filter = { 0, WAVE_HZ, 0 };
  float *seen = g_try_new0 (float, self->n);

  if (seen == NULL)
    return NULL;
  for (guint k = 0; k < self->n_leads; k++) {
    const float *values = self->values + (gsize) k * self->n;
    for (guint i = 0; i < self->n; i++)
      seen[i] += wave->weights[k] * values[i];
  }
  if (!vitrail_wave_filter_run (&filter, self->rate_hz, seen, self->n))
    g_clear_pointer (&seen, g_free);
  return seen;
}

/* Adds @values, their mean taken away, to @sum. */
static void
add_part (const float *values, guint n, double *sum)
{
  double mean = 0;

  for (guint i = 0; i < n; i++)
    mean += values[i] / (double) n;
  for (guint i = 0; i < n; i++)
    sum[i] += values[i] - mean;
}

/* Correlation of @part with the others that @sum is of too. */
static double
compare_part (const double *part, const double *sum, guint n)
{
  double xy = 0;
  double xx = 0;
  double yy = 0;

  for (guint i = 0; i < n; i++) {
    const double y = sum[i] - part[i];
    xy += part[i] * y;
    xx += part[i] * part[i];
    yy += y * y;
  }
  return xx > 0 && yy > 0 ? xy / sqrt (xx * yy) : 0;
}

/* The median of the beats' correlations with the others between @from and
 * below @to of the median beat. */
static double
compare_beats (const Work *self,
               const Beat *beat,
               const Wave *wave,
               guint from,
               guint to)
{
  const guint n = to - from;
  g_autoptr (GArray) chosen =
      choose (self, self->places, beat->place, beat->n - beat->place, 0, 1);
  g_autofree float *seen = look_by (self, wave);
  g_autofree double *sum = g_new0 (double, n);
  g_autofree double *part = g_new (double, n);
  g_autofree float *found = g_new (float, chosen->len + 1);

  if (seen == NULL || chosen->len == 0)
    return 0;
  for (guint b = 0; b < chosen->len; b++) {
    const guint place = g_array_index (chosen, guint, b);
    add_part (seen + place - beat->place + from, n, sum);
  }
  for (guint b = 0; b < chosen->len; b++) {
    const guint place = g_array_index (chosen, guint, b);
    memset (part, 0, n * sizeof *part);
    add_part (seen + place - beat->place + from, n, part);
    found[b] = (float) compare_part (part, sum, n);
  }
  return take_median (found, chosen->len);
}

/* --- P and T --- */

/* @end: of T in the median beat. */
static const char *
find_t (const Work *self, const Beat *beat, double *end)
{
  const guint on = (guint) beat->onset;
  const guint off = (guint) ceil (beat->offset);
  const guint from = off + get_samples (self, 0.05);
  const guint last = beat->n - 2;
  const guint behind = MIN (get_samples (self, 0.6), self->rr * 6 / 10);
  const guint to = MIN (on + behind, last);
  const guint next =
      MIN (last, on + self->rr - MIN (self->rr, get_samples (self, 0.04)));
  g_auto (Wave) wave = { 0 };

  if (from >= to || next <= to || !find_wave (self, beat, from, to, &wave))
    return "there is no room for a T wave";
  const guint flank = MIN (wave.top + get_samples (self, 0.16), next);
  const guint steep = find_steepest (&wave, wave.top, flank, -1);
  const guint found =
      find_end (&wave, steep, next, 1, get_samples (self, T_FLANK_S),
                0.1 * (double) wave.values[wave.top]);
  const guint shown = off + get_samples (self, 0.02);
  if (!is_flat (&wave, found, MIN (found + get_samples (self, FLAT_S), last)))
    return "what follows runs into the T wave";
  if (wave.top == from || wave.top + 1 == to || found == next ||
      found <= shown ||
      compare_beats (self, beat, &wave, shown, found) < ALIKE_T)
    return "no T wave stands out";
  *end = found;
  return NULL;
}

/* @t_end: of this beat's T. */
static const char *
find_p (const Work *self, const Beat *beat, double t_end, double *onset)
{
  const guint on = (guint) beat->onset;
  const double free = fmax (t_end - self->rr + 0.01 * self->rate_hz,
                            beat->onset - 0.4 * self->rate_hz);
  const guint from = (guint) fmax (free, 1);
  const guint to = on - MIN (on, get_samples (self, 0.02));
  const guint margin = get_samples (self, 0.02);
  g_auto (Wave) wave = { 0 };

  if (from + margin >= to || !find_wave (self, beat, from, to, &wave))
    return "there is no room for a P wave";
  const guint before = get_samples (self, 0.1);
  const guint flank = MAX (wave.top - MIN (wave.top, before), from);
  const guint steep = find_steepest (&wave, flank, wave.top + 1, 1);
  const guint found =
      find_end (&wave, steep, from, -1, get_samples (self, P_FLANK_S),
                0.25 * (double) wave.values[wave.top]);
  if (found < from + get_samples (self, 0.01) || wave.top + 1 == to)
    return "no P wave stands out";
  if (compare_beats (self, beat, &wave, found - MIN (margin, found - from),
                     on - MIN (on, get_samples (self, 0.004))) < ALIKE_P)
    return "no P wave stands out";
  *onset = found;
  return NULL;
}

/* By each @step of the beats from @first on. */
static Found
measure_some (const Work *self, guint first, guint step)
{
  g_auto (Beat) beat = { 0 };
  Found found = { 0 };
  double t_end = 0;
  double onset = 0;

  found.no_qrs = make_beat (self, self->places, first, step, &beat);
  found.no_t = found.no_p = found.no_qrs;
  if (found.no_qrs != NULL)
    return found;
  found.qrs = beat.offset - beat.onset;
  if (!smooth (self, &beat, WAVE_HZ)) {
    found.no_t = found.no_p = "there is no memory";
    return found;
  }
  level_beat (self, &beat);
  found.no_t = find_t (self, &beat, &t_end);
  found.no_p = found.no_t == NULL ? find_p (self, &beat, t_end, &onset)
                                  : "the end of T is not known";
  found.qt = t_end - beat.onset;
  found.pr = beat.onset - onset;
  return found;
}

/* --- together --- */

static VitrailInterval
judge (const Work *self,
       const double samples[3],
       const char *const why_not[3],
       double most_s)
{
  VitrailInterval interval = { 0 };

  for (guint i = 0; i < 3 && interval.why_not == NULL; i++)
    interval.why_not = why_not[i];
  if (interval.why_not == NULL &&
      fabs (samples[1] - samples[2]) > most_s * self->rate_hz)
    interval.why_not = "it differs from beat to beat";
  if (interval.why_not == NULL)
    interval.seconds = samples[0] / self->rate_hz;
  return interval;
}

/* All beats; and every other beat against the rest. */
static void
measure_all (const Work *self, VitrailIntervals *intervals)
{
  const Found all[3] = { measure_some (self, 0, 1), measure_some (self, 0, 2),
                         measure_some (self, 1, 2) };
  const double qrs[3] = { all[0].qrs, all[1].qrs, all[2].qrs };
  const double qt[3] = { all[0].qt, all[1].qt, all[2].qt };
  const double pr[3] = { all[0].pr, all[1].pr, all[2].pr };
  const char *const no_qrs[3] = { all[0].no_qrs, all[1].no_qrs, all[2].no_qrs };
  const char *const no_t[3] = { all[0].no_t, all[1].no_t, all[2].no_t };
  const char *const no_p[3] = { all[0].no_p, all[1].no_p, all[2].no_p };

  intervals->qrs = judge (self, qrs, no_qrs, QRS_DIFFER_S);
  intervals->qt = judge (self, qt, no_t, T_DIFFER_S);
  intervals->pr = judge (self, pr, no_p, P_DIFFER_S);
  if (intervals->qt.why_not != NULL)
    return;
  const double rr_s = 60 / intervals->beats.rate;
  intervals->qtc_bazett_s = intervals->qt.seconds / sqrt (rr_s);
  intervals->qtc_fridericia_s = intervals->qt.seconds / cbrt (rr_s);
}

static const char *
measure (const VitrailWaveformGroup *group,
         const GArray *found,
         VitrailIntervals *intervals)
{
  g_auto (Work) work = { 0 };
  const guint step = (guint) fmax (1, floor (group->rate_hz / MOST_HZ));
  const char *why_not = read_leads (&work, group, step);
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (guint));
  g_auto (Beat) beat = { 0 };

  if (why_not != NULL)
    return why_not;
  for (guint i = 0; i < found->len; i++) {
    const guint place = g_array_index (found, guint, i) / step;
    g_array_append_val (places, place);
  }
  work.rr = MAX (1, (guint) lround (intervals->beats.rr_s * work.rate_hz));
  g_autoptr (GArray) moved = align (&work, places, -1);
  work.places = align (&work, moved, ALIKE_QRS);
  if (work.places->len < LEAST_BEATS)
    return "there are fewer than four beats that look alike";
  /* Slow wandering would look like noise; then again, where it is known what is
   * level. */
  level_leads (&work, -LEVEL_S * work.rate_hz);
  why_not = make_beat (&work, work.places, 0, 1, &beat);
  if (why_not != NULL)
    return why_not;
  level_leads (&work, beat.onset - beat.place);
  measure_all (&work, intervals);
  return NULL;
}

gboolean
vitrail_intervals_measure (const VitrailWaveform *waveform,
                           guint group,
                           VitrailIntervals *intervals)
{
  g_autoptr (GArray) places = NULL;

  *intervals = (VitrailIntervals){ 0 };
  const char *why_not = "the beats are not measured";
  if (vitrail_beats_find (waveform, group, &intervals->beats, &places))
    why_not = measure (waveform->groups->pdata[group], places, intervals);
  if (why_not == NULL)
    return TRUE;
  intervals->pr.why_not = why_not;
  intervals->qrs.why_not = why_not;
  intervals->qt.why_not = why_not;
  return FALSE;
}

/* --- words --- */

static void
add_interval (GString *text, const char *name, const VitrailInterval *interval)
{
  if (interval->why_not == NULL)
    g_string_append_printf (text, "%s%s %.0f ms", text->len > 0 ? ", " : "",
                            name, 1000 * interval->seconds);
}

static void
add_reason (GString *text, const char *name, const VitrailInterval *interval)
{
  if (interval->why_not != NULL)
    g_string_append_printf (text, "%s%s not measured, because %s",
                            text->len > 0 ? "; " : "", name, interval->why_not);
}

char *
vitrail_intervals_to_text (const VitrailIntervals *self)
{
  if (self->beats.why_not != NULL)
    return NULL;
  GString *text = g_string_new (NULL);
  if (self->qrs.why_not != NULL && self->qrs.why_not == self->pr.why_not &&
      self->qrs.why_not == self->qt.why_not)
  {
    add_reason (text, "PR, QRS and QT", &self->qrs);
    return g_string_free (text, FALSE);
  }
  add_interval (text, "PR", &self->pr);
  add_interval (text, "QRS", &self->qrs);
  add_interval (text, "QT", &self->qt);
  if (self->qt.why_not == NULL)
    g_string_append_printf (text,
                            ", QTc %.0f ms (Bazett), %.0f ms (Fridericia)",
                            1000 * self->qtc_bazett_s,
                            1000 * self->qtc_fridericia_s);
  add_reason (text, "PR", &self->pr);
  add_reason (text, "QRS", &self->qrs);
  add_reason (text, "QT", &self->qt);
  return g_string_free (text, FALSE);
}
