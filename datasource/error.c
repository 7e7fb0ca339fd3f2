/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "error.h"

/* clang-format takes the name's dashes for operators. */
/* clang-format off */
G_DEFINE_QUARK (vitrail-error-quark, vitrail_error)
/* clang-format on */
