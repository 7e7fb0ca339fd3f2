/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the tests of slides share: slides made by libvips and Orthanc's
 * dicomizer, and pictures to compare tiles with. */

#pragma once

#include "slide/slide.h"

G_BEGIN_DECLS

/** TestPicture: RGB, rows without gaps. */
typedef struct {
  guint width;
  guint height;
  guint8 *rgb;
} TestPicture;

void test_picture_clear (TestPicture *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TestPicture, test_picture_clear)

/* Loads what `vips` reads from @vips_name (a path with vips' own options), with
 * transparency laid over white. */
void test_picture_load (TestPicture *self, const char *vips_name);

/* A picture of coloured noise and waves, @width x @height, as a file that vips
 * reads; made once. Borrowed. */
const char *test_slide_source (guint width, guint height);
/* The same as a tiled, JPEG compressed pyramid that OpenSlide takes as Aperio:
 * @quality below 90 is YCbCr 4:2:0, from 90 on RGB. */
char *test_slide_make_svs (guint width, guint height, int quality);
/* The same as DICOM in a folder of its own, whose path is returned: @options
 * are OrthancWSIDicomizer's, in which SAMPLE stands for its own sample data
 * set. */
char *test_slide_make_dicom (guint width,
                             guint height,
                             int quality,
                             const char *options);

/* Reads @level tile by tile and expects every pixel inside of it to differ by
 * @tolerance at most, and pixels outside to be @background. */
void test_slide_compare_level (VitrailSlide *slide,
                               guint level,
                               const TestPicture *expected,
                               int tolerance,
                               const guint8 background[3]);

/* Every stored tile of level 0, decoded by Pillow with nothing but the stream,
 * must be what decode_tile () gives, pixel by pixel. */
void test_slide_compare_stored (VitrailSlide *slide);

/** TestSlideOpen: how a test opens a slide. */
typedef VitrailSlide *(*TestSlideOpen) (const char *path);

/* What test_slide_make_svs (1024, 768, 80) made says the same with each reader
 * of it. */
void test_slide_expect_made (VitrailSlide *slide);
/* Ids follow the content, names the file. */
void test_slide_expect_identity (TestSlideOpen open);
/* Regions have the pixels that OpenSlide reads there; outside is background. */
void test_slide_expect_region (TestSlideOpen open);
/* vitrail_slide_open () names the file and @reason. */
void test_slide_expect_refused (const char *path, const char *reason);

G_END_DECLS
