/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whether images count as a volume, and what is the matter where they do not:
 * see plan.h. */

#include "volume/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The rule's own tolerances: of orientations a component, of steps against
 * their mean, of positions in millimetres. */
#define SAME_AXES     0.01
#define SAME_STEP     0.2
#define SAME_POSITION 0.01

/* Beyond this share of a step a slice is shifted against its neighbour. */
#define SHIFTED 0.2

const char *
vitrail_volume_issue_get_text (VitrailVolumeIssue issue)
{
  static const char *const texts[VITRAIL_N_ISSUES] = {
    [VITRAIL_ISSUE_NO_INSTANCES] = "There are no images to show.",
    [VITRAIL_ISSUE_NO_POSITION] = "Images do not say where they lie.",
    [VITRAIL_ISSUE_NOT_RECONSTRUCTABLE] = "The images do not form a volume.",
    [VITRAIL_ISSUE_FRAMES_NO_MEASURES] =
        "The frames do not say how large their pixels are.",
    [VITRAIL_ISSUE_FRAMES_NO_ORIENTATION] =
        "The frames do not say how they are oriented.",
    [VITRAIL_ISSUE_FRAMES_NO_POSITION] =
        "The frames do not say where they lie.",
    [VITRAIL_ISSUE_MISSING_FRAMES] = "Slices are missing.",
    [VITRAIL_ISSUE_IRREGULAR_SPACING] = "The slices are unevenly spaced.",
    [VITRAIL_ISSUE_DIMENSIONS] = "The images differ in size.",
    [VITRAIL_ISSUE_COMPONENTS] = "Some images have colour and some have not.",
    [VITRAIL_ISSUE_ORIENTATIONS] = "The images differ in orientation.",
    [VITRAIL_ISSUE_POSITIONS] = "Slices are shifted against each other.",
    [VITRAIL_ISSUE_UNSUPPORTED] = "This cannot be shown.",
    [VITRAIL_ISSUE_UNSUPPORTED_CLASS] =
        "Objects of this SOP class cannot be shown.",
    [VITRAIL_ISSUE_NO_CLASS] = "The objects do not name their SOP class.",
  };

  return issue > 0 && issue < VITRAIL_N_ISSUES ? texts[issue] : NULL;
}

static gboolean
has_same_axes (const VitrailPlace *a, const VitrailPlace *b)
{
  if (!a->has_axes || !b->has_axes)
    return a->has_axes == b->has_axes;
  for (guint i = 0; i < 6; i++)
    if (!(fabs (a->axes[i] - b->axes[i]) < SAME_AXES))
      return FALSE;
  return TRUE;
}

static guint
compare_all (const VitrailPlace *places, guint n)
{
  guint issues = 0;

  for (guint i = 1; i < n; i++) {
    if (places[i].rows != places[0].rows ||
        places[i].columns != places[0].columns)
      issues |= VITRAIL_ISSUE_BIT (VITRAIL_ISSUE_DIMENSIONS);
    if (places[i].samples != places[0].samples)
      issues |= VITRAIL_ISSUE_BIT (VITRAIL_ISSUE_COMPONENTS);
    if (!has_same_axes (&places[i], &places[0]))
      issues |= VITRAIL_ISSUE_BIT (VITRAIL_ISSUE_ORIENTATIONS);
  }
  return issues;
}

static guint
find_absent (const VitrailPlace *places, guint n)
{
  guint issues = 0;

  for (guint i = 0; i < n; i++) {
    const VitrailPlace *place = &places[i];
    if (!place->is_multi_frame) {
      if (!place->has_position)
        issues |= VITRAIL_ISSUE_BIT (VITRAIL_ISSUE_NO_POSITION);
      continue;
    }
    if (!place->has_spacing)
      issues |= VITRAIL_ISSUE_BIT (VITRAIL_ISSUE_FRAMES_NO_MEASURES);
    if (!place->has_axes)
      issues |= VITRAIL_ISSUE_BIT (VITRAIL_ISSUE_FRAMES_NO_ORIENTATION);
    if (!place->has_position)
      issues |= VITRAIL_ISSUE_BIT (VITRAIL_ISSUE_FRAMES_NO_POSITION);
  }
  return issues;
}

typedef struct {
  double distance;
  const double *position;
} Slice;

static int
compare_slices (const void *pa, const void *pb)
{
  const Slice *a = pa;
  const Slice *b = pb;

  return (a->distance > b->distance) - (a->distance < b->distance);
}

static Slice *
dup_sorted (const VitrailPlace *places, guint n)
{
  Slice *slices = g_new (Slice, n);
  double normal[3];

  vitrail_axes_get_normal (places[0].axes, normal);
  for (guint i = 0; i < n; i++) {
    const double *at = places[i].position;
    slices[i].distance =
        at[0] * normal[0] + at[1] * normal[1] + at[2] * normal[2];
    slices[i].position = at;
  }
  qsort (slices, n, sizeof *slices, compare_slices);
  return slices;
}

static double
get_step (const Slice *a, const Slice *b)
{
  double sum = 0;

  for (guint i = 0; i < 3; i++) {
    const double d = b->position[i] - a->position[i];
    sum += d * d;
  }
  return sqrt (sum);
}

static guint
check_step (double step, double mean)
{
  const double n = round (step / mean);

  if (fabs (step - mean) < SAME_STEP * mean)
    return 0;
  if (n >= 1 && fabs (step - n * mean) / n < SAME_STEP * mean)
    return VITRAIL_ISSUE_BIT (VITRAIL_ISSUE_MISSING_FRAMES);
  return VITRAIL_ISSUE_BIT (VITRAIL_ISSUE_IRREGULAR_SPACING);
}

/* Sideways against a neighbour, beyond what the whole stack leans. */
static gboolean
is_shifted (const Slice *slices, guint n, guint i, double mean)
{
  const Slice *first = &slices[0];
  const Slice *last = &slices[n - 1];
  const double share = (slices[i].distance - first->distance) /
                       (last->distance - first->distance);
  double sum = 0;

  for (guint axis = 0; axis < 3; axis++) {
    const double lean = (last->position[axis] - first->position[axis]) * share;
    const double off = slices[i].position[axis] - first->position[axis] - lean;
    sum += off * off;
  }
  return sqrt (sum) > SHIFTED * mean;
}

/* FALSE where all lie at one place. */
static gboolean
check_steps (const VitrailPlace *places, guint n, guint *issues)
{
  g_autofree Slice *slices = dup_sorted (places, n);
  const double mean = get_step (&slices[0], &slices[n - 1]) / (n - 1);

  if (slices[n - 1].distance - slices[0].distance < SAME_POSITION)
    return FALSE;
  for (guint i = 1; n > 2 && i < n; i++) {
    *issues |= check_step (get_step (&slices[i - 1], &slices[i]), mean);
    if (is_shifted (slices, n, i, mean))
      *issues |= VITRAIL_ISSUE_BIT (VITRAIL_ISSUE_POSITIONS);
  }
  return TRUE;
}

gboolean
vitrail_volume_check (const VitrailPlace *places, guint n, guint *issues)
{
  const guint tolerable = VITRAIL_ISSUE_BIT (VITRAIL_ISSUE_MISSING_FRAMES) |
                          VITRAIL_ISSUE_BIT (VITRAIL_ISSUE_POSITIONS);

  *issues = 0;
  if (n == 0) {
    *issues = VITRAIL_ISSUE_BIT (VITRAIL_ISSUE_NO_INSTANCES);
    return FALSE;
  }
  /* One image is none, and nobody expects it to be a volume. */
  if (n == 1)
    return FALSE;
  *issues = find_absent (places, n) | compare_all (places, n);
  const gboolean is_apart =
      *issues == 0 && places[0].has_axes && check_steps (places, n, issues);
  const gboolean is_volume = is_apart && (*issues & ~tolerable) == 0;
  if (!is_volume)
    *issues |= VITRAIL_ISSUE_BIT (VITRAIL_ISSUE_NOT_RECONSTRUCTABLE);
  return is_volume;
}
