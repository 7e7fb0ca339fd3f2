/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What an OME-XML text says of the pixels beside it (OME Data Model 2003 to
 * 2016, OME-TIFF). Numbers are as written: who uses them checks them against
 * the file. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VitrailOmeChannel:
 * @samples: of a pixel: 3 is colour
 * @color: R, G, B, A from the highest byte, where @has_color
 * @wavelength_nm: of the emission, else the excitation; 0: unknown
 */
typedef struct {
  char *id;
  char *name;
  guint samples;
  gboolean has_color;
  guint32 color;
  double wavelength_nm;
} VitrailOmeChannel;

/**
 * VitrailOmeBlock:
 * @ifd: the first directory of the chain
 * @first: indices of channel, focal plane and time
 * @n_planes: that follow; 0: not said
 * @has_ifd: @ifd was said
 * @file_name: where else it lies, or NULL
 *
 * A TiffData element: a run of planes in Dimension Order.
 */
typedef struct {
  guint ifd;
  gboolean has_ifd;
  guint first[3];
  guint n_planes;
  char *file_name;
  char *uuid;
} VitrailOmeBlock;

/** VitrailOmePlane: where a plane was taken; only those with a height. */
typedef struct {
  guint focal_plane;
  double z_um;
} VitrailOmePlane;

/**
 * VitrailOmeImage:
 * @order: Dimension Order without "XY", the fastest first: "CZT"
 * @sizes: of channels (samples counted), focal planes and times; at least 1
 * @bits: Significant Bits; 0: not said
 * @mpp_um, @step_um: 0: unknown
 * @objective: the id of its objective
 */
typedef struct {
  char *name;
  char *description;
  char *date;
  char *objective;
  char order[4];
  guint sizes[3];
  guint bits;
  double mpp_um[2];
  double step_um;
  GArray *channels;
  GArray *blocks;
  GArray *planes;
} VitrailOmeImage;

/** VitrailOmeXml: all of it. */
typedef struct {
  char *uuid;
  char *manufacturer;
  char *model;
  char *serial;
  GHashTable *magnifications; /* objective's id -> double * */
  GPtrArray *images;          /* VitrailOmeImage */
} VitrailOmeXml;

/* NULL with the reason, without a file's name, where @text is no OME-XML. */
VitrailOmeXml *vitrail_ome_xml_parse (const char *text, GError **error);
void vitrail_ome_xml_free (VitrailOmeXml *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailOmeXml, vitrail_ome_xml_free)

G_END_DECLS
