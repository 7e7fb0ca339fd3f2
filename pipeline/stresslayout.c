/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See stresslayout.h. */

#include "stresslayout.h"

#include "layoutbefore.h"
#include "session-private.h"
#include "viewport-private.h"

#define MAX_TILES (VITRAIL_SESSION_MAX_SIDE * VITRAIL_SESSION_MAX_SIDE)

struct _VitrailStressLayout {
  VitrailStressGrid *grid;
  GCancellable *cancellable; /* of what is being read */
  VitrailStressAxis axis;    /* what is side by side */
  guint page;                /* which one of the other axis */
  gboolean is_shown;
  GPtrArray *cines;   /* VitrailDisplaySet */
  GPtrArray *headers; /* VitrailDataSet of each, NULL until it has come */
  guint n_left;       /* still to come */
  guint n_unreadable;
  guint n_nowhere;             /* cines without stage and view */
  VitrailLayoutBefore *before; /* or NULL */
};

/* One header on its way. */
typedef struct {
  VitrailSession *session;
  GCancellable *cancellable; /* tells whether it is still wanted */
  guint index;               /* of the cine */
} Request;

static void
display_set_unref (gpointer set)
{
  if (set != NULL)
    vitrail_display_set_unref (set);
}

static void
data_set_unref (gpointer data_set)
{
  if (data_set != NULL)
    vitrail_data_set_unref (data_set);
}

static void
layout_free (VitrailStressLayout *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  vitrail_stress_grid_free (self->grid);
  g_ptr_array_unref (self->cines);
  g_ptr_array_unref (self->headers);
  g_clear_pointer (&self->before, vitrail_layout_before_free);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailStressLayout, layout_free)

void
vitrail_session_clear_stress (VitrailSession *self)
{
  g_clear_pointer (&self->stress, layout_free);
}

/* --- side by side --- */

static VitrailStressAxis
get_other (VitrailStressAxis axis)
{
  return axis == VITRAIL_STRESS_STAGE ? VITRAIL_STRESS_VIEW
                                      : VITRAIL_STRESS_STAGE;
}

static guint
count_tiles (const VitrailStressLayout *self)
{
  return MIN (vitrail_stress_grid_count (self->grid, self->axis), MAX_TILES);
}

/* Tile @tile of page @page; the rest as vitrail_stress_grid_find () has it. */
static VitrailDisplaySet *
find_tile (const VitrailStressLayout *self,
           guint page,
           guint tile,
           VitrailCineLoop *loop,
           VitrailStressLoop *kind,
           guint *n_cines)
{
  const gboolean are_stages = self->axis == VITRAIL_STRESS_STAGE;
  return vitrail_stress_grid_find (self->grid, are_stages ? tile : page,
                                   are_stages ? page : tile, loop, kind,
                                   n_cines);
}

static gboolean
has_cines (const VitrailStressLayout *self, guint page)
{
  VitrailCineLoop loop;
  VitrailStressLoop kind = VITRAIL_STRESS_NO_R_WAVE;
  guint n = 0;

  for (guint i = 0; i < count_tiles (self); i++)
    if (find_tile (self, page, i, &loop, &kind, &n) != NULL)
      return TRUE;
  return FALSE;
}

/* What a reader has to know of a tile; NULL: nothing. */
static char *
make_note (VitrailStressLoop kind, guint n_cines)
{
  static const char *const loops[] = {
    [VITRAIL_STRESS_BEAT] = NULL,
    [VITRAIL_STRESS_FROM_R_WAVE] = "One R wave only: from there to the end",
    [VITRAIL_STRESS_NO_R_WAVE] = "No R waves: all images, not one beat",
  };

  if (n_cines < 2)
    return g_strdup (loops[kind]);
  return g_strdup_printf ("First of %u cines%s%s", n_cines,
                          loops[kind] != NULL ? "\n" : "",
                          loops[kind] != NULL ? loops[kind] : "");
}

static void
show_missing (const VitrailStressLayout *self,
              VitrailViewport *viewport,
              guint tile)
{
  const gboolean are_stages = self->axis == VITRAIL_STRESS_STAGE;
  g_autofree char *note = g_strdup_printf (
      "%s, %s\nNot in this study",
      vitrail_stress_grid_get_name (self->grid, VITRAIL_STRESS_STAGE,
                                    are_stages ? tile : self->page),
      vitrail_stress_grid_get_name (self->grid, VITRAIL_STRESS_VIEW,
                                    are_stages ? self->page : tile));

  vitrail_viewport_show (viewport, NULL, NULL);
  vitrail_viewport_set_note (viewport, note);
}

/* FALSE: there is no cine. */
static gboolean
show_tile (VitrailSession *session, VitrailViewport *viewport, guint tile)
{
  const VitrailStressLayout *self = session->stress;
  VitrailCineLoop loop;
  VitrailStressLoop kind = VITRAIL_STRESS_NO_R_WAVE;
  guint n_cines = 0;
  VitrailDisplaySet *set =
      find_tile (self, self->page, tile, &loop, &kind, &n_cines);

  if (set == NULL) {
    show_missing (self, viewport, tile);
    return FALSE;
  }
  g_autofree char *note = make_note (kind, n_cines);
  vitrail_viewport_show (viewport, vitrail_session_get_source (session), set);
  vitrail_viewport_set_loop (viewport, loop.first, loop.last);
  vitrail_viewport_set_position (viewport, loop.first);
  vitrail_viewport_set_note (viewport, note);
  return TRUE;
}

/* As square as it gets, rather wide than high. */
static void
set_layout_for (VitrailSession *session, guint n)
{
  guint columns = 1;

  while (columns * columns < n)
    columns++;
  vitrail_session_set_layout (session, (n + columns - 1) / columns, columns);
  vitrail_session_set_one_up (session, FALSE);
}

static void
show_page (VitrailSession *session)
{
  VitrailStressLayout *self = session->stress;
  guint n = count_tiles (self);
  guint active = G_MAXUINT;

  vitrail_session_set_cine_sync (session, FALSE);
  set_layout_for (session, n);
  for (guint i = 0; i < vitrail_session_get_n_viewports (session); i++) {
    VitrailViewport *viewport = vitrail_session_get_viewport (session, i);
    if (i >= n)
      vitrail_viewport_show (viewport, NULL, NULL);
    else if (show_tile (session, viewport, i) && active == G_MAXUINT)
      active = i;
  }
  self->is_shown = TRUE;
  if (active == G_MAXUINT)
    return;
  vitrail_session_set_active (session, active);
  vitrail_viewport_set_playing (vitrail_session_get_viewport (session, active),
                                TRUE);
  vitrail_session_set_cine_sync (session, TRUE);
}

/* The one of the active viewport's cine, else the first that has any. */
static guint
choose_page (VitrailSession *session)
{
  const VitrailStressLayout *self = session->stress;
  const VitrailStressAxis other = get_other (self->axis);
  const VitrailDisplaySet *set = vitrail_viewport_get_display_set (
      vitrail_session_get_active_viewport (session));
  guint at[VITRAIL_N_STRESS_AXES];
  guint page = 0;

  if (set != NULL && vitrail_stress_grid_locate (self->grid, set, at))
    return at[other];
  while (page + 1 < vitrail_stress_grid_count (self->grid, other) &&
         !has_cines (self, page))
    page++;
  return page;
}

/* --- before and after --- */

static void
go_back (VitrailSession *session)
{
  vitrail_layout_before_restore (session->stress->before, session);
  vitrail_session_clear_stress (session);
}

/* Whether a person has put nothing else in its place since. */
static gboolean
is_still_shown (VitrailSession *session)
{
  const VitrailStressLayout *self = session->stress;
  VitrailCineLoop loop;
  VitrailStressLoop kind = VITRAIL_STRESS_NO_R_WAVE;
  guint n_cines = 0;

  if (self == NULL || !self->is_shown ||
      vitrail_session_get_n_viewports (session) < count_tiles (self))
    return FALSE;
  for (guint i = 0; i < count_tiles (self); i++) {
    VitrailViewport *viewport = vitrail_session_get_viewport (session, i);
    if (vitrail_viewport_get_display_set (viewport) !=
        find_tile (self, self->page, i, &loop, &kind, &n_cines))
      return FALSE;
  }
  return TRUE;
}

/* --- headers --- */

static void
tell_left_out (VitrailSession *session)
{
  const VitrailStressLayout *self = session->stress;
  guint n = vitrail_stress_grid_count (self->grid, self->axis);
  g_autoptr (GString) text = g_string_new (NULL);

  if (self->n_nowhere > 0)
    g_string_append_printf (
        text, "Cines that say neither stage nor view, left out: %u. ",
        self->n_nowhere);
  if (self->n_unreadable > 0)
    g_string_append_printf (text, "Cines that cannot be read: %u. ",
                            self->n_unreadable);
  if (n > MAX_TILES)
    g_string_append_printf (text, "Only %u of %u are side by side. ",
                            (guint) MAX_TILES, n);
  if (text->len > 0)
    vitrail_session_tell (session, g_strchomp (text->str));
}

static void
fill_grid (VitrailStressLayout *self)
{
  for (guint i = 0; i < self->cines->len; i++) {
    const VitrailDataSet *header = g_ptr_array_index (self->headers, i);
    if (header == NULL)
      self->n_unreadable++;
    else if (!vitrail_stress_grid_add (
                 self->grid, g_ptr_array_index (self->cines, i), header))
      self->n_nowhere++;
  }
  vitrail_stress_grid_end (self->grid);
}

static void
all_read (VitrailSession *session)
{
  VitrailStressLayout *self = session->stress;

  fill_grid (self);
  if (vitrail_stress_grid_count (self->grid, self->axis) == 0) {
    vitrail_session_tell (session,
                          self->n_unreadable > 0
                              ? "No stages and views: cines cannot be read"
                              : "No cine of this study says a stage or a view");
    vitrail_session_clear_stress (session);
    return;
  }
  self->page = choose_page (session);
  g_clear_pointer (&self->before, vitrail_layout_before_free);
  self->before = vitrail_layout_before_new (session);
  show_page (session);
  tell_left_out (session);
}

static void
header_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Request *request = user_data;
  g_autoptr (VitrailSession) session = request->session;
  g_autoptr (GCancellable) cancellable = request->cancellable;
  g_autoptr (VitrailInstance) instance =
      vitrail_data_source_open_instance_finish (VITRAIL_DATA_SOURCE (source),
                                                result, NULL);
  VitrailStressLayout *self = session->stress;

  vitrail_session_add_busy (session, -1);
  if (self == NULL || self->cancellable != cancellable)
    return;
  if (instance != NULL)
    g_ptr_array_index (self->headers, request->index) = vitrail_data_set_ref (
        (VitrailDataSet *) vitrail_instance_get_data_set (instance));
  if (--self->n_left == 0)
    all_read (session);
}

/* NULL: the study has no cine. */
static VitrailStressLayout *
layout_new (VitrailSession *session, VitrailStressAxis axis)
{
  GPtrArray *sets = vitrail_session_get_display_sets (session);
  g_autoptr (VitrailStressLayout) self = g_new0 (VitrailStressLayout, 1);

  self->axis = axis;
  self->grid = vitrail_stress_grid_new ();
  self->cancellable = g_cancellable_new ();
  self->cines = g_ptr_array_new_with_free_func (display_set_unref);
  self->headers = g_ptr_array_new_with_free_func (data_set_unref);
  for (guint i = 0; i < sets->len; i++) {
    VitrailDisplaySet *set = g_ptr_array_index (sets, i);
    if (set->kind == VITRAIL_DISPLAY_SET_CINE && set->n_positions > 1)
      g_ptr_array_add (self->cines, vitrail_display_set_ref (set));
  }
  self->n_left = self->cines->len;
  g_ptr_array_set_size (self->headers, (int) self->cines->len);
  return self->n_left > 0 ? g_steal_pointer (&self) : NULL;
}

static void
read_headers (VitrailSession *session)
{
  VitrailStressLayout *self = session->stress;

  for (guint i = 0; i < self->cines->len; i++) {
    const VitrailDisplaySet *set = g_ptr_array_index (self->cines, i);
    Request *request = g_new0 (Request, 1);
    request->session = g_object_ref (session);
    request->cancellable = g_object_ref (self->cancellable);
    request->index = i;
    vitrail_session_add_busy (session, 1);
    vitrail_data_source_open_instance_async (
        vitrail_session_get_source (session),
        g_ptr_array_index (set->images, 0), self->cancellable, header_cb,
        request);
  }
}

gboolean
vitrail_session_lay_out_stress (VitrailSession *self, VitrailStressAxis axis)
{
  const gboolean is_shown = is_still_shown (self);

  if (is_shown && self->stress->axis == axis) {
    go_back (self);
    return TRUE;
  }
  if (is_shown) {
    self->stress->axis = axis;
    self->stress->page = choose_page (self);
    show_page (self);
    return TRUE;
  }
  vitrail_session_clear_stress (self);
  self->stress = layout_new (self, axis);
  if (self->stress != NULL)
    read_headers (self);
  return self->stress != NULL;
}

gboolean
vitrail_session_step_stress (VitrailSession *self, int step)
{
  VitrailStressLayout *stress = self->stress;

  if (stress == NULL || !stress->is_shown)
    return FALSE;
  gint64 n = vitrail_stress_grid_count (stress->grid, get_other (stress->axis));
  gint64 page = (gint64) stress->page + step;
  while (page >= 0 && page < n && !has_cines (stress, (guint) page))
    page += step;
  if (page < 0 || page >= n)
    return FALSE;
  stress->page = (guint) page;
  show_page (self);
  return TRUE;
}
