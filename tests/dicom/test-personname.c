/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Names of persons as people read them. */

#include "dicom/personname.h"

static void
test_person (void)
{
  static const char *const cases[][2] = {
    { "ADAMS^JOHN", "ADAMS, JOHN" },
    { "Adams^John Robert^Quincy^Rev.^B.A.",
      "Adams, John Robert Quincy Rev. B.A." },
    { "Yamada^Tarou=山田^太郎=やまだ^たろう", "Yamada, Tarou" },
    { "=山田^太郎=", "山田, 太郎" },
    { "Single", "Single" },
    { "^Only", "Only" },
    { "", "" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = vitrail_person_name_format (cases[i][0]);
    g_assert_cmpstr (text, ==, cases[i][1]);
  }
  g_autofree char *nobody = vitrail_person_name_format (NULL);
  g_assert_cmpstr (nobody, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/personname/format", test_person);
  return g_test_run ();
}
