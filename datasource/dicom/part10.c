/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* DICOM files: preamble, file meta information, data set (PS3.10 7). */

#include "dicom/part10.h"

#include "dicom/assembler.h"
#include "dicom/inflate.h"
#include "dicom/parser.h"
#include "dicom/sniff.h"
#include "dicom/vr.h"
#include "error.h"
#include "limits.h"
#include "mapping.h"

#include <string.h>

#define PREAMBLE             128
#define TAG_GROUP_LENGTH     VITRAIL_TAG (0x0002, 0x0000)
#define TAG_TRANSFER_SYNTAX  VITRAIL_TAG (0x0002, 0x0010)
#define TAG_PIXEL_DATA       VITRAIL_TAG (0x7fe0, 0x0010)
#define TAG_PER_FRAME_GROUPS VITRAIL_TAG (0x5200, 0x9230)

#define TAG_FLOAT_PIXEL_DATA  VITRAIL_TAG (0x7fe0, 0x0008)
#define TAG_DOUBLE_PIXEL_DATA VITRAIL_TAG (0x7fe0, 0x0009)

/* Of a deflated data set, for its header: inflated first. */
#define FIRST_PREFIX ((size_t) 1024 * 1024)

#define UID_IMPLICIT "1.2.840.10008.1.2"
#define UID_EXPLICIT "1.2.840.10008.1.2.1"
#define UID_BIG      "1.2.840.10008.1.2.2"
/* PS3.5 A.5, and the two JPIP syntaxes that are deflated too. */
#define UID_DEFLATED       "1.2.840.10008.1.2.1.99"
#define UID_JPIP_DEFLATED  "1.2.840.10008.1.2.4.95"
#define UID_JPIPH_DEFLATED "1.2.840.10008.1.2.4.205"

struct _VitrailPart10 {
  gatomicrefcount ref_count;
  GBytes *bytes;
  VitrailDataSet *meta;
  VitrailDataSet *data_set;
  char *transfer_syntax;
  GPtrArray *warnings;
};

G_DEFINE_BOXED_TYPE (VitrailPart10,
                     vitrail_part10,
                     vitrail_part10_ref,
                     vitrail_part10_unref)

VitrailPart10 *
vitrail_part10_ref (VitrailPart10 *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
vitrail_part10_unref (VitrailPart10 *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->meta, vitrail_data_set_unref);
  g_clear_pointer (&self->data_set, vitrail_data_set_unref);
  g_clear_pointer (&self->warnings, g_ptr_array_unref);
  g_free (self->transfer_syntax);
  g_free (self);
}

GBytes *
vitrail_part10_ref_bytes (const VitrailPart10 *self)
{
  return g_bytes_ref (self->bytes);
}

VitrailDataSet *
vitrail_part10_get_meta (const VitrailPart10 *self)
{
  return self->meta;
}

VitrailDataSet *
vitrail_part10_get_data_set (const VitrailPart10 *self)
{
  return self->data_set;
}

const char *
vitrail_part10_get_transfer_syntax (const VitrailPart10 *self)
{
  return self->transfer_syntax;
}

const char *const *
vitrail_part10_get_warnings (const VitrailPart10 *self)
{
  static const char *const none[] = { NULL };

  return self->warnings != NULL ? (const char *const *) self->warnings->pdata
                                : none;
}

/* TRUE when an element header in group @group may start here. */
static gboolean
is_plausible_start (const uint8_t *data,
                    size_t length,
                    uint16_t group,
                    gboolean big_endian)
{
  if (length < 8 || vitrail_read_u16 (data, big_endian) != group ||
      vitrail_read_u16 (data + 2, big_endian) > 0x3000)
    return FALSE;
  if (vitrail_vr_info (VITRAIL_VR (data[4], data[5]))->flags != 0)
    return TRUE;
  /* Implicit VR: the first attributes of a data set are short. */
  return vitrail_read_u32 (data + 4, big_endian) <= 0xffff;
}

gboolean
vitrail_part10_probe (const uint8_t *data, size_t length)
{
  if (length >= PREAMBLE + 4 && memcmp (data + PREAMBLE, "DICM", 4) == 0)
    return TRUE;
  return is_plausible_start (data, length, 0x0002, FALSE) ||
         is_plausible_start (data, length, 0x0008, FALSE) ||
         is_plausible_start (data, length, 0x0008, TRUE) ||
         (length >= 12 && memcmp (data, "DICM", 4) == 0 &&
          is_plausible_start (data + 4, length - 4, 0x0002, FALSE));
}

/* Where file meta or data set start; SIZE_MAX when nothing looks like DICOM. */
static size_t
find_start (VitrailPart10 *self, const uint8_t *data, size_t length)
{
  if (length >= PREAMBLE + 4 && memcmp (data + PREAMBLE, "DICM", 4) == 0)
    return PREAMBLE + 4;
  if (!vitrail_part10_probe (data, length))
    return SIZE_MAX;
  vitrail_parser_warn (&self->warnings, "no preamble");
  return memcmp (data, "DICM", 4) == 0 ? 4 : 0;
}

static char *
dup_uid (const VitrailDataSet *data_set, VitrailTag tag)
{
  size_t length;
  const char *uid = vitrail_data_set_peek_text (data_set, tag, 0, &length);

  return uid != NULL && memchr (uid, '\0', length) == NULL &&
                 g_utf8_validate (uid, (gssize) length, NULL)
             ? g_strndup (uid, length)
             : NULL;
}

static void
check_group_length (VitrailPart10 *self, size_t consumed)
{
  int64_t stated;

  /* The group length element itself has 12 bytes and does not count. */
  if (!vitrail_data_set_get_int (self->meta, TAG_GROUP_LENGTH, 0, &stated))
    vitrail_parser_warn (&self->warnings, "file meta: no group length");
  else if (consumed < 12 || stated != (int64_t) (consumed - 12))
    vitrail_parser_warn (&self->warnings, "file meta: wrong group length");
}

/* Reads group 0002 and moves @input behind it. */
static gboolean
read_meta (VitrailPart10 *self,
           VitrailParserInput *input,
           GBytes *bytes,
           GError **error)
{
  VitrailParserInput meta = *input;
  size_t consumed;

  if (input->length < 8 || vitrail_read_u16 (input->data, FALSE) != 0x0002) {
    vitrail_parser_warn (&self->warnings, "no file meta information");
    return TRUE;
  }
  meta.only_group = 0x0002;
  meta.header_only = FALSE;
  meta.opaque = 0;
  self->meta = vitrail_parse_data_set (&meta, bytes, &consumed, error);
  if (self->meta == NULL)
    return FALSE;
  check_group_length (self, consumed);
  self->transfer_syntax = dup_uid (self->meta, TAG_TRANSFER_SYNTAX);
  input->data += consumed;
  input->length -= consumed;
  input->offset += consumed;
  return TRUE;
}

static gboolean
is_deflated (const char *transfer_syntax)
{
  return g_strcmp0 (transfer_syntax, UID_DEFLATED) == 0 ||
         g_strcmp0 (transfer_syntax, UID_JPIP_DEFLATED) == 0 ||
         g_strcmp0 (transfer_syntax, UID_JPIPH_DEFLATED) == 0;
}

/* TRUE when the group at @data makes sense in big endian only. */
static gboolean
looks_big_endian (const VitrailParserInput *input)
{
  return input->length >= 8 && input->data[0] == 0 && input->data[1] >= 0x02 &&
         input->data[1] <= 0x20;
}

/* Sets the encoding by the transfer syntax, or by what the bytes look like
 * where it is not there or contradicts them. VR is checked by the parser. */
static void
choose_encoding (VitrailPart10 *self, VitrailParserInput *input)
{
  const char *uid = self->transfer_syntax;
  gboolean big = looks_big_endian (input);
  gboolean empty = input->length < 8;

  input->implicit = g_strcmp0 (uid, UID_IMPLICIT) == 0;
  input->big_endian = g_strcmp0 (uid, UID_BIG) == 0;
  if (uid != NULL && (empty || big == input->big_endian))
    return;
  input->big_endian = big;
  if (uid != NULL) {
    vitrail_parser_warn (&self->warnings,
                         "the byte order is not the transfer syntax's");
    return;
  }
  input->implicit =
      empty ||
      vitrail_vr_info (VITRAIL_VR (input->data[4], input->data[5]))->flags == 0;
  self->transfer_syntax = g_strdup (input->implicit ? UID_IMPLICIT
                                    : big           ? UID_BIG
                                                    : UID_EXPLICIT);
  vitrail_parser_warn (&self->warnings, "no transfer syntax: %s assumed",
                       self->transfer_syntax);
}

/* Without file meta, encapsulated frames tell by themselves what they are. */
static void
refine_transfer_syntax (VitrailPart10 *self)
{
  const VitrailElement *pixels =
      vitrail_data_set_find (self->data_set, TAG_PIXEL_DATA);
  const char *uid = NULL;

  if (pixels != NULL && pixels->undefined_length && pixels->length > 0)
    uid = vitrail_sniff_transfer_syntax (pixels);
  if (uid == NULL)
    return;
  g_free (self->transfer_syntax);
  self->transfer_syntax = g_strdup (uid);
  vitrail_parser_warn (&self->warnings, "its frames look like %s", uid);
}

/* @bytes: what @input's data is part of. */
static gboolean
parse_data_set (VitrailPart10 *self,
                VitrailParserInput *input,
                GBytes *bytes,
                GError **error)
{
  gboolean stated = self->transfer_syntax != NULL;

  choose_encoding (self, input);
  self->data_set = vitrail_parse_data_set (input, bytes, NULL, error);
  if (self->data_set != NULL && !stated)
    refine_transfer_syntax (self);
  /* Inflated: no longer a part of the file. */
  if (self->data_set != NULL && bytes != self->bytes)
    self->data_set->store->size_bytes += g_bytes_get_size (bytes);
  return self->data_set != NULL;
}

static gboolean
has_pixels (const VitrailDataSet *data_set)
{
  return vitrail_data_set_has (data_set, TAG_FLOAT_PIXEL_DATA) ||
         vitrail_data_set_has (data_set, TAG_DOUBLE_PIXEL_DATA) ||
         vitrail_data_set_has (data_set, TAG_PIXEL_DATA);
}

/* Inflates @limit bytes of the data set at most, and parses them. @enough: it
 * was the whole data set, or what lies before Pixel Data. */
static gboolean
read_prefix (VitrailPart10 *self,
             const VitrailParserInput *deflated,
             size_t limit,
             gboolean *enough,
             GError **error)
{
  VitrailParserInput input = *deflated;
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) inflated =
      vitrail_inflate_prefix (input.data, input.length, limit, input.name,
                              &input.is_prefix, error);

  *enough = TRUE;
  if (inflated == NULL)
    return FALSE;
  input.data = g_bytes_get_data (inflated, &input.length);
  input.offset = 0;
  input.max_elements = VITRAIL_LIMIT_HEADER_ELEMENTS;
  gboolean fine = parse_data_set (self, &input, inflated, &local);
  *enough = !input.is_prefix || (fine && has_pixels (self->data_set));
  if (*enough && local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return fine;
}

/* A header needs little of what its file inflates to: more, step by step. */
static gboolean
read_deflated_header (VitrailPart10 *self,
                      const VitrailParserInput *deflated,
                      GError **error)
{
  guint n_warnings = self->warnings != NULL ? self->warnings->len : 0;
  gboolean enough = FALSE;

  for (size_t limit = FIRST_PREFIX; limit <= VITRAIL_LIMIT_INFLATED_HEADER;
       limit *= 8)
  {
    gboolean fine = read_prefix (self, deflated, limit, &enough, error);
    if (enough)
      return fine;
    g_clear_pointer (&self->data_set, vitrail_data_set_unref);
    if (self->warnings != NULL)
      g_ptr_array_set_size (self->warnings, (gint) n_warnings);
  }
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
               "%s: deflated data set: its header inflates to more than is "
               "allowed",
               deflated->name);
  return FALSE;
}

static gboolean
read_data_set (VitrailPart10 *self,
               VitrailParserInput *input,
               GBytes *bytes,
               VitrailReadFlags flags,
               GError **error)
{
  if (!is_deflated (self->transfer_syntax))
    return parse_data_set (self, input, bytes, error);
  if (input->header_only && (flags & VITRAIL_READ_PIXELS) == 0)
    return read_deflated_header (self, input, error);

  g_autoptr (GBytes) inflated =
      vitrail_inflate (input->data, input->length, input->name, error);
  if (inflated == NULL)
    return FALSE;
  input->data = g_bytes_get_data (inflated, &input->length);
  input->offset = 0;
  return parse_data_set (self, input, inflated, error);
}

VitrailPart10 *
vitrail_part10_read (GBytes *bytes,
                     const char *name,
                     VitrailReadFlags flags,
                     GError **error)
{
  g_autoptr (VitrailPart10) self = g_new0 (VitrailPart10, 1);
  size_t length;
  const uint8_t *data = g_bytes_get_data (bytes, &length);

  g_atomic_ref_count_init (&self->ref_count);
  self->bytes = g_bytes_ref (bytes);
  size_t start = find_start (self, data, length);
  if (start == SIZE_MAX) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                 "%s: not a DICOM file", name);
    return NULL;
  }

  VitrailParserInput input = {
    .data = data + start,
    .length = length - start,
    .offset = start,
    .name = name,
    .header_only = (flags & VITRAIL_READ_HEADER) != 0,
    .opaque =
        (flags & VITRAIL_READ_GROUPS_LATER) != 0 ? TAG_PER_FRAME_GROUPS : 0,
    .warnings = &self->warnings,
  };
  if (!read_meta (self, &input, bytes, error) ||
      !read_data_set (self, &input, bytes, flags, error))
    return NULL;
  if (self->warnings != NULL)
    g_ptr_array_add (self->warnings, NULL);
  return g_steal_pointer (&self);
}

VitrailPart10 *
vitrail_part10_open (const char *path, VitrailReadFlags flags, GError **error)
{
  g_autoptr (GBytes) bytes = vitrail_map_file (path, error);

  if (bytes == NULL)
    return NULL;
  return vitrail_part10_read (bytes, path, flags, error);
}
