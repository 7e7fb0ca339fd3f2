/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Matching a whole data set (PS3.4 C.2.2.2): every key of an identifier, those
 * in sequences too, of which one item must match all keys of the identifier's
 * item (C.2.2.2.6). */

#pragma once

#include "dicom/dataset.h"
#include "folder/match.h"

G_BEGIN_DECLS

typedef struct _VitrailIdentifier VitrailIdentifier;

VitrailIdentifier *
vitrail_identifier_new (const VitrailDataSet *keys, gboolean fuzzy);
void vitrail_identifier_free (VitrailIdentifier *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailIdentifier, vitrail_identifier_free)

gboolean vitrail_identifier_test (const VitrailIdentifier *self,
                                  const VitrailDataSet *data_set);

G_END_DECLS
