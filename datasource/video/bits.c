/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bits of a video header: see bits.h. */

#include "video/bits.h"

static void
next_byte (VitrailVideoBits *self)
{
  if (!self->is_raw && self->zeroes >= 2 && self->at < self->length &&
      self->data[self->at] == 3)
  {
    self->at++;
    self->zeroes = 0;
  }
  self->left = 8;
  self->now = 0;
  if (self->at >= self->length) {
    self->is_over = TRUE;
    return;
  }
  self->now = self->data[self->at++];
  self->zeroes = self->now == 0 ? self->zeroes + 1 : 0;
}

static guint32
get_bit (VitrailVideoBits *self)
{
  if (self->left == 0)
    next_byte (self);
  self->left--;
  return (self->now >> self->left) & 1;
}

guint32
vitrail_video_bits_get (VitrailVideoBits *self, guint n)
{
  guint32 value = 0;

  for (guint i = 0; i < n; i++)
    value = value << 1 | get_bit (self);
  return value;
}

void
vitrail_video_bits_skip (VitrailVideoBits *self, guint n)
{
  for (guint i = 0; i < n && !self->is_over; i++)
    get_bit (self);
}

guint32
vitrail_video_bits_get_ue (VitrailVideoBits *self)
{
  guint zeroes = 0;

  while (zeroes < 32 && !self->is_over && get_bit (self) == 0)
    zeroes++;
  if (zeroes >= 32) {
    self->is_over = TRUE;
    return 0;
  }
  return (guint32) ((1ull << zeroes) - 1) +
         vitrail_video_bits_get (self, zeroes);
}

gint32
vitrail_video_bits_get_se (VitrailVideoBits *self)
{
  guint32 code = vitrail_video_bits_get_ue (self);

  return (code & 1) != 0 ? (gint32) (code / 2 + 1) : -(gint32) (code / 2);
}
