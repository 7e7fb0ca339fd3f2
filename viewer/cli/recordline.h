/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The pipeline of `vitrail record`: one camera, from where pictures go into a
 * recording, on demand into stills, to a view, and into a memory of the last
 * seconds. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * RecordWish:
 * @input: elements that give video, as for gst-launch
 * @encoder: elements that make H.264 or HEVC of it
 * @sop_class: as dcmmux's
 * @template_path, @attributes, @spool: dcmmux's; NULL: none, its default
 * @to: URL of an archive; NULL: objects stay in @spool
 * @view: an element that shows pictures, or NULL
 * @replay_s: how much is remembered
 */
typedef struct {
  const char *input;
  const char *encoder;
  const char *sop_class;
  const char *template_path;
  const char *attributes;
  const char *spool;
  const char *to;
  const char *view;
  guint replay_s;
} RecordWish;

typedef struct _RecordLine RecordLine;

RecordLine *record_line_new (const RecordWish *wish, GError **error);
void record_line_free (RecordLine *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RecordLine, record_line_free)

/* Borrowed. */
GstElement *record_line_get_pipeline (RecordLine *self);

/* Whether what is wrong at @source harms the view or stills only. */
gboolean record_line_can_do_without (RecordLine *self, GstObject *source);

/* The next picture becomes a still. */
void record_line_take_still (RecordLine *self);
/* Turns the view off and on; recording goes on. TRUE: it stands still now. */
gboolean record_line_toggle_freeze (RecordLine *self);
/* Shows the last seconds in a view of their own, from the first picture on
 * which decoding can begin. Returns its pipeline, which plays and ends with
 * EOS; NULL with @error where there is nothing yet. */
GstElement *
record_line_replay (RecordLine *self, guint *n_pictures, GError **error);

G_END_DECLS
