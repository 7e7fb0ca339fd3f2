# SPDX-License-Identifier: LGPL-2.1-or-later
"""An OpenID provider (RFC 6749, 7636, 8252, 9207; OpenID Connect Core 1.0) with
one public client, "vitrail", and one user, who agrees at once; and an archive
that takes its access tokens. The first word of an issuer's path says what is
wrong with it. /_seen tells one line a request: METHOD PATH, what it was about,
the Authorization header. Prints its port."""

import base64
import hashlib
import json
import secrets
import subprocess
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

lock = threading.Lock()
seen = []
codes = {}    # code -> what it was given for
refresh = {}  # refresh token -> issuer
access = {}   # access token -> when it ends
STUDIES = [{"0020000D": {"vr": "UI", "Value": [f"1.2.{n}"]}}
           for n in range(1, 6)]

key = tempfile.NamedTemporaryFile(suffix=".pem")
subprocess.run(["openssl", "genrsa", "-out", key.name, "2048"], check=True,
               stderr=subprocess.DEVNULL)


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sign(claims):
    head = {"alg": "RS256", "typ": "JWT", "kid": "one"}
    text = ".".join(encode(json.dumps(p).encode()) for p in (head, claims))
    made = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key.name],
                          input=text.encode(), check=True, capture_output=True)
    return text + "." + encode(made.stdout)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def say(self, status, body=b"", kind="application/json", **headers):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def note(self, what="-"):
        path = self.path.split("?")[0]
        seen.append(f"{self.command} {path} {what} "
                    f"{self.headers.get('Host').split(':')[0]} "
                    f"{self.headers.get('Authorization')}")

    def describe(self):
        self.note()
        endpoint = self.issuer
        if self.mode == "elsewhere":
            endpoint = "http://login.example.org"
        self.say(200, {
            "issuer": self.issuer + ("/other" * (self.mode == "alias")),
            "authorization_endpoint": self.issuer + "/authorize",
            "token_endpoint": endpoint + "/token",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"]})

    def authorize(self, keys):
        to = urlsplit(keys.get("redirect_uri", ""))
        fine = (keys.get("client_id") == "vitrail" and
                to.scheme == "http" and to.hostname == "127.0.0.1" and to.port)
        self.note(keys.get("scope"))
        if not fine:
            self.say(400, b"no such client", "text/plain")
            return
        answer = {"state": keys["state"], "iss": self.issuer}
        if (keys.get("response_type") != "code" or
                "openid" not in keys.get("scope", "").split() or
                keys.get("code_challenge_method") != "S256" or
                len(keys.get("code_challenge", "")) != 43 or
                len(keys["state"]) < 40 or len(keys.get("nonce", "")) < 40):
            answer["error"] = "invalid_request"
        elif self.mode == "denied":
            answer["error"] = "access_denied"
        else:
            code = answer["code"] = secrets.token_urlsafe()
            codes[code] = dict(keys, issuer=self.issuer)
        if self.mode == "state" and keys["state"] not in seen:
            seen.append(keys["state"])  # the first time only
            answer["state"] = secrets.token_urlsafe()
        if self.mode == "mixed":
            answer["iss"] = "https://login.example.org"
        self.say(302, Location=keys["redirect_uri"] + "?" + urlencode(answer))

    def grant(self, nonce):
        lives = 1 if self.mode == "short" else 3600
        token = secrets.token_urlsafe()
        again = secrets.token_urlsafe()
        access[token] = time.time() + lives
        refresh[again] = self.issuer
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": "anna", "aud": "vitrail",
                  "iat": now, "exp": now + 300, "nonce": nonce}
        wrong = {"nonce": {"nonce": "another"}, "aud": {"aud": "another"},
                 "iss": {"iss": "https://login.example.org"},
                 "old": {"exp": now - 3600},
                 "azp": {"aud": ["vitrail", "b"], "azp": "b"},
                 "both": {"aud": ["b", "vitrail"], "azp": "vitrail"}}
        claims.update(wrong.get(self.mode, {}))
        self.say(200, {"access_token": token, "token_type": "Bearer",
                       "expires_in": lives, "refresh_token": again,
                       "id_token": sign(claims)})

    def give(self, keys):
        self.note(keys.get("grant_type"))
        if keys.get("grant_type") == "refresh_token":
            # Each is good for once (RFC 9700 4.14.2).
            if refresh.pop(keys["refresh_token"], None) != self.issuer:
                self.say(400, {"error": "invalid_grant"})
            else:
                self.grant(None)
            return
        given = codes.pop(keys.get("code"), {})
        made = hashlib.sha256(keys.get("code_verifier", "").encode()).digest()
        if (keys.get("client_id") != "vitrail" or
                given.get("issuer") != self.issuer or
                given.get("redirect_uri") != keys.get("redirect_uri") or
                given.get("code_challenge") != encode(made)):
            self.say(400, {"error": "invalid_grant"})
        else:
            self.grant(given["nonce"])

    def answer_studies(self):
        self.note()
        token = (self.headers.get("Authorization") or "").partition(" ")[2]
        if access.get(token, 0) < time.time():
            self.say(401, WWW_Authenticate="Bearer")
        elif "/away/" in self.path:
            port = self.server.server_port
            self.say(302, Location=f"http://localhost:{port}/dicom-web/studies")
        else:
            self.say(200, STUDIES, "application/dicom+json")

    def split(self):
        parts = urlsplit(self.path)
        self.mode = parts.path.split("/")[1]
        port = self.server.server_port
        self.issuer = f"http://127.0.0.1:{port}/{self.mode}"
        return parts.path[len(self.mode) + 1:], parts.query

    def do_GET(self):
        path, query = self.split()
        keys = {k: v[0] for k, v in parse_qs(query).items()}
        with lock:
            if self.mode == "_seen":
                self.say(200, "\n".join(seen).encode(), "text/plain")
            elif self.mode == "_revoke":  # all access tokens
                access.clear()
                self.say(200)
            elif self.mode == "_forget":  # refresh tokens, too
                access.clear()
                refresh.clear()
                self.say(200)
            elif path == "/.well-known/openid-configuration":
                self.describe()
            elif path == "/authorize":
                self.authorize(keys)
            elif path.endswith("/studies"):
                self.answer_studies()
            else:
                self.say(404)

    def do_POST(self):
        path, _ = self.split()
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        kind = self.headers["Content-Type"]
        keys = {k: v[0] for k, v in parse_qs(body, strict_parsing=True).items()}
        with lock:
            if (path != "/token" or
                    kind != "application/x-www-form-urlencoded"):
                self.say(404)
            else:
                self.give(keys)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


server = Server(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
try:
    server.serve_forever()
finally:
    key.close()
