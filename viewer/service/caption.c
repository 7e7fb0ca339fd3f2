/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Text on pictures: see caption.h. */

#include "caption.h"

#include <pango/pangocairo.h>
#include <string.h>

typedef struct {
  VitrailTag tag;
  const char *before;
  const char *after; /* "\n": the line ends here */
} Word;

static const Word patient_words[] = {
  { VITRAIL_TAG (0x0010, 0x0010), "", "\n" },  /* Patient's Name */
  { VITRAIL_TAG (0x0010, 0x0020), "", "\n" },  /* Patient ID */
  { VITRAIL_TAG (0x0010, 0x0030), "* ", " " }, /* Patient's Birth Date */
  { VITRAIL_TAG (0x0010, 0x0040), "", "\n" },  /* Patient's Sex */
  { VITRAIL_TAG (0x0008, 0x0020), "", "\n" },  /* Study Date */
};

static const Word technique_words[] = {
  { VITRAIL_TAG (0x0008, 0x0060), "", " " },      /* Modality */
  { VITRAIL_TAG (0x0008, 0x103e), "", "\n" },     /* Series Description */
  { VITRAIL_TAG (0x0018, 0x0060), "", " kV " },   /* KVP */
  { VITRAIL_TAG (0x0018, 0x1152), "", " mAs\n" }, /* Exposure */
  { VITRAIL_TAG (0x0018, 0x0080), "TR ", " ms " },
  { VITRAIL_TAG (0x0018, 0x0081), "TE ", " ms\n" },
  { VITRAIL_TAG (0x0018, 0x0050), "", " mm\n" }, /* Slice Thickness */
  { VITRAIL_TAG (0x0020, 0x0013), "# ", "\n" },  /* Instance Number */
};

static char *
dup_words (VitrailDataSet *data_set, const Word *words, guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++) {
    g_autofree char *value =
        vitrail_data_set_dup_string (data_set, words[i].tag, 0);
    if (value == NULL || *value == '\0')
      continue;
    /* Components of a name; the text is Pango's, not markup. */
    g_strdelimit (value, "^", ' ');
    g_strstrip (value);
    g_string_append_printf (text, "%s%s%s", words[i].before, value,
                            words[i].after);
  }
  g_strchomp (text->str);
  return g_string_free (text, FALSE);
}

/* White, with black of @width around it. */
static void
draw_text (cairo_t *cairo, PangoLayout *layout, double width)
{
  pango_cairo_layout_path (cairo, layout);
  cairo_set_line_width (cairo, width);
  cairo_set_line_join (cairo, CAIRO_LINE_JOIN_ROUND);
  cairo_set_source_rgb (cairo, 0, 0, 0);
  cairo_stroke_preserve (cairo);
  cairo_set_source_rgb (cairo, 1, 1, 1);
  cairo_fill (cairo);
}

/* @at_bottom: else on top. */
static void
place_text (cairo_t *cairo,
            const VitrailImage *image,
            const char *text,
            gboolean at_bottom)
{
  const double least_px = 9;
  const double size = MAX (image->height / 36.0, least_px);
  const double margin = size / 2;
  g_autoptr (PangoLayout) layout = pango_cairo_create_layout (cairo);
  PangoFontDescription *font = pango_font_description_from_string ("Sans");
  int height = 0;

  pango_font_description_set_absolute_size (font, size * PANGO_SCALE);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  pango_layout_set_width (layout,
                          (int) ((image->width - 2 * margin) * PANGO_SCALE));
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_text (layout, text, -1);
  pango_layout_get_pixel_size (layout, NULL, &height);
  cairo_move_to (cairo, margin,
                 at_bottom ? image->height - margin - height : margin);
  draw_text (cairo, layout, size / 6);
}

/* Of premultiplied @over, ARGB as cairo has it, onto @image. */
static void
blend (VitrailImage *image, const guint8 *over, gsize stride)
{
  for (guint y = 0; y < image->height; y++) {
    for (guint x = 0; x < image->width; x++) {
      guint32 pixel;
      memcpy (&pixel, over + y * stride + 4 * (gsize) x, sizeof pixel);
      guint opaque = pixel >> 24;
      if (opaque == 0)
        continue;
      uint8_t *to =
          image->data + y * image->stride + (gsize) x * image->channels;
      /* The text is black and white: one level for all channels. */
      for (guint c = 0; c < image->channels; c++)
        to[c] = (uint8_t) MIN (
            (pixel & 0xff) + (to[c] * (255 - opaque) + 127) / 255, 255);
    }
  }
}

void
vitrail_caption_draw (VitrailImage *image,
                      VitrailDataSet *data_set,
                      VitrailCaption captions)
{
  cairo_surface_t *surface =
      cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) image->width,
                                  (int) image->height);
  cairo_t *cairo = cairo_create (surface);
  g_autofree char *patient =
      dup_words (data_set, patient_words, G_N_ELEMENTS (patient_words));
  g_autofree char *technique =
      dup_words (data_set, technique_words, G_N_ELEMENTS (technique_words));

  if ((captions & VITRAIL_CAPTION_PATIENT) != 0)
    place_text (cairo, image, patient, FALSE);
  if ((captions & VITRAIL_CAPTION_TECHNIQUE) != 0)
    place_text (cairo, image, technique, TRUE);
  cairo_destroy (cairo);
  cairo_surface_flush (surface);
  const guint8 *data = cairo_image_surface_get_data (surface);
  if (data != NULL)
    blend (image, data, (gsize) cairo_image_surface_get_stride (surface));
  cairo_surface_destroy (surface);
}
