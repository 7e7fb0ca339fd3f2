/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Directories of NDPI files: see ndpiindex.h. Every position is checked against
 * the file before it is read. */

#include "slide/ndpiindex.h"

#include "error.h"
#include "limits.h"
#include "slide/slide.h"

#include <string.h>

#define MAX_DIRECTORIES 256u
#define MAX_ENTRIES     256u
#define MAX_TEXT        256u
/* What a picture of the whole slide may take. */
#define MAX_MACRO_BYTES (64u << 20)

/* Restart intervals of all levels. */
#define MAX_ALL_STARTS (1u << 24)

/* A header is never longer. */
#define MAX_HEAD_BYTES 65536u

enum {
  TAG_WIDTH = 256,
  TAG_HEIGHT = 257,
  TAG_COMPRESSION = 259,
  TAG_MAKE = 271,
  TAG_MODEL = 272,
  TAG_STRIP_OFFSETS = 273,
  TAG_STRIP_BYTES = 279,
  TAG_X_RESOLUTION = 282,
  TAG_Y_RESOLUTION = 283,
  TAG_RESOLUTION_UNIT = 296,
  TAG_SOFTWARE = 305,
  TAG_DATE = 306,
  TAG_FORMAT = 65420, /* Hamamatsu's own, from here on */
  TAG_LENS = 65421,   /* -1: macro, -2: map */
  TAG_FOCUS_NM = 65424,
  TAG_STARTS = 65426,
  TAG_STARTS_HIGH = 65432,
  TAG_SERIAL = 65442,
};

#define COMPRESSION_JPEG 7
#define UNIT_CENTIMETRE  3

/* The file as it is read. */
typedef struct {
  const uint8_t *data;
  guint64 length;
} Reader;

/* One entry of a directory: @count values of @type at @at. */
typedef struct {
  guint tag;
  guint type;
  guint64 count;
  guint64 at;
} Entry;

typedef struct {
  Entry entries[MAX_ENTRIES];
  guint n;
} Directory;

static gboolean
read_number (const Reader *self, guint64 at, guint size, guint64 *value)
{
  if (at > self->length || size > self->length - at)
    return FALSE;
  *value = 0;
  for (guint i = size; i > 0; i--)
    *value = *value << 8 | self->data[at + i - 1];
  return TRUE;
}

static guint
type_size (guint type)
{
  switch (type) {
  case 1: /* BYTE */
  case 2: /* ASCII */
  case 7: /* UNDEFINED */
    return 1;
  case 3: /* SHORT */
    return 2;
  case 4:  /* LONG */
  case 9:  /* SLONG */
  case 11: /* FLOAT */
    return 4;
  case 5:  /* RATIONAL */
  case 12: /* DOUBLE */
    return 8;
  default:
    return 0;
  }
}

/* @high: where the upper half of its value lies. */
static gboolean
read_entry (const Reader *self, guint64 at, guint64 high, Entry *entry)
{
  guint64 tag;
  guint64 type;
  guint64 value;
  guint64 upper = 0;

  if (!read_number (self, at, 2, &tag) ||
      !read_number (self, at + 2, 2, &type) ||
      !read_number (self, at + 4, 4, &entry->count) ||
      !read_number (self, at + 8, 4, &value))
    return FALSE;
  entry->tag = (guint) tag;
  entry->type = (guint) type;
  const guint size = type_size (entry->type);
  if (size == 0 || entry->count > self->length / size)
    return FALSE;
  entry->at = at + 8;
  if (entry->count * size <= 4)
    return TRUE;
  /* Older files have nothing there, and no need of it. */
  if (self->length > G_MAXUINT32 && !read_number (self, high, 4, &upper))
    return FALSE;
  entry->at = upper << 32 | value;
  return entry->at <= self->length &&
         entry->count * size <= self->length - entry->at;
}

/* @next is where the following one is, 0 at the end. */
static gboolean
read_directory (const Reader *self,
                guint64 at,
                Directory *directory,
                guint64 *next)
{
  guint64 n;

  directory->n = 0;
  if (!read_number (self, at, 2, &n) || n > MAX_ENTRIES ||
      !read_number (self, at + 2 + n * 12, 8, next))
    return FALSE;
  for (guint64 i = 0; i < n; i++)
    if (read_entry (self, at + 2 + i * 12, at + 10 + n * 12 + i * 4,
                    &directory->entries[directory->n]))
      directory->n++;
  return TRUE;
}

static const Entry *
find (const Directory *self, guint tag)
{
  for (guint i = 0; i < self->n; i++)
    if (self->entries[i].tag == tag)
      return &self->entries[i];
  return NULL;
}

static gboolean
get_value (const Reader *self, const Entry *entry, guint64 i, guint64 *value)
{
  const guint size = entry != NULL ? type_size (entry->type) : 0;

  return size > 0 && i < entry->count &&
         read_number (self, entry->at + i * size, size, value);
}

static guint64
get_number (const Reader *self, const Directory *directory, guint tag)
{
  guint64 value = 0;

  get_value (self, find (directory, tag), 0, &value);
  return value;
}

/* An offset or a length: their upper halves, too, lie behind the directory. */
static guint64
get_position (const Reader *self,
              guint64 at,
              const Directory *directory,
              guint tag)
{
  guint64 value = get_number (self, directory, tag);
  guint64 n = 0;
  guint64 upper = 0;

  if (self->length <= G_MAXUINT32 || !read_number (self, at, 2, &n))
    return value;
  for (guint64 i = 0; i < n; i++) {
    guint64 found = 0;
    if (read_number (self, at + 2 + i * 12, 2, &found) && found == tag &&
        read_number (self, at + 10 + n * 12 + i * 4, 4, &upper))
      return upper << 32 | value;
  }
  return value;
}

static float
get_float (const Reader *self, const Directory *directory, guint tag)
{
  const guint32 bits = (guint32) get_number (self, directory, tag);
  float value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

static char *
dup_text (const Reader *self, const Directory *directory, guint tag)
{
  const Entry *entry = find (directory, tag);

  if (entry == NULL || entry->type != 2 || entry->count > MAX_TEXT)
    return NULL;
  g_autofree char *text =
      g_strndup ((const char *) self->data + entry->at, (gsize) entry->count);
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  return g_strstrip (g_steal_pointer (&valid));
}

/* Micrometres from one pixel to the next. */
static double
get_mpp_um (const Reader *self, const Directory *directory, guint tag)
{
  const Entry *entry = find (directory, tag);
  guint64 both = 0;

  if (get_number (self, directory, TAG_RESOLUTION_UNIT) != UNIT_CENTIMETRE ||
      entry == NULL || entry->type != 5 || !get_value (self, entry, 0, &both) ||
      (guint32) both == 0)
    return 0.0;
  return 10000.0 * (double) (both >> 32) / (double) (guint32) both;
}

/* --- a level --- */

static void
level_clear (gpointer data)
{
  VitrailNdpiLevel *self = data;

  g_clear_pointer (&self->starts, g_array_unref);
}

static gboolean
fail (const char *path, GError **error, const char *reason)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED, "%s: %s", path,
               reason);
  return FALSE;
}

/* Intervals follow each other. The markers before them are looked at when they
 * are read: here that would be a walk through all of the file. */
static gboolean
check_start (const VitrailNdpiLevel *level, guint64 i, guint64 start)
{
  if (i == 0)
    return start == level->head.length && start <= level->stream.length;
  return start <= level->stream.length &&
         start >= g_array_index (level->starts, guint64, i - 1) + 2;
}

/* Where there is no table: the first marker behind @at. */
static guint64
find_marker (const VitrailJpegPart *stream, guint64 at)
{
  while (at + 1 < stream->length) {
    const uint8_t *found =
        memchr (stream->data + at, 0xff, (size_t) (stream->length - 1 - at));
    if (found == NULL)
      return 0;
    at = (guint64) (found - stream->data);
    if ((found[1] & 0xf8) == 0xd0)
      return at + 2;
    at += 2;
  }
  return 0;
}

static gboolean
get_start (const Reader *self,
           const Directory *directory,
           const VitrailNdpiLevel *level,
           guint64 i,
           guint64 *start)
{
  guint64 upper = 0;

  if (find (directory, TAG_STARTS) != NULL) {
    if (!get_value (self, find (directory, TAG_STARTS), i, start))
      return FALSE;
    get_value (self, find (directory, TAG_STARTS_HIGH), i, &upper);
    *start |= upper << 32;
    return TRUE;
  }
  *start = i == 0 ? level->head.length
                  : find_marker (&level->stream,
                                 g_array_index (level->starts, guint64, i - 1));
  return *start != 0;
}

static guint64
count_starts (const VitrailNdpiLevel *level)
{
  return (guint64) level->rows * level->across;
}

static gboolean
read_starts (const Reader *self,
             const Directory *directory,
             VitrailNdpiLevel *level)
{
  const guint64 n = count_starts (level);

  /* Each interval has a marker. */
  if (n > level->stream.length / 2)
    return FALSE;
  level->starts = g_array_sized_new (FALSE, FALSE, sizeof (guint64), (guint) n);
  for (guint64 i = 0; i < n; i++) {
    guint64 start = 0;
    if (!get_start (self, directory, level, i, &start) ||
        !check_start (level, i, start))
      return FALSE;
    g_array_append_val (level->starts, start);
  }
  return TRUE;
}

/* Rows of whole intervals. */
static gboolean
measure (VitrailNdpiLevel *level)
{
  const VitrailJpegHead *head = &level->head;
  const guint64 columns =
      (level->width + head->mcu_width - 1) / head->mcu_width;
  const guint64 rows =
      (level->height + head->mcu_height - 1) / head->mcu_height;

  if (head->interval == 0 || columns % head->interval != 0 ||
      columns > G_MAXINT32 || rows > G_MAXINT32)
    return FALSE;
  level->rows = (guint) rows;
  level->across = (guint) (columns / head->interval);
  return TRUE;
}

/* The one strip of a directory. */
static gboolean
get_strip (const Reader *self,
           guint64 at,
           const Directory *directory,
           VitrailJpegPart *strip)
{
  const guint64 start = get_position (self, at, directory, TAG_STRIP_OFFSETS);
  const guint64 length = get_position (self, at, directory, TAG_STRIP_BYTES);

  if (get_number (self, directory, TAG_COMPRESSION) != COMPRESSION_JPEG ||
      length == 0 || start > self->length || length > self->length - start)
    return FALSE;
  strip->data = self->data + start;
  strip->length = (size_t) length;
  return TRUE;
}

static gboolean
add_level (VitrailNdpiIndex *self,
           const Reader *reader,
           guint64 at,
           const Directory *directory,
           const char *path,
           GError **error)
{
  VitrailNdpiLevel level = {
    .width = get_number (reader, directory, TAG_WIDTH),
    .height = get_number (reader, directory, TAG_HEIGHT),
    .focus_nm = (gint32) get_number (reader, directory, TAG_FOCUS_NM),
  };

  if (level.width == 0 || level.height == 0 || level.width > G_MAXINT32 ||
      level.height > G_MAXINT32)
    return fail (path, error, "a level without a size");
  if (!get_strip (reader, at, directory, &level.stream) ||
      !vitrail_jpeg_head_read (&level.head, level.stream.data,
                               MIN (level.stream.length, MAX_HEAD_BYTES)) ||
      !measure (&level))
    return fail (path, error, "a level without restart intervals");
  guint64 n_starts = count_starts (&level);
  for (guint i = 0; i < self->all->len; i++)
    n_starts += g_array_index (self->all, VitrailNdpiLevel, i).starts->len;
  if (n_starts > MAX_ALL_STARTS)
    return fail (path, error, "too many restart intervals in all levels");
  if (!read_starts (reader, directory, &level)) {
    level_clear (&level);
    return fail (path, error, "restart intervals are not where they should be");
  }
  g_array_append_val (self->all, level);
  return TRUE;
}

/* --- the file --- */

/* What the finest level says of all. */
static void
read_words (VitrailNdpiIndex *self,
            const Reader *reader,
            const Directory *directory)
{
  self->mpp_um[0] = get_mpp_um (reader, directory, TAG_X_RESOLUTION);
  self->mpp_um[1] = get_mpp_um (reader, directory, TAG_Y_RESOLUTION);
  self->lens = get_float (reader, directory, TAG_LENS);
  self->make = dup_text (reader, directory, TAG_MAKE);
  self->model = dup_text (reader, directory, TAG_MODEL);
  self->software = dup_text (reader, directory, TAG_SOFTWARE);
  self->date = dup_text (reader, directory, TAG_DATE);
  self->serial = dup_text (reader, directory, TAG_SERIAL);
}

static gboolean
add_directory (VitrailNdpiIndex *self,
               const Reader *reader,
               guint64 at,
               const Directory *directory,
               const char *path,
               GError **error)
{
  const float lens = get_float (reader, directory, TAG_LENS);

  if (lens == -1.0f && self->macro.data == NULL) {
    if (!get_strip (reader, at, directory, &self->macro) ||
        self->macro.length > MAX_MACRO_BYTES)
      self->macro.data = NULL;
    return TRUE;
  }
  if (!(lens > 0))
    return TRUE;
  if (self->all->len == 0)
    read_words (self, reader, directory);
  return add_level (self, reader, at, directory, path, error);
}

static int
compare_levels (gconstpointer a, gconstpointer b)
{
  const VitrailNdpiLevel *first = a;
  const VitrailNdpiLevel *second = b;

  if (first->width != second->width)
    return first->width > second->width ? -1 : 1;
  return first->focus_nm > second->focus_nm
             ? 1
             : -(first->focus_nm < second->focus_nm);
}

/* The directory that follows; @at is 0 behind the last one. Those before are
 * @known. */
static gboolean
read_next (const Reader *reader,
           GHashTable *known,
           guint64 *at,
           Directory *directory,
           guint64 *next)
{
  if (*next != 0 && g_hash_table_contains (known, next))
    return FALSE;
  *at = *next;
  if (*at != 0 && !read_directory (reader, *at, directory, next))
    *at = 0;
  g_hash_table_add (known, g_memdup2 (at, sizeof *at));
  return TRUE;
}

static gboolean
read_directories (VitrailNdpiIndex *self,
                  const Reader *reader,
                  const char *path,
                  GError **error)
{
  g_autofree Directory *directory = g_new (Directory, 1);
  g_autoptr (GHashTable) known =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  guint64 at = 0;
  guint64 next = 0;

  if (reader->length < 12 || memcmp (reader->data, "II*\0", 4) != 0 ||
      !read_number (reader, 4, 8, &at) ||
      !read_directory (reader, at, directory, &next) ||
      find (directory, TAG_FORMAT) == NULL)
    return fail (path, error, "not an NDPI file");
  g_hash_table_add (known, g_memdup2 (&at, sizeof at));
  for (guint i = 0; i < MAX_DIRECTORIES && at != 0; i++) {
    if (!add_directory (self, reader, at, directory, path, error))
      return FALSE;
    if (!read_next (reader, known, &at, directory, &next))
      return fail (path, error, "a directory that was there before: a cycle");
  }
  if (self->all->len == 0)
    return fail (path, error, "no level");
  g_array_sort (self->all, compare_levels);
  vitrail_ndpi_index_find_planes (self);
  return self->planes_nm->len <= VITRAIL_SLIDE_MAX_FOCAL_PLANES ||
         fail (path, error, "too many focal planes");
}

VitrailNdpiIndex *
vitrail_ndpi_index_new (GBytes *file, const char *path, GError **error)
{
  g_autoptr (VitrailNdpiIndex) self = g_new0 (VitrailNdpiIndex, 1);
  gsize length;
  const uint8_t *data = g_bytes_get_data (file, &length);
  const Reader reader = { data, length };

  self->file = g_bytes_ref (file);
  self->all = g_array_new (FALSE, FALSE, sizeof (VitrailNdpiLevel));
  g_array_set_clear_func (self->all, level_clear);
  self->planes_nm = g_array_new (FALSE, FALSE, sizeof (gint32));
  self->views = g_array_new (FALSE, FALSE, sizeof (guint));
  return read_directories (self, &reader, path, error) ? g_steal_pointer (&self)
                                                       : NULL;
}

void
vitrail_ndpi_index_free (VitrailNdpiIndex *self)
{
  g_array_unref (self->all);
  g_array_unref (self->planes_nm);
  g_array_unref (self->views);
  g_bytes_unref (self->file);
  g_free (self->make);
  g_free (self->model);
  g_free (self->software);
  g_free (self->date);
  g_free (self->serial);
  g_free (self);
}

static gboolean
is_behind_marker (const VitrailNdpiLevel *level, guint64 start)
{
  const uint8_t *data = level->stream.data;

  return data[start - 2] == 0xff && (data[start - 1] & 0xf8) == 0xd0;
}

gboolean
vitrail_ndpi_level_get_interval (const VitrailNdpiLevel *level,
                                 guint column,
                                 guint row,
                                 VitrailJpegPart *part)
{
  const guint i = row * level->across + column;
  const guint64 start = g_array_index (level->starts, guint64, i);
  guint64 end = level->stream.length;

  if (i + 1 < level->starts->len)
    end = g_array_index (level->starts, guint64, i + 1) - 2;
  /* The end of the image is for the band to write. */
  else if (end >= start + 2 && level->stream.data[end - 2] == 0xff &&
           level->stream.data[end - 1] == 0xd9)
    end -= 2;
  if (start > end || (i > 0 && !is_behind_marker (level, start)))
    return FALSE;
  part->data = level->stream.data + start;
  part->length = (size_t) (end - start);
  return TRUE;
}
