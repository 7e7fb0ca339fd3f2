# SPDX-License-Identifier: LGPL-2.1-or-later
"""Orthanc with its plugins on a free port, where it is installed.

    if Orthanc.is_there():
        with Orthanc() as orthanc:
            orthanc.store([PATH...])
            orthanc.get("dicom-web/studies", "application/dicom+json")"""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request

PLUGINS = "/usr/share/orthanc/plugins/"
PROGRAM = shutil.which("Orthanc", path=os.environ["PATH"] + ":/usr/sbin")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Orthanc:
    @staticmethod
    def is_there():
        return PROGRAM is not None and os.path.exists(
            PLUGINS + "libOrthancWSI.so")

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="vitrail-test-")
        port = free_port()
        self.url = "http://127.0.0.1:%d/" % port
        settings = os.path.join(self.folder.name, "settings.json")
        with open(settings, "w") as out:
            json.dump({
                "StorageDirectory": self.folder.name + "/db",
                "IndexDirectory": self.folder.name + "/db",
                "HttpPort": port, "DicomServerEnabled": False,
                "RemoteAccessAllowed": False, "AuthenticationEnabled": False,
                "Plugins": [PLUGINS + "libOrthancDicomWeb.so",
                            PLUGINS + "libOrthancWSI.so"],
                "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
            }, out)
        self.process = subprocess.Popen([PROGRAM, settings],
                                        stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        for _ in range(600):
            try:
                self.get("system")
                break
            except OSError:
                time.sleep(0.1)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()

    def get(self, path, accept=None, data=None, kind=None):
        fields = {}
        if accept:
            fields["Accept"] = accept
        if kind:
            fields["Content-Type"] = kind
        request = urllib.request.Request(self.url + path, data, fields)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()

    def store(self, paths):
        body = b""
        for path in paths:
            with open(path, "rb") as source:
                body += (b"--next\r\nContent-Type: application/dicom\r\n\r\n"
                         + source.read() + b"\r\n")
        return json.loads(self.get(
            "dicom-web/studies", "application/dicom+json", body + b"--next--",
            'multipart/related; type="application/dicom"; boundary=next'))
