/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Making annotation sets, shape after shape: what readers do. Every number is
 * checked here, so that no reader has to: coordinates are finite and within
 * VITRAIL_LIMIT_COORDINATE, rectangles and ellipses have four points, all
 * counts stay within limits.h. */

#pragma once

#include "annotation/annotationset.h"

G_BEGIN_DECLS

typedef struct _VitrailAnnotationBuilder VitrailAnnotationBuilder;

VitrailAnnotationBuilder *vitrail_annotation_builder_new (const char *name);
void vitrail_annotation_builder_free (VitrailAnnotationBuilder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailAnnotationBuilder,
                               vitrail_annotation_builder_free)

void vitrail_annotation_builder_set_name (VitrailAnnotationBuilder *self,
                                          const char *name);
guint
vitrail_annotation_builder_get_n_groups (const VitrailAnnotationBuilder *self);
guint
vitrail_annotation_builder_get_n_shapes (const VitrailAnnotationBuilder *self);
/* Copies @group; answers its number. VITRAIL_LIMIT_ANNOTATION_GROUPS at most:
 * the last one stands for those beyond. */
guint
vitrail_annotation_builder_add_group (VitrailAnnotationBuilder *self,
                                      const VitrailAnnotationGroup *group);
/* The group of this label and colour, made where there is none. */
guint vitrail_annotation_builder_find_group (VitrailAnnotationBuilder *self,
                                             const char *label,
                                             guint32 rgb);

/* A shape: points, ended by end_part () for each part; what is said about the
 * shape, in any order; then end_shape (). Points are taken as they come;
 * whether they make a shape is known at its end. FALSE, with the reason, where
 * they do not, or a limit was met: the shape is gone, those before it stay. */
gboolean vitrail_annotation_builder_add_points (VitrailAnnotationBuilder *self,
                                                const double *xy,
                                                guint n_points,
                                                GError **error);
gboolean vitrail_annotation_builder_end_part (VitrailAnnotationBuilder *self,
                                              gboolean is_hole,
                                              GError **error);
/* Forgets the points and parts since the last shape, but not its texts. */
void vitrail_annotation_builder_drop_points (VitrailAnnotationBuilder *self);
/* Without NULs; "" and NULL: none. @text: VitrailAnnotationText, or
 * VITRAIL_ANNOTATION_EXTRA and on. */
gboolean vitrail_annotation_builder_set_text (VitrailAnnotationBuilder *self,
                                              guint text,
                                              const char *value,
                                              gsize length,
                                              GError **error);
/* 0xRRGGBB: a colour of the shape's own. */
void vitrail_annotation_builder_set_color (VitrailAnnotationBuilder *self,
                                           guint32 rgb);
/* A number that was measured on the shape. */
gboolean
vitrail_annotation_builder_add_measurement (VitrailAnnotationBuilder *self,
                                            const char *name,
                                            const char *unit,
                                            double value,
                                            GError **error);
gboolean vitrail_annotation_builder_end_shape (VitrailAnnotationBuilder *self,
                                               VitrailShapeKind kind,
                                               guint group,
                                               GError **error);
/* Forgets all since the last end_shape (). */
void vitrail_annotation_builder_drop_shape (VitrailAnnotationBuilder *self);

/* Between shapes: the same for shape @shape, which exists already. */
gboolean vitrail_annotation_builder_measure (VitrailAnnotationBuilder *self,
                                             guint shape,
                                             const char *name,
                                             const char *unit,
                                             double value,
                                             GError **error);

/* Between shapes: part @part of shape @index of @set as part of this one. */
gboolean vitrail_annotation_builder_copy_part (VitrailAnnotationBuilder *self,
                                               const VitrailAnnotationSet *set,
                                               guint index,
                                               guint part,
                                               GError **error);
/* Texts and colour of shape @index of @set. */
gboolean vitrail_annotation_builder_copy_texts (VitrailAnnotationBuilder *self,
                                                const VitrailAnnotationSet *set,
                                                guint index,
                                                GError **error);
gboolean
vitrail_annotation_builder_copy_measurements (VitrailAnnotationBuilder *self,
                                              const VitrailAnnotationSet *set,
                                              guint index,
                                              GError **error);
/* Appends shape @index of @set with all that is said about it, in group
 * @group of this one. */
gboolean vitrail_annotation_builder_copy_shape (VitrailAnnotationBuilder *self,
                                                const VitrailAnnotationSet *set,
                                                guint index,
                                                guint group,
                                                GError **error);

/* (transfer full) @self; the set. Fails only where there is no memory. */
VitrailAnnotationSet *
vitrail_annotation_builder_end (VitrailAnnotationBuilder *self, GError **error);

G_END_DECLS
