/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Ultrasound regions (PS3.3 C.8.5.5): the parts of a picture that are 2D,
 * M-mode, spectral or a trace, and what a pixel of each is worth.
 *
 * Places are pixels of the frame as SCOORD counts them (PS3.3 C.18.6.1.2): the
 * upper left corner of the first pixel is (0, 0), its centre (0.5, 0.5). */

#pragma once

#include "dicom/dataset.h"

G_BEGIN_DECLS

/* VitrailUsFormat: Region Spatial Format (0018,6012). */
typedef enum {
  VITRAIL_US_NONE = 0,
  VITRAIL_US_2D = 1,
  VITRAIL_US_M_MODE = 2,
  VITRAIL_US_SPECTRAL = 3,
  VITRAIL_US_WAVEFORM = 4,
  VITRAIL_US_GRAPHICS = 5,
} VitrailUsFormat;

/* VitrailUsUnit: Physical Units (0018,6024), (0018,6026), those that lengths
 * and times are made of. */
typedef enum {
  VITRAIL_US_UNIT_NONE = 0,
  VITRAIL_US_UNIT_CM = 3,
  VITRAIL_US_UNIT_S = 4,
  VITRAIL_US_UNIT_HZ = 5,
  VITRAIL_US_UNIT_CM_PER_S = 7,
} VitrailUsUnit;

/**
 * VitrailUsRegion: arrays hold x, then y.
 * @number: from 1, as in the sequence
 * @format: VitrailUsFormat
 * @data_type: Region Data Type (0018,6014): 1 tissue, 2 colour flow, 3 PW, 4 CW
 * @flags: Region Flags (0018,6016)
 * @box: first column and row, last column and row, which belong to it
 * @units: VitrailUsUnit, or another of C.8.5.5.1.15
 * @delta: of one pixel, in @units; 0 where not said
 * @has_reference: whether there is a reference pixel; in y of a spectrum it is
 *   the baseline
 * @reference: its centre, in pixels of the frame
 * @reference_value: there, in @units
 * @correction_angle_deg: Doppler Correction Angle (0018,6034), or NAN
 * @steering_angle_deg: (0018,6036), or NAN
 * @frequency_khz: Transducer Frequency (0018,6030), or 0
 * @tm_line: where the M-mode line or the Doppler beam lies: from x0, y0 to x1,
 *   y1
 */
typedef struct {
  guint number;
  guint format;
  guint data_type;
  guint flags;
  double box[4];
  guint units[2];
  double delta[2];
  gboolean has_reference[2];
  double reference[2];
  double reference_value[2];
  double correction_angle_deg;
  double steering_angle_deg;
  double frequency_khz;
  gboolean has_tm_line;
  double tm_line[4];
} VitrailUsRegion;

/* (element-type VitrailUsRegion): those of @frame (from 1): of its functional
 * groups where they are there, else of all its frames; empty where there are
 * none. Regions that have no inside are left out. Freed with g_array_unref ().
 */
GArray *vitrail_us_regions_read (const VitrailDataSet *data_set, guint frame);

/* Whether all of @xy (@n points, x and y in turn) lies in it; the edges do. */
gboolean vitrail_us_region_contains (const VitrailUsRegion *self,
                                     const double *xy,
                                     guint n);

/* "2 (PW spectrum)": as a person says it. */
char *vitrail_us_region_dup_name (const VitrailUsRegion *self);

G_END_DECLS
