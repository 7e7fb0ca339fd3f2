/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* IIIF image requests: see iiif.h. */

#include "iiif.h"

#include "request.h"

#include <math.h>
#include <string.h>

/* Numbers of more digits than this are no sizes of pictures. */
#define MAX_DIGITS 12

static const char *const qualities[] = { "default", "color", "gray",
                                         "bitonal" };
static const char *const formats[] = { "jpg", "png", "webp" };

static gboolean
set_bad (GError **error, const char *part, const char *text, const char *why)
{
  g_set_error (error, VITRAIL_HTTP_ERROR, 400, "%s \"%.80s\": %s", part, text,
               why);
  return FALSE;
}

/* A number of plain digits, with a fraction if @with_fraction; moves @text
 * behind it. */
static gboolean
read_number (const char **text, gboolean with_fraction, double *number)
{
  gsize whole = strspn (*text, "0123456789");
  gsize length = whole;

  if (whole == 0 || whole > MAX_DIGITS)
    return FALSE;
  if (with_fraction && (*text)[whole] == '.') {
    gsize fraction = strspn (*text + whole + 1, "0123456789");
    if (fraction == 0 || fraction > MAX_DIGITS)
      return FALSE;
    length += 1 + fraction;
  }
  g_autofree char *copy = g_strndup (*text, length);
  *number = g_ascii_strtod (copy, NULL);
  *text += length;
  return TRUE;
}

/* @n numbers with commas between them, and nothing behind. */
static gboolean
read_numbers (const char *text, gboolean with_fraction, guint n, double *out)
{
  for (guint i = 0; i < n; i++) {
    if (i > 0 && *text++ != ',')
      return FALSE;
    if (!read_number (&text, with_fraction, &out[i]))
      return FALSE;
  }
  return *text == '\0';
}

static gboolean
parse_region (VitrailIiifRequest *self, const char *text, GError **error)
{
  gboolean is_percent = g_str_has_prefix (text, "pct:");

  if (strcmp (text, "full") == 0) {
    self->region_kind = VITRAIL_IIIF_REGION_FULL;
    return TRUE;
  }
  if (strcmp (text, "square") == 0) {
    self->region_kind = VITRAIL_IIIF_REGION_SQUARE;
    return TRUE;
  }
  self->region_kind =
      is_percent ? VITRAIL_IIIF_REGION_PERCENT : VITRAIL_IIIF_REGION_PIXELS;
  if (!read_numbers (is_percent ? text + 4 : text, is_percent, 4, self->region))
    return set_bad (error, "region", text,
                    "neither full, square, x,y,w,h nor pct:x,y,w,h");
  return TRUE;
}

/* "w,", ",h" and "w,h". */
static gboolean
parse_sides (VitrailIiifRequest *self, const char *text)
{
  const char *comma = strchr (text, ',');

  if (comma == NULL)
    return FALSE;
  if (comma == text) {
    self->size_kind = VITRAIL_IIIF_SIZE_HEIGHT;
    return read_numbers (text + 1, FALSE, 1, &self->size[1]);
  }
  if (comma[1] == '\0') {
    self->size_kind = VITRAIL_IIIF_SIZE_WIDTH;
    return read_number (&text, FALSE, &self->size[0]) && text == comma;
  }
  self->size_kind = VITRAIL_IIIF_SIZE_EXACT;
  return read_numbers (text, FALSE, 2, self->size);
}

static gboolean
parse_size (VitrailIiifRequest *self, const char *text, GError **error)
{
  const char *rest = text;
  gboolean is_read;

  self->is_upscaled = *rest == '^';
  rest += self->is_upscaled;
  if (strcmp (rest, "max") == 0) {
    self->size_kind = VITRAIL_IIIF_SIZE_MAX;
    is_read = TRUE;
  } else if (g_str_has_prefix (rest, "pct:")) {
    self->size_kind = VITRAIL_IIIF_SIZE_PERCENT;
    is_read = read_numbers (rest + 4, TRUE, 1, self->size);
  } else if (*rest == '!') {
    self->size_kind = VITRAIL_IIIF_SIZE_CONFINED;
    is_read = read_numbers (rest + 1, FALSE, 2, self->size);
  } else {
    is_read = parse_sides (self, rest);
  }
  return is_read || set_bad (error, "size", text,
                             "neither max, w, nor ,h nor w,h nor !w,h nor "
                             "pct:n, each perhaps behind ^");
}

static gboolean
parse_rotation (VitrailIiifRequest *self, const char *text, GError **error)
{
  const char *rest = text;
  double degrees;

  self->is_mirrored = *rest == '!';
  rest += self->is_mirrored;
  if (!read_numbers (rest, TRUE, 1, &degrees) || degrees > 360.0)
    return set_bad (error, "rotation", text, "not 0 to 360 degrees");
  if (fmod (degrees, 90.0) != 0.0)
    return set_bad (error, "rotation", text, "only multiples of 90 are done");
  self->rotation = (guint) degrees % 360;
  return TRUE;
}

static int
find_word (const char *const *words, guint n, const char *text, gsize length)
{
  for (guint i = 0; i < n; i++)
    if (strncmp (words[i], text, length) == 0 && words[i][length] == '\0')
      return (int) i;
  return -1;
}

static gboolean
parse_file (VitrailIiifRequest *self, const char *text, GError **error)
{
  const char *dot = strrchr (text, '.');

  if (dot == NULL)
    return set_bad (error, "quality and format", text, "not QUALITY.FORMAT");
  int quality = find_word (qualities, G_N_ELEMENTS (qualities), text,
                           (gsize) (dot - text));
  int format =
      find_word (formats, G_N_ELEMENTS (formats), dot + 1, strlen (dot + 1));
  if (quality < 0)
    return set_bad (error, "quality", text,
                    "not default, color, gray or bitonal");
  if (format < 0)
    return set_bad (error, "format", dot + 1, "not jpg, png or webp");
  self->quality = (VitrailIiifQuality) quality;
  self->format = (VitrailIiifFormat) format;
  return TRUE;
}

gboolean
vitrail_iiif_parse (VitrailIiifRequest *self,
                    const char *region,
                    const char *size,
                    const char *rotation,
                    const char *file,
                    GError **error)
{
  memset (self, 0, sizeof *self);
  return parse_region (self, region, error) && parse_size (self, size, error) &&
         parse_rotation (self, rotation, error) &&
         parse_file (self, file, error);
}

/* One axis of a region in pixels: cut off at @side. FALSE: nothing is left. */
static gboolean
cut (double start, double length, guint64 side, guint64 *from, guint64 *size)
{
  if (start >= (double) side || length < 1.0)
    return FALSE;
  *from = (guint64) start;
  *size = MIN ((guint64) length, side - *from);
  return TRUE;
}

static gboolean
resolve_region (const VitrailIiifRequest *self,
                const VitrailIiifLimits *limits,
                guint64 region[4])
{
  const guint64 sides[2] = { limits->width, limits->height };
  const guint64 shorter = MIN (sides[0], sides[1]);
  const guint64 longer = MAX (sides[0], sides[1]);
  const guint64 margin = (longer - shorter) / 2;

  for (guint axis = 0; axis < 2; axis++) {
    double start = self->region[axis];
    double length = self->region[axis + 2];
    switch (self->region_kind) {
    case VITRAIL_IIIF_REGION_FULL:
      start = 0.0;
      length = (double) sides[axis];
      break;
    case VITRAIL_IIIF_REGION_SQUARE:
      start = sides[axis] == shorter ? 0.0 : (double) margin;
      length = (double) shorter;
      break;
    case VITRAIL_IIIF_REGION_PERCENT:
      start = rint (start * (double) sides[axis] / 100.0);
      length = rint (length * (double) sides[axis] / 100.0);
      break;
    case VITRAIL_IIIF_REGION_PIXELS:
      break;
    }
    if (!cut (start, length, sides[axis], &region[axis], &region[axis + 2]))
      return FALSE;
  }
  return TRUE;
}

/* By how much a region may grow before it meets a limit. */
static double
get_largest_scale (const VitrailIiifLimits *limits, const guint64 region[4])
{
  double width = (double) region[2];
  double height = (double) region[3];
  double scale = MIN (limits->max_width / width, limits->max_height / height);

  return MIN (scale, sqrt ((double) limits->max_area / (width * height)));
}

/* The largest answer for @region: enlarged only with @is_upscaled. */
static void
get_max_size (const VitrailIiifLimits *limits,
              const guint64 region[4],
              gboolean is_upscaled,
              double size[2])
{
  double scale = get_largest_scale (limits, region);

  if (!is_upscaled)
    scale = MIN (scale, 1.0);
  for (guint axis = 0; axis < 2; axis++)
    size[axis] = MAX (floor ((double) region[axis + 2] * scale + 1e-6), 1.0);
}

static void
scale_size (const guint64 region[4], double scale, double size[2])
{
  size[0] = rint ((double) region[2] * scale);
  size[1] = rint ((double) region[3] * scale);
}

static void
confine_size (const VitrailIiifRequest *self,
              const VitrailIiifLimits *limits,
              const guint64 region[4],
              double size[2])
{
  double scale = MIN (self->size[0] / (double) region[2],
                      self->size[1] / (double) region[3]);
  double largest = get_largest_scale (limits, region);

  if (!self->is_upscaled)
    largest = MIN (largest, 1.0);
  if (scale >= largest) {
    get_max_size (limits, region, self->is_upscaled, size);
    return;
  }
  scale_size (region, scale, size);
  for (guint axis = 0; axis < 2; axis++)
    size[axis] =
        CLAMP (size[axis], MIN (self->size[axis], 1.0), self->size[axis]);
}

/* The answer's sides before any limit is looked at. */
static void
choose_size (const VitrailIiifRequest *self,
             const VitrailIiifLimits *limits,
             const guint64 region[4],
             double size[2])
{
  switch (self->size_kind) {
  case VITRAIL_IIIF_SIZE_MAX:
    get_max_size (limits, region, self->is_upscaled, size);
    break;
  case VITRAIL_IIIF_SIZE_WIDTH:
    scale_size (region, self->size[0] / (double) region[2], size);
    break;
  case VITRAIL_IIIF_SIZE_HEIGHT:
    scale_size (region, self->size[1] / (double) region[3], size);
    break;
  case VITRAIL_IIIF_SIZE_PERCENT:
    scale_size (region, self->size[0] / 100.0, size);
    break;
  case VITRAIL_IIIF_SIZE_EXACT:
    size[0] = self->size[0];
    size[1] = self->size[1];
    break;
  case VITRAIL_IIIF_SIZE_CONFINED:
    confine_size (self, limits, region, size);
    break;
  }
}

static gboolean
check_size (const VitrailIiifRequest *self,
            const VitrailIiifLimits *limits,
            const guint64 region[4],
            const double size[2],
            GError **error)
{
  const char *why = NULL;

  if (size[0] < 1.0 || size[1] < 1.0)
    why = "less than one pixel";
  else if (!self->is_upscaled &&
           (size[0] > (double) region[2] || size[1] > (double) region[3] ||
            (self->size_kind == VITRAIL_IIIF_SIZE_PERCENT &&
             self->size[0] > 100.0)))
    why = "larger than the region; ^ enlarges";
  else if (size[0] > limits->max_width || size[1] > limits->max_height ||
           size[0] * size[1] > (double) limits->max_area)
    why = "beyond the limits that info.json states";
  if (why != NULL)
    g_set_error (error, VITRAIL_HTTP_ERROR, 400, "size: %.0f x %.0f pixels: %s",
                 size[0], size[1], why);
  return why == NULL;
}

gboolean
vitrail_iiif_resolve (const VitrailIiifRequest *self,
                      const VitrailIiifLimits *limits,
                      VitrailIiifPicture *picture,
                      GError **error)
{
  double size[2] = { 0.0, 0.0 };

  if (!resolve_region (self, limits, picture->region)) {
    g_set_error (error, VITRAIL_HTTP_ERROR, 400,
                 "region: no pixel of the %" G_GUINT64_FORMAT
                 " x %" G_GUINT64_FORMAT " lies in it",
                 limits->width, limits->height);
    return FALSE;
  }
  choose_size (self, limits, picture->region, size);
  if (!check_size (self, limits, picture->region, size, error))
    return FALSE;
  picture->width = (guint) size[0];
  picture->height = (guint) size[1];
  picture->is_mirrored = self->is_mirrored;
  picture->rotation = self->rotation;
  picture->quality = self->quality;
  picture->format = self->format;
  return TRUE;
}

static gboolean
is_max (const VitrailIiifPicture *self,
        const VitrailIiifLimits *limits,
        gboolean is_upscaled)
{
  double size[2];

  get_max_size (limits, self->region, is_upscaled, size);
  return self->width == (guint) size[0] && self->height == (guint) size[1];
}

char *
vitrail_iiif_to_canonical (const VitrailIiifPicture *self,
                           const VitrailIiifLimits *limits)
{
  const guint64 *region = self->region;
  GString *text = g_string_new (NULL);
  gboolean grows = self->width > region[2] || self->height > region[3];

  if (region[2] == limits->width && region[3] == limits->height)
    g_string_append (text, "full");
  else
    g_string_append_printf (text,
                            "%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT
                            ",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT,
                            region[0], region[1], region[2], region[3]);
  g_string_append (text, grows ? "/^" : "/");
  if (is_max (self, limits, grows))
    g_string_append (text, "max");
  else
    g_string_append_printf (text, "%u,%u", self->width, self->height);
  g_string_append_printf (text, "/%s%u/%s.%s", self->is_mirrored ? "!" : "",
                          self->rotation, qualities[self->quality],
                          formats[self->format]);
  return g_string_free (text, FALSE);
}

/* Whether one axis of a picture is a whole tile of @step image pixels, shrunk
 * 2^@shift times. */
static gboolean
is_tile_axis (guint64 from,
              guint64 length,
              guint size,
              guint64 side,
              guint tile_size,
              guint shift)
{
  guint64 step = (guint64) tile_size << shift;
  guint64 mask = ((guint64) 1 << shift) - 1;

  return from % step == 0 && length == MIN (step, side - from) &&
         size == (length + mask) >> shift;
}

gboolean
vitrail_iiif_find_tile (const VitrailIiifPicture *self,
                        const VitrailIiifLimits *limits,
                        guint tile_size,
                        guint place[3])
{
  const guint64 *region = self->region;

  if (self->rotation != 0 || self->is_mirrored ||
      self->quality > VITRAIL_IIIF_QUALITY_COLOR ||
      self->format != VITRAIL_IIIF_FORMAT_JPG)
    return FALSE;
  for (guint shift = 0; shift < 32; shift++) {
    guint64 step = (guint64) tile_size << shift;
    if (is_tile_axis (region[0], region[2], self->width, limits->width,
                      tile_size, shift) &&
        is_tile_axis (region[1], region[3], self->height, limits->height,
                      tile_size, shift))
    {
      place[0] = shift;
      place[1] = (guint) (region[0] / step);
      place[2] = (guint) (region[1] / step);
      return TRUE;
    }
    if (step > MAX (limits->width, limits->height) && self->width == 1 &&
        self->height == 1)
      break;
  }
  return FALSE;
}
