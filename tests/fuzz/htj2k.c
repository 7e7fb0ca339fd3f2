/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* HTJ2K: any stream under any header. Large ones, of which one takes as long as
 * a thousand small ones, are not worth it. */

#include "codec.h"
#include "codec/j2kheader.h"

#define HEADER_BYTES 8
#define MAX_PIXELS   (1u << 18)

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  VitrailJ2kHeader header;

  if (size >= HEADER_BYTES &&
      vitrail_j2k_header_read_beginning (&header, data + HEADER_BYTES,
                                         size - HEADER_BYTES) == NULL &&
      (guint64) header.width * header.height > MAX_PIXELS)
    return 0;
  fuzz_codec ("1.2.840.10008.1.2.4.201", data, size);
  return 0;
}
