/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames' memory: see framememory.h. */

#include "framememory.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

/* Less than that malloc () has at hand. */
#define MIN_BYTES ((gsize) 256 << 10)
/* What is had for nobody, at most. */
#define MAX_FREE_BYTES ((gsize) 64 << 20)
#define PAGE_BYTES     ((gsize) 4096)
/* Pieces of that size take fewer and larger pages. */
#define HUGE_BYTES ((gsize) 2 << 20)

/* Memory that is used again hides its misuse. */
#ifdef __has_feature
#  if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#    define KEEPS 0
#  endif
#endif
#ifndef KEEPS
#  define KEEPS 1
#endif

typedef struct {
  gpointer data;
  gsize size; /* a multiple of PAGE_BYTES */
} Block;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* Guarded by lock: of Block, what was let go of last first. */
static GQueue unused = G_QUEUE_INIT;
static gsize unused_bytes;

static void
block_free (gpointer data)
{
  Block *self = data;

  free (self->data);
  g_free (self);
}

static Block *
block_new (gsize size)
{
  const gsize alignment = size >= HUGE_BYTES ? HUGE_BYTES : PAGE_BYTES;
  gpointer data = NULL;

  if (posix_memalign (&data, alignment, size) != 0)
    return NULL;
  if (size >= HUGE_BYTES)
    madvise (data, size - size % HUGE_BYTES, MADV_HUGEPAGE);
  Block *self = g_new0 (Block, 1);
  self->data = data;
  self->size = size;
  return self;
}

static Block *
take_unused (gsize size)
{
  Block *found = NULL;

  pthread_mutex_lock (&lock);
  for (GList *link = unused.head; link != NULL && found == NULL;
       link = link->next)
  {
    Block *block = link->data;
    if (block->size != size)
      continue;
    found = block;
    unused_bytes -= size;
    g_queue_delete_link (&unused, link);
  }
  pthread_mutex_unlock (&lock);
  return found;
}

/* Keeps it for the next one; what has been unused for longest goes. */
static void
let_go (gpointer data)
{
  Block *self = data;
  GQueue surplus = G_QUEUE_INIT;

  pthread_mutex_lock (&lock);
  g_queue_push_head (&unused, self);
  unused_bytes += self->size;
  while (unused_bytes > (KEEPS ? MAX_FREE_BYTES : 0)) {
    Block *oldest = g_queue_pop_tail (&unused);
    unused_bytes -= oldest->size;
    g_queue_push_tail (&surplus, oldest);
  }
  pthread_mutex_unlock (&lock);
  g_queue_clear_full (&surplus, block_free);
}

GBytes *
vitrail_frame_memory_new (gsize size, guint8 **data)
{
  if (size < MIN_BYTES) {
    *data = g_try_malloc (MAX (size, 1));
    return *data != NULL ? g_bytes_new_take (*data, size) : NULL;
  }
  if (size > G_MAXSIZE - PAGE_BYTES)
    return NULL;
  const gsize rounded = (size + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
  Block *block = take_unused (rounded);
  if (block == NULL)
    block = block_new (rounded);
  if (block == NULL)
    return NULL;
  *data = block->data;
  return g_bytes_new_with_free_func (block->data, size, let_go, block);
}
