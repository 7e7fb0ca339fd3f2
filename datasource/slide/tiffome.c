/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* OME-TIFF: the XML in the first page's description says which page of the
 * chain, of this file or another of its set, is which channel in which focal
 * plane; SubIFDs of each are its levels. Of several times the first is shown.
 */

#include "error.h"
#include "slide/omexml.h"
#include "slide/pathcolor.h"
#include "slide/tiffomeset.h"

#include <string.h>

/* Channels in all focal planes in all levels. */
#define MAX_VIEWS 65536u

/** Place: a directory in one of the files; @file NULL: absent. */
typedef struct {
  VitrailTiffFile *file;
  guint ifd;
} Place;

/* What is being put together. */
typedef struct {
  VitrailTiffLayout *layout;
  VitrailTiffFile *file;
  const VitrailOmeXml *xml;
  VitrailOmeSet *set;
  const VitrailOmeImage *image;
  guint n_channels; /* those with a plane of their own */
  guint n_planes;
  gboolean is_color;
  Place *places;  /* of channel and focal plane */
  guint n_absent; /* views without a page */
} Ome;

/* An image that lies beside the slide, by the name that writers give it. */
static const char *
get_picture_name (const VitrailOmeImage *image)
{
  static const char *const names[][2] = { { "label", "label" },
                                          { "macro", "macro" },
                                          { "overview", "macro" },
                                          { "thumbnail", "thumbnail" } };

  if (image->name == NULL)
    return NULL;
  g_autofree char *name = g_ascii_strdown (image->name, -1);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_has_prefix (name, names[i][0]))
      return names[i][1];
  return NULL;
}

static const VitrailOmeImage *
find_main_image (const VitrailOmeXml *xml)
{
  for (guint i = 0; i < xml->images->len; i++) {
    const VitrailOmeImage *image = g_ptr_array_index (xml->images, i);
    if (get_picture_name (image) == NULL)
      return image;
  }
  return g_ptr_array_index (xml->images, 0);
}

/* Channel, focal plane and time of the plane after the one at @at. */
static void
advance (const Ome *self, guint at[3])
{
  static const char *const dimensions = "CZT";
  const guint sizes[3] = { self->n_channels, self->n_planes,
                           self->image->sizes[2] };

  for (guint i = 0; i < 3; i++) {
    gsize d = (gsize) (strchr (dimensions, self->image->order[i]) - dimensions);
    at[d]++;
    if (at[d] < sizes[d] || i == 2)
      return;
    at[d] = 0;
  }
}

static void
place_block (Ome *self, const VitrailOmeBlock *block)
{
  VitrailTiffFile *file = vitrail_ome_set_find (self->set, block);
  guint n_pages =
      file != NULL ? vitrail_tiff_index_get_n_pages (file->index) : 0;
  guint at[3] = { block->first[0], block->first[1], block->first[2] };
  guint n = block->n_planes;

  if (n == 0)
    n = block->has_ifd ? 1 : n_pages;
  if (block->ifd >= n_pages)
    return;
  n = MIN (n, n_pages - block->ifd);
  for (guint i = 0; i < n; i++) {
    if (at[0] < self->n_channels && at[1] < self->n_planes && at[2] == 0)
      self->places[at[1] * self->n_channels + at[0]] =
          (Place){ file, block->ifd + i };
    advance (self, at);
  }
}

static void
place_planes (Ome *self)
{
  const VitrailOmeBlock all = { 0 };
  const GArray *blocks = self->image->blocks;

  if (blocks->len == 0)
    place_block (self, &all);
  for (guint i = 0; i < blocks->len; i++)
    place_block (self, &g_array_index (blocks, VitrailOmeBlock, i));
}

static const VitrailTiffPage *
add_page (Ome *self, const Place *place)
{
  g_autoptr (GError) error = NULL;
  const VitrailTiffPage *page = vitrail_tiff_layout_add_page (
      self->layout, place->file,
      vitrail_tiff_index_get (place->file->index, place->ifd), 1, &error);

  if (page == NULL) {
    g_message ("%s; this page is left out", error->message);
    self->layout->n_left_out++;
  }
  return page;
}

/* Levels as the first page that can be shown has them. */
static gboolean
add_levels (Ome *self, const Place *place, GError **error)
{
  const VitrailTiffDirectory *directory =
      vitrail_tiff_index_get (place->file->index, place->ifd);
  const VitrailTiffPage *page =
      vitrail_tiff_layout_add_page (self->layout, place->file, directory, 1,
                                    error);

  if (page == NULL)
    return FALSE;
  self->is_color = page->is_color;
  vitrail_tiff_layout_add_level (self->layout, page);
  for (guint i = 0; i < directory->n_children; i++) {
    const Place child = { place->file, directory->first_child + i };
    const VitrailTiffPage *reduced = add_page (self, &child);
    if (reduced != NULL && reduced->is_color == page->is_color)
      vitrail_tiff_layout_add_level (self->layout, reduced);
  }
  return TRUE;
}

static gboolean
has_size (const VitrailTiffDirectory *directory, const VitrailSlideLevel *level)
{
  return directory->width == level->width && directory->height == level->height;
}

/* The directory @place or, of those below it, the one of @level's size. */
static guint
find_directory (const Place *place, const VitrailSlideLevel *level)
{
  const VitrailTiffIndex *index = place->file->index;
  const VitrailTiffDirectory *directory =
      vitrail_tiff_index_get (index, place->ifd);

  if (has_size (directory, level))
    return place->ifd;
  for (guint i = 0; i < directory->n_children; i++)
    if (has_size (vitrail_tiff_index_get (index, directory->first_child + i),
                  level))
      return directory->first_child + i;
  return G_MAXUINT;
}

/* The page of @place's that has the size and grid of @level, or NULL. */
static const VitrailTiffPage *
find_level_page (Ome *self, const Place *place, const VitrailSlideLevel *level)
{
  const Place found_at = { place->file, find_directory (place, level) };
  const VitrailTiffPage *page =
      found_at.ifd != G_MAXUINT ? add_page (self, &found_at) : NULL;
  VitrailSlideLevel found;

  if (page == NULL)
    return NULL;
  vitrail_tiff_page_get_level (page, &found);
  return found.tile_width == level->tile_width &&
                 found.tile_height == level->tile_height &&
                 page->is_color == self->is_color
             ? page
             : NULL;
}

/* Whether the page @place can hold @channel among its samples. */
static gboolean
has_channel (const Ome *self, const Place *place, guint channel)
{
  return place->file != NULL && !self->is_color &&
         channel <
             vitrail_tiff_index_get (place->file->index, place->ifd)->samples;
}

/* One view: of channel @channel in focal plane @plane. Channels that have no
 * page of their own may be samples of the first one's. */
static void
add_view (Ome *self, guint channel, guint plane, const VitrailSlideLevel *level)
{
  const Place *places = self->places + (gsize) plane * self->n_channels;
  const Place *place = &places[channel];
  VitrailTiffView view = { NULL, 0 };

  if (place->file == NULL && has_channel (self, &places[0], channel)) {
    place = &places[0];
    view.channel = channel;
  }
  if (place->file != NULL)
    view.page = find_level_page (self, place, level);
  if (view.page != NULL && view.channel >= MAX (view.page->n_channels, 1))
    view.page = NULL;
  if (view.page == NULL && self->n_absent++ == 0)
    g_message ("%s: OME-XML: channel %u in focal plane %u is missing in "
               "%" G_GUINT64_FORMAT " x %" G_GUINT64_FORMAT
               " pixels: background is shown",
               self->file->path, channel, plane, level->width, level->height);
  g_array_append_val (self->layout->views, view);
}

static gboolean
check_views (const Ome *self, GError **error)
{
  guint64 n = (guint64) self->n_channels * self->n_planes;

  if (n * self->layout->levels->len <= MAX_VIEWS)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
               "%s: OME-XML: %u channels in %u focal planes in %u levels are "
               "over %u views",
               self->file->path, self->n_channels, self->n_planes,
               self->layout->levels->len, MAX_VIEWS);
  return FALSE;
}

/* All views; add_levels () has left those of one plane. */
static void
add_views (Ome *self)
{
  const GArray *levels = self->layout->levels;

  g_array_set_size (self->layout->views, 0);
  for (guint plane = 0; plane < self->n_planes; plane++)
    for (guint channel = 0; channel < self->n_channels; channel++)
      for (guint i = 0; i < levels->len; i++)
        add_view (self, channel, plane,
                  &g_array_index (levels, VitrailSlideLevel, i));
  if (self->n_absent > 1)
    g_message ("%s: OME-XML: so are %u others", self->file->path,
               self->n_absent - 1);
}

/* Some writers say white of all. */
static gboolean
has_colors (const VitrailOmeImage *image)
{
  for (guint i = 0; i < image->channels->len; i++) {
    const VitrailOmeChannel *channel =
        &g_array_index (image->channels, VitrailOmeChannel, i);
    if (channel->has_color && channel->color >> 8 != 0xffffff)
      return TRUE;
  }
  return image->channels->len == 1;
}

static void
choose_color (const Ome *self, guint index, VitrailSlidePath *path)
{
  const GArray *channels = self->image->channels;
  const VitrailOmeChannel *channel =
      index < channels->len
          ? &g_array_index (channels, VitrailOmeChannel, index)
          : NULL;

  if (channel != NULL && channel->has_color && has_colors (self->image)) {
    for (guint c = 0; c < 3; c++)
      path->rgb[c] = (uint8_t) (channel->color >> (24 - 8 * c));
  } else if (self->n_channels > 1 || path->wavelength_nm > 0) {
    vitrail_path_color_choose (path->name, path->wavelength_nm, index,
                               path->rgb);
  }
}

static void
add_path (Ome *self, guint index, const VitrailTiffPage *page)
{
  VitrailTiffLayout *layout = self->layout;
  const GArray *channels = self->image->channels;
  guint bits = page->directory->bits;
  char number[16];

  g_snprintf (number, sizeof number, "%u", index);
  VitrailSlidePath path = { .id = g_string_chunk_insert (layout->texts, number),
                            .is_color = page->is_color,
                            .bits = page->is_color ? 8 : bits,
                            .rgb = { 255, 255, 255 } };
  if (!page->is_color && !page->is_signed && self->image->bits >= 1 &&
      self->image->bits < bits)
    path.bits = self->image->bits;
  if (index < channels->len) {
    const VitrailOmeChannel *channel =
        &g_array_index (channels, VitrailOmeChannel, index);
    if (channel->name != NULL && channel->name[0] != '\0')
      path.name = g_string_chunk_insert (layout->texts, channel->name);
    path.wavelength_nm = channel->wavelength_nm;
  }
  if (!path.is_color)
    choose_color (self, index, &path);
  g_array_append_val (layout->paths, path);
}

/* Heights as they were measured, else by the step, above the middle plane. */
static void
add_focal_planes (Ome *self)
{
  const GArray *planes = self->image->planes;
  guint middle = (self->n_planes - 1) / 2;
  g_autofree double *measured = g_new0 (double, self->n_planes);
  gboolean rises = planes->len > 0;

  for (guint i = 0; i < planes->len; i++) {
    const VitrailOmePlane *plane = &g_array_index (planes, VitrailOmePlane, i);
    if (plane->focal_plane < self->n_planes)
      measured[plane->focal_plane] = plane->z_um;
  }
  for (guint i = 1; i < self->n_planes; i++)
    rises = rises && measured[i] > measured[i - 1];
  for (guint i = 0; i < self->n_planes; i++) {
    double um = 0.0;
    if (rises)
      um = measured[i] - measured[middle];
    else if (self->image->step_um > 0)
      um = ((double) i - middle) * self->image->step_um;
    g_array_append_val (self->layout->planes_um, um);
  }
}

/* Images beside the slide: their first page. */
static void
add_pictures (Ome *self)
{
  for (guint i = 0; i < self->xml->images->len; i++) {
    const VitrailOmeImage *image = g_ptr_array_index (self->xml->images, i);
    const char *name = get_picture_name (image);
    if (image == self->image || name == NULL || image->blocks->len == 0)
      continue;
    const VitrailOmeBlock *block =
        &g_array_index (image->blocks, VitrailOmeBlock, 0);
    const Place place = { vitrail_ome_set_find (self->set, block), block->ifd };
    if (place.file == NULL ||
        place.ifd >= vitrail_tiff_index_get_n_pages (place.file->index))
      continue;
    const VitrailTiffPage *page = add_page (self, &place);
    if (page != NULL)
      vitrail_tiff_layout_add_picture (self->layout, name, page, NULL);
  }
}

static void
add_words (Ome *self)
{
  VitrailTiffLayout *layout = self->layout;
  const VitrailOmeImage *image = self->image;
  const double *magnification =
      image->objective != NULL
          ? g_hash_table_lookup (self->xml->magnifications, image->objective)
          : NULL;

  if (magnification != NULL)
    layout->objective_power = *magnification;
  memcpy (layout->mpp_um, image->mpp_um, sizeof layout->mpp_um);
  layout->has_mpp = image->mpp_um[0] > 0 && image->mpp_um[1] > 0;
  vitrail_tiff_layout_add_property (layout, "Manufacturer",
                                    self->xml->manufacturer);
  vitrail_tiff_layout_add_property (layout, "ManufacturerModelName",
                                    self->xml->model);
  vitrail_tiff_layout_add_property (layout, "DeviceSerialNumber",
                                    self->xml->serial);
  vitrail_tiff_layout_add_property (layout, "AcquisitionDateTime", image->date);
  vitrail_tiff_layout_add_property (layout, "ImageComments",
                                    image->description);
  vitrail_tiff_layout_add_tags (layout, self->file,
                                vitrail_tiff_index_get (self->file->index, 0));
}

/* How many planes there are, within what a slide may have. */
static gboolean
count_planes (Ome *self, GError **error)
{
  const VitrailOmeImage *image = self->image;
  guint samples = 1;

  if (image->channels->len > 0)
    samples = g_array_index (image->channels, VitrailOmeChannel, 0).samples;
  self->n_channels = MAX (image->sizes[0] / samples, 1);
  self->n_planes = image->sizes[1];
  if (self->n_channels <= VITRAIL_SLIDE_MAX_PATHS &&
      self->n_planes <= VITRAIL_SLIDE_MAX_FOCAL_PLANES)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
               "%s: OME-XML: SizeC and SizeZ are %u and %u", self->file->path,
               image->sizes[0], image->sizes[1]);
  return FALSE;
}

/* The slide has the levels of channel 0 in the lowest plane, or else of the
 * first page that is there. */
static gboolean
read_planes (Ome *self, GError **error)
{
  guint n = self->n_channels * self->n_planes;
  guint first = 0;

  while (first < n && self->places[first].file == NULL)
    first++;
  if (first == n) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: OME-XML: no plane lies in this file or its set",
                 self->file->path);
    return FALSE;
  }
  if (!add_levels (self, &self->places[first], error) ||
      !check_views (self, error))
    return FALSE;
  vitrail_tiff_layout_sort_levels (self->layout);
  const VitrailTiffPage *page =
      g_array_index (self->layout->views, VitrailTiffView, 0).page;
  add_views (self);
  for (guint i = 0; i < self->n_channels; i++)
    add_path (self, i, page);
  add_focal_planes (self);
  return TRUE;
}

gboolean
vitrail_tiff_layout_read_ome (VitrailTiffLayout *self,
                              VitrailTiffFile *file,
                              GError **error)
{
  const VitrailTiffDirectory *first = vitrail_tiff_index_get (file->index, 0);
  g_autofree char *text =
      vitrail_tiff_layout_read_text (file, &first->description);
  g_autoptr (GError) reason = NULL;
  g_autoptr (VitrailOmeXml) xml = vitrail_ome_xml_parse (text, &reason);

  if (xml == NULL) {
    g_set_error (error, VITRAIL_ERROR, reason->code, "%s: %s", file->path,
                 reason->message);
    return FALSE;
  }
  Ome ome = { .layout = self,
              .file = file,
              .xml = xml,
              .image = find_main_image (xml) };
  self->is_ome = TRUE;
  if (!count_planes (&ome, error))
    return FALSE;
  g_auto (VitrailOmeSet) set = { 0 };
  g_autofree Place *places =
      g_new0 (Place, (gsize) ome.n_channels * ome.n_planes);
  vitrail_ome_set_init (&set, file, xml, self);
  ome.set = &set;
  ome.places = places;
  place_planes (&ome);
  if (!read_planes (&ome, error))
    return FALSE;
  add_pictures (&ome);
  add_words (&ome);
  return TRUE;
}
