# SPDX-License-Identifier: LGPL-2.1-or-later
"""The rows: codecs x sources. To add one, add a word to a list; to add a codec,
add a function and its word to GROUPS (docs/conformance.md says how)."""

import itertools

from contradictionrows import contradictions, spread_judge
from rowtype import Row
from sources import Source
from structurerows import structure

def grey(bits, signs=(False, True)):
    return [Source(bits=b, signed=s) for b in bits for s in signs]


def colour(bits=(8,), photometrics=("RGB",), planars=(0, 1)):
    return [Source(bits=b, photometric=p, planar=k)
            for b in bits for p in photometrics for k in planars]


MONOCHROME1 = [Source(bits=8, photometric="MONOCHROME1"),
               Source(bits=12, signed=True, photometric="MONOCHROME1")]
PALETTES = [
    Source(bits=8, photometric="PALETTE COLOR", palette="8"),
    Source(bits=8, photometric="PALETTE COLOR", palette="16"),
    Source(bits=8, photometric="PALETTE COLOR", palette="segmented"),
    Source(bits=16, photometric="PALETTE COLOR", palette="16"),
    Source(bits=12, photometric="PALETTE COLOR", palette="segmented"),
    Source(bits=16, signed=True, photometric="PALETTE COLOR", palette="16"),
]
DIRTY = [Source(bits=b, signed=s, allocated=16, dirty=True)
         for b in (10, 11, 12, 13, 14, 15) for s in (False, True)]
SHIFTED = [Source(bits=12, signed=s, high=h, dirty=d)
           for s in (False, True) for h in (15, 13) for d in (False, True)]
SMALL = [Source(bits=b, signed=s) for b in (2, 4, 6, 7)
         for s in (False, True)]
WIDE = grey((17, 24, 32))
USUAL = grey((8, 10, 12, 16)) + colour((8, 16))


# GDCM 3.0.21 ends itself (asserts) on these, or refuses them.
NOT_GDCM = [PALETTES[2], PALETTES[5]]


def for_gdcm(sources, smallest=(7, 5)):
    """Those that GDCM encodes: no 1 x 1, no fewer than 8 bits."""
    return [s._replace(sizes=(smallest, (33, 35), (513, 511)))
            for s in sources if s not in NOT_GDCM and s.bits >= 8]


def gdcm_or(other, source):
    """GDCM as the judge, unless it cannot read @source."""
    return other if (source in NOT_GDCM or source.bits < 8 or source.dirty or
                     source.high) else "gdcmconv"


def native():
    ours = [Source(bits=1, allocated=1),
            Source(bits=1, allocated=1, photometric="MONOCHROME1"),
            Source(bits=1), Source(bits=8, words=True),
            Source(bits=8, signed=True, words=True)]
    ours += SMALL + grey((8, 10, 11, 12, 13, 14, 15, 16)) + DIRTY + SHIFTED
    ours += WIDE + [Source(kind="float"), Source(kind="double")]
    ours += colour((8, 12, 16), ("RGB", "YBR_FULL"))
    ours += [Source(photometric=p) for p in ("YBR_FULL_422",
                                             "YBR_PARTIAL_422")]
    ours += [Source(photometric=p, planar=k) for k in (0, 1)
             for p in ("YBR_RCT", "YBR_ICT", "YBR_PARTIAL_420")]
    ours += MONOCHROME1 + PALETTES
    packed = [Source(bits=b, allocated=12, signed=s) for b in (12, 10)
              for s in (False, True)]
    for source in ours:
        yield Row("native", source, "pydicom", judge="pydicom")
    for source in packed:
        yield Row("native", source, "pydicom", judge="unpack 12",
                  to_judge="stored")
    few = [s for s in ours if s not in SMALL + DIRTY[2:] + SHIFTED[1:]]
    for source in few:
        for option in ("+ti", "+tb", "+td"):
            if option == "+tb" and source.container == 32:
                if source.kind == "int":
                    yield Row("native", source, "pydicom big", judge="pydicom")
                continue
            yield Row("native", source, "dcmconv", (option,), "dcmconv"
                      if option == "+tb" else "pydicom")
        if source.kind == "int":
            for encoder in ("pydicom .98", "pydicom .8.1"):
                yield Row("encapsulated native", source, encoder,
                          judge="pydicom")
    for source in packed:
        for encoder in ("pydicom .98", "pydicom .8.1"):
            yield Row("encapsulated native", source, encoder,
                      judge="unpack 12", to_judge="stored")


def rle():
    ours = SMALL + grey((8, 10, 12, 14, 16)) + DIRTY[:4] + SHIFTED[:2]
    ours += colour((8, 16), ("RGB", "YBR_FULL")) + colour((12,))
    ours += MONOCHROME1 + PALETTES
    for source in ours:
        yield Row("rle", source, "dcmcrle", judge="pydicom"
                  if source.samples * source.bits > 24 else
                  gdcm_or("pydicom", source))
    for source in for_gdcm(ours):
        if source.bits > 8 and not source.high:  # it writes another High Bit
            yield Row("rle", source, "gdcmconv", ("-R",), "dcmdrle")
    for source in grey((8, 12, 16, 24, 32)) + colour((8, 16)):
        yield Row("rle", source, "pydicom rle", judge="pydicom")


def jpeg_lossless():
    for sv in range(1, 8):
        for source in grey((8, 12, 16)) + colour((8,), planars=(0, 1)) + (
                colour((16,), planars=(0,))):
            yield Row("jpeg lossless", source, "dcmcjpeg",
                      ("+el", "+sv", str(sv)), "gdcmconv")
    for source in USUAL + DIRTY[:4] + MONOCHROME1 + PALETTES[:4] + (
            colour((8,), ("YBR_FULL",)) + SHIFTED[:1]):
        yield Row("jpeg lossless", source, "dcmcjpeg", ("+e1",),
                  gdcm_or("dcmdjpeg", source))
    for source in for_gdcm(USUAL + MONOCHROME1 + PALETTES[:2]):
        yield Row("jpeg lossless", source, "gdcmconv", ("-J",), "dcmdjpeg",
                  to_judge="stored")
    for point, bits in itertools.product((1, 3, 6), (8, 16)):
        yield Row("jpeg lossless", Source(bits=bits), "dcmcjpeg",
                  ("+el", "+sv", "1", "+pt", str(point)), "dcmdjpeg",
                  to_source="point %d" % point)
    for bits in range(2, 17):
        yield Row("jpeg lossless", Source(bits=bits), "jpegwriter", (
            ".57", "predictor=%d" % (bits % 7 + 1)), "dcmdjpeg")
    for source, sv in itertools.product(
            (Source(), Source(bits=12), Source(bits=16, signed=True),
             Source(photometric="RGB")), range(1, 8)):
        yield Row("jpeg lossless", source, "jpegwriter",
                  (".57", "predictor=%d" % sv, "restart=%d" % (sv % 3 + 1)),
                  "dcmdjpeg")
    for options in (("rgb_ids=1",), ("adobe=0",), ("scans=1",),
                    ("scans=1", "restart=2"), ("rgb_ids=1", "point=2")):
        for syntax in (".57", ".70"):
            yield Row("jpeg lossless", Source(photometric="RGB"), "jpegwriter",
                      (syntax, *options), "dcmdjpeg", to_source=(
                          "point 2" if "point=2" in options else "same"))


SAMPLINGS = ("1x1", "2x1", "2x2", "1x2", "4x1", "1x4", "2x4", "4x2")


def jpeg():
    """8 bits, judged by decoders that do not share libjpeg-turbo; what comes
    out as RGB by the reference decoder, too."""
    def row(source, encoder, options, **kw):
        if source.samples == 3 and "-rgb" not in options and (
                "+cr" not in options):
            kw.setdefault("coded_ybr", True)
        kw.setdefault("rgb", source.samples == 3)
        return Row("jpeg", source, encoder, options, kw.pop("judge"),
                   "none", kw.pop("to_judge", "near 1"), **kw)

    rgb = Source(photometric="RGB")
    greys = [Source(), Source(photometric="MONOCHROME1"), PALETTES[0]]
    modes = [(), ("-restart", "1"), ("-restart", "3B"), ("-optimize",),
             ("-progressive",), ("-progressive", "-restart", "2")]
    for mode, quality in itertools.product(modes, ("30", "75", "100")):
        syntax = ".55" if "-progressive" in mode else ".50"
        options = (syntax, "-quality", quality, *mode)
        for source in greys[:1] if quality != "75" else greys:
            yield row(source, "cjpeg", options + ("-grayscale",),
                      judge="dcmdjpeg")
        yield row(rgb, "cjpeg", options + ("-rgb",), judge="dcmdjpeg")
        for sampling in SAMPLINGS if quality == "75" else SAMPLINGS[:4]:
            yield row(rgb, "cjpeg", options + ("-sample", sampling),
                      judge=spread_judge(sampling))
    for process, q in itertools.product(("+eb", "+ee", "+es", "+ep"),
                                        ("60", "95")):
        yield row(Source(), "dcmcjpeg", (process, "+q", q), judge="gdcmconv")
        for option in ("+s2", "+s4", "+n1", "+n2", "+np", "+cr"):
            yield row(rgb, "dcmcjpeg", (process, "+q", q, option),
                      judge="gdcmconv")
    yield row(Source(), "gdcmconv", ("-J", "-Y", "-q", "80"),
              judge="dcmdjpeg")


def jpeg12():
    rgb = Source(bits=12, photometric="RGB")
    for process, q in itertools.product(("+ee", "+es", "+ep"),
                                        ("40", "90", "100")):
        for source in (Source(bits=12), Source(bits=10), Source(bits=16),
                       Source(bits=12, photometric="MONOCHROME1")):
            yield Row("jpeg 12 bit", source, "dcmcjpeg",
                      (process, "+q", q, "+bt"), "dcmdjpeg", "none", "near 1")
        for option in ("+s2", "+s4", "+n1", "+cr"):
            yield Row("jpeg 12 bit", rgb, "dcmcjpeg",
                      (process, "+q", q, "+bt", option), "dcmdjpeg", "none",
                      "near 1", coded_ybr=option != "+cr")


def cooked(source):
    """dcmcjpls 3.6.7 writes beyond its buffer where it packs small frames."""
    return source._replace(sizes=((33, 35), (513, 511)))


def jpeg_ls():
    for source in USUAL + grey((9, 11, 14, 15)) + SMALL + DIRTY[:4] + (
            MONOCHROME1 + PALETTES[:4] + colour((8,), ("YBR_FULL",))):
        yield Row("jpeg-ls", source, "dcmcjpls", ("+el",),
                  gdcm_or("ffmpeg jpegls", source),
                  to_source="stored", to_judge="stored")
    for source in for_gdcm(USUAL + grey((9, 11, 14, 15)) + MONOCHROME1 +
                           PALETTES[:4] + colour((8,), ("YBR_FULL",))):
        if source.samples * source.bits > 36:
            source = source._replace(sizes=((33, 35), (513, 511)))
        yield Row("jpeg-ls", source, "gdcmconv", ("-L",), "dcmdjpls",
                  to_source="stored", to_judge="stored")
    for interleave, mode, source in itertools.product(
            ("+il", "+is", "+in"), ("+pr", "+pc"),
            colour((8, 16)) + [Source(bits=12, photometric="RGB")]):
        if mode == "+pc" and source.bits == 12:
            continue  # dcmcjpls 3.6.7 packs 12 bits wrongly
        yield Row("jpeg-ls", source, "dcmcjpls", ("+el", interleave, mode),
                  "gdcmconv", to_source="stored", to_judge="stored")
    twelve = cooked(Source(bits=12))
    for source in (Source(), twelve, Source(bits=16)):
        for options in (("+rs", "31"), ("+t1", "5", "+t2", "9", "+t3", "30"),
                        ("+pr",)):
            yield Row("jpeg-ls", source, "dcmcjpls", ("+el", *options),
                      "ffmpeg jpegls")
    for near, source in itertools.product(
            (1, 2, 3, 7), [Source(), twelve, Source(bits=16)] + colour((8,))):
        yield Row("jpeg-ls", source, "dcmcjpls", ("+en", "+md", str(near)),
                  "dcmdjpls", to_source="near %d" % near)
        if near < 4 and source.bits != 12:
            source = for_gdcm([source])[0]
            yield Row("jpeg-ls", source, "gdcmconv", ("-L", "-Y", "-e",
                                                      str(near)),
                      "dcmdjpls", to_source="near %d" % near)


def jpeg2000():
    shapes = [(), ("-t", "128,128"), ("-p", "RPCL", "-TLM", "-PLT"),
              ("-p", "CPRL", "-SOP", "-EPH"), ("-n", "1"),
              ("-M", "1"), ("-M", "38"), ("-M", "63"), ("-b", "16,32"),
              ("-TP", "R", "-p", "RLCP")]
    unsigned = grey((8, 10, 12, 16), (False,))
    rgb = colour((8, 12, 16), planars=(0,))
    for source, shape in itertools.product(
            [unsigned[0], unsigned[2], unsigned[3], rgb[0]], shapes):
        yield Row("jpeg 2000", source, "opj_compress", shape,
                  "ffmpeg jpeg2000")
    for source in grey((2, 4, 8, 10, 12, 14, 16)) + rgb:
        yield Row("jpeg 2000", source, "opj_compress", (".91",), "gdcmconv"
                  if source.signed else "ffmpeg jpeg2000", to_judge="stored")
    for source in rgb:
        yield Row("jpeg 2000", source, "opj_compress", ("-mct", "0"),
                  "ffmpeg jpeg2000")
        yield Row("jpeg 2000", source, "opj_compress",
                  (".92", "-mct", "0"), "ffmpeg jpeg2000")
    for source in unsigned + rgb:
        yield Row("jpeg 2000", source, "opj_compress", (".92",),
                  "ffmpeg jpeg2000")
    for source in for_gdcm(USUAL + MONOCHROME1 + PALETTES[:4] +
                           colour((8,), ("YBR_FULL",)), (33, 31)):
        if source.samples * source.bits > 36:
            continue  # GDCM refuses small ones
        yield Row("jpeg 2000", source, "gdcmconv", ("-K",), "ffmpeg jpeg2000"
                  if not source.signed else "gdcmconv", to_judge="stored")
    for source, shape in itertools.product(
            unsigned + rgb, [("-I",), ("-I", "-t", "200,100"),
                             ("-I", "-q", "45"), ("-r", "8"),
                             (".93", "-I", "-q", "50")]):
        yield Row("jpeg 2000", source, "opj_compress", shape,
                  "ffmpeg jpeg2000", "none", "psnr 60")


def htj2k():
    shapes = [(), ("-num_decomps", "0"), ("-num_decomps", "3"),
              ("-block_size", "{32,32}"), ("-tile_size", "{128,128}"),
              ("-prog_order", "LRCP"), ("-prog_order", "CPRL"),
              ("-precincts", "{128,128}")]
    unsigned = grey((8, 10, 12, 14, 16), (False,))
    rgb = colour((8, 10, 12, 16), planars=(0,))
    for source, shape in itertools.product(
            [unsigned[0], unsigned[2], unsigned[4], rgb[0]], shapes):
        if shape:
            yield Row("htj2k", source, "ojph_compress", (".201", *shape),
                      "opj_decompress")
    for source in grey((8, 9, 10, 11, 12, 13, 14, 15, 16)) + rgb:
        for syntax in (".201", ".202", ".203"):
            yield Row("htj2k", source, "ojph_compress", (
                syntax, "-prog_order", "RPCL"), "opj_decompress",
                to_judge="stored")
    for source in rgb:
        yield Row("htj2k", source, "ojph_compress",
                  (".201", "-colour_trans", "false"), "opj_decompress")
    for source, step in itertools.product(
            unsigned + rgb, ("0.0005", "0.005", "0.05")):
        yield Row("htj2k", source, "ojph_compress", (".203", "-qstep", step),
                  "opj_decompress", "none", "psnr 60")


def jpeg_xl():
    ours = grey((8, 9, 10, 12, 14, 16), (False,)) + colour((8, 12, 16),
                                                           planars=(0,))
    ours += [Source(photometric="MONOCHROME1")] + PALETTES[:1]
    for source, effort in itertools.product(ours, ("1", "3")):
        yield Row("jpeg xl", source, "cjxl", (".110", "-d", "0", "-e", effort),
                  "source, djxl")
        if source.bits not in (8, 16):
            yield Row("jpeg xl", source, "cjxl", (
                ".110", "scaled", "-d", "0", "-e", effort), "source, djxl")
    for source in ours[:9]:
        yield Row("jpeg xl", source, "cjxl", (".112", "-d", "0", "-e", "2"),
                  "source, djxl")
    for source, distance in itertools.product(
            ours[:9], ("0.5", "2")):
        yield Row("jpeg xl", source, "cjxl", (".112", "-d", distance, "-e", "3"),
                  "djxl", "none", "near 1")
    for source in (Source(), Source(photometric="RGB")):
        yield Row("jpeg xl", source, "cjxl", (".111", "-j", "1", "-e", "3"),
                  "djxl to JPEG", "none", "psnr 45")


GROUPS = {
    "native": native,
    "rle": rle,
    "jpeg": jpeg,
    "jpeg12": jpeg12,
    "jpeglossless": jpeg_lossless,
    "jpegls": jpeg_ls,
    "jpeg2000": jpeg2000,
    "htj2k": htj2k,
    "jpegxl": jpeg_xl,
    "structure": structure,
    "contradictions": contradictions,
}


def rows(group):
    """Those of a group, each once."""
    return list(dict.fromkeys(GROUPS[group]()))
