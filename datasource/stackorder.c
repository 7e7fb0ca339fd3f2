/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The order of a stack: see stackorder.h. */

#include "stackorder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TAG_SOP_INSTANCE    VITRAIL_TAG (0x0008, 0x0018)
#define TAG_INSTANCE_NUMBER VITRAIL_TAG (0x0020, 0x0013)
#define TAG_POSITION        VITRAIL_TAG (0x0020, 0x0032)
#define TAG_ORIENTATION     VITRAIL_TAG (0x0020, 0x0037)

/* Images whose normals differ by less are parallel (cosine; 1 degree). */
#define PARALLEL_COSINE 0.99985

static gboolean
read_normal (VitrailDataSet *image, double normal[3])
{
  double o[6];

  if (!vitrail_data_set_get_doubles (image, TAG_ORIENTATION, o, 6))
    return FALSE;
  normal[0] = o[1] * o[5] - o[2] * o[4];
  normal[1] = o[2] * o[3] - o[0] * o[5];
  normal[2] = o[0] * o[4] - o[1] * o[3];
  double length = sqrt (normal[0] * normal[0] + normal[1] * normal[1] +
                        normal[2] * normal[2]);
  if (!isfinite (length) || length < 1e-6)
    return FALSE;
  for (int i = 0; i < 3; i++)
    normal[i] /= length;
  return TRUE;
}

void
vitrail_stack_key_init (VitrailStackKey *self,
                        VitrailDataSet *image,
                        gpointer data)
{
  *self = (VitrailStackKey){ .data = data };
  self->number = vitrail_data_set_get_int_or (image, TAG_INSTANCE_NUMBER, 0);
  self->sop_instance_uid =
      vitrail_data_set_dup_string (image, TAG_SOP_INSTANCE, 0);
  self->has_plane =
      vitrail_data_set_get_doubles (image, TAG_POSITION, self->position, 3) &&
      read_normal (image, self->normal);
}

void
vitrail_stack_key_clear (VitrailStackKey *self)
{
  g_clear_pointer (&self->sop_instance_uid, g_free);
}

static double
dot (const double a[3], const double b[3])
{
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static int
compare_numbers (const void *pa, const void *pb)
{
  const VitrailStackKey *a = pa;
  const VitrailStackKey *b = pb;

  if (a->number != b->number)
    return a->number < b->number ? -1 : 1;
  return g_strcmp0 (a->sop_instance_uid, b->sop_instance_uid);
}

static int
compare_distances (const void *pa, const void *pb)
{
  const VitrailStackKey *a = pa;
  const VitrailStackKey *b = pb;

  if (a->distance != b->distance)
    return a->distance < b->distance ? -1 : 1;
  return compare_numbers (pa, pb);
}

void
vitrail_stack_sort (VitrailStackKey *keys, size_t n_keys)
{
  double normal[3];

  if (n_keys == 0)
    return;
  qsort (keys, n_keys, sizeof *keys, compare_numbers);
  memcpy (normal, keys[0].normal, sizeof normal);
  for (size_t i = 0; i < n_keys; i++) {
    if (!keys[i].has_plane || dot (keys[i].normal, normal) < PARALLEL_COSINE)
      return;
    /* To 10 um: positions of the same slice differ in the last digits. */
    keys[i].distance = round (dot (keys[i].position, normal) * 100.0) / 100.0;
  }
  qsort (keys, n_keys, sizeof *keys, compare_distances);
}
