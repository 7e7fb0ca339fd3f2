/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailReply: what a route answers. Filled on any thread, sent by the server
 * on the thread that listens without copying the bodies. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** VitrailCaching: what a client may keep. */
typedef enum {
  VITRAIL_CACHING_NONE,       /* no-store: lists, patient data as text */
  VITRAIL_CACHING_REVALIDATE, /* keep, but ask each time (ETag) */
  VITRAIL_CACHING_IMMUTABLE,  /* the URL names this very content */
} VitrailCaching;

/**
 * VitrailReply:
 * @status: 200 unless said otherwise
 * @content_type: a constant, or vitrail_reply_take_content_type ()
 * @parts: (element-type GBytes) the body
 * @made: among @parts, made while they are sent (streaming.h); may be NULL
 * @allow: the Allow header of a 405; may be NULL
 * @location: of a redirect; owned; may be NULL
 * @link: the Link header; owned; may be NULL
 * @warning: the Warning header; owned; may be NULL
 * @total_count: the X-Total-Count header; owned; may be NULL
 * @content_range: of a part (range.h); owned; may be NULL
 * @etag: without quotes; "" for none
 * @is_single: the URL has this one representation, whatever is accepted: what
 * an <img> has fetched a script finds in the browser's cache
 * @is_page: HTML: gets the Content-Security-Policy
 * @file_name: offered for download, a constant or interned text; may be NULL
 */
typedef struct {
  guint status;
  VitrailCaching caching;
  gboolean is_single;
  gboolean is_page;
  gboolean is_gzip;
  const char *content_type;
  char *owned_content_type;
  const char *file_name;
  const char *allow;
  char *location;
  char *link;
  char *warning;
  char *total_count;
  char *content_range;
  GBytes *body;
  GPtrArray *parts; /* instead of @body */
  GPtrArray *made;
  char etag[72];
} VitrailReply;

void vitrail_reply_init (VitrailReply *self);
void vitrail_reply_clear (VitrailReply *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailReply, vitrail_reply_clear)
gsize vitrail_reply_get_length (const VitrailReply *self);

/* @body is (transfer full); @content_type stays valid for ever. */
void vitrail_reply_set_body (VitrailReply *self,
                             const char *content_type,
                             GBytes *body);
/* For a content type made up for this reply. */
void vitrail_reply_take_content_type (VitrailReply *self, char *content_type);
/* Takes the text; it is sent with no-store. */
void vitrail_reply_set_text (VitrailReply *self,
                             const char *content_type,
                             GString *text);
/* {"error": "..."} with the status that fits @error. */
void vitrail_reply_set_error (VitrailReply *self, const GError *error);
void vitrail_reply_set_status_error (VitrailReply *self,
                                     guint status,
                                     const char *message);

/* Sets the ETag from a printf-like text, hashed; the text need not be short. */
void vitrail_reply_set_etag (VitrailReply *self,
                             VitrailCaching caching,
                             const char *format,
                             ...) G_GNUC_PRINTF (3, 4);
/* Whether @if_none_match (a header, may be NULL) names the ETag, or that of the
 * compressed answer, which @self's then is. */
gboolean vitrail_reply_is_known (VitrailReply *self, const char *if_none_match);

/* Whether @header (If-Match, or If-None-Match for which weak tags count; RFC
 * 9110 13.1) names the content that @tag is of, whichever way it was sent. */
gboolean vitrail_reply_names_tag (const char *header,
                                  const char *tag,
                                  gboolean take_weak);

/* Makes it a 304: no body. */
void vitrail_reply_set_known (VitrailReply *self);

/* Whether parts of it can be had: one body that has an ETag, as it is. */
gboolean vitrail_reply_takes_ranges (const VitrailReply *self);

/* Compresses a text body of some size when @accept_encoding allows it; another
 * body has another ETag (RFC 9110 8.8.3.3). */
void vitrail_reply_compress (VitrailReply *self, const char *accept_encoding);

/* Whether a client with this Accept-Encoding takes gzip: "gzip" or "*", and not
 * by "q=0". */
gboolean vitrail_accepts_gzip (const char *accept_encoding);

G_END_DECLS
