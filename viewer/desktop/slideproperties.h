/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is known of a slide, in words: specimen, stain, scanner, date, size. */

#pragma once

#include "slide/slide.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* In place of what is in @box. @slide: NULL: nothing. */
void vitrail_slide_properties_fill (GtkBox *box, VitrailSlide *slide);

G_END_DECLS
