/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a fuzz target defines: takes any bytes, must neither crash, leak, hang
 * nor take memory out of proportion. Always returns 0. */

#pragma once

#include <glib.h>

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);
