/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Data sets as text: see dicomtext.h. */

#include "dicomtext.h"

#include "dicom/xml.h"
#include "multipart.h"

#include <string.h>

#define XML_TYPE "application/dicom+xml"

/* Values above this many bytes are left out. */
#define INLINE_BYTES 65536

gboolean
vitrail_dicom_text_choose (VitrailDicomText *self,
                           const VitrailRequest *request,
                           GError **error)
{
  static const char *const json_types[] = { "application/dicom+json",
                                            "application/json" };
  g_autoptr (GArray) ranges = vitrail_accept_parse (request);

  memset (self, 0, sizeof *self);
  for (guint i = 0; i < ranges->len; i++) {
    const VitrailMediaRange *range =
        &g_array_index (ranges, VitrailMediaRange, i);
    self->type = json_types[0];
    for (guint j = 0; j < G_N_ELEMENTS (json_types) && !range->is_multipart;
         j++)
      if (vitrail_media_range_takes (range, json_types[j])) {
        self->type = json_types[j];
        return TRUE;
      }
    if (vitrail_media_range_takes (range, XML_TYPE)) {
      self->type = XML_TYPE;
      self->is_xml = TRUE;
      return TRUE;
    }
  }
  g_set_error_literal (error, VITRAIL_HTTP_ERROR, 406,
                       "there are application/dicom+json and"
                       " multipart/related; type=\"application/dicom+xml\"");
  return FALSE;
}

void
vitrail_dicom_text_begin (VitrailDicomText *self, VitrailReply *reply)
{
  self->reply = reply;
  if (self->is_xml)
    vitrail_multipart_begin (reply, XML_TYPE);
  else
    self->json = g_string_new ("[");
}

void
vitrail_dicom_text_add (VitrailDicomText *self, VitrailDataSet *data_set)
{
  if (!self->is_xml) {
    if (self->json->len > 1)
      g_string_append_c (self->json, ',');
    vitrail_json_write (data_set, self->json, INLINE_BYTES, NULL, NULL);
    return;
  }
  GString *xml = g_string_new (NULL);
  vitrail_xml_write (data_set, xml, INLINE_BYTES, NULL, NULL);
  g_autoptr (GBytes) part = g_string_free_to_bytes (xml);
  vitrail_multipart_add (self->reply, XML_TYPE, part);
}

void
vitrail_dicom_text_end (VitrailDicomText *self)
{
  if (!self->is_xml) {
    g_string_append (self->json, "]\n");
    vitrail_reply_set_text (self->reply, self->type,
                            g_steal_pointer (&self->json));
  } else if (self->reply->parts->len == 0) {
    vitrail_reply_set_body (self->reply, NULL, NULL);
    self->reply->status = 204;
  } else {
    vitrail_multipart_end (self->reply);
  }
}

void
vitrail_dicom_text_clear (VitrailDicomText *self)
{
  if (self->json != NULL)
    g_string_free (self->json, TRUE);
  self->json = NULL;
}
