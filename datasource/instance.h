/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailInstance: one opened SOP instance: its data set and its frames as they
 * are stored. This class reads a Part 10 file; other sources derive from it and
 * fetch frames their own way. Safe on any thread. */

#pragma once

#include "dicom/part10.h"
#include "diskcache.h"
#include "frameinfo.h"
#include "pool.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_INSTANCE (vitrail_instance_get_type ())
G_DECLARE_DERIVABLE_TYPE (VitrailInstance,
                          vitrail_instance,
                          VITRAIL,
                          INSTANCE,
                          GObject)

/* Called once, on any thread, where nothing may wait: @bytes, borrowed, or
 * @error. @is_whole: they are all of the frame. */
typedef void (*VitrailBeginningReady) (GBytes *bytes,
                                       gboolean is_whole,
                                       const GError *error,
                                       gpointer user_data);

/* Called once, on any thread, where nothing may wait: the @bytes of a frame as
 * they are stored, or @error; both borrowed. */
typedef void (*VitrailStoredReady) (GBytes *bytes,
                                    const GError *error,
                                    gpointer user_data);

/**
 * VitrailInstanceClass:
 * @load_frame: the stored bytes of @frame (from 1), fragments joined; may
 *   block, called from workers only
 * @is_at_hand: see vitrail_instance_is_at_hand (); NULL: never
 * @is_frame_at_hand: see vitrail_instance_is_frame_at_hand (); NULL: always
 * @prefetch_frame: see vitrail_instance_prefetch_frame (); NULL: does nothing
 * @load_beginning: see vitrail_instance_load_beginning (); NULL: never
 * @fetch_frame: see vitrail_instance_fetch_frame (); NULL: never
 * @load_range: see vitrail_instance_load_range (); NULL: never
 * @decode_frame: of a class whose frames cannot be decoded each by itself, the
 *   whole of vitrail_instance_decode_frame (), errors for a frame that is not
 *   there included; NULL: by the codec
 * @most_kept: bytes of its decoded frames that a frame store keeps; 0: as many
 *   as there is memory for
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
  gboolean (*load_beginning) (VitrailInstance *self,
                              guint frame,
                              gsize n_bytes,
                              VitrailPriority priority,
                              GCancellable *cancellable,
                              VitrailBeginningReady ready,
                              gpointer user_data);
  void (*fetch_frame) (VitrailInstance *self,
                       guint frame,
                       VitrailPriority priority,
                       GCancellable *cancellable,
                       VitrailStoredReady ready,
                       gpointer user_data);
  GBytes *(*load_range) (VitrailInstance *self,
                         guint64 from,
                         guint64 length,
                         guint64 *total,
                         GCancellable *cancellable,
                         GError **error);
  VitrailFrame *(*decode_frame) (VitrailInstance *self,
                                 guint frame,
                                 GCancellable *cancellable,
                                 GError **error);
  gsize most_kept;
  gpointer padding[1];
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

/**
 * vitrail_instance_new:
 * @file: read with its pixels; referenced
 * @name: a URL or path: stands for it in messages
 *
 * What was read from memory, as sources do that fetch whole files.
 *
 * Returns: (transfer full): the instance
 */
VitrailInstance *vitrail_instance_new (VitrailPart10 *file, const char *name);

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

/**
 * vitrail_instance_load_range: (skip)
 * @total: (out): bytes of all of it
 *
 * @length stored bytes at @from of the first frame, which of a video is all
 * there is; fewer at its end. May block. VITRAIL_ERROR_UNSUPPORTED where the
 * source has no ranges.
 */
GBytes *vitrail_instance_load_range (VitrailInstance *self,
                                     guint64 from,
                                     guint64 length,
                                     guint64 *total,
                                     GCancellable *cancellable,
                                     GError **error);
/* Whether there is any sense in asking for that. */
gboolean vitrail_instance_has_ranges (VitrailInstance *self);

/* Whether the stored bytes of @frame come without a network: where they do not,
 * vitrail_instance_load_frame () may take as long as a server likes. */
gboolean vitrail_instance_is_frame_at_hand (VitrailInstance *self, guint frame);
/* Begins to fetch @frame, if it is not at hand, and returns at once: so many
 * frames of a network are under way at the same time. */
void vitrail_instance_prefetch_frame (VitrailInstance *self, guint frame);

/**
 * vitrail_instance_fetch_frame: (skip)
 * @priority: among all that is asked of that server. Who asks again for what is
 *   under way makes it more urgent
 * @ready: maybe before this returns
 *
 * The stored bytes of @frame over a network, without anybody waiting for them.
 * When all who asked are cancelled, the request is, too.
 *
 * Returns: FALSE, and @ready is not called, where there is no network to wait
 *   for: vitrail_instance_load_frame () takes a disk's time
 */
gboolean vitrail_instance_fetch_frame (VitrailInstance *self,
                                       guint frame,
                                       VitrailPriority priority,
                                       GCancellable *cancellable,
                                       VitrailStoredReady ready,
                                       gpointer user_data);

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

/* Decodes @bytes, those of @frame as it is stored. */
VitrailFrame *vitrail_instance_decode_stored (VitrailInstance *self,
                                              guint frame,
                                              GBytes *bytes,
                                              guint reduce,
                                              GError **error);

/* Whether a beginning of a stored frame makes a picture. */
gboolean vitrail_instance_takes_beginnings (VitrailInstance *self);

/**
 * vitrail_instance_load_beginning: (skip)
 * @n_bytes: so many of the stored bytes of @frame, or all
 *
 * Never blocks.
 *
 * Returns: FALSE, and @ready is not called, where the frame is rather loaded
 *   whole: it is at hand, or its source has no beginnings, or so fast that
 *   nobody would notice
 */
gboolean vitrail_instance_load_beginning (VitrailInstance *self,
                                          guint frame,
                                          gsize n_bytes,
                                          VitrailPriority priority,
                                          GCancellable *cancellable,
                                          VitrailBeginningReady ready,
                                          gpointer user_data);

/**
 * vitrail_instance_decode_beginning:
 * @bytes: the first bytes of @frame as it is stored, maybe all
 * @reduce: at least so many times both sides are halved
 *
 * The picture that they allow: its @reduce and @preview_bytes say which.
 */
VitrailFrame *vitrail_instance_decode_beginning (VitrailInstance *self,
                                                 guint frame,
                                                 GBytes *bytes,
                                                 guint reduce,
                                                 GError **error);

G_END_DECLS
