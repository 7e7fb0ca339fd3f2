/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A request on its way, and whose turn it is: what the parts of the module
 * dicomweb share. All of it is the client thread's. */

#pragma once

#include "dicomweb/client.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* The thread and what is on it: constant once made, but for what says so. */
typedef struct _VitrailWebClient {
  GMainContext *context;
  guint max_in_flight;
  guint timeout;
  /* The thread's: */
  SoupSession *session;
  GHashTable *hosts;  /* origin -> VitrailWebHost */
  GHashTable *tagged; /* tag -> VitrailWebJob, wherever it stands */
  guint64 last_serial;
} VitrailWebClient;

/* One origin; the thread's. */
typedef struct {
  guint n_active;
  gboolean is_multiplexed; /* HTTP/2: requests share a connection */
  GQueue waiting;          /* VitrailWebJob, next first */
  GList *active;           /* VitrailWebJob, as many as n_active */
  gboolean is_due;         /* to look at who is waiting */
  gboolean is_down;        /* did not answer, each time it was asked */
  gint64 last_ms;          /* what the last longer body took */
} VitrailWebHost;

/* One request from start to answer; the thread's. */
typedef struct {
  VitrailWebClient *client;
  VitrailWebHost *host;
  char *uri; /* of this step of a redirect */
  char *origin;
  char *name; /* for people */
  char *accept;
  char *authorization;
  char *if_none_match;
  char *range; /* that was asked for from outside, or NULL */
  char *if_range;
  gboolean as_it_is;
  char *content_type; /* of what is sent, */
  GPtrArray *pieces;  /* GBytes; or NULL */
  guint64 max_bytes;
  VitrailWebPriority priority;
  gconstpointer tag;
  gboolean (*is_wanted) (gpointer user_data); /* or NULL */
  guint64 serial;
  GCancellable *cancellable; /* or NULL */
  VitrailWebDone done;
  gpointer user_data;
  guint n_attempts;
  guint n_redirects;
  GSource *wake; /* cancelled, or the pause is over */
  gboolean is_active;
  gboolean is_put_back; /* ends, to run again later */
  gint64 start_us;      /* of this attempt */
  GCancellable *run;    /* of this attempt */
  SoupMessage *message; /* while it runs */
  GInputStream *stream;
  GByteArray *body;
  GByteArray *kept;      /* of a body that broke off, */
  gsize n_kept;          /* bytes of it in body, */
  char *kept_etag;       /* and what the server calls it */
  char *token;           /* "Bearer ...", where it has no other authorization */
  gboolean has_token;    /* one was looked for, or is not wanted */
  gboolean is_token_new; /* one was looked for again */
} VitrailWebJob;

void vitrail_web_job_free (VitrailWebJob *self);
/* Forgets what came of the last attempt. */
void vitrail_web_job_clear_run (VitrailWebJob *self);
/* Seconds that the server asks to wait, or 0. */
guint vitrail_web_job_get_retry_after (const VitrailWebJob *self);

/* Waits for its turn, or runs at once. */
void vitrail_web_job_enqueue (VitrailWebJob *self);
/* Lets others run until it is enqueued again. */
void vitrail_web_job_step_back (VitrailWebJob *self);
/* Gives it a higher priority: among those that wait for their turn, or among
 * those under way that share a connection. */
void vitrail_web_job_hasten (VitrailWebJob *self, VitrailWebPriority priority);
/* FALSE where it has been tried often enough, or sends something; else it runs
 * later. */
gboolean vitrail_web_job_try_again (VitrailWebJob *self);

/* Begins an attempt: ends it when the job is cancelled. */
void vitrail_web_job_begin_run (VitrailWebJob *self);
/* Takes its turn again, as if it had not run: what is there of the body is not
 * asked for again, if the server can. */
void vitrail_web_job_put_back (VitrailWebJob *self);

/* The end of a job, one way or the other: it is freed. */
void vitrail_web_job_finish (VitrailWebJob *self,
                             const VitrailWebAnswer *answer,
                             const GError *error);
void vitrail_web_job_fail (VitrailWebJob *self,
                           GQuark domain,
                           int code,
                           const char *what);
gboolean vitrail_web_job_is_cancelled (const VitrailWebJob *self);
void vitrail_web_job_fail_cancelled (VitrailWebJob *self);

/* Tells a request under way how urgent it is (dicomwebanswer.c). */
void vitrail_web_job_set_weight (VitrailWebJob *self);
/* Asks the server, once it is the job's turn (dicomwebanswer.c). */
void vitrail_web_job_run (VitrailWebJob *self);

G_END_DECLS
