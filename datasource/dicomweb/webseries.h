/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A series over DICOMweb: its metadata, once (PS3.18 10.4.1.1.2), and its
 * instances. What the server said before is kept on the disk and asked for
 * again only if it has changed; where the server cannot be reached, what is
 * kept stands. */

#pragma once

#include "dicomweb/location.h"
#include "instance.h"

G_BEGIN_DECLS

/* The data sets of the series at @location: (element-type VitrailDataSet), at
 * least one, in the order of the server. Long values that are needed to show
 * pictures (profiles, palettes) are fetched. May block. */
GPtrArray *vitrail_web_series_read (const VitrailWebLocation *location,
                                    GCancellable *cancellable,
                                    GError **error);

/* The same as the server has it: without long values, with instances of any
 * number, in any order. @version (out) (optional): other metadata have another.
 * May block. */
GPtrArray *vitrail_web_series_read_metadata (const VitrailWebLocation *location,
                                             char **version,
                                             GCancellable *cancellable,
                                             GError **error);

/* @data_set, one of these, with the long values that are needed to show it: all
 * but those of pixels. @is_whole: (out) FALSE where one is missing that may be
 * had the next time. May block. */
VitrailDataSet *vitrail_web_series_fill (const VitrailWebLocation *location,
                                         VitrailDataSet *data_set,
                                         GCancellable *cancellable,
                                         gboolean *is_whole);

/* Its instances that have pixels, (element-type VitrailInstance), in the order
 * of their UIDs. One that cannot be had is left out with a message, unless all
 * are. May block. */
GPtrArray *vitrail_web_series_open (const VitrailWebLocation *location,
                                    GCancellable *cancellable,
                                    GError **error);

/* The one that @location names. */
VitrailInstance *
vitrail_web_series_open_instance (const VitrailWebLocation *location,
                                  GError **error);

/* Whether an answer is DICOM JSON by its type; @url names it in the error. */
gboolean vitrail_web_series_check_json (const char *url,
                                        const char *content_type,
                                        GError **error);

/* The transfer syntax that metadata state, or "". To be freed. */
char *vitrail_web_series_dup_syntax (const VitrailDataSet *data_set);

G_END_DECLS
