/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideAnnotations: see slideannotations.h. */

#include "slideannotations.h"

#include "cornertext.h"
#include "panelparts.h"

#include <glib/gi18n.h>

#include <math.h>
#include <string.h>

/* What a list of rows can hold; the picture shows all of them. */
#define MAX_ROWS 200u

/* Attached to rows. */
#define SET_KEY   "vitrail-set"
#define SHAPE_KEY "vitrail-shape"
/* To entries: what they were last made to say, and of which shape. */
#define SHOWN_KEY "vitrail-shown"

struct _VitrailSlideAnnotations {
  GtkWidget parent_instance;

  VitrailSession *session; /* the window's: it outlives us */
  GtkWidget *box;
  GtkListBox *list;
  GtkWidget *scroller;
  GtkLabel *more;
  GtkWidget *empty;
  GtkWidget *selected; /* what there is for the selected shape */
  GtkWidget *name;
  GtkWidget *label;
  GtkWidget *color;
  GtkLabel *error;
  GtkWidget *export_all;         /* where there are several sets */
  GtkFileChooserNative *chooser; /* while it is open */

  guint64 *serials; /* of the sets that the list is of */
  guint n_serials;
  gboolean updating; /* the widgets follow, nobody moves them */
};

G_DEFINE_FINAL_TYPE (VitrailSlideAnnotations,
                     vitrail_slide_annotations,
                     GTK_TYPE_WIDGET)

static VitrailViewport *
get_active (VitrailSlideAnnotations *self)
{
  return vitrail_session_get_active_viewport (self->session);
}

static void
run (VitrailSlideAnnotations *self, const char *name, GVariant *argument)
{
  g_autoptr (GError) error = NULL;
  if (!vitrail_session_run (self->session, name, argument, &error))
    g_debug ("%s", error->message);
}

/* The list */

static const char *
get_kind_name (VitrailShapeKind kind)
{
  static const char *const names[VITRAIL_N_SHAPE_KINDS] = {
    N_ ("Point"), N_ ("Line"), N_ ("Polygon"), N_ ("Rectangle"), N_ ("Ellipse")
  };
  return _ (names[kind]);
}

static void
draw_dot_cb (GtkDrawingArea *area,
             cairo_t *cr,
             int width,
             int height,
             gpointer user_data)
{
  guint rgb = GPOINTER_TO_UINT (user_data);
  cairo_set_source_rgb (cr, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0,
                        (rgb & 255) / 255.0);
  cairo_arc (cr, width / 2.0, height / 2.0, 5, 0, 2 * G_PI);
  cairo_fill (cr);
}

static GtkWidget *
make_dot (guint32 rgb)
{
  GtkWidget *dot = g_object_new (GTK_TYPE_DRAWING_AREA, "accessible-role",
                                 GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (dot), 12);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (dot), 12);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (dot), draw_dot_cb,
                                  GUINT_TO_POINTER (rgb), NULL);
  gtk_widget_set_valign (dot, GTK_ALIGN_CENTER);
  return dot;
}

static char *
dup_size (VitrailSlide *slide, const VitrailAnnotationSet *set, guint index)
{
  double mpp_um[2] = { 0, 0 };
  VitrailShapeSize size;
  if (!vitrail_slide_get_mpp_um (slide, mpp_um))
    mpp_um[0] = mpp_um[1] = 0;
  return vitrail_annotation_set_measure (set, index, mpp_um[0], mpp_um[1],
                                         &size)
             ? vitrail_size_text (&size)
             : g_strdup ("");
}

static GtkWidget *
make_row (VitrailSlide *slide, const VitrailAnnotationSet *set, guint index)
{
  VitrailShape shape;
  vitrail_annotation_set_get_shape (set, index, &shape);
  const VitrailAnnotationGroup *group =
      vitrail_annotation_set_get_group (set, shape.group);
  const char *given =
      vitrail_annotation_set_get_text (set, index, VITRAIL_ANNOTATION_NAME);
  g_autofree char *size = dup_size (slide, set, index);
  const char *title = given != NULL ? given : get_kind_name (shape.kind);
  gboolean has_label = group != NULL && *group->label != '\0';
  g_autofree char *second =
      g_strdup_printf ("%s%s%s", has_label ? group->label : "",
                       has_label && *size != '\0' ? " · " : "", size);
  g_autofree char *name = g_strdup_printf ("%s, %s", title, second);

  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (texts), vitrail_panel_label (title, "row-title"));
  if (*second != '\0')
    gtk_box_append (GTK_BOX (texts),
                    vitrail_panel_label (second, "row-subtitle"));
  gtk_box_append (GTK_BOX (box), make_dot (shape.rgb));
  gtk_box_append (GTK_BOX (box), texts);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  vitrail_panel_set_name (row, name);
  g_object_set_data_full (G_OBJECT (row), SET_KEY,
                          g_strdup (vitrail_annotation_set_get_name (set)),
                          g_free);
  g_object_set_data (G_OBJECT (row), SHAPE_KEY, GUINT_TO_POINTER (index));
  return row;
}

/* Whether the list is of other sets than these; they are noted. */
static gboolean
is_other (VitrailSlideAnnotations *self, GPtrArray *sets)
{
  g_autofree guint64 *serials = g_new (guint64, sets->len + 1);
  for (guint i = 0; i < sets->len; i++)
    serials[i] =
        vitrail_annotation_set_get_serial (g_ptr_array_index (sets, i));
  gboolean same =
      self->serials != NULL && self->n_serials == sets->len &&
      memcmp (serials, self->serials, sets->len * sizeof (guint64)) == 0;
  if (same)
    return FALSE;
  g_free (self->serials);
  self->serials = g_steal_pointer (&serials);
  self->n_serials = sets->len;
  return TRUE;
}

static void
fill_list (VitrailSlideAnnotations *self, VitrailSlide *slide, GPtrArray *sets)
{
  GtkListBoxRow *row;
  guint n_rows = 0;
  guint n_shapes = 0;
  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  for (guint i = 0; i < sets->len; i++) {
    const VitrailAnnotationSet *set = g_ptr_array_index (sets, i);
    guint n = vitrail_annotation_set_get_n_shapes (set);
    n_shapes += n;
    /* The newest first. */
    for (guint k = n; k > 0 && n_rows < MAX_ROWS; k--, n_rows++)
      gtk_list_box_append (self->list, make_row (slide, set, k - 1));
  }
  g_autofree char *more =
      g_strdup_printf (_ ("%u of %u are listed"), n_rows, n_shapes);
  gtk_label_set_text (self->more, more);
  gtk_widget_set_visible (GTK_WIDGET (self->more), n_shapes > n_rows);
  gtk_widget_set_visible (self->scroller, n_rows > 0);
  gtk_widget_set_visible (self->empty, n_rows == 0);
}

static void
select_row (VitrailSlideAnnotations *self, const char *set, guint shape)
{
  GtkListBoxRow *row;
  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL;
       i++)
  {
    GObject *object = G_OBJECT (row);
    if (set != NULL && g_str_equal (g_object_get_data (object, SET_KEY), set) &&
        GPOINTER_TO_UINT (g_object_get_data (object, SHAPE_KEY)) == shape)
    {
      gtk_list_box_select_row (self->list, row);
      return;
    }
  }
  gtk_list_box_unselect_all (self->list);
}

/* What somebody has typed but not entered yet stays, unless it is about
 * something else by now: another shape, or another text of this one. */
static void
set_entry (GtkWidget *entry, const char *of, const char *text)
{
  if (text == NULL)
    text = "";
  g_autofree char *shown = g_strconcat (of, "\n", text, NULL);
  if (g_strcmp0 (g_object_get_data (G_OBJECT (entry), SHOWN_KEY), shown) == 0)
    return;
  g_object_set_data_full (G_OBJECT (entry), SHOWN_KEY, g_steal_pointer (&shown),
                          g_free);
  if (!g_str_equal (gtk_editable_get_text (GTK_EDITABLE (entry)), text))
    gtk_editable_set_text (GTK_EDITABLE (entry), text);
}

static void
show_selected (VitrailSlideAnnotations *self, VitrailAnnotations *annotations)
{
  g_autofree char *name = NULL;
  VitrailShape shape;
  guint index = 0;
  gboolean there =
      vitrail_annotations_get_selected (annotations, &name, &index);
  g_autoptr (VitrailAnnotationSet) set =
      there ? vitrail_annotations_ref_named (annotations, name) : NULL;
  there = set != NULL && vitrail_annotation_set_get_shape (set, index, &shape);
  gtk_widget_set_visible (self->selected, there);
  select_row (self, there ? name : NULL, index);
  if (!there)
    return;
  const VitrailAnnotationGroup *group =
      vitrail_annotation_set_get_group (set, shape.group);
  const GdkRGBA rgba = { (float) (shape.rgb >> 16 & 255) / 255,
                         (float) (shape.rgb >> 8 & 255) / 255,
                         (float) (shape.rgb & 255) / 255, 1 };
  g_autofree char *of =
      g_strdup_printf ("%s\n%s\n%u",
                       vitrail_slide_get_id (vitrail_slide_work_get_slide (
                           vitrail_viewport_get_work (get_active (self)))),
                       name, index);
  set_entry (self->name, of,
             vitrail_annotation_set_get_text (set, index,
                                              VITRAIL_ANNOTATION_NAME));
  set_entry (self->label, of, group != NULL ? group->label : NULL);
  gtk_color_chooser_set_rgba (GTK_COLOR_CHOOSER (self->color), &rgba);
}

void
vitrail_slide_annotations_update (VitrailSlideAnnotations *self)
{
  VitrailSlideWork *work = vitrail_viewport_get_work (get_active (self));
  if (work == NULL || self->box == NULL)
    return;
  VitrailAnnotations *annotations = vitrail_slide_work_get_annotations (work);
  g_autoptr (GPtrArray) sets = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_annotation_set_unref);
  guint n = vitrail_annotations_get_n_sets (annotations);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (sets, vitrail_annotations_ref_set (annotations, i));
  self->updating = TRUE;
  gtk_widget_set_visible (self->export_all, sets->len > 1);
  if (is_other (self, sets))
    fill_list (self, vitrail_slide_work_get_slide (work), sets);
  show_selected (self, annotations);
  const char *error = vitrail_slide_work_get_error (work);
  gtk_label_set_text (self->error, error != NULL ? error : "");
  gtk_widget_set_visible (GTK_WIDGET (self->error), error != NULL);
  self->updating = FALSE;
}

/* Hands */

static void
row_selected_cb (VitrailSlideAnnotations *self, GtkListBoxRow *row)
{
  if (self->updating || row == NULL)
    return;
  run (self, "select-annotation",
       g_variant_new ("(su)", g_object_get_data (G_OBJECT (row), SET_KEY),
                      GPOINTER_TO_UINT (
                          g_object_get_data (G_OBJECT (row), SHAPE_KEY)) +
                          1));
}

static void
row_activated_cb (VitrailSlideAnnotations *self)
{
  run (self, "zoom-to-annotation", NULL);
}

static void
name_cb (VitrailSlideAnnotations *self)
{
  if (!self->updating)
    run (self, "name-annotation",
         g_variant_new_string (
             gtk_editable_get_text (GTK_EDITABLE (self->name))));
}

static void
label_cb (VitrailSlideAnnotations *self)
{
  GdkRGBA rgba;
  if (self->updating)
    return;
  gtk_color_chooser_get_rgba (GTK_COLOR_CHOOSER (self->color), &rgba);
  guint rgb = (guint) lround ((double) rgba.red * 255) << 16 |
              (guint) lround ((double) rgba.green * 255) << 8 |
              (guint) lround ((double) rgba.blue * 255);
  run (self, "label-annotation",
       g_variant_new ("(su)",
                      gtk_editable_get_text (GTK_EDITABLE (self->label)), rgb));
}

/* Files */

/* By what is chosen. */
static const struct {
  GtkFileChooserAction action;
  const char *title;
  const char *accept;
  const char *command;
} choices[] = {
  { GTK_FILE_CHOOSER_ACTION_OPEN, N_ ("Import Annotations"), N_ ("_Import"),
    "import-annotations" },
  { GTK_FILE_CHOOSER_ACTION_SAVE, N_ ("Export Annotations"), N_ ("_Export"),
    "export-annotations" },
  { GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, N_ ("Export All Annotations"),
    N_ ("_Export"), "export-all-annotations" },
};

static void
response_cb (GtkNativeDialog *dialog,
             int response,
             VitrailSlideAnnotations *self)
{
  GtkFileChooser *chooser = GTK_FILE_CHOOSER (dialog);
  GtkFileChooserAction action = gtk_file_chooser_get_action (chooser);
  g_autoptr (GFile) file = gtk_file_chooser_get_file (chooser);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    if (choices[i].action == action && response == GTK_RESPONSE_ACCEPT &&
        path != NULL)
      run (self, choices[i].command, g_variant_new_string (path));
  g_clear_object (&self->chooser);
}

static void
choose (VitrailSlideAnnotations *self, guint what)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  GtkFileChooserAction action = choices[what].action;
  if (self->chooser != NULL)
    return;
  self->chooser =
      gtk_file_chooser_native_new (_ (choices[what].title), window, action,
                                   _ (choices[what].accept), _ ("_Cancel"));
  if (action == GTK_FILE_CHOOSER_ACTION_SAVE)
    gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser),
                                       "annotations.geojson");
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (response_cb),
                           self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
import_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  choose (user_data, 0);
}

static void
export_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  choose (user_data, 1);
}

static void
export_all_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  choose (user_data, 2);
}

/* Made once */

static void
append_buttons (VitrailSlideAnnotations *self)
{
  static const struct {
    const char *icon;
    const char *action;
    const char *name;
  } buttons[] = {
    { "edit-undo-symbolic", "session.undo", N_ ("Undo (Ctrl+Z)") },
    { "edit-redo-symbolic", "session.redo", N_ ("Redo (Ctrl+Shift+Z)") },
    { "find-location-symbolic", "session.zoom-to-annotation",
      N_ ("Zoom to the selected shape (Shift+Z)") },
    { "user-trash-symbolic", "session.delete-annotation",
      N_ ("Delete the selected shape (Delete)") },
    { "document-open-symbolic", "annotations.import", N_ ("Import GeoJSON") },
    { "document-save-symbolic", "annotations.export", N_ ("Export GeoJSON") },
  };

  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);
  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++) {
    GtkWidget *button = gtk_button_new_from_icon_name (buttons[i].icon);
    gtk_actionable_set_action_name (GTK_ACTIONABLE (button), buttons[i].action);
    gtk_widget_add_css_class (button, "flat");
    gtk_widget_set_focus_on_click (button, FALSE);
    vitrail_panel_set_name (button, _ (buttons[i].name));
    gtk_box_append (GTK_BOX (row), button);
  }
  gtk_box_append (GTK_BOX (self->box), row);
}

static void
append_list (VitrailSlideAnnotations *self)
{
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Annotations"), -1);
  g_signal_connect_swapped (self->list, "row-selected",
                            G_CALLBACK (row_selected_cb), self);
  g_signal_connect_swapped (self->list, "row-activated",
                            G_CALLBACK (row_activated_cb), self);
  self->scroller = g_object_new (GTK_TYPE_SCROLLED_WINDOW, "hscrollbar-policy",
                                 GTK_POLICY_NEVER, "propagate-natural-height",
                                 TRUE, "max-content-height", 170, "visible",
                                 FALSE, "child", self->list, NULL);
  self->empty =
      vitrail_panel_label (_ ("Nothing is drawn yet"), "row-subtitle");
  self->more = GTK_LABEL (vitrail_panel_label ("", "row-subtitle"));
  gtk_box_append (GTK_BOX (self->box), self->empty);
  gtk_box_append (GTK_BOX (self->box), self->scroller);
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->more));
  self->export_all =
      vitrail_panel_text_button (_ ("Export all sets"),
                                 "annotations.export-all",
                                 _ ("Write each set into a folder as GeoJSON"));
  gtk_widget_set_visible (self->export_all, FALSE);
  gtk_box_append (GTK_BOX (self->box), self->export_all);
}

static GtkWidget *
make_entry (const char *what, const char *name)
{
  GtkWidget *entry = gtk_entry_new ();
  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), what);
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 8);
  gtk_widget_set_hexpand (entry, TRUE);
  vitrail_panel_set_name (entry, name);
  return entry;
}

static void
append_selected (VitrailSlideAnnotations *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  self->selected = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  self->name =
      make_entry (_ ("Name"), _ ("Name of the selected shape (Enter)"));
  self->label =
      make_entry (_ ("Label"), _ ("What the selected shape is (Enter)"));
  self->color = gtk_color_button_new ();
  vitrail_panel_set_name (self->color, _ ("Colour of this label"));
  /* What has the focus is the button in it. */
  vitrail_panel_set_name (gtk_widget_get_first_child (self->color),
                          _ ("Colour of this label"));
  g_signal_connect_swapped (self->name, "activate", G_CALLBACK (name_cb), self);
  g_signal_connect_swapped (self->label, "activate", G_CALLBACK (label_cb),
                            self);
  g_signal_connect_swapped (self->color, "color-set", G_CALLBACK (label_cb),
                            self);
  gtk_box_append (GTK_BOX (row), self->label);
  gtk_box_append (GTK_BOX (row), self->color);
  gtk_box_append (GTK_BOX (self->selected), self->name);
  gtk_box_append (GTK_BOX (self->selected), row);
  gtk_widget_set_visible (self->selected, FALSE);
  gtk_box_append (GTK_BOX (self->box), self->selected);
  self->error = GTK_LABEL (vitrail_panel_label ("", "problem"));
  gtk_label_set_ellipsize (self->error, PANGO_ELLIPSIZE_NONE);
  gtk_label_set_wrap (self->error, TRUE);
  gtk_label_set_wrap_mode (self->error, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (self->error, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->error), FALSE);
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->error));
}

GtkWidget *
vitrail_slide_annotations_new (VitrailSession *session)
{
  VitrailSlideAnnotations *self =
      g_object_new (VITRAIL_TYPE_SLIDE_ANNOTATIONS, NULL);
  self->session = session;
  return GTK_WIDGET (self);
}

static void
vitrail_slide_annotations_dispose (GObject *object)
{
  VitrailSlideAnnotations *self = VITRAIL_SLIDE_ANNOTATIONS (object);
  self->updating = TRUE; /* what goes away says so by changing */
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->serials, g_free);
  G_OBJECT_CLASS (vitrail_slide_annotations_parent_class)->dispose (object);
}

static void
vitrail_slide_annotations_class_init (VitrailSlideAnnotationsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = vitrail_slide_annotations_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
vitrail_slide_annotations_init (VitrailSlideAnnotations *self)
{
  static const GActionEntry entries[] = {
    { .name = "import", .activate = import_cb },
    { .name = "export", .activate = export_cb },
    { .name = "export-all", .activate = export_all_cb },
  };
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries,
                                   G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "annotations",
                                  G_ACTION_GROUP (actions));
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  gtk_box_append (GTK_BOX (self->box),
                  vitrail_panel_heading (_ ("ANNOTATIONS")));
  append_buttons (self);
  append_list (self);
  append_selected (self);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}
