/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitrail record: a camera into an archive, with stills, a view that can be
 * frozen, and the last seconds again. */

#include "command.h"
#include "dicom/writer.h"
#include "dicomweb/webstore.h"
#include "error.h"
#include "mapping.h"
#include "recording.h"
#include "recordinghead.h"
#include "recordline.h"
#include "worklist.h"

#include <glib-unix.h>
#include <glib/gstdio.h>

#include <string.h>
#include <termios.h>
#include <unistd.h>

#define TAG_STUDY_UID VITRAIL_TAG (0x0020, 0x000d)

extern const VitrailCommand vitrail_command_record;

typedef struct {
  char *input;
  char *codec;
  char *sop_class;
  char *template_path;
  char *worklist;
  char *accession;
  char *patient;
  char **attributes;
  char *to;
  char *folder;
  char *view;
  int bitrate;
  int replay;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->input);
  g_free (self->codec);
  g_free (self->sop_class);
  g_free (self->template_path);
  g_free (self->worklist);
  g_free (self->accession);
  g_free (self->patient);
  g_strfreev (self->attributes);
  g_free (self->to);
  g_free (self->folder);
  g_free (self->view);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* A recording that goes on. */
typedef struct {
  RecordLine *line;
  GMainLoop *loop;
  GstElement *replay; /* or NULL */
  guint n_replayed;
  gboolean is_ending;
  GError *error;
} Recording;

static void say (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* At once: somebody waits for it. */
static void
say (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  g_print ("%s\n", text);
}

/* --- what a person wants --- */

static void
end (Recording *self)
{
  if (self->is_ending) {
    g_main_loop_quit (self->loop);
    return;
  }
  self->is_ending = TRUE;
  gst_element_send_event (record_line_get_pipeline (self->line),
                          gst_event_new_eos ());
}

static void
end_replay (Recording *self)
{
  if (self->replay == NULL)
    return;
  g_autoptr (GstBus) bus = gst_element_get_bus (self->replay);
  gst_bus_remove_watch (bus);
  gst_element_set_state (self->replay, GST_STATE_NULL);
  gst_clear_object (&self->replay);
}

static gboolean
replay_message_cb (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Recording *self = user_data;
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    g_printerr ("vitrail: replay: %s\n", error->message);
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS) {
    say ("replayed %u pictures", self->n_replayed);
  } else {
    return G_SOURCE_CONTINUE;
  }
  end_replay (self);
  return G_SOURCE_CONTINUE;
}

static void
begin_replay (Recording *self)
{
  g_autoptr (GError) error = NULL;

  end_replay (self);
  self->replay = record_line_replay (self->line, &self->n_replayed, &error);
  if (self->replay == NULL) {
    g_printerr ("vitrail: replay: %s\n", error->message);
    return;
  }
  g_autoptr (GstBus) bus = gst_element_get_bus (self->replay);
  gst_bus_add_watch (bus, replay_message_cb, self);
}

static void
obey (Recording *self, char key)
{
  switch (key) {
  case 's':
    record_line_take_still (self->line);
    break;
  case 'f':
    say (record_line_toggle_freeze (self->line) ? "frozen" : "live");
    break;
  case 'r':
    begin_replay (self);
    break;
  case 'q':
    end (self);
    break;
  default:
    break;
  }
}

static gboolean
key_cb (int file, GIOCondition condition, gpointer user_data)
{
  char keys[64];
  const gssize n = read (file, keys, sizeof keys);

  for (gssize i = 0; i < n; i++)
    obey (user_data, keys[i]);
  return n > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean
still_cb (gpointer user_data)
{
  obey (user_data, 's');
  return G_SOURCE_CONTINUE;
}

static gboolean
end_cb (gpointer user_data)
{
  obey (user_data, 'q');
  return G_SOURCE_CONTINUE;
}

/* --- what happens --- */

static void
take_error (Recording *self, GstMessage *message)
{
  g_autoptr (GError) error = NULL;

  gst_message_parse_error (message, &error, NULL);
  if (record_line_can_do_without (self->line, GST_MESSAGE_SRC (message))) {
    g_printerr ("vitrail: %s\n", error->message);
    return;
  }
  if (self->error == NULL)
    self->error = g_steal_pointer (&error);
  g_main_loop_quit (self->loop);
}

static void
take_element (GstMessage *message)
{
  const GstStructure *structure = gst_message_get_structure (message);
  gboolean is_kept = FALSE;

  if (!gst_structure_has_name (structure, "dicom-recorded"))
    return;
  g_autofree char *kind = gst_object_get_name (GST_MESSAGE_SRC (message));
  const char *path = gst_structure_get_string (structure, "path");
  gst_structure_get_boolean (structure, "kept", &is_kept);
  g_autofree char *name = g_path_get_basename (path);
  if (g_str_has_suffix (name, ".dcm"))
    name[strlen (name) - strlen (".dcm")] = '\0';
  if (is_kept)
    say ("%s %s", kind, path);
  else
    say ("%s %s stored", kind, name);
}

static void
take_note (GstMessage *message)
{
  g_autoptr (GError) note = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING)
    gst_message_parse_warning (message, &note, NULL);
  else
    gst_message_parse_info (message, &note, NULL);
  g_printerr ("vitrail: %s\n", note->message);
}

static gboolean
message_cb (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Recording *self = user_data;

  switch (GST_MESSAGE_TYPE (message)) {
  case GST_MESSAGE_EOS:
    g_main_loop_quit (self->loop);
    break;
  case GST_MESSAGE_ERROR:
    take_error (self, message);
    break;
  case GST_MESSAGE_WARNING:
  case GST_MESSAGE_INFO:
    take_note (message);
    break;
  case GST_MESSAGE_APPLICATION:
    say ("recording");
    break;
  case GST_MESSAGE_ELEMENT:
    take_element (message);
    break;
  default:
    break;
  }
  return G_SOURCE_CONTINUE;
}

/* Single keys, where there is a keyboard. TRUE: @before is to be put back. */
static gboolean
begin_keys (struct termios *before)
{
  struct termios now;

  if (!isatty (STDIN_FILENO) || tcgetattr (STDIN_FILENO, before) != 0)
    return FALSE;
  now = *before;
  now.c_lflag &= ~(tcflag_t) (ICANON | ECHO);
  g_printerr ("s: still image, f: freeze the view, r: the last seconds again, "
              "q: end\n");
  return tcsetattr (STDIN_FILENO, TCSANOW, &now) == 0;
}

/* What is said while it stops: where a film is that did not arrive. */
static void
stop (GstElement *pipeline, GstBus *bus)
{
  gst_bus_remove_watch (bus);
  gst_element_set_state (pipeline, GST_STATE_READY);
  for (;;) {
    g_autoptr (GstMessage) message =
        gst_bus_pop_filtered (bus, GST_MESSAGE_ELEMENT);
    if (message == NULL)
      break;
    take_element (message);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

static gboolean
run_line (RecordLine *line, GError **error)
{
  Recording self = { .line = line, .loop = g_main_loop_new (NULL, FALSE) };
  GstElement *pipeline = record_line_get_pipeline (line);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  struct termios before;
  const gboolean has_keys = begin_keys (&before);
  const guint sources[] = {
    g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, key_cb, &self),
    g_unix_signal_add (SIGINT, end_cb, &self),
    g_unix_signal_add (SIGTERM, end_cb, &self),
    g_unix_signal_add (SIGHUP, end_cb, &self),
    g_unix_signal_add (SIGUSR1, still_cb, &self),
  };

  gst_bus_add_watch (bus, message_cb, &self);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_main_loop_run (self.loop);
  end_replay (&self);
  stop (pipeline, bus);
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++) {
    GSource *source = g_main_context_find_source_by_id (NULL, sources[i]);
    if (source != NULL)
      g_source_destroy (source);
  }
  if (has_keys)
    tcsetattr (STDIN_FILENO, TCSANOW, &before);
  g_main_loop_unref (self.loop);
  if (self.error == NULL)
    return TRUE;
  g_propagate_error (error, self.error);
  return FALSE;
}

/* --- what was left --- */

static void
stored_cb (const VitrailStoreResult *result, gpointer user_data)
{
  if (!result->is_stored) {
    g_printerr ("vitrail: %s: %s\n", result->name, result->message);
    return;
  }
  say ("left %s stored", result->sop_instance_uid);
  g_unlink (result->name);
}

static gboolean
store_left (GPtrArray *paths, const char *to, GError **error)
{
  g_autoptr (VitrailWebStore) store =
      vitrail_web_store_new (to, VITRAIL_STORE_PLAIN, stored_cb, NULL, error);

  if (store == NULL)
    return FALSE;
  for (guint i = 0; i < paths->len; i++) {
    const char *path = g_ptr_array_index (paths, i);
    g_autoptr (GBytes) bytes = vitrail_map_file (path, error);
    if (bytes == NULL ||
        !vitrail_web_store_add (store, path, bytes, NULL, error))
      return FALSE;
  }
  return vitrail_web_store_end (store, NULL, error);
}

/* What a process that is no more was recording. Whatever is wrong with it, the
 * next recording begins. */
static void
finish_left (const char *folder, const char *to)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) left = vitrail_recording_finish_all (folder, &error);

  if (error != NULL)
    g_printerr ("vitrail: %s\n", error->message);
  g_clear_error (&error);
  if (to == NULL)
    for (guint i = 0; i < left->len; i++)
      say ("left %s", (const char *) g_ptr_array_index (left, i));
  else if (left->len > 0 && !store_left (left, to, &error))
    g_printerr ("vitrail: %s\n", error->message);
}

/* --- the command --- */

/* Film and stills are of one study, also where nobody says of which. */
static char *
join_attributes (const Options *options, const char *template_path)
{
  g_autoptr (VitrailDataSet) source =
      template_path != NULL
          ? vitrail_recording_open_source (template_path, NULL)
          : NULL;
  g_autofree char *given = options->attributes != NULL
                               ? g_strjoinv (",", options->attributes)
                               : g_strdup ("");
  g_autofree char *uid = vitrail_uid_new ();

  if ((source != NULL && vitrail_data_set_has (source, TAG_STUDY_UID)) ||
      strstr (given, "StudyInstanceUID=") != NULL)
    return given[0] != '\0' ? g_steal_pointer (&given) : NULL;
  return g_strdup_printf ("StudyInstanceUID=%s%s%s", uid,
                          given[0] != '\0' ? "," : "", given);
}

static char *
describe_encoder (const Options *options)
{
  if (g_strcmp0 (options->codec, "hevc") == 0)
    return g_strdup_printf ("x265enc tune=zerolatency speed-preset=ultrafast "
                            "key-int-max=30 bitrate=%d",
                            options->bitrate);
  return g_strdup_printf ("x264enc tune=zerolatency speed-preset=veryfast "
                          "key-int-max=30 bitrate=%d",
                          options->bitrate);
}

static char *
find_folder (const Options *options)
{
  if (options->folder != NULL)
    return g_strdup (options->folder);
  return g_build_filename (g_get_user_data_dir (), "vitrail", "recordings",
                           NULL);
}

static gboolean
record (const Options *options, GError **error)
{
  g_autofree char *picked =
      options->worklist != NULL
          ? vitrail_worklist_pick (options->worklist, options->accession,
                                   options->patient, error)
          : g_strdup (options->template_path);

  if (options->worklist != NULL && picked == NULL)
    return FALSE;
  if (!gst_init_check (NULL, NULL, error))
    return FALSE;
  g_autofree char *encoder = describe_encoder (options);
  g_autofree char *attributes = join_attributes (options, picked);
  g_autofree char *folder = find_folder (options);
  const RecordWish wish = {
    .input = options->input != NULL ? options->input : "v4l2src",
    .encoder = encoder,
    .sop_class = options->sop_class != NULL ? options->sop_class : "endoscopic",
    .template_path = picked,
    .attributes = attributes,
    .spool = folder,
    .to = options->to,
    .view = options->view,
    .replay_s = (guint) options->replay,
  };
  finish_left (folder, options->to);
  g_autoptr (RecordLine) line = record_line_new (&wish, error);
  return line != NULL && run_line (line, error);
}

static const char *
find_wrong (const Options *options)
{
  static const char *const classes[] = { "endoscopic",        "microscopic",
                                         "photographic",      "ultrasound",
                                         "secondary-capture", NULL };

  if ((options->to == NULL) == (options->folder == NULL))
    return "give --to URL or -o FOLDER";
  if (options->worklist != NULL && options->template_path != NULL)
    return "give --worklist or --template";
  if (options->sop_class != NULL &&
      !g_strv_contains (classes, options->sop_class))
    return "--sop-class is endoscopic, microscopic, photographic, ultrasound "
           "or secondary-capture";
  if (options->codec != NULL && strcmp (options->codec, "h264") != 0 &&
      strcmp (options->codec, "hevc") != 0)
    return "--codec is h264 or hevc";
  if (options->bitrate < 1 || options->replay < 1 || options->replay > 600)
    return "--bitrate is positive, --replay from 1 to 600";
  return NULL;
}

static int
run (int argc, char **argv)
{
  g_auto (Options) options = { .bitrate = 8000, .replay = 30 };
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[] = {
    { "to", 0, 0, G_OPTION_ARG_STRING, &options.to, "the archive", "URL" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.folder,
      "where objects stay instead", "FOLDER" },
    { "input", 0, 0, G_OPTION_ARG_STRING, &options.input,
      "GStreamer elements that give video (v4l2src)", "ELEMENTS" },
    { "sop-class", 0, 0, G_OPTION_ARG_STRING, &options.sop_class,
      "endoscopic (default), microscopic, photographic, ultrasound, "
      "secondary-capture",
      "CLASS" },
    { "worklist", 0, 0, G_OPTION_ARG_FILENAME, &options.worklist,
      "folder of work list items, or one of them", "PATH" },
    { "accession", 0, 0, G_OPTION_ARG_STRING, &options.accession,
      "which of them", "NUMBER" },
    { "patient", 0, 0, G_OPTION_ARG_STRING, &options.patient, "which of them",
      "ID" },
    { "template", 0, 0, G_OPTION_ARG_FILENAME, &options.template_path,
      "object or DICOM JSON that says of whom", "FILE" },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.attributes,
      "one attribute more", "KEYWORD=VALUE" },
    { "codec", 0, 0, G_OPTION_ARG_STRING, &options.codec, "h264 or hevc",
      "NAME" },
    { "bitrate", 0, 0, G_OPTION_ARG_INT, &options.bitrate,
      "kilobits a second (8000)", "N" },
    { "view", 0, 0, G_OPTION_ARG_STRING, &options.view,
      "elements that show it, as autovideosink sync=false", "ELEMENTS" },
    { "replay", 0, 0, G_OPTION_ARG_INT, &options.replay,
      "seconds that can be seen again (30)", "N" },
    G_OPTION_ENTRY_NULL
  };

  if (!vitrail_command_parse (&vitrail_command_record, entries,
                              "--to URL|-o FOLDER", argc, argv))
    return 2;
  const char *wrong = find_wrong (&options);
  if (wrong != NULL)
    return vitrail_command_wrong_usage ("record", "%s", wrong);
  return record (&options, &error) ? 0 : vitrail_command_fail (error);
}

const VitrailCommand vitrail_command_record = {
  "record", "records a camera as DICOM objects, into an archive", run
};
