/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailCineBar: see cinebar.h. Always there, so that pictures keep their
 * place; insensitive where there is only one image. */

#include "cinebar.h"

#include "activewatch.h"

#include <glib/gi18n.h>

#include <math.h>

/* One click on faster or slower. */
#define SPEED_STEP 1.25

struct _VitrailCineBar {
  GtkWidget parent_instance;

  VitrailSession *session;

  GtkWidget *box;
  GtkWidget *play;
  GtkWidget *scale;
  GtkAdjustment *adjustment;
  GtkLabel *position;
  GtkLabel *rate;
};

G_DEFINE_FINAL_TYPE (VitrailCineBar, vitrail_cine_bar, GTK_TYPE_WIDGET)

static VitrailViewport *
get_active (VitrailCineBar *self)
{
  return vitrail_session_get_active_viewport (self->session);
}

static void
update_play (VitrailCineBar *self, gboolean playing)
{
  const char *name = playing ? _ ("Pause") : _ ("Play");
  gtk_button_set_icon_name (GTK_BUTTON (self->play),
                            playing ? "media-playback-pause-symbolic"
                                    : "media-playback-start-symbolic");
  g_autofree char *tip = g_strdup_printf ("%s (C)", name);
  gtk_widget_set_tooltip_text (self->play, tip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->play),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* What is made of several points in time is none of them. */
static char *
make_text (VitrailViewport *viewport)
{
  const guint n = vitrail_viewport_get_n_steps (viewport);
  const guint step = vitrail_viewport_get_step (viewport);

  if (n < 2)
    return g_strdup ("");
  return step > 0 ? g_strdup_printf ("%u / %u", step, n)
                  : g_strdup_printf ("– / %u", n);
}

/* The rate is known once the image is open. */
static void
update (gpointer owner)
{
  VitrailCineBar *self = owner;
  VitrailViewport *active = get_active (self);
  guint n = vitrail_viewport_get_n_steps (active);
  guint position = vitrail_viewport_get_step (active);
  gboolean many = n > 1;
  gtk_widget_set_sensitive (self->box, many);
  gtk_adjustment_configure (self->adjustment, MAX (position, 1), 1, MAX (n, 1),
                            1, MAX (n / 10, 1), 0);
  update_play (self, vitrail_viewport_get_playing (active));

  g_autofree char *text = make_text (active);
  g_autofree char *rate =
      many
          ? g_strdup_printf (_ ("%.1f / s"), vitrail_viewport_get_rate (active))
          : g_strdup ("");
  gtk_label_set_text (self->position, text);
  gtk_label_set_text (self->rate, rate);
}

static gboolean
change_value_cb (GtkRange *range,
                 GtkScrollType scroll,
                 double value,
                 VitrailCineBar *self)
{
  if (self->session != NULL && value >= 1)
    vitrail_viewport_set_step (get_active (self), (guint) lround (value));
  return TRUE;
}

static void
change_speed (VitrailCineBar *self, double factor)
{
  double speed = vitrail_viewport_get_speed (get_active (self)) * factor;
  vitrail_session_run (self->session, "set-speed", g_variant_new_double (speed),
                       NULL);
}

static void
slower_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  change_speed (user_data, 1.0 / SPEED_STEP);
}

static void
faster_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  change_speed (user_data, SPEED_STEP);
}

void
vitrail_cine_bar_set_session (VitrailCineBar *self, VitrailSession *session)
{
  self->session = g_object_ref (session);
  vitrail_active_watch (session, G_OBJECT (self), update);
}

static void
vitrail_cine_bar_dispose (GObject *object)
{
  VitrailCineBar *self = VITRAIL_CINE_BAR (object);
  g_clear_object (&self->session);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (vitrail_cine_bar_parent_class)->dispose (object);
}

static void
vitrail_cine_bar_class_init (VitrailCineBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = vitrail_cine_bar_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/vitrail/Viewer/cinebar.ui");
  gtk_widget_class_set_accessible_role (widget_class,
                                        GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_bind_template_child (widget_class, VitrailCineBar, box);
  gtk_widget_class_bind_template_child (widget_class, VitrailCineBar, play);
  gtk_widget_class_bind_template_child (widget_class, VitrailCineBar, scale);
  gtk_widget_class_bind_template_child (widget_class, VitrailCineBar,
                                        adjustment);
  gtk_widget_class_bind_template_child (widget_class, VitrailCineBar, position);
  gtk_widget_class_bind_template_child (widget_class, VitrailCineBar, rate);
  gtk_widget_class_bind_template_callback (widget_class, change_value_cb);
}

static void
vitrail_cine_bar_init (VitrailCineBar *self)
{
  static const GActionEntry entries[] = {
    { .name = "slower", .activate = slower_cb },
    { .name = "faster", .activate = faster_cb },
  };
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries,
                                   G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "cine",
                                  G_ACTION_GROUP (actions));
  gtk_widget_init_template (GTK_WIDGET (self));
}
