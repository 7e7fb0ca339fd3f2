/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* present FILE FRAME: the picture that vitrail_present () makes, as raw bytes,
 * rows without gaps. For four-ways.py. */

#include "pixel/present.h"

#include "framestore.h"

#include <stdio.h>
#include <stdlib.h>

static gboolean
present (const char *path, guint number, GError **error)
{
  g_autoptr (VitrailInstance) instance = vitrail_instance_open (path, error);
  g_auto (VitrailImage) image = { 0 };

  if (instance == NULL)
    return FALSE;
  g_autoptr (VitrailFrame) frame =
      vitrail_frame_store_get (vitrail_frame_store_get_default (), instance,
                               number, 0, NULL, error);
  g_autoptr (VitrailFrameInfo) info =
      vitrail_instance_ref_frame_info (instance, number, NULL);
  if (frame == NULL ||
      !vitrail_present (frame, info, NULL, NULL, 0, 0, &image, error))
    return FALSE;
  for (guint y = 0; y < image.height; y++)
    fwrite (image.data + y * image.stride, image.channels, image.width, stdout);
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  if (argc != 3)
    return 2;
  if (present (argv[1], (guint) g_ascii_strtoull (argv[2], NULL, 10), &error))
    return 0;
  g_printerr ("%s\n", error->message);
  return 1;
}
