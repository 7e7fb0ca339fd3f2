/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is the matter with images that are no volume: the messages of the rule,
 * each raised by what it is about and by nothing else. */

#include "volume/plan.h"

#define N_SLICES 5u

#define ISSUE(name)         VITRAIL_ISSUE_BIT (VITRAIL_ISSUE_##name)
#define NOT_RECONSTRUCTABLE ISSUE (NOT_RECONSTRUCTABLE)

/* A sound stack: axial, 2 mm apart. */
static void
make_stack (VitrailPlace places[N_SLICES], gboolean is_multi_frame)
{
  for (guint k = 0; k < N_SLICES; k++)
    places[k] = (VitrailPlace){
      .columns = 9,
      .rows = 7,
      .samples = 1,
      .has_position = TRUE,
      .has_axes = TRUE,
      .has_spacing = TRUE,
      .is_multi_frame = is_multi_frame,
      .position = { -10, 20, 2.0 * k },
      .axes = { 1, 0, 0, 0, 1, 0 },
      .spacing = { 0.7, 0.5 },
    };
}

static void
assert_issues (const VitrailPlace *places,
               guint n,
               gboolean is_volume,
               guint expected)
{
  guint issues = G_MAXUINT;

  g_assert_true (vitrail_volume_check (places, n, &issues) == is_volume);
  g_assert_cmphex (issues, ==, expected);
}

static void
test_sound (void)
{
  VitrailPlace places[N_SLICES];

  for (guint frames = 0; frames < 2; frames++) {
    make_stack (places, frames != 0);
    assert_issues (places, N_SLICES, TRUE, 0);
    assert_issues (places, 2, TRUE, 0);
    assert_issues (places, 1, FALSE, 0);
    assert_issues (places, 0, FALSE, ISSUE (NO_INSTANCES));
  }
}

/* Frames and images that do not say something. */
static void
test_absent (void)
{
  VitrailPlace places[N_SLICES];

  make_stack (places, FALSE);
  places[3].has_position = FALSE;
  assert_issues (places, N_SLICES, FALSE,
                 ISSUE (NO_POSITION) | NOT_RECONSTRUCTABLE);
  make_stack (places, TRUE);
  places[3].has_position = FALSE;
  assert_issues (places, N_SLICES, FALSE,
                 ISSUE (FRAMES_NO_POSITION) | NOT_RECONSTRUCTABLE);
  make_stack (places, TRUE);
  places[1].has_spacing = FALSE;
  assert_issues (places, N_SLICES, FALSE,
                 ISSUE (FRAMES_NO_MEASURES) | NOT_RECONSTRUCTABLE);
  make_stack (places, TRUE);
  for (guint k = 0; k < N_SLICES; k++)
    places[k].has_axes = FALSE;
  assert_issues (places, N_SLICES, FALSE,
                 ISSUE (FRAMES_NO_ORIENTATION) | NOT_RECONSTRUCTABLE);
}

static void
test_different (void)
{
  VitrailPlace places[N_SLICES];

  make_stack (places, FALSE);
  places[2].rows = 8;
  assert_issues (places, N_SLICES, FALSE,
                 ISSUE (DIMENSIONS) | NOT_RECONSTRUCTABLE);
  make_stack (places, FALSE);
  places[2].samples = 3;
  assert_issues (places, N_SLICES, FALSE,
                 ISSUE (COMPONENTS) | NOT_RECONSTRUCTABLE);
  make_stack (places, FALSE);
  places[2].axes[1] = 0.009;
  assert_issues (places, N_SLICES, TRUE, 0);
  places[2].axes[1] = 0.011;
  assert_issues (places, N_SLICES, FALSE,
                 ISSUE (ORIENTATIONS) | NOT_RECONSTRUCTABLE);
}

/* Shifted sideways: said, and still a volume; leaning together is none. */
static void
test_shifted (void)
{
  VitrailPlace places[N_SLICES];

  make_stack (places, FALSE);
  places[2].position[0] += 0.3;
  assert_issues (places, N_SLICES, TRUE, 0);
  places[2].position[0] += 0.3;
  assert_issues (places, N_SLICES, TRUE, ISSUE (POSITIONS));
  make_stack (places, FALSE);
  for (guint k = 0; k < N_SLICES; k++)
    places[k].position[1] += 0.5 * k;
  assert_issues (places, N_SLICES, TRUE, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/issues/sound", test_sound);
  g_test_add_func ("/issues/absent", test_absent);
  g_test_add_func ("/issues/different", test_different);
  g_test_add_func ("/issues/shifted", test_shifted);
  return g_test_run ();
}
