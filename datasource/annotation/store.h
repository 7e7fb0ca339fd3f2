/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailAnnotationStore: annotation sets of slides, kept as GeoJSON in
 * $XDG_DATA_HOME/vitrail/annotations/SLIDE/SET.geojson, one file a set, of one
 * user (0700). A file is replaced as a whole or not at all, and only by who
 * knows what it replaces. Safe on any thread. */

#pragma once

#include "annotation/annotationset.h"

G_BEGIN_DECLS

typedef struct _VitrailAnnotationStore VitrailAnnotationStore;

#define VITRAIL_TYPE_ANNOTATION_STORE (vitrail_annotation_store_get_type ())
GType vitrail_annotation_store_get_type (void);

/* @folder: (nullable): instead of the user's. Made when first written to. */
VitrailAnnotationStore *vitrail_annotation_store_new (const char *folder);
/**
 * vitrail_annotation_store_new_of: (skip)
 * @suffix: of its files, a constant
 *
 * The same for other texts of slides, which are put and read as they are.
 */
VitrailAnnotationStore *
vitrail_annotation_store_new_of (const char *folder, const char *suffix);
VitrailAnnotationStore *
vitrail_annotation_store_ref (VitrailAnnotationStore *self);
void vitrail_annotation_store_unref (VitrailAnnotationStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailAnnotationStore,
                               vitrail_annotation_store_unref)

/* Whether @name may name a set: 1 to 100 bytes of UTF-8 without control
 * characters, '/' and '\', not beginning with a dot, no space at either end. */
gboolean vitrail_annotation_name_is_valid (const char *name);
/**
 * vitrail_annotation_name_number:
 * @name: one that may name a set
 *
 * Returns: (transfer full): "@name @number", shortened to what may name a set
 */
char *vitrail_annotation_name_number (const char *name, guint number);

/* A tag that says which content of a set is meant: changes with it. */
#define VITRAIL_ANNOTATION_TAG_SIZE 48

/**
 * vitrail_annotation_store_list:
 * @slide: id of a slide
 *
 * Returns: (transfer full) (array zero-terminated=1): names of its sets,
 *   sorted; none where there is no folder
 */
char **
vitrail_annotation_store_list (VitrailAnnotationStore *self, const char *slide);
/**
 * vitrail_annotation_store_load:
 * @tag: (out) (transfer full) (optional): of what was loaded
 * @warning: (out) (optional) (nullable): as of vitrail_geojson_read ()
 *
 * VITRAIL_ERROR_NOT_FOUND where there is no such set.
 *
 * Returns: (transfer full): the set, named @name
 */
VitrailAnnotationSet *
vitrail_annotation_store_load (VitrailAnnotationStore *self,
                               const char *slide,
                               const char *name,
                               char **tag,
                               char **warning,
                               GError **error);
/**
 * vitrail_annotation_store_save:
 * @set: saved under its name
 * @expected: (nullable): the tag of what it replaces; "": there is none of this
 *   name yet; NULL: whatever is there
 * @tag: (out) (transfer full) (optional): of what is there now
 *
 * Written beside the old one, fsync'd, renamed over it. VITRAIL_ERROR_MALFORMED
 * where the name is none that a set may have, or another one than @expected is
 * there.
 */
gboolean vitrail_annotation_store_save (VitrailAnnotationStore *self,
                                        const char *slide,
                                        VitrailAnnotationSet *set,
                                        const char *expected,
                                        char **tag,
                                        GError **error);

#ifndef __GI_SCANNER__ /* for C only */

/* What a set's file says of itself. */
typedef struct {
  guint64 bytes;
  gint64 modified; /* seconds since 1970 */
  char tag[VITRAIL_ANNOTATION_TAG_SIZE];
} VitrailAnnotationFile;

/* FALSE where there is no such set. */
gboolean vitrail_annotation_store_look (VitrailAnnotationStore *self,
                                        const char *slide,
                                        const char *name,
                                        VitrailAnnotationFile *file);
/* The text itself, mapped; @tag: of it. */
GBytes *
vitrail_annotation_store_ref_text (VitrailAnnotationStore *self,
                                   const char *slide,
                                   const char *name,
                                   char tag[VITRAIL_ANNOTATION_TAG_SIZE],
                                   GError **error);

/* What must be there for a change to be made. */
typedef enum {
  VITRAIL_EXPECT_ANYTHING,
  VITRAIL_EXPECT_NOTHING, /* no such set */
  VITRAIL_EXPECT_TAG,
} VitrailExpectation;

/* @text: checked by the caller. @conflict (out): TRUE where it failed because
 * something else is there than was expected. */
gboolean vitrail_annotation_store_put (VitrailAnnotationStore *self,
                                       const char *const place[2],
                                       GBytes *text,
                                       VitrailExpectation expectation,
                                       char tag[VITRAIL_ANNOTATION_TAG_SIZE],
                                       gboolean *conflict,
                                       GError **error);
/* @place: id of the slide, name of the set. @tag: (nullable): expected. */
gboolean vitrail_annotation_store_delete (VitrailAnnotationStore *self,
                                          const char *const place[2],
                                          const char *tag,
                                          gboolean *conflict,
                                          GError **error);

#endif

G_END_DECLS
