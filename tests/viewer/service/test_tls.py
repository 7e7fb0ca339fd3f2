# SPDX-License-Identifier: LGPL-2.1-or-later
"""HTTPS: by HTTP/1.1, and by HTTP/2 many at once on one connection (curl)."""

import json
import os
import subprocess
import tempfile

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


with tempfile.TemporaryDirectory(prefix="vitrail-test-") as folder:
    make_certificate(folder)
    for options in (("--tls-certificate", folder + "/certificate.pem",
                     "--tls-key", folder + "/key.pem"),
                    ("--tls-certificate", folder + "/both.pem")):
        process = start(folder, *options)
        url = process.stdout.readline().strip()
        if check("it says https", url.startswith("https://127.0.0.1:"), url):
            check_service(folder, url)
        process.terminate()
        noise = process.communicate(timeout=20)[1]
        check("it ends cleanly", process.returncode == 0 and not noise, noise)
    process = start(folder, "--tls-certificate", folder + "/nothing.pem")
    noise = process.communicate(timeout=20)[1]
    check("no certificate, no service", process.returncode == 1 and
          len(noise.splitlines()) == 1, noise)
finish()
