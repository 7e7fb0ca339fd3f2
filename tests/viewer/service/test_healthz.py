# SPDX-License-Identifier: LGPL-2.1-or-later
"""Liveness, and what is the same for every route."""

from harness import SAMPLES, Service, check, finish

with Service(SAMPLES) as service:
    answer = service.get("/healthz")
    check("it is alive", answer.status == 200 and
          answer.json == {"status": "ok"}, answer)
    check("no sniffing", answer.header("x-content-type-options") == "nosniff",
          answer)
    check("not for other origins",
          answer.header("cross-origin-resource-policy") == "same-origin",
          answer)

    head = service.request("HEAD", "/healthz")
    check("HEAD has the length and no body", head.status == 200 and
          head.body == b"" and head.header("content-length") ==
          str(len(answer.body)), head)
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        refused = service.request(method, "/healthz")
        check(method + " is refused", refused.status == 405 and
              refused.header("allow") == "GET, HEAD", refused)
    for fields in ({"Content-Length": "4294967296"},
                   {"Content-Length": "9223372036854775807"},
                   {"Transfer-Encoding": "chunked"}):
        refused = service.request("POST", "/healthz", fields)
        check("%s is refused before it comes" % fields,
              refused.status == 413 and "error" in refused.json, refused)
        service.connection.close()
    for length in ("-1", "x", "99999999999999999999999"):
        status = service.probe("POST", "/healthz", {"Content-Length": length})
        check("Content-Length %s does no harm" % length,
              status in (400, 413), status)

    for host in ("example.com", "127.0.0.1.example.com", "127.0.0.1:80x",
                 "", "[::1]evil"):
        check("the host %r is refused" % host, service.probe(
            "GET", "/healthz", {"Host": host}) in (400, 403))
    for host in ("localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:8042"):
        check("the host %r is served" % host,
              service.get("/healthz", Host=host).status == 200)

    for path, status in (("/nothing", 404), ("/healthz/", 404), ("//", 404),
                         ("/healthz?a=%00", 400), ("/healthz?a=%zz", 400),
                         ("/healthz?a=%ff", 400), ("/%00", 400),
                         ("/%2e%2e/etc/passwd", 404),
                         ("/static/../../etc/passwd", 404),
                         ("/static/%2e%2e%2fpasswd", 400),
                         ("/static/..%5cpasswd", 400), ("/%", 400),
                         ("/" + "a" * 2000, 414), ("/" * 200, 400),
                         ("/healthz?" + "a" * 9000, 414),
                         ("/healthz?" + "a=1&" * 500, 400),
                         ("/dicom-web/studies/1..2/series", 404),
                         ("/dicom-web/studies/" + "1" * 65 + "/series", 404)):
        answer = service.get(path)
        # What is no URL at all libsoup refuses itself, and hangs up.
        service.connection.close()
        check("%.40s: %d with a reason" % (path, status),
              answer.status == status and (answer.body == b"" or list(
                  answer.json) == ["error"]), answer)
finish()
