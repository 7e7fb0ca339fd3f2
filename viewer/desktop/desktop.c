/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitrail view: see desktop.h. */

#include "desktop.h"

#include "application.h"
#include "dicomweb/signin.h"
#include "memorybudget.h"
#include "pixel/display.h"
#include "renderer.h"

#include <gst/gst.h>

typedef struct {
  gint64 memory_bytes; /* 0: not given */
  char *calibration;
  char *profile;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->calibration);
  g_free (self->profile);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* What all pictures of this process are made for. */
static gboolean
choose_display (const Options *options)
{
  const VitrailDisplayFiles files = { .calibration = options->calibration,
                                      .profile = options->profile };
  const VitrailDisplay *display = NULL;
  g_autoptr (GError) error = NULL;

  if (!vitrail_display_find (&files, &display, &error)) {
    g_printerr ("vitrail: %s\n", error->message);
    return FALSE;
  }
  vitrail_display_set_default (display);
  return TRUE;
}

/* FALSE for wrong usage, which has been told; --help ends the program. */
static gboolean
parse_options (int *argc, char ***argv, Options *options)
{
  const GOptionEntry entries[] = {
    { "memory", 'm', 0, G_OPTION_ARG_INT64, &options->memory_bytes,
      "What all caches may take together (default: half of the memory)",
      "BYTES" },
    { "display-calibration", 0, 0, G_OPTION_ARG_FILENAME, &options->calibration,
      "Measured luminances of the display: grey levels by the GSDF", "FILE" },
    { "display-profile", 0, 0, G_OPTION_ARG_FILENAME, &options->profile,
      "ICC profile of the display; none: colours as stored (default: sRGB)",
      "FILE|none" },
    { NULL, 0, 0, 0, NULL, NULL, NULL }
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("[PATH…]");
  g_autoptr (GError) error = NULL;
  g_option_context_set_summary (
      context, "Opens files or folders with DICOM images or slides in the "
               "desktop viewer.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, &error)) {
    g_printerr ("vitrail: %s\n", error->message);
    return FALSE;
  }
  if (options->memory_bytes < 0) {
    g_printerr ("vitrail: view: --memory out of range\n");
    return FALSE;
  }
  return TRUE;
}

int
vitrail_desktop_main (int argc, char **argv)
{
  g_auto (Options) options = { 0 };

  if (!parse_options (&argc, &argv, &options))
    return 2;
  if (!choose_display (&options))
    return 1;
  if (options.memory_bytes > 0)
    vitrail_memory_budget_set_limit (vitrail_memory_budget_get_default (),
                                     (guint64) options.memory_bytes);
  vitrail_renderer_choose ();
  if (!gtk_init_check ()) {
    g_printerr ("vitrail: view: there is no display (DISPLAY, "
                "WAYLAND_DISPLAY)\n");
    return 1;
  }
  g_set_prgname ("vitrail");
  g_set_application_name ("Vitrail");
  gst_init (NULL, NULL);
  vitrail_sign_in_set_show (vitrail_sign_in_show_in_browser);
  g_autoptr (VitrailApplication) application = vitrail_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
