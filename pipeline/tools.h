/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the hands do to a viewport: the table of tools, and the input that
 * drives them. To add a tool: one row in tools.c and its test. */

#pragma once

#include "viewport.h"
#include "viewportbody.h"

G_BEGIN_DECLS

typedef struct _VitrailTool VitrailTool;

/* NULL-terminated names, in the order of a tool bar. */
const char *const *vitrail_tool_list (void);
const VitrailTool *vitrail_tool_find (const char *name);
const char *vitrail_tool_get_name (const VitrailTool *self);

/**
 * VitrailInput: a viewport's hands: which button went down where, and what was
 * so then. A value, zeroed at first.
 */
typedef struct {
  const VitrailTool *active; /* what the left button does */
  const VitrailTool *used;   /* of the drag under way, or NULL */
  int button;
  double start_x;
  double start_y;
  VitrailView view;
  VitrailPresentation presentation;
  guint position;
  VitrailBodyLook body;
  gboolean drawing; /* the drag under way draws on a slide */
  gboolean cutting; /* it cuts a body */
  double scrolled;  /* wheel clicks not yet used */
} VitrailInput;

/* @event: a GstNavigation event in viewport pixels. */
void vitrail_input_handle (VitrailInput *self,
                           VitrailViewport *viewport,
                           GstEvent *event);

/* Multiplies the zoom; the image point at viewport pixel (x, y) stays there. */
void vitrail_viewport_zoom_at (VitrailViewport *viewport,
                               double factor,
                               double x,
                               double y);
/* Moves the picture by parts of the viewport's width and height. */
void
vitrail_viewport_pan_by (VitrailViewport *viewport, double right, double down);
/* The window that is applied now, or would be by the data; FALSE for colour. */
gboolean vitrail_viewport_find_window (VitrailViewport *viewport,
                                       VitrailPresentation *presentation);

G_END_DECLS
