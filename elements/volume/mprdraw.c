/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See mprdraw.h. */

#include "volume/mprdraw.h"

#include "error.h"

#include <math.h>

/* Of voxels that are read for some lines at once; a single line may need
 * more. */
#define BOX_BYTES ((gsize) 64 * 1024 * 1024)
/* As many lines as are tried first. */
#define BAND 64
/* Voxels beside those that a point lies between: the taps of a cubic. */
#define REACH 2

typedef struct {
  guint from[3];
  guint size[3];
} Box;

static gsize
get_voxel_bytes (const VitrailReslice *reslice)
{
  return reslice->type == VITRAIL_VOXEL_F32 ? sizeof (float) : sizeof (guint16);
}

static gsize
get_bytes (const Box *box, const VitrailReslice *reslice)
{
  return (gsize) box->size[0] * box->size[1] * box->size[2] *
         get_voxel_bytes (reslice);
}

/* Lowest and highest index along axis @a of the corners of lines @first to
 * @end - 1. */
static void
find_extent (const VitrailMprPicture *picture,
             guint a,
             guint first,
             guint end,
             double extent[2])
{
  const VitrailReslice *r = &picture->reslice;

  extent[0] = INFINITY;
  extent[1] = -INFINITY;
  for (guint corner = 0; corner < 8; corner++) {
    const guint x = corner & 1 ? picture->width - 1 : 0;
    const guint y = corner & 2 ? end - 1 : first;
    const guint p = corner & 4 ? r->n_planes - 1 : 0;
    const double at =
        r->origin[a] + x * r->right[a] + y * r->down[a] + p * r->step[a];
    extent[0] = MIN (extent[0], at);
    extent[1] = MAX (extent[1], at);
  }
}

/* FALSE where the lines pass by the volume. */
static gboolean
find_box (const VitrailMprPicture *picture, guint first, guint end, Box *box)
{
  for (guint a = 0; a < 3; a++) {
    const double size = picture->reslice.size[a];
    double extent[2];
    find_extent (picture, a, first, end, extent);
    const double low = floor (extent[0]) - REACH;
    const double high = ceil (extent[1]) + REACH + 1;
    if (!(low < size + REACH && high > -REACH))
      return FALSE;
    box->from[a] = (guint) CLAMP (low, 0, size - 1);
    box->size[a] =
        (guint) CLAMP (high, box->from[a] + 1.0, size) - box->from[a];
  }
  return TRUE;
}

/* The lines as of the box alone. */
static gboolean
draw_box (VitrailVolume *volume,
          const VitrailMprPicture *picture,
          const Box *box,
          guint first,
          guint n,
          guint8 *out,
          GError **error)
{
  VitrailReslice reslice = picture->reslice;
  const gsize bytes = get_bytes (box, &reslice);
  const gsize pixel = vitrail_reslice_is_float (&reslice) ? 4 : 2;
  g_autofree guint8 *voxels = g_try_malloc (bytes + VITRAIL_VOLUME_SLACK);

  if (voxels == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "no memory for %zu bytes of a volume", bytes);
    return FALSE;
  }
  if (!vitrail_volume_read_box (volume, box->from, box->size, voxels, error))
    return FALSE;
  reslice.voxels = voxels;
  for (guint a = 0; a < 3; a++) {
    reslice.size[a] = box->size[a];
    reslice.origin[a] += first * reslice.down[a] - box->from[a];
  }
  vitrail_reslice_picture (&reslice, picture->width, n, out,
                           picture->width * pixel);
  return TRUE;
}

static void
fill (const VitrailMprPicture *picture, guint n, guint8 *out)
{
  const VitrailReslice *reslice = &picture->reslice;
  const gsize pixels = (gsize) n * picture->width;

  for (gsize i = 0; i < pixels; i++)
    if (vitrail_reslice_is_float (reslice))
      ((float *) (gpointer) out)[i] = (float) reslice->background;
    else
      ((guint16 *) (gpointer) out)[i] =
          (guint16) lrint (CLAMP (reslice->background, 0, 65535));
}

static gboolean
draw_bands (VitrailVolume *volume,
            const VitrailMprPicture *picture,
            guint8 *out,
            GError **error)
{
  const gsize pixel = vitrail_reslice_is_float (&picture->reslice) ? 4 : 2;
  guint n = 0;

  for (guint y = 0; y < picture->height; y += n) {
    guint8 *lines = out + (gsize) y * picture->width * pixel;
    gboolean is_there = FALSE;
    Box box;
    /* Fewer of them where they take too much. */
    for (n = MIN (BAND, picture->height - y);; n = (n + 1) / 2) {
      is_there = find_box (picture, y, y + n, &box);
      if (!is_there || n == 1 ||
          get_bytes (&box, &picture->reslice) <= BOX_BYTES)
        break;
    }
    if (!is_there)
      fill (picture, n, lines);
    else if (!draw_box (volume, picture, &box, y, n, lines, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
vitrail_mpr_draw (VitrailVolume *volume,
                  const VitrailMprPicture *picture,
                  void *out,
                  GError **error)
{
  VitrailReslice reslice = picture->reslice;
  const gsize pixel = vitrail_reslice_is_float (&reslice) ? 4 : 2;

  reslice.voxels = vitrail_volume_get_voxels (volume);
  if (reslice.voxels == NULL)
    return draw_bands (volume, picture, out, error);
  vitrail_reslice_picture (&reslice, picture->width, picture->height, out,
                           picture->width * pixel);
  return TRUE;
}

void
vitrail_mpr_make_values (const VitrailVolumeInfo *info,
                         const VitrailMprPicture *picture,
                         void *samples)
{
  const gsize n = (gsize) picture->width * picture->height;
  const double intercept = info->intercept * picture->reslice.n_planes;
  float *values = samples;

  if (info->type == VITRAIL_VOXEL_F32 ||
      !vitrail_reslice_is_float (&picture->reslice))
    return;
  for (gsize i = 0; i < n; i++)
    values[i] = (float) ((double) values[i] * info->slope + intercept);
}
