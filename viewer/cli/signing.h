/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where somebody who is asked to sign in sees the question. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* On standard error, and in a browser where there is one. */
void vitrail_signing_show (const char *uri);

/* Lets commands ask whoever sits at a terminal. */
void vitrail_signing_allow_at_terminal (void);

G_END_DECLS
