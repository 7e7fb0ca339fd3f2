/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideReview: see slidereview.h. */

#include "slidereview.h"

#include "panelparts.h"
#include "viewportslide.h"

#include <glib/gi18n.h>

struct _VitrailSlideReview {
  GtkWidget parent_instance;

  VitrailSession *session; /* the window's: it outlives us */
  GtkWidget *box;
  GtkLabel *seen;
};

G_DEFINE_FINAL_TYPE (VitrailSlideReview, vitrail_slide_review, GTK_TYPE_WIDGET)

static void
show_seen (VitrailSlideReview *self, VitrailSlideWork *work)
{
  VitrailViewport *active = vitrail_session_get_active_viewport (self->session);
  gboolean on = vitrail_viewport_get_layer (active, VITRAIL_SLIDE_COVERAGE);
  gtk_widget_set_visible (GTK_WIDGET (self->seen), on);
  if (!on)
    return;
  if (!(vitrail_slide_get_full_magnification (
            vitrail_slide_work_get_slide (work)) > 0))
  {
    gtk_label_set_text (self->seen, _ ("Not counted: no scale is known"));
    return;
  }
  VitrailTissue *tissue = vitrail_slide_work_get_tissue (work);
  const VitrailCoverage *coverage = vitrail_slide_work_get_coverage (work);
  g_autofree char *text = g_strdup_printf (
      _ ("%.0f %% of the tissue seen at 10× or more,\n%.0f %% at any "
         "magnification"),
      vitrail_coverage_get_share (coverage, tissue, 10) * 100,
      vitrail_coverage_get_share (coverage, tissue, 0.2) * 100);
  gtk_label_set_text (self->seen, text);
}

void
vitrail_slide_review_update (VitrailSlideReview *self)
{
  VitrailSlideWork *work = vitrail_viewport_get_work (
      vitrail_session_get_active_viewport (self->session));
  if (work != NULL && self->box != NULL)
    show_seen (self, work);
}

/* Made once */

static void
append_field (VitrailSlideReview *self)
{
  static const struct {
    const char *text;
    const char *action;
    const char *name;
  } fields[] = {
    { N_ ("None"), "session.counting-field(('square', 0.0))",
      N_ ("No counting field") },
    { "□ 1", "session.counting-field(('square', 1.0))",
      N_ ("Counting field: a square of 1 mm²") },
    { "□ 2", "session.counting-field(('square', 2.0))",
      N_ ("Counting field: a square of 2 mm²") },
    { "○ 1", "session.counting-field(('circle', 1.0))",
      N_ ("Counting field: a circle of 1 mm²") },
    { "○ 2", "session.counting-field(('circle', 2.0))",
      N_ ("Counting field: a circle of 2 mm²") },
  };

  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_add_css_class (row, "linked");
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    gtk_box_append (GTK_BOX (row),
                    vitrail_panel_text_button (_ (fields[i].text),
                                               fields[i].action,
                                               _ (fields[i].name)));
  gtk_box_append (GTK_BOX (self->box),
                  vitrail_panel_label (_ ("Counting field, mm²"),
                                       "row-subtitle"));
  gtk_box_append (GTK_BOX (self->box), row);
}

static void
append_review (VitrailSlideReview *self)
{
  GtkWidget *check =
      gtk_check_button_new_with_label (_ ("Not seen yet, in the corner"));
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (check),
                                  "session.toggle-coverage");
  gtk_widget_set_tooltip_text (check, _ ("What has not been seen yet (U)"));
  self->seen = GTK_LABEL (vitrail_panel_label ("", "row-subtitle"));
  gtk_label_set_ellipsize (self->seen, PANGO_ELLIPSIZE_NONE);
  gtk_widget_add_css_class (row, "linked");
  gtk_box_append (GTK_BOX (row), vitrail_panel_text_button (
                                     _ ("Tissue"), "session.next-tissue",
                                     _ ("The next piece of tissue (N)")));
  gtk_box_append (
      GTK_BOX (row),
      vitrail_panel_text_button (_ ("Unseen"), "session.next-unseen",
                                 _ ("The next place not seen yet (Shift+U)")));
  gtk_box_append (GTK_BOX (self->box), vitrail_panel_heading (_ ("REVIEW")));
  gtk_box_append (GTK_BOX (self->box), check);
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->seen));
  gtk_box_append (GTK_BOX (self->box),
                  vitrail_panel_label (_ ("Go to the next"), "row-subtitle"));
  gtk_box_append (GTK_BOX (self->box), row);
  append_field (self);
}

GtkWidget *
vitrail_slide_review_new (VitrailSession *session)
{
  VitrailSlideReview *self = g_object_new (VITRAIL_TYPE_SLIDE_REVIEW, NULL);
  self->session = session;
  return GTK_WIDGET (self);
}

static void
vitrail_slide_review_dispose (GObject *object)
{
  g_clear_pointer (&VITRAIL_SLIDE_REVIEW (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (vitrail_slide_review_parent_class)->dispose (object);
}

static void
vitrail_slide_review_class_init (VitrailSlideReviewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = vitrail_slide_review_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
vitrail_slide_review_init (VitrailSlideReview *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  append_review (self);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}
