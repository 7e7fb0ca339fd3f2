/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where tests find their data: real files where they are there, and files made
 * on the spot by real tools. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The folder with real files: $VITRAIL_TEST_DATA, else ../shared/data beside
 * the sources; NULL, after saying so in the test's output, where absent. */
const char *test_data_get_folder (void);

/* All regular files below @folder, sorted: (element-type filename). */
GPtrArray *test_data_list_files (const char *folder);

/* A fresh folder that is removed, with all in it, when the program ends. */
const char *test_data_get_scratch (void);

/* Runs a command line (printf-like), expects status 0, returns its standard
 * output. Ends the test with the command's standard error otherwise. */
char *test_data_run (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* Runs a Python program text with Debian's python3 (pydicom, numpy); "{dir}" in
 * @program stands for the scratch folder. Returns its standard output. */
char *test_data_python (const char *program);

G_END_DECLS
