/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailCineSync: see cinesync.h. */

#include "cinesync.h"

#include "viewport-private.h"

/* What a viewport was last seen to do. */
typedef struct {
  VitrailViewport *viewport;
  VitrailDisplaySet *display_set; /* NULL: it shows no cine */
  guint position;
  gboolean playing;
  double speed;
  gboolean backwards;
  gboolean sweeps;
} Member;

struct _VitrailCineSync {
  VitrailSession *session;
  GArray *members; /* Member, one a viewport */
  gboolean moving; /* what changes now is our doing */
};

static Member *
get_member (VitrailCineSync *self, guint i)
{
  return &g_array_index (self->members, Member, i);
}

/* NULL where there is none that plays. */
static VitrailDisplaySet *
get_cine (VitrailViewport *viewport)
{
  VitrailDisplaySet *set = vitrail_viewport_get_display_set (viewport);
  gboolean is_cine = set != NULL && set->kind == VITRAIL_DISPLAY_SET_CINE &&
                     set->n_positions > 1 &&
                     vitrail_viewport_has_positions (viewport);
  return is_cine ? set : NULL;
}

static VitrailCineLoop
get_loop (VitrailViewport *viewport)
{
  VitrailCineLoop loop = { 0 };
  vitrail_viewport_get_loop (viewport, &loop.first, &loop.last);
  return loop;
}

static guint
count_images (VitrailViewport *viewport)
{
  VitrailCineLoop loop = get_loop (viewport);
  return loop.last - loop.first + 1;
}

static void
remember (Member *member)
{
  VitrailDisplaySet *set = get_cine (member->viewport);

  if (set != member->display_set) {
    g_clear_pointer (&member->display_set, vitrail_display_set_unref);
    member->display_set = set != NULL ? vitrail_display_set_ref (set) : NULL;
  }
  member->position = vitrail_viewport_get_position (member->viewport);
  member->playing = vitrail_viewport_get_playing (member->viewport);
  member->speed = vitrail_viewport_get_speed (member->viewport);
  member->backwards = vitrail_viewport_get_backwards (member->viewport);
  member->sweeps = vitrail_viewport_get_sweeping (member->viewport);
}

/* That whose clock is the clock of all; NULL where there is no cine. */
static Member *
find_leader (VitrailCineSync *self)
{
  Member *leader = NULL;
  guint n_most = 0;

  for (guint i = 0; i < self->members->len; i++) {
    Member *member = get_member (self, i);
    guint n = get_cine (member->viewport) != NULL
                  ? count_images (member->viewport)
                  : 0;
    if (n > n_most) {
      leader = member;
      n_most = n;
    }
  }
  return leader;
}

/* The place of @to when @from is at @position. */
static guint
map (VitrailViewport *from, guint position, VitrailViewport *to)
{
  VitrailCineLoop a = get_loop (from);
  VitrailCineLoop b = get_loop (to);

  if (position < a.first || position > a.last) {
    a.first = b.first = 1;
    a.last = vitrail_viewport_get_n_positions (from);
    b.last = vitrail_viewport_get_n_positions (to);
  }
  return vitrail_cine_loop_map (&a, position, &b);
}

/* All others to where @moved is. */
static void
follow (VitrailCineSync *self, const Member *moved)
{
  Member *leader = find_leader (self);
  VitrailViewport *from = moved->viewport;
  guint position = vitrail_viewport_get_position (from);

  if (leader != NULL && leader != moved) {
    position = map (from, position, leader->viewport);
    from = leader->viewport;
    vitrail_viewport_set_position (from, position);
  }
  for (guint i = 0; i < self->members->len; i++) {
    Member *member = get_member (self, i);
    if (member != moved && member != leader &&
        get_cine (member->viewport) != NULL)
      vitrail_viewport_set_position (member->viewport,
                                     map (from, position, member->viewport));
  }
}

static void
take_manner (Member *member, const Member *changed)
{
  VitrailViewport *from = changed->viewport;
  double speed = vitrail_viewport_get_speed (from);
  gboolean backwards = vitrail_viewport_get_backwards (from);
  gboolean sweeps = vitrail_viewport_get_sweeping (from);

  if (speed != vitrail_viewport_get_speed (member->viewport))
    vitrail_viewport_set_speed (member->viewport, speed);
  if (backwards != vitrail_viewport_get_backwards (member->viewport))
    vitrail_viewport_set_backwards (member->viewport, backwards);
  if (sweeps != vitrail_viewport_get_sweeping (member->viewport))
    vitrail_viewport_set_sweeping (member->viewport, sweeps);
}

/* The leader by its clock, the others led by it; or none. */
static void
play (VitrailCineSync *self, gboolean playing)
{
  Member *leader = find_leader (self);

  if (leader == NULL)
    return;
  if (playing) {
    vitrail_viewport_set_led (leader->viewport, 0);
    vitrail_viewport_set_playing (leader->viewport, TRUE);
  }
  double rate = vitrail_viewport_get_rate (leader->viewport) /
                count_images (leader->viewport);
  for (guint i = 0; i < self->members->len; i++) {
    VitrailViewport *viewport = get_member (self, i)->viewport;
    if (get_cine (viewport) == NULL)
      continue;
    if (!playing)
      vitrail_viewport_set_playing (viewport, FALSE);
    else if (viewport != leader->viewport)
      vitrail_viewport_set_led (viewport, rate * count_images (viewport));
  }
}

static void
remember_all (VitrailCineSync *self)
{
  for (guint i = 0; i < self->members->len; i++)
    remember (get_member (self, i));
}

/* All others do as @model does. */
static void
take_all (VitrailCineSync *self, const Member *model)
{
  self->moving = TRUE;
  gboolean playing = vitrail_viewport_get_playing (model->viewport);
  for (guint i = 0; i < self->members->len; i++) {
    Member *member = get_member (self, i);
    if (member != model && get_cine (member->viewport) != NULL)
      take_manner (member, model);
  }
  follow (self, model);
  play (self, playing);
  remember_all (self);
  self->moving = FALSE;
}

/* One that was there before and goes on; NULL where there is none. */
static const Member *
find_other (VitrailCineSync *self, const Member *changed)
{
  for (guint i = 0; i < self->members->len; i++) {
    const Member *member = get_member (self, i);
    if (member != changed && get_cine (member->viewport) != NULL)
      return member;
  }
  return NULL;
}

static gboolean
has_moved (const Member *member)
{
  VitrailViewport *viewport = member->viewport;

  return member->position != vitrail_viewport_get_position (viewport) ||
         member->playing != vitrail_viewport_get_playing (viewport) ||
         member->speed != vitrail_viewport_get_speed (viewport) ||
         member->backwards != vitrail_viewport_get_backwards (viewport) ||
         member->sweeps != vitrail_viewport_get_sweeping (viewport);
}

/* As which one all have to be now; NULL where there is no cine. */
static const Member *
find_model (VitrailCineSync *self, const Member *changed)
{
  VitrailDisplaySet *set = get_cine (changed->viewport);
  const Member *leader = find_leader (self);

  if (set == changed->display_set)
    return set != NULL && has_moved (changed) ? changed : leader;
  /* Another cine, or none any more: as the others do. */
  const Member *other = leader == changed ? find_other (self, changed) : leader;
  return other != NULL ? other : leader;
}

static void
changed_cb (VitrailViewport *viewport, gpointer user_data)
{
  VitrailCineSync *self = user_data;
  const Member *changed = NULL;

  for (guint i = 0; i < self->members->len && changed == NULL; i++) {
    const Member *member = get_member (self, i);
    if (member->viewport == viewport)
      changed = member;
  }
  if (self->moving || changed == NULL)
    return;
  const Member *model = find_model (self, changed);
  if (model != NULL)
    take_all (self, model);
  else
    remember_all (self);
}

static void
member_clear (gpointer data)
{
  Member *self = data;
  g_clear_pointer (&self->display_set, vitrail_display_set_unref);
  g_object_unref (self->viewport);
}

static void
let_go (VitrailCineSync *self)
{
  for (guint i = 0; i < self->members->len; i++)
    g_signal_handlers_disconnect_by_data (get_member (self, i)->viewport, self);
  g_array_set_size (self->members, 0);
}

static void
layout_cb (VitrailSession *session, gpointer user_data)
{
  VitrailCineSync *self = user_data;

  let_go (self);
  for (guint i = 0; i < vitrail_session_get_n_viewports (session); i++) {
    Member member = { 0 };
    member.viewport = g_object_ref (vitrail_session_get_viewport (session, i));
    g_array_append_val (self->members, member);
    g_signal_connect (member.viewport, "changed", G_CALLBACK (changed_cb),
                      self);
  }
  const Member *model = get_member (self, vitrail_session_get_active (session));
  if (get_cine (model->viewport) == NULL)
    model = find_other (self, NULL);
  if (model != NULL)
    take_all (self, model);
}

VitrailCineSync *
vitrail_cine_sync_new (VitrailSession *session)
{
  VitrailCineSync *self = g_new0 (VitrailCineSync, 1);
  self->session = session;
  self->members = g_array_new (FALSE, TRUE, sizeof (Member));
  g_array_set_clear_func (self->members, member_clear);
  g_signal_connect (session, "layout-changed", G_CALLBACK (layout_cb), self);
  layout_cb (session, self);
  return self;
}

void
vitrail_cine_sync_free (VitrailCineSync *self)
{
  g_signal_handlers_disconnect_by_data (self->session, self);
  for (guint i = 0; i < self->members->len; i++) {
    VitrailViewport *viewport = get_member (self, i)->viewport;
    g_signal_handlers_disconnect_by_data (viewport, self);
    if (!vitrail_viewport_get_led (viewport))
      continue;
    vitrail_viewport_set_led (viewport, 0);
    vitrail_viewport_set_playing (viewport, TRUE);
  }
  let_go (self);
  g_array_unref (self->members);
  g_free (self);
}
