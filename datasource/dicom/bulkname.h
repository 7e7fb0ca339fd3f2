/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Names of values inside a data set, for BulkDataURI: "TAG", or "TAG.ITEM.TAG"
 * inside sequences, items counted from 0 (PS3.18 10.4.1.1.6 leaves the form to
 * the server). */

#pragma once

#include "dicom/dataset.h"

G_BEGIN_DECLS

/* The values of @data_set, nested ones included, that are longer than
 * @limit_bytes, or Pixel Data: from their place in memory to their name:
 * (element-type gpointer utf8). */
GHashTable *
vitrail_bulk_names_new (VitrailDataSet *data_set, gsize limit_bytes);

/* What @name names: the data set that holds it and its tag. FALSE when there is
 * no such value. */
gboolean vitrail_bulk_name_find (VitrailDataSet *data_set,
                                 const char *name,
                                 VitrailDataSet **holder,
                                 VitrailTag *tag);

G_END_DECLS
