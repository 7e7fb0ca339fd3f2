/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pictures with noise, edges and extremes in every layout, written by pydicom,
 * and the samples that a decoder must find in them. */

#pragma once

#include "frame.h"

G_BEGIN_DECLS

/**
 * TestPicture: NAME.dcm in the scratch folder is it, explicit little endian;
 * NAME.raw holds its samples interleaved, little endian.
 * @name: says @bits (stored), "s" when signed, @samples and size
 */
typedef struct {
  char *name;
  guint bits;
  gboolean is_signed;
  guint samples;
} TestPicture;

/* The whole set, made at the first call. */
const TestPicture *test_pictures_get (guint *n_pictures);

/* "SCRATCH/NAME.SUFFIX", to be freed. */
char *test_pictures_path (const char *name, const char *suffix);

/* Frame 1 of @path, decoded as coded; fails the test when it does not. */
VitrailFrame *test_pictures_decode (const char *path, guint reduce);

/* The largest difference between @frame's samples and those at @expected (as in
 * a .raw file), by the frame's format. */
guint64 test_pictures_difference (const VitrailFrame *frame,
                                  const uint8_t *expected,
                                  size_t length);

/* Fails the test when @path's frame 1, as coded, is not exactly NAME.raw. */
void test_pictures_assert_same (const char *path, const char *name);

G_END_DECLS
