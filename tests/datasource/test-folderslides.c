/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the folder opens: instances, and slides of either kind. */

#include "error.h"
#include "folderdata.h"
#include "testdata.h"

static void
test_opened (void)
{
  g_autoptr (VitrailFolder) folder = test_folder_open_list ();
  g_autoptr (GError) error = NULL;

  g_autoptr (VitrailInstance) one =
      vitrail_folder_open_instance (folder, "1.5.1", &error);
  g_assert_no_error (error);
  g_autoptr (VitrailInstance) same =
      vitrail_folder_open_instance (folder, "1.5.1", NULL);
  g_assert_true (one == same);
  g_assert_null (vitrail_folder_open_instance (folder, "9.9", &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
  g_assert_true (g_str_has_suffix (error->message, ": no instance 9.9"));
  g_clear_error (&error);

  /* A changed file is opened anew after a scan. */
  test_folder_make (
      "make('list/1/1.dcm', StudyInstanceUID='1.3.1', PatientID='1',\n"
      "     SeriesInstanceUID='1.4.1', SOPInstanceUID='1.5.1',\n"
      "     PatientName='Changed')\n");
  test_folder_scan (folder);
  g_autoptr (VitrailInstance) fresh =
      vitrail_folder_open_instance (folder, "1.5.1", &error);
  g_assert_no_error (error);
  g_assert_true (fresh != one);

  /* Changed to another instance since the scan. */
  test_folder_make ("make('list/2/1.dcm', SOPInstanceUID='1.5.77')\n");
  g_assert_null (vitrail_folder_open_instance (folder, "1.5.2", &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
}

static char *
describe_slides (VitrailFolder *folder)
{
  g_autoptr (GPtrArray) slides = vitrail_folder_list_slides (folder);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < slides->len; i++) {
    const VitrailSlideEntry *entry = g_ptr_array_index (slides, i);
    g_string_append_printf (text, "%s %s:", entry->id, entry->name);
    for (guint k = 0; entry->paths[k] != NULL; k++) {
      g_autofree char *name = g_path_get_basename (entry->paths[k]);
      g_string_append_printf (text, " %s", name);
    }
    g_string_append_c (text, '\n');
  }
  return g_string_free (text, FALSE);
}

static void
test_dicom_slides (void)
{
  test_folder_make (
      "def slide(n, series, pyramid, **kw):\n"
      "    make('slides/%s' % n, SOPInstanceUID='1.7.%s' % n,\n"
      "         SOPClassUID='1.2.840.10008.5.1.4.1.1.77.1.6',\n"
      "         SeriesInstanceUID=series, x00080019=pyramid, **kw)\n"
      "slide(1, '1.6.1', '', ContainerIdentifier='S1')\n"
      "slide(2, '1.6.1', '', ContainerIdentifier='S1')\n"
      "slide(3, '1.6.2', '1.8.1', SeriesDescription='Two')\n"
      "slide(4, '1.6.2', '1.8.2', SeriesDescription='Two')\n"
      "slide(5, '1.6.2', '1.8.1', SeriesDescription='Two')\n"
      "slide(6, '1.6.2', '', SeriesDescription='Two')\n"
      "slide(7, '1.6.3', '1.8.3')\n"
      "label = ['ORIGINAL', 'PRIMARY', 'LABEL', 'NONE']\n"
      "slide(8, '1.6.4', '', ContainerIdentifier='S1', ImageType=label)\n"
      "slide(9, '1.6.4', '', ContainerIdentifier='S2', ImageType=label)\n");
  g_autoptr (VitrailFolder) folder = test_folder_open ("slides");
  test_folder_scan (folder);
  g_autofree char *text = describe_slides (folder);
  g_assert_cmpstr (text, ==,
                   "1.6.1 S1: 1 2 8\n"
                   "1.6.2.1.8.1 Two: 6 3 5\n"
                   "1.6.2.1.8.2 Two: 6 4\n"
                   "1.6.3 1.6.3: 7\n");
}

static void
test_vendor_slides (void)
{
  const char *data = test_data_get_folder ();
  if (data == NULL) {
    g_test_skip ("no real slides: 1 file skipped");
    return;
  }
  g_autofree char *svs = g_build_filename (
      data, "wsi-svs/test/test-suite/images/CMU-1-Small-Region.svs", NULL);
  g_autofree char *root = test_folder_dup_path ("vendor");
  g_free (test_data_run ("mkdir -p '%s/a' && cp '%s' '%s/a/one.svs' && "
                         "cp '%s' '%s/two.svs'",
                         root, svs, root, svs, root));
  g_autoptr (VitrailFolder) folder = test_folder_open ("vendor");
  test_folder_scan (folder);
  /* One content, one slide, wherever it lies. */
  g_autofree char *text = describe_slides (folder);
  g_assert_cmpstr (text, ==,
                   "8c55733b125adabce358281318a0325e one.svs: one.svs\n");
  g_autofree char *unreadable = test_folder_list_unreadable (folder, "vendor");
  g_assert_cmpstr (unreadable, ==, "two.svs: a duplicate of ROOT/a/one.svs\n");
}

static guint
count_slides (VitrailFolder *folder)
{
  g_autoptr (GPtrArray) slides = vitrail_folder_list_slides (folder);
  return slides->len;
}

/* Tiled TIFF files: of less than 512 pixels those are slides that say so, or
 * that somebody names. */
static void
test_pictures (void)
{
  g_autofree char *root = test_folder_dup_path ("pictures");
  g_free (test_data_run (
      "mkdir -p '%s' && cd '%s' && save () { "
      "vips black \"$1[tile,tile-width=64,tile-height=64,$4]\" $2 $3; } && "
      "save tiny.tif 2 2 strip=true && "
      "save pyramid.tif 120 180 strip=true,pyramid && "
      "save edge.tif 511 511 strip=true && "
      "save wide.tif 512 40 strip=true && "
      "save scaled.tif 120 180 xres=2000,yres=2000,resunit=cm",
      root, root));
  g_autoptr (VitrailFolder) folder = test_folder_open ("pictures");
  test_folder_scan (folder);
  g_autofree char *text = describe_slides (folder);
  g_assert_cmpuint (count_slides (folder), ==, 2);
  g_assert_nonnull (strstr (text, "scaled.tif"));
  g_assert_nonnull (strstr (text, "wide.tif"));
  g_autofree char *unreadable =
      test_folder_list_unreadable (folder, "pictures");
  g_assert_cmpstr (unreadable, ==,
                   "edge.tif: a small picture, not a slide\n"
                   "pyramid.tif: a small picture, not a slide\n"
                   "tiny.tif: a small picture, not a slide\n");

  g_autoptr (VitrailFolder) named = test_folder_open ("pictures/tiny.tif");
  test_folder_scan (named);
  g_assert_cmpuint (count_slides (named), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/folder/opened", test_opened);
  g_test_add_func ("/folder/dicom-slides", test_dicom_slides);
  g_test_add_func ("/folder/vendor-slides", test_vendor_slides);
  g_test_add_func ("/folder/pictures", test_pictures);
  return g_test_run ();
}
