/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See renderlabels.h. */

#include "volume/renderlabels.h"

#include "error.h"
#include "parallel.h"

#include <math.h>
#include <string.h>

/* Millimetres that an opacity is said of. */
#define THICK 10.0
/* Voxels on each side that count for how much is inside. */
#define REACH 2

G_DEFINE_BOXED_TYPE (VitrailRenderSegments,
                     vitrail_render_segments,
                     vitrail_render_segments_copy,
                     vitrail_render_segments_free)

VitrailRenderSegments *
vitrail_render_segments_copy (const VitrailRenderSegments *self)
{
  VitrailRenderSegments *copy = g_new0 (VitrailRenderSegments, 1);

  *copy = *self;
  if (self->labels != NULL)
    copy->labels = vitrail_labels_ref (self->labels);
  copy->opacities = g_intern_string (self->opacities);
  return copy;
}

void
vitrail_render_segments_free (VitrailRenderSegments *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->labels, vitrail_labels_unref);
  g_free (self);
}

void
vitrail_render_labels_clear (VitrailRenderLabels *self)
{
  g_clear_pointer (&self->labels, g_free);
  g_clear_pointer (&self->inside, g_free);
  const guint64 made = self->made;
  memset (self, 0, sizeof *self);
  self->made = made;
}

static gboolean
fail (VitrailError code, const char *reason, GError **error)
{
  g_set_error_literal (error, VITRAIL_ERROR, (int) code, reason);
  return FALSE;
}

/* --- how smooth --- */

typedef struct {
  const VitrailRenderLabels *self;
  guint8 *values;
  gsize stride; /* of voxels along the axis */
  guint n;      /* of them */
  guint across; /* lines side by side in one piece of the work */
  gsize next;   /* from one of these to the next */
  gsize piece;  /* and from one piece to the next */
} Smoothing;

/* 1 2 3 2 1, and as the outermost beyond. */
static void
smooth_line (guint8 *values, gsize stride, guint n, guint8 *line)
{
  static const guint weights[] = { 1, 2, 3, 2, 1 };

  for (guint i = 0; i < n; i++)
    line[i + REACH] = values[i * stride];
  for (guint i = 0; i < REACH; i++) {
    line[i] = line[REACH];
    line[n + REACH + i] = line[n + REACH - 1];
  }
  for (guint i = 0; i < n; i++) {
    guint sum = 4;
    for (guint w = 0; w < G_N_ELEMENTS (weights); w++)
      sum += weights[w] * line[i + w];
    values[i * stride] = (guint8) (sum / 9);
  }
}

static void
smooth_piece (guint index, gpointer data)
{
  const Smoothing *self = data;
  g_autofree guint8 *line = g_malloc0 ((gsize) self->n + (gsize) 2 * REACH);
  guint8 *values = self->values + index * self->piece;

  for (guint i = 0; i < self->across; i++)
    smooth_line (values + i * self->next, self->stride, self->n, line);
}

/* Of any segment that is seen, then along one axis after the other. */
static void
find_inside (VitrailRenderLabels *self)
{
  const gsize row = self->size[0];
  const gsize slice = row * self->size[1];
  const gsize n = slice * self->size[2];
  const guint *size = self->size;
  Smoothing along[3] = {
    { self, self->inside, 1, size[0], size[1], row, slice },
    { self, self->inside, row, size[1], size[0], 1, slice },
    { self, self->inside, slice, size[2], size[0], 1, row },
  };

  self->made++;
  for (gsize i = 0; i < n; i++)
    self->inside[i] = self->segments[self->labels[i]].opacity > 0 ? 255 : 0;
  for (guint a = 0; a < 3; a++)
    vitrail_parallel_run (a == 2 ? size[1] : size[2], smooth_piece, &along[a],
                          NULL, NULL);
}

/* --- opacities --- */

static gboolean
set_opacity (double opacities[VITRAIL_LABELS_SEGMENTS + 1],
             const VitrailLabels *labels,
             gint64 number,
             double opacity)
{
  for (guint i = 0; i < labels->segments->len; i++)
    if (g_array_index (labels->segments, VitrailLabelsSegment, i).number ==
        number) {
      opacities[i + 1] = CLAMP (opacity, 0, 1);
      return TRUE;
    }
  return FALSE;
}

/* "3=0.2, 7=0" */
static gboolean
read_opacities (const VitrailRenderSegments *wanted,
                double opacities[VITRAIL_LABELS_SEGMENTS + 1],
                GError **error)
{
  const char *text = wanted->opacities != NULL ? wanted->opacities : "";

  for (guint i = 0; i <= VITRAIL_LABELS_SEGMENTS; i++)
    opacities[i] = CLAMP (wanted->opacity, 0, 1);
  for (;;) {
    char *end = NULL;
    while (g_ascii_isspace (*text) || *text == ',')
      text++;
    if (*text == '\0')
      return TRUE;
    const gint64 number = g_ascii_strtoll (text, &end, 10);
    if (end == text || *end != '=')
      break;
    text = end + 1;
    const double opacity = g_ascii_strtod (text, &end);
    if (end == text || !isfinite (opacity) ||
        !set_opacity (opacities, wanted->labels, number, opacity))
      break;
    text = end;
  }
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
               "\"%s\" are no opacities of segments that there are",
               wanted->opacities);
  return FALSE;
}

/* TRUE: other segments than before are seen. */
static gboolean
set_segments (VitrailRenderLabels *self,
              const VitrailLabels *labels,
              const double *opacities,
              double step)
{
  gboolean has_changed = FALSE;

  for (guint i = 0; i <= VITRAIL_LABELS_SEGMENTS; i++) {
    VitrailRaycastSegment *segment = &self->segments[i];
    const gboolean is_there = i > 0 && i <= labels->segments->len;
    const double opacity = is_there ? opacities[i] : 0;
    const gboolean was_seen = segment->opacity > 0;
    segment->opacity = (float) opacity;
    segment->more = (float) (1 - pow (1 - opacity, step / THICK));
    for (guint c = 0; is_there && c < 3; c++) {
      const guint32 rgb =
          g_array_index (labels->segments, VitrailLabelsSegment, i - 1).rgb;
      segment->color[c] = (float) (rgb >> (16 - 8 * c) & 0xff) / 255;
    }
    has_changed |= was_seen != (opacity > 0);
  }
  return has_changed;
}

/* --- places --- */

static gboolean
is_placed (const VitrailRenderLabels *self,
           const VitrailRenderSegments *wanted,
           const VitrailRenderBody *body,
           const double matrix[16])
{
  gboolean is_same =
      self->labels != NULL && self->serial == wanted->labels->serial &&
      memcmp (self->size, body->info.size, sizeof self->size) == 0;

  for (guint i = 0; i < G_N_ELEMENTS (self->matrix); i++)
    is_same = is_same && self->matrix[i] == matrix[i];
  return is_same;
}

static gboolean
place (VitrailRenderLabels *self,
       const VitrailRenderSegments *wanted,
       const VitrailRenderBody *body,
       const double matrix[16],
       GError **error)
{
  const guint *size = body->info.size;
  const gsize n = (gsize) size[0] * size[1] * size[2];

  vitrail_render_labels_clear (self);
  self->labels = g_try_malloc (n);
  self->inside = g_try_malloc (n);
  if (self->labels == NULL || self->inside == NULL) {
    vitrail_render_labels_clear (self);
    return fail (VITRAIL_ERROR_LIMIT, "no memory for segments", error);
  }
  memcpy (self->size, size, sizeof self->size);
  memcpy (self->matrix, matrix, sizeof self->matrix);
  self->serial = wanted->labels->serial;
  vitrail_labels_resample (wanted->labels, matrix, size, self->labels);
  return TRUE;
}

gboolean
vitrail_render_labels_update (VitrailRenderLabels *self,
                              const VitrailRenderSegments *wanted,
                              const VitrailRenderBody *body,
                              double step,
                              gboolean *has_changed,
                              GError **error)
{
  double opacities[VITRAIL_LABELS_SEGMENTS + 1];
  double matrix[16];

  *has_changed = FALSE;
  if (wanted->labels == NULL) {
    *has_changed = self->labels != NULL;
    vitrail_render_labels_clear (self);
    return TRUE;
  }
  if (!read_opacities (wanted, opacities, error))
    return FALSE;
  vitrail_matrix_multiply (wanted->matrix, body->info.matrix, matrix);
  if (!is_placed (self, wanted, body, matrix)) {
    *has_changed = TRUE;
    if (!place (self, wanted, body, matrix, error))
      return FALSE;
  }
  if (set_segments (self, wanted->labels, opacities, step))
    *has_changed = TRUE;
  if (*has_changed)
    find_inside (self);
  return TRUE;
}

/* --- bounds --- */

/* All entries that have voxel (i, j, k). */
static void
mark_voxel (VitrailBounds *bounds, guint i, guint j, guint k)
{
  const guint at[3] = { i, j, k };
  guint from[3];
  guint to[3];

  for (guint a = 0; a < 3; a++) {
    const guint reach = VITRAIL_BOUNDS_REACH;
    from[a] = at[a] > reach + VITRAIL_BOUNDS_STEP
                  ? (at[a] - reach - 1) / VITRAIL_BOUNDS_STEP
                  : 0;
    to[a] = MIN ((at[a] + reach) / VITRAIL_BOUNDS_STEP, bounds->size[a] - 1);
  }
  for (guint z = from[2]; z <= to[2]; z++)
    for (guint y = from[1]; y <= to[1]; y++)
      for (guint x = from[0]; x <= to[0]; x++)
        bounds
            ->is_seen[((gsize) z * bounds->size[1] + y) * bounds->size[0] + x] =
            1;
}

void
vitrail_render_labels_mark (const VitrailRenderLabels *self,
                            VitrailBounds *bounds)
{
  const guint8 *label = self->labels;

  for (guint k = 0; k < self->size[2]; k++)
    for (guint j = 0; j < self->size[1]; j++)
      for (guint i = 0; i < self->size[0]; i++, label++)
        if (self->segments[*label].opacity > 0)
          mark_voxel (bounds, i, j, k);
}
