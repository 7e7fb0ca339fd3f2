/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Philips TIFF: tiled pages are levels, each padded to whole tiles. The XML in
 * the first page's description says how coarse each really is, and holds label
 * and macro as JPEG in base64; some files have those as pages instead. */

#include "error.h"
#include "slide/tifflayout.h"

#include <string.h>

/* Attributes inside of attributes; files have 5. */
#define MAX_DEPTH  32
#define MAX_LEVELS 64
/* Bytes of a picture in the XML. */
#define MAX_PICTURE_BYTES (32ull * 1024 * 1024)

/* One scanned image: the slide, its label or its macro. */
typedef struct {
  char *type;
  char *data; /* base64 */
} Scanned;

typedef struct {
  VitrailTiffLayout *layout;
  char *names[MAX_DEPTH]; /* of the attributes that are open */
  guint depth;
  guint n_representations; /* open ones */
  gboolean is_scanned;
  Scanned scanned;
  guint n_spacings;
  double spacings_mm[MAX_LEVELS][2]; /* of the levels, x and y */
  double spacing_mm[2];              /* of the slide, 0: not said */
} Philips;

static const char *
find (const char **names, const char **values, const char *name)
{
  for (guint i = 0; names[i] != NULL; i++)
    if (strcmp (names[i], name) == 0)
      return values[i];
  return "";
}

static void
start_element_cb (GMarkupParseContext *context,
                  const char *element,
                  const char **names,
                  const char **values,
                  gpointer data,
                  GError **error)
{
  Philips *self = data;

  if (strcmp (element, "Attribute") == 0) {
    if (self->depth == MAX_DEPTH) {
      g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                   "attributes more than %d deep", MAX_DEPTH);
      return;
    }
    self->names[self->depth++] = g_strdup (find (names, values, "Name"));
  } else if (strcmp (element, "DataObject") == 0) {
    const char *type = find (names, values, "ObjectType");
    if (strcmp (type, "DPScannedImage") == 0)
      self->is_scanned = TRUE;
    else if (strcmp (type, "PixelDataRepresentation") == 0)
      self->n_representations++;
  }
}

static void
scanned_clear (Scanned *self)
{
  g_clear_pointer (&self->type, g_free);
  g_clear_pointer (&self->data, g_free);
}

/* "0.000227273" "0.000227273", with the quotes: rows are so far apart, then
 * columns. */
static gboolean
parse_spacing (const char *text, double spacing_mm[2])
{
  char *end = NULL;

  text += strcspn (text, "0123456789.");
  spacing_mm[1] = g_ascii_strtod (text, &end);
  end += strcspn (end, "0123456789.");
  spacing_mm[0] = g_ascii_strtod (end, NULL);
  return spacing_mm[0] > 0 && spacing_mm[0] < 1 && spacing_mm[1] > 0 &&
         spacing_mm[1] < 1;
}

static void
take_spacing (Philips *self, const char *text)
{
  double spacing_mm[2];

  if (!parse_spacing (text, spacing_mm))
    return;
  if (self->n_representations == 0)
    memcpy (self->spacing_mm, spacing_mm, sizeof self->spacing_mm);
  else if (self->n_spacings < MAX_LEVELS)
    memcpy (self->spacings_mm[self->n_spacings++], spacing_mm,
            sizeof spacing_mm);
}

static void
take_word (Philips *self, const char *name, const char *text)
{
  static const char *const words[][2] = {
    { "DICOM_MANUFACTURER", "Manufacturer" },
    { "DICOM_MANUFACTURERS_MODEL_NAME", "ManufacturerModelName" },
    { "DICOM_DEVICE_SERIAL_NUMBER", "DeviceSerialNumber" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (name, words[i][0]) == 0)
      vitrail_tiff_layout_add_property (self->layout, words[i][1], text);
  if (strcmp (name, "DICOM_ACQUISITION_DATETIME") == 0) {
    g_autofree char *when = vitrail_tiff_layout_parse_date (text, NULL);
    vitrail_tiff_layout_add_property (self->layout, "AcquisitionDateTime",
                                      when);
  } else if (strcmp (name, "PIM_DP_UFS_BARCODE") == 0) {
    gsize length = 0;
    g_autofree guchar *barcode = g_base64_decode (text, &length);
    g_autofree char *valid =
        g_utf8_make_valid ((const char *) barcode, (gssize) length);
    vitrail_tiff_layout_add_property (self->layout, "ContainerIdentifier",
                                      valid);
  }
}

static void
text_cb (GMarkupParseContext *context,
         const char *text,
         gsize length,
         gpointer data,
         GError **error)
{
  Philips *self = data;
  const char *name = self->depth > 0 ? self->names[self->depth - 1] : "";
  g_autofree char *value = NULL;

  if (length <= MAX_PICTURE_BYTES)
    value = g_strstrip (g_strndup (text, length));
  if (value == NULL || value[0] == '\0')
    return;
  if (strcmp (name, "PIM_DP_IMAGE_TYPE") == 0) {
    g_free (self->scanned.type);
    self->scanned.type = g_steal_pointer (&value);
  } else if (strcmp (name, "PIM_DP_IMAGE_DATA") == 0) {
    g_free (self->scanned.data);
    self->scanned.data = g_steal_pointer (&value);
  } else if (strcmp (name, "DICOM_PIXEL_SPACING") == 0) {
    take_spacing (self, value);
  } else {
    take_word (self, name, value);
  }
}

static void
finish_scanned (Philips *self)
{
  const char *name = NULL;

  if (g_strcmp0 (self->scanned.type, "LABELIMAGE") == 0)
    name = "label";
  else if (g_strcmp0 (self->scanned.type, "MACROIMAGE") == 0)
    name = "macro";
  if (name != NULL && self->scanned.data != NULL) {
    gsize length = 0;
    guchar *bytes = g_base64_decode (self->scanned.data, &length);
    g_autoptr (GBytes) jpeg = g_bytes_new_take (bytes, length);
    vitrail_tiff_layout_add_picture (self->layout, name, NULL, jpeg);
  }
  scanned_clear (&self->scanned);
  self->is_scanned = FALSE;
}

static void
end_element_cb (GMarkupParseContext *context,
                const char *element,
                gpointer data,
                GError **error)
{
  Philips *self = data;

  if (strcmp (element, "Attribute") == 0 && self->depth > 0) {
    g_free (self->names[--self->depth]);
  } else if (strcmp (element, "DataObject") == 0) {
    if (self->n_representations > 0)
      self->n_representations--;
    else if (self->is_scanned)
      finish_scanned (self);
  }
}

static gboolean
parse (Philips *self, const VitrailTiffFile *file, GError **error)
{
  static const GMarkupParser callbacks = { .start_element = start_element_cb,
                                           .end_element = end_element_cb,
                                           .text = text_cb };
  const VitrailTiffDirectory *first = vitrail_tiff_index_get (file->index, 0);
  g_autofree char *text =
      vitrail_tiff_layout_read_text (file, &first->description);
  g_autoptr (GError) reason = NULL;
  g_autoptr (GMarkupParseContext) context =
      g_markup_parse_context_new (&callbacks, 0, self, NULL);

  gboolean ok =
      g_markup_parse_context_parse (context, text, (gssize) strlen (text),
                                    &reason) &&
      g_markup_parse_context_end_parse (context, &reason);
  while (self->depth > 0)
    g_free (self->names[--self->depth]);
  scanned_clear (&self->scanned);
  if (!ok)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "%s: description of Philips: %s", file->path, reason->message);
  return ok;
}

/* The next tiled page as a level: as large as the finest one is, divided by
 * how much coarser the XML says it is. */
static void
add_level (Philips *self, const VitrailTiffPage *page)
{
  GArray *levels = self->layout->levels;
  guint number = levels->len;
  VitrailSlideLevel level;

  vitrail_tiff_page_get_level (page, &level);
  if (number > 0 && number < self->n_spacings) {
    const VitrailSlideLevel *finest =
        &g_array_index (levels, VitrailSlideLevel, 0);
    double x = self->spacings_mm[number][0] / self->spacings_mm[0][0];
    double y = self->spacings_mm[number][1] / self->spacings_mm[0][1];
    double width = (double) finest->width / x;
    double height = (double) finest->height / y;
    if (width >= 1 && width < (double) level.width)
      level.width = (guint64) width;
    if (height >= 1 && height < (double) level.height)
      level.height = (guint64) height;
    level.columns =
        (guint) ((level.width + level.tile_width - 1) / level.tile_width);
    level.rows =
        (guint) ((level.height + level.tile_height - 1) / level.tile_height);
  }
  if (number == 0 ||
      (number < VITRAIL_TIFF_MAX_LEVELS &&
       level.width <
           g_array_index (levels, VitrailSlideLevel, number - 1).width))
    vitrail_tiff_layout_append_level (self->layout, &level, page);
}

static void
add_picture (Philips *self,
             const VitrailTiffFile *file,
             const VitrailTiffPage *page)
{
  g_autofree char *text =
      vitrail_tiff_layout_read_start (file, &page->directory->description);

  if (g_str_has_prefix (text, "Label"))
    vitrail_tiff_layout_add_picture (self->layout, "label", page, NULL);
  else if (g_str_has_prefix (text, "Macro"))
    vitrail_tiff_layout_add_picture (self->layout, "macro", page, NULL);
}

static gboolean
add_pages (Philips *self, VitrailTiffFile *file, GError **error)
{
  guint n = vitrail_tiff_index_get_n_pages (file->index);

  for (guint i = 0; i < n; i++) {
    g_autoptr (GError) reason = NULL;
    const VitrailTiffDirectory *directory =
        vitrail_tiff_index_get (file->index, i);
    const VitrailTiffPage *page =
        vitrail_tiff_layout_add_page (self->layout, file, directory, 1,
                                      &reason);
    if (page == NULL && i == 0) {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
    if (page == NULL) {
      g_message ("%s; this page is left out", reason->message);
      self->layout->n_left_out++;
    } else if (directory->is_tiled) {
      add_level (self, page);
    } else {
      add_picture (self, file, page);
    }
  }
  return TRUE;
}

gboolean
vitrail_tiff_layout_read_philips (VitrailTiffLayout *self,
                                  VitrailTiffFile *file,
                                  GError **error)
{
  Philips philips = { .layout = self };

  if (!parse (&philips, file, error) || !add_pages (&philips, file, error))
    return FALSE;
  if (!vitrail_tiff_layout_finish_simple (self, file, error))
    return FALSE;
  const double *spacing_mm =
      philips.n_spacings > 0 ? philips.spacings_mm[0] : philips.spacing_mm;
  self->has_mpp = spacing_mm[0] > 0 && spacing_mm[1] > 0;
  self->mpp_um[0] = spacing_mm[0] * 1000.0;
  self->mpp_um[1] = spacing_mm[1] * 1000.0;
  vitrail_tiff_layout_add_tags (self, file,
                                vitrail_tiff_index_get (file->index, 0));
  return TRUE;
}
