# SPDX-License-Identifier: LGPL-2.1-or-later
"""ICC profiles of slides: by themselves, spliced into stored tiles without
touching them, and what colours then come out, against Little CMS' tificc."""

import io
import os
import struct
import subprocess
import sys
import tempfile

import numpy as np
import pydicom
from PIL import Image, ImageCms
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from chromium import show
from harness import SAMPLES, SOURCE, Service, check, finish, objects, skip

sys.path.insert(0, os.path.join(SOURCE, "tests", "support"))
from ciede2000 import ciede2000, lab  # noqa: E402

PROFILES = os.path.join(SOURCE, "tests", "elements", "profiles")


def read_profile(name, length=0):
    """A profile, stretched to some length: bytes that no tag refers to."""
    with open(os.path.join(PROFILES, name), "rb") as file:
        profile = file.read()
    if len(profile) < length:
        profile += bytes(length - len(profile))
        profile = struct.pack(">I", length) + profile[4:]
    return profile


def make_slide(folder, name, profile):
    """One level of the DICOM sample with another profile."""
    source = min((p for p, d in objects(os.path.join(SAMPLES, "slide", "dicom"))
                  if d.TotalPixelMatrixColumns > 1000), key=os.path.getsize)
    data = pydicom.dcmread(source)
    data.SOPInstanceUID = generate_uid()
    data.SeriesInstanceUID = generate_uid()
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    if "OpticalPathSequence" not in data:
        data.OpticalPathSequence = [Dataset()]
        data.OpticalPathSequence[0].OpticalPathIdentifier = "1"
    path = data.OpticalPathSequence[0]
    path.pop("ICCProfile", None)
    if profile is not None:
        path.ICCProfile = profile
    data.save_as(os.path.join(folder, name + ".dcm"))
    return str(data.SeriesInstanceUID)


def split(jpeg):
    """Markers before the scan, and what follows: [(marker, bytes)], rest."""
    at, markers = 2, []
    while jpeg[at + 1] != 0xda:
        length, = struct.unpack(">H", jpeg[at + 2:at + 4])
        markers.append((jpeg[at + 1], jpeg[at:at + 2 + length]))
        at += 2 + length
    return markers, jpeg[at:]


def manage(folder, pixels, profile):
    """What tificc makes of pixels, in the profile's own intent."""
    intent = profile[67]
    given, made, icc = (os.path.join(folder, n) for n in (
        "given.tif", "made.tif", "it.icc"))
    Image.fromarray(pixels).save(given)
    with open(icc, "wb") as file:
        file.write(profile)
    subprocess.run(["tificc", "-t%d" % intent, "-i" + icc, "-o*sRGB", given,
                    made], check=True, capture_output=True)
    return np.asarray(Image.open(made).convert("RGB"))


def off(a, b):
    """The mean CIEDE2000 between two pictures."""
    return float(ciede2000(lab(a), lab(b)).mean())


def pixels_of(answer):
    return np.asarray(Image.open(io.BytesIO(answer.body)).convert("RGB"))


def check_splice(name, plain, tagged, profile):
    """The profile is there, in whole, in its place, and nothing else is new."""
    markers, rest = split(tagged.body)
    before, rest_before = split(plain.body)
    added = [m for m in markers if m[0] == 0xe2]
    check(name + ": nothing else has changed", rest == rest_before and
          [m for m in markers if m[0] != 0xe2] == before)
    check(name + ": numbered from 1", [m[1][4:18] for m in added] == [
        b"ICC_PROFILE\0" + bytes([i + 1, len(added)])
        for i in range(len(added))])
    check(name + ": the whole profile", b"".join(
        m[1][18:] for m in added) == profile)
    check(name + ": as Pillow finds it", Image.open(io.BytesIO(
        tagged.body)).info.get("icc_profile") == profile)
    check(name + ": %d bytes, %d with it" % (len(plain.body), len(tagged.body)),
          len(tagged.body) == len(plain.body) + len(profile) +
          18 * len(added))


def check_colors(folder, name, service, url, profile):
    """Pillow, we and Chromium make the same colours of a tile."""
    tagged = service.get(url + "?icc=embed")
    stored = pixels_of(tagged)
    truth = manage(folder, stored, profile)
    check(name + ": the profile matters", off(stored, truth) > 1.5,
          off(stored, truth))
    theirs = ImageCms.profileToProfile(
        Image.fromarray(stored), ImageCms.ImageCmsProfile(io.BytesIO(
            Image.open(io.BytesIO(tagged.body)).info["icc_profile"])),
        ImageCms.createProfile("sRGB"), profile[67])
    check(name + ": Pillow with lcms2 against tificc",
          off(np.asarray(theirs), truth) <= 0.5)
    ours = service.get(url.replace(".jpg", ".png") + "?look=icc%3D1"
                       if "/iiif/" in url else url + "?look=icc%3D1")
    difference = off(pixels_of(ours), truth)
    # What we send is encoded anew, which alone costs some.
    check(name + ": managed by us, dE00 %.2f" % difference, difference <= (
        0.5 if "/iiif/" in url else 1.5), difference)
    shown = show(service, [url + "?icc=embed", url])
    if shown is None:
        skip(name + " in Chromium", "no Chromium or playwright-core")
        return
    difference = off(shown[0], truth)
    check(name + ": managed by Chromium, dE00 %.2f" % difference,
          difference <= 0.5, difference)
    check(name + ": without the profile Chromium shows what is stored",
          np.array_equal(shown[1], stored))


with tempfile.TemporaryDirectory(prefix="vitrail-icc-") as work:
    folder = os.path.join(work, "slides")
    os.mkdir(folder)
    profiles = {"small": read_profile("table-2.icc"),
                "large": read_profile("table-2.icc", 141992)}
    ids = {name: make_slide(folder, name, profile)
           for name, profile in [*profiles.items(), ("none", None)]}
    with Service(folder) as service:
        slides = {s["id"]: s for s in service.get("/slides").json}
        for name, profile in profiles.items():
            slide = slides[ids[name]]
            check(name + ": told by the list", slide["icc"]["bytes"] == len(
                profile), slide.get("icc"))
            answer = service.get(slide["icc"]["url"])
            check(name + ": the profile by itself", answer.body == profile and
                  answer.header("content-type") == "application/vnd.iccprofile"
                  and "immutable" in answer.header("cache-control"), answer)
            top = (max(slide["width"], slide["height"]) - 1).bit_length()
            url = "/deepzoom/%s_files/%d/1_1.jpg" % (slide["id"], top)
            plain, tagged = (service.get(url + q) for q in ("", "?icc=embed"))
            check(name + ": not embedded unasked", not any(
                m[0] == 0xe2 for m in split(plain.body)[0]) and
                plain.body == service.get(url + "?icc=none").body)
            check_splice(name, plain, tagged, profile)
            check(name + ": a tag of its own",
                  plain.header("etag") != tagged.header("etag"))
            check(name + ": not sent twice", service.get(
                url + "?icc=embed",
                If_None_Match=tagged.header("etag")).status == 304)
            managed = service.get(url + "?icc=embed&look=icc%3D1")
            check(name + ": not where colours are managed already", not any(
                m[0] == 0xe2 for m in split(managed.body)[0]), managed)
            size = slide["tile_size"]
            check_colors(work, name, service, url, profile)
            check_colors(work, name + " by IIIF", service,
                         "/iiif/3/%s/%d,%d,%d,%d/max/0/default.jpg" % (
                             slide["id"], size, size, size, size), profile)
        bare = slides[ids["none"]]
        check("no profile", "icc" not in bare, bare)
        answer = service.get("/slides/%s/icc" % bare["id"])
        check("404 with a reason", answer.status == 404 and
              "ICC" in answer.json["error"], answer)
        url = "/deepzoom/%s_files/8/0_0.jpg" % bare["id"]
        check("nothing to embed", service.get(url).body == service.get(
            url + "?icc=embed").body)
        check("404 for no slide",
              service.get("/slides/none/icc").status == 404)
finish()
