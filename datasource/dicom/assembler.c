/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Assembles data sets: see assembler.h. */

#include "dicom/assembler.h"

#include "dicom/vr.h"
#include "limits.h"

#include <stdlib.h>
#include <string.h>

#define TAG_CHARACTER_SET VITRAIL_TAG (0x0008, 0x0005)

typedef struct {
  gpointer data;
  GDestroyNotify destroy;
} Kept;

/* What is open: an item, or the data set itself.
 * @first_element: its first one in the pending elements
 * @sequence: number of the pending element that is its open sequence
 * @first_item: first item of that sequence in the pending items */
typedef struct {
  size_t first_element;
  size_t sequence;
  size_t first_item;
  const char *character_set;
  VitrailTag last;
  gboolean disordered;
} Frame;

typedef struct {
  void *data;
  size_t length;
  size_t capacity;
  size_t size;
} Vector;

/* Elements and items wait until what contains them ends, then move to the end
 * of the finished ones: so they come to lie side by side. */
struct _VitrailAssembler {
  VitrailStore *store;
  Vector pending_elements;
  Vector pending_items;
  Vector elements;
  Vector items;
  Frame frames[VITRAIL_LIMIT_DEPTH + 1];
  size_t depth;
  VitrailTag disorder;
  VitrailTag twice;
};

static gboolean
vector_append (Vector *self, const void *data, size_t n)
{
  if (n == 0)
    return TRUE;
  if (self->capacity - self->length < n) {
    size_t capacity = MAX (MAX (self->capacity * 2, 64), self->length + n);
    void *grown = g_try_realloc_n (self->data, capacity, self->size);
    if (grown == NULL)
      return FALSE;
    self->data = grown;
    self->capacity = capacity;
  }
  memcpy ((char *) self->data + self->length * self->size, data,
          n * self->size);
  self->length += n;
  return TRUE;
}

static VitrailElement *
pending_element (VitrailAssembler *self, size_t index)
{
  return (VitrailElement *) self->pending_elements.data + index;
}

static void
store_free (VitrailStore *store)
{
  for (guint i = 0; store->kept != NULL && i < store->kept->len; i++) {
    const Kept *kept = &g_array_index (store->kept, Kept, i);
    kept->destroy (kept->data);
  }
  g_clear_pointer (&store->kept, g_array_unref);
  g_clear_pointer (&store->uris, g_ptr_array_unref);
  g_free (store->elements);
  g_free (store->items);
  g_free (store);
}

VitrailDataSet *
vitrail_data_set_ref (VitrailDataSet *self)
{
  g_atomic_ref_count_inc (&self->store->ref_count);
  return self;
}

void
vitrail_data_set_unref (VitrailDataSet *self)
{
  if (g_atomic_ref_count_dec (&self->store->ref_count))
    store_free (self->store);
}

VitrailAssembler *
vitrail_assembler_new (void)
{
  VitrailAssembler *self = g_new0 (VitrailAssembler, 1);

  self->store = g_new0 (VitrailStore, 1);
  g_atomic_ref_count_init (&self->store->ref_count);
  self->pending_elements.size = sizeof (VitrailElement);
  self->elements.size = sizeof (VitrailElement);
  self->pending_items.size = sizeof (VitrailDataSet);
  self->items.size = sizeof (VitrailDataSet);
  self->frames[0].character_set = "";
  return self;
}

void
vitrail_assembler_free (VitrailAssembler *self)
{
  g_clear_pointer (&self->store, store_free);
  g_free (self->pending_elements.data);
  g_free (self->pending_items.data);
  g_free (self->elements.data);
  g_free (self->items.data);
  g_free (self);
}

void
vitrail_assembler_set_character_set (VitrailAssembler *self,
                                     const char *character_set)
{
  self->frames[0].character_set = character_set;
}

void
vitrail_assembler_keep (VitrailAssembler *self,
                        gpointer data,
                        GDestroyNotify destroy)
{
  Kept kept = { data, destroy };

  if (self->store->kept == NULL)
    self->store->kept = g_array_new (FALSE, FALSE, sizeof (Kept));
  g_array_append_val (self->store->kept, kept);
}

uint32_t
vitrail_assembler_add_uri (VitrailAssembler *self, const char *uri)
{
  if (self->store->uris == NULL)
    self->store->uris = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->store->uris, g_strdup (uri));
  return self->store->uris->len;
}

/* The text of @element, without an allocation for what most files have. */
static const char *
intern_character_set (VitrailAssembler *self, const VitrailElement *element)
{
  static const char *const common[] = { "", "ISO_IR 100", "ISO_IR 192",
                                        "ISO_IR 6", "ISO_IR 101" };
  const char *text = (const char *) element->value;
  size_t length = element->length;

  while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\0'))
    length--;
  for (size_t i = 0; i < G_N_ELEMENTS (common); i++) {
    if (strlen (common[i]) == length &&
        (length == 0 || memcmp (common[i], text, length) == 0))
      return common[i];
  }
  /* Nobody has this many: no text of an attacker's size is copied. */
  char *copy = g_strndup (text, MIN (length, 256));
  vitrail_assembler_keep (self, copy, g_free);
  return copy;
}

gboolean
vitrail_assembler_add (VitrailAssembler *self, const VitrailElement *element)
{
  Frame *frame = &self->frames[self->depth];

  if (element->tag <= frame->last &&
      self->pending_elements.length > frame->first_element)
  {
    frame->disordered = TRUE;
    self->disorder = element->tag;
  }
  frame->last = element->tag;
  if (element->tag == TAG_CHARACTER_SET)
    frame->character_set = intern_character_set (self, element);
  return vector_append (&self->pending_elements, element, 1);
}

gboolean
vitrail_assembler_begin_sequence (VitrailAssembler *self,
                                  const VitrailElement *element)
{
  if (self->depth >= VITRAIL_LIMIT_DEPTH)
    return FALSE;
  if (!vitrail_assembler_add (self, element))
    return FALSE;
  Frame *frame = &self->frames[self->depth];
  frame->sequence = self->pending_elements.length - 1;
  frame->first_item = self->pending_items.length;
  return TRUE;
}

void
vitrail_assembler_begin_item (VitrailAssembler *self)
{
  const Frame *outer = &self->frames[self->depth];
  Frame *frame = &self->frames[++self->depth];

  *frame = (Frame){
    .first_element = self->pending_elements.length,
    .character_set = outer->character_set,
  };
}

static int
compare_elements (const void *a, const void *b)
{
  const VitrailElement *left = a;
  const VitrailElement *right = b;

  if (left->tag != right->tag)
    return left->tag < right->tag ? -1 : 1;
  /* The order in which they came, kept here by sort_frame (). */
  return left->n_items < right->n_items ? -1 : left->n_items > right->n_items;
}

/* Puts a disordered frame's elements in order; of equal tags the last stays.
 * qsort is not stable, so that each element's number joins the comparison. */
static gboolean
sort_frame (VitrailAssembler *self, const Frame *frame)
{
  VitrailElement *elements = pending_element (self, frame->first_element);
  size_t n = self->pending_elements.length - frame->first_element;
  g_autofree uint32_t *n_items = g_try_new (uint32_t, n);
  size_t kept = 0;

  if (n_items == NULL)
    return FALSE;
  for (size_t i = 0; i < n; i++) {
    n_items[i] = elements[i].n_items;
    elements[i].n_items = (uint32_t) i;
  }
  qsort (elements, n, sizeof *elements, compare_elements);
  for (size_t i = 0; i < n; i++) {
    elements[i].n_items = n_items[elements[i].n_items];
    if (i + 1 < n && elements[i + 1].tag == elements[i].tag) {
      self->twice = elements[i].tag;
      continue;
    }
    elements[kept++] = elements[i];
  }
  self->pending_elements.length = frame->first_element + kept;
  return TRUE;
}

/* Moves the innermost frame's elements to the finished ones. */
static gboolean
finish_frame (VitrailAssembler *self, VitrailDataSet *result)
{
  const Frame *frame = &self->frames[self->depth];

  if (frame->disordered && !sort_frame (self, frame))
    return FALSE;

  size_t n = self->pending_elements.length - frame->first_element;
  if (self->elements.length + n > UINT32_MAX)
    return FALSE;
  *result = (VitrailDataSet){
    .store = self->store,
    .character_set = frame->character_set,
    .first = (uint32_t) self->elements.length,
    .n_elements = (uint32_t) n,
  };
  if (n > 0 && !vector_append (&self->elements,
                               pending_element (self, frame->first_element), n))
    return FALSE;
  self->pending_elements.length = frame->first_element;
  return TRUE;
}

gboolean
vitrail_assembler_end_item (VitrailAssembler *self)
{
  VitrailDataSet item;

  if (!finish_frame (self, &item))
    return FALSE;
  self->depth--;
  return vector_append (&self->pending_items, &item, 1);
}

gboolean
vitrail_assembler_end_sequence (VitrailAssembler *self)
{
  const Frame *frame = &self->frames[self->depth];
  VitrailElement *sequence = pending_element (self, frame->sequence);
  size_t n = self->pending_items.length - frame->first_item;

  sequence->first_item = (uint32_t) self->items.length;
  sequence->n_items = (uint32_t) n;
  if (n > 0 && !vector_append (&self->items,
                               (VitrailDataSet *) self->pending_items.data +
                                   frame->first_item,
                               n))
    return FALSE;
  self->pending_items.length = frame->first_item;
  return TRUE;
}

VitrailTag
vitrail_assembler_get_twice (const VitrailAssembler *self)
{
  return self->twice;
}

VitrailTag
vitrail_assembler_get_disorder (const VitrailAssembler *self)
{
  return self->disorder;
}

/* The vector's memory, without what it had in reserve. */
static void *
vector_steal (Vector *self)
{
  void *data = g_steal_pointer (&self->data);

  return self->length == 0 || self->length == self->capacity
             ? data
             : g_realloc_n (data, self->length, self->size);
}

VitrailDataSet *
vitrail_assembler_end (VitrailAssembler *self)
{
  while (self->depth > 0) {
    if (!vitrail_assembler_end_item (self) ||
        !vitrail_assembler_end_sequence (self))
      return NULL;
  }
  if (!finish_frame (self, &self->store->root))
    return NULL;

  VitrailStore *store = g_steal_pointer (&self->store);
  store->elements = vector_steal (&self->elements);
  store->items = vector_steal (&self->items);
  store->size_bytes = sizeof *store +
                      self->elements.length * self->elements.size +
                      self->items.length * self->items.size;
  return &store->root;
}
