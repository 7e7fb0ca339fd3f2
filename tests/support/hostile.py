# SPDX-License-Identifier: LGPL-2.1-or-later
"""A DICOMweb server that is a stranger: the first word of a path says what it
does to searches. /_seen tells the Authorization headers that came, one a line.
Prints its own port."""

import gzip
import json
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

seen = []
STUDIES = [{"0020000D": {"vr": "UI", "Value": [f"1.2.{n}"]}}
           for n in range(1, 6)]
LONG = json.dumps(STUDIES + [
    {"0020000D": {"vr": "UI", "Value": [f"1.3.{n}"]}}
    for n in range(20000)]).encode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def say(self, body, status=200, kind="application/dicom+json", **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def say_json(self, studies):
        self.say(json.dumps(studies).encode())

    def get_page(self, most):
        keys = parse_qs(urlsplit(self.path).query)
        offset = int(keys.get("offset", ["0"])[0])
        limit = min(most, int(keys.get("limit", ["100"])[0]))
        return STUDIES[offset:offset + limit]

    def do_lie(self):
        self.say(b"[]", Content_Length=str(1 << 40))
        self.close_connection = True

    def do_endless(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/dicom+json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        block = b"10000\r\n" + b" " * 65536 + b"\r\n"
        while True:
            self.wfile.write(block)

    def do_bomb(self):
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        bomb = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(512))
        self.say(bomb + packer.flush(), Content_Encoding="gzip")

    def do_packed(self):
        self.say(gzip.compress(json.dumps(self.get_page(100)).encode()),
                 Content_Encoding="gzip")

    def do_file(self):
        self.say(b"", 302, Location="file:///etc/passwd")

    def do_other(self):
        port = self.server.server_port
        self.say(b"", 302, Location=f"http://localhost:{port}/short/studies")

    def do_loop(self):
        self.say(b"", 302, Location=self.path)

    def do_deep(self):
        self.say(b"[" * 200000)

    def do_twice(self):
        self.say(b'[{"0020000D":{"vr":"UI","Value":["1.2"]},'
                 b'"0020000D":{"vr":"UI","Value":["1.3"]}}]')

    def do_path(self):
        self.say(b'[{"0020000D":{"vr":"UI","Value":["../../etc"]}}]')

    def do_html(self):
        self.say(b"<html>login</html>", kind="text/html")

    def do_none(self):
        self.send_response(204)
        self.end_headers()

    def do_token(self):
        if self.headers.get("Authorization") != "Bearer good":
            self.say(b"", 401)
        else:
            self.say_json(self.get_page(100))

    def do_same(self):
        self.say_json(STUDIES)

    def do_short(self):
        self.say_json(self.get_page(2))

    def do_refuse(self):
        if "includefield" in self.path:
            self.say(b"", 400)
        else:
            self.say_json(self.get_page(100))

    def do_break(self):
        """The connection ends after each 300,000 bytes."""
        first = 0
        if "Range" in self.headers and self.headers.get("If-Range") == '"x"':
            first = int(self.headers["Range"].split("=")[1].split("-")[0])
        self.send_response(206 if first else 200)
        self.send_header("Content-Type", "application/dicom+json")
        self.send_header("ETag", '"x"')
        self.send_header("Content-Length", str(len(LONG) - first))
        if first:
            self.send_header(
                "Content-Range", f"bytes {first}-{len(LONG) - 1}/{len(LONG)}")
        self.end_headers()
        self.wfile.write(LONG[first:first + 600000])
        self.wfile.flush()
        self.close_connection = True

    def do_GET(self):
        what = self.path.split("/")[1]
        if what == "_seen":
            self.say("\n".join(seen).encode(), kind="text/plain")
            return
        seen.append(f"{what} {self.headers.get('Host').split(':')[0]} "
                    f"{self.headers.get('Authorization')}")
        try:
            getattr(self, "do_" + what)()
        except (BrokenPipeError, ConnectionError):
            self.close_connection = True


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


server = Server(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
