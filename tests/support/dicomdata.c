/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Comparing data sets, walking over real files: see dicomdata.h. */

#include "dicomdata.h"

#include "dicom/vr.h"
#include "testdata.h"

#include <string.h>

typedef struct {
  const VitrailDataSet *data_set;
  size_t index;
} Cursor;

/* The next attribute that counts, NULL at the end. */
static const VitrailElement *
next_element (Cursor *self)
{
  const VitrailElement *element;

  do {
    element = vitrail_data_set_get_element (self->data_set, self->index++);
  } while (element != NULL && (VITRAIL_TAG_GROUP (element->tag) == 2 ||
                               VITRAIL_TAG_ELEMENT (element->tag) == 0));
  return element;
}

static uint8_t
byte_at (const VitrailElement *element, size_t index)
{
  size_t size = vitrail_vr_info (element->vr)->size;

  if (element->big_endian && size > 1)
    index = index / size * size + size - 1 - index % size;
  return index < element->length ? element->value[index] : 0;
}

static gboolean
same_value (const VitrailElement *a, const VitrailElement *b)
{
  size_t length = MIN (a->length, b->length);

  if (MAX (a->length, b->length) - length > 1)
    return FALSE;
  if (a->big_endian == b->big_endian || vitrail_vr_info (a->vr)->size < 2)
    return length == 0 || memcmp (a->value, b->value, length) == 0;
  for (size_t i = 0; i < length; i++) {
    if (byte_at (a, i) != byte_at (b, i))
      return FALSE;
  }
  return TRUE;
}

static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
same_items (const VitrailDataSet *a,
            const VitrailDataSet *b,
            VitrailTag tag,
            const char *what)
{
  guint n = vitrail_data_set_get_n_items (a, tag);

  if (n != vitrail_data_set_get_n_items (b, tag))
    return FALSE;
  for (guint i = 0; i < n; i++) {
    if (!test_dicom_equal (vitrail_data_set_get_item (a, tag, i),
                           vitrail_data_set_get_item (b, tag, i), what))
      return FALSE;
  }
  return TRUE;
}

gboolean
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
test_dicom_equal (const VitrailDataSet *a,
                  const VitrailDataSet *b,
                  const char *what)
{
  Cursor left = { a, 0 };
  Cursor right = { b, 0 };

  for (;;) {
    const VitrailElement *x = next_element (&left);
    const VitrailElement *y = next_element (&right);
    char text[VITRAIL_TAG_TEXT_SIZE];
    if (x == NULL && y == NULL)
      return TRUE;
    VitrailTag tag = x != NULL ? x->tag : y->tag;
    gboolean same =
        x != NULL && y != NULL && x->tag == y->tag &&
        (x->vr == VR_SQ ? same_items (a, b, x->tag, what) : same_value (x, y));
    if (!same) {
      g_test_message ("%s: %s differs", what, vitrail_tag_text (tag, text));
      return FALSE;
    }
  }
}

guint
test_dicom_foreach_real_file (void (*check) (const char *path,
                                             VitrailPart10 *file))
{
  const char *folder = test_data_get_folder ();
  guint n = 0;

  if (folder == NULL)
    return 0;
  g_autoptr (GPtrArray) paths = test_data_list_files (folder);
  for (guint i = 0; i < paths->len; i++) {
    const char *path = g_ptr_array_index (paths, i);
    g_autoptr (VitrailPart10) file =
        vitrail_part10_open (path, VITRAIL_READ_ALL, NULL);
    if (file == NULL)
      continue;
    check (path, file);
    n++;
  }
  return n;
}

GBytes *
test_dicom_hex (const char *text)
{
  GByteArray *bytes = g_byte_array_new ();

  for (const char *p = text; *p != '\0'; p++) {
    if (*p == ' ' || *p == '\n')
      continue;
    g_assert_true (g_ascii_isxdigit (p[0]) && g_ascii_isxdigit (p[1]));
    guint8 byte = (guint8) (g_ascii_xdigit_value (p[0]) << 4 |
                            g_ascii_xdigit_value (p[1]));
    g_byte_array_append (bytes, &byte, 1);
    p++;
  }
  return g_byte_array_free_to_bytes (bytes);
}

VitrailPart10 *
test_dicom_read_hex (const char *hex, VitrailReadFlags flags, GError **error)
{
  g_autoptr (GBytes) bytes = test_dicom_hex (hex);

  return vitrail_part10_read (bytes, "test", flags, error);
}
