/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What each instance is to be: see dicomizeplan.h. One VOLUME a level and
 * colour model: true colour by itself, channels of samples together (PS3.3
 * C.8.12.5). */

#include "slide/dicomizeplan.h"

#include "codec/j2kheader.h"
#include "codec/jpegstream.h"
#include "error.h"
#include "limits.h"

#include <math.h>
#include <string.h>

/* Rows and Columns are US. */
#define MAX_TILE_SIDE 65535u

static const char *
find_jpeg_syntax (const VitrailJpegFrame *frame, VitrailTileVerdict *verdict)
{
  /* Baseline; extended, progressive and their arithmetic kin. */
  static const uint8_t recodable[] = { 0xc1, 0xc2, 0xc9, 0xca };

  *verdict = VITRAIL_TILE_ILLEGAL;
  if (frame->precision != 8)
    return NULL;
  if (frame->sof == 0xc0)
    *verdict = VITRAIL_TILE_LEGAL;
  else if (memchr (recodable, frame->sof, sizeof recodable) != NULL)
    *verdict = VITRAIL_TILE_RECODABLE;
  return VITRAIL_SYNTAX_JPEG;
}

static VitrailTileVerdict
judge_jpeg (GBytes *tile,
            VitrailPixelFormat *format,
            const char **transfer_syntax)
{
  VitrailCodecInput input = { .name = "", .bytes = tile };
  VitrailJpegStream stream;
  VitrailTileVerdict verdict;

  input.data = g_bytes_get_data (tile, &input.length);
  if (!vitrail_jpeg_stream_open (&stream, &input, NULL) ||
      stream.frame.width != format->width ||
      stream.frame.height != format->height ||
      (stream.frame.n_components != 1 && stream.frame.n_components != 3))
    return VITRAIL_TILE_ILLEGAL;
  *transfer_syntax = find_jpeg_syntax (&stream.frame, &verdict);
  format->samples = stream.frame.n_components;
  format->bits_allocated = format->bits_stored = 8;
  format->photometric = VITRAIL_PHOTOMETRIC_MONOCHROME2;
  /* Whatever its sampling, chroma of JPEG is called YBR_FULL_422 (PS3.5
   * 8.2.1). */
  if (format->samples == 3)
    format->photometric = vitrail_jpeg_colour_decide (&stream.frame.colour) ==
                                  VITRAIL_STREAM_COLOUR_RGB
                              ? VITRAIL_PHOTOMETRIC_RGB
                              : VITRAIL_PHOTOMETRIC_YBR_FULL_422;
  return verdict;
}

static VitrailTileVerdict
judge_j2k (GBytes *tile,
           gboolean is_lossy,
           VitrailPixelFormat *format,
           const char **transfer_syntax)
{
  VitrailJ2kHeader header;
  gsize length;
  const uint8_t *data = g_bytes_get_data (tile, &length);

  /* DICOM has the code stream without boxes. */
  if (vitrail_j2k_header_read (&header, data, length) != NULL ||
      header.data != data || header.x0 != 0 || header.y0 != 0 ||
      header.width != format->width || header.height != format->height ||
      header.subsampled || header.has_ht_blocks ||
      header.components[0].is_signed ||
      (header.n_components != 1 && header.n_components != 3) ||
      (header.precision != 8 && header.precision != 16))
    return VITRAIL_TILE_ILLEGAL;
  *transfer_syntax =
      is_lossy ? VITRAIL_SYNTAX_J2K : VITRAIL_SYNTAX_J2K_REVERSIBLE;
  format->samples = header.n_components;
  format->bits_allocated = header.precision;
  format->bits_stored = header.precision;
  format->photometric = VITRAIL_PHOTOMETRIC_MONOCHROME2;
  if (format->samples == 3)
    format->photometric =
        !header.has_component_transform ? VITRAIL_PHOTOMETRIC_RGB
        : header.has_irreversible       ? VITRAIL_PHOTOMETRIC_YBR_ICT
                                        : VITRAIL_PHOTOMETRIC_YBR_RCT;
  return VITRAIL_TILE_LEGAL;
}

VitrailTileVerdict
vitrail_tile_judge (GBytes *tile,
                    VitrailTileCoding coding,
                    gboolean is_lossy,
                    VitrailPixelFormat *format,
                    const char **transfer_syntax)
{
  VitrailTileVerdict verdict = VITRAIL_TILE_ILLEGAL;

  if (coding == VITRAIL_TILE_JPEG)
    verdict = judge_jpeg (tile, format, transfer_syntax);
  else if (coding == VITRAIL_TILE_JPEG2000)
    verdict = judge_j2k (tile, is_lossy, format, transfer_syntax);
  format->high_bit = format->bits_stored - 1;
  return verdict;
}

/* A stored tile of @image, from its middle if there is one. */
static GBytes *
find_tile (const VitrailDicomizedImage *image, VitrailTileCoding *coding)
{
  static const guint eighths[][2] = { { 4, 4 }, { 0, 0 }, { 2, 4 }, { 6, 4 },
                                      { 4, 2 }, { 4, 6 }, { 2, 2 }, { 7, 7 } };
  const VitrailSlideLevel *grid = &image->grid;

  for (guint i = 0; i < G_N_ELEMENTS (eighths); i++) {
    GBytes *tile = vitrail_slide_get_tile (
        g_ptr_array_index (image->facets, 0), image->level,
        (guint) ((guint64) grid->columns * eighths[i][0] / 8),
        (guint) ((guint64) grid->rows * eighths[i][1] / 8), coding, NULL);
    if (tile != NULL)
      return tile;
  }
  return NULL;
}

/* How frames are encoded where none goes over. */
static void
choose_encoding (VitrailDicomizedImage *image)
{
  const VitrailCodec *codec;
  VitrailFrame frame = { .format = image->format };
  const VitrailEncodeOptions options = {
    .transfer_syntax = VITRAIL_SYNTAX_J2K_REVERSIBLE,
  };

  image->is_encoded = TRUE;
  if (image->is_lossy && image->format.bits_stored == 8) {
    image->transfer_syntax = VITRAIL_SYNTAX_JPEG;
    if (image->format.samples == 3)
      image->format.photometric = VITRAIL_PHOTOMETRIC_YBR_FULL_422;
    return;
  }
  image->transfer_syntax = VITRAIL_SYNTAX_J2K_REVERSIBLE;
  codec = vitrail_codec_find (VITRAIL_SYNTAX_J2K_REVERSIBLE);
  if (codec->get_encoded_photometric != NULL)
    image->format.photometric =
        codec->get_encoded_photometric (&frame, &options);
}

static void
choose_coding (VitrailDicomized *self, VitrailDicomizedImage *image)
{
  VitrailTileCoding coding = VITRAIL_TILE_NONE;
  VitrailPixelFormat format = image->format;
  const char *syntax = NULL;
  g_autoptr (GBytes) tile = find_tile (image, &coding);

  image->is_lossy = vitrail_slide_is_lossy (self->slide);
  if (tile == NULL ||
      vitrail_tile_judge (tile, coding, image->is_lossy, &format, &syntax) ==
          VITRAIL_TILE_ILLEGAL)
  {
    choose_encoding (image);
    return;
  }
  image->format = format;
  image->transfer_syntax = syntax;
  image->is_lossy = strcmp (syntax, VITRAIL_SYNTAX_J2K_REVERSIBLE) != 0;
}

static gboolean
check_frames (VitrailDicomized *self,
              const VitrailDicomizedImage *image,
              GError **error)
{
  const VitrailSlideLevel *grid = &image->grid;
  double n =
      (double) grid->columns * grid->rows * image->n_paths * image->n_planes;

  if (n <= VITRAIL_LIMIT_FRAMES && grid->tile_width <= MAX_TILE_SIDE &&
      grid->tile_height <= MAX_TILE_SIDE)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
               "%s: %s would have %.0f frames of %u x %u pixels",
               vitrail_slide_get_name (self->slide), image->name, n,
               grid->tile_width, grid->tile_height);
  return FALSE;
}

static VitrailDicomizedImage *
image_new (VitrailFlavor flavor, char *name)
{
  VitrailDicomizedImage *image = g_new0 (VitrailDicomizedImage, 1);

  image->flavor = flavor;
  image->name = name;
  image->n_paths = image->n_planes = 1;
  pthread_mutex_init (&image->lock, NULL);
  return image;
}

/* What is encoded here in another way is another instance. */
static void
set_uid (const VitrailDicomized *self, VitrailDicomizedImage *image)
{
  g_autofree char *way =
      !image->is_encoded ? g_strdup ("stored")
      : strcmp (image->transfer_syntax, VITRAIL_SYNTAX_JPEG) == 0
          ? g_strdup_printf ("jpeg-%d", self->quality)
          : g_strdup ("lossless");
  g_autofree char *part = g_strconcat (image->name, "/", way, NULL);

  image->uid = vitrail_dicomized_dup_uid (self->slide, part);
}

/* --- levels --- */

typedef struct {
  guint first;
  guint n;
  gboolean is_color;
  guint bits;
} PathGroup;

/* Paths that one instance can hold, from @first on. */
static PathGroup
find_group (VitrailSlide *slide, guint first)
{
  guint n_paths = vitrail_slide_get_n_paths (slide);
  VitrailSlidePath path;

  vitrail_slide_get_path (slide, first, &path);
  PathGroup group = { first, 1, path.is_color, MAX (path.bits, 1) };
  while (!group.is_color && first + group.n < n_paths) {
    vitrail_slide_get_path (slide, first + group.n, &path);
    if (path.is_color || MAX (path.bits, 1) != group.bits)
      break;
    group.n++;
  }
  return group;
}

static gboolean
add_facets (VitrailDicomized *self,
            VitrailDicomizedImage *image,
            GError **error)
{
  image->facets = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < image->n_paths * image->n_planes; i++) {
    VitrailSlide *facet =
        vitrail_slide_ref_facet (self->slide,
                                 image->first_path + i / image->n_planes,
                                 i % image->n_planes);
    if (facet == NULL) {
      g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                   "%s: no optical path %u in focal plane %u",
                   vitrail_slide_get_name (self->slide),
                   image->first_path + i / image->n_planes,
                   i % image->n_planes);
      return FALSE;
    }
    g_ptr_array_add (image->facets, facet);
  }
  return TRUE;
}

static void
set_format (VitrailDicomizedImage *image, const PathGroup *group)
{
  VitrailPixelFormat *format = &image->format;

  format->width = image->grid.tile_width;
  format->height = image->grid.tile_height;
  format->samples = group->is_color ? 3 : 1;
  /* Bits Stored is 8 or 16 (PS3.3 C.8.12.4), whatever the samples need. */
  format->bits_stored = group->is_color || group->bits <= 8 ? 8 : 16;
  format->bits_allocated = format->bits_stored;
  format->high_bit = format->bits_stored - 1;
  format->photometric = group->is_color ? VITRAIL_PHOTOMETRIC_RGB
                                        : VITRAIL_PHOTOMETRIC_MONOCHROME2;
}

static gboolean
add_level (VitrailDicomized *self,
           guint level,
           const PathGroup *group,
           GError **error)
{
  char *name = group->first == 0
                   ? g_strdup_printf ("level-%u", level)
                   : g_strdup_printf ("level-%u-path-%u", level, group->first);
  g_autoptr (VitrailDicomizedImage) image =
      image_new (VITRAIL_FLAVOR_VOLUME, name);

  image->level = level;
  image->first_path = group->first;
  image->n_paths = group->n;
  image->n_planes = vitrail_slide_get_n_focal_planes (self->slide);
  vitrail_slide_get_level (self->slide, level, &image->grid);
  if (!check_frames (self, image, error) || !add_facets (self, image, error))
    return FALSE;
  set_format (image, group);
  choose_coding (self, image);
  set_uid (self, image);
  g_ptr_array_add (self->images, g_steal_pointer (&image));
  return TRUE;
}

/* --- label, overview, thumbnail --- */

static const struct {
  const char *associated;
  VitrailFlavor flavor;
  const char *name;
} others[] = {
  { "label", VITRAIL_FLAVOR_LABEL, "label" },
  { "macro", VITRAIL_FLAVOR_OVERVIEW, "overview" },
  { "overview", VITRAIL_FLAVOR_OVERVIEW, "overview" },
  { "thumbnail", VITRAIL_FLAVOR_THUMBNAIL, "thumbnail" },
};

static gboolean
set_picture (VitrailDicomized *self,
             VitrailDicomizedImage *image,
             GError **error)
{
  g_autoptr (VitrailFrame) frame =
      vitrail_slide_read_associated (self->slide, image->associated, error);

  if (frame == NULL)
    return FALSE;
  image->format = frame->format;
  image->format.planar = FALSE;
  image->grid = (VitrailSlideLevel){ .width = frame->format.width,
                                     .height = frame->format.height,
                                     .tile_width = frame->format.width,
                                     .tile_height = frame->format.height,
                                     .columns = 1,
                                     .rows = 1,
                                     .downsample = 1.0 };
  return check_frames (self, image, error);
}

/* Of two that are the same to DICOM the first counts. */
static gboolean
has_flavor (const VitrailDicomized *self, VitrailFlavor flavor)
{
  for (guint i = 0; i < self->images->len; i++)
    if (vitrail_dicomized_get_image (self, i)->flavor == flavor)
      return TRUE;
  return FALSE;
}

static gboolean
add_other (VitrailDicomized *self, guint which, GError **error)
{
  const char *const *names = vitrail_slide_list_associated (self->slide);

  if (!g_strv_contains (names, others[which].associated) ||
      has_flavor (self, others[which].flavor))
    return TRUE;
  g_autoptr (VitrailDicomizedImage) image =
      image_new (others[which].flavor, g_strdup (others[which].name));
  image->associated = g_strdup (others[which].associated);
  if (!set_picture (self, image, error))
    return FALSE;
  image->is_lossy = vitrail_slide_is_lossy (self->slide);
  choose_encoding (image);
  set_uid (self, image);
  g_ptr_array_add (self->images, g_steal_pointer (&image));
  return TRUE;
}

gboolean
vitrail_dicomized_plan (VitrailDicomized *self, GError **error)
{
  guint n_levels = vitrail_slide_get_n_levels (self->slide);
  guint n_paths = vitrail_slide_get_n_paths (self->slide);

  for (guint level = 0; level < n_levels; level++) {
    for (guint path = 0; path < n_paths;) {
      PathGroup group = find_group (self->slide, path);
      if (!add_level (self, level, &group, error))
        return FALSE;
      path += group.n;
    }
  }
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (!add_other (self, i, error))
      return FALSE;
  return TRUE;
}
