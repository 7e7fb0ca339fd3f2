/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* `--access-log FILE`: a line for each request that was answered:
 *
 *   2026-01-05T10:15:00.123Z GET /dicom-web/studies 200 1234 0.8
 *
 * time, method, path, status, bytes of the body, milliseconds until the answer
 * was ready. No query: it holds names of patients and, with some clients,
 * tokens. What is no visible ASCII in a path is %-escaped, so that a request is
 * one line whatever it asks for. Any thread. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _VitrailAccessLog VitrailAccessLog;

/* Appends to @path, which is created for the owner only. */
VitrailAccessLog *vitrail_access_log_new (const char *path, GError **error);
void vitrail_access_log_free (VitrailAccessLog *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailAccessLog, vitrail_access_log_free)

/* One line. What cannot be written is lost: a full disk stops no reader. */
void vitrail_access_log_write (VitrailAccessLog *self,
                               const char *method,
                               const char *path,
                               guint status,
                               gsize bytes,
                               gint64 duration_us);

G_END_DECLS
