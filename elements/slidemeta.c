/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which slide a buffer refers to: see slidemeta.h. */

#include "slidemeta.h"

GType
vitrail_slide_meta_api_get_type (void)
{
  static gsize type;
  static const char *tags[] = { NULL };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, gst_meta_api_type_register ("VitrailSlideMetaAPI",
                                                          tags));
  return type;
}

static gboolean
slide_meta_init (GstMeta *meta, gpointer params, GstBuffer *buffer)
{
  VitrailSlideMeta *self = (VitrailSlideMeta *) meta;

  self->slide = NULL;
  self->look = NULL;
  self->is_tile = FALSE;
  self->level = self->column = self->row = 0;
  return TRUE;
}

static void
slide_meta_free (GstMeta *meta, GstBuffer *buffer)
{
  VitrailSlideMeta *self = (VitrailSlideMeta *) meta;

  g_clear_object (&self->slide);
  g_clear_pointer (&self->look, g_free);
}

static gboolean
slide_meta_transform (GstBuffer *dst,
                      GstMeta *meta,
                      GstBuffer *src,
                      GQuark type,
                      gpointer data)
{
  VitrailSlideMeta *self = (VitrailSlideMeta *) meta;

  if (!GST_META_TRANSFORM_IS_COPY (type))
    return FALSE;
  VitrailSlideMeta *copy = vitrail_buffer_add_slide_meta (dst, self->slide);
  if (copy == NULL)
    return TRUE;
  copy->look = g_strdup (self->look);
  copy->is_tile = self->is_tile;
  copy->level = self->level;
  copy->column = self->column;
  copy->row = self->row;
  return TRUE;
}

const GstMetaInfo *
vitrail_slide_meta_get_info (void)
{
  static gsize info;

  if (g_once_init_enter (&info)) {
    const GstMetaInfo *registered =
        gst_meta_register (vitrail_slide_meta_api_get_type (),
                           "VitrailSlideMeta", sizeof (VitrailSlideMeta),
                           slide_meta_init, slide_meta_free,
                           slide_meta_transform);
    g_once_init_leave (&info, GPOINTER_TO_SIZE (registered));
  }
  return GSIZE_TO_POINTER (info);
}

VitrailSlideMeta *
vitrail_buffer_add_slide_meta (GstBuffer *buffer, VitrailSlide *slide)
{
  VitrailSlideMeta *self = (VitrailSlideMeta *) gst_buffer_add_meta (
      buffer, vitrail_slide_meta_get_info (), NULL);

  if (self != NULL)
    self->slide = g_object_ref (slide);
  return self;
}

VitrailSlideMeta *
vitrail_buffer_get_slide_meta (GstBuffer *buffer)
{
  return (VitrailSlideMeta *) gst_buffer_get_meta (
      buffer, vitrail_slide_meta_api_get_type ());
}

VitrailSlide *
vitrail_buffer_get_slide (GstBuffer *buffer)
{
  const VitrailSlideMeta *self = vitrail_buffer_get_slide_meta (buffer);
  return self != NULL ? self->slide : NULL;
}

const char *
vitrail_buffer_get_slide_look (GstBuffer *buffer)
{
  const VitrailSlideMeta *self = vitrail_buffer_get_slide_meta (buffer);
  return self != NULL ? self->look : NULL;
}
