/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An instance that a slide becomes: see dicomizedinstance.h. */

#include "slide/dicomizedinstance.h"

#include "dicom/part10.h"
#include "error.h"
#include "slide/dicomizefile.h"

struct _VitrailDicomizedInstance {
  VitrailInstance parent_instance;

  /* Constant after construction. */
  VitrailDicomized *dicomized;
  guint index;
};

G_DEFINE_FINAL_TYPE (VitrailDicomizedInstance,
                     vitrail_dicomized_instance,
                     VITRAIL_TYPE_INSTANCE)

static GBytes *
vitrail_dicomized_instance_load_frame (VitrailInstance *instance,
                                       guint frame,
                                       GCancellable *cancellable,
                                       GError **error)
{
  VitrailDicomizedInstance *self = VITRAIL_DICOMIZED_INSTANCE (instance);

  return vitrail_dicomized_load_frame (self->dicomized, self->index, frame,
                                       cancellable, error);
}

static void
vitrail_dicomized_instance_finalize (GObject *object)
{
  VitrailDicomizedInstance *self = VITRAIL_DICOMIZED_INSTANCE (object);

  g_clear_pointer (&self->dicomized, vitrail_dicomized_unref);
  G_OBJECT_CLASS (vitrail_dicomized_instance_parent_class)->finalize (object);
}

static void
vitrail_dicomized_instance_class_init (VitrailDicomizedInstanceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitrail_dicomized_instance_finalize;
  VITRAIL_INSTANCE_CLASS (klass)->load_frame =
      vitrail_dicomized_instance_load_frame;
}

static void
vitrail_dicomized_instance_init (VitrailDicomizedInstance *self)
{
}

VitrailInstance *
vitrail_dicomized_instance_new (VitrailDicomized *dicomized,
                                const char *path,
                                const char *sop_instance_uid,
                                GError **error)
{
  guint index = vitrail_dicomized_find (dicomized, sop_instance_uid);

  if (index == G_MAXUINT) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: the slide has no instance %s", path, sop_instance_uid);
    return NULL;
  }
  /* As a file would begin: Pixel Data is there, without frames. */
  g_autoptr (GBytes) head =
      vitrail_dicomized_ref_head (dicomized, index, VITRAIL_OFFSETS_NONE,
                                  error);
  if (head == NULL)
    return NULL;
  g_autoptr (VitrailPart10) part10 =
      vitrail_part10_read (head, path, VITRAIL_READ_HEADER, error);
  if (part10 == NULL)
    return NULL;
  VitrailDicomizedInstance *self =
      g_object_new (VITRAIL_TYPE_DICOMIZED_INSTANCE, "name", path, "data-set",
                    vitrail_part10_get_data_set (part10), "transfer-syntax",
                    vitrail_dicomized_get_transfer_syntax (dicomized, index),
                    "n-frames",
                    vitrail_dicomized_get_n_frames (dicomized, index), NULL);
  self->dicomized = vitrail_dicomized_ref (dicomized);
  self->index = index;
  return VITRAIL_INSTANCE (self);
}

VitrailDicomized *
vitrail_dicomized_instance_get_dicomized (VitrailDicomizedInstance *self)
{
  return self->dicomized;
}

guint
vitrail_dicomized_instance_get_index (VitrailDicomizedInstance *self)
{
  return self->index;
}
