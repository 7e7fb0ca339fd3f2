/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a folder holds, as `vitrail info` tells it: studies with their series
 * and instances, slides, and what could not be read. */

#pragma once

#include "slide/slide.h"
#include "source.h"

G_BEGIN_DECLS

/**
 * VitrailContents:
 * @studies: (element-type VitrailDataSet)
 * @series: study's UID -> (element-type VitrailDataSet)
 * @instances: "study's UID/series' UID" -> (element-type VitrailDataSet)
 * @slides: (element-type VitrailSlideEntry): those that open
 * @pyramids: (element-type VitrailSlide): opened, one for each of @slides
 * @unreadable: (element-type VitrailUnreadable)
 */
typedef struct {
  VitrailDataSource *source;
  GPtrArray *studies;
  GHashTable *series;
  GHashTable *instances;
  GPtrArray *slides;
  GPtrArray *pyramids;
  GPtrArray *unreadable;
} VitrailContents;

gboolean vitrail_contents_read (VitrailContents *self,
                                VitrailDataSource *source,
                                GError **error);
void vitrail_contents_clear (VitrailContents *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailContents, vitrail_contents_clear)

/* Those of one study or series; NULL where there are none. */
GPtrArray *vitrail_contents_get_series (const VitrailContents *self,
                                        const VitrailDataSet *study);
GPtrArray *vitrail_contents_get_instances (const VitrailContents *self,
                                           const VitrailDataSet *series);

/* One JSON object and a newline (docs/cli.md). */
char *vitrail_contents_to_json (const VitrailContents *self);
/* Lines for a person. */
char *vitrail_contents_to_text (const VitrailContents *self);

G_END_DECLS
