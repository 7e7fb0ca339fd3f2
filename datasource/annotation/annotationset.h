/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailAnnotationSet: shapes drawn on a slide, by a person or by a program:
 * one to millions. Immutable and shared: an edit gives a new set, so a step of
 * undo is a reference. Safe on any thread.
 *
 * Coordinates are pixels of level 0, x to the right and y down from the upper
 * left corner of the slide: the centre of the first pixel is (0.5, 0.5). */

#pragma once

#include <glib-object.h>

#include <stdint.h>

G_BEGIN_DECLS

/**
 * VitrailShapeKind:
 * @VITRAIL_SHAPE_POINTS: one point or several that belong together
 * @VITRAIL_SHAPE_POLYLINE: open; several parts where it is broken
 * @VITRAIL_SHAPE_POLYGON: closed, the last point joined with the first; several
 *   parts where there are islands or holes
 * @VITRAIL_SHAPE_RECTANGLE: four corners in their order; may be turned
 * @VITRAIL_SHAPE_ELLIPSE: four points: both ends of the major axis, then both
 * of the minor one
 */
typedef enum {
  VITRAIL_SHAPE_POINTS,
  VITRAIL_SHAPE_POLYLINE,
  VITRAIL_SHAPE_POLYGON,
  VITRAIL_SHAPE_RECTANGLE,
  VITRAIL_SHAPE_ELLIPSE,
} VitrailShapeKind;

#define VITRAIL_N_SHAPE_KINDS 5

/**
 * VitrailAnnotationCode:
 * @value: Code Value
 * @scheme: Coding Scheme Designator
 * @meaning: Code Meaning
 *
 * A coded concept (PS3.3 8.8); all NULL where there is none.
 */
typedef struct {
  char *value;
  char *scheme;
  char *meaning;
} VitrailAnnotationCode;

/**
 * VitrailAnnotationGroup:
 * @label: what its shapes are ("Tumor"); "": not classified
 * @rgb: 0xRRGGBB
 * @visible: whether its shapes are drawn
 * @category: what kind of thing (Annotation Property Category, PS3.3 C.37.1.2)
 * @type: which thing (Annotation Property Type)
 *
 * Shapes of one class.
 */
typedef struct {
  char *label;
  guint32 rgb;
  gboolean visible;
  VitrailAnnotationCode category;
  VitrailAnnotationCode type;
} VitrailAnnotationGroup;

#define VITRAIL_TYPE_ANNOTATION_GROUP (vitrail_annotation_group_get_type ())
GType vitrail_annotation_group_get_type (void);
/* Visible, without codes. */
VitrailAnnotationGroup *
vitrail_annotation_group_new (const char *label, guint32 rgb);
VitrailAnnotationGroup *
vitrail_annotation_group_copy (const VitrailAnnotationGroup *self);
void vitrail_annotation_group_free (VitrailAnnotationGroup *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailAnnotationGroup,
                               vitrail_annotation_group_free)

/* What a shape is drawn in that nobody gave a colour. */
#define VITRAIL_ANNOTATION_COLOR 0xffd400u

/* VitrailAnnotationText: what a shape says in words. */
typedef enum {
  VITRAIL_ANNOTATION_ID,   /* the same for as long as the shape lives */
  VITRAIL_ANNOTATION_NAME, /* short */
  VITRAIL_ANNOTATION_NOTE, /* any length */
} VitrailAnnotationText;

typedef struct _VitrailAnnotationSet VitrailAnnotationSet;

#define VITRAIL_TYPE_ANNOTATION_SET (vitrail_annotation_set_get_type ())
GType vitrail_annotation_set_get_type (void);
/* An empty one. @name: for a person, UTF-8. */
VitrailAnnotationSet *vitrail_annotation_set_new (const char *name);
VitrailAnnotationSet *vitrail_annotation_set_ref (VitrailAnnotationSet *self);
void vitrail_annotation_set_unref (VitrailAnnotationSet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailAnnotationSet,
                               vitrail_annotation_set_unref)

const char *vitrail_annotation_set_get_name (const VitrailAnnotationSet *self);
/* Of its own for each set that was ever made in this process. */
guint64 vitrail_annotation_set_get_serial (const VitrailAnnotationSet *self);
/* Bytes of memory, shared ones counted in full. */
guint64
vitrail_annotation_set_get_size_bytes (const VitrailAnnotationSet *self);

guint vitrail_annotation_set_get_n_groups (const VitrailAnnotationSet *self);
/**
 * vitrail_annotation_set_get_group:
 *
 * Returns: (transfer none) (nullable): NULL beyond the last
 */
const VitrailAnnotationGroup *
vitrail_annotation_set_get_group (const VitrailAnnotationSet *self,
                                  guint group);

guint vitrail_annotation_set_get_n_shapes (const VitrailAnnotationSet *self);

/**
 * VitrailShape:
 * @kind: what it is
 * @group: of the set
 * @rgb: what it is drawn in: its own colour, else that of its group
 * @n_parts: rings of polygons, pieces of polylines; else 1
 * @n_points: of all parts
 * @bounds: least x, least y, greatest x, greatest y of its outline
 *
 * One shape, as a copy.
 */
typedef struct {
  VitrailShapeKind kind;
  guint group;
  guint32 rgb;
  guint n_parts;
  guint n_points;
  double bounds[4];
} VitrailShape;

/**
 * vitrail_annotation_set_get_shape:
 * @shape: (out caller-allocates): all zeroes beyond the last
 *
 * Returns: FALSE beyond the last
 */
gboolean vitrail_annotation_set_get_shape (const VitrailAnnotationSet *self,
                                           guint index,
                                           VitrailShape *shape);
/* Points of part @part of a shape; 0 where there is none. */
guint vitrail_annotation_set_get_n_points (const VitrailAnnotationSet *self,
                                           guint index,
                                           guint part);
/* Whether part @part of a polygon is a hole in the part before it that is
 * none. */
gboolean vitrail_annotation_set_is_hole (const VitrailAnnotationSet *self,
                                         guint index,
                                         guint part);
/**
 * vitrail_annotation_set_get_point:
 * @x: (out): in pixels of level 0
 * @y: (out): in pixels of level 0
 *
 * Returns: FALSE where there is no such point
 */
gboolean vitrail_annotation_set_get_point (const VitrailAnnotationSet *self,
                                           guint index,
                                           guint part,
                                           guint point,
                                           double *x,
                                           double *y);
#ifndef __GI_SCANNER__ /* for C only */
/* One part as a line to be drawn, ellipses as 96 points: x and y of @n_points
 * in turn; NULL where there is no such part. */
double *vitrail_annotation_set_dup_outline (const VitrailAnnotationSet *self,
                                            guint index,
                                            guint part,
                                            guint *n_points);
#endif
/**
 * vitrail_annotation_set_get_text:
 *
 * Returns: (transfer none) (nullable): UTF-8; NULL where there is none
 */
const char *vitrail_annotation_set_get_text (const VitrailAnnotationSet *self,
                                             guint index,
                                             VitrailAnnotationText text);

/* Numbers that somebody measured on a shape. */
guint
vitrail_annotation_set_get_n_measurements (const VitrailAnnotationSet *self,
                                           guint index);
/**
 * vitrail_annotation_set_get_measurement:
 * @name: (out) (transfer none) (optional): what was measured
 * @unit: (out) (transfer none) (optional): UCUM, "" where not known
 * @value: (out): the number
 *
 * Returns: FALSE beyond the last
 */
gboolean
vitrail_annotation_set_get_measurement (const VitrailAnnotationSet *self,
                                        guint index,
                                        guint measurement,
                                        const char **name,
                                        const char **unit,
                                        double *value);

/* Edits: each gives a new set with the same name; what they do not touch keeps
 * its order. VITRAIL_ERROR_LIMIT beyond limits.h, VITRAIL_ERROR_MALFORMED for
 * points that make no shape, VITRAIL_ERROR_NOT_FOUND for an index beyond the
 * last. */

/**
 * vitrail_annotation_set_with_shape:
 * @xy: (array length=n_numbers): x and y of each point in turn
 * @n_numbers: twice the number of points
 *
 * One more shape of one part, behind all others, with an id of its own.
 *
 * Returns: (transfer full): the new set
 */
VitrailAnnotationSet *
vitrail_annotation_set_with_shape (VitrailAnnotationSet *self,
                                   VitrailShapeKind kind,
                                   guint group,
                                   const double *xy,
                                   guint n_numbers,
                                   GError **error);
/**
 * vitrail_annotation_set_with_points:
 * @xy: (array length=n_numbers): x and y of each point in turn
 * @n_numbers: twice the number of points
 *
 * Shape @index moved or changed: the points of part @part are these. All else
 * of it stays, but measurements, which no longer hold.
 *
 * Returns: (transfer full): the new set
 */
VitrailAnnotationSet *
vitrail_annotation_set_with_points (VitrailAnnotationSet *self,
                                    guint index,
                                    guint part,
                                    const double *xy,
                                    guint n_numbers,
                                    GError **error);
/**
 * vitrail_annotation_set_with_text:
 * @value: (nullable): UTF-8
 *
 * Returns: (transfer full): the new set
 */
VitrailAnnotationSet *
vitrail_annotation_set_with_text (VitrailAnnotationSet *self,
                                  guint index,
                                  VitrailAnnotationText text,
                                  const char *value,
                                  GError **error);
/**
 * vitrail_annotation_set_with_shape_group:
 *
 * Shape @index is of @group now.
 *
 * Returns: (transfer full): the new set
 */
VitrailAnnotationSet *
vitrail_annotation_set_with_shape_group (VitrailAnnotationSet *self,
                                         guint index,
                                         guint group,
                                         GError **error);
/**
 * vitrail_annotation_set_without:
 *
 * Returns: (transfer full): the new set
 */
VitrailAnnotationSet *
vitrail_annotation_set_without (VitrailAnnotationSet *self,
                                guint index,
                                GError **error);
/**
 * vitrail_annotation_set_with_group:
 * @index: which group changes; the number of groups: one more
 *
 * Shares all shapes with @self: fast, however many there are.
 *
 * Returns: (transfer full): the new set
 */
VitrailAnnotationSet *
vitrail_annotation_set_with_group (VitrailAnnotationSet *self,
                                   guint index,
                                   const VitrailAnnotationGroup *group,
                                   GError **error);
/**
 * vitrail_annotation_set_with_name:
 *
 * Returns: (transfer full): the new set
 */
VitrailAnnotationSet *
vitrail_annotation_set_with_name (VitrailAnnotationSet *self, const char *name);

/**
 * vitrail_annotation_set_find_group:
 *
 * Returns: the group of this label, or the number of groups
 */
guint vitrail_annotation_set_find_group (const VitrailAnnotationSet *self,
                                         const char *label);

#ifndef __GI_SCANNER__ /* for C only */

/**
 * VitrailShapeArrays:
 * @kinds: VitrailShapeKind, one a shape
 * @groups: one a shape
 * @colors: 0xRRGGBB with any bit above it set: the shape's own colour; 0: that
 *   of its group. One a shape, or NULL where none has its own
 * @parts: where the parts of each shape begin; n_shapes + 1
 * @points: where the points of each part begin; n_parts + 1
 * @holes: one a part, or NULL where there is none
 * @xy32, @xy64: x and y of each point in turn, in one of the two; the other is
 *   NULL. Single precision only where it loses nothing
 *
 * All shapes of a set: read only, as long as the set lives.
 */
typedef struct {
  guint n_shapes;
  guint n_parts;
  guint n_points;
  const uint8_t *kinds;
  const uint32_t *groups;
  const uint32_t *colors;
  const uint32_t *parts;
  const uint32_t *points;
  const uint8_t *holes;
  const float *xy32;
  const double *xy64;
} VitrailShapeArrays;

const VitrailShapeArrays *
vitrail_annotation_set_get_arrays (const VitrailAnnotationSet *self);
/* The same for all sets that have the same shapes (and may differ in their
 * groups). */
guint64
vitrail_annotation_set_get_shapes_serial (const VitrailAnnotationSet *self);

static inline void
vitrail_shape_arrays_get_point (const VitrailShapeArrays *self,
                                size_t point,
                                double xy[2])
{
  if (self->xy32 != NULL) {
    xy[0] = (double) self->xy32[2 * point];
    xy[1] = (double) self->xy32[2 * point + 1];
  } else {
    xy[0] = self->xy64[2 * point];
    xy[1] = self->xy64[2 * point + 1];
  }
}

/* Least x, least y, greatest x, greatest y of shape @index; of ellipses the
 * outline's, not the points'. */
void vitrail_shape_arrays_get_bounds (const VitrailShapeArrays *self,
                                      size_t index,
                                      double bounds[4]);

/* Points of an ellipse's outline. */
#  define VITRAIL_ELLIPSE_POINTS 96u
/* @axes: the four points of an ellipse. @xy: 2 * VITRAIL_ELLIPSE_POINTS
 * numbers, from the first end of the major axis on. */
void vitrail_ellipse_get_outline (const double axes[8], double *xy);

#endif

G_END_DECLS
