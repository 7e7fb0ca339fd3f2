/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* OME-XML through GLib's parser, which knows no entities but XML's own five:
 * see omexml.h. */

#include "slide/omexml.h"

#include "error.h"

#include <string.h>

/* Images, channels, blocks and planes of one text, each. */
#define MAX_ITEMS 65536u

typedef struct {
  VitrailOmeXml *xml;
  VitrailOmeImage *image; /* borrowed; NULL outside of images */
  char **text;            /* where the text of this element goes, or NULL */
} Parser;

static void
channel_clear (gpointer data)
{
  VitrailOmeChannel *self = data;

  g_free (self->id);
  g_free (self->name);
}

static void
block_clear (gpointer data)
{
  VitrailOmeBlock *self = data;

  g_free (self->file_name);
  g_free (self->uuid);
}

static void
image_free (gpointer data)
{
  VitrailOmeImage *self = data;

  g_free (self->name);
  g_free (self->description);
  g_free (self->date);
  g_free (self->objective);
  g_array_unref (self->channels);
  g_array_unref (self->blocks);
  g_array_unref (self->planes);
  g_free (self);
}

/* The attributes of an element. */
typedef struct {
  const char **names;
  const char **values;
} Attributes;

static const char *
find (const Attributes *self, const char *name)
{
  for (guint i = 0; self->names[i] != NULL; i++)
    if (strcmp (self->names[i], name) == 0)
      return self->values[i];
  return NULL;
}

static guint
find_count (const Attributes *self, const char *name, guint otherwise)
{
  const char *text = find (self, name);
  guint64 value;

  if (text == NULL ||
      !g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT32, &value, NULL))
    return otherwise;
  return (guint) value;
}

/* A unit of length in micrometres; 0 where it is none. */
static double
get_unit_um (const char *unit)
{
  static const struct {
    const char *name;
    double um;
  } units[] = { { "\302\265m", 1.0 }, /* micro sign */
                { "\316\274m", 1.0 }, /* Greek mu */
                { "um", 1.0 },        { "nm", 1e-3 }, { "pm", 1e-6 },
                { "\303\205", 1e-4 }, /* Angstrom */
                { "mm", 1e3 },        { "cm", 1e4 },  { "m", 1e6 } };

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    if (strcmp (units[i].name, unit) == 0)
      return units[i].um;
  return 0.0;
}

/* A length in micrometres, NAN-free; @unit where none is written. */
static gboolean
find_length_um (const Attributes *self,
                const char *name,
                const char *unit,
                double *um)
{
  g_autofree char *unit_name = g_strconcat (name, "Unit", NULL);
  const char *text = find (self, name);
  const char *said = find (self, unit_name);
  char *end = NULL;

  if (text == NULL)
    return FALSE;
  double value = g_ascii_strtod (text, &end);
  double factor = get_unit_um (said != NULL ? said : unit);
  if (end == text || !(value > -1e9 && value < 1e9) || factor == 0.0)
    return FALSE;
  *um = value * factor;
  return TRUE;
}

static double
find_size_um (const Attributes *self, const char *name)
{
  double um = 0.0;
  return find_length_um (self, name, "um", &um) && um > 0.0 ? um : 0.0;
}

static void
start_image (Parser *self, const Attributes *attributes)
{
  VitrailOmeImage *image = g_new0 (VitrailOmeImage, 1);

  image->name = g_strdup (find (attributes, "Name"));
  image->channels = g_array_new (FALSE, TRUE, sizeof (VitrailOmeChannel));
  image->blocks = g_array_new (FALSE, TRUE, sizeof (VitrailOmeBlock));
  image->planes = g_array_new (FALSE, TRUE, sizeof (VitrailOmePlane));
  g_array_set_clear_func (image->channels, channel_clear);
  g_array_set_clear_func (image->blocks, block_clear);
  for (guint i = 0; i < G_N_ELEMENTS (image->sizes); i++)
    image->sizes[i] = 1;
  memcpy (image->order, "CZT", sizeof "CZT");
  g_ptr_array_add (self->xml->images, image);
  self->image = image;
}

static void
take_pixels (VitrailOmeImage *image, const Attributes *attributes)
{
  static const char *const sizes[] = { "SizeC", "SizeZ", "SizeT" };
  const char *order = find (attributes, "DimensionOrder");

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    image->sizes[i] = MAX (find_count (attributes, sizes[i], 1), 1);
  image->bits = find_count (attributes, "SignificantBits", 0);
  image->mpp_um[0] = find_size_um (attributes, "PhysicalSizeX");
  image->mpp_um[1] = find_size_um (attributes, "PhysicalSizeY");
  image->step_um = find_size_um (attributes, "PhysicalSizeZ");
  if (order != NULL && strlen (order) == 5 && strspn (order + 2, "CZT") == 3 &&
      order[2] != order[3] && order[2] != order[4] && order[3] != order[4])
    memcpy (image->order, order + 2, sizeof image->order);
}

static void
take_channel (VitrailOmeImage *image, const Attributes *attributes)
{
  VitrailOmeChannel channel = { .id = g_strdup (find (attributes, "ID")),
                                .name = g_strdup (find (attributes, "Name")) };
  const char *color = find (attributes, "Color");
  gint64 value;
  double um = 0.0;

  channel.samples = MAX (find_count (attributes, "SamplesPerPixel", 1), 1);
  /* A signed number of 32 bits, which some write as an unsigned one. */
  channel.has_color =
      color != NULL && g_ascii_string_to_signed (color, 10, G_MININT32,
                                                 G_MAXUINT32, &value, NULL);
  if (channel.has_color)
    channel.color = (guint32) value;
  if (find_length_um (attributes, "EmissionWavelength", "nm", &um) ||
      find_length_um (attributes, "ExcitationWavelength", "nm", &um))
    channel.wavelength_nm = MAX (um * 1000.0, 0.0);
  g_array_append_val (image->channels, channel);
}

static void
take_block (VitrailOmeImage *image, const Attributes *attributes)
{
  static const char *const firsts[] = { "FirstC", "FirstZ", "FirstT" };
  VitrailOmeBlock block = { .ifd = find_count (attributes, "IFD", 0),
                            .has_ifd = find (attributes, "IFD") != NULL,
                            .n_planes =
                                find_count (attributes, "PlaneCount", 0) };

  for (guint i = 0; i < G_N_ELEMENTS (firsts); i++)
    block.first[i] = find_count (attributes, firsts[i], 0);
  g_array_append_val (image->blocks, block);
}

static void
take_plane (VitrailOmeImage *image, const Attributes *attributes)
{
  VitrailOmePlane plane = { .focal_plane = find_count (attributes, "TheZ", 0) };

  if (find_length_um (attributes, "PositionZ", "reference frame", &plane.z_um))
    g_array_append_val (image->planes, plane);
}

static void
take_uuid (Parser *self, const Attributes *attributes)
{
  GArray *blocks = self->image->blocks;

  if (blocks->len == 0)
    return;
  VitrailOmeBlock *block =
      &g_array_index (blocks, VitrailOmeBlock, blocks->len - 1);
  if (block->uuid != NULL)
    return;
  g_free (block->file_name);
  block->file_name = g_strdup (find (attributes, "FileName"));
  self->text = &block->uuid;
}

static void
take_objective (VitrailOmeXml *xml, const Attributes *attributes)
{
  const char *id = find (attributes, "ID");
  const char *text = find (attributes, "NominalMagnification");
  double value = text != NULL ? g_ascii_strtod (text, NULL) : 0.0;

  if (id == NULL || !(value > 0.0 && value < 1e4))
    return;
  g_hash_table_replace (xml->magnifications, g_strdup (id),
                        g_memdup2 (&value, sizeof value));
}

static void
take_microscope (VitrailOmeXml *xml, const Attributes *attributes)
{
  if (xml->manufacturer != NULL || xml->model != NULL)
    return;
  xml->manufacturer = g_strdup (find (attributes, "Manufacturer"));
  xml->model = g_strdup (find (attributes, "Model"));
  xml->serial = g_strdup (find (attributes, "SerialNumber"));
}

/* Elements of an image. */
static void
take_in_image (Parser *self, const char *name, const Attributes *attributes)
{
  VitrailOmeImage *image = self->image;

  if (strcmp (name, "Pixels") == 0) {
    take_pixels (image, attributes);
  } else if (strcmp (name, "Channel") == 0) {
    take_channel (image, attributes);
  } else if (strcmp (name, "TiffData") == 0) {
    take_block (image, attributes);
  } else if (strcmp (name, "Plane") == 0) {
    take_plane (image, attributes);
  } else if (strcmp (name, "UUID") == 0) {
    take_uuid (self, attributes);
  } else if (strcmp (name, "AcquisitionDate") == 0) {
    self->text = image->date == NULL ? &image->date : NULL;
  } else if (strcmp (name, "Description") == 0) {
    self->text = image->description == NULL ? &image->description : NULL;
  } else if (strcmp (name, "ObjectiveSettings") == 0) {
    g_free (image->objective);
    image->objective = g_strdup (find (attributes, "ID"));
  }
}

static gboolean
has_room (const Parser *self)
{
  const VitrailOmeImage *image = self->image;

  return self->xml->images->len < MAX_ITEMS &&
         (image == NULL ||
          (image->channels->len < MAX_ITEMS && image->blocks->len < MAX_ITEMS &&
           image->planes->len < MAX_ITEMS));
}

static const char *
get_local_name (const char *name)
{
  const char *colon = strchr (name, ':');
  return colon != NULL ? colon + 1 : name;
}

static void
start_element_cb (GMarkupParseContext *context,
                  const char *element,
                  const char **names,
                  const char **values,
                  gpointer data,
                  GError **error)
{
  Parser *self = data;
  const char *name = get_local_name (element);
  const Attributes attributes = { names, values };

  self->text = NULL;
  if (!has_room (self)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "OME-XML with over %u elements '%s'", MAX_ITEMS, name);
    return;
  }
  if (strcmp (name, "OME") == 0 && self->xml->uuid == NULL)
    self->xml->uuid = g_strdup (find (&attributes, "UUID"));
  else if (strcmp (name, "Image") == 0)
    start_image (self, &attributes);
  else if (strcmp (name, "Objective") == 0)
    take_objective (self->xml, &attributes);
  else if (strcmp (name, "Microscope") == 0)
    take_microscope (self->xml, &attributes);
  else if (self->image != NULL)
    take_in_image (self, name, &attributes);
}

static void
end_element_cb (GMarkupParseContext *context,
                const char *element,
                gpointer data,
                GError **error)
{
  Parser *self = data;

  self->text = NULL;
  if (strcmp (get_local_name (element), "Image") == 0)
    self->image = NULL;
}

static void
text_cb (GMarkupParseContext *context,
         const char *text,
         gsize length,
         gpointer data,
         GError **error)
{
  Parser *self = data;

  if (self->text != NULL && *self->text == NULL)
    *self->text = g_strstrip (g_strndup (text, length));
}

VitrailOmeXml *
vitrail_ome_xml_parse (const char *text, GError **error)
{
  static const GMarkupParser callbacks = { .start_element = start_element_cb,
                                           .end_element = end_element_cb,
                                           .text = text_cb };
  g_autoptr (VitrailOmeXml) xml = g_new0 (VitrailOmeXml, 1);
  Parser parser = { .xml = xml };
  g_autoptr (GError) reason = NULL;

  xml->images = g_ptr_array_new_with_free_func (image_free);
  xml->magnifications =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GMarkupParseContext) context =
      g_markup_parse_context_new (&callbacks, 0, &parser, NULL);
  if (!g_markup_parse_context_parse (context, text, (gssize) strlen (text),
                                     &reason) ||
      !g_markup_parse_context_end_parse (context, &reason))
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED, "OME-XML: %s",
                 reason->message);
    return NULL;
  }
  if (xml->images->len == 0) {
    g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                         "OME-XML without an image");
    return NULL;
  }
  return g_steal_pointer (&xml);
}

void
vitrail_ome_xml_free (VitrailOmeXml *self)
{
  g_clear_pointer (&self->images, g_ptr_array_unref);
  g_clear_pointer (&self->magnifications, g_hash_table_unref);
  g_free (self->uuid);
  g_free (self->manufacturer);
  g_free (self->model);
  g_free (self->serial);
  g_free (self);
}
