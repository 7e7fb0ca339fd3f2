/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailViewGraph: the pipeline that says how a viewport shows what its feed
 * holds: feedsrc ! renderer ! size ! tail. Always PLAYING; renderer and tail
 * are exchanged between two buffers. No call waits for the streaming thread. */

#pragma once

#include "annotation/annotations.h"
#include "annotation/slideobjects.h"
#include "content.h"
#include "measurement/measurements.h"
#include "pixel/view.h"
#include "viewportbody.h"
#include "volume/fusion.h"
#include "waveform/ecg.h"

G_BEGIN_DECLS

typedef struct _VitrailViewGraph VitrailViewGraph;

/* @tail as in vitrail_viewport_new (). NULL when an element is missing. */
VitrailViewGraph *
vitrail_view_graph_new (VitrailFeed *feed, GstElement *tail, GError **error);
/* @failed is called when something could not be drawn, in the thread-default
 * main context; it must clear the feed. The graph then goes on. */
void vitrail_view_graph_watch (VitrailViewGraph *self,
                               VitrailContentFailed failed,
                               gpointer user_data);
void vitrail_view_graph_free (VitrailViewGraph *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailViewGraph, vitrail_view_graph_free)

/* viewtransform ! dcmwindow ! ecgoverlay ! annotationoverlay for stacks and
 * cines; mprtransform ! viewtransform ! dcmwindow ! fusionoverlay !
 * annotationoverlay for planes, wsitiler ! slideoverlay for slides, ecgrender
 * for waveforms, volumerender for bodies. */
gboolean vitrail_view_graph_set_kind (VitrailViewGraph *self,
                                      VitrailDisplaySetKind kind,
                                      GError **error);
/* Of planes: which, and what of them is seen. */
void
vitrail_view_graph_set_plane (VitrailViewGraph *self, const VitrailMpr *plane);
/* What is along @path instead, turned and as thick as @plane says; NULL: the
 * plane. @up as in VitrailCurveWish. */
void vitrail_view_graph_set_path (VitrailViewGraph *self,
                                  const char *path,
                                  const double up[3]);
/* Over planes; NULL: none. */
void vitrail_view_graph_set_layers (VitrailViewGraph *self,
                                    const VitrailFusionLayers *layers);
/* In a body; NULL: none. */
void vitrail_view_graph_set_segments (VitrailViewGraph *self,
                                      const VitrailRenderSegments *segments);
/* Of bodies: @look, and how the picture lies in it: @zoom and @roll as in
 * VitrailCamera, @pan in millimetres. */
void vitrail_view_graph_set_body (VitrailViewGraph *self,
                                  const VitrailBodyLook *look,
                                  double zoom,
                                  double roll,
                                  const double pan[2]);
/* Of waveforms. */
void
vitrail_view_graph_set_ecg (VitrailViewGraph *self, const VitrailEcgLook *look);
void vitrail_view_graph_set_tail (VitrailViewGraph *self, GstElement *tail);
GstElement *vitrail_view_graph_get_tail (VitrailViewGraph *self);
/* Of the pictures. */
void
vitrail_view_graph_set_size (VitrailViewGraph *self, guint width, guint height);
void
vitrail_view_graph_set_view (VitrailViewGraph *self, const VitrailView *view);
void
vitrail_view_graph_set_presentation (VitrailViewGraph *self,
                                     const VitrailPresentation *presentation);
/* Of slides: slide/look.h. */
void vitrail_view_graph_set_look (VitrailViewGraph *self, const char *look);
/* Over slides; NULL: none. */
void vitrail_view_graph_set_drawn (VitrailViewGraph *self,
                                   VitrailAnnotations *annotations,
                                   VitrailSlideObjects *objects);
/* Over frames; NULL: none. */
void vitrail_view_graph_set_measurements (VitrailViewGraph *self,
                                          VitrailMeasurements *measurements);
/* Where pictures leave for the tail and the tail's input comes in; borrowed. */
GstPad *vitrail_view_graph_get_pad (VitrailViewGraph *self);
GstElement *vitrail_view_graph_get_pipeline (VitrailViewGraph *self);

G_END_DECLS
