/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A slide as DICOM instances: see dicomize.h. What each is to be is planned in
 * dicomizeplan.c, its data set made in dicomizeheader.c, its frames in
 * dicomizeframe.c. */

#include "slide/dicomize.h"

#include "dicom/tag.h"
#include "error.h"
#include "slide/dicomizeplan.h"

#include <string.h>

/* Changes when what is made of the same slide changes. */
#define UID_SCOPE "vitrail slide 1"

char *
vitrail_dicomize_dup_uid (const char *slide_id, const char *part)
{
  g_autofree char *name = g_strdup_printf (UID_SCOPE "/%s/%s", slide_id, part);

  return vitrail_uid_new_from_name (name);
}

char *
vitrail_dicomized_dup_uid (VitrailSlide *slide, const char *part)
{
  return vitrail_dicomize_dup_uid (vitrail_slide_get_id (slide), part);
}

void
vitrail_dicomized_image_free (VitrailDicomizedImage *self)
{
  g_free (self->name);
  g_free (self->uid);
  g_free (self->associated);
  g_clear_pointer (&self->facets, g_ptr_array_unref);
  g_clear_pointer (&self->stream, g_bytes_unref);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

VitrailDicomized *
vitrail_dicomized_new (VitrailSlide *slide, int quality, GError **error)
{
  g_autoptr (VitrailDicomized) self = g_new0 (VitrailDicomized, 1);

  self->ref_count = 1;
  self->slide = g_object_ref (slide);
  self->quality = quality > 0 ? MIN (quality, 100) : VITRAIL_DICOMIZE_QUALITY;
  self->images = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_dicomized_image_free);
  return vitrail_dicomized_plan (self, error) ? g_steal_pointer (&self) : NULL;
}

VitrailDicomized *
vitrail_dicomized_ref (VitrailDicomized *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
vitrail_dicomized_unref (VitrailDicomized *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_ptr_array_unref (self->images);
  g_object_unref (self->slide);
  g_free (self);
}

guint
vitrail_dicomized_get_n_instances (const VitrailDicomized *self)
{
  return self->images->len;
}

guint
vitrail_dicomized_find (const VitrailDicomized *self,
                        const char *sop_instance_uid)
{
  for (guint i = 0; i < self->images->len; i++)
    if (strcmp (vitrail_dicomized_get_image (self, i)->uid, sop_instance_uid) ==
        0)
      return i;
  return G_MAXUINT;
}

const char *
vitrail_dicomized_get_name (const VitrailDicomized *self, guint i)
{
  return vitrail_dicomized_get_image (self, i)->name;
}

const char *
vitrail_dicomized_get_transfer_syntax (const VitrailDicomized *self, guint i)
{
  return vitrail_dicomized_get_image (self, i)->transfer_syntax;
}

VitrailSlide *
vitrail_dicomized_get_slide (const VitrailDicomized *self)
{
  return self->slide;
}

gboolean
vitrail_dicomized_is_stored (const VitrailDicomized *self, guint i)
{
  return !vitrail_dicomized_get_image (self, i)->is_encoded;
}

guint
vitrail_dicomized_get_n_frames (const VitrailDicomized *self, guint i)
{
  return vitrail_dicomized_image_get_n_frames (
      vitrail_dicomized_get_image (self, i));
}

guint64
vitrail_dicomized_get_raw_bytes (const VitrailDicomized *self, guint i)
{
  const VitrailDicomizedImage *image = vitrail_dicomized_get_image (self, i);

  return (guint64) vitrail_pixel_format_get_pixel_bytes (&image->format) *
         image->format.width * image->format.height *
         vitrail_dicomized_image_get_n_frames (image);
}

VitrailDataSet *
vitrail_dicomized_ref_data_set (VitrailDicomized *self,
                                guint i,
                                VitrailDicomizeDetail detail,
                                GError **error)
{
  VitrailDicomizedImage *image = g_ptr_array_index (self->images, i);
  double ratio = 0.0;

  if (detail == VITRAIL_DICOMIZE_WHOLE && image->is_lossy) {
    ratio = vitrail_dicomized_image_measure (self, image, error);
    if (!(ratio > 0.0))
      return NULL;
  }
  return vitrail_dicomized_image_describe (self, image, ratio);
}

GBytes *
vitrail_dicomized_load_frame (VitrailDicomized *self,
                              guint i,
                              guint frame,
                              GCancellable *cancellable,
                              GError **error)
{
  VitrailDicomizedImage *image = g_ptr_array_index (self->images, i);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (frame >= 1 && frame <= vitrail_dicomized_image_get_n_frames (image))
    return vitrail_dicomized_image_load (self, image, frame, cancellable,
                                         error);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "%s: %s has no frame %u", vitrail_slide_get_name (self->slide),
               image->name, frame);
  return NULL;
}
