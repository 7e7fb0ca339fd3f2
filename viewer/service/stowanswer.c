/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Store Instances Responses: see stowanswer.h. */

#include "stowanswer.h"

#include "dicom/builder.h"
#include "dicom/json.h"

#define TAG_ERROR_COMMENT       VITRAIL_TAG (0x0000, 0x0902)
#define TAG_REFERENCED_CLASS    VITRAIL_TAG (0x0008, 0x1150)
#define TAG_REFERENCED_INSTANCE VITRAIL_TAG (0x0008, 0x1155)
#define TAG_RETRIEVE_URL        VITRAIL_TAG (0x0008, 0x1190)
#define TAG_WARNING_REASON      VITRAIL_TAG (0x0008, 0x1196)
#define TAG_FAILURE_REASON      VITRAIL_TAG (0x0008, 0x1197)
#define TAG_FAILED_SOPS         VITRAIL_TAG (0x0008, 0x1198)
#define TAG_REFERENCED_SOPS     VITRAIL_TAG (0x0008, 0x1199)
#define TAG_OTHER_FAILURES      VITRAIL_TAG (0x0008, 0x119a)
#define TAG_FAILED_ATTRIBUTES   VITRAIL_TAG (0x0074, 0x1048)

/* Of an LO. */
#define MAX_COMMENT 64

/* PS3.18 tables I.2-1 and I.2-2; 0111 is PS3.7's for an instance that is there
 * already. */
static const struct {
  gboolean is_stored;
  guint16 reason;
} codes[] = {
  [VITRAIL_OUTCOME_PENDING] = { FALSE, 0x0110 },
  [VITRAIL_OUTCOME_STORED] = { TRUE, 0 },
  [VITRAIL_OUTCOME_SAME] = { TRUE, 0 },
  [VITRAIL_OUTCOME_KEPT] = { TRUE, 0xb006 },
  [VITRAIL_OUTCOME_DUPLICATE] = { FALSE, 0x0111 },
  [VITRAIL_OUTCOME_OTHER_STUDY] = { FALSE, 0xa901 },
  [VITRAIL_OUTCOME_NOT_DICOM] = { FALSE, 0xc000 },
  [VITRAIL_OUTCOME_SYNTAX] = { FALSE, 0xc122 },
  [VITRAIL_OUTCOME_NO_SPACE] = { FALSE, 0xa700 },
  [VITRAIL_OUTCOME_FAILED] = { FALSE, 0x0110 },
};

/* Items of the three sequences, and what decides the status. */
typedef struct {
  const char *base;
  GPtrArray *stored; /* VitrailDataSet */
  GPtrArray *failed;
  GPtrArray *other;
  gboolean has_warning;
  gboolean is_full;
  gboolean is_broken;  /* by us */
  const char *study;   /* of those stored */
  gboolean is_several; /* studies */
} Answer;

static GPtrArray *
items_new (void)
{
  return g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_data_set_unref);
}

static void
set_comment (VitrailDataSetBuilder *builder, const char *reason)
{
  g_autofree char *valid = g_utf8_make_valid (reason, -1);
  g_autofree char *text =
      g_utf8_substring (valid, 0, MIN (g_utf8_strlen (valid, -1), MAX_COMMENT));
  VitrailDataSetBuilder *inner = vitrail_data_set_builder_new ();

  g_strdelimit (text, "\\", '/');
  vitrail_data_set_builder_set_string (inner, TAG_ERROR_COMMENT, text);
  g_autoptr (VitrailDataSet) item = vitrail_data_set_builder_end (inner);
  vitrail_data_set_builder_set_items (builder, TAG_FAILED_ATTRIBUTES, &item, 1);
}

static VitrailDataSet *
make_item (const Answer *self, const VitrailIncoming *file)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();
  const guint16 reason = codes[file->outcome].reason;
  const gboolean is_stored = codes[file->outcome].is_stored;

  if (file->sop_class != NULL)
    vitrail_data_set_builder_set_string (builder, TAG_REFERENCED_CLASS,
                                         file->sop_class);
  if (file->sop != NULL)
    vitrail_data_set_builder_set_string (builder, TAG_REFERENCED_INSTANCE,
                                         file->sop);
  if (is_stored) {
    g_autofree char *url =
        g_strdup_printf ("%s/studies/%s/series/%s/instances/%s", self->base,
                         file->study, file->series, file->sop);
    vitrail_data_set_builder_set_string (builder, TAG_RETRIEVE_URL, url);
  }
  if (reason != 0)
    vitrail_data_set_builder_set_int (
        builder, is_stored ? TAG_WARNING_REASON : TAG_FAILURE_REASON, reason);
  if (!is_stored && file->reason != NULL)
    set_comment (builder, file->reason);
  return vitrail_data_set_builder_end (builder);
}

static void
add_file (Answer *self, const VitrailIncoming *file)
{
  const gboolean is_stored = codes[file->outcome].is_stored;
  GPtrArray *items = is_stored           ? self->stored
                     : file->sop != NULL ? self->failed
                                         : self->other;

  g_ptr_array_add (items, make_item (self, file));
  self->has_warning |= is_stored && codes[file->outcome].reason != 0;
  self->is_full |= file->outcome == VITRAIL_OUTCOME_NO_SPACE;
  self->is_broken |= file->outcome == VITRAIL_OUTCOME_FAILED;
  if (!is_stored)
    return;
  self->is_several |=
      self->study != NULL && g_strcmp0 (self->study, file->study) != 0;
  self->study = file->study;
}

static void
set_items (VitrailDataSetBuilder *builder,
           VitrailTag tag,
           const GPtrArray *items)
{
  if (items->len > 0)
    vitrail_data_set_builder_set_items (builder, tag,
                                        (VitrailDataSet *const *) items->pdata,
                                        items->len);
}

/* PS3.18 table 10.5.3-1; 507 as in RFC 4918. */
static guint
get_status (const Answer *self)
{
  if (self->failed->len + self->other->len == 0)
    return self->has_warning ? 202 : 200;
  if (self->stored->len > 0)
    return 202;
  if (self->is_full)
    return 507;
  return self->is_broken ? 500 : 409;
}

static void
write_answer (const Answer *self, VitrailReply *reply)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();
  GString *json = g_string_new (NULL);

  if (self->study != NULL && !self->is_several) {
    g_autofree char *url =
        g_strdup_printf ("%s/studies/%s", self->base, self->study);
    vitrail_data_set_builder_set_string (builder, TAG_RETRIEVE_URL, url);
  }
  set_items (builder, TAG_REFERENCED_SOPS, self->stored);
  set_items (builder, TAG_FAILED_SOPS, self->failed);
  set_items (builder, TAG_OTHER_FAILURES, self->other);
  g_autoptr (VitrailDataSet) data_set = vitrail_data_set_builder_end (builder);
  vitrail_json_write (data_set, json, 0, NULL, NULL);
  vitrail_reply_set_text (reply, "application/dicom+json", json);
  reply->status = get_status (self);
}

void
vitrail_stow_answer_files (const GPtrArray *files,
                           const char *base,
                           VitrailReply *reply)
{
  g_autoptr (GPtrArray) stored = items_new ();
  g_autoptr (GPtrArray) failed = items_new ();
  g_autoptr (GPtrArray) other = items_new ();
  Answer self = { .base = base,
                  .stored = stored,
                  .failed = failed,
                  .other = other };

  for (guint i = 0; i < files->len; i++)
    add_file (&self, g_ptr_array_index (files, i));
  write_answer (&self, reply);
}
