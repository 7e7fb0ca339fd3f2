/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* WADO-URI (PS3.18 9): one object named by the query. Each such request is a
 * WADO-RS one in other words, and is answered by that one's route. */

#include "archive.h"
#include "route.h"
#include "router.h"

#include <string.h>

#define MAX_SIDE_PX "8192"

static gboolean
fail (GError **error, const char *key, const char *reason)
{
  g_set_error (error, VITRAIL_HTTP_ERROR, 400, "%s: %s", key, reason);
  return FALSE;
}

/* The names of both worlds. */
static gboolean
add_values (VitrailRequest *inner,
            const VitrailRequest *request,
            GError **error)
{
  static const struct {
    const char *key;
    const char *name;
  } uids[] = {
    { "studyUID", "study" },
    { "seriesUID", "series" },
    { "objectUID", "instance" },
  };

  inner->n_values = 0;
  for (guint i = 0; i < G_N_ELEMENTS (uids); i++) {
    const char *uid = vitrail_request_get_query (request, uids[i].key);
    if (uid == NULL || !vitrail_router_is_uid (uid))
      return fail (error, uids[i].key, "must be a UID");
    inner->values[inner->n_values].name = uids[i].name;
    inner->values[inner->n_values++].value = uid;
  }
  return TRUE;
}

static void
add_key (VitrailRequest *inner, const char *key, const char *value)
{
  VitrailUrlPair pair = { g_strdup (key), g_strdup (value) };
  g_array_append_val (inner->query, pair);
}

/* Four fractions of the image's sides: left, top, right, bottom. */
static gboolean
parse_region (const char *text, double region[4], GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, ",", 5);

  for (guint i = 0; i < 4; i++) {
    char *end = NULL;
    if (g_strv_length (words) != 4)
      return fail (error, "region", "takes left,top,right,bottom");
    region[i] = g_ascii_strtod (words[i], &end);
    if (end == words[i] || *end != '\0' ||
        !(region[i] >= 0.0 && region[i] <= 1.0))
      return fail (error, "region", "is of fractions from 0 to 1");
  }
  return (region[0] < region[2] && region[1] < region[3]) ||
         fail (error, "region", "is empty");
}

/* The part of the object that is shown, as viewport= writes it. */
static char *
make_source (const VitrailRequest *inner,
             const char *text,
             double size[2],
             GError **error)
{
  double region[4];
  VitrailPixelFormat format;

  if (!parse_region (text, region, error))
    return NULL;
  g_autoptr (VitrailInstance) instance =
      vitrail_archive_open_instance (inner, error);
  if (instance == NULL ||
      !vitrail_instance_get_pixel_format (instance, &format, error))
    return NULL;
  size[0] = MAX ((region[2] - region[0]) * format.width, 1.0);
  size[1] = MAX ((region[3] - region[1]) * format.height, 1.0);
  char number[4][G_ASCII_DTOSTR_BUF_SIZE];
  return g_strdup_printf (
      ",%s,%s,%s,%s",
      g_ascii_dtostr (number[0], sizeof number[0], region[0] * format.width),
      g_ascii_dtostr (number[1], sizeof number[1], region[1] * format.height),
      g_ascii_dtostr (number[2], sizeof number[2], size[0]),
      g_ascii_dtostr (number[3], sizeof number[3], size[1]));
}

/* rows=, columns= and region= are one viewport=. */
static gboolean
add_viewport (VitrailRequest *inner,
              const VitrailRequest *request,
              GError **error)
{
  const char *columns = vitrail_request_get_query (request, "columns");
  const char *rows = vitrail_request_get_query (request, "rows");
  const char *region = vitrail_request_get_query (request, "region");
  double size[2] = { 0, 0 };
  g_autofree char *source = NULL;
  g_autofree char *own = NULL;
  g_autofree char *viewport = NULL;

  if (region != NULL) {
    source = make_source (inner, region, size, error);
    if (source == NULL)
      return FALSE;
  }
  if (columns == NULL && rows == NULL && region == NULL)
    return TRUE;
  if (columns == NULL && rows == NULL)
    own = g_strdup_printf ("%u,%u", (guint) (size[0] + 0.5),
                           (guint) (size[1] + 0.5));
  else
    own = g_strdup_printf ("%s,%s", columns != NULL ? columns : MAX_SIDE_PX,
                           rows != NULL ? rows : MAX_SIDE_PX);
  viewport = g_strconcat (own, source, NULL);
  add_key (inner, "viewport", viewport);
  return TRUE;
}

static gboolean
add_window (VitrailRequest *inner,
            const VitrailRequest *request,
            GError **error)
{
  const char *center = vitrail_request_get_query (request, "windowCenter");
  const char *width = vitrail_request_get_query (request, "windowWidth");

  if ((center == NULL) != (width == NULL))
    return fail (error, "windowCenter", "and windowWidth come together");
  if (center == NULL)
    return TRUE;
  g_autofree char *window = g_strconcat (center, ",", width, NULL);
  add_key (inner, "window", window);
  return TRUE;
}

/* Keys that change their names only, and those that we do not do: they would
 * change what the picture means. */
static gboolean
add_others (VitrailRequest *inner,
            const VitrailRequest *request,
            GError **error)
{
  static const char *const refused[] = { "anonymize", "presentationUID",
                                         "presentationSeriesUID" };
  const char *quality = vitrail_request_get_query (request, "imageQuality");
  const char *captions = vitrail_request_get_query (request, "annotation");

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    if (vitrail_request_get_query (request, refused[i]) != NULL)
      return fail (error, refused[i], "is not done here");
  if (quality != NULL)
    add_key (inner, "quality", quality);
  if (captions != NULL)
    add_key (inner, "annotation", captions);
  return TRUE;
}

static gboolean
add_frame (VitrailRequest *inner, const VitrailRequest *request, GError **error)
{
  const char *number = vitrail_request_get_query (request, "frameNumber");
  guint64 frame = 0;

  if (number == NULL)
    return TRUE;
  if (!g_ascii_string_to_unsigned (number, 10, 1, G_MAXINT32, &frame, NULL))
    return fail (error, "frameNumber", "counts from 1");
  inner->values[inner->n_values].name = "frames";
  inner->values[inner->n_values++].value = number;
  return TRUE;
}

static gboolean
answer_picture (VitrailRequest *inner,
                const VitrailRequest *request,
                VitrailReply *reply,
                GError **error)
{
  extern const VitrailRoute vitrail_route_rendered;

  return add_viewport (inner, request, error) &&
         add_window (inner, request, error) &&
         add_others (inner, request, error) &&
         add_frame (inner, request, error) &&
         vitrail_route_rendered.answer (inner, reply, error);
}

static gboolean
answer_file (VitrailRequest *inner,
             const VitrailRequest *request,
             VitrailReply *reply,
             GError **error)
{
  extern const VitrailRoute vitrail_route_retrieve;
  const char *syntax = vitrail_request_get_query (request, "transferSyntax");
  g_autofree char *accept = NULL;

  if (syntax != NULL && strcmp (syntax, "*") != 0 &&
      !vitrail_is_plain_uid (syntax))
    return fail (error, "transferSyntax", "must be a UID");
  accept = g_strconcat ("application/dicom; transfer-syntax=",
                        syntax != NULL ? syntax : "*", NULL);
  inner->accept = accept;
  return vitrail_route_retrieve.answer (inner, reply, error);
}

static void
clear_pair (gpointer data)
{
  VitrailUrlPair *pair = data;
  g_free (pair->key);
  g_free (pair->value);
}

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  const char *kind = vitrail_request_get_query (request, "requestType");
  const char *type = vitrail_request_get_query (request, "contentType");
  VitrailRequest inner = *request;
  g_autoptr (GArray) query =
      g_array_new (FALSE, FALSE, sizeof (VitrailUrlPair));

  g_array_set_clear_func (query, clear_pair);
  inner.query = query;
  inner.accept = type != NULL && *type != '\0' ? type : "image/jpeg";
  if (g_strcmp0 (kind, "WADO") != 0)
    return fail (error, "requestType", "must be WADO");
  if (!add_values (&inner, request, error))
    return FALSE;
  return strstr (inner.accept, "application/dicom") != NULL
             ? answer_file (&inner, request, reply, error)
             : answer_picture (&inner, request, reply, error);
}

static const char *const patterns[] = {
  "/dicom-web/wado",
  "/wado",
  NULL,
};

const VitrailRoute vitrail_route_wado = {
  .name = "wado",
  .patterns = patterns,
  .answer = answer,
};
