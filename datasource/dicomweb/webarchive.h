/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is known of an archive over DICOMweb: which series an instance is of,
 * the metadata of the series that were looked into, and the slides. Any thread;
 * what says so may block. */

#pragma once

#include "dicomweb/location.h"
#include "source.h"

G_BEGIN_DECLS

typedef struct _VitrailWebArchive VitrailWebArchive;

/* @location: (transfer full). @changed (nullable) is called, on any thread,
 * when the server says something else of a series than it did: metadata are
 * asked for again after a minute (VITRAIL_DICOMWEB_FRESH, in seconds). */
VitrailWebArchive *
vitrail_web_archive_new (VitrailWebLocation *location,
                         void (*changed) (gpointer user_data),
                         gpointer user_data);
void vitrail_web_archive_free (VitrailWebArchive *self);

/* Instances of one series, and all of a location that names a series, come from
 * its metadata: complete, and at hand when they are opened. All else is a
 * search at the service. May block. */
GPtrArray *vitrail_web_archive_query (VitrailWebArchive *self,
                                      const VitrailQuery *query,
                                      GCancellable *cancellable,
                                      GError **error);

/* One instance, not shared. @is_whole: (out) whether it is one to keep: FALSE
 * where a long value is missing that may be had the next time. May block. */
VitrailInstance *vitrail_web_archive_open (VitrailWebArchive *self,
                                           const char *sop_instance_uid,
                                           GCancellable *cancellable,
                                           gboolean *is_whole,
                                           GError **error);

/* The file of one instance, as the service has it. May block. */
VitrailPart10 *vitrail_web_archive_read_file (VitrailWebArchive *self,
                                              const char *sop_instance_uid,
                                              GCancellable *cancellable,
                                              GError **error);

/* The metadata of one instance; @transfer_syntax (out) stays as it is where
 * they do not tell it. May block. */
VitrailDataSet *vitrail_web_archive_read (VitrailWebArchive *self,
                                          const char *sop_instance_uid,
                                          char **transfer_syntax,
                                          GCancellable *cancellable,
                                          GError **error);

/* Forgets all metadata, and asks what slides there are. May block. */
gboolean vitrail_web_archive_refresh (VitrailWebArchive *self,
                                      GCancellable *cancellable,
                                      GError **error);

/* Its URL, where its series is known; else NULL. */
char *vitrail_web_archive_dup_path (VitrailWebArchive *self,
                                    const char *sop_instance_uid);

/* (element-type VitrailSlideEntry) */
GPtrArray *vitrail_web_archive_list_slides (VitrailWebArchive *self);

G_END_DECLS
