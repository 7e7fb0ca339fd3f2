/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Channels of a slide, mixed: see channelmix.h. */

#include "slide/channelmix.h"

#include "error.h"
#include "slide/slidemix.h"

/* Bytes of the samples of one tile in all channels. */
#define MAX_SCRATCH_BYTES ((gsize) 1024 * 1024 * 1024)

struct _VitrailChannelMix {
  VitrailSlide *slide;
  guint n_channels;
  VitrailSlide **facets;
  VitrailMixChannel *channels;
  float **curves; /* one a channel, or NULL */
};

static void
add_channel (VitrailChannelMix *self,
             VitrailSlide *facet,
             const VitrailChannelLook *look)
{
  VitrailMixChannel *channel = &self->channels[self->n_channels];

  channel->low = (float) look->low;
  channel->scale = (float) (1.0 / (look->high - look->low));
  for (guint c = 0; c < 3; c++)
    channel->rgb[c] = (float) (look->rgb[c] * look->opacity);
  if (look->gamma != 1.0) {
    float *curve = g_new (float, VITRAIL_MIX_VALUES);
    vitrail_slidemix_fill_curve (channel, look->gamma, curve);
    self->curves[self->n_channels] = curve;
    channel->curve = curve;
  }
  self->facets[self->n_channels++] = facet;
}

VitrailChannelMix *
vitrail_channel_mix_new (VitrailSlide *slide, const VitrailSlideLook *look)
{
  VitrailChannelMix *self = g_new0 (VitrailChannelMix, 1);

  self->slide = g_object_ref (slide);
  self->facets = g_new0 (VitrailSlide *, look->n_channels);
  self->channels = g_new0 (VitrailMixChannel, look->n_channels);
  self->curves = g_new0 (float *, look->n_channels);
  for (guint i = 0; i < look->n_channels; i++) {
    VitrailSlidePath path;
    vitrail_slide_get_path (slide, i, &path);
    if (!look->channels[i].visible || path.is_color)
      continue;
    VitrailSlide *facet = vitrail_slide_ref_facet (slide, i, look->focal_plane);
    if (facet != NULL)
      add_channel (self, facet, &look->channels[i]);
  }
  return self;
}

void
vitrail_channel_mix_free (VitrailChannelMix *self)
{
  for (guint i = 0; i < self->n_channels; i++) {
    g_object_unref (self->facets[i]);
    g_free (self->curves[i]);
  }
  g_free (self->facets);
  g_free (self->channels);
  g_free (self->curves);
  g_object_unref (self->slide);
  g_free (self);
}

static uint16_t *
new_scratch (const VitrailChannelMix *self,
             const VitrailSlideLevel *level,
             GError **error)
{
  const gsize pixels = (gsize) level->tile_width * level->tile_height;
  uint16_t *scratch = NULL;

  if (pixels <= MAX_SCRATCH_BYTES / sizeof *scratch / (self->n_channels + 1))
    scratch = g_try_malloc_n (pixels * self->n_channels + 1, sizeof *scratch);
  if (scratch == NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: no memory for tiles of %u channels",
                 vitrail_slide_get_name (self->slide), self->n_channels);
  return scratch;
}

gboolean
vitrail_channel_mix_decode_tile (const VitrailChannelMix *self,
                                 guint level,
                                 guint column,
                                 guint row,
                                 uint8_t *rgb,
                                 size_t stride,
                                 GCancellable *cancellable,
                                 GError **error)
{
  const uint16_t *rows[VITRAIL_SLIDE_MAX_PATHS];
  VitrailSlideLevel geometry;

  vitrail_slide_get_level (self->slide, level, &geometry);
  const gsize pixels = (gsize) geometry.tile_width * geometry.tile_height;
  g_autofree uint16_t *scratch = new_scratch (self, &geometry, error);
  if (scratch == NULL)
    return FALSE;
  for (guint i = 0; i < self->n_channels; i++)
    if (!vitrail_slide_decode_samples (self->facets[i], level, column, row,
                                       scratch + i * pixels,
                                       geometry.tile_width, cancellable, error))
      return FALSE;
  for (guint y = 0; y < geometry.tile_height; y++) {
    for (guint i = 0; i < self->n_channels; i++)
      rows[i] = scratch + i * pixels + (gsize) y * geometry.tile_width;
    vitrail_slidemix_row (self->channels, self->n_channels, rows,
                          rgb + y * stride, geometry.tile_width);
  }
  return TRUE;
}
