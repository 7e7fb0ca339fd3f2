# SPDX-License-Identifier: LGPL-2.1-or-later
"""A slide over DICOMweb from behind nginx with TLS, an authority of our own and
Basic authorization: what it says, its label and overview, and its pixels are those
of the files; who is not let in, or not known, is told so without the password."""

import os
import socket
import subprocess
import tempfile
import time

from harness import SAMPLES, Service, check, convert, finish, real, skip

VITRAIL = os.environ.get("VITRAIL", "vitrail")
NGINX = "/usr/sbin/nginx"
PASSWORD = "s3cret:word"
CONFIGURATION = """
daemon off; worker_processes 1; pid %(folder)s/pid;
error_log %(folder)s/error.log; user root;
events { worker_connections 64; }
http {
  access_log off; client_body_temp_path %(folder)s/b;
  proxy_temp_path %(folder)s/p; fastcgi_temp_path %(folder)s/f;
  uwsgi_temp_path %(folder)s/u; scgi_temp_path %(folder)s/s;
  server {
    listen 127.0.0.1:%(port)d ssl;
    ssl_certificate %(folder)s/server.pem;
    ssl_certificate_key %(folder)s/server.key;
    auth_basic slides; auth_basic_user_file %(folder)s/users;
    location / { proxy_pass %(url)s; proxy_set_header Host $http_host; }
  }
}
"""


def run(*command, data=None):
    return subprocess.run(command, input=data, check=True, text=True,
                          capture_output=True).stdout


def make_certificates(folder):
    key = ("-newkey", "rsa:2048", "-nodes", "-days", "2")
    run("openssl", "req", "-x509", *key, "-subj", "/CN=An authority of ours",
        "-keyout", folder + "/ca.key", "-out", folder + "/ca.pem")
    run("openssl", "req", *key[:3], "-subj", "/CN=slides", "-keyout",
        folder + "/server.key", "-out", folder + "/server.csr")
    with open(folder + "/names", "w") as out:
        out.write("subjectAltName=IP:127.0.0.1\n")
    run("openssl", "x509", "-req", "-in", folder + "/server.csr", "-CA",
        folder + "/ca.pem", "-CAkey", folder + "/ca.key", "-CAcreateserial",
        "-days", "2", "-extfile", folder + "/names", "-out",
        folder + "/server.pem")
    with open(folder + "/users", "w") as out:
        out.write("reader:" + run("openssl", "passwd", "-apr1", PASSWORD))


class Proxy:
    """nginx in front of a service."""

    def __init__(self, service):
        self.service = service

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="vitrail-test-")
        folder = self.folder.name
        make_certificates(folder)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        with open(folder + "/nginx.conf", "w") as out:
            out.write(CONFIGURATION % {"folder": folder, "port": self.port,
                                       "url": self.service.url.rstrip("/")})
        self.process = subprocess.Popen(
            [NGINX, "-p", folder, "-c", folder + "/nginx.conf"],
            stderr=subprocess.DEVNULL)
        for _ in range(1200):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                break
            except OSError:
                time.sleep(0.05)
        self.authority = folder + "/ca.pem"
        return self

    def url(self, series, user="reader:" + PASSWORD.replace(":", "%3A") + "@"):
        return "dicomwebs://%s127.0.0.1:%d/dicom-web/%s" % (
            user, self.port, series)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()


def ask(*arguments, authority=None):
    """vitrail with a cache of its own."""
    with tempfile.TemporaryDirectory(prefix="vitrail-test-") as cache:
        environment = dict(os.environ, XDG_CACHE_HOME=cache)
        environment.pop("VITRAIL_DICOMWEB_CA", None)
        if authority:
            environment["VITRAIL_DICOMWEB_CA"] = authority
        return subprocess.run([VITRAIL, *arguments], env=environment,
                              capture_output=True, text=True)


def describe(text):
    """What `info` says of the slide itself."""
    lines = text.splitlines()
    first = [i for i, line in enumerate(lines) if line.startswith("slide")]
    return [line.split(":", 1)[1] if i == first[0] else line
            for i, line in enumerate(lines) if first and i >= first[0]]


def compare_pictures(service, proxy, series):
    """A service in front of it: label, overview and tiles, byte by byte."""
    os.environ["VITRAIL_DICOMWEB_CA"] = proxy.authority
    with Service(proxy.url(series)) as front:
        lists = [s.get("/slides").json for s in (service, front)]
        ids = [[slide["id"] for slide in found] for found in lists]
        check("the same slide, once", len(ids[0]) == 1 and ids[0] == ids[1], ids)
        ids, slide = ids[0], lists[0][0]
        names = slide["associated"]
        for name in names:
            path = "/slides/%s/associated/%s" % (ids[0], name)
            there, here = service.get(path), front.get(path)
            check("picture " + name, there.status == 200 == here.status and
                  there.body == here.body, there, here)
        top = (max(slide["width"], slide["height"]) - 1).bit_length()
        for tile in ("%d/1_1" % top, "%d/0_0" % (top - 1), "8/0_0"):
            path = "/deepzoom/%s_files/%s.jpg" % (ids[0], tile)
            check("tile " + tile, front.get(path).status == 200 and
                  service.get(path).body == front.get(path).body)
    del os.environ["VITRAIL_DICOMWEB_CA"]
    return names


def judge(path):
    folder = convert(path)
    with Service(folder) as service, Proxy(service) as proxy:
        found = service.get("/dicom-web/series").json[0]
        series = "studies/%s/series/%s" % (found["0020000D"]["Value"][0],
                                           found["0020000E"]["Value"][0])
        here = ask("info", folder)
        there = ask("info", proxy.url(series), authority=proxy.authority)
        check("described alike", describe(here.stdout) ==
              describe(there.stdout) != [], here.stdout, there)
        names = compare_pictures(service, proxy, series)
        print("# pictures: %s" % names)
        for name, user, authority, words in (
                ("no authority", None, None, "ertificate"),
                ("another password", "reader:wrongpass@", proxy.authority,
                 "401"),
                ("nobody", "", proxy.authority, "401")):
            url = proxy.url(series) if user is None else proxy.url(series, user)
            refused = ask("info", url, authority=authority)
            said = refused.stdout + refused.stderr
            check(name + ": refused, and said why", refused.returncode != 0 and
                  words in said, said)
            check(name + ": no password is told", "s3cret" not in said and
                  "wrongpass" not in said, said)


if not os.path.exists(NGINX):
    skip("nginx", "is not there")
    finish()
judge(os.path.join(SAMPLES, "slide", "biopsy.svs"))
svs = real("wsi-svs", "test", "test-suite", "images", "CMU-1-Small-Region.svs")
if svs:
    judge(svs)
finish()
