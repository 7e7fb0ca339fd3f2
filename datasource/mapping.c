/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Mapped files and what happens when they shrink: see mapping.h. The signal
 * handler may run in any thread at any read, so that the table of ranges has no
 * lock. The range of an address that faults cannot go meanwhile: its reader
 * holds the bytes. */

#include "mapping.h"

#include "error.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* As many mappings as Linux gives a process (vm.max_map_count), and more. */
#define N_SLOTS 65536

#define SLOT_FREE  ((uintptr_t) 0)
#define SLOT_TAKEN ((uintptr_t) 1)

/* Pages of mapped files count as the process's memory once they are read,
 * though the kernel keeps them anyway: behind so many bytes read, mappings that
 * had at least so many of them let their pages go. Read again, they come back
 * by the dozen with each fault. */
#define RESIDENT_BYTES ((size_t) 32 * 1024 * 1024)
#define DROPPED_BYTES  ((size_t) 256 * 1024)

/* One mapped range.
 * @start: SLOT_FREE, SLOT_TAKEN while the others are written, or an address;
 *   written last
 * @end: behind the last page
 * @lost: the lowest page that has left the file; UINTPTR_MAX for none
 * @resident: bytes read since its pages were last let go */
typedef struct {
  _Atomic uintptr_t start;
  _Atomic uintptr_t end;
  _Atomic uintptr_t lost;
  _Atomic size_t resident;
} Slot;

_Static_assert(ATOMIC_POINTER_LOCK_FREE == 2,
               "a signal handler can take no lock");

static Slot slots[N_SLOTS];
/* No slot from here on was ever used. */
static atomic_size_t n_slots;
/* The sum of all slots'. */
static atomic_size_t resident;
/* Constant once the handler is installed. */
static uintptr_t page_size;
static struct sigaction previous;

/* What the GBytes frees. */
typedef struct {
  Slot *slot;
  void *data;
  size_t length;
} Mapping;

static Slot *
find_slot (uintptr_t address)
{
  size_t n = atomic_load (&n_slots);

  for (size_t i = 0; i < n; i++) {
    Slot *slot = &slots[i];
    uintptr_t start = atomic_load (&slot->start);
    /* Read again: the slot may have passed to another range in between. */
    if (start > SLOT_TAKEN && address >= start &&
        address < atomic_load (&slot->end) &&
        atomic_load (&slot->start) == start)
      return slot;
  }
  return NULL;
}

static void
note_used (size_t n)
{
  size_t known = atomic_load (&n_slots);

  while (known < n && !atomic_compare_exchange_weak (&n_slots, &known, n))
    ;
}

static Slot *
take_slot (uintptr_t start, uintptr_t end)
{
  for (size_t i = 0; i < N_SLOTS; i++) {
    uintptr_t expected = SLOT_FREE;
    if (!atomic_compare_exchange_strong (&slots[i].start, &expected,
                                         SLOT_TAKEN))
      continue;
    atomic_store (&slots[i].end, end);
    atomic_store (&slots[i].lost, UINTPTR_MAX);
    atomic_store (&slots[i].resident, 0);
    note_used (i + 1);
    atomic_store (&slots[i].start, start);
    return &slots[i];
  }
  return NULL;
}

static void
release_slot (Slot *slot)
{
  atomic_fetch_sub (&resident, atomic_exchange (&slot->resident, 0));
  atomic_store (&slot->end, 0);
  atomic_store (&slot->start, SLOT_FREE);
}

static void
note_lost (Slot *slot, uintptr_t page)
{
  uintptr_t known = atomic_load (&slot->lost);

  while (page < known &&
         !atomic_compare_exchange_weak (&slot->lost, &known, page))
    ;
}

/* Puts a page of zeros where one of a file was. */
static gboolean
replace_page (uintptr_t address)
{
  uintptr_t page = address & ~(page_size - 1);
  Slot *slot = find_slot (address);

  if (slot == NULL ||
      mmap ((void *) page, page_size, PROT_READ,
            MAP_FIXED | MAP_ANONYMOUS | MAP_PRIVATE, -1, 0) == MAP_FAILED)
    return FALSE;
  note_lost (slot, page);
  return TRUE;
}

static void
on_sigbus (int number, siginfo_t *info, void *context)
{
  int saved_errno = errno;
  gboolean is_fault = info->si_code > 0;

  (void) context;
  if (!is_fault || !replace_page ((uintptr_t) info->si_addr)) {
    sigaction (number, &previous, NULL);
    /* A fault comes again by itself; what another process sent does not. */
    if (!is_fault)
      raise (number);
  }
  errno = saved_errno;
}

static void
install_handler (void)
{
  struct sigaction action = { .sa_sigaction = on_sigbus,
                              .sa_flags = SA_SIGINFO | SA_ONSTACK };

  page_size = (uintptr_t) sysconf (_SC_PAGESIZE);
  sigemptyset (&action.sa_mask);
  sigaction (SIGBUS, NULL, &previous);
  sigaction (SIGBUS, &action, NULL);
}

static void
mapping_free (gpointer data)
{
  Mapping *self = data;

  /* In this order: the addresses may at once be somebody else's. */
  release_slot (self->slot);
  munmap (self->data, self->length);
  g_free (self);
}

static GBytes *
fail (const char *path, const char *what, GError **error)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO, "%s: %s", path, what);
  return NULL;
}

static GBytes *
map_descriptor (int fd, const char *path, GError **error)
{
  struct stat status;

  if (fstat (fd, &status) != 0 || !S_ISREG (status.st_mode))
    return fail (path, "not a regular file", error);
  if (status.st_size == 0)
    return g_bytes_new (NULL, 0);
  if ((uintmax_t) status.st_size > G_MAXSSIZE)
    return fail (path, "too large to be mapped", error);

  size_t length = (size_t) status.st_size;
  void *data = mmap (NULL, length, PROT_READ, MAP_PRIVATE, fd, 0);
  if (data == MAP_FAILED)
    return fail (path, g_strerror (errno), error);
  uintptr_t end = (uintptr_t) data + length + page_size - 1;
  Slot *slot = take_slot ((uintptr_t) data, end & ~(page_size - 1));
  if (slot == NULL) {
    munmap (data, length);
    return fail (path, "too many files are mapped", error);
  }
  Mapping *self = g_new (Mapping, 1);
  *self = (Mapping){ .slot = slot, .data = data, .length = length };
  return g_bytes_new_with_free_func (data, length, mapping_free, self);
}

GBytes *
vitrail_map_file (const char *path, GError **error)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  /* O_NONBLOCK: opening a FIFO without a writer would wait forever. */
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd < 0)
    return fail (path, g_strerror (errno), error);
  pthread_once (&once, install_handler);
  GBytes *bytes = map_descriptor (fd, path, error);
  close (fd);
  return bytes;
}

/* Its reader holds the bytes: the addresses are those of the slot until it
 * returns. What a lost page was replaced by stays zeros. */
static void
note_read (Slot *slot, uintptr_t start, uintptr_t end, size_t length)
{
  const size_t own = atomic_load (&slot->resident);

  if (own >= DROPPED_BYTES && atomic_load (&resident) >= RESIDENT_BYTES &&
      madvise ((void *) start, end - start, MADV_DONTNEED) == 0)
    atomic_fetch_sub (&resident, atomic_exchange (&slot->resident, 0));
  atomic_fetch_add (&resident, length);
  atomic_fetch_add (&slot->resident, length);
}

gboolean
vitrail_mapping_is_whole (const void *data, gsize length)
{
  uintptr_t first = (uintptr_t) data;
  Slot *slot = find_slot (first);

  if (slot == NULL)
    return TRUE;
  note_read (slot, atomic_load (&slot->start), atomic_load (&slot->end),
             length);
  first &= ~(page_size - 1);
  /* The page behind says whether the last one is cut. */
  uintptr_t end = MIN ((uintptr_t) data + length + page_size,
                       (uintptr_t) atomic_load (&slot->end));
  for (uintptr_t page = first; page < end; page += page_size)
    (void) *(const volatile uint8_t *) page;

  /* What lies behind a lost page is lost too, though seen before as zeros. */
  return atomic_load (&slot->lost) >= end;
}

void
vitrail_mapping_let_go (const void *data, gsize length)
{
  const uintptr_t first = (uintptr_t) data & ~(page_size - 1);
  Slot *slot = find_slot ((uintptr_t) data);

  if (slot == NULL || length == 0)
    return;
  const uintptr_t end =
      MIN ((uintptr_t) data + length, (uintptr_t) atomic_load (&slot->end));
  if (first < end)
    madvise ((void *) first, end - first, MADV_DONTNEED);
}
