/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A viewport's slide: see viewportslide.h. */

#include "viewportslide.h"

#include "slidemeta.h"
#include "viewport-private.h"

#include <math.h>

#define FIRST_LAYERS (1u << VITRAIL_SLIDE_OVERVIEW)

VitrailSlide *
vitrail_viewport_ref_slide (VitrailViewport *self)
{
  g_autoptr (GstBuffer) buffer = NULL;
  if (!vitrail_viewport_is_slide (self) ||
      !vitrail_feed_peek (self->feed, &buffer, NULL, NULL))
    return NULL;
  VitrailSlide *slide = vitrail_buffer_get_slide (buffer);
  return slide != NULL ? g_object_ref (slide) : NULL;
}

gboolean
vitrail_viewport_is_slide (VitrailViewport *self)
{
  return self->display_set != NULL &&
         self->display_set->kind == VITRAIL_DISPLAY_SET_SLIDE;
}

void
vitrail_viewport_reset_slide (VitrailViewport *self)
{
  self->layers = FIRST_LAYERS;
  vitrail_viewport_set_look (self, "", NULL);
}

/* Look */

gboolean
vitrail_viewport_set_look (VitrailViewport *self,
                           const char *text,
                           GError **error)
{
  g_autoptr (VitrailSlide) slide = vitrail_viewport_ref_slide (self);
  if (slide != NULL) {
    g_autoptr (VitrailSlideLook) look =
        vitrail_slide_look_from_string (slide, text, error);
    if (look == NULL)
      return FALSE;
  }
  if (g_strcmp0 (self->look, text) == 0)
    return TRUE;
  g_autofree char *old = self->look;
  self->look = g_strdup (text);
  if (self->graph != NULL)
    vitrail_view_graph_set_look (self->graph, text);
  vitrail_viewport_emit_changed (self);
  return TRUE;
}

const char *
vitrail_viewport_get_look (VitrailViewport *self)
{
  return self->look;
}

VitrailSlideLook *
vitrail_viewport_dup_look (VitrailViewport *self, VitrailSlide *slide)
{
  VitrailSlideLook *look =
      vitrail_slide_look_from_string (slide, self->look, NULL);
  return look != NULL ? look : vitrail_slide_look_new (slide);
}

/* Magnification */

double
vitrail_slide_get_full_magnification (VitrailSlide *slide)
{
  double power = vitrail_slide_get_objective_power (slide);
  double mpp_um[2];
  if (power > 0)
    return power;
  if (vitrail_slide_get_mpp_um (slide, mpp_um) && mpp_um[0] > 0)
    return 10 / mpp_um[0];
  return 0;
}

double
vitrail_slide_get_shown_step (VitrailSlide *slide, const double to_frame[6])
{
  double mpp_um[2];
  double aspect = 1;
  if (vitrail_slide_get_mpp_um (slide, mpp_um) && mpp_um[0] > 0 &&
      mpp_um[1] > 0)
    aspect = mpp_um[1] / mpp_um[0];
  return hypot (to_frame[0], to_frame[3] * aspect);
}

/* The magnification of a zoom of 1; 0 where unknown. */
static double
get_fit_magnification (VitrailViewport *self)
{
  VitrailViewportGeometry g;
  g_autoptr (VitrailSlide) slide = vitrail_viewport_ref_slide (self);
  if (slide == NULL || !vitrail_viewport_get_geometry (self, &g))
    return 0;
  return vitrail_slide_get_full_magnification (slide) *
         vitrail_view_get_fit_scale (&self->view, g.image_width, g.image_height,
                                     g.aspect, g.width, g.height);
}

double
vitrail_viewport_get_magnification (VitrailViewport *self)
{
  return get_fit_magnification (self) * self->view.zoom;
}

void
vitrail_viewport_set_magnification (VitrailViewport *self, double magnification)
{
  double fit = get_fit_magnification (self);
  if (!(fit > 0))
    return;
  VitrailView view = self->view;
  view.zoom = magnification / fit;
  vitrail_viewport_set_view (self, &view);
}

/* Layers */

gboolean
vitrail_viewport_get_layer (VitrailViewport *self, VitrailSlideLayer layer)
{
  return (self->layers & (1u << layer)) != 0;
}

void
vitrail_viewport_set_layer (VitrailViewport *self,
                            VitrailSlideLayer layer,
                            gboolean on)
{
  guint layers =
      on ? self->layers | (1u << layer) : self->layers & ~(1u << layer);
  if (layers == self->layers)
    return;
  self->layers = layers;
  vitrail_viewport_emit_changed (self);
}

const char *
vitrail_slide_find_associated (VitrailSlide *slide, VitrailSlideLayer layer)
{
  /* Readers name the scanner's picture one way or the other. */
  static const char *const labels[] = { "label", NULL };
  static const char *const macros[] = { "macro", "overview", NULL };
  const char *const *names = NULL;
  if (layer == VITRAIL_SLIDE_LABEL)
    names = labels;
  else if (layer == VITRAIL_SLIDE_MACRO)
    names = macros;
  const char *const *there = vitrail_slide_list_associated (slide);
  for (; names != NULL && there != NULL && *names != NULL; names++) {
    if (g_strv_contains (there, *names))
      return *names;
  }
  return NULL;
}

/* Work */

VitrailSlideWork *
vitrail_viewport_get_work (VitrailViewport *self)
{
  return self->work;
}

const VitrailDraft *
vitrail_viewport_get_draft (VitrailViewport *self)
{
  return &self->draft;
}

/* Specks are no place to go to. */
#define LEAST_PART 0.01

static gboolean
is_speck (const VitrailTissue *tissue, guint index)
{
  VitrailTissueRegion region;
  double largest = 0;
  for (guint i = 0; i < vitrail_tissue_get_n_regions (tissue); i++) {
    vitrail_tissue_get_region (tissue, i, &region);
    largest = fmax (largest, region.area);
  }
  vitrail_tissue_get_region (tissue, index, &region);
  return region.area < largest * LEAST_PART;
}

void
vitrail_viewport_step_tissue (VitrailViewport *self, int step)
{
  VitrailViewportGeometry g;
  VitrailTissueRegion region;
  if (self->work == NULL || !vitrail_viewport_get_geometry (self, &g))
    return;
  VitrailTissue *tissue = vitrail_slide_work_get_tissue (self->work);
  self->tissue_step = tissue == NULL ? step : 0;
  self->unseen_step = FALSE;
  int n = tissue != NULL ? (int) vitrail_tissue_get_n_regions (tissue) : 0;
  if (n == 0)
    return;
  int here =
      vitrail_tissue_find_region (tissue, self->view.pan_x * g.image_width,
                                  self->view.pan_y * g.image_height);
  int next = (here + step + n) % n;
  if (self->view.zoom <= 1.0)
    next = step > 0 ? 0 : n - 1;
  for (int i = 0; i < n && is_speck (tissue, (guint) next); i++)
    next = (next + step + n) % n;
  vitrail_tissue_get_region (tissue, (guint) next, &region);
  const double bounds[4] = { region.rect[0], region.rect[1],
                             region.rect[0] + region.rect[2],
                             region.rect[1] + region.rect[3] };
  vitrail_viewport_zoom_to (self, bounds);
}

void
vitrail_viewport_step_unseen (VitrailViewport *self)
{
  VitrailViewportGeometry g;
  if (self->work == NULL || !vitrail_viewport_get_geometry (self, &g))
    return;
  const VitrailTissue *tissue = vitrail_slide_work_get_tissue (self->work);
  self->tissue_step = 0;
  self->unseen_step = !vitrail_slide_work_is_tissue_known (self->work);
  double centre[2] = { self->view.pan_x * g.image_width,
                       self->view.pan_y * g.image_height };
  if (!self->unseen_step &&
      vitrail_coverage_find_unseen (
          vitrail_slide_work_get_coverage (self->work), tissue,
          vitrail_viewport_get_magnification (self), centre))
    vitrail_viewport_centre_on (self, centre[0], centre[1]);
}

static void
work_changed_cb (VitrailViewport *self)
{
  if (self->tissue_step != 0 &&
      vitrail_slide_work_get_tissue (self->work) != NULL)
    vitrail_viewport_step_tissue (self, self->tissue_step);
  if (self->unseen_step && vitrail_slide_work_is_tissue_known (self->work))
    vitrail_viewport_step_unseen (self);
  vitrail_viewport_emit_changed (self);
}

static void
set_work (VitrailViewport *self, VitrailSlideWork *work)
{
  if (self->work != NULL) {
    vitrail_slide_work_look (self->work, self, NULL, NULL, 0);
    vitrail_slide_work_keep (self->work, self->kept);
    vitrail_slide_work_save (self->work);
    g_signal_handlers_disconnect_by_data (self->work, self);
  }
  vitrail_draft_clear (&self->draft);
  self->tissue_step = 0;
  self->unseen_step = FALSE;
  g_set_object (&self->work, work);
  if (self->graph != NULL)
    vitrail_view_graph_set_drawn (
        self->graph,
        work != NULL ? vitrail_slide_work_get_annotations (work) : NULL,
        work != NULL ? vitrail_slide_work_get_objects (work) : NULL);
  if (work != NULL)
    g_signal_connect_object (work, "changed", G_CALLBACK (work_changed_cb),
                             self, G_CONNECT_SWAPPED);
}

void
vitrail_viewport_slide_shown (VitrailViewport *self)
{
  g_auto (VitrailShownState) shown = { 0 };
  vitrail_viewport_get_shown (self, &shown);
  if (!shown.valid || shown.slide == NULL)
    return;
  if (self->work == NULL) {
    g_autoptr (VitrailSlideWork) work = vitrail_slide_work_get (shown.slide);
    set_work (self, work);
    vitrail_slide_work_restore (work, self->kept);
    vitrail_viewport_find_objects (self);
    if (self->seen != NULL)
      vitrail_viewport_set_seen (self, self->seen);
    g_clear_pointer (&self->seen, g_free);
  }
  const guint size[2] = { self->width, self->height };
  double step = vitrail_slide_get_shown_step (shown.slide, shown.to_frame);
  /* A stand-in at 40x shows nothing of what 40x would. */
  gboolean is_sharp = shown.quality == VITRAIL_QUALITY_FULL &&
                      (shown.flags & VITRAIL_FRAME_META_INCOMPLETE) == 0;
  if (step > 0 && size[0] > 0 && size[1] > 0)
    vitrail_slide_work_look (
        self->work, self, shown.to_frame, size,
        is_sharp ? vitrail_slide_get_full_magnification (shown.slide) / step
                 : 0);
}

void
vitrail_viewport_find_objects (VitrailViewport *self)
{
  if (self->work != NULL && self->source != NULL)
    vitrail_slide_work_find_objects (self->work, self->source);
}

void
vitrail_viewport_keep (VitrailViewport *self)
{
  if (self->work != NULL)
    vitrail_slide_work_keep (self->work, self->kept);
}

void
vitrail_viewport_set_kept (VitrailViewport *self, GHashTable *kept)
{
  g_hash_table_unref (self->kept);
  self->kept = g_hash_table_ref (kept);
}

void
vitrail_viewport_leave_slide (VitrailViewport *self)
{
  set_work (self, NULL);
  g_clear_pointer (&self->seen, g_free);
}

void
vitrail_viewport_set_seen (VitrailViewport *self, const char *json)
{
  if (self->work == NULL) {
    g_free (self->seen);
    self->seen = g_strdup (json);
    return;
  }
  VitrailSlide *slide = vitrail_slide_work_get_slide (self->work);
  VitrailCoverage *coverage = vitrail_coverage_from_json (slide, json, NULL);
  if (coverage != NULL)
    vitrail_slide_work_take_coverage (self->work, coverage);
}

void
vitrail_viewport_centre_on (VitrailViewport *self, double x, double y)
{
  VitrailViewportGeometry g;
  VitrailView view = self->view;
  if (!vitrail_viewport_get_geometry (self, &g))
    return;
  view.pan_x = x / g.image_width;
  view.pan_y = y / g.image_height;
  vitrail_viewport_set_view (self, &view);
}

void
vitrail_viewport_zoom_to (VitrailViewport *self, const double bounds[4])
{
  VitrailViewportGeometry g;
  VitrailView view = self->view;
  if (!vitrail_viewport_get_geometry (self, &g))
    return;
  double fit = vitrail_view_get_fit_scale (&view, g.image_width, g.image_height,
                                           g.aspect, g.width, g.height);
  double longer = fmax (bounds[2] - bounds[0], bounds[3] - bounds[1]);
  double room = MIN (g.width, g.height) * 0.8;
  double scale = longer > 0 ? fmin (room / longer, 1) : 1;
  view.zoom = fmax (scale / fit, 1);
  vitrail_viewport_set_view (self, &view);
  vitrail_viewport_centre_on (self, (bounds[0] + bounds[2]) / 2,
                              (bounds[1] + bounds[3]) / 2);
}
