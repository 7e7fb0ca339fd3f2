/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Inflating and deflating data sets: see inflate.h. */

#include "dicom/inflate.h"

#include "error.h"
#include "limits.h"

#include <string.h>
#include <zlib.h>

/* zlib counts in 32 bits. */
#define MAX_CHUNK (1u << 30)

/* What has come out so far, and how much may. */
typedef struct {
  uint8_t *data;
  size_t length;
  size_t capacity;
  size_t limit;
} Output;

static gboolean
make_room (Output *out)
{
  if (out->length < out->capacity)
    return TRUE;
  if (out->capacity >= out->limit)
    return FALSE;

  size_t capacity = MIN (MAX (out->capacity * 2, 65536), out->limit);
  uint8_t *grown = g_try_realloc (out->data, capacity);
  if (grown == NULL)
    return FALSE;
  out->data = grown;
  out->capacity = capacity;
  return TRUE;
}

/* Feeds all of @data to @step, inflate or deflate; its last status. */
static int
pump (z_stream *stream,
      int (*step) (z_stream *stream, int flush),
      const uint8_t *data,
      size_t length,
      Output *out)
{
  int status = Z_OK;

  while (status == Z_OK) {
    if (!make_room (out))
      return Z_MEM_ERROR;
    uInt in = (uInt) MIN (length, MAX_CHUNK);
    uInt room = (uInt) MIN (out->capacity - out->length, MAX_CHUNK);
    stream->next_in = (Bytef *) (guintptr) data;
    stream->avail_in = in;
    stream->next_out = out->data + out->length;
    stream->avail_out = room;
    status = step (stream, in == length ? Z_FINISH : Z_NO_FLUSH);
    data += in - stream->avail_in;
    length -= in - stream->avail_in;
    out->length += room - stream->avail_out;
    /* With Z_FINISH, no room left is said so. */
    if (status == Z_BUF_ERROR && stream->avail_out == 0)
      status = Z_OK;
  }
  return status;
}

static int
inflate_step (z_stream *stream, int flush)
{
  return inflate (stream, flush);
}

static int
deflate_step (z_stream *stream, int flush)
{
  return deflate (stream, flush);
}

static int
inflate_as (const uint8_t *data, size_t length, int window_bits, Output *out)
{
  z_stream stream = { 0 };
  int status = inflateInit2 (&stream, window_bits);

  if (status != Z_OK)
    return status;
  out->length = 0;
  status = pump (&stream, inflate_step, data, length, out);
  inflateEnd (&stream);
  return status;
}

GBytes *
vitrail_inflate_prefix (const uint8_t *data,
                        size_t length,
                        size_t limit,
                        const char *name,
                        gboolean *is_prefix,
                        GError **error)
{
  Output out = { .limit = limit };
  int status = inflate_as (data, length, -MAX_WBITS, &out);

  if (status == Z_DATA_ERROR)
    status = inflate_as (data, length, MAX_WBITS, &out);
  *is_prefix = status == Z_MEM_ERROR && out.length == limit;
  if (status != Z_STREAM_END && !*is_prefix) {
    g_free (out.data);
    g_set_error (error, VITRAIL_ERROR,
                 status == Z_MEM_ERROR   ? VITRAIL_ERROR_LIMIT
                 : status == Z_BUF_ERROR ? VITRAIL_ERROR_TRUNCATED
                                         : VITRAIL_ERROR_CORRUPT,
                 "%s: deflated data set: %s", name,
                 status == Z_MEM_ERROR   ? "there is too little memory"
                 : status == Z_BUF_ERROR ? "the file ends inside it"
                                         : "it does not inflate");
    return NULL;
  }
  return g_bytes_new_take (out.data, out.length);
}

GBytes *
vitrail_inflate (const uint8_t *data,
                 size_t length,
                 const char *name,
                 GError **error)
{
  gboolean is_prefix;
  g_autoptr (GBytes) bytes =
      vitrail_inflate_prefix (data, length, VITRAIL_LIMIT_INFLATED, name,
                              &is_prefix, error);

  if (bytes == NULL || !is_prefix)
    return g_steal_pointer (&bytes);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
               "%s: deflated data set: it inflates to more than is allowed",
               name);
  return NULL;
}

GBytes *
vitrail_deflate (GBytes *bytes, GError **error)
{
  z_stream stream = { 0 };
  Output out = { .limit = VITRAIL_LIMIT_INFLATED };
  size_t length;
  const uint8_t *data = g_bytes_get_data (bytes, &length);
  int status = deflateInit2 (&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
                             -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);

  if (status == Z_OK) {
    status = pump (&stream, deflate_step, data, length, &out);
    deflateEnd (&stream);
  }
  if (status == Z_STREAM_END && out.length % 2 != 0 && make_room (&out))
    out.data[out.length++] = 0;
  if (status != Z_STREAM_END) {
    g_free (out.data);
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "the data set does not deflate");
    return NULL;
  }
  return g_bytes_new_take (out.data, out.length);
}
