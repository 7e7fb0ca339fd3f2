/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailVolumePlay: which volumes of several points in time come one after the
 * other, how fast, how often; or what is made of them. */

#pragma once

#include "volume/times.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* VitrailVolumeCombine: VitrailTimesOperation and one, or none. */
typedef enum {
  VITRAIL_COMBINE_NONE,
  VITRAIL_COMBINE_SUM,
  VITRAIL_COMBINE_MEAN,
  VITRAIL_COMBINE_SUBTRACT,
  VITRAIL_COMBINE_MAXIMUM,
} VitrailVolumeCombine;

#define VITRAIL_TYPE_VOLUME_COMBINE (vitrail_volume_combine_get_type ())
GType vitrail_volume_combine_get_type (void);

/* Forever. */
#define VITRAIL_PLAY_FOREVER (-1)

/**
 * VitrailVolumePlay:
 * @time: which one alone, from 1; 0: all of @times
 * @times: (nullable): as vitrail_volume_times_parse () has it; NULL: all
 * @rate: volumes a second; 0: as the data say
 * @speed: of that
 * @loops: how often, or VITRAIL_PLAY_FOREVER
 * @combine: not NONE: one volume is made of @times
 */
typedef struct {
  guint time;
  char *times;
  double rate;
  double speed;
  int loops;
  VitrailVolumeCombine combine;
} VitrailVolumePlay;

#define VITRAIL_VOLUME_PLAY_INIT               \
  {                                            \
    1, NULL, 0.0, 1.0, 1, VITRAIL_COMBINE_NONE \
  }

void vitrail_volume_play_copy (VitrailVolumePlay *self,
                               const VitrailVolumePlay *other);
void vitrail_volume_play_clear (VitrailVolumePlay *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailVolumePlay, vitrail_volume_play_clear)

/* Properties "time", "times", "rate", "speed", "loops" and "combine": their ids
 * are @first and those behind it. */
enum { VITRAIL_VOLUME_PLAY_N_PROPERTIES = 6 };

void vitrail_volume_play_install (GObjectClass *object_class, guint first);
/* FALSE where @id, less the first of ours, is none of them. */
gboolean vitrail_volume_play_set (VitrailVolumePlay *self,
                                  guint id,
                                  const GValue *value);
gboolean vitrail_volume_play_get (const VitrailVolumePlay *self,
                                  guint id,
                                  GValue *value);

/* (element-type guint): from 0; NULL where the plan has not got them. */
GArray *vitrail_volume_play_list (const VitrailVolumePlay *self,
                                  const VitrailVolumePlan *plan,
                                  GError **error);

/* Volumes a second: as it is asked for, else as the data say. */
double vitrail_volume_play_get_rate (const VitrailVolumePlay *self,
                                     const VitrailVolumePlan *plan);

G_END_DECLS
