/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Keys: see keys.h. Those of the OHIF viewer, for the commands that exist. */

#include "keys.h"

#include <glib/gi18n.h>

#include <string.h>

typedef struct {
  const char *group;
  const char *keys;   /* as gtk_shortcut_trigger_parse_string () */
  const char *action; /* as g_action_parse_detailed_name () */
  const char *title;
} Key;

#define VIEW    N_ ("View")
#define IMAGES  N_ ("Images")
#define GREYS   N_ ("Grey levels")
#define TOOLS   N_ ("Tools")
#define SLIDES  N_ ("Slides")
#define MEASURE N_ ("Measuring and drawing")
#define WAVES   N_ ("Waveforms")
#define WINDOW  N_ ("Window")

/* clang-format off */
static const Key keys[] = {
  { TOOLS, "w", "session.set-tool::window-level", N_ ("Window and level") },
  { TOOLS, "z", "session.set-tool::zoom", N_ ("Zoom") },
  { TOOLS, "p", "session.set-tool::pan", N_ ("Pan") },
  { TOOLS, "m", "session.set-tool::scroll", N_ ("Scroll") },
  { VIEW, "plus|KP_Add", "session.zoom-in", N_ ("Larger") },
  { VIEW, "minus|KP_Subtract", "session.zoom-out", N_ ("Smaller") },
  { VIEW, "equal", "session.fit", N_ ("Fit to window") },
  { VIEW, "r", "session.rotate-right", N_ ("Rotate right") },
  { VIEW, "l", "session.rotate-left", N_ ("Rotate left") },
  { VIEW, "h", "session.flip-horizontal", N_ ("Flip horizontally") },
  { VIEW, "v", "session.flip-vertical", N_ ("Flip vertically") },
  { VIEW, "<Shift>Right|<Shift>KP_Right", "session.pan((0.1, 0.0))", N_ ("Move right") },
  { VIEW, "<Shift>Left|<Shift>KP_Left", "session.pan((-0.1, 0.0))", N_ ("Move left") },
  { VIEW, "<Shift>Up|<Shift>KP_Up", "session.pan((0.0, -0.1))", N_ ("Move up") },
  { VIEW, "<Shift>Down|<Shift>KP_Down", "session.pan((0.0, 0.1))", N_ ("Move down") },
  { VIEW, "space", "session.reset", N_ ("Reset") },
  { IMAGES, "Down|KP_Down", "session.next-image", N_ ("Next image") },
  { IMAGES, "Up|KP_Up", "session.previous-image", N_ ("Previous image") },
  { IMAGES, "Home|KP_Home", "session.first-image", N_ ("First image") },
  { IMAGES, "End|KP_End", "session.last-image", N_ ("Last image") },
  { IMAGES, "Page_Down|KP_Page_Down", "session.next-series", N_ ("Next series") },
  { IMAGES, "Page_Up|KP_Page_Up", "session.previous-series", N_ ("Previous series") },
  { IMAGES, "c", "session.cine-toggle", N_ ("Play or pause") },
  { IMAGES, "<Shift>c", "session.cine-reverse", N_ ("Play the other way") },
  { IMAGES, "<Control>bracketleft", "session.loop-start", N_ ("Loop from here") },
  { IMAGES, "<Control>bracketright", "session.loop-end", N_ ("Loop up to here") },
  { IMAGES, "<Control>backslash", "session.loop-all", N_ ("Loop all images") },
  { IMAGES, "<Shift>y", "session.toggle-cine-sync", N_ ("Cines of all viewports play as one") },
  { IMAGES, "<Alt>b", "session.biplane", N_ ("Biplane angiogram: both planes, or as before") },
  { IMAGES, "<Alt>e", "session.stress-stages", N_ ("Stress echo: stages of one view, or as before") },
  { IMAGES, "<Alt><Shift>e", "session.stress-views", N_ ("Stress echo: views of one stage, or as before") },
  { IMAGES, "<Alt>Page_Down|<Alt>KP_Page_Down", "session.next-stress", N_ ("Stress echo: next view or stage") },
  { IMAGES, "<Alt>Page_Up|<Alt>KP_Page_Up", "session.previous-stress", N_ ("Stress echo: view or stage before") },
  { IMAGES, "<Shift>t", "session.toggle-clip-strip", N_ ("Small pictures of the cine") },
  { IMAGES, "<Alt>bracketright", "session.next-time", N_ ("Volume over time: next point in time") },
  { IMAGES, "<Alt>bracketleft", "session.previous-time", N_ ("Point in time before") },
  { IMAGES, "<Alt>m", "session.combine-times(('mean', ''))", N_ ("Mean of the points in time that are played") },
  { GREYS, "i", "session.invert", N_ ("Invert") },
  { GREYS, "<Control>Up|<Control>KP_Up", "session.change-window((-0.05, 1.0))", N_ ("Brighter") },
  { GREYS, "<Control>Down|<Control>KP_Down", "session.change-window((0.05, 1.0))", N_ ("Darker") },
  { GREYS, "<Control>Right|<Control>KP_Right", "session.change-window((0.0, 1.1))", N_ ("Wider window") },
  { GREYS, "<Control>Left|<Control>KP_Left", "session.change-window((0.0, 0.90909))", N_ ("Narrower window") },
  { GREYS, "1", "session.window-preset(uint32 1)", N_ ("Window 1 (CT: soft tissue); slide: 1×") },
  { GREYS, "2", "session.window-preset(uint32 2)", N_ ("Window 2 (CT: lung); slide: 2.5×") },
  { GREYS, "3", "session.window-preset(uint32 3)", N_ ("Window 3 (CT: liver); slide: 5×") },
  { GREYS, "4", "session.window-preset(uint32 4)", N_ ("Window 4 (CT: bone); slide: 10×") },
  { GREYS, "<Shift>w", "win.windows", N_ ("Windows to choose from") },
  { GREYS, "k", "win.colors", N_ ("Colours to choose from") },
  { VIEW, "<Control>m", "session.mpr", N_ ("Planes through the volume, or the images again") },
  { VIEW, "<Control><Shift>m", "session.four-up", N_ ("Planes and body of the volume, or the images again") },
  { VIEW, "<Control>b", "session.volume-3d", N_ ("Body of the volume, or the images again") },
  { VIEW, "<Control><Shift>p", "session.curved", N_ ("Volume along a path that is drawn in its planes, or the images again") },
  { TOOLS, "<Shift>p", "session.set-tool::path", N_ ("Path: click its points in a plane, drag them") },
  { TOOLS, "<Shift>e", "session.set-tool::region", N_ ("Region whose mean is followed over time, from its centre to its edge") },
  { TOOLS, "<Control><Shift>e", "session.clear-regions", N_ ("Without these regions") },
  { TOOLS, "BackSpace", "session.shorten-path", N_ ("Path without its last point") },
  { TOOLS, "<Shift>x", "session.set-tool::crosshairs", N_ ("Crosshairs: the other planes go where they point") },
  { VIEW, "<Alt>r", "session.turn-planes(5.0)", N_ ("The other planes right by 5°") },
  { VIEW, "<Alt>l", "session.turn-planes(-5.0)", N_ ("The other planes left by 5°") },
  { VIEW, "<Control>r", "session.reset-planes", N_ ("Planes as at first, through the middle") },
  { VIEW, "<Control>f", "session.toggle-fusion", N_ ("Another series over the planes, or none") },
  { VIEW, "<Control>period", "session.change-layer-opacity(0.1)", N_ ("More of what lies over the planes") },
  { VIEW, "<Control>comma", "session.change-layer-opacity(-0.1)", N_ ("Less of it") },
  { VIEW, "<Control><Shift>f", "session.align-layer", N_ ("Aligns it automatically") },
  { TOOLS, "<Alt>f", "session.set-tool::move-layer", N_ ("Move what lies over the planes by hand") },
  { TOOLS, "<Alt><Shift>f", "session.set-tool::turn-layer", N_ ("Turn it about the middle by hand") },
  { VIEW, "<Control><Alt>Left|<Control><Alt>KP_Left", "session.move-layer((-1.0, 0.0))", N_ ("What lies over the planes to the left by 1 mm") },
  { VIEW, "<Control><Alt>Right|<Control><Alt>KP_Right", "session.move-layer((1.0, 0.0))", N_ ("To the right") },
  { VIEW, "<Control><Alt>Up|<Control><Alt>KP_Up", "session.move-layer((0.0, -1.0))", N_ ("Up") },
  { VIEW, "<Control><Alt>Down|<Control><Alt>KP_Down", "session.move-layer((0.0, 1.0))", N_ ("Down") },
  { VIEW, "<Control><Alt>r", "session.turn-layer(1.0)", N_ ("It is turned to the right by 1°") },
  { VIEW, "<Control><Alt>l", "session.turn-layer(-1.0)", N_ ("It is turned to the left by 1°") },
  { VIEW, "<Control><Alt>f", "session.place-layer", N_ ("Shows it where nothing says how it lies") },
  { VIEW, "<Control><Alt>z", "session.reset-layer", N_ ("As it lay before a hand moved it") },
  { TOOLS, "<Alt>c", "session.set-tool::crop", N_ ("Box that a body is cropped by") },
  { TOOLS, "<Alt>x", "session.set-tool::cut-inside", N_ ("Cut out of a body what is drawn round") },
  { TOOLS, "<Alt>o", "session.set-tool::cut-outside", N_ ("Cut off a body what is around a shape") },
  { VIEW, "<Control><Shift>r", "session.reset-cuts", N_ ("The whole body again") },
  { VIEW, "<Alt>t", "win.body-panel", N_ ("Curves of a body's colours and opacities") },
  { VIEW, "<Alt>g", "session.next-segmentation", N_ ("Next segmentation in the body, or none") },
  { VIEW, "<Control>l", "session.reference-lines", N_ ("Lines of the active image in the others") },
  { VIEW, "<Shift>s", "session.toggle-subtraction", N_ ("Angiogram without its mask, or as it is") },
  { VIEW, "<Alt>Up|<Alt>KP_Up", "session.shift-mask((-0.25, 0.0))", N_ ("Mask up by a quarter of a pixel") },
  { VIEW, "<Alt>Down|<Alt>KP_Down", "session.shift-mask((0.25, 0.0))", N_ ("Mask down") },
  { VIEW, "<Alt>Left|<Alt>KP_Left", "session.shift-mask((0.0, -0.25))", N_ ("Mask to the left") },
  { VIEW, "<Alt>Right|<Alt>KP_Right", "session.shift-mask((0.0, 0.25))", N_ ("Mask to the right") },
  { VIEW, "<Alt>s", "session.toggle-shutter", N_ ("What the display shutter covers") },
  { VIEW, "<Shift>o", "session.overlays-toggle", N_ ("Overlays of the data") },
  { SLIDES, "5", "session.window-preset(uint32 5)", N_ ("Magnification 20× (1 to 4: 1×, 2.5×, 5×, 10×)") },
  { SLIDES, "6", "session.window-preset(uint32 6)", N_ ("Magnification 40×") },
  { SLIDES, "<Shift>r", "session.turn(5.0)", N_ ("Turn right by 5°") },
  { SLIDES, "<Shift>l", "session.turn(-5.0)", N_ ("Turn left by 5°") },
  { SLIDES, "0|KP_0", "session.set-rotation(0.0)", N_ ("Not turned") },
  { SLIDES, "bracketright", "session.next-focal-plane", N_ ("Focus up") },
  { SLIDES, "bracketleft", "session.previous-focal-plane", N_ ("Focus down") },
  { SLIDES, "<Shift>i", "session.toggle-icc", N_ ("Colours managed or as stored") },
  { SLIDES, "j", "session.toggle-overview", N_ ("Whole slide in the corner") },
  { SLIDES, "b", "session.toggle-label", N_ ("Label") },
  { SLIDES, "<Shift>b", "session.toggle-macro", N_ ("Scanner's picture of the glass") },
  { SLIDES, "a", "session.compare-slides", N_ ("All slides of the case side by side") },
  { SLIDES, "y", "session.toggle-sync", N_ ("Slides move as one") },
  { MEASURE, "x", "session.set-tool::point", N_ ("Point") },
  { MEASURE, "d", "session.set-tool::line", N_ ("Line") },
  { MEASURE, "g", "session.set-tool::polygon", N_ ("Polygon: click its corners, Enter ends it") },
  { MEASURE, "f", "session.set-tool::freehand", N_ ("Freehand") },
  { MEASURE, "q", "session.set-tool::rectangle", N_ ("Rectangle") },
  { MEASURE, "e", "session.set-tool::ellipse", N_ ("Ellipse") },
  { MEASURE, "Delete|KP_Delete", "session.delete-annotation", N_ ("Delete the selected shape or measurement") },
  { MEASURE, "<Control>z", "session.undo", N_ ("Undo") },
  { MEASURE, "<Control><Shift>z|<Control>y", "session.redo", N_ ("Redo") },
  { MEASURE, "<Shift>d", "session.set-tool::doppler-trace", N_ ("Trace of a Doppler spectrum") },
  { MEASURE, "<Shift>v", "session.set-tool::chamber", N_ ("Chamber of the heart, from one side of its valve to the other") },
  { MEASURE, "<Control>s", "session.save-measurements", N_ ("Save measurements as a report") },
  { SLIDES, "<Shift>z", "session.zoom-to-annotation", N_ ("Zoom to the selected shape") },
  { SLIDES, "n", "session.next-tissue", N_ ("Next piece of tissue") },
  { SLIDES, "<Shift>n", "session.previous-tissue", N_ ("Previous piece of tissue") },
  { SLIDES, "u", "session.toggle-coverage", N_ ("What has not been seen yet") },
  { SLIDES, "<Shift>u", "session.next-unseen", N_ ("Next place not seen yet") },
  { SLIDES, "t", "win.slide-panel", N_ ("Panel of the slide") },
  { WAVES, "<Control>1", "session.ecg-layout::3x4", N_ ("Leads in three rows") },
  { WAVES, "<Control>2", "session.ecg-layout::3x4+1", N_ ("The same and lead II below") },
  { WAVES, "<Control>3", "session.ecg-layout::6x2", N_ ("Leads in six rows") },
  { WAVES, "<Control>4", "session.ecg-layout::12x1", N_ ("Leads in twelve rows") },
  { WAVES, "<Control><Shift>Right|<Control><Shift>KP_Right", "session.ecg-scale((2.0, 1.0))", N_ ("Twice the millimetres a second") },
  { WAVES, "<Control><Shift>Left|<Control><Shift>KP_Left", "session.ecg-scale((0.5, 1.0))", N_ ("Half the millimetres a second") },
  { WAVES, "<Control><Shift>Up|<Control><Shift>KP_Up", "session.ecg-scale((1.0, 2.0))", N_ ("Twice the millimetres a millivolt") },
  { WAVES, "<Control><Shift>Down|<Control><Shift>KP_Down", "session.ecg-scale((1.0, 0.5))", N_ ("Half the millimetres a millivolt") },
  { WAVES, "<Control><Shift>c", "session.set-tool::caliper", N_ ("Caliper: ms, beats a minute and mV") },
  { WAVES, "<Control>0|<Control>KP_0", "session.ecg-no-caliper", N_ ("Without the caliper") },
  { WINDOW, "Right|KP_Right", "session.next-viewport", N_ ("Next viewport") },
  { WINDOW, "Left|KP_Left", "session.previous-viewport", N_ ("Previous viewport") },
  { WINDOW, "o", "session.one-up-toggle", N_ ("Active viewport alone") },
  { WINDOW, "Escape", "win.viewport", N_ ("Back to the images") },
  { WINDOW, "s", "win.panel", N_ ("Studies and series") },
  { WINDOW, "<Control>o", "win.open-folder", N_ ("Open a folder") },
  { WINDOW, "<Control><Shift>o", "win.open-file", N_ ("Open a file") },
  { WINDOW, "<Control>question|F1", "win.keys", N_ ("Keyboard shortcuts") },
  { WINDOW, "<Control>q|<Control>w", "window.close", N_ ("Close") },
};

/* clang-format on */

static GtkShortcut *
make_shortcut (const Key *key)
{
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;
  g_action_parse_detailed_name (key->action, &name, &target, NULL);
  GtkShortcut *shortcut =
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string (key->keys),
                        gtk_named_action_new (name));
  gtk_shortcut_set_arguments (shortcut, target);
  return shortcut;
}

GtkEventController *
vitrail_keys_new_controller (void)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller),
                                          make_shortcut (&keys[i]));
  return controller;
}

/* "plus|KP_Add" -> "plus": the key that is printed on the keyboard. */
static char *
first_key (const char *text)
{
  const char *end = strchr (text, '|');
  return end != NULL ? g_strndup (text, (gsize) (end - text)) : g_strdup (text);
}

static void
append_group (GString *ui, const char *group)
{
  g_autofree char *title = g_markup_escape_text (_ (group), -1);
  g_string_append_printf (ui,
                          "<child><object class='GtkShortcutsGroup'>"
                          "<property name='title'>%s</property>",
                          title);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    if (g_strcmp0 (keys[i].group, group) != 0)
      continue;
    g_autofree char *key = first_key (keys[i].keys);
    g_autofree char *line = g_markup_printf_escaped (
        "<child><object class='GtkShortcutsShortcut'>"
        "<property name='accelerator'>%s</property>"
        "<property name='title'>%s</property></object></child>",
        key, _ (keys[i].title));
    g_string_append (ui, line);
  }
  g_string_append (ui, "</object></child>");
}

GtkWindow *
vitrail_keys_new_window (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GString) ui =
      g_string_new ("<interface><object class='GtkShortcutsWindow' id='window'>"
                    "<property name='modal'>1</property><child>"
                    "<object class='GtkShortcutsSection'>"
                    "<property name='section-name'>keys</property>"
                    "<property name='max-height'>14</property>");
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_hash_table_add (seen, (gpointer) keys[i].group))
      append_group (ui, keys[i].group);
  g_string_append (ui, "</object></child></object></interface>");
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_string (ui->str, -1);
  return GTK_WINDOW (gtk_builder_get_object (builder, "window"));
}
