/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames for tests of kernels: noise, gradients, mirror images. */

#pragma once

#include "frame.h"
#include "frameinfo.h"

G_BEGIN_DECLS

/* @bits 8, 16, or 32 (float) a sample; all zero. Rows are a few bytes apart
 * that are no sample. */
VitrailFrame *
test_frame_new (guint width, guint height, guint samples, guint bits);
/* Noise over all values; as above. */
VitrailFrame *test_frame_new_noise (guint width,
                                    guint height,
                                    guint samples,
                                    guint bits,
                                    guint seed);

/* What a data set would say of 256 x 256 grey samples of @bits with slope 1;
 * never unreferenced. */
VitrailFrameInfo test_frame_info (guint bits, gboolean is_signed);

double test_frame_get (const VitrailFrame *frame, guint x, guint y, guint c);
void
test_frame_set (VitrailFrame *frame, guint x, guint y, guint c, double value);

/* Each row backwards. */
VitrailFrame *test_frame_flip (const VitrailFrame *frame);
/* A quarter turn clockwise. */
VitrailFrame *test_frame_turn (const VitrailFrame *frame);

/* Samples that differ. */
guint64
test_frame_count_different (const VitrailFrame *a, const VitrailFrame *b);

G_END_DECLS
