/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The parts of a multipart body as one text, for tests to compare: each is
 * "[TYPE LOCATION LENGTH:" as its header says them, its bytes, and "]". */

#pragma once

#include "dicomweb/partstream.h"

G_BEGIN_DECLS

/* Events that append to the GString that is their user data. */
extern const VitrailPartEvents test_part_text_events;

/* Appends what comes of @body in pieces of @piece bytes, behind a first one of
 * @first. */
gboolean test_part_text_read (const char *content_type,
                              GBytes *body,
                              gsize first,
                              gsize piece,
                              GString *text,
                              GError **error);

G_END_DECLS
