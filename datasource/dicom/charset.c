/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Specific character sets to UTF-8. To add one: a line in sets[].
 *
 * Text with code extensions (ISO 2022) is walked in runs of one code element:
 * G0 holds what bytes below 0x80 mean, G1 what those from 0xa0 on mean. Each
 * run is converted by iconv. */

#include "dicom/charset.h"

#include "dicom/vr.h"

#include <errno.h>
#include <string.h>

#define ESC         0x1b
#define REPLACEMENT "\357\277\275" /* U+FFFD */

/* How a run's bytes come to be what iconv takes. */
typedef enum {
  BYTES,      /* as they are, single bytes */
  PAIRS_HIGH, /* as they are, pairs above 0x80 */
  PAIRS,      /* pairs below 0x80: their upper bits are set */
  PAIRS_SS3,  /* the same, after the prefix 0x8f of EUC's third set */
  WHOLE,      /* no code extensions: all of the text at once */
} Layout;

/**
 * Set:
 * @number: the ISO registration number in "ISO_IR 100", "ISO 2022 IR 87"
 * @escape: what follows ESC where code extensions switch to it
 * @g1: it replaces the upper half
 * @codec: for iconv
 */
typedef struct {
  guint number;
  const char *escape;
  gboolean g1;
  Layout layout;
  const char *codec;
} Set;

#define NUMBER_GB18030 100001
#define NUMBER_GBK     100002

static const Set sets[] = {
  { 6, "(B", FALSE, BYTES, "ASCII" },
  { 100, "-A", TRUE, BYTES, "ISO-8859-1" },
  { 101, "-B", TRUE, BYTES, "ISO-8859-2" },
  { 109, "-C", TRUE, BYTES, "ISO-8859-3" },
  { 110, "-D", TRUE, BYTES, "ISO-8859-4" },
  { 144, "-L", TRUE, BYTES, "ISO-8859-5" },
  { 127, "-G", TRUE, BYTES, "ISO-8859-6" },
  { 126, "-F", TRUE, BYTES, "ISO-8859-7" },
  { 138, "-H", TRUE, BYTES, "ISO-8859-8" },
  { 148, "-M", TRUE, BYTES, "ISO-8859-9" },
  { 203, "-b", TRUE, BYTES, "ISO-8859-15" },
  { 166, "-T", TRUE, BYTES, "TIS-620" },
  { 13, ")I", TRUE, BYTES, "SHIFT-JIS" },
  { 14, "(J", FALSE, BYTES, "SHIFT-JIS" },
  { 87, "$B", FALSE, PAIRS, "EUC-JP" },
  { 159, "$(D", FALSE, PAIRS_SS3, "EUC-JP" },
  { 149, "$)C", TRUE, PAIRS_HIGH, "EUC-KR" },
  { 58, "$)A", TRUE, PAIRS_HIGH, "GB2312" },
  { 192, NULL, FALSE, WHOLE, "UTF-8" },
  { NUMBER_GB18030, NULL, FALSE, WHOLE, "GB18030" },
  { NUMBER_GBK, NULL, FALSE, WHOLE, "GBK" },
};

/* Code elements in force; NULL G1: none was designated. */
typedef struct {
  const Set *g0;
  const Set *g1;
} State;

static const Set *
find_set (guint number)
{
  for (size_t i = 0; i < G_N_ELEMENTS (sets); i++) {
    if (sets[i].number == number)
      return &sets[i];
  }
  return NULL;
}

/* One defined term, however its writer spelled it ("ISO-IR 100"). */
static const Set *
parse_term (const char *term, size_t length)
{
  g_autofree char *upper = g_ascii_strup (term, (gssize) length);
  const char *number = strstr (upper, "IR");

  if (strstr (upper, "GB18030") != NULL)
    return find_set (NUMBER_GB18030);
  if (strstr (upper, "GBK") != NULL)
    return find_set (NUMBER_GBK);
  if (strstr (upper, "UTF") != NULL)
    return find_set (192);
  if (number == NULL)
    return NULL;
  while (*number != '\0' && !g_ascii_isdigit (*number))
    number++;
  guint64 value = g_ascii_strtoull (number, NULL, 10);
  return value < NUMBER_GB18030 ? find_set ((guint) value) : NULL;
}

static const Set *
first_set (const char *character_set)
{
  return parse_term (character_set, strcspn (character_set, "\\"));
}

/* The multi-byte set of the upper half among the extensions: writers forget its
 * escape sequence after delimiters. */
static const Set *
implied_g1 (const char *character_set)
{
  for (const char *term = strchr (character_set, '\\'); term != NULL;
       term = strchr (term + 1, '\\'))
  {
    const Set *set = parse_term (term + 1, strcspn (term + 1, "\\"));
    if (set != NULL && set->layout == PAIRS_HIGH)
      return set;
  }
  return NULL;
}

static State
initial_state (const char *character_set)
{
  const Set *first = first_set (character_set);
  State state = { find_set (6), NULL };

  if (first != NULL && first->g1)
    state.g1 = first;
  if (first != NULL && (first->number == 13 || first->number == 14)) {
    state.g0 = find_set (14);
    state.g1 = find_set (13);
  }
  if (state.g1 == NULL)
    state.g1 = implied_g1 (character_set);
  return state;
}

/* The length of the escape sequence at @text, which starts with ESC, and what
 * it does to @state; 0 when it is none of PS3.5's. */
static size_t
apply_escape (State *state, const char *text, size_t length)
{
  for (size_t i = 0; i < G_N_ELEMENTS (sets); i++) {
    const Set *set = &sets[i];
    size_t size = set->escape != NULL ? strlen (set->escape) : 0;
    if (size == 0 || length < size + 1 ||
        memcmp (text + 1, set->escape, size) != 0)
      continue;
    if (set->g1)
      state->g1 = set;
    else
      state->g0 = set;
    return size + 1;
  }
  return 0;
}

/* One text on its way to UTF-8.
 * @converters: by number in sets[], opened when first needed */
typedef struct {
  GString *out;
  VitrailVR vr;
  State initial;
  State state;
  GIConv converters[G_N_ELEMENTS (sets)];
} Decoder;

static void
decoder_init (Decoder *self, VitrailVR vr, State initial, size_t length)
{
  self->out = g_string_sized_new (length * 2);
  self->vr = vr;
  self->initial = initial;
  self->state = initial;
  for (size_t i = 0; i < G_N_ELEMENTS (sets); i++)
    self->converters[i] = (GIConv) -1;
}

static char *
decoder_end (Decoder *self)
{
  for (size_t i = 0; i < G_N_ELEMENTS (sets); i++) {
    if (self->converters[i] != (GIConv) -1)
      g_iconv_close (self->converters[i]);
  }
  return g_string_free (self->out, FALSE);
}

static GIConv
get_converter (Decoder *self, const Set *set)
{
  GIConv *converter = &self->converters[set - sets];

  if (*converter == (GIConv) -1)
    *converter = g_iconv_open ("UTF-8", set->codec);
  return *converter;
}

/* Appends @bytes, whatever is invalid in them as U+FFFD. */
static void
append_converted (Decoder *self,
                  const Set *set,
                  const char *bytes,
                  size_t length)
{
  GIConv converter = get_converter (self, set);
  char *in = (char *) (guintptr) bytes;
  gsize in_left = length;

  if (converter == (GIConv) -1) {
    g_string_append (self->out, REPLACEMENT);
    return;
  }
  while (in_left > 0) {
    char buffer[256];
    char *to = buffer;
    gsize to_left = sizeof buffer;
    gsize done = g_iconv (converter, &in, &in_left, &to, &to_left);
    int reason = errno;
    g_string_append_len (self->out, buffer, to - buffer);
    if (done != (gsize) -1 || reason == E2BIG || in_left == 0)
      continue;
    g_string_append (self->out, REPLACEMENT);
    in++;
    in_left--;
  }
}

static void
append_pairs (Decoder *self, const Set *set, const char *bytes, size_t length)
{
  g_autoptr (GString) raised = g_string_sized_new (length * 2);

  for (size_t i = 0; i < length; i++) {
    if (set->layout == PAIRS_SS3 && i % 2 == 0)
      g_string_append_c (raised, (char) 0x8f);
    g_string_append_c (raised, (char) (bytes[i] | 0x80));
  }
  append_converted (self, set, raised->str, raised->len);
}

/* Bytes above 0x80 where no set was designated for them: the standard allows
 * none, the writers use Latin 1. */
static void
append_undeclared (GString *out, const char *bytes, size_t length)
{
  for (size_t i = 0; i < length; i++) {
    uint8_t byte = (uint8_t) bytes[i];
    if (byte < 0xa0)
      g_string_append (out, REPLACEMENT);
    else
      g_string_append_unichar (out, byte);
  }
}

static void
append_run (Decoder *self, const char *bytes, size_t length)
{
  const Set *set = (bytes[0] & 0x80) != 0 ? self->state.g1 : self->state.g0;

  if (set == NULL)
    append_undeclared (self->out, bytes, length);
  else if (set->layout == PAIRS || set->layout == PAIRS_SS3)
    append_pairs (self, set, bytes, length);
  else if (set->number == 6)
    g_string_append_len (self->out, bytes, (gssize) length);
  else
    append_converted (self, set, bytes, length);
}

/* PS3.5 6.1.2.5.3: behind these the initial state holds again. */
static gboolean
is_delimiter (VitrailVR vr, char c)
{
  switch (c) {
  case '\t':
  case '\n':
  case '\f':
  case '\r':
    return TRUE;
  case '\\':
    return (vitrail_vr_info (vr)->flags & VITRAIL_VR_SINGLE) == 0;
  case '^':
  case '=':
    return vr == VR_PN;
  default:
    return FALSE;
  }
}

/* Bytes from @text on that one set explains: 0 at what ends a run. */
static size_t
run_length (const Decoder *self, const char *text, size_t length)
{
  gboolean high = (text[0] & 0x80) != 0;
  gboolean pairs = !high && self->state.g0->layout != BYTES;
  size_t n = 0;

  while (n < length && ((text[n] & 0x80) != 0) == high) {
    /* Control characters and ESC are in no set. */
    if (!high && (uint8_t) text[n] < 0x20)
      break;
    if (!high && !pairs && is_delimiter (self->vr, text[n]))
      break;
    n += pairs && n + 1 < length && (uint8_t) text[n + 1] >= 0x20 ? 2 : 1;
  }
  return MIN (n, length);
}

/* A control character, a delimiter, or an unknown escape sequence. */
static void
append_control (Decoder *self, char c)
{
  if (is_delimiter (self->vr, c))
    self->state = self->initial;
  if (c == ESC || c == '\0')
    g_string_append (self->out, REPLACEMENT);
  else
    g_string_append_c (self->out, c);
}

/* Takes at least one byte of @text; returns how many. */
static size_t
decode_step (Decoder *self, const char *text, size_t length)
{
  size_t n = 0;

  if (text[0] == ESC)
    n = apply_escape (&self->state, text, length);
  if (n > 0)
    return n;
  n = run_length (self, text, length);
  if (n > 0) {
    append_run (self, text, n);
    return n;
  }
  append_control (self, text[0]);
  return 1;
}

static char *
decode_extended (const char *character_set,
                 VitrailVR vr,
                 const char *text,
                 size_t length)
{
  Decoder decoder;

  decoder_init (&decoder, vr, initial_state (character_set), length);
  for (size_t i = 0; i < length;)
    i += decode_step (&decoder, text + i, length - i);
  return decoder_end (&decoder);
}

static char *
decode_whole (const Set *set, VitrailVR vr, const char *text, size_t length)
{
  Decoder decoder;

  decoder_init (&decoder, vr, (State){ NULL, NULL }, length);
  append_converted (&decoder, set, text, length);
  return decoder_end (&decoder);
}

static gboolean
is_plain (const char *text, size_t length)
{
  for (size_t i = 0; i < length; i++) {
    if ((text[i] & 0x80) != 0 || text[i] == ESC || text[i] == '\0')
      return FALSE;
  }
  return TRUE;
}

/* Only with code extensions or JIS X 0201 bytes below 0x80 are not ASCII. */
static gboolean
is_ascii_below (const Set *first)
{
  return first == NULL || (first->number != 13 && first->number != 14);
}

char *
vitrail_charset_to_utf8 (const char *character_set,
                         VitrailVR vr,
                         const char *text,
                         size_t length)
{
  gboolean has_set = (vitrail_vr_info (vr)->flags & VITRAIL_VR_CHARSET) != 0;
  const Set *first = has_set ? first_set (character_set) : NULL;

  if (is_ascii_below (first) && is_plain (text, length))
    return g_strndup (text, length);
  if (first != NULL && first->number == 192)
    return g_utf8_make_valid (text, (gssize) length);
  if (first != NULL && first->layout == WHOLE)
    return decode_whole (first, vr, text, length);
  /* Undeclared UTF-8 cannot be mistaken for anything else. */
  gboolean declared = first != NULL && first->number != 6;
  if (!declared && memchr (text, ESC, length) == NULL &&
      g_utf8_validate (text, (gssize) length, NULL))
    return g_strndup (text, length);
  return decode_extended (has_set ? character_set : "", vr, text, length);
}

/* GBK and GB18030 have characters whose second byte is a backslash. */
static size_t
gb_value_length (const char *text, size_t length)
{
  size_t i = 0;

  while (i < length && text[i] != '\\') {
    gboolean pair = (text[i] & 0x80) != 0 && i + 1 < length;
    gboolean four = pair && g_ascii_isdigit (text[i + 1]);
    i += four ? 4 : pair ? 2 : 1;
  }
  return MIN (i, length);
}

/* So have the pairs below 0x80 that an escape sequence switches to. */
static size_t
extended_value_length (const char *text, size_t length)
{
  State state = { find_set (6), NULL };
  size_t i = 0;

  while (i < length) {
    size_t n = text[i] == ESC ? apply_escape (&state, text + i, length - i) : 0;
    if (n == 0 && state.g0->layout == BYTES && text[i] == '\\')
      return i;
    if (n == 0)
      n = state.g0->layout != BYTES && (uint8_t) text[i] >= 0x20 ? 2 : 1;
    i += n;
  }
  return MIN (i, length);
}

size_t
vitrail_charset_value_length (const char *character_set,
                              const char *text,
                              size_t length)
{
  const char *end = memchr (text, '\\', length);

  if (end == NULL)
    return length;
  /* Only as far as the first delimiter: there may be very many of them. */
  if (memchr (text, ESC, (size_t) (end - text)) != NULL)
    return extended_value_length (text, length);
  const Set *first = first_set (character_set);
  if (first != NULL && first->layout == WHOLE && first->number != 192)
    return gb_value_length (text, length);
  return (size_t) (end - text);
}
