/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlide: the checks that no reader has to repeat, and the table of
 * readers. */

#include "slide/slide.h"

#include "dicomweb/location.h"
#include "error.h"
#include "limits.h"
#include "slide/slidelist.h"

#include <gio/gio.h>

#include <math.h>
#include <string.h>

G_DEFINE_INTERFACE (VitrailSlide, vitrail_slide, G_TYPE_OBJECT)

#define ID_SAMPLE_BYTES 65536
/* What is fetched beforehand at a time: a screen of the largest, of small
 * tiles. The others come when they are asked for. */
#define MAX_PREFETCHED 1024u

static void
vitrail_slide_default_init (VitrailSlideInterface *iface)
{
}

guint
vitrail_slide_get_n_levels (VitrailSlide *self)
{
  return VITRAIL_SLIDE_GET_IFACE (self)->get_n_levels (self);
}

void
vitrail_slide_get_level (VitrailSlide *self,
                         guint level,
                         VitrailSlideLevel *out)
{
  memset (out, 0, sizeof *out);
  if (level < vitrail_slide_get_n_levels (self))
    VITRAIL_SLIDE_GET_IFACE (self)->get_level (self, level, out);
}

gboolean
vitrail_slide_get_mpp_um (VitrailSlide *self, double mpp_um[2])
{
  VitrailSlideInterface *iface = VITRAIL_SLIDE_GET_IFACE (self);
  return iface->get_mpp_um != NULL && iface->get_mpp_um (self, mpp_um);
}

gboolean
vitrail_slide_get_plane (VitrailSlide *self, double plane[12])
{
  VitrailSlideInterface *iface = VITRAIL_SLIDE_GET_IFACE (self);
  double mpp_um[2];

  if (iface->get_plane != NULL && iface->get_plane (self, plane))
    return TRUE;
  if (!vitrail_slide_get_mpp_um (self, mpp_um))
    return FALSE;
  memset (plane, 0, 12 * sizeof *plane);
  plane[0] = mpp_um[0] / 1000.0;
  plane[5] = mpp_um[1] / 1000.0;
  return TRUE;
}

double
vitrail_slide_get_objective_power (VitrailSlide *self)
{
  VitrailSlideInterface *iface = VITRAIL_SLIDE_GET_IFACE (self);
  return iface->get_objective_power != NULL ? iface->get_objective_power (self)
                                            : 0.0;
}

const char *
vitrail_slide_get_id (VitrailSlide *self)
{
  return VITRAIL_SLIDE_GET_IFACE (self)->get_id (self);
}

const char *
vitrail_slide_get_name (VitrailSlide *self)
{
  return VITRAIL_SLIDE_GET_IFACE (self)->get_name (self);
}

static gboolean
check_tile (VitrailSlide *self,
            guint level,
            guint column,
            guint row,
            GError **error)
{
  VitrailSlideLevel geometry;

  vitrail_slide_get_level (self, level, &geometry);
  if (column < geometry.columns && row < geometry.rows)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "%s: no tile %u, %u in level %u (%u x %u tiles)",
               vitrail_slide_get_name (self), column, row, level,
               geometry.columns, geometry.rows);
  return FALSE;
}

GBytes *
vitrail_slide_get_tile (VitrailSlide *self,
                        guint level,
                        guint column,
                        guint row,
                        VitrailTileCoding *coding,
                        GError **error)
{
  VitrailSlideInterface *iface = VITRAIL_SLIDE_GET_IFACE (self);

  *coding = VITRAIL_TILE_NONE;
  if (!check_tile (self, level, column, row, error))
    return NULL;
  if (iface->get_tile == NULL)
    return NULL;
  return iface->get_tile (self, level, column, row, coding, error);
}

gboolean
vitrail_slide_decode_tile (VitrailSlide *self,
                           guint level,
                           guint column,
                           guint row,
                           uint8_t *rgb,
                           size_t stride,
                           GCancellable *cancellable,
                           GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (!check_tile (self, level, column, row, error))
    return FALSE;
  return VITRAIL_SLIDE_GET_IFACE (self)->decode_tile (self, level, column, row,
                                                      rgb, stride, cancellable,
                                                      error);
}

gboolean
vitrail_slide_is_tile_at_hand (VitrailSlide *self,
                               guint level,
                               guint column,
                               guint row)
{
  VitrailSlideInterface *iface = VITRAIL_SLIDE_GET_IFACE (self);

  return iface->is_tile_at_hand == NULL ||
         !check_tile (self, level, column, row, NULL) ||
         iface->is_tile_at_hand (self, level, column, row);
}

void
vitrail_slide_prefetch_tiles (VitrailSlide *self,
                              guint level,
                              const guint first[2],
                              const guint end[2])
{
  VitrailSlideInterface *iface = VITRAIL_SLIDE_GET_IFACE (self);
  VitrailSlideLevel geometry;
  guint n = 0;

  if (iface->prefetch_tile == NULL)
    return;
  vitrail_slide_get_level (self, level, &geometry);
  for (guint row = first[1]; row < MIN (end[1], geometry.rows); row++)
    for (guint column = first[0]; column < MIN (end[0], geometry.columns);
         column++, n++)
    {
      if (n == MAX_PREFETCHED)
        return;
      iface->prefetch_tile (self, level, column, row);
    }
}

gboolean
vitrail_slide_get_mpp_xy_um (VitrailSlide *self, double *x, double *y)
{
  double mpp_um[2] = { 0, 0 };
  gboolean known = vitrail_slide_get_mpp_um (self, mpp_um);

  *x = mpp_um[0];
  *y = mpp_um[1];
  return known;
}

void
vitrail_slide_get_background (VitrailSlide *self, uint8_t rgb[3])
{
  VitrailSlideInterface *iface = VITRAIL_SLIDE_GET_IFACE (self);

  memset (rgb, 255, 3);
  if (iface->get_background != NULL)
    iface->get_background (self, rgb);
}

void
vitrail_slide_fill_row (uint8_t *row, size_t n_pixels, const uint8_t rgb[3])
{
  if (rgb[0] == rgb[1] && rgb[0] == rgb[2]) {
    memset (row, rgb[0], n_pixels * 3);
    return;
  }
  for (size_t i = 0; i < n_pixels; i++)
    memcpy (row + i * 3, rgb, 3);
}

/* How much of a tile of @size at @index lies inside of @side. */
static guint
inside (guint64 side, guint size, guint index)
{
  guint64 start = (guint64) index * size;
  return start < side ? (guint) MIN (side - start, size) : 0;
}

void
vitrail_slide_fill_outside (VitrailSlide *self,
                            guint level,
                            guint column,
                            guint row,
                            uint8_t *rgb,
                            size_t stride)
{
  VitrailSlideLevel geometry;
  uint8_t background[3];

  vitrail_slide_get_level (self, level, &geometry);
  guint n_columns = inside (geometry.width, geometry.tile_width, column);
  guint n_rows = inside (geometry.height, geometry.tile_height, row);
  if (n_columns == geometry.tile_width && n_rows == geometry.tile_height)
    return;
  vitrail_slide_get_background (self, background);
  for (guint y = 0; y < geometry.tile_height; y++) {
    guint first = y < n_rows ? n_columns : 0;
    vitrail_slide_fill_row (rgb + (size_t) y * stride + (size_t) first * 3,
                            geometry.tile_width - first, background);
  }
}

const char *const *
vitrail_slide_list_associated (VitrailSlide *self)
{
  static const char *const none[] = { NULL };
  VitrailSlideInterface *iface = VITRAIL_SLIDE_GET_IFACE (self);
  return iface->list_associated != NULL ? iface->list_associated (self) : none;
}

VitrailFrame *
vitrail_slide_read_associated (VitrailSlide *self,
                               const char *name,
                               GError **error)
{
  VitrailSlideInterface *iface = VITRAIL_SLIDE_GET_IFACE (self);
  const char *const *names = vitrail_slide_list_associated (self);

  if (!g_strv_contains (names, name)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: no associated image '%s'", vitrail_slide_get_name (self),
                 name);
    return NULL;
  }
  return iface->read_associated (self, name, error);
}

VitrailFrameInfo *
vitrail_slide_ref_frame_info (VitrailSlide *self)
{
  VitrailSlideInterface *iface = VITRAIL_SLIDE_GET_IFACE (self);
  return iface->ref_frame_info != NULL ? iface->ref_frame_info (self) : NULL;
}

gboolean
vitrail_slide_is_lossy (VitrailSlide *self)
{
  VitrailSlideInterface *iface = VITRAIL_SLIDE_GET_IFACE (self);
  return iface->is_lossy != NULL && iface->is_lossy (self);
}

guint64
vitrail_slide_get_size_bytes (VitrailSlide *self)
{
  VitrailSlideInterface *iface = VITRAIL_SLIDE_GET_IFACE (self);
  return iface->get_size_bytes != NULL ? iface->get_size_bytes (self) : 0;
}

GBytes *
vitrail_slide_get_icc_profile (VitrailSlide *self)
{
  VitrailSlideInterface *iface = VITRAIL_SLIDE_GET_IFACE (self);
  return iface->get_icc_profile != NULL ? iface->get_icc_profile (self) : NULL;
}

guint
vitrail_slide_find_level (VitrailSlide *self, double downsample)
{
  guint n_levels = vitrail_slide_get_n_levels (self);
  guint best = 0;

  for (guint i = 1; i < n_levels; i++) {
    VitrailSlideLevel level;
    vitrail_slide_get_level (self, i, &level);
    /* Sides are rounded to whole pixels, so 2 may be 1.9996 or 2.0004. */
    if (level.downsample <= downsample * 1.001)
      best = i;
  }
  return best;
}

static gboolean
checksum_range (GChecksum *checksum,
                GInputStream *stream,
                goffset offset,
                GError **error)
{
  g_autofree uint8_t *buffer = g_malloc (ID_SAMPLE_BYTES);
  gsize length = 0;

  if (!g_seekable_seek (G_SEEKABLE (stream), offset, G_SEEK_SET, NULL, error) ||
      !g_input_stream_read_all (stream, buffer, ID_SAMPLE_BYTES, &length, NULL,
                                error))
    return FALSE;
  g_checksum_update (checksum, buffer, (gssize) length);
  return TRUE;
}

char *
vitrail_slide_make_id (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  if (stream == NULL ||
      !g_seekable_seek (G_SEEKABLE (stream), 0, G_SEEK_END, NULL, error))
    return NULL;
  guint64 size = (guint64) g_seekable_tell (G_SEEKABLE (stream));
  guint64 size_le = GUINT64_TO_LE (size);
  goffset tail = size > ID_SAMPLE_BYTES ? (goffset) size - ID_SAMPLE_BYTES : 0;
  g_checksum_update (checksum, (const guchar *) &size_le, sizeof size_le);
  if (!checksum_range (checksum, G_INPUT_STREAM (stream), 0, error) ||
      !checksum_range (checksum, G_INPUT_STREAM (stream), tail, error))
    return NULL;
  return g_strndup (g_checksum_get_string (checksum), 32);
}

static G_DEFINE_QUARK (vitrail - slide - version, slide_version)

const char *
vitrail_slide_get_version (VitrailSlide *self)
{
  return g_object_get_qdata (G_OBJECT (self), slide_version_quark ());
}

void
vitrail_slide_set_version (VitrailSlide *self, const char *version)
{
  g_object_set_qdata_full (G_OBJECT (self), slide_version_quark (),
                           g_strdup (version), g_free);
}

static G_DEFINE_QUARK (vitrail - slide - companions, slide_companions)

char **
vitrail_slide_get_companions (VitrailSlide *self)
{
  return g_object_get_qdata (G_OBJECT (self), slide_companions_quark ());
}

void
vitrail_slide_set_companions (VitrailSlide *self, char **paths)
{
  g_object_set_qdata_full (G_OBJECT (self), slide_companions_quark (), paths,
                           (GDestroyNotify) g_strfreev);
}

static const VitrailSlideReader *
find_reader (const char *path)
{
  for (gsize i = 0; vitrail_slide_readers[i] != NULL; i++)
    if (vitrail_slide_readers[i]->probe (path))
      return vitrail_slide_readers[i];
  return NULL;
}

VitrailSlide *
vitrail_slide_open (const char *const *paths, GError **error)
{
  if (paths[0] == NULL) {
    g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                         "no file given to open as a slide");
    return NULL;
  }
  if (!vitrail_web_location_is (paths[0]) &&
      !g_file_test (paths[0], G_FILE_TEST_IS_REGULAR))
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO, "%s: no such file",
                 paths[0]);
    return NULL;
  }
  const VitrailSlideReader *reader = find_reader (paths[0]);
  if (reader == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                 "%s: not a whole-slide image of a known format", paths[0]);
    return NULL;
  }
  return reader->open (paths, error);
}

gboolean
vitrail_slide_probe (const char *path)
{
  return find_reader (path) != NULL;
}
