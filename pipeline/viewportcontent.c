/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a viewport shows: the content graph, the images that are opened for it,
 * and the files of a slide. */

#include "error.h"
#include "folder.h"
#include "viewport-private.h"

/* The content is of no more use: the next image gets a new one. */
static void
failed_cb (const char *message, gpointer user_data)
{
  VitrailViewport *self = user_data;
  g_clear_pointer (&self->content, vitrail_content_stop);
  vitrail_viewport_set_error (self, message);
}

/* For stacks and cines. */
static gboolean
ensure_content (VitrailViewport *self, GError **error)
{
  if (self->content == NULL)
    self->content =
        vitrail_content_new (self->feed, NULL, failed_cb, self, error);
  return self->content != NULL;
}

static void
image_ready_cb (VitrailInstance *instance,
                guint frame,
                const GError *error,
                gpointer user_data)
{
  VitrailViewport *self = user_data;
  g_autoptr (GError) missing = NULL;
  VitrailPixelFormat format;
  if (instance == NULL)
    vitrail_viewport_set_error (self, error->message);
  /* Of such an instance no picture would ever come. */
  else if (!vitrail_instance_get_pixel_format (instance, &format, &missing) ||
           !ensure_content (self, &missing))
    vitrail_viewport_set_error (self, missing->message);
  else {
    vitrail_viewport_set_error (self, NULL);
    vitrail_viewport_read_cine (self, instance);
    vitrail_content_seek (self->content,
                          vitrail_viewport_subtract (self, instance), frame);
  }
}

void
vitrail_viewport_go_to (VitrailViewport *self, guint position)
{
  self->position = position;
  if (self->volume != NULL)
    vitrail_viewport_go_to_plane (self, position);
  if (vitrail_viewport_is_path (self))
    vitrail_viewport_go_to_turn (self, position);
  if (self->waveform.read != NULL)
    vitrail_viewport_go_to_page (self, position);
  if (self->images == NULL)
    return;
  vitrail_images_request (self->images, position);
  vitrail_images_prefetch (self->images, vitrail_viewport_get_playing (self));
}

/* The files of the slide, NULL-terminated, to be freed; NULL with @error. */
static char **
find_slide_paths (VitrailDataSource *source, const char *id, GError **error)
{
  g_autoptr (GPtrArray) slides = vitrail_data_source_list_slides (source);

  for (guint i = 0; i < slides->len; i++) {
    VitrailSlideEntry *entry = g_ptr_array_index (slides, i);
    if (g_strcmp0 (entry->id, id) == 0)
      return g_strdupv (entry->paths);
  }
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "%s: the source has no such slide", id);
  return NULL;
}

static gboolean
start_slide (VitrailViewport *self, GError **error)
{
  g_auto (GStrv) paths =
      find_slide_paths (self->source, self->display_set->id, error);
  if (paths == NULL)
    return FALSE;
  self->content = vitrail_content_new (self->feed, (const char *const *) paths,
                                       failed_cb, self, error);
  return self->content != NULL;
}

static gboolean
start_frames (VitrailViewport *self, GError **error)
{
  const VitrailDisplaySet *set = self->display_set;
  if (!ensure_content (self, error))
    return FALSE;
  for (guint i = 0; i < set->images->len; i++)
    g_hash_table_insert (self->positions, g_ptr_array_index (set->images, i),
                         GUINT_TO_POINTER (i + 1));
  self->images = vitrail_images_new (self->source, self->display_set,
                                     image_ready_cb, self);
  return TRUE;
}

gboolean
vitrail_viewport_start_content (VitrailViewport *self, GError **error)
{
  const VitrailDisplaySet *set = self->display_set;
  if (set->kind == VITRAIL_DISPLAY_SET_UNSUPPORTED) {
    g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                         set->reason);
    return FALSE;
  }
  if (!vitrail_view_graph_set_kind (self->graph, set->kind, error))
    return FALSE;
  if (vitrail_display_set_is_of_volume (set)) {
    self->body = (VitrailBodyLook) VITRAIL_BODY_LOOK_INIT;
    vitrail_body_hand_clear (&self->body_hand);
    vitrail_viewport_start_planes (self);
    return TRUE;
  }
  if (set->kind == VITRAIL_DISPLAY_SET_WAVEFORM) {
    vitrail_viewport_start_waveform (self);
    return TRUE;
  }
  return set->kind == VITRAIL_DISPLAY_SET_SLIDE ? start_slide (self, error)
                                                : start_frames (self, error);
}

void
vitrail_viewport_stop_content (VitrailViewport *self)
{
  vitrail_viewport_leave_slide (self);
  g_clear_pointer (&self->clock, vitrail_cine_clock_free);
  self->led_rate = 0;
  g_clear_pointer (&self->content, vitrail_content_stop);
  g_clear_pointer (&self->images, vitrail_images_free);
  vitrail_viewport_stop_planes (self);
  vitrail_viewport_stop_waveform (self);
  vitrail_viewport_stop_mask (self);
  g_hash_table_remove_all (self->positions);
  g_clear_pointer (&self->display_set, vitrail_display_set_unref);
  g_clear_object (&self->source);
  self->position = 0;
  self->dumped = FALSE;
}
