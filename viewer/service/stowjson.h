/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Instances that come as DICOM JSON or XML and bulk data (PS3.18 10.5.2): the
 * parts are kept, and made into files when all have come. One thread at a time.
 */

#pragma once

#include "dicomweb/partstream.h"
#include "folder/store.h"

G_BEGIN_DECLS

typedef struct _VitrailStowJson VitrailStowJson;

/* @is_xml: metadata are of application/dicom+xml, a part for each instance. */
VitrailStowJson *vitrail_stow_json_new (VitrailStore *store, gboolean is_xml);
void vitrail_stow_json_free (VitrailStowJson *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailStowJson, vitrail_stow_json_free)

/* The next part, and its bytes. The first one of application/dicom+json, or
 * each of application/dicom+xml, is metadata; all others are bulk data, named
 * by their Content-Location. Errors: VITRAIL_ERROR_LIMIT, G_IO_ERROR. */
gboolean vitrail_stow_json_begin (VitrailStowJson *self,
                                  const VitrailPartHeader *header,
                                  GError **error);
gboolean vitrail_stow_json_take (VitrailStowJson *self,
                                 const guint8 *data,
                                 gsize length,
                                 GError **error);

/* The part has come: its file is kept, and no descriptor of it. Errors: of
 * metadata in XML. */
gboolean vitrail_stow_json_end_part (VitrailStowJson *self, GError **error);

/* Ends @file, so that the next one finds its descriptor free. */
typedef void (*VitrailStowJsonFile) (VitrailIncoming *file, gpointer user_data);

/* All have come: appends a VitrailIncoming for each data set to @files, failed,
 * or written and given to @end_file. Errors: of the metadata as a whole;
 * VITRAIL_ERROR_LIMIT for too many data sets. */
gboolean vitrail_stow_json_end (VitrailStowJson *self,
                                GPtrArray *files,
                                VitrailStowJsonFile end_file,
                                gpointer user_data,
                                GError **error);

G_END_DECLS
