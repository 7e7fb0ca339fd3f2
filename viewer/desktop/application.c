/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailApplication: see application.h. Dark whatever the system says: a
 * bright frame beside a picture spoils the eye's adaptation. */

#include "application.h"

#include "window.h"

struct _VitrailApplication {
  AdwApplication parent_instance;
};

G_DEFINE_FINAL_TYPE (VitrailApplication,
                     vitrail_application,
                     ADW_TYPE_APPLICATION)

static VitrailViewerWindow *
ensure_window (GApplication *application)
{
  GtkWindow *window =
      gtk_application_get_active_window (GTK_APPLICATION (application));
  return window != NULL
             ? VITRAIL_VIEWER_WINDOW (window)
             : vitrail_viewer_window_new (ADW_APPLICATION (application));
}

static void
vitrail_application_activate (GApplication *application)
{
  gtk_window_present (GTK_WINDOW (ensure_window (application)));
}

static void
vitrail_application_open (GApplication *application,
                          GFile **files,
                          int n_files,
                          const char *hint)
{
  VitrailViewerWindow *window = ensure_window (application);
  vitrail_viewer_window_open (window, files, (guint) n_files);
  gtk_window_present (GTK_WINDOW (window));
}

static void
add_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (provider,
                                       "/org/vitrail/Viewer/style.css");
  gtk_style_context_add_provider_for_display (
      gdk_display_get_default (), GTK_STYLE_PROVIDER (provider),
      GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

static void
vitrail_application_startup (GApplication *application)
{
  G_APPLICATION_CLASS (vitrail_application_parent_class)->startup (application);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      ADW_COLOR_SCHEME_FORCE_DARK);
  add_style ();
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (
                                        gdk_display_get_default ()),
                                    "/org/vitrail/Viewer/icons");
}

VitrailApplication *
vitrail_application_new (void)
{
  return g_object_new (VITRAIL_TYPE_APPLICATION, "application-id",
                       "org.vitrail.Viewer", "flags",
                       G_APPLICATION_HANDLES_OPEN | G_APPLICATION_NON_UNIQUE,
                       NULL);
}

static void
vitrail_application_class_init (VitrailApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);
  application_class->startup = vitrail_application_startup;
  application_class->activate = vitrail_application_activate;
  application_class->open = vitrail_application_open;
}

static void
vitrail_application_init (VitrailApplication *self)
{
}
