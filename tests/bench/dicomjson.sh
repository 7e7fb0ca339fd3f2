# SPDX-License-Identifier: LGPL-2.1-or-later
# Metadata and a search of a series of 200 CT slices, beside Orthanc, asked in
# turns over one connection each; the best of 20, whole answers, not compressed
# and compressed.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
PYTHONPATH=$VITRAIL_SOURCE/tests/viewer/service \
  /usr/bin/python3 - "$VITRAIL_SAMPLES/ct/ct-030.dcm" "$dir" <<'END'
import contextlib
import http.client
import os
import sys
import time
import urllib.parse

import pydicom

from harness import Service
from peer import Orthanc

source, folder = sys.argv[1:]
ROOT = "1.2.826.0.1.3680043.10.1.8."
N = 200
SERIES = "/dicom-web/studies/%s1/series/%s2" % (ROOT, ROOT)


def make():
    data = pydicom.dcmread(source)
    data.StudyInstanceUID, data.SeriesInstanceUID = ROOT + "1", ROOT + "2"
    paths = []
    for i in range(N):
        data.SOPInstanceUID = ROOT + "3.%d" % (i + 1)
        data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
        data.InstanceNumber = i + 1
        paths.append(os.path.join(folder, "%03d.dcm" % i))
        data.save_as(paths[-1])
    return paths


class Client:
    def __init__(self, url):
        self.connection = http.client.HTTPConnection(
            urllib.parse.urlsplit(url).netloc)

    def ask(self, path, fields):
        start = time.perf_counter()
        self.connection.request("GET", path, headers=fields)
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200 or len(body) < 1000:
            sys.exit("dicomjson: %s: %d" % (path, answer.status))
        return 1e3 * (time.perf_counter() - start)


paths = make()
with contextlib.ExitStack() as stack:
    clients = [Client(stack.enter_context(Service(folder)).url)]
    if Orthanc.is_there():
        orthanc = stack.enter_context(Orthanc())
        orthanc.store(paths)
        clients.append(Client(orthanc.url))
    for name, path, bound in (
            ("metadata of 200", SERIES + "/metadata", 5),
            ("QIDO of 200", SERIES + "/instances", 10)):
        for packed in ("", ", gzip"):
            fields = {"Accept": "application/dicom+json"}
            if packed:
                fields["Accept-Encoding"] = "gzip"
            times = [[client.ask(path, fields) for client in clients]
                     for _ in range(20)]
            best = [min(column) for column in zip(*times)]
            print("%-32s %9.1f ms %12s %8s  <= %d ms" % (
                name + packed, best[0],
                "%.1f ms" % best[1] if len(best) > 1 else "-",
                "%.1f" % (best[1] / best[0]) if len(best) > 1 else "-",
                bound))
END
