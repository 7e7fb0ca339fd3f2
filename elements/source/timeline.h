/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailTimeline: frames in the order in which they are shown, each with the
 * time at which it starts: what dicomfilesrc and dcmdemux play. One file, or
 * the images of one series below a folder.
 *
 * Frames are counted from 0 here: index 0 starts at 0 ns. Made once; then only
 * vitrail_timeline_ref_frame () changes anything (it opens files when they are
 * first needed), and must be called by one thread at a time. */

#pragma once

#include "instance.h"

G_BEGIN_DECLS

typedef struct _VitrailTimeline VitrailTimeline;

/* How long a frame stands whose data does not say: 25 frames a second. */
#define VITRAIL_TIMELINE_DEFAULT_MS 40.0

/* @location: the URL of an archive, a study, a series or an instance over
 * DICOMweb (dicomweb/location.h); a Part 10 file, or a folder (with those in
 * it) of which the images of one series are taken: @series, else the first by
 * Series Number that has any. Files that are no DICOM images are passed over.
 * Reads headers only. */
VitrailTimeline *vitrail_timeline_open (const char *location,
                                        const char *series,
                                        GError **error);
/* All frames of one instance. */
VitrailTimeline *
vitrail_timeline_new_instance (VitrailInstance *instance, GError **error);
void vitrail_timeline_free (VitrailTimeline *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailTimeline, vitrail_timeline_free)

/* Only frames @first to @last (from 1; 0: to the end) are left. FALSE, with
 * nothing changed, when that leaves none. */
gboolean vitrail_timeline_set_range (VitrailTimeline *self,
                                     guint first,
                                     guint last,
                                     GError **error);
/* All frames stand so long, whatever the data say. */
void vitrail_timeline_set_frame_ms (VitrailTimeline *self, double frame_ms);

guint vitrail_timeline_get_n_frames (const VitrailTimeline *self);
/* 0 where frames stand differently long. */
double vitrail_timeline_get_frame_ms (const VitrailTimeline *self);
/* When frame @index starts; @index n_frames and more: the end. */
guint64
vitrail_timeline_get_start_ns (const VitrailTimeline *self, guint64 index);
/* The frame that is shown at @ns; n_frames from the end on. */
guint vitrail_timeline_find (const VitrailTimeline *self, guint64 ns);

/* Opens what holds frame @index; @frame: its number there, from 1. */
VitrailInstance *vitrail_timeline_ref_frame (VitrailTimeline *self,
                                             guint index,
                                             guint *frame,
                                             GError **error);

G_END_DECLS
