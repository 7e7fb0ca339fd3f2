# SPDX-License-Identifier: LGPL-2.1-or-later
"""What dcmmux records through dicomwebsink is in our service and in Orthanc as
it was made, valid, and plays from there: ffmpeg decodes all frames of what they
give back, and they render them."""

import io
import json
import os
import subprocess
import tempfile

import numpy as np
import pydicom
from PIL import Image
from pydicom.encaps import generate_pixel_data_frame

from harness import check, finish, path_of, skip
from peer import Orthanc
from storing import Storing

FRAMES = 30
SIZE = "width=320,height=240,framerate=25/1"
# Kind: the line, the object, the transfer syntax and ffmpeg's codec.
KINDS = {
    "H.264": ("video/x-raw,format=YUY2,%s ! videoconvert ! x264enc "
              "speed-preset=ultrafast bframes=2 key-int-max=10", "endoscopic",
              "1.2.840.10008.1.2.4.102", "h264"),
    "HEVC": ("video/x-raw,format=I420,%s ! x265enc speed-preset=ultrafast "
             "tune=zerolatency", "photographic", "1.2.840.10008.1.2.4.107",
             "hevc"),
    "MPEG-2": ("video/x-raw,format=I420,%s ! mpeg2enc format=3 ! "
               "mpegvideoparse", "microscopic", "1.2.840.10008.1.2.4.100",
               "mpeg2video"),
    "JPEG": ("video/x-raw,%s ! jpegenc", "ultrasound",
             "1.2.840.10008.1.2.4.50", "mjpeg"),
    "raw": ("video/x-raw,format=RGB,%s", "secondary-capture",
            "1.2.840.10008.1.2.1", None),
}


def record(kind, folder, url):
    """The file that was kept of what went to url."""
    line, sop_class, _, _ = KINDS[kind]
    with tempfile.TemporaryDirectory(prefix="vitrail-test-") as spool:
        run = subprocess.run(
            "gst-launch-1.0 -q videotestsrc pattern=ball num-buffers=%d ! %s "
            "! dcmmux spool=%s keep=true sop-class=%s attributes='"
            "PatientName=Doe^Jane,PatientID=7,StudyInstanceUID=1.2.3.4' ! "
            "dicomwebsink location=%s" % (FRAMES, line % SIZE, spool,
                                          sop_class, url),
            shell=True, stderr=subprocess.PIPE, text=True)
        files = os.listdir(spool)
        if not check("%s: recorded" % kind,
                     run.returncode == 0 and len(files) == 1, run.stderr):
            return None
        kept = os.path.join(folder, kind + ".dcm")
        os.rename(os.path.join(spool, files[0]), kept)
        return kept


def check_valid(kind, path):
    """dciodvfy does not know HEVC: it gets another video's name."""
    with open(path, "rb") as source:
        content = source.read().replace(b"1.2.4.107", b"1.2.4.102", 1)
    with open(path + ".valid", "wb") as out:
        out.write(content)
    said = subprocess.run(["dciodvfy", path + ".valid"], capture_output=True,
                          text=True, errors="replace")
    text = said.stdout + said.stderr
    check("%s: valid" % kind, "\nError" not in "\n" + text, text)


def decode(codec, stream):
    """What ffmpeg makes of it: grey pictures, one after the other."""
    return subprocess.run(
        ["ffmpeg", "-v", "error",
         *(["-f", "image2pipe", "-c:v", codec] if codec == "mjpeg" else []),
         "-i", "pipe:0", "-map", "0:v", "-f", "rawvideo", "-pix_fmt", "gray",
         "pipe:1"], input=stream, capture_output=True)


def pictures(codec, stream):
    """How many ffmpeg decodes."""
    run = decode(codec, stream)
    return len(run.stdout) / (320 * 240), run.stderr.decode()


def check_plays(name, kind, data):
    codec = KINDS[kind][3]
    if codec is None:
        check(name, len(data.PixelData) == FRAMES * 320 * 240 * 3)
        return
    frames = generate_pixel_data_frame(
        data.PixelData, FRAMES if codec == "mjpeg" else 1)
    found, noise = pictures(codec, b"".join(frames))
    check(name, found == FRAMES and noise == "", found, noise)


def check_film(kind, service, data):
    """All of a film is one stored frame."""
    types = {"H.264": "video/mp4", "HEVC": "video/H265",
             "MPEG-2": "video/mpeg"}
    answer = service.get(
        path_of(data, "frames", "1"), accept='multipart/related; type="%s"; '
        "transfer-syntax=%s" % (types[kind], data.file_meta.TransferSyntaxUID))
    found, noise = pictures(KINDS[kind][3], answer.parts[0][1]
                            if answer.status == 200 else b"")
    check("%s: ffmpeg plays our frame" % kind, found == FRAMES, answer, noise)


def check_pictures(kind, service, data):
    """Rendered frames are those that ffmpeg decodes, each at its number."""
    codec = KINDS[kind][3]
    frames = generate_pixel_data_frame(
        data.PixelData, FRAMES if codec == "mjpeg" else 1)
    theirs = decode(codec, b"".join(frames))
    theirs = np.frombuffer(theirs.stdout, np.uint8).reshape(-1, 240, 320)
    for number in (FRAMES // 2, 2, FRAMES - 1):
        answer = service.get(path_of(data, "frames", str(number), "rendered"),
                             accept="image/png")
        if not check("%s: frame %d" % (kind, number), answer.status == 200,
                     answer):
            continue
        ours = np.asarray(Image.open(io.BytesIO(answer.body)).convert("L"))
        far = np.abs(theirs.astype(int) - ours).mean((1, 2))
        check("%s: frame %d is ffmpeg's" % (kind, number),
              far.argmin() == number - 1 and far.min() < 6, far)
    answer = service.get(path_of(data, "thumbnail"), accept="image/png")
    check("%s: a thumbnail" % kind, answer.status == 200, answer)


def check_service(kind, service, kept):
    with open(kept, "rb") as source:
        content = source.read()
    data = pydicom.dcmread(io.BytesIO(content))
    check("%s: its syntax and frames" % kind,
          data.file_meta.TransferSyntaxUID == KINDS[kind][2] and
          data.NumberOfFrames == FRAMES, data.file_meta)
    answer = service.get(path_of(data), accept="application/dicom")
    check("%s: ours has the same bytes" % kind, answer.body == content,
          answer.status)
    check_plays("%s: ffmpeg plays what ours has" % kind, kind,
                pydicom.dcmread(io.BytesIO(answer.body)))
    if KINDS[kind][3] not in (None, "mjpeg"):
        check_film(kind, service, data)
    shown = [service.get(path_of(data, "frames", str(n), "rendered"),
                         accept="image/png") for n in (1, FRAMES)]
    check("%s: ours renders the first and the last" % kind,
          [a.status for a in shown] == [200, 200] and
          shown[0].body != shown[1].body, *shown)
    if KINDS[kind][3] is not None:
        check_pictures(kind, service, data)


def check_orthanc(kind, orthanc, kept):
    data = pydicom.dcmread(kept)
    found = json.loads(orthanc.get(
        "tools/find", data=json.dumps({
            "Level": "Instance",
            "Query": {"SOPInstanceUID": data.SOPInstanceUID}}).encode()))
    if not check("%s: Orthanc has it" % kind, len(found) == 1, found):
        return
    file = orthanc.get("instances/%s/file" % found[0])
    theirs = pydicom.dcmread(io.BytesIO(file))
    check("%s: Orthanc has the same" % kind,
          theirs == data and theirs.file_meta == data.file_meta)
    check_plays("%s: ffmpeg plays what Orthanc has" % kind, kind, theirs)
    codec = KINDS[kind][3]
    if codec in (None, "mjpeg"):
        shown = [orthanc.get("instances/%s/frames/%d/preview" % (found[0], n),
                             "image/png") for n in (0, FRAMES - 1)]
        check("%s: Orthanc shows the first and the last" % kind,
              shown[0][:4] == b"\x89PNG" and shown[0] != shown[1])
    if codec is None:
        return
    stream = orthanc.get("instances/%s/frames/0/raw" % found[0])
    count, noise = pictures(codec, stream)
    check("%s: ffmpeg plays Orthanc's frame" % kind,
          count == (1 if codec == "mjpeg" else FRAMES), count, noise)


def main():
    with tempfile.TemporaryDirectory(prefix="vitrail-test-") as folder:
        with Storing() as service:
            for kind in KINDS:
                kept = record(kind, folder, service.url + "dicom-web")
                if kept:
                    check_valid(kind, kept)
                    check_service(kind, service, kept)
        if not Orthanc.is_there():
            skip("Orthanc", "is not installed")
            return
        with Orthanc() as orthanc:
            for kind in KINDS:
                kept = record(kind, folder, orthanc.url + "dicom-web")
                if kept:
                    check_orthanc(kind, orthanc, kept)


main()
finish()
