# SPDX-License-Identifier: LGPL-2.1-or-later
"""TIFF slides that no tool at hand writes, byte by byte, with the samples that
a reader must find in them beside.

make-tiff.py KIND FILE"""

import base64
import io
import os
import struct
import subprocess
import sys
import tempfile
import zlib

import numpy
from PIL import Image

SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 7: 1, 16: 8}
FORMATS = {3: "H", 4: "I", 16: "Q"}
TILE = 64


class Page:
    """Tags and cells of one directory, and the directories below it."""

    def __init__(self, width, height, cells, **tags):
        self.cells = cells
        self.children = []
        self.tags = {
            256: (4, [width]),
            257: (4, [height]),
            258: (3, [tags.pop("bits", 8)] * tags.get("samples", 1)),
            259: (3, [tags.pop("compression", 1)]),
            262: (3, [tags.pop("photometric", 1)]),
            277: (3, [tags.pop("samples", 1)]),
            322: (4, [tags.pop("tile", TILE)]),
            323: (4, [tags.pop("tile_height", TILE)]),
        }
        text = tags.pop("description", None)
        if text is not None:
            self.tags[270] = (2, text.encode() + b"\0")
        for tag, value in tags.pop("more", {}).items():
            self.tags[tag] = value
        assert not tags, tags


class Writer:
    """A little endian TIFF or BigTIFF file in memory."""

    def __init__(self, big=False):
        self.big = big
        self.out = bytearray(16 if big else 8)

    def put(self, data):
        at = len(self.out)
        self.out += data
        if len(self.out) % 2:
            self.out += b"\0"
        return at

    def values(self, kind, values):
        if isinstance(values, bytes):
            return values, len(values)
        data = struct.pack("<%d%s" % (len(values), FORMATS[kind]), *values)
        return data, len(values)

    def directory(self, page, following):
        kind = 16 if self.big else 4
        word = 8 if self.big else 4
        offsets = [self.put(c) if c else 0 for c in page.cells]
        tags = dict(page.tags)
        tags[324] = (kind, offsets)
        tags[325] = (4, [len(c) for c in page.cells])
        if page.children:
            tags[330] = (kind, [self.directory(c, 0) for c in page.children])
        entries = b""
        for tag, (type_, values) in sorted(tags.items()):
            data, count = self.values(type_, values)
            head = struct.pack("<HHQ" if self.big else "<HHI", tag, type_, count)
            if len(data) > word:
                data = struct.pack("<Q" if self.big else "<I", self.put(data))
            entries += head + data.ljust(word, b"\0")
        count = struct.pack("<Q" if self.big else "<H", len(tags))
        link = struct.pack("<Q" if self.big else "<I", following)
        return self.put(count + entries + link)

    def file(self, pages):
        following = 0
        for page in reversed(pages):
            following = self.directory(page, following)
        if self.big:
            self.out[:16] = struct.pack("<2sHHHQ", b"II", 43, 8, 0, following)
        else:
            self.out[:8] = struct.pack("<2sHI", b"II", 42, following)
        return bytes(self.out)


def samples(width, height, seed, bits):
    """A ramp with noise, another for each seed."""
    random = numpy.random.default_rng(seed)
    y, x = numpy.mgrid[:height, :width]
    top = (1 << bits) - 1
    plane = (x * (3 + seed) + y * 5) * (top // 2000 + 1) % (top // 2)
    plane = plane + random.integers(0, top // 2, (height, width))
    return plane.astype("<u2" if bits > 8 else "u1")


def tiles(plane, encode):
    height, width = plane.shape[:2]
    result = []
    for top in range(0, height, TILE):
        for left in range(0, width, TILE):
            tile = numpy.zeros((TILE, TILE) + plane.shape[2:], plane.dtype)
            part = plane[top : top + TILE, left : left + TILE]
            tile[: part.shape[0], : part.shape[1]] = part
            result.append(encode(tile))
    return result


def deflate(tile):
    return zlib.compress(tile.tobytes(), 1)


def ome(path):
    """3 channels of 12 bits in 4 planes, two levels in SubIFDs, ZCT."""
    width, height = 150, 90
    channels = [
        '<Channel ID="Channel:0:0" Name="DAPI" SamplesPerPixel="1"'
        ' Color="65535" EmissionWavelength="461"/>',
        '<Channel ID="Channel:0:1" Name="FITC &amp; more" SamplesPerPixel="1"'
        ' Color="16711935" EmissionWavelength="0.52"'
        ' EmissionWavelengthUnit="\u00b5m"/>',
        '<Channel ID="Channel:0:2" SamplesPerPixel="1" Color="-16776961"/>',
    ]
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"'
        ' UUID="urn:uuid:1">'
        '<Instrument ID="Instrument:0"><Microscope Manufacturer="Maker"'
        ' Model="Scope 1" SerialNumber="S-7"/><Objective ID="Objective:0"'
        ' NominalMagnification="40.0"/></Instrument>'
        '<Image ID="Image:0" Name="cells">'
        "<AcquisitionDate>2021-02-03T04:05:06</AcquisitionDate>"
        "<Description>kidney</Description>"
        '<ObjectiveSettings ID="Objective:0"/>'
        '<Pixels DimensionOrder="XYZCT" Type="uint16" SignificantBits="12"'
        ' SizeX="150" SizeY="90" SizeC="3" SizeZ="4" SizeT="1"'
        ' PhysicalSizeX="325" PhysicalSizeXUnit="nm" PhysicalSizeY="0.325"'
        ' PhysicalSizeZ="1.5">' + "".join(channels) + '<TiffData PlaneCount="8"/>'
        '<TiffData IFD="8" FirstC="2" FirstZ="0" PlaneCount="3"/>'
        '<TiffData IFD="8" FirstC="2" FirstZ="3"><UUID FileName="other.tif">'
        "urn:uuid:2</UUID></TiffData>"
        '</Pixels></Image><Image Name="Label image"><Pixels SizeX="64"'
        ' SizeY="64" SizeC="1" SizeZ="1" SizeT="1"><TiffData IFD="11"/></Pixels>'
        "</Image></OME>"
    )
    pages = []
    expected = b""
    for i in range(11):
        plane = samples(width, height, i, 12)
        half = plane[::2, ::2]
        page = Page(width, height, tiles(plane, deflate), bits=16,
                    compression=8, description=xml if i == 0 else None)
        page.children.append(Page(75, 45, tiles(half, deflate), bits=16,
                                  compression=8, more={254: (4, [1])}))
        pages.append(page)
        expected += plane.tobytes() + half.tobytes()
    label = samples(64, 64, 99, 8)
    pages.append(Page(64, 64, tiles(label, deflate), compression=8))
    open(path + ".raw", "wb").write(expected)
    open(path, "wb").write(Writer(big=True).file(pages))


def ome_set(path, bad=("../up.tif", "link.tif", "other.tif")):
    """A folder PATH.d: channels of which one is in a.tif, one the second page of
    b.tif, and the @bad in files that are not to be opened: beside the folder,
    behind a link out of it, of another UUID."""
    folder = path + ".d"
    os.makedirs(folder)
    names = ["a.tif", "b.tif", *bad]
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"'
        ' UUID="urn:uuid:%d"><Image ID="Image:0"><Pixels DimensionOrder="XYZCT"'
        ' Type="uint16" SizeX="150" SizeY="90" SizeC="' + str(len(names))
        + '" SizeZ="1" SizeT="1">' + "".join('<TiffData IFD="%d" FirstC="%d" PlaneCount="1"><UUID'
                  ' FileName="%s">urn:uuid:%d</UUID></TiffData>'
                  % (i == 1, i, name, i + 1) for i, name in enumerate(names))
        + "</Pixels></Image></OME>")

    def write(name, uuid, *seeds):
        planes = [samples(150, 90, seed, 12) for seed in seeds]
        pages = [Page(150, 90, tiles(plane, deflate), bits=16, compression=8,
                      description=xml % uuid if i == 0 else None)
                 for i, plane in enumerate(planes)]
        open(os.path.join(folder, name), "wb").write(Writer().file(pages))
        return planes[-1].tobytes()

    expected = write("a.tif", 1, 1)
    expected += write("b.tif", 2, 2, 3)
    if bad:
        for name in ("../up.tif", "other.tif"):
            write(name, 9, 4)
        os.symlink("../up.tif", os.path.join(folder, "link.tif"))
    open(path + ".raw", "wb").write(expected)


def jpeg(array, quality=90):
    out = io.BytesIO()
    Image.fromarray(array).save(out, "JPEG", quality=quality)
    return out.getvalue()


def philips(path):
    """Two levels, padded to whole tiles; one tile is missing."""
    def level(number, spacing):
        return (
            '<DataObject ObjectType="PixelDataRepresentation">'
            '<Attribute Name="DICOM_PIXEL_SPACING" Group="0x0028">'
            "&quot;%f&quot; &quot;%f&quot;</Attribute>"
            '<Attribute Name="PIIM_PIXEL_DATA_REPRESENTATION_NUMBER">%d'
            "</Attribute></DataObject>" % (spacing, spacing, number)
        )

    label = numpy.full((40, 60, 3), 200, "u1")
    label[10:20, 10:50] = (20, 40, 60)
    xml = (
        '<?xml version="1.0" encoding="UTF-8" ?>'
        '<DataObject ObjectType="DPUfsImport">'
        '<Attribute Name="DICOM_ACQUISITION_DATETIME">20160718122300.000000'
        '</Attribute><Attribute Name="DICOM_MANUFACTURER">PHILIPS</Attribute>'
        '<Attribute Name="DICOM_DEVICE_SERIAL_NUMBER">FMT0123</Attribute>'
        '<Attribute Name="PIM_DP_UFS_BARCODE">'
        + base64.b64encode(b"B-42").decode()
        + '</Attribute><Attribute Name="PIM_DP_SCANNED_IMAGES"><Array>'
        '<DataObject ObjectType="DPScannedImage">'
        '<Attribute Name="PIM_DP_IMAGE_DATA">'
        + base64.b64encode(jpeg(label)).decode()
        + '</Attribute><Attribute Name="PIM_DP_IMAGE_TYPE">LABELIMAGE'
        '</Attribute></DataObject><DataObject ObjectType="DPScannedImage">'
        '<Attribute Name="PIM_DP_IMAGE_TYPE">WSI</Attribute>'
        '<Attribute Name="PIIM_PIXEL_DATA_REPRESENTATION_SEQUENCE"><Array>'
        + level(0, 0.00025) + level(1, 0.0005)
        + "</Array></Attribute></DataObject></Array></Attribute></DataObject>"
    )
    random = numpy.random.default_rng(1)
    pages = []
    for number, side in enumerate((192, 128)):
        picture = random.integers(0, 255, (side, side, 3)).astype("u1")
        cells = tiles(picture, jpeg)
        if number == 0:
            cells[4] = b""
        pages.append(Page(side, side, cells, samples=3, compression=7,
                          photometric=6, more={530: (3, [2, 2])},
                          description=xml if number == 0 else None))
    open(path, "wb").write(Writer().file(pages))


def encode_j2k(tile, options):
    with tempfile.TemporaryDirectory() as folder:
        name = folder + "/a.ppm"
        Image.fromarray(tile).save(name)
        subprocess.run(["opj_compress", "-i", name, "-o", folder + "/a.j2k"]
                       + options, check=True, stdout=subprocess.DEVNULL)
        return open(folder + "/a.j2k", "rb").read()


def aperio(path, compression):
    """JPEG 2000 without a colour transform: RGB, or YCbCr as samples."""
    picture = numpy.dstack([samples(100, 80, i, 8) for i in range(3)])
    stored = picture
    if compression == 33003:
        stored = numpy.asarray(Image.fromarray(picture).convert("YCbCr"))
        y, cb, cr = (stored[..., i].astype(float) for i in range(3))
        cb, cr = cb - 128, cr - 128
        rgb = numpy.dstack([y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr,
                            y + 1.772 * cb])
        picture = numpy.clip(numpy.rint(rgb), 0, 255).astype("u1")
    cells = tiles(stored, lambda t: encode_j2k(t, ["-mct", "0"]))
    text = ("Aperio Image Library v10.0\r\n100x80 [0,0 100x80] (64x64) J2K|"
            "AppMag = 40|MPP = 0.2456|ScanScope ID = SS1234|Date = 12/29/09|"
            "Time = 09:59:15|Title = a title")
    profile = b"profile bytes"
    page = Page(100, 80, cells, samples=3, compression=compression,
                photometric=2, description=text,
                more={34675: (7, profile)})
    open(path + ".raw", "wb").write(picture.tobytes())
    open(path, "wb").write(Writer().file([page]))


def progressive(path):
    """Tiles that are progressive JPEG, and one that is not there."""
    picture = numpy.dstack([samples(150, 100, i, 8) // 2 for i in range(3)])

    def encode(tile):
        out = io.BytesIO()
        Image.fromarray(tile).save(out, "JPEG", quality=90, progressive=True)
        stream = out.getvalue()
        assert stream[2:4] == b"\xff\xe0"
        return stream[:2] + stream[20:]  # without JFIF, as TIFF wants it

    cells = tiles(picture, encode)
    cells[1] = b""
    page = Page(150, 100, cells, samples=3, compression=7, photometric=6,
                more={530: (3, [2, 2])})
    open(path, "wb").write(Writer().file([page]))


def ome_rgb(path):
    """A colour channel in JPEG 2000 under Aperio's number for YCbCr, which
    Bio-Formats uses for what the directory says."""
    picture = numpy.dstack([samples(100, 80, i, 8) for i in range(3)])
    cells = tiles(picture, lambda t: encode_j2k(t, ["-mct", "1"]))
    xml = ('<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">'
           '<Image><Pixels DimensionOrder="XYCZT" SizeX="100" SizeY="80"'
           ' SizeC="3" SizeZ="1" SizeT="1"><Channel SamplesPerPixel="3"/>'
           "<TiffData/></Pixels></Image></OME>")
    page = Page(100, 80, cells, samples=3, compression=33003, photometric=2,
                description=xml)
    open(path + ".raw", "wb").write(picture.tobytes())
    open(path, "wb").write(Writer().file([page]))


def ome_many(path, levels, planes):
    """Levels, each a pixel smaller on a side, of one page of 256 channels."""
    xml = ('<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">'
           '<Image><Pixels DimensionOrder="XYCZT" SizeX="400" SizeY="400"'
           ' SizeC="256" SizeZ="%d" SizeT="1"><TiffData IFD="0"/></Pixels>'
           "</Image></OME>" % planes)

    def level(side, text=None):
        return Page(side, side, [b"x"], tile=512, tile_height=512,
                    description=text)

    page = level(400, xml)
    page.children = [level(400 - i) for i in range(1, levels)]
    open(path, "wb").write(Writer().file([page]))


def shared(path, tag, kind):
    """Pages that all list the same zeros."""
    zeros = 4000
    out = bytearray(8 + zeros * 4)
    for i in range(300):
        following = len(out) + 2 + 3 * 12 + 4 if i < 299 else 0
        out += struct.pack("<H", 3)
        for entry in sorted([(256, 4, 1, 64), (257, 4, 1, 64),
                             (tag, kind, zeros, 8)]):
            out += struct.pack("<HHII", *entry)
        out += struct.pack("<I", following)
    out[:8] = struct.pack("<2sHI", b"II", 42, 8 + zeros * 4)
    open(path, "wb").write(out)


def extra(path):
    """Three samples of colour, and a tag that tells of a fourth."""
    picture = numpy.dstack([samples(100, 80, i, 8) for i in range(3)])
    page = Page(100, 80, tiles(picture, lambda t: t.tobytes()), samples=3,
                photometric=2, more={338: (3, [2])})
    open(path + ".raw", "wb").write(picture.tobytes())
    open(path, "wb").write(Writer().file([page]))


def channels(path, planar):
    """Four channels of 16 bits in one page, side by side or in planes."""
    planes = [samples(100, 80, i, 16) for i in range(4)]
    if planar:
        cells = [c for p in planes for c in tiles(p, deflate)]
    else:
        cells = tiles(numpy.dstack(planes), deflate)
    page = Page(100, 80, cells, samples=4, bits=16, compression=8,
                more={338: (3, [0, 0, 0]), 284: (3, [2 if planar else 1])})
    open(path + ".raw", "wb").write(b"".join(p.tobytes() for p in planes))
    open(path, "wb").write(Writer().file([page]))


def broken(path, kind):
    plane = samples(128, 128, 1, 8)
    page = Page(128, 128, tiles(plane, deflate), compression=8)
    if kind == "absurd":
        page.tags[256] = page.tags[257] = (4, [2147483647])
    elif kind == "huge-tiles":
        page.tags[322] = page.tags[323] = (4, [1 << 20])
    elif kind == "no-width":
        page.tags[256] = (4, [0])
    elif kind == "short-grid":
        page.cells = page.cells[:3]
    elif kind == "compression":
        page.tags[259] = (3, [52479])
    elif kind == "short-colours":
        page.tags[259] = (3, [33005])
        page.tags[262] = (3, [2])
    elif kind == "children":
        page.tags[330] = (4, [0] * 20000)
    elif kind == "bomb":
        side = 11000
        page = Page(side, side, [zlib.compress(bytes(1000))], compression=8,
                    tile=side, tile_height=side)
    elif kind == "float":
        page.tags[258] = (3, [32])
        page.tags[339] = (3, [3])
    data = bytearray(Writer().file([page, page]))
    first = struct.unpack_from("<I", data, 4)[0]
    n = struct.unpack_from("<H", data, first)[0]
    entries = {struct.unpack_from("<H", data, first + 2 + i * 12)[0]:
               first + 2 + i * 12 for i in range(n)}
    link = first + 2 + n * 12
    if kind == "cycle":
        struct.pack_into("<I", data, link, first)
    elif kind == "beyond":
        struct.pack_into("<I", data, link, len(data) + 100)
    elif kind == "values-beyond":
        struct.pack_into("<I", data, entries[324] + 8, len(data) - 4)
    elif kind == "many-values":
        struct.pack_into("<I", data, entries[324] + 4, 0xFFFFFFFF)
    elif kind in ("tile-beyond", "tile-absent"):
        at = struct.unpack_from("<I", data, entries[324] + 8)[0]
        value = 0 if kind == "tile-absent" else 0xFFFFFFF0
        struct.pack_into("<I", data, at, value)
    open(path, "wb").write(data)


def main():
    kind, path = sys.argv[1:]
    if kind == "ome":
        ome(path)
    elif kind == "ome-set":
        ome_set(path)
    elif kind == "ome-pair":
        ome_set(path, ())
    elif kind == "progressive":
        progressive(path)
    elif kind == "philips":
        philips(path)
    elif kind in ("33003", "33005"):
        aperio(path, int(kind))
    elif kind == "ome-rgb":
        ome_rgb(path)
    elif kind == "extra":
        extra(path)
    elif kind in ("258", "330", "338"):
        shared(path, int(kind), 4 if kind == "330" else 3)
    elif kind == "ome-levels":
        ome_many(path, 200, 1)
    elif kind == "ome-views":
        ome_many(path, 3, 100)
    elif kind in ("channels", "channels-planar"):
        channels(path, kind == "channels-planar")
    else:
        broken(path, kind)


if __name__ == "__main__":
    main()
