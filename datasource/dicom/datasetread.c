/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The data set as a consumer of the parser. */

#include "dicom/assembler.h"
#include "dicom/parser.h"
#include "error.h"

typedef struct {
  VitrailAssembler *assembler;
  gboolean failed;
} Reader;

static gboolean
noted (Reader *self, gboolean fine)
{
  if (!fine)
    self->failed = TRUE;
  return fine;
}

static gboolean
element_cb (const VitrailElement *element, gpointer user_data)
{
  Reader *self = user_data;

  return noted (self, vitrail_assembler_add (self->assembler, element));
}

static gboolean
begin_sequence_cb (const VitrailElement *element, gpointer user_data)
{
  Reader *self = user_data;

  return noted (self,
                vitrail_assembler_begin_sequence (self->assembler, element));
}

static gboolean
end_sequence_cb (gpointer user_data)
{
  Reader *self = user_data;

  return noted (self, vitrail_assembler_end_sequence (self->assembler));
}

static gboolean
begin_item_cb (gpointer user_data)
{
  Reader *self = user_data;

  vitrail_assembler_begin_item (self->assembler);
  return TRUE;
}

static gboolean
end_item_cb (gpointer user_data)
{
  Reader *self = user_data;

  return noted (self, vitrail_assembler_end_item (self->assembler));
}

VitrailDataSet *
vitrail_parse_data_set (const VitrailParserInput *input,
                        GBytes *owner,
                        size_t *consumed,
                        GError **error)
{
  static const VitrailParserEvents events = {
    .element = element_cb,
    .begin_sequence = begin_sequence_cb,
    .end_sequence = end_sequence_cb,
    .begin_item = begin_item_cb,
    .end_item = end_item_cb,
  };
  g_autoptr (VitrailAssembler) assembler = vitrail_assembler_new ();
  Reader self = { assembler, FALSE };

  vitrail_assembler_keep (assembler, g_bytes_ref (owner),
                          (GDestroyNotify) g_bytes_unref);
  if (!vitrail_parse (input, &events, &self, consumed, error))
    return NULL;

  VitrailTag disorder = vitrail_assembler_get_disorder (assembler);
  if (disorder != 0) {
    char text[VITRAIL_TAG_TEXT_SIZE];
    vitrail_parser_warn (input->warnings, "%s: out of order or there twice",
                         vitrail_tag_text (disorder, text));
  }

  VitrailDataSet *data_set =
      self.failed ? NULL : vitrail_assembler_end (assembler);
  if (data_set == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: the data set does not fit into memory, or is nested "
                 "too deeply",
                 input->name);
  }
  return data_set;
}
