/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailStudyPanel: see studypanel.h. */

#include "studypanel.h"

#include "activewatch.h"
#include "cornertext.h"
#include "dicom/personname.h"
#include "thumbnail.h"

#include <glib/gi18n.h>

#include <string.h>

#define TAG_STUDY_DATE        VITRAIL_TAG (0x0008, 0x0020)
#define TAG_MODALITIES        VITRAIL_TAG (0x0008, 0x0061)
#define TAG_STUDY_DESCRIPTION VITRAIL_TAG (0x0008, 0x1030)
#define TAG_PATIENT_NAME      VITRAIL_TAG (0x0010, 0x0010)
#define TAG_PATIENT_ID        VITRAIL_TAG (0x0010, 0x0020)
#define TAG_STUDY             VITRAIL_TAG (0x0020, 0x000d)

/* Unreadable files that are named. */
#define MAX_LISTED 200

/* What a row stands for. */
#define ID_KEY "vitrail-id"

struct _VitrailStudyPanel {
  GtkWidget parent_instance;

  VitrailSession *session;
  GCancellable *cancellable; /* of the thumbnails under way */

  GtkWidget *box;
  GtkWidget *studies_heading;
  GtkWidget *studies_window;
  GtkWidget *series_heading;
  GtkWidget *unreadable;
  GtkLabel *unreadable_list;
  GtkListBox *studies;
  GtkListBox *series;
};

enum {
  SIGNAL_OPENED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (VitrailStudyPanel, vitrail_study_panel, GTK_TYPE_WIDGET)

/* Texts */

/* "20240501" -> "2024-05-01"; other texts as they are. */
static char *
date_text (const char *date)
{
  if (date == NULL || strlen (date) != 8 || strspn (date, "0123456789") != 8)
    return g_strdup (date != NULL ? date : "");
  return g_strdup_printf ("%.4s-%.2s-%.2s", date, date + 4, date + 6);
}

static char *
join (const char *const *parts, const char *separator)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; parts[i] != NULL; i++) {
    if (*parts[i] == '\0')
      continue;
    if (text->len > 0)
      g_string_append (text, separator);
    g_string_append (text, parts[i]);
  }
  return g_string_free (text, FALSE);
}

static char *
get_text (VitrailDataSet *study, VitrailTag tag)
{
  char *text = vitrail_data_set_dup_strings (study, tag);
  return text != NULL ? g_strdelimit (text, "\\", '/') : g_strdup ("");
}

static char *
get_person (VitrailDataSet *study)
{
  g_autofree char *name = get_text (study, TAG_PATIENT_NAME);
  g_autofree char *person = vitrail_person_name_format (name);
  if (*person != '\0')
    return g_steal_pointer (&person);
  g_autofree char *id = get_text (study, TAG_PATIENT_ID);
  if (*id != '\0')
    return g_steal_pointer (&id);
  g_autofree char *description = get_text (study, TAG_STUDY_DESCRIPTION);
  return g_strdup (*description != '\0' ? description : _ ("No name"));
}

char *
vitrail_study_text (VitrailDataSet *study)
{
  g_autofree char *person = get_person (study);
  g_autofree char *raw = get_text (study, TAG_STUDY_DATE);
  g_autofree char *date = date_text (raw);
  g_autofree char *id = get_text (study, TAG_PATIENT_ID);
  const char *parts[] = { person, strcmp (id, person) != 0 ? id : "", date,
                          NULL };
  return join (parts, " · ");
}

static char *
study_subtitle (VitrailDataSet *study, const char *title)
{
  g_autofree char *raw = get_text (study, TAG_STUDY_DATE);
  g_autofree char *date = date_text (raw);
  g_autofree char *modalities = get_text (study, TAG_MODALITIES);
  g_autofree char *description = get_text (study, TAG_STUDY_DESCRIPTION);
  const char *parts[] = { date, modalities,
                          strcmp (description, title) != 0 ? description : "",
                          NULL };
  return join (parts, " · ");
}

static char *
series_subtitle (const VitrailDisplaySet *set)
{
  const char *modality = set->modality != NULL ? set->modality : "";
  switch (set->kind) {
  case VITRAIL_DISPLAY_SET_STACK:
    return g_strdup_printf (g_dngettext (NULL, "%s · %u image",
                                         "%s · %u images", set->n_positions),
                            modality, set->n_positions);
  case VITRAIL_DISPLAY_SET_CINE:
    return g_strdup_printf (_ ("%s · %u frames"), modality, set->n_positions);
  case VITRAIL_DISPLAY_SET_SLIDE:
    return g_strdup_printf (_ ("%s · slide"), modality);
  case VITRAIL_DISPLAY_SET_WAVEFORM:
    return g_strdup_printf (_ ("%s · waveform"), modality);
  case VITRAIL_DISPLAY_SET_UNSUPPORTED:
  default:
    return g_strdup_printf ("%s · %s", modality, set->reason);
  }
}

/* Rows */

static GtkWidget *
make_label (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, style);
  return label;
}

static GtkWidget *
make_texts (const char *title, const char *subtitle, int lines)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (box, TRUE);
  gtk_box_append (GTK_BOX (box), make_label (title, "row-title"));
  GtkWidget *second = make_label (subtitle, "row-subtitle");
  gtk_label_set_wrap (GTK_LABEL (second), lines > 1);
  gtk_label_set_lines (GTK_LABEL (second), lines);
  gtk_box_append (GTK_BOX (box), second);
  return box;
}

static GtkWidget *
make_row (GtkWidget *child,
          const char *id,
          const char *title,
          const char *subtitle)
{
  GtkWidget *row = gtk_list_box_row_new ();
  g_autofree char *name = g_strdup_printf ("%s, %s", title, subtitle);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), child);
  gtk_widget_set_tooltip_text (row, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data_full (G_OBJECT (row), ID_KEY, g_strdup (id), g_free);
  return row;
}

static GtkWidget *
make_study_row (VitrailDataSet *study)
{
  g_autofree char *title = get_person (study);
  g_autofree char *subtitle = study_subtitle (study, title);
  g_autofree char *uid = vitrail_data_set_dup_string (study, TAG_STUDY, 0);
  return make_row (make_texts (title, subtitle, 1), uid, title, subtitle);
}

static void
thumbnail_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkImage) image = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture =
      vitrail_thumbnail_load_finish (result, &error);
  if (texture != NULL)
    gtk_image_set_from_paintable (image, GDK_PAINTABLE (texture));
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_debug ("thumbnail: %s", error->message);
    gtk_widget_set_tooltip_text (GTK_WIDGET (image), error->message);
  }
}

static GtkWidget *
make_thumbnail (VitrailStudyPanel *self, VitrailDisplaySet *set)
{
  /* The row says what it is a picture of. */
  GtkWidget *image = g_object_new (GTK_TYPE_IMAGE, "accessible-role",
                                   GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  gtk_image_set_pixel_size (GTK_IMAGE (image), VITRAIL_THUMBNAIL_PX);
  gtk_widget_set_valign (image, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (image, "thumbnail");
  if (set->kind == VITRAIL_DISPLAY_SET_UNSUPPORTED) {
    gtk_image_set_from_icon_name (GTK_IMAGE (image),
                                  "x-office-document-symbolic");
    gtk_widget_add_css_class (image, "unsupported");
  } else
    vitrail_thumbnail_load_async (vitrail_session_get_source (self->session),
                                  set, self->cancellable, thumbnail_cb,
                                  g_object_ref (image));
  return image;
}

/* What is the matter with it, to be read under the pointer and aloud. */
static void
add_messages (GtkBox *box, const VitrailDisplaySet *set)
{
  g_autofree char *messages = vitrail_display_set_dup_messages (set);

  /* A reason is in the row already. */
  if (messages == NULL || set->kind == VITRAIL_DISPLAY_SET_UNSUPPORTED)
    return;
  GtkWidget *badge =
      g_object_new (GTK_TYPE_IMAGE, "icon-name", "dialog-warning-symbolic",
                    "accessible-role", GTK_ACCESSIBLE_ROLE_IMG, NULL);
  gtk_widget_set_valign (badge, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (badge, "series-warning");
  gtk_widget_set_tooltip_text (badge, messages);
  gtk_accessible_update_property (GTK_ACCESSIBLE (badge),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, messages, -1);
  gtk_box_append (box, badge);
}

static GtkWidget *
make_series_row (VitrailStudyPanel *self, VitrailDisplaySet *set)
{
  g_autofree char *subtitle = series_subtitle (set);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_box_append (GTK_BOX (box), make_thumbnail (self, set));
  gtk_box_append (GTK_BOX (box), make_texts (set->label, subtitle, 2));
  add_messages (GTK_BOX (box), set);
  return make_row (box, set->id, set->label, subtitle);
}

/* Lists */

static void
clear_list (GtkListBox *list)
{
  GtkListBoxRow *row;
  while ((row = gtk_list_box_get_row_at_index (list, 0)) != NULL)
    gtk_list_box_remove (list, GTK_WIDGET (row));
}

static const char *
get_row_id (GtkListBoxRow *row)
{
  return g_object_get_data (G_OBJECT (row), ID_KEY);
}

static void
select_id (GtkListBox *list, const char *id)
{
  GtkListBoxRow *row;
  for (int i = 0; (row = gtk_list_box_get_row_at_index (list, i)) != NULL; i++)
  {
    if (g_strcmp0 (get_row_id (row), id) == 0) {
      gtk_list_box_select_row (list, row);
      return;
    }
  }
  gtk_list_box_unselect_all (list);
}

/* How many files could not be taken in; the first of them, with the reason,
 * behind the button. */
static void
update_unreadable (VitrailStudyPanel *self)
{
  VitrailDataSource *source = vitrail_session_get_source (self->session);
  g_autoptr (GPtrArray) files =
      source != NULL ? vitrail_data_source_list_unreadable (source) : NULL;
  guint n = files != NULL ? files->len : 0;
  g_autofree char *text =
      g_strdup_printf (g_dngettext (NULL, "%u file could not be read",
                                    "%u files could not be read", n),
                       n);
  g_autoptr (GString) list = g_string_new (NULL);
  for (guint i = 0; i < MIN (n, MAX_LISTED); i++) {
    const VitrailUnreadable *file = g_ptr_array_index (files, i);
    g_string_append_printf (list, "%s%s: %s", i > 0 ? "\n" : "", file->path,
                            file->reason);
  }
  if (n > MAX_LISTED)
    g_string_append (list, "\n…");
  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->unreadable), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->unreadable),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_label_set_text (self->unreadable_list, list->str);
  gtk_widget_set_visible (self->unreadable, n > 0);
}

static void
update_studies (VitrailStudyPanel *self)
{
  GPtrArray *studies = vitrail_session_get_studies (self->session);
  clear_list (self->studies);
  for (guint i = 0; i < studies->len; i++)
    gtk_list_box_append (self->studies,
                         make_study_row (g_ptr_array_index (studies, i)));
  g_autofree char *heading = g_strdup_printf (_ ("STUDIES  %u"), studies->len);
  gtk_label_set_text (GTK_LABEL (self->studies_heading), heading);
  update_unreadable (self);
  select_id (self->studies, vitrail_session_get_study (self->session));
}

static void
update_selection (VitrailStudyPanel *self)
{
  if (self->session == NULL) /* going away */
    return;
  const VitrailDisplaySet *set = vitrail_viewport_get_display_set (
      vitrail_session_get_active_viewport (self->session));
  select_id (self->studies, vitrail_session_get_study (self->session));
  select_id (self->series, set != NULL ? set->id : NULL);
}

static void
update_selection_cb (gpointer owner)
{
  update_selection (owner);
}

static void
update_series (VitrailStudyPanel *self)
{
  GPtrArray *sets = vitrail_session_get_display_sets (self->session);
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  clear_list (self->series);
  /* Of one priority the newest request is served first: from the last one on,
   * so that the first comes first. */
  for (guint i = sets->len; i > 0; i--)
    gtk_list_box_prepend (
        self->series, make_series_row (self, g_ptr_array_index (sets, i - 1)));
  g_autofree char *heading = sets->len > 0
                                 ? g_strdup_printf (_ ("SERIES  %u"), sets->len)
                                 : g_strdup (_ ("SERIES"));
  gtk_label_set_text (GTK_LABEL (self->series_heading), heading);
  update_selection (self);
}

/* Arrows select as they go; left without a choice, a list says again what is
 * shown. */
static void
watch_focus (VitrailStudyPanel *self, GtkListBox *list)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();
  g_signal_connect_object (focus, "leave", G_CALLBACK (update_selection), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (list), focus);
}

static void
activate (VitrailStudyPanel *self, const char *command, GtkListBoxRow *row)
{
  vitrail_session_run (self->session, command,
                       g_variant_new_string (get_row_id (row)), NULL);
  g_signal_emit (self, signals[SIGNAL_OPENED], 0);
}

static void
study_activated_cb (GtkListBox *list,
                    GtkListBoxRow *row,
                    VitrailStudyPanel *self)
{
  activate (self, "open-study", row);
}

static void
series_activated_cb (GtkListBox *list,
                     GtkListBoxRow *row,
                     VitrailStudyPanel *self)
{
  activate (self, "show", row);
}

void
vitrail_study_panel_set_session (VitrailStudyPanel *self,
                                 VitrailSession *session)
{
  self->session = g_object_ref (session);
  g_signal_connect_object (session, "studies-changed",
                           G_CALLBACK (update_studies), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "display-sets-changed",
                           G_CALLBACK (update_series), self, G_CONNECT_SWAPPED);
  GtkWidget *hint = make_label (_ ("Choose a study above"), "heading");
  gtk_widget_set_valign (hint, GTK_ALIGN_START);
  gtk_list_box_set_placeholder (self->series, hint);
  vitrail_active_watch (session, G_OBJECT (self), update_selection_cb);
  update_studies (self);
  update_series (self);
}

static void
vitrail_study_panel_dispose (GObject *object)
{
  VitrailStudyPanel *self = VITRAIL_STUDY_PANEL (object);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (vitrail_study_panel_parent_class)->dispose (object);
}

#define BIND(name) \
  gtk_widget_class_bind_template_child (widget_class, VitrailStudyPanel, name)

static void
vitrail_study_panel_class_init (VitrailStudyPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = vitrail_study_panel_dispose;
  signals[SIGNAL_OPENED] =
      g_signal_new ("opened", VITRAIL_TYPE_STUDY_PANEL, G_SIGNAL_RUN_LAST, 0,
                    NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/vitrail/Viewer/studypanel.ui");
  gtk_widget_class_set_accessible_role (widget_class,
                                        GTK_ACCESSIBLE_ROLE_GROUP);
  BIND (box);
  BIND (studies_heading);
  BIND (studies_window);
  BIND (series_heading);
  BIND (unreadable);
  BIND (unreadable_list);
  BIND (studies);
  BIND (series);
  gtk_widget_class_bind_template_callback (widget_class, study_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, series_activated_cb);
}

static void
vitrail_study_panel_init (VitrailStudyPanel *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  watch_focus (self, self->studies);
  watch_focus (self, self->series);
}
