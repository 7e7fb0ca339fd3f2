/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What libvitrail-vips offers to slide/vips.c. */

#pragma once

#include "slide/slide.h"

G_BEGIN_DECLS

extern const VitrailSlideReader vitrail_vips_reader;

G_END_DECLS
