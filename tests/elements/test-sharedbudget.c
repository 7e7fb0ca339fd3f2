/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tiles of a slide and frames of a CT in one budget that is too small for
 * either: together they never hold more, and each takes its room from the
 * other. */

#include "framestore.h"
#include "slide/tilecache.h"
#include "slidedata.h"
#include "testdata.h"

#include <pthread.h>
#include <string.h>

#define N_FRAMES    24
#define FRAME_BYTES ((guint64) 256 * 256 * 2)
/* Eight frames with what describes them, or six tiles of 256 x 256 or less. */
#define LIMIT_BYTES (9 * FRAME_BYTES)

/* RLE, so that frames are decoded and not slices of the file. */
static const char make_ct[] =
    "import numpy as np\n"
    "from pydicom.dataset import Dataset, FileMetaDataset\n"
    "from pydicom.encaps import encapsulate\n"
    "from pydicom.pixel_data_handlers.rle_handler import rle_encode_frame\n"
    "from pydicom.uid import RLELossless, generate_uid\n"
    "d = Dataset()\n"
    "d.SOPClassUID = '1.2.840.10008.5.1.4.1.1.2'\n"
    "d.SOPInstanceUID = generate_uid()\n"
    "d.StudyInstanceUID = d.SeriesInstanceUID = generate_uid()\n"
    "d.SamplesPerPixel = 1\n"
    "d.PhotometricInterpretation = 'MONOCHROME2'\n"
    "d.NumberOfFrames = 24\n"
    "d.Rows = d.Columns = 256\n"
    "d.BitsAllocated = d.BitsStored = 16\n"
    "d.HighBit = 15\n"
    "d.PixelRepresentation = 0\n"
    "frames = [np.full((256, 256), 100 * k, '<u2') for k in range(1, 25)]\n"
    "d.PixelData = encapsulate([rle_encode_frame(f) for f in frames])\n"
    "d['PixelData'].is_undefined_length = True\n"
    "d.file_meta = FileMetaDataset()\n"
    "d.file_meta.TransferSyntaxUID = RLELossless\n"
    "d.file_meta.MediaStorageSOPClassUID = d.SOPClassUID\n"
    "d.file_meta.MediaStorageSOPInstanceUID = d.SOPInstanceUID\n"
    "d.is_little_endian, d.is_implicit_VR = True, False\n"
    "d.save_as('{dir}/ct.dcm', write_like_original=False)\n";

typedef struct {
  VitrailMemoryBudget *budget;
  VitrailFrameStore *store;
  VitrailTileCache *tiles;
  VitrailInstance *instance;
  VitrailSlide *slide;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *svs = test_slide_make_svs (1100, 900, 80);
  const char *paths[] = { svs, NULL };
  g_autofree char *ct =
      g_build_filename (test_data_get_scratch (), "ct.dcm", NULL);

  if (!g_file_test (ct, G_FILE_TEST_EXISTS))
    g_free (test_data_python (make_ct));
  f->budget = vitrail_memory_budget_new (LIMIT_BYTES);
  f->store = vitrail_frame_store_new (f->budget);
  f->tiles = vitrail_tile_cache_new (f->budget);
  f->instance = vitrail_instance_open (ct, &error);
  g_assert_no_error (error);
  f->slide = vitrail_slide_open (paths, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vitrail_tile_cache_free (f->tiles);
  vitrail_frame_store_free (f->store);
  g_assert_cmpuint (vitrail_memory_budget_get_bytes (f->budget), ==, 0);
  vitrail_memory_budget_free (f->budget);
  g_object_unref (f->instance);
  g_object_unref (f->slide);
}

static void
check_total (Fixture *f)
{
  g_assert_cmpuint (vitrail_memory_budget_get_bytes (f->budget), <=,
                    LIMIT_BYTES);
}

static VitrailMemoryStats
get_stats (Fixture *f, const char *name)
{
  g_autoptr (GArray) all = vitrail_memory_budget_list_stats (f->budget);

  for (guint i = 0; i < all->len; i++) {
    VitrailMemoryStats stats = g_array_index (all, VitrailMemoryStats, i);
    if (strcmp (stats.name, name) == 0)
      return stats;
  }
  g_assert_not_reached ();
}

static void
show_frame (Fixture *f, guint number)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailFrame) frame =
      vitrail_frame_store_get (f->store, f->instance, number, 0, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (((const guint16 *) frame->data)[7], ==,
                    100 * (guint64) number);
  check_total (f);
}

/* Tiles of level 0: 5 x 4. */
static void
show_tile (Fixture *f, guint number)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailTile) tile =
      vitrail_tile_cache_get (f->tiles, f->slide, 0, number % 5, number / 5 % 4,
                              &error);

  g_assert_no_error (error);
  g_assert_cmpuint (tile->width, >=, 128);
  check_total (f);
}

/* Reading a slide takes the room from a CT that nobody looks at any more, and
 * the other way round. */
static void
test_turns (Fixture *f, gconstpointer data)
{
  for (guint i = 1; i <= N_FRAMES; i++)
    show_frame (f, i);
  g_assert_cmpuint (get_stats (f, "frames").n_entries, ==, 8);
  for (guint i = 0; i < 20; i++)
    show_tile (f, i);
  g_assert_cmpuint (get_stats (f, "frames").n_entries, <=, 1);
  g_assert_cmpuint (get_stats (f, "tiles").n_entries, >=, 5);
  for (guint i = 1; i <= N_FRAMES; i++)
    show_frame (f, i);
  g_assert_cmpuint (get_stats (f, "tiles").bytes, ==, 0);
  g_assert_cmpuint (get_stats (f, "frames").evictions, >=, N_FRAMES);

  /* What was kept is handed out as it is. */
  g_autoptr (VitrailFrame) once =
      vitrail_frame_store_peek (f->store, f->instance, N_FRAMES, 0);
  g_autoptr (VitrailFrame) again =
      vitrail_frame_store_get (f->store, f->instance, N_FRAMES, 0, NULL, NULL);
  g_assert_nonnull (once);
  g_assert_true (once == again);
}

static void *
read_frames (void *data)
{
  for (guint i = 0; i < 200; i++)
    show_frame (data, 1 + i * 7 % N_FRAMES);
  return NULL;
}

static void *
read_tiles (void *data)
{
  for (guint i = 0; i < 100; i++)
    show_tile (data, i * 3);
  return NULL;
}

static void
test_threads (Fixture *f, gconstpointer data)
{
  void *(*const readers[]) (void *) = { read_frames, read_tiles, read_frames,
                                        read_tiles };
  pthread_t threads[G_N_ELEMENTS (readers)];

  for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
    g_assert_cmpint (pthread_create (&threads[i], NULL, readers[i], f), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
    pthread_join (threads[i], NULL);
  VitrailMemoryStats frames = get_stats (f, "frames");
  VitrailMemoryStats tiles = get_stats (f, "tiles");
  g_test_message ("%" G_GUINT64_FORMAT " frames and %" G_GUINT64_FORMAT
                  " tiles evicted",
                  frames.evictions, tiles.evictions);
  g_assert_cmpuint (frames.evictions, >, 0);
  g_assert_cmpuint (tiles.evictions, >, 0);
  g_assert_cmpuint (frames.bytes + tiles.bytes, ==,
                    vitrail_memory_budget_get_bytes (f->budget));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/sharedbudget/turns", Fixture, NULL, set_up, test_turns,
              tear_down);
  g_test_add ("/sharedbudget/threads", Fixture, NULL, set_up, test_threads,
              tear_down);
  return g_test_run ();
}
