# SPDX-License-Identifier: LGPL-2.1-or-later
"""What `vitrail convert` makes of a slide is read by others: Orthanc takes it by
STOW-RS and gives back each tile, its viewer's tiles are ours, and what
OrthancWSIDicomToTiff makes of it has the slide's pixels."""

import json
import os
import subprocess
import tempfile
import warnings

import pydicom

from harness import SAMPLES, check, convert, finish, real, skip, stored_frames
from peer import Orthanc

warnings.simplefilter("ignore")


def without_padding(stream):
    return stream[:-1] if stream.endswith(b"\xff\xd9\0") else stream


def compare_frames(orthanc, data):
    url = "dicom-web/studies/%s/series/%s/instances/%s/frames/" % (
        data.StudyInstanceUID, data.SeriesInstanceUID, data.SOPInstanceUID)
    frames = stored_frames(data)
    wrong = 0
    for number in {1, len(frames) // 2 + 1, len(frames)}:
        answer = orthanc.get(
            url + str(number), 'multipart/related; type="application/octet-'
            'stream"; transfer-syntax=*')
        part = answer.split(b"\r\n\r\n", 1)[1].rsplit(b"\r\n--", 1)[0]
        if without_padding(part) != without_padding(frames[number - 1]):
            wrong += 1
    check("frames of %s" % data.InstanceNumber, wrong == 0)


def compare_viewer(orthanc, series, levels):
    pyramid = json.loads(orthanc.get("wsi/pyramids/" + series))
    check("the viewer's pyramid", [tuple(size) for size in pyramid["Sizes"]] ==
          [(d.TotalPixelMatrixColumns, d.TotalPixelMatrixRows)
           for d in levels], pyramid)
    different = [i for i, level in enumerate(levels) if without_padding(
        orthanc.get("wsi/tiles/%s/%d/0/0" % (series, i))) !=
        without_padding(stored_frames(level)[0])]
    check("the viewer's tiles", different == [], different)


def compare_tiff(orthanc, series, slide):
    tiff = os.path.join(orthanc.folder.name, "back.tif")
    subprocess.run(["OrthancWSIDicomToTiff", "--orthanc", orthanc.url, series,
                    tiff], check=True, stderr=subprocess.DEVNULL)
    judge = subprocess.run(
        ["sh", "-c", 'cd "$3" && vips extract_band "$1" a.v 0 --n 3 && '
         'vips extract_band "$2" b.v 0 --n 3 && vips subtract a.v b.v c.v && '
         "vips abs c.v d.v && vips max d.v",
         "sh", tiff, slide, orthanc.folder.name],
        capture_output=True, text=True)
    check("the TIFF made of it has the same pixels",
          judge.stdout.strip() == "0.000000", judge.stdout, judge.stderr)


def judge(orthanc, slide, is_tiff):
    folder = convert(slide)
    # Orthanc's viewer of this version takes a label for a level.
    paths = [os.path.join(folder, name) for name in sorted(os.listdir(folder))
             if name != "label.dcm"]
    answer = orthanc.store(paths)
    check("stored", len(answer["00081199"]["Value"]) == len(paths), answer)
    objects = [pydicom.dcmread(path) for path in paths]
    for data in objects:
        compare_frames(orthanc, data)
    levels = [d for d in objects if d.ImageType[2] == "VOLUME"]
    series = json.loads(orthanc.get(
        "tools/lookup", data=levels[0].SeriesInstanceUID.encode()))[0]["ID"]
    compare_viewer(orthanc, series, levels)
    if is_tiff:
        compare_tiff(orthanc, series, slide)


def judge_openslide(slide):
    """OpenSlide reads DICOM from version 4 on; VITRAIL_OPENSLIDE is how to run
    its openslide-show-properties, in a chroot say."""
    command = os.environ.get("VITRAIL_OPENSLIDE",
                             "openslide-show-properties").split()
    try:
        said = subprocess.run(command + ["--version"], capture_output=True,
                              text=True)
        version = (said.stdout + said.stderr).split("\n")[0]
    except OSError:
        version = ""
    if not any(word.startswith("4.") for word in
               version.replace(",", " ").split()):
        skip("OpenSlide 4", "there is none (%s)" % version)
        return
    level = os.path.join(convert(slide), "level-0.dcm")
    told = subprocess.run(command + [level], capture_output=True,
                          text=True).stdout
    check("OpenSlide 4", "openslide.vendor: 'dicom'" in told and
          "openslide.level[0].width" in told, told)
    compare_openslide(command, slide, level)


def compare_openslide(command, slide, level):
    """A region of what it reads out of our DICOM and this OpenSlide out of the
    slide itself: not a pixel differs."""
    command = [word.replace("show-properties", "write-png")
               for word in command]
    with tempfile.TemporaryDirectory(prefix="vitrail-test-") as folder:
        picture = os.path.join(folder, "region.png")
        said = subprocess.run(command + [level, "100", "90", "0", "700", "600",
                                         picture],
                              capture_output=True, text=True).stderr
        found = subprocess.run(
            ["sh", "-c", 'cd "$3" && vips openslideload "$2" a.v && '
             "vips crop a.v b.v 100 90 700 600 && vips subtract \"$1\" b.v c.v "
             "&& vips abs c.v d.v && vips max d.v",
             "sh", picture, slide, folder], capture_output=True, text=True)
        check("OpenSlide 4's pixels", found.stdout.strip() == "0.000000", said,
              found.stdout, found.stderr)


judge_openslide(os.path.join(SAMPLES, "slide", "biopsy.svs"))
for path in (real("wsi-svs", "test", "test-suite", "images",
                  "CMU-1-Small-Region.svs"),
             real("wsi-ndpi", "images", "test3-DAPI-2-(387).ndpi")):
    if path:
        judge_openslide(path)
if not Orthanc.is_there():
    skip("Orthanc", "no Orthanc with its plugins")
    finish()
slides = [(os.path.join(SAMPLES, "slide", "biopsy.svs"), True)]
for name in (("wsi-svs", "test", "test-suite", "images",
              "CMU-1-Small-Region.svs"),
             ("wsi-ndpi", "images", "test3-DAPI-2-(387).ndpi")):
    path = real(*name)
    if path:
        slides.append((path, name[0] == "wsi-svs"))
with Orthanc() as orthanc:
    for slide, is_tiff in slides:
        judge(orthanc, slide, is_tiff)
finish()
