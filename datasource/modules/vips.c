/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A plain large picture as a slide of one level, as a module of its own:
 * libvips brings most of the picture libraries there are. Only the loaders
 * below are used; all that libvips itself does not trust are switched off. */

#include "error.h"
#include "limits.h"
#include "modules/vipsmodule.h"

#include <pthread.h>
#include <string.h>
#include <vips/vips.h>

#define TILE_SIZE 512u
/* Micrometres per pixel: coarser is what printers and screens call resolution.
 */
#define MAX_MPP_UM 25.0

#define VITRAIL_TYPE_VIPS_SLIDE (vitrail_vips_slide_get_type ())
G_DECLARE_FINAL_TYPE (VitrailVipsSlide,
                      vitrail_vips_slide,
                      VITRAIL,
                      VIPS_SLIDE,
                      GObject)

/* All constant after opening; libvips locks what it has to. */
struct _VitrailVipsSlide {
  GObject parent_instance;
  char *path;
  char *id;
  char *name;
  VipsImage *image; /* upright, sRGB, three bands of 8 bits */
  GBytes *icc_profile;
  double mpp_um[2];
  gboolean is_lossy;
};

static void vitrail_vips_slide_slide_init (VitrailSlideInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (
    VitrailVipsSlide,
    vitrail_vips_slide,
    G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (VITRAIL_TYPE_SLIDE, vitrail_vips_slide_slide_init))

/* Loaders that may be used, and whether what they load has lost something. */
static const struct {
  const char *name;
  gboolean is_lossy;
} loaders[] = {
  { "VipsForeignLoadPngFile", FALSE }, { "VipsForeignLoadTiffFile", FALSE },
  { "VipsForeignLoadJpegFile", TRUE }, { "VipsForeignLoadWebpFile", TRUE },
  { "VipsForeignLoadJp2kFile", TRUE },
};

/* libvips keeps its errors in one buffer. */
static void
take_error (const char *path, VitrailError code, GError **error)
{
  g_autofree char *text = vips_error_buffer_copy ();
  g_auto (GStrv) lines = g_strsplit (g_strstrip (text), "\n", 2);

  g_set_error (error, VITRAIL_ERROR, code, "%s: %s", path,
               text[0] != '\0' ? lines[0] : "libvips cannot read it");
}

static guint
vitrail_vips_slide_get_n_levels (VitrailSlide *slide)
{
  return 1;
}

static void
vitrail_vips_slide_get_level (VitrailSlide *slide,
                              guint level,
                              VitrailSlideLevel *out)
{
  VipsImage *image = VITRAIL_VIPS_SLIDE (slide)->image;

  *out = (VitrailSlideLevel){ .width = (guint64) vips_image_get_width (image),
                              .height = (guint64) vips_image_get_height (image),
                              .tile_width = TILE_SIZE,
                              .tile_height = TILE_SIZE,
                              .downsample = 1.0 };
  out->columns = (guint) ((out->width + TILE_SIZE - 1) / TILE_SIZE);
  out->rows = (guint) ((out->height + TILE_SIZE - 1) / TILE_SIZE);
}

static gboolean
vitrail_vips_slide_get_mpp_um (VitrailSlide *slide, double mpp_um[2])
{
  VitrailVipsSlide *self = VITRAIL_VIPS_SLIDE (slide);

  memcpy (mpp_um, self->mpp_um, sizeof self->mpp_um);
  return mpp_um[0] > 0 && mpp_um[1] > 0;
}

static const char *
vitrail_vips_slide_get_id (VitrailSlide *slide)
{
  return VITRAIL_VIPS_SLIDE (slide)->id;
}

static const char *
vitrail_vips_slide_get_name (VitrailSlide *slide)
{
  return VITRAIL_VIPS_SLIDE (slide)->name;
}

static gboolean
vitrail_vips_slide_is_lossy (VitrailSlide *slide)
{
  return VITRAIL_VIPS_SLIDE (slide)->is_lossy;
}

static GBytes *
vitrail_vips_slide_get_icc_profile (VitrailSlide *slide)
{
  GBytes *profile = VITRAIL_VIPS_SLIDE (slide)->icc_profile;
  return profile != NULL ? g_bytes_ref (profile) : NULL;
}

/* Decoded at the first tile; what is larger than libvips' threshold goes to a
 * file in its temporary folder. */
static guint64
vitrail_vips_slide_get_size_bytes (VitrailSlide *slide)
{
  guint64 size = VIPS_IMAGE_SIZEOF_IMAGE (VITRAIL_VIPS_SLIDE (slide)->image);
  return MIN (size, vips_get_disc_threshold ());
}

static gboolean
copy_region (VitrailVipsSlide *self,
             const VipsRect *rect,
             uint8_t *rgb,
             size_t stride)
{
  VipsRegion *region = vips_region_new (self->image);
  gboolean ok = region != NULL && vips_region_prepare (region, rect) == 0;

  for (int y = 0; ok && y < rect->height; y++)
    memcpy (rgb + (size_t) y * stride,
            VIPS_REGION_ADDR (region, rect->left, rect->top + y),
            (size_t) rect->width * 3);
  g_clear_object (&region);
  return ok;
}

static gboolean
vitrail_vips_slide_decode_tile (VitrailSlide *slide,
                                guint level,
                                guint column,
                                guint row,
                                uint8_t *rgb,
                                size_t stride,
                                GCancellable *cancellable,
                                GError **error)
{
  VitrailVipsSlide *self = VITRAIL_VIPS_SLIDE (slide);
  const VipsRect all = { 0, 0, vips_image_get_width (self->image),
                         vips_image_get_height (self->image) };
  VipsRect rect = { (int) (column * TILE_SIZE), (int) (row * TILE_SIZE),
                    TILE_SIZE, TILE_SIZE };

  vips_rect_intersectrect (&rect, &all, &rect);
  if (!copy_region (self, &rect, rgb, stride)) {
    take_error (self->path, VITRAIL_ERROR_CORRUPT, error);
    return FALSE;
  }
  vitrail_slide_fill_outside (slide, level, column, row, rgb, stride);
  return TRUE;
}

static void
vitrail_vips_slide_slide_init (VitrailSlideInterface *iface)
{
  iface->get_n_levels = vitrail_vips_slide_get_n_levels;
  iface->get_level = vitrail_vips_slide_get_level;
  iface->get_mpp_um = vitrail_vips_slide_get_mpp_um;
  iface->get_id = vitrail_vips_slide_get_id;
  iface->get_name = vitrail_vips_slide_get_name;
  iface->is_lossy = vitrail_vips_slide_is_lossy;
  iface->get_icc_profile = vitrail_vips_slide_get_icc_profile;
  iface->get_size_bytes = vitrail_vips_slide_get_size_bytes;
  iface->decode_tile = vitrail_vips_slide_decode_tile;
}

static void
vitrail_vips_slide_finalize (GObject *object)
{
  VitrailVipsSlide *self = VITRAIL_VIPS_SLIDE (object);

  g_clear_object (&self->image);
  g_clear_pointer (&self->icc_profile, g_bytes_unref);
  g_free (self->path);
  g_free (self->id);
  g_free (self->name);
  G_OBJECT_CLASS (vitrail_vips_slide_parent_class)->finalize (object);
}

static void
vitrail_vips_slide_class_init (VitrailVipsSlideClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitrail_vips_slide_finalize;
}

static void
vitrail_vips_slide_init (VitrailVipsSlide *self)
{
}

/* What libvips thinks of a file goes into errors, or nowhere. */
static void
ignore_cb (const char *domain,
           GLogLevelFlags level,
           const char *message,
           gpointer data)
{
}

static void
start_vips (void)
{
  g_log_set_handler ("VIPS",
                     G_LOG_LEVEL_WARNING | G_LOG_LEVEL_MESSAGE |
                         G_LOG_LEVEL_INFO | G_LOG_LEVEL_DEBUG,
                     ignore_cb, NULL);
  if (vips_init ("vitrail") != 0)
    return;
  vips_block_untrusted_set (TRUE);
  /* OpenJPEG, with which we read JPEG 2000 anyway. */
  vips_operation_block_set ("VipsForeignLoadJp2k", FALSE);
  /* Pictures are kept by whoever opened them. */
  vips_cache_set_max (0);
}

static gboolean
find_loader (VitrailVipsSlide *self, GError **error)
{
  const char *name = vips_foreign_find_load (self->path);

  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (loaders); i++)
    if (strcmp (loaders[i].name, name) == 0) {
      self->is_lossy = loaders[i].is_lossy;
      return TRUE;
    }
  vips_error_clear ();
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
               "%s: not a picture of a kind that may be opened", self->path);
  return FALSE;
}

typedef int (*Step) (VipsImage *in, VipsImage **out);

static int
turn (VipsImage *in, VipsImage **out)
{
  return vips_autorot (in, out, NULL);
}

static int
lay_over_white (VipsImage *in, VipsImage **out)
{
  if (!vips_image_hasalpha (in))
    return vips_copy (in, out, NULL);
  VipsArrayDouble *white = vips_array_double_newv (1, 255.0);
  int result = vips_flatten (in, out, "background", white, NULL);
  vips_area_unref (VIPS_AREA (white));
  return result;
}

static int
to_srgb (VipsImage *in, VipsImage **out)
{
  return vips_colourspace (in, out, VIPS_INTERPRETATION_sRGB, NULL);
}

static int
to_bytes (VipsImage *in, VipsImage **out)
{
  return vips_cast (in, out, VIPS_FORMAT_UCHAR, NULL);
}

/* Only a profile of RGB is about what is shown. */
static void
take_profile (VitrailVipsSlide *self, VipsImage *image)
{
  const void *data = NULL;
  size_t length = 0;
  VipsInterpretation kind = vips_image_guess_interpretation (image);

  if ((kind == VIPS_INTERPRETATION_sRGB || kind == VIPS_INTERPRETATION_RGB16 ||
       kind == VIPS_INTERPRETATION_RGB) &&
      vips_image_get_typeof (image, VIPS_META_ICC_NAME) != 0 &&
      vips_image_get_blob (image, VIPS_META_ICC_NAME, &data, &length) == 0)
    self->icc_profile = g_bytes_new (data, length);
}

static gboolean
check_size (VitrailVipsSlide *self, GError **error)
{
  int width = vips_image_get_width (self->image);
  int height = vips_image_get_height (self->image);

  if (width >= 1 && height >= 1 &&
      (guint64) width * (guint64) height <= VITRAIL_LIMIT_PIXELS)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
               "%s: a picture of %d x %d pixels without tiles is too large",
               self->path, width, height);
  return FALSE;
}

static void
take_resolution (VitrailVipsSlide *self)
{
  self->mpp_um[0] = 1000.0 / vips_image_get_xres (self->image);
  self->mpp_um[1] = 1000.0 / vips_image_get_yres (self->image);
  if (!(self->mpp_um[0] <= MAX_MPP_UM && self->mpp_um[1] <= MAX_MPP_UM))
    self->mpp_um[0] = self->mpp_um[1] = 0.0;
}

/* What was loaded becomes what is shown. */
static gboolean
prepare (VitrailVipsSlide *self, GError **error)
{
  static const Step steps[] = { turn, to_srgb, to_bytes, lay_over_white };

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++) {
    VipsImage *next = NULL;
    if (steps[i](self->image, &next) != 0) {
      take_error (self->path, VITRAIL_ERROR_UNSUPPORTED, error);
      return FALSE;
    }
    g_object_unref (self->image);
    self->image = next;
  }
  if (vips_image_get_bands (self->image) == 3)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
               "%s: a picture of %d bands", self->path,
               vips_image_get_bands (self->image));
  return FALSE;
}

static gboolean
load (VitrailVipsSlide *self, GError **error)
{
  self->image =
      vips_image_new_from_file (self->path, "access", VIPS_ACCESS_RANDOM,
                                "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
  if (self->image == NULL) {
    take_error (self->path, VITRAIL_ERROR_CORRUPT, error);
    return FALSE;
  }
  if (!check_size (self, error))
    return FALSE;
  take_profile (self, self->image);
  take_resolution (self);
  return prepare (self, error);
}

static VitrailSlide *
vitrail_vips_open (const char *const *paths, GError **error)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  g_autoptr (VitrailVipsSlide) self =
      g_object_new (VITRAIL_TYPE_VIPS_SLIDE, NULL);

  pthread_once (&once, start_vips);
  self->path = g_strdup (paths[0]);
  self->name = g_path_get_basename (paths[0]);
  self->id = vitrail_slide_make_id (paths[0], error);
  if (self->id == NULL || !find_loader (self, error) || !load (self, error))
    return NULL;
  return VITRAIL_SLIDE (g_steal_pointer (&self));
}

const VitrailSlideReader vitrail_vips_reader = {
  .name = "vips",
  .open = vitrail_vips_open,
};
