# SPDX-License-Identifier: LGPL-2.1-or-later
"""The list of slides, against OpenSlide and pydicom."""

import os
import subprocess
import tempfile
import time

import pydicom

from harness import SAMPLES, SOURCE, Service, check, finish, objects, real

svs = real("wsi-svs", "test", "test-suite", "images",
           "CMU-1-Small-Region.svs")


def properties(path):
    """What OpenSlide says of a slide."""
    out = subprocess.run(["openslide-show-properties", path],
                         capture_output=True, text=True)
    return dict(line.split(": ", 1) for line in out.stdout.splitlines()
                if ": " in line)


def numbers(data, keyword):
    """All values of an attribute, none, one or several."""
    found = data.get(keyword)
    if found is None or isinstance(found, (list, pydicom.multival.MultiValue)):
        return [float(x) for x in found or []]
    return [float(found)]


with Service(SAMPLES, *([svs] if svs else [])) as service:
    answer = service.get("/slides")
    slides = answer.json
    check("it is JSON", answer.status == 200 and answer.header(
        "content-type") == "application/json", answer)
    ids = [s["id"] for s in slides]
    check("each once", len(set(ids)) == len(ids), ids)
    for slide in slides:
        check("levels of " + slide["name"],
              slide["levels"][0]["width"] == slide["width"] and
              [x["width"] for x in slide["levels"]] == sorted(
                  (x["width"] for x in slide["levels"]), reverse=True), slide)
        check("its file", os.path.exists(slide["path"]), slide)
        check("its version", len(slide["version"]) == 16, slide)
        check("its paths and focal planes", slide["paths"] and all(
            len(p["rgb"]) == 6 and p["id"] for p in slide["paths"]) and
            len(slide["focal_planes"]) >= 1, slide)
        check("its properties", all(set(p) == {"keyword", "value"}
                                    for p in slide["properties"]), slide)
        check("pictures by URL", sorted(slide["associated_urls"]) == sorted(
            slide["associated"]) and all(
                service.get(url).status == 200
                for url in slide["associated_urls"].values()), slide)
    for path in [s["path"] for s in slides]:
        theirs = properties(path)
        if "openslide.level-count" not in theirs:
            continue
        ours = next(s for s in slides if s["path"] == path)
        check("its folder stands for a study", ours["study"] == os.path.dirname(
            path) and ours["study_name"] == os.path.basename(os.path.dirname(
                path)), ours)
        check(os.path.basename(path) + " as OpenSlide sees it",
              ours["width"] == int(theirs["openslide.level[0].width"].strip(
                  "'")) and len(ours["levels"]) == int(
                  theirs["openslide.level-count"].strip("'")) and
              abs(ours["mpp_um"][0] - float(theirs["openslide.mpp-x"].strip(
                  "'"))) < 1e-6, ours)
    for path in [s["path"] for s in slides]:
        try:
            data = pydicom.dcmread(path, stop_before_pixels=True)
        except pydicom.errors.InvalidDicomError:
            continue
        ours = next(s for s in slides if s["path"] == path)
        known = data.get("LossyImageCompression") == "01" or \
            data.file_meta.TransferSyntaxUID == pydicom.uid.JPEGBaseline8Bit
        check(os.path.basename(os.path.dirname(path)) + ": lossy as it says",
              ours["lossy"] == known and [float(x) for x in ours.get(
                  "lossy_ratio", [])] == numbers(
                  data, "LossyImageCompressionRatio"), ours, data)
        check("its study", ours["study"] == data.StudyInstanceUID and
              ours.get("study_name") == data.get("StudyDescription"), ours)
        check("and described",
              ours.get("description") == data.get("SeriesDescription") and
              ours.get("container") == data.get("ContainerIdentifier"),
              ours, data)
    whole = [d for _, d in objects(os.path.join(SAMPLES, "slide", "dicom"))]
    largest = max(whole, key=lambda d: d.TotalPixelMatrixColumns)
    ours = [s for s in slides
            if s["id"].startswith(largest.SeriesInstanceUID)]
    check("the DICOM slide by its series",
          len(ours) == 1 and ours[0]["width"] ==
          largest.TotalPixelMatrixColumns and ours[0]["height"] ==
          largest.TotalPixelMatrixRows, ours)
    check("the same again", service.get("/slides").json == slides)


def make_set(folder):
    subprocess.run(["/usr/bin/python3", os.path.join(
        SOURCE, "tests", "slide", "make-tiff.py"), "ome-pair",
        os.path.join(folder, "slide")], check=True)
    return os.path.join(folder, "slide.d", "b.tif")


def wait_for_change(service, before):
    """The first slide as it is once it is another version; None: it stays."""
    for _ in range(600):
        now = [s for s in service.get("/slides").json if s["id"] == before["id"]]
        if now and now[0]["version"] != before["version"]:
            return now[0]
        time.sleep(0.1)
    return None


# A file that only the OME-XML of another one names is a part of the slide.
with tempfile.TemporaryDirectory(prefix="vitrail-slides-") as folder:
    companion = make_set(folder)
    with Service(os.path.join(folder, "slide.d", "a.tif")) as service:
        slide = service.get("/slides").json[0]
        tile = "/deepzoom/%s_files/8/0_0.jpg" % slide["id"]
        first = service.get(tile)
        check("a tile of the set", first.status == 200, first)
        check("a version that stays", service.get("/slides").json[0] == slide)
        os.utime(companion, ns=(0, 0))
        changed = wait_for_change(service, slide)
        check("a companion that changes is another version", changed, slide)
        again = service.get(tile, If_None_Match=first.header("etag"))
        check("and another ETag", again.status == 200 and
              again.header("etag") != first.header("etag"), again)
finish()
