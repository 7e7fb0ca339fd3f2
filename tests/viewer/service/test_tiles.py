# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every tile of every level as any client decodes it: of DeepZoom, of IIIF and of
DICOMweb /frames, by libjpeg and (some of each) by Chromium, against OpenSlide's
pixels and the file's own bytes.

| tile | is | against OpenSlide |
| --- | --- | --- |
| whole, in a level of the file | its bytes | every pixel the same |
| on the edge of such a level | cropped without decoding | the same; of halved chroma but for the outermost row and column, where a decoder has no neighbour to smooth chroma with: EDGE levels there; and all of it what jpegtran crops |
| /frames of any place | its bytes | every pixel of the level the same |
| any other | computed and encoded | the means of 2 x 2 pixels again and again: ENCODED dB less near than what Pillow's JPEG of the same quality makes of them (which is 29 to 55), ENCODED_FEW below 16 pixels, of few blocks |
| the same as PNG | resampled | RESAMPLED dB in luma; RESAMPLED_COLOUR with halved chroma, which scaled decoding does not first blur up to the full size |
"""

import io
import math
import os
import subprocess
import tempfile

import numpy as np
import pydicom
from PIL import Image

from chromium import show
from harness import (SAMPLES, Service, check, finish, objects, path_of, real,
                     skip, stored_frames, value)
from slidejudge import (HAVE_OPENSLIDE, colour_transform, decode, halve,
                        openslide_levels, psnr, segments, states_colour,
                        write_svs)

svs = real("wsi-svs", "test", "test-suite", "images",
           "CMU-1-Small-Region.svs")
IN_CHROMIUM = 6  # tiles of each kind and slide
EDGE = 24
QUALITY = 87  # of what is encoded anew
ENCODED = 0.3
ENCODED_FEW = 3.5
RESAMPLED = 45.0
RESAMPLED_COLOUR = 40.0

shown = []  # (what, url, pixels) for Chromium


class Judge:
    """A slide's file as others read it."""

    def __init__(self, path):
        self.path = path
        with open(path, "rb") as file:
            self.bytes = file.read()
        told = subprocess.run(["tiffinfo", path], capture_output=True,
                              text=True, check=True).stdout
        self.is_rgb = "Photometric Interpretation: RGB color" in \
            told.split("TIFF Directory")[1]
        self.levels = [self.repair(*one) for one in
                       enumerate(openslide_levels(path))]

    def repair(self, number, picture):
        """OpenSlide 3 garbles what is smaller than a tile: libvips."""
        if min(picture.shape[:2]) >= 256:
            return picture
        with tempfile.TemporaryDirectory() as folder:
            out = os.path.join(folder, "page.ppm")
            subprocess.run(["vips", "tiffload", self.path, out, "--page",
                            str(number)], check=True)
            return np.asarray(Image.open(out).convert("RGB"))

    def is_stored(self, jpeg):
        """Whether these are bytes of the file, but for markers."""
        return self.bytes.find(segments(jpeg)[1].rstrip(b"\0")) >= 0


def crop(picture, x, y, width, height):
    return picture[y:y + height, x:x + width]


def pad(picture, width, height):
    return np.pad(picture, ((0, height - picture.shape[0]),
                            (0, width - picture.shape[1]), (0, 0)), "edge")


class Level:
    """One DeepZoom level: what each tile of it should be."""

    def __init__(self, judge, slide, shift, above):
        self.size = slide["tile_size"]
        self.width, self.height = (-(-slide[key] >> shift)
                                   for key in ("width", "height"))
        self.stored = next((
            picture for picture in judge.levels if all(
                0 <= mine - its <= 1 for mine, its in zip(
                    (self.height, self.width), picture.shape)) and
            round(math.log2(judge.levels[0].shape[1] / picture.shape[1])) ==
            shift), None)
        self.truth = halve(above.truth) if self.stored is None else pad(
            self.stored, self.width, self.height)

    def places(self):
        for y in range(0, self.height, self.size):
            for x in range(0, self.width, self.size):
                yield x, y

    def kind(self, x, y):
        """Of the tile there: whole, cropped or encoded."""
        if self.stored is None:
            return "encoded"
        height, width = self.stored.shape[:2]
        if x + self.size <= width and y + self.size <= height:
            return "whole"
        return "cropped" if (width, height) == (self.width, self.height) \
            else "encoded"


class Stored:
    """The frames of one level by DICOMweb, at their places."""

    def __init__(self, service, url, told):
        self.service = service
        self.url = url
        self.width, self.height, self.columns, self.rows = (
            value(told, tag) for tag in ("00480006", "00480007", "00280011",
                                         "00280010"))
        self.photometric = value(told, "00280004")
        self.n_columns = -(-self.width // self.columns)
        self.n_frames = self.n_columns * -(-self.height // self.rows)

    def address(self, number):
        """In any browser: by a query instead of a header."""
        return "%s/frames/%d?accept=image/jpeg" % (self.url, number + 1)

    def get(self, number):
        return self.service.get(self.address(number)).body

    def at(self, x, y):
        return self.get(y // self.rows * self.n_columns + x // self.columns)


def levels_by_dicomweb(service, name):
    """What is made of the slide on the fly, by the size of its levels."""
    found = {}
    for one in service.get("/dicom-web/instances?SeriesDescription=" +
                           name).json:
        url = "/dicom-web/studies/%s/series/%s/instances/%s" % tuple(
            value(one, tag) for tag in ("0020000D", "0020000E", "00080018"))
        told = service.get(url + "/metadata").json[0]
        if told["00080008"]["Value"][2] == "VOLUME":
            level = Stored(service, url, told)
            found[level.width, level.height] = level
    return found


def check_frames(judge, name, frames):
    """Each frame, whole, with what lies beside the level."""
    for number, picture in enumerate(judge.levels):
        level = frames.get(picture.shape[1::-1])
        if not check("%s, level %d is there by DICOMweb" % (name, number),
                     level is not None, list(frames)):
            continue
        wrong = []
        for n in range(level.n_frames):
            jpeg = level.get(n)
            y, x = (n // level.n_columns * level.rows,
                    n % level.n_columns * level.columns)
            wanted = crop(picture, x, y, level.columns, level.rows)
            got = decode(jpeg)
            if got.shape != (level.rows, level.columns, 3) or \
                    not np.array_equal(crop(got, 0, 0, *wanted.shape[1::-1]),
                                       wanted) or \
                    not judge.is_stored(jpeg) or \
                    not states_colour(jpeg, judge.is_rgb):
                wrong.append(n + 1)
            shown.append(("frame of " + name, level.address(n), got))
        check("%s, level %d: %d frames" % (name, number, level.n_frames),
              not wrong, wrong[:5])
        check("and what they are in DICOM", level.photometric ==
              ("RGB" if judge.is_rgb else "YBR_FULL_422"), level.photometric)


def is_whole(judge, jpeg, got, wanted):
    return np.array_equal(got, wanted) and judge.is_stored(jpeg) and \
        states_colour(jpeg, judge.is_rgb)


def is_cropped(judge, jpeg, got, wanted, stored):
    """@stored: the whole tile."""
    height, width = wanted.shape[:2]
    made = subprocess.run(
        ["jpegtran", "-crop", "%dx%d+0+0" % (width, height)], input=stored,
        capture_output=True, check=True).stdout
    off = abs(got.astype(int) - wanted)
    halved = any(marker == 0xc0 and payload[7] != 0x11
                 for marker, payload in segments(jpeg)[0])
    return np.array_equal(got, decode(made)) and states_colour(jpeg, judge.is_rgb) \
        and off.max() <= (EDGE if halved else 0) and \
        not off[:height - 1, :width - 1].any()


def is_encoded(got, wanted):
    out = io.BytesIO()
    Image.fromarray(wanted.round().astype("u1")).save(
        out, "JPEG", quality=QUALITY, subsampling="4:2:0")
    own = psnr(decode(out.getvalue()), wanted)
    if min(got.shape[:2]) >= 16:
        return psnr(got, wanted) > own - ENCODED
    return psnr(got, wanted) > min(own - ENCODED_FEW, RESAMPLED_COLOUR)


def is_resampled(got, wanted):
    luma = np.array([0.299, 0.587, 0.114])
    return psnr(got @ luma, wanted @ luma) > RESAMPLED and \
        psnr(got, wanted) > RESAMPLED_COLOUR


def iiif_tiles(slide, info):
    """Paths of all tiles that info.json states: {(shift, x, y): path}, the
    place in pixels of the level."""
    tile = info["tiles"][0]
    found = {}
    for scale in tile["scaleFactors"]:
        side = tile["width"] * scale
        for y in range(0, info["height"], side):
            for x in range(0, info["width"], side):
                width = min(side, info["width"] - x)
                height = min(side, info["height"] - y)
                found[int(math.log2(scale)), x // scale, y // scale] = \
                    "/iiif/3/%s/%d,%d,%d,%d/%d,%d/0/default" % (
                        slide["id"], x, y, width, height, -(-width // scale),
                        -(-height // scale))
    return found


class Checker:
    def __init__(self, service, slide, judge):
        self.service = service
        self.slide = slide
        self.judge = judge
        self.name = os.path.basename(slide["path"])
        self.frames = levels_by_dicomweb(service, self.name)
        self.iiif = iiif_tiles(slide, service.get(
            "/iiif/3/%s/info.json" % slide["id"]).json)

    def check_tile(self, level, shift, url, place):
        """Whether the tile is what it should be, by its kind."""
        x, y = place
        jpeg = self.service.get(url).body
        got = decode(jpeg)
        wanted = crop(level.truth, x, y, level.size, level.size)
        path = self.iiif.pop((shift, x, y), None)
        kind = level.kind(x, y)
        shown.append(("%s tile of %s" % (kind, self.name), url, got))
        if got.shape != wanted.shape:
            return False
        if path is not None:
            shown.append(("IIIF tile of " + self.name, path + ".jpg", got))
            if self.service.get(path + ".jpg").body != jpeg:
                return False
        if kind == "whole":
            return is_whole(self.judge, jpeg, got, wanted)
        if kind == "cropped":
            stored = self.frames[level.width, level.height].at(x, y)
            return is_cropped(self.judge, jpeg, got, wanted, stored)
        return is_encoded(got, wanted) and self.check_region(
            shift, x, y, wanted)

    def check_region(self, shift, x, y, wanted):
        """The same place without coding, of the pixels that are there as a
        whole: where sides are odd IIIF squeezes a region that ends with half a
        pixel, DeepZoom does not."""
        width = min((self.slide["width"] >> shift) - x, wanted.shape[1])
        height = min((self.slide["height"] >> shift) - y, wanted.shape[0])
        if width < 1 or height < 1:
            return True
        png = self.service.get("/iiif/3/%s/%d,%d,%d,%d/%d,%d/0/default.png" % (
            self.slide["id"], x << shift, y << shift, width << shift,
            height << shift, width, height)).body
        return is_resampled(decode(png), crop(wanted, 0, 0, width, height))

    def check(self):
        check_frames(self.judge, self.name, self.frames)
        top = (max(self.slide["width"], self.slide["height"]) - 1).bit_length()
        level = None
        for shift in range(top + 1):
            level = Level(self.judge, self.slide, shift, level)
            places = list(level.places())
            wrong = [place for place in places if not self.check_tile(
                level, shift, "/deepzoom/%s_files/%d/%d_%d.jpg" % (
                    self.slide["id"], top - shift, place[0] // level.size,
                    place[1] // level.size), place)]
            kinds = [level.kind(*place) for place in places]
            check("%s, halved %d times: %s" % (self.name, shift, ", ".join(
                "%d %s" % (kinds.count(kind), kind)
                for kind in sorted(set(kinds)))), not wrong, wrong[:5])
        check("%s: and all that IIIF states" % self.name, not self.iiif,
              list(self.iiif)[:5])


def check_dicom(service, slide):
    """A DICOM file's own frames go out byte by byte; its tiles state their
    colour and are, decoded, what Pillow makes of the frames."""
    folder = os.path.join(SAMPLES, "slide", "dicom")
    for path, _ in objects(folder):
        data = pydicom.dcmread(path)
        frames = stored_frames(data)
        # The writer has its threads store frames in any order.
        places = [group.PlanePositionSlideSequence[0]
                  for group in data.PerFrameFunctionalGroupsSequence]
        shift = round(math.log2(slide["width"] / data.TotalPixelMatrixColumns))
        top = (max(slide["width"], slide["height"]) - 1).bit_length() - shift
        wrong = []
        for number, place in enumerate(places):
            x = place.ColumnPositionInTotalImagePixelMatrix - 1
            y = place.RowPositionInTotalImagePixelMatrix - 1
            sent = service.get(path_of(data, "frames", str(number + 1)),
                               accept="image/jpeg").body
            url = "/deepzoom/%s_files/%d/%d_%d.jpg" % (
                slide["id"], top, x // data.Columns, y // data.Rows)
            tile = service.get(url).body
            got, wanted = decode(tile), decode(frames[number])
            shown.append(("tile of DICOM", url, got))
            if sent.rstrip(b"\0") != frames[number].rstrip(b"\0") or \
                    colour_transform(sent) is not None or (
                        got.shape == wanted.shape and not (
                            np.array_equal(got, wanted) and
                            colour_transform(tile) == 1)):
                wrong.append(number + 1)
        check("DICOM of %d columns: %d frames" % (
            data.TotalPixelMatrixColumns, len(frames)), not wrong, wrong[:5])
        check("which say nothing else", data.PhotometricInterpretation in (
            "YBR_FULL_422", "YBR_FULL"), data.PhotometricInterpretation)


def check_chromium(service):
    some = []
    for what in sorted({what for what, _, _ in shown}):
        tiles = [one for one in shown if one[0] == what]
        some += tiles[::-(-len(tiles) // IN_CHROMIUM)]
    pictures = show(service, [url for _, url, _ in some])
    if pictures is None:
        skip("by Chromium", "no Chromium or playwright-core")
        return
    for what in sorted({what for what, _, _ in some}):
        pairs = [(one, picture) for one, picture in zip(some, pictures)
                 if one[0] == what]
        wrong = [one[1] for one, picture in pairs
                 if not np.array_equal(picture, one[2])]
        check("%s: %d by Chromium" % (what, len(pairs)), not wrong, wrong[:3])


def make_slides(folder):
    """JPEG pyramids of three codings, and an SVS whose levels step by 4 and
    are rounded down."""
    biopsy = os.path.join(SAMPLES, "slide", "biopsy.svs")
    source = os.path.join(folder, "source.ppm")
    subprocess.run(["vips", "crop", biopsy, source + ".v", "300", "200",
                    "1011", "867"], check=True)
    subprocess.run(["vips", "extract_band", source + ".v", source, "0", "--n",
                    "3"], check=True)
    slides = os.path.join(folder, "slides")
    os.mkdir(slides)
    for name, options in (("ycc420", "Q=80"), ("ycc444", "Q=95"),
                          ("rgb", "Q=90,rgbjpeg")):
        subprocess.run(
            ["vips", "copy", source, "%s/%s.tif[tile,pyramid,tile-width=256,"
             "tile-height=256,compression=jpeg,%s]" % (slides, name, options)],
            check=True)
    finest = np.asarray(Image.open(source))
    quarter = finest[:864, :1008].astype(float).reshape(
        216, 4, 252, 4, 3).mean((1, 3)).round().astype("u1")
    write_svs(os.path.join(slides, "fours.svs"), [finest, quarter], 90)
    return slides


def main(folder):
    if not HAVE_OPENSLIDE:
        skip("all", "no OpenSlide")
        return
    with Service(make_slides(folder), SAMPLES,
                 *([svs] if svs else [])) as service:
        slides = service.get("/slides").json
        series = objects(os.path.join(SAMPLES, "slide", "dicom"))[0][
            1].SeriesInstanceUID
        for slide in slides:
            if slide["id"].startswith(series):
                check_dicom(service, slide)
            elif slide["path"].endswith((".svs", ".tif")):
                Checker(service, slide, Judge(slide["path"])).check()
        check_chromium(service)


with tempfile.TemporaryDirectory(prefix="vitrail-tiles-") as scratch:
    main(scratch)
finish()
