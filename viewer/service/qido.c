/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Searching: see qido.h. */

#include "qido.h"

#include "dicomtext.h"
#include "qidoinclude.h"

#define TAG_CHARACTER_SET       VITRAIL_TAG (0x0008, 0x0005)
#define TAG_STUDY_INSTANCE_UID  VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES_INSTANCE_UID VITRAIL_TAG (0x0020, 0x000e)

/* How many answers behind a page are counted: where each of them has to be
 * matched, and where an index says which they are. */
#define MAX_COUNTED         1000u
#define MAX_COUNTED_INDEXED 1000000u

/* Whether it is all there is, or all of a study or series. */
static gboolean
is_indexed (const VitrailQuery *query)
{
  const gsize n =
      query->match != NULL ? vitrail_data_set_get_n_elements (query->match) : 0;

  for (gsize i = 0; i < n; i++) {
    const VitrailElement *key = vitrail_data_set_get_element (query->match, i);
    if (key->length > 0 && key->tag != TAG_CHARACTER_SET &&
        key->tag != TAG_STUDY_INSTANCE_UID &&
        key->tag != TAG_SERIES_INSTANCE_UID)
      return FALSE;
  }
  return TRUE;
}

static void
warn (const VitrailRequest *request, VitrailReply *reply, const char *number)
{
  reply->warning = g_strdup_printf (
      "299 http://%s/dicom-web \"There are %sadditional results that can be"
      " requested\"",
      request->host, number);
}

/* A page that ends before the answers do says so (PS3.18 8.3.4.4). */
static void
tell_rest (const VitrailQido *qido,
           const VitrailRequest *request,
           guint n_answers,
           VitrailReply *reply)
{
  const guint most =
      is_indexed (&qido->query) ? MAX_COUNTED_INDEXED : MAX_COUNTED;
  guint64 end = (guint64) qido->query.offset + n_answers;
  guint all = 0;

  if (n_answers < qido->query.limit || end + most > (guint64) G_MAXINT32 ||
      !vitrail_folder_count (request->service->folder, &qido->query,
                             (guint) end + most, &all, NULL) ||
      all <= end)
    return;
  gboolean has_more = all == end + most;
  g_autofree char *number =
      g_strdup_printf ("%s%u ", has_more ? "at least " : "", all - (guint) end);
  warn (request, reply, number);
  if (!has_more)
    reply->total_count = g_strdup_printf ("%u", all);
}

/* A page of @qido. Another archive does not say how many there are: it is asked
 * for one more, and @has_more is whether that came. */
static GPtrArray *
find_page (const VitrailQido *qido,
           const VitrailRequest *request,
           gboolean *has_more,
           GError **error)
{
  VitrailQuery query = qido->query;

  *has_more = FALSE;
  if (!vitrail_service_has_files (request->service) && query.limit > 0)
    query.limit++;
  g_autoptr (GPtrArray) answers =
      vitrail_data_source_query (request->service->source, &query,
                                 request->cancellable, error);
  if (answers != NULL && query.limit > qido->query.limit &&
      answers->len == query.limit)
  {
    g_ptr_array_set_size (answers, (int) qido->query.limit);
    *has_more = TRUE;
  }
  return g_steal_pointer (&answers);
}

gboolean
vitrail_qido_answer (VitrailRequest *request,
                     VitrailReply *reply,
                     VitrailLevel level,
                     GError **error)
{
  g_auto (VitrailQido) qido = { 0 };
  VitrailDicomText text;
  gboolean has_more = FALSE;

  if (!vitrail_dicom_text_choose (&text, request, error) ||
      !vitrail_qido_parse (&qido, request, level, error))
    return FALSE;
  g_autoptr (GPtrArray) answers = find_page (&qido, request, &has_more, error);
  if (answers == NULL)
    return FALSE;

  vitrail_dicom_text_begin (&text, reply);
  for (guint i = 0; i < answers->len; i++) {
    if (g_cancellable_set_error_if_cancelled (request->cancellable, error)) {
      vitrail_dicom_text_clear (&text);
      return FALSE;
    }
    g_autoptr (VitrailDataSet) whole =
        vitrail_qido_include (&qido, request, g_ptr_array_index (answers, i));
    vitrail_dicom_text_add (&text, whole);
  }
  vitrail_dicom_text_end (&text);
  if (has_more)
    warn (request, reply, "");
  else
    tell_rest (&qido, request, answers->len, reply);
  return TRUE;
}
