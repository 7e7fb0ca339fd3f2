/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Cells of TIFF files to samples: see tiffcell.h. */

#include "slide/tiffcell.h"

#include "codec/codec.h"
#include "error.h"
#include "limits.h"
#include "mapping.h"
#include "slide/jpegtile.h"

#include <string.h>

/* Of the codec that takes JPEG 2000. */
#define JPEG2000_SYNTAX "1.2.840.10008.1.2.4.91"

/* One cell that is being read. */
typedef struct {
  const VitrailTiffPage *page;
  VitrailTiffFile *file;
  guint column;
  guint row;
  guint64 index; /* of its first plane */
  guint height;  /* rows that it should have */
  const VitrailTiffTarget *target;
} Job;

static Job
job_new (const VitrailTiffPage *page,
         VitrailTiffFile *file,
         const guint place[2],
         const VitrailTiffTarget *target)
{
  const VitrailTiffDirectory *d = page->directory;
  guint64 top = (guint64) place[1] * page->cell_height;
  Job job = { .page = page,
              .file = file,
              .column = place[0],
              .row = place[1],
              .index = (guint64) place[1] * page->columns + place[0],
              .height = page->cell_height,
              .target = target };

  if (!d->is_tiled)
    job.height = (guint) MIN (page->cell_height, d->height - top);
  return job;
}

/* VITRAIL_ERROR_CORRUPT, or the reason that is there already. */
static gboolean
fail (const Job *job, GError **error, const char *reason)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT,
               "%s: TIFF directory at %" G_GUINT64_FORMAT ": %s %u, %u: %s",
               job->file->path, job->page->directory->at,
               job->page->directory->is_tiled ? "tile" : "strip", job->column,
               job->row, reason);
  return FALSE;
}

static gboolean
no_memory (const Job *job, GError **error)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
               "%s: no memory for a tile of %u x %u pixels", job->file->path,
               job->page->cell_width, job->height);
  return FALSE;
}

/* Once for each file: scanners that leave glass out leave out thousands. */
static void
tell_missing (const Job *job, VitrailTiffCellState state)
{
  if (!g_atomic_int_compare_and_exchange (&job->file->told_missing, 0, 1))
    return;
  g_message ("%s: TIFF directory at %" G_GUINT64_FORMAT
             ": %s %u, %u is missing (%s): background is shown, also for "
             "others like it",
             job->file->path, job->page->directory->at,
             job->page->directory->is_tiled ? "tile" : "strip", job->column,
             job->row,
             state == VITRAIL_TIFF_CELL_BEYOND ? "it lies beyond the file"
                                               : "its offset or length is 0");
}

/* Where the stored bytes of plane @plane lie; absent ones have no @data. */
static void
find_bytes (const Job *job, guint plane, VitrailJpegPart *bytes)
{
  const VitrailTiffPage *page = job->page;
  guint64 n_cells = (guint64) page->columns * page->rows;

  *bytes = (VitrailJpegPart){ NULL, 0 };
  VitrailTiffCellState state =
      vitrail_tiff_index_find_cell (job->file->index, page->directory,
                                    job->index + plane * n_cells, &bytes->data,
                                    &bytes->length);
  if (state != VITRAIL_TIFF_CELL_HERE)
    tell_missing (job, state);
}

/* A file that was cut short shows as zeros: an error, not a picture. */
static gboolean
check_whole (const Job *job, const VitrailJpegPart *bytes, GError **error)
{
  return vitrail_mapping_is_whole (bytes->data, bytes->length) ||
         fail (job, error, "the file has become shorter");
}

static gboolean
decode_jpeg (const Job *job,
             const VitrailJpegPart *image,
             VitrailJpegTarget *to,
             GError **error)
{
  const VitrailTiffDirectory *d = job->page->directory;
  const uint8_t *start = vitrail_tiff_index_get_bytes (job->file->index)->data;
  const VitrailJpegPart parts[2] = { { start + d->tables.at,
                                       (size_t) d->tables.count },
                                     *image };
  g_autoptr (GError) reason = NULL;

  if (!vitrail_jpeg_tile_decode_parts (
          parts, d->photometric == VITRAIL_TIFF_RGB, to, &reason))
    return fail (job, error, reason->message);
  return check_whole (job, image, error);
}

gboolean
vitrail_tiff_cell_read_jpeg (const VitrailTiffPage *page,
                             VitrailTiffFile *file,
                             const guint place[2],
                             const VitrailTiffTarget *target,
                             gboolean *is_done,
                             GError **error)
{
  Job job = job_new (page, file, place, target);
  VitrailJpegPart image;

  *is_done = FALSE;
  if (page->means != VITRAIL_TIFF_BY_JPEG || target->rgb == NULL ||
      page->is_inverted)
    return TRUE;
  find_bytes (&job, 0, &image);
  if (image.data == NULL)
    return TRUE;
  VitrailJpegTarget to = { .pixels = target->rgb,
                           .stride = target->rgb_stride,
                           .width = page->cell_width,
                           .height = job.height };
  if (!decode_jpeg (&job, &image, &to, error))
    return FALSE;
  /* A picture that is smaller than its tile goes the long way. */
  *is_done = to.width == page->cell_width && to.height == job.height;
  return TRUE;
}

static VitrailTiffRow
describe_row (const VitrailTiffPage *page, const VitrailTiffTarget *target)
{
  VitrailTiffRow row = { .n_samples = page->n_samples,
                         .sample_bytes = page->sample_bytes,
                         .is_grey =
                             !page->is_color || page->directory->photometric <=
                                                    VITRAIL_TIFF_MIN_IS_BLACK,
                         .is_inverted = page->is_inverted,
                         .is_signed = page->is_signed,
                         .bits = target->bits,
                         .alpha = page->is_color ? page->alpha : 0,
                         .channel = page->is_color ? 0 : target->channel };
  return row;
}

/* Three samples of 8 bits that are RGB already. */
static void
become_rgb (VitrailTiffCell *self)
{
  self->row = (VitrailTiffRow){ .data = self->owned,
                                .n_samples = 3,
                                .sample_bytes = 1,
                                .bits = 8 };
  self->stride = (size_t) self->width * 3;
}

static gboolean
read_by_jpeg (VitrailTiffCell *self,
              const Job *job,
              const VitrailJpegPart *image,
              GError **error)
{
  gboolean is_grey = !job->page->is_color;
  size_t pixel_bytes = is_grey ? 1 : 3;

  self->stride = self->width * pixel_bytes;
  self->owned = g_try_malloc0_n (self->stride, self->height);
  if (self->owned == NULL)
    return no_memory (job, error);
  VitrailJpegTarget to = { .pixels = self->owned,
                           .stride = self->stride,
                           .width = self->width,
                           .height = self->height,
                           .is_grey = is_grey };
  if (!decode_jpeg (job, image, &to, error))
    return FALSE;
  self->row.data = self->owned;
  if (!is_grey)
    become_rgb (self);
  return TRUE;
}

static VitrailPhotometric
get_codec_photometric (const VitrailTiffPage *page)
{
  if (page->directory->samples == 1)
    return VITRAIL_PHOTOMETRIC_MONOCHROME2;
  return page->is_ycbcr ? VITRAIL_PHOTOMETRIC_YBR_FULL
                        : VITRAIL_PHOTOMETRIC_RGB;
}

static gboolean
take_frame (VitrailTiffCell *self, const Job *job, GError **error)
{
  const VitrailPixelFormat *format = &self->frame->format;

  if (format->samples != job->page->directory->samples ||
      (format->bits_allocated != 8 && format->bits_allocated != 16) ||
      format->width > self->width || format->height > self->height)
    return fail (job, error, "JPEG 2000 of another size or other samples");
  self->row.data = self->frame->data;
  self->row.n_samples = format->samples;
  self->row.sample_bytes = format->bits_allocated / 8;
  self->row.is_swapped =
      format->bits_allocated == 16 && G_BYTE_ORDER == G_BIG_ENDIAN;
  self->row.is_signed = FALSE; /* normalized */
  self->stride = self->frame->stride;
  self->width = format->width;
  self->height = format->height;
  return TRUE;
}

static gboolean
read_by_codec (VitrailTiffCell *self,
               const Job *job,
               const VitrailJpegPart *image,
               GError **error)
{
  const VitrailTiffDirectory *d = job->page->directory;
  VitrailCodecInput input = {
    .data = image->data,
    .length = image->length,
    .format = { .width = self->width,
                .height = self->height,
                .samples = d->samples,
                .bits_allocated = d->bits,
                .bits_stored = d->bits,
                .high_bit = d->bits - 1,
                .is_signed = job->page->is_signed,
                .photometric = get_codec_photometric (job->page) },
    .name = job->file->path,
    .frame = (guint) MIN (job->index + 1, G_MAXUINT),
  };
  const VitrailCodec *codec = vitrail_codec_find (JPEG2000_SYNTAX);
  VitrailFrame *coded = codec->decode (&input, error);

  if (coded == NULL)
    return FALSE;
  self->frame = vitrail_frame_normalize (coded);
  if (self->frame == NULL)
    return no_memory (job, error);
  return take_frame (self, job, error) && check_whole (job, image, error);
}

/* Bytes of one plane. */
static size_t
get_plane_bytes (const VitrailTiffCell *self, const VitrailTiffPage *page)
{
  return (size_t) self->width * page->n_samples * page->sample_bytes *
         self->height;
}

static gboolean
read_by_mapping (VitrailTiffCell *self,
                 const Job *job,
                 const VitrailJpegPart *bytes,
                 GError **error)
{
  const VitrailTiffPage *page = job->page;

  if (bytes->length < get_plane_bytes (self, page))
    return fail (job, error, "shorter than its pixels");
  self->row.data = bytes->data;
  self->row.is_swapped =
      page->sample_bytes == 2 &&
      vitrail_tiff_index_get_bytes (job->file->index)->is_big_endian !=
          (G_BYTE_ORDER == G_BIG_ENDIAN);
  return check_whole (job, bytes, error);
}

static gboolean
read_by_libtiff (VitrailTiffCell *self,
                 const Job *job,
                 guint plane,
                 GError **error)
{
  const VitrailTiffPage *page = job->page;
  size_t length = get_plane_bytes (self, page);
  guint64 n_cells = (guint64) page->columns * page->rows;

  self->owned = g_try_malloc (length);
  if (self->owned == NULL)
    return no_memory (job, error);
  self->row.data = self->owned;
  return vitrail_tiff_file_read_cell (job->file, page->directory,
                                      job->index + plane * n_cells, self->owned,
                                      length, error);
}

static gboolean
read_by_rgba (VitrailTiffCell *self, const Job *job, GError **error)
{
  const VitrailTiffPage *page = job->page;
  const VitrailTiffDirectory *d = page->directory;
  guint rect[4] = { job->column * page->cell_width,
                    job->row * page->cell_height, 0, 0 };

  self->width = (guint) MIN (page->cell_width, d->width - rect[0]);
  self->height = (guint) MIN (page->cell_height, d->height - rect[1]);
  rect[2] = self->width;
  rect[3] = self->height;
  size_t n_pixels = (size_t) self->width * self->height;
  g_autofree uint32_t *rgba = g_try_malloc0_n (n_pixels, sizeof *rgba);
  self->owned = g_try_malloc_n (n_pixels, 3);
  if (rgba == NULL || self->owned == NULL)
    return no_memory (job, error);
  if (!vitrail_tiff_file_read_rgba (job->file, d, rect, rgba, error))
    return FALSE;
  vitrail_tiff_rgba_to_rgb (rgba, self->owned, n_pixels,
                            job->target->background);
  become_rgb (self);
  return TRUE;
}

/* A few bytes that say they are a whole wall of pixels are not believed. */
static gboolean
check_plausible (const VitrailTiffCell *self,
                 const Job *job,
                 const VitrailJpegPart *bytes,
                 GError **error)
{
  guint64 n = (guint64) self->width * self->height * job->page->n_samples;

  return n <= VITRAIL_LIMIT_MODEST_SAMPLES ||
         n / bytes->length <= VITRAIL_LIMIT_SAMPLES_PER_BYTE ||
         fail (job, error, "too few bytes for its pixels");
}

static gboolean
read_plane (VitrailTiffCell *self, const Job *job, guint plane, GError **error)
{
  const VitrailTiffPage *page = job->page;
  VitrailJpegPart bytes;

  *self = (VitrailTiffCell){ .row = describe_row (page, job->target),
                             .width = page->cell_width,
                             .height = job->height };
  self->stride = (size_t) self->width * page->n_samples * page->sample_bytes;
  find_bytes (job, plane, &bytes);
  self->is_absent = bytes.data == NULL;
  if (self->is_absent)
    return TRUE;
  if (!check_plausible (self, job, &bytes, error))
    return FALSE;
  switch (page->means) {
  case VITRAIL_TIFF_BY_JPEG:
    return read_by_jpeg (self, job, &bytes, error);
  case VITRAIL_TIFF_BY_CODEC:
    return read_by_codec (self, job, &bytes, error);
  case VITRAIL_TIFF_BY_MAPPING:
    return read_by_mapping (self, job, &bytes, error);
  case VITRAIL_TIFF_BY_LIBTIFF:
    return read_by_libtiff (self, job, plane, error);
  default:
    return read_by_rgba (self, job, error);
  }
}

/* Puts a plane where its samples belong among those of @n planes. */
static void
interleave (VitrailTiffCell *self,
            const VitrailTiffCell *plane,
            guint index,
            guint n)
{
  size_t size = self->row.sample_bytes;

  for (guint y = 0; y < self->height; y++) {
    const uint8_t *from = plane->row.data + y * plane->stride;
    uint8_t *to = self->owned + y * self->stride + index * size;
    for (guint x = 0; x < self->width; x++)
      memcpy (to + (size_t) x * n * size, from + (size_t) x * size, size);
  }
}

/* Colour whose samples lie in planes of their own. */
static gboolean
read_planes (VitrailTiffCell *self, const Job *job, GError **error)
{
  guint n = job->page->directory->samples;

  *self = (VitrailTiffCell){ .row = describe_row (job->page, job->target),
                             .width = job->page->cell_width,
                             .height = job->height };
  self->row.n_samples = n;
  self->stride = (size_t) self->width * n * self->row.sample_bytes;
  self->owned = g_try_malloc0_n (self->stride, self->height);
  if (self->owned == NULL)
    return no_memory (job, error);
  self->row.data = self->owned;
  for (guint i = 0; i < n && !self->is_absent; i++) {
    g_auto (VitrailTiffCell) plane = { 0 };
    if (!read_plane (&plane, job, i, error))
      return FALSE;
    self->is_absent = plane.is_absent;
    self->row.is_swapped = plane.row.is_swapped;
    if (!plane.is_absent)
      interleave (self, &plane, i, n);
  }
  return TRUE;
}

gboolean
vitrail_tiff_cell_read (VitrailTiffCell *self,
                        const VitrailTiffPage *page,
                        VitrailTiffFile *file,
                        const guint place[2],
                        const VitrailTiffTarget *target,
                        GError **error)
{
  Job job = job_new (page, file, place, target);
  gboolean is_apart = page->directory->planar == 2 &&
                      page->directory->samples > 1 &&
                      page->means != VITRAIL_TIFF_BY_RGBA;

  if (is_apart && page->is_color)
    return read_planes (self, &job, error);
  if (!is_apart)
    return read_plane (self, &job, 0, error);
  if (!read_plane (self, &job, target->channel, error))
    return FALSE;
  self->row.channel = 0;
  return TRUE;
}

void
vitrail_tiff_cell_clear (VitrailTiffCell *self)
{
  g_clear_pointer (&self->owned, g_free);
  g_clear_pointer (&self->frame, vitrail_frame_unref);
}
