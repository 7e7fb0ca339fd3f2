/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reslicing in plain C against the formulas in double precision, written anew:
 * trilinear weights, and Catmull-Rom as the Hermite spline it is. */

#include "reslicejudge.h"

#include <math.h>

static const guint size[3] = { 23, 19, 17 };

typedef double (*Read) (const void *voxels, gsize number);

static double
read_u16 (const void *voxels, gsize number)
{
  return ((const guint16 *) voxels)[number];
}

static double
read_f32 (const void *voxels, gsize number)
{
  return (double) ((const float *) voxels)[number];
}

static double
get (const void *voxels, Read read, long i, long j, long k)
{
  i = CLAMP (i, 0, (long) size[0] - 1);
  j = CLAMP (j, 0, (long) size[1] - 1);
  k = CLAMP (k, 0, (long) size[2] - 1);
  return read (voxels, ((gsize) k * size[1] + (gsize) j) * size[0] + (gsize) i);
}

/* Between p[1] and p[2]. */
static double
spline (const double p[4], double t)
{
  const double m0 = (p[2] - p[0]) / 2;
  const double m1 = (p[3] - p[1]) / 2;
  const double t2 = t * t;
  const double t3 = t2 * t;

  return (2 * t3 - 3 * t2 + 1) * p[1] + (t3 - 2 * t2 + t) * m0 +
         (3 * t2 - 2 * t3) * p[2] + (t3 - t2) * m1;
}

static double
line (const double p[4], double t, gboolean cubic)
{
  return cubic ? spline (p, t) : p[1] + (p[2] - p[1]) * t;
}

static double
want_value (const void *voxels, Read read, const double at[3], gboolean cubic)
{
  const long i = (long) floor (at[0]);
  const long j = (long) floor (at[1]);
  const long k = (long) floor (at[2]);
  double deep[4];

  for (long c = 0; c < 4; c++) {
    double down[4];
    for (long b = 0; b < 4; b++) {
      double along[4];
      for (long a = 0; a < 4; a++)
        along[a] = get (voxels, read, i + a - 1, j + b - 1, k + c - 1);
      down[b] = line (along, at[0] - (double) i, cubic);
    }
    deep[c] = line (down, at[1] - (double) j, cubic);
  }
  return line (deep, at[2] - (double) k, cubic);
}

/* A point somewhere in the volume or beside it, to 1/1024 of a voxel, so that
 * float has it exactly. @inner: where it is, or the nearest one that is.
 * Whether it is inside. */
static gboolean
choose_point (GRand *rand, double at[3], double inner[3])
{
  gboolean is_inside = TRUE;

  for (guint a = 0; a < 3; a++) {
    const double last = size[a] - 1.0;
    at[a] = g_rand_int_range (rand, -1024, ((int) size[a] + 1) * 1024) / 1024.0;
    is_inside = is_inside && at[a] >= -0.5 && at[a] < last + 0.5;
    inner[a] = CLAMP (at[a], 0, last);
  }
  return is_inside;
}

static double
get_value (const VitrailReslice *self, const double at[3])
{
  float broken = 0;
  guint16 whole = 0;
  const gboolean is_float = self->type == VITRAIL_VOXEL_F32;
  const VitrailResliceLine line = { .self = self,
                                    .base = { at[0], at[1], at[2] },
                                    .out = is_float ? (void *) &broken
                                                    : (void *) &whole };

  vitrail_reslice_line_c (&line, 0, 1);
  return is_float ? (double) broken : whole;
}

static void
check (const void *voxels,
       VitrailVoxelType type,
       VitrailReslicing interpolation,
       double most)
{
  const gboolean is_float = type == VITRAIL_VOXEL_F32;
  const VitrailReslice self = { .voxels = voxels,
                                .type = type,
                                .size = { size[0], size[1], size[2] },
                                .background = 1,
                                .n_planes = 1,
                                .interpolation = interpolation };
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  guint n_inside = 0;

  for (guint n = 0; n < 20000; n++) {
    double at[3];
    double inner[3];
    if (!choose_point (rand, at, inner)) {
      g_assert_cmpfloat (get_value (&self, at), ==, 1);
      continue;
    }
    const double want =
        want_value (voxels, is_float ? read_f32 : read_u16, inner,
                    interpolation == VITRAIL_RESLICE_CUBIC);
    g_assert_cmpfloat_with_epsilon (get_value (&self, at),
                                    is_float ? want : CLAMP (want, 0, 65535),
                                    most);
    n_inside++;
  }
  g_assert_cmpuint (n_inside, >, 5000);
}

static void
test_words (void)
{
  g_autofree guint16 *voxels = reslice_judge_make_noise (1, size, FALSE);

  /* Half a step of rounding, and weights along a row: of two voxels 65535
   * apart, off by 1/32768; of four, each 32768 from the middle, off by 3/16384
   * together, where the weights of the other axes have a sum of 1.25 each. */
  check (voxels, VITRAIL_VOXEL_U16, VITRAIL_RESLICE_LINEAR, 0.5 + 2.02);
  check (voxels, VITRAIL_VOXEL_U16, VITRAIL_RESLICE_CUBIC, 0.5 + 6 * 1.5625);
  /* Of 12 bits, the middle is 2048 away: what weights lack in one place they
   * have too much of in another. */
  for (gsize i = 0; i < (gsize) size[0] * size[1] * size[2]; i++)
    voxels[i] >>= 4;
  check (voxels, VITRAIL_VOXEL_U16, VITRAIL_RESLICE_CUBIC, 0.5 + 0.586);
}

static void
test_floats (void)
{
  const gsize n = (gsize) size[0] * size[1] * size[2];
  g_autofree float *voxels = g_new0 (float, n);
  g_autoptr (GRand) rand = g_rand_new_with_seed (8);

  for (gsize i = 0; i < n; i++)
    voxels[i] = (float) g_rand_double_range (rand, -5, 5);
  check (voxels, VITRAIL_VOXEL_F32, VITRAIL_RESLICE_LINEAR, 1e-5);
  check (voxels, VITRAIL_VOXEL_F32, VITRAIL_RESLICE_CUBIC, 3e-5);
}

/* A position between data and padding takes the nearer one of them. */
static void
test_padding (void)
{
  guint16 voxels[2 + VITRAIL_VOLUME_SLACK] = { 1000, 5 };
  VitrailReslice self = { .voxels = voxels,
                          .type = VITRAIL_VOXEL_U16,
                          .size = { 2, 1, 1 },
                          .background = 77,
                          .has_padding = TRUE,
                          .padding_low = 5,
                          .padding_high = 5,
                          .right = { 0.25, 0, 0 },
                          .n_planes = 1,
                          .interpolation = VITRAIL_RESLICE_LINEAR };
  guint16 out[4];
  const VitrailResliceLine at = { .self = &self, .out = out };
  const guint16 want[4] = { 1000, 1000, 77, 77 };

  for (guint i = 0; i < 3; i++) {
    self.interpolation = (VitrailReslicing) i;
    vitrail_reslice_line_c (&at, 0, 4);
    g_assert_cmpmem (out, sizeof out, want, sizeof want);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/resliceline/words", test_words);
  g_test_add_func ("/resliceline/floats", test_floats);
  g_test_add_func ("/resliceline/padding", test_padding);
  return g_test_run ();
}
