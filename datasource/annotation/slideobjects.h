/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideObjects: what others have made of a slide, to be laid over it:
 * annotations (ANN), segmentations and parametric maps, one layer an object,
 * each hidden at first, in the order in which they came. Whoever has found an
 * object adds it, and reads it once it is to be seen. Safe on any thread.
 *
 * How one is shown is a text of fields, each of which may be left out:
 *
 *   show=0|1;opacity=NUMBER;colormap=NAME;range=LOW:HIGH;
 *   parts=RRGGBB:0|1,...
 *
 * Parts are the groups of annotations and the segments of a segmentation, in
 * their order: colour, and whether they are to be seen. Colormap and range are
 * those of a parametric map. */

#pragma once

#include "annotation/annotationset.h"
#include "annotation/slideraster.h"

G_BEGIN_DECLS

#define VITRAIL_TYPE_SLIDE_OBJECTS (vitrail_slide_objects_get_type ())
G_DECLARE_FINAL_TYPE (VitrailSlideObjects,
                      vitrail_slide_objects,
                      VITRAIL,
                      SLIDE_OBJECTS,
                      GObject)

/**
 * VitrailSlideObjects::changed:
 *
 * There is one more, or one is shown in another way. On the thread that did it,
 * with no lock held.
 */

typedef enum {
  VITRAIL_SLIDE_OBJECT_SHAPES,
  VITRAIL_SLIDE_OBJECT_SEGMENTS,
  VITRAIL_SLIDE_OBJECT_VALUES,
} VitrailSlideObjectKind;

/**
 * VitrailSlideObjectStage:
 * @VITRAIL_SLIDE_OBJECT_FOUND: nobody has read it
 * @VITRAIL_SLIDE_OBJECT_READING: somebody is about to
 * @VITRAIL_SLIDE_OBJECT_READ: it can be drawn
 * @VITRAIL_SLIDE_OBJECT_FAILED: it cannot be read
 */
typedef enum {
  VITRAIL_SLIDE_OBJECT_FOUND,
  VITRAIL_SLIDE_OBJECT_READING,
  VITRAIL_SLIDE_OBJECT_READ,
  VITRAIL_SLIDE_OBJECT_FAILED,
} VitrailSlideObjectStage;

/**
 * VitrailSlideObject:
 * @id: SOP Instance UID
 * @label: for a person, UTF-8
 * @error: (nullable): why it cannot be read, or what of it was left out
 * @shown: whether it is to be seen
 * @n_parts: of annotations and segmentations, once they are read
 * @colormap, @low, @high: of values, once they are read
 * @least, @greatest: the range of the values themselves
 * @quantity, @unit: what they are of, "" where not known
 *
 * One object; texts live as long as the collection.
 */
typedef struct {
  const char *id;
  const char *label;
  VitrailSlideObjectKind kind;
  VitrailSlideObjectStage stage;
  const char *error;
  gboolean shown;
  double opacity;
  guint n_parts;
  const char *colormap;
  double low;
  double high;
  double least;
  double greatest;
  const char *quantity;
  const char *unit;
} VitrailSlideObject;

/**
 * VitrailSlideObjectPart:
 * @label: for a person; lives as long as the collection
 */
typedef struct {
  const char *label;
  guint32 rgb;
  gboolean visible;
} VitrailSlideObjectPart;

VitrailSlideObjects *vitrail_slide_objects_new (void);

guint vitrail_slide_objects_get_n (VitrailSlideObjects *self);
/**
 * vitrail_slide_objects_get:
 * @object: (out caller-allocates): as it is now
 *
 * Returns: FALSE beyond the last
 */
gboolean vitrail_slide_objects_get (VitrailSlideObjects *self,
                                    guint index,
                                    VitrailSlideObject *object);
/* FALSE beyond the last. */
gboolean vitrail_slide_objects_get_part (VitrailSlideObjects *self,
                                         guint index,
                                         guint part,
                                         VitrailSlideObjectPart *out);
/* FALSE where there is none with this id. */
gboolean vitrail_slide_objects_find (VitrailSlideObjects *self,
                                     const char *id,
                                     guint *index);

/* Behind the others; nothing where there is one with this id already. */
void vitrail_slide_objects_add (VitrailSlideObjects *self,
                                const char *id,
                                const char *label,
                                VitrailSlideObjectKind kind);
/* Whoever gets TRUE reads the object: it is to be seen, and nobody else does.
 */
gboolean
vitrail_slide_objects_begin_reading (VitrailSlideObjects *self, guint index);
/* What was read: @set or @raster; @error: (nullable): why neither, else what
 * was left out. Parts and values that a text has named before are so from the
 * start. */
void vitrail_slide_objects_take (VitrailSlideObjects *self,
                                 guint index,
                                 VitrailAnnotationSet *set,
                                 VitrailSlideRaster *raster,
                                 const char *error);

/**
 * vitrail_slide_objects_style:
 * @text: the fields that change
 *
 * VITRAIL_ERROR_MALFORMED: all stays as it was.
 */
gboolean vitrail_slide_objects_style (VitrailSlideObjects *self,
                                      guint index,
                                      const char *text,
                                      GError **error);
/**
 * vitrail_slide_objects_dup_style:
 *
 * Returns: (transfer full) (nullable): all fields; NULL beyond the last
 */
char *vitrail_slide_objects_dup_style (VitrailSlideObjects *self, guint index);

#ifndef __GI_SCANNER__ /* for C only */
/* What is drawn of one object; a reference to each. */
typedef struct {
  VitrailAnnotationSet *set;
  VitrailSlideRaster *raster;
  double opacity; /* of the set; the raster knows its own */
} VitrailSlideObjectDrawn;

/* FALSE where nothing of it is to be seen; else to be cleared. */
gboolean vitrail_slide_objects_get_drawn (VitrailSlideObjects *self,
                                          guint index,
                                          VitrailSlideObjectDrawn *drawn);
void vitrail_slide_object_drawn_clear (VitrailSlideObjectDrawn *drawn);
#endif

G_END_DECLS
