/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailMaskInstance: see maskinstance.h. */

#include "mask/maskinstance.h"

#include "codec/codec.h"
#include "dicom/builder.h"
#include "error.h"
#include "frameinfo-private.h"
#include "mask/maskgroups.h"
#include "mask/maskmodule.h"
#include "mask/subtract.h"

#include <math.h>
#include <pthread.h>

#define TAG_BITS_ALLOCATED VITRAIL_TAG (0x0028, 0x0100)
#define TAG_BITS_STORED    VITRAIL_TAG (0x0028, 0x0101)
#define TAG_HIGH_BIT       VITRAIL_TAG (0x0028, 0x0102)
#define TAG_REPRESENTATION VITRAIL_TAG (0x0028, 0x0103)
#define TAG_WINDOW_CENTER  VITRAIL_TAG (0x0028, 0x1050)
#define TAG_WINDOW_WIDTH   VITRAIL_TAG (0x0028, 0x1051)
#define TAG_INTERCEPT      VITRAIL_TAG (0x0028, 0x1052)
#define TAG_SLOPE          VITRAIL_TAG (0x0028, 0x1053)
#define TAG_RESCALE_TYPE   VITRAIL_TAG (0x0028, 0x1054)
#define TAG_DESCRIPTION    VITRAIL_TAG (0x0008, 0x2111)

/* Derivation Description. */
#define SUBTRACTED "Masks subtracted for display"

struct _VitrailMaskInstance {
  VitrailInstance parent;
  /* Constant. */
  VitrailInstance *stored;
  VitrailMaskModule *module;
  double shift[2];
  gboolean is_signed; /* the stored values */
  guint stored_bits;  /* of them */
  guint bits;         /* of the values that are subtracted: stored ones, or
                         logarithmic ones */
  double scale;       /* from those to the values of the frames */

  pthread_mutex_t lock;
  /* Guarded by lock: the mask that was averaged last, which many frames in a
   * row have in common. */
  VitrailMaskSum kept;
  guint kept_item;
};

G_DEFINE_FINAL_TYPE (VitrailMaskInstance,
                     vitrail_mask_instance,
                     VITRAIL_TYPE_INSTANCE)

static GBytes *
vitrail_mask_instance_load_frame (VitrailInstance *instance,
                                  guint frame,
                                  GCancellable *cancellable,
                                  GError **error)
{
  VitrailMaskInstance *self = VITRAIL_MASK_INSTANCE (instance);

  return vitrail_instance_load_frame (self->stored, frame, cancellable, error);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailLut, vitrail_lut_free)

/* @number as it is subtracted: logarithmic values where there is a table. */
static gboolean
add_frame (VitrailMaskInstance *self,
           VitrailMaskSum *sum,
           guint number,
           gboolean is_subtracted,
           GCancellable *cancellable,
           GError **error)
{
  const char *name = vitrail_instance_get_name (self->stored);
  g_autoptr (VitrailLut) lut = NULL;

  if (is_subtracted && !vitrail_mask_groups_read_log (
                           vitrail_instance_get_data_set (self->stored), number,
                           self->is_signed, name, &lut, error))
    return FALSE;
  const guint bits = lut != NULL ? lut->bits : self->stored_bits;
  g_autoptr (VitrailFrame) coded =
      vitrail_instance_decode_frame (self->stored, number, 0, cancellable,
                                     error);

  if (coded == NULL)
    return FALSE;
  g_autoptr (VitrailFrame) frame =
      vitrail_frame_normalize (g_steal_pointer (&coded));
  if (frame != NULL &&
      vitrail_mask_sum_add (sum, frame, lut,
                            ldexp (1, (int) self->bits - (int) bits)))
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
               "%s: frame %u: cannot be subtracted", name, number);
  return FALSE;
}

static gboolean
sum_masks (VitrailMaskInstance *self,
           const VitrailMaskUse *use,
           VitrailMaskSum *sum,
           GCancellable *cancellable,
           GError **error)
{
  for (guint i = 0; i < use->n_masks; i++) {
    guint number = use->masks != NULL ? use->masks[i] : use->mask;
    if (!add_frame (self, sum, number, TRUE, cancellable, error))
      return FALSE;
  }
  return TRUE;
}

static VitrailFrame *
make_frame (VitrailMaskInstance *self,
            const VitrailMaskUse *use,
            const VitrailMaskSum *contrast,
            const VitrailMaskSum *mask,
            GError **error)
{
  const double shift[] = { use->shift[0] + self->shift[0],
                           use->shift[1] + self->shift[1] };
  VitrailPixelFormat format;

  if (!vitrail_instance_get_pixel_format (VITRAIL_INSTANCE (self), &format,
                                          error))
    return NULL;
  gint16 *out = NULL;
  if (mask == NULL ||
      (mask->width == contrast->width && mask->height == contrast->height))
    out = g_try_new (gint16, (gsize) contrast->width * contrast->height);
  if (out == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: a frame cannot be subtracted",
                 vitrail_instance_get_name (self->stored));
    return NULL;
  }
  vitrail_mask_subtract (contrast, mask, shift, self->scale, out);
  format.width = contrast->width;
  format.height = contrast->height;
  gsize stride = (gsize) format.width * sizeof (gint16);
  return vitrail_frame_new_take (&format,
                                 g_bytes_new_take (out, stride * format.height),
                                 stride);
}

/* Under the lock, so that a mask is averaged once however many ask for it. */
static VitrailFrame *
subtract_kept (VitrailMaskInstance *self,
               const VitrailMaskUse *use,
               const VitrailMaskSum *contrast,
               GCancellable *cancellable,
               GError **error)
{
  VitrailFrame *made = NULL;

  pthread_mutex_lock (&self->lock);
  gboolean has_mask = self->kept.n > 0 && self->kept_item == use->item;
  if (!has_mask) {
    vitrail_mask_sum_clear (&self->kept);
    self->kept_item = use->item;
    has_mask = sum_masks (self, use, &self->kept, cancellable, error);
  }
  if (has_mask)
    made = make_frame (self, use, contrast, &self->kept, error);
  else
    vitrail_mask_sum_clear (&self->kept);
  pthread_mutex_unlock (&self->lock);
  return made;
}

/* As it is, its middle at 0. */
static VitrailFrame *
make_plain (VitrailMaskInstance *self,
            const VitrailMaskUse *use,
            VitrailMaskSum *contrast,
            GError **error)
{
  const gsize n = (gsize) contrast->width * contrast->height;
  /* All of its values go into the window that differences have. */
  const float share = 0.25F;
  const float middle =
      self->is_signed ? 0 : (float) ldexp (1, (int) self->bits - 1);

  for (gsize i = 0; i < n; i++)
    contrast->samples[i] = (contrast->samples[i] - middle) * share;
  return make_frame (self, use, contrast, NULL, error);
}

static VitrailFrame *
vitrail_mask_instance_decode_frame (VitrailInstance *instance,
                                    guint frame,
                                    GCancellable *cancellable,
                                    GError **error)
{
  VitrailMaskInstance *self = VITRAIL_MASK_INSTANCE (instance);
  g_auto (VitrailMaskSum) contrast = { 0 };
  g_auto (VitrailMaskSum) mask = { 0 };
  VitrailMaskUse use;

  if (frame < 1 || frame > vitrail_instance_get_n_frames (instance)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: frame %u: there are %u frames",
                 vitrail_instance_get_name (instance), frame,
                 vitrail_instance_get_n_frames (instance));
    return NULL;
  }
  vitrail_mask_module_find (self->module, frame, &use);
  if (use.n_masks > 0 && use.id >= 0)
    vitrail_mask_groups_read_shift (
        vitrail_instance_get_data_set (self->stored), frame, use.id, use.shift);
  for (guint i = 0; i < use.n_contrasts; i++)
    if (!add_frame (self, &contrast, frame + i, use.n_masks > 0, cancellable,
                    error))
      return NULL;
  if (use.n_masks == 0)
    return make_plain (self, &use, &contrast, error);
  if (use.masks != NULL)
    return subtract_kept (self, &use, &contrast, cancellable, error);
  return sum_masks (self, &use, &mask, cancellable, error)
             ? make_frame (self, &use, &contrast, &mask, error)
             : NULL;
}

static void
vitrail_mask_instance_finalize (GObject *object)
{
  VitrailMaskInstance *self = VITRAIL_MASK_INSTANCE (object);

  vitrail_mask_sum_clear (&self->kept);
  g_clear_pointer (&self->module, vitrail_mask_module_free);
  g_clear_object (&self->stored);
  pthread_mutex_destroy (&self->lock);
  G_OBJECT_CLASS (vitrail_mask_instance_parent_class)->finalize (object);
}

static void
vitrail_mask_instance_init (VitrailMaskInstance *self)
{
  pthread_mutex_init (&self->lock, NULL);
}

static void
vitrail_mask_instance_class_init (VitrailMaskInstanceClass *klass)
{
  VitrailInstanceClass *instance_class = VITRAIL_INSTANCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = vitrail_mask_instance_finalize;
  instance_class->load_frame = vitrail_mask_instance_load_frame;
  instance_class->decode_frame = vitrail_mask_instance_decode_frame;
}

/* The data set of the differences. */
static VitrailDataSet *
describe (VitrailDataSet *data_set, guint bits, double scale)
{
  /* What is about stored values as they were: LUTs, padding, extremes. */
  static const VitrailTag stale[] = {
    VITRAIL_TAG (0x0028, 0x0106),
    VITRAIL_TAG (0x0028, 0x0107),
    VITRAIL_TAG (0x0028, 0x0120),
    VITRAIL_TAG (0x0028, 0x0121),
    VITRAIL_TAG (0x0028, 0x1055),
    VITRAIL_TAG (0x0028, 0x1056),
    VITRAIL_TAG (0x0028, 0x3000),
    VITRAIL_TAG (0x0028, 0x3010),
    TAG_RESCALE_TYPE,
  };

  const struct {
    VitrailTag tag;
    double value;
  } now[] = {
    { TAG_BITS_ALLOCATED, 16 }, { TAG_BITS_STORED, 16 },
    { TAG_HIGH_BIT, 15 },       { TAG_REPRESENTATION, 1 },
    { TAG_WINDOW_CENTER, 0 },   { TAG_WINDOW_WIDTH, ldexp (1, (int) bits - 2) },
    { TAG_INTERCEPT, 0 },       { TAG_SLOPE, 1 / scale },
  };

  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new_from (data_set);

  for (guint i = 0; i < G_N_ELEMENTS (stale); i++)
    vitrail_data_set_builder_remove (builder, stale[i]);
  for (guint i = 0; i < G_N_ELEMENTS (now); i++)
    vitrail_data_set_builder_set_double (builder, now[i].tag, now[i].value);
  vitrail_data_set_builder_set_string (builder, TAG_DESCRIPTION, SUBTRACTED);
  vitrail_mask_groups_describe (data_set, builder);
  return vitrail_data_set_builder_end (builder);
}

static gboolean
can_subtract (VitrailInstance *instance, VitrailPixelFormat *format)
{
  return vitrail_instance_get_pixel_format (instance, format, NULL) &&
         format->samples == 1 && !format->is_float &&
         format->bits_allocated <= 16 && format->bits_stored >= 2 &&
         (format->photometric == VITRAIL_PHOTOMETRIC_MONOCHROME1 ||
          format->photometric == VITRAIL_PHOTOMETRIC_MONOCHROME2);
}

static VitrailMaskModule *
read_module (VitrailInstance *instance, VitrailPixelFormat *format)
{
  return can_subtract (instance, format)
             ? vitrail_mask_module_read (
                   vitrail_instance_get_data_set (instance),
                   vitrail_instance_get_n_frames (instance))
             : NULL;
}

VitrailInstance *
vitrail_mask_instance_new (VitrailInstance *instance,
                           const double shift[2],
                           GError **error)
{
  const char *name = vitrail_instance_get_name (instance);
  VitrailPixelFormat format;
  VitrailMaskModule *module = read_module (instance, &format);

  if (module == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "%s: there is no mask to subtract", name);
    return NULL;
  }
  const guint log_bits = vitrail_mask_groups_get_log_bits (
      vitrail_instance_get_data_set (instance),
      vitrail_instance_get_n_frames (instance));
  const guint bits = log_bits > 0 ? log_bits : format.bits_stored;
  const double scale = ldexp (1, 15 - (int) bits);
  g_autoptr (VitrailDataSet) data_set =
      describe (vitrail_instance_get_data_set (instance), bits, scale);
  VitrailMaskInstance *self =
      g_object_new (VITRAIL_TYPE_MASK_INSTANCE, "name", name, "data-set",
                    data_set, "transfer-syntax",
                    vitrail_instance_get_transfer_syntax (instance), "n-frames",
                    vitrail_instance_get_n_frames (instance), NULL);
  self->stored = g_object_ref (instance);
  self->module = module;
  self->is_signed = format.is_signed;
  self->stored_bits = format.bits_stored;
  self->bits = bits;
  self->scale = scale;
  for (guint i = 0; shift != NULL && i < 2; i++)
    self->shift[i] = isfinite (shift[i]) ? shift[i] : 0;
  return VITRAIL_INSTANCE (self);
}

gboolean
vitrail_mask_instance_is_recommended (VitrailInstance *instance)
{
  VitrailPixelFormat format;
  g_autoptr (VitrailMaskModule) module = read_module (instance, &format);

  return module != NULL && vitrail_mask_module_is_recommended (module);
}

gboolean
vitrail_mask_is_subtracted (const VitrailDataSet *data_set)
{
  return vitrail_data_set_text_is (data_set, TAG_DESCRIPTION, 0, SUBTRACTED);
}
