# SPDX-License-Identifier: LGPL-2.1-or-later
"""A way to a service that can be told to fail: requests go on to 127.0.0.1 at
the port that is given, and answers come back, unless the last /_do/WHAT said
otherwise for requests of frames; "uri" fails those of instances and all that is
in them, and "urihold" holds what is asked for instead; "hold" waits for the
next word, "busy-N" refuses N and holds the rest. /_count tells how many frames
were asked for, /_log all that was.
Prints its own port."""

import http.client
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

UPSTREAM = int(sys.argv[1])
HOLDING = ("hold", "busy", "urihold")
lock = threading.Lock()
asked = []
state = {"do": "pass", "n": 0, "left": 0, "now": 0, "most": 0}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def say(self, status, body, content_type="text/plain", headers=()):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def control(self):
        if self.path == "/_count":
            self.say(200, b"%d %d" % (state["n"], state["most"]))
        elif self.path == "/_log":
            with lock:
                self.say(200, "\n".join(asked).encode())
        elif self.path.startswith("/_do/"):
            words = self.path.split("/")[2].split("-")
            with lock:
                state["do"] = words[0]
                state["left"] = int(words[1]) if len(words) > 1 else 1 << 30
                state["n"] = state["most"] = 0
            self.say(200, b"")

    def ask(self):
        upstream = http.client.HTTPConnection("127.0.0.1", UPSTREAM, timeout=20)
        headers = {name: value for name, value in self.headers.items()
                   if name.lower() not in ("connection", "accept-encoding")}
        upstream.request("GET", self.path, headers=headers)
        answer = upstream.getresponse()
        body = answer.read()
        upstream.close()
        return answer, body

    def choose(self):
        with lock:
            if state["do"].startswith("uri") and "/instances/" in self.path:
                return "404"
            if state["do"] == "urihold" and "/wado?" in self.path:
                return "hold"
            if "/frames/" not in self.path:
                return "pass"
            state["n"] += 1
            state["now"] += 1
            state["most"] = max(state["most"], state["now"])
            if state["left"] == 0:
                return "hold" if state["do"] == "busy" else "pass"
            state["left"] -= 1
            return state["do"]

    def fail(self, what, answer, body):
        """True when the answer has been given."""
        if what == "busy":
            self.say(503, b"no", headers=[("Retry-After", "1")])
        elif what.isdigit():
            self.say(int(what), b"no")
        elif what == "html":
            self.say(200, b"<html>login</html>", "text/html")
        elif what == "elsewhere":
            self.say(302, b"", headers=[("Location", "http://localhost:1/")])
        elif what == "cut":  # a whole answer that is not a whole multipart
            self.say(200, body[:len(body) // 2], answer.getheader("Content-Type"))
        elif what == "drop":  # the connection ends within the body
            self.send_response(200)
            self.send_header("Content-Type", answer.getheader("Content-Type"))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[:len(body) // 2])
            self.wfile.flush()
            self.close_connection = True
        elif what == "huge":
            self.send_response(200)
            self.send_header("Content-Type", answer.getheader("Content-Type"))
            self.send_header("Content-Length", str(1 << 40))
            self.end_headers()
            self.close_connection = True
        else:
            return False
        return True

    def do_GET(self):
        if self.path.startswith("/_"):
            self.control()
            return
        with lock:
            asked.append(self.path)
        what = self.choose()
        try:
            answer, body = self.ask()
            while what == "hold" and state["do"] in HOLDING:
                threading.Event().wait(0.02)
            if what == "slow":
                threading.Event().wait(0.2)
            if self.fail(what, answer, body):
                return
            kept = ("content-type", "etag", "cache-control")
            headers = [(name, value) for name, value in answer.getheaders()
                       if name.lower() in kept[1:]]
            self.say(answer.status, body,
                     answer.getheader("Content-Type") or "text/plain", headers)
        except ConnectionError:
            self.close_connection = True
        finally:
            if "/frames/" in self.path:
                with lock:
                    state["now"] -= 1


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass


server = Server(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
