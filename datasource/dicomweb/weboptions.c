/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is known of archives: see weboptions.h. */

#include "dicomweb/weboptions.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static GHashTable *noted; /* guarded by lock: root -> VitrailWebOptions */

VitrailWebOptions *
vitrail_web_options_new (void)
{
  VitrailWebOptions *self = g_new0 (VitrailWebOptions, 1);

  self->ref_count = 1;
  return self;
}

VitrailWebOptions *
vitrail_web_options_ref (VitrailWebOptions *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
vitrail_web_options_unref (VitrailWebOptions *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_free (self->query_url);
  g_free (self->uri_url);
  g_free (self->bulk_level);
  g_free (self);
}

void
vitrail_web_options_note (const char *root_url, VitrailWebOptions *self)
{
  pthread_mutex_lock (&lock);
  if (noted == NULL)
    noted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                   (GDestroyNotify) vitrail_web_options_unref);
  g_hash_table_insert (noted, g_strdup (root_url),
                       vitrail_web_options_ref (self));
  pthread_mutex_unlock (&lock);
}

VitrailWebOptions *
vitrail_web_options_find (const char *root_url)
{
  pthread_mutex_lock (&lock);
  VitrailWebOptions *found =
      noted != NULL ? g_hash_table_lookup (noted, root_url) : NULL;
  if (found != NULL)
    vitrail_web_options_ref (found);
  pthread_mutex_unlock (&lock);
  return found != NULL ? found : vitrail_web_options_new ();
}
