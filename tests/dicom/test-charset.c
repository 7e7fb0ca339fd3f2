/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Specific character sets: each single one beside Python's codecs, the examples
 * of PS3.5 annexes H to K, what writers do wrong, and real files beside
 * pydicom. */

#include "dicom/builder.h"
#include "dicom/charset.h"
#include "dicom/vr.h"
#include "dicomdata.h"
#include "testdata.h"

#include <string.h>

static char *
to_utf8 (const char *character_set, VitrailVR vr, const char *text)
{
  return vitrail_charset_to_utf8 (character_set, vr, text, strlen (text));
}

/* PS3.5 H.3, I.2, J.3, K.2 and the like; delimiters end what escapes began. */
static void
test_examples (void)
{
  static const struct {
    const char *set;
    VitrailVR vr;
    const char *text;
    const char *expected;
  } cases[] = {
    { "", VR_LO, "plain", "plain" },
    { "ISO_IR 100", VR_PN, "Buc^J\351r\364me", "Buc^Jérôme" },
    { "ISO_IR 192", VR_LO, "\304\237\346\227\245", "ğ日" },
    { "\\ISO 2022 IR 87", VR_PN,
      "Yamada^Tarou=\033$B;3ED\033(B^\033$BB@O:\033(B=\033$B$d$^$@\033(B^"
      "\033$B$?$m$&\033(B",
      "Yamada^Tarou=山田^太郎=やまだ^たろう" },
    { "ISO 2022 IR 13\\ISO 2022 IR 87", VR_PN,
      "\324\317\300\336^\300\333\263=\033$B;3ED\033(J^\033$BB@O:\033(J=\033$B"
      "$d$^$@\033(J^\033$B$?$m$&\033(J",
      "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう" },
    { "\\ISO 2022 IR 149", VR_PN,
      "Hong^Gildong=\033$)C\373\363^\033$)C\321\316\324\327=\033$)C\310\253^"
      "\033$)C\261\346\265\277",
      "Hong^Gildong=洪^吉洞=홍^길동" },
    /* the escape sequences forgotten behind the delimiters */
    { "\\ISO 2022 IR 149", VR_PN, "Hong^Gildong=\373\363^\321\316\324\327",
      "Hong^Gildong=洪^吉洞" },
    { "\\ISO 2022 IR 58", VR_LO, "\033$)A\316\322\260\256", "我爱" },
    { "\\ISO 2022 IR 159", VR_LO, "\033$(D\060\042\033(Bx", "丄x" },
    { "GB18030", VR_PN, "Wang^XiaoDong=\315\365^\320\241\266\253",
      "Wang^XiaoDong=王^小东" },
    { "GBK", VR_LO, "\204\134x", "刓x" },
    { "ISO 2022 IR 100\\ISO 2022 IR 144", VR_PN,
      "\334ber\033-L\273\356\332\341^\334", "ÜberЛюкс^Ü" },
    { "ISO 2022 IR 6\\ISO 2022 IR 126", VR_LT, "\033-F\304\351\r\n\033-F\304",
      "Δι\r\nΔ" },
    /* names as writers spell them */
    { "ISO-IR 100", VR_LO, "\351", "é" },
    { "ISO 2022 IR 192", VR_LO, "\303\251", "é" },
    { "UTF-8", VR_LO, "\303\251", "é" },
    /* undeclared */
    { "", VR_LO, "\303\251", "é" },
    { "", VR_LO, "\351t\351", "été" },
    { "ISO_IR 6", VR_LO, "\351", "é" },
    { "nonsense", VR_LO, "\351", "é" },
    /* invalid */
    { "ISO_IR 192", VR_LO, "a\377b", "a\357\277\275b" },
    { "GB18030", VR_LO, "a\377b", "a\357\277\275b" },
    { "", VR_LO, "a\201b\351", "a\357\277\275bé" },
    { "\\ISO 2022 IR 87", VR_LO, "\033$B;3\033!x", "山\357\277\275§" },
    { "\\ISO 2022 IR 87", VR_LO, "\033$B;", "\357\277\275" },
    /* only some VRs are in the character set */
    { "ISO_IR 144", VR_CS, "\273", "»" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = to_utf8 (cases[i].set, cases[i].vr, cases[i].text);
    g_assert_true (g_utf8_validate (text, -1, NULL));
    g_assert_cmpstr (text, ==, cases[i].expected);
  }
}

/* All 96 characters of each single-byte set, as Python has them. */
static void
test_single_byte (void)
{
  static const struct {
    const char *set;
    const char *codec;
  } sets[] = {
    { "ISO_IR 100", "iso8859-1" },  { "ISO_IR 101", "iso8859-2" },
    { "ISO_IR 109", "iso8859-3" },  { "ISO_IR 110", "iso8859-4" },
    { "ISO_IR 144", "iso8859-5" },  { "ISO_IR 127", "iso8859-6" },
    { "ISO_IR 126", "iso8859-7" },  { "ISO_IR 138", "iso8859-8" },
    { "ISO_IR 148", "iso8859-9" },  { "ISO_IR 203", "iso8859-15" },
    { "ISO_IR 166", "iso8859-11" }, { "ISO_IR 13", "shift_jis" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (sets); i++) {
    g_autofree char *program = g_strdup_printf (
        "import sys\n"
        "for b in range(0xa1, 0x100):\n"
        "    try: sys.stdout.write(bytes([b]).decode('%s'))\n"
        "    except UnicodeDecodeError: sys.stdout.write('\\ufffd')\n",
        sets[i].codec);
    g_autofree char *expected = test_data_python (program);
    g_autoptr (GString) ours = g_string_new (NULL);
    for (int byte = 0xa1; byte < 0x100; byte++) {
      const char text[] = { (char) byte, '\0' };
      g_autofree char *one = to_utf8 (sets[i].set, VR_LO, text);
      g_string_append (ours, one);
    }
    g_assert_cmpstr (ours->str, ==, expected);
  }
}

/* Backslashes that are second bytes of characters are no delimiters. */
static void
test_delimiters (void)
{
  static const struct {
    const char *set;
    const char *text;
    guint n;
    const char *second;
  } cases[] = {
    { "GBK", "\204\134\\b", 2, "b" },
    { "GB18030", "\204\134\201\060\201\060\\c", 2, "c" },
    { "\\ISO 2022 IR 87", "\033$B!\\\033(B\\d", 2, "d" },
    { "ISO_IR 192", "\303\251\\e", 2, "e" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    size_t length = strlen (cases[i].text);
    size_t first =
        vitrail_charset_value_length (cases[i].set, cases[i].text, length);
    g_assert_cmpstr (cases[i].text + first + 1, ==, cases[i].second);
  }
}

/* Copied into another data set, text is the same in UTF-8. */
static void
test_copy (void)
{
  g_autoptr (GBytes) bytes = test_dicom_hex (
      "08000500 4353 1000 5c49534f203230323220495220383720"
      "10001000 504e 1800 593d 1b24423b3345441b2842 5e 1b244242404f3a1b2842 20"
      "10002000 4c4f 0200 3141");
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailPart10) file =
      vitrail_part10_read (bytes, "test", VITRAIL_READ_ALL, &error);

  g_assert_no_error (error);
  VitrailDataSet *before = vitrail_part10_get_data_set (file);
  g_autoptr (VitrailDataSet) after =
      vitrail_data_set_builder_end (vitrail_data_set_builder_new_from (before));
  g_autofree char *first = vitrail_data_set_dup_string (before, 0x00100010, 0);
  g_assert_cmpstr (first, ==, "Y=山田^太郎");
  g_assert_cmpstr (vitrail_data_set_get_character_set (before), ==,
                   "\\ISO 2022 IR 87");
  g_assert_cmpstr (vitrail_data_set_get_character_set (after), ==,
                   "ISO_IR 192");
  g_assert_true (
      vitrail_data_set_text_is (after, 0x00100010, 0, "Y=山田^太郎"));
  g_assert_true (vitrail_data_set_text_is (after, 0x00100020, 0, "1A"));
}

static GString *names;

/* Every text attribute, those of items too; pydicom knows VRs of private ones.
 */
static void
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
add_texts (const VitrailDataSet *data_set)
{
  for (size_t i = 0; i < vitrail_data_set_get_n_elements (data_set); i++) {
    const VitrailElement *element = vitrail_data_set_get_element (data_set, i);
    guint n = vitrail_data_set_get_n_items (data_set, element->tag);
    for (guint j = 0; j < n; j++)
      add_texts (vitrail_data_set_get_item (data_set, element->tag, j));
    if (VITRAIL_TAG_IS_PRIVATE (element->tag) ||
        (element->vr != VR_PN && element->vr != VR_LO && element->vr != VR_SH))
      continue;
    g_autofree char *value =
        vitrail_data_set_dup_strings (data_set, element->tag);
    g_autofree char *escaped = g_strescape (value != NULL ? value : "", NULL);
    g_string_append_printf (names, "\t%08X=%s", element->tag, escaped);
  }
}

static void
add_file (const char *path, VitrailPart10 *file)
{
  if (strstr (path, "charset_files") == NULL)
    return;
  g_string_append (names, path);
  add_texts (vitrail_part10_get_data_set (file));
  g_string_append_c (names, '\n');
}

static void
test_real_files (void)
{
  names = g_string_new (NULL);
  guint n = test_dicom_foreach_real_file (add_file);
  g_autofree char *list =
      g_build_filename (test_data_get_scratch (), "names.txt", NULL);

  g_assert_true (g_file_set_contents (list, names->str, -1, NULL));
  g_string_free (names, TRUE);
  if (n == 0)
    return;
  g_autofree char *script =
      g_test_build_filename (G_TEST_DIST, "dicom", "compare-texts.py", NULL);
  g_autofree char *out =
      test_data_run ("/usr/bin/python3 '%s' '%s'", script, list);
  g_test_message ("%s", g_strchomp (out));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/charset/examples", test_examples);
  g_test_add_func ("/charset/single-byte", test_single_byte);
  g_test_add_func ("/charset/delimiters", test_delimiters);
  g_test_add_func ("/charset/copy", test_copy);
  g_test_add_func ("/charset/real-files", test_real_files);
  return g_test_run ();
}
