/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The recording relay before a server, over TLS with HTTP/2 and over a slow
 * link: which requests came, when, and what became of them. */

#pragma once

#include "webserver.h"

G_BEGIN_DECLS

/**
 * TestRelay:
 * @server: the relay
 * @authority: PEM file of who vouches for it
 * @record: file
 */
typedef struct {
  TestServer server;
  char *authority;
  char *record;
} TestRelay;

/**
 * TestRelayed: one request for a frame.
 * @n: in the order in which they came
 * @frame: its number, from 1
 * @start, @end: in milliseconds
 */
typedef struct {
  guint n;
  guint frame;
  guint connection;
  guint64 bytes;
  double start;
  double end;
  gboolean is_http2;
  gboolean is_cancelled;
} TestRelayed;

/* Before the server at @port, down @mbit Mbit/s; @options: others that
 * relay.mjs has. FALSE where there is no node: the test has been skipped. */
gboolean test_relay_start (TestRelay *self,
                           guint port,
                           guint mbit,
                           const char *const *options);
void test_relay_stop (TestRelay *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TestRelay, test_relay_stop)

/* Requests for frames of the instance @uid that have ended, in the order in
 * which they came; (element-type TestRelayed). */
GArray *test_relay_read (const TestRelay *self, const char *uid);

/* The same, once there are @n of them: after 60 s, those that are there. */
GArray *test_relay_wait (const TestRelay *self, const char *uid, guint n);

/* Until answers for @n frames of @uid are held. */
gboolean test_relay_wait_held (const TestRelay *self, const char *uid, guint n);

G_END_DECLS
