/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which frame of which instance a buffer holds: see instancemeta.h. */

#include "instancemeta.h"

GType
vitrail_instance_meta_api_get_type (void)
{
  static gsize type;
  static const char *tags[] = { NULL };

  if (g_once_init_enter (&type))
    g_once_init_leave (
        &type, gst_meta_api_type_register ("VitrailInstanceMetaAPI", tags));
  return type;
}

static gboolean
instance_meta_init (GstMeta *meta, gpointer params, GstBuffer *buffer)
{
  VitrailInstanceMeta *self = (VitrailInstanceMeta *) meta;

  self->instance = NULL;
  self->frame = 0;
  return TRUE;
}

static void
instance_meta_free (GstMeta *meta, GstBuffer *buffer)
{
  VitrailInstanceMeta *self = (VitrailInstanceMeta *) meta;

  g_clear_object (&self->instance);
}

static gboolean
instance_meta_transform (GstBuffer *dst,
                         GstMeta *meta,
                         GstBuffer *src,
                         GQuark type,
                         gpointer data)
{
  VitrailInstanceMeta *self = (VitrailInstanceMeta *) meta;
  GstMetaTransformCopy *copy = data;

  /* A part of the bytes is no frame any more. */
  if (!GST_META_TRANSFORM_IS_COPY (type) || copy->region)
    return FALSE;
  vitrail_buffer_add_instance_meta (dst, self->instance, self->frame);
  return TRUE;
}

const GstMetaInfo *
vitrail_instance_meta_get_info (void)
{
  static gsize info;

  if (g_once_init_enter (&info)) {
    const GstMetaInfo *registered =
        gst_meta_register (vitrail_instance_meta_api_get_type (),
                           "VitrailInstanceMeta", sizeof (VitrailInstanceMeta),
                           instance_meta_init, instance_meta_free,
                           instance_meta_transform);
    g_once_init_leave (&info, GPOINTER_TO_SIZE (registered));
  }
  return GSIZE_TO_POINTER (info);
}

VitrailInstanceMeta *
vitrail_buffer_add_instance_meta (GstBuffer *buffer,
                                  VitrailInstance *instance,
                                  guint frame)
{
  VitrailInstanceMeta *self = (VitrailInstanceMeta *) gst_buffer_add_meta (
      buffer, vitrail_instance_meta_get_info (), NULL);

  if (self == NULL)
    return NULL;
  self->instance = g_object_ref (instance);
  self->frame = frame;
  return self;
}

VitrailInstanceMeta *
vitrail_buffer_get_instance_meta (GstBuffer *buffer)
{
  return (VitrailInstanceMeta *) gst_buffer_get_meta (
      buffer, vitrail_instance_meta_api_get_type ());
}
