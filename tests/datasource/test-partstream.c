/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Multipart bodies in pieces: every cut, delimiters that are none, lengths that
 * lie, bodies that never end. */

#include "error.h"
#include "parttext.h"

#include <string.h>

#define TYPE "multipart/related; type=\"application/dicom\"; boundary=\"B\""

/* What comes of @body, cut after @first bytes and then in pieces of @piece. */
static char *
read_cut (const char *body, gsize first, gsize piece, GError **error)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static (body, strlen (body));
  const gboolean fine =
      test_part_text_read (TYPE, bytes, first, piece, text, error);

  return g_string_free (text, !fine);
}

/* However it is cut. */
static void
assert_reads (const char *body, const char *expected)
{
  for (gsize piece = 1; piece < 8; piece++)
    for (gsize first = 0; first <= strlen (body); first++) {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = read_cut (body, first, piece, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (text, ==, expected);
    }
}

static void
assert_fails (const char *body, int code, const char *message)
{
  for (gsize piece = 1; piece < 8; piece++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (read_cut (body, 0, piece, &error));
    g_assert_error (error, VITRAIL_ERROR, code);
    g_assert_cmpstr (error->message, ==, message);
  }
}

static void
test_parts (void)
{
  assert_reads ("--B\r\nContent-Type: a/b\r\n\r\nxyz\r\n--B--",
                "[a/b - -1:xyz]");
  assert_reads ("preamble\r\n--B \t\r\ncontent-length: 3\r\n"
                "CONTENT-LOCATION:  http://x/1 \r\n\r\nxyz\r\n--B\r\n\r\nq"
                "\r\n--B--\r\nepilogue",
                "[- http://x/1 3:xyz][- - -1:q]");
  assert_reads ("--B\r\n\r\n\r\n--B\r\nA: b\r\n\r\n\r\n--B--",
                "[- - -1:][- - -1:]");
}

/* What looks like a delimiter and is none belongs to the part. */
static void
test_almost (void)
{
  assert_reads ("--B\r\n\r\n\r\n--A\r\r\n\r\n-\r\n--\r\n\r\n--B--",
                "[- - -1:\r\n--A\r\r\n\r\n-\r\n--\r\n]");
  assert_reads ("--B\r\n\r\n-\r\n--B--", "[- - -1:-]");
}

static void
test_broken (void)
{
  assert_fails ("", VITRAIL_ERROR_MALFORMED,
                "multipart: its boundary is not in it");
  assert_fails ("--A\r\n\r\nx\r\n--A--", VITRAIL_ERROR_MALFORMED,
                "multipart: its boundary is not in it");
  assert_fails ("--B--", VITRAIL_ERROR_MALFORMED, "multipart: it has no part");
  assert_fails ("--Bx\r\n\r\nx\r\n--B--", VITRAIL_ERROR_MALFORMED,
                "multipart: bytes behind its boundary");
  assert_fails ("--B\r\n\r\nx\r\n--B", VITRAIL_ERROR_TRUNCATED,
                "multipart: it breaks off");
  assert_fails ("--B\r\n\r\nxyz", VITRAIL_ERROR_TRUNCATED,
                "multipart: it breaks off");
  assert_fails ("--B\r\nContent-Type: a", VITRAIL_ERROR_TRUNCATED,
                "multipart: it breaks off");
}

static void
test_lengths (void)
{
  assert_fails ("--B\r\nContent-Length: 4\r\n\r\nxyz\r\n--B--",
                VITRAIL_ERROR_MALFORMED,
                "multipart: a part is shorter than its Content-Length");
  assert_fails ("--B\r\nContent-Length: 2\r\n\r\nxyz\r\n--B--",
                VITRAIL_ERROR_MALFORMED,
                "multipart: a part is longer than its Content-Length");
  assert_fails ("--B\r\nContent-Length: -1\r\n\r\nxyz\r\n--B--",
                VITRAIL_ERROR_MALFORMED,
                "multipart: a Content-Length that is no number");
  assert_fails ("--B\r\nContent-Length: 99999999999999999999\r\n\r\nx\r\n--B--",
                VITRAIL_ERROR_MALFORMED,
                "multipart: a Content-Length that is no number");
}

/* A body without end is given up, wherever it does not come to one. */
static void
test_endless (void)
{
  static const struct {
    const char *start;
    int code;
  } cases[] = {
    { "", VITRAIL_ERROR_MALFORMED },
    { "--B", VITRAIL_ERROR_MALFORMED },
    { "--B\r\n", VITRAIL_ERROR_LIMIT },
    { "--B\r\n\r\n\r\n--B--", VITRAIL_ERROR_MALFORMED },
  };

  g_autofree char *blanks = g_strnfill (4096, ' ');

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (VitrailPartStream) stream =
        vitrail_part_stream_new (TYPE, &test_part_text_events, text, NULL);
    gboolean fine =
        vitrail_part_stream_push (stream, (const guint8 *) cases[i].start,
                                  strlen (cases[i].start), &error);
    for (guint n = 0; fine && n < 1000; n++)
      fine = vitrail_part_stream_push (stream, (const guint8 *) blanks, 4096,
                                       &error);
    g_assert_false (fine);
    g_assert_error (error, VITRAIL_ERROR, cases[i].code);
  }
}

static void
test_boundary (void)
{
  static const char *const types[] = {
    "multipart/related",
    "multipart/related; boundary=",
    "multipart/related; boundary=\"a\r\nb\"",
    "",
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (vitrail_part_stream_new (types[i], &test_part_text_events,
                                            NULL, &error));
    g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/partstream/parts", test_parts);
  g_test_add_func ("/partstream/almost", test_almost);
  g_test_add_func ("/partstream/broken", test_broken);
  g_test_add_func ("/partstream/lengths", test_lengths);
  g_test_add_func ("/partstream/endless", test_endless);
  g_test_add_func ("/partstream/boundary", test_boundary);
  return g_test_run ();
}
