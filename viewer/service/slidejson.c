/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A slide as JSON: see slidejson.h. */

#include "slidejson.h"

#include "dicom/jsontext.h"
#include "reply.h"

#define TAG_STUDY_DESCRIPTION    VITRAIL_TAG (0x0008, 0x1030)
#define TAG_STUDY_INSTANCE_UID   VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES_DESCRIPTION   VITRAIL_TAG (0x0008, 0x103e)
#define TAG_LOSSY_RATIO          VITRAIL_TAG (0x0028, 0x2112)
#define TAG_LOSSY_METHOD         VITRAIL_TAG (0x0028, 0x2114)
#define TAG_CONTAINER_IDENTIFIER VITRAIL_TAG (0x0040, 0x0512)

/* Tiles that are looked at, about. */
#define N_MEASURED 16

/* JSON is UTF-8, whatever a file holds. */
static void
append_text (GString *json, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);

  vitrail_json_append_string (json, valid);
}

static void
append_double (GString *json, const char *format, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  g_string_append (json, g_ascii_formatd (text, sizeof text, format, value));
}

static void
append_scale (GString *json, VitrailSlide *slide)
{
  double mpp_um[2];
  double power = vitrail_slide_get_objective_power (slide);

  if (vitrail_slide_get_mpp_um (slide, mpp_um)) {
    g_string_append (json, ",\"mpp_um\":[");
    append_double (json, "%.9g", mpp_um[0]);
    g_string_append_c (json, ',');
    append_double (json, "%.9g", mpp_um[1]);
    g_string_append_c (json, ']');
  }
  if (power > 0.0) {
    g_string_append (json, ",\"objective_power\":");
    append_double (json, "%.6g", power);
  }
}

static void
append_levels (GString *json, VitrailSlide *slide)
{
  g_string_append (json, ",\"levels\":[");
  for (guint i = 0; i < vitrail_slide_get_n_levels (slide); i++) {
    VitrailSlideLevel level;
    vitrail_slide_get_level (slide, i, &level);
    g_string_append_printf (
        json,
        "%s{\"width\":%" G_GUINT64_FORMAT ",\"height\":%" G_GUINT64_FORMAT
        ",\"tile_width\":%u,\"tile_height\":%u,\"downsample\":",
        i > 0 ? "," : "", level.width, level.height, level.tile_width,
        level.tile_height);
    append_double (json, "%.9g", level.downsample);
    g_string_append_c (json, '}');
  }
  g_string_append_c (json, ']');
}

static void
append_associated (GString *json, const VitrailOpenSlide *self)
{
  const char *const *names = vitrail_slide_list_associated (self->source);

  g_string_append (json, ",\"associated\":[");
  for (guint i = 0; names != NULL && names[i] != NULL; i++) {
    if (i > 0)
      g_string_append_c (json, ',');
    append_text (json, names[i]);
  }
  g_string_append (json, "],\"associated_urls\":{");
  for (guint i = 0; names != NULL && names[i] != NULL; i++) {
    g_autofree char *escaped = g_uri_escape_string (names[i], NULL, FALSE);
    g_autofree char *url = g_strdup_printf ("/slides/%s/%s.jpg?v=%s", self->id,
                                            escaped, self->version);
    if (i > 0)
      g_string_append_c (json, ',');
    append_text (json, names[i]);
    g_string_append_c (json, ':');
    append_text (json, url);
  }
  g_string_append_c (json, '}');
}

/* Optical paths or channels, and heights of the focal planes. */
static void
append_facets (GString *json, VitrailSlide *slide)
{
  guint n_paths = vitrail_slide_get_n_paths (slide);
  guint n_planes = vitrail_slide_get_n_focal_planes (slide);

  g_string_append (json, ",\"paths\":[");
  for (guint i = 0; i < n_paths; i++) {
    VitrailSlidePath path;
    vitrail_slide_get_path (slide, i, &path);
    g_string_append (json, i > 0 ? ",{\"id\":" : "{\"id\":");
    append_text (json, path.id);
    if (path.name != NULL) {
      g_string_append (json, ",\"name\":");
      append_text (json, path.name);
    }
    g_string_append_printf (json,
                            ",\"color\":%s,\"bits\":%u,"
                            "\"rgb\":\"%02X%02X%02X\"",
                            path.is_color ? "true" : "false", path.bits,
                            path.rgb[0], path.rgb[1], path.rgb[2]);
    if (path.wavelength_nm > 0.0) {
      g_string_append (json, ",\"wavelength_nm\":");
      append_double (json, "%.6g", path.wavelength_nm);
    }
    g_string_append_c (json, '}');
  }
  g_string_append (json, "],\"focal_planes\":[");
  for (guint i = 0; i < n_planes; i++) {
    if (i > 0)
      g_string_append_c (json, ',');
    append_double (json, "%.6g", vitrail_slide_get_focal_plane_um (slide, i));
  }
  g_string_append_c (json, ']');
}

static void
append_properties (GString *json, VitrailSlide *slide)
{
  const VitrailSlideProperty *found = vitrail_slide_list_properties (slide);

  g_string_append (json, ",\"properties\":[");
  for (guint i = 0; found[i].keyword != NULL; i++) {
    g_string_append (json, i > 0 ? ",{\"keyword\":" : "{\"keyword\":");
    append_text (json, found[i].keyword);
    g_string_append (json, ",\"value\":");
    append_text (json, found[i].value);
    g_string_append_c (json, '}');
  }
  g_string_append_c (json, ']');
}

static void
append_profile (GString *json, const VitrailOpenSlide *self)
{
  g_autoptr (GBytes) profile = vitrail_slide_get_icc_profile (self->source);

  if (profile == NULL)
    return;
  g_string_append_printf (json, ",\"icc\":{\"bytes\":%zu,\"url\":",
                          g_bytes_get_size (profile));
  g_autofree char *url =
      g_strdup_printf ("/slides/%s/icc?v=%s", self->id, self->version);
  append_text (json, url);
  g_string_append_c (json, '}');
}

/* What belongs together: a study, or else a folder. */
static void
append_study (GString *json, VitrailSlide *slide, const char *path)
{
  g_autoptr (VitrailFrameInfo) info = vitrail_slide_ref_frame_info (slide);
  g_autofree char *study =
      info != NULL ? vitrail_data_set_dup_string (info->data_set,
                                                  TAG_STUDY_INSTANCE_UID, 0)
                   : NULL;
  g_autofree char *name =
      study != NULL ? vitrail_data_set_dup_string (info->data_set,
                                                   TAG_STUDY_DESCRIPTION, 0)
                    : NULL;
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *folder_id = g_filename_display_name (folder);
  g_autofree char *folder_name = g_filename_display_basename (folder);

  g_string_append (json, ",\"study\":");
  append_text (json, study != NULL ? study : folder_id);
  if (study != NULL && name == NULL)
    return;
  g_string_append (json, ",\"study_name\":");
  append_text (json, name != NULL ? name : folder_name);
}

/* Text value @index of @tag as a member @key. */
static void
append_value (GString *json,
              const char *key,
              const VitrailDataSet *data_set,
              VitrailTag tag)
{
  g_autofree char *text = vitrail_data_set_dup_string (data_set, tag, 0);

  if (text == NULL)
    return;
  g_string_append_printf (json, ",\"%s\":", key);
  vitrail_json_append_string (json, text);
}

/* All values of @tag as an array of texts. */
static void
append_values (GString *json,
               const char *key,
               const VitrailDataSet *data_set,
               VitrailTag tag)
{
  guint n = vitrail_data_set_get_n_values (data_set, tag);

  g_string_append_printf (json, ",\"%s\":[", key);
  for (guint i = 0; i < n; i++) {
    g_autofree char *text = vitrail_data_set_dup_string (data_set, tag, i);
    if (i > 0)
      g_string_append_c (json, ',');
    vitrail_json_append_string (json, text != NULL ? text : "");
  }
  g_string_append_c (json, ']');
}

/* What a slide that says nothing of its compression shows: how its tiles are
 * coded, and how much smaller that is, of a few of them. */
static void
append_measured (GString *json, VitrailSlide *slide)
{
  static const char *const methods[] = {
    [VITRAIL_TILE_JPEG] = "ISO_10918_1",
    [VITRAIL_TILE_JPEG2000] = "ISO_15444_1",
  };
  VitrailTileCoding coding = VITRAIL_TILE_NONE;
  VitrailTileCoding found = VITRAIL_TILE_NONE;
  VitrailSlideLevel level;
  guint64 raw = 0;
  guint64 stored = 0;

  vitrail_slide_get_level (slide, 0, &level);
  const guint64 n = (guint64) level.columns * level.rows;
  const guint64 step = MAX (n / N_MEASURED, 1);
  for (guint64 i = step / 2; i < n; i += step) {
    g_autoptr (GBytes) tile =
        vitrail_slide_get_tile (slide, 0, (guint) (i % level.columns),
                                (guint) (i / level.columns), &coding, NULL);
    if (tile == NULL)
      continue;
    found = coding;
    raw += (guint64) level.tile_width * level.tile_height * 3;
    stored += g_bytes_get_size (tile);
  }
  if (stored == 0 || found == VITRAIL_TILE_NONE)
    return;
  g_string_append (json, ",\"lossy_ratio\":[\"");
  append_double (json, "%.4g", (double) raw / (double) stored);
  g_string_append_printf (json, "\"],\"lossy_method\":[\"%s\"]",
                          methods[found]);
}

/* What a DICOM slide says of itself. */
static void
append_words (GString *json, VitrailSlide *slide)
{
  g_autoptr (VitrailFrameInfo) info = vitrail_slide_ref_frame_info (slide);
  gboolean is_lossy = vitrail_slide_is_lossy (slide);

  g_string_append_printf (json, ",\"lossy\":%s", is_lossy ? "true" : "false");
  if (info == NULL && is_lossy)
    append_measured (json, slide);
  if (info == NULL)
    return;
  append_value (json, "description", info->data_set, TAG_SERIES_DESCRIPTION);
  append_value (json, "container", info->data_set, TAG_CONTAINER_IDENTIFIER);
  if (is_lossy) {
    append_values (json, "lossy_ratio", info->data_set, TAG_LOSSY_RATIO);
    append_values (json, "lossy_method", info->data_set, TAG_LOSSY_METHOD);
  }
}

char *
vitrail_open_slide_to_json (const VitrailOpenSlide *self, const char *path)
{
  GString *json = g_string_new ("{\"id\":");
  g_autofree char *display = g_filename_display_name (path);
  VitrailSlideLevel finest;

  vitrail_slide_get_level (self->slide, 0, &finest);
  vitrail_json_append_string (json, self->id);
  g_string_append (json, ",\"path\":");
  vitrail_json_append_string (json, display);
  g_string_append (json, ",\"name\":");
  append_text (json, self->name);
  g_string_append_printf (json,
                          ",\"width\":%" G_GUINT64_FORMAT
                          ",\"height\":%" G_GUINT64_FORMAT
                          ",\"tile_size\":%u,\"version\":\"%s\"",
                          finest.width, finest.height, self->plan.tile_size,
                          self->version);
  append_scale (json, self->source);
  append_levels (json, self->source);
  append_associated (json, self);
  append_words (json, self->source);
  append_study (json, self->source, path);
  append_facets (json, self->source);
  append_properties (json, self->source);
  append_profile (json, self);
  g_string_append_c (json, '}');
  return g_string_free (json, FALSE);
}
