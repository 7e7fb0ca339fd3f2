/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rewrites a loaded library's table of imported functions (System V ABI, ELF:
 * the entries that the dynamic linker fills in), so that __assert_fail () is
 * ours. See assertguard.h. */

/* NOLINTNEXTLINE(*-reserved-identifier,cert-*): for dl_iterate_phdr () */
#define _GNU_SOURCE

#include "codec/assertguard.h"

#include <link.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if UINTPTR_MAX > 0xffffffffu
#  define GET_SYMBOL(info) ELF64_R_SYM (info)
#else
#  define GET_SYMBOL(info) ELF32_R_SYM (info)
#endif

__thread jmp_buf *vitrail_assert_escape;
__thread const char *vitrail_assert_text;

typedef struct {
  const char *library;
  const char *symbol;
  void (*replacement) (void);
  guint n;
} Hook;

void
vitrail_assert_leave (const char *text)
{
  if (vitrail_assert_escape == NULL)
    return;
  vitrail_assert_text = text;
  longjmp (*vitrail_assert_escape, 1); /* NOLINT(cert-err52-cpp) */
}

/* Its callers take it that it never returns. */
G_NORETURN static void
fail_cb (const char *expression,
         const char *file,
         guint line,
         const char *function)
{
  vitrail_assert_leave (expression);
  abort ();
}

/* What the dynamic section says of an object. */
typedef struct {
  const ElfW (Sym) * symbols;
  const char *names;
  const ElfW (Rela) * tables[2]; /* of functions, of all else */
  size_t sizes[2];
} Imports;

/* glibc has added the load address to pointers here already. */
static void
read_dynamic (Imports *self, const ElfW (Dyn) * entry)
{
  for (; entry->d_tag != DT_NULL; entry++) {
    const ElfW (Addr) value = entry->d_un.d_ptr;
    switch (entry->d_tag) {
    case DT_SYMTAB:
      self->symbols = (gconstpointer) value;
      break;
    case DT_STRTAB:
      self->names = (gconstpointer) value;
      break;
    case DT_JMPREL:
      self->tables[0] = (gconstpointer) value;
      break;
    case DT_PLTRELSZ:
      self->sizes[0] = value;
      break;
    case DT_RELA:
      self->tables[1] = (gconstpointer) value;
      break;
    case DT_RELASZ:
      self->sizes[1] = value;
      break;
    default:
      break;
    }
  }
}

/* The table is read only once the library is loaded. */
static gboolean
write_slot (void *slot, void (*replacement) (void))
{
  const uintptr_t page = (uintptr_t) sysconf (_SC_PAGESIZE);
  const uintptr_t start = (uintptr_t) slot & ~(page - 1);

  if (mprotect ((gpointer) start, page, PROT_READ | PROT_WRITE) != 0)
    return FALSE;
  memcpy (slot, &replacement, sizeof replacement);
  return TRUE;
}

static void
replace (Hook *self, const Imports *imports, ElfW (Addr) base)
{
  for (guint t = 0;
       t < G_N_ELEMENTS (imports->tables) && imports->tables[t] != NULL; t++)
    for (size_t i = 0; i < imports->sizes[t] / sizeof (ElfW (Rela)); i++) {
      const ElfW (Rela) *entry = &imports->tables[t][i];
      const ElfW (Sym) *symbol = &imports->symbols[GET_SYMBOL (entry->r_info)];
      if (strcmp (imports->names + symbol->st_name, self->symbol) == 0 &&
          write_slot ((gpointer) (base + entry->r_offset), self->replacement))
        self->n++;
    }
}

static int
object_cb (struct dl_phdr_info *info, size_t size, void *data)
{
  Hook *self = data;
  Imports imports = { 0 };

  if (info->dlpi_name == NULL ||
      strstr (info->dlpi_name, self->library) == NULL)
    return 0;
  for (guint i = 0; i < info->dlpi_phnum; i++)
    if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
      read_dynamic (&imports, (gconstpointer) (info->dlpi_addr +
                                               info->dlpi_phdr[i].p_vaddr));
  if (imports.symbols != NULL && imports.names != NULL)
    replace (self, &imports, info->dlpi_addr);
  return 0;
}

guint
vitrail_import_replace (const char *library,
                        const char *symbol,
                        void (*replacement) (void))
{
  Hook hook = { library, symbol, replacement, 0 };

  dl_iterate_phdr (object_cb, &hook);
  return hook.n;
}

guint
vitrail_assert_guard (const char *library)
{
  return vitrail_import_replace (library, "__assert_fail",
                                 (void (*) (void)) fail_cb);
}
