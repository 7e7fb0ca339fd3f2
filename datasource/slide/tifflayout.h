/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the pages of a TIFF file are to a slide: which is which level of which
 * channel in which focal plane, which are pictures beside it, and what the
 * file says of it all. One source for each family of writers fills it. */

#pragma once

#include "slide/tiffpage.h"

G_BEGIN_DECLS

/* Levels of one slide: halved again and again, sides of 32 bits give half. */
#define VITRAIL_TIFF_MAX_LEVELS 64u

/** VitrailTiffView: a page, or one channel of it; @page is NULL where the file
 * has nothing. */
typedef struct {
  const VitrailTiffPage *page;
  guint channel;
} VitrailTiffView;

/** VitrailTiffPicture: beside the slide: a page, or an encoded file. */
typedef struct {
  char *name;
  const VitrailTiffPage *page; /* or NULL */
  GBytes *jpeg;                /* or NULL */
} VitrailTiffPicture;

/**
 * VitrailTiffLayout:
 * @pages: (element-type VitrailTiffPage): owned
 * @files: (element-type VitrailTiffFile): others that pages are in
 * @levels: (element-type VitrailSlideLevel): finest first
 * @paths: (element-type VitrailSlidePath): texts are in @texts
 * @planes_um: (element-type double): focal planes, lowest first
 * @views: (element-type VitrailTiffView): see vitrail_tiff_layout_get_view ()
 * @pictures: (element-type VitrailTiffPicture)
 * @properties: (element-type VitrailSlideProperty): texts are in @texts
 * @is_ome: JPEG 2000 of any code is what the directory says, as OME means it
 *
 * Constant, once filled.
 */
typedef struct {
  GPtrArray *pages;
  GPtrArray *files;
  GArray *levels;
  GArray *paths;
  GArray *planes_um;
  GArray *views;
  GArray *pictures;
  GArray *properties;
  GStringChunk *texts;
  gboolean has_mpp;
  double mpp_um[2];
  double objective_power;
  gboolean is_lossy;
  gboolean is_ome;
  GBytes *icc_profile;
  guint n_left_out; /* pages that could not be used */
} VitrailTiffLayout;

void vitrail_tiff_layout_init (VitrailTiffLayout *self);
void vitrail_tiff_layout_clear (VitrailTiffLayout *self);

/* Fills @self by who wrote the file. */
gboolean vitrail_tiff_layout_read (VitrailTiffLayout *self,
                                   VitrailTiffFile *file,
                                   GError **error);
/* Whether the file whose first directory is @first is one of ours. */
gboolean vitrail_tiff_layout_probe (const VitrailTiffBytes *bytes,
                                    const VitrailTiffDirectory *first);

const VitrailTiffView *
vitrail_tiff_layout_get_view (const VitrailTiffLayout *self,
                              guint level,
                              guint path,
                              guint plane);

/* For those who fill it. A page of the slide, shown as
 * if its Orientation were @orientation (1: as stored), or NULL with the reason.
 */
const VitrailTiffPage *
vitrail_tiff_layout_add_page (VitrailTiffLayout *self,
                              VitrailTiffFile *file,
                              const VitrailTiffDirectory *directory,
                              guint orientation,
                              GError **error);
/* A level below those that are there, of one view. FALSE where its size is no
 * reduction of the first one's, or there are VITRAIL_TIFF_MAX_LEVELS. */
gboolean vitrail_tiff_layout_add_level (VitrailTiffLayout *self,
                                        const VitrailTiffPage *page);
/* The same for a level of which more is known; nothing is checked. */
void vitrail_tiff_layout_append_level (VitrailTiffLayout *self,
                                       const VitrailSlideLevel *level,
                                       const VitrailTiffPage *page);
/* Levels (and as many views) finest first, with their downsamples. */
void vitrail_tiff_layout_sort_levels (VitrailTiffLayout *self);
/* The levels from coarse to fine have been added in any order: puts them in
 * order, and gives the slide the one path (or, of interleaved channels, the
 * paths) that its first page has, in one plane. FALSE where there is no level.
 */
gboolean vitrail_tiff_layout_finish_simple (VitrailTiffLayout *self,
                                            const VitrailTiffFile *file,
                                            GError **error);
/* @page (or else @jpeg) as an associated image, unless there is one already. */
void vitrail_tiff_layout_add_picture (VitrailTiffLayout *self,
                                      const char *name,
                                      const VitrailTiffPage *page,
                                      GBytes *jpeg);
/* A property; nothing where @value is NULL or blank. */
void vitrail_tiff_layout_add_property (VitrailTiffLayout *self,
                                       const char *keyword,
                                       const char *value);
/* The same for tags of @directory: Make, Model, Date Time and ICC profile. */
void vitrail_tiff_layout_add_tags (VitrailTiffLayout *self,
                                   const VitrailTiffFile *file,
                                   const VitrailTiffDirectory *directory);
/* The text of @values, "" where there is none. */
char *vitrail_tiff_layout_read_text (const VitrailTiffFile *file,
                                     const VitrailTiffValues *values);
/* The same of its first 4 KB: what a page beside the slide is called, where
 * all pages may share one long text. */
char *vitrail_tiff_layout_read_start (const VitrailTiffFile *file,
                                      const VitrailTiffValues *values);
/* A date and a time of whatever form, as ISO 8601, or NULL. */
char *vitrail_tiff_layout_parse_date (const char *date, const char *time);

/* An encoded picture, decoded. @name stands for the file in errors. */
VitrailFrame *vitrail_tiff_picture_decode (const VitrailTiffPicture *self,
                                           const char *name,
                                           GError **error);
/* The slide in @file; @id is its identity. */
VitrailSlide *
vitrail_tiff_slide_new (VitrailTiffFile *file, const char *id, GError **error);

/* One for each family: fill @self. */
gboolean vitrail_tiff_layout_read_aperio (VitrailTiffLayout *self,
                                          VitrailTiffFile *file,
                                          GError **error);
gboolean vitrail_tiff_layout_read_philips (VitrailTiffLayout *self,
                                           VitrailTiffFile *file,
                                           GError **error);
gboolean vitrail_tiff_layout_read_ome (VitrailTiffLayout *self,
                                       VitrailTiffFile *file,
                                       GError **error);
gboolean vitrail_tiff_layout_read_generic (VitrailTiffLayout *self,
                                           VitrailTiffFile *file,
                                           GError **error);

G_END_DECLS
