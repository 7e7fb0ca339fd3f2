/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Commands for what is drawn on the slide of the active viewport. On anything
 * else, and where nothing is selected, they do nothing; but undo, redo and
 * delete, which on frames are of measurements. */

#include "annotationfiles.h"
#include "bodyhands.h"
#include "commands.h"
#include "measuring.h"
#include "viewportbody.h"
#include "viewportslide.h"

#include <string.h>

/* NULL while there is nothing to work on. */
static VitrailSlideWork *
get_work (VitrailViewport *viewport)
{
  VitrailSlideWork *work = vitrail_viewport_get_work (viewport);
  return work != NULL && vitrail_slide_work_is_ready (work) ? work : NULL;
}

/* The selected shape and its set; NULL where nothing is. */
static VitrailAnnotationSet *
ref_selected (VitrailViewport *viewport, guint *shape)
{
  VitrailSlideWork *work = get_work (viewport);
  g_autofree char *name = NULL;
  if (work == NULL)
    return NULL;
  VitrailAnnotations *annotations = vitrail_slide_work_get_annotations (work);
  if (!vitrail_annotations_get_selected (annotations, &name, shape))
    return NULL;
  return vitrail_annotations_ref_named (annotations, name);
}

/* @set: (transfer full) (nullable): NULL: the reason is in @error. */
static gboolean
put (VitrailViewport *viewport,
     VitrailAnnotationSet *set,
     const char *step,
     const GError *error)
{
  VitrailSlideWork *work = get_work (viewport);
  g_autoptr (VitrailAnnotationSet) owned = set;
  if (owned == NULL) {
    vitrail_slide_work_set_error (work, error != NULL ? error->message : step);
    return FALSE;
  }
  vitrail_annotations_put (vitrail_slide_work_get_annotations (work), owned,
                           step);
  return TRUE;
}

static gboolean
undo (VitrailViewport *viewport, GVariant *argument, int is_redo)
{
  VitrailSlideWork *work = get_work (viewport);
  vitrail_drawing_cancel (viewport);
  if (vitrail_viewport_is_body (viewport)) {
    vitrail_viewport_undo_body (viewport, is_redo);
    return TRUE;
  }
  if (work == NULL) {
    VitrailMeasurements *measured =
        vitrail_viewport_get_measurements (viewport);
    if (is_redo)
      vitrail_measurements_redo (measured);
    else
      vitrail_measurements_undo (measured);
    return TRUE;
  }
  VitrailAnnotations *annotations = vitrail_slide_work_get_annotations (work);
  if (is_redo)
    vitrail_annotations_redo (annotations);
  else
    vitrail_annotations_undo (annotations);
  return TRUE;
}

static gboolean
end_drawing (VitrailViewport *viewport, GVariant *argument, int is_kept)
{
  if (is_kept)
    vitrail_drawing_finish (viewport);
  else
    vitrail_drawing_cancel (viewport);
  return TRUE;
}

static gboolean
run_select_annotation (VitrailSession *session,
                       VitrailViewport *viewport,
                       GVariant *argument)
{
  const char *name = NULL;
  guint number = 0;
  VitrailSlideWork *work = get_work (viewport);
  g_variant_get (argument, "(&su)", &name, &number);
  if (work == NULL)
    return TRUE;
  VitrailAnnotations *annotations = vitrail_slide_work_get_annotations (work);
  if (number == 0) {
    vitrail_annotations_select (annotations, NULL, 0);
    return TRUE;
  }
  g_autoptr (VitrailAnnotationSet) set =
      vitrail_annotations_ref_named (annotations, name);
  if (set == NULL || number > vitrail_annotation_set_get_n_shapes (set))
    return FALSE;
  vitrail_annotations_select (annotations, name, number - 1);
  return TRUE;
}

static gboolean
run_delete_annotation (VitrailSession *session,
                       VitrailViewport *viewport,
                       GVariant *argument)
{
  guint shape = 0;
  g_autoptr (GError) error = NULL;
  if (vitrail_viewport_get_work (viewport) == NULL)
    return vitrail_session_run (session, "delete-measurement", NULL, NULL);
  g_autoptr (VitrailAnnotationSet) set = ref_selected (viewport, &shape);
  if (set == NULL)
    return TRUE;
  VitrailAnnotations *annotations =
      vitrail_slide_work_get_annotations (get_work (viewport));
  VitrailAnnotationSet *without =
      vitrail_annotation_set_without (set, shape, &error);
  if (without != NULL)
    vitrail_annotations_select (annotations, NULL, 0);
  return put (viewport, without, "Delete", error);
}

static gboolean
run_name_annotation (VitrailSession *session,
                     VitrailViewport *viewport,
                     GVariant *argument)
{
  guint shape = 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailAnnotationSet) set = ref_selected (viewport, &shape);
  if (set == NULL)
    return TRUE;
  return put (viewport,
              vitrail_annotation_set_with_text (
                  set, shape, VITRAIL_ANNOTATION_NAME,
                  g_variant_get_string (argument, NULL), &error),
              "Name", error);
}

/* The group of this label in this colour, made or coloured where needed. */
static VitrailAnnotationSet *
with_class (VitrailAnnotationSet *set,
            guint shape,
            const char *label,
            guint32 rgb,
            GError **error)
{
  guint group = vitrail_annotation_set_find_group (set, label);
  g_autoptr (VitrailAnnotationGroup) what =
      vitrail_annotation_group_new (label, rgb & 0xffffff);
  g_autoptr (VitrailAnnotationSet) grouped =
      vitrail_annotation_set_with_group (set, group, what, error);
  return grouped != NULL
             ? vitrail_annotation_set_with_shape_group (grouped, shape, group,
                                                        error)
             : NULL;
}

static gboolean
run_label_annotation (VitrailSession *session,
                      VitrailViewport *viewport,
                      GVariant *argument)
{
  guint shape = 0;
  const char *label = NULL;
  guint32 rgb = 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailAnnotationSet) set = ref_selected (viewport, &shape);
  g_variant_get (argument, "(&su)", &label, &rgb);
  if (set == NULL)
    return TRUE;
  return put (viewport, with_class (set, shape, label, rgb, &error), "Label",
              error);
}

static gboolean
run_zoom_to_annotation (VitrailSession *session,
                        VitrailViewport *viewport,
                        GVariant *argument)
{
  guint index = 0;
  VitrailShape shape;
  g_autoptr (VitrailAnnotationSet) set = ref_selected (viewport, &index);
  if (set != NULL && vitrail_annotation_set_get_shape (set, index, &shape))
    vitrail_viewport_zoom_to (viewport, shape.bounds);
  return TRUE;
}

/* Files */

static gboolean
run_import_annotations (VitrailSession *session,
                        VitrailViewport *viewport,
                        GVariant *argument)
{
  VitrailSlideWork *work = get_work (viewport);
  return work == NULL ||
         vitrail_annotation_import (work,
                                    g_variant_get_string (argument, NULL));
}

static gboolean
run_export_annotations (VitrailSession *session,
                        VitrailViewport *viewport,
                        GVariant *argument)
{
  VitrailSlideWork *work = get_work (viewport);
  guint shape = 0;
  if (work == NULL)
    return TRUE;
  g_autoptr (VitrailAnnotationSet) selected = ref_selected (viewport, &shape);
  g_autoptr (VitrailAnnotationSet) set =
      selected != NULL ? g_steal_pointer (&selected)
                       : vitrail_slide_work_ref_drawn (work);
  vitrail_annotation_export (work, set, g_variant_get_string (argument, NULL));
  return TRUE;
}

static gboolean
run_export_all (VitrailSession *session,
                VitrailViewport *viewport,
                GVariant *argument)
{
  VitrailSlideWork *work = get_work (viewport);
  return work == NULL ||
         vitrail_annotation_export_all (work,
                                        g_variant_get_string (argument, NULL));
}

/* clang-format off */
const VitrailSessionCommand vitrail_annotation_commands[] = {
  { "undo", NULL, "Takes the last change of annotations back; on frames, of measurements", .vary = undo, .detail = FALSE },
  { "redo", NULL, "Does it again", .vary = undo, .detail = TRUE },
  { "finish-drawing", NULL, "Ends the polygon under way with the corners that it has", .vary = end_drawing, .detail = TRUE },
  { "cancel-drawing", NULL, "Forgets what is being drawn", .vary = end_drawing, .detail = FALSE },
  { "select-annotation", "(su)", "Selects the shape with this number, from 1, of the set of this name; 0: none", run_select_annotation },
  { "delete-annotation", NULL, "Deletes the selected shape; on frames, the measurement", run_delete_annotation },
  { "name-annotation", "s", "Names the selected shape", run_name_annotation },
  { "label-annotation", "(su)", "What the selected shape is, and the colour 0xRRGGBB of all such shapes", run_label_annotation },
  { "zoom-to-annotation", NULL, "The selected shape as large as it fits", run_zoom_to_annotation },
  { "import-annotations", "s", "Reads a GeoJSON file as one more set", run_import_annotations },
  { "export-annotations", "s", "Writes the set of the selected shape, else the one drawn by hand, as GeoJSON", run_export_annotations },
  { "export-all-annotations", "s", "Writes each set as a GeoJSON file of its name into a folder", run_export_all },
  { .name = NULL },
};
/* clang-format on */
