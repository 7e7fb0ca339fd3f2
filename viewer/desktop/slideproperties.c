/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The words of a slide: see slideproperties.h. */

#include "slideproperties.h"

#include <glib/gi18n.h>

#include <math.h>
#include <string.h>

/* Sides of a pixel that differ by less are the same. */
#define SQUARE 0.005

/* In this order. */
static const struct {
  const char *keyword;
  const char *title;
} titles[] = {
  { "ContainerIdentifier", N_ ("Container") },
  { "ContainerTypeCodeSequence", N_ ("Container type") },
  { "SpecimenIdentifier", N_ ("Specimen") },
  { "SpecimenShortDescription", N_ ("Description") },
  { "SpecimenDetailedDescription", N_ ("In detail") },
  { "PrimaryAnatomicStructureSequence", N_ ("Anatomy") },
  { "SpecimenPreparationSequence", N_ ("Preparation") },
  { "Manufacturer", N_ ("Scanner by") },
  { "ManufacturerModelName", N_ ("Scanner") },
  { "DeviceSerialNumber", N_ ("Serial number") },
  { "AcquisitionDateTime", N_ ("Scanned") },
  { "ImageComments", N_ ("Comments") },
};

static void
append_words (GtkBox *box, const char *title, const char *value)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *first = gtk_label_new (title);
  GtkWidget *second = gtk_label_new (value);
  gtk_label_set_xalign (GTK_LABEL (first), 0);
  gtk_label_set_xalign (GTK_LABEL (second), 0);
  gtk_label_set_wrap (GTK_LABEL (second), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (second), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (second), 4);
  gtk_label_set_ellipsize (GTK_LABEL (second), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (second, value);
  gtk_widget_add_css_class (first, "row-subtitle");
  gtk_widget_add_css_class (second, "row-title");
  gtk_box_append (GTK_BOX (row), first);
  gtk_box_append (GTK_BOX (row), second);
  gtk_box_append (box, row);
}

/* All values of @keyword that say something, a line each; NULL where there is
 * none. */
static char *
dup_values (const VitrailSlideProperty *properties, const char *keyword)
{
  GString *text = g_string_new (NULL);
  for (; properties->keyword != NULL; properties++) {
    if (strcmp (properties->keyword, keyword) != 0 ||
        strspn (properties->value, "? ") == strlen (properties->value))
      continue;
    if (text->len > 0)
      g_string_append_c (text, '\n');
    g_string_append (text, properties->value);
  }
  return g_string_free (text, text->len == 0);
}

static void
append_size (GtkBox *box, VitrailSlide *slide)
{
  VitrailSlideLevel finest;
  double mpp_um[2];
  double power = vitrail_slide_get_objective_power (slide);
  GString *text = g_string_new (NULL);
  vitrail_slide_get_level (slide, 0, &finest);
  g_string_append_printf (text,
                          "%" G_GUINT64_FORMAT " × %" G_GUINT64_FORMAT " px",
                          finest.width, finest.height);
  if (vitrail_slide_get_mpp_um (slide, mpp_um) && mpp_um[0] > 0) {
    g_string_append_printf (text, _ ("\n%.1f × %.1f mm, %.3g"),
                            (double) finest.width * mpp_um[0] / 1000,
                            (double) finest.height * mpp_um[1] / 1000,
                            mpp_um[0]);
    if (fabs (mpp_um[1] / mpp_um[0] - 1) > SQUARE)
      g_string_append_printf (text, " × %.3g", mpp_um[1]);
    g_string_append (text, _ (" µm per pixel"));
  }
  if (power > 0)
    g_string_append_printf (text, _ ("\nObjective %g×"), power);
  append_words (box, _ ("Size"), text->str);
  g_string_free (text, TRUE);
}

void
vitrail_slide_properties_fill (GtkBox *box, VitrailSlide *slide)
{
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
  if (slide == NULL)
    return;
  append_words (box, _ ("Name"), vitrail_slide_get_name (slide));
  const VitrailSlideProperty *properties =
      vitrail_slide_list_properties (slide);
  for (guint i = 0; i < G_N_ELEMENTS (titles); i++) {
    g_autofree char *value = dup_values (properties, titles[i].keyword);
    if (value != NULL)
      append_words (box, _ (titles[i].title), value);
  }
  append_size (box, slide);
}
