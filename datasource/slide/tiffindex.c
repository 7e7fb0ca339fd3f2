/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Directories of TIFF files: see tiffindex.h. Every position is checked against
 * the file before it is read. */

#include "slide/tiffindex.h"

#include "error.h"

#include <string.h>

/* A slide of 256 channels in 64 focal planes has this many. */
#define MAX_DIRECTORIES 16384u
#define MAX_ENTRIES     4096u
/* Of all directories together: those of a slide have 20 to 40. What they list
 * of samples and directories below them counts, too: many can share one list.
 */
#define MAX_ALL_ENTRIES (1u << 20)

enum {
  TAG_SUBFILE_TYPE = 254,
  TAG_WIDTH = 256,
  TAG_HEIGHT = 257,
  TAG_BITS = 258,
  TAG_COMPRESSION = 259,
  TAG_PHOTOMETRIC = 262,
  TAG_DESCRIPTION = 270,
  TAG_MAKE = 271,
  TAG_MODEL = 272,
  TAG_STRIP_OFFSETS = 273,
  TAG_ORIENTATION = 274,
  TAG_SAMPLES = 277,
  TAG_ROWS_PER_STRIP = 278,
  TAG_STRIP_BYTES = 279,
  TAG_X_RESOLUTION = 282,
  TAG_Y_RESOLUTION = 283,
  TAG_PLANAR = 284,
  TAG_RESOLUTION_UNIT = 296,
  TAG_SOFTWARE = 305,
  TAG_DATE_TIME = 306,
  TAG_TILE_WIDTH = 322,
  TAG_TILE_HEIGHT = 323,
  TAG_TILE_OFFSETS = 324,
  TAG_TILE_BYTES = 325,
  TAG_SUB_IFDS = 330,
  TAG_EXTRA_SAMPLES = 338,
  TAG_SAMPLE_FORMAT = 339,
  TAG_JPEG_TABLES = 347,
  TAG_XMP = 700,
  TAG_ICC_PROFILE = 34675,
  TAG_NDPI = 65420,
};

struct _VitrailTiffIndex {
  GBytes *file;
  VitrailTiffBytes bytes;
  const char *name; /* while directories are read */
  GArray *directories;
  GHashTable *known; /* guint64 *: where directories are; while reading */
  guint n_pages;
  guint n_entries;
};

static gboolean
fail (const VitrailTiffIndex *self,
      GError **error,
      VitrailError code,
      const char *reason,
      guint64 value)
{
  g_set_error (error, VITRAIL_ERROR, code,
               "%s: TIFF directory %u: %s (%" G_GUINT64_FORMAT ")", self->name,
               self->directories->len, reason, value);
  return FALSE;
}

/* Where the values of @tag are kept; NULL: they are numbers, or not wanted. */
static VitrailTiffValues *
find_values (VitrailTiffDirectory *directory, guint64 tag)
{
  switch (tag) {
  case TAG_STRIP_OFFSETS:
  case TAG_TILE_OFFSETS:
    return &directory->offsets;
  case TAG_STRIP_BYTES:
  case TAG_TILE_BYTES:
    return &directory->bytes;
  case TAG_DESCRIPTION:
    return &directory->description;
  case TAG_MAKE:
    return &directory->make;
  case TAG_MODEL:
    return &directory->model;
  case TAG_SOFTWARE:
    return &directory->software;
  case TAG_DATE_TIME:
    return &directory->date_time;
  case TAG_SUB_IFDS:
    return &directory->sub_ifds;
  case TAG_JPEG_TABLES:
    return &directory->tables;
  case TAG_XMP:
    return &directory->xmp;
  case TAG_ICC_PROFILE:
    return &directory->icc_profile;
  default:
    return NULL;
  }
}

/* The bits of a sample, where all samples have the same. */
static guint
read_bits (const VitrailTiffBytes *bytes, const VitrailTiffValues *values)
{
  guint64 first = 0;

  vitrail_tiff_read_value (bytes, values, 0, &first);
  for (guint64 i = 1; i < MIN (values->count, MAX_ENTRIES); i++) {
    guint64 other = 0;
    vitrail_tiff_read_value (bytes, values, i, &other);
    if (other != first)
      return 0;
  }
  return first <= 64 ? (guint) first : 0;
}

static void
take_extra_samples (VitrailTiffDirectory *directory,
                    const VitrailTiffBytes *bytes,
                    const VitrailTiffValues *values)
{
  directory->n_extra = (guint) MIN (values->count, MAX_ENTRIES);
  for (guint i = 0; i < directory->n_extra; i++) {
    guint64 kind = 0;
    vitrail_tiff_read_value (bytes, values, i, &kind);
    if (kind == 1 || kind == 2)
      directory->alpha = (guint) kind;
  }
}

static void
take_size (VitrailTiffDirectory *directory, guint64 tag, guint64 value)
{
  if (tag == TAG_WIDTH) {
    directory->width = value;
  } else if (tag == TAG_HEIGHT) {
    directory->height = value;
  } else if (tag == TAG_TILE_WIDTH) {
    directory->cell_width = value;
    directory->is_tiled = TRUE;
  } else if (tag == TAG_TILE_HEIGHT || tag == TAG_ROWS_PER_STRIP) {
    directory->cell_height = value;
  }
}

/* A tag with one number of 16 bits. */
static guint *
find_number (VitrailTiffDirectory *directory, guint64 tag)
{
  switch (tag) {
  case TAG_COMPRESSION:
    return &directory->compression;
  case TAG_PHOTOMETRIC:
    return &directory->photometric;
  case TAG_ORIENTATION:
    return &directory->orientation;
  case TAG_SAMPLES:
    return &directory->samples;
  case TAG_PLANAR:
    return &directory->planar;
  case TAG_RESOLUTION_UNIT:
    return &directory->resolution_unit;
  case TAG_SAMPLE_FORMAT:
    return &directory->sample_format;
  default:
    return NULL;
  }
}

static void
take_number (VitrailTiffDirectory *directory,
             const VitrailTiffBytes *bytes,
             guint64 tag,
             const VitrailTiffValues *values)
{
  guint64 value = 0;
  guint *number = find_number (directory, tag);

  vitrail_tiff_read_value (bytes, values, 0, &value);
  if (number != NULL)
    *number = (guint) MIN (value, G_MAXUINT16);
  else if (tag == TAG_SUBFILE_TYPE) {
    directory->is_reduced = (value & 1) != 0;
    directory->is_mask = (value & 4) != 0;
  } else if (tag == TAG_X_RESOLUTION)
    directory->x_resolution = vitrail_tiff_read_double (bytes, values, 0);
  else if (tag == TAG_Y_RESOLUTION)
    directory->y_resolution = vitrail_tiff_read_double (bytes, values, 0);
  else if (tag == TAG_BITS)
    directory->bits = read_bits (bytes, values);
  else if (tag == TAG_EXTRA_SAMPLES)
    take_extra_samples (directory, bytes, values);
  else if (tag == TAG_NDPI)
    directory->is_ndpi = TRUE;
  else
    take_size (directory, tag, value);
}

/* FALSE, with @tag, where the values of a tag that we want are not in the
 * file. @n_read grows by the values that were read one by one. */
static gboolean
take_entry (VitrailTiffDirectory *directory,
            const VitrailTiffBytes *bytes,
            guint64 at,
            guint64 *tag,
            guint *n_read)
{
  VitrailTiffValues values = { 0 };
  VitrailTiffEntryState state =
      vitrail_tiff_read_entry (bytes, at, tag, &values);
  VitrailTiffValues *kept = find_values (directory, *tag);

  if (state == VITRAIL_TIFF_BEYOND)
    return kept == NULL;
  if (state == VITRAIL_TIFF_FINE && kept != NULL)
    *kept = values;
  else if (state == VITRAIL_TIFF_FINE)
    take_number (directory, bytes, *tag, &values);
  if (*tag == TAG_BITS || *tag == TAG_EXTRA_SAMPLES)
    *n_read += (guint) MIN (values.count, MAX_ENTRIES);
  return TRUE;
}

/* What follows from what was not said. */
static void
complete (VitrailTiffDirectory *directory)
{
  if (!directory->is_tiled) {
    directory->cell_width = directory->width;
    if (directory->cell_height == 0 ||
        directory->cell_height > directory->height)
      directory->cell_height = directory->height;
  }
  if (directory->orientation < 1 || directory->orientation > 8)
    directory->orientation = 1;
}

typedef struct {
  guint64 at;
  guint64 n_entries;
  guint64 first; /* where its entries are */
  guint entry_size;
} Frame;

static gboolean
find_entries (const VitrailTiffBytes *bytes, guint64 at, Frame *frame)
{
  guint count_size = bytes->is_big ? 8 : 2;

  frame->at = at;
  frame->entry_size = bytes->is_big ? 20 : 12;
  frame->first = at + count_size;
  return vitrail_tiff_read_number (bytes, at, count_size, &frame->n_entries) &&
         frame->n_entries <= MAX_ENTRIES &&
         frame->n_entries * frame->entry_size <= bytes->length - frame->first;
}

static void
directory_init (VitrailTiffDirectory *directory, guint64 at)
{
  *directory = (VitrailTiffDirectory){ .at = at,
                                       .parent = G_MAXUINT,
                                       .bits = 1,
                                       .compression = VITRAIL_TIFF_NONE,
                                       .samples = 1,
                                       .planar = 1,
                                       .sample_format = 1,
                                       .orientation = 1,
                                       .resolution_unit = 2 };
}

static gboolean
check_place (VitrailTiffIndex *self, guint64 at, GError **error)
{
  if (at > self->bytes.length)
    return fail (self, error, VITRAIL_ERROR_MALFORMED,
                 "lies beyond the end of the file", at);
  if (!g_hash_table_add (self->known, g_memdup2 (&at, sizeof at)))
    return fail (self, error, VITRAIL_ERROR_MALFORMED,
                 "a directory that was there before: a cycle", at);
  if (self->directories->len >= MAX_DIRECTORIES)
    return fail (self, error, VITRAIL_ERROR_LIMIT, "too many directories",
                 MAX_DIRECTORIES);
  return TRUE;
}

static gboolean
check_entries (const VitrailTiffIndex *self, GError **error)
{
  return self->n_entries <= MAX_ALL_ENTRIES ||
         fail (self, error, VITRAIL_ERROR_LIMIT,
               "too many entries in all directories", self->n_entries);
}

static gboolean
take_entries (VitrailTiffIndex *self,
              const Frame *frame,
              VitrailTiffDirectory *directory,
              GError **error)
{
  self->n_entries += (guint) frame->n_entries;
  if (!check_entries (self, error))
    return FALSE;
  for (guint64 i = 0; i < frame->n_entries; i++) {
    guint64 tag;
    if (!take_entry (directory, &self->bytes,
                     frame->first + i * frame->entry_size, &tag,
                     &self->n_entries))
      return fail (self, error, VITRAIL_ERROR_MALFORMED,
                   "values that do not lie in the file, of the tag", tag);
    if (!check_entries (self, error))
      return FALSE;
  }
  return TRUE;
}

/* The directory at @at; @next is where the following one is, 0 at the end. */
static gboolean
read_directory (VitrailTiffIndex *self,
                guint64 at,
                guint parent,
                guint64 *next,
                GError **error)
{
  VitrailTiffDirectory directory;
  Frame frame = { 0 };

  if (!check_place (self, at, error))
    return FALSE;
  if (!find_entries (&self->bytes, at, &frame))
    return fail (self, error, VITRAIL_ERROR_MALFORMED,
                 "more entries than the file has room for", frame.n_entries);
  directory_init (&directory, at);
  directory.parent = parent;
  if (!take_entries (self, &frame, &directory, error))
    return FALSE;
  complete (&directory);
  g_array_append_val (self->directories, directory);
  *next = 0;
  /* Some writers forget the end of the last one. */
  vitrail_tiff_read_number (&self->bytes,
                            frame.first + frame.n_entries * frame.entry_size,
                            self->bytes.is_big ? 8 : 4, next);
  return TRUE;
}

static gboolean
read_chain (VitrailTiffIndex *self, guint64 at, guint parent, GError **error)
{
  while (at != 0)
    if (!read_directory (self, at, parent, &at, error))
      return FALSE;
  return TRUE;
}

/* Directories below others: of each of the chain, those its tag lists. */
static gboolean
read_children (VitrailTiffIndex *self, guint parent, GError **error)
{
  VitrailTiffValues children =
      g_array_index (self->directories, VitrailTiffDirectory, parent).sub_ifds;

  if (children.count > MAX_DIRECTORIES)
    return fail (self, error, VITRAIL_ERROR_LIMIT, "too many SubIFDs (tag 330)",
                 children.count);
  self->n_entries += (guint) children.count;
  if (!check_entries (self, error))
    return FALSE;
  guint first = self->directories->len;
  for (guint64 i = 0; i < children.count; i++) {
    guint64 at = 0;
    guint64 next;
    if (!vitrail_tiff_read_value (&self->bytes, &children, i, &at))
      return fail (self, error, VITRAIL_ERROR_MALFORMED,
                   "SubIFDs (tag 330) of this directory", parent);
    if (at != 0 && !read_directory (self, at, parent, &next, error))
      return FALSE;
  }
  VitrailTiffDirectory *directory =
      &g_array_index (self->directories, VitrailTiffDirectory, parent);
  directory->first_child = first;
  directory->n_children = self->directories->len - first;
  return TRUE;
}

static gboolean
read_header (VitrailTiffBytes *bytes, guint64 *first)
{
  guint64 version;

  if (bytes->length < 8)
    return FALSE;
  bytes->is_big_endian = memcmp (bytes->data, "MM", 2) == 0;
  if ((!bytes->is_big_endian && memcmp (bytes->data, "II", 2) != 0) ||
      !vitrail_tiff_read_number (bytes, 2, 2, &version))
    return FALSE;
  bytes->is_big = version == 43;
  if (bytes->is_big)
    return vitrail_tiff_read_number (bytes, 8, 8, first);
  return version == 42 && vitrail_tiff_read_number (bytes, 4, 4, first);
}

static VitrailTiffBytes
get_bytes (GBytes *file)
{
  VitrailTiffBytes bytes = { .data = g_bytes_get_data (file, NULL),
                             .length = g_bytes_get_size (file) };
  return bytes;
}

gboolean
vitrail_tiff_index_peek (GBytes *file,
                         VitrailTiffBytes *bytes,
                         VitrailTiffDirectory *first)
{
  Frame frame;
  guint64 at;
  guint64 tag;
  guint n_read = 0;

  *bytes = get_bytes (file);
  if (!read_header (bytes, &at) || at == 0 || at > bytes->length ||
      !find_entries (bytes, at, &frame))
    return FALSE;
  directory_init (first, at);
  for (guint64 i = 0; i < frame.n_entries && n_read <= MAX_ALL_ENTRIES; i++)
    take_entry (first, bytes, frame.first + i * frame.entry_size, &tag,
                &n_read);
  complete (first);
  return TRUE;
}

VitrailTiffIndex *
vitrail_tiff_index_new (GBytes *file, const char *name, GError **error)
{
  guint64 at = 0;

  g_autoptr (VitrailTiffIndex) self = g_new0 (VitrailTiffIndex, 1);
  g_autoptr (GHashTable) known =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->file = g_bytes_ref (file);
  self->bytes = get_bytes (file);
  self->name = name;
  self->known = known;
  self->directories = g_array_new (FALSE, TRUE, sizeof (VitrailTiffDirectory));
  if (!read_header (&self->bytes, &at) || at == 0) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                 "%s: not a TIFF file", name);
    return NULL;
  }
  if (!read_chain (self, at, G_MAXUINT, error))
    return NULL;
  self->n_pages = self->directories->len;
  for (guint i = 0; i < self->n_pages; i++)
    if (!read_children (self, i, error))
      return NULL;
  self->known = NULL;
  self->name = NULL;
  return g_steal_pointer (&self);
}

void
vitrail_tiff_index_free (VitrailTiffIndex *self)
{
  g_array_unref (self->directories);
  g_bytes_unref (self->file);
  g_free (self);
}

guint
vitrail_tiff_index_get_n_directories (const VitrailTiffIndex *self)
{
  return self->directories->len;
}

guint
vitrail_tiff_index_get_n_pages (const VitrailTiffIndex *self)
{
  return self->n_pages;
}

const VitrailTiffDirectory *
vitrail_tiff_index_get (const VitrailTiffIndex *self, guint directory)
{
  return &g_array_index (self->directories, VitrailTiffDirectory, directory);
}

const VitrailTiffBytes *
vitrail_tiff_index_get_bytes (const VitrailTiffIndex *self)
{
  return &self->bytes;
}

guint64
vitrail_tiff_index_get_size_bytes (const VitrailTiffIndex *self)
{
  return sizeof *self +
         (guint64) self->directories->len * sizeof (VitrailTiffDirectory);
}

VitrailTiffCellState
vitrail_tiff_index_find_cell (const VitrailTiffIndex *self,
                              const VitrailTiffDirectory *directory,
                              guint64 cell,
                              const uint8_t **data,
                              size_t *length)
{
  guint64 at;
  guint64 n;

  if (!vitrail_tiff_read_value (&self->bytes, &directory->offsets, cell, &at) ||
      !vitrail_tiff_read_value (&self->bytes, &directory->bytes, cell, &n))
    return VITRAIL_TIFF_CELL_BEYOND;
  if (at == 0 || n == 0)
    return VITRAIL_TIFF_CELL_ABSENT;
  if (at > self->bytes.length || n > self->bytes.length - at)
    return VITRAIL_TIFF_CELL_BEYOND;
  *data = self->bytes.data + at;
  *length = (size_t) n;
  return VITRAIL_TIFF_CELL_HERE;
}
