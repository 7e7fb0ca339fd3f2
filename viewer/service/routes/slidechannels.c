/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The channels of a slide as its data suggest to show them: the windows that
 * stand for "from the data", and how often which samples are there. */

#include "route.h"
#include "service.h"
#include "slide/look.h"
#include "slidereply.h"

/* FALSE: z= is no focal plane. */
static gboolean
read_plane (const VitrailRequest *request,
            VitrailSlide *slide,
            guint *plane,
            GError **error)
{
  const char *text = vitrail_request_get_query (request, "z");
  char *end = NULL;

  if (text == NULL)
    return TRUE;
  const guint64 number = g_ascii_strtoull (text, &end, 10);
  if (!g_ascii_isdigit (*text) || *end != '\0' ||
      number >= vitrail_slide_get_n_focal_planes (slide))
  {
    g_set_error (error, VITRAIL_HTTP_ERROR, 400,
                 "z=%.80s: not one of %u focal planes", text,
                 vitrail_slide_get_n_focal_planes (slide));
    return FALSE;
  }
  *plane = (guint) number;
  return TRUE;
}

static void
append_channel (GString *json,
                VitrailSlide *slide,
                guint index,
                guint plane,
                const VitrailChannelLook *look)
{
  guint64 counts[VITRAIL_CHANNEL_BINS];
  VitrailSlidePath path;

  vitrail_slide_get_path (slide, index, &path);
  g_string_append_printf (json,
                          "%s\n{\"index\": %u, \"low\": %.0f, \"high\": %.0f, "
                          "\"top\": %u, \"counts\": [",
                          json->len > 1 ? "," : "", index, look->low,
                          look->high, (1u << CLAMP (path.bits, 1, 16)) - 1);
  vitrail_slide_count_channel (slide, index, plane, counts);
  for (guint i = 0; i < VITRAIL_CHANNEL_BINS; i++)
    g_string_append_printf (json, "%s%" G_GUINT64_FORMAT, i > 0 ? "," : "",
                            counts[i]);
  g_string_append (json, "]}");
}

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  g_autoptr (VitrailOpenSlide) slide =
      vitrail_slide_cache_open (request->service->slides,
                                vitrail_request_get_value (request, "slide"),
                                error);

  if (slide == NULL)
    return FALSE;
  g_autoptr (VitrailSlideLook) look = vitrail_slide_look_new (slide->source);
  if (!read_plane (request, slide->source, &look->focal_plane, error))
    return FALSE;
  vitrail_slide_look_set_default_channels (look, slide->source);
  vitrail_slide_look_find_windows (look, slide->source);
  GString *json = g_string_new ("[");
  for (guint i = 0; i < look->n_channels; i++) {
    VitrailSlidePath path;
    vitrail_slide_get_path (slide->source, i, &path);
    if (!path.is_color)
      append_channel (json, slide->source, i, look->focal_plane,
                      &look->channels[i]);
  }
  g_string_append (json, "]\n");
  vitrail_reply_set_text (reply, "application/json", json);
  return TRUE;
}

static const char *const patterns[] = {
  "/slides/{slide}/channels",
  NULL,
};

const VitrailRoute vitrail_route_slidechannels = {
  .name = "slidechannels",
  .patterns = patterns,
  .answer = answer,
  .priority = VITRAIL_PRIORITY_THUMBNAIL,
};
