/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where each slice of a list of objects lies, and what tells slices at the same
 * place apart: one record a slice, whether an object holds one, many as frames,
 * or many as tiles of one frame (mosaic). */

#pragma once

#include "volume/volume.h"

G_BEGIN_DECLS

/**
 * VitrailSliceSource:
 * @input: which of the objects; VITRAIL_SLICE_NONE: there is no such slice
 * @frame: of it, from 1
 * @x, @y: its first pixel there: not 0 in a mosaic
 *
 * Where the pixels of a slice come from.
 */
typedef struct {
  guint input;
  guint frame;
  guint x;
  guint y;
} VitrailSliceSource;

#define VITRAIL_SLICE_NONE G_MAXUINT

/* VitrailPlaceKey: what may tell slices at one place apart, the most telling
 * first. */
typedef enum {
  VITRAIL_PLACE_TEMPORAL_POSITION, /* index, or milliseconds */
  VITRAIL_PLACE_B_VALUE,           /* s/mm2 */
  VITRAIL_PLACE_TRIGGER_TIME,      /* ms after the R wave */
  VITRAIL_PLACE_REFERENCE_TIME,    /* ms of the series, of PET */
  VITRAIL_PLACE_INVERSION_TIME,    /* ms */
  VITRAIL_PLACE_ACQUISITION,       /* Acquisition Number */
  VITRAIL_PLACE_ACQUISITION_TIME,  /* seconds since 1970 or midnight */
  VITRAIL_PLACE_CONTENT_TIME,      /* the same */
  VITRAIL_PLACE_DIMENSION,         /* the last Dimension Index Value */
  VITRAIL_PLACE_INSTANCE,          /* Instance Number */
  VITRAIL_N_PLACE_KEYS,
} VitrailPlaceKey;

/**
 * VitrailPlace:
 * @columns, @rows: of the slice; @samples a pixel
 * @position, @axes: of its first pixel, and the directions of its rows and
 *   columns; @spacing as Pixel Spacing
 * @series, @frame_of_reference, @stack, @image_type: "" where not said;
 *   interned: equal when they are the same pointer
 * @component: of complex MR: MAGNITUDE, PHASE, REAL, IMAGINARY; else ""
 * @echo, @echo_time: Echo Numbers; milliseconds; NAN where not said
 * @channel: energy window and detector of NM, 0
 * @keys: NAN where not said
 *
 * One slice.
 */
typedef struct {
  VitrailSliceSource source;
  guint columns;
  guint rows;
  guint samples;
  gboolean has_position;
  gboolean has_axes;
  gboolean has_spacing;
  gboolean is_multi_frame;
  VitrailVolumeSpace space;
  double position[3];
  double axes[6];
  double spacing[2];
  const char *series;
  const char *frame_of_reference;
  const char *stack;
  const char *image_type;
  const char *component;
  double echo;
  double echo_time;
  int64_t channel;
  double keys[VITRAIL_N_PLACE_KEYS];
} VitrailPlace;

/* Position, axes and spacing: all that a volume needs. */
gboolean vitrail_place_is_placed (const VitrailPlace *self);

/**
 * VitrailPlaces:
 * @places: of VitrailPlace
 */
typedef struct {
  GArray *places;
  /*< private >*/
  GStringChunk *texts;
} VitrailPlaces;

void vitrail_places_init (VitrailPlaces *self);
void vitrail_places_clear (VitrailPlaces *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailPlaces, vitrail_places_clear)

/* Adds all slices of object @input. One that declares more frames than
 * VITRAIL_LIMIT_VOLUME_FRAMES adds none: VITRAIL_ERROR_LIMIT. */
gboolean vitrail_places_add (VitrailPlaces *self,
                             guint input,
                             const VitrailDataSet *data_set,
                             GError **error);

/* --- for the files that read places --- */

/* NM: FALSE where it is not the reconstruction of a volume (VP-37). */
void
vitrail_place_read_nuclear (VitrailPlace *self, const VitrailDataSet *data_set);
/* RT Dose: the frame lies Grid Frame Offset Vector along the normal. */
void
vitrail_place_read_dose (VitrailPlace *self, const VitrailDataSet *data_set);

/**
 * VitrailMosaic: slices side by side in one frame, as Siemens' MR stores them.
 * @n_slices: of it
 * @across: tiles a side
 * @step: from a slice to the next, in millimetres
 */
typedef struct {
  guint n_slices;
  guint across;
  double step[3];
} VitrailMosaic;

/* FALSE where @data_set holds none, or does not say how its slices lie. @axes:
 * of the frame. */
gboolean vitrail_mosaic_read (VitrailMosaic *self,
                              const VitrailDataSet *data_set,
                              const double axes[6]);

void vitrail_axes_get_normal (const double axes[6], double normal[3]);

G_END_DECLS
