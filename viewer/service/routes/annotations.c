/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Annotation sets of a slide: the list, and each as GeoJSON, which can be
 * replaced and deleted by who knows what is there (If-Match). Bulk Simple
 * Annotations of the archive are sets that can only be read. */

#include "annotation/geojson.h"
#include "annotationcache.h"
#include "dicom/jsontext.h"
#include "error.h"
#include "mapping.h"
#include "route.h"
#include "service.h"

#include <glib/gstdio.h>

#include <string.h>
#include <unistd.h>

/* Of a set that a page saves; larger ones are imported as files. */
#define MAX_BODY_BYTES ((gsize) 128 * 1024 * 1024)
/* Longer answers are made in a file, not in memory. */
#define MAX_MEMORY_BYTES ((gsize) 8 * 1024 * 1024)
/* What `most` and `decimals` are where the query has bounds but not them. */
#define DEFAULT_MOST     50000u
#define DEFAULT_DECIMALS 1

/* --- the list --- */

static void
append_saved (const VitrailRequest *request, const char *slide, GString *json)
{
  VitrailAnnotationStore *store = request->service->annotation_store;
  g_auto (GStrv) names = vitrail_annotation_store_list (store, slide);

  for (guint i = 0; names[i] != NULL; i++) {
    VitrailAnnotationFile file;
    if (!vitrail_annotation_store_look (store, slide, names[i], &file))
      continue;
    g_string_append (json, json->len > 1 ? ",\n{\"name\": " : "\n{\"name\": ");
    vitrail_json_append_string (json, names[i]);
    g_string_append_printf (
        json,
        ", \"label\": null, \"read_only\": false, \"etag\": \"\\\"%s\\\"\", "
        "\"bytes\": %" G_GUINT64_FORMAT ", \"modified\": %" G_GINT64_FORMAT "}",
        file.tag, file.bytes, file.modified);
  }
}

static void
append_objects (const VitrailRequest *request,
                const VitrailOpenSlide *slide,
                GString *json)
{
  g_autoptr (GPtrArray) objects =
      vitrail_annotation_cache_list_objects (request, slide);

  for (guint i = 0; i < objects->len; i++) {
    const VitrailSlideObject *object = g_ptr_array_index (objects, i);
    g_autofree char *name = g_strconcat (VITRAIL_ANN_PREFIX, object->uid, NULL);
    g_string_append (json, json->len > 1 ? ",\n{\"name\": " : "\n{\"name\": ");
    vitrail_json_append_string (json, name);
    g_string_append (json, ", \"label\": ");
    if (object->label != NULL)
      vitrail_json_append_string (json, object->label);
    else
      g_string_append (json, "null");
    g_string_append (json, ", \"read_only\": true}");
  }
}

static gboolean
answer_list (const VitrailRequest *request,
             const VitrailOpenSlide *slide,
             VitrailReply *reply)
{
  g_autoptr (GString) json = g_string_new ("[");

  append_saved (request, slide->id, json);
  append_objects (request, slide, json);
  g_string_append (json, "]\n");
  vitrail_reply_set_text (reply, "application/json", g_steal_pointer (&json));
  return TRUE;
}

/* --- what is asked for of a set --- */

typedef struct {
  VitrailGeoJsonChoice choice;
  double bounds[4];
  gboolean is_all;
} Wish;

static gboolean
fail_query (const char *key, const char *value, GError **error)
{
  g_set_error (error, VITRAIL_HTTP_ERROR, 400, "%s=%s: not a number in range",
               key, value);
  return FALSE;
}

/* One query value of a key; TRUE where it is not there. */
static gboolean
read_number (const VitrailRequest *request,
             const char *key,
             double most,
             double *value,
             GError **error)
{
  const char *text = vitrail_request_get_query (request, key);
  char *end = NULL;

  if (text == NULL)
    return TRUE;
  *value = g_ascii_strtod (text, &end);
  if (end == text || *end != '\0' || !(*value >= 0 && *value <= most))
    return fail_query (key, text, error);
  return TRUE;
}

/* bbox=x0,y0,x1,y1 */
static gboolean
read_bounds (const VitrailRequest *request, Wish *wish, GError **error)
{
  const char *text = vitrail_request_get_query (request, "bbox");
  const char *c = text;

  if (text == NULL)
    return TRUE;
  for (guint i = 0; i < 4; i++) {
    char *end = NULL;
    wish->bounds[i] = g_ascii_strtod (c, &end);
    if (end == c || *end != (i < 3 ? ',' : '\0') ||
        !(wish->bounds[i] >= -1e12 && wish->bounds[i] <= 1e12))
      return fail_query ("bbox", text, error);
    c = end + 1;
  }
  wish->choice.bounds = wish->bounds;
  return TRUE;
}

/* bbox, resolution (level 0 pixels on one of the screen), least (pixels of the
 * screen), most (shapes), decimals. */
static gboolean
read_wish (const VitrailRequest *request, Wish *wish, GError **error)
{
  double resolution = 1;
  double least = 1;
  double most = DEFAULT_MOST;
  double decimals = DEFAULT_DECIMALS;

  memset (wish, 0, sizeof *wish);
  wish->choice.decimals = -1;
  wish->is_all = vitrail_request_get_query (request, "bbox") == NULL &&
                 vitrail_request_get_query (request, "resolution") == NULL &&
                 vitrail_request_get_query (request, "most") == NULL;
  if (wish->is_all)
    return TRUE;
  if (!read_bounds (request, wish, error) ||
      !read_number (request, "resolution", 1e9, &resolution, error) ||
      !read_number (request, "least", 1e6, &least, error) ||
      !read_number (request, "most", 1e9, &most, error) ||
      !read_number (request, "decimals", 9, &decimals, error))
    return FALSE;
  wish->choice.least_px = least * resolution;
  wish->choice.most = (guint) most;
  wish->choice.decimals = (int) decimals;
  wish->choice.is_plain = TRUE;
  return TRUE;
}

/* --- a set as text --- */

/* Where an answer is made: pieces in memory, then a file without a name. */
typedef struct {
  GCancellable *cancellable;
  GByteArray *memory;
  int fd; /* -1: not needed yet */
  char *path;
} Spool;

static gboolean
fail_spool (const char *path, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: cannot be written",
               path);
  return FALSE;
}

static gboolean
write_to_file (const Spool *self, const char *text, gsize length)
{
  while (length > 0) {
    const gssize n = write (self->fd, text, length);
    if (n <= 0)
      return FALSE;
    text += n;
    length -= (gsize) n;
  }
  return TRUE;
}

static gboolean
spool_write (gpointer user_data, const char *text, gsize length, GError **error)
{
  Spool *self = user_data;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  if (self->fd < 0 && self->memory->len + length <= MAX_MEMORY_BYTES) {
    g_byte_array_append (self->memory, (const guint8 *) text, (guint) length);
    return TRUE;
  }
  if (self->fd < 0) {
    self->fd = g_file_open_tmp ("vitrail-XXXXXX.geojson", &self->path, error);
    if (self->fd < 0)
      return FALSE;
    if (!write_to_file (self, (const char *) self->memory->data,
                        self->memory->len))
      return fail_spool (self->path, error);
  }
  if (!write_to_file (self, text, length))
    return fail_spool (self->path, error);
  return TRUE;
}

static GBytes *
spool_end (Spool *self, gboolean done, GError **error)
{
  GBytes *bytes = NULL;

  if (self->fd >= 0) {
    close (self->fd);
    bytes = done ? vitrail_map_file (self->path, error) : NULL;
    g_unlink (self->path);
    g_free (self->path);
  } else if (done) {
    bytes = g_byte_array_free_to_bytes (g_steal_pointer (&self->memory));
  }
  g_clear_pointer (&self->memory, g_byte_array_unref);
  return bytes;
}

static GBytes *
make_text (const VitrailRequest *request,
           const VitrailAnnotationSet *set,
           const Wish *wish,
           GError **error)
{
  Spool spool = { .cancellable = request->cancellable,
                  .memory = g_byte_array_new (),
                  .fd = -1 };
  const gboolean done =
      vitrail_geojson_write (set, &wish->choice, spool_write, &spool, error);

  return spool_end (&spool, done, error);
}

static gboolean
set_geojson (VitrailReply *reply, GBytes *text)
{
  vitrail_reply_set_body (reply, VITRAIL_GEOJSON_TYPE, text);
  reply->caching = VITRAIL_CACHING_REVALIDATE;
  return TRUE;
}

/* As it was saved. */
static gboolean
answer_saved (const VitrailRequest *request,
              const char *slide,
              const char *name,
              VitrailReply *reply,
              GError **error)
{
  char tag[VITRAIL_ANNOTATION_TAG_SIZE];
  GBytes *text =
      vitrail_annotation_store_ref_text (request->service->annotation_store,
                                         slide, name, tag, error);

  if (text == NULL)
    return FALSE;
  g_strlcpy (reply->etag, tag, sizeof reply->etag);
  return set_geojson (reply, text);
}

static gboolean
answer_get (const VitrailRequest *request,
            const VitrailOpenSlide *slide,
            const char *name,
            VitrailReply *reply,
            GError **error)
{
  char tag[VITRAIL_SET_TAG_SIZE];
  Wish wish;

  if (!read_wish (request, &wish, error))
    return FALSE;
  if (wish.is_all && !g_str_has_prefix (name, VITRAIL_ANN_PREFIX))
    return answer_saved (request, slide->id, name, reply, error);
  g_autoptr (VitrailAnnotationSet) set =
      vitrail_annotation_cache_ref_set (request, slide, name, tag, error);
  if (set == NULL)
    return FALSE;
  const VitrailGeoJsonChoice *choice = &wish.choice;
  vitrail_reply_set_etag (reply, VITRAIL_CACHING_REVALIDATE,
                          "%s %s %s %.17g %.17g %.17g %.17g %.17g %u %d",
                          slide->id, name, tag, wish.bounds[0], wish.bounds[1],
                          wish.bounds[2], wish.bounds[3], choice->least_px,
                          choice->most, choice->decimals);
  if (vitrail_reply_is_known (reply, request->if_none_match))
    return TRUE;
  GBytes *text = make_text (request, set, &wish, error);
  return text != NULL && set_geojson (reply, text);
}

/* --- changes --- */

/* What the client believes to be there, against what is. FALSE: @reply says
 * what is wrong. */
static gboolean
check_conditions (const VitrailRequest *request,
                  const VitrailAnnotationFile *file,
                  VitrailReply *reply)
{
  if (file == NULL && request->if_match != NULL)
    vitrail_reply_set_status_error (reply, 412, "the set has been deleted");
  else if (file != NULL && request->if_none_match != NULL &&
           vitrail_reply_names_tag (request->if_none_match, file->tag, TRUE))
    vitrail_reply_set_status_error (reply, 412, "there is such a set already");
  else if (file != NULL && request->if_match == NULL)
    vitrail_reply_set_status_error (
        reply, 428, "If-Match must name what would be replaced");
  else if (file != NULL &&
           !vitrail_reply_names_tag (request->if_match, file->tag, FALSE))
    vitrail_reply_set_status_error (reply, 412, "the set has been changed");
  else
    return TRUE;
  return FALSE;
}

/* 204 with the tag; libsoup ends the connection after one, so it is 200. */
static gboolean
answer_done (VitrailReply *reply, const char *tag, gboolean is_new)
{
  vitrail_reply_set_text (reply, "application/json", g_string_new ("{}\n"));
  reply->status = is_new ? 201 : 200;
  if (tag != NULL)
    g_strlcpy (reply->etag, tag, sizeof reply->etag);
  return TRUE;
}

static gboolean
answer_put (const VitrailRequest *request,
            const char *const place[2],
            const VitrailAnnotationFile *file,
            VitrailReply *reply,
            GError **error)
{
  char tag[VITRAIL_ANNOTATION_TAG_SIZE] = "";
  g_autoptr (GError) fault = NULL;
  gboolean conflict;
  gsize length;
  const char *text = g_bytes_get_data (request->body, &length);
  g_autoptr (VitrailAnnotationSet) set =
      vitrail_geojson_read (text, length, place[1], NULL, &fault);

  if (set == NULL) {
    vitrail_reply_set_status_error (
        reply,
        g_error_matches (fault, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT) ? 413 : 400,
        fault->message);
    return TRUE;
  }
  if (file != NULL)
    g_strlcpy (tag, file->tag, sizeof tag);
  if (vitrail_annotation_store_put (
          request->service->annotation_store, place, request->body,
          file != NULL ? VITRAIL_EXPECT_TAG : VITRAIL_EXPECT_NOTHING, tag,
          &conflict, error))
    return answer_done (reply, tag, file == NULL);
  if (!conflict)
    return FALSE;
  g_clear_error (error);
  vitrail_reply_set_status_error (reply, 412, "the set has been changed");
  return TRUE;
}

static gboolean
answer_delete (const VitrailRequest *request,
               const char *const place[2],
               const VitrailAnnotationFile *file,
               VitrailReply *reply,
               GError **error)
{
  gboolean conflict;

  if (vitrail_annotation_store_delete (request->service->annotation_store,
                                       place, file != NULL ? file->tag : NULL,
                                       &conflict, error))
    return answer_done (reply, NULL, FALSE);
  if (!conflict)
    return FALSE;
  g_clear_error (error);
  vitrail_reply_set_status_error (reply, 412, "the set has been changed");
  return TRUE;
}

static gboolean
answer_change (const VitrailRequest *request,
               const char *slide,
               const char *name,
               VitrailReply *reply,
               GError **error)
{
  const char *const place[2] = { slide, name };
  VitrailAnnotationFile file;
  const gboolean is_there =
      vitrail_annotation_store_look (request->service->annotation_store, slide,
                                     name, &file);
  const gboolean is_put = request->method == VITRAIL_METHOD_PUT;

  if (g_str_has_prefix (name, VITRAIL_ANN_PREFIX)) {
    vitrail_reply_set_status_error (reply, 403,
                                    "objects of the archive are not changed");
    return TRUE;
  }
  if ((is_put || is_there) &&
      !check_conditions (request, is_there ? &file : NULL, reply))
    return TRUE;
  return is_put ? answer_put (request, place, is_there ? &file : NULL, reply,
                              error)
                : answer_delete (request, place, is_there ? &file : NULL, reply,
                                 error);
}

/* --- the route --- */

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  const char *name = vitrail_request_get_value (request, "set");
  g_autoptr (VitrailOpenSlide) slide =
      vitrail_slide_cache_open (request->service->slides,
                                vitrail_request_get_value (request, "slide"),
                                error);

  if (slide == NULL)
    return FALSE;
  if (name != NULL && request->method != VITRAIL_METHOD_GET)
    return answer_change (request, slide->id, name, reply, error);
  if (name != NULL)
    return answer_get (request, slide, name, reply, error);
  if (request->method == VITRAIL_METHOD_GET)
    return answer_list (request, slide, reply);
  vitrail_reply_set_status_error (reply, 405, "only GET and HEAD");
  reply->allow = "GET, HEAD";
  return TRUE;
}

static const char *const patterns[] = {
  "/annotations/{slide}",
  "/annotations/{slide}/{set}",
  NULL,
};

const VitrailRoute vitrail_route_annotations = {
  .name = "annotations",
  .patterns = patterns,
  .answer = answer,
  .max_body_bytes = MAX_BODY_BYTES,
};
