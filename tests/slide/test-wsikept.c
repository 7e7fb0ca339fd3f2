/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is kept on the disk of a large DICOM slide: positions and places of
 * frames. */

#include "diskcache.h"
#include "slide/slide.h"
#include "testdata.h"

/* All stored tiles of level 0, one checksum. */
static char *
digest_tiles (const char *path)
{
  const char *paths[] = { path, NULL };
  VitrailSlideLevel level;
  g_autoptr (GError) error = NULL;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, &error);

  g_assert_no_error (error);
  vitrail_slide_get_level (slide, 0, &level);
  for (guint i = 0; i < level.columns * level.rows; i++) {
    VitrailTileCoding coding;
    g_autoptr (GBytes) tile =
        vitrail_slide_get_tile (slide, 0, i % level.columns, i / level.columns,
                                &coding, &error);
    g_assert_no_error (error);
    g_assert_nonnull (tile);
    g_checksum_update (checksum, g_bytes_get_data (tile, NULL),
                       (gssize) g_bytes_get_size (tile));
  }
  return g_strdup (g_checksum_get_string (checksum));
}

static guint
count_kept (const char *kind)
{
  g_autofree char *folder =
      g_build_filename (g_get_user_cache_dir (), "vitrail", kind, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static char *
make_large (const char *options)
{
  char *folder = g_build_filename (test_data_get_scratch (), "large", NULL);

  g_free (test_data_run ("rm -rf '%s' && mkdir '%s' && /usr/bin/python3 "
                         "\"$G_TEST_SRCDIR/support/make-largewsi.py\" '%s' "
                         "--tiles 1100 %s",
                         folder, folder, folder, options));
  return folder;
}

/* What is kept on the disk changes nothing, also where the file does. */
static void
test_kept (void)
{
  VitrailDiskCache *cache = vitrail_disk_cache_get_default ();
  guint n_places = count_kept ("places");
  guint n_fragments = count_kept ("fragments");
  g_autofree char *folder = make_large ("--undefined --table none");
  g_autofree char *path = g_build_filename (folder, "level-0.dcm", NULL);
  g_autofree char *first = digest_tiles (path);

  g_assert_cmpuint (count_kept ("places"), ==, n_places + 1);
  g_assert_cmpuint (count_kept ("fragments"), ==, n_fragments + 1);
  g_autofree char *again = digest_tiles (path);
  g_assert_cmpstr (again, ==, first);
  /* The same tiles in other places of other files. */
  g_free (make_large ("--backwards --table none"));
  g_autofree char *backwards = digest_tiles (path);
  g_assert_cmpstr (backwards, ==, first);
  g_free (make_large ("--way full --table extended"));
  g_autofree char *full = digest_tiles (path);
  g_assert_cmpstr (full, ==, first);
  vitrail_disk_cache_set_limit (cache, 0);
  g_free (make_large ("--table basic"));
  g_autofree char *without = digest_tiles (path);
  g_assert_cmpstr (without, ==, first);
  vitrail_disk_cache_set_limit (cache, VITRAIL_DISK_CACHE_BYTES);
}

int
main (int argc, char **argv)
{
  g_setenv ("XDG_CACHE_HOME", test_data_get_scratch (), TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wsikept/kept", test_kept);
  return g_test_run ();
}
