/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Long values that metadata name by a BulkDataURI (PS3.18 F.2.6): fetched from
 * the same server only, within budgets, and kept on the disk. One that cannot
 * be had is left out with a message: pictures are shown without it. */

#pragma once

#include "dicom/dataset.h"
#include "dicomweb/location.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VitrailBulkValues:
 * @base: that URIs are relative to
 * @everything: else only those without which slides look wrong: profiles and
 *   palettes
 * @failed: a value is missing that may be had the next time: what was filled is
 *   for now, not to be kept
 *
 * Where long values come from, and how many there may still be.
 */
typedef struct {
  const VitrailWebLocation *location;
  const char *base;
  GCancellable *cancellable;
  gboolean everything;
  gboolean failed;
  guint64 n_bytes_left;
  guint n_requests_left;
} VitrailBulkValues;

/* All is borrowed. */
void vitrail_bulk_values_init (VitrailBulkValues *self,
                               const VitrailWebLocation *location,
                               const char *base,
                               GCancellable *cancellable);

/* @data_set with its long values, but those of pixels. May block. */
VitrailDataSet *
vitrail_bulk_values_fill (VitrailBulkValues *self, VitrailDataSet *data_set);

G_END_DECLS
