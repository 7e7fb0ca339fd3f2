/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Collecting frames for a volume: see volumecollect.h. */

#include "volume/volumecollect.h"

#include "error.h"
#include "framecaps.h"
#include "instancemeta.h"
#include "volume/filler.h"

/* A decoded frame. */
typedef struct {
  GstBuffer *buffer;
  VitrailFrameInfo *info;
  VitrailPixelFormat format;
} Decoded;

struct _VitrailVolumeCollect {
  /* Objects, each once, by what they are known by: number in objects + 1. */
  GHashTable *numbers;
  GPtrArray *objects;   /* of VitrailDataSet */
  GPtrArray *instances; /* of VitrailInstance, or NULL: frames are decoded */
  GHashTable *decoded;  /* "number/frame" -> Decoded */
};

static void
decoded_free (gpointer data)
{
  Decoded *self = data;

  gst_buffer_unref (self->buffer);
  vitrail_frame_info_unref (self->info);
  g_free (self);
}

static void
unref_any (gpointer object)
{
  g_clear_object (&object);
}

VitrailVolumeCollect *
vitrail_volume_collect_new (void)
{
  VitrailVolumeCollect *self = g_new0 (VitrailVolumeCollect, 1);

  self->numbers = g_hash_table_new (NULL, NULL);
  self->objects =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);
  self->instances = g_ptr_array_new_with_free_func (unref_any);
  self->decoded =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, decoded_free);
  return self;
}

void
vitrail_volume_collect_free (VitrailVolumeCollect *self)
{
  g_hash_table_unref (self->numbers);
  g_ptr_array_unref (self->objects);
  g_ptr_array_unref (self->instances);
  g_hash_table_unref (self->decoded);
  g_free (self);
}

/* The number of an object, which is new mostly. */
static guint
add_object (VitrailVolumeCollect *self,
            VitrailDataSet *data_set,
            VitrailInstance *instance)
{
  guint number =
      GPOINTER_TO_UINT (g_hash_table_lookup (self->numbers, data_set));

  if (number > 0)
    return number - 1;
  number = self->objects->len;
  g_ptr_array_add (self->objects, vitrail_data_set_ref (data_set));
  g_ptr_array_add (self->instances,
                   instance != NULL ? g_object_ref (instance) : NULL);
  g_hash_table_insert (self->numbers, data_set, GUINT_TO_POINTER (number + 1));
  return number;
}

static char *
make_key (guint number, guint frame)
{
  return g_strdup_printf ("%u/%u", number, frame);
}

static gboolean
add_decoded (VitrailVolumeCollect *self, GstBuffer *buffer, GstCaps *caps)
{
  const VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (buffer);
  VitrailPixelFormat format;

  if (meta == NULL || meta->info == NULL ||
      !vitrail_decoded_caps_parse (caps, &format))
    return FALSE;
  if (meta->flags & VITRAIL_FRAME_META_CORRUPT)
    return TRUE;
  const guint number = add_object (self, meta->info->data_set, NULL);
  Decoded *decoded = g_new0 (Decoded, 1);
  decoded->buffer = gst_buffer_ref (buffer);
  decoded->info = vitrail_frame_info_ref (meta->info);
  decoded->format = meta->info->format;
  decoded->format.width = format.width;
  decoded->format.height = format.height;
  g_hash_table_replace (self->decoded, make_key (number, meta->info->frame),
                        decoded);
  return TRUE;
}

gboolean
vitrail_volume_collect_add (VitrailVolumeCollect *self,
                            GstBuffer *buffer,
                            GstCaps *caps)
{
  const VitrailInstanceMeta *meta = vitrail_buffer_get_instance_meta (buffer);

  if (!gst_structure_has_name (gst_caps_get_structure (caps, 0),
                               VITRAIL_CAPS_FRAME))
    return add_decoded (self, buffer, caps);
  if (meta == NULL)
    return FALSE;
  add_object (self, vitrail_instance_get_data_set (meta->instance),
              meta->instance);
  return TRUE;
}

VitrailVolumePlans *
vitrail_volume_collect_plan (VitrailVolumeCollect *self)
{
  return vitrail_volume_plans_new (
      (VitrailDataSet *const *) self->objects->pdata, self->objects->len);
}

GPtrArray *
vitrail_volume_collect_list (const VitrailVolumeCollect *self,
                             const VitrailVolumePlan *plan)
{
  GPtrArray *list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);
  g_autofree gboolean *is_listed = g_new0 (gboolean, self->objects->len);

  for (guint time = 0; time < plan->n_times; time++)
    for (guint place = 0; place < plan->n_places; place++) {
      const VitrailSliceSource *source =
          vitrail_volume_plan_get_source (plan, time, place);
      if (source == NULL || is_listed[source->input])
        continue;
      is_listed[source->input] = TRUE;
      g_ptr_array_add (list,
                       vitrail_data_set_ref (
                           g_ptr_array_index (self->objects, source->input)));
    }
  return list;
}

/* --- decoded frames --- */

static Decoded *
find_decoded (const VitrailVolumeCollect *self,
              const VitrailVolumePlan *plan,
              guint time,
              guint place)
{
  const VitrailSliceSource *source =
      vitrail_volume_plan_get_source (plan, time, place);

  if (source == NULL)
    return NULL;
  g_autofree char *key = make_key (source->input, source->frame);
  return g_hash_table_lookup (self->decoded, key);
}

static void
put_decoded (VitrailVolumeFiller *filler, guint place, Decoded *decoded)
{
  const GstVideoMeta *video = gst_buffer_get_video_meta (decoded->buffer);
  const size_t stride = video != NULL
                            ? (size_t) video->stride[0]
                            : vitrail_decoded_default_stride (&decoded->format);
  GstMapInfo map;

  if (!gst_buffer_map (decoded->buffer, &map, GST_MAP_READ)) {
    vitrail_volume_filler_fail (filler, place, "A buffer could not be read");
    return;
  }
  const VitrailFrame frame = { .format = decoded->format,
                               .data = map.data,
                               .stride = stride,
                               .normalized = TRUE,
                               .sample_offset = decoded->info->sample_offset };
  if (map.size / decoded->format.height < stride)
    vitrail_volume_filler_fail (filler, place, "A buffer is too small");
  else
    vitrail_volume_filler_put (filler, place, &frame);
  gst_buffer_unmap (decoded->buffer, &map);
}

static VitrailVolume *
fill_from_decoded (VitrailVolumeCollect *self,
                   VitrailVolumePlan *plan,
                   guint time,
                   const VitrailVolumeHold *hold,
                   GError **error)
{
  g_autofree VitrailFrameInfo **infos =
      g_new0 (VitrailFrameInfo *, plan->n_places);

  for (guint i = 0; i < plan->n_places; i++) {
    const Decoded *decoded = find_decoded (self, plan, time, i);
    infos[i] = decoded != NULL ? decoded->info : NULL;
  }
  g_autoptr (VitrailVolumeFiller) filler =
      vitrail_volume_filler_new (plan, time, infos, hold, error);
  if (filler == NULL)
    return NULL;
  for (guint i = 0; i < plan->n_places; i++) {
    Decoded *decoded = find_decoded (self, plan, time, i);
    if (decoded != NULL)
      put_decoded (filler, i, decoded);
  }
  return g_object_ref (vitrail_volume_filler_get_volume (filler));
}

static VitrailVolume *
load (VitrailVolumeCollect *self,
      VitrailVolumePlan *plan,
      guint time,
      VitrailSliceOrder order,
      const VitrailVolumeHold *hold,
      GCancellable *cancellable,
      GError **error)
{
  const VitrailVolumeRequest request = {
    .plan = plan,
    .time = time,
    .instances = (VitrailInstance *const *) self->instances->pdata,
    .order = order,
    .priority = VITRAIL_PRIORITY_INTERACTIVE,
    .hold = *hold,
  };

  if (g_hash_table_size (self->decoded) > 0)
    return fill_from_decoded (self, plan, time, hold, error);
  return vitrail_volume_load (&request, cancellable, error);
}

VitrailVolume *
vitrail_volume_collect_load (VitrailVolumeCollect *self,
                             VitrailVolumePlan *plan,
                             guint time,
                             VitrailSliceOrder order,
                             GCancellable *cancellable,
                             GError **error)
{
  const VitrailVolumeHold hold = { NULL, FALSE };

  return load (self, plan, time, order, &hold, cancellable, error);
}

/* --- many points in time --- */

typedef struct {
  VitrailVolumeCollect *collect;
  VitrailVolumePlan *plan;
  VitrailSliceOrder order;
} Loading;

static VitrailVolume *
load_time (guint time,
           const VitrailVolumeHold *hold,
           GCancellable *cancellable,
           gpointer user_data,
           GError **error)
{
  const Loading *self = user_data;

  return load (self->collect, self->plan, time, self->order, hold, cancellable,
               error);
}

static void
loading_free (gpointer data)
{
  Loading *self = data;

  vitrail_volume_plan_unref (self->plan);
  g_free (self);
}

VitrailVolumeTimes *
vitrail_volume_collect_get_times (VitrailVolumeCollect *self,
                                  VitrailVolumePlan *plan,
                                  VitrailSliceOrder order)
{
  Loading *loading = g_new0 (Loading, 1);

  loading->collect = self;
  loading->plan = vitrail_volume_plan_ref (plan);
  loading->order = order;
  return vitrail_volume_times_new_with (plan, load_time, loading, loading_free,
                                        NULL);
}
