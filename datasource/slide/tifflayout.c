/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pages and what they are to a slide: see tifflayout.h. */

#include "slide/tifflayout.h"

#include "codec/codec.h"
#include "error.h"
#include "slide/pathcolor.h"

#include <string.h>

/* A description that is read: Philips keeps pictures in it. */
#define MAX_TEXT_BYTES (64ull * 1024 * 1024)
/* Of the codec that takes 8-bit JPEG. */
#define JPEG_SYNTAX "1.2.840.10008.1.2.4.50"

static void
picture_clear (gpointer data)
{
  VitrailTiffPicture *self = data;

  g_free (self->name);
  g_clear_pointer (&self->jpeg, g_bytes_unref);
}

static void
file_unref (gpointer data)
{
  vitrail_tiff_file_unref (data);
}

void
vitrail_tiff_layout_init (VitrailTiffLayout *self)
{
  *self = (VitrailTiffLayout){
    .pages = g_ptr_array_new_with_free_func (g_free),
    .files = g_ptr_array_new_with_free_func (file_unref),
    .levels = g_array_new (FALSE, TRUE, sizeof (VitrailSlideLevel)),
    .paths = g_array_new (FALSE, TRUE, sizeof (VitrailSlidePath)),
    .planes_um = g_array_new (FALSE, TRUE, sizeof (double)),
    .views = g_array_new (FALSE, TRUE, sizeof (VitrailTiffView)),
    .pictures = g_array_new (FALSE, TRUE, sizeof (VitrailTiffPicture)),
    .properties = g_array_new (TRUE, TRUE, sizeof (VitrailSlideProperty)),
    .texts = g_string_chunk_new (1024),
  };
  g_array_set_clear_func (self->pictures, picture_clear);
}

void
vitrail_tiff_layout_clear (VitrailTiffLayout *self)
{
  g_clear_pointer (&self->pages, g_ptr_array_unref);
  g_clear_pointer (&self->files, g_ptr_array_unref);
  g_clear_pointer (&self->levels, g_array_unref);
  g_clear_pointer (&self->paths, g_array_unref);
  g_clear_pointer (&self->planes_um, g_array_unref);
  g_clear_pointer (&self->views, g_array_unref);
  g_clear_pointer (&self->pictures, g_array_unref);
  g_clear_pointer (&self->properties, g_array_unref);
  g_clear_pointer (&self->texts, g_string_chunk_free);
  g_clear_pointer (&self->icc_profile, g_bytes_unref);
}

const VitrailTiffView *
vitrail_tiff_layout_get_view (const VitrailTiffLayout *self,
                              guint level,
                              guint path,
                              guint plane)
{
  guint index = (plane * self->paths->len + path) * self->levels->len + level;
  return &g_array_index (self->views, VitrailTiffView, index);
}

const VitrailTiffPage *
vitrail_tiff_layout_add_page (VitrailTiffLayout *self,
                              VitrailTiffFile *file,
                              const VitrailTiffDirectory *directory,
                              guint orientation,
                              GError **error)
{
  g_autofree VitrailTiffPage *page = g_new0 (VitrailTiffPage, 1);

  if (!vitrail_tiff_page_init (page, file, directory, orientation, error))
    return NULL;
  if (self->is_ome)
    page->is_ycbcr = directory->photometric == VITRAIL_TIFF_YCBCR;
  g_ptr_array_add (self->pages, page);
  return g_steal_pointer (&page);
}

/* Old and new JPEG, JPEG 2000 as these files use it, WebP. */
static gboolean
is_lossy (guint compression)
{
  return compression == VITRAIL_TIFF_OLD_JPEG ||
         compression == VITRAIL_TIFF_JPEG ||
         compression == VITRAIL_TIFF_APERIO_YCBCR ||
         compression == VITRAIL_TIFF_OME_JPEG2000 ||
         compression == VITRAIL_TIFF_APERIO_RGB ||
         compression == VITRAIL_TIFF_JPEG2000 ||
         compression == VITRAIL_TIFF_WEBP;
}

/* Both sides divided by the same number, rounded down or up, and not enlarged:
 * writers that halve again and again lose up to a pixel each time. */
static gboolean
is_reduction (const VitrailSlideLevel *finest, const VitrailSlideLevel *level)
{
  double x = (double) finest->width / (double) level->width;
  double y = (double) finest->height / (double) level->height;
  double wider = (double) finest->width / ((double) level->width + 2);
  double higher = (double) finest->height / ((double) level->height + 2);
  double narrower =
      (double) finest->width / MAX ((double) level->width - 2, 0.5);
  double lower =
      (double) finest->height / MAX ((double) level->height - 2, 0.5);

  return x >= 1 && y >= 1 && wider <= lower && higher <= narrower;
}

void
vitrail_tiff_layout_append_level (VitrailTiffLayout *self,
                                  const VitrailSlideLevel *level,
                                  const VitrailTiffPage *page)
{
  VitrailTiffView view = { page, 0 };

  g_array_append_val (self->levels, *level);
  g_array_append_val (self->views, view);
  self->is_lossy = self->is_lossy || is_lossy (page->directory->compression);
}

gboolean
vitrail_tiff_layout_add_level (VitrailTiffLayout *self,
                               const VitrailTiffPage *page)
{
  VitrailSlideLevel level;

  if (self->levels->len >= VITRAIL_TIFF_MAX_LEVELS)
    return FALSE;
  vitrail_tiff_page_get_level (page, &level);
  for (guint i = 0; i < self->levels->len; i++) {
    const VitrailSlideLevel *known =
        &g_array_index (self->levels, VitrailSlideLevel, i);
    if ((i == 0 && !is_reduction (known, &level)) ||
        (known->width == level.width && known->height == level.height))
      return FALSE;
  }
  vitrail_tiff_layout_append_level (self, &level, page);
  return TRUE;
}

/* Few levels: the simplest way that keeps views beside them. */
void
vitrail_tiff_layout_sort_levels (VitrailTiffLayout *self)
{
  VitrailSlideLevel *levels = (VitrailSlideLevel *) (void *) self->levels->data;
  VitrailTiffView *views = (VitrailTiffView *) (void *) self->views->data;

  for (guint i = 1; i < self->levels->len; i++) {
    for (guint k = i; k > 0 && levels[k].width > levels[k - 1].width; k--) {
      VitrailSlideLevel level = levels[k];
      VitrailTiffView view = views[k];
      levels[k] = levels[k - 1];
      views[k] = views[k - 1];
      levels[k - 1] = level;
      views[k - 1] = view;
    }
  }
  for (guint i = 1; i < self->levels->len; i++)
    levels[i].downsample = (double) levels[0].width / (double) levels[i].width;
}

/* The same views for another channel of their pages. */
static void
add_channel (VitrailTiffLayout *self, guint channel)
{
  for (guint i = 0; i < self->levels->len; i++) {
    VitrailTiffView view = g_array_index (self->views, VitrailTiffView, i);
    view.channel = channel;
    if (view.page->n_channels <= channel)
      view.page = NULL;
    g_array_append_val (self->views, view);
  }
}

gboolean
vitrail_tiff_layout_finish_simple (VitrailTiffLayout *self,
                                   const VitrailTiffFile *file,
                                   GError **error)
{
  double plane_um = 0.0;

  if (self->levels->len == 0) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "%s: a TIFF file in strips, not in tiles", file->path);
    return FALSE;
  }
  vitrail_tiff_layout_sort_levels (self);
  const VitrailTiffPage *finest =
      g_array_index (self->views, VitrailTiffView, 0).page;
  guint n_paths = MAX (finest->n_channels, 1);
  for (guint i = 0; i < n_paths; i++) {
    g_autofree char *id = g_strdup_printf ("%u", i);
    VitrailSlidePath path = { .id = g_string_chunk_insert (self->texts, id),
                              .is_color = finest->is_color,
                              .bits = finest->is_color
                                          ? 8
                                          : finest->directory->bits,
                              .rgb = { 255, 255, 255 } };
    if (n_paths > 1)
      vitrail_path_color_choose (NULL, 0.0, i, path.rgb);
    g_array_append_val (self->paths, path);
    if (i > 0)
      add_channel (self, i);
  }
  g_array_append_val (self->planes_um, plane_um);
  return TRUE;
}

void
vitrail_tiff_layout_add_picture (VitrailTiffLayout *self,
                                 const char *name,
                                 const VitrailTiffPage *page,
                                 GBytes *jpeg)
{
  for (guint i = 0; i < self->pictures->len; i++)
    if (strcmp (g_array_index (self->pictures, VitrailTiffPicture, i).name,
                name) == 0)
      return;
  VitrailTiffPicture picture = { .name = g_strdup (name),
                                 .page = page,
                                 .jpeg =
                                     jpeg != NULL ? g_bytes_ref (jpeg) : NULL };
  g_array_append_val (self->pictures, picture);
}

VitrailFrame *
vitrail_tiff_picture_decode (const VitrailTiffPicture *self,
                             const char *name,
                             GError **error)
{
  gsize length;
  const uint8_t *data = g_bytes_get_data (self->jpeg, &length);
  VitrailCodecInput input = {
    .data = data,
    .length = length,
    .format = { .width = 1,
                .height = 1,
                .samples = 3,
                .bits_allocated = 8,
                .bits_stored = 8,
                .high_bit = 7,
                .photometric = VITRAIL_PHOTOMETRIC_YBR_FULL },
    .name = name,
    .frame = 1,
  };
  VitrailFrame *coded =
      vitrail_codec_find (JPEG_SYNTAX)->decode (&input, error);

  return coded != NULL ? vitrail_frame_normalize (coded) : NULL;
}

/* What the first directory says of who wrote the file. */
typedef enum {
  FAMILY_OTHER,
  FAMILY_APERIO,
  FAMILY_OME,
  FAMILY_PHILIPS,
  FAMILY_FOREIGN, /* OpenSlide knows better */
} Family;

/* XML, and within its first bytes a word. */
static gboolean
has_xml (const char *text, const char *word)
{
  const char *start = text + strspn (text, " \t\r\n\xef\xbb\xbf");

  return start[0] == '<' && strstr (start, word) != NULL;
}

static Family
find_family (const VitrailTiffBytes *bytes, const VitrailTiffDirectory *first)
{
  g_autofree char *text =
      vitrail_tiff_read_text (bytes, &first->description, MAX_TEXT_BYTES);
  g_autofree char *software =
      vitrail_tiff_read_text (bytes, &first->software, 4096);
  g_autofree char *xmp =
      vitrail_tiff_read_text (bytes, &first->xmp, MAX_TEXT_BYTES);

  if (first->is_ndpi || (xmp != NULL && strstr (xmp, "<iScan") != NULL) ||
      (software != NULL && g_str_has_prefix (software, "MedScan")) ||
      (text != NULL && has_xml (text, "leica-microsystems.com/scn")))
    return FAMILY_FOREIGN;
  if (text == NULL)
    return FAMILY_OTHER;
  if (g_str_has_prefix (text, "Aperio"))
    return FAMILY_APERIO;
  if (has_xml (text, "<OME") || has_xml (text, ":OME "))
    return FAMILY_OME;
  if (has_xml (text, "DPUfsImport"))
    return FAMILY_PHILIPS;
  return FAMILY_OTHER;
}

gboolean
vitrail_tiff_layout_probe (const VitrailTiffBytes *bytes,
                           const VitrailTiffDirectory *first)
{
  Family family = find_family (bytes, first);

  return family != FAMILY_FOREIGN && (first->is_tiled || family == FAMILY_OME);
}

gboolean
vitrail_tiff_layout_read (VitrailTiffLayout *self,
                          VitrailTiffFile *file,
                          GError **error)
{
  switch (find_family (vitrail_tiff_index_get_bytes (file->index),
                       vitrail_tiff_index_get (file->index, 0)))
  {
  case FAMILY_APERIO:
    return vitrail_tiff_layout_read_aperio (self, file, error);
  case FAMILY_OME:
    return vitrail_tiff_layout_read_ome (self, file, error);
  case FAMILY_PHILIPS:
    return vitrail_tiff_layout_read_philips (self, file, error);
  default:
    return vitrail_tiff_layout_read_generic (self, file, error);
  }
}
