/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Data sets as text, in the media type that a client wants (PS3.18 8.7.3.4):
 * DICOM JSON, one array of all, or multipart DICOM XML, a part each. */

#pragma once

#include "accept.h"
#include "dicom/json.h"
#include "reply.h"

G_BEGIN_DECLS

/**
 * VitrailDicomText:
 * @type: of the answer, or of its parts
 * @is_xml: multipart/related; type="application/dicom+xml"
 */
typedef struct {
  const char *type;
  gboolean is_xml;
  /*< private >*/
  VitrailReply *reply;
  GString *json;
} VitrailDicomText;

/* By the request's Accept; else a VITRAIL_HTTP_ERROR 406. */
gboolean vitrail_dicom_text_choose (VitrailDicomText *self,
                                    const VitrailRequest *request,
                                    GError **error);

void vitrail_dicom_text_begin (VitrailDicomText *self, VitrailReply *reply);
void vitrail_dicom_text_add (VitrailDicomText *self, VitrailDataSet *data_set);
/* The reply is complete. Without any data set JSON is [], since OHIF and others
 * take that as they take a 204; multipart cannot have no part: 204. */
void vitrail_dicom_text_end (VitrailDicomText *self);
/* Instead of the end. */
void vitrail_dicom_text_clear (VitrailDicomText *self);

G_END_DECLS
