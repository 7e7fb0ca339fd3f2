/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* When a viewport shows which image: playing, its speed and rate. */

#include "viewport-private.h"

#include <math.h>

/* Images a second where the data ask for no rate. */
#define DEFAULT_RATE 24.0
#define SPEED_MIN    0.1
#define SPEED_MAX    8.0

static double
get_image_time_ms (guint position, gpointer user_data)
{
  VitrailViewport *self = user_data;
  VitrailInstance *instance = self->images != NULL
                                  ? vitrail_images_peek (self->images, position)
                                  : NULL;
  guint frame = 1;
  if (self->display_set != NULL)
    vitrail_display_set_get_image (self->display_set, position, &frame);
  double time_ms = 0;
  if (instance != NULL)
    time_ms =
        vitrail_frame_time_ms (vitrail_instance_get_data_set (instance), frame);
  if (!(time_ms > 0))
    time_ms = 1000.0 / DEFAULT_RATE;
  return time_ms / self->speed;
}

static void
cine_go_cb (guint position, gpointer user_data)
{
  VitrailViewport *self = user_data;
  vitrail_viewport_go_to (self, position);
  vitrail_viewport_emit_changed (self);
}

void
vitrail_viewport_set_playing (VitrailViewport *self, gboolean playing)
{
  guint n = vitrail_viewport_get_n_positions (self);
  playing = playing && n > 1 && self->images != NULL;
  if (playing == (self->clock != NULL))
    return;
  if (playing)
    self->clock = vitrail_cine_clock_new (self->position, n, get_image_time_ms,
                                          cine_go_cb, self);
  else
    g_clear_pointer (&self->clock, vitrail_cine_clock_free);
  vitrail_viewport_emit_changed (self);
}

gboolean
vitrail_viewport_get_playing (VitrailViewport *self)
{
  return self->clock != NULL;
}

void
vitrail_viewport_set_speed (VitrailViewport *self, double speed)
{
  if (!isfinite (speed))
    return;
  self->speed = CLAMP (speed, SPEED_MIN, SPEED_MAX);
  if (self->clock != NULL)
    vitrail_cine_clock_seek (self->clock, self->position);
  vitrail_viewport_emit_changed (self);
}

double
vitrail_viewport_get_speed (VitrailViewport *self)
{
  return self->speed;
}

double
vitrail_viewport_get_rate (VitrailViewport *self)
{
  return 1000.0 / get_image_time_ms (self->position, self);
}
