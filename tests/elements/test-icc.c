/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Colour transforms: what needs none, what is kept, what is refused. Colours
 * themselves are judged by transicc and xicclu, through the whole program, in
 * viewer/test-render. */

#include "error.h"
#include "pixel/icc.h"
#include "testdata.h"

#include <string.h>

static GBytes *
load (const char *name)
{
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "elements", "profiles", name, NULL);
  g_autoptr (GError) error = NULL;
  char *data = NULL;
  gsize length = 0;

  g_file_get_contents (path, &data, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (data, length);
}

static void
fill (guint8 *rgb, gsize n)
{
  for (gsize i = 0; i < n; i++)
    rgb[i] = (guint8) (i * 37 + i / 256);
}

/* No profile, no work. */
static void
test_nothing (void)
{
  g_autoptr (GBytes) profile = load ("table-2.icc");
  g_autoptr (GError) error = NULL;
  const VitrailDisplay same = { .profile = profile };
  const VitrailDisplay none = { .keeps_colors = TRUE };

  const struct {
    GBytes *profile;
    const char *color_space;
    const VitrailDisplay *display;
  } cases[] = {
    { NULL, NULL, NULL },        { NULL, NULL, &same },
    { NULL, "SRGB", NULL },      { profile, NULL, &same },
    { profile, "SRGB", &same },  { profile, NULL, &none },
    { NULL, "ADOBERGB", &none },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_assert_null (vitrail_color_transform_get (
        cases[i].profile, cases[i].color_space, cases[i].display, &error));
    g_assert_no_error (error);
  }
}

static VitrailColorTransform *
get (GBytes *profile, const char *color_space, const VitrailDisplay *display)
{
  g_autoptr (GError) error = NULL;
  VitrailColorTransform *self =
      vitrail_color_transform_get (profile, color_space, display, &error);

  g_assert_no_error (error);
  g_assert_nonnull (self);
  return self;
}

/* The same bytes and display give the same transform, others another one; the
 * oldest goes, and what is held stays whole. */
static void
test_kept (void)
{
  g_autoptr (GBytes) profile = load ("mab.icc");
  g_autoptr (GBytes) again = load ("mab.icc");
  g_autoptr (GBytes) target = load ("srgb-4.icc");
  const VitrailDisplay display = { .profile = target };
  const VitrailDisplay point = { .profile = target, .black_point = TRUE };
  g_autoptr (VitrailColorTransform) a = get (profile, NULL, NULL);
  g_autoptr (VitrailColorTransform) b = get (again, NULL, NULL);
  g_autoptr (VitrailColorTransform) c = get (again, "ROMMRGB", NULL);
  g_autoptr (VitrailColorTransform) d = get (profile, NULL, &display);
  g_autoptr (VitrailColorTransform) e = get (profile, NULL, &point);
  guint8 before[300];
  guint8 after[300];

  g_assert_true (a == b && a == c && a != d && d != e && a != e);
  fill (before, sizeof before);
  vitrail_color_transform_row (a, before, sizeof before / 3);
  for (guint i = 0; i < 40; i++) {
    const VitrailDisplay other[2] = { { .profile = target },
                                      { .profile = target } };
    g_autoptr (VitrailColorTransform) one = get (profile, NULL, &other[i % 2]);
    g_autoptr (VitrailColorTransform) two = get (NULL, "ADOBERGB", NULL);
    g_autoptr (GBytes) copy = load ("lut8.icc");
    g_autoptr (VitrailColorTransform) three = get (copy, NULL, &other[0]);
  }
  fill (after, sizeof after);
  vitrail_color_transform_row (a, after, sizeof after / 3);
  g_assert_cmpmem (before, sizeof before, after, sizeof after);
}

/* What is calculated in advance is near what is not. */
static void
test_optimized (void)
{
  static const char *const names[] = { "srgb-2.icc",  "srgb-4.icc",
                                       "table-2.icc", "lut8.icc",
                                       "lut16.icc",   "mab.icc",
                                       "d2b.icc" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GBytes) profile = load (names[i]);
    g_autoptr (GError) error = NULL;
    guint8 fast[3000];
    guint8 slow[3000];
    guint64 sum = 0;
    g_autoptr (VitrailColorTransform) a =
        vitrail_color_transform_new (profile, NULL, NULL, FALSE, &error);
    g_assert_no_error (error);
    g_autoptr (VitrailColorTransform) b =
        vitrail_color_transform_new (profile, NULL, NULL, TRUE, &error);
    g_assert_no_error (error);
    fill (fast, sizeof fast);
    fill (slow, sizeof slow);
    vitrail_color_transform_row (a, fast, sizeof fast / 3);
    vitrail_color_transform_row (b, slow, sizeof slow / 3);
    for (guint k = 0; k < sizeof fast; k++)
      sum += (guint64) ABS (fast[k] - slow[k]);
    g_test_message ("%s: %.3f levels", names[i], (double) sum / sizeof fast);
    g_assert_cmpuint (sum, <, sizeof fast);
  }
}

/* One transform, several threads. */
static gpointer
transform_cb (gpointer data)
{
  guint8 *rgb = g_malloc (30000);
  g_autoptr (GBytes) profile = load ("lut16.icc");

  for (guint i = 0; i < 20; i++) {
    g_autoptr (VitrailColorTransform) self = get (profile, NULL, NULL);
    fill (rgb, 30000);
    vitrail_color_transform_row (self, rgb, 10000);
  }
  return rgb;
}

static void
test_threads (void)
{
  GThread *threads[4];
  g_autofree guint8 *want = transform_cb (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new (NULL, transform_cb, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    g_autofree guint8 *got = g_thread_join (threads[i]);
    g_assert_cmpmem (got, 30000, want, 30000);
  }
}

static void
put_u32 (guint8 *at, guint32 value)
{
  const guint32 big = GUINT32_TO_BE (value);

  memcpy (at, &big, sizeof big);
}

/* d2b.icc whose floating point table is called another name, or is @more bytes
 * longer. */
static GBytes *
change_table (const char *name, guint32 more)
{
  g_autoptr (GBytes) profile = load ("d2b.icc");
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (profile, &length);
  guint8 *changed = g_malloc0 (length + more);
  guint8 *tag = changed + 132;

  memcpy (changed, data, length);
  while (memcmp (tag, "D2B1", 4) != 0)
    tag += 12;
  memcpy (tag, name, 4);
  if (more > 0) {
    guint32 offset = 0;
    memcpy (&offset, tag + 4, 4);
    put_u32 (tag + 8, (guint32) length + more - GUINT32_FROM_BE (offset));
    put_u32 (changed, (guint32) length + more);
  }
  return g_bytes_new_take (changed, length + more);
}

/* A floating point table that may cost seconds is passed over for the other. */
static void
test_costly (void)
{
  g_autoptr (GBytes) small = load ("d2b.icc");
  g_autoptr (GBytes) without = change_table ("none", 0);
  g_autoptr (GBytes) large = change_table ("D2B1", 70000);
  g_autoptr (VitrailColorTransform) a = get (small, NULL, NULL);
  g_autoptr (VitrailColorTransform) b = get (without, NULL, NULL);
  g_autoptr (VitrailColorTransform) c = get (large, NULL, NULL);
  guint8 rgb[3][300];

  for (guint i = 0; i < 3; i++)
    fill (rgb[i], sizeof rgb[i]);
  vitrail_color_transform_row (a, rgb[0], 100);
  vitrail_color_transform_row (b, rgb[1], 100);
  vitrail_color_transform_row (c, rgb[2], 100);
  g_assert_cmpmem (rgb[1], 300, rgb[2], 300);
  g_assert_true (memcmp (rgb[0], rgb[1], 300) != 0);
}

static void
expect_error (GBytes *profile, const char *color_space, const char *message)
{
  /* The second time it is remembered. */
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (
        vitrail_color_transform_get (profile, color_space, NULL, &error));
    g_assert_nonnull (error);
    g_assert_true (error->domain == VITRAIL_ERROR);
    if (!g_str_has_prefix (error->message, message))
      g_error ("%s", error->message);
  }
}

static void
test_refused (void)
{
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  g_autoptr (GBytes) noise = g_bytes_new_static ("no profile at all", 17);
  g_autoptr (GBytes) grey = load ("gray.icc");
  g_autoptr (GBytes) lab = load ("lab.icc");
  g_autoptr (GBytes) whole = load ("mab.icc");
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (whole, 0, 200);
  g_autoptr (GBytes) large =
      g_bytes_new_take (g_malloc0 (VITRAIL_ICC_MAX_BYTES + 1),
                        VITRAIL_ICC_MAX_BYTES + 1);

  expect_error (empty, NULL, "ICC profile: cannot be read");
  expect_error (noise, NULL, "ICC profile: cannot be read");
  expect_error (cut, NULL, "ICC profile: cannot be applied: ");
  expect_error (grey, NULL, "ICC profile: not of RGB");
  expect_error (lab, NULL, "ICC profile: not of a device");
  expect_error (large, NULL, "ICC profile: 16777217 bytes: too large");
  expect_error (NULL, "CMYK", "Color Space (0028,2002) is CMYK: not known");
}

/* Which profiles a display can have: those with a way back. */
static void
test_display (void)
{
  static const struct {
    const char *name;
    gboolean fits;
  } cases[] = { { "srgb-4.icc", TRUE },
                { "srgb-2.icc", TRUE },
                { "lut16.icc", FALSE },
                { "gray.icc", FALSE },
                { "lab.icc", FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GBytes) profile = load (cases[i].name);
    g_autoptr (GError) error = NULL;
    g_assert_cmpint (vitrail_icc_check_display (profile, &error), ==,
                     cases[i].fits);
    g_assert_cmpint (error == NULL, ==, cases[i].fits);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/icc/nothing", test_nothing);
  g_test_add_func ("/icc/kept", test_kept);
  g_test_add_func ("/icc/optimized", test_optimized);
  g_test_add_func ("/icc/threads", test_threads);
  g_test_add_func ("/icc/costly", test_costly);
  g_test_add_func ("/icc/refused", test_refused);
  g_test_add_func ("/icc/display", test_display);
  return g_test_run ();
}
