/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is kept of slides: see slidekept.h. */

#include "slidekept.h"

#include <math.h>

static void
kept_free (gpointer data)
{
  VitrailSlideKept *self = data;
  g_free (self->seen);
  g_hash_table_unref (self->styles);
  g_free (self);
}

GHashTable *
vitrail_slide_kept_new_table (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, kept_free);
}

VitrailSlideKept *
vitrail_slide_kept_ensure (GHashTable *table, const char *id)
{
  VitrailSlideKept *self = g_hash_table_lookup (table, id);
  if (self != NULL || g_hash_table_size (table) >= VITRAIL_SLIDE_KEPT_MAX)
    return self;
  self = g_new0 (VitrailSlideKept, 1);
  self->styles =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_insert (table, g_strdup (id), self);
  return self;
}

/* Writing */

static void
write_field (const VitrailCountingField *field, JsonBuilder *builder)
{
  const struct {
    const char *name;
    double number;
  } numbers[] = { { "area", field->area_mm2 },
                  { "x", field->x },
                  { "y", field->y } };

  json_builder_set_member_name (builder, "field");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "round");
  json_builder_add_boolean_value (builder, field->is_round);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    json_builder_set_member_name (builder, numbers[i].name);
    json_builder_add_double_value (builder, numbers[i].number);
  }
  json_builder_end_object (builder);
}

static void
write_styles (GHashTable *styles, JsonBuilder *builder)
{
  GHashTableIter iter;
  gpointer id;
  gpointer style;
  json_builder_set_member_name (builder, "objects");
  json_builder_begin_object (builder);
  g_hash_table_iter_init (&iter, styles);
  while (g_hash_table_iter_next (&iter, &id, &style)) {
    json_builder_set_member_name (builder, id);
    json_builder_add_string_value (builder, style);
  }
  json_builder_end_object (builder);
}

static void
write_kept (const VitrailSlideKept *self, JsonBuilder *builder)
{
  json_builder_begin_object (builder);
  if (self->seen != NULL) {
    json_builder_set_member_name (builder, "seen");
    json_builder_add_string_value (builder, self->seen);
  }
  if (self->field.area_mm2 > 0)
    write_field (&self->field, builder);
  if (g_hash_table_size (self->styles) > 0)
    write_styles (self->styles, builder);
  json_builder_end_object (builder);
}

void
vitrail_slide_kept_write (GHashTable *table, JsonBuilder *builder)
{
  GHashTableIter iter;
  gpointer id;
  gpointer kept;
  json_builder_begin_object (builder);
  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, &id, &kept)) {
    json_builder_set_member_name (builder, id);
    write_kept (kept, builder);
  }
  json_builder_end_object (builder);
}

/* Reading */

static JsonObject *
get_object (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node)
             ? json_node_get_object (node)
             : NULL;
}

/* NULL where it is no text. */
static const char *
get_text (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
                 json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

/* NAN where it is no number. */
static double
get_number (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return NAN;
  GType type = json_node_get_value_type (node);
  return type == G_TYPE_INT64 || type == G_TYPE_DOUBLE
             ? json_node_get_double (node)
             : NAN;
}

static void
read_field (VitrailCountingField *field, JsonObject *object)
{
  JsonNode *round = json_object_get_member (object, "round");
  const VitrailCountingField read = {
    .area_mm2 = get_number (object, "area"),
    .is_round = round != NULL && JSON_NODE_HOLDS_VALUE (round) &&
                json_node_get_value_type (round) == G_TYPE_BOOLEAN &&
                json_node_get_boolean (round),
    .x = get_number (object, "x"),
    .y = get_number (object, "y"),
  };
  if (vitrail_counting_field_is_valid (&read))
    *field = read;
}

static void
read_style (JsonObject *object,
            const char *id,
            JsonNode *node,
            gpointer user_data)
{
  GHashTable *styles = user_data;
  const char *style = get_text (node);
  if (style != NULL && g_hash_table_size (styles) < VITRAIL_SLIDE_KEPT_MAX)
    g_hash_table_insert (styles, g_strdup (id), g_strdup (style));
}

static void
read_kept (JsonObject *slides,
           const char *id,
           JsonNode *node,
           gpointer user_data)
{
  JsonObject *object = get_object (node);
  VitrailSlideKept *self =
      object != NULL ? vitrail_slide_kept_ensure (user_data, id) : NULL;
  if (self == NULL)
    return;
  self->is_fresh = TRUE;
  g_free (self->seen);
  self->seen = g_strdup (get_text (json_object_get_member (object, "seen")));
  JsonObject *field = get_object (json_object_get_member (object, "field"));
  if (field != NULL)
    read_field (&self->field, field);
  JsonObject *styles = get_object (json_object_get_member (object, "objects"));
  if (styles != NULL)
    json_object_foreach_member (styles, read_style, self->styles);
}

void
vitrail_slide_kept_read (GHashTable *table, JsonObject *slides)
{
  json_object_foreach_member (slides, read_kept, table);
}
