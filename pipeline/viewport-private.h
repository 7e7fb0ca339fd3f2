/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the sources of VitrailViewport share: its fields, and what one does for
 * another. Lives in one main context, without locks. */

#pragma once

#include "cineclock.h"
#include "content.h"
#include "drawing.h"
#include "images.h"
#include "navigation.h"
#include "slidekept.h"
#include "tools.h"
#include "viewgraph.h"
#include "viewport.h"

G_BEGIN_DECLS

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
  GHashTable *positions; /* SOPInstanceUID -> position of its first frame */
  VitrailImages *images; /* NULL for a slide */
  VitrailContent *content;
  guint position;

  VitrailView view;
  VitrailPresentation presentation;
  VitrailCineClock *clock; /* while playing */
  double speed;
  char *error;

  /* Of a slide, see viewportslide.h. */
  char *look;
  guint layers; /* a bit each */
  VitrailSlideWork *work;
  GHashTable *kept; /* see slidekept.h; a session's viewports share one */
  VitrailDraft draft;
  int tissue_step;      /* to be done once tissue has been found; 0: none */
  gboolean unseen_step; /* the same for what has not been seen */
  char *seen;           /* saved, for when the slide is open, or NULL */

  guint number; /* in the names of dumped graphs */
  gboolean dumped;
};

/* Emits "changed". */
void vitrail_viewport_emit_changed (VitrailViewport *self);
/* NULL: none. With an error there is no picture. */
void vitrail_viewport_set_error (VitrailViewport *self, const char *message);

/* Makes what shows the display set; FALSE with @error. */
gboolean vitrail_viewport_start_content (VitrailViewport *self, GError **error);
/* Forgets the display set and all that is of it. */
void vitrail_viewport_stop_content (VitrailViewport *self);
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
/* Asks for the image at @position, which is in range. */
void vitrail_viewport_go_to (VitrailViewport *self, guint position);

G_END_DECLS
