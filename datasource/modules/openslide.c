/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Slides that OpenSlide opens, as a module of its own: OpenSlide brings cairo,
 * gdk-pixbuf, libtiff and libxml2, which ordinary commands should not load.
 */

#include "codec/codec.h"
#include "error.h"
#include "limits.h"
#include "modules/openslidehandle.h"
#include "modules/openslidemodule.h"

#include <gmodule.h>
#include <openslide.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

/* Pixels that are read at once: bounds the ARGB copy. */
#define STRIP_PIXELS ((gint64) 1024 * 1024)
/* The grid where the file's own is of no use (NDPI: strips of 3968 x 8). */
#define OWN_TILE_SIZE 512
/* OpenSlide's own cache of decoded tiles, one a handle; 3.4.1 has no way to ask
 * for another size. */
#define CACHE_BYTES     (G_GUINT64_CONSTANT (32) << 20)
#define MIN_STORED_TILE 64
#define MAX_STORED_TILE 2048

#define VITRAIL_TYPE_OPENSLIDE (vitrail_openslide_get_type ())
G_DECLARE_FINAL_TYPE (VitrailOpenslide,
                      vitrail_openslide,
                      VITRAIL,
                      OPENSLIDE,
                      GObject)

struct _VitrailOpenslide {
  GObject parent_instance;

  /* Constant after opening. */
  char *path;
  char *id;
  char *name;
  GArray *levels; /* VitrailSlideLevel */
  GArray *scales; /* double: OpenSlide's own mean downsample of each level */
  gboolean has_mpp;
  double mpp_um[2];
  double objective_power;
  uint8_t background[3];
  GStrv associated;
  GArray *properties; /* VitrailSlideProperty, and one of NULL */
  GStringChunk *texts;

  VitrailOpenslideHandles *handles;
};

static void vitrail_openslide_slide_init (VitrailSlideInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (
    VitrailOpenslide,
    vitrail_openslide,
    G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (VITRAIL_TYPE_SLIDE, vitrail_openslide_slide_init))

/* Premultiplied ARGB over the background -> RGB. */
static void
argb_over_background (const uint32_t *argb,
                      uint8_t *rgb,
                      size_t n_pixels,
                      const uint8_t background[3])
{
  for (size_t i = 0; i < n_pixels; i++) {
    uint32_t pixel = argb[i];
    uint32_t rest = 255 - (pixel >> 24);
    for (size_t c = 0; c < 3; c++) {
      uint32_t value = (pixel >> (16 - 8 * c)) & 255;
      if (rest != 0)
        value += (background[c] * rest + 127) / 255;
      rgb[i * 3 + c] = (uint8_t) MIN (value, 255);
    }
  }
}

/* OpenSlide counts positions in level 0. */
static int64_t
to_level_0 (int64_t position, double downsample)
{
  double value = (double) position * downsample;
  return (int64_t) (value < 0 ? value - 0.5 : value + 0.5);
}

typedef struct {
  VitrailOpenslide *slide;
  openslide_t *osr;
  guint level;
  double scale;
  const gint64 *rect;
} Reading;

static void
read_strip (const Reading *reading,
            gint64 first,
            gint64 n_rows,
            uint32_t *argb,
            uint8_t *rgb,
            size_t stride)
{
  const gint64 *rect = reading->rect;
  size_t width = (size_t) rect[2];

  openslide_read_region (reading->osr, argb,
                         to_level_0 (rect[0], reading->scale),
                         to_level_0 (rect[1] + first, reading->scale),
                         (int32_t) reading->level, rect[2], n_rows);
  for (gint64 row = 0; row < n_rows; row++)
    argb_over_background (argb + (size_t) row * width,
                          rgb + (size_t) (first + row) * stride, width,
                          reading->slide->background);
}

static gboolean
vitrail_openslide_read_region (VitrailSlide *slide,
                               guint level,
                               const gint64 rect[4],
                               uint8_t *rgb,
                               size_t stride,
                               GCancellable *cancellable,
                               GError **error)
{
  VitrailOpenslide *self = VITRAIL_OPENSLIDE (slide);
  double scale = g_array_index (self->scales, double, level);
  gint64 strip = MIN (MAX (STRIP_PIXELS / rect[2], 1), rect[3]);
  g_autofree uint32_t *argb =
      g_try_malloc_n ((gsize) (rect[2] * strip), sizeof *argb);

  if (argb == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: no memory to read a region", self->path);
    return FALSE;
  }
  VitrailOpenslideHandle *handle =
      vitrail_openslide_handles_take (self->handles, error);
  if (handle == NULL)
    return FALSE;
  Reading reading = { self, handle->osr, level, scale, rect };
  gboolean cancelled = FALSE;
  for (gint64 first = 0; first < rect[3] && !cancelled; first += strip) {
    read_strip (&reading, first, MIN (strip, rect[3] - first), argb, rgb,
                stride);
    cancelled = g_cancellable_is_cancelled (cancellable);
  }
  if (!vitrail_openslide_handles_give (self->handles, handle, error))
    return FALSE;
  return !cancelled ||
         !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static gboolean
vitrail_openslide_decode_tile (VitrailSlide *slide,
                               guint level,
                               guint column,
                               guint row,
                               uint8_t *rgb,
                               size_t stride,
                               GCancellable *cancellable,
                               GError **error)
{
  VitrailOpenslide *self = VITRAIL_OPENSLIDE (slide);
  VitrailSlideLevel *geometry =
      &g_array_index (self->levels, VitrailSlideLevel, level);
  gint64 rect[4] = { (gint64) column * geometry->tile_width,
                     (gint64) row * geometry->tile_height, geometry->tile_width,
                     geometry->tile_height };

  return vitrail_openslide_read_region (slide, level, rect, rgb, stride,
                                        cancellable, error);
}

static guint
vitrail_openslide_get_n_levels (VitrailSlide *slide)
{
  return VITRAIL_OPENSLIDE (slide)->levels->len;
}

static void
vitrail_openslide_get_level (VitrailSlide *slide,
                             guint level,
                             VitrailSlideLevel *out)
{
  VitrailOpenslide *self = VITRAIL_OPENSLIDE (slide);
  *out = g_array_index (self->levels, VitrailSlideLevel, level);
}

static gboolean
vitrail_openslide_get_mpp_um (VitrailSlide *slide, double mpp_um[2])
{
  VitrailOpenslide *self = VITRAIL_OPENSLIDE (slide);
  memcpy (mpp_um, self->mpp_um, sizeof self->mpp_um);
  return self->has_mpp;
}

static double
vitrail_openslide_get_objective_power (VitrailSlide *slide)
{
  return VITRAIL_OPENSLIDE (slide)->objective_power;
}

/* The scanners whose files come here store JPEG. */
static gboolean
vitrail_openslide_is_lossy (VitrailSlide *slide)
{
  return TRUE;
}

static guint64
vitrail_openslide_get_size_bytes (VitrailSlide *slide)
{
  return CACHE_BYTES;
}

static const char *
vitrail_openslide_get_id (VitrailSlide *slide)
{
  return VITRAIL_OPENSLIDE (slide)->id;
}

static const char *
vitrail_openslide_get_name (VitrailSlide *slide)
{
  return VITRAIL_OPENSLIDE (slide)->name;
}

static void
vitrail_openslide_get_background (VitrailSlide *slide, uint8_t rgb[3])
{
  memcpy (rgb, VITRAIL_OPENSLIDE (slide)->background, 3);
}

static const char *const *
vitrail_openslide_list_associated (VitrailSlide *slide)
{
  return (const char *const *) VITRAIL_OPENSLIDE (slide)->associated;
}

static VitrailFrame *
frame_from_argb (const VitrailOpenslide *self,
                 const uint32_t *argb,
                 guint width,
                 guint height)
{
  VitrailPixelFormat format = { .width = width,
                                .height = height,
                                .samples = 3,
                                .bits_allocated = 8,
                                .bits_stored = 8,
                                .high_bit = 7,
                                .photometric = VITRAIL_PHOTOMETRIC_RGB };
  size_t n_pixels = (size_t) width * height;
  uint8_t *rgb = g_try_malloc_n (n_pixels, 3);

  if (rgb == NULL)
    return NULL;
  argb_over_background (argb, rgb, n_pixels, self->background);
  VitrailFrame *frame =
      vitrail_frame_new_take (&format, g_bytes_new_take (rgb, n_pixels * 3),
                              (size_t) width * 3);
  frame->normalized = TRUE;
  return frame;
}

static gboolean
is_reasonable (int64_t width, int64_t height)
{
  return width >= 1 && height >= 1 && width <= VITRAIL_LIMIT_SIDE &&
         height <= VITRAIL_LIMIT_SIDE &&
         (guint64) width * (guint64) height <= VITRAIL_LIMIT_PIXELS;
}

static VitrailFrame *
vitrail_openslide_read_associated (VitrailSlide *slide,
                                   const char *name,
                                   GError **error)
{
  VitrailOpenslide *self = VITRAIL_OPENSLIDE (slide);
  VitrailOpenslideHandle *handle =
      vitrail_openslide_handles_take (self->handles, error);
  int64_t width = -1;
  int64_t height = -1;

  if (handle == NULL)
    return NULL;
  openslide_get_associated_image_dimensions (handle->osr, name, &width,
                                             &height);
  g_autofree uint32_t *argb = NULL;
  if (is_reasonable (width, height))
    argb = g_try_malloc_n ((gsize) (width * height), sizeof *argb);
  if (argb != NULL)
    openslide_read_associated_image (handle->osr, name, argb);
  if (!vitrail_openslide_handles_give (self->handles, handle, error))
    return NULL;
  VitrailFrame *frame =
      argb != NULL ? frame_from_argb (self, argb, (guint) width, (guint) height)
                   : NULL;
  if (frame == NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: image '%s' of %" G_GINT64_FORMAT " x %" G_GINT64_FORMAT
                 " pixels cannot be read",
                 self->path, name, width, height);
  return frame;
}

static const VitrailSlideProperty *
vitrail_openslide_list_properties (VitrailSlide *slide)
{
  return (const VitrailSlideProperty *) (const void *) VITRAIL_OPENSLIDE (slide)
      ->properties->data;
}

static void
vitrail_openslide_slide_init (VitrailSlideInterface *iface)
{
  iface->get_n_levels = vitrail_openslide_get_n_levels;
  iface->get_level = vitrail_openslide_get_level;
  iface->get_mpp_um = vitrail_openslide_get_mpp_um;
  iface->get_objective_power = vitrail_openslide_get_objective_power;
  iface->is_lossy = vitrail_openslide_is_lossy;
  iface->get_size_bytes = vitrail_openslide_get_size_bytes;
  iface->get_id = vitrail_openslide_get_id;
  iface->get_name = vitrail_openslide_get_name;
  iface->get_background = vitrail_openslide_get_background;
  iface->decode_tile = vitrail_openslide_decode_tile;
  iface->read_region = vitrail_openslide_read_region;
  iface->list_associated = vitrail_openslide_list_associated;
  iface->read_associated = vitrail_openslide_read_associated;
  iface->list_properties = vitrail_openslide_list_properties;
}

static void
vitrail_openslide_finalize (GObject *object)
{
  VitrailOpenslide *self = VITRAIL_OPENSLIDE (object);

  g_clear_pointer (&self->handles, vitrail_openslide_handles_free);
  g_free (self->path);
  g_free (self->id);
  g_free (self->name);
  g_array_unref (self->levels);
  g_array_unref (self->scales);
  g_strfreev (self->associated);
  g_array_unref (self->properties);
  g_string_chunk_free (self->texts);
  G_OBJECT_CLASS (vitrail_openslide_parent_class)->finalize (object);
}

static void
vitrail_openslide_class_init (VitrailOpenslideClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitrail_openslide_finalize;
}

static void
vitrail_openslide_init (VitrailOpenslide *self)
{
  self->levels = g_array_new (FALSE, TRUE, sizeof (VitrailSlideLevel));
  self->scales = g_array_new (FALSE, TRUE, sizeof (double));
  self->properties = g_array_new (TRUE, TRUE, sizeof (VitrailSlideProperty));
  self->texts = g_string_chunk_new (256);
}

static double
get_number (openslide_t *osr, const char *name)
{
  const char *text = openslide_get_property_value (osr, name);
  double value = text != NULL ? g_ascii_strtod (text, NULL) : 0.0;
  return value > 0.0 && value < 1e6 ? value : 0.0;
}

static guint
get_tile_side (openslide_t *osr, guint level, const char *side)
{
  char name[64];
  g_snprintf (name, sizeof name, "openslide.level[%u].tile-%s", level, side);
  double value = get_number (osr, name);
  return value >= MIN_STORED_TILE && value <= MAX_STORED_TILE ? (guint) value
                                                              : 0;
}

static gboolean
add_level (VitrailOpenslide *self,
           openslide_t *osr,
           guint index,
           GError **error)
{
  VitrailSlideLevel level = { 0 };
  int64_t width = -1;
  int64_t height = -1;

  openslide_get_level_dimensions (osr, (int32_t) index, &width, &height);
  double scale = openslide_get_level_downsample (osr, (int32_t) index);
  level.tile_width = get_tile_side (osr, index, "width");
  level.tile_height = get_tile_side (osr, index, "height");
  if (level.tile_width == 0 || level.tile_height == 0)
    level.tile_width = level.tile_height = OWN_TILE_SIZE;
  /* Both sides in tiles must be numbers of 32 bits. */
  if (width < 1 || height < 1 || width > G_MAXINT32 || height > G_MAXINT32 ||
      !(scale > 0))
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "%s: level %u has %" G_GINT64_FORMAT " x %" G_GINT64_FORMAT
                 " pixels",
                 self->path, index, width, height);
    return FALSE;
  }
  level.width = (guint64) width;
  level.height = (guint64) height;
  level.columns =
      (guint) ((level.width + level.tile_width - 1) / level.tile_width);
  level.rows =
      (guint) ((level.height + level.tile_height - 1) / level.tile_height);
  level.downsample = 1.0;
  if (index > 0)
    level.downsample =
        (double) g_array_index (self->levels, VitrailSlideLevel, 0).width /
        (double) level.width;
  g_array_append_val (self->levels, level);
  g_array_append_val (self->scales, scale);
  return TRUE;
}

static void
read_properties (VitrailOpenslide *self, openslide_t *osr)
{
  const char *background =
      openslide_get_property_value (osr,
                                    OPENSLIDE_PROPERTY_NAME_BACKGROUND_COLOR);
  unsigned long colour = 0xffffff;

  if (background != NULL)
    colour = strtoul (background, NULL, 16);
  for (guint c = 0; c < 3; c++)
    self->background[c] = (uint8_t) (colour >> (16 - 8 * c));
  self->mpp_um[0] = get_number (osr, OPENSLIDE_PROPERTY_NAME_MPP_X);
  self->mpp_um[1] = get_number (osr, OPENSLIDE_PROPERTY_NAME_MPP_Y);
  self->has_mpp = self->mpp_um[0] > 0 && self->mpp_um[1] > 0;
  self->objective_power =
      get_number (osr, OPENSLIDE_PROPERTY_NAME_OBJECTIVE_POWER);
  const char *const *names = openslide_get_associated_image_names (osr);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  for (guint i = 0; names[i] != NULL; i++)
    g_strv_builder_add (builder, names[i]);
  self->associated = g_strv_builder_end (builder);
}

/* Values are theirs: what is not UTF-8 is left out. */
static void
add_property (VitrailOpenslide *self, const char *keyword, const char *value)
{
  if (value == NULL || *value == '\0' || !g_utf8_validate (value, -1, NULL))
    return;
  VitrailSlideProperty property = { keyword, g_string_chunk_insert (self->texts,
                                                                    value) };
  g_array_append_val (self->properties, property);
}

static void
read_words (VitrailOpenslide *self, openslide_t *osr)
{
  /* OpenSlide's name of the maker, and the maker's own. */
  static const char *const makers[][2] = {
    { "aperio", "Aperio" },   { "hamamatsu", "Hamamatsu" },
    { "leica", "Leica" },     { "mirax", "3DHISTECH" },
    { "philips", "Philips" }, { "sakura", "Sakura" },
    { "trestle", "Trestle" }, { "ventana", "Ventana" },
  };

  static const struct {
    const char *name;
    const char *keyword;
  } words[] = {
    { "leica.barcode", "ContainerIdentifier" },
    { "mirax.GENERAL.SLIDE_NAME", "ContainerIdentifier" },
    { "sakura.SlideId", "ContainerIdentifier" },
    { "sakura.Description", "SpecimenShortDescription" },
    { "hamamatsu.Product", "ManufacturerModelName" },
    { "leica.device-model", "ManufacturerModelName" },
    { "ventana.ScannerModel", "ManufacturerModelName" },
    { "hamamatsu.NDP.S/N", "DeviceSerialNumber" },
    { "ventana.UnitNumber", "DeviceSerialNumber" },
    { "leica.creation-date", "AcquisitionDateTime" },
    { "trestle.Comments", "ImageComments" },
  };

  const char *vendor =
      openslide_get_property_value (osr, OPENSLIDE_PROPERTY_NAME_VENDOR);

  for (guint i = 0; i < G_N_ELEMENTS (makers); i++)
    if (g_strcmp0 (vendor, makers[i][0]) == 0)
      add_property (self, "Manufacturer", makers[i][1]);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    add_property (self, words[i].keyword,
                  openslide_get_property_value (osr, words[i].name));
}

static VitrailSlide *
vitrail_openslide_open (const char *const *paths, GError **error)
{
  g_autoptr (VitrailOpenslide) self =
      g_object_new (VITRAIL_TYPE_OPENSLIDE, NULL);

  self->path = g_strdup (paths[0]);
  self->name = g_path_get_basename (paths[0]);
  self->id = vitrail_slide_make_id (paths[0], error);
  if (self->id == NULL)
    return NULL;
  self->handles = vitrail_openslide_handles_new (self->path, error);
  if (self->handles == NULL)
    return NULL;
  openslide_t *osr = vitrail_openslide_handles_get_first (self->handles);
  read_properties (self, osr);
  read_words (self, osr);
  int32_t n_levels = openslide_get_level_count (osr);
  for (int32_t i = 0; i < n_levels; i++)
    if (!add_level (self, osr, (guint) i, error))
      return NULL;
  if (n_levels < 1) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "%s: a slide without any level", self->path);
    return NULL;
  }
  return VITRAIL_SLIDE (g_steal_pointer (&self));
}

static gboolean
vitrail_openslide_probe (const char *path)
{
  return openslide_detect_vendor (path) != NULL;
}

const VitrailSlideReader vitrail_openslide_reader = {
  .name = "openslide",
  .probe = vitrail_openslide_probe,
  .open = vitrail_openslide_open,
};

G_MODULE_EXPORT const char *g_module_check_init (GModule *module);

/* Called by GModule. libtiff writes what it thinks of a file to standard error,
 * which belongs to the commands' own line. */
G_MODULE_EXPORT const char *
g_module_check_init (GModule *module)
{
  TIFFSetWarningHandler (NULL);
  TIFFSetErrorHandler (NULL);
  return NULL;
}
