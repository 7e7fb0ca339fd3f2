/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the sources of VitrailSession share: its fields, and what one does for
 * another. Lives in one main context, without locks. */

#pragma once

#include "biplane.h"
#include "bodysegments.h"
#include "cinesync.h"
#include "fusing.h"
#include "fusinghand.h"
#include "layoutbefore.h"
#include "measurement/measurements.h"
#include "planehands.h"
#include "planepath.h"
#include "session.h"
#include "slidesync.h"
#include "stresslayout.h"
#include "timeregions.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

struct _VitrailSession {
  GObject parent_instance;

  char *location; /* or NULL */
  VitrailDataSource *source;
  GCancellable *cancellable; /* of all that is asked of the source */
  guint reading_timer;
  gboolean listing; /* studies are being asked for */
  guint busy;
  char *error;
  char *refusal; /* why the last command was not done, or NULL */

  GPtrArray *studies;
  char *study_uid;
  GCancellable *study_cancellable;
  GPtrArray *display_sets;
  /* What is still to be shown once it has been read, or NULL. */
  JsonObject *restoring;

  VitrailMeasurements *measurements; /* of the open study */
  GPtrArray *viewports;
  GHashTable *kept; /* of slides that none of them shows, see slidework.h */
  guint rows;
  guint columns;
  guint active;
  gboolean one_up;
  char *tool;
  VitrailSlideSync *sync;      /* NULL: each viewport for itself */
  VitrailCineSync *cine_sync;  /* the same */
  VitrailStressLayout *stress; /* or NULL */
  VitrailBiplane *biplane;     /* or NULL */
  gboolean shows_clip_strip;

  VitrailFusing *fusing;         /* what lies over planes, or NULL */
  VitrailBodySegments *segments; /* in bodies, or NULL */
  VitrailFusingHand *layer_hand; /* while it moves a layer, or NULL */
  VitrailPlaneHand *hand;        /* while it moves planes, or NULL */
  VitrailTimeRegions *regions;   /* in a volume over time, or NULL */
  VitrailPlanePath *path;        /* drawn in planes, or NULL */
  gboolean reference_lines;      /* of the active viewport in the others */

  /* What was shown before planes, see volumecommands.c. */
  VitrailLayoutBefore *before_planes;
};

typedef enum {
  VITRAIL_SESSION_SIGNAL_STUDIES,
  VITRAIL_SESSION_SIGNAL_DISPLAY_SETS,
  VITRAIL_SESSION_SIGNAL_LAYOUT,
  VITRAIL_SESSION_SIGNAL_CHANGED,
  VITRAIL_SESSION_SIGNAL_TOLD,
  VITRAIL_SESSION_N_SIGNALS,
} VitrailSessionSignal;

void vitrail_session_emit (VitrailSession *self, VitrailSessionSignal signal);
/* One thing more (1) or less (-1) is being waited for. */
void vitrail_session_add_busy (VitrailSession *self, int change);
/* Emits "told": what somebody has to know, for a person. */
void vitrail_session_tell (VitrailSession *self, const char *message);
/* For commands: why it is not done. Returns FALSE. */
gboolean vitrail_session_refuse (VitrailSession *self, const char *reason);
/* NULL: none. A cancelled answer is no error. */
void vitrail_session_set_error (VitrailSession *self, const GError *error);

/* Forgets the open study: the viewports show nothing. */
void vitrail_session_clear_study (VitrailSession *self);
/* Forgets the source and all that is of it. */
void vitrail_session_clear_source (VitrailSession *self);
void vitrail_session_add_viewport (VitrailSession *self);

G_END_DECLS
