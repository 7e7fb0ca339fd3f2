/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Lossless JPEG: any stream with such a frame header under any header. What is
 * read is written, and read again. */

#include "codec.h"
#include "codec/jpegstream.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  VitrailJpegStream stream;

  if (size > FUZZ_CODEC_HEADER_BYTES &&
      vitrail_jpeg_stream_open (&stream, data + FUZZ_CODEC_HEADER_BYTES,
                                size - FUZZ_CODEC_HEADER_BYTES) == NULL &&
      stream.frame.sof == 0xc3)
    fuzz_codec ("1.2.840.10008.1.2.4.70", data, size);
  return 0;
}
