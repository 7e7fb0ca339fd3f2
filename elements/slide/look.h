/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideLook: how a slide is shown, apart from where one looks: which
 * focal plane, colours managed or raw, which channels in which colours, which
 * stains. A slide with a look is again a slide, so whatever draws, serves
 * or keeps tiles needs to know nothing of looks. */

#pragma once

#include "slide/slide.h"
#include "slide/stainmix.h"

G_BEGIN_DECLS

/**
 * VitrailChannelLook:
 * @visible: whether the channel takes part
 * @rgb: its colour at full intensity
 * @low, @high: the window: samples at or below @low are dark, from @high on
 *   they have the full colour. Both 0: found from the data, see
 *   vitrail_slide_look_find_windows ()
 * @gamma: of the intensity between them: intensity^(1 / gamma); 1: linear
 * @opacity: 0 to 1: by how much it is added
 */
typedef struct {
  gboolean visible;
  uint8_t rgb[3];
  double low;
  double high;
  double gamma;
  double opacity;
} VitrailChannelLook;

/**
 * VitrailSlideLook:
 * @color_managed: colours are transformed from the slide's ICC profile to sRGB
 * @focal_plane: of vitrail_slide_get_n_focal_planes ()
 * @stain: this stain alone, of a path in true colours; its colours are the
 *   slide's, so @color_managed holds for them too
 * @has_stains: of a path in true colours, @stains count instead of @stain
 * @stains: by VitrailStain: stains as channels, and the slide as it is
 * @n_channels: 0: channels as their paths suggest, all visible, windows from
 *   the data
 * @channels: one a path; added up, clamped to white
 */
#define VITRAIL_TYPE_SLIDE_LOOK (vitrail_slide_look_get_type ())

typedef struct {
  gboolean color_managed;
  guint focal_plane;
  VitrailStain stain;
  gboolean has_stains;
  VitrailStainLook stains[VITRAIL_N_STAINS];
  guint n_channels;
  VitrailChannelLook channels[VITRAIL_SLIDE_MAX_PATHS];
} VitrailSlideLook;

GType vitrail_slide_look_get_type (void) G_GNUC_CONST;
/* What a slide is shown with when nobody said anything: colours managed, the
 * focal plane nearest to 0, all channels. */
VitrailSlideLook *vitrail_slide_look_new (VitrailSlide *slide);
VitrailSlideLook *vitrail_slide_look_copy (const VitrailSlideLook *self);
void vitrail_slide_look_free (VitrailSlideLook *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailSlideLook, vitrail_slide_look_free)

/* For who shows the channels one by one: all of @slide's paths, visible, in the
 * colours that they suggest, without windows. */
void vitrail_slide_look_set_default_channels (VitrailSlideLook *self,
                                              VitrailSlide *slide);

/* For who shows stains one by one: as @stain says so far. */
void vitrail_slide_look_set_default_stains (VitrailSlideLook *self);

/* Sets the windows of visible channels that have none (low and high 0) from the
 * data, so that a dark slide of 12 bits is not black: low is the 1st, high the
 * 99.8th percentile of the samples of the coarsest level that has two of them
 * that differ (of more than 64 tiles there: of 64, evenly spread). The full
 * range stands for a path where no level has, and for the only path of a slide
 * where that is white with 8 bits: a grey picture. Kept for each path and plane
 * as long as @slide lives. */
void
vitrail_slide_look_find_windows (VitrailSlideLook *self, VitrailSlide *slide);

/* Parts of the range of a channel's samples that are counted. */
#define VITRAIL_CHANNEL_BINS 64

/* How many of the samples of path @path and plane @plane that windows are found
 * from lie in each 64th of its range; zeroes where none can be read. May take
 * long. */
void vitrail_slide_count_channel (VitrailSlide *slide,
                                  guint path,
                                  guint plane,
                                  guint64 counts[VITRAIL_CHANNEL_BINS]);

/* One text for gst-launch, URLs and saved sessions, its parts separated by
 * semicolons, each of them may be left out:
 *   icc=0|1;z=PLANE;stain=none|hematoxylin|eosin|dab;
 *   stains=NAME[:RRGGBB][:WEIGHT],...;
 *   channels=PATH:RRGGBB[:LOW-HIGH[:GAMMA[:OPACITY]]],...
 * The names of stains are those of stain, and original, without a colour, for
 * the slide as it is. Channels and stains that are not named are hidden; so are
 * those with a - before them, whose numbers are kept for when they are shown.
 * Always a dot as decimal mark. */
char *vitrail_slide_look_to_string (const VitrailSlideLook *self);
/* @slide: whose defaults stand for the parts that are left out, and whose
 * paths and planes bound the numbers. VITRAIL_ERROR_FORMAT names the part. */
VitrailSlideLook *vitrail_slide_look_from_string (VitrailSlide *slide,
                                                  const char *text,
                                                  GError **error);

/* @slide as @look shows it: the slide itself (a new reference) where @look
 * changes no pixel, so that its stored tiles are handed out as they are; else a
 * slide whose tiles are computed. The same look on the same slide is the same
 * object as long as anyone holds it, so that kept tiles are found again. */
VitrailSlide *
vitrail_slide_ref_with_look (VitrailSlide *slide, const VitrailSlideLook *look);

G_END_DECLS
