/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Folders of small files, and what a folder source says of them: what the tests
 * of the folder share. Names are relative to the scratch folder. */

#pragma once

#include "folder.h"

G_BEGIN_DECLS

/* Runs Python @calls of make(path, attribute=value, ...): files of a few
 * hundred bytes that differ in what a case is about. */
void test_folder_make (const char *calls);
/* @n files of two studies. */
void test_folder_make_many (const char *name, guint n);
char *test_folder_dup_path (const char *name);

/* With its index beside it, in NAME.sqlite. */
VitrailFolder *test_folder_open (const char *name);
/* The folder "list" of four studies, made once and scanned. */
VitrailFolder *test_folder_open_list (void);
VitrailScanStats test_folder_scan (VitrailFolder *folder);

/* @tag 0: all. */
GPtrArray *test_folder_query (VitrailFolder *folder,
                              VitrailLevel level,
                              gboolean fuzzy,
                              VitrailTag tag,
                              const char *key);
/* Values of @tag in all answers, joined by spaces. */
char *test_folder_join (GPtrArray *answers, VitrailTag tag);
/* @ids: the Patient IDs of what matches, joined by spaces. */
void test_folder_assert_found (VitrailFolder *folder,
                               VitrailLevel level,
                               VitrailTag tag,
                               const char *key,
                               const char *ids);
guint test_folder_count (VitrailFolder *folder, VitrailLevel level);
/* "NAME: REASON" of all, a line each, names relative to the folder. */
char *test_folder_list_unreadable (VitrailFolder *folder, const char *name);

G_END_DECLS
