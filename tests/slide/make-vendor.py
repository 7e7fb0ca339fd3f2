# SPDX-License-Identifier: LGPL-2.1-or-later
"""Slides in the formats of scanners, as small as they can be.

make-vendor.py FOLDER: writes FOLDER/PICTURE.ppm, what level 0 shows where tiles
do not overlap, and slides that OpenSlide takes:

leica.scn     two levels in a collection that is larger than the scan, a macro
trestle.tif   two levels whose tiles overlap, a macro beside it
ventana.bif   two levels in a snake of tiles that overlap, a macro
hamamatsu.vms two JPEG files side by side with restart intervals, a map
sakura.svslide  an SQLite data base of one JPEG a tile and colour
"""
import io
import os
import sqlite3
import struct
import subprocess
import sys
import zlib

import numpy
from PIL import Image

SIDE = 64
WIDTH, HEIGHT = 256, 192


def picture(width, height, seed=3):
    """Soft, so that JPEG keeps it, and nowhere the same."""
    y, x = numpy.mgrid[0:height, 0:width]
    return numpy.stack([
        128 + 100 * numpy.sin(x / 23 + seed), 128 + 100 * numpy.cos(y / 17),
        (x * 255 / width + y * 255 / height) / 2], -1).astype("u1")


def halved(pixels):
    return pixels.reshape(pixels.shape[0] // 2, 2, pixels.shape[1] // 2, 2,
                          3).mean((1, 3)).astype("u1")


def jpeg(pixels, **options):
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=92, **options)
    return out.getvalue()


def tiles(pixels):
    height, width = pixels.shape[:2]
    pixels = numpy.pad(pixels, ((0, -height % SIDE), (0, -width % SIDE),
                                (0, 0)))
    return [pixels[y:y + SIDE, x:x + SIDE]
            for y in range(0, pixels.shape[0], SIDE)
            for x in range(0, pixels.shape[1], SIDE)]


# TIFF

ASCII, SHORT, LONG, RATIONAL, BYTE = 2, 3, 4, 5, 1
SIZES = {ASCII: "B", SHORT: "H", LONG: "I", RATIONAL: "II", BYTE: "B"}


def pack(kind, values):
    if isinstance(values, str):
        values = values.encode() + b"\0"
    if isinstance(values, bytes):
        return len(values), values
    flat = [one for value in values
            for one in (value if isinstance(value, tuple) else (value,))]
    return len(values), struct.pack("<" + SIZES[kind] * len(values), *flat)


class Tiff:
    """Little endian, directories of deflated tiles one after the other."""

    def __init__(self):
        self.data = bytearray(struct.pack("<2sHI", b"II", 42, 0))
        self.link = 4

    def add(self, data):
        self.data += bytes(len(self.data) % 2)
        at = len(self.data)
        self.data += data
        return at

    def page(self, pixels, more):
        coded = [zlib.compress(one.tobytes()) for one in tiles(pixels)]
        starts = [self.add(one) for one in coded]
        height, width = pixels.shape[:2]
        tags = {256: (LONG, [width]), 257: (LONG, [height]),
                258: (SHORT, [8, 8, 8]), 259: (SHORT, [8]), 262: (SHORT, [2]),
                277: (SHORT, [3]), 284: (SHORT, [1]), 322: (LONG, [SIDE]),
                323: (LONG, [SIDE]), 324: (LONG, starts),
                325: (LONG, [len(one) for one in coded]), **more}
        entries = b""
        for tag, (kind, values) in sorted(tags.items()):
            n, data = pack(kind, values)
            if len(data) > 4:
                data = struct.pack("<I", self.add(data))
            entries += struct.pack("<HHI", tag, kind, n) + data.ljust(4, b"\0")
        at = self.add(struct.pack("<H", len(tags)) + entries + bytes(4))
        struct.pack_into("<I", self.data, self.link, at)
        self.link = at + 2 + 12 * len(tags)

    def save(self, path):
        with open(path, "wb") as out:
            out.write(self.data)


def leica(folder, pixels):
    """A pixel of level 0 is 500 nm; the scan lies 10 um right and 20 um below
    of the corner of a collection of 200 um x 150 um."""
    nm = 500
    image = """<image name="%s"><creationDate>2026-01-02T03:04:05.6Z\
</creationDate><device model="Leica SCN400" version="1.5"/>%s<pixels \
sizeX="%d" sizeY="%d">%s</pixels><scanSettings><objectiveSettings><objective>\
20</objective></objectiveSettings><illumination\
Settings><numericalAperture>0.4</numericalAperture><illuminationSource>\
brightfield</illuminationSource></illuminationSettings></scanSettings></image>"""

    def view(size, offset):
        return ('<view sizeX="%d" sizeY="%d" offsetX="%d" offsetY="%d" '
                'spacingZ="0"/>' % (*size, *offset))

    def dimension(ifd, size):
        return '<dimension sizeX="%d" sizeY="%d" ifd="%d"/>' % (*size, ifd)

    all_of_it = (200000, 150000)
    xml = ('<?xml version="1.0"?><scn xmlns="http://www.leica-microsystems.com'
           '/scn/2010/10/01"><collection name="c" sizeX="%d" sizeY="%d">'
           '<barcode>S26-7</barcode>' % all_of_it)
    xml += image % ("macro", view(all_of_it, (0, 0)), SIDE, SIDE,
                    dimension(0, (SIDE, SIDE)))
    xml += image % ("main", view((WIDTH * nm, HEIGHT * nm), (10000, 20000)),
                    WIDTH, HEIGHT, dimension(1, (WIDTH, HEIGHT)) +
                    dimension(2, (WIDTH // 2, HEIGHT // 2)))
    xml += "</collection></scn>"
    scale = {282: (RATIONAL, [(20000, 1)]), 283: (RATIONAL, [(20000, 1)]),
             296: (SHORT, [3])}
    tiff = Tiff()
    tiff.page(picture(SIDE, SIDE, 5), {270: (ASCII, xml)})
    tiff.page(pixels, scale)
    tiff.page(halved(pixels), {})
    tiff.save(f"{folder}/leica.scn")


def trestle(folder, pixels):
    words = ("Objective Power=40;Background Color=F0F1F2;"
             "OverlapsXY= 8 4 4 2;Comments=none")
    tiff = Tiff()
    tiff.page(pixels, {270: (ASCII, words), 305: (ASCII, "MedScan 1.2"),
                       282: (RATIONAL, [(1, 4)]), 283: (RATIONAL, [(1, 4)])})
    tiff.page(halved(pixels), {})
    tiff.save(f"{folder}/trestle.tif")
    with open(f"{folder}/trestle.Full", "wb") as out:
        out.write(jpeg(picture(100, 50, 7)))


def joints(columns, rows):
    """Tiles are numbered from below, to the right and back again."""
    def number(column, row):
        up = rows - 1 - row
        return up * columns + (columns - 1 - column if up % 2 else column) + 1

    found = ""
    for row in range(rows):
        for column in range(columns):
            here = number(column, row)
            for towards, other in (("RIGHT", (column + 1, row)),
                                   ("UP", (column, row - 1))):
                if other[0] < columns and other[1] >= 0:
                    across = towards == "RIGHT"
                    found += ('<TileJointInfo FlagJoined="1" Confidence="98" '
                              'Direction="%s" Tile1="%d" Tile2="%d" '
                              'OverlapX="%d" OverlapY="%d"/>' % (
                                  towards, here, number(*other),
                                  8 if across else 0, 0 if across else 4))
    return found


def ventana(folder, pixels):
    columns, rows = WIDTH // SIDE, HEIGHT // SIDE
    scan = ('<iScan Magnification="20" ScanRes="0.465" UnitNumber="2000515" '
            'ScannerModel="" Z-layers="1"/>')
    layout = ('<EncodeInfo Ver="2"><SlideStitchInfo><ImageInfo AOIScanned="1" '
              'AOIIndex="0" NumRows="%d" NumCols="%d" Width="%d" Height="%d" '
              'Pos-X="0" Pos-Y="0">%s</ImageInfo></SlideStitchInfo><AoiOrigin>'
              '<AOI0 OriginX="0" OriginY="0"/></AoiOrigin></EncodeInfo>' % (
                  rows, columns, SIDE, SIDE, joints(columns, rows)))
    tiff = Tiff()
    tiff.page(picture(SIDE, SIDE, 5), {270: (ASCII, "Label Image"),
                                       700: (BYTE, scan.encode())})
    tiff.page(pixels, {270: (ASCII, "level=0 mag=20 quality=90"),
                       700: (BYTE, layout.encode())})
    tiff.page(halved(pixels), {270: (ASCII, "level=1 mag=10 quality=90")})
    tiff.save(f"{folder}/ventana.bif")


def restarting(pixels, path):
    """An interval of a restart is as wide as a tile, 8 pixels high."""
    height, width = pixels.shape[:2]
    subprocess.run(["cjpeg", "-quality", "92", "-sample", "1x1", "-restart",
                    f"{SIDE // 8}B", "-outfile", path], check=True,
                   input=b"P6 %d %d 255\n" % (width, height) +
                   pixels.tobytes())


def hamamatsu(folder, pixels):
    half = WIDTH // 2
    for i in range(2):
        restarting(pixels[:, i * half:i * half + half], f"{folder}/part{i}.jpg")
    restarting(halved(halved(pixels)), f"{folder}/map.jpg")
    with open(f"{folder}/macro.jpg", "wb") as out:
        out.write(jpeg(picture(100, 50, 7)))
    with open(f"{folder}/hamamatsu.vms", "w", encoding="utf-8") as out:
        out.write("[Virtual Microscope Specimen]\nNoLayers=1\n"
                  "NoJpegColumns=2\nNoJpegRows=1\nImageFile=part0.jpg\n"
                  "ImageFile(1,0)=part1.jpg\nMapFile=map.jpg\n"
                  "MacroImage=macro.jpg\nSourceLens=40\n"
                  "PhysicalWidth=%d\nPhysicalHeight=%d\n" % (
                      WIDTH * 230, HEIGHT * 230))


def sakura(folder, pixels):
    base = sqlite3.connect(f"{folder}/sakura.svslide")
    base.executescript("""
        CREATE TABLE DataManagerSQLiteConfigXPO (TableName TEXT);
        INSERT INTO DataManagerSQLiteConfigXPO VALUES ('blobs');
        CREATE TABLE blobs (id TEXT, size INTEGER, data BLOB);
        CREATE TABLE tile (TILEID TEXT, PYRAMIDLEVEL INTEGER,
          COLUMNINDEX INTEGER, ROWINDEX INTEGER, COLORINDEX INTEGER);
        CREATE TABLE SVSlideDataXPO (OID INTEGER, SlideId TEXT, Date TEXT,
          Description TEXT, Creator TEXT, DiagnosisCode TEXT, Keywords TEXT,
          m_labelScan INTEGER, m_overviewScan INTEGER);
        INSERT INTO SVSlideDataXPO VALUES (1, 'S26-9', '2026-01-02', 'Kidney',
          'nobody', '', '', 1, 2);
        CREATE TABLE SVHRScanDataXPO (OID INTEGER, ParentSlide INTEGER,
          ScanId TEXT, Date TEXT, Name TEXT, Description TEXT,
          ResolutionMmPerPix REAL, NominalLensMagnification REAL,
          FocussingMethod TEXT, ThumbnailImage BLOB);
        CREATE TABLE SVScannedImageDataXPO (OID INTEGER, Image BLOB);
        """)
    base.execute("INSERT INTO SVHRScanDataXPO VALUES (1, 1, 'scan', "
                 "'2026-01-02', 'n', 'd', 0.0005, 20.0, 'auto', ?)",
                 [jpeg(picture(100, 50, 7))])
    for number in (1, 2):
        base.execute("INSERT INTO SVScannedImageDataXPO VALUES (?, ?)",
                     [number, jpeg(picture(100, 50, number))])

    def put(name, data):
        base.execute("INSERT INTO blobs VALUES (?, ?, ?)",
                     [name, len(data), data])

    put("++MagicBytes", "SVGigaPixelImage")
    put("++VersionBytes", "1.0.0")
    put("Header", struct.pack("<III", SIDE, WIDTH, HEIGHT) +
        struct.pack("<I", 1) * 20)
    for scale, level in ((1, pixels), (2, halved(pixels))):
        across = -(-level.shape[1] // SIDE)
        for i, one in enumerate(tiles(level)):
            x, y = i % across * SIDE * scale, i // across * SIDE * scale
            for color in range(3):
                name = "T;%d|%d;%d;%d;0" % (x, y, scale, color)
                put(name, jpeg(numpy.ascontiguousarray(one[:, :, color])))
                base.execute("INSERT INTO tile VALUES (?, ?, ?, ?, ?)",
                             [name, scale, x, y, color])
    base.commit()
    base.close()


def main(folder):
    pixels = picture(WIDTH, HEIGHT)
    Image.fromarray(pixels).save(f"{folder}/picture.ppm")
    for make in (leica, trestle, ventana, hamamatsu, sakura):
        make(folder, pixels)


if __name__ == "__main__":
    os.makedirs(sys.argv[1], exist_ok=True)
    main(sys.argv[1])
