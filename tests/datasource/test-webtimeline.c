/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* When which frame is asked for, by the time line of a relay that speaks HTTP/2
 * and whose link is slow: before our own service, and before Orthanc. */

#include "dicomweb/client.h"
#include "framestore.h"
#include "relayrecord.h"
#include "sourcetest.h"
#include "testarchive.h"
#include "testdata.h"
#include "volume/sliceorder.h"

#define N_FRAMES    24
#define FRAME_BYTES ((guint64) 256 * 256 * 2)
/* So that a frame takes 35 ms. */
#define MBIT 30
/* However fast the machine is: what is under way when a test cancels it, and
 * what is not over yet when a test asks for something more urgent. */
#define HELD "1\\.2\\.9\\.4/frames/([6-9]|1[0-9]|2[0-3])$"
#define OVERTAKEN \
  "1\\.2\\.9\\.2/frames/([3-9]|1[0-6])$ until 1\\.2\\.9\\.2/frames/20$"
#define LESS_URGENT \
  "1\\.2\\.9\\.3/frames/([2-9]|1[0-2])$ until 1\\.2\\.9\\.3/frames/16$"
/* What goes together. */
#define N_TOGETHER 5
#define TOGETHER \
  "1\\.2\\.9\\.1/frames/([2-9]|1[0-9]|2[0-4])$ until 1\\.2\\.9\\.1/frames/%u$"

static const char program[] =
    "import os, numpy as np\n"
    "from pydicom.dataset import Dataset, FileMetaDataset\n"
    "from pydicom.uid import ExplicitVRLittleEndian\n"
    "os.mkdir('{dir}/frames')\n"
    "noise = np.random.default_rng(7)\n"
    "for k in range(1, 5):\n"
    "  ds = Dataset(); ds.file_meta = FileMetaDataset()\n"
    "  ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian\n"
    "  ds.SOPClassUID = '1.2.840.10008.5.1.4.1.1.7.3'\n"
    "  ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID\n"
    "  ds.SOPInstanceUID = '1.2.9.%d' % k\n"
    "  ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID\n"
    "  ds.StudyInstanceUID = '1.2.7'; ds.SeriesInstanceUID = '1.2.8'\n"
    "  ds.PatientName = 'Test^Anna'; ds.PatientID = 'T1'; ds.Modality = 'OT'\n"
    "  ds.NumberOfFrames = 24; ds.Rows = ds.Columns = 256\n"
    "  ds.SamplesPerPixel = 1; ds.PhotometricInterpretation = 'MONOCHROME2'\n"
    "  ds.BitsAllocated = ds.BitsStored = 16; ds.HighBit = 15\n"
    "  ds.PixelRepresentation = 0; ds.InstanceNumber = k\n"
    "  ds.is_little_endian = True; ds.is_implicit_VR = False\n"
    "  ds.PixelData = noise.integers(0, 65536, (24, 256, 256), 'uint16')"
    ".tobytes()\n"
    "  ds.save_as('{dir}/frames/%d.dcm' % k, write_like_original=False)\n";

/* A server and the relay before it. */
typedef struct {
  TestServer server;
  TestRelay relay;
  VitrailDataSource *source; /* made when it is asked for first */
} Way;

static Way service;
static Way orthanc;

static VitrailInstance *
open_instance (Way *way, const char *uid)
{
  g_autoptr (GError) error = NULL;

  if (way->source == NULL)
    way->source =
        test_source_open ("dicomwebs://127.0.0.1:%u/dicom-web/studies/1.2.7/"
                          "series/1.2.8",
                          way->relay.server.port);
  VitrailInstance *instance =
      vitrail_data_source_open_instance (way->source, uid, NULL, &error);
  g_assert_no_error (error);
  return instance;
}

/* How many came, how many did not. */
typedef struct {
  gint n_frames; /* atomic */
  gint n_errors; /* atomic */
  gint n_wanted;
} Came;

static void
ready_cb (VitrailFrame *frame, const GError *error, gpointer user_data)
{
  Came *came = user_data;

  g_atomic_int_inc (frame != NULL ? &came->n_frames : &came->n_errors);
}

static gboolean
have_come (gpointer user_data)
{
  Came *came = user_data;

  return g_atomic_int_get (&came->n_frames) +
             g_atomic_int_get (&came->n_errors) >=
         came->n_wanted;
}

static void
wait_for (Came *came, gint n)
{
  came->n_wanted = n;
  g_assert_true (test_wait_until (have_come, came));
}

static void
request (VitrailInstance *instance,
         guint frame,
         VitrailPriority priority,
         GCancellable *cancellable,
         Came *came)
{
  vitrail_frame_store_request (vitrail_frame_store_get_default (), instance,
                               frame, 0, priority, cancellable, ready_cb, came);
}

static void
print_line (const GArray *line)
{
  for (guint i = 0; i < line->len; i++) {
    const TestRelayed *one = &g_array_index (line, TestRelayed, i);
    g_test_message ("%u: frame %u, %.0f-%.0f ms, %" G_GUINT64_FORMAT
                    " bytes%s, connection %u",
                    one->n, one->frame, one->start, one->end, one->bytes,
                    one->is_cancelled ? ", cancelled" : "", one->connection);
  }
}

static const TestRelayed *
find_frame (const GArray *line, guint frame)
{
  for (guint i = 0; i < line->len; i++) {
    const TestRelayed *one = &g_array_index (line, TestRelayed, i);
    if (one->frame == frame)
      return one;
  }
  g_assert_not_reached ();
}

/* The last time that @frame was asked for. */
static const TestRelayed *
find_last (const GArray *line, guint frame)
{
  const TestRelayed *last = find_frame (line, frame);

  for (guint i = 0; i < line->len; i++) {
    const TestRelayed *one = &g_array_index (line, TestRelayed, i);
    if (one->frame == frame)
      last = one;
  }
  return last;
}

/* How many are under way when the last of them comes, at most. */
static guint
count_together (const GArray *line)
{
  guint most = 0;

  for (guint i = 0; i < line->len; i++) {
    const double now = g_array_index (line, TestRelayed, i).start;
    guint n = 0;
    for (guint k = 0; k <= i; k++)
      n += g_array_index (line, TestRelayed, k).end > now;
    most = MAX (most, n);
  }
  return most;
}

/* Frames of a volume come in its order, on one connection, many at a time. */
static void
test_order (gconstpointer data)
{
  Way *way = (Way *) data;
  Came came = { 0 };
  g_autoptr (VitrailInstance) instance = open_instance (way, "1.2.9.1");
  g_autofree guint *order =
      vitrail_slice_order_new (VITRAIL_ORDER_INTERLEAVED, N_FRAMES);

  for (guint i = 0; i < N_FRAMES; i++)
    request (instance, order[i] + 1, VITRAIL_PRIORITY_PREFETCH, NULL, &came);
  wait_for (&came, N_FRAMES);
  g_assert_cmpint (came.n_errors, ==, 0);
  g_autoptr (GArray) line = test_relay_wait (&way->relay, "1.2.9.1", N_FRAMES);
  print_line (line);
  g_assert_cmpuint (line->len, ==, N_FRAMES);
  const TestRelayed *first = &g_array_index (line, TestRelayed, 0);
  /* Where metadata do not tell the transfer syntax, the first frame does. */
  const gboolean is_known = first->frame == 1;
  guint n = is_known ? 1 : 0;
  for (guint i = 0; i < N_FRAMES; i++) {
    if (is_known && order[i] == 0)
      continue;
    const TestRelayed *one = &g_array_index (line, TestRelayed, n++);
    g_assert_cmpuint (one->frame, ==, order[i] + 1);
    g_assert_true (one->is_http2);
    g_assert_cmpuint (one->connection, ==, first->connection);
  }
  g_assert_cmpuint (count_together (line), >=, 4);
}

typedef struct {
  Way *way;
  const char *uid;
  guint frame;
} Wanted;

static gboolean
is_recorded (gpointer user_data)
{
  const Wanted *wanted = user_data;
  g_autoptr (GArray) line = test_relay_read (&wanted->way->relay, wanted->uid);

  for (guint i = 0; i < line->len; i++) {
    const TestRelayed *one = &g_array_index (line, TestRelayed, i);
    if (one->frame == wanted->frame && !one->is_cancelled)
      return TRUE;
  }
  return FALSE;
}

/* All until @frame has been answered. */
static GArray *
wait_for_frame (Way *way, const char *uid, guint frame)
{
  Wanted wanted = { way, uid, frame };

  g_assert_true (test_wait_until (is_recorded, &wanted));
  return test_relay_read (&way->relay, uid);
}

/* Nothing that nobody waited for began while @one was under way, unless it was
 * stopped; and what had begun before ended before it: nearly there, or stopped.
 */
static void
check_overtaken (const GArray *line, const TestRelayed *one)
{
  for (guint i = 0; i < line->len; i++) {
    const TestRelayed *other = &g_array_index (line, TestRelayed, i);
    if (other->frame == 16 || other->frame == 20)
      continue;
    g_assert_false (!other->is_cancelled && other->start > one->start &&
                    other->start < one->end);
    if (other->start < one->start)
      g_assert_cmpfloat (other->end, <, one->end);
  }
}

/* What is looked at comes before what was asked for earlier: within the time of
 * one frame, beside the way there and back. */
static void
test_overtake (gconstpointer data)
{
  Way *way = (Way *) data;
  Came ahead = { 0 };
  Came now = { 0 };
  g_autoptr (VitrailInstance) instance = open_instance (way, "1.2.9.2");

  for (guint frame = 1; frame <= 16; frame++)
    request (instance, frame, VITRAIL_PRIORITY_PREFETCH, NULL, &ahead);
  wait_for (&ahead, 2);
  request (instance, 20, VITRAIL_PRIORITY_INTERACTIVE, NULL, &now);
  request (instance, 16, VITRAIL_PRIORITY_INTERACTIVE, NULL, &now);
  wait_for (&now, 2);
  wait_for (&ahead, 16);
  g_autoptr (GArray) line = wait_for_frame (way, "1.2.9.2", 15);
  print_line (line);
  check_overtaken (line, find_frame (line, 20));
  check_overtaken (line, find_last (line, 16));
}

/* Each class before those that are less urgent, whichever was asked first. */
static void
test_classes (gconstpointer data)
{
  Way *way = (Way *) data;
  Came came = { 0 };
  g_autoptr (VitrailInstance) instance = open_instance (way, "1.2.9.3");

  for (guint frame = 1; frame <= 12; frame++)
    request (instance, frame, VITRAIL_PRIORITY_BACKGROUND, NULL, &came);
  wait_for (&came, 1);
  request (instance, 13, VITRAIL_PRIORITY_BACKGROUND, NULL, &came);
  request (instance, 14, VITRAIL_PRIORITY_PREFETCH, NULL, &came);
  request (instance, 15, VITRAIL_PRIORITY_THUMBNAIL, NULL, &came);
  request (instance, 16, VITRAIL_PRIORITY_INTERACTIVE, NULL, &came);
  wait_for (&came, 16);
  g_assert_cmpint (came.n_errors, ==, 0);
  g_autoptr (GArray) line = wait_for_frame (way, "1.2.9.3", 13);
  print_line (line);
  for (guint frame = 13; frame < 16; frame++)
    g_assert_cmpuint (find_frame (line, frame)->n, >,
                      find_frame (line, frame + 1)->n);
}

/* What nobody wants any more is not asked for, and what of it is under way
 * stops. Frames 2 to 5 have come then; the first may have told the syntax. */
static void
test_cancel (gconstpointer data)
{
  Way *way = (Way *) data;
  Came ahead = { 0 };
  Came now = { 0 };
  guint n_cancelled = 0;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (VitrailInstance) instance = open_instance (way, "1.2.9.4");

  for (guint frame = 2; frame <= 23; frame++)
    request (instance, frame, VITRAIL_PRIORITY_PREFETCH, cancellable, &ahead);
  wait_for (&ahead, 4);
  g_assert_true (test_relay_wait_held (&way->relay, "1.2.9.4", 2));
  g_cancellable_cancel (cancellable);
  wait_for (&ahead, 22);
  request (instance, 24, VITRAIL_PRIORITY_INTERACTIVE, NULL, &now);
  wait_for (&now, 1);
  g_autoptr (GArray) line = wait_for_frame (way, "1.2.9.4", 24);
  print_line (line);
  const TestRelayed *last = find_frame (line, 24);
  g_assert_cmpuint (line->len, <=, 1 + 4 + VITRAIL_WEB_IN_FLIGHT + 1);
  for (guint i = 0; i < line->len; i++) {
    const TestRelayed *one = &g_array_index (line, TestRelayed, i);
    g_assert_cmpuint (one->n, <=, last->n);
    g_assert_cmpfloat (one->end, <=, last->end);
    n_cancelled += one->is_cancelled;
    g_assert_true (one->is_cancelled == (one->frame > 5 && one->frame < 24));
    if (one->is_cancelled)
      g_assert_cmpuint (one->bytes, <, FRAME_BYTES);
  }
  g_assert_cmpuint (n_cancelled, >=, 2);
}

static gboolean
start_way (Way *way)
{
  g_autofree guint *order =
      vitrail_slice_order_new (VITRAIL_ORDER_INTERLEAVED, N_FRAMES);
  g_autofree char *together =
      g_strdup_printf (TOGETHER, order[N_TOGETHER - 1] + 1);
  const char *const options[] = { "--hold",  HELD,     "--gate",
                                  OVERTAKEN, "--gate", LESS_URGENT,
                                  "--gate",  together, NULL };

  return test_relay_start (&way->relay, way->server.port, MBIT, options);
}

/* Both relays' authorities, before the client's first request. */
static void
trust (void)
{
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "authorities", NULL);
  g_autoptr (GString) all = g_string_new (NULL);
  const char *const files[] = { service.relay.authority,
                                orthanc.relay.authority };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *text = NULL;
    if (files[i] != NULL && g_file_get_contents (files[i], &text, NULL, NULL))
      g_string_append (all, text);
  }
  g_assert_true (g_file_set_contents (path, all->str, -1, NULL));
  g_setenv ("VITRAIL_DICOMWEB_CA", path, TRUE);
}

/* Before the tests, since the client knows one file of authorities. */
static void
start (void)
{
  g_free (test_data_python (program));
  g_autofree char *folder =
      g_build_filename (test_data_get_scratch (), "frames", NULL);
  test_server_serve (&service.server, folder);
  start_way (&service);
  if (test_server_orthanc (&orthanc.server, folder))
    start_way (&orthanc);
  trust ();
}

static void
stop (void)
{
  Way *ways[] = { &service, &orthanc };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++) {
    g_clear_object (&ways[i]->source);
    test_relay_stop (&ways[i]->relay);
    test_server_stop (&ways[i]->server);
  }
}

static void
test_nothing (void)
{
  g_test_skip ("no node");
}

static void
add_tests (const char *name, const Way *way)
{
  static const struct {
    const char *name;
    GTestDataFunc function;
  } tests[] = {
    { "order", test_order },
    { "overtake", test_overtake },
    { "classes", test_classes },
    { "cancel", test_cancel },
  };

  for (guint i = 0; way->relay.record != NULL && i < G_N_ELEMENTS (tests); i++)
  {
    g_autofree char *path =
        g_strdup_printf ("/webtimeline/%s/%s", name, tests[i].name);
    g_test_add_data_func (path, way, tests[i].function);
  }
}

int
main (int argc, char **argv)
{
  g_autofree char *node = g_find_program_in_path ("node");

  g_test_init (&argc, &argv, NULL);
  if (node == NULL) {
    g_test_add_func ("/webtimeline/none", test_nothing);
    return g_test_run ();
  }
  g_setenv ("XDG_CACHE_HOME", test_data_get_scratch (), TRUE);
  start ();
  add_tests ("service", &service);
  add_tests ("orthanc", &orthanc);
  const int result = g_test_run ();
  stop ();
  return result;
}
