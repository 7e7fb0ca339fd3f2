/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Walking over the values of one text attribute, in one pass however many there
 * are. Internal to datasource/dicom. */

#pragma once

#include "dicom/dataset.h"
#include "dicom/json.h"

G_BEGIN_DECLS

typedef struct {
  const char *character_set;
  const char *text;
  size_t rest;
  VitrailVR vr;
  gboolean more;
} VitrailTextIter;

/* @element: of @data_set; one that is no text has no values here. */
void vitrail_text_iter_init (VitrailTextIter *self,
                             const VitrailDataSet *data_set,
                             const VitrailElement *element);
/* The next value without padding; of @length 0 where a value is empty. FALSE
 * after the last one. */
gboolean vitrail_text_iter_next (VitrailTextIter *self,
                                 const char **text,
                                 size_t *length);

/* @text as a finite number (IS, DS). */
gboolean vitrail_parse_decimal (const char *text, size_t length, double *value);

/* The first number of @element, of any numeric VR (IS and DS included). FALSE,
 * with @value untouched, when it has none that is finite. */
gboolean
vitrail_element_get_double (const VitrailElement *element, double *value);

/* Binary value @index of @element as text: the shortest decimal that reads back
 * the same, AT as eight hexadecimal digits. NULL when there is none. */
char *vitrail_format_binary (const VitrailElement *element, size_t index);

/* How a value of bytes stands in a text: one of them, or neither where it is
 * empty or left out. */
typedef struct {
  char *base64; /* in little endian (PS3.18 F.2.7, PS3.19 A.1.5.3) */
  char *uri;
} VitrailBinaryText;

/* @inline_limit, @uri and @user_data as in vitrail_json_write (). */
void vitrail_binary_text_init (VitrailBinaryText *self,
                               const VitrailElement *element,
                               size_t inline_limit,
                               VitrailBulkDataUri uri,
                               gpointer user_data);
void vitrail_binary_text_clear (VitrailBinaryText *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailBinaryText, vitrail_binary_text_clear)

G_END_DECLS
