/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The recording relay: see relayrecord.h. */

#include "relayrecord.h"

#include "testarchive.h"
#include "testdata.h"

#include <string.h>

gboolean
test_relay_start (TestRelay *self,
                  guint port,
                  guint mbit,
                  const char *const *options)
{
  g_autofree char *program = g_find_program_in_path ("node");

  if (program == NULL) {
    g_test_skip ("no node");
    return FALSE;
  }
  g_autofree char *script = g_build_filename (g_getenv ("G_TEST_SRCDIR"),
                                              "support", "relay.mjs", NULL);
  g_autofree char *to = g_strdup_printf ("http://127.0.0.1:%u/", port);
  g_autofree char *down = g_strdup_printf ("%u", mbit);
  g_autofree char *name = g_strdup_printf ("relay-%u", port);
  self->record = g_build_filename (test_data_get_scratch (), name, NULL);
  self->authority = g_strconcat (self->record, ".pem", NULL);
  const char *argv[] = {
    program,       script,          "--to",     to,           "--tls",
    "--authority", self->authority, "--record", self->record, "--down",
    down,          "--delay",       "10"
  };
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  for (guint i = 0; i < G_N_ELEMENTS (argv); i++)
    g_ptr_array_add (all, (gpointer) argv[i]);
  for (guint i = 0; i == 0 || options[i - 1] != NULL; i++)
    g_ptr_array_add (all, (gpointer) options[i]);
  test_server_start (&self->server, (const char *const *) all->pdata);
  return TRUE;
}

void
test_relay_stop (TestRelay *self)
{
  test_server_stop (&self->server);
  g_clear_pointer (&self->authority, g_free);
  g_clear_pointer (&self->record, g_free);
}

/* What stands behind @key in @line. */
static const char *
find_value (const char *line, const char *key)
{
  const char *found = strstr (line, key);

  g_assert_nonnull (found);
  return found + strlen (key);
}

static gboolean
read_line (const char *line, const char *uid, TestRelayed *relayed)
{
  g_autofree char *path = g_strdup_printf ("/instances/%s/frames/", uid);
  const char *frame = strstr (line, path);

  if (frame == NULL)
    return FALSE;
  *relayed = (TestRelayed){
    .n = (guint) strtoul (find_value (line, "\"n\":"), NULL, 10),
    .frame = (guint) strtoul (frame + strlen (path), NULL, 10),
    .connection =
        (guint) strtoul (find_value (line, "\"connection\":"), NULL, 10),
    .bytes = strtoull (find_value (line, "\"bytes\":"), NULL, 10),
    .start = g_ascii_strtod (find_value (line, "\"start\":"), NULL),
    .end = g_ascii_strtod (find_value (line, "\"end\":"), NULL),
    .is_http2 = strstr (line, "\"http\":\"2.0\"") != NULL,
    .is_cancelled = strstr (line, "\"cancelled\":true") != NULL,
  };
  return TRUE;
}

static int
compare_starts (gconstpointer a, gconstpointer b)
{
  const TestRelayed *left = a;
  const TestRelayed *right = b;

  return left->n < right->n ? -1 : left->n > right->n;
}

/* Those that have ended, or those that are held. */
static GArray *
read_lines (const TestRelay *self, const char *uid, gboolean are_held)
{
  GArray *all = g_array_new (FALSE, FALSE, sizeof (TestRelayed));
  g_autofree char *text = NULL;
  TestRelayed relayed;

  if (!g_file_get_contents (self->record, &text, NULL, NULL))
    return all;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_suffix (lines[i], "}") &&
        (strstr (lines[i], "\"end\":null") != NULL) == are_held &&
        read_line (lines[i], uid, &relayed))
      g_array_append_val (all, relayed);
  g_array_sort (all, compare_starts);
  return all;
}

GArray *
test_relay_read (const TestRelay *self, const char *uid)
{
  return read_lines (self, uid, FALSE);
}

typedef struct {
  const TestRelay *relay;
  const char *uid;
  guint n;
} Wanted;

static gboolean
are_there (gpointer user_data)
{
  const Wanted *wanted = user_data;
  g_autoptr (GArray) all = test_relay_read (wanted->relay, wanted->uid);

  return all->len >= wanted->n;
}

GArray *
test_relay_wait (const TestRelay *self, const char *uid, guint n)
{
  Wanted wanted = { self, uid, n };

  test_wait_until (are_there, &wanted);
  return test_relay_read (self, uid);
}

static gboolean
are_held (gpointer user_data)
{
  const Wanted *wanted = user_data;
  g_autoptr (GArray) held = read_lines (wanted->relay, wanted->uid, TRUE);

  return held->len >= wanted->n;
}

gboolean
test_relay_wait_held (const TestRelay *self, const char *uid, guint n)
{
  Wanted wanted = { self, uid, n };

  return test_wait_until (are_held, &wanted);
}
