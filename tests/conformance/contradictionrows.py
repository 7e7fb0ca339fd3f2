# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rows of the table in which header and stream contradict each other."""

import itertools

from contradictions import due, model
from rowtype import Row
from sources import UID, Source

RGB = Source(photometric="RGB")
HEADERS = ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_PARTIAL_422",
           "YBR_PARTIAL_420", "YBR_ICT", "YBR_RCT", "MONOCHROME2",
           "PALETTE COLOR")
SMALL = ((7, 5), (64, 48))


def photometric(name):
    return "PhotometricInterpretation=" + name


def spread_judge(sampling):
    """Of halved chroma. All spread columns, and columns and rows, alike: a
    triangle; repeat what is quartered. Rows halved alone IJG's repeat."""
    return "ffmpeg planes" if sampling == "1x2" else "dcmdjpeg"


def jpeg_colours():
    """(encoder options, stream edits, what it says: rgb, ybr or nothing)."""
    ybr, rgb = ("-quality", "95"), ("-quality", "95", "-rgb")
    yield ybr, (), "ybr"
    yield ybr + ("-sample", "2x2"), (), "ybr"
    yield ybr + ("-sample", "2x1"), ("no JFIF",), "ybr"
    yield ybr + ("-sample", "1x1"), ("no JFIF",), ""
    yield ybr + ("-sample", "1x1"), ("no JFIF", "Adobe 1"), "ybr"
    yield ybr + ("-sample", "1x1"), ("Adobe 1",), "ybr"
    yield rgb, (), "rgb"
    yield rgb, ("no Adobe",), "rgb"
    yield rgb, ("no Adobe", "ids 1 2 3"), ""
    yield rgb, ("ids 1 2 3",), "rgb"


def jpeg():
    for (options, edits, said), header in itertools.product(jpeg_colours(),
                                                            HEADERS):
        yield Row("contradictions", RGB, "cjpeg", (".50", *options), "dcmdjpeg",
                  "none", "near 1", (*edits, photometric(header)),
                  warns=due(said, header), final=model(said, header))
    for options, said in ((("rgb_ids=1",), "rgb"), (("adobe=0",), "rgb"),
                          (("adobe=1",), "ybr"), ((), "")):
        for header in HEADERS:
            yield Row("contradictions", RGB, "jpegwriter", (".70", *options),
                      "dcmdjpeg", "same", "same", (photometric(header),),
                      warns=due(said, header), final=model(said, header))


    # GDCM itself writes YCbCr under RGB.
    yield Row("contradictions", RGB, "gdcmconv", ("-J", "-Y", "-q", "90"),
              "dcmdjpeg", "none", "near 1", (photometric("RGB"),), warns=True,
              final="ybr")


def shares(header):
    """Whether two pixels are said to share their chroma."""
    return header.startswith("YBR_PARTIAL") or header == "YBR_FULL_422"


def wavelets():
    """RCT and ICT streams under any photometric; and without a transform: the
    header's, but never shared chroma, since all components are whole."""
    for encoder, judge, plain in (
            ("opj_compress", "ffmpeg jpeg2000", ((), ("-mct", "0"))),
            ("ojph_compress", "opj_decompress",
             ((".201",), (".201", "-colour_trans", "false")))):
        for options, header in itertools.product(plain, HEADERS):
            said = "rgb" if len(options) < 2 or shares(header) else ""
            yield Row("contradictions", RGB, encoder, options, judge, "same",
                      "same", (photometric(header),), warns=due(said, header),
                      final=model(said, header))
    for header in HEADERS:
        yield Row("contradictions", RGB, "opj_compress", ("-I",),
                  "ffmpeg jpeg2000", "none", "psnr 60", (photometric(header),),
                  warns=due("rgb", header), final="rgb")
        yield Row("contradictions", RGB, "dcmcjpls", ("+el",), "gdcmconv",
                  "same", "same", (photometric(header),),
                  final=model("", header))


def jpeg_xl():
    """Lossless channels are the header's, but never shared chroma; libjxl's own
    colours come out as RGB, as does a JPEG stream's luma and chroma, of which
    the header may still speak."""
    for header in HEADERS:
        partial = header.startswith("YBR_PARTIAL")
        yield Row("contradictions", RGB, "cjxl", (".110", "-d", "0", "-e", "1"),
                  "source, djxl", "same", "same", (photometric(header),),
                  warns=shares(header),
                  final="ybr" if header == "YBR_FULL" else "rgb")
        yield Row("contradictions", RGB, "cjxl", (".112", "-d", "1", "-e", "3"),
                  "djxl", "none", "near 1", (photometric(header),),
                  warns=due("rgb", header), final="rgb")
        yield Row("contradictions", RGB, "cjxl", (".111", "-j", "1", "-e", "3"),
                  "djxl to JPEG", "none", "near 8", (photometric(header),),
                  warns=partial, final="rgb")


# Encoders of one grey source: name, options, judge, source and judge checks,
# whether the stream says its sign.
CODERS = (
    ("dcmcjpls", ("+el",), "dcmdjpls", "stored", False),
    ("jpegwriter", (".70",), "dcmdjpeg", "stored", False),
    ("opj_compress", (), "ffmpeg jpeg2000", "stored", True),
    ("ojph_compress", (".201",), "opj_decompress", "stored", True),
    ("cjxl", (".110", "-d", "0", "-e", "1"), "source, djxl", "stored", None),
)


def bits():
    """Streams of more or fewer bits than the header says."""
    for name, options, judge, check, _ in CODERS:
        def row(stored, edits, warns, name=name, options=options, judge=judge,
                check=check):
            return Row("contradictions", Source(bits=stored), name, options,
                       judge, check, check, edits, warns=warns)

        yield row(12, ("BitsAllocated=8", "BitsStored=8", "HighBit=7"), True)
        yield row(16, ("BitsAllocated=8", "BitsStored=8", "HighBit=7"), True)
        yield row(12, ("BitsStored=10", "HighBit=9"), False)
        yield row(12, ("BitsStored=16", "HighBit=15"), False)
        yield row(8, ("BitsAllocated=16", "BitsStored=12", "HighBit=11"), False)
        yield row(8, ("BitsAllocated=16", "BitsStored=16", "HighBit=15"), False)
        yield row(8, ("BitsStored=6", "HighBit=5"), False)
    for allocated in (("BitsAllocated=16", "BitsStored=12", "HighBit=11"),
                      ("BitsAllocated=16", "BitsStored=8", "HighBit=7"),
                      ("BitsStored=7", "HighBit=6")):
        yield Row("contradictions", Source(), "cjpeg", (
            ".50", "-grayscale"), "dcmdjpeg", "none", "near 1", allocated)
    yield Row("contradictions", Source(bits=12), "dcmcjpeg", ("+ee", "+bt"),
              "dcmdjpeg", "none", "near 1",
              ("BitsAllocated=8", "BitsStored=8", "HighBit=7"), warns=True)


def signs():
    for (name, options, judge, check, says), stored in itertools.product(
            CODERS, (8, 12, 16)):
        # JPEG XL knows no signs, and dcmcjpls codes the container.
        if says is None or (name == "dcmcjpls" and stored == 12):
            continue
        yield Row("contradictions", Source(bits=stored), name, options, judge,
                  check, check, ("PixelRepresentation=1",), warns=says,
                  signed=True)
        yield Row("contradictions", Source(bits=stored, signed=True), name,
                  options, "gdcmconv" if name == "opj_compress" else judge,
                  check, check, ("PixelRepresentation=0",), warns=says,
                  signed=says)


def sizes():
    grey = Source(sizes=SMALL)
    coders = [(n, o, j, c) for n, o, j, c, _ in CODERS]
    coders.append(("cjpeg", (".50",), "dcmdjpeg", "near 1"))
    for name, options, judge, check in coders:
        to_source = "none" if name == "cjpeg" else check
        plain = options + (("-grayscale",) if name == "cjpeg" else ())
        for edits in (("Rows=+3",), ("Columns=+20",), ("Rows=3",),
                      ("Columns=4",), ("Rows and Columns swapped",),
                      ("Rows=1", "Columns=1")):
            yield Row("contradictions", grey, name, plain, judge, to_source,
                      check, edits, warns=True)
        yield Row("contradictions", grey, name, plain, judge, to_source, check,
                  ("SamplesPerPixel=3", photometric("RGB"),
                   "PlanarConfiguration=0"), warns=True)
        yield Row("contradictions", RGB._replace(sizes=SMALL), name, options,
                  judge, to_source, check,
                  ("SamplesPerPixel=1", photometric("MONOCHROME2")),
                  warns=True)
        kind = {"opj_compress": "J2K", "ojph_compress": "J2K",
                "cjxl": ""}.get(name, "JPEG")
        if kind:
            yield Row("contradictions", grey, name, plain, judge, to_source,
                      check, (kind + " says 5000 x 5000",),
                      fails="5000 x 5000")


def layouts():
    """What is no contradiction, though it looks like one, and odd ends."""
    for encoder, options, judge, check in (
            ("cjpeg", (".50", "-rgb"), "dcmdjpeg", "near 1"),
            ("jpegwriter", (".70",), "dcmdjpeg", "same"),
            ("dcmcjpls", ("+el", "+is"), "dcmdjpls", "same"),
            ("dcmcjpls", ("+el", "+in"), "dcmdjpls", "same"),
            ("opj_compress", (), "ffmpeg jpeg2000", "same"),
            ("ojph_compress", (".201",), "opj_decompress", "same"),
            ("cjxl", (".110", "-d", "0", "-e", "1"), "source, djxl", "same"),
            ("pydicom rle", (), "pydicom", "same")):
        source = "none" if encoder == "cjpeg" else "same"
        yield Row("contradictions", RGB, encoder, options, judge, source, check,
                  ("PlanarConfiguration=1",), final="rgb")
        yield Row("contradictions", RGB, encoder, options, judge, source, check,
                  ("zeros behind the stream",), final="rgb")
    for sampling, header in itertools.product(
            ("1x1", "2x1", "2x2", "1x2"), ("YBR_FULL", "YBR_FULL_422")):
        yield Row("contradictions", RGB, "cjpeg", (".50", "-sample", sampling),
                  spread_judge(sampling), "none", "near 1",
                  (photometric(header),), final="ybr", coded_ybr=True)


def syntaxes():
    """Streams under another transfer syntax of their family."""
    def row(source, encoder, options, judge, check, syntax):
        return Row("contradictions", source, encoder, options, judge,
                   "stored" if check == "stored" else "none", check,
                   ("TransferSyntaxUID=" + UID + ".4" + syntax,))

    grey, twelve = Source(), Source(bits=12)
    for syntax in (".51", ".53", ".55", ".57", ".70"):
        yield row(grey, "cjpeg", (".50", "-grayscale"), "dcmdjpeg", "near 1",
                  syntax)
    yield row(twelve, "dcmcjpeg", ("+ee", "+bt"), "dcmdjpeg", "near 1", ".50")
    yield row(grey, "dcmcjpeg", ("+ep",), "dcmdjpeg", "near 1", ".50")
    for syntax in (".50", ".51", ".57", ".70"):
        yield row(twelve, "jpegwriter", (".57", "predictor=5"), "dcmdjpeg",
                  "stored", syntax)
    yield row(grey, "dcmcjpls", ("+en", "+md", "3"), "dcmdjpls", "near 0",
              ".80")
    yield row(twelve, "opj_compress", ("-I",), "ffmpeg jpeg2000", "psnr 60",
              ".90")
    for syntax in (".90", ".91", ".92", ".93"):
        yield row(twelve, "ojph_compress", (".201",), "opj_decompress",
                  "stored", syntax)
    for syntax in (".201", ".202", ".203"):
        yield row(twelve, "opj_compress", (), "ffmpeg jpeg2000", "stored",
                  syntax)


def contradictions():
    yield from jpeg()
    yield from wavelets()
    yield from jpeg_xl()
    yield from bits()
    yield from signs()
    yield from sizes()
    yield from layouts()
    yield from syntaxes()
