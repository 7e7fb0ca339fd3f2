/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What libvitrail-openslide offers to slide/openslide.c. */

#pragma once

#include "slide/slide.h"

G_BEGIN_DECLS

extern const VitrailSlideReader vitrail_openslide_reader;

G_END_DECLS
