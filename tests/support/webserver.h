/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Servers on loopback that tests ask: our own service, Orthanc, and a way that
 * fails on purpose. Each ends with the test program, however that ends. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TestServer: a program that says where it listens.
 * @is_killed: it takes its time to end otherwise, and nothing of it is of use
 */
typedef struct {
  GSubprocess *process;
  guint port;
  gboolean is_killed;
} TestServer;

void test_server_stop (TestServer *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TestServer, test_server_stop)

/* Starts @argv; its port is the number behind the last ':' of the first line
 * that it writes, or that line. Its cache lies in the scratch folder. */
void test_server_start (TestServer *self, const char *const *argv);

/* `vitrail serve` of @location, ready. */
void test_server_serve (TestServer *self, const char *location);

/* Orthanc with its DICOMweb plugin, holding the files *.dcm of @folder. FALSE
 * where there is none: the test has been skipped. */
gboolean test_server_orthanc (TestServer *self, const char *folder);

/* nginx with the files of @folder, listed as they are; @rules: what stands in
 * its server block besides, or "". FALSE where there is none: the test has been
 * skipped. */
gboolean
test_server_nginx (TestServer *self, const char *folder, const char *rules);

/* A way to the service at @port: support/flaky.py. */
void test_server_fail_for (TestServer *self, guint port);
/* What it answers to a request of its own. */
char *test_server_tell (const TestServer *self, const char *what);

G_END_DECLS
