/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* When a viewport shows which image: playing, its speed and rate. */

#include "decode/videoinstance.h"
#include "viewport-private.h"

#include <math.h>

#define TAG_START_TRIM VITRAIL_TAG (0x0008, 0x2142)
#define TAG_STOP_TRIM  VITRAIL_TAG (0x0008, 0x2143)
#define TAG_SEQUENCING VITRAIL_TAG (0x0018, 0x1244)

/* Of TAG_SEQUENCING. */
#define SWEEPING 1

/* Images a second where the data ask for no rate. */
#define DEFAULT_RATE 24.0
#define SPEED_MIN    0.125
#define SPEED_MAX    8.0

/* --- what it goes through --- */

guint
vitrail_viewport_get_n_steps (VitrailViewport *self)
{
  return vitrail_viewport_has_times (self)
             ? vitrail_viewport_get_n_times (self)
             : vitrail_viewport_get_n_positions (self);
}

guint
vitrail_viewport_get_step (VitrailViewport *self)
{
  return vitrail_viewport_has_times (self) ? vitrail_viewport_get_time (self)
                                           : self->position;
}

void
vitrail_viewport_go_to_step (VitrailViewport *self, guint step)
{
  if (vitrail_viewport_has_times (self))
    vitrail_volume_work_set_time (self->volume, step);
  else
    vitrail_viewport_go_to (self, step);
}

void
vitrail_viewport_set_step (VitrailViewport *self, guint step)
{
  const guint n = vitrail_viewport_get_n_steps (self);

  if (n == 0 || !vitrail_viewport_has_positions (self))
    return;
  step = CLAMP (step, 1, n);
  if (step == vitrail_viewport_get_step (self))
    return;
  vitrail_viewport_go_to_step (self, step);
  if (self->clock != NULL)
    vitrail_cine_clock_seek (self->clock, step);
  vitrail_viewport_emit_changed (self);
}

/* --- when --- */

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
    time_ms = vitrail_video_instance_get_time_ms (instance, frame);
  if (self->waveform.read != NULL)
    time_ms = VITRAIL_WAVEFORM_STEP_S * 1000;
  if (vitrail_viewport_has_times (self))
    time_ms = 1000 / vitrail_volume_work_get_rate (self->volume);
  if (!(time_ms > 0))
    time_ms = 1000.0 / DEFAULT_RATE;
  return time_ms / self->speed;
}

static void
cine_go_cb (guint position, gpointer user_data)
{
  VitrailViewport *self = user_data;
  vitrail_viewport_go_to_step (self, position);
  vitrail_viewport_emit_changed (self);
}

/* What is asked for, as far as there are steps. */
static VitrailCineLoop
make_loop (VitrailViewport *self)
{
  VitrailCineLoop loop = self->loop;
  guint n = vitrail_viewport_get_n_steps (self);

  loop.first = CLAMP (loop.first, 1, MAX (n, 1));
  loop.last = loop.last == 0 ? n : CLAMP (loop.last, loop.first, MAX (n, 1));
  return loop;
}

static void
loop_changed (VitrailViewport *self)
{
  VitrailCineLoop loop = make_loop (self);

  self->loop_is_set = TRUE;
  if (self->clock != NULL)
    vitrail_cine_clock_set_loop (self->clock, &loop);
  vitrail_viewport_emit_changed (self);
}

void
vitrail_viewport_set_loop (VitrailViewport *self, guint first, guint last)
{
  self->loop.first = first;
  self->loop.last = last;
  g_clear_pointer (&self->note, g_free);
  loop_changed (self);
}

void
vitrail_viewport_get_loop (VitrailViewport *self, guint *first, guint *last)
{
  VitrailCineLoop loop = make_loop (self);

  *first = loop.first;
  *last = loop.last;
}

void
vitrail_viewport_set_backwards (VitrailViewport *self, gboolean backwards)
{
  self->loop.backwards = backwards;
  loop_changed (self);
}

gboolean
vitrail_viewport_get_backwards (VitrailViewport *self)
{
  return self->loop.backwards;
}

void
vitrail_viewport_set_sweeping (VitrailViewport *self, gboolean sweeping)
{
  self->loop.sweeps = sweeping;
  loop_changed (self);
}

gboolean
vitrail_viewport_get_sweeping (VitrailViewport *self)
{
  return self->loop.sweeps;
}

void
vitrail_viewport_reset_cine (VitrailViewport *self)
{
  self->speed = 1.0;
  self->led_rate = 0;
  self->loop = (VitrailCineLoop){ 0 };
  self->loop_is_set = FALSE;
}

void
vitrail_viewport_read_cine (VitrailViewport *self, VitrailInstance *instance)
{
  const VitrailDataSet *data_set = vitrail_instance_get_data_set (instance);
  gint64 n = vitrail_viewport_get_n_positions (self);
  gint64 first = vitrail_data_set_get_int_or (data_set, TAG_START_TRIM, 1);
  gint64 last = vitrail_data_set_get_int_or (data_set, TAG_STOP_TRIM, n);

  if (self->loop_is_set || self->display_set->kind != VITRAIL_DISPLAY_SET_CINE)
    return;
  /* Trims that leave nothing are none. */
  if (first >= 1 && first < last && last <= n) {
    self->loop.first = (guint) first;
    self->loop.last = last < n ? (guint) last : 0;
  }
  self->loop.sweeps =
      vitrail_data_set_get_int_or (data_set, TAG_SEQUENCING, 0) == SWEEPING;
  loop_changed (self);
}

void
vitrail_viewport_set_led (VitrailViewport *self, double rate)
{
  gboolean was_led = self->led_rate > 0;

  self->led_rate = rate;
  if (rate > 0 && self->clock != NULL)
    g_clear_pointer (&self->clock, vitrail_cine_clock_free);
  if (was_led != (rate > 0))
    vitrail_viewport_emit_changed (self);
}

gboolean
vitrail_viewport_get_led (VitrailViewport *self)
{
  return self->led_rate > 0;
}

void
vitrail_viewport_set_playing (VitrailViewport *self, gboolean playing)
{
  guint n = vitrail_viewport_get_n_steps (self);
  VitrailCineLoop loop = make_loop (self);
  playing = playing && n > 1 && vitrail_viewport_has_positions (self);
  if (playing == vitrail_viewport_get_playing (self))
    return;
  self->led_rate = 0;
  if (playing)
    self->clock =
        vitrail_cine_clock_new (MAX (vitrail_viewport_get_step (self), 1),
                                &loop, get_image_time_ms, cine_go_cb, self);
  else
    g_clear_pointer (&self->clock, vitrail_cine_clock_free);
  vitrail_viewport_emit_changed (self);
}

gboolean
vitrail_viewport_get_playing (VitrailViewport *self)
{
  return self->clock != NULL || self->led_rate > 0;
}

void
vitrail_viewport_set_speed (VitrailViewport *self, double speed)
{
  if (!isfinite (speed))
    return;
  self->speed = CLAMP (speed, SPEED_MIN, SPEED_MAX);
  if (self->clock != NULL)
    vitrail_cine_clock_seek (self->clock, vitrail_viewport_get_step (self));
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
  return self->led_rate > 0
             ? self->led_rate
             : 1000.0 /
                   get_image_time_ms (vitrail_viewport_get_step (self), self);
}
