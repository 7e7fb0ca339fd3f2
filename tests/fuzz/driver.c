/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Stands in for libFuzzer where there is none: runs a target over the files of
 * the folders that it is given, over everything that they start with, and with
 * each byte changed. So the corpus is a test with every compiler. */

#include "fuzz.h"

#include <stdio.h>
#include <string.h>

/* Longer seeds are run, but not cut and changed byte by byte. */
#define MAX_MUTATED 4096

/* A buffer of exactly the right size, so that ASan sees each byte too far. */
static void
run_copy (const uint8_t *data, size_t size)
{
  uint8_t *copy = g_memdup2 (data, size);

  LLVMFuzzerTestOneInput (copy, size);
  g_free (copy);
}

static void
run_changed (uint8_t *data, size_t size)
{
  static const uint8_t values[] = { 0x00, 0x7f, 0xff };

  for (size_t i = 0; i < size; i++) {
    uint8_t before = data[i];
    run_copy (data, i);
    for (size_t j = 0; j < G_N_ELEMENTS (values); j++) {
      data[i] = values[j];
      run_copy (data, size);
    }
    data[i] = before;
  }
}

static void
run_file (const char *path)
{
  g_autofree char *data = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);
  run_copy ((uint8_t *) data, size);
  if (size <= MAX_MUTATED)
    run_changed ((uint8_t *) data, size);
}

static guint
run_folder (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const char *name;
  guint n = 0;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    run_file (path);
    n++;
  }
  return n;
}

int
main (int argc, char **argv)
{
  printf ("1..%d\n", argc - 1);
  for (int i = 1; i < argc; i++) {
    guint n = run_folder (argv[i]);
    printf ("%s %d - %s, %u seeds\n", n > 0 ? "ok" : "not ok", i, argv[i], n);
  }
  return 0;
}
