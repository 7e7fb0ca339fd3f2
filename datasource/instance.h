/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailInstance: one opened SOP instance: its data set and its frames as they
 * are stored. This class reads a Part 10 file; other sources derive from it and
 * fetch frames their own way. Safe on any thread. */

#pragma once

#include "dicom/part10.h"
#include "diskcache.h"
#include "frameinfo.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_INSTANCE (vitrail_instance_get_type ())
G_DECLARE_DERIVABLE_TYPE (VitrailInstance,
                          vitrail_instance,
                          VITRAIL,
                          INSTANCE,
                          GObject)

/**
 * VitrailInstanceClass:
 * @load_frame: the stored bytes of @frame (from 1), fragments joined; may
 *   block, called from workers only
 * @is_at_hand: see vitrail_instance_is_at_hand (); NULL: never
 * @is_frame_at_hand: see vitrail_instance_is_frame_at_hand (); NULL: always
 * @prefetch_frame: see vitrail_instance_prefetch_frame (); NULL: does nothing
 */
struct _VitrailInstanceClass {
  GObjectClass parent_class;

  GBytes *(*load_frame) (VitrailInstance *self,
                         guint frame,
                         GCancellable *cancellable,
                         GError **error);
  gboolean (*is_at_hand) (VitrailInstance *self);
  gboolean (*is_frame_at_hand) (VitrailInstance *self, guint frame);
  void (*prefetch_frame) (VitrailInstance *self, guint frame);
  gpointer padding[5];
};

/* Derived classes are made with the construct-only properties "name" (string),
 * "data-set" (VitrailDataSet), "transfer-syntax" (string) and "n-frames"
 * (uint; what vitrail_instance_get_n_frames () answers). */

/**
 * vitrail_instance_open:
 *
 * Opens @path. An object without pixel data opens too: it has 0 frames.
 *
 * Returns: (transfer full): the instance
 */
VitrailInstance *vitrail_instance_open (const char *path, GError **error);

#ifndef __GI_SCANNER__ /* for C only */
/* The same with @flags besides: VITRAIL_READ_GROUPS_LATER opens a slide in no
 * time, but then frame infos know nothing of what is one frame's own. */
VitrailInstance *vitrail_instance_open_with (const char *path,
                                             VitrailReadFlags flags,
                                             GError **error);
/* By which things made from its file are known to be of it: as the file was
 * just before it was opened. FALSE where there is none. */
gboolean vitrail_instance_get_stamp (VitrailInstance *self,
                                     VitrailDiskCacheStamp *stamp);
#endif

/* All borrowed and constant for the life of the instance. */
const char *vitrail_instance_get_name (VitrailInstance *self); /* path or URL */
/**
 * vitrail_instance_get_data_set:
 *
 * Returns: (transfer none):
 */
VitrailDataSet *vitrail_instance_get_data_set (VitrailInstance *self);
const char *vitrail_instance_get_transfer_syntax (VitrailInstance *self);
const char *vitrail_instance_get_sop_instance_uid (VitrailInstance *self);
/* Frames really there: fewer than Number of Frames in a truncated file. */
guint vitrail_instance_get_n_frames (VitrailInstance *self);
/* Those that are there, or, where it is more, Number of Frames: asked for the
 * others an instance says that they are missing. 0 without pixels. */
guint vitrail_instance_get_n_stated_frames (VitrailInstance *self);
/* Bytes of memory that it takes, or will when all its frames have been asked
 * for: an estimate, without frames and mapped files. */
guint64 vitrail_instance_get_size_bytes (VitrailInstance *self);
/* Different for every instance of this process, unlike its address. */
guint64 vitrail_instance_get_serial (VitrailInstance *self);
/**
 * vitrail_instance_get_pixel_format:
 * @format: (out caller-allocates): the format as stored
 *
 * Returns: FALSE, with the reason, when the object has no pixels that we can
 *   describe
 */
gboolean vitrail_instance_get_pixel_format (VitrailInstance *self,
                                            VitrailPixelFormat *format,
                                            GError **error);

/* Everything to show @frame; made once, then shared. */
VitrailFrameInfo *vitrail_instance_ref_frame_info (VitrailInstance *self,
                                                   guint frame,
                                                   GError **error);

/* Whether vitrail_instance_load_frame () takes microseconds by now: frames are
 * slices of a mapped file, and where they lie is known. */
gboolean vitrail_instance_is_at_hand (VitrailInstance *self);

/* Whether the stored bytes of @frame come without a network: where they do not,
 * vitrail_instance_load_frame () may take as long as a server likes. */
gboolean vitrail_instance_is_frame_at_hand (VitrailInstance *self, guint frame);
/* Begins to fetch @frame, if it is not at hand, and returns at once: so many
 * frames of a network are under way at the same time. */
void vitrail_instance_prefetch_frame (VitrailInstance *self, guint frame);

/* The stored bytes of @frame. May block. */
GBytes *vitrail_instance_load_frame (VitrailInstance *self,
                                     guint frame,
                                     GCancellable *cancellable,
                                     GError **error);

/* Load and decode, as coded. May block. Most callers want the frame store. */
VitrailFrame *vitrail_instance_decode_frame (VitrailInstance *self,
                                             guint frame,
                                             guint reduce,
                                             GCancellable *cancellable,
                                             GError **error);

G_END_DECLS
