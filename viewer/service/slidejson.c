/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A slide as JSON: see slidejson.h. */

#include "slidejson.h"

#include "reply.h"

#define TAG_SERIES_DESCRIPTION   VITRAIL_TAG (0x0008, 0x103e)
#define TAG_LOSSY_RATIO          VITRAIL_TAG (0x0028, 0x2112)
#define TAG_LOSSY_METHOD         VITRAIL_TAG (0x0028, 0x2114)
#define TAG_CONTAINER_IDENTIFIER VITRAIL_TAG (0x0040, 0x0512)

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
append_associated (GString *json, VitrailSlide *slide)
{
  const char *const *names = vitrail_slide_list_associated (slide);

  g_string_append (json, ",\"associated\":[");
  for (guint i = 0; names != NULL && names[i] != NULL; i++) {
    if (i > 0)
      g_string_append_c (json, ',');
    vitrail_json_append_string (json, names[i]);
  }
  g_string_append_c (json, ']');
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

/* What a DICOM slide says of itself. */
static void
append_words (GString *json, VitrailSlide *slide)
{
  g_autoptr (VitrailFrameInfo) info = vitrail_slide_ref_frame_info (slide);
  gboolean is_lossy = vitrail_slide_is_lossy (slide);

  g_string_append_printf (json, ",\"lossy\":%s", is_lossy ? "true" : "false");
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
  g_autofree char *name = g_utf8_make_valid (self->name, -1);
  VitrailSlideLevel finest;

  vitrail_slide_get_level (self->slide, 0, &finest);
  vitrail_json_append_string (json, self->id);
  g_string_append (json, ",\"path\":");
  vitrail_json_append_string (json, display);
  g_string_append (json, ",\"name\":");
  vitrail_json_append_string (json, name);
  g_string_append_printf (json,
                          ",\"width\":%" G_GUINT64_FORMAT
                          ",\"height\":%" G_GUINT64_FORMAT
                          ",\"tile_size\":%u,\"version\":\"%s\"",
                          finest.width, finest.height, self->plan.tile_size,
                          self->version);
  append_scale (json, self->slide);
  append_levels (json, self->slide);
  append_associated (json, self->slide);
  append_words (json, self->slide);
  g_string_append_c (json, '}');
  return g_string_free (json, FALSE);
}
