/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The dictionary beside pydicom's and DCMTK's, and its look-ups. */

#include "dicom/vr.h"
#include "testdata.h"

#include <string.h>

static void
test_find (void)
{
  const VitrailDictionaryEntry *entry =
      vitrail_dictionary_find (VITRAIL_TAG (0x0010, 0x0010));

  g_assert_cmpstr (entry->keyword, ==, "PatientName");
  g_assert_cmpstr (entry->name, ==, "Patient's Name");
  g_assert_cmpuint (entry->vr, ==, VR_PN);
  g_assert_cmpuint (entry->vm_min, ==, 1);
  g_assert_cmpuint (entry->vm_max, ==, 1);

  entry = vitrail_dictionary_find (VITRAIL_TAG (0x0020, 0x0032));
  g_assert_cmpuint (entry->vm_min, ==, 3);
  g_assert_cmpuint (entry->vm_max, ==, 3);
  entry = vitrail_dictionary_find (VITRAIL_TAG (0x0008, 0x0008));
  g_assert_cmpuint (entry->vm_min, ==, 2);
  g_assert_cmpuint (entry->vm_max, ==, 0);
  g_assert_null (vitrail_dictionary_find (VITRAIL_TAG (0x0009, 0x0010)));
  g_assert_null (vitrail_dictionary_find (VITRAIL_TAG (0x0008, 0x9999)));
}

static void
test_repeating (void)
{
  static const VitrailTag overlays[] = { 0x60003000, 0x60023000, 0x601e3000,
                                         0x60fe3000 };

  for (guint i = 0; i < G_N_ELEMENTS (overlays); i++) {
    const VitrailDictionaryEntry *entry = vitrail_dictionary_find (overlays[i]);
    g_assert_cmpstr (entry->keyword, ==, "OverlayData");
    g_assert_cmpuint (vitrail_dictionary_vr (overlays[i]), ==, VR_OW);
  }
  g_assert_cmpstr (vitrail_dictionary_find (0x002031ab)->keyword, ==,
                   "SourceImageIDs");
  g_assert_cmpstr (vitrail_dictionary_find (0x50100010)->keyword, ==,
                   "NumberOfPoints");
  g_assert_null (vitrail_dictionary_find (0x60013000));
}

static void
test_vr (void)
{
  g_assert_cmpuint (vitrail_dictionary_vr (0x00100000), ==, VR_UL);
  g_assert_cmpuint (vitrail_dictionary_vr (0x00090010), ==, VR_LO);
  g_assert_cmpuint (vitrail_dictionary_vr (0x00091010), ==, VR_UN);
  g_assert_cmpuint (vitrail_dictionary_vr (0x7fe00010), ==, VR_OW);
  g_assert_cmpuint (vitrail_dictionary_vr (0x00280106), ==, VR_US);
  g_assert_cmpuint (vitrail_dictionary_vr (0xfffee000), ==, VR_UN);
  g_assert_true (vitrail_dictionary_is_us_or_ss (0x00280120));
  g_assert_false (vitrail_dictionary_is_us_or_ss (0x00280010));
  g_assert_cmpuint (vitrail_vr_info (VITRAIL_VR ('Z', 'Z'))->flags, ==, 0);
  g_assert_cmpuint (vitrail_vr_info (VITRAIL_VR (0xff, 0xff))->flags, ==, 0);
  g_assert_cmpuint (vitrail_vr_info (VITRAIL_VR (0, 0))->flags, ==, 0);
}

static void
test_text (void)
{
  static const struct {
    const char *text;
    VitrailTag tag; /* 0: refused */
  } cases[] = {
    { "00100010", 0x00100010 },
    { "0010,0010", 0x00100010 },
    { "(7fe0,0010)", 0x7fe00010 },
    { "PixelData", 0x7fe00010 },
    { "7FE00010", 0x7fe00010 },
    { "0010,001", 0 },
    { "(0010,0010", 0 },
    { "patientname", 0 },
    { "", 0 },
    { "0010,00100", 0 },
    { "00100010 ", 0 },
  };

  char text[VITRAIL_TAG_TEXT_SIZE];

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    VitrailTag tag = 0;
    g_assert_true (vitrail_tag_parse (cases[i].text, &tag) ==
                   (cases[i].tag != 0));
    g_assert_cmpuint (tag, ==, cases[i].tag);
  }
  g_assert_cmpstr (vitrail_tag_text (0x00100010, text), ==,
                   "(0010,0010) PatientName");
  g_assert_cmpstr (vitrail_tag_text (0x00091001, text), ==, "(0009,1001)");
  /* A retired tag without a keyword. */
  g_assert_cmpstr (vitrail_tag_text (0x00080202, text), ==, "(0008,0202)");
}

static void
test_uids (void)
{
  g_assert_cmpstr (vitrail_uid_name ("1.2.840.10008.1.2"), ==,
                   "Implicit VR Little Endian");
  g_assert_cmpstr (vitrail_uid_name ("1.2.840.10008.1.2.4.50"), ==,
                   "JPEG Baseline (Process 1)");
  g_assert_nonnull (vitrail_uid_name ("1.2.840.10008.1.2.4.201"));
  g_assert_null (vitrail_uid_name ("1.2.840.10008"));
  g_assert_null (vitrail_uid_name (""));
}

/* Each attribute of pydicom's dictionary has the same VR, keyword and name
 * here, and is found by its keyword. */
static void
test_pydicom (void)
{
  g_autofree char *out = test_data_python (
      "from pydicom._dicom_dict import DicomDictionary as d\n"
      "for tag, (vr, vm, name, retired, keyword) in d.items():\n"
      "    if vr != 'NONE':\n"
      "        print(f'{tag:08X}', vr[:2], keyword or '-', name, sep='\\t')\n");
  g_auto (GStrv) lines = g_strsplit (g_strchomp (out), "\n", -1);

  g_assert_cmpuint (g_strv_length (lines), >, 4000);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) fields = g_strsplit (lines[i], "\t", 4);
    VitrailTag tag;
    g_assert_true (vitrail_tag_parse (fields[0], &tag));
    const VitrailDictionaryEntry *entry = vitrail_dictionary_find (tag);
    g_assert_nonnull (entry);
    g_assert_cmpuint (entry->vr, ==, VITRAIL_VR (fields[1][0], fields[1][1]));
    g_assert_cmpstr (entry->name, ==, fields[3]);
    if (strcmp (fields[2], "-") == 0)
      continue;
    g_assert_cmpstr (entry->keyword, ==, fields[2]);
    g_assert_true (vitrail_dictionary_find_keyword (fields[2]) == entry);
  }
}

/* The generator refuses what it should. */
static void
test_proof (void)
{
  static const struct {
    const char *lines;
    const char *fault;
  } cases[] = {
    { "00100010\\tPN\\t1\\tA\\tA\\n00100010\\tPN\\t1\\tB\\tB\\n",
      "appears twice" },
    { "00100020\\tPN\\t1\\tA\\tA\\n00100010\\tPN\\t1\\tB\\tB\\n",
      "out of order" },
    { "00100010\\tPX\\t1\\tA\\tA\\n", "no such VR" },
    { "00100010\\tPN\\tn\\tA\\tA\\n", "no value multiplicity" },
    { "00100010\\tPN\\t1\\tA\\tA\\n00100020\\tPN\\t1\\tA\\tB\\n",
      "A: appears twice" },
    { "0010001\\tPN\\t1\\tA\\tA\\n", "not a tag" },
  };

  const char *source = g_getenv ("VITRAIL_SOURCE");
  const char *scratch = test_data_get_scratch ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *out = test_data_run (
        "cd '%s'; printf '%s' >d.tsv; : >u.tsv; "
        "/usr/bin/python3 '%s/datasource/dicom/dictionary.py' d.tsv u.tsv t.h "
        "2>&1 && echo accepted; true",
        scratch, cases[i].lines, source);
    g_assert_nonnull (strstr (out, cases[i].fault));
    g_assert_null (strstr (out, "accepted"));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dictionary/find", test_find);
  g_test_add_func ("/dictionary/repeating", test_repeating);
  g_test_add_func ("/dictionary/vr", test_vr);
  g_test_add_func ("/dictionary/text", test_text);
  g_test_add_func ("/dictionary/uids", test_uids);
  g_test_add_func ("/dictionary/pydicom", test_pydicom);
  g_test_add_func ("/dictionary/proof", test_proof);
  return g_test_run ();
}
