/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailFrameInfo: all that is needed to show and measure one frame, read once
 * from its data set (functional groups included) and shared by every copy of
 * its samples. Immutable. */

#pragma once

#include "frame.h"
#include "shutter.h"

G_BEGIN_DECLS

/* VitrailVoiFunction: VOI LUT Function (PS3.3 C.11.2.1.2, C.11.2.1.3). */
typedef enum {
  VITRAIL_VOI_LINEAR,
  VITRAIL_VOI_LINEAR_EXACT,
  VITRAIL_VOI_SIGMOID,
} VitrailVoiFunction;

typedef struct {
  double center;
  double width;
  char *explanation; /* or NULL */
} VitrailWindow;

/**
 * VitrailPalette:
 * @first: first input value mapped; lower ones map to the first entry, those
 *   beyond the last entry to that
 *
 * Palette Color LUT (PS3.3 C.7.6.3.1.5). Entries are 0..65535 from black to
 * full; those of 8 bit were spread over that (v * 257).
 */
typedef struct {
  int first;
  guint n_entries;
  const uint16_t *rgb; /* 3 * n_entries */
} VitrailPalette;

/**
 * VitrailLut:
 * @first: first input value mapped; lower ones map to the first entry, those
 *   beyond the last entry to that
 * @bits: of the entries: the output range is 0..2^bits - 1
 * @explanation: for a person, or NULL
 *
 * Modality, VOI or Presentation LUT (PS3.3 C.11.1.1, C.11.2.1.1, C.11.6.1.1).
 */
typedef struct {
  int first;
  guint bits;
  guint n_entries;
  const uint16_t *values;
  char *explanation;
} VitrailLut;

/**
 * VitrailSpacingKind:
 * @VITRAIL_SPACING_PATIENT: in the patient, or on the slide
 * @VITRAIL_SPACING_DETECTOR: at the detector's plane, magnified against the
 *   patient (PS3.3 10.7.1.3)
 * @VITRAIL_SPACING_SCANNED: on the film or paper that was scanned
 * @VITRAIL_SPACING_REGION: calibrated by an ultrasound region
 *
 * Where the millimetres of a spacing are measured.
 */
typedef enum {
  VITRAIL_SPACING_PATIENT,
  VITRAIL_SPACING_DETECTOR,
  VITRAIL_SPACING_SCANNED,
  VITRAIL_SPACING_REGION,
} VitrailSpacingKind;

/**
 * VitrailFrameTime:
 * @number: which point in time, from 1; 0: what was made of several
 * @n: how many points in time there are, or what was made is made of; 0: it is
 *   of no volume over time
 * @name, @unit: of what they differ in: "trigger time", "ms"; static
 * @value: of that, with @number
 * @combined: what was made of them: "mean"; static, NULL: nothing
 *
 * When a picture of a volume that changes with time is of.
 */
typedef struct {
  guint number;
  guint n;
  const char *name;
  const char *unit;
  double value;
  const char *combined;
} VitrailFrameTime;

typedef struct _VitrailFrameInfo VitrailFrameInfo;

/**
 * VitrailFrameInfo:
 * @format: of the decoded, normalized frame
 * @frame, @n_frames: from 1
 * @sample_offset: what normalizing added to each sample (2^(bits-1) when
 *   signed, else 0): stored = sample - sample_offset
 * @slope, @intercept: modality LUT: value = stored * slope + intercept
 * @windows: the VOI windows offered, the default first; @voi_function for all
 * @padding_low, @padding_high: stored values that are padding
 * @plane: maps (column, row) of pixel centres, from 0, to patient millimetres:
 *   x = plane[0] * c + plane[1] * r + plane[2] * 0 + plane[3], y from 4, z from
 *   8 (rows of a 3 x 4 matrix). For slides: slide millimetres.
 * @orientation: where rows and columns go in the patient, each a unit vector:
 *   Image Orientation (Patient), else what Patient Orientation says in letters;
 *   @has_orientation FALSE: not known, or not in a patient
 * @spacing: millimetres between pixel centres, rows then columns (as Pixel
 *   Spacing); @has_spacing FALSE: measure in pixels
 * @spacing_kind: only with @has_spacing
 * @pixel_aspect: Pixel Aspect Ratio, height over width of one pixel; 0 where
 *   not said; counts only without @has_spacing
 * @modality_lut: replaces @slope and @intercept, which are then 1 and 0; or
 *   NULL
 * @voi_luts: from values to grey levels; go before @windows
 * @presentation_lut: from what VOI gives, spread over its entries, to P-values;
 *   or NULL
 * @frame_time_ms: of this frame, 0 when not a cine
 * @time: of a picture of a volume over time
 * @overlays: the separate planes of groups 60xx over this frame; those embedded
 *   in its samples come with them (VitrailFrame); or NULL
 * @shutter: what of the frame is not to be seen, or NULL
 * @icc_profile, @color_space: of colour pictures and palettes: ICC Profile,
 *   which prevails, and Color Space (PS3.3 C.11.15); or NULL
 * @lossy: Lossy Image Compression is 01, or the transfer syntax is lossy
 * @inverted: MONOCHROME1, or Presentation LUT Shape INVERSE; never with
 *   @presentation_lut, which says by itself what is bright
 */
struct _VitrailFrameInfo {
  /*< public, read only >*/
  VitrailDataSet *data_set;
  char *sop_instance_uid;
  char *series_instance_uid;
  char *study_instance_uid;
  char *transfer_syntax;
  guint frame;
  guint n_frames;
  VitrailPixelFormat format;
  double sample_offset;
  double slope;
  double intercept;
  char *units; /* "HU", "" when unknown */
  guint n_windows;
  VitrailWindow *windows;
  VitrailVoiFunction voi_function;
  gboolean has_padding;
  double padding_low;
  double padding_high;
  VitrailPalette *palette; /* or NULL */
  VitrailLut *modality_lut;
  guint n_voi_luts;
  VitrailLut **voi_luts;
  VitrailLut *presentation_lut;
  gboolean has_plane;
  double plane[12];
  gboolean has_orientation;
  double orientation[6];
  gboolean has_spacing;
  double spacing[2];
  VitrailSpacingKind spacing_kind;
  double pixel_aspect;
  double frame_time_ms;
  VitrailFrameTime time;
  VitrailOverlays *overlays;
  VitrailShutter *shutter;
  GBytes *icc_profile;
  char *color_space;
  gboolean lossy;
  gboolean inverted;
  /* Corners as a person reads them, UTF-8, never NULL. */
  char *patient_name;
  char *patient_id;
  char *study_description;
  char *series_description;
  char *series_number;
  char *instance_number;
  char *modality;
  char *study_date; /* as in the file: YYYYMMDD */
  char *patient_birth_date;
  /*< private >*/
  gint ref_count;
  VitrailFrameInfo *base; /* owns all that is pointed to; or NULL: this does */
};

#define VITRAIL_TYPE_FRAME_INFO (vitrail_frame_info_get_type ())
GType vitrail_frame_info_get_type (void);
VitrailFrameInfo *vitrail_frame_info_new (VitrailDataSet *data_set,
                                          const char *transfer_syntax,
                                          guint frame,
                                          const char *name,
                                          GError **error);
VitrailFrameInfo *vitrail_frame_info_ref (VitrailFrameInfo *self);
#ifndef __GI_SCANNER__ /* for C only */
/* What a page says of itself that is drawn for an object without pixels, such
 * as a waveform: RGB of @width x @height, frame 0, as it is none of the object.
 */
VitrailFrameInfo *vitrail_frame_info_new_page (VitrailDataSet *data_set,
                                               guint width,
                                               guint height);
/* Whether no stream of it can be without loss. */
gboolean vitrail_transfer_syntax_is_lossy (const char *transfer_syntax);
/* Where a code stream contradicts its header (codec/stream.h) @frame, which is
 * normalized, is not what the header says. @adapted: what describes it; borrows
 * all from @self. Places and lengths are unknown in a picture of another size.
 * FALSE where nothing differs. */
gboolean vitrail_frame_info_adapt (const VitrailFrameInfo *self,
                                   const VitrailFrame *frame,
                                   VitrailFrameInfo *adapted);
/* The same as an object of its own; @self where nothing differs. */
VitrailFrameInfo *
vitrail_frame_info_ref_for (VitrailFrameInfo *self, const VitrailFrame *frame);

/**
 * VitrailSampleScale:
 * @is_float: samples are values, as after the modality LUT; else 16-bit
 * integers
 * @sample_offset: as in VitrailFrameInfo; 0 with @is_float
 * @width, @height: of the picture
 *
 * Samples that were made of a frame's.
 */
typedef struct {
  gboolean is_float;
  double sample_offset;
  guint width;
  guint height;
} VitrailSampleScale;

/* The same frame with its samples stored in another way: a slice of a volume.
 * Plane and spacing are as they were. */
VitrailFrameInfo *vitrail_frame_info_ref_as (VitrailFrameInfo *self,
                                             const VitrailSampleScale *as);
/* The same frame, as one of a volume at @time. */
VitrailFrameInfo *vitrail_frame_info_ref_at (VitrailFrameInfo *self,
                                             const VitrailFrameTime *time);
/* A picture that was made of several frames, of which @self is one: pixels of
 * @spacing millimetres where @plane says; NULL: they lie in no one plane. It is
 * no frame of any instance, and has no number. */
VitrailFrameInfo *vitrail_frame_info_ref_made (VitrailFrameInfo *self,
                                               const VitrailSampleScale *as,
                                               const double plane[12],
                                               double spacing);
#endif
void vitrail_frame_info_unref (VitrailFrameInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailFrameInfo, vitrail_frame_info_unref)

/* How many presentations of its values the data offer: VOI LUTs, then windows;
 * what VitrailPresentation.voi chooses from. */
guint vitrail_frame_info_get_n_voi (const VitrailFrameInfo *self);

/* What a person chooses number @voi by: its explanation, else "C 40 W 400" or
 * "VOI LUT 2"; NULL beyond the last. */
char *vitrail_frame_info_dup_voi_name (const VitrailFrameInfo *self, guint voi);

/* Milliseconds that each frame of @data_set stands: Recommended Display Frame
 * Rate, Cine Rate, Frame Time, Frame Time Vector in that order (PS3.3 C.7.6.5);
 * 0 when it is not a cine. */
double vitrail_frame_time_ms (const VitrailDataSet *data_set, guint frame);
/* The same of frames 1 to @n_frames, in one go: a vector may have a time for
 * each of millions. Freed with g_free (). */
double *vitrail_frame_times_ms (const VitrailDataSet *data_set, guint n_frames);
/* Milliseconds from each frame to the next as they were taken, however fast
 * they are to be played: Frame Time, Frame Time Vector, else the above. Freed
 * with g_free (). */
double *
vitrail_frame_taken_times_ms (const VitrailDataSet *data_set, guint n_frames);

/**
 * vitrail_orientation_parse: (skip)
 *
 * The other way round, of @length bytes: FALSE for what is no direction, or
 * letters that are not of a person's (PS3.3 C.7.6.1.1.1).
 */
gboolean
vitrail_orientation_parse (const char *text, gsize length, double direction[3]);

/**
 * vitrail_orientation_letters: (skip)
 *
 * Orientation letters (PS3.3 C.7.6.1.1.1) for the direction (dx, dy, dz) in
 * patient space: "A", "LA", "HLA", up to three letters, into @text.
 */
void vitrail_orientation_letters (const double direction[3], char text[4]);

G_END_DECLS
