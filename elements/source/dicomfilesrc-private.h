/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the files of dicomfilesrc share. */

#pragma once

#include "source/storedframe.h"
#include "source/timeline.h"

#include <gst/base/gstpushsrc.h>

#include <pthread.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_DICOM_FILE_SRC (vitrail_dicom_file_src_get_type ())
G_DECLARE_FINAL_TYPE (VitrailDicomFileSrc,
                      vitrail_dicom_file_src,
                      VITRAIL,
                      DICOM_FILE_SRC,
                      GstPushSrc)

struct _VitrailDicomFileSrc {
  GstPushSrc parent;

  /* Guarded by the object lock. */
  char *location;
  char *series;
  VitrailSourceMode mode;
  guint start_frame;
  guint stop_frame;
  int fps_n;
  int fps_d;

  /* Set by start, constant until stop. NULL when an instance was given. */
  VitrailTimeline *timeline;
  /* The streaming thread's. */
  VitrailInstance *current; /* whose caps are set */
  guint64 next;             /* index to push; n_frames: the end */

  pthread_mutex_t lock;
  pthread_cond_t changed;
  /* Guarded by lock. What is set in one go is wanted in one go. */
  VitrailInstance *instance;
  guint frame;
  gboolean is_wanted; /* demand: not pushed yet */
  gboolean flushing;
};

/* Adds the properties, and what sets and gets them. */
void vitrail_dicom_file_src_install_properties (GObjectClass *object_class);
void vitrail_dicom_file_src_uri_handler_init (gpointer iface, gpointer data);

G_END_DECLS
