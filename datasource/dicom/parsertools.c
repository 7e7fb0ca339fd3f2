/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the parser shares with others that look into encoded data sets: lists of
 * warnings, delimiters, fragments. */

#include "dicom/elementheader.h"
#include "dicom/parser.h"

/* Lines in a list of warnings: a hostile file earns no more. */
#define MAX_WARNINGS 32

void
vitrail_parser_warn (GPtrArray **warnings, const char *format, ...)
{
  if (warnings == NULL)
    return;
  if (*warnings == NULL)
    *warnings = g_ptr_array_new_with_free_func (g_free);
  if ((*warnings)->len >= MAX_WARNINGS)
    return;

  va_list args;
  va_start (args, format);
  g_ptr_array_add (*warnings, g_strdup_vprintf (format, args));
  va_end (args);
}

gboolean
vitrail_parser_at_delimiter (const uint8_t *data,
                             size_t rest,
                             gboolean big_endian,
                             uint16_t element)
{
  return rest >= 8 && vitrail_element_header_read_tag (data, big_endian) ==
                          VITRAIL_TAG (0xfffe, element);
}

size_t
vitrail_parser_walk_fragments (const uint8_t *data, size_t start, size_t end)
{
  size_t position = start;

  /* Without any bytes @data may be NULL. */
  while (position < end && vitrail_parser_at_delimiter (
                               data + position, end - position, FALSE, 0xe000))
  {
    uint32_t length = vitrail_read_u32 (data + position + 4, FALSE);
    if (length > end - position - 8)
      break;
    position += 8 + (size_t) length;
  }
  return position;
}
