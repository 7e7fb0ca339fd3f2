/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Slides in TIFF files: Aperio, OME, Philips, plain pyramids. What the pages
 * are is in tifflayout.h; how they become pixels in tiffpage.h. */

#include "codec/codec.h"
#include "error.h"
#include "limits.h"
#include "mapping.h"
#include "slide/facettable.h"
#include "slide/tifflayout.h"

#include <string.h>

/* What all facets of one slide share. */
typedef struct {
  gint ref_count;
  VitrailTiffFile *file;
  VitrailTiffLayout layout;
  char *id;
  char *name;
  GStrv pictures;
  uint8_t background[3];
  VitrailFacetTable facets;
} Shared;

#define VITRAIL_TYPE_TIFF_SLIDE (vitrail_tiff_slide_get_type ())
G_DECLARE_FINAL_TYPE (VitrailTiffSlide,
                      vitrail_tiff_slide,
                      VITRAIL,
                      TIFF_SLIDE,
                      GObject)

/* All constant after opening. */
struct _VitrailTiffSlide {
  GObject parent_instance;
  Shared *shared;
  guint path;
  guint plane;
};

static void vitrail_tiff_slide_slide_init (VitrailSlideInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (
    VitrailTiffSlide,
    vitrail_tiff_slide,
    G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (VITRAIL_TYPE_SLIDE, vitrail_tiff_slide_slide_init))

static Shared *
shared_new (VitrailTiffFile *file)
{
  Shared *self = g_new0 (Shared, 1);

  self->ref_count = 1;
  self->file = vitrail_tiff_file_ref (file);
  self->name = g_path_get_basename (file->path);
  vitrail_tiff_layout_init (&self->layout);
  vitrail_facet_table_init (&self->facets);
  return self;
}

static void
shared_unref (Shared *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  vitrail_facet_table_clear (&self->facets);
  vitrail_tiff_layout_clear (&self->layout);
  g_strfreev (self->pictures);
  g_free (self->id);
  g_free (self->name);
  vitrail_tiff_file_unref (self->file);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Shared, shared_unref)

static const VitrailSlideLevel *
get_level (const VitrailTiffSlide *self, guint level)
{
  return &g_array_index (self->shared->layout.levels, VitrailSlideLevel, level);
}

static const VitrailSlidePath *
get_path (const VitrailTiffSlide *self)
{
  return &g_array_index (self->shared->layout.paths, VitrailSlidePath,
                         self->path);
}

static const VitrailTiffView *
get_view (const VitrailTiffSlide *self, guint level)
{
  return vitrail_tiff_layout_get_view (&self->shared->layout, level, self->path,
                                       self->plane);
}

static guint
vitrail_tiff_slide_get_n_levels (VitrailSlide *slide)
{
  return VITRAIL_TIFF_SLIDE (slide)->shared->layout.levels->len;
}

static void
vitrail_tiff_slide_get_level (VitrailSlide *slide,
                              guint level,
                              VitrailSlideLevel *out)
{
  *out = *get_level (VITRAIL_TIFF_SLIDE (slide), level);
}

static gboolean
vitrail_tiff_slide_get_mpp_um (VitrailSlide *slide, double mpp_um[2])
{
  const VitrailTiffLayout *layout = &VITRAIL_TIFF_SLIDE (slide)->shared->layout;

  memcpy (mpp_um, layout->mpp_um, sizeof layout->mpp_um);
  return layout->has_mpp;
}

static double
vitrail_tiff_slide_get_objective_power (VitrailSlide *slide)
{
  return VITRAIL_TIFF_SLIDE (slide)->shared->layout.objective_power;
}

static gboolean
vitrail_tiff_slide_is_lossy (VitrailSlide *slide)
{
  return VITRAIL_TIFF_SLIDE (slide)->shared->layout.is_lossy;
}

static guint64
vitrail_tiff_slide_get_size_bytes (VitrailSlide *slide)
{
  const Shared *shared = VITRAIL_TIFF_SLIDE (slide)->shared;
  guint64 bytes = vitrail_tiff_index_get_size_bytes (shared->file->index);

  for (guint i = 0; i < shared->layout.files->len; i++) {
    const VitrailTiffFile *file = g_ptr_array_index (shared->layout.files, i);
    bytes += vitrail_tiff_index_get_size_bytes (file->index);
  }
  return bytes + sizeof *shared +
         (guint64) shared->layout.pages->len * sizeof (VitrailTiffPage) +
         (guint64) shared->layout.views->len * sizeof (VitrailTiffView);
}

static const char *
vitrail_tiff_slide_get_id (VitrailSlide *slide)
{
  return VITRAIL_TIFF_SLIDE (slide)->shared->id;
}

static const char *
vitrail_tiff_slide_get_name (VitrailSlide *slide)
{
  return VITRAIL_TIFF_SLIDE (slide)->shared->name;
}

static void
vitrail_tiff_slide_get_background (VitrailSlide *slide, uint8_t rgb[3])
{
  memcpy (rgb, VITRAIL_TIFF_SLIDE (slide)->shared->background, 3);
}

static GBytes *
vitrail_tiff_slide_get_icc_profile (VitrailSlide *slide)
{
  GBytes *profile = VITRAIL_TIFF_SLIDE (slide)->shared->layout.icc_profile;
  return profile != NULL ? g_bytes_ref (profile) : NULL;
}

static GBytes *
vitrail_tiff_slide_get_tile (VitrailSlide *slide,
                             guint level,
                             guint column,
                             guint row,
                             VitrailTileCoding *coding,
                             GError **error)
{
  VitrailTiffSlide *self = VITRAIL_TIFF_SLIDE (slide);
  const VitrailTiffPage *page = get_view (self, level)->page;

  if (page == NULL)
    return NULL;
  return vitrail_tiff_page_ref_tile (page, page->file,
                                     (guint64) row * page->columns + column,
                                     coding);
}

/* The rectangle of a tile. */
static void
find_rect (const VitrailSlideLevel *level,
           guint column,
           guint row,
           gint64 rect[4])
{
  rect[0] = (gint64) column * level->tile_width;
  rect[1] = (gint64) row * level->tile_height;
  rect[2] = level->tile_width;
  rect[3] = level->tile_height;
}

static gboolean
vitrail_tiff_slide_decode_tile (VitrailSlide *slide,
                                guint level,
                                guint column,
                                guint row,
                                uint8_t *rgb,
                                size_t stride,
                                GCancellable *cancellable,
                                GError **error)
{
  VitrailTiffSlide *self = VITRAIL_TIFF_SLIDE (slide);
  const VitrailTiffView *view = get_view (self, level);
  VitrailTiffTarget target = { .rgb = rgb,
                               .rgb_stride = stride,
                               .channel = view->channel,
                               .bits = get_path (self)->bits };
  gint64 rect[4];

  memcpy (target.background, self->shared->background, 3);
  find_rect (get_level (self, level), column, row, rect);
  if (view->page != NULL &&
      !vitrail_tiff_page_decode (view->page, view->page->file, rect, &target,
                                 error))
    return FALSE;
  if (view->page == NULL) /* all of it */
    column = row = G_MAXUINT;
  vitrail_slide_fill_outside (slide, level, column, row, rgb, stride);
  return TRUE;
}

static gboolean
vitrail_tiff_slide_decode_samples (VitrailSlide *slide,
                                   guint level,
                                   guint column,
                                   guint row,
                                   uint16_t *samples,
                                   size_t stride,
                                   GCancellable *cancellable,
                                   GError **error)
{
  VitrailTiffSlide *self = VITRAIL_TIFF_SLIDE (slide);
  const VitrailTiffView *view = get_view (self, level);
  const VitrailSlideLevel *geometry = get_level (self, level);
  VitrailTiffTarget target = { .samples = samples,
                               .samples_stride = stride,
                               .channel = view->channel,
                               .bits = get_path (self)->bits };
  gint64 rect[4];

  if (get_path (self)->is_color) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "%s: a slide in colour has no samples to mix",
                 self->shared->file->path);
    return FALSE;
  }
  find_rect (geometry, column, row, rect);
  for (gint64 y = 0; y < rect[3]; y++)
    memset (samples + (size_t) y * stride, 0,
            (size_t) rect[2] * sizeof *samples);
  rect[2] = MIN (rect[2], (gint64) geometry->width - rect[0]);
  rect[3] = MIN (rect[3], (gint64) geometry->height - rect[1]);
  return view->page == NULL ||
         vitrail_tiff_page_decode (view->page, view->page->file, rect, &target,
                                   error);
}

static const char *const *
vitrail_tiff_slide_list_associated (VitrailSlide *slide)
{
  return (const char *const *) VITRAIL_TIFF_SLIDE (slide)->shared->pictures;
}

static gboolean
check_picture (const Shared *shared,
               const VitrailTiffPage *page,
               const char *name,
               GError **error)
{
  if (page->width <= VITRAIL_LIMIT_SIDE && page->height <= VITRAIL_LIMIT_SIDE &&
      page->width * page->height <= VITRAIL_LIMIT_TILE_PIXELS)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
               "%s: image '%s' of %" G_GUINT64_FORMAT " x %" G_GUINT64_FORMAT
               " pixels is too large",
               shared->file->path, name, page->width, page->height);
  return FALSE;
}

static VitrailFrame *
decode_page (const Shared *shared,
             const VitrailTiffPage *page,
             const char *name,
             GError **error)
{
  VitrailPixelFormat format = { .width = (guint) page->width,
                                .height = (guint) page->height,
                                .samples = 3,
                                .bits_allocated = 8,
                                .bits_stored = 8,
                                .high_bit = 7,
                                .photometric = VITRAIL_PHOTOMETRIC_RGB };
  const gint64 rect[4] = { 0, 0, (gint64) page->width, (gint64) page->height };

  if (!check_picture (shared, page, name, error))
    return NULL;
  size_t stride = (size_t) page->width * 3;
  g_autofree uint8_t *rgb = g_try_malloc0_n (stride, page->height);
  VitrailTiffTarget target = { .rgb = rgb,
                               .rgb_stride = stride,
                               .bits = page->directory->bits,
                               .background = { 255, 255, 255 } };
  if (rgb == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: no memory for image '%s'", shared->file->path, name);
    return NULL;
  }
  if (!vitrail_tiff_page_decode (page, page->file, rect, &target, error))
    return NULL;
  VitrailFrame *frame = vitrail_frame_new_take (
      &format, g_bytes_new_take (g_steal_pointer (&rgb), stride * page->height),
      stride);
  frame->normalized = TRUE;
  return frame;
}

static VitrailFrame *
vitrail_tiff_slide_read_associated (VitrailSlide *slide,
                                    const char *name,
                                    GError **error)
{
  const Shared *shared = VITRAIL_TIFF_SLIDE (slide)->shared;
  const GArray *pictures = shared->layout.pictures;
  guint i = 0;

  while (i + 1 < pictures->len &&
         strcmp (g_array_index (pictures, VitrailTiffPicture, i).name, name) !=
             0)
    i++;
  const VitrailTiffPicture *picture =
      &g_array_index (pictures, VitrailTiffPicture, i);
  if (picture->page != NULL)
    return decode_page (shared, picture->page, name, error);
  return vitrail_tiff_picture_decode (picture, shared->file->path, error);
}

static guint
vitrail_tiff_slide_get_n_paths (VitrailSlide *slide)
{
  return VITRAIL_TIFF_SLIDE (slide)->shared->layout.paths->len;
}

static void
vitrail_tiff_slide_get_path (VitrailSlide *slide,
                             guint path,
                             VitrailSlidePath *out)
{
  *out = g_array_index (VITRAIL_TIFF_SLIDE (slide)->shared->layout.paths,
                        VitrailSlidePath, path);
}

static guint
vitrail_tiff_slide_get_n_focal_planes (VitrailSlide *slide)
{
  return VITRAIL_TIFF_SLIDE (slide)->shared->layout.planes_um->len;
}

static double
vitrail_tiff_slide_get_focal_plane_um (VitrailSlide *slide, guint plane)
{
  return g_array_index (VITRAIL_TIFF_SLIDE (slide)->shared->layout.planes_um,
                        double, plane);
}

static const VitrailSlideProperty *
vitrail_tiff_slide_list_properties (VitrailSlide *slide)
{
  const GArray *properties =
      VITRAIL_TIFF_SLIDE (slide)->shared->layout.properties;
  return (const VitrailSlideProperty *) (void *) properties->data;
}

static VitrailSlide *
make_facet (gpointer data, guint number)
{
  VitrailTiffSlide *self = g_object_new (VITRAIL_TYPE_TIFF_SLIDE, NULL);
  Shared *shared = data;

  g_atomic_int_inc (&shared->ref_count);
  self->shared = shared;
  self->path = number % shared->layout.paths->len;
  self->plane = number / shared->layout.paths->len;
  return VITRAIL_SLIDE (self);
}

static VitrailSlide *
ref_facet (Shared *shared, guint path, guint plane)
{
  return vitrail_facet_table_ref (&shared->facets,
                                  plane * shared->layout.paths->len + path,
                                  make_facet, shared);
}

static VitrailSlide *
vitrail_tiff_slide_ref_facet (VitrailSlide *slide, guint path, guint plane)
{
  return ref_facet (VITRAIL_TIFF_SLIDE (slide)->shared, path, plane);
}

static void
vitrail_tiff_slide_slide_init (VitrailSlideInterface *iface)
{
  iface->get_n_levels = vitrail_tiff_slide_get_n_levels;
  iface->get_level = vitrail_tiff_slide_get_level;
  iface->get_mpp_um = vitrail_tiff_slide_get_mpp_um;
  iface->get_objective_power = vitrail_tiff_slide_get_objective_power;
  iface->is_lossy = vitrail_tiff_slide_is_lossy;
  iface->get_size_bytes = vitrail_tiff_slide_get_size_bytes;
  iface->get_id = vitrail_tiff_slide_get_id;
  iface->get_name = vitrail_tiff_slide_get_name;
  iface->get_background = vitrail_tiff_slide_get_background;
  iface->get_icc_profile = vitrail_tiff_slide_get_icc_profile;
  iface->get_tile = vitrail_tiff_slide_get_tile;
  iface->decode_tile = vitrail_tiff_slide_decode_tile;
  iface->decode_samples = vitrail_tiff_slide_decode_samples;
  iface->list_associated = vitrail_tiff_slide_list_associated;
  iface->read_associated = vitrail_tiff_slide_read_associated;
  iface->get_n_paths = vitrail_tiff_slide_get_n_paths;
  iface->get_path = vitrail_tiff_slide_get_path;
  iface->get_n_focal_planes = vitrail_tiff_slide_get_n_focal_planes;
  iface->get_focal_plane_um = vitrail_tiff_slide_get_focal_plane_um;
  iface->ref_facet = vitrail_tiff_slide_ref_facet;
  iface->list_properties = vitrail_tiff_slide_list_properties;
}

static void
vitrail_tiff_slide_finalize (GObject *object)
{
  VitrailTiffSlide *self = VITRAIL_TIFF_SLIDE (object);

  g_clear_pointer (&self->shared, shared_unref);
  G_OBJECT_CLASS (vitrail_tiff_slide_parent_class)->finalize (object);
}

static void
vitrail_tiff_slide_class_init (VitrailTiffSlideClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitrail_tiff_slide_finalize;
}

static void
vitrail_tiff_slide_init (VitrailTiffSlide *self)
{
}

static void
list_pictures (Shared *self)
{
  const GArray *pictures = self->layout.pictures;
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < pictures->len; i++)
    g_strv_builder_add (names,
                        g_array_index (pictures, VitrailTiffPicture, i).name);
  self->pictures = g_strv_builder_end (names);
}

/* Light on dark, as in fluorescence, stands on black. */
static void
choose_background (Shared *self)
{
  const VitrailSlidePath *path =
      &g_array_index (self->layout.paths, VitrailSlidePath, 0);
  gboolean is_dark = !path->is_color &&
                     (self->layout.paths->len > 1 || path->wavelength_nm > 0);

  memset (self->background, is_dark ? 0 : 255, 3);
}

static guint
find_middle_plane (const VitrailTiffLayout *layout)
{
  guint best = 0;

  for (guint i = 1; i < layout->planes_um->len; i++)
    if (ABS (g_array_index (layout->planes_um, double, i)) <
        ABS (g_array_index (layout->planes_um, double, best)))
      best = i;
  return best;
}

/* Whoever keeps the slide sees them change. */
static void
name_companions (VitrailSlide *slide, const GPtrArray *files)
{
  g_autofree char **paths = g_new0 (char *, files->len + 1);

  for (guint i = 0; i < files->len; i++) {
    const VitrailTiffFile *file = g_ptr_array_index (files, i);
    paths[i] = g_strdup (file->path);
  }
  if (files->len > 0)
    vitrail_slide_set_companions (slide, g_steal_pointer (&paths));
}

VitrailSlide *
vitrail_tiff_slide_new (VitrailTiffFile *file, const char *id, GError **error)
{
  g_autoptr (Shared) shared = shared_new (file);

  if (!vitrail_tiff_layout_read (&shared->layout, file, error))
    return NULL;
  shared->id = g_strdup (id);
  list_pictures (shared);
  choose_background (shared);
  VitrailSlide *slide =
      ref_facet (shared, 0, find_middle_plane (&shared->layout));
  name_companions (slide, shared->layout.files);
  return slide;
}

static VitrailSlide *
tiff_open (const char *const *paths, GError **error)
{
  g_autoptr (VitrailTiffFile) file = vitrail_tiff_file_open (paths[0], error);
  g_autofree char *id = NULL;

  if (file != NULL)
    id = vitrail_slide_make_id (paths[0], error);
  return id != NULL ? vitrail_tiff_slide_new (file, id, error) : NULL;
}

static gboolean
tiff_probe (const char *path)
{
  g_autoptr (GBytes) file = vitrail_map_file (path, NULL);
  VitrailTiffBytes bytes;
  VitrailTiffDirectory first;

  return file != NULL && vitrail_tiff_index_peek (file, &bytes, &first) &&
         vitrail_tiff_layout_probe (&bytes, &first);
}

const VitrailSlideReader vitrail_slide_reader_tiff = {
  .name = "tiff",
  .probe = tiff_probe,
  .open = tiff_open,
};
