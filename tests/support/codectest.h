/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What tests of codecs share: pictures through foreign encoders into ours and
 * back, frame 3 of an object that is called "file". */

#pragma once

#include "codec/codec.h"
#include "error.h"
#include "pictures.h"

G_BEGIN_DECLS

/* By the codec that decodes @transfer_syntax. */
VitrailFrame *test_codec_decode (const char *transfer_syntax,
                                 GBytes *bytes,
                                 const VitrailPixelFormat *format,
                                 guint reduce,
                                 GError **error);

/* The same of bytes that nobody owns. */
VitrailFrame *test_codec_decode_data (const char *transfer_syntax,
                                      const void *data,
                                      size_t length,
                                      const VitrailPixelFormat *format,
                                      GError **error);

/* Fails the test unless @bytes fail to decode with @code and a text that names
 * file and frame; @message: all of it, or NULL. */
void test_codec_assert_fails (const char *transfer_syntax,
                              GBytes *bytes,
                              const VitrailPixelFormat *format,
                              VitrailError code,
                              const char *message);

/* Whether @command can write @picture. */
typedef gboolean (*TestCodecFilter) (const char *command,
                                     const TestPicture *picture);

/* @command, which takes two files, encodes each picture: we have to find its
 * samples. @filter: (nullable) */
void test_codec_assert_reads (const char *command, TestCodecFilter filter);

/* A file KIND-PICTURE.dcm that a program has made of a picture. */
typedef void (*TestCodecCheck) (const char *kind,
                                const char *picture,
                                const char *path);

/* Runs @program, which prints a line "KIND PICTURE" for each file that it
 * makes,
 * @at_least so many, and looks at each. */
void test_codec_check_made (const char *program,
                            guint at_least,
                            TestCodecCheck check);

/* Frame 1 of picture @name as @command writes it, and what the header says. */
GBytes *test_codec_load_stream (const char *command,
                                const char *name,
                                VitrailPixelFormat *format);

/* Picture @name in our stream; @frame: (out) (nullable): as it was. */
GBytes *test_codec_encode (const char *name,
                           const VitrailEncodeOptions *options,
                           VitrailFrame **frame);

/* Encodes all pictures as NAME.ours, and decodes them again: the same samples,
 * without a warning. Returns how many. */
guint test_codec_write_ours (const VitrailEncodeOptions *options);
/* NAME.ours into NAME.ours.dcm, by pydicom. NAME.photometric, where it is
 * there, holds the Photometric Interpretation. */
void test_codec_wrap_ours (const char *transfer_syntax);
/* opj_decompress finds the samples of @n streams NAME.ours. */
void test_codec_assert_openjpeg_reads_ours (guint n);

G_END_DECLS
