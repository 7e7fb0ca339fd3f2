/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Deflated frames: any stream under any header. */

#include "codec.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  fuzz_codec ("1.2.840.10008.1.2.8.1", data, size);
  return 0;
}
