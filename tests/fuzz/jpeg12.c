/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Our own DCT decoder, of 12 bits and of 8: any stream under any header. */

#include "codec.h"
#include "codec/jpegstream.h"

static VitrailFrame *
decode (const VitrailCodecInput *input, GError **error)
{
  VitrailJpegStream stream;

  if (!vitrail_jpeg_stream_open (&stream, input, error))
    return NULL;
  return vitrail_jpeg_decode_12 (&stream, input, error);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const VitrailCodec codec = { .decode = decode };

  fuzz_decoder (&codec, data, size);
  return 0;
}
