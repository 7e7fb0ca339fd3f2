/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Caps on both sides of dcmwindow: see windowcaps.h. */

#include "pixel/windowcaps.h"

#include "framecaps.h"

/* What it takes from one structure to the other side: size and rate, without
 * what describes samples. */
static void
append_with_format (GstCaps *caps,
                    const GstStructure *from,
                    const char *name,
                    const char *formats)
{
  g_auto (GValue) value = G_VALUE_INIT;
  GstStructure *structure = gst_structure_copy (from);

  gst_structure_set_name (structure, name);
  gst_structure_remove_fields (structure, "format", "channels", "colorimetry",
                               "chroma-site", NULL);
  if (formats != NULL) {
    g_value_init (&value, GST_TYPE_LIST);
    gst_value_deserialize (&value, formats);
    gst_structure_set_value (structure, "format", &value);
  }
  gst_caps_append_structure (caps, structure);
}

void
vitrail_window_caps_append_outputs (GstCaps *caps, const GstStructure *input)
{
  const char *format = gst_structure_get_string (input, "format");
  const gboolean colour =
      gst_structure_has_name (input, "video/x-raw") &&
      (g_strcmp0 (format, "RGB") == 0 || g_strcmp0 (format, "RGBA64_LE") == 0);

  append_with_format (caps, input, "video/x-raw",
                      colour ? "{ RGB, RGBA, BGRx }"
                             : "{ GRAY8, RGB, RGBA, BGRx }");
}

void
vitrail_window_caps_append_inputs (GstCaps *caps, const GstStructure *output)
{
  const char *format = gst_structure_get_string (output, "format");
  const gboolean grey = g_strcmp0 (format, "GRAY8") == 0;

  append_with_format (caps, output, "video/x-raw",
                      grey ? "{ GRAY8, GRAY16_LE }"
                           : "{ GRAY8, GRAY16_LE, RGB, RGBA64_LE }");
  append_with_format (caps, output, VITRAIL_CAPS_SAMPLES_NAME, NULL);
}

static gboolean
can_be (const GstStructure *structure, const char *format)
{
  g_auto (GValue) value = G_VALUE_INIT;
  const GValue *formats = gst_structure_get_value (structure, "format");

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_static_string (&value, format);
  return formats != NULL && gst_value_intersect (NULL, formats, &value);
}

GstCaps *
vitrail_window_caps_choose (const GstCaps *caps, const char *format)
{
  for (guint i = 0; i < gst_caps_get_size (caps); i++) {
    GstCaps *chosen = NULL;
    if (!can_be (gst_caps_get_structure (caps, i), format))
      continue;
    chosen = gst_caps_copy_nth (caps, i);
    gst_caps_set_simple (chosen, "format", G_TYPE_STRING, format, NULL);
    return chosen;
  }
  return NULL;
}
