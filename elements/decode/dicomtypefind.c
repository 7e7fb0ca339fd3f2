/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* dicomtypefind: tells DICOM files from others by their first bytes (PS3.10
 * 7.1), so that filesrc, playbin and the like find dcmdemux. */

#include "dicom/part10.h"
#include "framecaps.h"

#include <string.h>

#define PREAMBLE_BYTES 128
#define PROBE_BYTES    132

static void
find_dicom (GstTypeFind *find, gpointer user_data)
{
  guint64 length = gst_type_find_get_length (find);
  guint n = PROBE_BYTES;

  /* Without a preamble a file can be shorter than one. */
  if (length > 0 && length < n)
    n = (guint) length;
  const guint8 *data = gst_type_find_peek (find, 0, n);
  if (data == NULL || !vitrail_part10_probe (data, n))
    return;
  gboolean has_prefix =
      n == PROBE_BYTES && memcmp (data + PREAMBLE_BYTES, "DICM", 4) == 0;
  gst_type_find_suggest_empty_simple (find,
                                      has_prefix ? GST_TYPE_FIND_MAXIMUM
                                                 : GST_TYPE_FIND_LIKELY,
                                      VITRAIL_CAPS_DICOM);
}

static gboolean
register_find (GstPlugin *plugin)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple (VITRAIL_CAPS_DICOM);

  return gst_type_find_register (plugin, VITRAIL_CAPS_DICOM,
                                 GST_RANK_PRIMARY + 1, find_dicom,
                                 "dcm,dicom,dic", caps, NULL, NULL);
}

GST_TYPE_FIND_REGISTER_DECLARE (dicomtypefind)
GST_TYPE_FIND_REGISTER_DEFINE_CUSTOM (dicomtypefind, register_find)
