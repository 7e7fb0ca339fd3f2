/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The HTTP client of the process. Requests are GET, or POST where they have a
 * body, may be many, and are done on a thread of its own: any thread starts
 * them and waits, or does not.
 * libsoup is linked by the module modules/dicomweb.c only, which is loaded with
 * the first request.
 *
 * Of one origin (scheme, host, port) VITRAIL_WEB_IN_FLIGHT are under way at a
 * time, and VITRAIL_WEB_RESERVED more that somebody waits for; the others wait
 * for their turn by priority; over HTTP/2 four times as many where the next one
 * is for a part (@range). What may have failed by chance (connections,
 * timeouts, 429, 500, 502, 503, 504, a body that breaks off) is tried 3 times,
 * with pauses; a body that breaks off goes on where it ended, if the server can
 * and its ETag says that it is the same. Redirects are followed within the
 * origin only. A POST is never tried again here: only who made it knows what
 * happens when it comes twice. A request without authorization carries the
 * token that dicomweb/token.h has for its origin. No message names a user or
 * password. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What browsers open to one host: enough to hide the way there and back, few
 * enough for a server with a thread for each. The environment variable
 * VITRAIL_DICOMWEB_REQUESTS says otherwise, up to 64; and VITRAIL_DICOMWEB_
 * TIMEOUT how many seconds a server may say nothing (30). */
#define VITRAIL_WEB_IN_FLIGHT 6
#define VITRAIL_WEB_RESERVED  2

/* The later overtakes the earlier. */
typedef enum {
  VITRAIL_WEB_BACKGROUND, /* nobody may ever look at it */
  VITRAIL_WEB_SOON,       /* somebody will ask for it */
  VITRAIL_WEB_THUMBNAIL,  /* somebody looks at where it will be */
  VITRAIL_WEB_NOW,        /* somebody waits */
} VitrailWebPriority;

/**
 * VitrailWebBody: what is sent.
 * @content_type: header
 * @pieces: (element-type GBytes): one after the other; neither they nor what
 *   they map may change before the answer
 */
typedef struct {
  const char *content_type;
  GPtrArray *pieces;
} VitrailWebBody;

/**
 * VitrailWebRequest:
 * @uri: http or https
 * @accept: header
 * @authorization: header, or NULL
 * @is_anonymous: without a token, whatever there is for its origin
 * @if_none_match: header, or NULL: then 304 is an answer
 * @range, @if_range: headers, or NULL: then 206 is an answer
 * @as_it_is: asked for without gzip on the way: pixels cost a server more time
 *   to pack than most links take to carry
 * @body: what is sent, or NULL; then any status but a redirect is an answer
 * @max_bytes: of the answer's body; what is longer is not taken
 * @tag: by which vitrail_web_client_hasten () knows it, or NULL
 * @is_wanted: asked on the client's thread before the server is, with the
 *   user data of the answer: FALSE ends it as if it had been cancelled, or NULL
 */
typedef struct {
  const char *uri;
  const char *accept;
  const char *authorization;
  gboolean is_anonymous;
  const char *if_none_match;
  const char *range;
  const char *if_range;
  gboolean as_it_is;
  const VitrailWebBody *body;
  guint64 max_bytes;
  VitrailWebPriority priority;
  gconstpointer tag;
  gboolean (*is_wanted) (gpointer user_data);
} VitrailWebRequest;

/**
 * VitrailWebAnswer: 200, 206 or 304, and whatever is said to a body.
 * @retry_after: seconds that the server asks to wait, or 0
 * @content_type, @etag, @content_range: headers, or NULL
 */
typedef struct {
  guint status;
  guint retry_after;
  char *content_type;
  char *etag;
  char *content_range;
  GBytes *body;
} VitrailWebAnswer;

void vitrail_web_answer_clear (VitrailWebAnswer *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailWebAnswer, vitrail_web_answer_clear)

/* Called once, on the client's thread, where nothing may wait: either @answer
 * or @error. */
typedef void (*VitrailWebDone) (const VitrailWebAnswer *answer,
                                const GError *error,
                                gpointer user_data);

/* Starts a request and returns. VITRAIL_WEB_ERROR where the server answered
 * with another status: its code is that status. Else VITRAIL_ERROR_IO, LIMIT,
 * TRUNCATED, or G_IO_ERROR_CANCELLED. */
void vitrail_web_client_start (const VitrailWebRequest *request,
                               GCancellable *cancellable,
                               VitrailWebDone done,
                               gpointer user_data);

/* The same, and waits. Not on the client's thread. @answer is zeroed. */
gboolean vitrail_web_client_fetch (const VitrailWebRequest *request,
                                   GCancellable *cancellable,
                                   VitrailWebAnswer *answer,
                                   GError **error);

/* Gives the request with @tag, if it is still under way, a higher priority.
 * Returns at once. */
void vitrail_web_client_hasten (gconstpointer tag, VitrailWebPriority priority);

/* Whether nobody knows better who is asked again: the server could not be
 * reached, or did not know what to say. */
gboolean vitrail_web_error_is_outage (const GError *error);

/* The same, or the answer broke off: it may be another one the next time. */
gboolean vitrail_web_error_may_pass (const GError *error);

/* Whether an answer says that it may be another one soon. */
gboolean vitrail_web_status_is_transient (guint status);

#define VITRAIL_WEB_ERROR (vitrail_web_error_quark ())
GQuark vitrail_web_error_quark (void);

/**
 * VitrailWebTransport: what the module offers, as vitrail_web_transport.
 */
typedef struct {
  void (*start) (const VitrailWebRequest *request,
                 GCancellable *cancellable,
                 VitrailWebDone done,
                 gpointer user_data);
  void (*hasten) (gconstpointer tag, VitrailWebPriority priority);
} VitrailWebTransport;

G_END_DECLS
