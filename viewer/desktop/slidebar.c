/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideBar: see slidebar.h. */

#include "slidebar.h"

#include "activewatch.h"
#include "cornertext.h"
#include "viewportslide.h"

#include <glib/gi18n.h>

#include <math.h>

struct _VitrailSlideBar {
  GtkWidget parent_instance;

  VitrailSession *session;
  GtkWidget *box;
  GtkWidget *turn;
  GtkLabel *degrees;
  GtkWidget *focus_box; /* only where there is something to focus */
  GtkWidget *focus;
  GtkLabel *plane;
  gboolean is_updating;
};

G_DEFINE_FINAL_TYPE (VitrailSlideBar, vitrail_slide_bar, GTK_TYPE_WIDGET)

static VitrailViewport *
get_active (VitrailSlideBar *self)
{
  return vitrail_session_get_active_viewport (self->session);
}

static void
update_turn (VitrailSlideBar *self)
{
  VitrailView view;
  vitrail_viewport_get_view (get_active (self), &view);
  double degrees = view.rotation > 180 ? view.rotation - 360 : view.rotation;
  g_autofree char *text = g_strdup_printf ("%.0f°", degrees);
  gtk_range_set_value (GTK_RANGE (self->turn), degrees);
  gtk_label_set_text (self->degrees, text);
}

static void
update_focus (VitrailSlideBar *self)
{
  g_autoptr (VitrailSlide) slide =
      vitrail_viewport_ref_slide (get_active (self));
  guint n = slide != NULL ? vitrail_slide_get_n_focal_planes (slide) : 0;
  gtk_widget_set_visible (self->focus_box, n > 1);
  if (n < 2)
    return;
  g_autoptr (VitrailSlideLook) look =
      vitrail_viewport_dup_look (get_active (self), slide);
  g_autofree char *text = vitrail_focal_plane_text (slide, look->focal_plane);
  gtk_range_set_range (GTK_RANGE (self->focus), 1, n);
  gtk_range_set_value (GTK_RANGE (self->focus), look->focal_plane + 1);
  gtk_label_set_text (self->plane, text);
}

static void
update (gpointer owner)
{
  VitrailSlideBar *self = owner;
  if (!vitrail_viewport_is_slide (get_active (self)))
    return;
  self->is_updating = TRUE;
  update_turn (self);
  update_focus (self);
  self->is_updating = FALSE;
}

/* Whoever moves them, assistive technologies too, but not update (). */
static void
turned_cb (GtkRange *range, VitrailSlideBar *self)
{
  if (!self->is_updating)
    vitrail_session_run (
        self->session, "set-rotation",
        g_variant_new_double (round (gtk_range_get_value (range))), NULL);
}

static void
focused_cb (GtkRange *range, VitrailSlideBar *self)
{
  const double value = gtk_range_get_value (range);

  if (!self->is_updating && value >= 1)
    vitrail_session_run (self->session, "set-focal-plane",
                         g_variant_new_uint32 ((guint) lround (value)), NULL);
}

void
vitrail_slide_bar_set_session (VitrailSlideBar *self, VitrailSession *session)
{
  self->session = g_object_ref (session);
  vitrail_active_watch (session, G_OBJECT (self), update);
}

static GtkWidget *
make_scale (double low, double high, const char *name)
{
  GtkWidget *scale =
      gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, low, high, 1);
  gtk_scale_set_draw_value (GTK_SCALE (scale), FALSE);
  gtk_widget_set_hexpand (scale, TRUE);
  gtk_widget_set_size_request (scale, 90, -1);
  gtk_widget_set_tooltip_text (scale, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (scale),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return scale;
}

static GtkLabel *
append_value (GtkBox *box, int chars)
{
  GtkWidget *label = gtk_label_new ("");
  gtk_label_set_width_chars (GTK_LABEL (label), chars);
  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_box_append (box, label);
  return GTK_LABEL (label);
}

static void
append_turn (VitrailSlideBar *self, GtkBox *box)
{
  GtkWidget *straight = gtk_button_new_from_icon_name ("edit-undo-symbolic");
  gtk_box_append (box, gtk_label_new (_ ("Turned")));
  self->turn = make_scale (-180, 180, _ ("Turned clockwise, in degrees"));
  gtk_scale_add_mark (GTK_SCALE (self->turn), 0, GTK_POS_BOTTOM, NULL);
  g_signal_connect (self->turn, "value-changed", G_CALLBACK (turned_cb), self);
  gtk_box_append (box, self->turn);
  self->degrees = append_value (box, 5);
  gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (straight),
                                           "session.set-rotation(0.0)");
  gtk_widget_add_css_class (straight, "flat");
  gtk_widget_set_tooltip_text (straight, _ ("Not turned (0)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (straight),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Not turned"), -1);
  gtk_box_append (box, straight);
}

static void
append_focus (VitrailSlideBar *self, GtkBox *box)
{
  self->focus_box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_set_visible (self->focus_box, FALSE);
  gtk_box_append (GTK_BOX (self->focus_box), gtk_label_new (_ ("Focus")));
  self->focus = make_scale (1, 2, _ ("Focal plane ([ and ])"));
  g_signal_connect (self->focus, "value-changed", G_CALLBACK (focused_cb),
                    self);
  gtk_box_append (GTK_BOX (self->focus_box), self->focus);
  self->plane = append_value (GTK_BOX (self->focus_box), 14);
  gtk_box_append (box, self->focus_box);
}

static void
vitrail_slide_bar_dispose (GObject *object)
{
  VitrailSlideBar *self = VITRAIL_SLIDE_BAR (object);
  g_clear_object (&self->session);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (vitrail_slide_bar_parent_class)->dispose (object);
}

static void
vitrail_slide_bar_class_init (VitrailSlideBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = vitrail_slide_bar_dispose;
  gtk_widget_class_set_accessible_role (widget_class,
                                        GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
vitrail_slide_bar_init (VitrailSlideBar *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_add_css_class (self->box, "cinebar");
  append_turn (self, GTK_BOX (self->box));
  append_focus (self, GTK_BOX (self->box));
  gtk_widget_set_hexpand (self->focus_box, TRUE);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}
