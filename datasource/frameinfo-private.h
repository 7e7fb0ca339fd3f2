/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the files that read a frame info share. */

#pragma once

#include "frameinfo.h"

G_BEGIN_DECLS

/* The item of functional group @sequence that applies to @frame (from 1): per
 * frame, else shared (PS3.3 C.7.6.16); NULL when there is none. */
const VitrailDataSet *vitrail_frame_group (const VitrailDataSet *data_set,
                                           guint frame,
                                           VitrailTag sequence);

/* Image Position and Image Orientation (Patient) of @frame, from its functional
 * groups where it has them; FALSE where absent, not finite, or no two unit
 * vectors at right angles. */
gboolean vitrail_frame_read_position (const VitrailDataSet *data_set,
                                      guint frame,
                                      double position[3]);
gboolean vitrail_frame_read_orientation (const VitrailDataSet *data_set,
                                         guint frame,
                                         double axes[6]);
/* Whether @axes are two unit vectors at right angles, as far as decimal strings
 * say. */
gboolean vitrail_axes_are_right (const double axes[6]);
/* Pixel Spacing of its Pixel Measures. */
gboolean vitrail_frame_read_pixel_measures (const VitrailDataSet *data_set,
                                            guint frame,
                                            double spacing[2]);

/* Never NULL. */
char *
vitrail_frame_info_dup_text (const VitrailDataSet *data_set, VitrailTag tag);

/* What the samples mean. Format, sample_offset and texts come first; @error
 * says which attribute of @name is broken. */
gboolean vitrail_frame_info_read_values (VitrailFrameInfo *self,
                                         const char *name,
                                         GError **error);
/* Plane, spacing and aspect. */
void vitrail_frame_info_read_geometry (VitrailFrameInfo *self);

/* A lookup table as stored: @n_declared entries of @bits by its descriptor,
 * @n_entries there; @wide: each fills a 16-bit word. */
typedef struct {
  guint n_declared;
  guint bits;
  const VitrailElement *element;
  guint n_entries;
  gboolean wide;
} VitrailLutTable;

/* FALSE when there is no descriptor at @tag. */
gboolean vitrail_lut_table_read_descriptor (VitrailLutTable *self,
                                            const VitrailDataSet *data_set,
                                            VitrailTag tag);
/* After the descriptor; FALSE when there are no data at @tag. */
gboolean vitrail_lut_table_read_data (VitrailLutTable *self,
                                      const VitrailDataSet *data_set,
                                      VitrailTag tag);
/* The @n_entries values. */
uint16_t *vitrail_lut_table_dup_values (const VitrailLutTable *self);
/* Byte or 16-bit word @index, which the caller has found to lie within. */
uint16_t vitrail_lut_get_entry (const VitrailElement *element,
                                gboolean wide,
                                size_t index);

/* Expands segmented data (PS3.3 C.7.9.2) to exactly @n_out entries; FALSE when
 * @element is NULL or says anything else. */
gboolean vitrail_segments_expand (const VitrailElement *element,
                                  guint bits,
                                  uint16_t *out,
                                  guint n_out);

/* @is_signed: indices may be negative. @error says which attribute of @name is
 * missing or broken. */
VitrailPalette *vitrail_palette_new (const VitrailDataSet *data_set,
                                     gboolean is_signed,
                                     const char *name,
                                     GError **error);
void vitrail_palette_free (VitrailPalette *self);

/* First Value Mapped of a table of @n_entries: US or SS, which writers mix up;
 * in an implicit data set Pixel Representation decides, though the values may
 * have another sign. */
int vitrail_lut_fix_first (int64_t first, guint n_entries, gboolean is_signed);

/* The table of an item of Modality, VOI or Presentation LUT Sequence.
 * @is_signed: its input values may be negative. @error as above. */
VitrailLut *vitrail_lut_new (const VitrailDataSet *item,
                             gboolean is_signed,
                             const char *name,
                             GError **error);
void vitrail_lut_free (VitrailLut *self);

G_END_DECLS
