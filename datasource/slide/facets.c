/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Optical paths, focal planes and words of a slide: the checks that no reader
 * has to repeat, and the answers of readers that have only one of each. */

#include "error.h"
#include "slide/slide.h"

#include <string.h>

guint
vitrail_slide_get_n_paths (VitrailSlide *self)
{
  VitrailSlideInterface *iface = VITRAIL_SLIDE_GET_IFACE (self);
  return iface->get_n_paths != NULL ? iface->get_n_paths (self) : 1;
}

void
vitrail_slide_get_path (VitrailSlide *self, guint path, VitrailSlidePath *out)
{
  VitrailSlideInterface *iface = VITRAIL_SLIDE_GET_IFACE (self);

  *out = (VitrailSlidePath){ .id = "0",
                             .is_color = TRUE,
                             .bits = 8,
                             .rgb = { 255, 255, 255 } };
  if (iface->get_path != NULL && path < vitrail_slide_get_n_paths (self))
    iface->get_path (self, path, out);
}

guint
vitrail_slide_get_n_focal_planes (VitrailSlide *self)
{
  VitrailSlideInterface *iface = VITRAIL_SLIDE_GET_IFACE (self);
  return iface->get_n_focal_planes != NULL ? iface->get_n_focal_planes (self)
                                           : 1;
}

double
vitrail_slide_get_focal_plane_um (VitrailSlide *self, guint plane)
{
  VitrailSlideInterface *iface = VITRAIL_SLIDE_GET_IFACE (self);

  if (iface->get_focal_plane_um == NULL ||
      plane >= vitrail_slide_get_n_focal_planes (self))
    return 0.0;
  return iface->get_focal_plane_um (self, plane);
}

VitrailSlide *
vitrail_slide_ref_facet (VitrailSlide *self, guint path, guint plane)
{
  VitrailSlideInterface *iface = VITRAIL_SLIDE_GET_IFACE (self);

  if (path >= vitrail_slide_get_n_paths (self) ||
      plane >= vitrail_slide_get_n_focal_planes (self))
    return NULL;
  if (iface->ref_facet == NULL)
    return path == 0 && plane == 0 ? g_object_ref (self) : NULL;
  return iface->ref_facet (self, path, plane);
}

gboolean
vitrail_slide_decode_samples (VitrailSlide *self,
                              guint level,
                              guint column,
                              guint row,
                              uint16_t *samples,
                              size_t stride,
                              GCancellable *cancellable,
                              GError **error)
{
  VitrailSlideInterface *iface = VITRAIL_SLIDE_GET_IFACE (self);
  VitrailSlideLevel geometry;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  vitrail_slide_get_level (self, level, &geometry);
  if (column >= geometry.columns || row >= geometry.rows) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: no tile %u, %u in level %u",
                 vitrail_slide_get_name (self), column, row, level);
    return FALSE;
  }
  if (iface->decode_samples == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "%s: a slide in colour has no samples to mix",
                 vitrail_slide_get_name (self));
    return FALSE;
  }
  return iface->decode_samples (self, level, column, row, samples, stride,
                                cancellable, error);
}

const VitrailSlideProperty *
vitrail_slide_list_properties (VitrailSlide *self)
{
  static const VitrailSlideProperty none[] = { { NULL, NULL } };
  VitrailSlideInterface *iface = VITRAIL_SLIDE_GET_IFACE (self);

  return iface->list_properties != NULL ? iface->list_properties (self) : none;
}
