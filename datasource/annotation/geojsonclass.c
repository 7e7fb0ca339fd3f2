/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Classifications, groups and colours of GeoJSON: see geojsonclass.h. */

#include "annotation/geojsonclass.h"

#include "annotation/jsonnumber.h"
#include "limits.h"

#include <math.h>
#include <string.h>

/* Takes one member's value; FALSE where it is another. */
typedef gboolean (*TakeMember) (VitrailJsonLexer *lexer,
                                const char *key,
                                gpointer user_data);

/* --- JSON --- */

static gboolean
take_object (VitrailJsonLexer *lexer, TakeMember take, gpointer user_data)
{
  if (!vitrail_json_lexer_take (lexer, '{'))
    return FALSE;
  if (vitrail_json_lexer_take (lexer, '}'))
    return TRUE;
  do {
    if (!vitrail_json_lexer_take_string (lexer))
      return FALSE;
    g_autofree char *key = g_strdup (lexer->string->str);
    if (!vitrail_json_lexer_take (lexer, ':'))
      return FALSE;
    vitrail_json_lexer_peek (lexer);
    if (!take (lexer, key, user_data))
      return FALSE;
  } while (vitrail_json_lexer_take (lexer, ','));
  return vitrail_json_lexer_take (lexer, '}');
}

static gboolean
skip (VitrailJsonLexer *lexer)
{
  return vitrail_json_lexer_skip (lexer, VITRAIL_LIMIT_DEPTH);
}

/* A string into @text, where it is UTF-8; anything else is passed over. */
static gboolean
take_text (VitrailJsonLexer *lexer, char **text)
{
  if (vitrail_json_lexer_peek (lexer) != '"')
    return skip (lexer);
  if (!vitrail_json_lexer_take_string (lexer))
    return FALSE;
  if (g_utf8_validate (lexer->string->str, (gssize) lexer->string->len, NULL)) {
    g_free (*text);
    *text = g_strdup (lexer->string->str);
  }
  return TRUE;
}

static gboolean
take_number (VitrailJsonLexer *lexer, double *value)
{
  vitrail_json_lexer_peek (lexer);
  return vitrail_json_number_take (&lexer->position, lexer->end, value);
}

/* Numbers up to @most, which are all that are wanted. */
static gboolean
take_numbers (VitrailJsonLexer *lexer, double *values, guint most, guint *n)
{
  double value;

  *n = 0;
  if (!vitrail_json_lexer_take (lexer, '['))
    return FALSE;
  if (vitrail_json_lexer_take (lexer, ']'))
    return TRUE;
  do {
    if (!take_number (lexer, &value))
      return FALSE;
    if (*n < most)
      values[(*n)++] = value;
  } while (vitrail_json_lexer_take (lexer, ','));
  return vitrail_json_lexer_take (lexer, ']');
}

/* --- colours --- */

static guint32
clamp_byte (double value)
{
  return (guint32) CLAMP (value, 0.0, 255.0);
}

gboolean
vitrail_geojson_take_color (VitrailJsonLexer *lexer, guint32 *rgb)
{
  double values[3] = { 0 };
  guint n;

  *rgb = VITRAIL_ANNOTATION_COLOR;
  if (vitrail_json_lexer_peek (lexer) == '[') {
    if (!take_numbers (lexer, values, 3, &n))
      return FALSE;
    if (n == 3)
      *rgb = clamp_byte (values[0]) << 16 | clamp_byte (values[1]) << 8 |
             clamp_byte (values[2]);
    return TRUE;
  }
  if (vitrail_json_lexer_take_word (lexer, "null"))
    return TRUE;
  if (!take_number (lexer, &values[0]))
    return FALSE;
  /* 0xAARRGGBB as a signed number. */
  if (fabs (values[0]) < 4294967296.0)
    *rgb = (guint32) (gint64) values[0] & 0xffffffu;
  return TRUE;
}

/* --- classifications --- */

void
vitrail_geojson_class_clear (VitrailGeoJsonClass *self)
{
  g_clear_pointer (&self->name, g_free);
}

/* ["Tumor", "Positive"] as QuPath writes it in one: "Tumor: Positive". */
static gboolean
take_names (VitrailJsonLexer *lexer, char **name)
{
  g_autoptr (GString) joined = g_string_new (NULL);

  if (!vitrail_json_lexer_take (lexer, '['))
    return FALSE;
  if (vitrail_json_lexer_take (lexer, ']'))
    return TRUE;
  do {
    if (!vitrail_json_lexer_take_string (lexer))
      return FALSE;
    if (joined->len > 0)
      g_string_append (joined, ": ");
    g_string_append (joined, lexer->string->str);
  } while (vitrail_json_lexer_take (lexer, ','));
  if (g_utf8_validate (joined->str, -1, NULL)) {
    g_free (*name);
    *name = g_strdup (joined->str);
  }
  return vitrail_json_lexer_take (lexer, ']');
}

static gboolean
take_class_member (VitrailJsonLexer *lexer, const char *key, gpointer user_data)
{
  VitrailGeoJsonClass *self = user_data;

  if (strcmp (key, "name") == 0)
    return take_text (lexer, &self->name);
  if (strcmp (key, "names") == 0 && vitrail_json_lexer_peek (lexer) == '[')
    return take_names (lexer, &self->name);
  if (strcmp (key, "color") == 0 || strcmp (key, "colorRGB") == 0) {
    self->has_color = TRUE;
    return vitrail_geojson_take_color (lexer, &self->rgb);
  }
  return skip (lexer);
}

gboolean
vitrail_geojson_class_take (VitrailGeoJsonClass *self, VitrailJsonLexer *lexer)
{
  if (vitrail_json_lexer_take_word (lexer, "null"))
    return TRUE;
  return take_object (lexer, take_class_member, self);
}

/* --- kinds --- */

static gboolean
take_shape_member (VitrailJsonLexer *lexer, const char *key, gpointer user_data)
{
  VitrailGeoJsonClass *self = user_data;
  guint n = 0;

  if (strcmp (key, "shape") == 0 && vitrail_json_lexer_peek (lexer) == '"') {
    if (!vitrail_json_lexer_take_string (lexer))
      return FALSE;
    if (strcmp (lexer->string->str, "ellipse") == 0)
      self->kind = VITRAIL_SHAPE_ELLIPSE;
    if (strcmp (lexer->string->str, "rectangle") == 0)
      self->kind = VITRAIL_SHAPE_RECTANGLE;
    return TRUE;
  }
  if (strcmp (key, "axes") == 0 && vitrail_json_lexer_peek (lexer) == '[') {
    const gboolean done = take_numbers (lexer, self->axes, 8, &n);
    self->has_axes = n == 8;
    return done;
  }
  return skip (lexer);
}

gboolean
vitrail_geojson_class_take_shape (VitrailGeoJsonClass *self,
                                  VitrailJsonLexer *lexer)
{
  if (vitrail_json_lexer_peek (lexer) != '{')
    return skip (lexer);
  return take_object (lexer, take_shape_member, self);
}

/* Whether the outline of @axes has these @bounds, but for what was rounded when
 * it was written. */
static gboolean
has_bounds (const double axes[8], const double bounds[4])
{
  double xy[2 * VITRAIL_ELLIPSE_POINTS];
  double own[4] = { INFINITY, INFINITY, -INFINITY, -INFINITY };

  vitrail_ellipse_get_outline (axes, xy);
  for (guint i = 0; i < G_N_ELEMENTS (xy); i++) {
    own[i % 2] = MIN (own[i % 2], xy[i]);
    own[2 + i % 2] = MAX (own[2 + i % 2], xy[i]);
  }
  for (guint i = 0; i < 4; i++)
    if (!(fabs (own[i] - bounds[i]) <= 0.01))
      return FALSE;
  return TRUE;
}

gboolean
vitrail_geojson_class_find_axes (const VitrailGeoJsonClass *self,
                                 const double bounds[4],
                                 gboolean fills,
                                 double axes[8])
{
  const double centre[2] = { (bounds[0] + bounds[2]) / 2,
                             (bounds[1] + bounds[3]) / 2 };

  if (self->kind == VITRAIL_SHAPE_ELLIPSE && self->has_axes &&
      has_bounds (self->axes, bounds))
  {
    memcpy (axes, self->axes, sizeof self->axes);
    return TRUE;
  }
  if (!fills)
    return FALSE;
  const double across[4] = { bounds[0], centre[1], bounds[2], centre[1] };
  const double down[4] = { centre[0], bounds[1], centre[0], bounds[3] };
  const gboolean is_wide = bounds[2] - bounds[0] >= bounds[3] - bounds[1];
  memcpy (axes, is_wide ? across : down, sizeof across);
  memcpy (axes + 4, is_wide ? down : across, sizeof across);
  return TRUE;
}

/* --- groups --- */

static gboolean
take_code_member (VitrailJsonLexer *lexer, const char *key, gpointer user_data)
{
  VitrailAnnotationCode *code = user_data;

  if (strcmp (key, "value") == 0)
    return take_text (lexer, &code->value);
  if (strcmp (key, "scheme") == 0)
    return take_text (lexer, &code->scheme);
  if (strcmp (key, "meaning") == 0)
    return take_text (lexer, &code->meaning);
  return skip (lexer);
}

static gboolean
take_visible (VitrailJsonLexer *lexer, VitrailAnnotationGroup *group)
{
  group->visible = !vitrail_json_lexer_take_word (lexer, "false");
  return !group->visible || skip (lexer);
}

static gboolean
take_group_member (VitrailJsonLexer *lexer, const char *key, gpointer user_data)
{
  VitrailAnnotationGroup *group = user_data;
  const char next = vitrail_json_lexer_peek (lexer);

  if (strcmp (key, "label") == 0)
    return take_text (lexer, &group->label);
  if (strcmp (key, "color") == 0)
    return vitrail_geojson_take_color (lexer, &group->rgb);
  if (strcmp (key, "visible") == 0)
    return take_visible (lexer, group);
  if (strcmp (key, "category") == 0 && next == '{')
    return take_object (lexer, take_code_member, &group->category);
  if (strcmp (key, "type") == 0 && next == '{')
    return take_object (lexer, take_code_member, &group->type);
  return skip (lexer);
}

static gboolean
take_group_list (VitrailJsonLexer *lexer, VitrailAnnotationBuilder *builder)
{
  if (!vitrail_json_lexer_take (lexer, '['))
    return FALSE;
  if (vitrail_json_lexer_take (lexer, ']'))
    return TRUE;
  do {
    g_autoptr (VitrailAnnotationGroup) group =
        vitrail_annotation_group_new ("", VITRAIL_ANNOTATION_COLOR);
    if (!take_object (lexer, take_group_member, group))
      return FALSE;
    vitrail_annotation_builder_add_group (builder, group);
  } while (vitrail_json_lexer_take (lexer, ','));
  return vitrail_json_lexer_take (lexer, ']');
}

typedef struct {
  VitrailAnnotationBuilder *builder;
  GHashTable *units;
} Heading;

static gboolean
take_unit (VitrailJsonLexer *lexer, const char *key, gpointer user_data)
{
  g_autofree char *unit = NULL;

  if (!take_text (lexer, &unit))
    return FALSE;
  if (unit != NULL)
    g_hash_table_replace (user_data, g_strdup (key), g_steal_pointer (&unit));
  return TRUE;
}

static gboolean
take_heading_member (VitrailJsonLexer *lexer,
                     const char *key,
                     gpointer user_data)
{
  const Heading *heading = user_data;
  const char next = vitrail_json_lexer_peek (lexer);

  if (strcmp (key, "groups") == 0 && next == '[')
    return take_group_list (lexer, heading->builder);
  if (strcmp (key, "units") == 0 && next == '{')
    return take_object (lexer, take_unit, heading->units);
  return skip (lexer);
}

gboolean
vitrail_geojson_class_take_groups (VitrailJsonLexer *lexer,
                                   VitrailAnnotationBuilder *builder,
                                   GHashTable *units)
{
  Heading heading = { builder, units };

  if (vitrail_json_lexer_peek (lexer) != '{')
    return skip (lexer);
  return take_object (lexer, take_heading_member, &heading);
}

/* --- measurements --- */

typedef struct {
  char *name;
  double value;
  gboolean has_value;
} NamedNumber;

static gboolean
take_named_member (VitrailJsonLexer *lexer, const char *key, gpointer user_data)
{
  NamedNumber *self = user_data;
  const char next = vitrail_json_lexer_peek (lexer);

  if (strcmp (key, "name") == 0)
    return take_text (lexer, &self->name);
  if (strcmp (key, "value") == 0 && (next == '-' || g_ascii_isdigit (next))) {
    self->has_value = take_number (lexer, &self->value);
    return self->has_value;
  }
  return skip (lexer);
}

gboolean
vitrail_geojson_take_named_number (VitrailJsonLexer *lexer,
                                   char **name,
                                   double *value)
{
  NamedNumber found = { 0 };
  const gboolean done = take_object (lexer, take_named_member, &found);

  if (!done || !found.has_value)
    g_clear_pointer (&found.name, g_free);
  *name = found.name;
  *value = found.value;
  return done;
}
