/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Running pipelines in tests. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * TestRun: what came out of a pipeline.
 * @pipeline: still there, in whatever state it was left
 * @samples: (element-type GstSample): what reached the fakesink named "sink"
 * @warnings: (element-type utf8): texts of the warnings on the bus
 * @error: the text of the error that ended it, or NULL
 */
typedef struct {
  GstElement *pipeline;
  GPtrArray *samples;
  GPtrArray *warnings;
  char *error;
} TestRun;

/* Makes the pipeline (printf-like). It must have "fakesink name=sink", or be a
 * player whose video-sink is or has that. */
TestRun *test_run_new (const char *format, ...) G_GNUC_PRINTF (1, 2);
void test_run_free (TestRun *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestRun, test_run_free)

/* PLAYING, until EOS, an error, or 20 s have passed (which fails the test).
 * TRUE for EOS. */
gboolean test_run_play (TestRun *self);
/* PAUSED, with a picture in the sink. */
void test_run_preroll (TestRun *self);
/* A flushing, accurate seek, waited for; what came before is forgotten. */
void test_run_seek (TestRun *self,
                    double rate,
                    GstFormat format,
                    gint64 start,
                    gint64 stop);
/* new_, play, no error. */
TestRun *test_run_to_end (const char *description);

/* Of sample @index; borrowed. */
GstBuffer *test_run_get_buffer (TestRun *self, guint index);
const GstCaps *test_run_get_caps (TestRun *self, guint index);
/* Byte @offset of buffer @index. */
guint8 test_run_get_byte (TestRun *self, guint index, gsize offset);

G_END_DECLS
