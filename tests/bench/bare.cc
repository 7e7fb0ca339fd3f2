/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The libraries without us: see bare.h. */

#include "bare.h"

#include <algorithm>
#include <charls/charls.h>
#include <cstring>
#include <openjpeg.h>
#include <openjph/ojph_arch.h>
#include <openjph/ojph_codestream.h>
#include <openjph/ojph_file.h>
#include <openjph/ojph_mem.h>
#include <openjph/ojph_params.h>

size_t
bare_charls (const uint8_t *data, size_t length, uint16_t *out, size_t n)
{
  charls::jpegls_decoder decoder (data, length, true);

  decoder.decode (out, n * sizeof *out);
  return n;
}

namespace {

struct Reader {
  const uint8_t *data;
  size_t length;
  size_t at;
};

OPJ_SIZE_T
read_cb (void *buffer, OPJ_SIZE_T n, void *data)
{
  Reader *self = static_cast<Reader *> (data);

  n = std::min (n, self->length - self->at);
  if (n == 0)
    return static_cast<OPJ_SIZE_T> (-1);
  memcpy (buffer, self->data + self->at, n);
  self->at += n;
  return n;
}

OPJ_OFF_T
skip_cb (OPJ_OFF_T n, void *data)
{
  static_cast<Reader *> (data)->at += n;
  return n;
}

OPJ_BOOL
seek_cb (OPJ_OFF_T to, void *data)
{
  static_cast<Reader *> (data)->at = to;
  return OPJ_TRUE;
}

} // namespace

size_t
bare_openjpeg (const uint8_t *data, size_t length, uint16_t *out, size_t n)
{
  Reader reader = { data, length, 0 };
  opj_dparameters_t parameters;
  opj_image_t *image = nullptr;
  opj_codec_t *codec = opj_create_decompress (OPJ_CODEC_J2K);
  opj_stream_t *stream = opj_stream_create (65536, OPJ_TRUE);

  opj_stream_set_user_data (stream, &reader, nullptr);
  opj_stream_set_user_data_length (stream, length);
  opj_stream_set_read_function (stream, read_cb);
  opj_stream_set_skip_function (stream, skip_cb);
  opj_stream_set_seek_function (stream, seek_cb);
  opj_set_default_decoder_parameters (&parameters);
  const bool done = opj_setup_decoder (codec, &parameters) &&
                    opj_read_header (stream, codec, &image) &&
                    opj_decode (codec, stream, image);
  for (size_t i = 0; done && i < n; i++)
    out[i] = static_cast<uint16_t> (image->comps[0].data[i]);
  opj_image_destroy (image);
  opj_stream_destroy (stream);
  opj_destroy_codec (codec);
  return done ? n : 0;
}

size_t
bare_openjph (const uint8_t *data, size_t length, uint16_t *out, size_t n)
{
  ojph::mem_infile file;
  ojph::codestream stream;
  size_t at = 0;

  file.open (data, length);
  stream.read_headers (&file);
  stream.create ();
  while (at < n) {
    ojph::ui32 component = 0;
    const ojph::line_buf *line = stream.pull (component);
    for (size_t i = 0; i < line->size && at < n; i++)
      out[at++] = static_cast<uint16_t> (line->i32[i]);
  }
  stream.close ();
  return at;
}
