/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The log of a test: see testlog.h. */

#include "testlog.h"

#include <pthread.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static GPtrArray *lines; /* guarded by lock */

static GLogWriterOutput
keep_line (GLogLevelFlags level,
           const GLogField *fields,
           gsize n_fields,
           gpointer data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, "MESSAGE") == 0) {
      pthread_mutex_lock (&lock);
      g_ptr_array_add (lines, g_strdup (fields[i].value));
      pthread_mutex_unlock (&lock);
    }
  return g_log_writer_default (level, fields, n_fields, data);
}

void
test_log_init (void)
{
  lines = g_ptr_array_new_with_free_func (g_free);
  g_log_set_writer_func (keep_line, NULL, NULL);
}

guint
test_log_count (const char *text)
{
  guint n = 0;

  pthread_mutex_lock (&lock);
  for (guint i = 0; i < lines->len; i++)
    if (strstr (g_ptr_array_index (lines, i), text) != NULL)
      n++;
  pthread_mutex_unlock (&lock);
  return n;
}

void
test_log_clear (void)
{
  pthread_mutex_lock (&lock);
  g_ptr_array_set_size (lines, 0);
  pthread_mutex_unlock (&lock);
}
