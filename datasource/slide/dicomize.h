/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any slide as DICOM: the VL Whole Slide Microscopy Image instances (PS3.3
 * A.32.8) that a vendor's slide would be. Tiles go over as they are stored
 * where DICOM allows it. The same slide gives the same UIDs everywhere. */

#pragma once

#include "slide/slide.h"

G_BEGIN_DECLS

#define VITRAIL_WSI_SOP_CLASS "1.2.840.10008.5.1.4.1.1.77.1.6"
/* Of JPEG, where nobody wishes another. */
#define VITRAIL_DICOMIZE_QUALITY 90

/* The UID that the slide of @slide_id gives to its @part, everywhere the same:
 * "study", "series", ... */
char *vitrail_dicomize_dup_uid (const char *slide_id, const char *part);

typedef struct _VitrailDicomized VitrailDicomized;

VitrailDicomized *vitrail_dicomized_ref (VitrailDicomized *self);
void vitrail_dicomized_unref (VitrailDicomized *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailDicomized, vitrail_dicomized_unref)

/**
 * vitrail_dicomized_new:
 * @slide: not a DICOM one; referenced
 * @quality: 1..100, of JPEG where tiles cannot go over as they are and the
 * slide is lossy already; 0: VITRAIL_DICOMIZE_QUALITY
 *
 * Looks at a few tiles of each level, decodes the associated images, and
 * decides what each instance will be. Safe on any thread, and so are all of
 * these. VITRAIL_ERROR_LIMIT where an instance would have too many frames.
 */
VitrailDicomized *
vitrail_dicomized_new (VitrailSlide *slide, int quality, GError **error);

/* Instances: levels, the finest first, then label, overview and thumbnail. */
guint vitrail_dicomized_get_n_instances (const VitrailDicomized *self);
/* Position of @sop_instance_uid; G_MAXUINT: none of these. */
guint vitrail_dicomized_find (const VitrailDicomized *self,
                              const char *sop_instance_uid);
/* "level-0", "level-0-path-1", "label", ...: a name for a file. */
const char *vitrail_dicomized_get_name (const VitrailDicomized *self, guint i);
const char *
vitrail_dicomized_get_transfer_syntax (const VitrailDicomized *self, guint i);
/* The slide; borrowed. */
VitrailSlide *vitrail_dicomized_get_slide (const VitrailDicomized *self);
/* Whether its frames are stored tiles, but for those that are not legal. */
gboolean vitrail_dicomized_is_stored (const VitrailDicomized *self, guint i);
guint vitrail_dicomized_get_n_frames (const VitrailDicomized *self, guint i);
/* Bytes of all frames, decoded. */
guint64 vitrail_dicomized_get_raw_bytes (const VitrailDicomized *self, guint i);

/**
 * VitrailDicomizeDetail:
 * @VITRAIL_DICOMIZE_BRIEF: without the ratio of lossy compression, for which
 *   tiles have to be looked at: for an index
 *
 * How much of a data set is wanted.
 */
typedef enum {
  VITRAIL_DICOMIZE_WHOLE,
  VITRAIL_DICOMIZE_BRIEF,
} VitrailDicomizeDetail;

/* All of instance @i but Pixel Data. */
VitrailDataSet *vitrail_dicomized_ref_data_set (VitrailDicomized *self,
                                                guint i,
                                                VitrailDicomizeDetail detail,
                                                GError **error);

/* Frame @frame (from 1) of instance @i, a code stream in its transfer syntax;
 * of any length, odd too. The stored tile where it is legal, else encoded here.
 */
GBytes *vitrail_dicomized_load_frame (VitrailDicomized *self,
                                      guint i,
                                      guint frame,
                                      GCancellable *cancellable,
                                      GError **error);

G_END_DECLS
