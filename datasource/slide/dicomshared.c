/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What all facets of a DICOM slide share: reading it, and questions that depend
 * on no facet. */

#include "slide/dicomshared.h"

#include "error.h"

#include <math.h>

static VitrailWsiShared *
shared_new (void)
{
  VitrailWsiShared *self = g_new0 (VitrailWsiShared, 1);

  g_atomic_ref_count_init (&self->ref_count);
  vitrail_facet_table_init (&self->facets);
  return self;
}

void
vitrail_wsi_shared_unref (VitrailWsiShared *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->id);
  vitrail_wsi_pyramid_clear (&self->pyramid);
  g_clear_pointer (&self->associated, vitrail_wsi_associated_free);
  vitrail_wsi_description_clear (&self->description);
  g_clear_pointer (&self->frame_info, vitrail_frame_info_unref);
  vitrail_facet_table_clear (&self->facets);
  g_free (self);
}

guint
vitrail_wsi_shared_get_n_planes (const VitrailWsiShared *self)
{
  return self->pyramid.planes_um->len;
}

double
vitrail_wsi_shared_get_plane_um (const VitrailWsiShared *self, guint plane)
{
  return g_array_index (self->pyramid.planes_um, double, plane);
}

const VitrailWsiLevel *
vitrail_wsi_shared_get_level (const VitrailWsiShared *self, guint level)
{
  return g_ptr_array_index (self->pyramid.levels, level);
}

guint64
vitrail_wsi_shared_get_size_bytes (const VitrailWsiShared *self)
{
  guint64 bytes = sizeof *self;

  for (guint i = 0; i < self->pyramid.levels->len; i++) {
    const VitrailWsiLevel *level = vitrail_wsi_shared_get_level (self, i);
    bytes += vitrail_tile_index_get_size_bytes (level->index);
    for (guint j = 0; j < level->parts->len; j++)
      bytes +=
          vitrail_instance_get_size_bytes (g_ptr_array_index (level->parts, j));
  }
  return bytes;
}

VitrailWsiShared *
vitrail_wsi_shared_ref (VitrailWsiShared *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/* The VOLUME images of @series, and the one that was asked for. */
static gboolean
read_pyramid (VitrailWsiShared *self,
              const VitrailWsiSeries *series,
              GError **error)
{
  g_autoptr (GPtrArray) volumes = g_ptr_array_new ();
  const VitrailInstance *needed = NULL;

  for (guint i = 0; i < series->parts->len; i++) {
    const VitrailWsiPart *part = g_ptr_array_index (series->parts, i);
    if (part->role != VITRAIL_WSI_VOLUME)
      continue;
    g_ptr_array_add (volumes, part->instance);
    if (part->instance == series->first)
      needed = part->instance;
  }
  return vitrail_wsi_pyramid_read (&self->pyramid, volumes, needed, error);
}

/* Of the first frame, without a look at how many there are. */
static VitrailFrameInfo *
read_frame_info (VitrailInstance *instance)
{
  return vitrail_frame_info_new (vitrail_instance_get_data_set (instance),
                                 vitrail_instance_get_transfer_syntax (
                                     instance),
                                 1, vitrail_instance_get_name (instance), NULL);
}

/* Levels may differ: one made from a lossless one may be lossy. */
static void
read_frame_infos (VitrailWsiShared *self)
{
  for (guint i = 0; i < self->pyramid.levels->len; i++) {
    g_autoptr (VitrailFrameInfo) info = read_frame_info (
        g_ptr_array_index (vitrail_wsi_shared_get_level (self, i)->parts, 0));
    self->is_lossy = self->is_lossy || (info != NULL && info->lossy);
    if (i == 0)
      self->frame_info = g_steal_pointer (&info);
  }
}

/* The plane that is in focus, as far as heights tell. */
guint
vitrail_wsi_shared_find_middle_plane (const VitrailWsiShared *self)
{
  guint best = 0;

  for (guint i = 1; i < vitrail_wsi_shared_get_n_planes (self); i++)
    if (fabs (vitrail_wsi_shared_get_plane_um (self, i)) <
        fabs (vitrail_wsi_shared_get_plane_um (self, best)))
      best = i;
  return best;
}

VitrailWsiShared *
vitrail_wsi_shared_new (VitrailWsiSeries *series, GError **error)
{
  g_autoptr (VitrailWsiShared) self = shared_new ();

  if (!read_pyramid (self, series, error))
    return NULL;
  if (self->pyramid.levels->len == 0) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: no VOLUME image in its series, so there is no slide",
                 vitrail_instance_get_name (series->first));
    return NULL;
  }
  self->id = g_steal_pointer (&series->id);
  const VitrailWsiLevel *finest = vitrail_wsi_shared_get_level (self, 0);
  vitrail_wsi_description_read (&self->description,
                                g_ptr_array_index (finest->parts, 0),
                                &finest->geometry);
  self->associated = vitrail_wsi_associated_new (series);
  read_frame_infos (self);
  return g_steal_pointer (&self);
}
