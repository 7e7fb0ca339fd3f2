/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A slide with a look is a slide whose tiles are computed: see look.h. */

#include "pixel/icc.h"
#include "slide/channelmix.h"
#include "slide/look.h"
#include "slide/tilecache.h"

#include <pthread.h>
#include <string.h>

#define VITRAIL_TYPE_LOOK_SLIDE (vitrail_look_slide_get_type ())
G_DECLARE_FINAL_TYPE (VitrailLookSlide,
                      vitrail_look_slide,
                      VITRAIL,
                      LOOK_SLIDE,
                      GObject)

struct _VitrailLookSlide {
  GObject parent;
  VitrailSlide *slide;    /* that was given a look: its words hold */
  char *key;              /* in the table of looks of slide */
  VitrailSlide *base;     /* the path and plane that is shown, or comes first */
  VitrailChannelMix *mix; /* where colours come from; NULL: base */
  VitrailStainTable *stain;         /* or NULL */
  VitrailStainMix *stains;          /* or NULL */
  VitrailColorTransform *transform; /* or NULL */
};

static void vitrail_look_slide_iface_init (VitrailSlideInterface *iface);

G_DEFINE_TYPE_WITH_CODE (VitrailLookSlide,
                         vitrail_look_slide,
                         G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (VITRAIL_TYPE_SLIDE,
                                                vitrail_look_slide_iface_init))

/* --- pixels --- */

static void
apply (const VitrailLookSlide *self, uint8_t *rgb, size_t n)
{
  if (self->stain != NULL)
    vitrail_stain_row (self->stain, rgb, n);
  if (self->stains != NULL)
    vitrail_stain_mix_row (self->stains, rgb, n);
  if (self->transform != NULL)
    vitrail_color_transform_row (self->transform, rgb, n);
}

static gboolean
vitrail_look_slide_decode_tile (VitrailSlide *slide,
                                guint level,
                                guint column,
                                guint row,
                                uint8_t *rgb,
                                size_t stride,
                                GCancellable *cancellable,
                                GError **error)
{
  const VitrailLookSlide *self = VITRAIL_LOOK_SLIDE (slide);
  VitrailSlideLevel geometry;

  if (self->mix != NULL)
    return vitrail_channel_mix_decode_tile (self->mix, level, column, row, rgb,
                                            stride, cancellable, error);
  /* Kept as it is stored, so that another stain costs no decoding. */
  g_autoptr (VitrailTile) tile =
      vitrail_tile_cache_get (vitrail_tile_cache_get_default (), self->base,
                              level, column, row, error);
  if (tile == NULL)
    return FALSE;
  vitrail_slide_get_level (self->base, level, &geometry);
  for (guint y = 0; y < geometry.tile_height; y++) {
    memcpy (rgb + y * stride, tile->rgb + (size_t) y * tile->width * 3,
            (size_t) tile->width * 3);
    apply (self, rgb + y * stride, geometry.tile_width);
  }
  return TRUE;
}

/* The base knows how to do it quickly; channels are mixed first. */
static gboolean
/* NOLINTNEXTLINE(readability-function-size): where from, how, what, where to */
vitrail_look_slide_decode_tile_reduced (VitrailSlide *slide,
                                        guint level,
                                        guint column,
                                        guint row,
                                        guint reduce,
                                        uint8_t *rgb,
                                        size_t stride,
                                        GCancellable *cancellable,
                                        GError **error)
{
  const VitrailLookSlide *self = VITRAIL_LOOK_SLIDE (slide);
  VitrailSlideLevel geometry;

  if (self->mix != NULL)
    return vitrail_slide_halve_tile (slide, level, column, row, reduce, rgb,
                                     stride, cancellable, error);
  if (!vitrail_slide_decode_tile_reduced (self->base, level, column, row,
                                          reduce, rgb, stride, cancellable,
                                          error))
    return FALSE;
  vitrail_slide_get_level (self->base, level, &geometry);
  const guint width = (geometry.tile_width + (1u << reduce) - 1) >> reduce;
  const guint height = (geometry.tile_height + (1u << reduce) - 1) >> reduce;
  for (guint y = 0; y < height; y++)
    apply (self, rgb + y * stride, width);
  return TRUE;
}

static gboolean
vitrail_look_slide_read_region (VitrailSlide *slide,
                                guint level,
                                const gint64 rect[4],
                                uint8_t *rgb,
                                size_t stride,
                                GCancellable *cancellable,
                                GError **error)
{
  const VitrailLookSlide *self = VITRAIL_LOOK_SLIDE (slide);

  if (self->mix != NULL)
    return vitrail_slide_assemble_region (slide, level, rect, rgb, stride,
                                          cancellable, error);
  if (!vitrail_slide_read_region (self->base, level, rect, rgb, stride,
                                  cancellable, error))
    return FALSE;
  for (gint64 y = 0; y < rect[3]; y++)
    apply (self, rgb + (size_t) y * stride, (size_t) rect[2]);
  return TRUE;
}

static gboolean
vitrail_look_slide_is_tile_at_hand (VitrailSlide *slide,
                                    guint level,
                                    guint column,
                                    guint row)
{
  return vitrail_slide_is_tile_at_hand (VITRAIL_LOOK_SLIDE (slide)->base, level,
                                        column, row);
}

/* Of several channels the first: the others come when they are mixed. */
static void
vitrail_look_slide_prefetch_tile (VitrailSlide *slide,
                                  guint level,
                                  guint column,
                                  guint row)
{
  const guint first[2] = { column, row };
  const guint end[2] = { column + 1, row + 1 };

  vitrail_slide_prefetch_tiles (VITRAIL_LOOK_SLIDE (slide)->base, level, first,
                                end);
}

static void
vitrail_look_slide_get_background (VitrailSlide *slide, uint8_t rgb[3])
{
  const VitrailLookSlide *self = VITRAIL_LOOK_SLIDE (slide);

  memset (rgb, 0, 3); /* where nothing glows */
  if (self->mix != NULL)
    return;
  vitrail_slide_get_background (self->base, rgb);
  apply (self, rgb, 1);
}

/* --- words: those of the slide --- */

static guint
vitrail_look_slide_get_n_levels (VitrailSlide *slide)
{
  return vitrail_slide_get_n_levels (VITRAIL_LOOK_SLIDE (slide)->base);
}

static void
vitrail_look_slide_get_level (VitrailSlide *slide,
                              guint level,
                              VitrailSlideLevel *out)
{
  vitrail_slide_get_level (VITRAIL_LOOK_SLIDE (slide)->base, level, out);
}

static gboolean
vitrail_look_slide_get_mpp_um (VitrailSlide *slide, double mpp_um[2])
{
  return vitrail_slide_get_mpp_um (VITRAIL_LOOK_SLIDE (slide)->base, mpp_um);
}

static double
vitrail_look_slide_get_objective_power (VitrailSlide *slide)
{
  return vitrail_slide_get_objective_power (VITRAIL_LOOK_SLIDE (slide)->base);
}

static const char *
vitrail_look_slide_get_id (VitrailSlide *slide)
{
  return vitrail_slide_get_id (VITRAIL_LOOK_SLIDE (slide)->slide);
}

static const char *
vitrail_look_slide_get_name (VitrailSlide *slide)
{
  return vitrail_slide_get_name (VITRAIL_LOOK_SLIDE (slide)->slide);
}

static const char *const *
vitrail_look_slide_list_associated (VitrailSlide *slide)
{
  return vitrail_slide_list_associated (VITRAIL_LOOK_SLIDE (slide)->slide);
}

static VitrailFrame *
vitrail_look_slide_read_associated (VitrailSlide *slide,
                                    const char *name,
                                    GError **error)
{
  return vitrail_slide_read_associated (VITRAIL_LOOK_SLIDE (slide)->slide, name,
                                        error);
}

/* Colours that are managed already have no profile. */
static GBytes *
vitrail_look_slide_get_icc_profile (VitrailSlide *slide)
{
  const VitrailLookSlide *self = VITRAIL_LOOK_SLIDE (slide);

  return self->transform == NULL && self->mix == NULL
             ? vitrail_slide_get_icc_profile (self->base)
             : NULL;
}

static gboolean
vitrail_look_slide_get_plane (VitrailSlide *slide, double plane[12])
{
  return vitrail_slide_get_plane (VITRAIL_LOOK_SLIDE (slide)->base, plane);
}

static VitrailFrameInfo *
vitrail_look_slide_ref_frame_info (VitrailSlide *slide)
{
  return vitrail_slide_ref_frame_info (VITRAIL_LOOK_SLIDE (slide)->slide);
}

static gboolean
vitrail_look_slide_is_lossy (VitrailSlide *slide)
{
  return vitrail_slide_is_lossy (VITRAIL_LOOK_SLIDE (slide)->base);
}

static const VitrailSlideProperty *
vitrail_look_slide_list_properties (VitrailSlide *slide)
{
  return vitrail_slide_list_properties (VITRAIL_LOOK_SLIDE (slide)->slide);
}

static void
vitrail_look_slide_iface_init (VitrailSlideInterface *iface)
{
  iface->get_n_levels = vitrail_look_slide_get_n_levels;
  iface->get_level = vitrail_look_slide_get_level;
  iface->get_mpp_um = vitrail_look_slide_get_mpp_um;
  iface->get_objective_power = vitrail_look_slide_get_objective_power;
  iface->get_id = vitrail_look_slide_get_id;
  iface->get_name = vitrail_look_slide_get_name;
  iface->decode_tile = vitrail_look_slide_decode_tile;
  iface->decode_tile_reduced = vitrail_look_slide_decode_tile_reduced;
  iface->read_region = vitrail_look_slide_read_region;
  iface->is_tile_at_hand = vitrail_look_slide_is_tile_at_hand;
  iface->prefetch_tile = vitrail_look_slide_prefetch_tile;
  iface->list_associated = vitrail_look_slide_list_associated;
  iface->read_associated = vitrail_look_slide_read_associated;
  iface->get_icc_profile = vitrail_look_slide_get_icc_profile;
  iface->get_plane = vitrail_look_slide_get_plane;
  iface->get_background = vitrail_look_slide_get_background;
  iface->ref_frame_info = vitrail_look_slide_ref_frame_info;
  iface->is_lossy = vitrail_look_slide_is_lossy;
  iface->list_properties = vitrail_look_slide_list_properties;
}

/* --- the same look on the same slide is the same object --- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Text of a look -> GWeakRef of the slide that has it. A part of the slide;
 * under the lock. */
static GHashTable *
get_table_locked (VitrailSlide *slide)
{
  static GQuark quark;

  if (quark == 0)
    quark = g_quark_from_static_string ("vitrail-slide-looks");
  GHashTable *table = g_object_get_qdata (G_OBJECT (slide), quark);
  if (table == NULL) {
    table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    g_object_set_qdata_full (G_OBJECT (slide), quark, table,
                             (GDestroyNotify) g_hash_table_unref);
  }
  return table;
}

/* The one that is there, or @fresh, which is consumed either way. */
static VitrailSlide *
share (VitrailLookSlide *fresh)
{
  pthread_mutex_lock (&lock);
  GHashTable *table = get_table_locked (fresh->slide);
  GWeakRef *weak = g_hash_table_lookup (table, fresh->key);
  if (weak == NULL) {
    weak = g_new0 (GWeakRef, 1);
    g_weak_ref_init (weak, NULL);
    g_hash_table_insert (table, g_strdup (fresh->key), weak);
  }
  VitrailLookSlide *held = g_weak_ref_get (weak);
  if (held == NULL)
    g_weak_ref_set (weak, fresh);
  pthread_mutex_unlock (&lock);
  if (held == NULL)
    return VITRAIL_SLIDE (fresh);
  g_object_unref (fresh);
  return VITRAIL_SLIDE (held);
}

/* Takes @self's row out of the table, unless another object has it by now. */
static void
forget (VitrailLookSlide *self)
{
  pthread_mutex_lock (&lock);
  GHashTable *table = get_table_locked (self->slide);
  GWeakRef *weak = g_hash_table_lookup (table, self->key);
  VitrailLookSlide *other = weak != NULL ? g_weak_ref_get (weak) : NULL;
  if (weak != NULL && other == NULL) {
    g_weak_ref_clear (weak);
    g_hash_table_remove (table, self->key);
  }
  pthread_mutex_unlock (&lock);
  g_clear_object (&other);
}

static void
vitrail_look_slide_finalize (GObject *object)
{
  VitrailLookSlide *self = VITRAIL_LOOK_SLIDE (object);

  if (self->key != NULL)
    forget (self);
  g_clear_pointer (&self->key, g_free);
  g_clear_pointer (&self->mix, vitrail_channel_mix_free);
  g_clear_pointer (&self->stain, g_free);
  g_clear_pointer (&self->stains, g_free);
  g_clear_pointer (&self->transform, vitrail_color_transform_unref);
  g_clear_object (&self->base);
  g_clear_object (&self->slide);
  G_OBJECT_CLASS (vitrail_look_slide_parent_class)->finalize (object);
}

static void
vitrail_look_slide_class_init (VitrailLookSlideClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitrail_look_slide_finalize;
}

static void
vitrail_look_slide_init (VitrailLookSlide *self)
{
}

/* NULL, with a message, where the profile cannot be used: the slide is then
 * shown as it is. */
static VitrailColorTransform *
ref_transform (VitrailSlide *base)
{
  g_autoptr (GBytes) profile = vitrail_slide_get_icc_profile (base);
  g_autoptr (GError) error = NULL;
  VitrailColorTransform *transform =
      vitrail_color_transform_get (profile, NULL, NULL, &error);

  if (error != NULL)
    g_message ("%s: colours are shown as they are stored: %s",
               vitrail_slide_get_name (base), error->message);
  return transform;
}

/* @slide's object for @look, which keeps nothing yet. */
static VitrailLookSlide *
new_look_slide (VitrailSlide *slide,
                VitrailSlide *base,
                const VitrailSlideLook *look)
{
  VitrailLookSlide *self = g_object_new (VITRAIL_TYPE_LOOK_SLIDE, NULL);

  self->slide = g_object_ref (slide);
  self->base = g_object_ref (base);
  self->key = vitrail_slide_look_to_string (look);
  return self;
}

/* Something else than the slide as it is. */
static gboolean
shows_stains (const VitrailSlideLook *look)
{
  return look->has_stains ? !vitrail_stain_looks_are_plain (look->stains)
                          : look->stain != VITRAIL_STAIN_NONE;
}

static VitrailSlide *
ref_colored (VitrailSlide *slide,
             VitrailSlide *base,
             const VitrailSlideLook *look)
{
  g_autoptr (VitrailColorTransform) transform =
      look->color_managed ? ref_transform (base) : NULL;

  if (transform == NULL && !shows_stains (look))
    return g_object_ref (base);
  VitrailLookSlide *self = new_look_slide (slide, base, look);
  self->transform = g_steal_pointer (&transform);
  if (shows_stains (look) && look->has_stains) {
    self->stains = g_new (VitrailStainMix, 1);
    vitrail_stain_mix_init (self->stains, look->stains);
  } else if (shows_stains (look)) {
    self->stain = g_new (VitrailStainTable, 1);
    vitrail_stain_table_init (self->stain, look->stain);
  }
  return share (self);
}

/* Whether the one channel looks as its tiles do already: white, without a
 * window. */
static gboolean
is_plain (VitrailSlide *slide, const VitrailSlideLook *look)
{
  const VitrailChannelLook *channel = &look->channels[0];
  VitrailSlidePath path;

  vitrail_slide_get_path (slide, 0, &path);
  return look->n_channels == 1 && path.bits == 8 && channel->visible &&
         channel->rgb[0] == 255 && channel->rgb[1] == 255 &&
         channel->rgb[2] == 255 && channel->low == 0 && channel->high == 255 &&
         channel->gamma == 1 && channel->opacity == 1;
}

static VitrailSlide *
ref_mixed (VitrailSlide *slide,
           VitrailSlide *base,
           const VitrailSlideLook *look)
{
  g_autoptr (VitrailSlideLook) full = vitrail_slide_look_copy (look);

  if (full->n_channels == 0)
    vitrail_slide_look_set_default_channels (full, slide);
  for (guint i = 0; i < full->n_channels; i++)
    if (!full->channels[i].visible) /* whatever it would be: the same slide */
      full->channels[i] = (VitrailChannelLook){ .gamma = 1, .opacity = 1 };
  vitrail_slide_look_find_windows (full, slide);
  if (is_plain (slide, full))
    return g_object_ref (base);
  VitrailLookSlide *self = new_look_slide (slide, base, full);
  self->mix = vitrail_channel_mix_new (slide, full);
  return share (self);
}

VitrailSlide *
vitrail_slide_ref_with_look (VitrailSlide *slide, const VitrailSlideLook *look)
{
  VitrailSlidePath path;
  guint first = 0; /* visible */

  while (first < look->n_channels && !look->channels[first].visible)
    first++;
  if (first == look->n_channels)
    first = 0;
  vitrail_slide_get_path (slide, first, &path);
  g_autoptr (VitrailSlide) base =
      vitrail_slide_ref_facet (slide, first, look->focal_plane);
  if (base == NULL)
    base = g_object_ref (slide);
  return path.is_color ? ref_colored (slide, base, look)
                       : ref_mixed (slide, base, look);
}
