# SPDX-License-Identifier: LGPL-2.1-or-later
"""What tests of storing share: bodies of requests, and a service that stores."""

import http.client
import os
import tempfile

import pydicom
from pydicom.filebase import DicomBytesIO
from pydicom.uid import generate_uid

from harness import SAMPLES, Answer, Service, objects

BOUNDARY = "vitrail-test-boundary"
TYPE = 'multipart/related; type="application/dicom"; boundary=' + BOUNDARY
CT = next(p for p, d in objects(SAMPLES) if d.Modality == "CT")


def part(data, content_type="application/dicom", **fields):
    lines = ["Content-Type: " + content_type]
    lines += ["%s: %s" % (k.replace("_", "-"), v) for k, v in fields.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


def multipart(*parts):
    """A body of parts made by part(), or of Part 10 files."""
    line = b"--" + BOUNDARY.encode()
    body = b""
    for one in parts:
        if not one.startswith(b"Content-"):
            one = part(one)
        body += line + b"\r\n" + one + b"\r\n"
    return body + line + b"--\r\n"


def encode(data):
    stream = DicomBytesIO()
    pydicom.dcmwrite(stream, data, write_like_original=False)
    return stream.getvalue()


def instance(study=None, series=None, sop=None, **attributes):
    """A CT slice under new UIDs: (bytes, data set)."""
    data = pydicom.dcmread(CT)
    data.StudyInstanceUID = study or generate_uid()
    data.SeriesInstanceUID = series or generate_uid()
    data.SOPInstanceUID = sop or generate_uid()
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    for name, value in attributes.items():
        setattr(data, name, value)
    return encode(data), data


def references(answer, tag="00081199"):
    """SOP Instance UIDs of a Store Instances Response, with their reasons."""
    reason = {"00081199": "00081196", "00081198": "00081197",
              "0008119A": "00081197"}[tag]
    return {item.get("00081155", {}).get("Value", [None])[0]:
            item.get(reason, {}).get("Value", [None])[0]
            for item in answer.json.get(tag, {}).get("Value", [])}


class Storing(Service):
    """A service with a store: self.root, a fresh folder unless given."""

    def __init__(self, *paths, root=None, options=(), **more):
        self.made = None if root else tempfile.TemporaryDirectory(
            prefix="vitrail-store-")
        self.root = root or self.made.name
        super().__init__(*paths, options=["--store", self.root, *options],
                         **more)

    def __exit__(self, *what):
        try:
            return super().__exit__(*what)
        finally:
            if self.made:
                self.made.cleanup()

    def store(self, body, study=None, content_type=TYPE, **headers):
        path = "/dicom-web/studies" + ("/" + study if study else "")
        fields = {k.replace("_", "-"): v for k, v in headers.items()}
        if content_type:
            fields["Content-Type"] = content_type
        return self.request("POST", path, fields, body)

    def fresh(self, body, headers, path="/dicom-web/studies"):
        """The same on a connection of its own; None where it is hung up."""
        connection = http.client.HTTPConnection(self.address, timeout=60)
        try:
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            fields = {k.lower(): v for k, v in response.getheaders()}
            return Answer(response.status, fields, response.read())
        except (http.client.HTTPException, OSError):
            return None
        finally:
            connection.close()

    def files(self):
        """Paths in the store, without what is on its way in."""
        return sorted(os.path.relpath(os.path.join(base, name), self.root)
                      for base, _, names in os.walk(self.root)
                      for name in names
                      if ".vitrail-incoming" not in base)

    def leftovers(self):
        return [name for name in
                os.listdir(os.path.join(self.root, ".vitrail-incoming"))
                if name != "lock"]

    def descriptors(self):
        return len(os.listdir("/proc/%d/fd" % self.process.pid))
