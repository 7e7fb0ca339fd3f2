/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Objects on their way: see delivery.h. */

#include "mux/delivery.h"

#include "framecaps.h"
#include "mapping.h"

#include <glib/gstdio.h>

void
vitrail_delivery_begin (VitrailDelivery *self)
{
  GstSegment segment;

  if (self->is_begun)
    return;
  self->is_begun = TRUE;
  g_autofree char *id =
      gst_pad_create_stream_id (self->src, self->element, NULL);
  g_autoptr (GstCaps) caps = gst_caps_new_simple (VITRAIL_CAPS_DICOM, "framed",
                                                  G_TYPE_BOOLEAN, TRUE, NULL);
  gst_segment_init (&segment, GST_FORMAT_BYTES);
  gst_pad_push_event (self->src, gst_event_new_stream_start (id));
  gst_pad_push_event (self->src, gst_event_new_caps (caps));
  gst_pad_push_event (self->src, gst_event_new_segment (&segment));
}

/* An object as one buffer, which is the file: it is never held whole. */
static gboolean
push_file (VitrailDelivery *self, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) file = vitrail_map_file (path, &error);

  if (file == NULL) {
    GST_ELEMENT_ERROR (self->element, RESOURCE, READ, ("%s", error->message),
                       (NULL));
    return FALSE;
  }
  vitrail_delivery_begin (self);
  GstFlowReturn flow =
      gst_pad_push (self->src, gst_buffer_new_wrapped_bytes (file));
  if (flow < GST_FLOW_EOS)
    GST_ELEMENT_FLOW_ERROR (self->element, flow);
  return flow == GST_FLOW_OK;
}

/* What has arrived goes from here, unless it is to be kept. */
static void
settle (VitrailDelivery *self, const char *path, gboolean has_arrived)
{
  GST_OBJECT_LOCK (self->element);
  const gboolean is_kept = self->keep || !has_arrived;
  GST_OBJECT_UNLOCK (self->element);
  if (!is_kept)
    g_unlink (path);
  gst_element_post_message (
      self->element,
      gst_message_new_element (
          GST_OBJECT (self->element),
          gst_structure_new ("dicom-recorded", "path", G_TYPE_STRING, path,
                             "kept", G_TYPE_BOOLEAN, is_kept, NULL)));
}

/* Whether what was pushed has arrived. The end of the stream alone does not
 * tell: a sink has it, the program stops the pipeline at once, and its way back
 * ends at a pad that takes nothing any more. */
static gboolean
drain (VitrailDelivery *self)
{
  g_autoptr (GstQuery) query = gst_query_new_drain ();

  return gst_pad_peer_query (self->src, query);
}

gboolean
vitrail_delivery_send (VitrailDelivery *self, GPtrArray *paths)
{
  gboolean fine = TRUE;

  for (guint i = 0; i < paths->len && fine;) {
    const char *path = g_ptr_array_index (paths, i);
    fine = push_file (self, path);
    if (fine && drain (self)) {
      settle (self, path, TRUE);
      g_ptr_array_remove_index (paths, i);
    } else {
      i++;
    }
  }
  return fine;
}

void
vitrail_delivery_settle (VitrailDelivery *self,
                         GPtrArray *paths,
                         gboolean has_arrived)
{
  for (guint i = 0; i < paths->len; i++)
    settle (self, g_ptr_array_index (paths, i), has_arrived);
}
