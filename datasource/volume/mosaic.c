/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Mosaics of Siemens' MR: one frame holds the slices of a volume as tiles, row
 * by row. How many there are and which way they go stands in private elements:
 * the image's CSA header, an own table of named values. */

#include "byteorder.h"
#include "volume/place.h"

#include <math.h>
#include <string.h>

#define TAG_IMAGE_TYPE      VITRAIL_TAG (0x0008, 0x0008)
#define TAG_SLICE_THICKNESS VITRAIL_TAG (0x0018, 0x0050)
#define TAG_SLICE_SPACING   VITRAIL_TAG (0x0018, 0x0088)
#define TAG_ROWS            VITRAIL_TAG (0x0028, 0x0010)
#define TAG_COLUMNS         VITRAIL_TAG (0x0028, 0x0011)

/* Slices of a mosaic: scanners stay below 200. */
#define MAX_SLICES 4096

/* The CSA header: "SV10", four bytes, the number of entries, one more word;
 * then entries of a head and their values. */
#define CSA_HEAD        16
#define CSA_ENTRY_HEAD  84
#define CSA_NAME        64
#define CSA_VALUES      76 /* of the head: how many values */
#define CSA_VALUE_HEAD  16
#define CSA_MAX_ENTRIES 4096
#define CSA_MAX_VALUES  4096

typedef struct {
  const uint8_t *data;
  size_t length;
} Bytes;

static Bytes
skip (Bytes bytes, size_t n)
{
  if (n > bytes.length)
    return (Bytes){ NULL, 0 };
  return (Bytes){ bytes.data + n, bytes.length - n };
}

/* The element @offset of the block that @creator has reserved in @group
 * (PS3.5 7.8.1). */
static const VitrailElement *
find_private (const VitrailDataSet *data_set,
              uint16_t group,
              const char *creator,
              uint8_t offset)
{
  for (guint block = 0x10; block <= 0xff; block++) {
    if (!vitrail_data_set_text_is (data_set, VITRAIL_TAG (group, block), 0,
                                   creator))
      continue;
    return vitrail_data_set_find (data_set,
                                  VITRAIL_TAG (group, (block << 8) | offset));
  }
  return NULL;
}

/* The numbers of one entry: texts, each behind a head that says how long. */
static guint
read_values (Bytes *bytes, guint n_values, double *values, guint n_wanted)
{
  guint n_read = 0;

  for (guint i = 0; i < n_values && bytes->data != NULL; i++) {
    if (bytes->length < CSA_VALUE_HEAD)
      return 0;
    const size_t length = vitrail_read_u32 (bytes->data + 4, FALSE);
    *bytes = skip (*bytes, CSA_VALUE_HEAD);
    if (length > bytes->length)
      return 0;
    char text[32] = "";
    memcpy (text, bytes->data, MIN (length, sizeof text - 1));
    if (length > 0 && n_read < n_wanted)
      values[n_read++] = g_ascii_strtod (text, NULL);
    *bytes = skip (*bytes, (length + 3) / 4 * 4);
  }
  return n_read;
}

/* The first @n numbers of the entry @name. */
static gboolean
read_csa (const VitrailElement *element,
          const char *name,
          double *values,
          guint n)
{
  if (element == NULL || element->length < CSA_HEAD ||
      memcmp (element->value, "SV10", 4) != 0)
    return FALSE;
  const guint n_entries =
      MIN (vitrail_read_u32 (element->value + 8, FALSE), CSA_MAX_ENTRIES);
  Bytes bytes = { element->value + CSA_HEAD, element->length - CSA_HEAD };
  for (guint i = 0; i < n_entries; i++) {
    if (bytes.length < CSA_ENTRY_HEAD)
      return FALSE;
    const gboolean is_it =
        strncmp ((const char *) bytes.data, name, CSA_NAME) == 0;
    const guint n_values =
        MIN (vitrail_read_u32 (bytes.data + CSA_VALUES, FALSE), CSA_MAX_VALUES);
    bytes = skip (bytes, CSA_ENTRY_HEAD);
    const guint n_read = read_values (&bytes, n_values, values, is_it ? n : 0);
    if (is_it)
      return n_read == n;
  }
  return FALSE;
}

static gboolean
is_mosaic (const VitrailDataSet *data_set)
{
  const guint n = vitrail_data_set_get_n_values (data_set, TAG_IMAGE_TYPE);

  for (guint i = 2; i < n; i++)
    if (vitrail_data_set_text_is (data_set, TAG_IMAGE_TYPE, i, "MOSAIC"))
      return TRUE;
  return FALSE;
}

static guint
read_n_slices (const VitrailDataSet *data_set, const VitrailElement *csa)
{
  const VitrailElement *element =
      find_private (data_set, 0x0019, "SIEMENS MR HEADER", 0x0a);
  double n = 0;

  if (element != NULL && element->length == 2)
    n = vitrail_read_u16 (element->value, FALSE);
  else if (!read_csa (csa, "NumberOfImagesInMosaic", &n, 1))
    return 0;
  return n >= 1 && n <= MAX_SLICES ? (guint) n : 0;
}

static double
read_spacing (const VitrailDataSet *data_set)
{
  double spacing = 0;

  if (!vitrail_data_set_get_double (data_set, TAG_SLICE_SPACING, 0, &spacing))
    vitrail_data_set_get_double (data_set, TAG_SLICE_THICKNESS, 0, &spacing);
  return spacing;
}

gboolean
vitrail_mosaic_read (VitrailMosaic *self,
                     const VitrailDataSet *data_set,
                     const double axes[6])
{
  double normal[3];
  double way[3];

  if (!is_mosaic (data_set))
    return FALSE;
  const VitrailElement *csa =
      find_private (data_set, 0x0029, "SIEMENS CSA HEADER", 0x10);
  const double spacing = read_spacing (data_set);
  self->n_slices = read_n_slices (data_set, csa);
  if (self->n_slices == 0 || !(spacing > 0))
    return FALSE;
  self->across = (guint) ceil (sqrt (self->n_slices));
  if (vitrail_data_set_get_int_or (data_set, TAG_ROWS, 0) < self->across ||
      vitrail_data_set_get_int_or (data_set, TAG_COLUMNS, 0) < self->across)
    return FALSE;
  vitrail_axes_get_normal (axes, normal);
  const gboolean is_reversed =
      read_csa (csa, "SliceNormalVector", way, 3) &&
      way[0] * normal[0] + way[1] * normal[1] + way[2] * normal[2] < 0;
  for (guint i = 0; i < 3; i++)
    self->step[i] = normal[i] * (is_reversed ? -spacing : spacing);
  return TRUE;
}
