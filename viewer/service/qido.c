/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Searching: see qido.h. */

#include "qido.h"

#include "dicom/builder.h"
#include "dicom/json.h"
#include "dicom/part10.h"

#include <string.h>

#define TAG_RETRIEVE_URL VITRAIL_TAG (0x0008, 0x1190)

/* Values above this many bytes are left out of answers. */
#define INLINE_BYTES 65536

static const char *const json_types[] = { "application/dicom+json",
                                          "application/json", NULL };

void
vitrail_qido_clear (VitrailQido *self)
{
  g_clear_pointer (&self->query.match, vitrail_data_set_unref);
  g_clear_pointer (&self->include, g_array_unref);
}

static gboolean
fail (GError **error, const char *format, const char *text)
{
  /* NOLINTNEXTLINE(clang-diagnostic-format-nonliteral) */
  g_set_error (error, VITRAIL_HTTP_ERROR, 400, format, text);
  return FALSE;
}

static gboolean
parse_number (const VitrailUrlPair *pair, guint *number, GError **error)
{
  guint64 value = 0;

  if (!g_ascii_string_to_unsigned (pair->value, 10, 0, G_MAXUINT32, &value,
                                   NULL))
    return fail (error, "%s: not a number", pair->key);
  *number = (guint) value;
  return TRUE;
}

/* "PatientName,00100020", or "all". */
static gboolean
parse_include (VitrailQido *self, const char *list, GError **error)
{
  g_auto (GStrv) names = g_strsplit (list, ",", VITRAIL_REQUEST_N_KEYS);

  for (guint i = 0; names[i] != NULL; i++) {
    VitrailTag tag = 0;
    if (strcmp (names[i], "all") == 0)
      self->include_all = TRUE;
    else if (vitrail_tag_parse (names[i], &tag))
      g_array_append_val (self->include, tag);
    else if (*names[i] != '\0')
      return fail (error, "includefield: %s is not an attribute", names[i]);
  }
  return TRUE;
}

/* A matching key: attribute and value. */
static gboolean
parse_match (VitrailQido *self,
             VitrailDataSetBuilder *match,
             const VitrailUrlPair *pair,
             GError **error)
{
  VitrailTag tag = 0;

  if (!vitrail_tag_parse (pair->key, &tag))
    return fail (error, "%s: neither an attribute nor a query parameter",
                 pair->key);
  if (vitrail_dictionary_vr (tag) == VITRAIL_VR ('S', 'Q'))
    return fail (error, "%s: sequences cannot be matched", pair->key);
  /* Universal matching asks for the attribute's value (PS3.4 C.2.2.2.3). */
  if (*pair->value == '\0' || strcmp (pair->value, "*") == 0) {
    g_array_append_val (self->include, tag);
    return TRUE;
  }
  g_autofree char *value = g_strdup (pair->value);
  if (vitrail_dictionary_vr (tag) == VITRAIL_VR ('U', 'I'))
    g_strdelimit (value, ",", '\\');
  vitrail_data_set_builder_set_string (match, tag, value);
  return TRUE;
}

static gboolean
parse_pair (VitrailQido *self,
            VitrailDataSetBuilder *match,
            const VitrailUrlPair *pair,
            GError **error)
{
  if (strcmp (pair->key, "limit") == 0) {
    /* 0 is "all" for the source, and nothing at all for a client. */
    return parse_number (pair, &self->query.limit, error) &&
           (self->query.limit > 0 ||
            fail (error, "%s: must be positive", pair->key));
  }
  if (strcmp (pair->key, "offset") == 0)
    return parse_number (pair, &self->query.offset, error);
  if (strcmp (pair->key, "includefield") == 0)
    return parse_include (self, pair->value, error);
  if (strcmp (pair->key, "fuzzymatching") == 0) {
    self->query.fuzzy = strcmp (pair->value, "true") == 0;
    return self->query.fuzzy || strcmp (pair->value, "false") == 0 ||
           fail (error, "%s: neither true nor false", pair->key);
  }
  if (strcmp (pair->key, "accept") == 0)
    return TRUE;
  return parse_match (self, match, pair, error);
}

gboolean
vitrail_qido_parse (VitrailQido *self,
                    const VitrailRequest *request,
                    VitrailLevel level,
                    GError **error)
{
  g_autoptr (VitrailDataSetBuilder) match = vitrail_data_set_builder_new ();
  const GArray *query = request->query;

  memset (self, 0, sizeof *self);
  self->query.level = level;
  self->query.with_slides = TRUE;
  self->include = g_array_new (FALSE, FALSE, sizeof (VitrailTag));
  for (guint i = 0; query != NULL && i < query->len; i++)
    if (!parse_pair (self, match, &g_array_index (query, VitrailUrlPair, i),
                     error))
      return FALSE;

  const char *study = vitrail_request_get_value (request, "study");
  const char *series = vitrail_request_get_value (request, "series");
  if (study != NULL)
    vitrail_data_set_builder_set_string (match, VITRAIL_TAG (0x0020, 0x000d),
                                         study);
  if (series != NULL)
    vitrail_data_set_builder_set_string (match, VITRAIL_TAG (0x0020, 0x000e),
                                         series);
  self->query.match = vitrail_data_set_builder_end (g_steal_pointer (&match));
  return TRUE;
}

static gboolean
is_text (VitrailVR vr)
{
  static const char texts[] = "AEASCSDADSDTISLOLTPNSHSTTMUCUIURUT";
  char name[3] = { (char) (vr >> 8), (char) (vr & 0xff), '\0' };

  for (const char *c = texts; *c != '\0'; c += 2)
    if (strncmp (c, name, 2) == 0)
      return TRUE;
  return FALSE;
}

/* Copies attribute @tag of @from, whatever it is. */
static void
copy_attribute (VitrailDataSetBuilder *to, VitrailDataSet *from, VitrailTag tag)
{
  const VitrailElement *element = vitrail_data_set_find (from, tag);
  guint n_items = vitrail_data_set_get_n_items (from, tag);

  if (element == NULL)
    return;
  if (n_items > 0) {
    g_autofree VitrailDataSet **items = g_new (VitrailDataSet *, n_items);
    for (guint i = 0; i < n_items; i++)
      items[i] = vitrail_data_set_get_item (from, tag, i);
    vitrail_data_set_builder_set_items (to, tag, items, n_items);
  } else if (is_text (element->vr)) {
    g_autofree char *text = vitrail_data_set_dup_strings (from, tag);
    vitrail_data_set_builder_set_string (to, tag, text != NULL ? text : "");
  } else if (element->length <= INLINE_BYTES && !element->big_endian) {
    g_autoptr (GBytes) bytes = vitrail_data_set_ref_value (from, tag);
    vitrail_data_set_builder_set_bytes (to, tag, element->vr, bytes);
  }
}

/* The data set of the first file of @answer, or NULL. */
static VitrailPart10 *
open_first (const VitrailRequest *request, VitrailDataSet *answer)
{
  static const VitrailTag uids[] = { VITRAIL_TAG (0x0008, 0x0018),
                                     VITRAIL_TAG (0x0020, 0x000e),
                                     VITRAIL_TAG (0x0020, 0x000d) };
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();
  for (guint i = 0; i < G_N_ELEMENTS (uids); i++)
    copy_attribute (builder, answer, uids[i]);
  g_autoptr (VitrailDataSet) match = vitrail_data_set_builder_end (builder);

  VitrailQuery query = { .level = VITRAIL_LEVEL_INSTANCE,
                         .match = match,
                         .limit = 1,
                         .with_slides = TRUE };
  g_autoptr (GPtrArray) found =
      vitrail_folder_query (request->service->folder, &query, NULL);
  if (found == NULL || found->len == 0)
    return NULL;
  return vitrail_archive_open_file (request, g_ptr_array_index (found, 0),
                                    VITRAIL_READ_HEADER, NULL);
}

/* Adds from the file what was asked for and is not in the index. */
static void
add_included (const VitrailQido *self,
              const VitrailRequest *request,
              VitrailDataSet *answer,
              VitrailDataSetBuilder *builder)
{
  g_autoptr (VitrailPart10) file = NULL;

  for (guint i = 0; i < self->include->len; i++) {
    VitrailTag tag = g_array_index (self->include, VitrailTag, i);
    if (vitrail_data_set_has (answer, tag))
      continue;
    if (file == NULL)
      file = open_first (request, answer);
    if (file == NULL)
      return;
    copy_attribute (builder, vitrail_part10_get_data_set (file), tag);
  }
  if (!self->include_all || self->query.level != VITRAIL_LEVEL_INSTANCE)
    return;
  file = file != NULL ? file : open_first (request, answer);
  VitrailDataSet *data_set =
      file != NULL ? vitrail_part10_get_data_set (file) : NULL;
  for (size_t i = 0; i < vitrail_data_set_get_n_elements (data_set); i++) {
    const VitrailElement *element = vitrail_data_set_get_element (data_set, i);
    if (VITRAIL_TAG_GROUP (element->tag) < 0x7fe0)
      copy_attribute (builder, data_set, element->tag);
  }
}

static void
append_answer (const VitrailQido *self,
               const VitrailRequest *request,
               VitrailDataSet *answer,
               GString *json)
{
  g_autoptr (VitrailDataSetBuilder) builder =
      vitrail_data_set_builder_new_from (answer);
  g_autofree char *url =
      vitrail_archive_dup_url (request, answer, self->query.level);

  vitrail_data_set_builder_set_string (builder, TAG_RETRIEVE_URL, url);
  add_included (self, request, answer, builder);
  g_autoptr (VitrailDataSet) whole =
      vitrail_data_set_builder_end (g_steal_pointer (&builder));
  vitrail_json_write (whole, json, INLINE_BYTES, NULL, NULL);
}

gboolean
vitrail_qido_answer (VitrailRequest *request,
                     VitrailReply *reply,
                     VitrailLevel level,
                     GError **error)
{
  g_auto (VitrailQido) qido = { 0 };
  const char *type = vitrail_accept_choose (request, json_types);

  if (type == NULL) {
    g_set_error (error, VITRAIL_HTTP_ERROR, 406,
                 "searches answer application/dicom+json only");
    return FALSE;
  }
  if (!vitrail_qido_parse (&qido, request, level, error))
    return FALSE;
  g_autoptr (GPtrArray) answers =
      vitrail_folder_query (request->service->folder, &qido.query, error);
  if (answers == NULL)
    return FALSE;

  g_autoptr (GString) json = g_string_new ("[");
  for (guint i = 0; i < answers->len; i++) {
    if (g_cancellable_set_error_if_cancelled (request->cancellable, error))
      return FALSE;
    if (i > 0)
      g_string_append_c (json, ',');
    append_answer (&qido, request, g_ptr_array_index (answers, i), json);
  }
  g_string_append (json, "]\n");
  vitrail_reply_set_text (reply, type, g_steal_pointer (&json));
  return TRUE;
}
