/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Commands for the slide of the active viewport: magnification, focal plane,
 * colours, channels, stains, what lies over it, and slides side by side. On
 * anything else they do nothing. */

#include "commands.h"
#include "viewportslide.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static gboolean
run_set_magnification (VitrailSession *session,
                       VitrailViewport *viewport,
                       GVariant *argument)
{
  double magnification = g_variant_get_double (argument);
  if (!isfinite (magnification) || !(magnification > 0))
    return FALSE;
  vitrail_viewport_set_magnification (viewport, magnification);
  return TRUE;
}

/* The look */

/* What of a look changes; FALSE: the argument makes no sense. */
typedef gboolean (*ChangeLook) (VitrailSlideLook *look,
                                VitrailSlide *slide,
                                GVariant *argument);

enum {
  LOOK_ICC,
  LOOK_PLANE,
  LOOK_NEXT_PLANE,
  LOOK_PREVIOUS_PLANE,
  LOOK_STAIN,
  LOOK_STAIN_CHANNEL,
  LOOK_CHANNEL,
  LOOK_SHOWN_CHANNEL,
  LOOK_NO_CHANNEL,
  N_LOOK_CHANGES,
};

static gboolean
run_set_look (VitrailSession *session,
              VitrailViewport *viewport,
              GVariant *argument)
{
  return !vitrail_viewport_is_slide (viewport) ||
         vitrail_viewport_set_look (viewport,
                                    g_variant_get_string (argument, NULL),
                                    NULL);
}

static gboolean
change_icc (VitrailSlideLook *look, VitrailSlide *slide, GVariant *argument)
{
  look->color_managed = !look->color_managed;
  return TRUE;
}

static gboolean
change_plane (VitrailSlideLook *look, VitrailSlide *slide, GVariant *argument)
{
  guint number = g_variant_get_uint32 (argument);
  if (number < 1 || number > vitrail_slide_get_n_focal_planes (slide))
    return FALSE;
  look->focal_plane = number - 1;
  return TRUE;
}

static void
step_plane (VitrailSlideLook *look, VitrailSlide *slide, int step)
{
  int last = (int) vitrail_slide_get_n_focal_planes (slide) - 1;
  look->focal_plane =
      (guint) CLAMP ((int) look->focal_plane + step, 0, MAX (last, 0));
}

static gboolean
next_plane (VitrailSlideLook *look, VitrailSlide *slide, GVariant *argument)
{
  step_plane (look, slide, 1);
  return TRUE;
}

static gboolean
previous_plane (VitrailSlideLook *look, VitrailSlide *slide, GVariant *argument)
{
  step_plane (look, slide, -1);
  return TRUE;
}

/* Alone; what stains were as channels is kept for when they are again. */
static gboolean
change_stain (VitrailSlideLook *look, VitrailSlide *slide, GVariant *argument)
{
  g_autofree char *text =
      g_strconcat ("stain=", g_variant_get_string (argument, NULL), NULL);
  if (strchr (text, ';') != NULL)
    return FALSE;
  g_autoptr (VitrailSlideLook) asked =
      vitrail_slide_look_from_string (slide, text, NULL);
  if (asked == NULL)
    return FALSE;
  look->stain = asked->stain;
  for (guint i = 0; look->has_stains && i < VITRAIL_N_STAINS; i++)
    look->stains[i].visible = i == (guint) asked->stain;
  return TRUE;
}

static gboolean
parse_color (const char *text, uint8_t rgb[3])
{
  if (strlen (text) != 6 || strspn (text, "0123456789abcdefABCDEF") != 6)
    return FALSE;
  unsigned long value = strtoul (text, NULL, 16);
  for (int i = 0; i < 3; i++)
    rgb[i] = (uint8_t) (value >> (16 - 8 * i));
  return TRUE;
}

static gboolean
change_stain_channel (VitrailSlideLook *look,
                      VitrailSlide *slide,
                      GVariant *argument)
{
  static const char *const names[VITRAIL_N_STAINS] = { "original",
                                                       "hematoxylin", "eosin",
                                                       "dab" };
  const char *name = NULL;
  const char *color = NULL;
  VitrailStainLook stain = { 0 };
  guint which = 0;
  g_variant_get (argument, "(&sb&sd)", &name, &stain.visible, &color,
                 &stain.weight);
  while (which < VITRAIL_N_STAINS && strcmp (names[which], name) != 0)
    which++;
  double most = which == VITRAIL_STAIN_NONE ? 1 : VITRAIL_STAIN_MAX_WEIGHT;
  if (which == VITRAIL_N_STAINS || !parse_color (color, stain.rgb) ||
      !(stain.weight >= 0) || stain.weight > most)
    return FALSE;
  if (!look->has_stains)
    vitrail_slide_look_set_default_stains (look);
  look->stain = VITRAIL_STAIN_NONE;
  look->stains[which] = stain;
  return TRUE;
}

/* Channels */

/* So that channels can be changed one by one. */
static void
ensure_channels (VitrailSlideLook *look, VitrailSlide *slide)
{
  if (look->n_channels == 0)
    vitrail_slide_look_set_default_channels (look, slide);
}

static gboolean
change_channel (VitrailSlideLook *look, VitrailSlide *slide, GVariant *argument)
{
  guint number = 0;
  const char *color = NULL;
  VitrailChannelLook channel = { 0 };
  g_variant_get (argument, "(ub&sdddd)", &number, &channel.visible, &color,
                 &channel.low, &channel.high, &channel.gamma, &channel.opacity);
  ensure_channels (look, slide);
  if (number < 1 || number > look->n_channels ||
      !parse_color (color, channel.rgb))
    return FALSE;
  /* Ranges are checked where texts are read. */
  if (!(channel.low >= 0) || !(channel.high >= channel.low) ||
      !(channel.gamma > 0) || !(channel.opacity >= 0))
    return FALSE;
  look->channels[number - 1] = channel;
  return TRUE;
}

/* 0: all of them. */
static gboolean
change_visible (VitrailSlideLook *look, VitrailSlide *slide, GVariant *argument)
{
  guint number = g_variant_get_uint32 (argument);
  ensure_channels (look, slide);
  if (number > look->n_channels)
    return FALSE;
  for (guint i = 0; i < look->n_channels; i++)
    look->channels[i].visible = number == 0 || number == i + 1;
  return TRUE;
}

static gboolean
hide_channels (VitrailSlideLook *look, VitrailSlide *slide, GVariant *argument)
{
  ensure_channels (look, slide);
  for (guint i = 0; i < look->n_channels; i++)
    look->channels[i].visible = FALSE;
  return TRUE;
}

/* @change: LOOK_.... */
static gboolean
change_look (VitrailViewport *viewport, GVariant *argument, int change)
{
  static const ChangeLook changes[N_LOOK_CHANGES] = {
    [LOOK_ICC] = change_icc,
    [LOOK_PLANE] = change_plane,
    [LOOK_NEXT_PLANE] = next_plane,
    [LOOK_PREVIOUS_PLANE] = previous_plane,
    [LOOK_STAIN] = change_stain,
    [LOOK_STAIN_CHANNEL] = change_stain_channel,
    [LOOK_CHANNEL] = change_channel,
    [LOOK_SHOWN_CHANNEL] = change_visible,
    [LOOK_NO_CHANNEL] = hide_channels,
  };

  g_autoptr (VitrailSlide) slide = vitrail_viewport_ref_slide (viewport);
  if (slide == NULL)
    return TRUE;
  g_autoptr (VitrailSlideLook) look =
      vitrail_viewport_dup_look (viewport, slide);
  if (!changes[change](look, slide, argument))
    return FALSE;
  g_autofree char *text = vitrail_slide_look_to_string (look);
  return vitrail_viewport_set_look (viewport, text, NULL);
}

/* Layers */

static gboolean
toggle_layer (VitrailViewport *viewport, GVariant *argument, int layer)
{
  if (vitrail_viewport_is_slide (viewport))
    vitrail_viewport_set_layer (viewport, layer,
                                !vitrail_viewport_get_layer (viewport, layer));
  return TRUE;
}

static gboolean
run_show_layer (VitrailSession *session,
                VitrailViewport *viewport,
                GVariant *argument)
{
  const char *id = NULL;
  gboolean shown = FALSE;
  VitrailSlideWork *work = vitrail_viewport_get_work (viewport);
  g_variant_get (argument, "(&sb)", &id, &shown);
  return work == NULL ||
         vitrail_slide_work_style_object (work, id,
                                          shown ? "show=1" : "show=0");
}

static gboolean
run_style_layer (VitrailSession *session,
                 VitrailViewport *viewport,
                 GVariant *argument)
{
  const char *id = NULL;
  const char *style = NULL;
  VitrailSlideWork *work = vitrail_viewport_get_work (viewport);
  g_variant_get (argument, "(&s&s)", &id, &style);
  return work == NULL || vitrail_slide_work_style_object (work, id, style);
}

/* Tissue, and what has been seen of it */

/* Where one is, in pixels of level 0. */
static gboolean
get_centre (VitrailViewport *viewport, double centre[2])
{
  VitrailViewportGeometry g;
  VitrailView view;
  if (vitrail_viewport_get_work (viewport) == NULL ||
      !vitrail_viewport_get_geometry (viewport, &g))
    return FALSE;
  vitrail_viewport_get_view (viewport, &view);
  centre[0] = view.pan_x * g.image_width;
  centre[1] = view.pan_y * g.image_height;
  return TRUE;
}

/* @step: 1: the next, -1: the one before. */
static gboolean
step_tissue (VitrailViewport *viewport, GVariant *argument, int step)
{
  vitrail_viewport_step_tissue (viewport, step);
  return TRUE;
}

static gboolean
run_next_unseen (VitrailSession *session,
                 VitrailViewport *viewport,
                 GVariant *argument)
{
  vitrail_viewport_step_unseen (viewport);
  return TRUE;
}

static gboolean
run_counting_field (VitrailSession *session,
                    VitrailViewport *viewport,
                    GVariant *argument)
{
  double centre[2];
  const char *shape = NULL;
  VitrailCountingField field = { 0 };
  g_variant_get (argument, "(&sd)", &shape, &field.area_mm2);
  field.is_round = strcmp (shape, "circle") == 0;
  if (!vitrail_counting_field_is_valid (&field) ||
      (!field.is_round && strcmp (shape, "square") != 0))
    return FALSE;
  if (!get_centre (viewport, centre))
    return TRUE;
  VitrailSlideWork *work = vitrail_viewport_get_work (viewport);
  const VitrailCountingField *old = vitrail_slide_work_get_field (work);
  /* It stays where it was put. */
  field.x = old->area_mm2 > 0 ? old->x : centre[0];
  field.y = old->area_mm2 > 0 ? old->y : centre[1];
  vitrail_slide_work_set_field (work, &field);
  return TRUE;
}

/* Side by side */

static gboolean
run_toggle_sync (VitrailSession *session,
                 VitrailViewport *viewport,
                 GVariant *argument)
{
  vitrail_session_set_sync (session, !vitrail_session_get_sync (session));
  return TRUE;
}

/* As square as it can be, wider rather than higher. */
static void
set_layout_for (VitrailSession *session, guint n)
{
  guint columns = 1;
  while (columns * columns < n)
    columns++;
  vitrail_session_set_layout (session, (n + columns - 1) / columns, columns);
}

static gboolean
run_compare_slides (VitrailSession *session,
                    VitrailViewport *viewport,
                    GVariant *argument)
{
  GPtrArray *sets = vitrail_session_get_display_sets (session);
  g_autoptr (GPtrArray) slides = g_ptr_array_new ();
  const guint most = VITRAIL_SESSION_MAX_SIDE * VITRAIL_SESSION_MAX_SIDE;
  for (guint i = 0; i < sets->len && slides->len < most; i++) {
    VitrailDisplaySet *set = g_ptr_array_index (sets, i);
    if (set->kind == VITRAIL_DISPLAY_SET_SLIDE)
      g_ptr_array_add (slides, set);
  }
  if (slides->len < 2)
    return TRUE;
  set_layout_for (session, slides->len);
  for (guint i = 0; i < slides->len; i++) {
    VitrailViewport *place = vitrail_session_get_viewport (session, i);
    VitrailDisplaySet *set = g_ptr_array_index (slides, i);
    if (vitrail_viewport_get_display_set (place) != set)
      vitrail_viewport_show (place, vitrail_session_get_source (session), set);
  }
  vitrail_session_set_sync (session, TRUE);
  return TRUE;
}

/* clang-format off */
const VitrailSessionCommand vitrail_slide_commands[] = {
  { "set-magnification", "d", "As large as an objective of this power shows the slide", run_set_magnification },
  { "set-look", "s", "Colours, focal plane and channels of the slide as a text; an empty one: as at first", run_set_look },
  { "toggle-icc", NULL, "Colours of the slide managed by its profile, or as they are stored", .vary = change_look, .detail = LOOK_ICC },
  { "set-focal-plane", "u", "The focal plane with this number, from 1, the lowest", .vary = change_look, .detail = LOOK_PLANE },
  { "next-focal-plane", NULL, "One focal plane up", .vary = change_look, .detail = LOOK_NEXT_PLANE },
  { "previous-focal-plane", NULL, "One focal plane down", .vary = change_look, .detail = LOOK_PREVIOUS_PLANE },
  { "set-stain", "s", "This stain alone: hematoxylin, eosin or dab; none: the slide as it is", .vary = change_look, .detail = LOOK_STAIN },
  { "set-stain-channel", "(sbsd)", "Stain as a channel beside the others: original, hematoxylin, eosin or dab, visible, colour RRGGBB, weight", .vary = change_look, .detail = LOOK_STAIN_CHANNEL },
  { "set-channel", "(ubsdddd)", "Channel, from 1: visible, colour RRGGBB, window low and high, gamma, opacity", .vary = change_look, .detail = LOOK_CHANNEL },
  { "show-channel", "u", "The channel with this number, from 1, alone; 0: all of them", .vary = change_look, .detail = LOOK_SHOWN_CHANNEL },
  { "hide-channels", NULL, "Hides all channels", .vary = change_look, .detail = LOOK_NO_CHANNEL },
  { "toggle-overview", NULL, "The whole slide in a corner, with the place where one is", .vary = toggle_layer, .detail = VITRAIL_SLIDE_OVERVIEW },
  { "toggle-label", NULL, "Shows the label of the slide, or hides it", .vary = toggle_layer, .detail = VITRAIL_SLIDE_LABEL },
  { "toggle-macro", NULL, "Shows the scanner's picture of the glass, or hides it", .vary = toggle_layer, .detail = VITRAIL_SLIDE_MACRO },
  { "toggle-coverage", NULL, "What has not been seen yet, in the picture of the whole slide", .vary = toggle_layer, .detail = VITRAIL_SLIDE_COVERAGE },
  { "show-layer", "(sb)", "Shows the annotations, segmentation or map with this SOP Instance UID over the slide, or hides it", run_show_layer },
  { "style-layer", "(ss)", "How it is shown: fields show, opacity, colormap, range, parts as a text", run_style_layer },
  { "next-tissue", NULL, "The next piece of tissue", .vary = step_tissue, .detail = 1 },
  { "previous-tissue", NULL, "The piece of tissue before", .vary = step_tissue, .detail = -1 },
  { "next-unseen", NULL, "To the next place that has not been seen so large", run_next_unseen },
  { "counting-field", "(sd)", "A field to count in: square or circle, area in mm2; 0: none", run_counting_field },
  { "toggle-sync", NULL, "Slides move, turn and zoom as one, or each by itself", run_toggle_sync },
  { "compare-slides", NULL, "All slides of the case side by side, moving as one", run_compare_slides },
  { .name = NULL },
};
/* clang-format on */
