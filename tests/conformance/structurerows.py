# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rows of the table about how frames lie in Pixel Data: several frames,
fragments, offset tables (PS3.5 A.4; PS3.3 C.7.6.3.1.8)."""

import itertools

from rowtype import Row
from sources import Source

SIZES = ((1, 1), (7, 5), (64, 48))
GREY = Source(bits=12, frames=3, sizes=SIZES)
COLOUR = Source(photometric="RGB", frames=3, sizes=SIZES)
EIGHT = Source(frames=3, sizes=SIZES)

# Encoder, options, judge, how it is compared, source.
CODERS = (
    ("pydicom rle", (), "pydicom", "same", GREY),
    ("pydicom .98", (), "pydicom", "same", GREY),
    ("pydicom .8.1", (), "pydicom", "same", GREY),
    ("cjpeg", (".50", "-grayscale"), "dcmdjpeg", "near 1", EIGHT),
    ("cjpeg", (".50", "-rgb"), "dcmdjpeg", "near 1", COLOUR),
    ("jpegwriter", (".70",), "dcmdjpeg", "same", GREY),
    ("dcmcjpls", ("+el",), "dcmdjpls", "same", GREY),
    ("opj_compress", (), "ffmpeg jpeg2000", "same", GREY),
    ("ojph_compress", (".201",), "opj_decompress", "same", GREY),
    ("cjxl", (".110", "-d", "0", "-e", "1"), "source, djxl", "same", EIGHT),
)
# What tells where frames begin when no table does: markers of the stream.
UNMARKED = ("pydicom rle", "pydicom .98", "pydicom .8.1", "cjxl")


def structure():
    for encoder, options, judge, check, source in CODERS:
        to_source = "none" if encoder == "cjpeg" else "same"
        colour = {"final": "rgb"} if source.samples == 3 else {}
        for table, size in itertools.product(
                ("basic", "empty", "extended"), (0, 16, 64, 1000)):
            if size and (encoder == "pydicom rle" or (
                    table != "basic" and encoder in UNMARKED)):
                continue  # RLE: one fragment a frame; extended: the same
            if size and table == "extended":
                continue
            yield Row("structure", source, encoder, options, judge, to_source,
                      check, ("%s offset table" % table if not size else
                              "%s offset table, fragments of %d" % (
                                  table, size),), **colour)
        yield Row("structure", source, encoder, options, judge, to_source,
                  check, ("wrong offset table",), **colour)
    for table in ("+ot", "-ot"):
        for fragments in (("+ff",), ("+fs", "1")):
            options = (*fragments, table)
            big = GREY._replace(sizes=((64, 48), (513, 511)))
            yield Row("structure", big, "dcmcjpls", ("+el", *options),
                      "dcmdjpls")
            yield Row("structure", big, "dcmcjpeg", ("+e1", *options),
                      "dcmdjpeg")
            if fragments == ("+ff",):
                yield Row("structure", big, "dcmcrle", (table,), "dcmdrle")
    for codec, judge in (("-J", "dcmdjpeg"), ("-L", "dcmdjpls"),
                         ("-K", "ffmpeg jpeg2000")):
        yield Row("structure", GREY._replace(sizes=((33, 35), (64, 48))),
                  "gdcmconv", (codec,), judge, "stored", "stored")
    for source in (GREY, COLOUR, EIGHT._replace(words=True),
                   Source(bits=1, allocated=1, frames=5, sizes=SIZES),
                   Source(bits=12, allocated=12, frames=3, sizes=SIZES),
                   COLOUR._replace(planar=1),
                   Source(kind="float", frames=2, sizes=SIZES)):
        judge = "unpack 12" if source.container == 12 else "pydicom"
        yield Row("structure", source, "pydicom", judge=judge)
        if source.container != 12:
            for option in ("+ti", "+tb", "+td"):
                if option != "+tb" or source.kind == "int":
                    yield Row("structure", source, "dcmconv", (option,),
                              "dcmconv" if option == "+tb" else "pydicom")
