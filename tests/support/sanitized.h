/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* SANITIZED: 1 under AddressSanitizer, which keeps what is freed, and its own
 * books, and walks the stack at each allocation. */

#pragma once

#ifdef __has_feature
#  if __has_feature(address_sanitizer)
#    define SANITIZED 1
#  endif
#endif
#if defined __SANITIZE_ADDRESS__ && !defined SANITIZED
#  define SANITIZED 1
#endif
#ifndef SANITIZED
#  define SANITIZED 0
#endif
