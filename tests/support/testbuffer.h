/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames as buffers, and elements between appsrc and appsink. */

#pragma once

#include "framemeta.h"

G_BEGIN_DECLS

/* @frame as dcmdecode pushes it, with @info's meta (NULL: none). 16-bit colour
 * gets its fourth sample. */
GstBuffer *test_buffer_new (const VitrailFrame *frame, VitrailFrameInfo *info);
GstCaps *test_buffer_get_caps (const VitrailFrame *frame);

/* An info for @frame without a data set: slope 1, nothing else; to be changed
 * before it is used. Lasts until the program ends: a pipeline may be torn down
 * on a thread of its own. */
VitrailFrameInfo *test_info_new (const VitrailFrame *frame);
/* Waits until nobody else holds @info; fails after five seconds. */
void test_info_expect_released (const VitrailFrameInfo *info);

/**
 * TestPipe: appsrc ! MIDDLE ! appsink, playing.
 */
typedef struct {
  GstElement *pipeline;
  GstElement *source;
  GstElement *sink;
  gboolean eos_after;
} TestPipe;

void test_pipe_start (TestPipe *self, const char *middle, GstCaps *caps);
void test_pipe_stop (TestPipe *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TestPipe, test_pipe_stop)

/* Pushes @buffer (transfer full), returns what comes out; NULL when nothing
 * does within five seconds or the pipeline failed. */
GstSample *test_pipe_run (TestPipe *self, GstBuffer *buffer);
/* The next test_pipe_run () ends the stream too, for elements that wait for
 * more. */
void test_pipe_push_eos_after (TestPipe *self);
GstElement *test_pipe_get (TestPipe *self, const char *name);

/* Compares a GRAY8 or RGB sample with rows of @width * @channels bytes, @stride
 * apart. */
void test_sample_compare (GstSample *sample, const guint8 *rows, gsize stride);

G_END_DECLS
