/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What pictures are made from: see madefrom.h. */

#include "madefrom.h"

#define NAME  "vitrail-made-from"
#define FIELD "images"

GstEvent *
vitrail_made_from_event_new (GPtrArray *images)
{
  return gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM_STICKY,
                               gst_structure_new (NAME, FIELD, G_TYPE_PTR_ARRAY,
                                                  images, NULL));
}

GPtrArray *
vitrail_made_from_event_parse (GstEvent *event)
{
  const GstStructure *structure = gst_event_get_structure (event);

  if (GST_EVENT_TYPE (event) != GST_EVENT_CUSTOM_DOWNSTREAM_STICKY ||
      !gst_structure_has_name (structure, NAME))
    return NULL;
  return g_value_get_boxed (gst_structure_get_value (structure, FIELD));
}
