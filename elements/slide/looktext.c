/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The text form of looks: see look.h. It comes out of URLs and saved sessions,
 * so every number in it is checked. */

#include "error.h"
#include "slide/look.h"

#include <math.h>
#include <string.h>

/* What a gamma may be, either way. */
#define MAX_GAMMA 20.0
/* Of a text: all channels with all their numbers. */
#define MAX_TEXT_BYTES ((size_t) 64 * 1024)
/* Of what a message repeats. */
#define MAX_SHOWN_BYTES 64

static const char *const stain_names[] = { "none", "hematoxylin", "eosin",
                                           "dab" };
/* The same as channels. */
static const char *const layer_names[VITRAIL_N_STAINS] = { "original",
                                                           "hematoxylin",
                                                           "eosin", "dab" };

/* --- to text --- */

static void
append_number (GString *text, const char *mark, double number)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  if (number < 1e-4) /* smaller ones would get an exponent */
    number = 0.0;
  g_string_append (text, mark);
  g_string_append (text,
                   g_ascii_formatd (digits, sizeof digits, "%.9g", number));
}

static void
append_channel (GString *text, guint path, const VitrailChannelLook *channel)
{
  const gboolean has_opacity = channel->opacity != 1.0;
  const gboolean has_gamma = channel->gamma != 1.0 || has_opacity;
  const gboolean has_window =
      channel->low != 0.0 || channel->high != 0.0 || has_gamma;

  g_string_append_printf (text, "%s%u:%02X%02X%02X",
                          channel->visible ? "" : "-", path, channel->rgb[0],
                          channel->rgb[1], channel->rgb[2]);
  if (has_window) {
    append_number (text, ":", channel->low);
    append_number (text, "-", channel->high);
  }
  if (has_gamma)
    append_number (text, ":", channel->gamma);
  if (has_opacity)
    append_number (text, ":", channel->opacity);
}

/* A hidden one that somebody has set, so that it is the same when it is shown
 * again. */
static gboolean
is_worth_a_word (const VitrailChannelLook *channel)
{
  return channel->visible || channel->low != 0.0 || channel->high != 0.0 ||
         channel->gamma != 1.0 || channel->opacity != 1.0;
}

static gboolean
is_stain_worth_a_word (const VitrailStainLook *stain, guint index)
{
  VitrailStainLook usual;

  vitrail_stain_look_init (&usual, (VitrailStain) index);
  return stain->visible || stain->weight != usual.weight ||
         memcmp (stain->rgb, usual.rgb, sizeof usual.rgb) != 0;
}

static void
append_stains (GString *text, const VitrailSlideLook *self)
{
  const char *comma = "";

  g_string_append (text, ";stains=");
  for (guint i = 0; i < VITRAIL_N_STAINS; i++) {
    const VitrailStainLook *stain = &self->stains[i];
    if (!is_stain_worth_a_word (stain, i))
      continue;
    g_string_append_printf (text, "%s%s%s", comma, stain->visible ? "" : "-",
                            layer_names[i]);
    if (i != VITRAIL_STAIN_NONE)
      g_string_append_printf (text, ":%02X%02X%02X", stain->rgb[0],
                              stain->rgb[1], stain->rgb[2]);
    append_number (text, ":", stain->weight);
    comma = ",";
  }
}

char *
vitrail_slide_look_to_string (const VitrailSlideLook *self)
{
  GString *text = g_string_new (NULL);
  const char *comma = "";

  g_string_append_printf (text, "icc=%d;z=%u;stain=%s",
                          self->color_managed ? 1 : 0, self->focal_plane,
                          stain_names[self->stain]);
  if (self->has_stains)
    append_stains (text, self);
  if (self->n_channels > 0)
    g_string_append (text, ";channels=");
  for (guint i = 0; i < self->n_channels; i++) {
    if (!is_worth_a_word (&self->channels[i]))
      continue;
    g_string_append (text, comma);
    append_channel (text, i, &self->channels[i]);
    comma = ",";
  }
  return g_string_free (text, FALSE);
}

/* --- from text --- */

/* A text while it is read. */
typedef struct {
  VitrailSlide *slide;
  VitrailSlideLook *look;
} Reading;

static gboolean
refuse (const Reading *self,
        const char *part,
        const char *reason,
        GError **error)
{
  const gssize length = (gssize) strnlen (part, MAX_SHOWN_BYTES);
  g_autofree char *shown = g_utf8_make_valid (part, length);

  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT, "%s: look: %s: %s",
               vitrail_slide_get_name (self->slide), shown, reason);
  return FALSE;
}

/* A number without sign between @least and @most, and nothing behind it. */
static gboolean
read_number (const char *word, double least, double most, double *number)
{
  char *end = NULL;

  if (!g_ascii_isdigit (word[0]))
    return FALSE;
  *number = g_ascii_strtod (word, &end);
  return *end == '\0' && isfinite (*number) && *number >= least &&
         *number <= most;
}

static gboolean
read_index (const char *word, guint count, guint *index)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (word, 10, 0, count - 1, &number, NULL))
    return FALSE;
  *index = (guint) number;
  return TRUE;
}

static gboolean
read_color (const char *word, uint8_t rgb[3])
{
  if (strlen (word) != 6)
    return FALSE;
  for (size_t i = 0; i < 6; i++)
    if (!g_ascii_isxdigit (word[i]))
      return FALSE;
  for (size_t c = 0; c < 3; c++)
    rgb[c] = (uint8_t) (g_ascii_xdigit_value (word[c * 2]) * 16 +
                        g_ascii_xdigit_value (word[c * 2 + 1]));
  return TRUE;
}

static gboolean
read_window (const char *word, VitrailChannelLook *channel)
{
  g_auto (GStrv) ends = g_strsplit (word, "-", 3);

  return g_strv_length (ends) == 2 &&
         read_number (ends[0], 0, G_MAXUINT16, &channel->low) &&
         read_number (ends[1], 0, G_MAXUINT16, &channel->high) &&
         (channel->low < channel->high ||
          (channel->low == 0 && channel->high == 0));
}

static gboolean
read_channel (Reading *self, const char *text, GError **error)
{
  const gboolean hidden = text[0] == '-';
  g_auto (GStrv) words = g_strsplit (text + hidden, ":", 6);
  const guint n_words = g_strv_length (words);
  guint path = 0;

  if (n_words < 2 || n_words > 5)
    return refuse (self, text, "not PATH:RRGGBB[:LOW-HIGH[:GAMMA[:OPACITY]]]",
                   error);
  if (!read_index (words[0], self->look->n_channels, &path))
    return refuse (self, text, "no such path", error);
  VitrailChannelLook *channel = &self->look->channels[path];
  if (!read_color (words[1], channel->rgb))
    return refuse (self, text, "not a colour RRGGBB", error);
  if (n_words > 2 && !read_window (words[2], channel))
    return refuse (self, text, "not a window LOW-HIGH of 0 to 65535", error);
  if (n_words > 3 &&
      !read_number (words[3], 1 / MAX_GAMMA, MAX_GAMMA, &channel->gamma))
    return refuse (self, text, "not a gamma of 0.05 to 20", error);
  if (n_words > 4 && !read_number (words[4], 0, 1, &channel->opacity))
    return refuse (self, text, "not an opacity of 0 to 1", error);
  channel->visible = !hidden;
  return TRUE;
}

static gboolean
read_channels (Reading *self, const char *value, GError **error)
{
  g_auto (GStrv) texts = g_strsplit (value, ",", -1);

  vitrail_slide_look_set_default_channels (self->look, self->slide);
  for (guint i = 0; i < self->look->n_channels; i++)
    self->look->channels[i].visible = FALSE;
  for (guint i = 0; texts[i] != NULL; i++)
    if (!read_channel (self, texts[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
read_stain (const char *value, VitrailStain *stain)
{
  for (guint i = 0; i < G_N_ELEMENTS (stain_names); i++)
    if (g_str_equal (value, stain_names[i])) {
      *stain = (VitrailStain) i;
      return TRUE;
    }
  return FALSE;
}

/* NAME[:RRGGBB][:WEIGHT] */
static gboolean
read_layer (Reading *self, const char *text, GError **error)
{
  const gboolean hidden = text[0] == '-';
  g_auto (GStrv) words = g_strsplit (text + hidden, ":", 4);
  const guint n_words = g_strv_length (words);
  guint which = 0;

  while (n_words > 0 && which < VITRAIL_N_STAINS &&
         !g_str_equal (words[0], layer_names[which]))
    which++;
  if (n_words == 0 || which == VITRAIL_N_STAINS)
    return refuse (self, text, "not original, hematoxylin, eosin or dab",
                   error);
  VitrailStainLook *layer = &self->look->stains[which];
  const gboolean is_original = which == VITRAIL_STAIN_NONE;
  const guint at = is_original ? 1 : 2; /* of the weight */
  if (n_words > at + 1)
    return refuse (self, text, "more than NAME[:RRGGBB][:WEIGHT]", error);
  if (!is_original && n_words > 1 && !read_color (words[1], layer->rgb))
    return refuse (self, text, "not a colour RRGGBB", error);
  if (n_words > at &&
      !read_number (words[at], 0, is_original ? 1 : VITRAIL_STAIN_MAX_WEIGHT,
                    &layer->weight))
    return refuse (self, text, "not a weight (0 to 4, original 0 to 1)", error);
  layer->visible = !hidden;
  return TRUE;
}

static gboolean
read_layers (Reading *self, const char *value, GError **error)
{
  g_auto (GStrv) texts = g_strsplit (value, ",", -1);

  self->look->has_stains = TRUE;
  for (guint i = 0; i < VITRAIL_N_STAINS; i++)
    vitrail_stain_look_init (&self->look->stains[i], (VitrailStain) i);
  for (guint i = 0; texts[i] != NULL; i++)
    if (texts[i][0] != '\0' && !read_layer (self, texts[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
read_part (Reading *self, const char *part, GError **error)
{
  const char *equals = strchr (part, '=');
  VitrailSlideLook *look = self->look;

  if (equals == NULL)
    return refuse (self, part, "not NAME=VALUE", error);
  const char *value = equals + 1;
  if (g_str_has_prefix (part, "icc=")) {
    look->color_managed = g_str_equal (value, "1");
    return look->color_managed || g_str_equal (value, "0") ||
           refuse (self, part, "neither 0 nor 1", error);
  }
  if (g_str_has_prefix (part, "z="))
    return read_index (value, vitrail_slide_get_n_focal_planes (self->slide),
                       &look->focal_plane) ||
           refuse (self, part, "no such focal plane", error);
  if (g_str_has_prefix (part, "stain="))
    return read_stain (value, &look->stain) ||
           refuse (self, part, "not none, hematoxylin, eosin or dab", error);
  if (g_str_has_prefix (part, "stains="))
    return read_layers (self, value, error);
  if (g_str_has_prefix (part, "channels="))
    return read_channels (self, value, error);
  return refuse (self, part, "not icc, z, stain, stains or channels", error);
}

VitrailSlideLook *
vitrail_slide_look_from_string (VitrailSlide *slide,
                                const char *text,
                                GError **error)
{
  g_autoptr (VitrailSlideLook) look = vitrail_slide_look_new (slide);
  Reading self = { slide, look };

  if (strlen (text) > MAX_TEXT_BYTES) {
    refuse (&self, text, "too long", error);
    return NULL;
  }
  g_auto (GStrv) parts = g_strsplit (text, ";", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    if (parts[i][0] != '\0' && !read_part (&self, parts[i], error))
      return NULL;
  return g_steal_pointer (&look);
}
