/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A track of an MP4 file while it is read: for mp4.c and its fragments. */

#pragma once

#include "video/container.h"
#include "video/mp4boxes.h"

G_BEGIN_DECLS

/* What a track's tables tell. */
typedef struct {
  VitrailVideoTrack *track;
  guint32 id;
  guint32 timescale;
  guint32 movie_timescale;
  gint64 edit_start; /* in the track's time; -1: no edit list */
  guint64 edit_length;
  VitrailMp4Box sizes;
  VitrailMp4Box chunks;  /* stco or co64 */
  VitrailMp4Box groups;  /* stsc */
  VitrailMp4Box times;   /* stts */
  VitrailMp4Box shifts;  /* ctts */
  VitrailMp4Box points;  /* stss */
  VitrailMp4Box extends; /* trex */
} VitrailMp4Track;

/* Codec and parameter sets from the sample description. */
gboolean vitrail_mp4_read_codec (VitrailVideoTrack *self,
                                 const VitrailMp4Box *descriptions);
/* Adds the samples of one movie fragment, which begins at @from of the file. */
void vitrail_mp4_read_fragment (VitrailMp4Track *self,
                                const VitrailMp4Box *moof,
                                guint64 from,
                                gsize length);

G_END_DECLS
