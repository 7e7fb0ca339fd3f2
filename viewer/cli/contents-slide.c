/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Facts of slides: see contents-slide.h. */

#include "contents-slide.h"

static void
add_text (JsonBuilder *json, const char *name, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  json_builder_set_member_name (json, name);
  json_builder_add_string_value (json, valid);
}

static void
add_number (JsonBuilder *json, const char *name, double number)
{
  json_builder_set_member_name (json, name);
  json_builder_add_double_value (json, number);
}

static void
add_path (JsonBuilder *json, const VitrailSlidePath *path)
{
  g_autofree char *rgb = g_strdup_printf ("%02X%02X%02X", path->rgb[0],
                                          path->rgb[1], path->rgb[2]);

  json_builder_begin_object (json);
  add_text (json, "id", path->id);
  if (path->name != NULL)
    add_text (json, "name", path->name);
  json_builder_set_member_name (json, "color");
  json_builder_add_boolean_value (json, path->is_color);
  json_builder_set_member_name (json, "bits");
  json_builder_add_int_value (json, path->bits);
  add_text (json, "rgb", rgb);
  if (path->wavelength_nm > 0)
    add_number (json, "wavelength_nm", path->wavelength_nm);
  json_builder_end_object (json);
}

static void
add_facets (JsonBuilder *json, VitrailSlide *slide)
{
  json_builder_set_member_name (json, "paths");
  json_builder_begin_array (json);
  for (guint i = 0; i < vitrail_slide_get_n_paths (slide); i++) {
    VitrailSlidePath path;
    vitrail_slide_get_path (slide, i, &path);
    add_path (json, &path);
  }
  json_builder_end_array (json);
  json_builder_set_member_name (json, "focal_planes");
  json_builder_begin_array (json);
  for (guint i = 0; i < vitrail_slide_get_n_focal_planes (slide); i++)
    json_builder_add_double_value (json,
                                   vitrail_slide_get_focal_plane_um (slide, i));
  json_builder_end_array (json);
}

void
vitrail_contents_add_slide_facts (JsonBuilder *json, VitrailSlide *slide)
{
  const VitrailSlideProperty *property = vitrail_slide_list_properties (slide);
  const char *const *names = vitrail_slide_list_associated (slide);
  double power = vitrail_slide_get_objective_power (slide);
  g_autoptr (GBytes) profile = vitrail_slide_get_icc_profile (slide);

  if (power > 0)
    add_number (json, "objective_power", power);
  json_builder_set_member_name (json, "lossy");
  json_builder_add_boolean_value (json, vitrail_slide_is_lossy (slide));
  json_builder_set_member_name (json, "icc_profile");
  json_builder_add_boolean_value (json, profile != NULL);
  json_builder_set_member_name (json, "associated");
  json_builder_begin_array (json);
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    json_builder_add_string_value (json, names[i]);
  json_builder_end_array (json);
  add_facets (json, slide);
  json_builder_set_member_name (json, "properties");
  json_builder_begin_array (json);
  for (; property->keyword != NULL; property++) {
    json_builder_begin_object (json);
    add_text (json, "keyword", property->keyword);
    add_text (json, "value", property->value);
    json_builder_end_object (json);
  }
  json_builder_end_array (json);
}

/* Text from a file: a control character in it must not reach a terminal. */
static void
append_text (GString *out, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    g_string_append_unichar (out, g_unichar_iscntrl (c) ? 0xfffd : c);
  }
}

static void
append_optics (GString *out, VitrailSlide *slide)
{
  double power = vitrail_slide_get_objective_power (slide);
  guint n_planes = vitrail_slide_get_n_focal_planes (slide);
  g_autoptr (GBytes) profile = vitrail_slide_get_icc_profile (slide);

  if (power > 0)
    g_string_append_printf (out, "  objective %gx\n", power);
  if (n_planes > 1)
    g_string_append_printf (out, "  %u focal planes, %g to %g µm\n", n_planes,
                            vitrail_slide_get_focal_plane_um (slide, 0),
                            vitrail_slide_get_focal_plane_um (slide,
                                                              n_planes - 1));
  if (profile != NULL)
    g_string_append (out, "  ICC profile\n");
}

/* One path in colour goes without saying. */
static void
append_paths (GString *out, VitrailSlide *slide)
{
  guint n = vitrail_slide_get_n_paths (slide);

  for (guint i = 0; i < n; i++) {
    VitrailSlidePath path;
    vitrail_slide_get_path (slide, i, &path);
    if (n == 1 && path.is_color)
      return;
    g_string_append (out, "  channel ");
    append_text (out, path.name != NULL ? path.name : path.id);
    g_string_append_printf (out, ", %u bits, #%02X%02X%02X", path.bits,
                            path.rgb[0], path.rgb[1], path.rgb[2]);
    if (path.wavelength_nm > 0)
      g_string_append_printf (out, ", %g nm", path.wavelength_nm);
    g_string_append_c (out, '\n');
  }
}

void
vitrail_contents_append_slide_facts (GString *out, VitrailSlide *slide)
{
  const VitrailSlideProperty *property = vitrail_slide_list_properties (slide);
  const char *const *names = vitrail_slide_list_associated (slide);

  append_optics (out, slide);
  append_paths (out, slide);
  for (guint i = 0; names != NULL && names[i] != NULL; i++) {
    g_string_append (out, i == 0 ? "  pictures " : ", ");
    append_text (out, names[i]);
    if (names[i + 1] == NULL)
      g_string_append_c (out, '\n');
  }
  for (; property->keyword != NULL; property++) {
    g_string_append_printf (out, "  %s: ", property->keyword);
    append_text (out, property->value);
    g_string_append_c (out, '\n');
  }
}
