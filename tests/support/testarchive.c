/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A small archive: see testarchive.h. */

#include "testarchive.h"

#include "testdata.h"

static const char program[] =
    "import os, numpy as np\n"
    "from pydicom.dataset import Dataset, FileMetaDataset\n"
    "from pydicom.uid import ExplicitVRLittleEndian\n"
    "os.mkdir('{dir}/archive')\n"
    "ROOT = '1.2.840.10008.5.1.4.1.1.'\n"
    "def make(name, class_uid, uid, series, number, modality):\n"
    "  ds = Dataset(); ds.file_meta = FileMetaDataset()\n"
    "  ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian\n"
    "  ds.SOPClassUID = ROOT + class_uid\n"
    "  ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID\n"
    "  ds.SOPInstanceUID = '1.2.3.' + uid\n"
    "  ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID\n"
    "  ds.StudyInstanceUID = '1.2.7'; ds.SeriesInstanceUID = '1.2.8.' + "
    "series\n"
    "  ds.PatientName = 'Test^Anna'; ds.PatientID = 'T1'\n"
    "  ds.StudyDate = '20240131'; ds.Modality = modality\n"
    "  ds.SeriesNumber = int(series); ds.InstanceNumber = number\n"
    "  ds.is_little_endian = True; ds.is_implicit_VR = False\n"
    "  return ds, '{dir}/archive/' + name\n"
    "def image(ds, array, signed):\n"
    "  ds.Rows, ds.Columns = array.shape[-2:]; ds.SamplesPerPixel = 1\n"
    "  ds.PhotometricInterpretation = 'MONOCHROME2'\n"
    "  ds.BitsAllocated = ds.BitsStored = array.itemsize * 8\n"
    "  ds.HighBit = ds.BitsStored - 1; ds.PixelRepresentation = int(signed)\n"
    "  ds.PixelData = array.tobytes()\n"
    "for k in range(1, 13):\n"
    "  ds, path = make('ct%d.dcm' % (13 - k), '2', '1.%d' % k, '1', 13 - k, "
    "'CT')\n"
    "  ds.SeriesDescription = 'Chest'\n"
    "  ds.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]\n"
    "  ds.ImagePositionPatient = [-24, -24, 2.5 * k]; ds.PixelSpacing = [.75, "
    ".75]\n"
    "  ds.FrameOfReferenceUID = '1.2.9'\n"
    "  ds.RescaleSlope = 1; ds.RescaleIntercept = -1024\n"
    "  ds.WindowCenter = 40; ds.WindowWidth = 400\n"
    "  image(ds, np.full((64, 64), 100 * k + 1024, 'int16'), True)\n"
    "  ds.save_as(path, write_like_original=False)\n"
    "ds, path = make('us.dcm', '3.1', '2.1', '2', 1, 'US')\n"
    "ds.NumberOfFrames = 10; ds.FrameTime = 40; ds.SeriesDescription = 'Echo'\n"
    "ds.FrameIncrementPointer = 0x00181063\n"
    "image(ds, np.stack([np.full((48, 64), 20 * k, 'uint8')\n"
    "                    for k in range(1, 11)]), False)\n"
    "ds.save_as(path, write_like_original=False)\n"
    "ds, path = make('sr.dcm', '88.11', '3.1', '3', 1, 'SR')\n"
    "ds.save_as(path, write_like_original=False)\n";

const char *
test_archive_get (void)
{
  static char *folder;
  if (folder != NULL)
    return folder;
  g_free (test_data_python (program));
  folder = g_build_filename (test_data_get_scratch (), "archive", NULL);
  return folder;
}

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

gboolean
test_wait_until (TestCondition condition, gpointer user_data)
{
  gint64 end = g_get_monotonic_time () + (gint64) 60 * G_USEC_PER_SEC;
  guint timer = g_timeout_add (50, wake_cb, NULL);
  gboolean holds;
  while (!(holds = condition (user_data)) && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
  return holds;
}

static gboolean
is_over (gpointer user_data)
{
  return g_get_monotonic_time () >= *(const gint64 *) user_data;
}

void
test_run_for (guint ms)
{
  gint64 end = g_get_monotonic_time () + (gint64) ms * 1000;
  test_wait_until (is_over, &end);
}
