/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Walking over folders: order, links, what is no file, depth. */

#include "folder/walk.h"
#include "testdata.h"

#include <errno.h>
#include <string.h>

/* The paths below @folder as one text, a line each, errors by number. */
static char *
walk (const char *const *roots, const char *folder)
{
  g_autoptr (VitrailWalk) self = vitrail_walk_new (roots);
  GString *lines = g_string_new (NULL);
  VitrailWalkFile file;

  while (vitrail_walk_next (self, &file)) {
    g_assert_true (g_str_has_prefix (file.path, folder));
    g_string_append (lines, file.path + strlen (folder) + 1);
    if (file.error != 0)
      g_string_append_printf (lines, " !%d", file.error);
    g_string_append_c (lines, '\n');
  }
  return g_string_free (lines, FALSE);
}

static void
test_order (void)
{
  g_autofree char *folder =
      g_build_filename (test_data_get_scratch (), "order", NULL);
  const char *roots[] = { folder, NULL };

  g_free (
      test_data_run ("mkdir -p '%s/a/b' '%s/.hidden' && cd '%s' && "
                     "touch a/b/2 a/1 a.b a0 a-b .hidden/x Z 'with space' && "
                     "printf '' > \"$(printf '\\377bad')\"",
                     folder, folder, folder));
  g_autofree char *lines = walk (roots, folder);
  g_assert_cmpstr (lines, ==,
                   ".hidden/x\nZ\na-b\na.b\na/1\na/b/2\na0\nwith space\n"
                   "\377bad\n");
}

static void
test_links (void)
{
  g_autofree char *folder =
      g_build_filename (test_data_get_scratch (), "links", NULL);
  const char *roots[] = { folder, NULL };

  g_free (test_data_run ("mkdir -p '%s/a' '%s/b' && cd '%s' && touch a/1 && "
                         "ln -s .. a/up && ln -s ../a b/again && "
                         "ln -s self self && ln -s nowhere gone && "
                         "ln -s a/1 file && mkfifo pipe",
                         folder, folder, folder));
  g_autofree char *lines = walk (roots, folder);
  g_autofree char *expected =
      g_strdup_printf ("a/1\nfile\ngone !%d\nself !%d\n", ENOENT, ELOOP);
  g_assert_cmpstr (lines, ==, expected);
}

static void
test_roots (void)
{
  g_autofree char *folder =
      g_build_filename (test_data_get_scratch (), "roots", NULL);
  g_autofree char *a = g_build_filename (folder, "a", NULL);
  g_autofree char *a_dot = g_build_filename (folder, "b", "..", "a", NULL);
  g_autofree char *inside = g_build_filename (folder, "a", "sub", NULL);
  g_autofree char *file = g_build_filename (folder, "a.txt", NULL);
  g_autofree char *gone = g_build_filename (folder, "gone", NULL);
  const char *roots[] = { gone, inside, a, file, a_dot, file, NULL };

  g_free (test_data_run ("mkdir -p '%s/a/sub' '%s/b' && cd '%s' && "
                         "touch a/sub/1 a/2 a.txt b/not-asked-for",
                         folder, folder, folder));
  g_autofree char *lines = walk (roots, folder);
  g_autofree char *expected =
      g_strdup_printf ("a.txt\na/2\na/sub/1\ngone !%d\n", ENOENT);
  g_assert_cmpstr (lines, ==, expected);
}

/* Deeper than descriptors or stack would reach, up to what a path can say. */
static void
test_deep (void)
{
  g_autofree char *folder =
      g_build_filename (test_data_get_scratch (), "deep", NULL);
  const char *roots[] = { folder, NULL };
  VitrailWalkFile file;
  guint n_files = 0;
  gboolean too_long = FALSE;

  g_free (test_data_run ("/usr/bin/python3 -c \"\n"
                         "import os\n"
                         "os.mkdir('%s'); os.chdir('%s')\n"
                         "for i in range(2500):\n"
                         "    open('f', 'w').close()\n"
                         "    os.mkdir('d'); os.chdir('d')\n\"",
                         folder, folder));
  g_autoptr (VitrailWalk) self = vitrail_walk_new (roots);
  while (vitrail_walk_next (self, &file)) {
    n_files += file.error == 0;
    too_long = too_long || file.error == ENAMETOOLONG;
  }
  g_assert_cmpuint (n_files, >, 2000);
  g_assert_true (too_long);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/folder/walk/order", test_order);
  g_test_add_func ("/folder/walk/links", test_links);
  g_test_add_func ("/folder/walk/roots", test_roots);
  g_test_add_func ("/folder/walk/deep", test_deep);
  return g_test_run ();
}
