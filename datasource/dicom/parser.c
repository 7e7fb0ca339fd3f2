/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The parser: a loop over a stack of levels (data set, sequence, item, ...), so
 * that no file can exhaust ours. It reads what real writers write: where a
 * header makes no sense in the encoding that was announced, it is tried in the
 * other one; what cannot be is an error that names the attribute. */

#include "dicom/parser.h"

#include "dicom/elementheader.h"
#include "dicom/skip.h"
#include "dicom/vr.h"
#include "error.h"
#include "limits.h"

#include <string.h>

#define TAG_ITEM        VITRAIL_TAG (0xfffe, 0xe000)
#define TAG_ITEM_END    VITRAIL_TAG (0xfffe, 0xe00d)
#define TAG_SEQ_END     VITRAIL_TAG (0xfffe, 0xe0dd)
#define TAG_PIXEL_REP   VITRAIL_TAG (0x0028, 0x0103)
#define TAG_FLOAT_PIXEL VITRAIL_TAG (0x7fe0, 0x0008)
#define TAG_PIXEL       VITRAIL_TAG (0x7fe0, 0x0010)

/* One open data set, sequence or item.
 * @end: no byte from here on belongs to it
 * @tag: of the sequence; in an item or data set the last one read
 * @undefined: ends with a delimiter
 * @fresh: nothing of it was read yet */
typedef struct {
  size_t end;
  VitrailTag tag;
  gboolean is_sequence;
  gboolean undefined;
  gboolean implicit;
  gboolean big_endian;
  gboolean fresh;
} Level;

typedef struct {
  const VitrailParserInput *input;
  const VitrailParserEvents *events;
  gpointer user_data;
  const uint8_t *data;
  size_t position;
  Level levels[2 * VITRAIL_LIMIT_DEPTH + 1];
  size_t depth;
  uint32_t n_elements;
  gboolean is_signed;
  gboolean done;
  size_t opaque_start; /* of the items that nobody is told of; 0: none */
} Parser;

static void
warn_at (Parser *self, VitrailTag tag, const char *what)
{
  char text[VITRAIL_TAG_TEXT_SIZE];

  vitrail_parser_warn (self->input->warnings, "%s: %s",
                       vitrail_tag_text (tag, text), what);
}

static gboolean
fail_at (const Parser *self,
         VitrailTag tag,
         VitrailError code,
         const char *what,
         GError **error)
{
  char text[VITRAIL_TAG_TEXT_SIZE];

  g_set_error (error, VITRAIL_ERROR, (int) code, "%s: %s: %s, at byte %zu",
               self->input->name, vitrail_tag_text (tag, text), what,
               self->input->offset + self->position);
  return FALSE;
}

/* A consumer that wants no more ends the parsing without an error. */
static gboolean
told (Parser *self, gboolean go_on)
{
  if (!go_on)
    self->done = TRUE;
  return TRUE;
}

static gboolean
is_pixel_data (VitrailTag tag)
{
  return tag >= TAG_FLOAT_PIXEL && tag <= TAG_PIXEL;
}

/* Looks at a data set's first element, since writers put data sets of the other
 * kind under a transfer syntax or inside UN. */
static void
sniff_level (Parser *self, Level *level)
{
  const uint8_t *p = self->data + self->position;

  level->fresh = FALSE;
  if (!vitrail_element_header_is_other (p, level->end - self->position,
                                        level->implicit, level->big_endian))
    return;
  level->implicit = !level->implicit;
  warn_at (self, vitrail_element_header_read_tag (p, level->big_endian),
           level->implicit ? "implicit VR where explicit was announced"
                           : "explicit VR where implicit was announced");
}

static gboolean
push_level (Parser *self, Level level, GError **error)
{
  if (self->depth + 1 >= G_N_ELEMENTS (self->levels)) {
    return fail_at (self, level.tag, VITRAIL_ERROR_LIMIT,
                    "sequences are nested too deeply", error);
  }
  self->levels[++self->depth] = level;
  return TRUE;
}

/* A sequence whose items end at @end, as the value of one element. */
static gboolean
tell_opaque (Parser *self, const Level *sequence, size_t end)
{
  VitrailElement element = {
    .tag = sequence->tag,
    .vr = VR_SQ,
    .big_endian = sequence->big_endian ? 1 : 0,
    .undefined_length = sequence->undefined ? 1 : 0,
    .implicit = sequence->implicit ? 1 : 0,
    .length = end - self->opaque_start,
  };

  if (element.length > 0)
    element.value = self->data + self->opaque_start;
  self->opaque_start = 0;
  return told (self, self->events->element (&element, self->user_data));
}

/* The innermost item or sequence has ended, the latter's items at @end. */
static gboolean
pop_level (Parser *self, size_t end)
{
  const Level *level = &self->levels[self->depth];

  self->depth--;
  if (self->opaque_start != 0)
    return self->depth > 0 || tell_opaque (self, level, end);
  return told (self, level->is_sequence
                         ? self->events->end_sequence (self->user_data)
                         : self->events->end_item (self->user_data));
}

static gboolean
count_element (Parser *self, VitrailTag tag, GError **error)
{
  uint32_t max = self->input->max_elements != 0 ? self->input->max_elements
                                                : VITRAIL_LIMIT_ELEMENTS;

  if (++self->n_elements <= max)
    return TRUE;
  return fail_at (self, tag, VITRAIL_ERROR_LIMIT, "too many elements", error);
}

/* A level's bytes are used up, or too few for a header. */
static gboolean
end_level (Parser *self, const Level *level, GError **error)
{
  if (self->depth > 0 && level->undefined && level->end == self->input->length)
  {
    return fail_at (self, level->tag, VITRAIL_ERROR_TRUNCATED,
                    "the file ends inside a sequence", error);
  }
  if (self->depth == 0 && self->input->only_group != 0) {
    /* What is left belongs to what comes after the group. */
    self->done = TRUE;
    return TRUE;
  }
  if (level->end > self->position)
    warn_at (self, level->tag, "odd bytes at the end were skipped");
  else if (self->depth > 0 && level->undefined)
    warn_at (self, level->tag, "a delimiter is missing");
  self->position = level->end;
  if (self->depth > 0)
    return pop_level (self, self->position);
  self->done = TRUE;
  return TRUE;
}

static gboolean
begin_item (Parser *self, Level *sequence, uint32_t length, GError **error)
{
  size_t rest = sequence->end - self->position - 8;

  if (length != VITRAIL_UNDEFINED_LENGTH && length > rest) {
    return fail_at (self, sequence->tag,
                    sequence->end == self->input->length
                        ? VITRAIL_ERROR_TRUNCATED
                        : VITRAIL_ERROR_MALFORMED,
                    sequence->end == self->input->length
                        ? "the file ends inside an item"
                        : "an item is longer than its sequence",
                    error);
  }
  if (!count_element (self, sequence->tag, error))
    return FALSE;
  self->position += 8;
  Level level = {
    .end = length == VITRAIL_UNDEFINED_LENGTH ? sequence->end
                                              : self->position + length,
    .tag = sequence->tag,
    .undefined = length == VITRAIL_UNDEFINED_LENGTH,
    .implicit = sequence->implicit,
    .big_endian = sequence->big_endian,
    .fresh = TRUE,
  };
  if (!push_level (self, level, error))
    return FALSE;
  return self->opaque_start != 0 ||
         told (self, self->events->begin_item (self->user_data));
}

static gboolean
read_item (Parser *self, Level *level, GError **error)
{
  const uint8_t *p = self->data + self->position;
  VitrailTag tag = vitrail_element_header_read_tag (p, level->big_endian);

  if (tag == TAG_ITEM) {
    uint32_t length = vitrail_read_u32 (p + 4, level->big_endian);
    return begin_item (self, level, length, error);
  }
  if (tag == TAG_SEQ_END) {
    self->position += 8;
    if (level->undefined)
      return pop_level (self, self->position - 8);
    warn_at (self, level->tag, "an unexpected delimiter was skipped");
    return TRUE;
  }
  if (tag == TAG_ITEM_END) {
    self->position += 8;
    warn_at (self, level->tag, "an unexpected delimiter was skipped");
    return TRUE;
  }
  if (level->undefined) {
    warn_at (self, level->tag, "a delimiter is missing");
    return pop_level (self, self->position);
  }
  warn_at (self, level->tag, "bytes that are no item were skipped");
  self->position = level->end;
  return TRUE;
}

/* The three delimiters where an attribute is expected. */
static gboolean
read_delimiter (Parser *self, Level *level, VitrailTag tag, GError **error)
{
  if (tag == TAG_ITEM_END && level->undefined && self->depth > 0) {
    self->position += 8;
    return pop_level (self, self->position);
  }
  if (tag != TAG_ITEM_END && level->undefined && self->depth > 0) {
    warn_at (self, level->tag, "a delimiter is missing");
    return pop_level (self, self->position);
  }
  if (tag == TAG_ITEM) {
    return fail_at (self, level->tag, VITRAIL_ERROR_MALFORMED,
                    "an item outside of a sequence follows", error);
  }
  self->position += 8;
  warn_at (self, level->tag, "an unexpected delimiter was skipped");
  return TRUE;
}

/* Over the items of @sequence, the opaque one. FALSE: where they end is not
 * known, so that they have to be read, though nobody is told of them. */
static gboolean
skip_opaque (Parser *self, const Level *sequence)
{
  size_t end = sequence->end;

  self->opaque_start = self->position;
  if (sequence->undefined)
    end = sequence->big_endian ? VITRAIL_SKIP_FAILED
                               : vitrail_skip_items (self->data, self->position,
                                                     end, sequence->implicit);
  if (end == VITRAIL_SKIP_FAILED)
    return FALSE;
  self->position = end + (sequence->undefined ? 8 : 0);
  return tell_opaque (self, sequence, end);
}

static gboolean
begin_sequence (Parser *self,
                const Level *level,
                const VitrailElementHeader *header,
                GError **error)
{
  gboolean undefined = header->length == VITRAIL_UNDEFINED_LENGTH;
  VitrailElement element = {
    .tag = header->tag,
    .vr = VR_SQ,
    .undefined_length = undefined ? 1 : 0,
  };
  Level sequence = {
    .tag = header->tag,
    .is_sequence = TRUE,
    .undefined = undefined,
    .implicit = level->implicit || header->implicit ||
                vitrail_element_header_is_un (header),
    .big_endian = level->big_endian && !vitrail_element_header_is_un (header),
  };

  self->position += header->size;
  sequence.end = undefined ? level->end : self->position + header->length;
  if (self->depth == 0 && self->input->opaque != 0 &&
      header->tag == self->input->opaque && skip_opaque (self, &sequence))
    return TRUE;
  if (!push_level (self, sequence, error))
    return FALSE;
  return self->opaque_start != 0 ||
         told (self, self->events->begin_sequence (&element, self->user_data));
}

/* The file ends before the value does, or the value leaves its item. */
static gboolean
reject_length (Parser *self,
               const Level *level,
               const VitrailElementHeader *header,
               GError **error)
{
  char text[VITRAIL_TAG_TEXT_SIZE];
  gboolean truncated = level->end == self->input->length;
  VitrailError code =
      truncated ? VITRAIL_ERROR_TRUNCATED : VITRAIL_ERROR_MALFORMED;
  size_t rest = level->end - self->position;

  if (rest < header->size) {
    return fail_at (self, header->tag, code,
                    "it ends before its length is said", error);
  }
  g_set_error (error, VITRAIL_ERROR, (int) code,
               "%s: %s: %u bytes at byte %zu, but %s after %zu",
               self->input->name, vitrail_tag_text (header->tag, text),
               header->length,
               self->input->offset + self->position + header->size,
               truncated ? "the file ends" : "its item ends",
               rest - header->size);
  return FALSE;
}

/* The bytes of a value with undefined length that is no sequence: fragments.
 * What follows them is where parsing goes on. */
static size_t
measure_fragments (Parser *self, const Level *level, VitrailTag tag)
{
  size_t end =
      vitrail_parser_walk_fragments (self->data, self->position, level->end);

  if (!vitrail_parser_at_delimiter (self->data + end, level->end - end, FALSE,
                                    0xe0dd))
  {
    warn_at (self, tag, "the end of its fragments is missing");
    end = level->end;
  }
  return end - self->position;
}

static VitrailVR
final_vr (const Parser *self, const VitrailElementHeader *header)
{
  if (vitrail_element_header_is_un (header))
    return vitrail_dictionary_vr (header->tag);
  if (header->implicit && header->vr == VR_US && self->is_signed &&
      vitrail_dictionary_is_us_or_ss (header->tag))
    return VR_SS;
  return header->vr;
}

static void
note_pixel_representation (Parser *self, const VitrailElement *element)
{
  if (element->tag == TAG_PIXEL_REP && element->length >= 2)
    self->is_signed =
        vitrail_read_u16 (element->value, element->big_endian) == 1;
}

/* An attribute that is no sequence, from its value on. */
static gboolean
read_value (Parser *self,
            Level *level,
            const VitrailElementHeader *header,
            GError **error)
{
  gboolean undefined = header->length == VITRAIL_UNDEFINED_LENGTH;
  gboolean last = self->input->header_only && self->depth == 0 &&
                  is_pixel_data (header->tag);
  VitrailElement element = {
    .tag = header->tag,
    .vr = final_vr (self, header),
    .big_endian = level->big_endian && !vitrail_element_header_is_un (header),
    .undefined_length = undefined ? 1 : 0,
    .length = header->length,
  };

  self->position += header->size;
  size_t rest = level->end - self->position;
  if (last && undefined) {
    element.length = rest;
  } else if (undefined) {
    element.length = measure_fragments (self, level, header->tag);
  } else if (element.length > rest) {
    if (!self->input->is_prefix)
      warn_at (self, header->tag, VITRAIL_PARSER_CUT);
    element.length = rest;
  }
  element.value = element.length > 0 ? self->data + self->position : NULL;
  self->position += element.length;
  if (undefined && !last && level->end - self->position >= 8)
    self->position += 8;
  if (self->opaque_start != 0)
    return TRUE;
  note_pixel_representation (self, &element);
  gboolean go_on = self->events->element (&element, self->user_data);
  return told (self, go_on && !last);
}

static gboolean
is_sequence (const Parser *self,
             const Level *level,
             const VitrailElementHeader *header)
{
  const uint8_t *value = self->data + self->position + header->size;
  size_t rest = level->end - self->position - header->size;
  gboolean big = level->big_endian && !vitrail_element_header_is_un (header);

  if (is_pixel_data (header->tag))
    return FALSE;
  if (final_vr (self, header) == VR_SQ)
    return TRUE;
  if (header->length != VITRAIL_UNDEFINED_LENGTH ||
      (!header->implicit && vitrail_element_header_can_be_fragments (header)))
    return FALSE;
  return vitrail_parser_at_delimiter (value, rest, big, 0xe000) ||
         vitrail_parser_at_delimiter (value, rest, big, 0xe0dd);
}

/* Behind the last attribute nothing has to make sense. */
static gboolean
end_at_garbage (Parser *self, const Level *level, VitrailTag tag)
{
  if (self->depth > 0 || tag > level->tag)
    return FALSE;
  warn_at (self, level->tag, "what follows is no attribute, and was ignored");
  self->done = TRUE;
  return TRUE;
}

static gboolean
check_header (Parser *self,
              const Level *level,
              const VitrailElementHeader *header,
              GError **error)
{
  size_t rest = level->end - self->position;
  gboolean pixels = is_pixel_data (header->tag);

  /* Of pixel data the frames that are there can still be shown. */
  if (!vitrail_element_header_fits (header, rest) &&
      !(self->depth == 0 && pixels && header->size <= rest))
  {
    return end_at_garbage (self, level, header->tag) ||
           reject_length (self, level, header, error);
  }
  if (header->length == VITRAIL_UNDEFINED_LENGTH && !pixels &&
      !is_sequence (self, level, header) &&
      !(vitrail_element_header_can_be_fragments (header) && !header->implicit))
  {
    return end_at_garbage (self, level, header->tag) ||
           fail_at (self, header->tag, VITRAIL_ERROR_MALFORMED,
                    "undefined length of what is no sequence", error);
  }
  if (header->invalid)
    warn_at (self, header->tag, "its VR is not valid");
  return count_element (self, header->tag, error);
}

/* Zeros behind the last attribute: padding that somebody's disk added. */
static gboolean
is_padding (const Parser *self, const Level *level, VitrailTag tag)
{
  return self->depth == 0 && tag == 0 && self->n_elements > 0;
}

static gboolean
read_element (Parser *self, Level *level, GError **error)
{
  const uint8_t *p = self->data + self->position;

  if (level->fresh)
    sniff_level (self, level);

  VitrailTag tag = vitrail_element_header_read_tag (p, level->big_endian);
  if (self->depth == 0 && self->input->only_group != 0 &&
      VITRAIL_TAG_GROUP (tag) != self->input->only_group)
  {
    self->done = TRUE;
    return TRUE;
  }
  if (tag == TAG_ITEM || tag == TAG_ITEM_END || tag == TAG_SEQ_END)
    return read_delimiter (self, level, tag, error);
  if (is_padding (self, level, tag)) {
    warn_at (self, level->tag, "what follows is padding, and was ignored");
    self->done = TRUE;
    return TRUE;
  }

  VitrailElementHeader header =
      vitrail_element_header_read (p, level->end - self->position,
                                   level->implicit, level->big_endian);
  if (!check_header (self, level, &header, error))
    return FALSE;
  if (self->done)
    return TRUE;
  level->tag = tag;
  if (is_sequence (self, level, &header))
    return begin_sequence (self, level, &header, error);
  return read_value (self, level, &header, error);
}

gboolean
vitrail_parse (const VitrailParserInput *input,
               const VitrailParserEvents *events,
               gpointer user_data,
               size_t *consumed,
               GError **error)
{
  Parser self;

  self.input = input;
  self.events = events;
  self.user_data = user_data;
  self.data = input->data;
  self.position = 0;
  self.depth = 0;
  self.n_elements = 0;
  self.is_signed = FALSE;
  self.done = FALSE;
  self.opaque_start = 0;
  self.levels[0] = (Level){
    .end = input->length,
    .is_sequence = input->is_items,
    .implicit = input->implicit,
    .big_endian = input->big_endian,
    .fresh = TRUE,
  };

  while (!self.done) {
    Level *level = &self.levels[self.depth];
    gboolean fine;
    if (level->end - self.position < 8)
      fine = end_level (&self, level, error);
    else if (level->is_sequence)
      fine = read_item (&self, level, error);
    else
      fine = read_element (&self, level, error);
    if (!fine)
      return FALSE;
  }
  if (consumed != NULL)
    *consumed = self.position;
  return TRUE;
}
