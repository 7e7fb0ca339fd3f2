/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whether an archive has just what was sent to it: the same object, not
 * another one under its UID. */

#pragma once

#include "dicomweb/location.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VitrailStoredCopy: what may be there.
 * @location: the archive
 * @study, @series, @sop: its UIDs
 * @file: the Part 10 file as it was sent
 */
typedef struct {
  const VitrailWebLocation *location;
  const char *study;
  const char *series;
  const char *sop;
  GBytes *file;
} VitrailStoredCopy;

/* Fetches it and compares transfer syntax and data set byte for byte; who wrote
 * the file (group 2) may be another. FALSE too where it cannot be fetched. May
 * block. */
gboolean vitrail_stored_copy_is_there (const VitrailStoredCopy *self,
                                       GCancellable *cancellable);

G_END_DECLS
