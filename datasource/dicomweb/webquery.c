/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Searches over DICOMweb: see webquery.h. */

#include "dicomweb/webquery.h"

#include "dicom/json.h"
#include "dicom/vr.h"
#include "dicomweb/client.h"
#include "dicomweb/document.h"
#include "dicomweb/webanswers.h"
#include "dicomweb/webseries.h"
#include "error.h"
#include "limits.h"

#include <string.h>

#define TAG_CHARACTER_SET VITRAIL_TAG (0x0008, 0x0005)
#define TAG_SOP_INSTANCE  VITRAIL_TAG (0x0008, 0x0018)
#define TAG_STUDY         VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES        VITRAIL_TAG (0x0020, 0x000e)

/* What browsers leave as it is: some services do not decode it. */
#define UNESCAPED "*^,:;@!$'()"
/* Answers that are asked for at a time. */
#define PAGE 500u

/* What services leave out unless they are asked for it. */
static const char *const included[] = {
  [VITRAIL_LEVEL_STUDY] = "00080061,00080080,00080090,00081030,00100030,"
                          "00100040,00201206,00201208",
  [VITRAIL_LEVEL_SERIES] = "00080021,00080031,00080070,0008103E,00180015,"
                           "00181030,00201209",
  [VITRAIL_LEVEL_INSTANCE] = "00080008,00083002,00200032,00200037,00201041,"
                             "00280002,00280004,00280008,00280010,00280011,"
                             "00280030,00280100",
};

/* One search on its way. */
typedef struct {
  const VitrailWebLocation *location;
  const VitrailQuery *query;
  GCancellable *cancellable;
  char *study;       /* of the path, or NULL */
  char *series;      /* the same */
  char *keys;        /* "&00100010=..." */
  gboolean is_plain; /* without what servers may refuse */
  GHashTable *seen;  /* UIDs of answers, owned */
  GPtrArray *answers;
} Search;

static void
search_clear (Search *self)
{
  g_free (self->study);
  g_free (self->series);
  g_free (self->keys);
  g_clear_pointer (&self->seen, g_hash_table_unref);
  g_clear_pointer (&self->answers, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

char *
vitrail_web_query_dup_uid (const VitrailDataSet *match, VitrailTag tag)
{
  g_autofree char *uid = vitrail_data_set_dup_strings (match, tag);

  return uid != NULL && vitrail_web_location_is_uid (uid)
             ? g_steal_pointer (&uid)
             : NULL;
}

/* --- the request --- */

static gboolean
is_in_path (const Search *self, VitrailTag tag)
{
  return (tag == TAG_STUDY && self->study != NULL) ||
         (tag == TAG_SERIES && self->series != NULL);
}

/* Whether the server cannot match such a value. */
static gboolean
is_matched_here (const Search *self, const char *value)
{
  return self->location->options->has_no_wildcards &&
         strpbrk (value, "*?") != NULL;
}

/* All keys of one level of the identifier; sequences are not asked for. */
static char *
make_keys (const Search *self)
{
  const VitrailDataSet *match = self->query->match;
  g_autoptr (GString) keys = g_string_new (NULL);

  for (size_t i = 0; i < vitrail_data_set_get_n_elements (match); i++) {
    const VitrailElement *element = vitrail_data_set_get_element (match, i);
    g_autofree char *value = vitrail_data_set_dup_strings (match, element->tag);
    if (value == NULL || element->tag == TAG_CHARACTER_SET ||
        is_in_path (self, element->tag) || is_matched_here (self, value))
      continue;
    /* Lists of UIDs are written with commas (PS3.18 8.3.4.1). */
    if (element->vr == VR_UI)
      g_strdelimit (value, "\\", ',');
    g_autofree char *escaped = g_uri_escape_string (value, UNESCAPED, FALSE);
    g_string_append_printf (keys, "&%08X=%s", element->tag, escaped);
  }
  return g_string_free (g_steal_pointer (&keys), FALSE);
}

static void
search_init (Search *self,
             const VitrailWebLocation *location,
             const VitrailQuery *query)
{
  memset (self, 0, sizeof *self);
  self->location = location;
  self->query = query;
  if (query->level > VITRAIL_LEVEL_STUDY)
    self->study = location->study != NULL
                      ? g_strdup (location->study)
                      : vitrail_web_query_dup_uid (query->match, TAG_STUDY);
  if (query->level > VITRAIL_LEVEL_SERIES && self->study != NULL)
    self->series = location->series != NULL
                       ? g_strdup (location->series)
                       : vitrail_web_query_dup_uid (query->match, TAG_SERIES);
  self->keys = make_keys (self);
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->answers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);
}

/* Keys that the location is about and that the path does not say. */
static void
append_place (const Search *self, GString *url)
{
  const VitrailWebLocation *location = self->location;

  if (location->study != NULL && self->study == NULL)
    g_string_append_printf (url, "&0020000D=%s", location->study);
  if (location->series != NULL && self->series == NULL &&
      self->query->level > VITRAIL_LEVEL_STUDY)
    g_string_append_printf (url, "&0020000E=%s", location->series);
}

/* What the server takes beside keys. */
static void
append_wishes (const Search *self, GString *url)
{
  const VitrailWebOptions *options = self->location->options;
  const guint last = MIN ((guint) self->query->level, VITRAIL_LEVEL_INSTANCE);

  if (self->is_plain)
    return;
  for (guint i = 0; !options->has_no_include_field && i <= last; i++)
    g_string_append_printf (url, "&includefield=%s", included[i]);
  if (self->query->fuzzy && !options->has_no_fuzzy)
    g_string_append (url, "&fuzzymatching=true");
}

static char *
make_url (const Search *self, guint offset, guint limit)
{
  static const char *const words[] = { "studies", "series", "instances" };
  const guint last = MIN ((guint) self->query->level, VITRAIL_LEVEL_INSTANCE);
  g_autoptr (GString) url = g_string_new (self->location->query_url);

  if (self->study != NULL)
    g_string_append_printf (url, "/studies/%s", self->study);
  if (self->series != NULL)
    g_string_append_printf (url, "/series/%s", self->series);
  g_string_append_printf (url, "/%s", words[last]);
  /* Files know no queries. */
  if (self->location->options->is_static)
    return g_string_free (g_steal_pointer (&url), FALSE);
  g_string_append_printf (url, "?limit=%u&offset=%u", limit, offset);
  append_place (self, url);
  g_string_append (url, self->keys);
  append_wishes (self, url);
  return g_string_free (g_steal_pointer (&url), FALSE);
}

/* --- the answers --- */

/* What tells one answer from another, or NULL where it lacks a UID or is of
 * another study or series. */
static char *
dup_identity (const Search *self, const VitrailDataSet *answer)
{
  static const VitrailTag tags[] = { TAG_STUDY, TAG_SERIES, TAG_SOP_INSTANCE };
  const char *const wanted[] = {
    self->study != NULL ? self->study : self->location->study,
    self->series != NULL ? self->series : self->location->series, NULL
  };
  const guint last = MIN ((guint) self->query->level, VITRAIL_LEVEL_INSTANCE);
  g_autoptr (GString) identity = g_string_new (NULL);

  for (guint i = 0; i <= last; i++) {
    g_autofree char *uid = vitrail_data_set_dup_string (answer, tags[i], 0);
    if (uid == NULL || !vitrail_web_location_is_uid (uid) ||
        (wanted[i] != NULL && strcmp (wanted[i], uid) != 0))
      return NULL;
    g_string_append_printf (identity, "%s/", uid);
  }
  return g_string_free (g_steal_pointer (&identity), FALSE);
}

/* How many of @page are new. */
static guint
take_page (Search *self, GPtrArray *page)
{
  guint n = 0;

  for (guint i = 0; i < page->len; i++) {
    VitrailDataSet *answer = g_ptr_array_index (page, i);
    char *identity = dup_identity (self, answer);
    if (identity == NULL) {
      g_message ("%s: an answer without its UIDs, or of something else, is "
                 "left out",
                 self->location->name);
      continue;
    }
    if (!g_hash_table_add (self->seen, identity))
      continue;
    g_ptr_array_add (self->answers, vitrail_data_set_ref (answer));
    n++;
  }
  return n;
}

static GPtrArray *
read_answers (GBytes *body, const char *name, GError **error)
{
  /* 204: nothing found, as some have it. */
  if (g_bytes_get_size (body) == 0)
    return g_ptr_array_new_with_free_func (
        (GDestroyNotify) vitrail_data_set_unref);
  return vitrail_json_read (g_bytes_get_data (body, NULL),
                            (gssize) g_bytes_get_size (body), name, error);
}

static GPtrArray *
ask_url (const Search *self, const char *url, GError **error)
{
  g_autofree char *name = vitrail_web_location_dup_public (url);
  g_auto (VitrailWebAnswer) answer = { 0 };
  const VitrailWebRequest request = {
    .uri = url,
    .accept = "application/dicom+json",
    .authorization = self->location->query_authorization,
    .max_bytes = VITRAIL_LIMIT_WEB_PAGE_BYTES,
    .priority = VITRAIL_WEB_NOW,
  };

  if (!vitrail_web_client_fetch (&request, self->cancellable, &answer, error))
    return NULL;
  if (!self->location->options->is_static) {
    if (g_bytes_get_size (answer.body) > 0 &&
        !vitrail_web_series_check_json (name, answer.content_type, error))
      return NULL;
    return read_answers (answer.body, name, error);
  }
  g_autoptr (GBytes) json =
      vitrail_document_unpack (answer.body, VITRAIL_LIMIT_WEB_PAGE_BYTES, name,
                               error);
  return json != NULL ? read_answers (json, name, error) : NULL;
}

static GPtrArray *
ask (const Search *self, guint offset, guint limit, GError **error)
{
  g_autofree char *url = make_url (self, offset, limit);
  g_autoptr (GError) failed = NULL;
  GPtrArray *page = ask_url (self, url, &failed);

  /* What is a folder to a server of files. */
  if (page == NULL && self->location->options->is_static &&
      !vitrail_web_error_is_outage (failed))
  {
    g_autofree char *index = g_strconcat (url, "/index.json.gz", NULL);
    page = ask_url (self, index, NULL);
  }
  if (page == NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  return page;
}

static gboolean
is_refusal (const GError *error)
{
  return error->domain == VITRAIL_WEB_ERROR &&
         (error->code == 400 || error->code == 501);
}

static GPtrArray *
ask_page (Search *self, guint offset, guint limit, GError **error)
{
  g_autoptr (GError) failed = NULL;
  GPtrArray *page = ask (self, offset, limit, &failed);

  if (page != NULL)
    return page;
  if (self->is_plain || !is_refusal (failed)) {
    g_propagate_error (error, g_steal_pointer (&failed));
    return NULL;
  }
  self->is_plain = TRUE;
  return ask (self, offset, limit, error);
}

/* Whether no other answer can come. */
static gboolean
is_single (const Search *self)
{
  g_autofree char *uid = vitrail_web_query_dup_uid (
      self->query->match,
      (const VitrailTag[]){ TAG_STUDY, TAG_SERIES,
                            TAG_SOP_INSTANCE }[self->query->level]);

  return uid != NULL && self->answers->len > 0;
}

/* A page may be shorter than asked for without being the last, and a server
 * that knows no offsets answers the same again: so the end is where nothing new
 * comes. */
static gboolean
ask_all (Search *self, GError **error)
{
  const guint wanted = self->query->limit > 0 ? self->query->limit : G_MAXUINT;
  guint offset = self->query->offset;

  while (self->answers->len < wanted) {
    const guint limit = MIN (PAGE, wanted - self->answers->len);
    g_autoptr (GPtrArray) page = ask_page (self, offset, limit, error);
    if (page == NULL)
      return FALSE;
    if (take_page (self, page) == 0 || page->len > limit || is_single (self) ||
        self->location->options->is_static)
      break;
    offset += page->len;
  }
  if (self->answers->len > wanted)
    g_ptr_array_set_size (self->answers, (int) wanted);
  return TRUE;
}

static gboolean
has_wildcards (const VitrailDataSet *match)
{
  for (size_t i = 0; i < vitrail_data_set_get_n_elements (match); i++) {
    const VitrailElement *element = vitrail_data_set_get_element (match, i);
    g_autofree char *value = vitrail_data_set_dup_strings (match, element->tag);
    if (value != NULL && strpbrk (value, "*?") != NULL)
      return TRUE;
  }
  return FALSE;
}

/* Whether the server answers more than @query says. */
static gboolean
is_filtered_here (const VitrailWebLocation *location, const VitrailQuery *query)
{
  return location->options->is_static ||
         (location->options->has_no_wildcards && has_wildcards (query->match));
}

GPtrArray *
vitrail_web_query (const VitrailWebLocation *location,
                   const VitrailQuery *query,
                   GCancellable *cancellable,
                   GError **error)
{
  const gboolean is_filtered = is_filtered_here (location, query);
  VitrailQuery asked = *query;
  g_auto (Search) search = { 0 };

  if (is_filtered)
    asked.offset = asked.limit = 0;
  search_init (&search, location, &asked);
  search.cancellable = cancellable;
  if (!ask_all (&search, error))
    return NULL;
  return is_filtered ? vitrail_web_answers_filter (search.answers, query)
                     : g_steal_pointer (&search.answers);
}
