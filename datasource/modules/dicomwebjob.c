/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whose turn it is: see dicomwebjob.h. */

#include "dicomwebjob.h"

#define MAX_ATTEMPTS 3
/* Pause before the second attempt; four times as long before the next. */
#define PAUSE_MS     100
#define MAX_PAUSE_MS 5000
/* Bodies that take longer are in the way of what somebody waits for; shorter
 * ones say nothing of that. */
#define SLOW_MS        30
#define MIN_SLOW_BYTES 16384

/* Whose waiting requests are looked at. */
typedef struct {
  VitrailWebClient *client;
  VitrailWebHost *host;
} Turn;

void
vitrail_web_job_clear_run (VitrailWebJob *self)
{
  g_clear_object (&self->message);
  g_clear_object (&self->run);
  g_clear_object (&self->stream);
  g_clear_pointer (&self->body, g_byte_array_unref);
}

static void
clear_wake (VitrailWebJob *self)
{
  if (self->wake != NULL)
    g_source_destroy (self->wake);
  g_clear_pointer (&self->wake, g_source_unref);
}

void
vitrail_web_job_free (VitrailWebJob *self)
{
  if (self->tag != NULL &&
      g_hash_table_lookup (self->client->tagged, self->tag) == self)
    g_hash_table_remove (self->client->tagged, self->tag);
  clear_wake (self);
  vitrail_web_job_clear_run (self);
  g_free (self->uri);
  g_free (self->origin);
  g_free (self->name);
  g_free (self->accept);
  g_free (self->authorization);
  g_free (self->if_none_match);
  g_free (self->range);
  g_free (self->if_range);
  g_free (self->content_type);
  g_clear_pointer (&self->pieces, g_ptr_array_unref);
  g_clear_pointer (&self->kept, g_byte_array_unref);
  g_free (self->kept_etag);
  g_free (self->token);
  g_clear_object (&self->cancellable);
  g_free (self);
}

/* --- whose turn it is --- */

/* Parts of frames are short: as long as it takes to ask for the next, a
 * connection that all share would carry nothing. */
#define PARTS_FOR_ONE 12

/* What nobody waits for yet, of a server or link that takes its time. */
static gboolean
is_in_the_way (const VitrailWebJob *self)
{
  return self->priority < VITRAIL_WEB_THUMBNAIL && self->pieces == NULL &&
         self->host->last_ms > SLOW_MS;
}

static gboolean
is_awaited (const VitrailWebHost *host)
{
  for (const GList *link = host->active; link != NULL; link = link->next)
    if (((const VitrailWebJob *) link->data)->priority == VITRAIL_WEB_NOW)
      return TRUE;
  return FALSE;
}

/* Nearly all is there. */
static gboolean
is_almost_done (const VitrailWebJob *self)
{
  SoupMessageHeaders *headers =
      soup_message_get_response_headers (self->message);
  const goffset length = soup_message_headers_get_content_length (headers);

  return self->body != NULL && length > 0 &&
         (goffset) (self->body->len - self->n_kept) > length - length / 8;
}

/* Only of a connection that others share: else it would be lost. */
static gboolean
can_be_put_back (const VitrailWebJob *self)
{
  return is_in_the_way (self) && self->run != NULL && !self->is_put_back &&
         self->message != NULL && self->host->is_multiplexed &&
         !is_almost_done (self);
}

static VitrailWebJob *
find_in_the_way (const VitrailWebHost *host)
{
  for (GList *link = host->active; link != NULL; link = link->next)
    if (can_be_put_back (link->data))
      return link->data;
  return NULL;
}

/* Somebody waits: what would share the link with that has its turn later. */
static void
make_room (const VitrailWebHost *host)
{
  VitrailWebJob *job;

  while ((job = find_in_the_way (host)) != NULL) {
    job->is_put_back = TRUE;
    g_cancellable_cancel (job->run);
  }
}

/* Some connections are left for what somebody waits for. */
static gboolean
may_run (const VitrailWebClient *self, const VitrailWebHost *host)
{
  const VitrailWebJob *next = g_queue_peek_head ((GQueue *) &host->waiting);

  if (next == NULL || (is_in_the_way (next) && is_awaited (host)))
    return FALSE;
  const guint times =
      host->is_multiplexed && next->range != NULL ? PARTS_FOR_ONE : 1;
  return host->n_active <
         self->max_in_flight * times +
             (next->priority == VITRAIL_WEB_NOW ? VITRAIL_WEB_RESERVED : 0);
}

/* Those who cancel many tell one after the other: the rest of them is not asked
 * for meanwhile. */
static void
run (const VitrailWebHost *host, VitrailWebJob *job)
{
  const gboolean is_urgent = job->priority == VITRAIL_WEB_NOW;

  if (job->is_wanted != NULL && !job->is_wanted (job->user_data)) {
    vitrail_web_job_fail_cancelled (job);
    return;
  }
  vitrail_web_job_run (job);
  if (is_urgent)
    make_room (host);
}

static void
pump (VitrailWebClient *self, VitrailWebHost *host)
{
  while (may_run (self, host)) {
    VitrailWebJob *job = g_queue_pop_head (&host->waiting);
    clear_wake (job);
    job->is_active = TRUE;
    host->n_active++;
    host->active = g_list_prepend (host->active, job);
    run (host, job);
  }
}

static gboolean
pump_cb (gpointer user_data)
{
  Turn *turn = user_data;

  turn->host->is_due = FALSE;
  pump (turn->client, turn->host);
  return G_SOURCE_REMOVE;
}

/* Soon, from the loop: a request may end while it is begun. */
static void
pump_later (VitrailWebClient *self, VitrailWebHost *host)
{
  if (host->is_due)
    return;
  host->is_due = TRUE;
  g_autoptr (GSource) source = g_idle_source_new ();
  Turn *turn = g_new (Turn, 1);
  turn->client = self;
  turn->host = host;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, pump_cb, turn, g_free);
  g_source_attach (source, self->context);
}

/* Lets another one run. */
static void
leave (VitrailWebJob *self)
{
  if (!self->is_active)
    return;
  self->is_active = FALSE;
  self->host->n_active--;
  self->host->active = g_list_remove (self->host->active, self);
}

/* What the next ones may expect. */
static void
learn (const VitrailWebJob *self, const VitrailWebAnswer *answer)
{
  if (g_bytes_get_size (answer->body) >= MIN_SLOW_BYTES)
    self->host->last_ms = (g_get_monotonic_time () - self->start_us) / 1000;
}

void
vitrail_web_job_step_back (VitrailWebJob *self)
{
  clear_wake (self);
  leave (self);
  pump_later (self->client, self->host);
}

void
vitrail_web_job_finish (VitrailWebJob *self,
                        const VitrailWebAnswer *answer,
                        const GError *error)
{
  VitrailWebClient *client = self->client;
  VitrailWebHost *host = self->host;

  if (answer != NULL)
    learn (self, answer);
  leave (self);
  g_queue_remove (&host->waiting, self);
  self->done (answer, error, self->user_data);
  vitrail_web_job_free (self);
  pump_later (client, host);
}

void
vitrail_web_job_fail (VitrailWebJob *self,
                      GQuark domain,
                      int code,
                      const char *what)
{
  g_autoptr (GError) error =
      g_error_new (domain, code, "%s: %s", self->name, what);

  vitrail_web_job_finish (self, NULL, error);
}

gboolean
vitrail_web_job_is_cancelled (const VitrailWebJob *self)
{
  return self->cancellable != NULL &&
         g_cancellable_is_cancelled (self->cancellable);
}

void
vitrail_web_job_fail_cancelled (VitrailWebJob *self)
{
  vitrail_web_job_fail (self, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                        "no longer wanted");
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  vitrail_web_job_fail_cancelled (user_data);
  return G_SOURCE_REMOVE;
}

static int
compare_turns (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const VitrailWebJob *left = a;
  const VitrailWebJob *right = b;

  if (left->priority != right->priority)
    return left->priority > right->priority ? -1 : 1;
  return left->serial < right->serial ? -1 : left->serial > right->serial;
}

void
vitrail_web_job_enqueue (VitrailWebJob *self)
{
  clear_wake (self);
  if (self->cancellable != NULL) {
    self->wake = g_cancellable_source_new (self->cancellable);
    g_source_set_callback (self->wake, G_SOURCE_FUNC (cancelled_cb), self,
                           NULL);
    g_source_attach (self->wake, self->client->context);
  }
  g_queue_insert_sorted (&self->host->waiting, self, compare_turns, NULL);
  pump (self->client, self->host);
}

void
vitrail_web_job_hasten (VitrailWebJob *self, VitrailWebPriority priority)
{
  if (priority <= self->priority)
    return;
  self->priority = priority;
  vitrail_web_job_set_weight (self);
  if (self->is_active && priority == VITRAIL_WEB_NOW)
    make_room (self->host);
  if (!g_queue_remove (&self->host->waiting, self))
    return;
  g_queue_insert_sorted (&self->host->waiting, self, compare_turns, NULL);
  pump (self->client, self->host);
}

/* --- another attempt --- */

static gboolean
stop_cb (GCancellable *cancellable, gpointer user_data)
{
  VitrailWebJob *self = user_data;

  g_cancellable_cancel (self->run);
  return G_SOURCE_REMOVE;
}

void
vitrail_web_job_begin_run (VitrailWebJob *self)
{
  self->n_attempts++;
  self->start_us = g_get_monotonic_time ();
  g_clear_object (&self->run);
  self->run = g_cancellable_new ();
  clear_wake (self);
  if (self->cancellable == NULL)
    return;
  self->wake = g_cancellable_source_new (self->cancellable);
  g_source_set_callback (self->wake, G_SOURCE_FUNC (stop_cb), self, NULL);
  g_source_attach (self->wake, self->client->context);
}

void
vitrail_web_job_put_back (VitrailWebJob *self)
{
  g_debug ("%s: put back", self->name);
  self->is_put_back = FALSE;
  self->n_attempts--;
  vitrail_web_job_clear_run (self);
  leave (self);
  vitrail_web_job_enqueue (self);
}

static gboolean
pause_over_cb (gpointer user_data)
{
  VitrailWebJob *self = user_data;

  vitrail_web_job_enqueue (self);
  return G_SOURCE_REMOVE;
}

guint
vitrail_web_job_get_retry_after (const VitrailWebJob *self)
{
  guint64 seconds = 0;
  const char *asked =
      self->message != NULL
          ? soup_message_headers_get_one (soup_message_get_response_headers (
                                              self->message),
                                          "Retry-After")
          : NULL;

  return asked != NULL &&
                 g_ascii_string_to_unsigned (asked, 10, 0, 3600, &seconds, NULL)
             ? (guint) seconds
             : 0;
}

/* Milliseconds that a server asks for, or those of the attempt. */
static guint
get_pause_ms (const VitrailWebJob *self)
{
  guint pause = PAUSE_MS;

  for (guint i = 1; i < self->n_attempts; i++)
    pause *= 4;
  return MIN (MAX (pause, vitrail_web_job_get_retry_after (self) * 1000),
              MAX_PAUSE_MS);
}

/* FALSE where it has been tried often enough: whoever has not answered at all,
 * all of the times, is tried once until he does. */
gboolean
vitrail_web_job_try_again (VitrailWebJob *self)
{
  VitrailWebClient *client = self->client;
  VitrailWebHost *host = self->host;

  if (self->n_attempts >= MAX_ATTEMPTS && self->stream == NULL)
    host->is_down = TRUE;
  if (self->n_attempts >= MAX_ATTEMPTS || host->is_down ||
      self->pieces != NULL || vitrail_web_job_is_cancelled (self))
    return FALSE;
  const guint pause_ms = get_pause_ms (self);
  g_debug ("%s: asked again in %u ms", self->name, pause_ms);
  vitrail_web_job_clear_run (self);
  leave (self);
  clear_wake (self);
  self->wake = g_timeout_source_new (pause_ms);
  g_source_set_callback (self->wake, pause_over_cb, self, NULL);
  g_source_attach (self->wake, client->context);
  pump (client, host);
  return TRUE;
}
