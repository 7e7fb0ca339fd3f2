/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A session as JSON: see sessionstate.h. Whatever the text says, reading it
 * changes no more than a person could: every value is checked by its setter. */

#include "sessionstate.h"

#include "error.h"
#include "limits.h"
#include "pixel/colormap.h"
#include "slidekept.h"
#include "slidesync.h"
#include "viewportslide.h"

#include <string.h>

#define VERSION 1

static void
add_number (JsonBuilder *b, const char *name, double number)
{
  json_builder_set_member_name (b, name);
  json_builder_add_double_value (b, number);
}

static void
add_count (JsonBuilder *b, const char *name, gint64 count)
{
  json_builder_set_member_name (b, name);
  json_builder_add_int_value (b, count);
}

static void
add_flag (JsonBuilder *b, const char *name, gboolean flag)
{
  json_builder_set_member_name (b, name);
  json_builder_add_boolean_value (b, flag);
}

/* NULL: no member. */
static void
add_text (JsonBuilder *b, const char *name, const char *text)
{
  if (text == NULL)
    return;
  json_builder_set_member_name (b, name);
  json_builder_add_string_value (b, text);
}

static void
write_view (JsonBuilder *b, VitrailViewport *viewport)
{
  VitrailView view;
  vitrail_viewport_get_view (viewport, &view);
  json_builder_set_member_name (b, "view");
  json_builder_begin_object (b);
  add_number (b, "zoom", view.zoom);
  add_number (b, "panX", view.pan_x);
  add_number (b, "panY", view.pan_y);
  add_number (b, "rotation", view.rotation);
  add_flag (b, "flipHorizontal", view.flip_horizontal);
  add_flag (b, "flipVertical", view.flip_vertical);
  add_count (b, "interpolation", view.interpolation);
  json_builder_end_object (b);
}

static void
write_presentation (JsonBuilder *b, VitrailViewport *viewport)
{
  VitrailPresentation presentation;
  vitrail_viewport_get_presentation (viewport, &presentation);
  json_builder_set_member_name (b, "presentation");
  json_builder_begin_object (b);
  if (presentation.has_window) {
    add_number (b, "center", presentation.window_center);
    add_number (b, "width", presentation.window_width);
    add_count (b, "function", presentation.function);
  }
  add_flag (b, "invert", presentation.invert);
  add_count (b, "voi", presentation.voi);
  add_text (b, "colormap", presentation.colormap);
  add_flag (b, "hideOverlays", presentation.hide_overlays);
  add_flag (b, "hideShutter", presentation.hide_shutter);
  json_builder_end_object (b);
}

static const char *const layer_names[VITRAIL_N_SLIDE_LAYERS] = {
  "overview", "label", "macro", "coverage"
};

static void
write_slide (JsonBuilder *b, VitrailViewport *viewport)
{
  json_builder_set_member_name (b, "slide");
  json_builder_begin_object (b);
  add_text (b, "look", vitrail_viewport_get_look (viewport));
  for (guint i = 0; i < VITRAIL_N_SLIDE_LAYERS; i++)
    add_flag (b, layer_names[i], vitrail_viewport_get_layer (viewport, i));
  json_builder_end_object (b);
}

static void
write_viewport (JsonBuilder *b, VitrailViewport *viewport)
{
  const VitrailDisplaySet *set = vitrail_viewport_get_display_set (viewport);
  json_builder_begin_object (b);
  if (set != NULL) {
    add_text (b, "displaySet", set->id);
    add_count (b, "position", vitrail_viewport_get_position (viewport));
    add_flag (b, "playing", vitrail_viewport_get_playing (viewport));
    add_number (b, "speed", vitrail_viewport_get_speed (viewport));
    write_view (b, viewport);
    write_presentation (b, viewport);
  }
  if (vitrail_viewport_is_slide (viewport))
    write_slide (b, viewport);
  json_builder_end_object (b);
}

char *
vitrail_session_state_write (VitrailSession *session, GHashTable *kept)
{
  guint rows = 0;
  guint columns = 0;
  vitrail_session_get_layout (session, &rows, &columns);
  g_autoptr (JsonBuilder) b = json_builder_new ();
  json_builder_begin_object (b);
  add_count (b, "version", VERSION);
  add_text (b, "location", vitrail_session_get_location (session));
  add_text (b, "study", vitrail_session_get_study (session));
  add_text (b, "tool", vitrail_session_get_tool (session));
  add_flag (b, "syncSlides", vitrail_session_get_sync (session));
  add_flag (b, "syncCines", vitrail_session_get_cine_sync (session));
  add_flag (b, "clipStrip", vitrail_session_get_clip_strip (session));
  add_count (b, "rows", rows);
  add_count (b, "columns", columns);
  add_count (b, "active", vitrail_session_get_active (session));
  json_builder_set_member_name (b, "viewports");
  json_builder_begin_array (b);
  for (guint i = 0; i < vitrail_session_get_n_viewports (session); i++)
    write_viewport (b, vitrail_session_get_viewport (session, i));
  json_builder_end_array (b);
  json_builder_set_member_name (b, "slides");
  vitrail_slide_kept_write (kept, b);
  json_builder_end_object (b);
  g_autoptr (JsonNode) root = json_builder_get_root (b);
  return json_to_string (root, TRUE);
}

JsonObject *
vitrail_session_state_parse (const char *json, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) syntax = NULL;

  if (strlen (json) > VITRAIL_LIMIT_JSON_BYTES ||
      !json_parser_load_from_data (parser, json, -1, &syntax))
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "session state: %s",
                 syntax != NULL ? syntax->message : "too long");
    return NULL;
  }
  JsonNode *root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "session state: not a JSON object");
    return NULL;
  }
  return json_node_dup_object (root);
}

/* A member that is a plain value, or NULL. */
static JsonNode *
get_value (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? node : NULL;
}

const char *
vitrail_session_state_get_text (JsonObject *state, const char *name)
{
  JsonNode *node = get_value (state, name);
  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static double
get_number (JsonObject *object, const char *name, double fallback)
{
  JsonNode *node = get_value (object, name);
  GType type = node != NULL ? json_node_get_value_type (node) : G_TYPE_INVALID;
  return type == G_TYPE_INT64 || type == G_TYPE_DOUBLE
             ? json_node_get_double (node)
             : fallback;
}

static guint
get_count (JsonObject *object, const char *name, guint fallback)
{
  double number = get_number (object, name, fallback);
  return number >= 0 && number <= G_MAXINT ? (guint) number : fallback;
}

static gboolean
get_flag (JsonObject *object, const char *name)
{
  JsonNode *node = get_value (object, name);
  return node != NULL && json_node_get_value_type (node) == G_TYPE_BOOLEAN &&
         json_node_get_boolean (node);
}

static JsonObject *
get_object (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node)
             ? json_node_get_object (node)
             : NULL;
}

void
vitrail_session_state_apply_layout (VitrailSession *session, JsonObject *state)
{
  vitrail_session_set_layout (session, get_count (state, "rows", 1),
                              get_count (state, "columns", 1));
  vitrail_session_set_active (session, get_count (state, "active", 0));
  const char *tool = vitrail_session_state_get_text (state, "tool");
  if (tool != NULL)
    vitrail_session_set_tool (session, tool);
  vitrail_session_set_sync (session, get_flag (state, "syncSlides"));
  vitrail_session_set_cine_sync (session, get_flag (state, "syncCines"));
  vitrail_session_set_clip_strip (session, get_flag (state, "clipStrip"));
}

static void
apply_view (VitrailViewport *viewport, JsonObject *object)
{
  const VitrailView view = {
    .zoom = get_number (object, "zoom", 1.0),
    .pan_x = get_number (object, "panX", 0.5),
    .pan_y = get_number (object, "panY", 0.5),
    .rotation = get_number (object, "rotation", 0.0),
    .flip_horizontal = get_flag (object, "flipHorizontal"),
    .flip_vertical = get_flag (object, "flipVertical"),
    .interpolation = get_count (object, "interpolation", 0) == 1
                         ? VITRAIL_INTERPOLATION_NEAREST
                         : VITRAIL_INTERPOLATION_LINEAR,
  };
  vitrail_viewport_set_view (viewport, &view);
}

static void
apply_presentation (VitrailViewport *viewport, JsonObject *object)
{
  guint function = get_count (object, "function", VITRAIL_VOI_LINEAR);
  const VitrailPresentation presentation = {
    .has_window = json_object_has_member (object, "center") &&
                  json_object_has_member (object, "width"),
    .window_center = get_number (object, "center", 0.0),
    .window_width = get_number (object, "width", 1.0),
    .function = function <= VITRAIL_VOI_SIGMOID ? function : VITRAIL_VOI_LINEAR,
    .invert = get_flag (object, "invert"),
    .voi = get_count (object, "voi", 0),
    .colormap = vitrail_colormap_find_name (
        vitrail_session_state_get_text (object, "colormap")),
    .hide_overlays = get_flag (object, "hideOverlays"),
    .hide_shutter = get_flag (object, "hideShutter"),
  };
  vitrail_viewport_set_presentation (viewport, &presentation);
}

static void
apply_slide (VitrailViewport *viewport, JsonObject *object)
{
  const char *look = vitrail_session_state_get_text (object, "look");
  if (look != NULL)
    vitrail_viewport_set_look (viewport, look, NULL);
  for (guint i = 0; i < VITRAIL_N_SLIDE_LAYERS; i++)
    vitrail_viewport_set_layer (viewport, i, get_flag (object, layer_names[i]));
  const char *seen = vitrail_session_state_get_text (object, "seen");
  if (seen != NULL)
    vitrail_viewport_set_seen (viewport, seen);
}

static void
apply_viewport (VitrailSession *session,
                VitrailViewport *viewport,
                JsonObject *object)
{
  const char *id = vitrail_session_state_get_text (object, "displaySet");
  VitrailDisplaySet *set =
      id != NULL ? vitrail_session_find_display_set (session, id) : NULL;
  if (set == NULL)
    return;
  vitrail_viewport_show (viewport, vitrail_session_get_source (session), set);
  JsonObject *view = get_object (object, "view");
  JsonObject *presentation = get_object (object, "presentation");
  if (view != NULL)
    apply_view (viewport, view);
  if (presentation != NULL)
    apply_presentation (viewport, presentation);
  JsonObject *slide = get_object (object, "slide");
  if (slide != NULL)
    apply_slide (viewport, slide);
  vitrail_viewport_set_position (viewport, get_count (object, "position", 1));
  vitrail_viewport_set_speed (viewport, get_number (object, "speed", 1.0));
  vitrail_viewport_set_playing (viewport, get_flag (object, "playing"));
}

void
vitrail_session_state_apply_viewports (VitrailSession *session,
                                       JsonObject *state)
{
  JsonNode *node = json_object_get_member (state, "viewports");
  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return;
  JsonArray *viewports = json_node_get_array (node);
  guint n = MIN (json_array_get_length (viewports),
                 vitrail_session_get_n_viewports (session));
  for (guint i = 0; i < n; i++) {
    JsonNode *element = json_array_get_element (viewports, i);
    if (JSON_NODE_HOLDS_OBJECT (element))
      apply_viewport (session, vitrail_session_get_viewport (session, i),
                      json_node_get_object (element));
  }
}

void
vitrail_session_state_apply_slides (JsonObject *state, GHashTable *kept)
{
  JsonObject *slides = get_object (state, "slides");
  if (slides != NULL)
    vitrail_slide_kept_read (kept, slides);
}
