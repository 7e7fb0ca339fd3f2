/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* OHIF's configuration (app-config.js, or JSON): the entries of its
 * dataSources[], as locations that vitrail_data_source_new () takes. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _VitrailOhifConfig VitrailOhifConfig;

/* @location: a path or an http or https URL. May block. */
VitrailOhifConfig *vitrail_ohif_config_read (const char *location,
                                             GCancellable *cancellable,
                                             GError **error);
/* The document of a DICOMweb proxy: {"servers": {"dicomWeb": [...]}}. */
VitrailOhifConfig *vitrail_ohif_config_read_proxy (const char *location,
                                                   GCancellable *cancellable,
                                                   GError **error);
void vitrail_ohif_config_free (VitrailOhifConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailOhifConfig, vitrail_ohif_config_free)

/* Where the source @name is; NULL: the one that is the default, or the first.
 * @url: what OHIF takes from "?url=" for its sources that need one, or NULL.
 * The options of an archive over DICOMweb are noted (weboptions.h).
 * VITRAIL_ERROR_NOT_FOUND, UNSUPPORTED, FORMAT. */
char *vitrail_ohif_config_dup_location (VitrailOhifConfig *self,
                                        const char *name,
                                        const char *url,
                                        GError **error);

G_END_DECLS
