/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Waveforms of an object (PS3.3 C.10.9): electrocardiograms, haemodynamics,
 * sound, whatever its SOP class. Samples stay as they are stored until they are
 * asked for in their physical unit. */

#pragma once

#include "dicom/dataset.h"

G_BEGIN_DECLS

/**
 * VitrailWaveformCoding: Waveform Sample Interpretation (5400,1006).
 * @VITRAIL_WAVEFORM_MB, @VITRAIL_WAVEFORM_AB: mu-law and A-law of ITU-T G.711:
 *   a sample is worth what 16 bits hold of it
 */
typedef enum {
  VITRAIL_WAVEFORM_SB,
  VITRAIL_WAVEFORM_UB,
  VITRAIL_WAVEFORM_MB,
  VITRAIL_WAVEFORM_AB,
  VITRAIL_WAVEFORM_SS,
  VITRAIL_WAVEFORM_US,
  VITRAIL_WAVEFORM_SL,
  VITRAIL_WAVEFORM_UL,
  VITRAIL_WAVEFORM_SV,
  VITRAIL_WAVEFORM_UV,
} VitrailWaveformCoding;

#define VITRAIL_N_WAVEFORM_CODINGS (VITRAIL_WAVEFORM_UV + 1)

/**
 * VitrailWaveformChannel:
 * @label: Channel Label (003A,0203), else the meaning of its source's code,
 *   else "Channel N"
 * @code: Code Value of Channel Source Sequence (003A,0208), or NULL
 * @unit: UCUM code of Channel Sensitivity Units (003A,0211): "uV", "mm[Hg]";
 *   "" where sensitivity is not said: values then are those stored
 * @gain: value of a unit of stored samples: Channel Sensitivity (003A,0210)
 *   times its correction factor (003A,0212)
 * @baseline: value of stored 0 (003A,0213)
 * @delay_s: of its samples behind the group's, by Channel Time Skew (003A,0214)
 *   or Channel Sample Skew (003A,0215), and Channel Offset (003A,0218)
 * @low_hz, @high_hz: edges of what was let through (003A,0220), (003A,0221);
 *   NAN where they are not said
 * @notch_hz: what was filtered out (003A,0222), or NAN
 */
typedef struct {
  char *label;
  char *code;
  char *unit;
  double gain;
  double baseline;
  double delay_s;
  double low_hz;
  double high_hz;
  double notch_hz;
} VitrailWaveformChannel;

/**
 * VitrailWaveformGroup: channels that were sampled together.
 * @label: Multiplex Group Label (003A,0020), or ""
 * @rate_hz: Sampling Frequency (003A,001A), of each channel
 * @offset_s: of its first sample from Acquisition DateTime (0018,1068)
 * @trigger_s: of its first sample from the trigger (0018,1069), or NAN
 * @n_samples: of each channel, all of which are there
 * @n_channels: at least 1
 * @data: (array length=n_channels * n_samples), channel by channel within a
 *   sample
 */
typedef struct {
  char *label;
  double rate_hz;
  double offset_s;
  double trigger_s;
  guint n_samples;
  guint n_channels;
  VitrailWaveformChannel *channels;
  VitrailWaveformCoding coding;
  gboolean has_padding;
  gboolean is_big_endian;
  guint64 padding; /* its bits as stored */
  GBytes *data;
} VitrailWaveformGroup;

#define VITRAIL_WAVEFORM_ALL G_MAXUINT

/**
 * VitrailWaveformAnnotation: (0040,B020)
 * @number: Annotation Group Number (0040,A180): those of one belong together
 * @name: what is noted: meaning of its concept; or NULL
 * @text: (0070,0006), or the meaning of its code; or NULL
 * @value: (0040,A30A), or NAN
 * @unit: of @value, UCUM; "" where there is none
 * @group: index of the group, or VITRAIL_WAVEFORM_ALL
 * @channel: index of the channel in it, or VITRAIL_WAVEFORM_ALL
 * @type: Temporal Range Type (0040,A130): "POINT", "SEGMENT"; or ""
 * @times_s: (array length=n_times): from the group's first sample
 */
typedef struct {
  guint number;
  char *name;
  char *text;
  double value;
  char *unit;
  guint group;
  guint channel;
  char *type;
  double *times_s;
  guint n_times;
} VitrailWaveformAnnotation;

/**
 * VitrailWaveform:
 * @groups: (element-type VitrailWaveformGroup): at least one
 * @annotations: (element-type VitrailWaveformAnnotation)
 * @warnings: (element-type utf8): what was wrong, and what was made of it
 *
 * Immutable once made.
 */
typedef struct {
  /*< public, read only >*/
  GPtrArray *groups;
  GPtrArray *annotations;
  GPtrArray *warnings;
  /*< private >*/
  gint ref_count;
} VitrailWaveform;

/* Whether there is anything to read. */
gboolean vitrail_waveform_is_there (const VitrailDataSet *data_set);

/**
 * vitrail_waveform_new:
 *
 * A group that cannot be read is left out with a warning.
 *
 * Returns: (transfer full): NULL where none can, with the first one's error,
 *   which names the attribute
 */
VitrailWaveform *
vitrail_waveform_new (VitrailDataSet *data_set, GError **error);
VitrailWaveform *vitrail_waveform_ref (VitrailWaveform *self);
void vitrail_waveform_unref (VitrailWaveform *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailWaveform, vitrail_waveform_unref)

/**
 * vitrail_waveform_group_get_values:
 * @channel: below n_channels
 * @values: (array length=n): in the channel's unit; NAN for padding
 *
 * @first + @n are at most n_samples.
 */
void vitrail_waveform_group_get_values (const VitrailWaveformGroup *self,
                                        guint channel,
                                        guint first,
                                        guint n,
                                        float *values);

/* "SB" ... "UV"; bytes of one sample. */
const char *vitrail_waveform_coding_to_text (VitrailWaveformCoding coding);
guint vitrail_waveform_coding_get_size (VitrailWaveformCoding coding);

G_END_DECLS
