/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What somebody knows of an archive over DICOMweb beside where it is, as the
 * entries of OHIF's dataSources[] say it. Noted for the root of an archive,
 * they hold for all that is opened there from then on. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VitrailWebOptions: constant once noted.
 * @query_url: root of searches (QIDO-RS), where it is another one, else NULL
 * @uri_url: WADO-URI; NULL: beside the root
 * @has_no_include_field: searches are not told what to include
 * @has_no_fuzzy: nor to match names by their parts
 * @has_no_wildcards: nor with wild cards: these are matched here
 * @is_static: files: searches answer all that there is, and are matched here
 * @prefers_uri: whole instances by WADO-URI instead of frames
 * @bulk_level: "studies", "series" or "instances": that relative BulkDataURIs
 *   are relative to; NULL: as PS3.18 has it, to the metadata
 */
typedef struct {
  gint ref_count; /* atomic */
  char *query_url;
  char *uri_url;
  gboolean has_no_include_field;
  gboolean has_no_fuzzy;
  gboolean has_no_wildcards;
  gboolean is_static;
  gboolean prefers_uri;
  char *bulk_level;
} VitrailWebOptions;

VitrailWebOptions *vitrail_web_options_new (void);
VitrailWebOptions *vitrail_web_options_ref (VitrailWebOptions *self);
void vitrail_web_options_unref (VitrailWebOptions *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailWebOptions, vitrail_web_options_unref)

/* Those of the archive at @root_url, as VitrailWebLocation has it, instead of
 * what was noted before. Any thread. */
void vitrail_web_options_note (const char *root_url, VitrailWebOptions *self);
/* The same, or those that say nothing; never NULL. */
VitrailWebOptions *vitrail_web_options_find (const char *root_url);

G_END_DECLS
