/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The optical paths of a DICOM slide (PS3.3 C.8.12.5), put together from what
 * its instances say, each of which numbers them its own way. */

#pragma once

#include "instance.h"
#include "slide/slide.h"

G_BEGIN_DECLS

/**
 * VitrailWsiPath:
 * @said: what the slide hands out; its texts are owned here
 * @icc_profile: or NULL
 * @objective_power: 0 when unknown
 * @is_dark: absent pixels are black: no light, as in fluorescence
 */
typedef struct {
  VitrailSlidePath said;
  GBytes *icc_profile;
  double objective_power;
  gboolean is_dark;
  /*< private >*/
  gboolean has_color;
  gconstpointer described_by; /* the last instance, never followed */
} VitrailWsiPath;

/* (element-type VitrailWsiPath) */
GPtrArray *vitrail_wsi_paths_new (void);

/* The number of the path that @item of @instance's Optical Path Sequence
 * describes; where it has none, or no identifier, it is @identifier. It is one
 * that is there where identifiers agree and nothing contradicts: instances of
 * one path each may all call it "1" and mean different ones. Else a new one.
 * G_MAXUINT where there are VITRAIL_SLIDE_MAX_PATHS already. */
guint vitrail_wsi_paths_add (GPtrArray *paths,
                             VitrailInstance *instance,
                             VitrailDataSet *item,
                             const char *identifier);

/* Gives those a colour that nothing in the file gives one: by the word
 * that is their name, else their wavelength, else their place; the only one is
 * grey. */
void vitrail_wsi_paths_settle (GPtrArray *paths);

G_END_DECLS
