/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames of segmentations (PS3.3 A.51, C.8.20) and parametric maps (A.75) whose
 * positions are those of a slide: see rasterframes.h. */

#include "annotation/rasterframes.h"

#include "annotation/cielab.h"
#include "error.h"
#include "frameinfo-private.h"
#include "limits.h"
#include "slide/tileindex.h"

#include <math.h>
#include <string.h>

#define SOP_CLASS          VITRAIL_TAG (0x0008, 0x0016)
#define CODE_VALUE         VITRAIL_TAG (0x0008, 0x0100)
#define PIXEL_SPACING      VITRAIL_TAG (0x0028, 0x0030)
#define LUT_EXPLANATION    VITRAIL_TAG (0x0028, 0x3003)
#define PIXEL_MEASURES     VITRAIL_TAG (0x0028, 0x9110)
#define SLIDE_X            VITRAIL_TAG (0x0040, 0x072a)
#define SLIDE_Y            VITRAIL_TAG (0x0040, 0x073a)
#define MEASUREMENT_UNITS  VITRAIL_TAG (0x0040, 0x08ea)
#define VALUE_MAPPING      VITRAIL_TAG (0x0040, 0x9096)
#define VALUE_INTERCEPT    VITRAIL_TAG (0x0040, 0x9224)
#define VALUE_SLOPE        VITRAIL_TAG (0x0040, 0x9225)
#define MATRIX_ORIGIN      VITRAIL_TAG (0x0048, 0x0008)
#define SLIDE_ORIENTATION  VITRAIL_TAG (0x0048, 0x0102)
#define SLIDE_POSITION     VITRAIL_TAG (0x0048, 0x021a)
#define COLUMN_POSITION    VITRAIL_TAG (0x0048, 0x021e)
#define ROW_POSITION       VITRAIL_TAG (0x0048, 0x021f)
#define SEGMENTATION_TYPE  VITRAIL_TAG (0x0062, 0x0001)
#define SEGMENTS           VITRAIL_TAG (0x0062, 0x0002)
#define SEGMENT_NUMBER     VITRAIL_TAG (0x0062, 0x0004)
#define SEGMENT_LABEL      VITRAIL_TAG (0x0062, 0x0005)
#define SEGMENT_IDENTIFIED VITRAIL_TAG (0x0062, 0x000a)
#define SEGMENT_REFERENCED VITRAIL_TAG (0x0062, 0x000b)
#define DISPLAY_CIELAB     VITRAIL_TAG (0x0062, 0x000d)
#define MAXIMUM_FRACTION   VITRAIL_TAG (0x0062, 0x000e)

/* Colours of segments that recommend none. */
static const guint32 colors[] = { 0xe6194b, 0x3cb44b, 0x4363d8, 0xf58231,
                                  0x911eb4, 0x42d4f4, 0xf032e6, 0xbfef45 };

typedef struct {
  VitrailRasterFrames *out;
  VitrailInstance *instance;
  const VitrailDataSet *data_set;
  const char *name;
  VitrailSlideLevel level;
  GHashTable *places; /* segment number to its place + 1 */
  double maximum;     /* of a fraction */
} Reader;

/* --- what it is --- */

static const char *const classes[] = {
  "1.2.840.10008.5.1.4.1.1.66.4",
  "1.2.840.10008.5.1.4.1.1.66.7",
  "1.2.840.10008.5.1.4.1.1.30",
  NULL,
};
static const VitrailRasterKind kinds[] = {
  VITRAIL_RASTER_COVERAGE,
  VITRAIL_RASTER_LABELS,
  VITRAIL_RASTER_VALUES,
};

const char *const *
vitrail_raster_frames_list_classes (void)
{
  return classes;
}

gboolean
vitrail_raster_frames_find_kind (const char *sop_class, VitrailRasterKind *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (sop_class, classes[i]) == 0) {
      *kind = kinds[i];
      return TRUE;
    }
  return FALSE;
}

static gboolean
read_kind (Reader *self, GError **error)
{
  g_autofree char *sop_class =
      vitrail_data_set_dup_string (self->data_set, SOP_CLASS, 0);

  if (sop_class != NULL &&
      vitrail_raster_frames_find_kind (sop_class, &self->out->kind))
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
               "%s: neither a segmentation nor a parametric map", self->name);
  return FALSE;
}

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

/* Label maps describe their background too, as segment 0: it is none here. */
static gboolean
read_segments (Reader *self, GError **error)
{
  const guint n = vitrail_data_set_get_n_items (self->data_set, SEGMENTS);

  if (n > VITRAIL_LIMIT_RASTER_SEGMENTS) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: SegmentSequence: %u segments", self->name, n);
    return FALSE;
  }
  for (guint i = 0; i < n; i++) {
    const VitrailDataSet *item =
        vitrail_data_set_get_item (self->data_set, SEGMENTS, i);
    const int64_t number =
        vitrail_data_set_get_int_or (item, SEGMENT_NUMBER, -1);
    if (number < 0 || number > G_MAXUINT16 ||
        (number == 0 && self->out->kind == VITRAIL_RASTER_LABELS))
      continue;
    char *label = vitrail_data_set_dup_string (item, SEGMENT_LABEL, 0);
    const VitrailRasterSource source = {
      .number = (guint) number,
      .label = label != NULL ? label : g_strdup (""),
      .rgb = read_color (item, self->out->segments->len),
    };
    g_array_append_val (self->out->segments, source);
    g_hash_table_insert (self->places, GUINT_TO_POINTER (source.number),
                         GUINT_TO_POINTER (self->out->segments->len));
  }
  return TRUE;
}

static void
read_words (Reader *self)
{
  const VitrailDataSet *mapping =
      vitrail_frame_group (self->data_set, 1, VALUE_MAPPING);

  self->out->quantity =
      vitrail_data_set_dup_string (mapping, LUT_EXPLANATION, 0);
  self->out->unit = vitrail_data_set_dup_string (
      vitrail_data_set_get_item (mapping, MEASUREMENT_UNITS, 0), CODE_VALUE, 0);
  if (self->out->quantity == NULL)
    self->out->quantity = g_strdup ("");
  if (self->out->unit == NULL)
    self->out->unit = g_strdup ("");
}

/* --- where it lies --- */

/* The matrix's plane as VitrailFrameInfo has it, seen from above: 2 x 3. */
static gboolean
read_plane (const Reader *self, double plane[6])
{
  const VitrailDataSet *origin =
      vitrail_data_set_get_item (self->data_set, MATRIX_ORIGIN, 0);
  const VitrailDataSet *measures =
      vitrail_frame_group (self->data_set, 1, PIXEL_MEASURES);
  double v[6];
  double spacing[2];

  if (!vitrail_data_set_get_doubles (self->data_set, SLIDE_ORIENTATION, v, 6) ||
      !vitrail_data_set_get_doubles (measures, PIXEL_SPACING, spacing, 2) ||
      !vitrail_data_set_get_double (origin, SLIDE_X, 0, &plane[2]) ||
      !vitrail_data_set_get_double (origin, SLIDE_Y, 0, &plane[5]))
    return FALSE;
  plane[0] = v[0] * spacing[1];
  plane[1] = v[3] * spacing[0];
  plane[3] = v[1] * spacing[1];
  plane[4] = v[4] * spacing[0];
  return fabs (plane[0] * plane[4] - plane[1] * plane[3]) > 1e-18;
}

/* From the slide's pixels to millimetres, and back to those of @own. */
static void
combine (const double slide[12], const double own[6], double affine[6])
{
  const double det = own[0] * own[4] - own[1] * own[3];
  const double back[4] = { own[4] / det, -own[1] / det, -own[3] / det,
                           own[0] / det };
  const double dx = slide[3] - own[2];
  const double dy = slide[7] - own[5];

  affine[0] = back[0] * slide[0] + back[1] * slide[4];
  affine[1] = back[0] * slide[1] + back[1] * slide[5];
  affine[2] = back[0] * dx + back[1] * dy;
  affine[3] = back[2] * slide[0] + back[3] * slide[4];
  affine[4] = back[2] * slide[1] + back[3] * slide[5];
  affine[5] = back[2] * dx + back[3] * dy;
}

static void
set_place (Reader *self, VitrailSlide *slide)
{
  double *affine = self->out->affine;
  double plane[12];
  double own[6];
  VitrailSlideLevel full;

  if (read_plane (self, own) && vitrail_slide_get_plane (slide, plane)) {
    combine (plane, own, affine);
    return;
  }
  vitrail_slide_get_level (slide, 0, &full);
  affine[0] = (double) self->level.width / (double) full.width;
  affine[4] = (double) self->level.height / (double) full.height;
  /* Corners lie on corners: centres do not. */
  affine[2] = (affine[0] - 1) / 2;
  affine[5] = (affine[4] - 1) / 2;
}

/* Where frame @frame lies, and in which layer; FALSE: nowhere. */
static gboolean
find_frame (const Reader *self, guint frame, gint64 place[2], guint *layer)
{
  const VitrailDataSet *position =
      vitrail_frame_group (self->data_set, frame, SLIDE_POSITION);
  const VitrailDataSet *segment =
      vitrail_frame_group (self->data_set, frame, SEGMENT_IDENTIFIED);
  const guint64 n_tiles = (guint64) self->level.columns * self->level.rows;
  const guint64 tile = (frame - 1) % n_tiles;
  const guint64 column = tile % self->level.columns;
  const guint64 row = tile / self->level.columns;
  int64_t number = 0;

  place[0] =
      vitrail_data_set_get_int_or (position, COLUMN_POSITION,
                                   (int64_t) (column * self->level.tile_width) +
                                       1);
  place[1] = vitrail_data_set_get_int_or (
      position, ROW_POSITION, (int64_t) (row * self->level.tile_height) + 1);
  for (guint i = 0; i < 2; i++) {
    if (place[i] < -(gint64) G_MAXINT32 || place[i] > G_MAXINT32)
      return FALSE;
    place[i] -= 1; /* they count from 1 */
  }
  *layer = 0;
  if (self->out->kind != VITRAIL_RASTER_COVERAGE)
    return TRUE;
  if (vitrail_data_set_get_int (segment, SEGMENT_REFERENCED, 0, &number))
    *layer = GPOINTER_TO_UINT (g_hash_table_lookup (
                 self->places, GINT_TO_POINTER ((gint) number))) -
             1;
  else /* TILED_FULL: one segment after the other */
    *layer = (guint) ((frame - 1) / n_tiles);
  return *layer < self->out->segments->len;
}

/* --- samples --- */

static double
get_integer (const VitrailFrame *frame, const uint8_t *at)
{
  const gboolean is_signed = frame->format.is_signed;

  switch (frame->format.bits_allocated) {
  case 8:
    return is_signed ? (double) (int8_t) *at : (double) *at;
  case 16: {
    uint16_t value;
    memcpy (&value, at, sizeof value);
    return is_signed ? (double) (int16_t) value : (double) value;
  }
  case 32: {
    uint32_t value;
    memcpy (&value, at, sizeof value);
    return is_signed ? (double) (int32_t) value : (double) value;
  }
  default:
    return 0;
  }
}

static double
get_float (const VitrailFrame *frame, const uint8_t *at)
{
  float single;
  double value;

  if (frame->format.bits_allocated == 64) {
    memcpy (&value, at, sizeof value);
    return value;
  }
  memcpy (&single, at, sizeof single);
  return (double) single;
}

/* How samples become values: Real World Value Mapping, which floats may have
 * as well. */
static void
read_mapping (const Reader *self, guint frame, double mapping[2])
{
  const VitrailDataSet *item =
      vitrail_frame_group (self->data_set, frame, VALUE_MAPPING);

  mapping[0] = 1;
  mapping[1] = 0;
  vitrail_data_set_get_double (item, VALUE_SLOPE, 0, &mapping[0]);
  vitrail_data_set_get_double (item, VALUE_INTERCEPT, 0, &mapping[1]);
}

/* One sample as its layer keeps it. */
static void
store_sample (Reader *self, void *out, size_t index, double value)
{
  VitrailRasterFrames *frames = self->out;

  if (frames->kind == VITRAIL_RASTER_COVERAGE) {
    ((uint8_t *) out)[index] =
        (uint8_t) (CLAMP (value / self->maximum, 0.0, 1.0) * 255 + 0.5);
  } else if (frames->kind == VITRAIL_RASTER_LABELS) {
    const guint number = (guint) CLAMP (value, 0.0, 65535.0);
    ((uint16_t *) out)[index] = (uint16_t) GPOINTER_TO_UINT (
        g_hash_table_lookup (self->places, GUINT_TO_POINTER (number)));
  } else {
    ((float *) out)[index] = (float) value;
    if (isfinite (value)) {
      frames->range[0] = MIN (frames->range[0], value);
      frames->range[1] = MAX (frames->range[1], value);
    }
  }
}

static void *
convert (Reader *self, const VitrailFrame *frame, guint number)
{
  const VitrailPixelFormat *format = &frame->format;
  const guint bytes = vitrail_pixel_format_get_pixel_bytes (format);
  const size_t n = (size_t) format->width * format->height;
  void *out = g_try_malloc (n * 4 + 1);
  double mapping[2];

  if (out == NULL)
    return NULL;
  read_mapping (self, number, mapping);
  for (size_t i = 0; i < n; i++) {
    const uint8_t *at = frame->data + i / format->width * frame->stride +
                        i % format->width * bytes;
    double value =
        format->is_float ? get_float (frame, at) : get_integer (frame, at);
    if (self->out->kind == VITRAIL_RASTER_VALUES)
      value = value * mapping[0] + mapping[1];
    store_sample (self, out, i, value);
  }
  return out;
}

/* --- frames --- */

static VitrailRasterLayer *
ensure_layer (Reader *self, guint layer, GError **error)
{
  GPtrArray *layers = self->out->layers;

  if (layer >= layers->len)
    g_ptr_array_set_size (layers, (gint) layer + 1);
  if (g_ptr_array_index (layers, layer) == NULL)
    g_ptr_array_index (layers, layer) =
        vitrail_raster_layer_new (&self->out->room, self->level.width,
                                  self->level.height, error);
  return g_ptr_array_index (layers, layer);
}

static gboolean
read_frame (Reader *self,
            guint number,
            GCancellable *cancellable,
            GError **error)
{
  gint64 place[2];
  guint layer;
  g_autoptr (VitrailFrame) frame =
      vitrail_instance_decode_frame (self->instance, number, 0, cancellable,
                                     NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (frame == NULL || frame->format.samples != 1 ||
      !find_frame (self, number, place, &layer))
  {
    self->out->n_missing++;
    return TRUE;
  }
  const guint size[2] = { frame->format.width, frame->format.height };
  VitrailRasterLayer *to = ensure_layer (self, layer, error);
  g_autofree void *samples = to != NULL ? convert (self, frame, number) : NULL;
  if (to == NULL || samples == NULL)
    return to == NULL ? FALSE : (self->out->n_missing++, TRUE);
  return vitrail_raster_layer_paste (to, &self->out->room, samples, size, place,
                                     error);
}

static gboolean
read_frames (Reader *self, GCancellable *cancellable, GError **error)
{
  const guint n = vitrail_instance_get_n_frames (self->instance);
  GPtrArray *layers = self->out->layers;

  for (guint i = 1; i <= n; i++)
    if (!read_frame (self, i, cancellable, error))
      return FALSE;
  for (guint i = 0; i < layers->len; i++) {
    VitrailRasterLayer *layer = g_ptr_array_index (layers, i);
    if (layer != NULL &&
        !vitrail_raster_layer_finish (layer, &self->out->room, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_all (Reader *self,
          VitrailSlide *slide,
          GCancellable *cancellable,
          GError **error)
{
  VitrailRasterFrames *out = self->out;

  if (!read_kind (self, error) ||
      !vitrail_tile_index_read_level (self->data_set, self->name, &self->level,
                                      error) ||
      !read_segments (self, error))
    return FALSE;
  read_words (self);
  out->size[0] = self->level.width;
  out->size[1] = self->level.height;
  out->room.kind = out->kind;
  out->room.n_tiles = VITRAIL_LIMIT_FRAMES;
  out->room.bytes = VITRAIL_LIMIT_RASTER_BYTES;
  self->maximum = 1;
  if (vitrail_data_set_text_is (self->data_set, SEGMENTATION_TYPE, 0,
                                "FRACTIONAL"))
    self->maximum = (double) MAX (
        vitrail_data_set_get_int_or (self->data_set, MAXIMUM_FRACTION, 255), 1);
  set_place (self, slide);
  return read_frames (self, cancellable, error);
}

/* --- the whole --- */

static void
free_layer (gpointer layer)
{
  vitrail_raster_layer_free (layer);
}

gboolean
vitrail_raster_frames_read (VitrailRasterFrames *self,
                            VitrailInstance *instance,
                            VitrailSlide *slide,
                            GCancellable *cancellable,
                            GError **error)
{
  Reader reader = {
    .out = self,
    .instance = instance,
    .data_set = vitrail_instance_get_data_set (instance),
    .name = vitrail_instance_get_name (instance),
    .places = g_hash_table_new (NULL, NULL),
  };

  self->segments = g_array_new (FALSE, TRUE, sizeof (VitrailRasterSource));
  self->layers = g_ptr_array_new_with_free_func (free_layer);
  self->range[0] = INFINITY;
  self->range[1] = -INFINITY;
  const gboolean done = read_all (&reader, slide, cancellable, error);
  g_hash_table_unref (reader.places);
  return done;
}

void
vitrail_raster_frames_clear (VitrailRasterFrames *self)
{
  for (guint i = 0; self->segments != NULL && i < self->segments->len; i++)
    g_free (g_array_index (self->segments, VitrailRasterSource, i).label);
  g_clear_pointer (&self->segments, g_array_unref);
  g_clear_pointer (&self->layers, g_ptr_array_unref);
  vitrail_raster_room_clear (&self->room);
  g_free (self->quantity);
  g_free (self->unit);
  memset (self, 0, sizeof *self);
}
