/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* JPEG XL: any stream under any header. */

#include "codec.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  fuzz_codec ("1.2.840.10008.1.2.4.110", data, size);
  return 0;
}
