/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Store Instances Responses: see storeanswer.h. */

#include "dicomweb/storeanswer.h"

#include "dicom/json.h"

#define TAG_ERROR_COMMENT       VITRAIL_TAG (0x0000, 0x0902)
#define TAG_REFERENCED_INSTANCE VITRAIL_TAG (0x0008, 0x1155)
#define TAG_WARNING_REASON      VITRAIL_TAG (0x0008, 0x1196)
#define TAG_FAILURE_REASON      VITRAIL_TAG (0x0008, 0x1197)
#define TAG_FAILED_SOPS         VITRAIL_TAG (0x0008, 0x1198)
#define TAG_REFERENCED_SOPS     VITRAIL_TAG (0x0008, 0x1199)
#define TAG_OTHER_FAILURES      VITRAIL_TAG (0x0008, 0x119a)
#define TAG_FAILED_ATTRIBUTES   VITRAIL_TAG (0x0074, 0x1048)

/* From a reason on, up to the next row (PS3.18 I.2, PS3.7 annex C). */
static const struct {
  guint16 first;
  const char *words;
} reasons[] = {
  { 0x0000, "not stored" },
  { 0x0110, "the server failed to process it" },
  { 0x0111, "the server has another one of that UID" },
  { 0x0112, "not stored" },
  { 0x0117, "not a valid instance" },
  { 0x0118, "not stored" },
  { 0x0122, "the server does not store its SOP class" },
  { 0x0123, "not stored" },
  { 0x0124, "the server does not allow it" },
  { 0x0125, "not stored" },
  { 0x0213, "the server has no room for it" },
  { 0x0214, "not stored" },
  { 0xa700, "the server has no room for it" },
  { 0xa800, "not stored" },
  { 0xa900, "it does not match its SOP class, or the study" },
  { 0xaa00, "not stored" },
  { 0xb000, "stored with other values" },
  { 0xb001, "stored" },
  { 0xb006, "stored without some of its elements" },
  { 0xb007, "stored, but it does not match its SOP class" },
  { 0xb008, "stored" },
  { 0xc000, "the server cannot understand it" },
  { 0xc122, "the server does not store its transfer syntax" },
  { 0xc123, "the server cannot understand it" },
  { 0xd000, "not stored" },
};

struct _VitrailStoreAnswer {
  gboolean is_detailed;
  GHashTable *verdicts; /* SOP Instance UID, owned -> VitrailStoreVerdict */
  VitrailStoreVerdict other; /* on those that are not named */
};

static void
verdict_free (gpointer data)
{
  VitrailStoreVerdict *self = data;

  g_free (self->message);
  g_free (self);
}

static const char *
describe (guint16 reason)
{
  guint last = 0;

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (reasons[i].first <= reason)
      last = i;
  return reasons[last].words;
}

/* What the server adds in its own words, or NULL. */
static char *
dup_comment (const VitrailDataSet *item)
{
  const VitrailDataSet *inner =
      vitrail_data_set_get_n_items (item, TAG_FAILED_ATTRIBUTES) > 0
          ? vitrail_data_set_get_item (item, TAG_FAILED_ATTRIBUTES, 0)
          : NULL;

  return inner != NULL
             ? vitrail_data_set_dup_string (inner, TAG_ERROR_COMMENT, 0)
             : NULL;
}

static void
set_verdict (VitrailStoreVerdict *self,
             const VitrailDataSet *item,
             gboolean is_stored)
{
  g_autofree char *comment = dup_comment (item);

  self->is_stored = is_stored;
  self->reason = (guint16) vitrail_data_set_get_int_or (
      item, is_stored ? TAG_WARNING_REASON : TAG_FAILURE_REASON, 0);
  g_free (self->message);
  self->message = NULL;
  if (comment != NULL)
    self->message =
        g_strdup_printf ("%s: %s", describe (self->reason), comment);
  else if (!is_stored || self->reason != 0)
    self->message = g_strdup (describe (self->reason));
}

/* All items of @tag. */
static void
take_items (VitrailStoreAnswer *self,
            const VitrailDataSet *data_set,
            VitrailTag tag,
            gboolean is_stored)
{
  const guint n = vitrail_data_set_get_n_items (data_set, tag);

  for (guint i = 0; i < n; i++) {
    const VitrailDataSet *item = vitrail_data_set_get_item (data_set, tag, i);
    char *uid = vitrail_data_set_dup_string (item, TAG_REFERENCED_INSTANCE, 0);
    VitrailStoreVerdict *verdict;
    self->is_detailed = TRUE;
    if (uid == NULL) {
      if (!is_stored)
        set_verdict (&self->other, item, FALSE);
      continue;
    }
    verdict = g_new0 (VitrailStoreVerdict, 1);
    set_verdict (verdict, item, is_stored);
    g_hash_table_replace (self->verdicts, uid, verdict);
  }
}

/* Where the server says nothing of one. A page that somebody between has
 * answered with is no acknowledgement: @is_legible. */
static void
set_other (VitrailStoreAnswer *self, guint status, gboolean is_legible)
{
  if (self->other.message != NULL)
    return;
  self->other.is_stored = status == 200 && is_legible && !self->is_detailed;
  if (self->is_detailed)
    self->other.message =
        g_strdup ("the server does not say what became of it");
  else if (status == 507)
    self->other.message = g_strdup ("the server answers 507: it has no room");
  else if (status == 409)
    self->other.message =
        g_strdup ("the server answers 409: it stores none of them");
  else if (status == 200 && !is_legible)
    self->other.message =
        g_strdup ("the server answers 200, but not what a store answers");
  else if (!self->other.is_stored)
    self->other.message = g_strdup_printf ("the server answers %u", status);
}

VitrailStoreAnswer *
vitrail_store_answer_new (guint status, GBytes *body)
{
  VitrailStoreAnswer *self = g_new0 (VitrailStoreAnswer, 1);
  g_autoptr (GPtrArray) read =
      g_bytes_get_size (body) > 0
          ? vitrail_json_read (g_bytes_get_data (body, NULL),
                               (gssize) g_bytes_get_size (body), "", NULL)
          : NULL;

  self->verdicts =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, verdict_free);
  for (guint i = 0; read != NULL && i < read->len; i++) {
    const VitrailDataSet *data_set = g_ptr_array_index (read, i);
    take_items (self, data_set, TAG_REFERENCED_SOPS, TRUE);
    take_items (self, data_set, TAG_FAILED_SOPS, FALSE);
    take_items (self, data_set, TAG_OTHER_FAILURES, FALSE);
  }
  set_other (self, status, g_bytes_get_size (body) == 0 || read != NULL);
  return self;
}

void
vitrail_store_answer_free (VitrailStoreAnswer *self)
{
  g_hash_table_unref (self->verdicts);
  g_free (self->other.message);
  g_free (self);
}

gboolean
vitrail_store_answer_is_detailed (const VitrailStoreAnswer *self)
{
  return self->is_detailed;
}

const VitrailStoreVerdict *
vitrail_store_answer_find (VitrailStoreAnswer *self,
                           const char *sop_instance_uid)
{
  const VitrailStoreVerdict *verdict =
      g_hash_table_lookup (self->verdicts, sop_instance_uid);

  return verdict != NULL ? verdict : &self->other;
}
