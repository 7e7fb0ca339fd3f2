/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Attributes as hexadecimal text, put together to files by tests that read them
 * with test_dicom_read_hex (). */

#pragma once

#define EXPLICIT "1.2.840.10008.1.2.1"

/* Attributes in explicit little endian. */
#define CHARSET  "08000500 4353 0a00 49534f5f495220313030"
#define MODALITY "08006000 4353 0200 4d52"
#define NAME     "10001000 504e 0400 415e4220"
#define ROWS     "28001000 5553 0200 0200"
#define PIXELS   "e07f1000 4f57 0000 04000000 01020304"
#define SEQUENCE "08001111 5351 0000"
#define UNDEF    "ffffffff"
#define ITEM     "feff00e0"
#define ITEM_END "feff0de0 00000000"
#define SEQ_END  "feffdde0 00000000"
