/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailRequest: one HTTP request as a route sees it: checked path values,
 * decoded query, the headers that matter. Read only, on any thread, until the
 * reply is sent. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _VitrailRoute VitrailRoute;
typedef struct _VitrailService VitrailService;

/* Beyond these a request is refused with 414. */
#define VITRAIL_REQUEST_PATH_SIZE  1024
#define VITRAIL_REQUEST_QUERY_SIZE 8192
#define VITRAIL_REQUEST_N_KEYS     128
#define VITRAIL_REQUEST_N_VALUES   5

typedef struct {
  char *key;
  char *value; /* "" when there is none */
} VitrailUrlPair;

typedef struct {
  const char *name;
  const char *value;
} VitrailUrlValue;

/* HEAD is answered as GET is. */
typedef enum {
  VITRAIL_METHOD_GET,
  VITRAIL_METHOD_PUT,
  VITRAIL_METHOD_DELETE,
} VitrailMethod;

typedef struct {
  VitrailService *service;
  const VitrailRoute *route;
  VitrailMethod method;
  /* The query, decoded, in its order: (element-type VitrailUrlPair); NULL when
   * there is none. */
  GArray *query;
  /* Headers, borrowed from the message; NULL when absent. */
  const char *accept;
  const char *accept_encoding;
  const char *if_none_match;
  const char *if_match;
  const char *if_range;
  const char *host;
  /* Its own, as libsoup must not see it; NULL when absent. */
  char *range;
  /* Of a PUT. */
  GBytes *body;
  /* Cancelled when the client has gone. */
  GCancellable *cancellable;
  /*< private: filled by the router >*/
  guint n_values;
  VitrailUrlValue values[VITRAIL_REQUEST_N_VALUES];
  char path[VITRAIL_REQUEST_PATH_SIZE];
} VitrailRequest;

/* The value of {@name} in the path, or NULL where the pattern had none. */
const char *
vitrail_request_get_value (const VitrailRequest *self, const char *name);
/* The first query value of @key, or NULL. */
const char *
vitrail_request_get_query (const VitrailRequest *self, const char *key);

/* Splits "a=1&b=2" into pairs, decoding %xx and +. Text that is not UTF-8 or
 * beyond the limits above sets a VITRAIL_HTTP_ERROR. @query may be NULL. */
gboolean
vitrail_url_query_parse (const char *query, GArray **pairs, GError **error);

/* Errors whose code is the HTTP status to answer. */
#define VITRAIL_HTTP_ERROR (vitrail_http_error_quark ())
GQuark vitrail_http_error_quark (void);

G_END_DECLS
