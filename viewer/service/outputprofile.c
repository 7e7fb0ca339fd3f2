/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Profiles of pictures: see outputprofile.h. */

#include "outputprofile.h"

#include "iccmarker.h"
#include "pixel/icc.h"

#include <string.h>
#include <zlib.h>

struct _VitrailOutputProfile {
  const char *word;
  const char *color_space; /* NULL: nothing is embedded */
};

/* What is made of a row when it is first asked for. */
typedef struct {
  VitrailDisplay display;
  GBytes *profile;
  GBytes *markers; /* of JPEG */
} Made;

static const VitrailOutputProfile profiles[] = {
  { "no", NULL },           { "yes", "SRGB" },
  { "srgb", "SRGB" },       { "adobergb", "ADOBERGB" },
  { "rommrgb", "ROMMRGB" }, { "displayp3", "DISPLAYP3" },
};

const VitrailOutputProfile *
vitrail_output_profile_find (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (profiles); i++)
    if (g_ascii_strcasecmp (profiles[i].word, word) == 0)
      return &profiles[i];
  return NULL;
}

const char *
vitrail_output_profile_get_word (const VitrailOutputProfile *self)
{
  return self->word;
}

static const Made *
get_made (const VitrailOutputProfile *self)
{
  static gsize made[G_N_ELEMENTS (profiles)];
  gsize *place = &made[self - profiles];

  if (g_once_init_enter (place)) {
    Made *row = g_new0 (Made, 1);
    row->profile = vitrail_icc_make_space (self->color_space);
    row->markers = vitrail_icc_markers_new (row->profile);
    row->display.profile = row->profile;
    g_once_init_leave (place, (gsize) row);
  }
  return (const Made *) *place;
}

const VitrailDisplay *
vitrail_output_profile_get_display (const VitrailOutputProfile *self)
{
  /* sRGB is what we make anyway. */
  if (self->color_space == NULL || strcmp (self->color_space, "SRGB") == 0)
    return NULL;
  return &get_made (self)->display;
}

static void
append_u32 (GByteArray *out, guint32 value)
{
  guint32 big = GUINT32_TO_BE (value);
  g_byte_array_append (out, (const guint8 *) &big, sizeof big);
}

/* An iCCP chunk (PNG 11.3.2.3): name, method 0, the profile deflated. */
static void
append_chunk (GByteArray *out, GBytes *profile)
{
  static const guint8 head[] = "iCCPICC Profile\0";
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (profile, &length);
  uLongf packed = compressBound ((uLong) length);
  g_autofree guint8 *deflated = g_malloc (packed);

  compress (deflated, &packed, data, (uLong) length);
  /* The type is no part of the length; the literal's own zero is the method. */
  append_u32 (out, (guint32) (sizeof head - 4 + packed));
  guint start = out->len;
  g_byte_array_append (out, head, sizeof head);
  g_byte_array_append (out, deflated, (guint) packed);
  append_u32 (out, (guint32) crc32 (0, out->data + start, out->len - start));
}

/* Behind IHDR, which a PNG begins with. */
static GBytes *
embed_png (GBytes *profile, GBytes *picture)
{
  const guint head_bytes = 33;
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (picture, &length);
  GByteArray *out = g_byte_array_sized_new ((guint) length);

  g_byte_array_append (out, data, head_bytes);
  append_chunk (out, profile);
  g_byte_array_append (out, data + head_bytes, (guint) length - head_bytes);
  return g_byte_array_free_to_bytes (out);
}

static GBytes *
join (const GPtrArray *parts)
{
  GByteArray *out = g_byte_array_new ();

  for (guint i = 0; i < parts->len; i++) {
    gsize length = 0;
    const guint8 *data =
        g_bytes_get_data (g_ptr_array_index (parts, i), &length);
    g_byte_array_append (out, data, (guint) length);
  }
  return g_byte_array_free_to_bytes (out);
}

GBytes *
vitrail_output_profile_embed (const VitrailOutputProfile *self, GBytes *picture)
{
  g_autoptr (GBytes) plain = picture;

  if (self->color_space == NULL)
    return g_steal_pointer (&plain);
  const Made *made = get_made (self);
  const guint8 *data = g_bytes_get_data (plain, NULL);
  if (data[0] == 0x89)
    return embed_png (made->profile, plain);
  g_autoptr (GPtrArray) parts =
      vitrail_icc_markers_splice (made->markers, plain);
  return parts != NULL ? join (parts) : g_steal_pointer (&plain);
}
