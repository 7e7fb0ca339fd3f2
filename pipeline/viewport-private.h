/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the sources of VitrailViewport share: its fields, and what one does for
 * another. Lives in one main context, without locks. */

#pragma once

#include "bodyhands.h"
#include "cineclock.h"
#include "content.h"
#include "drawing.h"
#include "images.h"
#include "measuring.h"
#include "navigation.h"
#include "slidekept.h"
#include "tools.h"
#include "viewgraph.h"
#include "viewport.h"
#include "viewportbody.h"
#include "viewportplane.h"
#include "viewportwaveform.h"
#include "volumework.h"

G_BEGIN_DECLS

/* Of a waveform. */
typedef struct {
  VitrailWaveform *read;     /* NULL: not read yet, or none is shown */
  GCancellable *cancellable; /* while it is opened, else NULL */
  VitrailEcgLook look;
} VitrailViewportWaveform;

/* Of an angiogram. */
typedef struct {
  gboolean is_asked; /* somebody has said whether; else the data say it */
  gboolean is_on;
  double shift[2];         /* beyond that of the data: down, right */
  VitrailInstance *stored; /* shown last, or NULL */
  VitrailInstance *made;   /* of it, or NULL: it is shown as it is */
} VitrailViewportMask;

struct _VitrailViewport {
  GObject parent_instance;

  VitrailFeed *feed;
  /* NULL when an element is missing, as error says; so are the next two. */
  VitrailViewGraph *graph;
  VitrailShown *shown;
  VitrailNavigation *navigation;
  VitrailInput input;
  guint width;
  guint height;

  VitrailDataSource *source;
  VitrailDisplaySet *display_set;
  GHashTable *positions;     /* SOPInstanceUID -> position of its first frame */
  VitrailImages *images;     /* NULL for a slide and for planes */
  VitrailVolumeWork *volume; /* of planes, else NULL */
  double start_place[3];     /* millimetres: the plane to begin with */
  gboolean has_start_place;
  gulong volume_changed;
  gconstpointer stored; /* the volume that the feed has; not referenced */
  guint stored_generation;
  VitrailViewportWaveform waveform;
  VitrailBodyLook body;
  VitrailBodyHand body_hand;
  VitrailViewportMask mask;
  VitrailViewportPlane plane;
  VitrailFusionLayers *fused;      /* over planes, or NULL */
  VitrailRenderSegments *segments; /* in a body, or NULL */
  char *path;                      /* what is shown lies along it, or NULL */
  double path_up[3];
  VitrailContent *content;
  guint position;

  VitrailView view;
  VitrailPresentation presentation;
  VitrailCineClock *clock; /* while playing */
  double led_rate;         /* images a second that another leads it at, or 0 */
  double speed;
  VitrailCineLoop loop; /* 0 to 0: all */
  gboolean loop_is_set; /* by the data, or by a person */
  char *error;
  char *note; /* or NULL */

  /* Of a slide, see viewportslide.h. */
  char *look;
  guint layers; /* a bit each */
  VitrailSlideWork *work;
  GHashTable *kept; /* see slidekept.h; a session's viewports share one */
  VitrailDraft draft;
  VitrailMeasurements *measurements; /* a session's viewports share them */
  int tissue_step;      /* to be done once tissue has been found; 0: none */
  gboolean unseen_step; /* the same for what has not been seen */
  char *seen;           /* saved, for when the slide is open, or NULL */

  guint number; /* in the names of dumped graphs */
  gboolean dumped;
};

/* Emits "changed". */
void vitrail_viewport_emit_changed (VitrailViewport *self);
/* Emits "told". */
void vitrail_viewport_tell (VitrailViewport *self, const char *message);
/* NULL: none. With an error there is no picture. */
void vitrail_viewport_set_error (VitrailViewport *self, const char *message);

/* Makes what shows the display set; FALSE with @error. */
gboolean vitrail_viewport_start_content (VitrailViewport *self, GError **error);
/* Forgets the display set and all that is of it. */
void vitrail_viewport_stop_content (VitrailViewport *self);
/* At the rate of the data, all positions, forwards. */
void vitrail_viewport_reset_cine (VitrailViewport *self);
/* What the data of a cine that has been opened ask for, unless a person has
 * asked for something else. */
void
vitrail_viewport_read_cine (VitrailViewport *self, VitrailInstance *instance);
/* Counts as playing, at @rate images a second, without a clock of its own:
 * somebody else sets its position. 0: no longer. */
void vitrail_viewport_set_led (VitrailViewport *self, double rate);
gboolean vitrail_viewport_get_led (VitrailViewport *self);
/* Look and layers as they are at first. */
void vitrail_viewport_reset_slide (VitrailViewport *self);
/* A picture is on the screen; it may be the first of the slide. */
void vitrail_viewport_slide_shown (VitrailViewport *self);
/* For what has been done with slides that are shown no more. */
void vitrail_viewport_set_kept (VitrailViewport *self, GHashTable *kept);
/* What has been done with the slide goes into that table too. */
void vitrail_viewport_keep (VitrailViewport *self);
/* Looks for objects that lie on the slide, or for more of them. */
void vitrail_viewport_find_objects (VitrailViewport *self);
/* The slide is no longer to be seen. */
void vitrail_viewport_leave_slide (VitrailViewport *self);
/* For planes and bodies; see viewportvolume.c. Whether there are several points
 * in time. */
gboolean vitrail_viewport_has_times (VitrailViewport *self);
/* FALSE with @error: nothing can be made of @times. */
gboolean vitrail_viewport_combine_times (VitrailViewport *self,
                                         VitrailTimesOperation operation,
                                         const char *times,
                                         GError **error);
void vitrail_viewport_start_planes (VitrailViewport *self);
void vitrail_viewport_stop_planes (VitrailViewport *self);
/* FALSE: nothing is known of the planes yet. */
gboolean vitrail_viewport_get_way (VitrailViewport *self, VitrailMprWay *way);
void vitrail_viewport_go_to_plane (VitrailViewport *self, guint position);
/* The plane that goes through @place, in millimetres; at once, or with the
 * first one. */
void
vitrail_viewport_go_to_place (VitrailViewport *self, const double place[3]);
/* Emits "crosshairs": @pixel of the viewport. */
void vitrail_viewport_move_crosshairs (VitrailViewport *self,
                                       VitrailHandPhase phase,
                                       const double pixel[2]);
/* The number of the plane that is on the screen; 0: there is none. */
guint vitrail_viewport_find_plane (VitrailViewport *self,
                                   const VitrailShownState *state);
/* Of what is along a path. */
void vitrail_viewport_start_path (VitrailViewport *self);
gboolean vitrail_viewport_is_path (VitrailViewport *self);
void vitrail_viewport_go_to_turn (VitrailViewport *self, guint position);
/* Its volume has changed. TRUE: there is something to be shown. */
gboolean vitrail_viewport_update_path (VitrailViewport *self);
/* The picture and what was known of it. */
void vitrail_viewport_forget_picture (VitrailViewport *self);
/* Tells the graph how the body is looked at; nothing where there is none. */
void vitrail_viewport_place_body (VitrailViewport *self);
/* What is shown of @instance: itself, or it without its masks. Borrowed. */
VitrailInstance *
vitrail_viewport_subtract (VitrailViewport *self, VitrailInstance *instance);
void vitrail_viewport_stop_mask (VitrailViewport *self);
/* For waveforms; see viewportwaveform.c. */
void vitrail_viewport_start_waveform (VitrailViewport *self);
void vitrail_viewport_stop_waveform (VitrailViewport *self);
void vitrail_viewport_go_to_page (VitrailViewport *self, guint position);
/* Whether there is more than one thing to be seen in it that has a number. */
gboolean vitrail_viewport_has_positions (VitrailViewport *self);
/* The same without the clock's knowing of it. */
void vitrail_viewport_go_to_step (VitrailViewport *self, guint step);
/* Asks for the image at @position, which is in range. */
void vitrail_viewport_go_to (VitrailViewport *self, guint position);

G_END_DECLS
