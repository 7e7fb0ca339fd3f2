/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Segmentations of volumes: see labels.h. */

#include "volume/labels.h"

#include "annotation/cielab.h"
#include "error.h"
#include "frameinfo-private.h"
#include "limits.h"
#include "parallel.h"
#include "volume/place.h"

#include <math.h>
#include <string.h>

#define SOP_CLASS          VITRAIL_TAG (0x0008, 0x0016)
#define SLICE_THICKNESS    VITRAIL_TAG (0x0018, 0x0050)
#define SLICE_SPACING      VITRAIL_TAG (0x0018, 0x0088)
#define FRAME_OF_REFERENCE VITRAIL_TAG (0x0020, 0x0052)
#define PIXEL_MEASURES     VITRAIL_TAG (0x0028, 0x9110)
#define SEGMENTATION_TYPE  VITRAIL_TAG (0x0062, 0x0001)
#define SEGMENTS           VITRAIL_TAG (0x0062, 0x0002)
#define SEGMENT_NUMBER     VITRAIL_TAG (0x0062, 0x0004)
#define SEGMENT_LABEL      VITRAIL_TAG (0x0062, 0x0005)
#define SEGMENT_IDENTIFIED VITRAIL_TAG (0x0062, 0x000a)
#define SEGMENT_REFERENCED VITRAIL_TAG (0x0062, 0x000b)
#define DISPLAY_CIELAB     VITRAIL_TAG (0x0062, 0x000d)
#define MAXIMUM_FRACTION   VITRAIL_TAG (0x0062, 0x000e)

#define UID_SEGMENTATION "1.2.840.10008.5.1.4.1.1.66.4"
#define UID_LABEL_MAP    "1.2.840.10008.5.1.4.1.1.66.7"

/* Slices at one place, in millimetres; and how far beside the grid one may lie,
 * as a part of its step. */
#define SAME   0.01
#define BESIDE 0.1

/* Colours of segments that recommend none. */
static const guint32 colors[] = { 0xe6194b, 0x3cb44b, 0x4363d8, 0xf58231,
                                  0x911eb4, 0x42d4f4, 0xf032e6, 0xbfef45 };

typedef struct {
  VitrailLabels *out;
  VitrailInstance *instance;
  const VitrailDataSet *data_set;
  const char *name;
  const GArray *places; /* of VitrailPlace, one a frame */
  double *depths;       /* of frames along the normal */
  gboolean is_map;
  double least; /* what is in a segment */
  guint8 label_of[G_MAXUINT16 + 1];
} Reader;

static gboolean
fail (const Reader *self, VitrailError code, const char *what, GError **error)
{
  g_set_error (error, VITRAIL_ERROR, (int) code, "%s: %s", self->name, what);
  return FALSE;
}

/* --- segments --- */

static guint32
read_color (const VitrailDataSet *item, guint index)
{
  double values[3];
  uint16_t lab[3];

  if (!vitrail_data_set_get_doubles (item, DISPLAY_CIELAB, values, 3))
    return colors[index % G_N_ELEMENTS (colors)];
  for (guint i = 0; i < 3; i++)
    lab[i] = (uint16_t) CLAMP (values[i], 0.0, 65535.0);
  return vitrail_cielab_to_rgb (lab);
}

/* Segment 0 of a label map is its background. */
static gboolean
read_segments (Reader *self, GError **error)
{
  const guint n = vitrail_data_set_get_n_items (self->data_set, SEGMENTS);
  GArray *segments = self->out->segments;

  for (guint i = 0; i < n; i++) {
    const VitrailDataSet *item =
        vitrail_data_set_get_item (self->data_set, SEGMENTS, i);
    const int64_t number =
        vitrail_data_set_get_int_or (item, SEGMENT_NUMBER, -1);
    if (number < 0 || number > G_MAXUINT16 || (number == 0 && self->is_map))
      continue;
    if (segments->len == VITRAIL_LABELS_SEGMENTS)
      return fail (self, VITRAIL_ERROR_LIMIT,
                   "Segment Sequence (0062,0002): more than 255 segments",
                   error);
    char *label = vitrail_data_set_dup_string (item, SEGMENT_LABEL, 0);
    const VitrailLabelsSegment segment = {
      .number = (guint) number,
      .label = label != NULL ? label : g_strdup (""),
      .rgb = read_color (item, segments->len),
    };
    g_array_append_val (segments, segment);
    self->label_of[number] = (guint8) segments->len;
  }
  return segments->len > 0 ||
         fail (self, VITRAIL_ERROR_MALFORMED,
               "Segment Sequence (0062,0002) names no segment", error);
}

/* --- the grid --- */

static double
dot (const double a[3], const double b[3])
{
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static const VitrailPlace *
get_place (const Reader *self, guint frame)
{
  return &g_array_index (self->places, VitrailPlace, frame);
}

/* All frames are parallel and of one size. */
static gboolean
read_axes (Reader *self, GError **error)
{
  VitrailLabels *out = self->out;
  const VitrailPlace *first = get_place (self, 0);

  for (guint i = 0; i < self->places->len; i++) {
    const VitrailPlace *place = get_place (self, i);
    if (!vitrail_place_is_placed (place) ||
        place->space != VITRAIL_SPACE_PATIENT)
      return fail (self, VITRAIL_ERROR_MALFORMED,
                   "its frames do not say where they lie in a patient", error);
    for (guint a = 0; a < 6; a++)
      if (fabs (place->axes[a] - first->axes[a]) > 1e-3)
        return fail (self, VITRAIL_ERROR_UNSUPPORTED,
                     "its frames are not parallel", error);
    for (guint a = 0; a < 2; a++)
      if (fabs (place->spacing[a] - first->spacing[a]) >
          1e-3 * first->spacing[a])
        return fail (self, VITRAIL_ERROR_UNSUPPORTED,
                     "its frames differ in Pixel Spacing", error);
  }
  memcpy (out->axes, first->axes, sizeof first->axes);
  vitrail_axes_get_normal (first->axes, out->axes[2]);
  out->spacing[0] = first->spacing[1];
  out->spacing[1] = first->spacing[0];
  out->size[0] = first->columns;
  out->size[1] = first->rows;
  return TRUE;
}

static int
compare (const void *a, const void *b)
{
  const double x = *(const double *) a;
  const double y = *(const double *) b;

  return (x > y) - (x < y);
}

/* Of a single slice. */
static double
get_thickness (const Reader *self)
{
  const VitrailDataSet *measures =
      vitrail_frame_group (self->data_set, 1, PIXEL_MEASURES);
  double step = 0;

  if (!vitrail_data_set_get_double (measures, SLICE_SPACING, 0, &step) ||
      !(step > 0))
    vitrail_data_set_get_double (measures, SLICE_THICKNESS, 0, &step);
  return step > 0 && isfinite (step) ? step : 1;
}

/* The least step between slices is that of the grid: empty frames need not be
 * there. */
static gboolean
fit_slices (Reader *self, GError **error)
{
  VitrailLabels *out = self->out;
  const guint n = self->places->len;
  g_autofree double *sorted = g_memdup2 (self->depths, n * sizeof *sorted);
  double step = INFINITY;

  qsort (sorted, n, sizeof *sorted, compare);
  for (guint i = 1; i < n; i++)
    if (sorted[i] - sorted[i - 1] > SAME)
      step = MIN (step, sorted[i] - sorted[i - 1]);
  if (!isfinite (step))
    step = get_thickness (self);
  const double n_slices = round ((sorted[n - 1] - sorted[0]) / step) + 1;
  if (!(n_slices * out->size[0] * out->size[1] <=
            (double) VITRAIL_LIMIT_RASTER_BYTES &&
        n_slices <= VITRAIL_LIMIT_VOLUME_SLICES))
    return fail (self, VITRAIL_ERROR_LIMIT, "its grid is beyond the limit",
                 error);
  if (n_slices > 1)
    step = (sorted[n - 1] - sorted[0]) / (n_slices - 1);
  for (guint i = 0; i < n; i++) {
    const double at = (sorted[i] - sorted[0]) / step;
    if (fabs (at - round (at)) > BESIDE)
      return fail (self, VITRAIL_ERROR_UNSUPPORTED,
                   "its slices are not evenly spaced", error);
  }
  out->size[2] = (guint) n_slices;
  out->spacing[2] = step;
  out->origin = sorted[0];
  return TRUE;
}

static guint
find_slice (const Reader *self, guint frame)
{
  const VitrailLabels *out = self->out;

  return (guint) lrint (
      CLAMP ((self->depths[frame] - out->origin) / out->spacing[2], 0,
             out->size[2] - 1.0));
}

static gboolean
make_grid (Reader *self, GError **error)
{
  VitrailLabels *out = self->out;
  const guint n = self->places->len;

  if (n == 0)
    return fail (self, VITRAIL_ERROR_MALFORMED, "it has no frames", error);
  if (!read_axes (self, error))
    return FALSE;
  self->depths = g_new (double, n);
  for (guint i = 0; i < n; i++)
    self->depths[i] = dot (get_place (self, i)->position, out->axes[2]);
  if (!fit_slices (self, error))
    return FALSE;
  const gsize slice = (gsize) out->size[0] * out->size[1];
  out->labels = g_try_malloc0_n (out->size[2], slice);
  out->corners = g_malloc0_n (out->size[2], sizeof *out->corners);
  if (out->labels == NULL)
    return fail (self, VITRAIL_ERROR_LIMIT, "no memory for its labels", error);
  for (guint i = 0; i < n; i++)
    for (guint a = 0; a < 2; a++)
      out->corners[find_slice (self, i)][a] =
          dot (get_place (self, i)->position, out->axes[a]);
  return TRUE;
}

/* --- frames --- */

static guint
get_sample (const VitrailFrame *frame, gsize x, gsize y)
{
  const guint bytes = frame->format.bits_allocated / 8;
  const uint8_t *at = frame->data + y * frame->stride + x * bytes;
  uint16_t wide = 0;

  if (bytes == 1)
    return *at;
  memcpy (&wide, at, sizeof wide);
  return wide;
}

/* 0 where a frame of a label map, or no known segment. */
static guint8
find_label (const Reader *self, guint number)
{
  const VitrailDataSet *group =
      vitrail_frame_group (self->data_set, number, SEGMENT_IDENTIFIED);
  const int64_t segment =
      vitrail_data_set_get_int_or (group, SEGMENT_REFERENCED, -1);

  return segment >= 0 && segment <= G_MAXUINT16 ? self->label_of[segment] : 0;
}

static void
read_frame (Reader *self, guint number)
{
  VitrailLabels *out = self->out;
  g_autoptr (VitrailFrame) frame =
      vitrail_instance_decode_frame (self->instance, number, 0, NULL, NULL);
  const guint8 label = find_label (self, number);

  if (frame == NULL || frame->format.samples != 1 || frame->format.is_float ||
      (frame->format.bits_allocated != 8 &&
       frame->format.bits_allocated != 16) ||
      frame->format.width != out->size[0] ||
      frame->format.height != out->size[1] || (!self->is_map && label == 0))
  {
    out->n_missing++;
    return;
  }
  guint8 *to = out->labels + (gsize) out->size[0] * out->size[1] *
                                 find_slice (self, number - 1);
  for (gsize y = 0; y < out->size[1]; y++)
    for (gsize x = 0; x < out->size[0]; x++, to++) {
      const guint sample = get_sample (frame, x, y);
      if (self->is_map && self->label_of[sample] != 0)
        *to = self->label_of[sample];
      else if (!self->is_map && sample >= self->least)
        *to = MAX (*to, label);
    }
}

static gboolean
read_kind (Reader *self, GError **error)
{
  self->is_map =
      vitrail_data_set_text_is (self->data_set, SOP_CLASS, 0, UID_LABEL_MAP);
  if (!self->is_map && !vitrail_data_set_text_is (self->data_set, SOP_CLASS, 0,
                                                  UID_SEGMENTATION))
    return fail (self, VITRAIL_ERROR_FORMAT, "not a segmentation", error);
  self->least = 1;
  if (vitrail_data_set_text_is (self->data_set, SEGMENTATION_TYPE, 0,
                                "FRACTIONAL"))
    self->least =
        (double) MAX (vitrail_data_set_get_int_or (self->data_set,
                                                   MAXIMUM_FRACTION, 255),
                      1) /
        2;
  return TRUE;
}

static gboolean
read_all (Reader *self, GError **error)
{
  g_auto (VitrailPlaces) places = { 0 };

  if (!read_kind (self, error) || !read_segments (self, error))
    return FALSE;
  vitrail_places_init (&places);
  if (!vitrail_places_add (&places, 0, self->data_set, error))
    return FALSE;
  self->places = places.places;
  if (!make_grid (self, error))
    return FALSE;
  const guint n =
      MIN (vitrail_instance_get_n_frames (self->instance), self->places->len);
  for (guint i = 1; i <= n; i++)
    read_frame (self, i);
  return TRUE;
}

VitrailLabels *
vitrail_labels_read (VitrailInstance *instance, GError **error)
{
  static gint serials;
  g_autoptr (VitrailLabels) out = g_new0 (VitrailLabels, 1);
  g_autofree Reader *self = g_new0 (Reader, 1);

  self->out = out;
  self->instance = instance;
  self->data_set = vitrail_instance_get_data_set (instance);
  self->name = vitrail_instance_get_name (instance);
  out->ref_count = 1;
  out->serial = (guint64) g_atomic_int_add (&serials, 1) + 1;
  out->segments = g_array_new (FALSE, TRUE, sizeof (VitrailLabelsSegment));
  out->frame_of_reference =
      vitrail_data_set_dup_string (self->data_set, FRAME_OF_REFERENCE, 0);
  if (out->frame_of_reference == NULL)
    out->frame_of_reference = g_strdup ("");
  const gboolean done = read_all (self, error);
  g_free (self->depths);
  return done ? g_steal_pointer (&out) : NULL;
}

VitrailLabels *
vitrail_labels_load (const char *path, GError **error)
{
  g_autoptr (VitrailInstance) instance = vitrail_instance_open (path, error);

  return instance != NULL ? vitrail_labels_read (instance, error) : NULL;
}

VitrailLabels *
vitrail_labels_ref (VitrailLabels *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
vitrail_labels_unref (VitrailLabels *self)
{
  if (self == NULL || !g_atomic_int_dec_and_test (&self->ref_count))
    return;
  for (guint i = 0; i < self->segments->len; i++)
    g_free (g_array_index (self->segments, VitrailLabelsSegment, i).label);
  g_array_unref (self->segments);
  g_free (self->frame_of_reference);
  g_free (self->corners);
  g_free (self->labels);
  g_free (self);
}

/* --- on another grid --- */

typedef struct {
  const VitrailLabels *labels;
  double
      to_grid[12]; /* from voxels to columns, rows (of corners at 0), slices */
  const guint *size;
  guint8 *out;
} Resampling;

/* Columns and rows from the corner of its own slice: tilted ones differ. */
static guint8
look_up (const VitrailLabels *self, const double at[3])
{
  const double slice = rint (at[2]);
  gsize index[2];

  if (!(slice >= 0 && slice < self->size[2]))
    return 0;
  for (guint a = 0; a < 2; a++) {
    const double place =
        rint (at[a] - self->corners[(guint) slice][a] / self->spacing[a]);
    if (!(place >= 0 && place < self->size[a]))
      return 0;
    index[a] = (gsize) place;
  }
  return self
      ->labels[((gsize) slice * self->size[1] + index[1]) * self->size[0] +
               index[0]];
}

static void
resample_slice (guint k, gpointer data)
{
  const Resampling *self = data;
  const double *m = self->to_grid;
  guint8 *out = self->out + (gsize) k * self->size[0] * self->size[1];

  for (guint j = 0; j < self->size[1]; j++)
    for (guint i = 0; i < self->size[0]; i++) {
      const double at[3] = { m[0] * i + m[1] * j + m[2] * k + m[3],
                             m[4] * i + m[5] * j + m[6] * k + m[7],
                             m[8] * i + m[9] * j + m[10] * k + m[11] };
      *out++ = look_up (self->labels, at);
    }
}

/* NOLINTBEGIN(readability-non-const-parameter): written by way of
 * resample_slice () */
void
vitrail_labels_resample (const VitrailLabels *self,
                         const double to_own[16],
                         const guint size[3],
                         guint8 *out)
{
  Resampling work = { .labels = self, .size = size, .out = out };

  for (guint a = 0; a < 3; a++)
    for (guint b = 0; b < 4; b++) {
      const double column[3] = { to_own[b], to_own[4 + b], to_own[8 + b] };
      const double origin = a == 2 && b == 3 ? self->origin : 0;
      work.to_grid[4 * a + b] =
          (dot (column, self->axes[a]) - origin) / self->spacing[a];
    }
  vitrail_parallel_run (size[2], resample_slice, &work, NULL, NULL);
}

/* NOLINTEND(readability-non-const-parameter) */
