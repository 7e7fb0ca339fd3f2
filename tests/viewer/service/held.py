# SPDX-License-Identifier: LGPL-2.1-or-later
"""An archive whose answers come when the test says so.

    with Service(SAMPLES) as behind, Held(behind) as archive:
        archive.hold("metadata")      # paths that hold this word
        with Service(archive.url) as before:
            ...
            archive.wait_held(3)
            archive.release()"""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


class Held:
    def __init__(self, behind):
        self.behind = behind
        self.changed = threading.Condition()
        self.word = None
        self.seen = []  # paths
        self.n_held = 0
        self.fields = {}  # headers that are added

    def __enter__(self):
        held = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                held.answer(self)

            def log_message(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = "dicomweb://127.0.0.1:%d/dicom-web" % \
            self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.release()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def hold(self, word):
        with self.changed:
            self.word = word

    def release(self):
        self.hold(None)
        with self.changed:
            self.changed.notify_all()

    def wait_held(self, number):
        """Until so many requests are held; FALSE after a minute."""
        with self.changed:
            return self.changed.wait_for(lambda: self.n_held >= number, 60)

    def count(self, word):
        with self.changed:
            return sum(word in path for path in self.seen)

    def wait(self, path):
        with self.changed:
            self.seen.append(path)
            if self.word is None or self.word not in path:
                return
            self.n_held += 1
            self.changed.notify_all()
            self.changed.wait_for(lambda: self.word is None or
                                  self.word not in path, 300)
            self.n_held -= 1

    def answer(self, handler):
        self.wait(handler.path)
        connection = http.client.HTTPConnection(self.behind.address,
                                                timeout=60)
        fields = {k: v for k, v in handler.headers.items()
                  if k.lower() in ("accept", "range", "if-none-match",
                                   "if-range")}
        try:
            connection.request("GET", handler.path, headers=fields)
            response = connection.getresponse()
            body = response.read()
            handler.send_response(response.status)
            for name, value in response.getheaders():
                if name.lower() in ("content-type", "etag", "content-range",
                                    "x-total-count", "warning"):
                    handler.send_header(name, value)
            for name, value in self.fields.items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)
        except OSError:
            pass  # the other side has gone
        finally:
            connection.close()
