/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Making data sets: for the writer, for DICOM JSON, for objects of our own.
 * Add attributes in any order, then end the builder once. */

#pragma once

#include "dicom/dataset.h"

G_BEGIN_DECLS

typedef struct _VitrailDataSetBuilder VitrailDataSetBuilder;

#define VITRAIL_TYPE_DATA_SET_BUILDER (vitrail_data_set_builder_get_type ())
GType vitrail_data_set_builder_get_type (void);
VitrailDataSetBuilder *vitrail_data_set_builder_new (void);
/* Starts from @base's attributes. */
VitrailDataSetBuilder *vitrail_data_set_builder_new_from (VitrailDataSet *base);
void vitrail_data_set_builder_free (VitrailDataSetBuilder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailDataSetBuilder,
                               vitrail_data_set_builder_free)

/* Each replaces what @tag had. The VR is the dictionary's where not given.
 * Text is UTF-8 (the result's Specific Character Set is ISO_IR 192), several
 * values separated by backslashes. Numbers are stored by the VR; what the VR
 * cannot hold ("abc" or -1 in US) leaves the attribute out. */
void vitrail_data_set_builder_set_string (VitrailDataSetBuilder *self,
                                          VitrailTag tag,
                                          const char *text);
void vitrail_data_set_builder_set_double (VitrailDataSetBuilder *self,
                                          VitrailTag tag,
                                          double value);
void vitrail_data_set_builder_set_int (VitrailDataSetBuilder *self,
                                       VitrailTag tag,
                                       int64_t value);
/* Raw little-endian bytes, kept by reference. */
void vitrail_data_set_builder_set_bytes (VitrailDataSetBuilder *self,
                                         VitrailTag tag,
                                         VitrailVR vr,
                                         GBytes *bytes);
/**
 * vitrail_data_set_builder_set_items:
 * @tag: a sequence
 * @items: (array length=n_items): data sets, referenced
 * @n_items: how many
 */
void vitrail_data_set_builder_set_items (VitrailDataSetBuilder *self,
                                         VitrailTag tag,
                                         VitrailDataSet *const *items,
                                         guint n_items);
void
vitrail_data_set_builder_remove (VitrailDataSetBuilder *self, VitrailTag tag);

/**
 * vitrail_data_set_builder_end:
 * @self: (transfer full): the builder
 *
 * Ends and frees the builder.
 *
 * Returns: (transfer full): the data set
 */
VitrailDataSet *vitrail_data_set_builder_end (VitrailDataSetBuilder *self);

G_END_DECLS
