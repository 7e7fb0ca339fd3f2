/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is kept on the disk: found again, for the right file only, whole or not
 * at all, and never more of it than allowed. */

#include "diskcache.h"
#include "testdata.h"

#include <glib/gstdio.h>

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#define MIB ((gsize) 1 << 20)

typedef struct {
  char *folder;
  VitrailDiskCache *cache;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_build_filename (test_data_get_scratch (), "cache", NULL);
  self->cache = vitrail_disk_cache_new (self->folder, 64 * MIB);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  vitrail_disk_cache_free (self->cache);
  g_free (test_data_run ("rm -rf '%s'", self->folder));
  g_free (self->folder);
}

/* The only file of a kind. */
static char *
find_file (const Fixture *self, const char *kind)
{
  g_autofree char *folder = g_build_filename (self->folder, kind, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name = g_dir_read_name (dir);

  g_assert_nonnull (name);
  g_assert_cmpuint (strlen (name), ==, 64);
  char *path = g_build_filename (folder, name, NULL);
  g_assert_null (g_dir_read_name (dir));
  return path;
}

static void
store (const Fixture *self,
       const char *key,
       const VitrailDiskCacheStamp *stamp,
       const char *text)
{
  g_assert_true (vitrail_disk_cache_store (self->cache, "words", key, stamp,
                                           text, strlen (text)));
}

static void
expect (const Fixture *self,
        const char *key,
        const VitrailDiskCacheStamp *stamp,
        const char *text)
{
  g_autoptr (GBytes) found =
      vitrail_disk_cache_lookup (self->cache, "words", key, stamp);

  if (text == NULL) {
    g_assert_null (found);
    return;
  }
  g_assert_nonnull (found);
  g_assert_cmpmem (g_bytes_get_data (found, NULL), g_bytes_get_size (found),
                   text, strlen (text));
}

static void
test_kept (Fixture *self, gconstpointer data)
{
  struct stat status;

  expect (self, "one", NULL, NULL);
  store (self, "one", NULL, "first");
  store (self, "two", NULL, "");
  expect (self, "one", NULL, "first");
  expect (self, "two", NULL, "");
  store (self, "one", NULL, "second, which is longer");
  expect (self, "one", NULL, "second, which is longer");
  g_assert_null (vitrail_disk_cache_lookup (self->cache, "other", "one", NULL));
  g_assert_cmpint (stat (self->folder, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0700);

  /* Another process's, or the next run's. */
  g_autoptr (VitrailDiskCache) later =
      vitrail_disk_cache_new (self->folder, 64 * MIB);
  g_autoptr (GBytes) found =
      vitrail_disk_cache_lookup (later, "words", "one", NULL);
  g_assert_cmpuint (g_bytes_get_size (found), ==, 23);
}

static void
test_large (Fixture *self, gconstpointer data)
{
  gsize length = 3 * MIB + 5;
  g_autofree guint8 *bytes = g_malloc (length);

  for (gsize i = 0; i < length; i++)
    bytes[i] = (guint8) (i * 31 + i / 999);
  g_assert_true (vitrail_disk_cache_store (self->cache, "words", "large key",
                                           NULL, bytes, length));
  g_autoptr (GBytes) found =
      vitrail_disk_cache_lookup (self->cache, "words", "large key", NULL);
  g_assert_nonnull (found);
  g_assert_cmpmem (g_bytes_get_data (found, NULL), g_bytes_get_size (found),
                   bytes, length);
  g_assert_cmpuint ((gsize) g_bytes_get_data (found, NULL) % 8, ==, 0);
  /* Whoever holds it does not mind that it goes. */
  store (self, "large key", NULL, "short");
  g_assert_cmpmem (g_bytes_get_data (found, NULL), length, bytes, length);
}

static void
test_stamp (Fixture *self, gconstpointer data)
{
  VitrailDiskCacheStamp stamp;
  VitrailDiskCacheStamp now;
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "source", NULL);
  struct utimbuf times = { 1000000000, 1000000000 };

  g_assert_false (vitrail_disk_cache_stamp (path, &stamp));
  g_assert_true (g_file_set_contents (path, "1234", 4, NULL));
  g_assert_cmpint (utime (path, &times), ==, 0);
  g_assert_true (vitrail_disk_cache_stamp (path, &stamp));
  g_assert_cmpuint (stamp.size, ==, 4);
  g_assert_cmpint (stamp.mtime_ns, ==, 1000000000000000000);
  store (self, path, &stamp, "of this file");
  expect (self, path, &stamp, "of this file");

  /* Written anew. */
  times.modtime++;
  g_assert_cmpint (utime (path, &times), ==, 0);
  g_assert_true (vitrail_disk_cache_stamp (path, &now));
  expect (self, path, &now, NULL);
  /* What does not fit is gone. */
  expect (self, path, &stamp, NULL);
  store (self, path, &stamp, "of this file");
  expect (self, path, NULL, NULL);
}

/* Every byte of a kept file, changed or cut off, makes it nothing. */
static void
test_damage (Fixture *self, gconstpointer data)
{
  const char *text = "some words that are kept";
  VitrailDiskCacheStamp stamp = { 1, 2, 3 };

  store (self, "a key", &stamp, text);
  g_autofree char *path = find_file (self, "words");
  g_autofree char *good = NULL;
  gsize length;
  g_assert_true (g_file_get_contents (path, &good, &length, NULL));
  g_assert_cmpuint (length, ==, 64 + 8 + strlen (text));
  for (gsize i = 0; i < length; i++) {
    g_autofree char *bad = g_memdup2 (good, length);
    bad[i] ^= 0x10;
    g_assert_true (g_file_set_contents (path, bad, (gssize) length, NULL));
    expect (self, "a key", &stamp, NULL);
    g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
    g_assert_true (g_file_set_contents (path, good, (gssize) i, NULL));
    expect (self, "a key", &stamp, NULL);
  }
  g_assert_true (g_file_set_contents (path, good, (gssize) length, NULL));
  expect (self, "a key", &stamp, text);
}

static void
test_link (Fixture *self, gconstpointer data)
{
  g_autofree char *elsewhere =
      g_build_filename (test_data_get_scratch (), "elsewhere", NULL);

  store (self, "a key", NULL, "words");
  g_autofree char *path = find_file (self, "words");
  g_assert_cmpint (g_rename (path, elsewhere), ==, 0);
  g_assert_cmpint (symlink (elsewhere, path), ==, 0);
  expect (self, "a key", NULL, NULL);
}

static void
set_age (const char *path, guint seconds)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  struct utimbuf times = { now - seconds, now - seconds };

  g_assert_cmpint (utime (path, &times), ==, 0);
}

/* The longest unused goes, and what was used of late stays. */
static void
test_limit (Fixture *self, gconstpointer data)
{
  g_autofree guint8 *bytes = g_malloc0 (MIB);
  g_autofree char *folder = g_build_filename (self->folder, "words", NULL);

  for (guint i = 0; i < 8; i++) {
    g_autofree char *key = g_strdup_printf ("%u", i);
    g_autofree char *name =
        g_compute_checksum_for_string (G_CHECKSUM_SHA256, key, -1);
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_assert_true (
        vitrail_disk_cache_store (self->cache, "words", key, NULL, bytes, MIB));
    set_age (path, 1000 - i * 100);
  }
  g_bytes_unref (vitrail_disk_cache_lookup (self->cache, "words", "0", NULL));
  g_assert_cmpuint (vitrail_disk_cache_measure (self->cache), >, 8 * MIB);
  vitrail_disk_cache_set_limit (self->cache, 8 * MIB);
  store (self, "last", NULL, "straw");
  g_assert_cmpuint (vitrail_disk_cache_measure (self->cache), <, 8 * MIB);
  for (guint i = 0; i < 8; i++) {
    g_autofree char *key = g_strdup_printf ("%u", i);
    g_autoptr (GBytes) found =
        vitrail_disk_cache_lookup (self->cache, "words", key, NULL);
    g_assert_cmpint (found != NULL, ==, i != 1);
  }
  expect (self, "last", NULL, "straw");
}

static void
test_off (Fixture *self, gconstpointer data)
{
  g_autofree guint8 *bytes = g_malloc0 (9 * MIB);
  g_autofree char *key = g_strnfill (5000, 'k');

  g_assert_false (vitrail_disk_cache_store (self->cache, "words", "too large",
                                            NULL, bytes, 9 * MIB));
  g_assert_false (
      vitrail_disk_cache_store (self->cache, "words", key, NULL, "", 0));
  store (self, "a key", NULL, "words");
  vitrail_disk_cache_set_limit (self->cache, 0);
  expect (self, "a key", NULL, NULL);
  g_assert_false (
      vitrail_disk_cache_store (self->cache, "words", "b", NULL, "", 0));
}

/* Folders of others beside ours, and what a crash left behind. */
static void
test_neighbours (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (self->folder, "words", NULL);
  g_autofree char *other = g_build_filename (folder, "index.db", NULL);
  g_autofree char *old = g_build_filename (folder, ".new-ABCDEF", NULL);
  g_autofree char *fresh = g_build_filename (folder, ".new-GHIJKL", NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (other, "x", 1, NULL));
  g_assert_true (g_file_set_contents (old, "x", 1, NULL));
  g_assert_true (g_file_set_contents (fresh, "x", 1, NULL));
  set_age (old, 4000);
  set_age (other, 4000);
  vitrail_disk_cache_set_limit (self->cache, 100);
  store (self, "a key", NULL, "");
  g_assert_true (g_file_test (other, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (fresh, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
}

static gpointer
write_and_read (gpointer data)
{
  Fixture *self = data;

  for (guint i = 0; i < 200; i++) {
    g_autofree char *key = g_strdup_printf ("%u", i % 7);
    g_autofree guint8 *bytes = g_malloc (10000);
    memset (bytes, (int) i % 7, 10000);
    g_assert_true (vitrail_disk_cache_store (self->cache, "words", key, NULL,
                                             bytes, 10000));
    g_autoptr (GBytes) found =
        vitrail_disk_cache_lookup (self->cache, "words", key, NULL);
    if (found != NULL)
      g_assert_cmpmem (g_bytes_get_data (found, NULL), g_bytes_get_size (found),
                       bytes, 10000);
  }
  return NULL;
}

static void
test_threads (Fixture *self, gconstpointer data)
{
  GThread *threads[4];

  vitrail_disk_cache_set_limit (self->cache, 100000);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("cache", write_and_read, self);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (vitrail_disk_cache_measure (self->cache), <=, 100000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) \
  g_test_add ("/diskcache/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("kept", test_kept);
  ADD ("large", test_large);
  ADD ("stamp", test_stamp);
  ADD ("damage", test_damage);
  ADD ("link", test_link);
  ADD ("limit", test_limit);
  ADD ("off", test_off);
  ADD ("neighbours", test_neighbours);
  ADD ("threads", test_threads);
#undef ADD
  return g_test_run ();
}
