/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The functional groups of frames as a consumer of the parser: see
 * framegroups.h. */

#include "slide/framegroups.h"

#include "dicom/parser.h"
#include "dicom/value.h"
#include "limits.h"

#include <math.h>
#include <string.h>

#define PER_FRAME_GROUPS    VITRAIL_TAG (0x5200, 0x9230)
#define PLANE_POSITION      VITRAIL_TAG (0x0048, 0x021a)
#define COLUMN_POSITION     VITRAIL_TAG (0x0048, 0x021e)
#define ROW_POSITION        VITRAIL_TAG (0x0048, 0x021f)
#define Z_OFFSET            VITRAIL_TAG (0x0040, 0x074a)
#define PATH_IDENTIFICATION VITRAIL_TAG (0x0048, 0x0207)
#define PATH_IDENTIFIER     VITRAIL_TAG (0x0048, 0x0106)

/* More identifiers of one instance are taken for none. */
#define MAX_PATHS 1024u

/* Which sequence of a frame is open. */
typedef enum {
  POSITION,
  PATH,
  OTHER,
} Inside;

/* @depth: open items: 1 in that of a frame, 2 in those that matter */
typedef struct {
  GArray *places;
  GPtrArray *paths;
  guint max_frames;
  guint depth;
  Inside inside;
  VitrailFramePlace place;
  /* Neighbours say the same: the last identifier; what the last Z offset was
   * written as, and is. */
  guint16 path;
  const uint8_t *z_text;
  size_t z_length;
  float z_um;
} Reader;

static const VitrailFramePlace unplaced = { VITRAIL_FRAME_NOWHERE,
                                            VITRAIL_FRAME_NOWHERE, NAN,
                                            VITRAIL_FRAME_NO_PATH, 0 };

static gint32
read_integer (const VitrailElement *element)
{
  double value;

  if (!vitrail_element_get_double (element, &value) ||
      !(fabs (value) < (double) G_MAXINT32) || value != trunc (value))
    return VITRAIL_FRAME_NOWHERE;
  return (gint32) value;
}

static float
read_z (Reader *self, const VitrailElement *element)
{
  double value;

  if (element->length == 0)
    return NAN;
  if (self->z_length != element->length ||
      memcmp (self->z_text, element->value, element->length) != 0)
  {
    self->z_um = NAN;
    if (vitrail_element_get_double (element, &value))
      self->z_um = (float) value;
    self->z_text = element->value;
    self->z_length = element->length;
  }
  return self->z_um;
}

static gboolean
is_path (const char *path, const char *text, size_t length)
{
  return strncmp (path, text, length) == 0 && path[length] == '\0';
}

/* The number of the identifier in @element, which becomes one of ours. */
static guint16
find_path (Reader *self, const VitrailElement *element)
{
  const char *text = (const char *) element->value;
  size_t length = element->length;

  while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\0'))
    length--;
  for (; length > 0 && text[0] == ' '; length--)
    text++;
  if (length == 0 || memchr (text, '\0', length) != NULL)
    return VITRAIL_FRAME_NO_PATH;
  if (self->path < self->paths->len &&
      is_path (g_ptr_array_index (self->paths, self->path), text, length))
    return self->path;
  for (guint i = 0; i < self->paths->len; i++)
    if (is_path (g_ptr_array_index (self->paths, i), text, length))
      return (guint16) i;
  if (self->paths->len == MAX_PATHS)
    return VITRAIL_FRAME_NO_PATH;
  g_ptr_array_add (self->paths, g_strndup (text, length));
  return (guint16) (self->paths->len - 1);
}

static void
read_position (Reader *self, const VitrailElement *element)
{
  if (element->tag == COLUMN_POSITION)
    self->place.column = read_integer (element);
  else if (element->tag == ROW_POSITION)
    self->place.row = read_integer (element);
  else if (element->tag == Z_OFFSET)
    self->place.z_um = read_z (self, element);
}

static gboolean
element_cb (const VitrailElement *element, gpointer user_data)
{
  Reader *self = user_data;

  if (self->depth != 2)
    return TRUE;
  if (self->inside == POSITION)
    read_position (self, element);
  else if (self->inside == PATH && element->tag == PATH_IDENTIFIER)
    self->place.path = self->path = find_path (self, element);
  return TRUE;
}

static gboolean
begin_sequence_cb (const VitrailElement *element, gpointer user_data)
{
  Reader *self = user_data;

  if (self->depth == 1)
    self->inside = element->tag == PLANE_POSITION        ? POSITION
                   : element->tag == PATH_IDENTIFICATION ? PATH
                                                         : OTHER;
  return TRUE;
}

static gboolean
end_sequence_cb (gpointer user_data)
{
  return TRUE;
}

static gboolean
begin_item_cb (gpointer user_data)
{
  Reader *self = user_data;

  if (self->depth++ == 0)
    self->place = unplaced;
  return TRUE;
}

static gboolean
end_item_cb (gpointer user_data)
{
  Reader *self = user_data;

  if (--self->depth > 0)
    return TRUE;
  g_array_append_val (self->places, self->place);
  return self->places->len < self->max_frames;
}

static void
read_items (Reader *self, const VitrailElement *groups, const char *name)
{
  static const VitrailParserEvents events = {
    .element = element_cb,
    .begin_sequence = begin_sequence_cb,
    .end_sequence = end_sequence_cb,
    .begin_item = begin_item_cb,
    .end_item = end_item_cb,
  };
  VitrailParserInput input = {
    .data = groups->value,
    .length = groups->length,
    .name = name,
    .implicit = groups->implicit != 0,
    .big_endian = groups->big_endian != 0,
    .is_items = TRUE,
  };
  g_autoptr (GError) error = NULL;

  if (!vitrail_parse (&input, &events, self, NULL, &error))
    g_message ("functional groups are read up to frame %u: %s",
               self->places->len, error->message);
}

static GStrv
steal_paths (GPtrArray *paths)
{
  g_ptr_array_add (paths, NULL);
  return (GStrv) g_ptr_array_free (paths, FALSE);
}

static void
reader_init (Reader *self, guint max_frames)
{
  *self = (Reader){
    .places = g_array_new (FALSE, FALSE, sizeof (VitrailFramePlace)),
    .paths = g_ptr_array_new (),
    .max_frames = MIN (max_frames, VITRAIL_LIMIT_FRAMES),
    .path = VITRAIL_FRAME_NO_PATH,
  };
}

static VitrailFramePlaces *
reader_end (Reader *reader)
{
  VitrailFramePlaces *self = g_new0 (VitrailFramePlaces, 1);

  self->n_paths = reader->paths->len;
  self->paths = steal_paths (reader->paths);
  self->n_places = reader->places->len;
  gsize size = (gsize) self->n_places * sizeof (VitrailFramePlace);
  self->owner = g_bytes_new_take (g_array_free (reader->places, FALSE), size);
  self->places = g_bytes_get_data (self->owner, NULL);
  return self;
}

VitrailFramePlaces *
vitrail_frame_places_read (const VitrailElement *groups,
                           guint max_frames,
                           const char *name)
{
  Reader reader;

  reader_init (&reader, max_frames);
  if (groups->length > 0 && reader.max_frames > 0)
    read_items (&reader, groups, name);
  return reader_end (&reader);
}

/* The frame that @item, one of the Per-Frame Functional Groups, is of. */
static void
collect_frame (Reader *self, const VitrailDataSet *item)
{
  const VitrailDataSet *position =
      vitrail_data_set_get_item (item, PLANE_POSITION, 0);
  const VitrailDataSet *named =
      vitrail_data_set_get_item (item, PATH_IDENTIFICATION, 0);
  const VitrailElement *path = vitrail_data_set_find (named, PATH_IDENTIFIER);
  const gsize n =
      position != NULL ? vitrail_data_set_get_n_elements (position) : 0;

  self->place = unplaced;
  for (gsize i = 0; i < n; i++)
    read_position (self, vitrail_data_set_get_element (position, i));
  if (path != NULL)
    self->place.path = self->path = find_path (self, path);
  g_array_append_val (self->places, self->place);
}

VitrailFramePlaces *
vitrail_frame_places_collect (const VitrailDataSet *data_set, guint max_frames)
{
  const guint n = vitrail_data_set_get_n_items (data_set, PER_FRAME_GROUPS);
  Reader reader;

  reader_init (&reader, max_frames);
  for (guint i = 0; i < MIN (n, reader.max_frames); i++)
    collect_frame (&reader,
                   vitrail_data_set_get_item (data_set, PER_FRAME_GROUPS, i));
  return reader_end (&reader);
}

void
vitrail_frame_places_free (VitrailFramePlaces *self)
{
  g_strfreev (self->paths);
  g_bytes_unref (self->owner);
  g_free (self);
}

/* Packed: HEAD, the places, the identifiers with a NUL behind each. As it lies
 * in memory: whoever reads it runs on the same machine. */
typedef struct {
  guint32 magic; /* tells the byte order too */
  guint32 place_bytes;
  guint32 n_places;
  guint32 n_paths;
} Head;

#define PLACES_MAGIC 0x31504656u

GBytes *
vitrail_frame_places_pack (const VitrailFramePlaces *self)
{
  Head head = { PLACES_MAGIC, sizeof (VitrailFramePlace), self->n_places,
                self->n_paths };
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *) &head, sizeof head);
  g_byte_array_append (bytes, (const guint8 *) self->places,
                       self->n_places * (guint) sizeof (VitrailFramePlace));
  for (guint i = 0; i < self->n_paths; i++)
    g_byte_array_append (bytes, (const guint8 *) self->paths[i],
                         (guint) strlen (self->paths[i]) + 1);
  return g_byte_array_free_to_bytes (bytes);
}

/* @n identifiers, which are all that @data holds; NULL where it is not so. */
static GStrv
unpack_paths (const char *data, gsize length, guint n)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n; i++) {
    const char *end = memchr (data, '\0', length);
    if (end == NULL)
      return NULL;
    g_ptr_array_add (paths, g_strdup (data));
    length -= (gsize) (end - data) + 1;
    data = end + 1;
  }
  if (length > 0)
    return NULL;
  g_ptr_array_set_free_func (paths, NULL);
  return steal_paths (g_steal_pointer (&paths));
}

static gboolean
check_places (const VitrailFramePlace *places, guint n_places, guint n_paths)
{
  for (guint i = 0; i < n_places; i++)
    if (places[i].path != VITRAIL_FRAME_NO_PATH && places[i].path >= n_paths)
      return FALSE;
  return TRUE;
}

VitrailFramePlaces *
vitrail_frame_places_unpack (GBytes *bytes)
{
  Head head;
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  if (length < sizeof head)
    return NULL;
  memcpy (&head, data, sizeof head);
  gsize size = (gsize) head.n_places * sizeof (VitrailFramePlace);
  if (head.magic != PLACES_MAGIC ||
      head.place_bytes != sizeof (VitrailFramePlace) ||
      head.n_places > VITRAIL_LIMIT_FRAMES || head.n_paths > MAX_PATHS ||
      size > length - sizeof head)
    return NULL;
  const VitrailFramePlace *places = (gconstpointer) (data + sizeof head);
  const char *texts = (const char *) data + sizeof head + size;
  if (!check_places (places, head.n_places, head.n_paths))
    return NULL;
  GStrv paths = unpack_paths (texts, length - sizeof head - size, head.n_paths);
  if (paths == NULL)
    return NULL;
  VitrailFramePlaces *self = g_new0 (VitrailFramePlaces, 1);
  *self = (VitrailFramePlaces){ places, head.n_places, paths, head.n_paths,
                                g_bytes_ref (bytes) };
  return self;
}
