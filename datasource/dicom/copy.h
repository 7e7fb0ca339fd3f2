/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Taking attributes of one data set over into another, whose text is UTF-8.
 * Internal to datasource/dicom. */

#pragma once

#include "dicom/assembler.h"

G_BEGIN_DECLS

/* Adds @element of @source, items included. Values are taken by reference: the
 * caller lets the assembler keep @source. FALSE when out of memory or nested
 * too deeply. */
gboolean vitrail_copy_element (VitrailAssembler *assembler,
                               const VitrailDataSet *source,
                               const VitrailElement *element);

/* Adds @source as an item of the open sequence. */
gboolean
vitrail_copy_item (VitrailAssembler *assembler, const VitrailDataSet *source);

G_END_DECLS
