/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlide: one whole-slide pyramid behind one interface, whatever the
 * file format. Level 0 is the finest. Safe on any thread. */

#pragma once

#include "frameinfo.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_SLIDE (vitrail_slide_get_type ())
G_DECLARE_INTERFACE (VitrailSlide, vitrail_slide, VITRAIL, SLIDE, GObject)

/**
 * VitrailSlideLevel:
 * @width, @height: pixels
 * @tile_width, @tile_height: of the stored tile grid (for a format without
 *   one: a grid of ours)
 * @columns, @rows: tiles
 * @downsample: width of level 0 over @width
 */
typedef struct {
  guint64 width;
  guint64 height;
  guint tile_width;
  guint tile_height;
  guint columns;
  guint rows;
  double downsample;
} VitrailSlideLevel;

/* VitrailTileCoding: how a stored tile is coded. */
typedef enum {
  VITRAIL_TILE_NONE, /* no stored tile can be handed out */
  VITRAIL_TILE_JPEG, /* a complete JFIF/JPEG interchange stream */
  VITRAIL_TILE_JPEG2000,
} VitrailTileCoding;

/* Stored tiles of one slide in all its optical paths, and paths of one slide:
 * what a reader may hand out at most. */
#define VITRAIL_SLIDE_MAX_PATHS        256u
#define VITRAIL_SLIDE_MAX_FOCAL_PLANES 1024u

/**
 * VitrailSlidePath:
 * @id: Optical Path Identifier, or the number of the channel
 * @name: for a person, e.g. "DAPI"; may be NULL
 * @is_color: TRUE: true colour. FALSE: one sample a pixel, which
 *   vitrail_slide_decode_samples () gives as stored
 * @bits: of a sample: it runs from 0 to 2^bits - 1, 16 at most
 * @rgb: the colour that the file, or the wavelength, or else the position among
 *   the paths suggests
 * @wavelength_nm: of the illumination or the emission; 0: unknown
 *
 * One way of looking at a slide: an optical path of DICOM (PS3.3 C.8.12.5), a
 * channel of fluorescence. Texts are owned by the slide.
 */
typedef struct {
  const char *id;
  const char *name;
  gboolean is_color;
  guint bits;
  uint8_t rgb[3];
  double wavelength_nm;
} VitrailSlidePath;

/**
 * VitrailSlideProperty:
 * @keyword: of the DICOM attribute that would hold it
 * @value: for a person, UTF-8
 */
typedef struct {
  const char *keyword;
  const char *value;
} VitrailSlideProperty;

struct _VitrailSlideInterface {
  GTypeInterface parent_iface;

  guint (*get_n_levels) (VitrailSlide *self);
  void (*get_level) (VitrailSlide *self, guint level, VitrailSlideLevel *out);
  /* Micrometres per pixel of level 0, x then y; FALSE when unknown. */
  gboolean (*get_mpp_um) (VitrailSlide *self, double mpp_um[2]);
  double (*get_objective_power) (VitrailSlide *self); /* 0: unknown */
  const char *(*get_id) (VitrailSlide *self);
  const char *(*get_name) (VitrailSlide *self);

  /* The stored tile as it is, complete in itself (tables merged, colour
   * transform stated); NULL without error where there is none to hand out
   * (sparse, or not coded so). @coding is set either way. */
  GBytes *(*get_tile) (VitrailSlide *self,
                       guint level,
                       guint column,
                       guint row,
                       VitrailTileCoding *coding,
                       GError **error);
  /* The tile as 8-bit RGB, @stride bytes a row, tile_width x tile_height, edge
   * tiles filled with the background. */
  gboolean (*decode_tile) (VitrailSlide *self,
                           guint level,
                           guint column,
                           guint row,
                           uint8_t *rgb,
                           size_t stride,
                           GCancellable *cancellable,
                           GError **error);
  /* Any rectangle of a level in that level's pixels, as RGB; outside of the
   * slide is background. NULL: assembled from decode_tile (). */
  gboolean (*read_region) (VitrailSlide *self,
                           guint level,
                           const gint64 rect[4], /* x, y, width, height */
                           uint8_t *rgb,
                           size_t stride,
                           GCancellable *cancellable,
                           GError **error);
  /* "label", "macro", "thumbnail", ... NULL-terminated, owned by the slide. */
  const char *const *(*list_associated) (VitrailSlide *self);
  VitrailFrame *(*read_associated) (VitrailSlide *self,
                                    const char *name,
                                    GError **error);
  GBytes *(*get_icc_profile) (VitrailSlide *self); /* (transfer full) or NULL */
  /* Where level 0 lies on the glass, see vitrail_slide_get_plane (). NULL or
   * FALSE: from the micrometres per pixel, with the origin at pixel (0, 0). */
  gboolean (*get_plane) (VitrailSlide *self, double plane[12]);
  /* What stands where there are no pixels. NULL: white. */
  void (*get_background) (VitrailSlide *self, uint8_t rgb[3]);
  /* See vitrail_slide_ref_frame_info (). NULL: there is none. */
  VitrailFrameInfo *(*ref_frame_info) (VitrailSlide *self);
  /* See vitrail_slide_is_lossy (). NULL: not lossy. */
  gboolean (*is_lossy) (VitrailSlide *self);
  /* See vitrail_slide_get_size_bytes (). NULL: next to nothing. */
  guint64 (*get_size_bytes) (VitrailSlide *self);

  /* Optical paths and focal planes; NULL: one of each, true colour. */
  guint (*get_n_paths) (VitrailSlide *self);
  void (*get_path) (VitrailSlide *self, guint path, VitrailSlidePath *out);
  guint (*get_n_focal_planes) (VitrailSlide *self);
  double (*get_focal_plane_um) (VitrailSlide *self, guint plane);
  /* See vitrail_slide_ref_facet (). NULL: there is only one. */
  VitrailSlide *(*ref_facet) (VitrailSlide *self, guint path, guint plane);
  /* See vitrail_slide_decode_samples (). NULL: the path is in colour. */
  gboolean (*decode_samples) (VitrailSlide *self,
                              guint level,
                              guint column,
                              guint row,
                              uint16_t *samples,
                              size_t stride,
                              GCancellable *cancellable,
                              GError **error);
  /* See vitrail_slide_list_properties (). */
  const VitrailSlideProperty *(*list_properties) (VitrailSlide *self);
  /* See vitrail_slide_decode_tile_reduced (). NULL: from the stored tile where
   * that is JPEG, else from decode_tile (). */
  gboolean (*decode_tile_reduced) (VitrailSlide *self,
                                   guint level,
                                   guint column,
                                   guint row,
                                   guint reduce,
                                   uint8_t *rgb,
                                   size_t stride,
                                   GCancellable *cancellable,
                                   GError **error);
  /* See vitrail_slide_is_tile_at_hand (). NULL: all are. */
  gboolean (*is_tile_at_hand) (VitrailSlide *self,
                               guint level,
                               guint column,
                               guint row);
  /* See vitrail_slide_prefetch_tiles (). NULL: nothing to do. */
  void (*prefetch_tile) (VitrailSlide *self,
                         guint level,
                         guint column,
                         guint row);

  gpointer padding[1];
};

guint vitrail_slide_get_n_levels (VitrailSlide *self);
/**
 * vitrail_slide_get_level:
 * @level: checked: out of range gives zeroes
 * @out: (out caller-allocates): its geometry
 */
void vitrail_slide_get_level (VitrailSlide *self,
                              guint level,
                              VitrailSlideLevel *out);
gboolean vitrail_slide_get_mpp_um (VitrailSlide *self, double mpp_um[2]);
/**
 * vitrail_slide_get_mpp_xy_um: (rename-to vitrail_slide_get_mpp_um)
 * @x: (out): micrometres per pixel of level 0 across
 * @y: (out): and down
 *
 * The same for who cannot take two numbers at once.
 *
 * Returns: FALSE when unknown
 */
gboolean vitrail_slide_get_mpp_xy_um (VitrailSlide *self, double *x, double *y);
double vitrail_slide_get_objective_power (VitrailSlide *self);
const char *vitrail_slide_get_id (VitrailSlide *self);
const char *vitrail_slide_get_name (VitrailSlide *self);
/**
 * vitrail_slide_get_tile:
 * @coding: (out): how the tile is coded
 *
 * VITRAIL_ERROR_NOT_FOUND when the position is outside of the grid.
 *
 * Returns: (transfer full) (nullable): the stored tile, as in the interface
 */
GBytes *vitrail_slide_get_tile (VitrailSlide *self,
                                guint level,
                                guint column,
                                guint row,
                                VitrailTileCoding *coding,
                                GError **error);
#ifndef __GI_SCANNER__ /* for C only */
gboolean vitrail_slide_decode_tile (VitrailSlide *self,
                                    guint level,
                                    guint column,
                                    guint row,
                                    uint8_t *rgb,
                                    size_t stride,
                                    GCancellable *cancellable,
                                    GError **error);
/* The tile at 1/2, 1/4 or 1/8 of its size (@reduce 1, 2 or 3; 0: as
 * decode_tile ()), sides rounded up, at a fraction of the cost: JPEG by its
 * lower frequencies, others by means of 2 x 2 pixels. @stride bytes a row. */
gboolean vitrail_slide_decode_tile_reduced (VitrailSlide *self,
                                            guint level,
                                            guint column,
                                            guint row,
                                            guint reduce,
                                            uint8_t *rgb,
                                            size_t stride,
                                            GCancellable *cancellable,
                                            GError **error);
gboolean vitrail_slide_read_region (VitrailSlide *self,
                                    guint level,
                                    const gint64 rect[4],
                                    uint8_t *rgb,
                                    size_t stride,
                                    GCancellable *cancellable,
                                    GError **error);
#endif
/* Whether a tile can be had without a network. Where it cannot, getting it
 * takes as long as a server likes: who has no time leaves it out. */
gboolean vitrail_slide_is_tile_at_hand (VitrailSlide *self,
                                        guint level,
                                        guint column,
                                        guint row);
/* Begins to fetch those of some tiles, columns and rows from @first to before
 * @end, that are not at hand, and returns at once: who wants many says so, then
 * gets one after the other. */
void vitrail_slide_prefetch_tiles (VitrailSlide *self,
                                   guint level,
                                   const guint first[2],
                                   const guint end[2]);

/* How often a tile can be halved at most. */
#define VITRAIL_SLIDE_MAX_REDUCE 3u
/**
 * vitrail_slide_ref_region:
 * @level: which level
 * @rect: (array fixed-size=4): x, y, width, height in its pixels
 *
 * The region in bytes of its own, 3 * width a row. VITRAIL_ERROR_LIMIT
 * beyond limits.h.
 *
 * Returns: (transfer full): RGB
 */
GBytes *vitrail_slide_ref_region (VitrailSlide *self,
                                  guint level,
                                  const gint64 rect[4],
                                  GCancellable *cancellable,
                                  GError **error);
/**
 * vitrail_slide_list_associated:
 *
 * Returns: (transfer none) (array zero-terminated=1): names
 */
const char *const *vitrail_slide_list_associated (VitrailSlide *self);
VitrailFrame *vitrail_slide_read_associated (VitrailSlide *self,
                                             const char *name,
                                             GError **error);
/**
 * vitrail_slide_ref_frame_info:
 *
 * Whose slide it is and when it was made, as the first frame of level 0 says.
 *
 * Returns: (transfer full) (nullable): NULL where the format has no such words
 */
VitrailFrameInfo *vitrail_slide_ref_frame_info (VitrailSlide *self);
/* Whether any level was compressed with loss, as far as the file tells. */
gboolean vitrail_slide_is_lossy (VitrailSlide *self);
/* Bytes of memory that it takes while it is open, or will when all of it has
 * been read: an estimate, without mapped files. */
guint64 vitrail_slide_get_size_bytes (VitrailSlide *self);
/**
 * vitrail_slide_get_icc_profile:
 *
 * Returns: (transfer full) (nullable):
 */
GBytes *vitrail_slide_get_icc_profile (VitrailSlide *self);
#ifndef __GI_SCANNER__ /* for C only */
/* Maps the centre of pixel (column, row) of level 0 to slide millimetres (PS3.3
 * C.8.12.2.1), rows as in VitrailFrameInfo. FALSE: nothing is known. */
gboolean vitrail_slide_get_plane (VitrailSlide *self, double plane[12]);
void vitrail_slide_get_background (VitrailSlide *self, uint8_t rgb[3]);
#endif
/**
 * vitrail_slide_get_n_paths:
 *
 * Returns: how many optical paths or channels the slide has: at least 1
 */
guint vitrail_slide_get_n_paths (VitrailSlide *self);
#ifndef __GI_SCANNER__ /* for C only */
/* @path beyond the last gives a path in colour without a name. */
void
vitrail_slide_get_path (VitrailSlide *self, guint path, VitrailSlidePath *out);
#endif
/**
 * vitrail_slide_get_n_focal_planes:
 *
 * Returns: how many focal planes the slide has, from the lowest: at least 1
 */
guint vitrail_slide_get_n_focal_planes (VitrailSlide *self);
/* Height of @plane above the reference plane in micrometres (the lowest comes
 * first); 0 where nothing is known. */
double vitrail_slide_get_focal_plane_um (VitrailSlide *self, guint plane);
/**
 * vitrail_slide_ref_facet:
 * @path: of vitrail_slide_get_n_paths ()
 * @plane: of vitrail_slide_get_n_focal_planes ()
 *
 * The same slide seen through one optical path in one focal plane: a slide of
 * its own, with the same levels and the same id. What was opened shows the
 * first path, and of its planes the one nearest to 0 micrometres. The same
 * facet is the same object as long as anyone holds it.
 *
 * Returns: (transfer full) (nullable): NULL where there is no such path or
 *   plane
 */
VitrailSlide *
vitrail_slide_ref_facet (VitrailSlide *self, guint path, guint plane);
#ifndef __GI_SCANNER__ /* for C only */
/* The samples of a tile of a facet that is not in colour, one a pixel, as they
 * are stored (MONOCHROME1 is not inverted), @stride samples a row; 0 where
 * nothing is. VITRAIL_ERROR_UNSUPPORTED where the facet is in colour. */
gboolean vitrail_slide_decode_samples (VitrailSlide *self,
                                       guint level,
                                       guint column,
                                       guint row,
                                       uint16_t *samples,
                                       size_t stride,
                                       GCancellable *cancellable,
                                       GError **error);
/* What the file says of specimen, container, stain, scanner and date, ended by
 * a keyword of NULL; never NULL. Values of one keyword may come several times.
 * Keywords: ContainerIdentifier, ContainerTypeCodeSequence (its meaning),
 * SpecimenIdentifier, SpecimenShortDescription, SpecimenDetailedDescription,
 * PrimaryAnatomicStructureSequence, SpecimenPreparationSequence (one a step,
 * e.g. "Staining: hematoxylin stain"), Manufacturer, ManufacturerModelName,
 * DeviceSerialNumber, AcquisitionDateTime (ISO 8601), ImageComments. */
const VitrailSlideProperty *vitrail_slide_list_properties (VitrailSlide *self);
#endif
/* The coarsest level at least as fine as @downsample. */
guint vitrail_slide_find_level (VitrailSlide *self, double downsample);

/**
 * VitrailSlideReader:
 * @probe: cheap; by content, never by name
 * @open: @paths are all files of one slide
 *
 * One row of the table of readers. One reader is one file
 * in this folder, defines `const VitrailSlideReader vitrail_slide_reader_NAME`
 * and is one word in meson.build; their order is the policy.
 */
typedef struct {
  const char *name;
  gboolean (*probe) (const char *path);
  VitrailSlide *(*open) (const char *const *paths, GError **error);
} VitrailSlideReader;

/**
 * vitrail_slide_open:
 * @paths: (array zero-terminated=1): its files
 *
 * The slide that @paths hold, by the first reader that takes the first of
 * them. For DICOM one file of a series is enough: the others are looked for
 * beside it.
 *
 * Returns: (transfer full): the slide
 */
VitrailSlide *vitrail_slide_open (const char *const *paths, GError **error);
/* Whether any reader takes @path. */
gboolean vitrail_slide_probe (const char *path);

#ifndef __GI_SCANNER__ /* for C only */
/* For readers: an id that stays as long as the content does: 32 hexadecimal
 * digits of a checksum over the size and both ends of @path. */
char *vitrail_slide_make_id (const char *path, GError **error);
/* What changes with the content where no file's size and time tells; else NULL.
 * Set by the reader, before anybody else has the slide. */
const char *vitrail_slide_get_version (VitrailSlide *self);
void vitrail_slide_set_version (VitrailSlide *self, const char *version);
/* (array zero-terminated=1) (nullable) (transfer none): files that it was not
 * opened with and that its pixels come from all the same. Set as above. */
char **vitrail_slide_get_companions (VitrailSlide *self);
/* @paths: (transfer full) */
void vitrail_slide_set_companions (VitrailSlide *self, char **paths);
/* For readers whose read_region is only sometimes better: @rect put together
 * from tiles. */
gboolean vitrail_slide_assemble_region (VitrailSlide *self,
                                        guint level,
                                        const gint64 rect[4],
                                        uint8_t *rgb,
                                        size_t stride,
                                        GCancellable *cancellable,
                                        GError **error);
/* For readers whose decode_tile_reduced is only sometimes better. */
gboolean vitrail_slide_halve_tile (VitrailSlide *self,
                                   guint level,
                                   guint column,
                                   guint row,
                                   guint reduce,
                                   uint8_t *rgb,
                                   size_t stride,
                                   GCancellable *cancellable,
                                   GError **error);
/* For readers: background where the tile at (@column, @row) lies outside of the
 * level: all of it where that is beyond the grid. */
void vitrail_slide_fill_outside (VitrailSlide *self,
                                 guint level,
                                 guint column,
                                 guint row,
                                 uint8_t *rgb,
                                 size_t stride);
/* For readers: the same of a tile that is halved @reduce times. */
void vitrail_slide_fill_outside_reduced (VitrailSlide *self,
                                         guint level,
                                         guint column,
                                         guint row,
                                         guint reduce,
                                         uint8_t *rgb,
                                         size_t stride);
/* For readers: @n_pixels of one colour. */
void
vitrail_slide_fill_row (uint8_t *row, size_t n_pixels, const uint8_t rgb[3]);
#endif

G_END_DECLS
