/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How rasters are to be shown: see rasterwish.h. */

#include "rasterwish.h"

#include "pixel/colormap.h"

#include <math.h>

static gboolean
fail (const char *key, const char *value, const char *what, GError **error)
{
  g_set_error (error, VITRAIL_HTTP_ERROR, 400, "%s=%.80s: %s", key, value,
               what);
  return FALSE;
}

static gboolean
read_number (const VitrailRequest *request,
             const char *key,
             gboolean *has,
             double *value,
             GError **error)
{
  const char *text = vitrail_request_get_query (request, key);
  char *end = NULL;

  if (text == NULL)
    return TRUE;
  *value = g_ascii_strtod (text, &end);
  *has = TRUE;
  if (end == text || *end != '\0' || !isfinite (*value))
    return fail (key, text, "not a number", error);
  return TRUE;
}

/* "" shows none. */
static gboolean
read_segments (VitrailRasterWish *self,
               const VitrailRequest *request,
               GError **error)
{
  const char *text = vitrail_request_get_query (request, "segments");
  const char *c = text;

  if (text == NULL)
    return TRUE;
  self->segments = g_array_new (FALSE, FALSE, sizeof (guint));
  while (*c != '\0') {
    char *end = NULL;
    const guint64 number = g_ascii_strtoull (c, &end, 10);
    const guint segment = (guint) number;
    if (!g_ascii_isdigit (*c) || number > G_MAXUINT16 ||
        (*end != '\0' && (*end != ',' || end[1] == '\0')))
      return fail ("segments", text, "not numbers up to 65535 and commas",
                   error);
    g_array_append_val (self->segments, segment);
    c = *end == ',' ? end + 1 : end;
  }
  return TRUE;
}

gboolean
vitrail_raster_wish_parse (VitrailRasterWish *self,
                           const VitrailRequest *request,
                           GError **error)
{
  const char *colormap = vitrail_request_get_query (request, "colormap");

  *self = (VitrailRasterWish){ 0 };
  if (colormap != NULL) {
    self->colormap = vitrail_colormap_find_name (colormap);
    if (self->colormap == NULL)
      return fail ("colormap", colormap, "no such colormap", error);
  }
  return read_number (request, "low", &self->has_low, &self->low, error) &&
         read_number (request, "high", &self->has_high, &self->high, error) &&
         read_segments (self, request, error);
}

void
vitrail_raster_wish_clear (VitrailRasterWish *self)
{
  g_clear_pointer (&self->segments, g_array_unref);
}

char *
vitrail_raster_wish_to_string (const VitrailRasterWish *self)
{
  GString *text = g_string_new (self->colormap != NULL ? self->colormap : "");

  if (self->has_low)
    g_string_append_printf (text, " low %.17g", self->low);
  if (self->has_high)
    g_string_append_printf (text, " high %.17g", self->high);
  if (self->segments != NULL)
    g_string_append (text, " of");
  for (guint i = 0; self->segments != NULL && i < self->segments->len; i++)
    g_string_append_printf (text, " %u",
                            g_array_index (self->segments, guint, i));
  return g_string_free (text, FALSE);
}

/* Opaque where it is shown. */
static void
apply_segments (const VitrailRasterWish *self, VitrailRasterStyle *style)
{
  g_autoptr (GHashTable) shown = g_hash_table_new (NULL, NULL);

  for (guint i = 0; self->segments != NULL && i < self->segments->len; i++)
    g_hash_table_add (shown, GUINT_TO_POINTER (
                                 g_array_index (self->segments, guint, i)));
  for (guint i = 0; i < style->segments->len; i++) {
    VitrailRasterSegment *segment =
        &g_array_index (style->segments, VitrailRasterSegment, i);
    const gboolean is_shown =
        self->segments == NULL ||
        g_hash_table_contains (shown, GUINT_TO_POINTER (segment->number));
    segment->opacity = is_shown ? 1 : 0;
  }
}

void
vitrail_raster_wish_apply (const VitrailRasterWish *self,
                           VitrailRasterStyle *style)
{
  if (style->segments != NULL)
    apply_segments (self, style);
  if (self->colormap != NULL)
    style->colormap = self->colormap;
  if (self->has_low)
    style->low = self->low;
  if (self->has_high)
    style->high = self->high;
  style->opacity = 1;
}
