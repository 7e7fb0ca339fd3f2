/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Searching: see qido.h. */

#include "qido.h"

#include "dicomtext.h"
#include "qidoinclude.h"

/* How many answers behind a page are counted. */
#define MAX_COUNTED 1000u

/* A page that ends before the answers do says so (PS3.18 8.3.4.4). */
static void
tell_rest (const VitrailQido *qido,
           const VitrailRequest *request,
           guint n_answers,
           VitrailReply *reply)
{
  guint64 end = (guint64) qido->query.offset + n_answers;
  guint all = 0;

  if (n_answers < qido->query.limit ||
      end + MAX_COUNTED > (guint64) G_MAXINT32 ||
      !vitrail_folder_count (request->service->folder, &qido->query,
                             (guint) end + MAX_COUNTED, &all, NULL) ||
      all <= end)
    return;
  gboolean has_more = all == end + MAX_COUNTED;
  reply->warning = g_strdup_printf (
      "299 http://%s/dicom-web \"There are %s%u additional results that can be"
      " requested\"",
      request->host, has_more ? "at least " : "", all - (guint) end);
  if (!has_more)
    reply->total_count = g_strdup_printf ("%u", all);
}

gboolean
vitrail_qido_answer (VitrailRequest *request,
                     VitrailReply *reply,
                     VitrailLevel level,
                     GError **error)
{
  g_auto (VitrailQido) qido = { 0 };
  VitrailDicomText text;

  if (!vitrail_dicom_text_choose (&text, request, error) ||
      !vitrail_qido_parse (&qido, request, level, error))
    return FALSE;
  g_autoptr (GPtrArray) answers =
      vitrail_data_source_query (request->service->source, &qido.query,
                                 request->cancellable, error);
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
  tell_rest (&qido, request, answers->len, reply);
  return TRUE;
}
