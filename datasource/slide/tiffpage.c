/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a page is, and whether it can be shown: see tiffpage.h. */

#include "slide/tiffpage.h"

#include "error.h"
#include "limits.h"
#include "mapping.h"
#include "slide/jpegtile.h"

/* Where the file's own cells are of no use: strips, turned pages. */
#define OWN_TILE_SIZE 512

static gboolean refuse (const VitrailTiffFile *file,
                        const VitrailTiffDirectory *directory,
                        GError **error,
                        VitrailError code,
                        const char *format,
                        ...) G_GNUC_PRINTF (5, 6);

static gboolean
refuse (const VitrailTiffFile *file,
        const VitrailTiffDirectory *directory,
        GError **error,
        VitrailError code,
        const char *format,
        ...)
{
  va_list list;

  va_start (list, format);
  g_autofree char *reason = g_strdup_vprintf (format, list);
  va_end (list);
  g_set_error (error, VITRAIL_ERROR, code,
               "%s: TIFF directory at %" G_GUINT64_FORMAT ": %s", file->path,
               directory->at, reason);
  return FALSE;
}

/* Sizes that a slide can have; both sides in tiles are numbers of 32 bits. */
static gboolean
check_size (const VitrailTiffFile *file,
            const VitrailTiffDirectory *d,
            GError **error)
{
  if (d->width < 1 || d->height < 1 || d->width > G_MAXINT32 ||
      d->height > G_MAXINT32)
    return refuse (file, d, error, VITRAIL_ERROR_MALFORMED,
                   "ImageWidth and ImageLength are %" G_GUINT64_FORMAT
                   " and %" G_GUINT64_FORMAT,
                   d->width, d->height);
  if (d->cell_width < 1 || d->cell_height < 1)
    return refuse (file, d, error, VITRAIL_ERROR_MALFORMED,
                   "TileWidth and TileLength are %" G_GUINT64_FORMAT
                   " and %" G_GUINT64_FORMAT,
                   d->cell_width, d->cell_height);
  gboolean is_mapped = !d->is_tiled && d->compression == VITRAIL_TIFF_NONE;
  if (d->cell_width > G_MAXINT32 || d->cell_height > G_MAXINT32 ||
      (!is_mapped &&
       d->cell_width > VITRAIL_LIMIT_TILE_PIXELS / d->cell_height))
    return refuse (file, d, error, VITRAIL_ERROR_LIMIT,
                   "%s of %" G_GUINT64_FORMAT " x %" G_GUINT64_FORMAT " pixels",
                   d->is_tiled ? "tiles" : "strips", d->cell_width,
                   d->cell_height);
  return TRUE;
}

static gboolean
check_grid (VitrailTiffPage *self, const VitrailTiffFile *file, GError **error)
{
  const VitrailTiffDirectory *d = self->directory;
  guint64 columns = (d->width + d->cell_width - 1) / d->cell_width;
  guint64 rows = (d->height + d->cell_height - 1) / d->cell_height;
  guint64 planes = d->planar == 2 ? d->samples : 1;

  if (columns > VITRAIL_LIMIT_FRAMES / rows)
    return refuse (file, d, error, VITRAIL_ERROR_LIMIT,
                   "a grid of %" G_GUINT64_FORMAT " x %" G_GUINT64_FORMAT " %s",
                   columns, rows, d->is_tiled ? "tiles" : "strips");
  if (d->offsets.count < columns * rows * planes ||
      d->bytes.count < columns * rows * planes)
    return refuse (file, d, error, VITRAIL_ERROR_MALFORMED,
                   "%s and %s have %" G_GUINT64_FORMAT " and %" G_GUINT64_FORMAT
                   " values for a grid of %" G_GUINT64_FORMAT
                   " x %" G_GUINT64_FORMAT,
                   d->is_tiled ? "TileOffsets" : "StripOffsets",
                   d->is_tiled ? "TileByteCounts" : "StripByteCounts",
                   d->offsets.count, d->bytes.count, columns, rows);
  self->cell_width = (guint) d->cell_width;
  self->cell_height = (guint) d->cell_height;
  self->columns = (guint) columns;
  self->rows = (guint) rows;
  return TRUE;
}

static gboolean
is_jpeg2000 (guint compression)
{
  return compression == VITRAIL_TIFF_APERIO_YCBCR ||
         compression == VITRAIL_TIFF_OME_JPEG2000 ||
         compression == VITRAIL_TIFF_APERIO_RGB ||
         compression == VITRAIL_TIFF_JPEG2000;
}

static gboolean
is_grey (const VitrailTiffDirectory *d)
{
  return d->photometric == VITRAIL_TIFF_MIN_IS_BLACK ||
         d->photometric == VITRAIL_TIFF_MIN_IS_WHITE;
}

/* 8 bits, and components that a JPEG stream itself makes grey or RGB. */
static gboolean
is_plain_jpeg (const VitrailTiffDirectory *d)
{
  if (d->compression != VITRAIL_TIFF_JPEG || d->bits != 8)
    return FALSE;
  if (d->samples == 1)
    return is_grey (d);
  return d->samples == 3 && d->planar != 2 &&
         (d->photometric == VITRAIL_TIFF_RGB ||
          d->photometric == VITRAIL_TIFF_YCBCR);
}

/* As many components as the colours that are made of them need. */
static gboolean
is_plain_jpeg2000 (const VitrailTiffDirectory *d)
{
  return is_jpeg2000 (d->compression) && (d->bits == 8 || d->bits == 16) &&
         d->planar != 2 &&
         (d->samples == 3 || (d->samples == 1 && is_grey (d)));
}

/* Samples that are what they mean. */
static gboolean
is_plain (const VitrailTiffDirectory *d)
{
  return (d->bits == 8 || d->bits == 16) &&
         (is_grey (d) ||
          (d->photometric == VITRAIL_TIFF_RGB && d->samples >= 3));
}

static gboolean
choose_means (VitrailTiffPage *self,
              const VitrailTiffFile *file,
              GError **error)
{
  const VitrailTiffDirectory *d = self->directory;

  if (is_plain_jpeg2000 (d))
    self->means = VITRAIL_TIFF_BY_CODEC;
  else if (!vitrail_tiff_file_can_decode (d->compression))
    return refuse (file, d, error, VITRAIL_ERROR_UNSUPPORTED,
                   "Compression %u (PhotometricInterpretation %u, %u "
                   "samples) is not supported",
                   d->compression, d->photometric, d->samples);
  else if (is_plain_jpeg (d))
    self->means = VITRAIL_TIFF_BY_JPEG;
  else if (is_plain (d) && d->compression == VITRAIL_TIFF_NONE)
    self->means = VITRAIL_TIFF_BY_MAPPING;
  else if (is_plain (d))
    self->means = VITRAIL_TIFF_BY_LIBTIFF;
  else
    self->means = VITRAIL_TIFF_BY_RGBA;
  return TRUE;
}

static gboolean
check_samples (VitrailTiffPage *self,
               const VitrailTiffFile *file,
               GError **error)
{
  const VitrailTiffDirectory *d = self->directory;

  if (d->samples < 1 || d->samples > VITRAIL_SLIDE_MAX_PATHS)
    return refuse (file, d, error, VITRAIL_ERROR_LIMIT, "SamplesPerPixel is %u",
                   d->samples);
  if (d->bits == 0 || d->bits > 16 || d->sample_format == 3)
    return refuse (file, d, error, VITRAIL_ERROR_UNSUPPORTED,
                   "BitsPerSample is %u, SampleFormat %u: only whole numbers "
                   "of up to 16 bits are shown",
                   d->bits, d->sample_format);
  if (!choose_means (self, file, error))
    return FALSE;
  self->sample_bytes = d->bits > 8 ? 2 : 1;
  self->n_samples = d->planar == 2 ? 1 : d->samples;
  if ((guint64) self->cell_width * self->sample_bytes * self->n_samples >
      G_MAXINT32)
    return refuse (file, d, error, VITRAIL_ERROR_LIMIT,
                   "rows of %u pixels of %u samples", self->cell_width,
                   self->n_samples);
  return TRUE;
}

/* Which sample hides the others: @grey as find_colours() sees it. */
static guint
find_alpha (const VitrailTiffDirectory *d, gboolean grey)
{
  /* libtiff, too, takes a fourth sample for an alpha channel. */
  if (d->photometric == VITRAIL_TIFF_RGB && d->samples == 4 && d->alpha == 0)
    return 1;
  /* So does everybody with a second sample of which nothing is said. */
  if (grey && d->samples == 2 && d->n_extra == 0)
    return 2;
  /* Extra Samples may tell of one that is not there. */
  return d->samples > (is_grey (d) ? 1 : 3) ? d->alpha : 0;
}

static gboolean
has_ycbcr (const VitrailTiffDirectory *d)
{
  if (d->compression == VITRAIL_TIFF_APERIO_YCBCR)
    return TRUE;
  return d->compression != VITRAIL_TIFF_APERIO_RGB &&
         d->photometric == VITRAIL_TIFF_YCBCR;
}

/* Grey with an alpha channel is shown as colour is: over the background. */
static void
find_colours (VitrailTiffPage *self)
{
  const VitrailTiffDirectory *d = self->directory;
  gboolean grey = is_grey (d) && self->means != VITRAIL_TIFF_BY_RGBA;

  self->alpha = find_alpha (d, grey);
  self->is_ycbcr = has_ycbcr (d);
  self->is_color = !grey || (d->samples == 2 && self->alpha != 0);
  self->is_inverted = grey && d->photometric == VITRAIL_TIFF_MIN_IS_WHITE;
  self->is_signed = d->sample_format == 2 && !self->is_color;
  if (!self->is_color)
    self->n_channels =
        d->samples > 1 && d->alpha != 0 ? d->samples - 1 : d->samples;
}

gboolean
vitrail_tiff_page_init (VitrailTiffPage *self,
                        VitrailTiffFile *file,
                        const VitrailTiffDirectory *directory,
                        guint orientation,
                        GError **error)
{
  *self = (VitrailTiffPage){ .file = file,
                             .directory = directory,
                             .orientation = orientation };
  if (!check_size (file, directory, error) || !check_grid (self, file, error) ||
      !check_samples (self, file, error))
    return FALSE;
  find_colours (self);
  gboolean lies = self->orientation > 4;
  self->width = lies ? directory->height : directory->width;
  self->height = lies ? directory->width : directory->height;
  return TRUE;
}

gboolean
vitrail_tiff_page_is_direct (const VitrailTiffPage *self)
{
  return self->directory->is_tiled && self->orientation == 1;
}

void
vitrail_tiff_page_get_level (const VitrailTiffPage *self,
                             VitrailSlideLevel *level)
{
  gboolean is_direct = vitrail_tiff_page_is_direct (self);

  *level = (VitrailSlideLevel){ .width = self->width,
                                .height = self->height,
                                .tile_width = OWN_TILE_SIZE,
                                .tile_height = OWN_TILE_SIZE,
                                .downsample = 1.0 };
  if (is_direct) {
    level->tile_width = self->cell_width;
    level->tile_height = self->cell_height;
  }
  level->columns =
      (guint) ((level->width + level->tile_width - 1) / level->tile_width);
  level->rows =
      (guint) ((level->height + level->tile_height - 1) / level->tile_height);
}

/* JPEG 2000 is handed out where its components are RGB or grey: there is no
 * way to state in the stream that they are YCbCr. */
static VitrailTileCoding
get_coding (const VitrailTiffPage *self)
{
  if (!vitrail_tiff_page_is_direct (self) || self->is_inverted)
    return VITRAIL_TILE_NONE;
  if (self->means == VITRAIL_TIFF_BY_JPEG)
    return VITRAIL_TILE_JPEG;
  if (self->means == VITRAIL_TIFF_BY_CODEC &&
      !(self->is_ycbcr && self->directory->samples == 3))
    return VITRAIL_TILE_JPEG2000;
  return VITRAIL_TILE_NONE;
}

GBytes *
vitrail_tiff_page_ref_tile (const VitrailTiffPage *self,
                            const VitrailTiffFile *file,
                            guint64 cell,
                            VitrailTileCoding *coding)
{
  const VitrailTiffDirectory *d = self->directory;
  const uint8_t *start = vitrail_tiff_index_get_bytes (file->index)->data;
  VitrailTileCoding found = get_coding (self);
  const uint8_t *data;
  size_t length;

  if (found == VITRAIL_TILE_NONE ||
      vitrail_tiff_index_find_cell (file->index, d, cell, &data, &length) !=
          VITRAIL_TIFF_CELL_HERE ||
      !vitrail_mapping_is_whole (data, length))
    return NULL;
  VitrailJpegPart parts[2] = { { start + d->tables.at,
                                 (size_t) d->tables.count },
                               { data, length } };
  GBytes *tile =
      found == VITRAIL_TILE_JPEG
          ? vitrail_jpeg_tile_join (parts, d->photometric == VITRAIL_TIFF_RGB)
          : g_bytes_new_from_bytes (file->bytes, (gsize) (data - start),
                                    length);
  if (tile != NULL)
    *coding = found;
  return tile;
}
