/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Encoded data sets (PS3.5 7) as a stream of events; the data set is one
 * consumer of it. Values are never copied, and nothing is allocated from a
 * length that a file states. Internal to datasource/dicom. */

#pragma once

#include "byteorder.h"
#include "dicom/dataset.h"

G_BEGIN_DECLS

/**
 * VitrailParserEvents: what a consumer is told, in the order of the bytes. Each
 * returns FALSE to end the parsing at once, which is no error of the data.
 * @element: an attribute that is no sequence
 * @begin_sequence, @end_sequence: around the items of a sequence
 * @begin_item, @end_item: around the attributes of an item
 */
typedef struct {
  gboolean (*element) (const VitrailElement *element, gpointer user_data);
  gboolean (*begin_sequence) (const VitrailElement *element,
                              gpointer user_data);
  gboolean (*end_sequence) (gpointer user_data);
  gboolean (*begin_item) (gpointer user_data);
  gboolean (*end_item) (gpointer user_data);
} VitrailParserEvents;

/**
 * VitrailParserInput:
 * @data, @length: the encoded data set
 * @offset: where @data lies in the file, for error texts
 * @name: stands for the file in error texts
 * @implicit, @big_endian: the transfer syntax
 * @header_only: end after Pixel Data's header (VITRAIL_READ_HEADER)
 * @is_prefix: more of the data set follows behind @length, not given here
 * @max_elements: more are an error; 0 for VITRAIL_LIMIT_ELEMENTS
 * @is_items: @data are the items of a sequence, not a data set
 * @opaque: a sequence of the data set itself that is told as one element with
 *   its bytes as value; 0 for none
 * @only_group: end before the first attribute of another group; 0 for none
 * @warnings: (element-type utf8): created when first needed; what was tolerated
 */
typedef struct {
  const uint8_t *data;
  size_t length;
  size_t offset;
  const char *name;
  gboolean implicit;
  gboolean big_endian;
  gboolean header_only;
  gboolean is_prefix;
  gboolean is_items;
  VitrailTag opaque;
  uint32_t max_elements;
  uint16_t only_group;
  GPtrArray **warnings;
} VitrailParserInput;

/* @consumed: where the parsing ended in @input's data; may be NULL. */
gboolean vitrail_parse (const VitrailParserInput *input,
                        const VitrailParserEvents *events,
                        gpointer user_data,
                        size_t *consumed,
                        GError **error);

/* The same into a data set, which keeps @owner, a GBytes that @input's data is
 * part of. */
VitrailDataSet *vitrail_parse_data_set (const VitrailParserInput *input,
                                        GBytes *owner,
                                        size_t *consumed,
                                        GError **error);

/* What the warning of a value that is cut off ends with. */
#define VITRAIL_PARSER_CUT "the file ends inside its value"

/* One line more in @warnings, until there are very many. */
void vitrail_parser_warn (GPtrArray **warnings, const char *format, ...)
    G_GNUC_PRINTF (2, 3);

/* TRUE when the bytes at @data start with the tag (FFFE,@element) in the given
 * byte order; @rest bytes are there. */
gboolean vitrail_parser_at_delimiter (const uint8_t *data,
                                      size_t rest,
                                      gboolean big_endian,
                                      uint16_t element);

/* Walks over the fragments (PS3.5 A.4) from @start on: to the sequence
 * delimiter, to @end, or to where something else stands or the last one is cut
 * off. */
size_t
vitrail_parser_walk_fragments (const uint8_t *data, size_t start, size_t end);

G_END_DECLS
