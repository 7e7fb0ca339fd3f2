/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailState: see state.h. */

#include "pixel/state.h"

#include "sink/feed.h"

#include <string.h>

void
vitrail_state_init (VitrailState *self,
                    const VitrailStateSpec *spec,
                    gpointer value)
{
  self->spec = spec;
  self->value = value;
  memcpy (value, spec->initial, spec->size);
  pthread_mutex_init (&self->lock, NULL);
}

void
vitrail_state_clear (VitrailState *self)
{
  pthread_mutex_destroy (&self->lock);
}

void
vitrail_state_copy (VitrailState *self, gpointer value)
{
  pthread_mutex_lock (&self->lock);
  memcpy (value, self->value, self->spec->size);
  pthread_mutex_unlock (&self->lock);
}

static void
set_field (gpointer field, const GValue *value)
{
  switch (G_TYPE_FUNDAMENTAL (G_VALUE_TYPE (value))) {
  case G_TYPE_DOUBLE:
    *(double *) field = g_value_get_double (value);
    break;
  case G_TYPE_BOOLEAN:
    *(gboolean *) field = g_value_get_boolean (value);
    break;
  case G_TYPE_UINT:
    *(guint *) field = g_value_get_uint (value);
    break;
  case G_TYPE_ENUM:
    *(int *) field = g_value_get_enum (value);
    break;
  default:
    *(const char **) field = g_intern_string (g_value_get_string (value));
    break;
  }
}

static void
get_field (gconstpointer field, GValue *value)
{
  switch (G_TYPE_FUNDAMENTAL (G_VALUE_TYPE (value))) {
  case G_TYPE_DOUBLE:
    g_value_set_double (value, *(const double *) field);
    break;
  case G_TYPE_BOOLEAN:
    g_value_set_boolean (value, *(const gboolean *) field);
    break;
  case G_TYPE_UINT:
    g_value_set_uint (value, *(const guint *) field);
    break;
  case G_TYPE_ENUM:
    g_value_set_enum (value, *(const int *) field);
    break;
  default:
    g_value_set_static_string (value, *(const char *const *) field);
    break;
  }
}

/* FALSE where the picture stays the same. */
static gboolean
set_locked (VitrailState *self, guint id, const GValue *value)
{
  const VitrailStateSpec *spec = self->spec;
  g_autofree gpointer old = g_memdup2 (self->value, spec->size);

  if (id == VITRAIL_STATE_PROP_WHOLE) {
    const void *given = g_value_get_boxed (value);
    memcpy (self->value, given != NULL ? given : spec->initial,
            spec->whole_size);
  } else {
    set_field ((char *) self->value + spec->offsets[id], value);
  }
  if (spec->settle != NULL)
    spec->settle (self->value, id);
  return !spec->equal (old, self->value);
}

/* Of an element, or of the one that a pad is of. */
static void
ask_again (GObject *object)
{
  if (GST_IS_ELEMENT (object)) {
    vitrail_element_send_refresh (GST_ELEMENT (object));
    return;
  }
  g_autoptr (GstElement) element =
      gst_pad_get_parent_element (GST_PAD (object));
  if (element != NULL)
    vitrail_element_send_refresh (element);
}

void
vitrail_state_set_property (VitrailState *self,
                            GObject *object,
                            guint id,
                            const GValue *value,
                            GParamSpec *pspec)
{
  if (id == 0 || id >= self->spec->n_props) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    return;
  }
  pthread_mutex_lock (&self->lock);
  const gboolean changed = set_locked (self, id, value);
  pthread_mutex_unlock (&self->lock);
  if (changed)
    ask_again (object);
}

void
vitrail_state_get_property (VitrailState *self,
                            GObject *object,
                            guint id,
                            GValue *value,
                            GParamSpec *pspec)
{
  if (id == 0 || id >= self->spec->n_props) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    return;
  }
  pthread_mutex_lock (&self->lock);
  if (id == VITRAIL_STATE_PROP_WHOLE)
    g_value_set_boxed (value, self->value);
  else
    get_field ((const char *) self->value + self->spec->offsets[id], value);
  pthread_mutex_unlock (&self->lock);
}
