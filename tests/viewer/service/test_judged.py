# SPDX-License-Identifier: LGPL-2.1-or-later
"""The service beside others on the same files: pictures are those of `vitrail
render`, frames those that Orthanc hands out."""

import os
import subprocess

from harness import (DATA, SAMPLES, Service, check, finish, objects, path_of,
                     real, skip)
from peer import Orthanc

VITRAIL = os.environ.get("VITRAIL", "vitrail")


def render(path, *options):
    done = subprocess.run([VITRAIL, "render", path, "-o", "-", *options],
                          capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else None


def check_renders(service, found):
    different = []
    for path, data in found:
        for query, options in (("", ()), ("?window=200,900",
                                          ("--window=200,900",))):
            picture = render(path, *options)
            answer = service.get(path_of(data, "rendered") + query,
                                 accept="image/png")
            if (picture is None) != (answer.status != 200) or (
                    picture is not None and picture != answer.body):
                different.append((path, query, answer.status))
    check("%d objects as `vitrail render` draws them" % len(found),
          not different, different[:5])


def part(body):
    return body.split(b"\r\n\r\n", 1)[1].rsplit(b"\r\n--", 1)[0]


def check_frames(service, orthanc, found):
    """Orthanc may drop or add the byte that makes a fragment even."""
    accept = ('multipart/related; type="application/octet-stream"; '
              "transfer-syntax=*")
    different, n = [], 0
    for path, data in found:
        if "Rows" not in data:
            continue
        url = path_of(data, "frames", "1")
        try:
            theirs = part(orthanc.get(url[1:], accept))
        except OSError:
            continue
        ours = part(service.get(url, accept=accept).body)
        n += 1
        if ours.rstrip(b"\0") != theirs.rstrip(b"\0"):
            different.append((path, len(ours), len(theirs)))
    check("%d frames as Orthanc has them" % n, n > 0 and not different,
          different[:5])


ct = [o for o in objects(SAMPLES) if o[1].Modality == "CT"][::12]
us = [o for o in objects(SAMPLES) if o[1].Modality == "US"]
with Service(SAMPLES) as service:
    check_renders(service, ct + us)
    if Orthanc.is_there():
        with Orthanc() as orthanc:
            orthanc.store([path for path, _ in ct + us])
            check_frames(service, orthanc, ct + us)
    else:
        skip("Orthanc", "no Orthanc with its plugins")
if real("pydicom-data"):
    folder = os.path.join(DATA, "pydicom-data")
    told = "are not shown", "is shown as background"
    with Service(folder, told=told) as service:
        check_renders(service, [o for o in objects(folder, step=6)
                                if "Rows" in o[1]][:12])
finish()
