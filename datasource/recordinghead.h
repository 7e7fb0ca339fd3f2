/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The attributes of a recorded video: all but its pixel data. */

#pragma once

#include "dicom/dataset.h"

G_BEGIN_DECLS

/**
 * VitrailRecordingKind:
 * @VITRAIL_RECORDING_ENDOSCOPIC: Video Endoscopic Image, ES
 * @VITRAIL_RECORDING_MICROSCOPIC: Video Microscopic Image, GM
 * @VITRAIL_RECORDING_PHOTOGRAPHIC: Video Photographic Image, XC
 * @VITRAIL_RECORDING_ULTRASOUND: Ultrasound Multi-frame Image, US
 * @VITRAIL_RECORDING_SECONDARY: Multi-frame True Color (or Grayscale Byte)
 *   Secondary Capture Image, OT
 */
typedef enum {
  VITRAIL_RECORDING_ENDOSCOPIC,
  VITRAIL_RECORDING_MICROSCOPIC,
  VITRAIL_RECORDING_PHOTOGRAPHIC,
  VITRAIL_RECORDING_ULTRASOUND,
  VITRAIL_RECORDING_SECONDARY,
} VitrailRecordingKind;

/**
 * VitrailRecordingPlace:
 * @plane: where a picture lies in the patient, as in VitrailFrameInfo; only
 *   with @has_plane
 * @slope, @intercept: value = sample * slope + intercept
 * @units: of the values, as Rescale Type; "" unknown
 * @window: center and width in values; only with @has_window
 */
typedef struct {
  gboolean has_plane;
  double plane[12];
  double slope;
  double intercept;
  const char *units;
  gboolean has_window;
  double window[2];
} VitrailRecordingPlace;

/**
 * VitrailRecordingFormat:
 * @is_still: one picture, of the single-frame class
 * @photometric, @lossy_method: as DICOM says; @lossy_method NULL: not lossy
 * @rate: frames a second; 0: not known before the end
 * @pixel_width, @pixel_height: the shape of a pixel
 * @series_uid, @number: of the object; NULL: a series of its own
 * @made_from: (element-type VitrailDataSet): images that it is derived from; or
 *   NULL: it is an original
 * @derivation: how, in words, or NULL
 * @place: of a still, or NULL
 */
typedef struct {
  VitrailRecordingKind kind;
  gboolean is_still;
  guint columns;
  guint rows;
  guint samples;
  guint bits;
  const char *photometric;
  const char *lossy_method;
  double rate;
  guint pixel_width;
  guint pixel_height;
  const char *series_uid;
  guint number;
  const GPtrArray *made_from;
  const char *derivation;
  const VitrailRecordingPlace *place;
} VitrailRecordingFormat;

/* The head of a new object. @source says who is recorded: an item of a work
 * list, or an object of the patient's (whose study goes on); NULL: the patient
 * of the images that it is made from, else nobody is named. @more replaces what
 * is there, and may be NULL. Number of Frames and what else is known at the end
 * only have room left. */
VitrailDataSet *
vitrail_recording_head_new (const VitrailRecordingFormat *format,
                            VitrailDataSet *source,
                            VitrailDataSet *more);

/* Opens @path for @source: a Part 10 file (an object, an item of a work list),
 * or DICOM JSON. */
VitrailDataSet *
vitrail_recording_open_source (const char *path, GError **error);

/* @head as it is when all frames are there: as long as before when written. */
VitrailDataSet *vitrail_recording_head_end (VitrailDataSet *head,
                                            guint n_frames,
                                            double seconds,
                                            guint64 n_bytes);

G_END_DECLS
