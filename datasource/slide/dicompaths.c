/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Optical paths of DICOM slides: see dicompaths.h. */

#include "slide/dicompaths.h"

#include "frameinfo-private.h"
#include "slide/pathcolor.h"

#include <string.h>

#define PATH_IDENTIFIER     VITRAIL_TAG (0x0048, 0x0106)
#define PATH_DESCRIPTION    VITRAIL_TAG (0x0048, 0x0107)
#define OBJECTIVE_POWER     VITRAIL_TAG (0x0048, 0x0112)
#define ICC_PROFILE         VITRAIL_TAG (0x0028, 0x2000)
#define PALETTE             VITRAIL_TAG (0x0048, 0x0120)
#define ILLUMINATION_COLOR  VITRAIL_TAG (0x0048, 0x0108)
#define CHANNEL_DESCRIPTION VITRAIL_TAG (0x0022, 0x001a)
#define ILLUMINATION_WAVE   VITRAIL_TAG (0x0022, 0x0055)
#define LIGHT_FILTER_WAVE   VITRAIL_TAG (0x0022, 0x0001)
#define IMAGE_FILTER_WAVE   VITRAIL_TAG (0x0022, 0x0003)
#define CODE_MEANING        VITRAIL_TAG (0x0008, 0x0104)

static void
path_free (gpointer data)
{
  VitrailWsiPath *self = data;

  g_free ((gpointer) (guintptr) self->said.id);
  g_free ((gpointer) (guintptr) self->said.name);
  g_clear_pointer (&self->icc_profile, g_bytes_unref);
  g_free (self);
}

GPtrArray *
vitrail_wsi_paths_new (void)
{
  return g_ptr_array_new_with_free_func (path_free);
}

/* What is seen says more than what shines on it. */
static double
read_wavelength (const VitrailDataSet *item)
{
  static const VitrailTag tags[] = { IMAGE_FILTER_WAVE, ILLUMINATION_WAVE,
                                     LIGHT_FILTER_WAVE };
  double nm = 0.0;

  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    if (vitrail_data_set_get_double (item, tags[i], 0, &nm) && nm > 0)
      return nm;
  return 0.0;
}

/* The brightest colour of the palette that is for looking at the samples. */
static gboolean
read_palette_color (const VitrailDataSet *item, uint8_t rgb[3])
{
  VitrailDataSet *data_set = vitrail_data_set_get_item (item, PALETTE, 0);
  VitrailPalette *palette =
      data_set != NULL ? vitrail_palette_new (data_set, FALSE, "", NULL) : NULL;

  if (palette == NULL)
    return FALSE;
  const uint16_t *last = palette->rgb + (size_t) (palette->n_entries - 1) * 3;
  for (guint c = 0; c < 3; c++)
    rgb[c] = (uint8_t) (last[c] >> 8);
  vitrail_palette_free (palette);
  return (rgb[0] | rgb[1] | rgb[2]) != 0;
}

/* "Red", "Green", ... of CID 8122, whichever scheme codes it. */
static gboolean
read_coded_color (const VitrailDataSet *item, VitrailTag tag, uint8_t rgb[3])
{
  VitrailDataSet *code = vitrail_data_set_get_item (item, tag, 0);
  g_autofree char *meaning =
      vitrail_data_set_dup_string (code, CODE_MEANING, 0);

  return meaning != NULL && vitrail_path_color_from_word (meaning, rgb);
}

static gboolean
read_color (const VitrailDataSet *item, uint8_t rgb[3])
{
  return read_palette_color (item, rgb) ||
         read_coded_color (item, CHANNEL_DESCRIPTION, rgb) ||
         read_coded_color (item, ILLUMINATION_COLOR, rgb);
}

/* Whether the two may be one: what is not said contradicts nothing. */
static gboolean
agrees (const VitrailSlidePath *a, const VitrailSlidePath *b)
{
  return strcmp (a->id, b->id) == 0 &&
         (a->name == NULL || b->name == NULL ||
          strcmp (a->name, b->name) == 0) &&
         (a->wavelength_nm == 0 || b->wavelength_nm == 0 ||
          a->wavelength_nm == b->wavelength_nm);
}

/* @not_of: an instance whose other items these are. */
static guint
find_path (GPtrArray *paths,
           const VitrailSlidePath *wanted,
           gconstpointer not_of)
{
  for (guint i = 0; i < paths->len; i++) {
    const VitrailWsiPath *path = g_ptr_array_index (paths, i);
    if ((not_of == NULL || path->described_by != not_of) &&
        agrees (&path->said, wanted))
      return i;
  }
  return G_MAXUINT;
}

/* How the samples of @instance are to be taken: the widest of all instances. */
static void
note_format (VitrailWsiPath *self, VitrailInstance *instance)
{
  VitrailPixelFormat format;

  if (!vitrail_instance_get_pixel_format (instance, &format, NULL))
    return;
  if (format.samples != 1 ||
      format.photometric == VITRAIL_PHOTOMETRIC_PALETTE_COLOR)
    self->said.is_color = TRUE;
  self->said.bits = MAX (self->said.bits, MIN (format.bits_stored, 16));
  self->is_dark = format.photometric == VITRAIL_PHOTOMETRIC_MONOCHROME2;
}

static void
note_item (VitrailWsiPath *self, VitrailDataSet *item, double nm)
{
  if (self->said.wavelength_nm == 0)
    self->said.wavelength_nm = nm;
  if (!self->has_color)
    self->has_color = read_color (item, self->said.rgb);
  if (self->objective_power <= 0)
    vitrail_data_set_get_double (item, OBJECTIVE_POWER, 0,
                                 &self->objective_power);
  if (self->icc_profile == NULL && vitrail_data_set_has (item, ICC_PROFILE))
    self->icc_profile = vitrail_data_set_ref_value (item, ICC_PROFILE);
}

guint
vitrail_wsi_paths_add (GPtrArray *paths,
                       VitrailInstance *instance,
                       VitrailDataSet *item,
                       const char *identifier)
{
  g_autofree char *name =
      vitrail_data_set_dup_string (item, PATH_DESCRIPTION, 0);
  g_autofree char *id = vitrail_data_set_dup_string (item, PATH_IDENTIFIER, 0);
  double nm = read_wavelength (item);

  if (id == NULL)
    id = g_utf8_make_valid (identifier, -1);
  const VitrailSlidePath wanted = { .id = id,
                                    .name = name,
                                    .wavelength_nm = nm };
  guint index = find_path (paths, &wanted, item != NULL ? instance : NULL);
  if (index == G_MAXUINT) {
    if (paths->len == VITRAIL_SLIDE_MAX_PATHS)
      return G_MAXUINT;
    VitrailWsiPath *made = g_new0 (VitrailWsiPath, 1);
    made->said.id = g_steal_pointer (&id);
    index = paths->len;
    g_ptr_array_add (paths, made);
  }
  VitrailWsiPath *self = g_ptr_array_index (paths, index);
  if (self->said.name == NULL)
    self->said.name = g_steal_pointer (&name);
  if (item != NULL)
    self->described_by = instance;
  note_item (self, item, nm);
  note_format (self, instance);
  return index;
}

void
vitrail_wsi_paths_settle (GPtrArray *paths)
{
  for (guint i = 0; i < paths->len; i++) {
    VitrailWsiPath *path = g_ptr_array_index (paths, i);
    const gboolean is_plain = !path->has_color && path->said.wavelength_nm == 0;
    if (path->said.is_color || (is_plain && paths->len == 1))
      memset (path->said.rgb, 255, 3);
    else if (!path->has_color)
      vitrail_path_color_choose (path->said.name, path->said.wavelength_nm, i,
                                 path->said.rgb);
    path->has_color = TRUE;
    path->objective_power = MAX (path->objective_power, 0.0);
    path->said.bits = MAX (path->said.bits, 1);
  }
}
