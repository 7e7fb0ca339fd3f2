# SPDX-License-Identifier: LGPL-2.1-or-later
"""HTTPS: by HTTP/1.1, and by HTTP/2 many at once on one connection (curl)."""

import json
import os
import select
import socket
import subprocess
import tempfile
import threading

from harness import SAMPLES, check, finish, objects, path_of


def curl(folder, *words):
    return subprocess.run(
        ["curl", "-s", "--cacert", folder + "/both.pem", *words],
        capture_output=True, check=False)


def make_certificate(folder):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
         folder + "/key.pem", "-out", folder + "/certificate.pem"],
        check=True, capture_output=True)
    with open(folder + "/both.pem", "wb") as both:
        for name in ("key.pem", "certificate.pem"):
            with open(os.path.join(folder, name), "rb") as part:
                both.write(part.read())


def start(folder, *options):
    return subprocess.Popen(
        [os.environ.get("VITRAIL", "vitrail"), "serve", "--port", "0",
         *options, SAMPLES], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env=dict(os.environ, XDG_CACHE_HOME=folder,
                            XDG_DATA_HOME=folder))


def check_service(folder, url):
    subprocess.run(["curl", "-s", "--cacert", folder + "/both.pem", "--retry",
                    "50", "--retry-delay", "0", "--retry-all-errors", "-f",
                    url + "readyz"], check=True, capture_output=True)
    for version in ("--http1.1", "--http2"):
        _, data = next(o for o in objects(SAMPLES) if o[1].Modality == "CT")
        frame = path_of(data, "frames", "1")
        told = curl(folder, version, "-w", "%{http_version} %{http_code}",
                    "-o", folder + "/frame", "-H",
                    "Accept: application/octet-stream", url + frame[1:])
        number = "2" if version == "--http2" else "1.1"
        with open(folder + "/frame", "rb") as got:
            check("a frame by %s" % version, told.stdout.decode() ==
                  number + " 200" and len(got.read()) == 2 * data.Rows *
                  data.Columns, told)
        found = json.loads(curl(folder, version, url +
                                "dicom-web/instances?limit=1").stdout)
        check("URLs are of this service", found[0]["00081190"]["Value"][
            0].startswith(url), found[0]["00081190"])
        words = []
        for n in range(40):
            words += ["-o", "/dev/null", url + path_of(data, "rendered")[1:] +
                      "?window=40,%d" % (300 + n)]
        many = curl(folder, version, "--parallel", "--parallel-max", "20",
                    "-w", "%{http_code} ", *words)
        check("forty at once", many.stdout.split() == [b"200"] * 40,
              many.stdout)


class Tap(threading.Thread):
    """Between a client and the service: keeps what the latter sends."""

    def __init__(self, port):
        super().__init__()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.far = socket.create_connection(("127.0.0.1", port), 60)
        self.sent = b""

    def run(self):
        near, _ = self.listener.accept()
        ends = {near: self.far, self.far: near}
        try:
            while True:
                for source in select.select(list(ends), [], [], 60)[0]:
                    data = source.recv(65536)
                    if not data:
                        return
                    if source is self.far:
                        self.sent += data
                    ends[source].sendall(data)
        except OSError:
            pass  # a reset is an end too
        finally:
            for end in (near, self.far, self.listener):
                end.close()


def check_refused(folder, url):
    """A body that is refused: no plain text goes into the TLS connection."""
    tap = Tap(int(url.rstrip("/").rsplit(":", 1)[1]))
    tap.start()
    with open(folder + "/body", "wb") as body:
        body.truncate(1 << 20)
    told = curl(folder, "--http1.1", "-m", "20", "-H", "Expect:", "-T",
                folder + "/body",
                "https://127.0.0.1:%d/dicom-web/studies" % tap.port)
    tap.join()
    at = 0
    while at + 5 <= len(tap.sent):  # TLS records (RFC 8446 5.1)
        if not 20 <= tap.sent[at] <= 23 or tap.sent[at + 1] != 3:
            break
        at += 5 + int.from_bytes(tap.sent[at + 3:at + 5], "big")
    check("only TLS goes into a connection that is ended",
          tap.sent and at == len(tap.sent), told, tap.sent[at:at + 200])


with tempfile.TemporaryDirectory(prefix="vitrail-test-") as folder:
    make_certificate(folder)
    for options in (("--tls-certificate", folder + "/certificate.pem",
                     "--tls-key", folder + "/key.pem"),
                    ("--tls-certificate", folder + "/both.pem")):
        process = start(folder, *options)
        url = process.stdout.readline().strip()
        if check("it says https", url.startswith("https://127.0.0.1:"), url):
            check_service(folder, url)
            check_refused(folder, url)
        process.terminate()
        noise = process.communicate(timeout=100)[1]
        check("it ends cleanly", process.returncode == 0 and not noise, noise)
    process = start(folder, "--tls-certificate", folder + "/nothing.pem")
    noise = process.communicate(timeout=100)[1]
    check("no certificate, no service", process.returncode == 1 and
          len(noise.splitlines()) == 1, noise)
finish()
