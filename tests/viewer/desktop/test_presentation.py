# SPDX-License-Identifier: LGPL-2.1-or-later
"""How values become a picture: colormaps with their legend, overlays of the
data, its own windows with their explanations, what could not be decoded, and
what a stream contradicts in its header."""

import os
import tempfile

import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, generate_pixel_data_frame
from pydicom.sequence import Sequence

from desktop import Viewer, check, difference, finish, missing_tools, skip
from reader import ScreenReader, missing_parts

SAMPLES = os.environ.get("VITRAIL_SAMPLES", "")
# Where the legend is in the window of 1280 x 800.
BAR = slice(290, 556), 1243


def first(folder):
    folder = os.path.join(SAMPLES, folder)
    return pydicom.dcmread(os.path.join(folder, sorted(os.listdir(folder))[0]))


def make_ct(path):
    """Two windows and a VOI LUT, each explained, and an overlay plane."""
    data = first("ct")
    data.WindowCenter = ["40", "-600"]
    data.WindowWidth = ["400", "1500"]
    data.WindowCenterWidthExplanation = ["SOFT_TISSUE", "LUNG"]
    lut = Dataset()
    lut.LUTDescriptor = [256, 0, 16]
    lut.LUTExplanation = "Two levels"
    lut.LUTData = np.repeat([0, 65535], 128).astype("<u2").tobytes()
    lut["LUTData"].VR = "OW"
    lut["LUTDescriptor"].VR = "US"
    data.VOILUTSequence = Sequence([lut])
    plane = np.zeros((data.Rows, data.Columns), np.uint8)
    plane[200:300, 200:300] = 1
    data.add_new(0x60000010, "US", data.Rows)
    data.add_new(0x60000011, "US", data.Columns)
    data.add_new(0x60000040, "CS", "G")
    data.add_new(0x60000050, "SS", [1, 1])
    data.add_new(0x60000100, "US", 1)
    data.add_new(0x60000102, "US", 0)
    data.add_new(0x60003000, "OW",
                 np.packbits(plane.ravel(), bitorder="little").tobytes())
    data.save_as(path)


def make_broken(path):
    """The third of four frames is no JPEG."""
    data = first("us")
    frames = list(generate_pixel_data_frame(data.PixelData,
                                            int(data.NumberOfFrames)))[:4]
    frames[2] = b"not a JPEG stream at all" * 20
    data.NumberOfFrames = len(frames)
    data.PixelData = encapsulate(frames)
    data["PixelData"].is_undefined_length = True
    data.save_as(path)


def make_contradicting(path):
    """Colour, says the header; the streams are grey."""
    from io import BytesIO
    from PIL import Image
    data = first("us")
    grey = Image.fromarray(np.tile(np.arange(256, dtype=np.uint8), (200, 2)))
    stream = BytesIO()
    grey.save(stream, "JPEG", quality=95)
    data.NumberOfFrames = 1
    data.Rows, data.Columns = 200, 512
    data.PixelData = encapsulate([stream.getvalue()])
    data["PixelData"].is_undefined_length = True
    data.save_as(path)


def image(reader):
    return next((node for node in reader.walk() if node.role == "image"
                 and node.name.startswith("Viewport")), None)


def says(reader, words):
    return bool(reader.until(lambda: words in image(reader).description))


def focused(reader, words):
    def there():
        node = reader.focus()
        return node is not None and words in node.name
    return bool(reader.until(there))


def is_grey(picture):
    """Whether no pixel has a colour."""
    low = picture.min(axis=2).astype(int)
    return bool((picture.max(axis=2) - low).max() < 12)


def colormaps(viewer, reader):
    grey = viewer.settle()
    viewer.key("k")
    check("K opens the colours", reader.until(
        lambda: any(node.name == "hot_iron" and "menu item" in node.role
                    for node in reader.walk())))
    viewer.settle(box=None)
    viewer.shot("desktop-colors")
    items = [node.name for node in reader.walk() if "menu item" in node.role]
    for name in ("Grayscale", "X Ray", "Isodose", "hsv", "hot_iron",
                 "red_hot", "s_pet", "perfusion", "rainbow_2", "suv",
                 "ge_256", "ge", "siemens", "viridis"):
        check("there is " + name, name in items, items)
    viewer.key("Down", "Down", "Down", "Down", "Return")
    coloured = viewer.until(lambda now: difference(now, grey) > 3)
    viewer.shot("desktop-colormap")
    check("the picture is in colours", not is_grey(coloured))
    check("it says in which", says(reader, "Colours hot_iron"), image(reader))
    bar = viewer.shot(box=None)[BAR]
    check("the legend goes from dark to bright",
          bar[4].sum() > bar[bar.shape[0] // 2].sum() > bar[-4].sum(),
          bar[4], bar[bar.shape[0] // 2], bar[-4])
    check("the focus is on the picture again", focused(reader, "Viewport"),
          reader.focus())
    viewer.key("i")
    viewer.until(lambda now: difference(now, coloured) > 3)
    bar = viewer.shot(box=None)[BAR]
    check("inverted, so is the legend", bar[4].sum() < bar[-4].sum())
    viewer.key("space")
    check("Space: grey again", np.array_equal(
        viewer.until(lambda now: np.array_equal(now, grey)), grey))


def overlays(viewer, reader):
    shown = viewer.settle()
    viewer.key("shift+o")
    hidden = viewer.until(lambda now: difference(now, shown) > 0.5)
    check("Shift+O hides the overlays", difference(hidden, shown) > 0.5)
    check("the button says so", reader.until(
        lambda: any(node.name == "Overlays" and not node.pressed
                    for node in reader.walk())))
    viewer.key("shift+o")
    check("and shows them again", np.array_equal(
        viewer.until(lambda now: np.array_equal(now, shown)), shown))


def windows(viewer, reader):
    viewer.key("shift+w")
    check("Shift+W opens the windows", reader.until(
        lambda: any("SOFT_TISSUE" in node.name for node in reader.walk())))
    viewer.settle(box=None)
    viewer.shot("desktop-windows")
    items = [node.name for node in reader.walk() if "menu item" in node.role]
    for words in ("Two levels", "SOFT_TISSUE  (W 400  L 40)",
                  "LUNG  (W 1500  L -600)", "Lung"):
        check("there is " + words, words in items, items)
    viewer.key("Down", "Down", "Return")
    check("the data's second window is applied",
          says(reader, "W 1500  L -600 HU"), image(reader))
    check("the focus is on the picture then", focused(reader, "Viewport"),
          reader.focus())
    before = viewer.settle()
    viewer.key("k", "Down", "Down", "Down", "Return")
    viewer.until(lambda now: difference(now, before) > 3)
    check("the window stays in colours", says(reader, "W 1500  L -600 HU")
          and says(reader, "Colours hsv"), image(reader))
    viewer.shot("desktop-legend")
    viewer.key("space")


def broken(reader, folder):
    with Viewer(os.path.join(folder, "broken.dcm"), reader=reader) as viewer:
        good = viewer.wait_for_picture()
        viewer.key("Down", "Down")
        check("a corrupt frame says which and that it is",
              says(reader, "Frame 3 of 4 could not be decoded"),
              image(reader))
        description = image(reader).description
        check("and why", "JPEG" in description, description)
        bad = viewer.settle()
        viewer.shot("desktop-corrupt")
        check("it is marked, not the frame before",
              difference(bad, good) > 3 and bad.mean() > 0.5, bad.mean())
        viewer.key("Down")
        check("the next one is shown", says(reader, "Image 4 / 4")
              and "could not" not in image(reader).description, image(reader))


def contradicting(reader, folder):
    with Viewer(os.path.join(folder, "other.dcm"), reader=reader) as viewer:
        viewer.wait_for_picture()
        check("what the stream contradicts is told",
              says(reader, "Header overruled: "), image(reader))
        viewer.settle()
        viewer.shot("desktop-contradiction")


def main():
    missing = missing_tools() + missing_parts()
    if missing:
        skip("presentation", "no " + ", ".join(missing))
        finish()
    with tempfile.TemporaryDirectory() as folder, ScreenReader() as reader:
        make_ct(os.path.join(folder, "ct.dcm"))
        make_broken(os.path.join(folder, "broken.dcm"))
        make_contradicting(os.path.join(folder, "other.dcm"))
        with Viewer(os.path.join(folder, "ct.dcm"), reader=reader) as viewer:
            viewer.wait_for_picture()
            viewer.shot("desktop-overlays")
            overlays(viewer, reader)
            colormaps(viewer, reader)
            windows(viewer, reader)
        broken(reader, folder)
        contradicting(reader, folder)
    finish()


main()
