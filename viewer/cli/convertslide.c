/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A vendor's slide as DICOM files: see convertslide.h. */

#include "convertslide.h"

#include "dicom/part10.h"
#include "progress.h"
#include "slide/dicomizefile.h"

#include <stdio.h>

/* Preamble and prefix. */
#define HEAD_BYTES 132

gboolean
vitrail_convert_is_foreign (const char *path)
{
  uint8_t head[HEAD_BYTES];
  FILE *file = fopen (path, "rbe");

  if (file == NULL)
    return TRUE;
  size_t length = fread (head, 1, sizeof head, file);
  (void) fclose (file);
  return !vitrail_part10_probe (head, length);
}

static void
show_progress_cb (guint64 done, guint64 total, gpointer unused)
{
  vitrail_progress_show ("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " tiles",
                         done, total);
}

gboolean
vitrail_convert_slide (const char *path,
                       const char *folder,
                       int quality,
                       GError **error)
{
  const char *paths[] = { path, NULL };
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, error);

  if (slide == NULL)
    return FALSE;
  g_autoptr (VitrailDicomized) dicomized =
      vitrail_dicomized_new (slide, quality, error);
  if (dicomized == NULL)
    return FALSE;
  gboolean done = vitrail_dicomized_write_files (dicomized, folder,
                                                 show_progress_cb, NULL, error);
  vitrail_progress_end ();
  return done;
}
