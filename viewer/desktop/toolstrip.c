/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The tool strip: see toolstrip.h. */

#include "toolstrip.h"

#include "activewatch.h"
#include "fusing.h"
#include "pixel/colormap.h"
#include "viewportbody.h"
#include "viewportslide.h"
#include "viewportwaveform.h"

#include <glib/gi18n.h>

#include <string.h>

/* What a file may offer is without bound, a menu is not. */
#define MAX_WINDOWS 24

/* What a button is for. */
typedef enum {
  FRAMES = 1,
  SLIDES = 2,
  ALL = FRAMES | SLIDES,
} Kinds;

/* Attached to what is not for all. */
#define KINDS_KEY "vitrail-kinds"
/* Attached to the strip. */
#define SESSION_KEY "vitrail-session"

/* One row = one button, with an icon or a text; neither: a gap. */
typedef struct {
  const char *icon;
  const char *action;
  const char *name;
  const char *key;
  Kinds kinds;
  const char *text;
} Button;

/* clang-format off */
static const Button buttons[] = {
  { "display-brightness-symbolic", "session.set-tool::window-level", N_ ("Window and level"), "W", FRAMES },
  { "system-search-symbolic", "session.set-tool::zoom", N_ ("Zoom"), "Z", ALL },
  { "view-fullscreen-symbolic", "session.set-tool::pan", N_ ("Pan"), "P", ALL },
  { "view-continuous-symbolic", "session.set-tool::scroll", N_ ("Scroll"), "M", FRAMES },
  { "find-location-symbolic", "session.set-tool::crosshairs", N_ ("Crosshairs"), "Shift+X", FRAMES },
  { "vitrail-point-symbolic", "session.set-tool::point", N_ ("Point"), "X", ALL },
  { "vitrail-line-symbolic", "session.set-tool::line", N_ ("Line"), "D", ALL },
  { "vitrail-polygon-symbolic", "session.set-tool::polygon", N_ ("Polygon"), "G", ALL },
  { "vitrail-freehand-symbolic", "session.set-tool::freehand", N_ ("Freehand"), "F", ALL },
  { "vitrail-rectangle-symbolic", "session.set-tool::rectangle", N_ ("Rectangle"), "Q", ALL },
  { "vitrail-ellipse-symbolic", "session.set-tool::ellipse", N_ ("Ellipse"), "E", ALL },
  { .kinds = ALL },
  { "view-refresh-symbolic", "session.reset", N_ ("Reset"), "Space", ALL },
  { "zoom-fit-best-symbolic", "session.fit", N_ ("Fit to window"), "=", ALL },
  { "night-light-symbolic", "session.invert", N_ ("Invert"), "I", FRAMES },
  { "object-rotate-left-symbolic", "session.rotate-left", N_ ("Rotate left"), "L", ALL },
  { "object-rotate-right-symbolic", "session.rotate-right", N_ ("Rotate right"), "R", ALL },
  { "object-flip-horizontal-symbolic", "session.flip-horizontal", N_ ("Flip horizontally"), "H", ALL },
  { "object-flip-vertical-symbolic", "session.flip-vertical", N_ ("Flip vertically"), "V", ALL },
  { .kinds = ALL },
};

/* Behind the layouts. */
static const Button slide_buttons[] = {
  { "view-paged-symbolic", "session.mpr", N_ ("Planes through the volume"), "Ctrl+M", FRAMES },
  { "insert-link-symbolic", "session.toggle-cine-sync", N_ ("Cines play as one"), "Shift+Y", FRAMES },
  { .kinds = FRAMES },
  { "view-dual-symbolic", "session.compare-slides", N_ ("All slides of the case side by side"), "A", SLIDES },
  { "insert-link-symbolic", "session.toggle-sync", N_ ("Slides move as one"), "Y", SLIDES },
  { .kinds = SLIDES },
  { NULL, "session.set-magnification(1.0)", N_ ("Magnification 1×"), "1", SLIDES, "1×" },
  { NULL, "session.set-magnification(2.5)", N_ ("Magnification 2.5×"), "2", SLIDES, "2.5×" },
  { NULL, "session.set-magnification(5.0)", N_ ("Magnification 5×"), "3", SLIDES, "5×" },
  { NULL, "session.set-magnification(10.0)", N_ ("Magnification 10×"), "4", SLIDES, "10×" },
  { NULL, "session.set-magnification(20.0)", N_ ("Magnification 20×"), "5", SLIDES, "20×" },
  { NULL, "session.set-magnification(40.0)", N_ ("Magnification 40×"), "6", SLIDES, "40×" },
};

static const struct {
  const char *action;
  const char *name;
} layouts[] = {
  { "session.layout((uint32 1, uint32 1))", N_ ("One viewport") },
  { "session.layout((uint32 1, uint32 2))", N_ ("Two side by side") },
  { "session.layout((uint32 2, uint32 1))", N_ ("Two one above the other") },
  { "session.layout((uint32 2, uint32 2))", N_ ("Four") },
  { "session.layout((uint32 2, uint32 3))", N_ ("Six") },
  { "session.layout((uint32 3, uint32 3))", N_ ("Nine") },
  { "session.stress-stages", N_ ("Stress echo: stages of one view") },
  { "session.stress-views", N_ ("Stress echo: views of one stage") },
};

/* In the order of the command window-preset. */
static const char *const ct_windows[] = {
  N_ ("Soft tissue"),
  N_ ("Lung"),
  N_ ("Liver"),
  N_ ("Bone"),
};

/* clang-format on */

static GtkWidget *
make_button (const Button *row)
{
  gboolean has_state = g_str_has_prefix (row->action, "session.set-tool") ||
                       g_str_has_prefix (row->action, "session.toggle-");
  GtkWidget *button = has_state ? gtk_toggle_button_new () : gtk_button_new ();
  g_autofree char *tip = g_strdup_printf ("%s (%s)", _ (row->name), row->key);
  if (row->icon != NULL)
    gtk_button_set_icon_name (GTK_BUTTON (button), row->icon);
  else
    gtk_button_set_label (GTK_BUTTON (button), row->text);
  gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (button),
                                           row->action);
  gtk_widget_set_tooltip_text (button, tip);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_focus_on_click (button, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ (row->name),
                                  -1);
  return button;
}

static GtkWidget *
make_gap (void)
{
  GtkWidget *gap = gtk_separator_new (GTK_ORIENTATION_VERTICAL);
  gtk_widget_set_margin_start (gap, 4);
  gtk_widget_set_margin_end (gap, 4);
  gtk_widget_set_margin_top (gap, 5);
  gtk_widget_set_margin_bottom (gap, 5);
  return gap;
}

/* Text of the data, as it is: an underscore marks no key. */
static void
append_item (GMenu *menu, const char *text, const char *action)
{
  g_autoptr (GString) label = g_string_new (text);
  g_string_replace (label, "_", "__", 0);
  g_menu_append (menu, label->str, action);
}

static GtkMenuButton *
make_menu_button (const char *name, const char *key)
{
  GtkWidget *button = gtk_menu_button_new ();
  g_autofree char *tip =
      key != NULL ? g_strdup_printf ("%s (%s)", name, key) : g_strdup (name);
  gtk_widget_set_tooltip_text (button, tip);
  gtk_widget_add_css_class (button, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return GTK_MENU_BUTTON (button);
}

/* Something has been chosen, or not: keys are for the pictures again. */
static void
closed_cb (GtkWidget *button)
{
  gtk_widget_activate_action (button, "win.viewport", NULL);
}

static void
set_menu (GtkMenuButton *button, GMenu *menu)
{
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
  g_signal_connect_object (gtk_menu_button_get_popover (button), "closed",
                           G_CALLBACK (closed_cb), button, G_CONNECT_SWAPPED);
}

static GtkMenuButton *
make_layout_button (void)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  for (guint i = 0; i < G_N_ELEMENTS (layouts); i++)
    g_menu_append (menu, _ (layouts[i].name), layouts[i].action);
  GtkMenuButton *button = make_menu_button (_ ("Layout"), NULL);
  set_menu (button, menu);
  gtk_menu_button_set_icon_name (button, "view-grid-symbolic");
  return button;
}

/* Windows: those of the data with their explanations, then those that its
 * modality goes with. */

static void
append_own (GMenu *menu, const VitrailFrameInfo *info)
{
  g_autoptr (GMenu) section = g_menu_new ();
  guint n = MIN (vitrail_frame_info_get_n_voi (info), MAX_WINDOWS);
  for (guint i = 0; i < n; i++) {
    g_autofree char *name = vitrail_frame_info_dup_voi_name (info, i);
    g_autofree char *action = g_strdup_printf ("session.voi(uint32 %u)", i + 1);
    const VitrailWindow *window =
        i >= info->n_voi_luts ? &info->windows[i - info->n_voi_luts] : NULL;
    g_autofree char *text =
        window != NULL && window->explanation != NULL &&
                *window->explanation != '\0'
            ? g_strdup_printf (_ ("%s  (W %g  L %g)"), name, window->width,
                               window->center)
            : g_strdup (name);
    append_item (section, text, action);
  }
  if (n > 0)
    g_menu_append_section (menu, _ ("From the image"), G_MENU_MODEL (section));
}

static void
append_of_modality (GMenu *menu, const VitrailFrameInfo *info)
{
  g_autoptr (GMenu) section = g_menu_new ();
  if (strcmp (info->modality, "CT") != 0)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (ct_windows); i++) {
    g_autofree char *action =
        g_strdup_printf ("session.window-preset(uint32 %u)", i + 1);
    g_menu_append (section, _ (ct_windows[i]), action);
  }
  g_menu_append_section (menu, _ ("CT"), G_MENU_MODEL (section));
}

static gboolean
is_plane (VitrailViewport *viewport)
{
  const VitrailDisplaySet *set = vitrail_viewport_get_display_set (viewport);
  return set != NULL && set->kind == VITRAIL_DISPLAY_SET_PLANE;
}

/* How much of a volume a plane shows. */
static void
append_slabs (GMenu *menu)
{
  static const double millimetres[] = { 2, 5, 10, 20, 50 };
  static const char *const modes[][2] = {
    { N_ ("Maximum"), "session.slab-mode::maximum" },
    { N_ ("Minimum"), "session.slab-mode::minimum" },
    { N_ ("Mean"), "session.slab-mode::mean" },
    { N_ ("Sum"), "session.slab-mode::sum" },
  };
  g_autoptr (GMenu) slabs = g_menu_new ();
  g_autoptr (GMenu) shown = g_menu_new ();
  g_menu_append (slabs, _ ("None"), "session.slab(0.0)");
  for (guint i = 0; i < G_N_ELEMENTS (millimetres); i++) {
    g_autofree char *name = g_strdup_printf (_ ("%g mm"), millimetres[i]);
    g_autofree char *action =
        g_strdup_printf ("session.slab(%.1f)", millimetres[i]);
    g_menu_append (slabs, name, action);
  }
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    g_menu_append (shown, _ (modes[i][0]), modes[i][1]);
  g_menu_append_section (menu, _ ("Slab"), G_MENU_MODEL (slabs));
  g_menu_append_section (menu, _ ("Shows"), G_MENU_MODEL (shown));
}

/* A volume over time: what is made of the points in time that are played. */
static void
append_times (GMenu *menu, VitrailViewport *viewport)
{
  static const char *const made[][2] = {
    { N_ ("One after the other"), "session.go-to-time(uint32 1)" },
    { N_ ("Mean"), "session.combine-times(('mean', ''))" },
    { N_ ("Maximum"), "session.combine-times(('maximum', ''))" },
    { N_ ("Sum"), "session.combine-times(('sum', ''))" },
    { N_ ("First less the others"), "session.combine-times(('subtract', ''))" },
  };
  g_autoptr (GMenu) times = g_menu_new ();
  if (vitrail_viewport_get_n_times (viewport) < 2)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (made); i++)
    g_menu_append (times, _ (made[i][0]), made[i][1]);
  g_menu_append_section (menu, _ ("Points in time that are played"),
                         G_MENU_MODEL (times));
}

/* What may lie over the planes or in the body. */
static void
append_layers (GMenu *menu, VitrailSession *session)
{
  g_autoptr (GPtrArray) sets = vitrail_session_list_layers (session);
  g_autoptr (GMenu) layers = g_menu_new ();
  if (sets == NULL || sets->len == 0)
    return;
  g_menu_append (layers, _ ("None"), "session.unfuse");
  for (guint i = 0; i < MIN (sets->len, MAX_WINDOWS); i++) {
    const VitrailDisplaySet *set = g_ptr_array_index (sets, i);
    g_autofree char *text =
        g_strdup_printf ("%s  %s", set->modality, set->label);
    g_autoptr (GString) label = g_string_new (text);
    g_string_replace (label, "_", "__", 0);
    g_autoptr (GMenuItem) item = g_menu_item_new (label->str, NULL);
    g_menu_item_set_action_and_target (item, "session.fuse", "s", set->id);
    g_menu_append_item (layers, item);
  }
  g_menu_append_section (menu, _ ("Layer over it"), G_MENU_MODEL (layers));
}

/* How the page of a waveform looks. */
static void
append_of_waveform (GMenu *menu)
{
  static const char *const leads[][2] = {
    { N_ ("3 × 4"), "session.ecg-layout::3x4" },
    { N_ ("3 × 4 and lead II"), "session.ecg-layout::3x4+1" },
    { N_ ("6 × 2"), "session.ecg-layout::6x2" },
    { N_ ("12 × 1"), "session.ecg-layout::12x1" },
  };
  static const char *const filters[][2] = {
    { N_ ("None"), "session.ecg-filter((0.0, 0.0, 0.0))" },
    { N_ ("0.05 to 150 Hz"), "session.ecg-filter((0.05, 150.0, 0.0))" },
    { N_ ("0.5 to 40 Hz"), "session.ecg-filter((0.5, 40.0, 0.0))" },
    { N_ ("0.5 to 40 Hz, without 50 Hz"),
      "session.ecg-filter((0.5, 40.0, 50.0))" },
    { N_ ("0.5 to 40 Hz, without 60 Hz"),
      "session.ecg-filter((0.5, 40.0, 60.0))" },
  };
  g_autoptr (GMenu) layouts_of_leads = g_menu_new ();
  g_autoptr (GMenu) bands = g_menu_new ();
  for (guint i = 0; i < G_N_ELEMENTS (leads); i++)
    g_menu_append (layouts_of_leads, _ (leads[i][0]), leads[i][1]);
  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    g_menu_append (bands, _ (filters[i][0]), filters[i][1]);
  g_menu_append_section (menu, _ ("Leads"), G_MENU_MODEL (layouts_of_leads));
  g_menu_append_section (menu, _ ("Filter"), G_MENU_MODEL (bands));
}

/* How a body is seen. */
static void
append_of_body (GMenu *menu)
{
  static const char *const modes[][2] = {
    { N_ ("Maximum"), "session.render-mode::maximum" },
    { N_ ("Minimum"), "session.render-mode::minimum" },
    { N_ ("Mean"), "session.render-mode::mean" },
    { N_ ("Surface"), "session.render-mode::surface" },
  };
  g_autoptr (GMenu) presets = g_menu_new ();
  g_autoptr (GMenu) others = g_menu_new ();
  guint n = 0;
  const VitrailTransfer *all = vitrail_transfer_get_presets (&n);
  for (guint i = 0; i < n; i++) {
    g_autofree char *action =
        g_strdup_printf ("session.render-preset::%s", all[i].name);
    g_menu_append (presets, all[i].name, action);
  }
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    g_menu_append (others, _ (modes[i][0]), modes[i][1]);
  g_autoptr (GMenu) cuts = g_menu_new ();
  g_menu_append (cuts, _ ("Turn it"), "session.set-tool::window-level");
  g_menu_append (cuts, _ ("Crop by its box"), "session.set-tool::crop");
  g_menu_append (cuts, _ ("Cut out what is drawn round"),
                 "session.set-tool::cut-inside");
  g_menu_append (cuts, _ ("Cut off what is around"),
                 "session.set-tool::cut-outside");
  g_menu_append (cuts, _ ("The whole body again"), "session.reset-cuts");
  g_menu_append_section (menu, _ ("Hand"), G_MENU_MODEL (cuts));
  g_menu_append_section (menu, _ ("Projections"), G_MENU_MODEL (others));
  g_menu_append (menu, _ ("Change colours and opacities"), "win.body-panel");
  g_menu_append (menu, _ ("Next segmentation, or none"),
                 "session.next-segmentation");
  g_menu_append_section (menu, _ ("Colours"), G_MENU_MODEL (presets));
}

/* Made when it is opened: of what is shown then. */
static void
fill_windows_cb (GtkMenuButton *button, gpointer user_data)
{
  VitrailSession *session = user_data;
  g_autoptr (GMenu) menu = g_menu_new ();
  g_auto (VitrailShownState) shown = { 0 };
  vitrail_viewport_get_shown (vitrail_session_get_active_viewport (session),
                              &shown);
  if (vitrail_viewport_is_body (vitrail_session_get_active_viewport (session)))
  {
    append_of_body (menu);
    append_layers (menu, session);
  } else if (vitrail_viewport_get_waveform (
                 vitrail_session_get_active_viewport (session)) != NULL)
    append_of_waveform (menu);
  else if (shown.info != NULL && shown.info->format.samples == 1 &&
           shown.info->palette == NULL)
  {
    append_own (menu, shown.info);
    append_of_modality (menu, shown.info);
    if (is_plane (vitrail_session_get_active_viewport (session))) {
      append_slabs (menu);
      append_layers (menu, session);
    }
  }
  append_times (menu, vitrail_session_get_active_viewport (session));
  if (g_menu_model_get_n_items (G_MENU_MODEL (menu)) == 0)
    g_menu_append (menu, _ ("This image brings no windows"), "session.none");
  set_menu (button, menu);
}

static GtkMenuButton *
make_windows_button (VitrailSession *session)
{
  GtkMenuButton *button = make_menu_button (_ ("Windows"), "Shift+W");
  gtk_menu_button_set_label (button, _ ("Windows"));
  gtk_menu_button_set_create_popup_func (button, fill_windows_cb, session,
                                         NULL);
  return button;
}

static GtkMenuButton *
make_colors_button (void)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  const char *const *names = vitrail_colormap_list ();
  for (guint i = 0; names[i] != NULL; i++) {
    g_autoptr (GMenuItem) item = g_menu_item_new (NULL, NULL);
    g_autoptr (GString) label = g_string_new (names[i]);
    g_string_replace (label, "_", "__", 0);
    g_menu_item_set_label (item, label->str);
    g_menu_item_set_action_and_target (item, "session.colormap", "s", names[i]);
    g_menu_append_item (menu, item);
  }
  GtkMenuButton *button = make_menu_button (_ ("Colours"), "K");
  set_menu (button, menu);
  gtk_menu_button_set_label (button, _ ("Colours"));
  return button;
}

static GtkWidget *
make_overlays_button (void)
{
  GtkWidget *button = gtk_toggle_button_new_with_label (_ ("Overlays"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button),
                                  "session.overlays-toggle");
  gtk_widget_set_tooltip_text (button,
                               _ ("Overlay planes of the data (Shift+O)"));
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_focus_on_click (button, FALSE);
  return button;
}

static void
append (GtkBox *strip, GtkWidget *child, Kinds kinds)
{
  g_object_set_data (G_OBJECT (child), KINDS_KEY, GUINT_TO_POINTER (kinds));
  gtk_box_append (strip, child);
}

static void
append_rows (GtkBox *strip, const Button *rows, guint n)
{
  for (guint i = 0; i < n; i++)
    append (strip,
            rows[i].action != NULL ? make_button (&rows[i]) : make_gap (),
            rows[i].kinds);
}

/* Only what acts on what is shown is there. */
static void
update_kinds (gpointer owner)
{
  VitrailSession *session = g_object_get_data (owner, SESSION_KEY);
  VitrailViewport *active = vitrail_session_get_active_viewport (session);
  Kinds now = vitrail_viewport_is_slide (active) ? SLIDES : FRAMES;
  for (GtkWidget *child = gtk_widget_get_first_child (owner); child != NULL;
       child = gtk_widget_get_next_sibling (child))
  {
    guint kinds =
        GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (child), KINDS_KEY));
    gtk_widget_set_visible (child, (kinds & now) != 0);
  }
}

void
vitrail_toolstrip_fill (GtkBox *strip,
                        VitrailSession *session,
                        VitrailToolstrip *parts)
{
  append_rows (strip, buttons, G_N_ELEMENTS (buttons));
  parts->windows = make_windows_button (session);
  parts->colors = make_colors_button ();
  append (strip, GTK_WIDGET (make_layout_button ()), ALL);
  append_rows (strip, slide_buttons, G_N_ELEMENTS (slide_buttons));
  append (strip, GTK_WIDGET (parts->windows), FRAMES);
  append (strip, GTK_WIDGET (parts->colors), FRAMES);
  append (strip, make_overlays_button (), FRAMES);
  g_object_set_data (G_OBJECT (strip), SESSION_KEY, session);
  vitrail_active_watch (session, G_OBJECT (strip), update_kinds);
}
