/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The files of one OME-TIFF set: planes of an image may lie in other files of
 * the same folder, which the XML names. Internal to the reader. */

#pragma once

#include "slide/omexml.h"
#include "slide/tifflayout.h"

G_BEGIN_DECLS

/**
 * VitrailOmeSet:
 * @file: that was opened, of which @xml is
 * @layout: keeps the other files
 */
typedef struct {
  VitrailTiffFile *file;
  const VitrailOmeXml *xml;
  VitrailTiffLayout *layout;
  /*< private >*/
  GHashTable *known; /* name -> VitrailTiffFile, NULL: cannot be had */
} VitrailOmeSet;

void vitrail_ome_set_init (VitrailOmeSet *self,
                           VitrailTiffFile *file,
                           const VitrailOmeXml *xml,
                           VitrailTiffLayout *layout);
void vitrail_ome_set_clear (VitrailOmeSet *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailOmeSet, vitrail_ome_set_clear)

/* The file that @block lies in. NULL, named in the log once for each file,
 * where it is not there, is another one than the XML means, or would be outside
 * of the folder. */
VitrailTiffFile *
vitrail_ome_set_find (VitrailOmeSet *self, const VitrailOmeBlock *block);

G_END_DECLS
