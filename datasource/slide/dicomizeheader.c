/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The data set of an instance that a slide becomes, but for where its pixels
 * lie (dicomizematrix.c) and what light they show (dicomizeoptics.c): whose it
 * is, what it was made with, how it is coded. PS3.3 A.32.8. What the slide does
 * not say but DICOM must have is a value that says so. */

#include "config.h"

#include "slide/dicomizeheader.h"

#include "slide/dicomizewords.h"

#include <string.h>

/* Where the slide has no date. */
#define NO_DATE "19700101"
#define NO_TIME "000000"

/* Characters of LO, and of UC and ST, which have more room than we use. */
#define LO_CHARACTERS 64

static const char *
find_property (VitrailSlide *slide, const char *keyword)
{
  const VitrailSlideProperty *properties =
      vitrail_slide_list_properties (slide);

  for (; properties->keyword != NULL; properties++)
    if (strcmp (properties->keyword, keyword) == 0 &&
        properties->value != NULL && properties->value[0] != '\0')
      return properties->value;
  return NULL;
}

/* @text as one value of an LO: a backslash would make two of it. */
static char *
make_value (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  char *value =
      g_utf8_substring (valid, 0,
                        MIN (g_utf8_strlen (valid, -1), LO_CHARACTERS));

  for (char *c = value; *c != '\0'; c++)
    if (*c == '\\' || g_ascii_iscntrl (*c))
      *c = ' ';
  return g_strstrip (value);
}

static void
set_property (const VitrailDicomized *self,
              VitrailDataSetBuilder *builder,
              const char *keyword,
              const char *otherwise)
{
  const char *text = find_property (self->slide, keyword);
  g_autofree char *value = make_value (text != NULL ? text : otherwise);

  vitrail_words_set (builder, keyword, value);
}

/* A time as ISO 8601 writes it as 14 digits; FALSE when it is none. */
static gboolean
read_time (const char *iso, char digits[15])
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (iso, utc);
  g_autofree char *text =
      time != NULL ? g_date_time_format (time, "%Y%m%d%H%M%S") : NULL;

  /* Years of more than four digits are somebody's joke. */
  if (text == NULL || strlen (text) != 14)
    return FALSE;
  g_strlcpy (digits, text, 15);
  return TRUE;
}

static void
set_dates (const VitrailDicomized *self, VitrailDataSetBuilder *builder)
{
  const char *iso = find_property (self->slide, "AcquisitionDateTime");
  char digits[15] = NO_DATE NO_TIME;
  const gboolean is_known = iso != NULL && read_time (iso, digits);
  g_autofree char *date = g_strndup (digits, 8);

  vitrail_words_set (builder, "StudyDate", is_known ? date : "");
  vitrail_words_set (builder, "StudyTime", is_known ? digits + 8 : "");
  vitrail_words_set (builder, "ContentDate", date);
  vitrail_words_set (builder, "ContentTime", digits + 8);
  vitrail_words_set (builder, "AcquisitionDateTime", digits);
}

static void
set_uids (const VitrailDicomized *self,
          const VitrailDicomizedImage *image,
          VitrailDataSetBuilder *builder)
{
  static const VitrailWord parts[] = {
    { "StudyInstanceUID", "study" },
    { "SeriesInstanceUID", "series" },
    { "FrameOfReferenceUID", "frame of reference" },
  };

  vitrail_words_set (builder, "SOPClassUID", VITRAIL_WSI_SOP_CLASS);
  vitrail_words_set (builder, "SOPInstanceUID", image->uid);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_autofree char *uid =
        vitrail_dicomized_dup_uid (self->slide, parts[i].value);
    vitrail_words_set (builder, parts[i].keyword, uid);
  }
  if (image->flavor != VITRAIL_FLAVOR_VOLUME)
    return;
  g_autofree char *pyramid = vitrail_dicomized_dup_uid (self->slide, "pyramid");
  vitrail_words_set (builder, "PyramidUID", pyramid);
  vitrail_words_set (builder, "PyramidLabel", "Levels of the slide");
}

/* Patient and study are for whoever knows them to fill in. */
static void
set_context (const VitrailDicomized *self, VitrailDataSetBuilder *builder)
{
  static const VitrailWord words[] = {
    { "PatientName", "" },
    { "PatientID", "" },
    { "PatientBirthDate", "" },
    { "PatientSex", "" },
    { "ReferringPhysicianName", "" },
    { "StudyID", "" },
    { "AccessionNumber", "" },
    { "Modality", "SM" },
    { "SeriesNumber", "1" },
    { "PositionReferenceIndicator", "SLIDE_CORNER" },
    { "SoftwareVersions", "Vitrail " VITRAIL_VERSION },
    { "VolumetricProperties", "VOLUME" },
    { "FocusMethod", "AUTO" },
    { "ExtendedDepthOfField", "NO" },
  };
  g_autofree char *name = make_value (vitrail_slide_get_name (self->slide));

  vitrail_words_set_table (builder, words, G_N_ELEMENTS (words));
  vitrail_words_set (builder, "SeriesDescription", name);
  set_property (self, builder, "Manufacturer", "unknown");
  set_property (self, builder, "ManufacturerModelName", "unknown");
  set_property (self, builder, "DeviceSerialNumber", "unknown");
  vitrail_words_set_none (builder, "AcquisitionContextSequence");
}

static void
set_specimen (const VitrailDicomized *self, VitrailDataSetBuilder *builder)
{
  const char *id = vitrail_slide_get_id (self->slide);
  VitrailDataSetBuilder *item = vitrail_data_set_builder_new ();
  g_autofree char *uid = vitrail_dicomized_dup_uid (self->slide, "specimen");

  set_property (self, builder, "ContainerIdentifier", id);
  vitrail_words_set_none (builder, "IssuerOfTheContainerIdentifierSequence");
  vitrail_words_set_code (builder, "ContainerTypeCodeSequence",
                          (VitrailCode){ "433466003", "SCT",
                                         "Microscope slide" });
  set_property (self, item, "SpecimenIdentifier", id);
  vitrail_words_set (item, "SpecimenUID", uid);
  vitrail_words_set_none (item, "IssuerOfTheSpecimenIdentifierSequence");
  vitrail_words_set_none (item, "SpecimenPreparationSequence");
  if (find_property (self->slide, "SpecimenShortDescription") != NULL)
    set_property (self, item, "SpecimenShortDescription", "");
  vitrail_words_set_item (builder, "SpecimenDescriptionSequence", item);
}

static void
set_pixels (const VitrailDicomizedImage *image, VitrailDataSetBuilder *builder)
{
  const VitrailPixelFormat *format = &image->format;

  const struct {
    const char *keyword;
    guint value;
  } numbers[] = {
    { "SamplesPerPixel", format->samples },
    { "Rows", format->height },
    { "Columns", format->width },
    { "BitsAllocated", format->bits_allocated },
    { "BitsStored", format->bits_stored },
    { "HighBit", format->high_bit },
    { "PixelRepresentation", 0 },
    { "NumberOfFrames", vitrail_dicomized_image_get_n_frames (image) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    vitrail_words_set_number (builder, numbers[i].keyword, numbers[i].value);
  vitrail_words_set (builder, "PhotometricInterpretation",
                     vitrail_photometric_text (format->photometric));
  if (format->samples > 1) {
    vitrail_words_set_number (builder, "PlanarConfiguration", 0);
    return;
  }
  vitrail_words_set (builder, "PresentationLUTShape", "IDENTITY");
  vitrail_words_set (builder, "RescaleIntercept", "0");
  vitrail_words_set (builder, "RescaleSlope", "1");
}

static void
set_loss (const VitrailDicomized *self,
          const VitrailDicomizedImage *image,
          double ratio,
          VitrailDataSetBuilder *builder)
{
  const gboolean is_jpeg =
      strcmp (image->transfer_syntax, VITRAIL_SYNTAX_JPEG) == 0;

  vitrail_words_set (builder, "LossyImageCompression",
                     image->is_lossy ? "01" : "00");
  if (image->is_lossy && ratio > 0.0) {
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd (text, sizeof text, "%.2f", ratio);
    vitrail_words_set (builder, "LossyImageCompressionRatio", text);
    vitrail_words_set (builder, "LossyImageCompressionMethod",
                       is_jpeg ? "ISO_10918_1" : "ISO_15444_1");
  }
  if (!image->is_encoded)
    return;
  g_autofree char *how =
      is_jpeg ? g_strdup_printf ("Decoded and encoded as JPEG of quality %d",
                                 self->quality)
              : g_strdup ("Decoded and encoded without loss");
  vitrail_words_set (builder, "DerivationDescription", how);
}

/* What is written on a label may name the patient. */
static void
set_label (const VitrailDicomizedImage *image, VitrailDataSetBuilder *builder)
{
  const gboolean shows_label = image->flavor == VITRAIL_FLAVOR_LABEL ||
                               image->flavor == VITRAIL_FLAVOR_OVERVIEW;

  vitrail_words_set (builder, "SpecimenLabelInImage",
                     shows_label ? "YES" : "NO");
  vitrail_words_set (builder, "BurnedInAnnotation", shows_label ? "YES" : "NO");
  if (image->flavor != VITRAIL_FLAVOR_LABEL)
    return;
  vitrail_words_set (builder, "BarcodeValue", "");
  vitrail_words_set (builder, "LabelText", "");
}

VitrailDataSet *
vitrail_dicomized_image_describe (const VitrailDicomized *self,
                                  const VitrailDicomizedImage *image,
                                  double ratio)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();
  guint number = 0;

  g_ptr_array_find (self->images, image, &number);
  set_uids (self, image, builder);
  set_dates (self, builder);
  set_context (self, builder);
  set_specimen (self, builder);
  set_pixels (image, builder);
  set_loss (self, image, ratio, builder);
  vitrail_words_set_number (builder, "InstanceNumber", number + 1);
  set_label (image, builder);
  vitrail_dicomized_set_matrix (self, image, builder);
  vitrail_dicomized_set_optics (self, image, builder);
  return vitrail_data_set_builder_end (builder);
}
