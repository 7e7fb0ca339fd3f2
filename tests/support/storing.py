# SPDX-License-Identifier: LGPL-2.1-or-later
"""An archive that is stored at and does not always answer as it should: the
first word of a path says how. Searches find what it has. /_seen tells one line
a request: METHOD, the path without its query, how many instances came, and the
Authorization header. Prints its port."""

import io
import json
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pydicom

lock = threading.Lock()
seen = []
has = {}     # what -> {SOP Instance UID: file} in the order they were stored
counts = {}  # what -> POSTs so far


def element(vr, *values):
    return {"vr": vr, "Value": list(values)}


def read_parts(body, content_type):
    line = b"\r\n--" + re.search('boundary="([^"]+)"', content_type)[1].encode()
    pieces = (b"\r\n" + body).split(line)
    assert pieces[0] == b"" and pieces[-1].startswith(b"--")
    for piece in pieces[1:-1]:
        header, data = piece[2:].split(b"\r\n\r\n", 1)
        assert b"Content-Type: application/dicom" in header
        assert b"Content-Length: %d" % len(data) in header
        file = pydicom.dcmread(io.BytesIO(data))
        file.raw = data
        yield file


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def say(self, status, body=b"", kind="application/dicom+json", **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def keep(self, files):
        has.setdefault(self.what, {}).update(
            (f.SOPInstanceUID, f.raw) for f in files)

    def answer(self, stored, failed=(), status=200):
        made = {}
        for tag, files in (("00081199", stored), ("00081198", failed)):
            items = [{"00081150": element("UI", f.SOPClassUID),
                      "00081155": element("UI", f.SOPInstanceUID)}
                     for f in files]
            if tag == "00081198":
                for item in items:
                    item["00081197"] = element("US", 0xa700)
            if items:
                made[tag] = element("SQ", *items)
        self.say(status, json.dumps(made).encode())

    def take(self, files):
        self.keep(files)
        self.answer(files)

    def post_fine(self, files, n):
        self.take(files)

    def post_busy(self, files, n):
        """Twice no, with the time to wait."""
        if n <= 2:
            self.say(503, Retry_After="0")
        else:
            self.take(files)

    def post_down(self, files, n):
        self.say(503)

    def post_deaf(self, files, n):
        """Stores the first two of what comes first, and says nothing."""
        if n == 1:
            self.keep(files[:2])
            self.close_connection = True
        else:
            self.take(files)

    def post_older(self, files, n):
        """Has other objects under the first two UIDs, and says nothing."""
        if n > 1:
            self.take(files)
            return
        self.keep(files[:2])
        mine = has[self.what]
        for uid in mine:
            mine[uid] = mine[uid].replace(b"Test^Anna", b"Test^Otto")
        self.close_connection = True

    def post_gateway(self, files, n):
        """Stores all, and the way back fails."""
        if n == 1:
            self.keep(files)
            self.say(504)
        else:
            self.take(files)

    def post_narrow(self, files, n):
        if len(files) > 3:
            self.say(413)
        else:
            self.take(files)

    def post_strict(self, files, n):
        """All or none, and says no word of which."""
        if any(f.Modality == "SR" for f in files):
            self.say(400)
        else:
            self.take(files)

    def post_full(self, files, n):
        self.keep(files[:1])
        self.answer(files[:1], files[1:], 202)

    def post_room(self, files, n):
        self.say(507)

    def post_conflict(self, files, n):
        self.answer([], files, 409)

    def post_silent(self, files, n):
        """Names but the first."""
        self.answer(files[:1])

    def post_closed(self, files, n):
        self.say(403)

    def post_away(self, files, n):
        self.say(307, Location="http://localhost:%d/fine/studies"
                 % self.server.server_port)

    def post_along(self, files, n):
        self.say(307, Location="/fine/studies")

    def post_page(self, files, n):
        self.say(200, b"<html>login</html>", "text/html")

    def post_secret(self, files, n):
        if self.headers.get("Authorization") != "Bearer good":
            self.say(401)
        else:
            self.take(files)

    def note(self, n):
        seen.append("%s %s %d %s" % (
            self.command, self.path.split("?")[0], n,
            self.headers.get("Authorization")))

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.what = self.path.split("/")[1]
        with lock:
            files = list(read_parts(body, self.headers["Content-Type"]))
            self.note(len(files))
            n = counts[self.what] = counts.get(self.what, 0) + 1
            getattr(self, "post_" + self.what)(files, n)

    def do_GET(self):
        if self.path == "/_seen":
            self.say(200, "\n".join(seen).encode(), "text/plain")
            return
        self.what, rest = self.path.split("?")[0].split("/", 2)[1:]
        words = rest.split("/")
        with lock:
            self.note(0)
            if words[-2] == "instances":
                self.say(200, b"--B\r\n\r\n" + has[self.what][words[-1]] +
                         b"\r\n--B--", "multipart/related; boundary=B")
                return
            first = "offset=0" in self.path
            self.say(200, json.dumps([{
                "0020000D": element("UI", words[1]),
                "0020000E": element("UI", words[3]),
                "00080018": element("UI", uid)}
                for uid in has.get(self.what, {}) if first]).encode())


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


server = Server(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
