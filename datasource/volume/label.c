/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the volumes of one series are called. */

#include "volume/plan-private.h"

#include <math.h>
#include <string.h>

typedef char *(*DupPart) (const VitrailPlace *place);

static char *
dup_plane (const VitrailPlace *place)
{
  static const char *const names[] = { "sagittal", "coronal", "axial" };
  double normal[3];
  guint most = 0;

  if (place->space != VITRAIL_SPACE_PATIENT)
    return g_strdup ("");
  vitrail_axes_get_normal (place->axes, normal);
  for (guint i = 1; i < 3; i++)
    if (fabs (normal[i]) > fabs (normal[most]))
      most = i;
  return g_strdup (names[most]);
}

static char *
dup_component (const VitrailPlace *place)
{
  return g_ascii_strdown (place->component, -1);
}

/* The words of Image Type behind the second, which are the maker's. */
static char *
dup_type (const VitrailPlace *place)
{
  g_auto (GStrv) words = g_strsplit (place->image_type, "\\", -1);

  if (g_strv_length (words) < 3)
    return g_strdup (place->image_type);
  return g_strjoinv (" ", words + 2);
}

static char *
dup_echo (const VitrailPlace *place)
{
  if (!isnan (place->echo_time))
    return g_strdup_printf ("TE %.4g ms", place->echo_time);
  if (!isnan (place->echo))
    return g_strdup_printf ("echo %.0f", place->echo);
  return g_strdup ("");
}

static char *
dup_stack (const VitrailPlace *place)
{
  return place->stack[0] != '\0' ? g_strdup_printf ("stack %s", place->stack)
                                 : g_strdup ("");
}

static char *
dup_channel (const VitrailPlace *place)
{
  return g_strdup_printf ("window %" G_GINT64_FORMAT, place->channel);
}

static char *
dup_size (const VitrailPlace *place)
{
  return g_strdup_printf ("%u x %u", place->columns, place->rows);
}

/* Whether the part differs among @others. */
static gboolean
does_differ (DupPart dup_part,
             const char *text,
             const VitrailPlace *const *others,
             guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autofree char *other = dup_part (others[i]);
    if (strcmp (other, text) != 0)
      return TRUE;
  }
  return FALSE;
}

char *
vitrail_place_dup_label (const VitrailPlace *a,
                         const VitrailPlace *const *others,
                         guint n)
{
  static const DupPart parts[] = { dup_plane, dup_component, dup_type, dup_echo,
                                   dup_stack, dup_channel,   dup_size };
  g_autoptr (GString) label = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_autofree char *text = parts[i](a);
    if (text[0] == '\0' || !does_differ (parts[i], text, others, n))
      continue;
    g_string_append_printf (label, "%s%s", label->len > 0 ? ", " : "", text);
  }
  return g_string_free (g_steal_pointer (&label), FALSE);
}
