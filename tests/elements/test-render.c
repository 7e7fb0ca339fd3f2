/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pictures of bodies against an integrator in double precision, which knows
 * millimetres only; and that they stay the same however the volume's axes run,
 * wherever its voxels are, and whatever type they have. */

#include "error.h"
#include "framemeta.h"
#include "sanitized.h"
#include "volume/render.h"
#include "volume/vector.h"

#include <string.h>

enum { SIDE = 96 };

/* Of the judge's samples. */
#define STEP 0.2

static const guint lattice[3] = { 44, 40, 36 };
static const double spacing[3] = { 0.8, 0.9, 1.1 };

/* Of the patient's axes: no two ends are alike. */
static double
get_hu (const double at[3])
{
  const double x = at[0] - 17;
  const double y = at[1] - 18;
  const double z = at[2] - 19;
  const double body = sqrt (x * x / 1.2 + y * y + z * z / 1.3);
  const double bone = hypot (x - 5, z + 3) - 3;
  const double rib = sqrt (x * x + y * y * 2) + fabs (z - 9) * 2 - 9;
  double hu = CLAMP (60 - (body - 13) * 80, -1000, 60);

  hu = MAX (hu, CLAMP (500 - bone * 300, -1000, 900));
  return MAX (hu, CLAMP (300 - rib * 200, -1000, 700));
}

typedef struct {
  guint order;
  guint flips;
  gboolean is_float;
  VitrailMemoryBudget *budget;
} Way;

/* The lattice, its axes in another order and direction. */
static VitrailVolume *
make_volume (const Way *way)
{
  static const guint orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                      { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
  const guint *order = orders[way->order];
  VitrailVolumeInfo info = { .type = way->is_float ? VITRAIL_VOXEL_F32
                                                   : VITRAIL_VOXEL_U16,
                             .slope = way->is_float ? 1 : 0.5,
                             .intercept = way->is_float ? 0 : -1200 };
  const VitrailVolumeHold hold = { .budget = way->budget };
  g_autoptr (GError) error = NULL;

  for (guint a = 0; a < 3; a++) {
    const guint axis = order[a];
    const gboolean is_flipped = (way->flips >> a & 1) != 0;
    info.size[a] = lattice[axis];
    info.matrix[4 * axis + a] = spacing[axis] * (is_flipped ? -1 : 1);
    info.matrix[4 * axis + 3] =
        is_flipped ? (lattice[axis] - 1) * spacing[axis] : 0;
  }
  info.matrix[15] = 1;
  VitrailVolume *volume = vitrail_volume_new (&info, &hold, &error);
  g_assert_no_error (error);
  for (guint k = 0; k < info.size[2]; k++) {
    gpointer out = vitrail_volume_begin_slice (volume, k);
    for (guint n = 0; n < info.size[0] * info.size[1]; n++) {
      const guint row = n / info.size[0];
      const double index[3] = { n % info.size[0], row, k };
      double at[3];
      vitrail_matrix_map (info.matrix, index, at);
      if (way->is_float)
        ((float *) out)[n] = (float) get_hu (at);
      else
        ((guint16 *) out)[n] = (guint16) lrint ((get_hu (at) + 1200) / 0.5);
    }
    vitrail_volume_end_slice (volume, k, VITRAIL_SLICE_THERE);
  }
  return volume;
}

/* --- the judge --- */

typedef struct {
  double *values; /* of the lattice */
  const VitrailRenderLook *look;
  double away[3];
} Judge;

static double
interpolate (const Judge *self, const double index[3])
{
  double sum = 0;
  guint cell[3];
  double weight[3];

  for (guint a = 0; a < 3; a++) {
    const double inner = CLAMP (index[a], 0, lattice[a] - 1.0);
    cell[a] = MIN ((guint) inner, lattice[a] - 2);
    weight[a] = inner - cell[a];
  }
  for (guint corner = 0; corner < 8; corner++) {
    double part = 1;
    guint at[3];
    for (guint a = 0; a < 3; a++) {
      const guint more = corner >> a & 1;
      part *= more ? weight[a] : 1 - weight[a];
      at[a] = cell[a] + more;
    }
    sum +=
        part * self->values[(at[2] * lattice[1] + at[1]) * lattice[0] + at[0]];
  }
  return sum;
}

static void
light_up (const Judge *self, const double index[3], double rgba[4])
{
  const VitrailTransfer *transfer = self->look->transfer;
  double normal[3];

  for (guint a = 0; a < 3; a++) {
    double more[3] = { index[0], index[1], index[2] };
    double less[3] = { index[0], index[1], index[2] };
    more[a] += 1;
    less[a] -= 1;
    normal[a] =
        (interpolate (self, more) - interpolate (self, less)) / spacing[a];
  }
  const double cosine = vitrail_vector_normalize (normal)
                            ? fabs (vitrail_vector_dot (normal, self->away))
                            : 0;
  const double light = transfer->ambient + transfer->diffuse * cosine;
  const double shine =
      transfer->specular *
      pow (MAX (2 * cosine * cosine - 1, 0), transfer->specular_power);
  for (guint c = 0; c < 3; c++)
    rgba[c] = MIN (rgba[c] * light + shine, 1);
}

/* Of the shapes in test_cuts (): a triangle seen along y, and what is beyond a
 * square seen along x + z. */
#define CUTS                                \
  "inside 0 1 0, 8 0 12, 30 0 16, 16 0 34;" \
  "outside 1 0 1, 0 4 0, 24 4 -24, 24 30 -24, 0 30 0;"

static gboolean
is_cut (const double index[3])
{
  static const double corners[3][2] = { { 8, 12 }, { 30, 16 }, { 16, 34 } };
  const double x = index[0] * spacing[0];
  const double y = index[1] * spacing[1];
  const double z = index[2] * spacing[2];
  const double across = (x - z) / 2;
  guint n_left = 0;

  for (guint i = 0; i < 3; i++) {
    const double *a = corners[i];
    const double *b = corners[(i + 1) % 3];
    n_left +=
        (b[0] - a[0]) * (z - a[1]) - (b[1] - a[1]) * (x - a[0]) > 0 ? 1 : 0;
  }
  return n_left == 3 || y < 4 || y > 30 || across < 0 || across > 24;
}

static gboolean
is_inside (const Judge *self, const double index[3], double depth)
{
  const VitrailCamera *camera = &self->look->camera;

  for (guint a = 0; a < 3; a++) {
    const double part = index[a] / (lattice[a] - 1);
    const double *ends = &camera->box[(gsize) 2 * a];
    if (part < ends[0] || part > ends[1])
      return FALSE;
  }
  for (guint p = 0; p < camera->n_clips; p++) {
    const double *clip = camera->clips[p];
    double beyond = -clip[3];
    for (guint a = 0; a < 3; a++)
      beyond += clip[a] * index[a] * spacing[a];
    if (beyond > 0)
      return FALSE;
  }
  if (self->look->cuts != NULL && is_cut (index))
    return FALSE;
  return depth >= camera->front && depth <= camera->back;
}

/* What is left of it so far behind the middle: the volume's longest diagonal is
 * as deep as anything can be. */
static double
get_light (const Judge *self, double depth)
{
  double longest = 0;

  for (guint a = 0; a < 3; a++)
    longest = hypot (longest, (lattice[a] - 1) * spacing[a]);
  return 1 - self->look->camera.depth_cue * (depth + longest / 2) / longest;
}

/* --- a second volume --- */

static const guint spot_size[3] = { 14, 12, 10 };

/* Where its lattice lies in the first one's space: coarser, turned, aside. */
static const double spot_there[16] = { 2.6,  0.9, 0,  4, -0.8, 2.5, 0.3, 8,
                                       -0.1, 0,   3., 6, 0,    0,   0,   1 };

static guint16
get_spot (guint i, guint j, guint k)
{
  const double x = (i - 7.0) / 3.5;
  const double y = (j - 6.0) / 3;
  const double z = (k - 4.0) / 2.5;

  return (guint16) lrint (4000 * exp (-x * x - y * y - z * z) + 10 * i);
}

/* Millimetres of a space of its own: @matrix leads from it to the first's. */
static VitrailVolume *
make_spot (double matrix[16])
{
  VitrailVolumeInfo info = {
    .type = VITRAIL_VOXEL_U16,
    .slope = 0.5,
    .intercept = -3,
    .size = { spot_size[0], spot_size[1], spot_size[2] },
    .matrix = { 0, -3, 0, 50, 4, 0, 0, -7, 0, 0, 2, 11, 0, 0, 0, 1 },
  };
  double inverse[16];
  g_autoptr (GError) error = NULL;
  VitrailVolume *volume = vitrail_volume_new (&info, NULL, &error);

  g_assert_no_error (error);
  vitrail_matrix_invert (info.matrix, inverse);
  vitrail_matrix_multiply (spot_there, inverse, matrix);
  for (guint k = 0; k < spot_size[2]; k++) {
    guint16 *out = vitrail_volume_begin_slice (volume, k);
    for (guint n = 0; n < spot_size[0] * spot_size[1]; n++)
      out[n] = get_spot (n % spot_size[0], n / spot_size[0], k);
    vitrail_volume_end_slice (volume, k, VITRAIL_SLICE_THERE);
  }
  return volume;
}

/* Its value at millimetres of the first one's space; FALSE outside. */
static gboolean
read_spot (const double mm[3], double *value)
{
  double inverse[16];
  double index[3];
  guint cell[3];

  vitrail_matrix_invert (spot_there, inverse);
  vitrail_matrix_map (inverse, mm, index);
  for (guint a = 0; a < 3; a++) {
    if (index[a] < 0 || index[a] > spot_size[a] - 1.0)
      return FALSE;
    cell[a] = MIN ((guint) index[a], spot_size[a] - 2);
  }
  *value = -3;
  for (guint corner = 0; corner < 8; corner++) {
    double part = 0.5;
    guint at[3];
    for (guint a = 0; a < 3; a++) {
      const double weight = index[a] - cell[a];
      part *= corner >> a & 1 ? weight : 1 - weight;
      at[a] = cell[a] + (corner >> a & 1);
    }
    *value += part * get_spot (at[0], at[1], at[2]);
  }
  return TRUE;
}

/* What it lays behind the first one's sample; how much comes through. */
static double
integrate_spot (const Judge *self,
                const double index[3],
                double depth,
                double through,
                double out[3])
{
  double rgba[4];
  double value = 0;
  const double mm[3] = { index[0] * spacing[0], index[1] * spacing[1],
                         index[2] * spacing[2] };

  if (!read_spot (mm, &value))
    return through;
  vitrail_transfer_get (&self->look->layers[0].transfer, value, rgba);
  const double part = through * (1 - pow (1 - rgba[3], STEP));
  for (guint c = 0; c < 3; c++)
    out[c] += rgba[c] * part * get_light (self, depth);
  return through - part;
}

/* From @far before the plane through the middle to as far behind it. */
static void
integrate (const Judge *self, const double middle[3], double out[3])
{
  const double far = 40;
  const double step = STEP;
  double through = 1;

  memset (out, 0, 3 * sizeof *out);
  for (guint n = 0; n < 2 * far / step && through > 1e-4; n++) {
    const double depth = n * step - far;
    double index[3];
    double rgba[4];
    for (guint a = 0; a < 3; a++)
      index[a] = (middle[a] + depth * self->away[a]) / spacing[a];
    if (self->look->n_layers > 0)
      through = integrate_spot (self, index, depth, through, out);
    if (!is_inside (self, index, depth))
      continue;
    vitrail_transfer_get (self->look->transfer,
                          interpolate (self, index) - self->look->shift, rgba);
    if (!(rgba[3] > 0))
      continue;
    if (self->look->shading && self->look->transfer->is_shaded)
      light_up (self, index, rgba);
    const double part = through * (1 - pow (1 - rgba[3], step));
    for (guint c = 0; c < 3; c++)
      out[c] += rgba[c] * part * get_light (self, depth);
    through -= part;
  }
}

/* Levels of grey. */
static double *
judge (const VitrailRenderLook *look, const double plane[12])
{
  double *out = g_new (double, SIDE *SIDE);
  Judge self = { .look = look };
  double right[3] = { plane[0], plane[4], plane[8] };
  double down[3] = { plane[1], plane[5], plane[9] };

  self.values = g_new (double, lattice[0] * lattice[1] * lattice[2]);
  for (guint n = 0; n < lattice[0] * lattice[1] * lattice[2]; n++) {
    const guint row = n / lattice[0];
    const guint slice = row / lattice[1];
    const double at[3] = { n % lattice[0] * spacing[0],
                           row % lattice[1] * spacing[1], slice * spacing[2] };
    self.values[n] = get_hu (at);
  }
  vitrail_vector_cross (right, down, self.away);
  vitrail_vector_normalize (self.away);
  for (guint n = 0; n < SIDE * SIDE; n++) {
    double middle[3];
    double rgb[3];
    const guint y = n / SIDE;
    vitrail_plane_map (plane, n % SIDE, y, middle);
    integrate (&self, middle, rgb);
    out[n] = 255 * (rgb[0] + rgb[1] + rgb[2]) / 3;
  }
  g_free (self.values);
  return out;
}

/* --- comparing --- */

static double *
to_grey (const guint8 *pixels)
{
  double *out = g_new (double, SIDE *SIDE);

  for (guint n = 0; n < SIDE * SIDE; n++) {
    const guint8 *pixel = pixels + (gsize) 4 * n;
    out[n] = (pixel[0] + pixel[1] + pixel[2]) / 3.0;
    g_assert_cmpuint (pixel[3], ==, 255);
  }
  return out;
}

/* Structural similarity of a window of 8 x 8. */
static double
compare_window (const double *a, const double *b)
{
  double sums[5] = { 0 };

  for (guint n = 0; n < 64; n++) {
    const double x = a[n / 8 * SIDE + n % 8];
    const double y = b[n / 8 * SIDE + n % 8];
    const double terms[5] = { x, y, x * x, y * y, x * y };
    for (guint t = 0; t < 5; t++)
      sums[t] += terms[t] / 64;
  }
  const double both = sums[4] - sums[0] * sums[1];
  const double spread =
      sums[2] - sums[0] * sums[0] + sums[3] - sums[1] * sums[1];
  return (2 * sums[0] * sums[1] + 6.5025) * (2 * both + 58.5225) /
         ((sums[0] * sums[0] + sums[1] * sums[1] + 6.5025) *
          (spread + 58.5225));
}

static double
compare (const double *a, const double *b)
{
  double sum = 0;
  guint n = 0;

  for (guint y = 0; y + 8 <= SIDE; y += 4)
    for (guint x = 0; x + 8 <= SIDE; x += 4, n++)
      sum +=
          compare_window (a + (gsize) y * SIDE + x, b + (gsize) y * SIDE + x);
  return sum / n;
}

static VitrailRenderLook
make_look (const char *preset)
{
  VitrailRenderLook look = { .camera = VITRAIL_CAMERA_INIT, .shading = TRUE };

  look.transfer = vitrail_transfer_find_preset (preset);
  g_assert_nonnull (look.transfer);
  look.camera.width = look.camera.height = SIDE;
  look.camera.azimuth = 25;
  look.camera.elevation = 15;
  look.camera.roll = 10;
  return look;
}

static double *
draw (VitrailVolume *volume, const VitrailRenderLook *look, double plane[12])
{
  g_autoptr (VitrailRender) render = vitrail_render_new ();
  g_autofree guint8 *pixels = g_malloc ((gsize) SIDE * SIDE * 4);
  g_autoptr (GError) error = NULL;
  double mm = 0;

  vitrail_render_draw (render, volume, look, pixels, plane, &mm, &error);
  g_assert_no_error (error);
  return to_grey (pixels);
}

static double
measure (VitrailVolume *volume, const VitrailRenderLook *look)
{
  double plane[12];
  g_autofree double *got = draw (volume, look, plane);
  g_autofree double *want = judge (look, plane);

  return compare (got, want);
}

/* --- tests --- */

static void
test_judge (void)
{
  static const char *const presets[] = { "CT-Bone",
                                         "CT-Chest-Contrast-Enhanced", "CT-Fat",
                                         "CT-Muscle", "MR-Default" };
  const Way way = { 0 };
  g_autoptr (VitrailVolume) volume = make_volume (&way);

  for (guint i = 0; i < 2 * G_N_ELEMENTS (presets); i++) {
    VitrailRenderLook look = make_look (presets[i / 2]);
    look.shading = i % 2 == 0;
    /* A band of 40 HU, where values rise by 300 a millimetre. */
    look.camera.step = strcmp (presets[i / 2], "CT-Fat") == 0 ? 0.1 : 0.4;
    const double like = measure (volume, &look);
    g_test_message ("%s: %.4f", presets[i / 2], like);
    g_assert_cmpfloat (like, >=, 0.99);
  }
}

/* Planes and darkness make another picture. */
static void
check_matters (VitrailVolume *volume, const VitrailRenderLook *look)
{
  VitrailRenderLook plain = *look;
  double plane[12];

  if (look->camera.n_clips == 0 && look->camera.depth_cue == 0)
    return;
  plain.camera.n_clips = 0;
  plain.camera.depth_cue = 0;
  g_autofree double *with = draw (volume, look, plane);
  g_autofree double *without = draw (volume, &plain, plane);
  g_assert_cmpfloat (compare (with, without), <, 0.98);
}

/* Every way of looking, and of cutting. */
static void
test_views (void)
{
  static const VitrailCamera cameras[] = {
    { .direction = VITRAIL_CAMERA_FRONT },
    { .direction = VITRAIL_CAMERA_BACK },
    { .direction = VITRAIL_CAMERA_LEFT },
    { .direction = VITRAIL_CAMERA_RIGHT },
    { .direction = VITRAIL_CAMERA_HEAD },
    { .direction = VITRAIL_CAMERA_FEET },
    { .azimuth = 240, .zoom = 1.7, .pan = { -3, 4 } },
    { .azimuth = 280, .box = { 0, 0.6, 0, 1, 0.3, 1 } },
    { .azimuth = 320, .front = -4, .back = 6 },
    { .azimuth = 30,
      .n_clips = 2,
      .clips = { { 1, 0.6, 0.3, 24 }, { -0.2, 0.4, -1, -4 } } },
    { .azimuth = 120, .elevation = -20, .depth_cue = 0.8 },
  };
  const Way way = { 0 };
  g_autoptr (VitrailVolume) volume = make_volume (&way);

  for (guint i = 0; i < G_N_ELEMENTS (cameras); i++) {
    VitrailRenderLook look = make_look ("CT-Bone");
    VitrailCamera *camera = &look.camera;
    const VitrailCamera usual = look.camera;
    *camera = cameras[i];
    camera->width = camera->height = SIDE;
    camera->step = 0.4;
    if (camera->zoom == 0)
      camera->zoom = 1;
    if (camera->box[1] == 0)
      memcpy (camera->box, usual.box, sizeof usual.box);
    if (camera->front == 0) {
      camera->front = usual.front;
      camera->back = usual.back;
    }
    look.shift = i == 5 ? 60 : 0;
    const double like = measure (volume, &look);
    g_test_message ("view %u: %.4f", i, like);
    g_assert_cmpfloat (like, >=, 0.99);
    check_matters (volume, &look);
  }
}

/* What is cut out stays cut out from all sides, and comes back. */
static void
test_cuts (void)
{
  const Way way = { 0 };
  g_autoptr (VitrailVolume) volume = make_volume (&way);

  for (guint i = 0; i < 8; i++) {
    VitrailRenderLook look = make_look (i % 2 == 0 ? "CT-Bone" : "CT-Muscle");
    double plane[12];
    look.camera.azimuth = 50.0 * i;
    look.camera.step = 0.2;
    g_autofree double *before = draw (volume, &look, plane);
    look.cuts = CUTS;
    g_autofree double *cut = draw (volume, &look, plane);
    const double like = measure (volume, &look);
    g_test_message ("cut %u: %.4f", i, like);
    g_assert_cmpfloat (like, >=, 0.99);
    g_assert_cmpfloat (compare (cut, before), <, 0.9);
    look.mode = (VitrailRenderMode) (i % 5);
    g_autofree double *other = draw (volume, &look, plane);
    look.cuts = NULL;
    g_autofree double *whole = draw (volume, &look, plane);
    g_assert_cmpfloat (compare (other, whole), <, 0.98);
  }
}

static void
expect_opacity (const VitrailRenderLayer *layer, double value, double part)
{
  double rgba[4];

  vitrail_transfer_get (&layer->transfer, value, rgba);
  /* Of ten millimetres. */
  g_assert_cmpfloat_with_epsilon (1 - pow (1 - rgba[3], 10), 0.8 * part, 0.01);
}

/* What is beyond the lowest and the highest value is not there. */
static void
test_layer_ends (void)
{
  VitrailRenderLayer layer = { 0 };
  VitrailFusionLook look = VITRAIL_FUSION_LOOK_INIT;

  look.opacity = 0.8;
  look.presentation.has_window = TRUE;
  look.presentation.window_center = 1000;
  look.presentation.window_width = 1000;
  vitrail_render_layer_set_look (&layer, &look);
  expect_opacity (&layer, 499, 0);
  expect_opacity (&layer, 1500, 1);
  expect_opacity (&layer, 9000, 1);
  look.low = 1499.9;
  look.high = 1600;
  vitrail_render_layer_set_look (&layer, &look);
  expect_opacity (&layer, 1499, 0);
  expect_opacity (&layer, 1499.9, 1);
  expect_opacity (&layer, 1600, 1);
  expect_opacity (&layer, 1601, 0);
  look.low = 2000;
  look.high = G_MAXDOUBLE;
  vitrail_render_layer_set_look (&layer, &look);
  expect_opacity (&layer, 1999, 0);
  expect_opacity (&layer, 2000, 1);
  look.low = -G_MAXDOUBLE;
  look.high = 500;
  vitrail_render_layer_set_look (&layer, &look);
  expect_opacity (&layer, 400, 0);
  expect_opacity (&layer, 1500, 0);
}

/* A spot that glows in a body, from all sides, and beside it. */
static void
test_layers (void)
{
  const Way way = { 0 };
  VitrailFusionLook glow = VITRAIL_FUSION_LOOK_INIT;
  VitrailRenderLayer layer = { 0 };
  guint n_seen = 0;
  g_autoptr (VitrailVolume) volume = make_volume (&way);
  g_autoptr (VitrailVolume) spot = make_spot (layer.matrix);

  layer.volume = spot;
  glow.presentation = (VitrailPresentation){
    .has_window = TRUE,
    .window_center = 1000,
    .window_width = 1600,
    .colormap = "hot_iron",
  };
  glow.opacity = 0.9;
  for (guint i = 0; i < 8; i++) {
    VitrailRenderLook look = make_look (i % 2 == 0 ? "CT-Bone" : "CT-Muscle");
    double plane[12];
    look.camera.azimuth = 50.0 * i;
    look.camera.step = 0.2;
    look.camera.depth_cue = i % 3 == 0 ? 0.5 : 0;
    g_autofree double *before = draw (volume, &look, plane);
    glow.low = i < 4 ? -G_MAXDOUBLE : 500;
    glow.high = i < 6 ? G_MAXDOUBLE : 1200;
    vitrail_render_layer_set_look (&layer, &glow);
    look.n_layers = 1;
    look.layers[0] = layer;
    g_autofree double *both = draw (volume, &look, plane);
    const double like = measure (volume, &look);
    g_test_message ("layer %u: %.4f", i, like);
    g_assert_cmpfloat (like, >=, 0.99);
    n_seen += compare (both, before) < 0.98;
  }
  /* Bones hide it from the others. */
  g_assert_cmpuint (n_seen, >=, 4);
}

/* One that is none draws nothing. */
static void
test_no_cuts (void)
{
  const Way way = { 0 };
  g_autoptr (VitrailVolume) volume = make_volume (&way);
  g_autoptr (VitrailRender) render = vitrail_render_new ();
  g_autofree guint8 *pixels = g_malloc ((gsize) SIDE * SIDE * 4);
  VitrailRenderLook look = make_look ("CT-Bone");
  g_autoptr (GError) error = NULL;
  double plane[12];
  double mm = 0;

  look.cuts = "around 1 2 3";
  g_assert_false (
      vitrail_render_draw (render, volume, &look, pixels, plane, &mm, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
}

static void
check_same (const double *want, VitrailVolume *volume)
{
  const VitrailRenderLook look = make_look ("CT-Bone");
  double plane[12];
  g_autofree double *got = draw (volume, &look, plane);

  g_assert_cmpfloat (compare (got, want), >=, 0.999);
}

/* Axes of the volume are nothing that one sees. */
static void
test_axes (void)
{
  const VitrailRenderLook look = make_look ("CT-Bone");
  const Way first = { 0 };
  g_autoptr (VitrailVolume) volume = make_volume (&first);
  double plane[12];
  g_autofree double *want = draw (volume, &look, plane);

  for (guint i = 1; i < 48; i++) {
    const Way way = { .order = i % 6, .flips = i / 6 };
    g_autoptr (VitrailVolume) turned = make_volume (&way);
    check_same (want, turned);
  }
}

/* Nor under any mode; and each shows something else. */
static void
test_modes (void)
{
  const Way first = { 0 };
  const Way turned = { .order = 4, .flips = 5 };
  g_autoptr (VitrailVolume) a = make_volume (&first);
  g_autoptr (VitrailVolume) b = make_volume (&turned);
  double means[5] = { 0 };
  double plane[12];

  for (guint i = 0; i < 5; i++) {
    VitrailRenderLook look = make_look ("CT-Bone");
    look.mode = (VitrailRenderMode) i;
    look.threshold = 200;
    g_autofree double *here = draw (a, &look, plane);
    g_autofree double *there = draw (b, &look, plane);
    g_assert_cmpfloat (compare (here, there), >=, 0.999);
    for (guint n = 0; n < SIDE * SIDE; n++)
      means[i] += here[n] / (SIDE * SIDE);
  }
  g_assert_cmpfloat (means[VITRAIL_RENDER_MEAN], >,
                     means[VITRAIL_RENDER_MINIMUM] + 10);
  g_assert_cmpfloat (means[VITRAIL_RENDER_MAXIMUM], >,
                     means[VITRAIL_RENDER_MEAN] + 10);
  g_assert_cmpfloat (means[VITRAIL_RENDER_SURFACE], >, 5);
}

/* The highest value along the middle's rays is known: grey says it. */
static void
test_window (void)
{
  const Way first = { 0 };
  g_autoptr (VitrailVolume) volume = make_volume (&first);
  VitrailRenderLook look = make_look ("CT-Bone");
  double plane[12];

  look.mode = VITRAIL_RENDER_MAXIMUM;
  look.window_center = 900;
  look.window_width = 400;
  g_autofree double *half = draw (volume, &look, plane);
  look.window_center = 800;
  g_autofree double *more = draw (volume, &look, plane);
  guint n_top = 0;
  for (guint n = 0; n < SIDE * SIDE; n++)
    if (fabs (half[n] - 127.5) < 1) {
      g_assert_cmpfloat_with_epsilon (more[n], 191.25, 1.3);
      n_top++;
    }
  g_assert_cmpuint (n_top, >, 100);
}

/* Nor what draws them: a renderer in software does for this. Of one volume and
 * then of another, which the graphics processor must not take for the first. */
static void
test_devices (void)
{
  const Way ways[] = { { 0 },
                       { .order = 3, .flips = 2 },
                       { .is_float = TRUE } };
  const gsize n = (gsize) SIDE * SIDE * 4;
  g_autoptr (VitrailRender) cpu = vitrail_render_new ();
  g_autoptr (VitrailRender) gl = vitrail_render_new ();
  g_autofree guint8 *want = g_malloc (n);
  g_autofree guint8 *got = g_malloc (n);
  double plane[12];
  double mm = 0;

  if (SANITIZED) {
    g_test_skip ("Mesa's compiler takes minutes under AddressSanitizer");
    return;
  }
  VitrailRenderLayer layer = { 0 };
  VitrailFusionLook glow = VITRAIL_FUSION_LOOK_INIT;
  glow.presentation = (VitrailPresentation){ .colormap = "viridis" };
  glow.opacity = 0.5;
  g_autoptr (VitrailVolume) spot = make_spot (layer.matrix);
  layer.volume = spot;
  vitrail_render_layer_set_look (&layer, &glow);
  for (guint i = 0; i < 5 * G_N_ELEMENTS (ways); i++) {
    g_autoptr (VitrailVolume) volume = make_volume (&ways[i / 5]);
    VitrailRenderLook look = make_look ("CT-Bone");
    look.mode = (VitrailRenderMode) (i % 5);
    look.threshold = 200;
    look.is_coarse = i % 3 == 1;
    look.cuts = i / 5 == 1 ? CUTS : NULL;
    look.n_layers = i / 5 == 2 ? 1 : 0;
    look.layers[0] = layer;
    g_autoptr (GError) error = NULL;
    look.device = VITRAIL_RENDER_CPU;
    vitrail_render_draw (cpu, volume, &look, want, plane, &mm, &error);
    g_assert_no_error (error);
    look.device = VITRAIL_RENDER_GL;
    if (!vitrail_render_draw (gl, volume, &look, got, plane, &mm, &error)) {
      g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED);
      g_test_skip (error->message);
      return;
    }
    guint n_far = 0;
    for (gsize k = 0; k < n; k++)
      n_far += ABS (want[k] - got[k]) > 2;
    /* Light on what has next to no slope comes from anywhere: one pixel. A
     * surface that a ray just touches is met, or not. */
    g_assert_cmpuint (n_far, <=,
                      (look.mode == VITRAIL_RENDER_SURFACE ? 20u : 4u));
  }
}

/* Three segments that lie about in the lattice, on a coarser one. */
static VitrailLabels *
make_labels (guint64 serial)
{
  enum { N = 22 };

  static const guint32 colors[] = { 0xe04030, 0x30c050, 0x3060e0 };
  VitrailLabels *self = g_new0 (VitrailLabels, 1);

  self->ref_count = 1;
  self->serial = serial;
  self->frame_of_reference = g_strdup ("");
  self->segments = g_array_new (FALSE, TRUE, sizeof (VitrailLabelsSegment));
  for (guint i = 0; i < G_N_ELEMENTS (colors); i++) {
    const VitrailLabelsSegment segment = { i + 1, g_strdup ("one"), colors[i] };
    g_array_append_val (self->segments, segment);
  }
  for (guint a = 0; a < 3; a++) {
    self->size[a] = N;
    self->axes[a][a] = 1;
    self->spacing[a] = (lattice[a] - 1) * spacing[a] / (N - 1);
  }
  self->corners = g_malloc0_n (N, sizeof *self->corners);
  self->labels = g_malloc0 ((gsize) N * N * N);
  for (guint i = 0; i < N * N * N; i++) {
    const guint row = i / N % N;
    const double x = i % N - N * 0.3;
    const double y = row - N * (serial % 2 == 0 ? 0.4 : 0.6);
    const guint slice = i / (N * N);
    const double z = slice - N * 0.5;
    if (x * x + y * y + z * z < 30)
      self->labels[i] = 1;
    else if (fabs (x - 8) < 3 && fabs (y) < 7)
      self->labels[i] = 2;
    else if (z > 6)
      self->labels[i] = 3;
  }
  return self;
}

/* Pixels' parts that are not within two levels; -1: there is no OpenGL. */
static int
count_far (VitrailRender *cpu,
           VitrailRender *gl,
           VitrailVolume *volume,
           const VitrailRenderLook *wanted)
{
  const gsize n = (gsize) SIDE * SIDE * 4;
  g_autofree guint8 *want = g_malloc (n);
  g_autofree guint8 *got = g_malloc (n);
  g_autoptr (GError) error = NULL;
  VitrailRenderLook look = *wanted;
  double plane[12];
  double mm = 0;
  int n_far = 0;

  look.device = VITRAIL_RENDER_CPU;
  vitrail_render_draw (cpu, volume, &look, want, plane, &mm, &error);
  g_assert_no_error (error);
  look.device = VITRAIL_RENDER_GL;
  if (!vitrail_render_draw (gl, volume, &look, got, plane, &mm, &error)) {
    g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED);
    return -1;
  }
  for (gsize k = 0; k < n; k++)
    n_far += ABS (want[k] - got[k]) > 2;
  return n_far;
}

/* The @i'th way to show @labels: lit and not, some fainter, cut, coarse, with a
 * layer, and without. */
static VitrailRenderLook
make_segments_look (guint i,
                    VitrailLabels *labels,
                    const VitrailRenderLayer *layer)
{
  VitrailRenderLook look = make_look ("CT-Bone");

  look.camera.azimuth = 31 * (double) i;
  look.shading = i % 2 == 0;
  look.segments = (VitrailRenderSegments){
    .labels = i == 4 ? NULL : labels,
    .matrix = { 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1 },
    .opacity = i == 2 ? 1 : 0.6,
    .opacities = i == 3 || i == 8 ? "1=0, 2=0.15" : NULL,
  };
  look.cuts = i == 5 ? CUTS : NULL;
  look.is_coarse = i == 7;
  look.n_layers = i == 9 ? 1 : 0;
  look.layers[0] = *layer;
  return look;
}

/* Segments too, and then others. */
static void
test_devices_segments (void)
{
  const Way way = { 0 };
  g_autoptr (VitrailRender) cpu = vitrail_render_new ();
  g_autoptr (VitrailRender) gl = vitrail_render_new ();
  g_autoptr (VitrailVolume) volume = make_volume (&way);
  g_autoptr (VitrailLabels) one = make_labels (1000001);
  g_autoptr (VitrailLabels) other = make_labels (1000002);
  VitrailRenderLayer layer = { 0 };
  VitrailFusionLook glow = VITRAIL_FUSION_LOOK_INIT;

  if (SANITIZED) {
    g_test_skip ("Mesa's compiler takes minutes under AddressSanitizer");
    return;
  }
  glow.presentation = (VitrailPresentation){ .colormap = "viridis" };
  glow.opacity = 0.5;
  g_autoptr (VitrailVolume) spot = make_spot (layer.matrix);
  layer.volume = spot;
  vitrail_render_layer_set_look (&layer, &glow);
  for (guint i = 0; i < 10; i++) {
    const VitrailRenderLook look =
        make_segments_look (i, i < 6 ? one : other, &layer);
    const int n_far = count_far (cpu, gl, volume, &look);
    if (n_far < 0) {
      g_test_skip ("there is no OpenGL");
      return;
    }
    g_assert_cmpint (n_far, <=, 4);
  }
}

/* Nor is where its voxels are. */
static void
test_kinds (void)
{
  const VitrailRenderLook look = make_look ("CT-Bone");
  g_autoptr (VitrailMemoryBudget) budget = vitrail_memory_budget_new (1 << 14);
  const Way ways[] = { { 0 }, { .is_float = TRUE }, { .budget = budget } };
  g_autoptr (VitrailVolume) memory = make_volume (&ways[0]);
  g_autoptr (VitrailVolume) values = make_volume (&ways[1]);
  g_autoptr (VitrailVolume) disk = make_volume (&ways[2]);
  double plane[12];
  g_autofree double *want = draw (memory, &look, plane);

  g_assert_null (vitrail_volume_get_voxels (disk));
  check_same (want, values);
  check_same (want, disk);
}

/* Coarse: the same thing in the same place. */
static void
test_coarse (void)
{
  VitrailRenderLook look = make_look ("CT-Bone");
  const Way way = { 0 };
  g_autoptr (VitrailVolume) volume = make_volume (&way);
  double plane[12];
  g_autofree double *want = draw (volume, &look, plane);

  look.is_coarse = TRUE;
  g_autofree double *got = draw (volume, &look, plane);
  double away = 0;
  for (guint n = 0; n < SIDE * SIDE; n++)
    away += fabs (got[n] - want[n]) / (SIDE * SIDE);
  g_assert_cmpfloat (away, >, 0.1);
  g_assert_cmpfloat (away, <, 6);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/render/judge", test_judge);
  g_test_add_func ("/render/views", test_views);
  g_test_add_func ("/render/cuts", test_cuts);
  g_test_add_func ("/render/layers", test_layers);
  g_test_add_func ("/render/layer-ends", test_layer_ends);
  g_test_add_func ("/render/no-cuts", test_no_cuts);
  g_test_add_func ("/render/axes", test_axes);
  g_test_add_func ("/render/modes", test_modes);
  g_test_add_func ("/render/window", test_window);
  g_test_add_func ("/render/kinds", test_kinds);
  g_test_add_func ("/render/devices", test_devices);
  g_test_add_func ("/render/devices-segments", test_devices_segments);
  g_test_add_func ("/render/coarse", test_coarse);
  return g_test_run ();
}
