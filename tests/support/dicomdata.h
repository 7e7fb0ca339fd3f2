/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What tests of DICOM data share. */

#pragma once

#include "dicom/part10.h"

G_BEGIN_DECLS

/* Whether both hold the same attributes, values and items, whatever their byte
 * order; says in the test's output where they differ first. Group 0002 and
 * group lengths do not count, nor does padding to even lengths. */
gboolean test_dicom_equal (const VitrailDataSet *a,
                           const VitrailDataSet *b,
                           const char *what);

/* Calls @check with every real file that is DICOM, read whole. Returns how many
 * there were; 0 where the folder is absent. */
guint test_dicom_foreach_real_file (void (*check) (const char *path,
                                                   VitrailPart10 *file));

/* The bytes of hexadecimal @text; spaces between them are skipped. */
GBytes *test_dicom_hex (const char *text);

/* What is read of them, as the file "test". */
VitrailPart10 *
test_dicom_read_hex (const char *hex, VitrailReadFlags flags, GError **error);

G_END_DECLS
