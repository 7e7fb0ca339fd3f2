# SPDX-License-Identifier: LGPL-2.1-or-later
"""One series over DICOMweb with an ICC profile by URI, from a server that does
not always answer: the first word of a path says how. /_seen tells the paths
that were asked for, one a line; /_go lets go of what waits. Prints its port."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

seen = []
counts = {}
go = threading.Event()
PROFILE = b"profile of a long value" * 10
LONG = b" " * 500000


def element(vr, *values):
    return {"vr": vr, "Value": list(values)}


def make_instance(what, uid):
    made = {
        "00080016": element("UI", "1.2.840.10008.5.1.4.1.1.66"),
        "0020000D": element("UI", "1.2.1"),
        "0020000E": element("UI", "1.2.2"),
        "00282000": {"vr": "OB",
                     "BulkDataURI": f"/{what}/value?patient=Secret"},
    }
    if uid:
        made["00080018"] = element("UI", uid)
    return made


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def say(self, body, status=200, kind="application/dicom+json", **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def say_value(self):
        self.say(b"--B\r\n\r\n" + PROFILE + b"\r\n--B--",
                 kind="multipart/related; boundary=B")

    def value_fine(self):
        self.say_value()

    def value_ill(self):
        """Three times of three attempts."""
        counts["ill"] = counts.get("ill", 0) + 1
        if counts["ill"] <= 3:
            self.say(b"", 503)
        else:
            self.say_value()

    def value_cut(self):
        self.say(b"--B\r\n\r\n" + PROFILE,
                 kind="multipart/related; boundary=B")

    def value_gone(self):
        self.say(b"", 404)

    def value_slow(self):
        go.wait(30)
        self.say_value()

    def value_nameless(self):
        self.say_value()

    def say_change(self):
        """The body breaks off, and is another one when it goes on, of which
        the server sends the rest, If-Range or not."""
        instances = [make_instance("fine", "1.2.3")]
        whole = json.dumps(instances).encode() + LONG
        first = "change" not in counts
        counts["change"] = True
        if first:
            self.send_response(200)
            self.send_header("Content-Type", "application/dicom+json")
            self.send_header("ETag", '"one"')
            self.send_header("Content-Length", str(len(whole)))
            self.end_headers()
            self.wfile.write(b"[{}, " + whole[5:300000])
            self.wfile.flush()
            self.close_connection = True
        elif "Range" in self.headers:
            at = int(self.headers["Range"].split("=")[1].split("-")[0])
            self.say(whole[at:], 206, ETag='"two"', **{
                "Content-Range": f"bytes {at}-{len(whole) - 1}/{len(whole)}"})
        else:
            self.say(whole, ETag='"two"')

    def answer(self):
        what = self.path.split("/")[1]
        if "/value" in self.path:
            getattr(self, "value_" + what)()
        elif what == "change":
            self.say_change()
        else:
            uids = ["1.2.3"] + [None] * (what == "nameless")
            self.say(json.dumps([make_instance(what, uid)
                                 for uid in uids]).encode())

    def do_GET(self):
        if self.path == "/_seen":
            self.say("\n".join(seen).encode(), kind="text/plain")
            return
        if self.path == "/_go":
            go.set()
            self.say(b"")
            return
        seen.append(self.path)
        try:
            self.answer()
        except (BrokenPipeError, ConnectionError):
            self.close_connection = True


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


server = Server(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
