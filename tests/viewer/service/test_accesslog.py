# SPDX-License-Identifier: LGPL-2.1-or-later
"""--access-log: a line a request, and nothing in it that it must not hold."""

import http.client
import os
import re
import stat
import subprocess
import tempfile

from harness import SAMPLES, Service, check, finish

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z "
                  r"(\S+) (\S+) (\d{3}) (\d+) (\d+\.\d)$")


def read(path):
    with open(path, encoding="ascii") as log:
        return log.read().splitlines()


def raw(service, method, path, headers=()):
    connection = http.client.HTTPConnection(service.address, timeout=60)
    connection.putrequest(method, path, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, answer.read()


with tempfile.TemporaryDirectory(prefix="vitrail-test-") as folder:
    path = os.path.join(folder, "access")
    with Service(SAMPLES, options=["--access-log", path]) as service:
        before = len(read(path))  # asked until it was ready
        _, body = raw(service, "GET", "/dicom-web/studies?PatientName=Sample*")
        raw(service, "GET", "/no%0Asuch%20route")
        raw(service, "HEAD", "/healthz")
        raw(service, "GET", "/healthz", [("Host", "example.org")])
        study = service.get("/dicom-web/studies?ModalitiesInStudy=CT").json[0]
        _, metadata = raw(service, "GET", "/dicom-web/studies/%s/metadata"
                          % study["0020000D"]["Value"][0])
    lines = read(path)[before:]
    found = [LINE.match(line) for line in lines]
    check("each request is a line", len(lines) == 6 and all(found), lines)
    told = [(m[1], m[2], m[3], int(m[4])) for m in found if m]
    check("a search, without what it asked for", told[0] == (
        "GET", "/dicom-web/studies", "200", len(body)), told[0])
    check("a path cannot end its line", told[1][1] == "/no%0Asuch%20route" and
          told[1][2] == "400", told[1])
    check("a HEAD", told[2][:3] == ("HEAD", "/healthz", "200"), told[2])
    check("who is sent away", told[3][:3] == ("GET", "/healthz", "403"),
          told[3])
    check("the size of what a worker made", told[5][3] == len(metadata),
          told[5])
    check("times are plausible", all(0 <= float(m[5]) < 60000
                                     for m in found if m))
    check("nobody else can read it",
          stat.S_IMODE(os.stat(path).st_mode) == 0o600)
    with Service(SAMPLES, options=["--access-log", path], wait=False):
        pass
    check("it is appended to", read(path)[:before + 6] ==
          read(path)[:before] + lines)
    done = subprocess.run(
        [os.environ.get("VITRAIL", "vitrail"), "serve", "--port", "0",
         "--access-log", os.path.join(folder, "none", "log"), SAMPLES],
        capture_output=True, text=True, timeout=60)
    check("where it cannot be written it says so",
          done.returncode == 1 and done.stderr.startswith("vitrail: "
                                                          "--access-log "),
          done.stderr)
finish()
