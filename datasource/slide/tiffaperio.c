/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Aperio SVS: tiled pages are levels, the second page is a thumbnail, and what
 * stands in strips behind the levels is label and macro. Descriptions are a
 * header line or two, then "|"-separated "KEY = VALUE". */

#include "error.h"
#include "slide/tifflayout.h"

#include <string.h>

/* The value of @key in a description, or NULL. */
static char *
find_value (const char *description, const char *key)
{
  g_auto (GStrv) fields = g_strsplit (description, "|", 1024);

  for (guint i = 1; fields[0] != NULL && fields[i] != NULL; i++) {
    char *equals = strchr (fields[i], '=');
    if (equals == NULL)
      continue;
    *equals = '\0';
    if (strcmp (g_strstrip (fields[i]), key) == 0)
      return g_strdup (g_strstrip (equals + 1));
  }
  return NULL;
}

static double
find_number (const char *description, const char *key)
{
  g_autofree char *text = find_value (description, key);
  double value = text != NULL ? g_ascii_strtod (text, NULL) : 0.0;

  return value > 0.0 && value < 1e6 ? value : 0.0;
}

static void
add_value (VitrailTiffLayout *self,
           const char *description,
           const char *key,
           const char *keyword)
{
  g_autofree char *value = find_value (description, key);
  vitrail_tiff_layout_add_property (self, keyword, value);
}

/* "12/29/09" and "09:59:15". */
static void
add_date (VitrailTiffLayout *self, const char *description)
{
  g_autofree char *date = find_value (description, "Date");
  g_autofree char *time = find_value (description, "Time");
  g_autofree char *when =
      date != NULL ? vitrail_tiff_layout_parse_date (date, time) : NULL;

  vitrail_tiff_layout_add_property (self, "AcquisitionDateTime", when);
}

static void
read_description (VitrailTiffLayout *self,
                  const VitrailTiffFile *file,
                  const VitrailTiffDirectory *first)
{
  g_autofree char *text =
      vitrail_tiff_layout_read_text (file, &first->description);
  double mpp = find_number (text, "MPP");

  self->has_mpp = mpp > 0.0;
  self->mpp_um[0] = self->mpp_um[1] = mpp;
  self->objective_power = find_number (text, "AppMag");
  if (first->make.count == 0)
    vitrail_tiff_layout_add_property (self, "Manufacturer", "Aperio");
  add_value (self, text, "ScannerType", "ManufacturerModelName");
  add_value (self, text, "ScanScope ID", "DeviceSerialNumber");
  add_value (self, text, "Barcode", "ContainerIdentifier");
  add_value (self, text, "Title", "ImageComments");
  add_date (self, text);
  vitrail_tiff_layout_add_tags (self, file, first);
}

/* The second line of a description begins with what the picture is: "label
 * 387x463", "macro 1280x431". */
static char *
read_name (const VitrailTiffFile *file, const VitrailTiffDirectory *directory)
{
  g_autofree char *text =
      vitrail_tiff_layout_read_start (file, &directory->description);
  const char *line = strchr (text, '\n');

  if (line == NULL)
    return NULL;
  line++;
  return g_strndup (line, strcspn (line, " \r\n"));
}

static void
add_picture (VitrailTiffLayout *self,
             const VitrailTiffFile *file,
             guint number,
             const VitrailTiffPage *page)
{
  g_autofree char *name = read_name (file, page->directory);

  if (g_strcmp0 (name, "label") == 0 || g_strcmp0 (name, "macro") == 0)
    vitrail_tiff_layout_add_picture (self, name, page, NULL);
  else if (number == 1)
    vitrail_tiff_layout_add_picture (self, "thumbnail", page, NULL);
}

gboolean
vitrail_tiff_layout_read_aperio (VitrailTiffLayout *self,
                                 VitrailTiffFile *file,
                                 GError **error)
{
  guint n = vitrail_tiff_index_get_n_pages (file->index);

  for (guint i = 0; i < n; i++) {
    const VitrailTiffDirectory *directory =
        vitrail_tiff_index_get (file->index, i);
    g_autoptr (GError) reason = NULL;
    const VitrailTiffPage *page =
        vitrail_tiff_layout_add_page (self, file, directory, 1, &reason);
    if (page == NULL && i == 0) {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
    if (page == NULL) {
      g_message ("%s; this page is left out", reason->message);
      self->n_left_out++;
    } else if (directory->is_tiled) {
      vitrail_tiff_layout_add_level (self, page);
    } else {
      add_picture (self, file, i, page);
    }
  }
  if (!vitrail_tiff_layout_finish_simple (self, file, error))
    return FALSE;
  read_description (self, file, vitrail_tiff_index_get (file->index, 0));
  return TRUE;
}
