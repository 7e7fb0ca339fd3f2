# SPDX-License-Identifier: LGPL-2.1-or-later
"""Broken files are listed with their reason, and the rest still works."""

import os
import tempfile

from harness import Service, check, finish
from made import Made

with Made() as made, tempfile.TemporaryDirectory() as folder:
    with open(made.files["explicit"][0], "rb") as file:
        good = file.read()
    with open(os.path.join(folder, "good.dcm"), "wb") as file:
        file.write(good)
    name = "cut \"<b>\\\u00e9.dcm"
    with open(os.path.join(folder, name), "wb") as file:
        file.write(good[:700])
    with Service(folder) as service:
        answer = service.get("/unreadable")
        check("one file", answer.status == 200 and len(answer.json) == 1,
              answer)
        check("its path", answer.json[0]["path"].endswith(name), answer)
        check("its reason", len(answer.json[0]["reason"]) > 5, answer)
        check("the other is there",
              len(service.get("/dicom-web/instances").json) == 1)
finish()
