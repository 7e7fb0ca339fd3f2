/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tiled TIFF pyramids of no particular writer: the first tiled page is the
 * slide; its levels are its SubIFDs (Technical Note 1) and the pages that say
 * of themselves that they are reductions. */

#include "slide/tifflayout.h"

/* Micrometres per pixel: coarser is what printers and screens call resolution.
 */
#define MAX_MPP_UM 25.0

static gboolean
is_level (const VitrailTiffDirectory *directory, guint main_page)
{
  if (directory->is_mask)
    return FALSE;
  if (directory->parent != G_MAXUINT)
    return directory->parent == main_page;
  return directory->is_tiled && directory->is_reduced;
}

/* A level that cannot be shown is left out, and the slide is still one. It is
 * turned as the finest one is: some writers say it only there. */
static void
add_reduced (VitrailTiffLayout *self,
             VitrailTiffFile *file,
             guint number,
             const VitrailTiffPage *finest)
{
  const VitrailTiffDirectory *directory =
      vitrail_tiff_index_get (file->index, number);
  g_autoptr (GError) error = NULL;
  const VitrailTiffPage *page =
      vitrail_tiff_layout_add_page (self, file, directory, finest->orientation,
                                    &error);

  if (page == NULL) {
    g_message ("%s; this level is left out", error->message);
    self->n_left_out++;
  } else if (page->is_color == finest->is_color &&
             page->n_channels == finest->n_channels)
  {
    vitrail_tiff_layout_add_level (self, page);
  }
}

static void
read_resolution (VitrailTiffLayout *self, const VitrailTiffDirectory *directory)
{
  double unit_um = directory->resolution_unit == 3   ? 10000.0
                   : directory->resolution_unit == 2 ? 25400.0
                                                     : 0.0;

  if (unit_um == 0.0 || !(directory->x_resolution > 0) ||
      !(directory->y_resolution > 0))
    return;
  self->mpp_um[0] = unit_um / directory->x_resolution;
  self->mpp_um[1] = unit_um / directory->y_resolution;
  self->has_mpp =
      self->mpp_um[0] <= MAX_MPP_UM && self->mpp_um[1] <= MAX_MPP_UM;
}

static guint
find_main_page (const VitrailTiffFile *file)
{
  guint n = vitrail_tiff_index_get_n_pages (file->index);

  for (guint i = 0; i < n; i++) {
    const VitrailTiffDirectory *directory =
        vitrail_tiff_index_get (file->index, i);
    if (directory->is_tiled && !directory->is_reduced && !directory->is_mask)
      return i;
  }
  return 0;
}

gboolean
vitrail_tiff_layout_read_generic (VitrailTiffLayout *self,
                                  VitrailTiffFile *file,
                                  GError **error)
{
  guint number = find_main_page (file);
  const VitrailTiffDirectory *directory =
      vitrail_tiff_index_get (file->index, number);
  const VitrailTiffPage *finest =
      vitrail_tiff_layout_add_page (self, file, directory,
                                    directory->orientation, error);

  if (finest == NULL)
    return FALSE;
  if (directory->is_tiled)
    vitrail_tiff_layout_add_level (self, finest);
  guint n = vitrail_tiff_index_get_n_directories (file->index);
  for (guint i = 0; i < n; i++)
    if (i != number &&
        is_level (vitrail_tiff_index_get (file->index, i), number))
      add_reduced (self, file, i, finest);
  if (!vitrail_tiff_layout_finish_simple (self, file, error))
    return FALSE;
  read_resolution (self, directory);
  vitrail_tiff_layout_add_tags (self, file, directory);
  return TRUE;
}
