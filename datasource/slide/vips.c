/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The row of the table for a plain large picture (PNG, JPEG, TIFF, WebP, JPEG
 * 2000), which libvips reads as a slide of one level. Both sides must have at
 * least 4,096 pixels: a folder of photographs is no folder of slides. libvips
 * itself is linked by the module modules/vips.c only, which is loaded when such
 * a picture is opened. */

#include "mapping.h"
#include "module.h"
#include "slide/imagesize.h"
#include "slide/slide.h"

#define MIN_SIDE 4096u

static gboolean
vips_probe (const char *path)
{
  g_autoptr (GBytes) file = vitrail_map_file (path, NULL);
  guint64 width;
  guint64 height;

  return file != NULL && vitrail_image_size_read (file, &width, &height) &&
         width >= MIN_SIDE && height >= MIN_SIDE;
}

static VitrailSlide *
vips_open (const char *const *paths, GError **error)
{
  const VitrailSlideReader *reader =
      vitrail_module_find_symbol ("vips", "vitrail_vips_reader", error);
  return reader != NULL ? reader->open (paths, error) : NULL;
}

const VitrailSlideReader vitrail_slide_reader_vips = {
  .name = "vips",
  .probe = vips_probe,
  .open = vips_open,
};
