/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailView and VitrailPresentation as boxed values, and the one place where
 * a view becomes an affine. */

#include "pixel/view.h"

#include <math.h>
#include <string.h>

G_DEFINE_BOXED_TYPE (VitrailView,
                     vitrail_view,
                     vitrail_view_copy,
                     vitrail_view_free)
G_DEFINE_BOXED_TYPE (VitrailPresentation,
                     vitrail_presentation,
                     vitrail_presentation_copy,
                     vitrail_presentation_free)

GType
vitrail_interpolation_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { VITRAIL_INTERPOLATION_LINEAR, "Linear, area average when shrinking",
      "linear" },
    { VITRAIL_INTERPOLATION_NEAREST, "Nearest sample", "nearest" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
                       g_enum_register_static ("VitrailInterpolation", values));
  return type;
}

GType
vitrail_voi_function_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { VITRAIL_VOI_LINEAR, "PS3.3 C.11.2.1.2.1", "linear" },
    { VITRAIL_VOI_LINEAR_EXACT, "PS3.3 C.11.2.1.3.2", "linear-exact" },
    { VITRAIL_VOI_SIGMOID, "PS3.3 C.11.2.1.3.1", "sigmoid" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
                       g_enum_register_static ("VitrailVoiFunction", values));
  return type;
}

VitrailView *
vitrail_view_copy (const VitrailView *self)
{
  return g_memdup2 (self, sizeof *self);
}

void
vitrail_view_free (VitrailView *self)
{
  g_free (self);
}

gboolean
vitrail_view_equal (const VitrailView *a, const VitrailView *b)
{
  return a->zoom == b->zoom && a->pan_x == b->pan_x && a->pan_y == b->pan_y &&
         a->rotation == b->rotation &&
         a->flip_horizontal == b->flip_horizontal &&
         a->flip_vertical == b->flip_vertical &&
         a->interpolation == b->interpolation;
}

VitrailPresentation *
vitrail_presentation_copy (const VitrailPresentation *self)
{
  VitrailPresentation *copy = g_memdup2 (self, sizeof *self);

  copy->colormap = g_intern_string (self->colormap);
  return copy;
}

void
vitrail_presentation_free (VitrailPresentation *self)
{
  g_free (self);
}

gboolean
vitrail_presentation_equal (const VitrailPresentation *a,
                            const VitrailPresentation *b)
{
  if (a->has_window != b->has_window || a->invert != b->invert ||
      a->hide_overlays != b->hide_overlays ||
      a->hide_shutter != b->hide_shutter || a->display != b->display ||
      g_strcmp0 (a->colormap, b->colormap) != 0)
    return FALSE;
  if (!a->has_window)
    return a->voi == b->voi;
  return a->window_center == b->window_center &&
         a->window_width == b->window_width && a->function == b->function;
}

/* Quarter turns are exact: cos (pi / 2) is not 0 in floating point, and pixels
 * would be mixed that should be moved. */
static void
get_turn (double degrees, double *cosine, double *sine)
{
  static const double quarters[4][2] = { { 1, 0 },
                                         { 0, 1 },
                                         { -1, 0 },
                                         { 0, -1 } };
  const double turn = isfinite (degrees) ? remainder (degrees, 360.0) : 0.0;
  const double quarter = turn / 90.0;

  if (quarter == rint (quarter)) {
    const int i = (int) quarter & 3;
    *cosine = quarters[i][0];
    *sine = quarters[i][1];
  } else {
    *cosine = cos (turn * G_PI / 180.0);
    *sine = sin (turn * G_PI / 180.0);
  }
}

static double
positive_or_one (double value)
{
  return isfinite (value) && value > 0 ? value : 1.0;
}

double
vitrail_view_get_fit_scale (const VitrailView *self,
                            guint image_width,
                            guint image_height,
                            double aspect,
                            guint width,
                            guint height)
{
  const double image_h = image_height * positive_or_one (aspect);
  double cosine = 1;
  double sine = 0;

  get_turn (self->rotation, &cosine, &sine);
  const double box_w = fabs (cosine) * image_width + fabs (sine) * image_h;
  const double box_h = fabs (sine) * image_width + fabs (cosine) * image_h;
  return positive_or_one (fmin (width / box_w, height / box_h));
}

void
/* NOLINTNEXTLINE(readability-function-size): two sizes */
vitrail_view_get_affine (const VitrailView *self,
                         guint image_width,
                         guint image_height,
                         double aspect,
                         guint width,
                         guint height,
                         double affine[6])
{
  const double scale =
      vitrail_view_get_fit_scale (self, image_width, image_height, aspect,
                                  width, height) *
      positive_or_one (self->zoom);
  const double sx = self->flip_horizontal ? -1.0 : 1.0;
  const double sy =
      (self->flip_vertical ? -1.0 : 1.0) / positive_or_one (aspect);
  /* From the viewport's centre to the centre of its first pixel. */
  const double x0 = 0.5 - width / 2.0;
  const double y0 = 0.5 - height / 2.0;
  double cosine = 1;
  double sine = 0;

  get_turn (self->rotation, &cosine, &sine);
  affine[0] = sx * (cosine / scale);
  affine[1] = sx * (sine / scale);
  affine[3] = sy * (-sine / scale);
  affine[4] = sy * (cosine / scale);
  affine[2] =
      self->pan_x * image_width - 0.5 + (affine[0] * x0 + affine[1] * y0);
  affine[5] =
      self->pan_y * image_height - 0.5 + (affine[3] * x0 + affine[4] * y0);
}

double
vitrail_frame_info_get_aspect (const VitrailFrameInfo *info)
{
  if (!info->has_spacing)
    return info->pixel_aspect > 0 ? info->pixel_aspect : 1.0;
  if (!(info->spacing[0] > 0) || !(info->spacing[1] > 0))
    return 1.0;
  return info->spacing[0] / info->spacing[1];
}

void
vitrail_affine_compose (const double outer[6],
                        const double inner[6],
                        double out[6])
{
  const double a = outer[0] * inner[0] + outer[1] * inner[3];
  const double b = outer[0] * inner[1] + outer[1] * inner[4];
  const double c = outer[0] * inner[2] + outer[1] * inner[5] + outer[2];
  const double d = outer[3] * inner[0] + outer[4] * inner[3];
  const double e = outer[3] * inner[1] + outer[4] * inner[4];
  const double f = outer[3] * inner[2] + outer[4] * inner[5] + outer[5];

  out[0] = a;
  out[1] = b;
  out[2] = c;
  out[3] = d;
  out[4] = e;
  out[5] = f;
}
