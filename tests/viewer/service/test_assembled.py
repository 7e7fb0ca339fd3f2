# SPDX-License-Identifier: LGPL-2.1-or-later
"""All tiles of each DeepZoom level, put together, against `vips dzsave
--overlap 0` of the finest level, and against OpenSlide's levels where there is
one: sizes, place to 0.25 pixel, and pixels.

How far one picture is from another is measured by least squares in blocks of
about 128 pixels, so that a level that only drifts towards an edge is found: what
differs is explained by gain, offset and gradient."""

import glob
import importlib
import io
import os
import shutil
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image

from harness import SAMPLES, SOURCE, Service, check, finish, real, skip
from slidejudge import HAVE_OPENSLIDE, openslide_levels, write_svs

sys.path.insert(0, os.path.join(SOURCE, "tests", "slide"))
tiff = importlib.import_module("make-tiff")
tiff.TILE = 256

SHIFT = 0.25  # pixels
SIDE = 64  # smaller levels have too few pixels to measure
# Mean difference of samples. What is handed out is a JPEG of quality 87 with half
# the chroma, or was stored as one: 3 to 4.3 on the made pictures, which have
# detail at every scale, less than 5 on the real ones; another tile in a place
# makes 10 and more. Of the smallest levels a few blocks of 8 x 8 are all.
ALIKE, ALIKE_SMALL = 5.0, 10.0
# Levels of the made files that are levels of DeepZoom, and which.
STEPS = {"twos": [(0, 0), (1, 1), (2, 2), (3, 3)],
         "fours": [(0, 0), (1, 2), (2, 4)], "threes": [(0, 0)]}

svs = real("wsi-svs", "test", "test-suite", "images",
           "CMU-1-Small-Region.svs")


def make_picture(width, height):
    """Something at every scale, so that each level has what can be measured."""
    random = np.random.default_rng(4)
    total = np.full((height, width, 3), 150.0)
    for step in (2, 4, 8, 16, 32, 64, 128, 256):
        size = (height // step + 4, width // step + 4)
        small = random.normal(0, 1, size)
        grown = Image.fromarray(small.astype("f4")).resize(
            (size[1] * step, size[0] * step), Image.BICUBIC)
        plane = np.asarray(grown)[step:, step:][:height, :width]
        total += plane[..., None] * random.uniform(9, 11, 3)
    return np.clip(total, 0, 255).round().astype("u1")


def shrink(picture, factor):
    """Means; what does not fill a pixel is dropped, as scanners do."""
    height, width = (side // factor for side in picture.shape[:2])
    cut = picture[: height * factor, : width * factor].astype(float)
    return cut.reshape(height, factor, width, factor, 3).mean((1, 3)).round(
    ).astype("u1")


def luma(picture):
    return picture.astype(float) @ (0.299, 0.587, 0.114)


def smooth(plane):
    """What is finer than a few pixels is noise of coding."""
    for axis in (0, 1):
        for _ in range(2):
            plane = (np.roll(plane, 1, axis) + 2 * plane +
                     np.roll(plane, -1, axis)) / 4
    return plane


def find_block_shift(a, b):
    """Where b lies, seen from a, in pixels: (x, y), or None where nothing is
    to be seen. @a, @b: smoothed planes."""
    dy, dx = np.gradient(a)
    inner = (slice(4, -4), slice(4, -4))
    a, b, dx, dy = (plane[inner].ravel() for plane in (a, b, dx, dy))
    # Two directions of enough contrast against noise of a few levels.
    weakest = np.linalg.eigvalsh(np.cov(np.stack([dx, dy])))[0]
    if weakest < 0.25:
        return None
    columns = np.stack([a, np.ones_like(a), -dx, -dy], 1)
    gain, _, x, y = np.linalg.lstsq(columns, b, rcond=None)[0]
    return (x / gain, y / gain) if gain > 0.5 else (9.0, 9.0)


def find_shift(a, b):
    """The largest shift of all blocks, and how many have been measured."""
    a, b = smooth(luma(a)), smooth(luma(b))
    rows, columns = (max(1, side // 128) for side in a.shape)
    found = []
    for part_a, part_b in zip(np.array_split(a, rows),
                              np.array_split(b, rows)):
        found += [find_block_shift(*pair) for pair in zip(
            np.array_split(part_a, columns, 1),
            np.array_split(part_b, columns, 1))]
    found = [shift for shift in found if shift is not None]
    return max((max(map(abs, s)) for s in found), default=0.0), len(found)


def move(picture, x, y):
    """The picture shifted by parts of a pixel."""
    ramps = [np.fft.fftfreq(side) for side in picture.shape[:2]]
    phase = np.exp(-2j * np.pi * (ramps[0][:, None] * y + ramps[1] * x))
    moved = np.fft.ifft2(np.fft.fft2(picture.astype(float), axes=(0, 1)) *
                         phase[..., None], axes=(0, 1)).real
    return np.clip(moved, 0, 255)


def check_estimator(picture, name):
    """A shifted picture is found out, and one that is not is not."""
    picture = picture[400:900, 400:1168]
    for x, y in ((0.0, 0.0), (0.1, -0.15), (0.3, 0.0), (0.0, -0.3), (1.0, 0.0),
                 (-0.5, 0.5)):
        shift, n = find_shift(picture, move(picture, x, y))
        wanted = max(abs(x), abs(y))
        check("%s shifted by (%g, %g): measured" % (name, x, y), n >= 4 and
              abs(shift - wanted) < 0.04 + 0.2 * wanted and
              (shift < SHIFT) == (wanted < SHIFT), shift, n)
    if name == "made":
        mean = np.abs(picture - np.roll(picture, 256, 1).astype(int)).mean()
        check("another tile is no coding loss", mean > 2 * ALIKE, mean)
    # A picture that is only stretched, by 2 pixels over its width.
    height, width = picture.shape[:2]
    stretched = np.asarray(Image.fromarray(picture).resize(
        (width + 2, height), Image.BICUBIC))[:, :width]
    shift, _ = find_shift(picture, stretched)
    check("%s stretched: found" % name, shift > SHIFT, shift)


class Pyramid:
    """A slide as the service hands it out."""

    def __init__(self, service, slide):
        self.service = service
        self.slide = slide
        side = max(slide["width"], slide["height"])
        self.top = (side - 1).bit_length()
        self.tile = slide["tile_size"]

    def tiles(self, shift):
        """(column, row, picture) of the level that is halved so often."""
        columns, rows = (-(-self.side(key, shift) // self.tile)
                         for key in ("width", "height"))
        for row in range(rows):
            for column in range(columns):
                answer = self.service.get("/deepzoom/%s_files/%d/%d_%d.jpg" % (
                    self.slide["id"], self.top - shift, column, row))
                if answer.status != 200:
                    raise RuntimeError(str(answer))
                yield column, row, Image.open(io.BytesIO(answer.body))

    def side(self, key, shift):
        return -(-self.slide[key] >> shift)  # rounded up

    def assemble(self, shift):
        """The level, and the places of tiles that came as they are stored:
        with the tables of the file, not of ours."""
        whole = np.zeros((self.side("height", shift),
                          self.side("width", shift), 3), "u1")
        tables = {}
        for column, row, tile in self.tiles(shift):
            y, x = row * self.tile, column * self.tile
            pixels = np.asarray(tile.convert("RGB"))
            wanted = whole[y : y + self.tile, x : x + self.tile].shape
            if pixels.shape != wanted:
                raise RuntimeError("tile %d, %d: %s, not %s" % (
                    column, row, pixels.shape, wanted))
            whole[y : y + self.tile, x : x + self.tile] = pixels
            tables[column, row] = tile.quantization
        return whole, tables


def dzsave(picture, folder):
    """The levels of vips, finest first."""
    base = os.path.join(folder, "judge")
    shutil.rmtree(base + "_files", ignore_errors=True)
    Image.fromarray(picture).save(base + ".ppm")
    subprocess.run(["vips", "dzsave", base + ".ppm", base, "--overlap", "0",
                    "--tile-size", "2048", "--suffix", ".png[compression=0]"],
                   check=True)
    folders = filter(str.isdigit, os.listdir(base + "_files"))
    for level in sorted(map(int, folders), reverse=True):
        rows = {}
        for path in glob.glob("%s_files/%d/*.png" % (base, level)):
            column, row = map(int, os.path.basename(path)[:-4].split("_"))
            pixels = np.asarray(Image.open(path).convert("RGB"))
            rows.setdefault(row, {})[column] = pixels
        yield np.vstack([np.hstack([row[1] for row in sorted(line.items())])
                         for _, line in sorted(rows.items())])


def compare(name, ours, judge):
    height, width = map(min, ours.shape[:2], judge.shape[:2])
    ours, judge = ours[:height, :width], judge[:height, :width]
    bound = ALIKE_SMALL
    if min(height, width) > SIDE:
        bound = ALIKE
        shift, n = find_shift(judge, ours)
        check("%s: in its place to %g pixel" % (name, SHIFT),
              n > 0 and shift < SHIFT, shift, n)
    mean = np.abs(ours.astype(int) - judge).mean()
    check("%s: the same pixels" % name, mean < bound, mean)


def check_slide(service, slide, name, folder):
    """Each level; returns the tables of each."""
    pyramid = Pyramid(service, slide)
    finest, tables = pyramid.assemble(0)
    all_tables = [tables]
    check("%s: its size" % name,
          finest.shape[:2] == (slide["height"], slide["width"]))
    levels = [finest]
    for shift, judge in enumerate(dzsave(finest, folder)):
        if shift > 0:
            whole, tables = pyramid.assemble(shift)
            levels.append(whole)
            all_tables.append(tables)
        check("%s, halved %d times: as large as vips has it" % (name, shift),
              levels[-1].shape == judge.shape, levels[-1].shape, judge.shape)
        compare("%s, halved %d times" % (name, shift), levels[-1], judge)
    check("%s: down to a pixel, no further" % name,
          levels[-1].shape == (1, 1, 3) and len(levels) == pyramid.top + 1)
    return levels, all_tables


def check_openslide(path, name, levels):
    """@levels: of DeepZoom. Each of OpenSlide's that is one of them."""
    n = 0
    for number, judge in enumerate(openslide_levels(path)):
        if path.endswith(".tif") and min(judge.shape[:2]) < tiff.TILE:
            continue  # OpenSlide 3 garbles what is smaller than a tile
        for shift, level in enumerate(levels):
            if all(0 <= a - b <= 1 for a, b in zip(level.shape, judge.shape)):
                compare("%s, level %d of OpenSlide" % (name, number), level,
                        judge)
                n += 1
    if HAVE_OPENSLIDE:
        check("%s: OpenSlide has %d of the levels" % (name, n), n > 0)
    else:
        skip(name, "no OpenSlide")


def check_passed(name, tables, stored, size, tile=256):
    """Tiles come as they are stored where they lie in a level of the file of
    which DeepZoom's is an exact multiple; no others do. @stored: for each
    number of halvings the (width, height) in the file."""
    own = tables[0][0, 0]
    wrong = []
    n = 0
    for shift, level in enumerate(tables):
        width, height = stored.get(shift, (0, 0))
        for (column, row), found in level.items():
            inside = ((column + 1) * tile <= width and
                      (row + 1) * tile <= height)
            n += inside
            # Those at an edge that is the same may be cropped unseen.
            sides = tuple(-(-side >> shift) for side in size)
            either = not inside and (width, height) == sides
            if (found == own) != inside and not either:
                wrong.append((shift, column, row))
    check("%s: %d tiles as stored, and no others" % (name, n), not wrong,
          wrong)


def main(folder):
    picture = make_picture(3001, 2003)
    check_estimator(picture, "made")
    half, quarter = shrink(picture, 2), shrink(picture, 4)
    made = {
        "twos": [picture, half, shrink(half, 2), shrink(shrink(half, 2), 2)],
        "fours": [picture, quarter, shrink(quarter, 4)],
        # A level between those of DeepZoom.
        "threes": [picture, np.asarray(Image.fromarray(picture).resize(
            (1000, 667), Image.BOX))],
    }
    os.mkdir(os.path.join(folder, "slides"))
    paths = {}
    for name, levels in made.items():
        paths[name] = os.path.join(folder, "slides", name + ".svs")
        write_svs(paths[name], levels)
    paths["vips"] = os.path.join(folder, "slides", "vips.tif")
    Image.fromarray(picture).save(os.path.join(folder, "picture.ppm"))
    subprocess.run(["vips", "tiffsave", os.path.join(folder, "picture.ppm"),
                    paths["vips"], "--tile", "--pyramid", "--tile-width",
                    "256", "--tile-height", "256", "--compression", "deflate"],
                   check=True)
    paths["biopsy"] = os.path.join(SAMPLES, "slide", "biopsy.svs")
    if svs:
        paths["CMU-1"] = os.path.abspath(svs)
    with Service(*paths.values()) as service:
        slides = {s["path"]: s for s in service.get("/slides").json}
        for name, path in paths.items():
            levels, tables = check_slide(service, slides[path], name, folder)
            check_openslide(path, name, levels)
            if name in made:
                stored = {shift: made[name][number].shape[1::-1]
                          for number, shift in STEPS[name]}
                check_passed(name, tables, stored, (3001, 2003))
                # What vips makes of the picture itself, before any coding.
                compare(name + ": the original", levels[0], picture)
            if name == "CMU-1":
                check_estimator(levels[0], name)


with tempfile.TemporaryDirectory(prefix="vitrail-assembled-") as scratch:
    main(scratch)
finish()
