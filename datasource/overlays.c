/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Overlay planes: descriptors, and bits where they lie. */

#include "overlays.h"

#include "frame.h"

#include <string.h>

/* Elements of a repeating group. */
#define ROWS           0x0010
#define COLUMNS        0x0011
#define NUMBER_OF      0x0015
#define DESCRIPTION    0x0022
#define TYPE           0x0040
#define SUBTYPE        0x0045
#define ORIGIN         0x0050
#define FRAME_ORIGIN   0x0051
#define BITS_ALLOCATED 0x0100
#define BIT_POSITION   0x0102
#define LABEL          0x1500
#define DATA           0x3000

#define TAG_SHUTTER_SHAPE VITRAIL_TAG (0x0018, 0x1600)
#define TAG_SHUTTER_GROUP VITRAIL_TAG (0x0018, 0x1623)

G_DEFINE_BOXED_TYPE (VitrailOverlays,
                     vitrail_overlays,
                     vitrail_overlays_ref,
                     vitrail_overlays_unref)

/* What is being read. */
typedef struct {
  VitrailDataSet *data_set;
  const char *name;
  guint frame;
  GArray *planes;
  GString *warning;
} Reader;

static VitrailTag
tag_of (guint group, guint element)
{
  return VITRAIL_TAG (group, element);
}

static void G_GNUC_PRINTF (4, 5)
    warn (Reader *reader, guint group, guint element, const char *format, ...)
{
  char text[VITRAIL_TAG_TEXT_SIZE];
  va_list args;

  if (reader->warning->len > 0)
    g_string_append (reader->warning, "; ");
  else
    g_string_append_printf (reader->warning, "%s: ", reader->name);
  g_string_append_printf (reader->warning, "%s ",
                          vitrail_tag_text (tag_of (group, element), text));
  va_start (args, format);
  g_string_append_vprintf (reader->warning, format, args);
  va_end (args);
}

/* --- bits --- */

static guint64
bit_of (const VitrailOverlayPlane *self, int x, int y)
{
  return self->first_bit + (guint64) y * self->columns + (guint64) x;
}

static uint8_t
byte_at (const VitrailOverlayPlane *self, guint64 index)
{
  return self->data[index ^ self->swap];
}

/* The end of what is there. */
static guint64
get_end (const VitrailOverlayPlane *self)
{
  return self->first_bit + self->n_bits;
}

gboolean
vitrail_overlay_plane_get (const VitrailOverlayPlane *self, int x, int y)
{
  if (x < 0 || y < 0 || (guint) x >= self->columns || (guint) y >= self->rows)
    return FALSE;
  const guint64 bit = bit_of (self, x, y);
  return bit < get_end (self) &&
         (byte_at (self, bit / 8) >> (bit % 8) & 1) != 0;
}

/* From byte @i on, over eight at a time that are 0 and lie before @last: whole
 * words, whichever way they are swapped. */
static guint64
skip_empty (const VitrailOverlayPlane *self, guint64 i, guint64 last)
{
  guint64 eight = 0;

  while (i % 2 == 0 && i + 8 <= last) {
    memcpy (&eight, self->data + i, sizeof eight);
    if (eight != 0)
      break;
    i += 8;
  }
  return i;
}

gboolean
vitrail_overlay_plane_any (const VitrailOverlayPlane *self,
                           int y,
                           int x0,
                           int x1)
{
  const guint64 from = bit_of (self, x0, y);
  const guint64 to = MIN (bit_of (self, x1, y) + 1, get_end (self));

  if (from >= to)
    return FALSE;
  const guint64 last = (to - 1) / 8;
  guint64 i = from / 8;
  guint bits = byte_at (self, i) & (0xffu << (from % 8));
  while (i < last && bits == 0) {
    i = skip_empty (self, i + 1, last);
    bits = byte_at (self, i);
  }
  if (i < last)
    return TRUE;
  return (bits & (0xffu >> (7 - (to - 1) % 8))) != 0;
}

/* The first column from @x on (or the last up to it, @step -1) whose bit is
 * set; there is one. */
static int
seek_column (const VitrailOverlayPlane *self, int y, int x, int step)
{
  while (!vitrail_overlay_plane_get (self, x, y)) {
    const int reach = step * 64;
    const int far = x + reach;
    const gboolean within = far >= 0 && far < (int) self->columns;
    x += within && !vitrail_overlay_plane_any (self, y, MIN (x, far),
                                               MAX (x, far))
             ? reach
             : step;
  }
  return x;
}

static void
find_box (VitrailOverlayPlane *self)
{
  const int right = (int) self->columns - 1;
  int box[4] = { G_MAXINT, G_MAXINT, -1, -1 };

  for (int y = 0; y < (int) self->rows; y++) {
    if (!vitrail_overlay_plane_any (self, y, 0, right))
      continue;
    box[0] = MIN (box[0], seek_column (self, y, 0, 1));
    box[1] = MIN (box[1], y);
    box[2] = MAX (box[2], seek_column (self, y, right, -1));
    box[3] = y;
  }
  memcpy (self->box, box, sizeof box);
}

/* --- descriptors --- */

static gboolean
read_side (Reader *reader, guint group, guint element, guint *side)
{
  int64_t value = 0;

  if (!vitrail_data_set_get_int (reader->data_set, tag_of (group, element), 0,
                                 &value))
  {
    warn (reader, group, element, "is missing");
    return FALSE;
  }
  if (value < 1 || value > 65535) {
    warn (reader, group, element, "is %" G_GINT64_FORMAT, value);
    return FALSE;
  }
  *side = (guint) value;
  return TRUE;
}

/* SS, from 1; some writers say US. */
static int
read_origin (const Reader *reader, guint group, guint index)
{
  int64_t value = 1;

  vitrail_data_set_get_int (reader->data_set, tag_of (group, ORIGIN), index,
                            &value);
  if (value > 0x7fff && value <= 0xffff)
    value -= 0x10000;
  return (int) CLAMP (value, -0x8000, 0x7fff) - 1;
}

static gboolean
is_shutter (const VitrailDataSet *data_set, guint group)
{
  return vitrail_data_set_text_is (data_set, TAG_SHUTTER_SHAPE, 0, "BITMAP") &&
         vitrail_data_set_get_int_or (data_set, TAG_SHUTTER_GROUP, 0) == group;
}

static void
read_texts (const Reader *reader, VitrailOverlayPlane *plane)
{
  const VitrailDataSet *data_set = reader->data_set;
  const guint group = plane->group;

  plane->is_roi =
      vitrail_data_set_text_is (data_set, tag_of (group, TYPE), 0, "R");
  plane->label =
      vitrail_data_set_dup_string (data_set, tag_of (group, LABEL), 0);
  plane->description =
      vitrail_data_set_dup_string (data_set, tag_of (group, DESCRIPTION), 0);
  plane->subtype =
      vitrail_data_set_dup_string (data_set, tag_of (group, SUBTYPE), 0);
}

static const VitrailElement *
find_data (const Reader *reader, guint group)
{
  const VitrailElement *element =
      vitrail_data_set_find (reader->data_set, tag_of (group, DATA));

  return element != NULL && element->length > 0 ? element : NULL;
}

/* Which of the overlay's frames lies on the image's; FALSE: none. One that does
 * not count its frames lies on all (PS3.3 C.9.2); one that does begins at the
 * first, or where it says (C.9.3). */
static gboolean
choose_frame (Reader *reader, guint group, guint *index)
{
  int64_t n = 1;
  int64_t first = 1;
  const gboolean counts =
      vitrail_data_set_get_int (reader->data_set, tag_of (group, NUMBER_OF), 0,
                                &n) |
      vitrail_data_set_get_int (reader->data_set, tag_of (group, FRAME_ORIGIN),
                                0, &first);

  *index = 0;
  if (!counts)
    return TRUE;
  if (n < 1 || first < 1 || first > G_MAXINT32) {
    warn (reader, group, n < 1 ? NUMBER_OF : FRAME_ORIGIN,
          "is %" G_GINT64_FORMAT, n < 1 ? n : first);
    return FALSE;
  }
  if (reader->frame < first || reader->frame - first >= n)
    return FALSE;
  *index = (guint) (reader->frame - first);
  return TRUE;
}

/* Where the bits are; FALSE when not a single one is. */
static gboolean
take_data (Reader *reader,
           VitrailOverlayPlane *plane,
           const VitrailElement *element,
           guint index)
{
  const guint64 wanted = (guint64) plane->rows * plane->columns;
  /* Of a big endian word that is cut in two nothing is left. */
  const gboolean swap =
      element->big_endian && element->vr == VITRAIL_VR ('O', 'W');
  const guint64 total =
      8 * (guint64) (swap ? element->length & ~(size_t) 1 : element->length);

  plane->data = element->value;
  plane->swap = swap ? 1 : 0;
  plane->first_bit = wanted * index;
  plane->n_bits =
      total > plane->first_bit ? MIN (wanted, total - plane->first_bit) : 0;
  if (plane->n_bits < wanted)
    warn (reader, plane->group, DATA,
          "has %" G_GSIZE_FORMAT
          " bytes where %u x %u pixels need %" G_GUINT64_FORMAT,
          element->length, plane->columns, plane->rows,
          (plane->first_bit + wanted + 7) / 8);
  return plane->n_bits > 0;
}

static void
read_separate (Reader *reader, guint group)
{
  const VitrailElement *element = find_data (reader, group);
  VitrailOverlayPlane plane = { .group = group };
  guint index = 0;

  if (element == NULL || !read_side (reader, group, ROWS, &plane.rows) ||
      !read_side (reader, group, COLUMNS, &plane.columns) ||
      !choose_frame (reader, group, &index) ||
      !take_data (reader, &plane, element, index))
    return;
  plane.is_shutter = is_shutter (reader->data_set, group);
  plane.row = read_origin (reader, group, 0);
  plane.column = read_origin (reader, group, 1);
  read_texts (reader, &plane);
  find_box (&plane);
  g_array_append_val (reader->planes, plane);
}

static gboolean
has_group (const VitrailDataSet *data_set, guint group)
{
  /* All planes have these two; most data sets have none of them. */
  return vitrail_data_set_has (data_set, tag_of (group, DATA)) ||
         vitrail_data_set_has (data_set, tag_of (group, BIT_POSITION));
}

static guint
get_group (guint i)
{
  return 0x6000 + 2 * i;
}

static void
reader_begin (Reader *reader)
{
  reader->planes = g_array_new (FALSE, FALSE, sizeof (VitrailOverlayPlane));
  reader->warning = g_string_new (NULL);
}

/* @owned: (transfer full) (nullable) */
static VitrailOverlays *
reader_end (Reader *reader, GPtrArray *owned)
{
  const guint n = reader->planes->len;
  g_autofree char *warning = g_string_free (reader->warning, FALSE);
  VitrailOverlayPlane *planes =
      (VitrailOverlayPlane *) (gpointer) g_array_free (reader->planes, FALSE);

  if (n == 0 && warning[0] == '\0') {
    g_free (planes);
    g_clear_pointer (&owned, g_ptr_array_unref);
    return NULL;
  }
  VitrailOverlays *self = g_new0 (VitrailOverlays, 1);
  self->ref_count = 1;
  self->n_planes = n;
  self->planes = planes;
  if (warning[0] != '\0')
    self->warning = g_steal_pointer (&warning);
  self->owned = owned;
  return self;
}

VitrailOverlays *
vitrail_overlays_new_separate (VitrailDataSet *data_set,
                               guint frame,
                               const char *name)
{
  Reader reader = { .data_set = data_set, .name = name, .frame = frame };

  reader_begin (&reader);
  for (guint i = 0; i < VITRAIL_OVERLAY_GROUPS; i++)
    if (has_group (data_set, get_group (i)))
      read_separate (&reader, get_group (i));
  VitrailOverlays *self = reader_end (&reader, NULL);
  if (self != NULL)
    self->data_set = vitrail_data_set_ref (data_set);
  return self;
}

/* --- embedded planes --- */

static uint32_t
get_sample (const VitrailFrame *frame, guint x, guint y)
{
  const uint8_t *row = frame->data + y * frame->stride;

  switch (frame->format.bits_allocated) {
  case 8:
    return row[x];
  case 16:
    return ((const uint16_t *) (gconstpointer) row)[x];
  default:
    return ((const uint32_t *) (gconstpointer) row)[x];
  }
}

/* Signed samples whose upper bits all repeat the sign hold no overlay there,
 * whatever the header says: a codec or a writer has extended the sign. */
static gboolean
is_sign_extended (const VitrailFrame *frame)
{
  const VitrailPixelFormat *format = &frame->format;
  const guint sign = format->high_bit;
  const uint32_t upper =
      (uint32_t) ((UINT64_C (1) << format->bits_allocated) - 1) &
      ~(uint32_t) ((UINT64_C (1) << (sign + 1)) - 1);
  gboolean seen = FALSE;

  if (!format->is_signed || upper == 0)
    return FALSE;
  for (guint y = 0; y < format->height; y++)
    for (guint x = 0; x < format->width; x++) {
      const uint32_t sample = get_sample (frame, x, y);
      const gboolean negative = (sample >> sign & 1) != 0;
      if ((sample & upper) != (negative ? upper : 0))
        return FALSE;
      seen = seen || negative;
    }
  return seen;
}

static uint8_t *
extract (const VitrailFrame *frame, guint position, size_t length)
{
  const VitrailPixelFormat *format = &frame->format;
  uint8_t *bits = g_try_malloc0 (length);
  size_t at = 0;

  for (guint y = 0; bits != NULL && y < format->height; y++)
    for (guint x = 0; x < format->width; x++, at++)
      bits[at / 8] |=
          (uint8_t) ((get_sample (frame, x, y) >> position & 1) << (at % 8));
  return bits;
}

/* The bit of the samples that @group says; FALSE: none, or one of the value. */
static gboolean
read_position (Reader *reader,
               const VitrailPixelFormat *format,
               guint group,
               guint *position)
{
  const int64_t allocated =
      vitrail_data_set_get_int_or (reader->data_set,
                                   tag_of (group, BITS_ALLOCATED), 1);
  const int64_t value =
      vitrail_data_set_get_int_or (reader->data_set,
                                   tag_of (group, BIT_POSITION), 0);
  const gboolean is_value = value <= format->high_bit &&
                            value + format->bits_stored > format->high_bit;

  /* Position 0 of 1 bit is how a plane of its own is described. */
  if (find_data (reader, group) != NULL || (allocated <= 1 && value == 0))
    return FALSE;
  if (value < 0 || value >= format->bits_allocated || is_value) {
    warn (reader, group, BIT_POSITION, "is %" G_GINT64_FORMAT ": %s", value,
          is_value ? "a bit of the values" : "not a bit of the samples");
    return FALSE;
  }
  *position = (guint) value;
  return TRUE;
}

static void
read_embedded (Reader *reader,
               const VitrailFrame *frame,
               guint group,
               GPtrArray *owned)
{
  const VitrailPixelFormat *format = &frame->format;
  VitrailOverlayPlane plane = { .group = group,
                                .rows = format->height,
                                .columns = format->width };
  guint position = 0;

  plane.n_bits = (guint64) plane.rows * plane.columns;
  if (!read_position (reader, format, group, &position))
    return;
  uint8_t *bits = extract (frame, position, (size_t) (plane.n_bits + 7) / 8);
  if (bits == NULL) {
    warn (reader, group, BIT_POSITION, "no memory");
    return;
  }
  g_ptr_array_add (owned, bits);
  plane.data = bits;
  read_texts (reader, &plane);
  find_box (&plane);
  g_array_append_val (reader->planes, plane);
}

static gboolean
may_embed (const VitrailFrame *frame)
{
  const VitrailPixelFormat *format = &frame->format;

  return frame->reduce == 0 && !frame->normalized && !format->is_float &&
         format->samples == 1 && format->bits_stored < format->bits_allocated &&
         (format->bits_allocated == 8 || format->bits_allocated == 16 ||
          format->bits_allocated == 32);
}

VitrailOverlays *
vitrail_overlays_new_embedded (VitrailDataSet *data_set,
                               const VitrailFrame *frame,
                               const char *name)
{
  Reader reader = { .data_set = data_set, .name = name };
  gboolean has_any = FALSE;

  for (guint i = 0; i < VITRAIL_OVERLAY_GROUPS && !has_any; i++)
    has_any =
        vitrail_data_set_has (data_set, tag_of (get_group (i), BIT_POSITION)) &&
        find_data (&reader, get_group (i)) == NULL;
  if (!has_any || !may_embed (frame) || is_sign_extended (frame))
    return NULL;

  GPtrArray *owned = g_ptr_array_new_with_free_func (g_free);
  reader_begin (&reader);
  for (guint i = 0; i < VITRAIL_OVERLAY_GROUPS; i++)
    if (vitrail_data_set_has (data_set, tag_of (get_group (i), BIT_POSITION)))
      read_embedded (&reader, frame, get_group (i), owned);
  VitrailOverlays *self = reader_end (&reader, owned);
  if (self != NULL)
    self->owned_bytes =
        self->n_planes *
        (((size_t) frame->format.width * frame->format.height + 7) / 8);
  return self;
}

/* --- the value --- */

VitrailOverlays *
vitrail_overlays_ref (VitrailOverlays *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
vitrail_overlays_unref (VitrailOverlays *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  for (guint i = 0; i < self->n_planes; i++) {
    g_free (self->planes[i].label);
    g_free (self->planes[i].description);
    g_free (self->planes[i].subtype);
  }
  g_free (self->planes);
  g_free (self->warning);
  g_clear_pointer (&self->data_set, vitrail_data_set_unref);
  g_clear_pointer (&self->owned, g_ptr_array_unref);
  g_free (self);
}

size_t
vitrail_overlays_get_size_bytes (const VitrailOverlays *self)
{
  return sizeof *self + self->n_planes * sizeof *self->planes +
         self->owned_bytes;
}
