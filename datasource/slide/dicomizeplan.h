/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What each instance of a slide that becomes DICOM is to be. Internal to
 * slide/dicomize*.c. */

#pragma once

#include "slide/dicomize.h"

#include <pthread.h>

G_BEGIN_DECLS

#define VITRAIL_SYNTAX_JPEG           "1.2.840.10008.1.2.4.50"
#define VITRAIL_SYNTAX_J2K_REVERSIBLE "1.2.840.10008.1.2.4.90"
#define VITRAIL_SYNTAX_J2K            "1.2.840.10008.1.2.4.91"

typedef enum {
  VITRAIL_FLAVOR_VOLUME,
  VITRAIL_FLAVOR_LABEL,
  VITRAIL_FLAVOR_OVERVIEW,
  VITRAIL_FLAVOR_THUMBNAIL,
} VitrailFlavor;

/**
 * VitrailDicomizedImage:
 * @name: for a file
 * @uid: SOP Instance UID
 * @flavor: value 3 of Image Type
 * @level: of a VOLUME
 * @associated: name of another image; NULL for a VOLUME
 * @grid: its pixels and tiles; an associated image is one tile
 * @first_path, @n_paths, @n_planes: which optical paths and focal planes
 * @facets: (element-type VitrailSlide): of each path the planes; of a VOLUME
 * @transfer_syntax: of its frames
 * @is_encoded: no tile goes over as it is
 * @format: of a frame: as the header says it
 * @is_lossy: something was lost, ever
 * @lock: guards what follows
 * @ratio: of lossy compression; 0: not measured yet
 * @stream: what an associated image was encoded to; or NULL
 *
 * One instance in the making. Constant, but what @lock guards.
 */
typedef struct {
  char *name;
  char *uid;
  VitrailFlavor flavor;
  guint level;
  char *associated;
  VitrailSlideLevel grid;
  guint first_path;
  guint n_paths;
  guint n_planes;
  GPtrArray *facets;
  const char *transfer_syntax;
  gboolean is_encoded;
  VitrailPixelFormat format;
  gboolean is_lossy;
  pthread_mutex_t lock;
  double ratio;
  GBytes *stream;
} VitrailDicomizedImage;

struct _VitrailDicomized {
  gint ref_count;
  VitrailSlide *slide;
  int quality;
  GPtrArray *images; /* VitrailDicomizedImage */
};

void vitrail_dicomized_image_free (VitrailDicomizedImage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailDicomizedImage,
                               vitrail_dicomized_image_free)

/* Fills @self's images. */
gboolean vitrail_dicomized_plan (VitrailDicomized *self, GError **error);

static inline const VitrailDicomizedImage *
vitrail_dicomized_get_image (const VitrailDicomized *self, guint i)
{
  return (const VitrailDicomizedImage *) g_ptr_array_index (self->images, i);
}

/* A UID that @slide gives to its @part, everywhere the same. */
char *vitrail_dicomized_dup_uid (VitrailSlide *slide, const char *part);

/**
 * VitrailTileVerdict:
 * @VITRAIL_TILE_LEGAL: goes over as it is
 * @VITRAIL_TILE_RECODABLE: JPEG of 8 bits, but not baseline: its coefficients
 *   can be written anew
 * @VITRAIL_TILE_ILLEGAL: has to be decoded
 *
 * What DICOM says of a stored tile.
 */
typedef enum {
  VITRAIL_TILE_LEGAL,
  VITRAIL_TILE_RECODABLE,
  VITRAIL_TILE_ILLEGAL,
} VitrailTileVerdict;

/* Judges @tile of @grid; sets what @format says of samples and colour, and
 * @transfer_syntax. */
VitrailTileVerdict vitrail_tile_judge (GBytes *tile,
                                       VitrailTileCoding coding,
                                       gboolean is_lossy,
                                       VitrailPixelFormat *format,
                                       const char **transfer_syntax);

/* Frame @frame (from 1) of @image. */
GBytes *vitrail_dicomized_image_load (VitrailDicomized *self,
                                      VitrailDicomizedImage *image,
                                      guint frame,
                                      GCancellable *cancellable,
                                      GError **error);
guint vitrail_dicomized_image_get_n_frames (const VitrailDicomizedImage *self);
/* The ratio of lossy compression, from frames spread over the image. 0 where
 * these cannot be read. */
double vitrail_dicomized_image_measure (VitrailDicomized *self,
                                        VitrailDicomizedImage *image,
                                        GError **error);

/* All of @image but Pixel Data; @ratio 0: not said. */
VitrailDataSet *
vitrail_dicomized_image_describe (const VitrailDicomized *self,
                                  const VitrailDicomizedImage *image,
                                  double ratio);

G_END_DECLS
