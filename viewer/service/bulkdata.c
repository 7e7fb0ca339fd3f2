/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bulk data: see bulkdata.h. */

#include "bulkdata.h"

#include <string.h>

/* Bytes of one value that change places with the byte order. */
static gsize
get_unit (VitrailVR vr)
{
  switch (vr) {
  case VITRAIL_VR ('A', 'T'):
  case VITRAIL_VR ('O', 'W'):
  case VITRAIL_VR ('S', 'S'):
  case VITRAIL_VR ('U', 'S'):
    return 2;
  case VITRAIL_VR ('F', 'L'):
  case VITRAIL_VR ('O', 'F'):
  case VITRAIL_VR ('O', 'L'):
  case VITRAIL_VR ('S', 'L'):
  case VITRAIL_VR ('U', 'L'):
    return 4;
  case VITRAIL_VR ('F', 'D'):
  case VITRAIL_VR ('O', 'D'):
  case VITRAIL_VR ('O', 'V'):
  case VITRAIL_VR ('S', 'V'):
  case VITRAIL_VR ('U', 'V'):
    return 8;
  default:
    return 1;
  }
}

GBytes *
vitrail_bulkdata_ref_value (VitrailDataSet *holder, VitrailTag tag)
{
  const VitrailElement *element = vitrail_data_set_find (holder, tag);
  gsize unit = element->big_endian ? get_unit (element->vr) : 1;

  if (unit == 1 || element->length == 0)
    return vitrail_data_set_ref_value (holder, tag);

  gsize length = element->length;
  uint8_t *bytes = g_try_malloc (length);
  if (bytes == NULL)
    return NULL;
  memcpy (bytes, element->value, length);
  for (gsize i = 0; i + unit <= length; i += unit)
    for (gsize j = 0; j < unit; j++)
      bytes[i + j] = element->value[i + unit - 1 - j];
  return g_bytes_new_take (bytes, length);
}
