/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From the UIDs of a path to what the archive holds. Workers only. */

#pragma once

#include "accept.h"
#include "dicom/part10.h"
#include "instance.h"
#include "service.h"
#include "slide/dicomizedinstance.h"
#include "source.h"

G_BEGIN_DECLS

/* The instances that the path's {study}, {series} and {instance} name, as
 * answers of a query; VITRAIL_ERROR_NOT_FOUND when there are none:
 * (element-type VitrailDataSet). */
GPtrArray *
vitrail_archive_list_instances (const VitrailRequest *request, GError **error);

/* The file or URL of one such answer, or NULL. */
char *vitrail_archive_dup_path (const VitrailRequest *request,
                                VitrailDataSet *instance);

/* A file may have been replaced since the index was made, by one of another
 * patient. So all of these look into the file that they opened: when it is not
 * of the instance, series and study that are asked for, or has gone, the error
 * is VITRAIL_ERROR_NOT_FOUND, and the folders are scanned again. */

/* After an answer for @n_all instances without @n_gone of them, whose files it
 * did not find: a Warning, or where none is left VITRAIL_ERROR_NOT_FOUND. */
gboolean vitrail_archive_tell_gone (const VitrailRequest *request,
                                    VitrailReply *reply,
                                    guint n_gone,
                                    guint n_all,
                                    GError **error);

/* The file of one such answer; of one that a slide becomes what comes before
 * its frames. */
VitrailPart10 *vitrail_archive_open_file (const VitrailRequest *request,
                                          VitrailDataSet *instance,
                                          VitrailReadFlags flags,
                                          GError **error);

/* The one of such an answer that a slide becomes; NULL without error where it
 * is a file of its own. */
VitrailDicomizedInstance *
vitrail_archive_open_made (const VitrailRequest *request,
                           VitrailDataSet *instance,
                           GError **error);

/* The instance of one such answer. */
VitrailInstance *vitrail_archive_open_answer (const VitrailRequest *request,
                                              VitrailDataSet *instance,
                                              GError **error);

/* The instance of the path if it is open already; microseconds. Else NULL. */
VitrailInstance *vitrail_archive_peek_instance (const VitrailRequest *request);

/* Opens the path's {instance}, which must be of its {series} and {study}. */
VitrailInstance *
vitrail_archive_open_instance (const VitrailRequest *request, GError **error);

/* Sets the reply's ETag from the file's state and @what else makes the answer.
 * TRUE when the client has that answer already: there is nothing to do. */
gboolean vitrail_archive_is_known (const VitrailRequest *request,
                                   VitrailReply *reply,
                                   const char *path,
                                   const char *what);

/* "http://host/dicom-web": what URLs of ours begin with. */
char *vitrail_archive_dup_base (const VitrailRequest *request);
/* "/dicom-web/studies/1.2/..." of @data_set (an answer at @level), absolute. */
char *vitrail_archive_dup_url (const VitrailRequest *request,
                               VitrailDataSet *data_set,
                               VitrailLevel level);

G_END_DECLS
