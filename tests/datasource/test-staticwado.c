/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Static archives as a data source: as a folder, behind nginx as its authors
 * set it up, and behind nginx that knows nothing but files. */

#include "error.h"
#include "sourcetest.h"
#include "testarchive.h"
#include "testdata.h"
#include "webserver.h"

#include <glib/gstdio.h>

#define TAG_PATIENT_NAME VITRAIL_TAG (0x0010, 0x0010)
#define TAG_MODALITIES   VITRAIL_TAG (0x0008, 0x0061)

/* The small archive in the layout of Static-DICOMWeb: lists and metadata
 * compressed, frames with their multipart header; those of the cine lie
 * compressed and bare. Metadata name the transfer syntax of the CT only. */
static const char writer[] =
    "import gzip, json, os, sys\n"
    "from pydicom import dcmread\n"
    "root = '{dir}/static/studies'\n"
    "def write(path, data):\n"
    "  os.makedirs(os.path.dirname(path), exist_ok=True)\n"
    "  if path.endswith('.gz'): data = gzip.compress(data)\n"
    "  open(path, 'wb').write(data)\n"
    "def tell(path, value): write(path, json.dumps(value).encode())\n"
    "def pick(ds, names):\n"
    "  from pydicom.dataset import Dataset\n"
    "  out = Dataset()\n"
    "  for name in names:\n"
    "    if name in ds: out[name] = ds[name]\n"
    "  return out.to_json_dict()\n"
    "series = {}\n"
    "for name in sorted(os.listdir('{dir}/archive')):\n"
    "  if not name.endswith('.dcm'): continue\n"
    "  ds = dcmread('{dir}/archive/' + name)\n"
    "  series.setdefault(ds.SeriesInstanceUID, []).append(ds)\n"
    "lists = []\n"
    "for uid, all in series.items():\n"
    "  study = '%s/%s' % (root, all[0].StudyInstanceUID)\n"
    "  metadata = []\n"
    "  for ds in all:\n"
    "    n = int(ds.get('NumberOfFrames', 1)) if 'PixelData' in ds else 0\n"
    "    pixels = ds.PixelData if n else b''\n"
    "    if n: del ds.PixelData\n"
    "    folder = '%s/series/%s/instances/%s' % (study, uid,"
    " ds.SOPInstanceUID)\n"
    "    size = len(pixels) // n if n else 0\n"
    "    for k in range(n):\n"
    "      body = pixels[k * size:(k + 1) * size]\n"
    "      if ds.Modality == 'US':\n"
    "        write('%s/frames/%d.gz' % (folder, k + 1), body)\n"
    "      else:\n"
    "        write('%s/frames/%d' % (folder, k + 1),\n"
    "          b'--BOUNDARY_1f\\r\\nContent-Type: application/octet-stream;'\n"
    "          b'transfer-syntax=1.2.840.10008.1.2.1\\r\\n\\r\\n' + body +\n"
    "          b'\\r\\n--BOUNDARY_1f--')\n"
    "    one = ds.to_json_dict()\n"
    "    if ds.Modality == 'US':\n"
    "      one['00083002'] = {'vr': 'UI', 'Value': ['1.2.840.10008.1.2.1']}\n"
    "    metadata.append(one)\n"
    /* What has no UID of its own is left out. */
    "  metadata.append({'0020000E': {'vr': 'UI', 'Value': [uid]}})\n"
    "  tell('%s/series/%s/metadata.gz' % (study, uid), metadata)\n"
    "  one = pick(all[0], ['StudyInstanceUID', 'SeriesInstanceUID',\n"
    "    'Modality', 'SeriesNumber', 'SeriesDescription'])\n"
    "  one['00201209'] = {'vr': 'IS', 'Value': [len(all)]}\n"
    "  lists.append(one)\n"
    "tell(study + '/series/index.json.gz', lists)\n"
    "one = pick(all[0], ['StudyInstanceUID', 'PatientName', 'PatientID',\n"
    "  'StudyDate'])\n"
    "one['00080061'] = {'vr': 'CS', 'Value': ['CT', 'US', 'SR']}\n"
    "one['00201208'] = {'vr': 'IS', 'Value': [14]}\n"
    "tell(root + '/index.json.gz', [one])\n"
    "tell(study + '/index.json.gz', [one])\n";

static char *
make_archive (void)
{
  char *folder = g_build_filename (test_data_get_scratch (), "static", NULL);

  test_archive_get ();
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    g_free (test_data_python (writer));
  return folder;
}

/* What a server would have matched is matched here. */
static void
compare_all (VitrailDataSource *source)
{
  test_source_compare (source);
  test_source_open_report (source);
  g_assert_cmpuint (test_source_count (source, VITRAIL_LEVEL_STUDY,
                                       TAG_MODALITIES, "US"),
                    ==, 1);
  g_assert_cmpuint (test_source_count (source, VITRAIL_LEVEL_STUDY,
                                       TAG_MODALITIES, "MR"),
                    ==, 0);
  g_assert_cmpuint (test_source_count (source, VITRAIL_LEVEL_STUDY,
                                       TAG_PATIENT_NAME, "test^a?na"),
                    ==, 1);
}

static void
test_folder (void)
{
  g_autofree char *folder = make_archive ();
  g_autoptr (VitrailDataSource) source =
      test_source_open ("staticwado:%s", folder);

  compare_all (source);
  g_autofree char *info =
      test_data_run ("'%s' info 'staticwado:%s'", g_getenv ("VITRAIL"), folder);
  g_assert_nonnull (g_strstr_len (info, -1, "Echo"));
}

/* As docs/nginx.md of that project has it: paths of DICOMweb are files. */
static void
test_mapped (void)
{
  static const char rules[] =
      "gzip_static on; default_type multipart/related;\n"
      "location ~ ^/studies$ { default_type application/json;\n"
      "  add_header Content-Encoding gzip; try_files /studies/index.json.gz"
      " =204; }\n"
      "location ~ ^/studies/([0-9.]+)/series$ {\n"
      "  default_type application/json; add_header Content-Encoding gzip;\n"
      "  try_files /studies/$1/series/index.json.gz =204; }\n"
      "location ~ ^/studies/([0-9.]+)/series/([0-9.]+)/metadata$ {\n"
      "  default_type application/json; add_header Content-Encoding gzip;\n"
      "  try_files /studies/$1/series/$2/metadata.gz =204; }\n"
      /* Of frames that lie compressed the file is sent as it is. */
      "location ~ /frames/[0-9]+$ { gzip_static off;\n"
      "  try_files $uri @packed; }\n"
      "location @packed { default_type application/octet-stream;\n"
      "  add_header Content-Encoding gzip; rewrite ^(.*)$ $1.gz break; }\n";
  g_auto (TestServer) server = { 0 };
  g_autofree char *folder = make_archive ();

  if (!test_server_nginx (&server, folder, rules))
    return;
  g_autoptr (VitrailDataSource) source =
      test_source_open ("staticwado:http://127.0.0.1:%u/", server.port);
  compare_all (source);
}

/* Nothing but files: their own names are tried. */
static void
test_plain (void)
{
  g_auto (TestServer) server = { 0 };
  g_autofree char *folder = make_archive ();

  if (!test_server_nginx (&server, folder, "gzip_static on;"))
    return;
  g_autoptr (VitrailDataSource) source =
      test_source_open ("staticwado:http://127.0.0.1:%u", server.port);
  compare_all (source);
}

/* Files that are none, bombs, and paths that lead elsewhere. */
static void
test_bad (void)
{
  g_autofree char *root =
      g_build_filename (test_data_get_scratch (), "bad", NULL);
  g_autofree char *index =
      g_build_filename (root, "studies", "index.json.gz", NULL);
  g_autofree char *studies = g_path_get_dirname (index);
  g_autofree char *location = g_strconcat ("staticwado:", root, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (vitrail_data_source_new (location, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_cmpint (g_mkdir_with_parents (studies, 0700), ==, 0);
  g_autoptr (VitrailDataSource) source =
      vitrail_data_source_new (location, &error);
  g_assert_no_error (error);
  g_assert_false (vitrail_data_source_refresh (source, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  /* Cut off, then 100 MB of nothing in 400 kB. */
  g_free (test_data_run ("echo '[]' | gzip | head -c 15 > '%s'", index));
  g_assert_false (vitrail_data_source_refresh (source, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT);
  g_clear_error (&error);
  g_free (test_data_run ("head -c 100M /dev/zero | gzip -1 > '%s'", index));
  g_assert_false (vitrail_data_source_refresh (source, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT);
  g_clear_error (&error);
  g_free (test_data_run (
      "echo '[{\"0020000D\":{\"vr\":\"UI\",\"Value\":[\"../../etc\"]}}]' | "
      "gzip > '%s'",
      index));
  g_assert_true (vitrail_data_source_refresh (source, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (test_source_count (source, VITRAIL_LEVEL_INSTANCE, 0, NULL),
                    ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_setenv ("XDG_CACHE_HOME", test_data_get_scratch (), TRUE);
  g_test_add_func ("/staticwado/folder", test_folder);
  g_test_add_func ("/staticwado/mapped", test_mapped);
  g_test_add_func ("/staticwado/plain", test_plain);
  g_test_add_func ("/staticwado/bad", test_bad);
  return g_test_run ();
}
