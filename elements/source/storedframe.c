/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Stored frames as buffers and caps: see storedframe.h. */

#include "source/storedframe.h"

#include "framecaps.h"
#include "framemeta.h"
#include "instancemeta.h"

GType
vitrail_source_mode_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { VITRAIL_SOURCE_MODE_TIMELINE, "Frame after frame, in time", "timeline" },
    { VITRAIL_SOURCE_MODE_DEMAND, "What is asked for, live", "demand" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
                       g_enum_register_static ("VitrailSourceMode", values));
  return type;
}

GstCaps *
vitrail_stored_caps_from_instance (VitrailInstance *instance,
                                   double frame_ms,
                                   GError **error)
{
  VitrailPixelFormat format;
  int fps_n = 0;
  int fps_d = 1;

  if (!vitrail_instance_get_pixel_format (instance, &format, error))
    return NULL;
  if (frame_ms > 0)
    gst_video_guess_framerate ((GstClockTime) (frame_ms * 1e6 + 0.5), &fps_n,
                               &fps_d);
  return vitrail_stored_caps_new (
      &format, vitrail_instance_get_transfer_syntax (instance), fps_n, fps_d);
}

GstBuffer *
vitrail_stored_buffer_new (VitrailInstance *instance,
                           guint frame,
                           GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (GBytes) bytes =
      vitrail_instance_load_frame (instance, frame, NULL, &failed);
  g_autoptr (VitrailFrameInfo) info =
      vitrail_instance_ref_frame_info (instance, frame, NULL);
  GstBuffer *buffer;

  if (bytes != NULL) {
    buffer = gst_buffer_new_wrapped_bytes (bytes);
  } else {
    buffer = gst_buffer_new ();
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_CORRUPTED);
  }
  if (info != NULL) {
    VitrailFrameMeta *meta = vitrail_buffer_add_frame_meta (buffer, info);
    if (failed != NULL)
      vitrail_frame_meta_set_reason (meta, failed->message);
  }
  vitrail_buffer_add_instance_meta (buffer, instance, frame);
  if (failed != NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  return buffer;
}
