/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailNavigation: see navigation.h. */

#include "navigation.h"

/* Lives as long as the probe or an event under way refers to it. */
struct _VitrailNavigation {
  GMainContext *context; /* constant */
  /* Only in the context; NULL once the owner is gone. */
  VitrailNavigationFunc function;
  gpointer user_data;
  GstPad *pad;
  gulong probe;
};

typedef struct {
  VitrailNavigation *navigation;
  GstEvent *event;
} Delivery;

static void
navigation_clear (gpointer data)
{
  g_main_context_unref (((VitrailNavigation *) data)->context);
}

static void
navigation_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, navigation_clear);
}

static void
delivery_free (gpointer data)
{
  Delivery *self = data;
  gst_event_unref (self->event);
  navigation_unref (self->navigation);
  g_free (self);
}

static gboolean
deliver_cb (gpointer user_data)
{
  const Delivery *self = user_data;
  if (self->navigation->function != NULL)
    self->navigation->function (self->event, self->navigation->user_data);
  return G_SOURCE_REMOVE;
}

static GstPadProbeReturn
event_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  VitrailNavigation *self = user_data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  if (GST_EVENT_TYPE (event) != GST_EVENT_NAVIGATION)
    return GST_PAD_PROBE_OK;

  Delivery *delivery = g_new (Delivery, 1);
  delivery->navigation = g_atomic_rc_box_acquire (self);
  delivery->event = gst_event_ref (event);
  g_main_context_invoke_full (self->context, G_PRIORITY_DEFAULT, deliver_cb,
                              delivery, delivery_free);
  return GST_PAD_PROBE_DROP;
}

VitrailNavigation *
vitrail_navigation_new (GstPad *pad,
                        VitrailNavigationFunc function,
                        gpointer user_data)
{
  VitrailNavigation *self = g_atomic_rc_box_new0 (VitrailNavigation);
  self->context = g_main_context_ref_thread_default ();
  self->function = function;
  self->user_data = user_data;
  self->pad = gst_object_ref (pad);
  self->probe =
      gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, event_cb,
                         g_atomic_rc_box_acquire (self), navigation_unref);
  return self;
}

void
vitrail_navigation_free (VitrailNavigation *self)
{
  self->function = NULL;
  gst_pad_remove_probe (self->pad, self->probe);
  gst_clear_object (&self->pad);
  navigation_unref (self);
}
