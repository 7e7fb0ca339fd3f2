/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailState: the state of an element that is one value (view.h), set
 * at once by one property or field by field by others, from any thread. A
 * change asks for a new picture (sink/feed.h). */

#pragma once

#include <gst/gst.h>

#include <pthread.h>

G_BEGIN_DECLS

/* The property of the whole value; its fields' follow. */
#define VITRAIL_STATE_PROP_WHOLE 1

/**
 * VitrailStateSpec:
 * @size: of the value, which is copied by assignment
 * @whole_size: of its beginning, which the property of the whole value boxes
 * @initial: what NULL stands for, and what it is at first
 * @offsets: by property, of its field; a field's type is its property's:
 * double, gboolean, guint, an enum, or a const char * that is not owned
 * @n_props: the first number that is no property
 * @equal: whether the picture is the same
 * @settle: makes the value consistent after property @id has changed; or NULL
 */
typedef struct {
  size_t size;
  size_t whole_size;
  const void *initial;
  const size_t *offsets;
  guint n_props;
  gboolean (*equal) (gconstpointer a, gconstpointer b);
  void (*settle) (gpointer value, guint id);
} VitrailStateSpec;

typedef struct {
  const VitrailStateSpec *spec; /* constant */
  pthread_mutex_t lock;
  gpointer value; /* what it points to: lock */
} VitrailState;

/* @value lies in the element. */
void vitrail_state_init (VitrailState *self,
                         const VitrailStateSpec *spec,
                         gpointer value);
void vitrail_state_clear (VitrailState *self);
/* The value as it is now. */
void vitrail_state_copy (VitrailState *self, gpointer value);

/* The whole of the vfuncs of @object, an element or a pad. */
void vitrail_state_set_property (VitrailState *self,
                                 GObject *object,
                                 guint id,
                                 const GValue *value,
                                 GParamSpec *pspec);
void vitrail_state_get_property (VitrailState *self,
                                 GObject *object,
                                 guint id,
                                 GValue *value,
                                 GParamSpec *pspec);

G_END_DECLS
