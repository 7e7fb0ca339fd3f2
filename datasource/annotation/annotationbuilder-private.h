/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a builder holds while shapes come: annotationbuilder.c fills it,
 * annotationend.c makes a set of it. */

#pragma once

#include "annotation/annotationbuilder.h"
#include "annotation/annotationset-private.h"

#include <string.h>

G_BEGIN_DECLS

/* Grows as it is filled; its memory is handed on at the end. */
typedef struct {
  void *data;
  size_t size;
  size_t capacity;
} Buffer;

typedef struct {
  Buffer offsets;
  Buffer arena;
  uint32_t pending;     /* of the shape that is not ended */
  GHashTable *interned; /* text to offset; keys are owned */
} TextBuffer;

/* A measurement with its shape, as it came. */
typedef struct {
  uint32_t shape;
  uint32_t measure;
  double value;
} Triple;

struct _VitrailAnnotationBuilder {
  char *name;
  GPtrArray *groups;
  GHashTable *group_numbers; /* group (borrowed) to number + 1 */
  GPtrArray *measures;
  GHashTable *measure_numbers; /* measure (borrowed) to number + 1 */
  guint n_shapes;
  gboolean has_colors;
  gboolean has_holes;
  Buffer kinds;
  Buffer shape_groups;
  Buffer colors;
  Buffer parts;
  Buffer points;
  Buffer holes;
  Buffer xy;
  Buffer triples;
  TextBuffer texts[VITRAIL_N_ANNOTATION_TEXTS];
  uint32_t pending_color;
  /* Where all that belongs to ended shapes ends. */
  guint n_parts;
  guint n_points;
  size_t n_triples;
};

/* Room for @size more bytes, be it none; NULL when there is none left. */
static inline void *
buffer_extend (Buffer *self, size_t size)
{
  if (self->data == NULL || size > self->capacity - self->size) {
    const size_t wanted =
        MAX (self->size + size, self->capacity + self->capacity / 2 + 64);
    void *data = g_try_realloc (self->data, wanted);
    if (data == NULL)
      return NULL;
    self->data = data;
    self->capacity = wanted;
  }
  void *place = (char *) self->data + self->size;
  self->size += size;
  return place;
}

static inline gboolean
buffer_append (Buffer *self, const void *data, size_t size)
{
  void *place = buffer_extend (self, size);

  if (place == NULL)
    return FALSE;
  if (size > 0) /* else there may be nothing to point at */
    memcpy (place, data, size);
  return TRUE;
}

static inline gboolean
buffer_append_u32 (Buffer *self, uint32_t value)
{
  return buffer_append (self, &value, sizeof value);
}

static inline void *
buffer_steal (Buffer *self)
{
  void *data = self->size > 0 ? g_realloc (self->data, self->size) : NULL;

  if (data == NULL)
    g_free (self->data);
  memset (self, 0, sizeof *self);
  return data;
}

/* The same, owned by @owned. */
static inline void *
buffer_steal_to (Buffer *self, GPtrArray *owned)
{
  void *data = buffer_steal (self);

  g_ptr_array_add (owned, data);
  return data;
}

G_END_DECLS
