/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The row of the table for what OpenSlide reads: Aperio, Hamamatsu, Leica,
 * MIRAX, Philips, Sakura, Trestle, Ventana, tiled TIFF. OpenSlide itself is
 * linked by the module modules/openslide.c only, which is loaded when the first
 * bytes of a file look like one of these. */

#include "module.h"
#include "slide/slide.h"

#include <gio/gio.h>

#include <stdio.h>
#include <string.h>

#define HEAD_BYTES 512

static size_t
read_head (const char *path, char head[HEAD_BYTES])
{
  FILE *file = fopen (path, "rbe");
  if (file == NULL)
    return 0;
  size_t length = fread (head, 1, HEAD_BYTES, file);
  (void) fclose (file);
  return length;
}

static gboolean
starts_with (const char *head,
             size_t length,
             const char *magic,
             size_t magic_length)
{
  return length >= magic_length && memcmp (head, magic, magic_length) == 0;
}

/* Classic and big TIFF, both byte orders. */
static gboolean
is_tiff (const char *head, size_t length)
{
  return starts_with (head, length, "II*\0", 4) ||
         starts_with (head, length, "MM\0*", 4) ||
         starts_with (head, length, "II+\0", 4) ||
         starts_with (head, length, "MM\0+", 4);
}

/* Hamamatsu VMS and VMU: an ini file that lists the images. */
static gboolean
is_hamamatsu_ini (const char *head, size_t length)
{
  return g_strstr_len (head, (gssize) length, "Virtual Microscope Specimen]") !=
         NULL;
}

/* MIRAX: a small JPEG beside a folder of the same name with Slidedat.ini. */
static gboolean
is_mirax (const char *path, const char *head, size_t length)
{
  const char *dot = strrchr (path, '.');

  if (!starts_with (head, length, "\xff\xd8\xff", 3) || dot == NULL)
    return FALSE;
  g_autofree char *folder = g_strndup (path, (gsize) (dot - path));
  g_autofree char *ini = g_build_filename (folder, "Slidedat.ini", NULL);
  return g_file_test (ini, G_FILE_TEST_IS_REGULAR);
}

static gboolean
looks_like_slide (const char *path)
{
  char head[HEAD_BYTES];
  size_t length = read_head (path, head);

  return is_tiff (head, length) || is_hamamatsu_ini (head, length) ||
         is_mirax (path, head, length) ||
         starts_with (head, length, "SQLite format 3", 16);
}

/* The reader that the module offers. */
static const VitrailSlideReader *
load_reader (GError **error)
{
  return vitrail_module_find_symbol ("openslide", "vitrail_openslide_reader",
                                     error);
}

static gboolean
openslide_probe (const char *path)
{
  g_autoptr (GError) error = NULL;

  if (!looks_like_slide (path))
    return FALSE;
  const VitrailSlideReader *reader = load_reader (&error);
  if (reader == NULL)
    g_message ("%s: OpenSlide is not there: %s", path, error->message);
  return reader != NULL && reader->probe (path);
}

static VitrailSlide *
openslide_open (const char *const *paths, GError **error)
{
  const VitrailSlideReader *reader = load_reader (error);
  return reader != NULL ? reader->open (paths, error) : NULL;
}

const VitrailSlideReader vitrail_slide_reader_openslide = {
  .name = "openslide",
  .probe = openslide_probe,
  .open = openslide_open,
};
