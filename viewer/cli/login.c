/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitrail login: asks for the token of an archive's origin, by signing in where
 * it comes from an OpenID provider; or forgets it. */

#include "command.h"
#include "dicomweb/location.h"
#include "dicomweb/signin.h"
#include "dicomweb/token.h"
#include "error.h"
#include "signing.h"

extern const VitrailCommand vitrail_command_login;

static gboolean
login (const char *url, gboolean forget, GError **error)
{
  g_autoptr (VitrailWebLocation) location =
      vitrail_web_location_parse (url, error);

  if (location == NULL)
    return FALSE;
  if (!vitrail_web_token_is_known (location->origin)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: no token is set for it", location->origin);
    return FALSE;
  }
  if (forget) {
    vitrail_web_token_sign_out (location->origin);
    g_print ("signed out of %s\n", location->origin);
    return TRUE;
  }
  vitrail_sign_in_set_show (vitrail_signing_show);
  g_autofree char *token = vitrail_web_token_read (location->origin, error);
  if (token == NULL)
    return FALSE;
  g_print ("signed in to %s\n", location->origin);
  return TRUE;
}

static int
run (int argc, char **argv)
{
  g_auto (GStrv) urls = NULL;
  gboolean forget = FALSE;
  const GOptionEntry entries[] = {
    { "forget", 0, 0, G_OPTION_ARG_NONE, &forget, "sign out", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &urls, NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GError) error = NULL;

  if (!vitrail_command_parse (&vitrail_command_login, entries, "URL", argc,
                              argv))
    return 2;
  if (urls == NULL || urls[1] != NULL)
    return vitrail_command_wrong_usage ("login", "give one URL");
  return login (urls[0], forget, &error) ? 0 : vitrail_command_fail (error);
}

const VitrailCommand vitrail_command_login = {
  "login", "signs in to an archive over DICOMweb, or out", run
};
