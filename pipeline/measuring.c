/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Measuring on frames: see measuring.h. */

#include "measuring.h"

#include "viewport-private.h"

VitrailMeasurements *
vitrail_viewport_get_measurements (VitrailViewport *self)
{
  return self->measurements;
}

void
vitrail_viewport_set_measurements (VitrailViewport *self,
                                   VitrailMeasurements *measurements)
{
  g_set_object (&self->measurements, measurements);
  if (self->graph != NULL)
    vitrail_view_graph_set_measurements (self->graph, measurements);
}

VitrailFrameInfo *
vitrail_measuring_ref_frame (VitrailViewport *viewport)
{
  g_auto (VitrailShownState) shown = { 0 };

  vitrail_viewport_get_shown (viewport, &shown);
  if (!shown.valid || shown.info == NULL || shown.info->frame == 0 ||
      (shown.flags & VITRAIL_FRAME_META_CORRUPT) != 0)
    return NULL;
  /* A plane made of a volume is no object that a report could refer to. */
  if (shown.info->sop_instance_uid == NULL ||
      *shown.info->sop_instance_uid == '\0')
    return NULL;
  return vitrail_frame_info_ref (shown.info);
}

static VitrailMeasureKind
get_kind (VitrailDrawKind kind)
{
  static const VitrailMeasureKind kinds[] = {
    [VITRAIL_DRAW_NOTHING] = VITRAIL_N_MEASURE_KINDS,
    [VITRAIL_DRAW_POINT] = VITRAIL_MEASURE_POINT,
    [VITRAIL_DRAW_LINE] = VITRAIL_MEASURE_LENGTH,
    [VITRAIL_DRAW_POLYGON] = VITRAIL_MEASURE_POLYGON,
    [VITRAIL_DRAW_FREEHAND] = VITRAIL_MEASURE_POLYGON,
    [VITRAIL_DRAW_RECTANGLE] = VITRAIL_MEASURE_POLYGON,
    [VITRAIL_DRAW_ELLIPSE] = VITRAIL_MEASURE_ELLIPSE,
    [VITRAIL_DRAW_TRACE] = VITRAIL_MEASURE_TRACE,
    [VITRAIL_DRAW_CHAMBER] = VITRAIL_MEASURE_CHAMBER,
  };

  return (guint) kind < G_N_ELEMENTS (kinds) ? kinds[kind]
                                             : VITRAIL_N_MEASURE_KINDS;
}

static VitrailMeasurement *
measure (const VitrailDraft *draft)
{
  const VitrailMeasureKind kind = get_kind (draft->kind);

  if (draft->info == NULL || draft->points == NULL ||
      kind == VITRAIL_N_MEASURE_KINDS)
    return NULL;
  g_autoptr (VitrailRuler) ruler = vitrail_ruler_new (draft->info);
  return vitrail_measurement_new (kind, ruler,
                                  (const double *) draft->points->data,
                                  draft->points->len, NULL);
}

void
vitrail_measuring_show_draft (VitrailViewport *viewport)
{
  g_autoptr (VitrailMeasurement) draft = measure (&viewport->draft);

  vitrail_measurements_set_draft (viewport->measurements, draft);
}

void
vitrail_measuring_store (VitrailViewport *viewport, const VitrailDraft *draft)
{
  g_autoptr (VitrailMeasurement) measurement = measure (draft);

  vitrail_measurements_set_draft (viewport->measurements, NULL);
  if (measurement == NULL)
    return;
  vitrail_measurements_put (viewport->measurements, measurement, TRUE);
  vitrail_measurements_select (viewport->measurements, measurement->uid);
}
