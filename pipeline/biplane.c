/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See biplane.h. */

#include "biplane.h"

#include "layoutbefore.h"
#include "session-private.h"

#include <string.h>

#define TAG_IMAGE_TYPE           VITRAIL_TAG (0x0008, 0x0008)
#define TAG_SOP_INSTANCE         VITRAIL_TAG (0x0008, 0x0018)
#define TAG_ACQUISITION_DATE     VITRAIL_TAG (0x0008, 0x0022)
#define TAG_ACQUISITION_DATETIME VITRAIL_TAG (0x0008, 0x002a)
#define TAG_ACQUISITION_TIME     VITRAIL_TAG (0x0008, 0x0032)
#define TAG_REFERENCED_IMAGE     VITRAIL_TAG (0x0008, 0x1140)
#define TAG_REFERENCED_INSTANCE  VITRAIL_TAG (0x0008, 0x1155)
#define TAG_OTHER_PLANE          VITRAIL_TAG (0x0008, 0x9410)
#define TAG_PLANE                VITRAIL_TAG (0x0018, 0x9457)
#define TAG_ACQUISITION_NUMBER   VITRAIL_TAG (0x0020, 0x0012)
#define TAG_N_FRAMES             VITRAIL_TAG (0x0028, 0x0008)

/* Cines of a study that are looked into. */
#define MAX_CINES 256u

struct _VitrailBiplane {
  GCancellable *cancellable;
  VitrailDisplaySet *planes[2]; /* as they are shown, or NULL */
  VitrailLayoutBefore *before;  /* or NULL */
};

void
vitrail_biplane_free (VitrailBiplane *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  for (guint i = 0; i < 2; i++)
    g_clear_pointer (&self->planes[i], vitrail_display_set_unref);
  g_clear_pointer (&self->before, vitrail_layout_before_free);
  g_free (self);
}

/* --- which belong together --- */

char
vitrail_biplane_get_plane (const VitrailDataSet *data_set)
{
  static const struct {
    VitrailTag tag;
    guint index;
    const char *text;
    char plane;
  } marks[] = { { TAG_IMAGE_TYPE, 2, "BIPLANE A", 'A' },
                { TAG_IMAGE_TYPE, 2, "BIPLANE B", 'B' },
                { TAG_PLANE, 0, "PLANE A", 'A' },
                { TAG_PLANE, 0, "PLANE B", 'B' } };

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (vitrail_data_set_text_is (data_set, marks[i].tag, marks[i].index,
                                  marks[i].text))
      return marks[i].plane;
  return 0;
}

static gboolean
names (const VitrailDataSet *one, const VitrailDataSet *other)
{
  static const VitrailTag sequences[] = { TAG_REFERENCED_IMAGE,
                                          TAG_OTHER_PLANE };
  g_autofree char *uid =
      vitrail_data_set_dup_string (other, TAG_SOP_INSTANCE, 0);

  for (guint s = 0; uid != NULL && s < G_N_ELEMENTS (sequences); s++) {
    const guint n = vitrail_data_set_get_n_items (one, sequences[s]);
    for (guint i = 0; i < n; i++)
      if (vitrail_data_set_text_is (vitrail_data_set_get_item (one,
                                                               sequences[s], i),
                                    TAG_REFERENCED_INSTANCE, 0, uid))
        return TRUE;
  }
  return FALSE;
}

/* Both say it, and the same. */
static gboolean
has_same (const VitrailDataSet *one,
          const VitrailDataSet *other,
          VitrailTag tag)
{
  g_autofree char *a = vitrail_data_set_dup_string (one, tag, 0);
  g_autofree char *b = vitrail_data_set_dup_string (other, tag, 0);

  return a != NULL && *a != '\0' && g_strcmp0 (a, b) == 0;
}

gboolean
vitrail_biplane_is_pair (const VitrailDataSet *one, const VitrailDataSet *other)
{
  const char a = vitrail_biplane_get_plane (one);
  const char b = vitrail_biplane_get_plane (other);

  if (a == 0 || b == 0 || a == b)
    return FALSE;
  if (names (one, other) || names (other, one))
    return TRUE;
  return has_same (one, other, TAG_N_FRAMES) &&
         (has_same (one, other, TAG_ACQUISITION_NUMBER) ||
          has_same (one, other, TAG_ACQUISITION_DATETIME) ||
          (has_same (one, other, TAG_ACQUISITION_DATE) &&
           has_same (one, other, TAG_ACQUISITION_TIME)));
}

/* --- headers --- */

typedef struct {
  VitrailDataSource *source;
  GPtrArray *cines; /* VitrailDisplaySet; the one whose other plane is wanted
                       comes first */
} Search;

/* The two, A first. */
typedef struct {
  VitrailDisplaySet *planes[2];
} Pair;

static void
search_free (gpointer data)
{
  Search *self = data;

  g_object_unref (self->source);
  g_ptr_array_unref (self->cines);
  g_free (self);
}

static void
pair_free (gpointer data)
{
  Pair *self = data;

  for (guint i = 0; i < 2; i++)
    g_clear_pointer (&self->planes[i], vitrail_display_set_unref);
  g_free (self);
}

static VitrailDataSet *
read_header (const Search *self,
             guint index,
             GCancellable *cancellable,
             GError **error)
{
  const VitrailDisplaySet *cine = g_ptr_array_index (self->cines, index);
  g_autofree char *syntax = NULL;

  return vitrail_data_source_read_metadata (self->source,
                                            g_ptr_array_index (cine->images, 0),
                                            &syntax, cancellable, error);
}

static void
search_thread (GTask *task,
               gpointer source,
               gpointer data,
               GCancellable *cancellable)
{
  const Search *self = data;
  GError *error = NULL;
  g_autoptr (VitrailDataSet) first = read_header (self, 0, cancellable, &error);

  if (first == NULL) {
    g_task_return_error (task, error);
    return;
  }
  const char plane = vitrail_biplane_get_plane (first);
  for (guint i = 1; plane != 0 && i < self->cines->len; i++) {
    g_autoptr (VitrailDataSet) other = read_header (self, i, cancellable, NULL);
    if (other == NULL || !vitrail_biplane_is_pair (first, other))
      continue;
    Pair *pair = g_new0 (Pair, 1);
    pair->planes[plane == 'A' ? 0 : 1] =
        vitrail_display_set_ref (g_ptr_array_index (self->cines, 0));
    pair->planes[plane == 'A' ? 1 : 0] =
        vitrail_display_set_ref (g_ptr_array_index (self->cines, i));
    g_task_return_pointer (task, pair, pair_free);
    return;
  }
  g_task_return_pointer (task, NULL, NULL);
}

/* --- side by side --- */

static void
show_pair (VitrailSession *session, const Pair *pair)
{
  VitrailBiplane *self = session->biplane;
  const VitrailDisplaySet *active = vitrail_viewport_get_display_set (
      vitrail_session_get_active_viewport (session));

  self->before = vitrail_layout_before_new (session);
  const guint place = active == pair->planes[1] ? 1 : 0;
  vitrail_session_set_cine_sync (session, FALSE);
  vitrail_session_set_layout (session, 1, 2);
  for (guint i = 0; i < 2; i++) {
    self->planes[i] = vitrail_display_set_ref (pair->planes[i]);
    vitrail_viewport_show (vitrail_session_get_viewport (session, i),
                           session->source, pair->planes[i]);
  }
  vitrail_session_set_active (session, place);
  vitrail_session_set_cine_sync (session, TRUE);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  VitrailSession *session = VITRAIL_SESSION (source);
  VitrailBiplane *self = session->biplane;
  g_autoptr (GError) error = NULL;
  Pair *pair = g_task_propagate_pointer (G_TASK (result), &error);

  vitrail_session_add_busy (session, -1);
  /* Who asked may be gone. */
  if (self != NULL &&
      g_task_get_cancellable (G_TASK (result)) == self->cancellable)
  {
    if (pair != NULL) {
      show_pair (session, pair);
    } else {
      vitrail_session_tell (session,
                            error != NULL
                                ? error->message
                                : "The study has no other plane of this cine");
      g_clear_pointer (&session->biplane, vitrail_biplane_free);
    }
  }
  g_clear_pointer (&pair, pair_free);
}

/* Whether nothing else has been put in their place. */
static gboolean
is_shown (VitrailSession *session)
{
  const VitrailBiplane *self = session->biplane;

  if (self == NULL || self->before == NULL ||
      vitrail_session_get_n_viewports (session) != 2)
    return FALSE;
  for (guint i = 0; i < 2; i++)
    if (vitrail_viewport_get_display_set (
            vitrail_session_get_viewport (session, i)) != self->planes[i])
      return FALSE;
  return TRUE;
}

/* @first, then all other cines of the study. */
static GPtrArray *
list_cines (VitrailSession *session, VitrailDisplaySet *first)
{
  GPtrArray *cines = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_display_set_unref);

  g_ptr_array_add (cines, vitrail_display_set_ref (first));
  for (guint i = 0; i < session->display_sets->len && cines->len < MAX_CINES;
       i++) {
    VitrailDisplaySet *set = g_ptr_array_index (session->display_sets, i);
    if (set != first && set->kind == VITRAIL_DISPLAY_SET_CINE)
      g_ptr_array_add (cines, vitrail_display_set_ref (set));
  }
  return cines;
}

gboolean
vitrail_session_toggle_biplane (VitrailSession *self)
{
  VitrailDisplaySet *set = vitrail_viewport_get_display_set (
      vitrail_session_get_active_viewport (self));

  if (is_shown (self)) {
    g_autoptr (VitrailLayoutBefore) before =
        g_steal_pointer (&self->biplane->before);
    g_clear_pointer (&self->biplane, vitrail_biplane_free);
    vitrail_layout_before_restore (before, self);
    return TRUE;
  }
  if (set == NULL || set->kind != VITRAIL_DISPLAY_SET_CINE)
    return vitrail_session_refuse (self, "Only cines have another plane");
  g_clear_pointer (&self->biplane, vitrail_biplane_free);
  self->biplane = g_new0 (VitrailBiplane, 1);
  self->biplane->cancellable = g_cancellable_new ();
  g_autoptr (GTask) task =
      g_task_new (self, self->biplane->cancellable, found_cb, NULL);
  Search *search = g_new0 (Search, 1);
  search->source = g_object_ref (self->source);
  search->cines = list_cines (self, set);
  g_task_set_task_data (task, search, search_free);
  vitrail_session_add_busy (self, 1);
  g_task_run_in_thread (task, search_thread);
  return TRUE;
}
