/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames that become sharp while they come: from our service over a slow link,
 * whose time line says which bytes were asked for, and from Orthanc, which has
 * no ranges. */

#include "codec/codec.h"
#include "decode/decodequeue.h"
#include "instancemeta.h"
#include "progressive.h"
#include "sourcetest.h"
#include "testdata.h"
#include "webserver.h"

#include <string.h>

#define SOP_UID VITRAIL_TAG (0x0008, 0x0018)

/* A picture of half its side takes fewer bytes than a third of the frame. */
#define SHARE 3

/* Three CT slices as HTJ2K, RPCL: the folder. */
static const char *
get_folder (void)
{
  static char *folder;

  if (folder != NULL)
    return folder;
  folder = g_build_filename (test_data_get_scratch (), "ct", NULL);
  g_free (test_data_run (
      "mkdir -p %s && for n in 1 2 3; do \"$VITRAIL\" convert -t "
      "1.2.840.10008.1.2.4.202 -o %s/$n.dcm \"$VITRAIL_SAMPLES\"/ct/ct-00$n.dcm"
      " || exit 1; done",
      folder, folder));
  return folder;
}

static VitrailInstance *
open_local (guint n)
{
  g_autofree char *path = g_strdup_printf ("%s/%u.dcm", get_folder (), n);
  g_autoptr (GError) error = NULL;
  VitrailInstance *instance = vitrail_instance_open (path, &error);

  g_assert_no_error (error);
  return instance;
}

/* A server behind a relay. */
typedef struct {
  TestServer server;
  TestServer relay;
  char *record;
  VitrailDataSource *source;
  VitrailMemoryBudget *budget;
  VitrailFrameStore *store;
} Way;

/* @link: options of the relay */
static void
open_way (Way *self, const char *down, const char *delay)
{
  static guint n;
  g_autofree char *url =
      g_strdup_printf ("http://127.0.0.1:%u/", self->server.port);
  g_autofree char *script =
      g_build_filename (g_getenv ("VITRAIL_SOURCE"), "tests", "support",
                        "relay.mjs", NULL);
  g_autofree char *name = g_strdup_printf ("record-%u", ++n);

  self->record = g_build_filename (test_data_get_scratch (), name, NULL);
  test_server_start (&self->relay,
                     (const char *[]){ "node", script, "--to", url, "--record",
                                       self->record, "--down", down, "--delay",
                                       delay, NULL });
  self->source = test_source_open ("dicomweb://127.0.0.1:%u/dicom-web%s",
                                   self->relay.port, "");
  self->budget = vitrail_memory_budget_new (G_MAXINT32);
  self->store = vitrail_frame_store_new (self->budget);
}

static void
close_way (Way *self)
{
  vitrail_frame_store_free (self->store);
  vitrail_memory_budget_free (self->budget);
  g_object_unref (self->source);
  test_server_stop (&self->relay);
  test_server_stop (&self->server);
  g_free (self->record);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Way, close_way)

static VitrailInstance *
open_remote (Way *self, guint n)
{
  g_autoptr (VitrailInstance) local = open_local (n);
  g_autoptr (GError) error = NULL;
  VitrailInstance *instance = vitrail_data_source_open_instance (
      self->source, vitrail_instance_get_sop_instance_uid (local), NULL,
      &error);

  g_assert_no_error (error);
  return instance;
}

/* What came, on any thread. */
typedef struct {
  GMutex lock;
  GCond changed;
  GPtrArray *previews;
  VitrailFrame *frame;
  GError *error;
} Seen;

static void
init_seen (Seen *self)
{
  *self = (Seen){ .previews = g_ptr_array_new_with_free_func (
                      (GDestroyNotify) vitrail_frame_unref) };
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
}

static void
clear_seen (Seen *self)
{
  g_ptr_array_unref (self->previews);
  g_clear_pointer (&self->frame, vitrail_frame_unref);
  g_clear_error (&self->error);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Seen, clear_seen)

static void
preview_cb (VitrailFrame *frame, gpointer user_data)
{
  Seen *self = user_data;

  g_mutex_lock (&self->lock);
  g_assert_null (self->frame);
  g_ptr_array_add (self->previews, vitrail_frame_ref (frame));
  g_mutex_unlock (&self->lock);
}

static void
ready_cb (VitrailFrame *frame, const GError *error, gpointer user_data)
{
  Seen *self = user_data;

  g_mutex_lock (&self->lock);
  g_assert_null (self->frame);
  self->frame = frame != NULL ? vitrail_frame_ref (frame) : NULL;
  self->error = error != NULL ? g_error_copy (error) : NULL;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
}

static void
get (Way *way, VitrailInstance *instance, guint reduce, Seen *seen)
{
  const VitrailProgressiveRequest wish = {
    .instance = instance,
    .frame = 1,
    .reduce = reduce,
    .priority = VITRAIL_PRIORITY_INTERACTIVE,
    .preview = preview_cb,
    .ready = ready_cb,
    .user_data = seen,
  };

  init_seen (seen);
  vitrail_progressive_request (way->store, &wish);
  g_mutex_lock (&seen->lock);
  while (seen->frame == NULL && seen->error == NULL)
    g_cond_wait (&seen->changed, &seen->lock);
  g_mutex_unlock (&seen->lock);
  g_assert_no_error (seen->error);
}

/* What @n decodes to here. */
static void
assert_is (const VitrailFrame *frame, guint n, guint reduce)
{
  g_autoptr (VitrailInstance) local = open_local (n);
  g_autoptr (GError) error = NULL;
  VitrailFrame *coded =
      vitrail_instance_decode_frame (local, 1, reduce, NULL, &error);

  g_assert_no_error (error);
  g_autoptr (VitrailFrame) expected = vitrail_frame_normalize (coded);
  g_assert_cmpuint (frame->reduce, ==, reduce);
  g_assert_cmpuint (frame->preview_bytes, ==, 0);
  g_assert_cmpmem (frame->data, frame->stride * frame->format.height,
                   expected->data, expected->stride * expected->format.height);
}

static gsize
measure_frame (guint n)
{
  g_autoptr (VitrailInstance) local = open_local (n);
  g_autoptr (GBytes) bytes = vitrail_instance_load_frame (local, 1, NULL, NULL);

  return g_bytes_get_size (bytes);
}

/* Of the requests for frames that have ended: how many, how many had a range,
 * their bytes, those of the first. The relay writes each when it has. */
typedef struct {
  guint n;
  guint n_ranges;
  gsize bytes;
  gsize first_bytes;
} Traffic;

static gsize
find_number (const char *line, const char *name)
{
  const char *at = strstr (line, name);

  g_assert_nonnull (at);
  return (gsize) g_ascii_strtoull (at + strlen (name), NULL, 10);
}

static Traffic
read_record (const Way *self)
{
  g_autofree char *text = NULL;
  Traffic traffic = { 0 };

  g_file_get_contents (self->record, &text, NULL, NULL);
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    if (strstr (lines[i], "/frames/") == NULL)
      continue;
    const gsize bytes = find_number (lines[i], "\"bytes\":");
    if (traffic.n++ == 0)
      traffic.first_bytes = bytes;
    traffic.n_ranges += strstr (lines[i], "\"range\":null") == NULL ? 1 : 0;
    traffic.bytes += bytes;
  }
  return traffic;
}

/* Once @bytes have been recorded: a client may have them before. */
static Traffic
wait_for_record (const Way *self, gsize bytes)
{
  Traffic traffic = read_record (self);

  while (traffic.bytes < bytes) {
    g_usleep (10000);
    traffic = read_record (self);
  }
  return traffic;
}

/* First a small picture of few bytes, then better ones, then all; no byte comes
 * twice. */
static void
test_sharper (void)
{
  g_auto (Way) way = { 0 };
  g_auto (Seen) seen = { 0 };

  test_server_serve (&way.server, get_folder ());
  open_way (&way, "8", "5");
  g_autoptr (VitrailInstance) instance = open_remote (&way, 1);
  get (&way, instance, 0, &seen);
  g_assert_cmpuint (seen.previews->len, >, 0);
  for (guint i = 1; i < seen.previews->len; i++)
    g_assert_true (vitrail_frame_is_better (seen.previews->pdata[i],
                                            seen.previews->pdata[i - 1]));
  const VitrailFrame *first = seen.previews->pdata[0];
  g_assert_cmpuint (first->reduce, <=, 2);
  assert_is (seen.frame, 1, 0);
  const Traffic traffic = wait_for_record (&way, measure_frame (1));
  g_test_message ("%u requests, first %zu of %zu bytes", traffic.n,
                  traffic.first_bytes, traffic.bytes);
  g_assert_cmpuint (traffic.n, ==, traffic.n_ranges);
  g_assert_cmpuint (traffic.bytes, ==, measure_frame (1));
  g_assert_cmpuint (traffic.first_bytes, <=, traffic.bytes / 4);
}

/* A smaller picture is exact, takes no more than it needs, and is kept; of what
 * is there already the rest is asked for. */
static void
test_smaller (void)
{
  g_auto (Way) way = { 0 };
  g_auto (Seen) small = { 0 };
  g_auto (Seen) large = { 0 };

  test_server_serve (&way.server, get_folder ());
  open_way (&way, "8", "5");
  g_autoptr (VitrailInstance) instance = open_remote (&way, 2);
  get (&way, instance, 2, &small);
  assert_is (small.frame, 2, 2);
  g_autoptr (VitrailFrame) kept =
      vitrail_frame_store_peek (way.store, instance, 1, 2);
  g_assert_true (kept == small.frame);
  g_assert_null (vitrail_frame_store_peek (way.store, instance, 1, 1));
  const Traffic before = wait_for_record (&way, 1);
  g_assert_cmpuint (before.n, ==, 1);
  g_assert_cmpuint (before.bytes, <, measure_frame (2) / SHARE);
  get (&way, instance, 0, &large);
  assert_is (large.frame, 2, 0);
  const Traffic after = wait_for_record (&way, measure_frame (2));
  g_assert_cmpuint (after.bytes, ==, measure_frame (2));
}

/* --- what is shown --- */

static VitrailInstanceClass shown_class; /* as it was */
static GMutex shown_lock;
static GCond shown_changed;
static guint n_asked; /* guarded by shown_lock, as is: */
static guint n_shown;

/* The next part is asked for when what came of the last one has been seen. */
static gboolean
load_after_preview (VitrailInstance *instance,
                    guint frame,
                    gsize n_bytes,
                    VitrailPriority priority,
                    GCancellable *cancellable,
                    VitrailBeginningReady ready,
                    gpointer user_data)
{
  g_mutex_lock (&shown_lock);
  while (n_asked > 0 && n_shown == 0)
    g_cond_wait (&shown_changed, &shown_lock);
  n_asked++;
  g_mutex_unlock (&shown_lock);
  return shown_class.load_beginning (instance, frame, n_bytes, priority,
                                     cancellable, ready, user_data);
}

static void
count_preview (void)
{
  g_mutex_lock (&shown_lock);
  n_shown++;
  g_cond_signal (&shown_changed);
  g_mutex_unlock (&shown_lock);
}

/* What dcmdecode shows on demand: previews at the frame's own size, then it. */
static void
test_shown (void)
{
  g_auto (Way) way = { 0 };
  VitrailPixelFormat format;

  test_server_serve (&way.server, get_folder ());
  open_way (&way, "8", "5");
  g_autoptr (VitrailInstance) instance = open_remote (&way, 3);
  g_assert_true (vitrail_instance_get_pixel_format (instance, &format, NULL));
  VitrailStoredFormat *stored = vitrail_stored_format_new (
      &format, vitrail_instance_get_transfer_syntax (instance));
  shown_class = *VITRAIL_INSTANCE_GET_CLASS (instance);
  VITRAIL_INSTANCE_GET_CLASS (instance)->load_beginning = load_after_preview;
  VitrailDecodeQueue *queue = vitrail_decode_queue_new ();
  GstBuffer *buffer = gst_buffer_new ();
  vitrail_buffer_add_instance_meta (buffer, instance, 1);
  vitrail_decode_queue_set_newest (queue, TRUE);
  vitrail_decode_queue_set_flushing (queue, FALSE);
  vitrail_decode_queue_push (queue, buffer, stored);
  for (gboolean is_done = FALSE; !is_done;) {
    g_autoptr (VitrailDecoded) decoded =
        vitrail_decode_queue_pop_newest (queue);
    g_assert_no_error (decoded->error);
    g_assert_cmpuint (decoded->frame->format.width, ==, format.width);
    g_assert_cmpuint (decoded->frame->format.height, ==, format.height);
    is_done = decoded->frame->preview_bytes == 0;
    if (is_done)
      assert_is (decoded->frame, 3, 0);
    else
      count_preview ();
  }
  VITRAIL_INSTANCE_GET_CLASS (instance)->load_beginning =
      shown_class.load_beginning;
  g_assert_cmpuint (n_shown, >, 0);
  vitrail_decode_queue_set_flushing (queue, TRUE);
  vitrail_decode_queue_unref (queue);
  vitrail_stored_format_unref (stored);
}

/* Orthanc is asked for one range, and then no more. */
static void
test_without_ranges (void)
{
  g_auto (Way) way = { 0 };

  if (!test_server_orthanc (&way.server, get_folder ())) {
    test_server_stop (&way.server);
    way = (Way){ 0 };
    return;
  }
  open_way (&way, "100", "0");
  for (guint n = 1; n <= 3; n++) {
    g_auto (Seen) seen = { 0 };
    g_autoptr (VitrailInstance) instance = open_remote (&way, n);
    get (&way, instance, 0, &seen);
    assert_is (seen.frame, n, 0);
  }
  g_assert_cmpuint (read_record (&way).n_ranges, <=, 1);
}

static void
test_order (void)
{
  VitrailFrame whole = { 0 };
  VitrailFrame some = { .preview_bytes = 100 };
  VitrailFrame more = { .preview_bytes = 200 };
  VitrailFrame small = { .reduce = 1 };

  g_assert_true (vitrail_frame_is_better (&whole, &more));
  g_assert_true (vitrail_frame_is_better (&more, &some));
  g_assert_true (vitrail_frame_is_better (&some, &small));
  g_assert_false (vitrail_frame_is_better (&some, &whole));
  g_assert_false (vitrail_frame_is_better (&small, &some));
  g_assert_false (vitrail_frame_is_better (&some, &some));
}

static gint n_short; /* atomic */

/* Never more than a small part of the frame, however much is asked for: what a
 * server does that bounds its ranges and has no strong ETag. */
static gboolean
load_short (VitrailInstance *instance,
            guint frame,
            gsize n_bytes,
            VitrailPriority priority,
            GCancellable *cancellable,
            VitrailBeginningReady ready,
            gpointer user_data)
{
  g_autoptr (GBytes) whole =
      vitrail_instance_load_frame (instance, frame, NULL, NULL);
  g_autoptr (GBytes) part = g_bytes_new_from_bytes (whole, 0, 20000);

  g_atomic_int_inc (&n_short);
  ready (part, FALSE, NULL, user_data);
  return TRUE;
}

/* It is asked for the whole, and not for ever. */
static void
test_short (void)
{
  g_autoptr (VitrailMemoryBudget) budget =
      vitrail_memory_budget_new (G_MAXINT32);
  Way way = { .store = vitrail_frame_store_new (budget) };
  g_autoptr (VitrailInstance) local = open_local (1);
  g_auto (Seen) seen = { 0 };

  VITRAIL_INSTANCE_GET_CLASS (local)->load_beginning = load_short;
  get (&way, local, 0, &seen);
  VITRAIL_INSTANCE_GET_CLASS (local)->load_beginning = NULL;
  assert_is (seen.frame, 1, 0);
  g_assert_cmpint (g_atomic_int_get (&n_short), >, 0);
  g_assert_cmpint (g_atomic_int_get (&n_short), <=, 2);
  vitrail_frame_store_free (way.store);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_setenv ("XDG_CACHE_HOME", test_data_get_scratch (), TRUE);
  g_test_add_func ("/progressive/order", test_order);
  g_test_add_func ("/progressive/short", test_short);
  g_test_add_func ("/progressive/sharper", test_sharper);
  g_test_add_func ("/progressive/smaller", test_smaller);
  g_test_add_func ("/progressive/shown", test_shown);
  g_test_add_func ("/progressive/without-ranges", test_without_ranges);
  return g_test_run ();
}
