/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which volume a buffer refers to: see volumemeta.h. */

#include "volumemeta.h"

#include "framemeta.h"

GType
vitrail_volume_meta_api_get_type (void)
{
  static gsize type;
  static const char *tags[] = { NULL };

  if (g_once_init_enter (&type))
    g_once_init_leave (
        &type, gst_meta_api_type_register ("VitrailVolumeMetaAPI", tags));
  return type;
}

static gboolean
volume_meta_init (GstMeta *meta, gpointer params, GstBuffer *buffer)
{
  VitrailVolumeMeta *self = (VitrailVolumeMeta *) meta;

  self->volume = NULL;
  self->generation = 0;
  return TRUE;
}

static void
volume_meta_free (GstMeta *meta, GstBuffer *buffer)
{
  VitrailVolumeMeta *self = (VitrailVolumeMeta *) meta;

  g_clear_object (&self->volume);
}

static gboolean
volume_meta_transform (GstBuffer *dst,
                       GstMeta *meta,
                       GstBuffer *src,
                       GQuark type,
                       gpointer data)
{
  const VitrailVolumeMeta *self = (const VitrailVolumeMeta *) meta;

  if (!GST_META_TRANSFORM_IS_COPY (type))
    return FALSE;
  VitrailVolumeMeta *copy = vitrail_buffer_add_volume_meta (dst, self->volume);
  if (copy != NULL)
    copy->generation = self->generation;
  return TRUE;
}

const GstMetaInfo *
vitrail_volume_meta_get_info (void)
{
  static gsize info;

  if (g_once_init_enter (&info)) {
    const GstMetaInfo *registered =
        gst_meta_register (vitrail_volume_meta_api_get_type (),
                           "VitrailVolumeMeta", sizeof (VitrailVolumeMeta),
                           volume_meta_init, volume_meta_free,
                           volume_meta_transform);
    g_once_init_leave (&info, GPOINTER_TO_SIZE (registered));
  }
  return GSIZE_TO_POINTER (info);
}

VitrailVolumeMeta *
vitrail_buffer_add_volume_meta (GstBuffer *buffer, VitrailVolume *volume)
{
  VitrailVolumeMeta *self = (VitrailVolumeMeta *) gst_buffer_add_meta (
      buffer, vitrail_volume_meta_get_info (), NULL);

  if (self == NULL)
    return NULL;
  self->volume = g_object_ref (volume);
  self->generation = vitrail_volume_get_generation (volume);
  return self;
}

VitrailVolume *
vitrail_buffer_get_volume (GstBuffer *buffer)
{
  const VitrailVolumeMeta *self = (const VitrailVolumeMeta *)
      gst_buffer_get_meta (buffer, vitrail_volume_meta_api_get_type ());

  return self != NULL ? self->volume : NULL;
}

GstBuffer *
vitrail_volume_buffer_new (VitrailVolume *volume)
{
  const VitrailVolumeInfo *info = vitrail_volume_get_info (volume);
  const gboolean is_complete = vitrail_volume_is_complete (volume);
  GstBuffer *buffer = gst_buffer_new ();

  vitrail_buffer_add_volume_meta (buffer, volume);
  VitrailFrameMeta *meta = vitrail_buffer_add_frame_meta (buffer, info->frame);
  if (!is_complete)
    meta->flags |= VITRAIL_FRAME_META_INCOMPLETE;
  return buffer;
}

GstCaps *
vitrail_volume_caps_new (VitrailVolume *volume)
{
  const VitrailVolumeInfo *info = vitrail_volume_get_info (volume);
  const char *format = info->type == VITRAIL_VOXEL_F32 ? "f32" : "u16";

  return gst_caps_new_simple ("application/x-vitrail-volume", "width",
                              G_TYPE_INT, (int) info->size[0], "height",
                              G_TYPE_INT, (int) info->size[1], "depth",
                              G_TYPE_INT, (int) info->size[2], "format",
                              G_TYPE_STRING, format, NULL);
}

/* Where a volume says nothing, or has several pictures. */
#define DEFAULT_RATE 10

void
vitrail_volume_get_pace (GstBuffer *in,
                         guint n_pictures,
                         guint64 n_before,
                         VitrailPicturePace *pace)
{
  const GstClockTime duration = GST_BUFFER_DURATION (in);

  if (n_pictures == 1 && GST_BUFFER_PTS_IS_VALID (in) &&
      GST_BUFFER_DURATION_IS_VALID (in) && duration > 0)
  {
    pace->start = GST_BUFFER_PTS (in);
    pace->duration = duration;
    gst_util_double_to_fraction ((double) GST_SECOND / (double) duration,
                                 &pace->fps_n, &pace->fps_d);
    return;
  }
  pace->start = n_before * (GST_SECOND / DEFAULT_RATE);
  pace->duration = GST_SECOND / DEFAULT_RATE;
  pace->fps_n = DEFAULT_RATE;
  pace->fps_d = 1;
}
