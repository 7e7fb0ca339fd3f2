/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Directories and tiles of TIFF files: see tiffindex.h. Every position is
 * checked against the file before it is read. */

#include "slide/tiffindex.h"

#include "mapping.h"
#include "slide/jpegtile.h"

#include <string.h>

#define MAX_DIRECTORIES 256
#define MAX_ENTRIES     4096

enum {
  TAG_WIDTH = 256,
  TAG_HEIGHT = 257,
  TAG_BITS = 258,
  TAG_COMPRESSION = 259,
  TAG_PHOTOMETRIC = 262,
  TAG_SAMPLES = 277,
  TAG_PLANAR = 284,
  TAG_TILE_WIDTH = 322,
  TAG_TILE_HEIGHT = 323,
  TAG_TILE_OFFSETS = 324,
  TAG_TILE_BYTES = 325,
  TAG_JPEG_TABLES = 347,
};

#define COMPRESSION_JPEG  7
#define PHOTOMETRIC_RGB   2
#define PHOTOMETRIC_YCBCR 6

/* The values of one tag: @count of @size bytes at @at in the file. */
typedef struct {
  guint size;
  guint64 count;
  guint64 at;
} Values;

struct _VitrailTiffDirectory {
  guint64 width;
  guint64 height;
  guint64 tile_width;
  guint64 tile_height;
  guint64 bits;
  guint64 compression;
  guint64 photometric;
  guint64 samples;
  guint64 planar;
  Values offsets;
  Values bytes;
  Values tables;
};

struct _VitrailTiffIndex {
  GBytes *file;
  const uint8_t *data;
  guint64 length;
  gboolean is_big_endian;
  gboolean is_big; /* BigTIFF */
  GArray *directories;
};

/* A number of @size (1, 2, 4 or 8) bytes at @at. */
static gboolean
read_number (const VitrailTiffIndex *self,
             guint64 at,
             guint size,
             guint64 *value)
{
  if (at > self->length || size > self->length - at)
    return FALSE;
  *value = 0;
  for (guint i = 0; i < size; i++) {
    guint64 byte = self->data[at + i];
    *value |= byte << (8 * (self->is_big_endian ? size - 1 - i : i));
  }
  return TRUE;
}

/* Bytes of a value of a field type; 0 for types that no tag here has. */
static guint
type_size (guint64 type)
{
  switch (type) {
  case 1: /* BYTE */
  case 7: /* UNDEFINED */
    return 1;
  case 3: /* SHORT */
    return 2;
  case 4: /* LONG */
    return 4;
  case 16: /* LONG8 */
    return 8;
  default:
    return 0;
  }
}

static gboolean
read_value (const VitrailTiffIndex *self,
            const Values *values,
            guint64 index,
            guint64 *value)
{
  if (index >= values->count)
    return FALSE;
  return read_number (self, values->at + index * values->size, values->size,
                      value);
}

/* One entry of a directory: its tag and where its values are. FALSE when they
 * are not in the file. */
static gboolean
read_entry (const VitrailTiffIndex *self,
            guint64 at,
            guint64 *tag,
            Values *values)
{
  guint word = self->is_big ? 8 : 4;
  guint64 type;
  guint64 field = at + 4 + word;

  if (!read_number (self, at, 2, tag) ||
      !read_number (self, at + 2, 2, &type) ||
      !read_number (self, at + 4, word, &values->count))
    return FALSE;
  values->size = type_size (type);
  values->at = field;
  if (values->size == 0 || values->count > self->length / values->size)
    return FALSE;
  if (values->count * values->size > word &&
      !read_number (self, field, word, &values->at))
    return FALSE;
  return values->at <= self->length &&
         values->count * values->size <= self->length - values->at;
}

static guint64 *
find_field (VitrailTiffDirectory *directory, guint64 tag)
{
  switch (tag) {
  case TAG_WIDTH:
    return &directory->width;
  case TAG_HEIGHT:
    return &directory->height;
  case TAG_BITS:
    return &directory->bits;
  case TAG_COMPRESSION:
    return &directory->compression;
  case TAG_PHOTOMETRIC:
    return &directory->photometric;
  case TAG_SAMPLES:
    return &directory->samples;
  case TAG_PLANAR:
    return &directory->planar;
  case TAG_TILE_WIDTH:
    return &directory->tile_width;
  case TAG_TILE_HEIGHT:
    return &directory->tile_height;
  default:
    return NULL;
  }
}

static void
take_entry (const VitrailTiffIndex *self,
            VitrailTiffDirectory *directory,
            guint64 at)
{
  guint64 tag;
  Values values;

  if (!read_entry (self, at, &tag, &values))
    return;
  guint64 *field = find_field (directory, tag);
  if (field != NULL)
    read_value (self, &values, 0, field);
  else if (tag == TAG_TILE_OFFSETS)
    directory->offsets = values;
  else if (tag == TAG_TILE_BYTES)
    directory->bytes = values;
  else if (tag == TAG_JPEG_TABLES && values.size == 1)
    directory->tables = values;
}

/* The directory at @at; @next is where the following one is, 0 at the end. */
static gboolean
read_directory (VitrailTiffIndex *self, guint64 at, guint64 *next)
{
  guint count_size = self->is_big ? 8 : 2;
  guint entry_size = self->is_big ? 20 : 12;
  VitrailTiffDirectory directory = { .planar = 1 };
  guint64 n_entries;

  if (!read_number (self, at, count_size, &n_entries) ||
      n_entries > MAX_ENTRIES)
    return FALSE;
  at += count_size;
  for (guint64 i = 0; i < n_entries; i++)
    take_entry (self, &directory, at + i * entry_size);
  g_array_append_val (self->directories, directory);
  return read_number (self, at + n_entries * entry_size, self->is_big ? 8 : 4,
                      next);
}

static gboolean
read_header (VitrailTiffIndex *self, guint64 *first)
{
  guint64 version;

  if (self->length < 8)
    return FALSE;
  self->is_big_endian = memcmp (self->data, "MM", 2) == 0;
  if ((!self->is_big_endian && memcmp (self->data, "II", 2) != 0) ||
      !read_number (self, 2, 2, &version))
    return FALSE;
  self->is_big = version == 43;
  if (self->is_big)
    return read_number (self, 8, 8, first);
  return version == 42 && read_number (self, 4, 4, first);
}

VitrailTiffIndex *
vitrail_tiff_index_open (const char *path)
{
  g_autoptr (GBytes) file = vitrail_map_file (path, NULL);

  return file != NULL ? vitrail_tiff_index_new (file) : NULL;
}

VitrailTiffIndex *
vitrail_tiff_index_new (GBytes *file)
{
  guint64 at = 0;

  g_autoptr (VitrailTiffIndex) self = g_new0 (VitrailTiffIndex, 1);
  self->file = g_bytes_ref (file);
  self->data = g_bytes_get_data (file, NULL);
  self->length = g_bytes_get_size (file);
  self->directories = g_array_new (FALSE, TRUE, sizeof (VitrailTiffDirectory));
  if (!read_header (self, &at))
    return NULL;
  while (at != 0 && self->directories->len < MAX_DIRECTORIES)
    if (!read_directory (self, at, &at))
      break;
  return g_steal_pointer (&self);
}

void
vitrail_tiff_index_free (VitrailTiffIndex *self)
{
  g_array_unref (self->directories);
  g_bytes_unref (self->file);
  g_free (self);
}

static gboolean
is_jpeg_in_colour (const VitrailTiffDirectory *self)
{
  return self->compression == COMPRESSION_JPEG && self->samples == 3 &&
         self->bits == 8 && self->planar == 1 &&
         (self->photometric == PHOTOMETRIC_RGB ||
          self->photometric == PHOTOMETRIC_YCBCR);
}

const VitrailTiffDirectory *
vitrail_tiff_index_find (const VitrailTiffIndex *self,
                         const VitrailSlideLevel *level)
{
  guint64 n_tiles = (guint64) level->columns * level->rows;

  if (level->tile_width == 0 || level->tile_height == 0)
    return NULL;
  for (guint i = 0; i < self->directories->len; i++) {
    const VitrailTiffDirectory *directory =
        &g_array_index (self->directories, VitrailTiffDirectory, i);
    if (directory->width == level->width &&
        directory->height == level->height &&
        directory->tile_width == level->tile_width &&
        directory->tile_height == level->tile_height &&
        directory->offsets.count == n_tiles &&
        directory->bytes.count == n_tiles && is_jpeg_in_colour (directory))
      return directory;
  }
  return NULL;
}

gboolean
vitrail_tiff_index_is_lossy (const VitrailTiffIndex *self)
{
  /* Old and new JPEG, Aperio's JPEG 2000 (YCbCr, RGB), JPEG 2000, WebP. */
  static const guint64 codes[] = { 6,    COMPRESSION_JPEG, 33003, 33005, 34712,
                                   50001 };

  for (guint i = 0; i < self->directories->len; i++) {
    const VitrailTiffDirectory *directory =
        &g_array_index (self->directories, VitrailTiffDirectory, i);
    for (guint k = 0; k < G_N_ELEMENTS (codes); k++) {
      if (directory->tile_width > 0 && directory->compression == codes[k])
        return TRUE;
    }
  }
  return FALSE;
}

GBytes *
vitrail_tiff_index_ref_tile (const VitrailTiffIndex *self,
                             const VitrailTiffDirectory *directory,
                             guint column,
                             guint row)
{
  guint64 columns =
      (directory->width + directory->tile_width - 1) / directory->tile_width;
  guint64 index = row * columns + column;
  const Values *tables = &directory->tables;
  guint64 at;
  guint64 length;

  if (!read_value (self, &directory->offsets, index, &at) ||
      !read_value (self, &directory->bytes, index, &length) || length == 0 ||
      at > self->length || length > self->length - at ||
      !vitrail_mapping_is_whole (self->data + at, length))
    return NULL;
  VitrailJpegPart parts[2] = { { self->data + tables->at, tables->count },
                               { self->data + at, length } };
  return vitrail_jpeg_tile_join (parts,
                                 directory->photometric == PHOTOMETRIC_RGB);
}
