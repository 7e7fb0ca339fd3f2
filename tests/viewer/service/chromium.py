# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pictures of the service as Chromium shows them."""

import os
import subprocess
import tempfile

import numpy as np

from harness import SOURCE


def show(service, paths):
    """Arrays of RGB, one for each path; None where there is no Chromium."""
    script = os.path.join(SOURCE, "tests", "viewer", "chromium-pixels.mjs")
    with tempfile.TemporaryDirectory(prefix="vitrail-chromium-") as folder:
        try:
            done = subprocess.run(
                ["node", script, folder, service.url + "healthz"], text=True,
                input="".join(path + "\n" for path in paths),
                capture_output=True, timeout=250)
        except FileNotFoundError:
            return None
        if done.returncode == 77:
            return None
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        pictures = []
        for n, line in enumerate(done.stdout.splitlines()):
            width, height = (int(word) for word in line.split())
            pictures.append(np.fromfile(
                os.path.join(folder, "%d.rgb" % n),
                "u1").reshape(height, width, 3))
        return pictures
