/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bulk Simple Annotations on a slide; the object is its own image, so that all
 * of its numbers are the fuzzer's. */

#include "annotation/ann.h"

#include "dicom/part10.h"
#include "fuzz.h"

#include <string.h>

/* A slide of which only size and place are asked. */
#define FUZZ_TYPE_SLIDE (fuzz_slide_get_type ())
G_DECLARE_FINAL_TYPE (FuzzSlide, fuzz_slide, FUZZ, SLIDE, GObject)

struct _FuzzSlide {
  GObject parent_instance;
};

static guint
fuzz_slide_get_n_levels (VitrailSlide *slide)
{
  return 1;
}

static void
fuzz_slide_get_level (VitrailSlide *slide, guint level, VitrailSlideLevel *out)
{
  *out = (VitrailSlideLevel){ 2000, 1000, 256, 256, 8, 4, 1 };
}

static gboolean
fuzz_slide_get_plane (VitrailSlide *slide, double plane[12])
{
  const double turned[12] = { 0, -0.0005, 0, 20, -0.0003, 0, 0, 40 };

  memcpy (plane, turned, sizeof turned);
  return TRUE;
}

static void
fuzz_slide_iface_init (VitrailSlideInterface *iface)
{
  iface->get_n_levels = fuzz_slide_get_n_levels;
  iface->get_level = fuzz_slide_get_level;
  iface->get_plane = fuzz_slide_get_plane;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FuzzSlide,
                               fuzz_slide,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VITRAIL_TYPE_SLIDE,
                                                      fuzz_slide_iface_init))

static void
fuzz_slide_class_init (FuzzSlideClass *klass)
{
}

static void
fuzz_slide_init (FuzzSlide *self)
{
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static VitrailSlide *slide;
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (VitrailPart10) file =
      vitrail_part10_read (bytes, "fuzz", VITRAIL_READ_ALL, NULL);

  if (slide == NULL)
    slide = g_object_new (FUZZ_TYPE_SLIDE, NULL);
  if (file == NULL)
    return 0;
  VitrailDataSet *data_set = vitrail_part10_get_data_set (file);
  for (guint i = 0; i < 2; i++) {
    g_autofree char *warning = NULL;
    g_autoptr (VitrailAnnotationSet) set =
        vitrail_ann_read (data_set, "fuzz", slide, i == 0 ? data_set : NULL,
                          &warning, NULL);
    for (guint j = 0;
         set != NULL && j < vitrail_annotation_set_get_n_shapes (set); j++)
    {
      VitrailShape shape;
      g_assert_true (vitrail_annotation_set_get_shape (set, j, &shape));
      g_assert_cmpuint (shape.n_points, >, 0);
    }
  }
  return 0;
}
