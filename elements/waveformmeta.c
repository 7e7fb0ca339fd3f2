/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which waveform a buffer refers to: see waveformmeta.h. */

#include "waveformmeta.h"

#include "framemeta.h"
#include "waveform/ecg.h"

GType
vitrail_waveform_meta_api_get_type (void)
{
  static gsize type;
  static const char *tags[] = { NULL };

  if (g_once_init_enter (&type))
    g_once_init_leave (
        &type, gst_meta_api_type_register ("VitrailWaveformMetaAPI", tags));
  return type;
}

static gboolean
waveform_meta_init (GstMeta *meta, gpointer params, GstBuffer *buffer)
{
  ((VitrailWaveformMeta *) meta)->waveform = NULL;
  return TRUE;
}

static void
waveform_meta_free (GstMeta *meta, GstBuffer *buffer)
{
  g_clear_pointer (&((VitrailWaveformMeta *) meta)->waveform,
                   vitrail_waveform_unref);
}

static void
add_meta (GstBuffer *buffer, VitrailWaveform *waveform)
{
  VitrailWaveformMeta *self = (VitrailWaveformMeta *) gst_buffer_add_meta (
      buffer, vitrail_waveform_meta_get_info (), NULL);

  if (self != NULL)
    self->waveform = vitrail_waveform_ref (waveform);
}

static gboolean
waveform_meta_transform (GstBuffer *dst,
                         GstMeta *meta,
                         GstBuffer *src,
                         GQuark type,
                         gpointer data)
{
  if (!GST_META_TRANSFORM_IS_COPY (type))
    return FALSE;
  add_meta (dst, ((const VitrailWaveformMeta *) meta)->waveform);
  return TRUE;
}

const GstMetaInfo *
vitrail_waveform_meta_get_info (void)
{
  static gsize info;

  if (g_once_init_enter (&info)) {
    const GstMetaInfo *registered =
        gst_meta_register (vitrail_waveform_meta_api_get_type (),
                           "VitrailWaveformMeta", sizeof (VitrailWaveformMeta),
                           waveform_meta_init, waveform_meta_free,
                           waveform_meta_transform);
    g_once_init_leave (&info, GPOINTER_TO_SIZE (registered));
  }
  return GSIZE_TO_POINTER (info);
}

GstBuffer *
vitrail_waveform_buffer_new (VitrailWaveform *waveform,
                             VitrailDataSet *data_set)
{
  GstBuffer *buffer = gst_buffer_new ();
  g_autoptr (VitrailFrameInfo) info =
      vitrail_frame_info_new_page (data_set, VITRAIL_ECG_PAGE_WIDTH,
                                   VITRAIL_ECG_PAGE_HEIGHT);

  add_meta (buffer, waveform);
  vitrail_buffer_add_frame_meta (buffer, info);
  return buffer;
}

VitrailWaveform *
vitrail_buffer_get_waveform (GstBuffer *buffer)
{
  const VitrailWaveformMeta *self = (const VitrailWaveformMeta *)
      gst_buffer_get_meta (buffer, vitrail_waveform_meta_api_get_type ());

  return self != NULL ? self->waveform : NULL;
}
