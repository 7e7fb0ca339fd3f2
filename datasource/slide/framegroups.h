/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where the frames of a tiled image lie, pulled out of the Per-Frame Functional
 * Groups Sequence (PS3.3 C.8.12.6) without making a data set of it: a slide has
 * a hundred thousand frames, each with a dozen attributes in nested items, and
 * four of these are wanted. */

#pragma once

#include "dicom/dataset.h"

G_BEGIN_DECLS

/**
 * VitrailFramePlace:
 * @column, @row: Column and Row Position In Total Image Pixel Matrix, from 1;
 *   VITRAIL_FRAME_NOWHERE: not said, or no integer
 * @z_um: Z Offset in Slide Coordinate System; NAN: not said
 * @path: which of the identifiers; VITRAIL_FRAME_NO_PATH: not said
 *
 * What the functional groups of one frame say.
 */
typedef struct {
  gint32 column;
  gint32 row;
  float z_um;
  guint16 path;
  guint16 reserved; /* 0 */
} VitrailFramePlace;

#define VITRAIL_FRAME_NOWHERE G_MININT32
#define VITRAIL_FRAME_NO_PATH G_MAXUINT16

/**
 * VitrailFramePlaces:
 * @places: of frames 1 to @n_places
 * @paths: the Optical Path Identifiers that frames name, as they are written,
 *   without padding; @n_paths of them, NULL-terminated
 */
typedef struct {
  const VitrailFramePlace *places;
  guint n_places;
  GStrv paths;
  guint n_paths;
  /*< private >*/
  GBytes *owner;
} VitrailFramePlaces;

/* Of the first @max_frames items of @groups, a sequence read with
 * VITRAIL_READ_GROUPS_LATER. Where it breaks off, what lies before counts, with
 * a message. @name stands for the file. Never NULL, maybe without places. */
VitrailFramePlaces *vitrail_frame_places_read (const VitrailElement *groups,
                                               guint max_frames,
                                               const char *name);
/* The same of an image whose functional groups were read as items, as those of
 * metadata are. */
VitrailFramePlaces *
vitrail_frame_places_collect (const VitrailDataSet *data_set, guint max_frames);
void vitrail_frame_places_free (VitrailFramePlaces *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailFramePlaces, vitrail_frame_places_free)

/* As bytes, for the disk cache, and back: NULL where @bytes are not such. */
GBytes *vitrail_frame_places_pack (const VitrailFramePlaces *self);
VitrailFramePlaces *vitrail_frame_places_unpack (GBytes *bytes);

G_END_DECLS
