/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideSync: see slidesync.h. */

#include "slidesync.h"

#include "viewportslide.h"

#include <math.h>

/* How one slide lay when moving as one began. */
typedef struct {
  VitrailViewport *viewport;
  char *id; /* of the display set; NULL: not known how it lay */
  VitrailView view;
  double um[2];        /* what was in the centre, from the upper left corner */
  double um_per_pixel; /* of the viewport; pixels where nothing is known */
  double axes[4];      /* viewport pixels to micrometres */
} Member;

struct _VitrailSlideSync {
  VitrailSession *session;
  GArray *members; /* Member, one a viewport */
  gboolean moving; /* what changes now is our doing */
};

/* Micrometres of one pixel of level 0 both ways; 1 where unknown. */
static void
get_mpp (VitrailViewport *viewport, double mpp_um[2])
{
  g_autoptr (VitrailSlide) slide = vitrail_viewport_ref_slide (viewport);
  if (slide == NULL || !vitrail_slide_get_mpp_um (slide, mpp_um) ||
      !(mpp_um[0] > 0) || !(mpp_um[1] > 0))
    mpp_um[0] = mpp_um[1] = 1;
}

/* FALSE while there is no picture of a slide. */
static gboolean
get_member (VitrailViewport *viewport, const VitrailView *view, Member *out)
{
  VitrailViewportGeometry g;
  double affine[6];
  double mpp_um[2];
  if (!vitrail_viewport_is_slide (viewport) ||
      !vitrail_viewport_get_geometry (viewport, &g))
    return FALSE;
  get_mpp (viewport, mpp_um);
  vitrail_view_get_affine (view, g.image_width, g.image_height, g.aspect,
                           g.width, g.height, affine);
  out->view = *view;
  out->um[0] = view->pan_x * g.image_width * mpp_um[0];
  out->um[1] = view->pan_y * g.image_height * mpp_um[1];
  for (int i = 0; i < 2; i++) {
    out->axes[i] = affine[i] * mpp_um[0];
    out->axes[2 + i] = affine[3 + i] * mpp_um[1];
  }
  out->um_per_pixel = hypot (out->axes[0], out->axes[2]);
  return out->um_per_pixel > 0;
}

/* As it lies now is how it lay. */
static void
take_reference (Member *member)
{
  const VitrailDisplaySet *set =
      vitrail_viewport_get_display_set (member->viewport);
  VitrailView view;
  vitrail_viewport_get_view (member->viewport, &view);
  g_clear_pointer (&member->id, g_free);
  if (get_member (member->viewport, &view, member))
    member->id = g_strdup (set->id);
}

/* Whether what is known is of what is shown. */
static gboolean
is_current (const Member *member)
{
  const VitrailDisplaySet *set =
      vitrail_viewport_get_display_set (member->viewport);
  VitrailViewportGeometry g;
  gboolean there = vitrail_viewport_is_slide (member->viewport) &&
                   vitrail_viewport_get_geometry (member->viewport, &g);
  return g_strcmp0 (member->id, there ? set->id : NULL) == 0;
}

/* (x, y) of viewport pixels from micrometres by the inverse of @axes. */
static void
to_pixels (const double axes[4], const double um[2], double pixels[2])
{
  double determinant = axes[0] * axes[3] - axes[1] * axes[2];
  pixels[0] = (axes[3] * um[0] - axes[1] * um[1]) / determinant;
  pixels[1] = (axes[0] * um[1] - axes[2] * um[0]) / determinant;
}

/* Turns and flips of @moved since its reference, done to @view. */
static void
turn (VitrailView *view, const Member *reference, const VitrailView *moved)
{
  const VitrailView *start = &reference->view;
  gboolean across = start->flip_horizontal != moved->flip_horizontal;
  gboolean down = start->flip_vertical != moved->flip_vertical;
  double sign = across != down ? -1 : 1;
  view->rotation =
      sign * view->rotation + moved->rotation - sign * start->rotation;
  view->flip_horizontal ^= across;
  view->flip_vertical ^= down;
}

/* Moves the slide of @member as that of @leader has moved to @now. */
static void
follow (Member *member, const Member *leader, const Member *now)
{
  VitrailViewportGeometry g;
  double mpp_um[2];
  double step[2];
  const double moved_um[2] = { now->um[0] - leader->um[0],
                               now->um[1] - leader->um[1] };
  VitrailView view = member->view;

  if (!vitrail_viewport_get_geometry (member->viewport, &g))
    return;
  get_mpp (member->viewport, mpp_um);
  to_pixels (leader->axes, moved_um, step);
  /* The same way on the screen, the same length on the glass. */
  double same = leader->um_per_pixel / member->um_per_pixel;
  double x = member->um[0] +
             same * (member->axes[0] * step[0] + member->axes[1] * step[1]);
  double y = member->um[1] +
             same * (member->axes[2] * step[0] + member->axes[3] * step[1]);
  view.pan_x = x / (g.image_width * mpp_um[0]);
  view.pan_y = y / (g.image_height * mpp_um[1]);
  turn (&view, leader, &now->view);
  double um_per_pixel =
      member->um_per_pixel * now->um_per_pixel / leader->um_per_pixel;
  view.zoom = mpp_um[0] /
              (um_per_pixel *
               vitrail_view_get_fit_scale (&view, g.image_width, g.image_height,
                                           g.aspect, g.width, g.height));
  vitrail_viewport_set_view (member->viewport, &view);
}

static void
changed_cb (VitrailViewport *viewport, gpointer user_data)
{
  VitrailSlideSync *self = user_data;
  Member *leader = NULL;
  gboolean current = TRUE;
  Member now;
  VitrailView view;

  if (self->moving)
    return;
  for (guint i = 0; i < self->members->len; i++) {
    Member *member = &g_array_index (self->members, Member, i);
    current = current && is_current (member);
    if (member->viewport == viewport)
      leader = member;
  }
  if (!current) {
    for (guint i = 0; i < self->members->len; i++)
      take_reference (&g_array_index (self->members, Member, i));
    return;
  }
  vitrail_viewport_get_view (viewport, &view);
  if (leader == NULL || leader->id == NULL ||
      !get_member (viewport, &view, &now))
    return;
  self->moving = TRUE;
  for (guint i = 0; i < self->members->len; i++) {
    Member *member = &g_array_index (self->members, Member, i);
    if (member != leader && member->id != NULL)
      follow (member, leader, &now);
  }
  self->moving = FALSE;
}

static void
member_clear (gpointer data)
{
  Member *self = data;
  g_free (self->id);
  g_object_unref (self->viewport);
}

static void
let_go (VitrailSlideSync *self)
{
  for (guint i = 0; i < self->members->len; i++)
    g_signal_handlers_disconnect_by_data (
        g_array_index (self->members, Member, i).viewport, self);
  g_array_set_size (self->members, 0);
}

static void
layout_cb (VitrailSession *session, gpointer user_data)
{
  VitrailSlideSync *self = user_data;
  let_go (self);
  for (guint i = 0; i < vitrail_session_get_n_viewports (session); i++) {
    Member member = { 0 };
    member.viewport = g_object_ref (vitrail_session_get_viewport (session, i));
    take_reference (&member);
    g_array_append_val (self->members, member);
    g_signal_connect (member.viewport, "changed", G_CALLBACK (changed_cb),
                      self);
    /* With the first picture it is known how it lies. */
    g_signal_connect (member.viewport, "shown", G_CALLBACK (changed_cb), self);
  }
}

VitrailSlideSync *
vitrail_slide_sync_new (VitrailSession *session)
{
  VitrailSlideSync *self = g_new0 (VitrailSlideSync, 1);
  self->session = session;
  self->members = g_array_new (FALSE, FALSE, sizeof (Member));
  g_array_set_clear_func (self->members, member_clear);
  g_signal_connect (session, "layout-changed", G_CALLBACK (layout_cb), self);
  layout_cb (session, self);
  return self;
}

void
vitrail_slide_sync_free (VitrailSlideSync *self)
{
  g_signal_handlers_disconnect_by_data (self->session, self);
  let_go (self);
  g_array_unref (self->members);
  g_free (self);
}
