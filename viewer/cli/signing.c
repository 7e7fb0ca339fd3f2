/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Asking somebody to sign in: see signing.h. */

#include "signing.h"

#include "dicomweb/signin.h"

#include <unistd.h>

void
vitrail_signing_show (const char *uri)
{
  g_printerr ("sign in: %s\n", uri);
  vitrail_sign_in_open_browser (uri);
}

void
vitrail_signing_allow_at_terminal (void)
{
  if (isatty (STDIN_FILENO) && isatty (STDERR_FILENO))
    vitrail_sign_in_set_show (vitrail_signing_show);
}
