/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How an object over a slide is shown: see objectstyle.h. */

#include "annotation/objectstyle.h"

#include "error.h"

#include <math.h>
#include <string.h>

#define USUAL_OPACITY 0.6
/* Bytes of one part in a text, with its comma. */
#define PART_BYTES 9u

void
vitrail_object_style_init (VitrailObjectStyle *self)
{
  *self = (VitrailObjectStyle){ .opacity = USUAL_OPACITY };
  self->parts = g_array_new (FALSE, FALSE, sizeof (VitrailPartStyle));
}

void
vitrail_object_style_clear (VitrailObjectStyle *self)
{
  g_clear_pointer (&self->parts, g_array_unref);
}

/* Fields */

static gboolean
parse_flag (const char *text, gboolean *flag)
{
  if (strcmp (text, "0") != 0 && strcmp (text, "1") != 0)
    return FALSE;
  *flag = *text == '1';
  return TRUE;
}

/* All of @text but for what stands from @end on. */
static gboolean
parse_number (const char *text, char end, double *number)
{
  char *rest = NULL;
  *number = g_ascii_strtod (text, &rest);
  return rest != text && *rest == end && isfinite (*number);
}

static gboolean
parse_show (VitrailObjectStyle *self, const char *value)
{
  return parse_flag (value, &self->shown);
}

static gboolean
parse_opacity (VitrailObjectStyle *self, const char *value)
{
  return parse_number (value, '\0', &self->opacity) && self->opacity >= 0 &&
         self->opacity <= 1;
}

/* Names are checked by whoever has the colormaps. */
static gboolean
parse_colormap (VitrailObjectStyle *self, const char *value)
{
  if (*value == '\0' || strlen (value) > 64)
    return FALSE;
  self->colormap = g_intern_string (value);
  return TRUE;
}

static gboolean
parse_range (VitrailObjectStyle *self, const char *value)
{
  const char *colon = strchr (value, ':');
  self->has_range = TRUE;
  return colon != NULL && parse_number (value, ':', &self->low) &&
         parse_number (colon + 1, '\0', &self->high) && self->low < self->high;
}

static gboolean
parse_part (const char *text, VitrailPartStyle *part)
{
  if (strspn (text, "0123456789abcdefABCDEF") != 6 || text[6] != ':')
    return FALSE;
  part->rgb = (guint32) g_ascii_strtoull (text, NULL, 16);
  return parse_flag (text + 7, &part->visible);
}

static gboolean
parse_parts (VitrailObjectStyle *self, const char *value)
{
  if (strlen (value) > (gsize) VITRAIL_OBJECT_STYLE_MAX_PARTS * PART_BYTES)
    return FALSE;
  g_auto (GStrv) texts = g_strsplit (value, ",", -1);
  g_array_set_size (self->parts, 0);
  for (guint i = 0; texts[i] != NULL; i++) {
    VitrailPartStyle part = { 0 };
    if (!parse_part (texts[i], &part))
      return FALSE;
    g_array_append_val (self->parts, part);
  }
  return TRUE;
}

static const struct {
  const char *name;
  gboolean (*parse) (VitrailObjectStyle *self, const char *value);
} fields[] = {
  { "show=", parse_show },         { "opacity=", parse_opacity },
  { "colormap=", parse_colormap }, { "range=", parse_range },
  { "parts=", parse_parts },
};

static gboolean
parse_field (VitrailObjectStyle *self, const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (g_str_has_prefix (text, fields[i].name))
      return fields[i].parse (self, text + strlen (fields[i].name));
  return FALSE;
}

static void
copy (VitrailObjectStyle *self, const VitrailObjectStyle *other)
{
  GArray *parts = self->parts;
  g_array_set_size (parts, 0);
  g_array_append_vals (parts, other->parts->data, other->parts->len);
  *self = *other;
  self->parts = parts;
}

gboolean
vitrail_object_style_parse (VitrailObjectStyle *self,
                            const char *text,
                            GError **error)
{
  g_auto (GStrv) texts = g_strsplit (text, ";", -1);
  VitrailObjectStyle changed;
  const char *bad = NULL;

  vitrail_object_style_init (&changed);
  copy (&changed, self);
  for (guint i = 0; texts[i] != NULL && bad == NULL; i++)
    if (*texts[i] != '\0' && !parse_field (&changed, texts[i]))
      bad = texts[i];
  if (bad == NULL)
    copy (self, &changed);
  else
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "layer: \"%.64s\" is no field of it, or out of range", bad);
  vitrail_object_style_clear (&changed);
  return bad == NULL;
}

static void
append_number (GString *text, const char *name, double number)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];
  g_string_append (text, name);
  g_string_append (text, g_ascii_dtostr (buffer, sizeof buffer, number));
}

char *
vitrail_object_style_to_string (const VitrailObjectStyle *self)
{
  GString *text = g_string_new (self->shown ? "show=1" : "show=0");
  append_number (text, ";opacity=", self->opacity);
  if (self->colormap != NULL)
    g_string_append_printf (text, ";colormap=%s", self->colormap);
  if (self->has_range) {
    append_number (text, ";range=", self->low);
    append_number (text, ":", self->high);
  }
  for (guint i = 0; i < self->parts->len; i++) {
    const VitrailPartStyle *part =
        &g_array_index (self->parts, VitrailPartStyle, i);
    g_string_append_printf (text, "%s%06X:%d", i == 0 ? ";parts=" : ",",
                            part->rgb & 0xffffff, part->visible);
  }
  return g_string_free (text, FALSE);
}
