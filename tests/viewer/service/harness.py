# SPDX-License-Identifier: LGPL-2.1-or-later
"""A running service for one test program, and TAP.

    with Service(PATH...) as service:
        answer = service.get("/healthz")
        check("says ok", answer.status == 200, answer)

Exits non-zero when the service ends with anything but status 0 or writes a
warning."""

import gzip
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import warnings

SOURCE = os.environ.get("VITRAIL_SOURCE", ".")
SAMPLES = os.environ.get("VITRAIL_SAMPLES", "")
DATA = os.environ.get("VITRAIL_TEST_DATA",
                      os.path.join(SOURCE, "..", "shared", "data"))

# Seconds for what takes a tenth of one: a sanitizer looks for leaks at the end,
# on a machine that does much else.
PATIENCE = 90

_n = 0
_failed = 0


def check(name, passed, *details):
    """One TAP line; details are shown when it failed."""
    global _n, _failed
    _n += 1
    print("%sok %d %s" % ("" if passed else "not ", _n, name), flush=True)
    if not passed:
        _failed += 1
        for detail in details:
            for line in str(detail).splitlines()[:40]:
                print("# " + line[:400], flush=True)
    return bool(passed)


def skip(name, why):
    global _n
    _n += 1
    print("ok %d %s # SKIP %s" % (_n, name, why), flush=True)


def finish():
    print("1..%d" % _n, flush=True)
    sys.exit(1 if _failed else 0)


def real(*parts):
    """The path of a real file or folder, or None, said in the output."""
    path = os.path.join(DATA, *parts)
    if os.path.exists(path):
        return path
    print("# no %s: set VITRAIL_TEST_DATA; skipped" % path)
    return None


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body
        if self.header("content-encoding") == "gzip":
            self.body = gzip.decompress(body)

    def header(self, name):
        return self.headers.get(name.lower())

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def parts(self):
        """Parts of a multipart/related body: (content type, bytes)."""
        boundary = None
        for parameter in self.header("content-type").split(";")[1:]:
            name, _, value = parameter.strip().partition("=")
            if name == "boundary":
                boundary = value.strip('"').encode()
        found = []
        pieces = (b"\r\n" + self.body).split(b"\r\n--" + boundary)
        assert pieces[0] == b"" and pieces[-1].strip() == b"--", pieces[-1]
        for piece in pieces[1:-1]:
            head, _, data = piece.partition(b"\r\n\r\n")
            lines = head.decode().strip().split("\r\n")
            fields = {}
            for line in lines:
                name, _, value = line.partition(":")
                fields[name.strip().lower()] = value.strip()
            found.append((fields.get("content-type"), data))
        return found

    def __str__(self):
        return "%d %s %r" % (self.status, dict(self.headers), self.body[:300])


class Service:
    def __init__(self, *paths, options=(), wait=True, told=()):
        """told: words of messages that are expected."""
        self.told = told
        self.paths = paths
        self.options = options
        self.wait = wait

    def __enter__(self):
        self.cache = tempfile.TemporaryDirectory(prefix="vitrail-test-")
        environment = dict(os.environ, XDG_CACHE_HOME=self.cache.name,
                           XDG_DATA_HOME=self.cache.name)
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [os.environ.get("VITRAIL", "vitrail"), "serve", "--port", "0",
             *self.options, *self.paths],
            stdout=subprocess.PIPE, stderr=self.errors, text=True,
            env=environment)
        self.url = self.process.stdout.readline().strip()
        if not self.url:
            self.process.wait()
            self.errors.seek(0)
            raise RuntimeError("no service: " + self.errors.read())
        self.address = urllib.parse.urlsplit(self.url).netloc
        self.connection = http.client.HTTPConnection(self.address, timeout=60)
        for _ in range(PATIENCE * 20 if self.wait else 0):
            if self.get("/readyz").status == 200:
                break
            time.sleep(0.05)
        return self

    def probe(self, method, path, headers):
        """The status of a request on a connection of its own; 0: hung up."""
        connection = http.client.HTTPConnection(self.address, timeout=60)
        try:
            connection.request(method, path, headers=headers)
            return connection.getresponse().status
        except (http.client.HTTPException, OSError):
            return 0
        finally:
            connection.close()

    def client(self):
        """A function from path to status, with a connection of its own."""
        connection = http.client.HTTPConnection(self.address, timeout=60)

        def ask(path):
            connection.request("GET", path)
            response = connection.getresponse()
            response.read()
            return response.status
        return ask

    def request(self, method, path, headers=None, body=None):
        self.connection.request(method, path, body=body, headers=headers or {})
        response = self.connection.getresponse()
        fields = {}
        for key, text in response.getheaders():
            known = fields.get(key.lower())
            fields[key.lower()] = known + ", " + text if known else text
        return Answer(response.status, fields, response.read())

    def get(self, path, accept=None, **headers):
        fields = {k.replace("_", "-"): v for k, v in headers.items()}
        if accept:
            fields["Accept"] = accept
        return self.request("GET", path, fields)

    def __exit__(self, kind, value, trace):
        self.connection.close()
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = "killed after %d s" % PATIENCE
        self.errors.seek(0)
        noise = "\n".join(
            line for line in self.errors.read().splitlines()
            if line and not any(words in line for words in self.told))
        self.process.stdout.close()
        self.cache.cleanup()
        if kind is None:
            check("the service ends cleanly and silently",
                  status == 0 and noise == "", status, noise)
        else:
            print("# " + noise.replace("\n", "\n# "))
        return False


def objects(*folders, step=1):
    """DICOM objects below folders, of every step-th file, read by pydicom
    without pixels: (path, data set), one for each SOP Instance UID."""
    import pydicom
    warnings.simplefilter("ignore")  # real files deserve them
    found = {}
    paths = [os.path.join(base, name) for folder in folders
             for base, _, files in sorted(os.walk(folder))
             for name in sorted(files)]
    for path in paths[::step]:
        try:
            data = pydicom.dcmread(path, stop_before_pixels=True)
        except Exception:  # not DICOM: no matter here
            continue
        if "SOPInstanceUID" in data and "StudyInstanceUID" in data:
            found.setdefault(str(data.SOPInstanceUID), (path, data))
    return list(found.values())


_converted = {}


def convert(path):
    """The folder with what `vitrail convert` makes of a vendor's slide."""
    if path not in _converted:
        folder = tempfile.TemporaryDirectory(prefix="vitrail-test-")
        subprocess.run([os.environ.get("VITRAIL", "vitrail"), "convert",
                        path, "-o", folder.name], check=True)
        _converted[path] = folder
    return _converted[path].name


def all_objects(*folders):
    """objects(), and what the slides of SVS files there are to DICOM."""
    found = objects(*folders)
    for folder in folders:
        for base, _, files in sorted(os.walk(folder)):
            for name in sorted(files):
                if name.endswith(".svs"):
                    found += objects(convert(os.path.join(base, name)))
    return found


def stored_frames(data):
    """The frames of compressed pixel data, each joined."""
    from pydicom.encaps import generate_pixel_data_frame
    return list(generate_pixel_data_frame(
        data.PixelData, int(data.get("NumberOfFrames", 1))))


def value(answer, tag, default=None):
    """The first value of an attribute in DICOM JSON."""
    values = answer.get(tag, {}).get("Value")
    return values[0] if values else default


def path_of(data, *more):
    """The DICOMweb path of an instance."""
    return "/".join(["/dicom-web/studies", data.StudyInstanceUID, "series",
                     data.SeriesInstanceUID, "instances", data.SOPInstanceUID,
                     *more])
