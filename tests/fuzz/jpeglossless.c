/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Lossless JPEG: any stream with such a frame header under any header. What is
 * read is written, and read again. */

#include "codec.h"
#include "codec/jpegstream.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  VitrailJpegStream stream;

  if (size <= FUZZ_CODEC_HEADER_BYTES)
    return 0;
  const VitrailCodecInput input = {
    .data = data + FUZZ_CODEC_HEADER_BYTES,
    .length = size - FUZZ_CODEC_HEADER_BYTES,
    .name = "fuzz",
    .frame = 1,
  };
  if (vitrail_jpeg_stream_open (&stream, &input, NULL) &&
      stream.frame.sof == 0xc3)
    fuzz_codec ("1.2.840.10008.1.2.4.70", data, size);
  return 0;
}
