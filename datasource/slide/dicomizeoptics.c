/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Optical paths of an instance, and the colour of its pixels: see
 * dicomizeheader.h. */

#include "slide/dicomizeheader.h"
#include "slide/dicomizewords.h"

#include <lcms2.h>
#include <pthread.h>
#include <string.h>

/* ICC.1:2010 7.2: where a profile's header holds when it was made. */
#define ICC_DATE       24
#define ICC_DATE_BYTES 12

/* Characters of an SH. */
#define SH_CHARACTERS 16

static GBytes *
make_srgb (void)
{
  /* 1 January 2000, as big endian numbers of 16 bits. */
  static const uint8_t date[ICC_DATE_BYTES] = { 0x07, 0xd0, 0, 1, 0, 1 };
  cmsHPROFILE profile = cmsCreate_sRGBProfile ();
  cmsUInt32Number length = 0;
  g_autofree uint8_t *bytes = NULL;

  if (profile == NULL)
    return NULL;
  if (cmsSaveProfileToMem (profile, NULL, &length) &&
      length >= ICC_DATE + ICC_DATE_BYTES)
    bytes = g_malloc0 (length);
  if (bytes != NULL && !cmsSaveProfileToMem (profile, bytes, &length))
    g_clear_pointer (&bytes, g_free);
  cmsCloseProfile (profile);
  if (bytes == NULL)
    return NULL;
  memcpy (bytes + ICC_DATE, date, sizeof date);
  return g_bytes_new_take (g_steal_pointer (&bytes), length);
}

static GBytes *srgb;

static void
make_srgb_once (void)
{
  srgb = make_srgb ();
}

GBytes *
vitrail_dicomized_ref_srgb (void)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;

  pthread_once (&once, make_srgb_once);
  return srgb != NULL ? g_bytes_ref (srgb) : NULL;
}

/* ICC Profile is required of colour. */
static void
set_profile (const VitrailDicomized *self, VitrailDataSetBuilder *item)
{
  g_autoptr (GBytes) stored = vitrail_slide_get_icc_profile (self->slide);
  g_autoptr (GBytes) profile =
      stored != NULL ? g_bytes_ref (stored) : vitrail_dicomized_ref_srgb ();

  if (profile != NULL)
    vitrail_data_set_builder_set_bytes (
        item, vitrail_dictionary_find_keyword ("ICCProfile")->tag,
        VITRAIL_VR ('O', 'B'), profile);
  if (stored == NULL)
    vitrail_words_set (item, "ColorSpace", "SRGB");
}

static void
set_light (const VitrailSlidePath *path, VitrailDataSetBuilder *item)
{
  const VitrailCode bright = { "111744", "DCM", "Brightfield illumination" };
  const VitrailCode fluorescence = { "111743", "DCM",
                                     "Epifluorescence illumination" };

  vitrail_words_set_code (item, "IlluminationTypeCodeSequence",
                          path->is_color ? bright : fluorescence);
  if (!path->is_color && path->wavelength_nm > 0)
    vitrail_words_set_number (item, "IlluminationWaveLength",
                              path->wavelength_nm);
  else
    vitrail_words_set_code (item, "IlluminationColorCodeSequence",
                            (VitrailCode){ "414298005", "SCT",
                                           "Full Spectrum" });
}

static VitrailDataSet *
make_path (const VitrailDicomized *self,
           const VitrailDicomizedImage *image,
           guint path)
{
  VitrailDataSetBuilder *item = vitrail_data_set_builder_new ();
  const double power = vitrail_slide_get_objective_power (self->slide);
  VitrailSlidePath described;

  vitrail_slide_get_path (self->slide, path, &described);
  g_autofree char *id =
      g_utf8_substring (described.id, 0,
                        MIN (g_utf8_strlen (described.id, -1), SH_CHARACTERS));
  vitrail_words_set (item, "OpticalPathIdentifier", id);
  if (described.name != NULL)
    vitrail_words_set (item, "OpticalPathDescription", described.name);
  set_light (&described, item);
  if (image->format.samples > 1)
    set_profile (self, item);
  if (image->flavor == VITRAIL_FLAVOR_VOLUME && power > 0)
    vitrail_words_set_decimals (item, "ObjectiveLensPower", &power, 1);
  return vitrail_data_set_builder_end (item);
}

void
vitrail_dicomized_set_optics (const VitrailDicomized *self,
                              const VitrailDicomizedImage *image,
                              VitrailDataSetBuilder *builder)
{
  g_autoptr (GPtrArray) items =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);

  for (guint i = 0; i < image->n_paths; i++)
    g_ptr_array_add (items, make_path (self, image, image->first_path + i));
  vitrail_data_set_builder_set_items (
      builder, vitrail_dictionary_find_keyword ("OpticalPathSequence")->tag,
      (VitrailDataSet *const *) items->pdata, items->len);
}
