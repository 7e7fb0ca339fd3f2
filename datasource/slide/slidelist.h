/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The table of readers, made by the build. */

#pragma once

#include "slide/slide.h"

G_BEGIN_DECLS

/* NULL-terminated; the first that takes a file reads it. */
extern const VitrailSlideReader *const vitrail_slide_readers[];

G_END_DECLS
