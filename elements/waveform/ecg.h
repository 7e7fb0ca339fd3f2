/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A waveform as an ECG is printed: millimetre grid, leads in a layout, true
 * speed and gain. All lengths are millimetres; draw it on a PDF for paper or
 * scaled for a screen. */

#pragma once

#include "waveform/wavefilter.h"
#include "waveform/waveform.h"

G_BEGIN_DECLS

/* cairo's, which only those that call vitrail_ecg_draw () need. */
/* NOLINTNEXTLINE(readability-identifier-naming): the name is cairo's. */
typedef struct _cairo cairo_t;

/* A4, landscape. */
#define VITRAIL_ECG_WIDTH  297.0
#define VITRAIL_ECG_HEIGHT 210.0

/**
 * VitrailEcgLayout:
 * @VITRAIL_ECG_3X4_1: lead II as a rhythm strip below
 */
typedef enum {
  VITRAIL_ECG_3X4,
  VITRAIL_ECG_3X4_1,
  VITRAIL_ECG_6X2,
  VITRAIL_ECG_12X1,
} VitrailEcgLayout;

/**
 * VitrailEcgCaliper: two places on a trace, by what they stand for, so that it
 * stays there whatever the page shows.
 * @channel: from 1; 0: there is no caliper
 * @from_s, @to_s: into the group
 * @from_mv, @to_mv: the same where the channel is no voltage
 */
typedef struct {
  guint channel;
  double from_s;
  double to_s;
  double from_mv;
  double to_mv;
} VitrailEcgCaliper;

/**
 * VitrailEcgLook:
 * @group: of the waveform, from 0
 * @start: seconds into the group at the left edge
 * @speed: mm a second
 * @gain: mm a millivolt
 * @title: (nullable): above the traces
 * @measured: (nullable): what the samples of @group say, below the title
 * @filter: of all traces
 */
typedef struct {
  VitrailEcgLayout layout;
  guint group;
  double start;
  double speed;
  double gain;
  const char *title;
  const char *measured;
  VitrailWaveFilter filter;
  VitrailEcgCaliper caliper;
} VitrailEcgLook;

/* 25 mm/s, 10 mm/mV, as is common. */
/* clang-format off */
#define VITRAIL_ECG_LOOK_INIT                                           \
  {                                                                     \
    VITRAIL_ECG_3X4_1, 0, 0.0, 25.0, 10.0, NULL, NULL, { 0, 0, 0 },     \
    { 0, 0, 0, 0, 0 }                                                   \
  }
/* clang-format on */

/* "3x4", "3x4+1", "6x2", "12x1". FALSE for any other. */
gboolean vitrail_ecg_layout_parse (const char *text, VitrailEcgLayout *layout);
/* Whether speed and gain are within 0.1 and 1000, and the filter is valid. */
gboolean vitrail_ecg_look_is_valid (const VitrailEcgLook *self);

/* "Measured: 61 /min, RR 979 ms, PR 158 ms, ..." for VitrailEcgLook; NULL for
 * what is no ECG. Looks at all samples: keep it. */
char *vitrail_ecg_dup_measured (const VitrailWaveform *waveform, guint group);

/* Draws one page. Groups without the twelve leads are drawn one channel below
 * the other, whatever the layout. FALSE where there is no such group or no
 * memory. */
gboolean vitrail_ecg_draw (cairo_t *cr,
                           const VitrailWaveform *waveform,
                           const VitrailEcgLook *look);

/* The same in tenths: what VitrailView calls the image. */
#define VITRAIL_ECG_PAGE_WIDTH  2970
#define VITRAIL_ECG_PAGE_HEIGHT 2100

/* The pixels of vitrail_ecg_paint (), as GStreamer calls them: all opaque. */
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
#  define VITRAIL_ECG_PIXELS "BGRx"
#  define VITRAIL_ECG_OPAQUE "BGRA"
#else
#  define VITRAIL_ECG_PIXELS "xRGB"
#  define VITRAIL_ECG_OPAQUE "ARGB"
#endif

/**
 * VitrailEcgPicture:
 * @stride: bytes a row, a multiple of four
 * @to_page: (nullable): the affine of framemeta.h from pixels to tenths of a
 *   millimetre, black around the page; NULL: as large as it fits, in the middle
 *   of white
 */
typedef struct {
  guint width;
  guint height;
  gsize stride;
  uint8_t *pixels;
  const double *to_page;
} VitrailEcgPicture;

/* Draws one page on @picture. */
gboolean vitrail_ecg_paint (const VitrailWaveform *waveform,
                            const VitrailEcgLook *look,
                            const VitrailEcgPicture *picture);

/* The caliper from one place of the page to another, x and y in mm: on the
 * trace that it begins on, no further than that goes. FALSE: there is none. */
gboolean vitrail_ecg_find_caliper (const VitrailWaveform *waveform,
                                   const VitrailEcgLook *look,
                                   const double from[2],
                                   const double to[2],
                                   VitrailEcgCaliper *caliper);
/* "812 ms   74 /min   +1.20 mV": a rate from 200 ms on, mV where it is not 0.
 */
char *vitrail_ecg_caliper_to_text (const VitrailEcgCaliper *self);

/* Seconds: of a group (0 where there is none), and of a page. */
double vitrail_ecg_get_length (const VitrailWaveform *waveform, guint group);
double vitrail_ecg_get_page (const VitrailEcgLook *look);

/* "I", "aVR", "V1", ... by its source (SCPECG or MDC) or label; NULL for any
 * other channel. */
const char *vitrail_ecg_get_lead (const VitrailWaveformChannel *channel);

G_END_DECLS
