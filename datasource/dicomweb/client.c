/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Requests over HTTP: see client.h. */

#include "dicomweb/client.h"

#include "error.h"
#include "module.h"

#include <pthread.h>

/* clang-format takes the name's dashes for operators. */
/* clang-format off */
G_DEFINE_QUARK (vitrail-web-error-quark, vitrail_web_error)

/* clang-format on */

void
vitrail_web_answer_clear (VitrailWebAnswer *self)
{
  g_clear_pointer (&self->content_type, g_free);
  g_clear_pointer (&self->etag, g_free);
  g_clear_pointer (&self->content_range, g_free);
  g_clear_pointer (&self->body, g_bytes_unref);
}

gboolean
vitrail_web_error_is_outage (const GError *error)
{
  if (error->domain == VITRAIL_WEB_ERROR)
    return error->code == 429 || error->code >= 500;
  return g_error_matches (error, VITRAIL_ERROR, VITRAIL_ERROR_IO);
}

gboolean
vitrail_web_error_may_pass (const GError *error)
{
  return vitrail_web_error_is_outage (error) ||
         g_error_matches (error, VITRAIL_ERROR, VITRAIL_ERROR_TRUNCATED);
}

gboolean
vitrail_web_status_is_transient (guint status)
{
  return status == 429 || status == 500 || (status >= 502 && status <= 504);
}

void
vitrail_web_client_start (const VitrailWebRequest *request,
                          GCancellable *cancellable,
                          VitrailWebDone done,
                          gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  const VitrailWebTransport *transport =
      vitrail_module_find_symbol ("dicomweb", "vitrail_web_transport", &error);

  if (transport != NULL)
    transport->start (request, cancellable, done, user_data);
  else
    done (NULL, error, user_data);
}

void
vitrail_web_client_hasten (gconstpointer tag, VitrailWebPriority priority)
{
  const VitrailWebTransport *transport =
      vitrail_module_find_symbol ("dicomweb", "vitrail_web_transport", NULL);

  if (transport != NULL)
    transport->hasten (tag, priority);
}

/* Somebody who waits for an answer. */
typedef struct {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  gboolean is_done; /* guarded by lock */
  VitrailWebAnswer *answer;
  GError *error;
} Waiting;

static void
done_cb (const VitrailWebAnswer *answer,
         const GError *error,
         gpointer user_data)
{
  Waiting *self = user_data;

  pthread_mutex_lock (&self->lock);
  if (answer != NULL) {
    self->answer->status = answer->status;
    self->answer->retry_after = answer->retry_after;
    self->answer->content_type = g_strdup (answer->content_type);
    self->answer->etag = g_strdup (answer->etag);
    self->answer->content_range = g_strdup (answer->content_range);
    self->answer->body = g_bytes_ref (answer->body);
  } else {
    self->error = g_error_copy (error);
  }
  self->is_done = TRUE;
  pthread_cond_signal (&self->changed);
  pthread_mutex_unlock (&self->lock);
}

gboolean
vitrail_web_client_fetch (const VitrailWebRequest *request,
                          GCancellable *cancellable,
                          VitrailWebAnswer *answer,
                          GError **error)
{
  Waiting waiting = { .answer = answer };

  pthread_mutex_init (&waiting.lock, NULL);
  pthread_cond_init (&waiting.changed, NULL);
  vitrail_web_client_start (request, cancellable, done_cb, &waiting);
  pthread_mutex_lock (&waiting.lock);
  while (!waiting.is_done)
    pthread_cond_wait (&waiting.changed, &waiting.lock);
  pthread_mutex_unlock (&waiting.lock);
  pthread_cond_destroy (&waiting.changed);
  pthread_mutex_destroy (&waiting.lock);
  if (waiting.error == NULL)
    return TRUE;
  g_propagate_error (error, waiting.error);
  return FALSE;
}
