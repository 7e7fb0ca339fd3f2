/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An opened SOP instance: see instance.h. The class itself reads a Part 10
 * file; its frame index is made when the first frame is asked for. */

#include "instance.h"

#include "codec/codec.h"
#include "dicom/frameindex.h"
#include "error.h"

#include <pthread.h>

#define TAG_SOP_INSTANCE_UID  VITRAIL_TAG (0x0008, 0x0018)
#define TAG_NUMBER_OF_FRAMES  VITRAIL_TAG (0x0028, 0x0008)
#define TAG_PIXEL_DATA        VITRAIL_TAG (0x7fe0, 0x0010)
#define TAG_FLOAT_PIXEL_DATA  VITRAIL_TAG (0x7fe0, 0x0008)
#define TAG_DOUBLE_PIXEL_DATA VITRAIL_TAG (0x7fe0, 0x0009)

/* Frame infos kept; slides have 100,000 frames and show a few. */
#define MAX_INFOS 4096

typedef struct {
  /* Constant after construction. */
  char *name;
  VitrailDataSet *data_set;
  char *transfer_syntax;
  char *sop_instance_uid;
  guint64 serial;
  guint n_frames; /* of a derived class */
  gboolean has_stamp;
  VitrailDiskCacheStamp stamp;

  pthread_mutex_t lock;
  /* Guarded by lock. */
  VitrailFrameIndex *index;
  GError *index_error;
  GHashTable *infos; /* frame -> VitrailFrameInfo */
} VitrailInstancePrivate;

G_DEFINE_TYPE_WITH_PRIVATE (VitrailInstance, vitrail_instance, G_TYPE_OBJECT)

enum {
  PROP_NAME = 1,
  PROP_DATA_SET,
  PROP_TRANSFER_SYNTAX,
  PROP_N_FRAMES,
  N_PROPS,
};

static VitrailInstancePrivate *
get_private (VitrailInstance *self)
{
  return vitrail_instance_get_instance_private (self);
}

static VitrailFrameIndex *
ref_index (VitrailInstance *self, GError **error)
{
  VitrailInstancePrivate *priv = get_private (self);
  VitrailFrameIndex *index = NULL;

  pthread_mutex_lock (&priv->lock);
  if (priv->index == NULL && priv->index_error == NULL)
    priv->index = vitrail_frame_index_new_kept (
        priv->data_set, priv->transfer_syntax, priv->name,
        priv->has_stamp ? &priv->stamp : NULL, &priv->index_error);
  if (priv->index != NULL)
    index = vitrail_frame_index_ref (priv->index);
  else
    g_propagate_error (error, g_error_copy (priv->index_error));
  pthread_mutex_unlock (&priv->lock);
  return index;
}

static GBytes *
vitrail_instance_real_load_frame (VitrailInstance *self,
                                  guint frame,
                                  GCancellable *cancellable,
                                  GError **error)
{
  g_autoptr (VitrailFrameIndex) index = ref_index (self, error);

  if (index == NULL)
    return NULL;
  return vitrail_frame_index_ref_frame (index, frame, error);
}

static gboolean
vitrail_instance_real_is_at_hand (VitrailInstance *self)
{
  VitrailInstancePrivate *priv = get_private (self);

  /* A derived class fetches frames in its own way. */
  if (VITRAIL_INSTANCE_GET_CLASS (self)->load_frame !=
      vitrail_instance_real_load_frame)
    return FALSE;
  pthread_mutex_lock (&priv->lock);
  gboolean is_ready =
      priv->index != NULL && vitrail_frame_index_is_ready (priv->index);
  pthread_mutex_unlock (&priv->lock);
  return is_ready;
}

static void
vitrail_instance_init (VitrailInstance *self)
{
  static guint64 last_serial;
  VitrailInstancePrivate *priv = get_private (self);

  priv->serial = __atomic_add_fetch (&last_serial, 1, __ATOMIC_RELAXED);
  priv->infos =
      g_hash_table_new_full (NULL, NULL, NULL,
                             (GDestroyNotify) vitrail_frame_info_unref);
  pthread_mutex_init (&priv->lock, NULL);
}

static void
vitrail_instance_constructed (GObject *object)
{
  VitrailInstancePrivate *priv = get_private (VITRAIL_INSTANCE (object));

  G_OBJECT_CLASS (vitrail_instance_parent_class)->constructed (object);
  priv->sop_instance_uid =
      vitrail_data_set_dup_string (priv->data_set, TAG_SOP_INSTANCE_UID, 0);
  if (priv->sop_instance_uid == NULL)
    priv->sop_instance_uid = g_strdup ("");
}

static void
vitrail_instance_finalize (GObject *object)
{
  VitrailInstancePrivate *priv = get_private (VITRAIL_INSTANCE (object));

  g_clear_pointer (&priv->infos, g_hash_table_unref);
  g_clear_pointer (&priv->index, vitrail_frame_index_unref);
  g_clear_error (&priv->index_error);
  g_clear_pointer (&priv->data_set, vitrail_data_set_unref);
  g_free (priv->name);
  g_free (priv->transfer_syntax);
  g_free (priv->sop_instance_uid);
  pthread_mutex_destroy (&priv->lock);
  G_OBJECT_CLASS (vitrail_instance_parent_class)->finalize (object);
}

static void
vitrail_instance_set_property (GObject *object,
                               guint id,
                               const GValue *value,
                               GParamSpec *spec)
{
  VitrailInstancePrivate *priv = get_private (VITRAIL_INSTANCE (object));

  switch (id) {
  case PROP_NAME:
    priv->name = g_value_dup_string (value);
    break;
  case PROP_DATA_SET:
    priv->data_set = g_value_dup_boxed (value);
    break;
  case PROP_TRANSFER_SYNTAX:
    priv->transfer_syntax = g_value_dup_string (value);
    break;
  case PROP_N_FRAMES:
    priv->n_frames = g_value_get_uint (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
vitrail_instance_class_init (VitrailInstanceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags =
      G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = vitrail_instance_constructed;
  object_class->finalize = vitrail_instance_finalize;
  object_class->set_property = vitrail_instance_set_property;
  klass->load_frame = vitrail_instance_real_load_frame;
  klass->is_at_hand = vitrail_instance_real_is_at_hand;

  g_object_class_install_property (object_class, PROP_NAME,
                                   g_param_spec_string ("name", NULL, NULL, "",
                                                        flags));
  g_object_class_install_property (object_class, PROP_DATA_SET,
                                   g_param_spec_boxed ("data-set", NULL, NULL,
                                                       VITRAIL_TYPE_DATA_SET,
                                                       flags));
  g_object_class_install_property (
      object_class, PROP_TRANSFER_SYNTAX,
      g_param_spec_string ("transfer-syntax", NULL, NULL, "1.2.840.10008.1.2.1",
                           flags));
  g_object_class_install_property (object_class, PROP_N_FRAMES,
                                   g_param_spec_uint ("n-frames", NULL, NULL, 0,
                                                      G_MAXUINT, 0, flags));
}

VitrailInstance *
vitrail_instance_new (VitrailPart10 *file, const char *name)
{
  return g_object_new (VITRAIL_TYPE_INSTANCE, "name", name, "data-set",
                       vitrail_part10_get_data_set (file), "transfer-syntax",
                       vitrail_part10_get_transfer_syntax (file), NULL);
}

VitrailInstance *
vitrail_instance_open_with (const char *path,
                            VitrailReadFlags flags,
                            GError **error)
{
  VitrailDiskCacheStamp stamp;
  gboolean has_stamp = vitrail_disk_cache_stamp (path, &stamp);
  g_autoptr (VitrailPart10) file = vitrail_part10_open (
      path, VITRAIL_READ_HEADER | VITRAIL_READ_PIXELS | flags, error);

  if (file == NULL)
    return NULL;
  VitrailInstance *self = vitrail_instance_new (file, path);
  VitrailInstancePrivate *priv = get_private (self);
  priv->has_stamp = has_stamp;
  if (has_stamp)
    priv->stamp = stamp;
  return self;
}

gboolean
vitrail_instance_get_stamp (VitrailInstance *self, VitrailDiskCacheStamp *stamp)
{
  VitrailInstancePrivate *priv = get_private (self);

  if (priv->has_stamp)
    *stamp = priv->stamp;
  return priv->has_stamp;
}

VitrailInstance *
vitrail_instance_open (const char *path, GError **error)
{
  return vitrail_instance_open_with (path, VITRAIL_READ_ALL, error);
}

const char *
vitrail_instance_get_name (VitrailInstance *self)
{
  return get_private (self)->name;
}

VitrailDataSet *
vitrail_instance_get_data_set (VitrailInstance *self)
{
  return get_private (self)->data_set;
}

const char *
vitrail_instance_get_transfer_syntax (VitrailInstance *self)
{
  return get_private (self)->transfer_syntax;
}

const char *
vitrail_instance_get_sop_instance_uid (VitrailInstance *self)
{
  return get_private (self)->sop_instance_uid;
}

guint64
vitrail_instance_get_size_bytes (VitrailInstance *self)
{
  const guint64 own_bytes = 1024;
  VitrailInstancePrivate *priv = get_private (self);
  const VitrailElement *pixels =
      vitrail_data_set_find (priv->data_set, TAG_PIXEL_DATA);
  gint64 n_frames = 0;

  /* Whatever the header says, a frame is no less than a byte. */
  if (pixels != NULL && vitrail_data_set_get_int (
                            priv->data_set, TAG_NUMBER_OF_FRAMES, 0, &n_frames))
    n_frames = CLAMP (n_frames, 0, (gint64) MIN (pixels->length, G_MAXUINT32));
  return own_bytes + vitrail_data_set_get_size_bytes (priv->data_set) +
         (guint64) n_frames * 2 * sizeof (guint64) +
         (guint64) MIN (n_frames, MAX_INFOS) * sizeof (VitrailFrameInfo);
}

guint64
vitrail_instance_get_serial (VitrailInstance *self)
{
  return get_private (self)->serial;
}

static gboolean
has_pixels (const VitrailDataSet *data_set)
{
  return vitrail_data_set_has (data_set, TAG_PIXEL_DATA) ||
         vitrail_data_set_has (data_set, TAG_FLOAT_PIXEL_DATA) ||
         vitrail_data_set_has (data_set, TAG_DOUBLE_PIXEL_DATA);
}

guint
vitrail_instance_get_n_frames (VitrailInstance *self)
{
  VitrailInstancePrivate *priv = get_private (self);

  if (VITRAIL_INSTANCE_GET_CLASS (self)->load_frame !=
      vitrail_instance_real_load_frame)
    return priv->n_frames;
  if (!has_pixels (priv->data_set))
    return 0;
  g_autoptr (VitrailFrameIndex) index = ref_index (self, NULL);
  return index != NULL ? vitrail_frame_index_get_n_frames (index) : 0;
}

guint
vitrail_instance_get_n_stated_frames (VitrailInstance *self)
{
  const guint there = vitrail_instance_get_n_frames (self);
  const int64_t stated =
      vitrail_data_set_get_int_or (get_private (self)->data_set,
                                   TAG_NUMBER_OF_FRAMES, 1);

  return there > 0 ? (guint) CLAMP (stated, there, VITRAIL_LIMIT_FRAMES) : 0;
}

gboolean
vitrail_instance_get_pixel_format (VitrailInstance *self,
                                   VitrailPixelFormat *format,
                                   GError **error)
{
  VitrailInstancePrivate *priv = get_private (self);

  return vitrail_pixel_format_from_data_set (format, priv->data_set, priv->name,
                                             error);
}

static gboolean
check_frame (VitrailInstance *self, guint frame, GError **error)
{
  guint n_frames = vitrail_instance_get_n_frames (self);
  const char *name = get_private (self)->name;

  if (frame >= 1 && frame <= n_frames)
    return TRUE;
  /* Why there are none says more than that there are none. */
  if (n_frames == 0 && VITRAIL_INSTANCE_GET_CLASS (self)->load_frame ==
                           vitrail_instance_real_load_frame)
  {
    g_autoptr (VitrailFrameIndex) index = ref_index (self, error);
    if (index == NULL)
      return FALSE;
  }
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "%s: frame %u: there are %u frames", name, frame, n_frames);
  return FALSE;
}

static VitrailFrameInfo *
ref_cached_info_locked (VitrailInstancePrivate *priv, guint frame)
{
  VitrailFrameInfo *info =
      g_hash_table_lookup (priv->infos, GUINT_TO_POINTER (frame));

  return info != NULL ? vitrail_frame_info_ref (info) : NULL;
}

/* Keeps @made (transfer full), unless another thread was faster: then its info
 * is handed out, so that all hold the same one. */
static VitrailFrameInfo *
keep_info_locked (VitrailInstancePrivate *priv,
                  guint frame,
                  VitrailFrameInfo *made)
{
  VitrailFrameInfo *info = ref_cached_info_locked (priv, frame);

  if (info != NULL) {
    vitrail_frame_info_unref (made);
    return info;
  }
  if (g_hash_table_size (priv->infos) >= MAX_INFOS)
    g_hash_table_remove_all (priv->infos);
  g_hash_table_insert (priv->infos, GUINT_TO_POINTER (frame),
                       vitrail_frame_info_ref (made));
  return made;
}

VitrailFrameInfo *
vitrail_instance_ref_frame_info (VitrailInstance *self,
                                 guint frame,
                                 GError **error)
{
  VitrailInstancePrivate *priv = get_private (self);

  pthread_mutex_lock (&priv->lock);
  VitrailFrameInfo *info = ref_cached_info_locked (priv, frame);
  pthread_mutex_unlock (&priv->lock);
  if (info != NULL)
    return info;
  /* Of one that is missing there is all but the samples. */
  if ((frame < 1 || frame > vitrail_instance_get_n_stated_frames (self)) &&
      !check_frame (self, frame, error))
    return NULL;
  info = vitrail_frame_info_new (priv->data_set, priv->transfer_syntax, frame,
                                 priv->name, error);
  if (info == NULL)
    return NULL;
  pthread_mutex_lock (&priv->lock);
  info = keep_info_locked (priv, frame, info);
  pthread_mutex_unlock (&priv->lock);
  return info;
}

gboolean
vitrail_instance_is_at_hand (VitrailInstance *self)
{
  VitrailInstanceClass *klass = VITRAIL_INSTANCE_GET_CLASS (self);

  return klass->is_at_hand != NULL && klass->is_at_hand (self);
}

static gboolean
has_frame (VitrailInstance *self, guint frame)
{
  return frame >= 1 && frame <= vitrail_instance_get_n_frames (self);
}

gboolean
vitrail_instance_is_frame_at_hand (VitrailInstance *self, guint frame)
{
  VitrailInstanceClass *klass = VITRAIL_INSTANCE_GET_CLASS (self);

  return klass->is_frame_at_hand == NULL || !has_frame (self, frame) ||
         klass->is_frame_at_hand (self, frame);
}

void
vitrail_instance_prefetch_frame (VitrailInstance *self, guint frame)
{
  VitrailInstanceClass *klass = VITRAIL_INSTANCE_GET_CLASS (self);

  if (klass->prefetch_frame != NULL && has_frame (self, frame))
    klass->prefetch_frame (self, frame);
}

gboolean
vitrail_instance_fetch_frame (VitrailInstance *self,
                              guint frame,
                              VitrailPriority priority,
                              GCancellable *cancellable,
                              VitrailStoredReady ready,
                              gpointer user_data)
{
  VitrailInstanceClass *klass = VITRAIL_INSTANCE_GET_CLASS (self);

  if (klass->fetch_frame == NULL || !has_frame (self, frame))
    return FALSE;
  klass->fetch_frame (self, frame, priority, cancellable, ready, user_data);
  return TRUE;
}

gboolean
vitrail_instance_load_beginning (VitrailInstance *self,
                                 guint frame,
                                 gsize n_bytes,
                                 VitrailPriority priority,
                                 GCancellable *cancellable,
                                 VitrailBeginningReady ready,
                                 gpointer user_data)
{
  VitrailInstanceClass *klass = VITRAIL_INSTANCE_GET_CLASS (self);

  return klass->load_beginning != NULL && has_frame (self, frame) &&
         vitrail_instance_takes_beginnings (self) &&
         klass->load_beginning (self, frame, n_bytes, priority, cancellable,
                                ready, user_data);
}

gboolean
vitrail_instance_has_ranges (VitrailInstance *self)
{
  return VITRAIL_INSTANCE_GET_CLASS (self)->load_range != NULL;
}

GBytes *
vitrail_instance_load_range (VitrailInstance *self,
                             guint64 from,
                             guint64 length,
                             guint64 *total,
                             GCancellable *cancellable,
                             GError **error)
{
  if (vitrail_instance_has_ranges (self))
    return VITRAIL_INSTANCE_GET_CLASS (self)->load_range (self, from, length,
                                                          total, cancellable,
                                                          error);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
               "%s: cannot be read in ranges",
               vitrail_instance_get_name (self));
  return NULL;
}

GBytes *
vitrail_instance_load_frame (VitrailInstance *self,
                             guint frame,
                             GCancellable *cancellable,
                             GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
      !check_frame (self, frame, error))
    return NULL;
  return VITRAIL_INSTANCE_GET_CLASS (self)->load_frame (self, frame,
                                                        cancellable, error);
}
