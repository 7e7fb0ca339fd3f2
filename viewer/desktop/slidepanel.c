/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlidePanel: see slidepanel.h. */

#include "slidepanel.h"

#include "activewatch.h"
#include "panelparts.h"
#include "slideannotations.h"
#include "slidechannels.h"
#include "slidelayers.h"
#include "slideproperties.h"
#include "slidereview.h"
#include "slidestains.h"
#include "viewportslide.h"

#include <glib/gi18n.h>

struct _VitrailSlidePanel {
  GtkWidget parent_instance;

  VitrailSession *session;
  gboolean unfolded;
  VitrailSlide *slide; /* what the panel is about, or NULL */

  GtkWidget *scroller;
  GtkBox *box;
  GtkWidget *properties;
  GtkWidget *label;
  GtkWidget *macro;
  GtkWidget *colors; /* of a slide in true colours */
  GtkWidget *icc;
  GtkWidget *stains;
  GtkWidget *channels_heading;
  GtkWidget *channels;
  GtkWidget *layers;
  GtkWidget *annotations;
  GtkWidget *review;
};

enum {
  PROP_UNFOLDED = 1,
};

G_DEFINE_FINAL_TYPE (VitrailSlidePanel, vitrail_slide_panel, GTK_TYPE_WIDGET)

static GtkWidget *
make_check (const char *text, const char *action, const char *key)
{
  GtkWidget *check = gtk_check_button_new_with_label (text);
  g_autofree char *tip = g_strdup_printf ("%s (%s)", text, key);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (check), action);
  gtk_widget_set_tooltip_text (check, tip);
  return check;
}

/* What is shown */

static void
update_channels (VitrailSlidePanel *self, VitrailViewport *active)
{
  VitrailSlidePath path;
  g_auto (VitrailShownState) shown = { 0 };
  vitrail_slide_get_path (self->slide, 0, &path);
  gtk_widget_set_visible (self->colors, path.is_color);
  gtk_widget_set_visible (self->channels, !path.is_color);
  gtk_widget_set_visible (self->channels_heading, !path.is_color);
  VitrailSlideChannels *channels = VITRAIL_SLIDE_CHANNELS (self->channels);
  vitrail_slide_channels_set_slide (channels,
                                    path.is_color ? NULL : self->slide);
  /* Windows are found when the first picture is made; not here. */
  vitrail_viewport_get_shown (active, &shown);
  g_autoptr (VitrailSlideLook) look =
      vitrail_viewport_dup_look (active, self->slide);
  if (path.is_color)
    vitrail_slide_stains_set_look (VITRAIL_SLIDE_STAINS (self->stains), look);
  if (path.is_color || shown.slide != self->slide)
    return;
  if (look->n_channels == 0)
    vitrail_slide_look_set_default_channels (look, self->slide);
  vitrail_slide_look_find_windows (look, self->slide);
  vitrail_slide_channels_set_look (channels, look);
}

static void
update_slide (VitrailSlidePanel *self, VitrailSlide *slide)
{
  if (!g_set_object (&self->slide, slide))
    return;
  vitrail_slide_properties_fill (GTK_BOX (self->properties), slide);
  if (slide == NULL)
    return;
  g_autoptr (GBytes) profile = vitrail_slide_get_icc_profile (slide);
  gtk_widget_set_visible (self->icc, profile != NULL);
  gtk_widget_set_visible (self->label, vitrail_slide_find_associated (
                                           slide, VITRAIL_SLIDE_LABEL) != NULL);
  gtk_widget_set_visible (self->macro, vitrail_slide_find_associated (
                                           slide, VITRAIL_SLIDE_MACRO) != NULL);
}

static void
update (gpointer owner)
{
  VitrailSlidePanel *self = owner;
  VitrailViewport *active = vitrail_session_get_active_viewport (self->session);
  g_autoptr (VitrailSlide) slide = vitrail_viewport_ref_slide (active);
  gtk_widget_set_visible (GTK_WIDGET (self),
                          self->unfolded && vitrail_viewport_is_slide (active));
  update_slide (self, slide);
  if (slide != NULL)
    update_channels (self, active);
  vitrail_slide_layers_update (VITRAIL_SLIDE_LAYERS (self->layers));
  vitrail_slide_annotations_update (
      VITRAIL_SLIDE_ANNOTATIONS (self->annotations));
  vitrail_slide_review_update (VITRAIL_SLIDE_REVIEW (self->review));
}

void
vitrail_slide_panel_set_session (VitrailSlidePanel *self,
                                 VitrailSession *session)
{
  self->session = g_object_ref (session);
  self->stains = vitrail_slide_stains_new (session);
  gtk_box_append (GTK_BOX (self->colors), self->stains);
  self->channels = vitrail_slide_channels_new (session);
  gtk_box_append (self->box, self->channels);
  self->layers = vitrail_slide_layers_new (session);
  gtk_box_append (self->box, self->layers);
  self->annotations = vitrail_slide_annotations_new (session);
  gtk_box_append (self->box, self->annotations);
  self->review = vitrail_slide_review_new (session);
  gtk_box_append (self->box, self->review);
  vitrail_active_watch (session, G_OBJECT (self), update);
}

/* Made once */

static void
append_pictures (VitrailSlidePanel *self)
{
  gtk_box_append (self->box, make_check (_ ("Whole slide in the corner"),
                                         "session.toggle-overview", "J"));
  self->label = make_check (_ ("Label"), "session.toggle-label", "B");
  self->macro = make_check (_ ("Scanner's picture of the glass"),
                            "session.toggle-macro", "Shift+B");
  gtk_box_append (self->box, self->label);
  gtk_box_append (self->box, self->macro);
}

static void
append_colors (VitrailSlidePanel *self)
{
  static const struct {
    const char *action;
    const char *name;
    const char *tip;
  } stains[] = {
    { "session.set-stain::none", N_ ("None"), N_ ("The slide as it is") },
    { "session.set-stain::hematoxylin", "H", N_ ("Hematoxylin alone") },
    { "session.set-stain::eosin", "E", N_ ("Eosin alone") },
    { "session.set-stain::dab", "DAB", N_ ("DAB alone") },
  };

  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_add_css_class (row, "linked");
  gtk_widget_add_css_class (row, "stains");
  for (guint i = 0; i < G_N_ELEMENTS (stains); i++) {
    GtkWidget *button = gtk_toggle_button_new_with_label (_ (stains[i].name));
    gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (button),
                                             stains[i].action);
    gtk_widget_set_tooltip_text (button, _ (stains[i].tip));
    gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    _ (stains[i].tip), -1);
    gtk_widget_set_hexpand (button, TRUE);
    gtk_box_append (GTK_BOX (row), button);
  }
  self->colors = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  self->icc =
      make_check (_ ("Colours managed (ICC)"), "session.toggle-icc", "Shift+I");
  gtk_box_append (GTK_BOX (self->colors),
                  vitrail_panel_heading (_ ("COLOURS")));
  gtk_box_append (GTK_BOX (self->colors), self->icc);
  GtkWidget *title = gtk_label_new (_ ("One stain alone"));
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_widget_add_css_class (title, "row-subtitle");
  gtk_box_append (GTK_BOX (self->colors), title);
  gtk_box_append (GTK_BOX (self->colors), row);
  gtk_box_append (self->box, self->colors);
}

static void
vitrail_slide_panel_set_property (GObject *object,
                                  guint id,
                                  const GValue *value,
                                  GParamSpec *spec)
{
  VitrailSlidePanel *self = VITRAIL_SLIDE_PANEL (object);
  if (self->unfolded == g_value_get_boolean (value))
    return;
  self->unfolded = g_value_get_boolean (value);
  g_object_notify_by_pspec (object, spec);
  if (self->session != NULL)
    update (self);
}

static void
vitrail_slide_panel_get_property (GObject *object,
                                  guint id,
                                  GValue *value,
                                  GParamSpec *spec)
{
  g_value_set_boolean (value, VITRAIL_SLIDE_PANEL (object)->unfolded);
}

static void
vitrail_slide_panel_dispose (GObject *object)
{
  VitrailSlidePanel *self = VITRAIL_SLIDE_PANEL (object);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_object (&self->slide);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vitrail_slide_panel_parent_class)->dispose (object);
}

static void
vitrail_slide_panel_class_init (VitrailSlidePanelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  object_class->set_property = vitrail_slide_panel_set_property;
  object_class->get_property = vitrail_slide_panel_get_property;
  object_class->dispose = vitrail_slide_panel_dispose;
  g_object_class_install_property (
      object_class, PROP_UNFOLDED,
      g_param_spec_boolean ("unfolded", "Unfolded", "Whether it is wanted",
                            TRUE,
                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                G_PARAM_EXPLICIT_NOTIFY));
  gtk_widget_class_set_css_name (widget_class, "slidepanel");
  gtk_widget_class_set_accessible_role (widget_class,
                                        GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
vitrail_slide_panel_init (VitrailSlidePanel *self)
{
  self->unfolded = TRUE;
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  self->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 2));
  self->scroller = g_object_new (GTK_TYPE_SCROLLED_WINDOW, "hscrollbar-policy",
                                 GTK_POLICY_NEVER, "child", self->box, NULL);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  self->properties = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_box_append (self->box, vitrail_panel_heading (_ ("SLIDE")));
  gtk_box_append (self->box, self->properties);
  append_pictures (self);
  append_colors (self);
  self->channels_heading = vitrail_panel_heading (_ ("CHANNELS"));
  gtk_box_append (self->box, self->channels_heading);
}
