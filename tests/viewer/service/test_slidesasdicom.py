# SPDX-License-Identifier: LGPL-2.1-or-later
"""SVS, NDPI, OME-TIFF and plain TIFF as DICOM on the fly: found by QIDO-RS under
UIDs that stay, judged by dciodvfy and dcentvfy as WADO-RS sends them, and every
frame against what OpenSlide or libtiff (by libvips) makes of the file."""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import pydicom
from PIL import Image

from harness import (SAMPLES, SOURCE, Service, check, finish, path_of, real,
                     skip, stored_frames, value)
from slidejudge import HAVE_OPENSLIDE, openslide_levels, states_colour

warnings.simplefilter("ignore")
WSI = "1.2.840.10008.5.1.4.1.1.77.1.6"
# Of halved chroma in the outermost pixels of tiles, for whose smoothing a
# decoder has no neighbours: OpenSlide cuts NDPI elsewhere. None else differ.
EDGE = 16
TYPES = {"uchar": "u1", "ushort": "u2", "char": "i1"}  # of libvips
# The "ome" of make-tiff.py lacks a plane.
TOLD = ("other.tif: no such file", "is missing in 150 x 90", "so are 1 others")
slide_tests = os.path.join(SOURCE, "tests", "slide")


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True,
                          errors="replace").stdout


def judge(folder):
    """What dciodvfy and dcentvfy call an error in the files there."""
    paths = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
    said = ""
    for command in [["dciodvfy", "-new", path] for path in paths] + \
            [["dcentvfy", *paths]]:
        done = subprocess.run(command, capture_output=True, text=True,
                              errors="replace")
        said += done.stdout + done.stderr
    return [line for line in said.splitlines() if "rror" in line]


def uids(service, name):
    """Study, series and instances of the slide with that file name."""
    found = service.get("/dicom-web/instances?SeriesDescription=" +
                        name).json
    return sorted(tuple(value(one, tag) for tag in (
        "0020000D", "0020000E", "00080018")) for one in found)


class Pages:
    """Pixels of a TIFF file's pages by libtiff, and of its planes."""

    def __init__(self, path):
        self.path = path
        xml = run("tiffinfo", path)
        order = re.search(r'DimensionOrder="XY(...)"', xml).group(1)
        self.n_paths, self.n_planes = (int(re.search(
            r'Size%s="(\d+)"' % key, xml).group(1)) for key in "CZ")
        self.paths_first = order.index("C") < order.index("Z")

    def read(self, path, plane):
        page = plane * self.n_paths + path if self.paths_first else \
            path * self.n_planes + plane
        with tempfile.TemporaryDirectory() as folder:
            out = os.path.join(folder, "page.raw")
            run("vips", "tiffload", self.path, out + ".v", "--page", str(page))
            width, height, kind = (run(
                "vipsheader", "-f", field, out + ".v").strip()
                for field in ("width", "height", "format"))
            run("vips", "rawsave", out + ".v", out)
            samples = np.fromfile(out, next(
                TYPES[key] for key in TYPES if key in kind.lower()))
            if samples.dtype.kind == "i":  # signed ones begin at 0
                samples = samples.view("u1") ^ 0x80
            return samples.reshape(int(height), int(width))


class Made:
    """What make-tiff.py says is in its "ome": 3 channels in 4 planes, of which
    the last is in another file, that is not there; below each a level."""
    n_paths, n_planes = 3, 4

    def __init__(self, path):
        self.all = np.fromfile(path + ".raw", "<u2").reshape(11, -1)

    def read(self, path, plane):
        number = path * 4 + plane
        return self.all[number][:150 * 90].reshape(90, 150) if number < 11 \
            else np.zeros((90, 150), "u2")


class Instance:
    """One as WADO-RS sends it, with its frames as they are asked for."""

    def __init__(self, service, uids):
        self.url = "/dicom-web/studies/%s/series/%s/instances/%s" % uids
        self.service = service
        # In one part, and in another where it is alone.
        self.body = service.get(self.url, accept="multipart/related; "
                                'type="application/dicom"').parts[0][1]
        self.data = pydicom.dcmread(io.BytesIO(self.body))
        self.size = (self.data.TotalPixelMatrixColumns,
                     self.data.TotalPixelMatrixRows)
        self.is_level = self.data.ImageType[2] == "VOLUME"
        self.asked = None

    def frames(self):
        """(x, y, layer, stream) of each, asked for once."""
        if self.asked is None:
            self.asked = list(self.ask())
        return self.asked

    def ask(self):
        tile = self.data.Columns, self.data.Rows
        columns = -(-self.size[0] // tile[0])
        n_tiles = columns * -(-self.size[1] // tile[1])
        for number in range(int(self.data.NumberOfFrames)):
            layer, place = divmod(number, n_tiles)
            part = self.service.get(
                "%s/frames/%d" % (self.url, number + 1)).parts[0]
            yield (place % columns * tile[0], place // columns * tile[1],
                   layer, part[1])

    def picture(self):
        """All frames put together: (layers, height, width[, 3])."""
        tile = self.data.Columns, self.data.Rows
        grid = [-(-side // length) * length
                for side, length in zip(self.size, tile)]
        layers = int(self.data.NumberOfFrames) * tile[0] * tile[1] // (
            grid[0] * grid[1])
        whole = None
        for x, y, layer, stream in self.frames():
            pixels = np.asarray(Image.open(io.BytesIO(stream)))
            if whole is None:
                whole = np.zeros((layers, grid[1], grid[0]) +
                                 pixels.shape[2:], pixels.dtype)
            whole[layer, y:y + tile[1], x:x + tile[0]] = pixels
        return whole[:, :self.size[1], :self.size[0]]


def check_header(instance, name):
    """What it says, in the file and as metadata."""
    data = instance.data
    told = pydicom.dataset.Dataset.from_json(instance.service.get(
        instance.url + "/metadata").json[0], lambda *uri: b"")
    same = [tag for tag in (
        "SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", "Rows",
        "FrameOfReferenceUID", "ImageType", "Columns", "NumberOfFrames",
        "TotalPixelMatrixColumns", "TotalPixelMatrixRows", "SamplesPerPixel",
        "PhotometricInterpretation", "BitsAllocated", "BitsStored", "HighBit",
        "DimensionOrganizationType", "LossyImageCompression",
        "NumberOfOpticalPaths", "TotalPixelMatrixFocalPlanes",
        "ContainerIdentifier",
        "SharedFunctionalGroupsSequence") if data.get(tag) != told.get(tag)]
    check(name + ": metadata of the instance", not same, same)
    check(name + ": a slide, tiled full", data.SOPClassUID == WSI and
          data.DimensionOrganizationType == "TILED_FULL")
    check(name + ": measures, colours", data.SharedFunctionalGroupsSequence[0]
          .PixelMeasuresSequence[0].PixelSpacing[0] > 0 and (
              data.SamplesPerPixel == 1 or
              len(data.OpticalPathSequence[0].ICCProfile) > 128))
    lossy = data.file_meta.TransferSyntaxUID != "1.2.840.10008.1.2.4.90"
    check(name + ": a loss is told", data.LossyImageCompression ==
          ("01" if lossy else "00") and (not lossy or (
              data.LossyImageCompressionRatio and
              data.LossyImageCompressionMethod)))


def check_streams(instance, name):
    """Frames are those of the instance; of JPEG they state their colour."""
    inside = stored_frames(instance.data)
    is_colour_jpeg = instance.data.SamplesPerPixel == 3 and \
        instance.data.file_meta.TransferSyntaxUID.endswith(".50")
    is_rgb = instance.data.PhotometricInterpretation == "RGB"
    wrong = [number for number, (_, _, _, stream) in enumerate(
        instance.frames(), 1) if
        stream.rstrip(b"\0") != inside[number - 1].rstrip(b"\0") or
        (is_colour_jpeg and not states_colour(stream, is_rgb))]
    check("%s: %d frames as in the instance" % (name, len(inside)), not wrong,
          wrong[:5])


def count_off(got, wanted, tile, halved):
    """Pixels that are not as wanted; those at the edges of tiles that are near
    enough do not count where chroma is halved."""
    off = abs(got.astype(int) - wanted)
    off = off.max(2) if off.ndim == 3 else off
    if halved:
        for axis, side in enumerate((tile[1], tile[0])):
            places = np.arange(off.shape[axis])
            edge = np.isin(places % side, (0, side - 1)) | (
                places == off.shape[axis] - 1)
            near = off * (off <= EDGE)
            near = near * (edge[:, None] if axis == 0 else edge)
            off = off - near
    return np.count_nonzero(off)


def check_colour(instances, path, name, halved=False):
    """Each level against OpenSlide's of that size."""
    if not HAVE_OPENSLIDE:
        skip(name, "no OpenSlide")
        return
    levels = {one.size: one for one in instances if one.is_level}
    n = 0
    for picture in openslide_levels(path):
        one = levels.get(picture.shape[1::-1])
        # OpenSlide makes levels of its own, and garbles small ones of TIFF.
        if one is None or min(picture.shape[:2]) < one.data.Columns and \
                path.endswith((".tif", ".tiff", ".svs")):
            continue
        got = one.picture()[0]
        if got.ndim == 2:
            got = np.stack([got] * 3, 2)
        off = count_off(got, picture, (one.data.Columns, one.data.Rows),
                        halved)
        check("%s: %dx%d is OpenSlide's" % (name, *one.size), off == 0, off)
        n += 1
    check("%s: OpenSlide has %d of %d levels" % (name, n, len(levels)), n > 0)


def check_planes(instances, pages, name):
    """Channels are optical paths: every sample of every plane."""
    finest = [one for one in instances if one.is_level and one.size == max(
        other.size for other in instances if other.is_level)]
    n_paths = sum(len(one.data.OpticalPathSequence) for one in finest)
    # Every path of one instance after the other, each in all planes.
    layers = [layer for one in finest for layer in one.picture()]
    check("%s: %d paths of %d planes" % (name, pages.n_paths, pages.n_planes),
          n_paths == pages.n_paths and
          len(layers) == n_paths * pages.n_planes, n_paths, len(layers))
    wrong = [number for number, layer in enumerate(layers)
             if not np.array_equal(layer, pages.read(
                 *divmod(number, pages.n_planes)))]
    check("%s: samples as libtiff reads them" % name, not wrong, wrong)


def check_slide(service, path, kind, folder):
    name = os.path.basename(path)
    found = uids(service, name)
    check("%s: found" % name, len(found) > 0 and
          len({one[:2] for one in found}) == 1, found)
    instances = [Instance(service, one) for one in found]
    os.mkdir(folder)
    for number, one in enumerate(instances):
        check_header(one, "%s, %s" % (name, one.data.ImageType[2]))
        check_streams(one, "%s, %s" % (name, one.data.ImageType[2]))
        with open(os.path.join(folder, "%d.dcm" % number), "wb") as out:
            out.write(one.body)
    errors = judge(folder)
    check("%s: dciodvfy and dcentvfy find no error in %d instances" % (
        name, len(instances)), not errors, *errors[:5])
    if kind in (Pages, Made):
        check_planes(instances, kind(path), name)
    else:
        check_colour(instances, path, name, kind == "halved")
    return found


def make_slides(folder):
    """{path: how it is to be judged}"""
    biopsy = os.path.join(SAMPLES, "slide", "biopsy.svs")
    source = os.path.join(folder, "source.ppm")
    run("vips", "crop", biopsy, source + ".v", "300", "200", "1024", "600")
    run("vips", "extract_band", source + ".v", source, "0", "--n", "3")
    made = {biopsy: "exact"}

    def path_for(name, kind):
        path = os.path.join(folder, name)
        made[path] = kind
        return path
    for sampling, interval, kind in (("1x1", "64", "exact"),
                                     ("2x1", "32", "halved")):
        run(sys.executable, os.path.join(slide_tests, "make-ndpi.py"), source,
            path_for("made-%s.ndpi" % sampling, kind), sampling, interval)
    run(sys.executable, os.path.join(slide_tests, "make-tiff.py"), "ome",
        path_for("made.ome.tif", Made))
    run("vips", "tiffsave", source, path_for("lossless.tif", "exact"),
        "--tile", "--pyramid", "--compression", "deflate")
    run("vips", "tiffsave", source, path_for("jpeg.tif", "exact"),
        "--tile", "--pyramid", "--compression", "jpeg", "--Q", "80",
        "--tile-width", "256", "--tile-height", "256")
    return made


def main(folder):
    slides = make_slides(folder)
    for kind, *names in (
            ("exact", "wsi-svs", "test", "test-suite", "images",
             "CMU-1-Small-Region.svs"),
            ("halved", "wsi-ndpi", "images", "test3-DAPI-2-(387).ndpi"),
            (Pages, "wsi-misc", "test", "test-suite", "images",
             "multi-channel-z-series.ome.tif")):
        path = real(*names)
        if path:
            slides[path] = kind
    seen = {}
    with Service(*slides, told=TOLD) as service:
        for number, (path, kind) in enumerate(slides.items()):
            seen[path] = check_slide(service, path, kind, os.path.join(
                folder, "sent-%d" % number))
    # Elsewhere, by another process.
    elsewhere = os.path.join(folder, "elsewhere")
    os.mkdir(elsewhere)
    for path in slides:
        shutil.copy(path, elsewhere)
    with Service(elsewhere, told=TOLD) as service:
        for path, known in seen.items():
            name = os.path.basename(path)
            check("%s: the same UIDs elsewhere" % name,
                  uids(service, name) == known)


with tempfile.TemporaryDirectory(prefix="vitrail-asdicom-") as scratch:
    main(scratch)
finish()
