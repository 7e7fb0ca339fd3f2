/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pictures of volumes as a whole: what must be exact, and what must follow when
 * the plane is turned, mirrored or moved. */

#include "reslicejudge.h"

#include <math.h>
#include <string.h>

static const guint size[3] = { 40, 31, 22 };

static VitrailReslice
make_reslice (const guint16 *voxels)
{
  return (VitrailReslice){ .voxels = voxels,
                           .type = VITRAIL_VOXEL_U16,
                           .size = { size[0], size[1], size[2] },
                           .background = 9,
                           .n_planes = 1,
                           .interpolation = VITRAIL_RESLICE_LINEAR };
}

static guint16
get_voxel (const guint16 *voxels, const guint at[3])
{
  return voxels[(at[2] * size[1] + at[1]) * size[0] + at[0]];
}

/* One of 48 ways to lay the volume's axes along the picture's. */
typedef struct {
  guint axis[3]; /* of right, down, and away from the reader */
  gboolean back[3];
} Turn;

static Turn
make_turn (guint n)
{
  static const guint orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                      { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
  Turn turn;

  for (guint a = 0; a < 3; a++) {
    turn.axis[a] = orders[n / 8][a];
    turn.back[a] = (n >> a) & 1;
  }
  return turn;
}

static void
lay (VitrailReslice *self, const Turn *turn, guint depth)
{
  double *const vectors[3] = { self->right, self->down, self->step };

  for (guint a = 0; a < 3; a++) {
    const guint axis = turn->axis[a];
    memset (vectors[a], 0, 3 * sizeof (double));
    vectors[a][axis] = turn->back[a] ? -1 : 1;
    self->origin[axis] = turn->back[a] ? size[axis] - 1.0 : 0;
  }
  self->origin[turn->axis[2]] += depth * self->step[turn->axis[2]];
}

static void
find_voxel (const Turn *turn, const guint at[3], guint index[3])
{
  for (guint a = 0; a < 3; a++) {
    const guint axis = turn->axis[a];
    index[axis] = turn->back[a] ? size[axis] - 1 - at[a] : at[a];
  }
}

/* Along the axes each way shows the voxels themselves. */
static void
test_turns (void)
{
  g_autofree guint16 *voxels = reslice_judge_make_noise (2, size, FALSE);
  guint16 out[64 * 64];

  for (guint n = 0; n < 48 * 3; n++) {
    const Turn turn = make_turn (n / 3);
    const guint width = size[turn.axis[0]];
    const guint height = size[turn.axis[1]];
    VitrailReslice self = make_reslice (voxels);
    self.interpolation = (VitrailReslicing) (n % 3);
    lay (&self, &turn, 5);
    vitrail_reslice_picture (&self, width, height, out, (gsize) 64 * 2);
    for (guint y = 0; y < height; y++)
      for (guint x = 0; x < width; x++) {
        guint index[3];
        find_voxel (&turn, (guint[3]){ x, y, 5 }, index);
        g_assert_cmpuint (out[y * 64 + x], ==, get_voxel (voxels, index));
      }
  }
}

static double
want_slab (const guint16 *voxels,
           const Turn *turn,
           guint x,
           guint y,
           guint n,
           VitrailSlab slab)
{
  double lowest = 65535;
  double highest = 0;
  double sum = 0;

  for (guint z = 0; z < n; z++) {
    guint index[3];
    find_voxel (turn, (guint[3]){ x, y, z }, index);
    const double voxel = get_voxel (voxels, index);
    lowest = MIN (lowest, voxel);
    highest = MAX (highest, voxel);
    sum += voxel;
  }
  if (slab == VITRAIL_SLAB_MAXIMUM)
    return highest;
  if (slab == VITRAIL_SLAB_MINIMUM)
    return lowest;
  return slab == VITRAIL_SLAB_MEAN ? rint (sum / n) : sum;
}

/* On the grid a slab is exact, though part of it may lie outside. */
static void
test_slabs (void)
{
  g_autofree guint16 *voxels = reslice_judge_make_noise (4, size, FALSE);
  float out[64 * 64];

  for (guint n = 0; n < 48 * 4; n++) {
    const Turn turn = make_turn (n / 4);
    const guint width = size[turn.axis[0]];
    const guint height = size[turn.axis[1]];
    VitrailReslice self = make_reslice (voxels);
    lay (&self, &turn, 0);
    self.slab = (VitrailSlab) (n % 4);
    self.n_planes = 8;
    /* The first two planes are outside and do not count. */
    for (guint a = 0; a < 3; a++)
      self.origin[a] -= 2 * self.step[a];
    vitrail_reslice_picture (&self, width, height, out, (gsize) 64 * 4);
    for (guint y = 0; y < height; y++)
      for (guint x = 0; x < width; x++) {
        const double want = want_slab (voxels, &turn, x, y, 6, self.slab);
        const double got = self.slab == VITRAIL_SLAB_SUM
                               ? (double) out[y * 64 + x]
                               : ((guint16 *) out)[y * 128 + x];
        /* A mean of halves may be rounded either way. */
        g_assert_cmpfloat_with_epsilon (got, want,
                                        self.slab == VITRAIL_SLAB_MEAN ? 1.01
                                                                       : 1e-9);
      }
  }
}

/* A pixel of a volume whose values rise evenly along each axis; whether it is
 * one of those that are well inside. */
static gboolean
check_ramp (const VitrailReslice *self, guint x, guint y, guint16 pixel)
{
  static const double slopes[3] = { 30, 50, 70 };
  double want = 100;
  gboolean is_inner = TRUE;
  gboolean is_outer = FALSE;

  for (guint a = 0; a < 3; a++) {
    const double at = self->origin[a] + x * self->right[a] + y * self->down[a];
    want += at * slopes[a];
    is_inner = is_inner && at > 1 && at < self->size[a] - 2.0;
    is_outer = is_outer || at < -0.51 || at > self->size[a] - 0.49;
  }
  if (is_inner)
    g_assert_cmpfloat_with_epsilon (pixel, want, 0.6);
  else if (is_outer)
    g_assert_cmpuint (pixel, ==, 9);
  return is_inner;
}

/* Linear and cubic give such values back anywhere. */
static void
test_ramp (void)
{
  const guint n = size[0] * size[1] * size[2];
  g_autofree guint16 *voxels = g_malloc0 ((gsize) n * 2 + VITRAIL_VOLUME_SLACK);
  g_autoptr (GRand) rand = g_rand_new_with_seed (6);
  guint16 out[50 * 50];
  guint n_inside = 0;

  for (guint i = 0; i < n; i++)
    voxels[i] =
        (guint16) (100 + 30 * (i % size[0]) + 50 * (i / size[0] % size[1]) +
                   70 * (i / size[0] / size[1]));
  for (guint turn = 0; turn < 20; turn++) {
    VitrailReslice self = make_reslice (voxels);
    self.interpolation =
        turn % 2 ? VITRAIL_RESLICE_CUBIC : VITRAIL_RESLICE_LINEAR;
    reslice_judge_set_plane (&self, rand, 50);
    vitrail_reslice_picture (&self, 50, 50, out, (gsize) 50 * 2);
    for (guint i = 0; i < 50 * 50; i++)
      n_inside += check_ramp (&self, i % 50, i / 50, out[i]);
  }
  g_assert_cmpuint (n_inside, >, 2000);
}

/* The mirrored picture of a plane is the plane mirrored. */
static void
test_mirror (void)
{
  g_autofree guint16 *voxels = reslice_judge_make_noise (7, size, FALSE);
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);
  guint16 one[48 * 48];
  guint16 other[48 * 48];

  for (guint turn = 0; turn < 20; turn++) {
    VitrailReslice self = make_reslice (voxels);
    guint n_different = 0;
    reslice_judge_set_plane (&self, rand, 48);
    vitrail_reslice_picture (&self, 48, 48, one, (gsize) 48 * 2);
    for (guint a = 0; a < 3; a++) {
      self.origin[a] += 47 * self.right[a];
      self.right[a] = -self.right[a];
    }
    vitrail_reslice_picture (&self, 48, 48, other, (gsize) 48 * 2);
    for (guint i = 0; i < 48 * 48; i++)
      n_different +=
          ABS ((int) one[i] - (int) other[i / 48 * 48 + 47 - i % 48]) > 6;
    g_assert_cmpuint (n_different, <=, 8);
  }
}

/* However a line is cut into parts, and wherever it meets the volume, it is
 * what plain C makes of it pixel by pixel. */
static void
check_whole (const VitrailReslice *self, guint side)
{
  const gsize stride = (gsize) side * (vitrail_reslice_is_float (self) ? 4 : 2);
  g_autofree guint8 *got = g_malloc (side * stride);
  g_autofree guint8 *want = g_malloc (stride);

  vitrail_reslice_picture (self, side, side, got, stride);
  for (guint y = 0; y < side; y++) {
    VitrailResliceLine line = { .self = self, .out = want };
    for (guint a = 0; a < 3; a++) {
      line.base[a] = self->origin[a] + y * self->down[a];
      line.step[a] = (float) self->step[a];
    }
    vitrail_reslice_line_c (&line, 0, side);
    g_assert_cmpmem (got + y * stride, stride, want, stride);
  }
}

static void
test_whole (void)
{
  g_autofree guint16 *voxels = reslice_judge_make_noise (12, size, TRUE);
  g_autoptr (GRand) rand = g_rand_new_with_seed (13);

  for (guint i = 0; i < 240; i++) {
    VitrailReslice self = make_reslice (voxels);
    self.interpolation = (VitrailReslicing) (i % 3);
    self.slab = (VitrailSlab) (i % 4);
    self.n_planes = i % 5 == 0 ? 200 : i % 5;
    self.has_padding = i % 2 == 0;
    self.padding_low = 7;
    self.padding_high = 8;
    reslice_judge_set_plane (&self, rand, 75);
    /* Along an axis but for what a cosine leaves, and exactly. */
    for (guint a = 0; a < 3 && i % 3 == 0; a++) {
      self.right[a] = a == i % 4 ? 1 : i % 2 * 1e-16;
      self.down[a] = a == (i + 1) % 3 ? -1 : 0;
    }
    for (guint a = 0; a < 3; a++)
      self.origin[a] -= self.n_planes / 2.0 * self.step[a];
    self.n_planes = MAX (self.n_planes, 1);
    check_whole (&self, 75);
  }
}

/* What is not finite shows nothing, and nothing is read anywhere. */
static void
test_nowhere (void)
{
  g_autofree guint16 *voxels = reslice_judge_make_noise (7, size, FALSE);
  const double strange[] = { NAN, INFINITY, -INFINITY, 1e300, -1e300 };
  guint16 out[20 * 20];

  for (guint n = 0; n < G_N_ELEMENTS (strange) * 12; n++) {
    VitrailReslice self = make_reslice (voxels);
    double *const vectors[4] = { self.origin, self.right, self.down,
                                 self.step };
    const double value = strange[n % G_N_ELEMENTS (strange)];
    self.n_planes = 3;
    self.interpolation = (VitrailReslicing) (n % 3);
    for (guint a = 0; a < 3; a++)
      self.origin[a] = -20;
    vectors[n / 5 / 3][n / 5 % 3] = value;
    vitrail_reslice_picture (&self, 20, 20, out, (gsize) 20 * 2);
    for (guint i = 0; i < 20 * 20; i++)
      g_assert_cmpuint (out[i], ==, 9);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reslice/turns", test_turns);
  g_test_add_func ("/reslice/slabs", test_slabs);
  g_test_add_func ("/reslice/ramp", test_ramp);
  g_test_add_func ("/reslice/mirror", test_mirror);
  g_test_add_func ("/reslice/whole", test_whole);
  g_test_add_func ("/reslice/nowhere", test_nowhere);
  return g_test_run ();
}
