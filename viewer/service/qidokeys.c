/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Queries of searches: see qidokeys.h. */

#include "qidokeys.h"

#include "dicom/builder.h"
#include "folder/match.h"
#include "folder/moment.h"
#include "router.h"

#include <string.h>

#define TAG_STUDY_INSTANCE_UID  VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES_INSTANCE_UID VITRAIL_TAG (0x0020, 0x000e)
#define TAG_ZONE                VITRAIL_TAG (0x0008, 0x0201)

/* One page at most: a thousand bytes each. Who wants more asks again. */
#define MAX_LIMIT 50000u

/* A key and its value. */
typedef struct {
  VitrailTagPath path;
  char *value;
} Key;

static void
key_clear (gpointer data)
{
  Key *key = data;

  g_free (key->value);
}

void
vitrail_qido_clear (VitrailQido *self)
{
  g_clear_pointer (&self->query.match, vitrail_data_set_unref);
  g_clear_pointer (&self->include, g_array_unref);
}

static gboolean
fail (GError **error, const char *key, const char *why)
{
  g_set_error (error, VITRAIL_HTTP_ERROR, 400, "%.64s: %s", key, why);
  return FALSE;
}

static gboolean
parse_number (const VitrailUrlPair *pair, guint *number, GError **error)
{
  guint64 value = 0;

  if (!g_ascii_string_to_unsigned (pair->value, 10, 0, G_MAXINT32, &value,
                                   NULL))
    return fail (error, pair->key, "not a number");
  *number = (guint) value;
  return TRUE;
}

static gboolean
parse_boolean (const VitrailUrlPair *pair, gboolean *value, GError **error)
{
  *value = strcmp (pair->value, "true") == 0;
  return *value || strcmp (pair->value, "false") == 0 ||
         fail (error, pair->key, "neither true nor false");
}

/* Keywords or tags with dots between; all but the last are sequences. */
static gboolean
parse_path (const char *text, VitrailTagPath *path, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, ".", VITRAIL_QIDO_DEPTH + 1);

  path->n = g_strv_length (words);
  if (path->n > VITRAIL_QIDO_DEPTH)
    return fail (error, text, "too many sequences in each other");
  for (guint i = 0; i < path->n; i++) {
    if (!vitrail_tag_parse (words[i], &path->tags[i]))
      return fail (error, text, "neither an attribute nor a query parameter");
    if (i + 1 < path->n &&
        vitrail_dictionary_vr (path->tags[i]) != VITRAIL_VR ('S', 'Q'))
      return fail (error, text, "not a sequence before the dot");
  }
  return path->n > 0 ||
         fail (error, "", "neither an attribute nor a query parameter");
}

/* "PatientName,00100020", or "all". */
static gboolean
parse_include (VitrailQido *self, const char *list, GError **error)
{
  g_auto (GStrv) names = g_strsplit (list, ",", VITRAIL_REQUEST_N_KEYS);

  for (guint i = 0; names[i] != NULL; i++) {
    VitrailTagPath path;
    g_autoptr (GError) why = NULL;
    if (names[i][0] == '\0')
      continue;
    if (strcmp (names[i], "all") == 0)
      self->include_all = TRUE;
    else if (parse_path (names[i], &path, &why))
      g_array_append_val (self->include, path);
    else
      return fail (error, "includefield", why->message);
  }
  return TRUE;
}

/* UIDs of real files have letters too; none has a slash or a "..". */
static const char *
check_uids (const char *list)
{
  g_auto (GStrv) uids = g_strsplit (list, "\\", -1);

  for (guint i = 0; uids[i] != NULL; i++)
    if (uids[i][0] != '\0' && !vitrail_router_is_uid (uids[i]) &&
        strcmp (uids[i], VITRAIL_MATCH_EMPTY) != 0)
      return "not a UID, and not a list of UIDs";
  return NULL;
}

static const char *
check_value (VitrailVR vr, const char *value)
{
  static const char *const binary[] = { "OB", "OD", "OF", "OL", "OV",
                                        "OW", "UN", "AT", NULL };
  const char name[] = { (char) (vr >> 8), (char) (vr & 0xff), '\0' };

  if (g_strv_contains (binary, name))
    return "cannot be matched";
  if (vr == VITRAIL_VR ('U', 'I'))
    return check_uids (value);
  return vitrail_match_check (vitrail_match_kind_for_vr (vr), value);
}

/* Lists are written with commas too where no value can have one. */
static char *
dup_value (VitrailTag tag, const char *text)
{
  VitrailVR vr = vitrail_dictionary_vr (tag);
  char *value = g_strdup (text);

  if (vr == VITRAIL_VR ('U', 'I') || vr == VITRAIL_VR ('C', 'S'))
    g_strdelimit (value, ",", '\\');
  /* A plus sign that was not escaped is a blank in a query. */
  if (tag == TAG_ZONE && value[0] == ' ')
    value[0] = '+';
  return value;
}

/* A matching key. What is asked for again is one more value that may match. */
static gboolean
parse_key (VitrailQido *self,
           GArray *keys,
           const VitrailUrlPair *pair,
           GError **error)
{
  Key key = { 0 };
  int minutes;

  if (!parse_path (pair->key, &key.path, error))
    return FALSE;
  /* Universal matching asks for the attribute's value (PS3.4 C.2.2.2.3). */
  if (vitrail_match_is_universal (pair->value)) {
    g_array_append_val (self->include, key.path);
    return TRUE;
  }
  VitrailTag tag = key.path.tags[key.path.n - 1];
  g_autofree char *value = dup_value (tag, pair->value);
  const char *why = check_value (vitrail_dictionary_vr (tag), value);
  if (tag == TAG_ZONE && !vitrail_utc_offset_parse (value, &minutes))
    why = "not an offset from UTC, +HHMM or -HHMM";
  if (why != NULL)
    return fail (error, pair->key, why);
  for (guint i = 0; i < keys->len; i++) {
    Key *other = &g_array_index (keys, Key, i);
    if (other->path.n != key.path.n ||
        memcmp (other->path.tags, key.path.tags,
                key.path.n * sizeof key.path.tags[0]) != 0)
      continue;
    char *both = g_strjoin ("\\", other->value, value, NULL);
    g_free (other->value);
    other->value = both;
    return TRUE;
  }
  key.value = g_steal_pointer (&value);
  g_array_append_val (keys, key);
  return TRUE;
}

static gboolean
parse_page (VitrailQido *self, const VitrailUrlPair *pair, GError **error)
{
  if (strcmp (pair->key, "offset") == 0)
    return parse_number (pair, &self->query.offset, error);
  if (!parse_number (pair, &self->query.limit, error))
    return FALSE;
  /* 0 is "all" for the source, and nothing at all for a client. */
  if (self->query.limit == 0)
    return fail (error, pair->key, "must be positive");
  self->query.limit = MIN (self->query.limit, MAX_LIMIT);
  return TRUE;
}

static gboolean
parse_pair (VitrailQido *self,
            GArray *keys,
            const VitrailUrlPair *pair,
            GError **error)
{
  /* What we do in any case. */
  static const char *const switches[] = { "emptyvaluematching",
                                          "multiplevaluematching", NULL };
  gboolean ignored;

  if (strcmp (pair->key, "limit") == 0 || strcmp (pair->key, "offset") == 0)
    return parse_page (self, pair, error);
  if (strcmp (pair->key, "includefield") == 0)
    return parse_include (self, pair->value, error);
  if (strcmp (pair->key, "fuzzymatching") == 0)
    return parse_boolean (pair, &self->query.fuzzy, error);
  if (g_strv_contains (switches, pair->key))
    return parse_boolean (pair, &ignored, error);
  if (strcmp (pair->key, "accept") == 0 || strcmp (pair->key, "charset") == 0)
    return TRUE;
  return parse_key (self, keys, pair, error);
}

static gboolean
is_below (const VitrailTagPath *path, const VitrailTagPath *prefix)
{
  return path->n > prefix->n &&
         memcmp (path->tags, prefix->tags,
                 prefix->n * sizeof prefix->tags[0]) == 0;
}

/* The data set of all keys below @prefix: an item of each sequence. */
static VitrailDataSet *
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_QIDO_DEPTH */
build (GArray *keys, const VitrailTagPath *prefix)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();

  for (guint i = 0; i < keys->len; i++) {
    const Key *key = &g_array_index (keys, Key, i);
    if (!is_below (&key->path, prefix))
      continue;
    VitrailTagPath next = *prefix;
    next.tags[next.n++] = key->path.tags[prefix->n];
    if (next.n == key->path.n) {
      vitrail_data_set_builder_set_string (builder, next.tags[next.n - 1],
                                           key->value);
      continue;
    }
    /* The same for each key of the item: it replaces the one before. */
    g_autoptr (VitrailDataSet) item = build (keys, &next);
    vitrail_data_set_builder_set_items (builder, next.tags[next.n - 1], &item,
                                        1);
  }
  return vitrail_data_set_builder_end (builder);
}

/* What the path says; a key cannot widen it. */
static gboolean
take_path (GArray *keys,
           const VitrailRequest *request,
           const char *name,
           VitrailTag tag,
           GError **error)
{
  const char *uid = vitrail_request_get_value (request, name);

  if (uid == NULL)
    return TRUE;
  for (guint i = 0; i < keys->len; i++) {
    const Key *key = &g_array_index (keys, Key, i);
    if (key->path.n == 1 && key->path.tags[0] == tag &&
        strcmp (key->value, uid) != 0)
      return fail (error, name, "the path names one, and a key another");
  }
  Key key = { .path = { .tags = { tag }, .n = 1 }, .value = g_strdup (uid) };
  g_array_append_val (keys, key);
  return TRUE;
}

gboolean
vitrail_qido_parse (VitrailQido *self,
                    const VitrailRequest *request,
                    VitrailLevel level,
                    GError **error)
{
  static const VitrailTagPath root = { .n = 0 };
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (Key));
  const GArray *query = request->query;

  memset (self, 0, sizeof *self);
  self->query.level = level;
  self->query.limit = MAX_LIMIT;
  self->query.with_slides = TRUE;
  self->include = g_array_new (FALSE, FALSE, sizeof (VitrailTagPath));
  g_array_set_clear_func (keys, key_clear);
  for (guint i = 0; query != NULL && i < query->len; i++)
    if (!parse_pair (self, keys, &g_array_index (query, VitrailUrlPair, i),
                     error))
      return FALSE;
  if (!take_path (keys, request, "study", TAG_STUDY_INSTANCE_UID, error) ||
      !take_path (keys, request, "series", TAG_SERIES_INSTANCE_UID, error))
    return FALSE;
  self->query.match = build (keys, &root);
  return TRUE;
}
