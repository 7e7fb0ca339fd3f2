/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Expanding Segmented Palette Color Lookup Table Data (PS3.3 C.7.9.2). Every
 * segment has to write at least one entry, and no more than are wanted: the
 * work is bounded by these whatever the data say. */

#include "frameinfo-private.h"

#include <math.h>

enum { SEGMENT_DISCRETE, SEGMENT_LINEAR, SEGMENT_INDIRECT };

typedef struct {
  const VitrailElement *element;
  gboolean wide;
  size_t n_in; /* elements of the segmented data */
  uint16_t *out;
  guint n_out; /* wanted */
  guint done;
} Expander;

static guint
get (const Expander *self, size_t index)
{
  return vitrail_lut_get_entry (self->element, self->wide, index);
}

/* From the last entry, which is not repeated, to @end. */
static void
write_line (Expander *self, guint length, guint end)
{
  const double from = self->out[self->done - 1];
  const double rise = end - from;

  for (guint i = 1; i <= length; i++)
    self->out[self->done++] = (uint16_t) rint (from + rise * i / length);
}

/* The discrete or linear segment at @at, which moves behind it. */
static gboolean
expand_direct (Expander *self, size_t *at)
{
  if (self->n_in < 2 || *at > self->n_in - 2)
    return FALSE;
  const guint kind = get (self, *at);
  const guint length = get (self, *at + 1);
  const size_t n_values = kind == SEGMENT_DISCRETE ? length : 1;

  *at += 2;
  if (kind > SEGMENT_LINEAR || length == 0 ||
      length > self->n_out - self->done || n_values > self->n_in - *at ||
      (kind == SEGMENT_LINEAR && self->done == 0))
    return FALSE;
  if (kind == SEGMENT_LINEAR)
    write_line (self, length, get (self, *at));
  for (guint i = 0; i < length && kind == SEGMENT_DISCRETE; i++)
    self->out[self->done++] = (uint16_t) get (self, *at + i);
  *at += n_values;
  return TRUE;
}

/* Repeats segments that came earlier; none of these may be indirect. */
static gboolean
expand_indirect (Expander *self, size_t *at)
{
  const size_t n_words = self->wide ? 2 : 4; /* of the offset */
  const guint shift = self->wide ? 16 : 8;
  size_t from = 0;

  if (self->n_in < 2 + n_words || *at > self->n_in - 2 - n_words)
    return FALSE;
  const guint n_segments = get (self, *at + 1);
  for (size_t i = 0; i < n_words; i++)
    from |= (size_t) get (self, *at + 2 + i) << (shift * i);
  /* It counts bytes. */
  if (n_segments == 0 || from >= self->element->length ||
      (self->wide && from % 2 != 0))
    return FALSE;
  from /= self->wide ? 2 : 1;
  for (guint i = 0; i < n_segments; i++)
    if (!expand_direct (self, &from))
      return FALSE;
  *at += 2 + n_words;
  return TRUE;
}

static gboolean
expand (const VitrailElement *element,
        gboolean wide,
        /* NOLINTNEXTLINE(readability-non-const-parameter): kept */
        uint16_t *out,
        guint n_out)
{
  Expander self = { .element = element,
                    .wide = wide,
                    .out = out,
                    .n_out = n_out };
  size_t at = 0;

  self.n_in = element->length / (self.wide ? 2 : 1);
  /* What follows the last entry is padding. */
  while (self.done < n_out) {
    if (at >= self.n_in)
      return FALSE;
    const gboolean expanded = get (&self, at) == SEGMENT_INDIRECT
                                  ? expand_indirect (&self, &at)
                                  : expand_direct (&self, &at);
    if (!expanded)
      return FALSE;
  }
  return TRUE;
}

gboolean
vitrail_segments_expand (const VitrailElement *element,
                         guint bits,
                         uint16_t *out,
                         guint n_out)
{
  if (element == NULL)
    return FALSE;
  if (bits <= 8 && expand (element, FALSE, out, n_out))
    return TRUE;
  /* Some writers put entries of 8 bits into words all the same. */
  return expand (element, TRUE, out, n_out);
}
