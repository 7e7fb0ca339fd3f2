/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What tags and descriptions say of a slide, as its properties: see
 * tifflayout.h. */

#include "slide/tifflayout.h"

#include <string.h>

/* A description that is read: Philips keeps pictures in it. */
#define MAX_TEXT_BYTES (64ull * 1024 * 1024)
/* Of it, where only its first words are wanted. */
#define MAX_START_BYTES 4096u
/* An ICC profile. */
#define MAX_PROFILE_BYTES (64ull * 1024 * 1024)

static gboolean
has_property (const VitrailTiffLayout *self,
              const char *keyword,
              const char *value)
{
  for (guint i = 0; i < self->properties->len; i++) {
    const VitrailSlideProperty *known =
        &g_array_index (self->properties, VitrailSlideProperty, i);
    if (strcmp (known->keyword, keyword) == 0 &&
        strcmp (known->value, value) == 0)
      return TRUE;
  }
  return FALSE;
}

void
vitrail_tiff_layout_add_property (VitrailTiffLayout *self,
                                  const char *keyword,
                                  const char *value)
{
  g_autofree char *text = value != NULL ? g_strstrip (g_strdup (value)) : NULL;

  if (text == NULL || text[0] == '\0' || has_property (self, keyword, text))
    return;
  VitrailSlideProperty property = { keyword,
                                    g_string_chunk_insert (self->texts, text) };
  g_array_append_val (self->properties, property);
}

char *
vitrail_tiff_layout_read_text (const VitrailTiffFile *file,
                               const VitrailTiffValues *values)
{
  char *text =
      vitrail_tiff_read_text (vitrail_tiff_index_get_bytes (file->index),
                              values, MAX_TEXT_BYTES);
  return text != NULL ? text : g_strdup ("");
}

char *
vitrail_tiff_layout_read_start (const VitrailTiffFile *file,
                                const VitrailTiffValues *values)
{
  VitrailTiffValues start = *values;

  start.count = MIN (start.count, MAX_START_BYTES);
  return vitrail_tiff_layout_read_text (file, &start);
}

static void
add_text (VitrailTiffLayout *self,
          const VitrailTiffFile *file,
          const char *keyword,
          const VitrailTiffValues *values)
{
  g_autofree char *text = vitrail_tiff_layout_read_text (file, values);
  vitrail_tiff_layout_add_property (self, keyword, text);
}

/* Runs of digits as numbers, @max of them, and how long the first is. */
static guint
read_numbers (const char *text, guint *numbers, guint max, guint *first_length)
{
  guint n = 0;

  while (*text != '\0' && n < max) {
    char *end = NULL;
    if (!g_ascii_isdigit (*text)) {
      text++;
      continue;
    }
    guint64 value = g_ascii_strtoull (text, &end, 10);
    if (n == 0)
      *first_length = (guint) MIN (end - text, 99);
    numbers[n++] = (guint) MIN (value, G_MAXUINT16);
    text = end;
  }
  return n;
}

/* "20200301123000.000": the same with gaps. */
static char *
space_out (const char *text)
{
  g_autoptr (GString) spaced = g_string_new (NULL);

  for (guint i = 0; i < 14 && g_ascii_isdigit (text[i]); i++) {
    if (i >= 4 && i % 2 == 0)
      g_string_append_c (spaced, ' ');
    g_string_append_c (spaced, text[i]);
  }
  return g_string_free (g_steal_pointer (&spaced), FALSE);
}

/* Year, month, day, hour, minute, second; how many there are. */
static guint
read_date (const char *date, guint d[6])
{
  guint first_length = 0;
  guint n = read_numbers (date, d, 6, &first_length);

  if (n > 0 && first_length >= 8) {
    g_autofree char *spaced = space_out (date + strcspn (date, "0123456789"));
    return read_numbers (spaced, d, 6, &first_length);
  }
  if (n >= 3 && strchr (date, '/') != NULL) {
    guint year = d[2];
    d[2] = d[1];
    d[1] = d[0];
    d[0] = year < 100 ? year + 2000 : year;
  }
  return n;
}

/* "2020:03:01 12:30:00" (TIFF), "12/29/09" and "09:59:15" (Aperio: month, day,
 * year), "20200301123000.000" (DICOM), "2020-03-01". */
char *
vitrail_tiff_layout_parse_date (const char *date, const char *time)
{
  guint d[6] = { 0 };
  guint length = 0;
  guint n = read_date (date, d);

  if (time != NULL && n >= 3)
    n = 3 + read_numbers (time, d + 3, 3, &length);
  if (n < 3 || d[0] < 1000 || d[0] > 9999 || d[1] > 12 || d[2] > 31 ||
      !g_date_valid_dmy ((GDateDay) d[2], (GDateMonth) d[1], (GDateYear) d[0]))
    return NULL;
  if (n < 6 || d[3] > 23 || d[4] > 59 || d[5] > 60)
    return g_strdup_printf ("%04u-%02u-%02u", d[0], d[1], d[2]);
  return g_strdup_printf ("%04u-%02u-%02uT%02u:%02u:%02u", d[0], d[1], d[2],
                          d[3], d[4], d[5]);
}

void
vitrail_tiff_layout_add_tags (VitrailTiffLayout *self,
                              const VitrailTiffFile *file,
                              const VitrailTiffDirectory *directory)
{
  const VitrailTiffValues *profile = &directory->icc_profile;

  add_text (self, file, "Manufacturer", &directory->make);
  add_text (self, file, "ManufacturerModelName", &directory->model);
  g_autofree char *date =
      vitrail_tiff_layout_read_text (file, &directory->date_time);
  g_autofree char *when = vitrail_tiff_layout_parse_date (date, NULL);
  vitrail_tiff_layout_add_property (self, "AcquisitionDateTime", when);
  if (self->icc_profile == NULL && profile->size == 1 && profile->count > 0 &&
      profile->count <= MAX_PROFILE_BYTES)
    self->icc_profile =
        g_bytes_new_from_bytes (file->bytes, profile->at, profile->count);
}
