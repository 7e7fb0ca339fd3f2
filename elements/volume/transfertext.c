/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Transfer functions as a person writes them: see transfer.h. */

#include "error.h"
#include "volume/transfer.h"

#include <math.h>
#include <string.h>

/* A number and what ends it, which is skipped. */
static gboolean
read_number (const char **text, char end, double *number)
{
  char *rest = NULL;

  *number = g_ascii_strtod (*text, &rest);
  if (rest == *text || !isfinite (*number) || *rest != end)
    return FALSE;
  *text = end != '\0' ? rest + 1 : rest;
  return TRUE;
}

static gboolean
read_color (const char *text, double rgb[3])
{
  char *end = NULL;
  const guint64 all = g_ascii_strtoull (text, &end, 16);

  if (strlen (text) != 6 || strspn (text, "0123456789abcdefABCDEF") != 6)
    return FALSE;
  for (guint c = 0; c < 3; c++)
    rgb[c] = (double) (all >> (16 - 8 * c) & 0xff) / 255;
  return TRUE;
}

/* "150:0,300:0.4" */
static gboolean
read_opacities (const char *text, VitrailTransfer *out)
{
  g_auto (GStrv) points = g_strsplit (text, ",", VITRAIL_TRANSFER_POINTS + 1);

  out->n_opacities = 0;
  for (guint i = 0; points[i] != NULL; i++) {
    const char *at = points[i];
    double *point = out->opacities[MIN (i, VITRAIL_TRANSFER_POINTS - 1)];
    if (i == VITRAIL_TRANSFER_POINTS || !read_number (&at, ':', &point[0]) ||
        !read_number (&at, '\0', &point[1]) || point[1] < 0 || point[1] > 1 ||
        (i > 0 && !(point[0] > out->opacities[i - 1][0])))
      return FALSE;
    out->n_opacities++;
  }
  return out->n_opacities > 0;
}

/* "150:803020,300:ffffff" */
static gboolean
read_colors (const char *text, VitrailTransfer *out)
{
  g_auto (GStrv) points = g_strsplit (text, ",", VITRAIL_TRANSFER_POINTS + 1);

  out->n_colors = 0;
  for (guint i = 0; points[i] != NULL; i++) {
    const char *at = points[i];
    double *point = out->colors[MIN (i, VITRAIL_TRANSFER_POINTS - 1)];
    if (i == VITRAIL_TRANSFER_POINTS || !read_number (&at, ':', &point[0]) ||
        !read_color (at, point + 1) ||
        (i > 0 && !(point[0] > out->colors[i - 1][0])))
      return FALSE;
    out->n_colors++;
  }
  return out->n_colors > 0;
}

/* "0.1,0.9,0.2,10", or "none" */
static gboolean
read_light (const char *text, VitrailTransfer *out)
{
  double *const parts[] = { &out->ambient, &out->diffuse, &out->specular,
                            &out->specular_power };
  g_auto (GStrv) numbers = g_strsplit (text, ",", 5);

  out->is_shaded = strcmp (text, "none") != 0;
  if (!out->is_shaded)
    return TRUE;
  for (guint i = 0; i < 4; i++) {
    const char *at = numbers[i];
    if (at == NULL || !read_number (&at, '\0', parts[i]) || *parts[i] < 0 ||
        *parts[i] > (i == 3 ? 128 : 1))
      return FALSE;
  }
  return numbers[4] == NULL;
}

static gboolean
read_part (const char *part, VitrailTransfer *out)
{
  if (g_str_has_prefix (part, "opacity="))
    return read_opacities (part + strlen ("opacity="), out);
  if (g_str_has_prefix (part, "color="))
    return read_colors (part + strlen ("color="), out);
  if (g_str_has_prefix (part, "light="))
    return read_light (part + strlen ("light="), out);
  return FALSE;
}

gboolean
vitrail_transfer_parse (const char *text, VitrailTransfer *out, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ";", 5);
  const VitrailTransfer *preset =
      parts[0] != NULL ? vitrail_transfer_find_preset (parts[0]) : NULL;

  if (preset == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "there is no preset %s", parts[0] != NULL ? parts[0] : "");
    return FALSE;
  }
  *out = *preset;
  for (guint i = 1; parts[i] != NULL; i++) {
    if (read_part (parts[i], out))
      continue;
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "%s is none of opacity=VALUE:OPACITY,..., "
                 "color=VALUE:RRGGBB,..., light=AMBIENT,DIFFUSE,SPECULAR,POWER "
                 "with rising values",
                 parts[i]);
    return FALSE;
  }
  return TRUE;
}

gboolean
vitrail_transfer_is_same (const VitrailTransfer *a, const VitrailTransfer *b)
{
  gboolean is_same =
      a->n_opacities == b->n_opacities && a->n_colors == b->n_colors;

  for (guint i = 0; is_same && i < 2 * a->n_opacities; i++)
    is_same = a->opacities[i / 2][i % 2] == b->opacities[i / 2][i % 2];
  for (guint i = 0; is_same && i < 4 * a->n_colors; i++)
    is_same = a->colors[i / 4][i % 4] == b->colors[i / 4][i % 4];
  return is_same;
}
