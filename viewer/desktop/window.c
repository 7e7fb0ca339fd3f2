/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailViewerWindow: see window.h. Shows the session and sends it commands.
 */

#include "window.h"

#include "activewatch.h"
#include "bodypanel.h"
#include "cinebar.h"
#include "clipbar.h"
#include "curvepanel.h"
#include "folder.h"
#include "fusionpanel.h"
#include "keys.h"
#include "lookinto.h"
#include "merge.h"
#include "sessionactions.h"
#include "slidebar.h"
#include "slidepanel.h"
#include "studyahead.h"
#include "studypanel.h"
#include "toolstrip.h"
#include "viewportgrid.h"
#include "viewportslide.h"

#include <glib/gi18n.h>

/* How long it is told why something is not done. */
#define TOLD_S 10

struct _VitrailViewerWindow {
  AdwApplicationWindow parent_instance;

  VitrailSession *session;
  GObject *ahead;                /* fetches what may be shown next */
  GtkFileChooserNative *chooser; /* while it is open */
  GCancellable *looking;         /* while what is to be opened is looked into */
  char *told;       /* the session's error that was shown, or NULL */
  guint told_timer; /* until a reason goes away by itself, or 0 */

  AdwWindowTitle *title;
  GtkSpinner *spinner;
  GtkStack *stack;
  AdwStatusPage *empty_page;
  GtkWidget *message_box;
  GtkLabel *message;
  GtkBox *toolstrip;
  VitrailToolstrip tools;
  VitrailStudyPanel *panel;
  VitrailViewportGrid *grid;
  VitrailClipBar *clip_bar;
  GtkStack *bars;
  VitrailCineBar *cine_bar;
  VitrailSlideBar *slide_bar;
  VitrailSlidePanel *slide_panel;
  VitrailBodyPanel *body_panel;
  VitrailCurvePanel *curve_panel;
  VitrailFusionPanel *fusion_panel;
  GtkWidget *slide_button;
};

G_DEFINE_FINAL_TYPE (VitrailViewerWindow,
                     vitrail_viewer_window,
                     ADW_TYPE_APPLICATION_WINDOW)

/* What the session says */

static VitrailDataSet *
find_study (VitrailViewerWindow *self)
{
  GPtrArray *studies = vitrail_session_get_studies (self->session);
  const char *uid = vitrail_session_get_study (self->session);
  for (guint i = 0; uid != NULL && i < studies->len; i++) {
    VitrailDataSet *study = g_ptr_array_index (studies, i);
    if (vitrail_data_set_text_is (study, VITRAIL_TAG (0x0020, 0x000d), 0, uid))
      return study;
  }
  return NULL;
}

static void
update_title (VitrailViewerWindow *self)
{
  VitrailDataSet *study = find_study (self);
  g_autofree char *text =
      study != NULL ? vitrail_study_text (study) : g_strdup ("Vitrail");
  adw_window_title_set_title (self->title, text);
}

/* The first reason why there is nothing to be seen, to be freed; "" without. */
static char *
get_reason (VitrailViewerWindow *self)
{
  VitrailDataSource *source = vitrail_session_get_source (self->session);
  g_autoptr (GPtrArray) files =
      source != NULL ? vitrail_data_source_list_unreadable (source) : NULL;
  if (files == NULL || files->len == 0)
    return g_strdup ("");
  const VitrailUnreadable *first = g_ptr_array_index (files, 0);
  return g_strdup_printf ("\n%s: %s", first->path, first->reason);
}

static void
update_empty_page (VitrailViewerWindow *self)
{
  const char *error = vitrail_session_get_error (self->session);
  const char *location = vitrail_session_get_location (self->session);
  if (error != NULL) {
    g_autofree char *text = g_markup_escape_text (error, -1);
    adw_status_page_set_title (self->empty_page, _ ("It could not be opened"));
    adw_status_page_set_description (self->empty_page, text);
  } else if (vitrail_session_get_busy (self->session)) {
    adw_status_page_set_title (self->empty_page, _ ("Reading…"));
    adw_status_page_set_description (self->empty_page,
                                     location != NULL ? location : "");
  } else if (location != NULL) {
    g_autofree char *reason = get_reason (self);
    g_autofree char *text =
        g_markup_printf_escaped (_ ("No images were found in %s.%s"), location,
                                 reason);
    adw_status_page_set_title (self->empty_page, _ ("No images"));
    adw_status_page_set_description (self->empty_page, text);
  }
}

/* Over the pictures, until it is closed. */
static void
show_message (VitrailViewerWindow *self, const char *text)
{
  gtk_label_set_text (self->message, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->message_box),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_widget_set_visible (self->message_box, TRUE);
  g_clear_handle_id (&self->told_timer, g_source_remove);
}

static gboolean
forget_cb (gpointer user_data)
{
  VitrailViewerWindow *self = user_data;
  self->told_timer = 0;
  gtk_widget_set_visible (self->message_box, FALSE);
  return G_SOURCE_REMOVE;
}

/* Why something is not done: goes away by itself, and with Escape. */
static void
told_cb (VitrailViewerWindow *self, const char *text)
{
  show_message (self, text);
  self->told_timer = g_timeout_add_seconds (TOLD_S, forget_cb, self);
}

/* The empty page tells the error itself. */
static void
tell_error (VitrailViewerWindow *self)
{
  const char *error = vitrail_session_get_error (self->session);
  if (g_strcmp0 (error, self->told) == 0)
    return;
  g_free (self->told);
  self->told = g_strdup (error);
  if (error != NULL)
    show_message (self, error);
}

static void
update (VitrailViewerWindow *self)
{
  GPtrArray *studies = vitrail_session_get_studies (self->session);
  gtk_spinner_set_spinning (self->spinner,
                            self->looking != NULL ||
                                vitrail_session_get_busy (self->session));
  gboolean was_empty =
      g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "reading") !=
      0;
  gtk_stack_set_visible_child_name (self->stack,
                                    studies->len > 0 ? "reading" : "empty");
  if (was_empty && studies->len > 0)
    vitrail_viewport_grid_focus_active (self->grid);
  if (studies->len == 0)
    update_empty_page (self);
  else
    tell_error (self);
  update_title (self);
}

static void
focus_viewport (VitrailViewerWindow *self)
{
  vitrail_viewport_grid_focus_active (self->grid);
}

static void
viewport_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  VitrailViewerWindow *self = VITRAIL_VIEWER_WINDOW (widget);
  gtk_widget_set_visible (self->message_box, FALSE);
  vitrail_session_run (self->session, "cancel-drawing", NULL, NULL);
  focus_viewport (self);
}

/* The focus must not go with the panel: keys would reach nobody. */
static void
panel_folded_cb (VitrailViewerWindow *self)
{
  if (!gtk_widget_get_visible (GTK_WIDGET (self->panel)))
    focus_viewport (self);
}

static void
slide_panel_folded_cb (VitrailViewerWindow *self)
{
  if (!gtk_widget_get_visible (GTK_WIDGET (self->slide_panel)))
    focus_viewport (self);
}

/* What is for slides is there while the active viewport shows one. */
static void
update_kind (gpointer owner)
{
  VitrailViewerWindow *self = owner;
  gboolean is_slide = vitrail_viewport_is_slide (
      vitrail_session_get_active_viewport (self->session));
  gtk_stack_set_visible_child_name (self->bars, is_slide ? "slide" : "frames");
  gtk_widget_set_visible (self->slide_button, is_slide);
}

/* Opening */

static void
open_paths (VitrailViewerWindow *self, const char *const *paths)
{
  g_autofree char *merged = vitrail_merge_dup_location (paths);

  gtk_widget_set_visible (self->message_box, FALSE);
  if (merged != NULL || paths[1] == NULL) {
    vitrail_session_open_async (self->session,
                                merged != NULL ? merged : paths[0], NULL, NULL,
                                NULL);
    return;
  }
  g_autoptr (VitrailFolder) folder = vitrail_folder_new (paths, NULL);
  vitrail_session_set_source (self->session, VITRAIL_DATA_SOURCE (folder));
}

/* What was looked into, and for which window. */
typedef struct {
  VitrailViewerWindow *window;
  GCancellable *cancellable;
  char **paths;
} Looking;

static void
looking_free (Looking *looking)
{
  g_object_unref (looking->window);
  g_object_unref (looking->cancellable);
  g_strfreev (looking->paths);
  g_free (looking);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Looking *looking = user_data;
  VitrailViewerWindow *self = looking->window;
  g_autoptr (GError) error = NULL;
  gboolean found = vitrail_look_into_finish (result, &error);
  /* Something else may have been dropped since, or the window closed. */
  if (self->looking == looking->cancellable) {
    g_clear_object (&self->looking);
    if (found)
      open_paths (self, (const char *const *) looking->paths);
    else
      show_message (self, error->message);
    update (self);
  }
  looking_free (looking);
}

static void
look_into (VitrailViewerWindow *self, const char *const *paths)
{
  Looking *looking = g_new0 (Looking, 1);
  self->looking = g_cancellable_new ();
  looking->window = g_object_ref (self);
  looking->cancellable = g_object_ref (self->looking);
  looking->paths = g_strdupv ((char **) paths);
  vitrail_look_into_async (paths, self->looking, looked_cb, looking);
  update (self);
}

static void
stop_looking (VitrailViewerWindow *self)
{
  g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
}

/* The path of @file, or the URL that it stands for, or NULL. */
static char *
dup_location (GFile *file)
{
  char *path = g_file_get_path (file);
  g_autofree char *uri = path == NULL ? g_file_get_uri (file) : NULL;

  if (uri != NULL && vitrail_data_source_is_location (uri))
    return g_steal_pointer (&uri);
  return path;
}

void
vitrail_viewer_window_open (VitrailViewerWindow *self,
                            GFile *const *files,
                            guint n)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  for (guint i = 0; i < n; i++) {
    g_autofree char *path = dup_location (files[i]);
    if (path != NULL)
      g_strv_builder_add (builder, path);
  }
  g_auto (GStrv) paths = g_strv_builder_end (builder);
  stop_looking (self);
  if (paths[0] == NULL)
    show_message (self, _ ("Only files and folders of this machine and "
                           "archives over DICOMweb can be opened."));
  /* What cannot be read does not take the place of what can. */
  else if (vitrail_session_get_studies (self->session)->len > 0)
    look_into (self, (const char *const *) paths);
  else
    open_paths (self, (const char *const *) paths);
}

static void
open_list (VitrailViewerWindow *self, GSList *list)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new ();
  for (GSList *l = list; l != NULL; l = l->next)
    g_ptr_array_add (files, l->data);
  if (files->len > 0)
    vitrail_viewer_window_open (self, (GFile *const *) files->pdata,
                                files->len);
}

static void
response_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  VitrailViewerWindow *self = user_data;
  if (response == GTK_RESPONSE_ACCEPT) {
    g_autoptr (GListModel) files =
        gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
    GSList *list = NULL;
    for (guint i = g_list_model_get_n_items (files); i > 0; i--)
      list = g_slist_prepend (list, g_list_model_get_item (files, i - 1));
    open_list (self, list);
    g_slist_free_full (list, g_object_unref);
  }
  g_clear_object (&self->chooser);
}

static void
choose (VitrailViewerWindow *self,
        GtkFileChooserAction action,
        const char *title)
{
  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (title, GTK_WINDOW (self), action,
                                               _ ("_Open"), _ ("_Cancel"));
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (self->chooser), TRUE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (response_cb),
                           self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
open_folder_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  choose (VITRAIL_VIEWER_WINDOW (widget), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
          _ ("Open a Folder"));
}

static void
open_file_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  choose (VITRAIL_VIEWER_WINDOW (widget), GTK_FILE_CHOOSER_ACTION_OPEN,
          _ ("Open a File"));
}

static void
keys_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkWindow *window = vitrail_keys_new_window ();
  gtk_window_set_transient_for (window, GTK_WINDOW (widget));
  gtk_window_present (window);
}

static void
windows_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_menu_button_popup (VITRAIL_VIEWER_WINDOW (widget)->tools.windows);
}

static void
colors_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_menu_button_popup (VITRAIL_VIEWER_WINDOW (widget)->tools.colors);
}

static gboolean
drop_cb (GtkDropTarget *target,
         const GValue *value,
         double x,
         double y,
         gpointer user_data)
{
  GdkFileList *files = g_value_get_boxed (value);
  g_autoptr (GSList) list = gdk_file_list_get_files (files);
  open_list (user_data, list);
  return TRUE;
}

VitrailViewerWindow *
vitrail_viewer_window_new (AdwApplication *application)
{
  return g_object_new (VITRAIL_TYPE_VIEWER_WINDOW, "application", application,
                       NULL);
}

static gboolean
vitrail_viewer_window_close_request (GtkWindow *window)
{
  stop_looking (VITRAIL_VIEWER_WINDOW (window));
  vitrail_session_close (VITRAIL_VIEWER_WINDOW (window)->session);
  return GTK_WINDOW_CLASS (vitrail_viewer_window_parent_class)
      ->close_request (window);
}

static void
vitrail_viewer_window_dispose (GObject *object)
{
  VitrailViewerWindow *self = VITRAIL_VIEWER_WINDOW (object);
  g_clear_object (&self->chooser);
  stop_looking (self);
  g_clear_pointer (&self->told, g_free);
  g_clear_handle_id (&self->told_timer, g_source_remove);
  g_clear_object (&self->ahead);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vitrail_viewer_window_parent_class)->dispose (object);
}

#define BIND(name) \
  gtk_widget_class_bind_template_child (widget_class, VitrailViewerWindow, name)

static void
vitrail_viewer_window_class_init (VitrailViewerWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = vitrail_viewer_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = vitrail_viewer_window_close_request;
  g_type_ensure (VITRAIL_TYPE_STUDY_PANEL);
  g_type_ensure (VITRAIL_TYPE_VIEWPORT_GRID);
  g_type_ensure (VITRAIL_TYPE_CLIP_BAR);
  g_type_ensure (VITRAIL_TYPE_CINE_BAR);
  g_type_ensure (VITRAIL_TYPE_SLIDE_BAR);
  g_type_ensure (VITRAIL_TYPE_SLIDE_PANEL);
  g_type_ensure (VITRAIL_TYPE_BODY_PANEL);
  g_type_ensure (VITRAIL_TYPE_CURVE_PANEL);
  g_type_ensure (VITRAIL_TYPE_FUSION_PANEL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/vitrail/Viewer/window.ui");
  BIND (title);
  BIND (spinner);
  BIND (stack);
  BIND (empty_page);
  BIND (message_box);
  BIND (message);
  BIND (toolstrip);
  BIND (panel);
  BIND (grid);
  BIND (clip_bar);
  BIND (bars);
  BIND (cine_bar);
  BIND (slide_bar);
  BIND (slide_panel);
  BIND (body_panel);
  BIND (curve_panel);
  BIND (fusion_panel);
  BIND (slide_button);
  gtk_widget_class_install_action (widget_class, "win.open-folder", NULL,
                                   open_folder_cb);
  gtk_widget_class_install_action (widget_class, "win.open-file", NULL,
                                   open_file_cb);
  gtk_widget_class_install_action (widget_class, "win.keys", NULL, keys_cb);
  gtk_widget_class_install_action (widget_class, "win.windows", NULL,
                                   windows_cb);
  gtk_widget_class_install_action (widget_class, "win.colors", NULL, colors_cb);
  gtk_widget_class_install_action (widget_class, "win.viewport", NULL,
                                   viewport_cb);
}

static void
add_panel_actions (VitrailViewerWindow *self)
{
  g_autoptr (GPropertyAction) action =
      g_property_action_new ("panel", self->panel, "visible");
  g_autoptr (GPropertyAction) slide_action =
      g_property_action_new ("slide-panel", self->slide_panel, "unfolded");
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (action));
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (slide_action));
  g_autoptr (GPropertyAction) body_action =
      g_property_action_new ("body-panel", self->body_panel, "unfolded");
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (body_action));
}

static void
vitrail_viewer_window_init (VitrailViewerWindow *self)
{
  self->session = vitrail_session_new ();
  g_autoptr (GObject) actions =
      G_OBJECT (vitrail_session_actions_new (self->session));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "session",
                                  G_ACTION_GROUP (actions));
  gtk_widget_init_template (GTK_WIDGET (self));
  add_panel_actions (self);
  vitrail_toolstrip_fill (self->toolstrip, self->session, &self->tools);
  vitrail_study_panel_set_session (self->panel, self->session);
  vitrail_viewport_grid_set_session (self->grid, self->session);
  vitrail_clip_bar_set_session (self->clip_bar, self->session);
  vitrail_cine_bar_set_session (self->cine_bar, self->session);
  vitrail_slide_bar_set_session (self->slide_bar, self->session);
  vitrail_slide_panel_set_session (self->slide_panel, self->session);
  vitrail_body_panel_set_session (self->body_panel, self->session);
  vitrail_curve_panel_set_session (self->curve_panel, self->session);
  vitrail_fusion_panel_set_session (self->fusion_panel, self->session);
  vitrail_active_watch (self->session, G_OBJECT (self), update_kind);
  self->ahead = vitrail_study_ahead_new (self->session);

  gtk_widget_add_controller (adw_application_window_get_content (
                                 ADW_APPLICATION_WINDOW (self)),
                             vitrail_keys_new_controller ());
  GtkDropTarget *drop =
      gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
  g_signal_connect (drop, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));

  g_signal_connect_object (self->session, "studies-changed",
                           G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "display-sets-changed",
                           G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "told", G_CALLBACK (told_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->panel, "opened", G_CALLBACK (focus_viewport),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->panel, "notify::visible",
                           G_CALLBACK (panel_folded_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->slide_panel, "notify::visible",
                           G_CALLBACK (slide_panel_folded_cb), self,
                           G_CONNECT_SWAPPED);
  /* Its buttons are what the keys are for, not its scrolling. */
  gtk_widget_set_focusable (
      gtk_widget_get_first_child (GTK_WIDGET (self->empty_page)), FALSE);
  update (self);
}
