/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whether a slide is still what it was: its files, and what is no file. */

#pragma once

#include "slide/slide.h"
#include "source.h"

G_BEGIN_DECLS

/* What the files of @entry and those @slide names besides are now: names,
 * sizes, times; and what @slide says of content that is no file. Looks at each:
 * workers only. */
char *vitrail_slide_make_version (const VitrailSlideEntry *entry,
                                  VitrailSlide *slide);

/**
 * VitrailSlideDescription: what is told of a slide, open or not, as long as it
 * is what it was. Immutable and shared.
 */
typedef struct {
  char *json;
  /*< private >*/
  char *version;
  char **companions;
  char *content;
} VitrailSlideDescription;

/* @version: of @slide when it was opened; @json is taken. */
VitrailSlideDescription *vitrail_slide_description_new (VitrailSlide *slide,
                                                        const char *version,
                                                        char *json);
VitrailSlideDescription *
vitrail_slide_description_ref (VitrailSlideDescription *self);
void vitrail_slide_description_unref (VitrailSlideDescription *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailSlideDescription,
                               vitrail_slide_description_unref)

/* Whether it is of @entry as it is now. @version: (nullable): that is known
 * already; else the files are looked at: workers only. */
gboolean vitrail_slide_description_is_of (const VitrailSlideDescription *self,
                                          const VitrailSlideEntry *entry,
                                          const char *version);

G_END_DECLS
