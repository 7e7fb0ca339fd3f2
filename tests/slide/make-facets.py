# SPDX-License-Identifier: LGPL-2.1-or-later
"""DICOM slides of several optical paths, focal planes and parts; of every
coding; with words. make-facets.py FOLDER [CASE], as make-wsi.py.

In colour, a tile of path p in plane z (from 0, the lowest first) is filled with
(column * 40 + 10, row * 40 + 20, 100 + 10 * p + z), but for its corner. In grey
of 16 bits its samples are column * 100 + row * 10 + p * 1000 + z, its corner 7.
"""
import importlib
import io
import random
import shutil
import subprocess
import sys
import tempfile

import numpy
from PIL import Image
from pydicom._uid_dict import UID_dictionary
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence

wsi = importlib.import_module("make-wsi")
item, SIDE = wsi.item, wsi.SIDE
GRID = wsi.grid(100, 70)
JPEG = "1.2.840.10008.1.2.4.50"
HTJ2K = "1.2.840.10008.1.2.4.201"
UID_dictionary[HTJ2K] = ("HTJ2K lossless", "Transfer Syntax", "", "", "HTJ2K")


def tile(column, row, path=0, plane=0):
    pixels = wsi.tile(column, row)
    pixels[:, :, 2] = 100 + 10 * path + plane
    pixels[0, 0] = (1, 2, 3)
    return pixels.tobytes()


def samples(column, row, path=0, plane=0):
    pixels = numpy.full((SIDE, SIDE),
                        column * 100 + row * 10 + path * 1000 + plane, "<u2")
    pixels[0, 0] = 7
    return pixels.tobytes()


def frames(n_paths, n_planes):
    """Column, row, path, plane in the order of TILED_FULL."""
    return [(c, r, p, z) for p in range(n_paths) for z in range(n_planes)
            for c, r in GRID]


def fill(ds, places, make=tile):
    ds.NumberOfFrames = len(places)
    ds.PixelData = b"".join(make(*place) for place in places)


def grey(ds):
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = "MONOCHROME2"
    del ds.PlanarConfiguration
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 12, 11


def full(number, places, n_planes=1, z_um=0.0):
    ds = wsi.base(number, 100, 70)
    ds.DimensionOrganizationType = "TILED_FULL"
    ds.TotalPixelMatrixFocalPlanes = n_planes
    ds.TotalPixelMatrixOriginSequence[0].ZOffsetInSlideCoordinateSystem = z_um
    measures = ds.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    measures.SpacingBetweenSlices = 0.0015
    fill(ds, places)
    return ds


def optics(ds, *paths):
    ds.OpticalPathSequence = Sequence([item(**path) for path in paths])
    ds.NumberOfOpticalPaths = len(paths)


def case_facets_full(folder):
    ds = full(1, frames(2, 3), 3, -1.0)
    optics(ds, {"OpticalPathIdentifier": "b", "ObjectiveLensPower": 20},
           {"OpticalPathIdentifier": "a", "ObjectiveLensPower": 40,
            "ICCProfile": b"of path a"})
    wsi.save(ds, folder)
    # A level below has one plane of each path.
    small = wsi.base(2, 50, 35)
    small.DimensionOrganizationType = "TILED_FULL"
    fill(small, [(c, r, p, 9) for p in range(2) for c, r in wsi.grid(50, 35)])
    optics(small, {"OpticalPathIdentifier": "b"},
           {"OpticalPathIdentifier": "a"})
    wsi.save(small, folder)


def sparse(number, places):
    ds = wsi.base(number, 100, 70)
    ds.DimensionOrganizationType = "TILED_SPARSE"
    optics(ds, {"OpticalPathIdentifier": "b"}, {"OpticalPathIdentifier": "a"})
    groups = []
    for c, r, p, z in places:
        position = item(
            ColumnPositionInTotalImagePixelMatrix=c * SIDE + 1,
            RowPositionInTotalImagePixelMatrix=r * SIDE + 1,
            ZOffsetInSlideCoordinateSystem=["-1.0", "0.50", "2"][z])
        content = item(DimensionIndexValues=[c + 1, r + 1, z + 1])
        groups.append(item(
            FrameContentSequence=Sequence([content]),
            PlanePositionSlideSequence=Sequence([position]),
            OpticalPathIdentificationSequence=Sequence(
                [item(OpticalPathIdentifier="ba"[p])])))
    ds.PerFrameFunctionalGroupsSequence = Sequence(groups)
    fill(ds, places)
    return ds


def shuffled():
    places = frames(2, 3)
    random.Random(5).shuffle(places)
    return places


def case_facets_sparse(folder):
    wsi.save(sparse(1, shuffled()), folder)


def case_facets_undefined(folder):
    ds = sparse(1, shuffled())
    ds["PerFrameFunctionalGroupsSequence"].is_undefined_length = True
    for group in ds.PerFrameFunctionalGroupsSequence:
        group.is_undefined_length_sequence_item = True
        for element in group:
            element.is_undefined_length = True
            element.value[0].is_undefined_length_sequence_item = True
    wsi.save(ds, folder)


def case_facets_odd(folder):
    """The same with a VR in each item that nobody knows."""
    case_facets_undefined(folder)
    path = f"{folder}/1.2.3.4.1.dcm"
    with open(path, "rb") as source:
        data = source.read()
    with open(path, "wb") as out:
        out.write(data.replace(b"\x20\0\x57\x91UL", b"\x20\0\x57\x91Ul"))


def case_facets_implicit(folder):
    ds = sparse(1, shuffled())
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2"
    ds.is_little_endian, ds.is_implicit_VR = True, True
    ds.save_as(f"{folder}/{ds.SOPInstanceUID}.dcm", write_like_original=False)


def case_facets_split(folder):
    """Each path and each plane in an instance of its own; all paths are "1"."""
    number = 0
    for p, name in enumerate(["DAPI", "FITC"]):
        for z in range(3):
            number += 1
            places = [(c, r, p, z) for c, r in GRID]
            ds = full(number, places, 1, -1.0 + 1.5 * z)
            optics(ds, {"OpticalPathIdentifier": "1",
                        "OpticalPathDescription": name})
            wsi.save(ds, folder)


def case_facets_concatenated(folder):
    """In parts of 20 frames of which only the numbers are said."""
    places = frames(2, 3)
    for part in range(4):
        ds = full(part + 1, places[part * 20:part * 20 + 20], 3, -1.0)
        optics(ds, {"OpticalPathIdentifier": "b"},
               {"OpticalPathIdentifier": "a"})
        ds.ConcatenationUID = "1.2.3.5"
        ds.InConcatenationNumber = part + 1
        ds.InConcatenationTotalNumber = 4
        wsi.save(ds, folder)


def case_part_missing(folder):
    """Four tiles a part, the second is missing."""
    for part in (0, 2):
        ds = full(part + 1, [(c, r, 0, 0) for c, r in GRID[part * 4:][:4]])
        ds.ConcatenationUID = "1.2.3.5"
        ds.InConcatenationNumber = part + 1
        ds.InConcatenationTotalNumber = 3
        wsi.save(ds, folder)


def case_channels(folder):
    """12 bits in 16, in the order of the file: by wavelength, by code, by
    palette, by nothing."""
    ds = full(1, [])
    grey(ds)
    fill(ds, frames(4, 1), samples)
    red = item(CodeValue="371240000", CodingSchemeDesignator="SCT",
               CodeMeaning="Red")
    palette = item(RedPaletteColorLookupTableDescriptor=[2, 0, 16],
                   GreenPaletteColorLookupTableDescriptor=[2, 0, 16],
                   BluePaletteColorLookupTableDescriptor=[2, 0, 16],
                   RedPaletteColorLookupTableData=b"\0\0\x34\x12",
                   GreenPaletteColorLookupTableData=b"\0\0\xff\xff",
                   BluePaletteColorLookupTableData=b"\0\0\0\x80")
    optics(ds, {"OpticalPathIdentifier": "1",
                "OpticalPathDescription": "Nuclei",
                "IlluminationWaveLength": 440.0},
           {"OpticalPathIdentifier": "2",
            "IlluminationColorCodeSequence": Sequence([red])},
           {"OpticalPathIdentifier": "3",
            "PaletteColorLookupTableSequence": Sequence([palette])},
           {"OpticalPathIdentifier": "4"})
    wsi.save(ds, folder)
    # The level below was made for looking at: 8 bits.
    small = wsi.base(2, 50, 35)
    small.DimensionOrganizationType = "TILED_FULL"
    grey(small)
    small.BitsAllocated, small.BitsStored, small.HighBit = 8, 8, 7
    optics(small, {"OpticalPathIdentifier": "1"})
    fill(small, wsi.grid(50, 35), lambda c, r: bytes([50]) * SIDE * SIDE)
    wsi.save(small, folder)


def case_colors(folder):
    """Names that are colours, in an order that is not that of the row, without
    palettes or with empty ones; what else says a colour."""
    ds = full(1, [])
    grey(ds)
    fill(ds, frames(7, 1), samples)
    red = item(CodeValue="371240000", CodingSchemeDesignator="SCT",
               CodeMeaning="Red")
    black = item(**{
        f"{name}PaletteColorLookupTable{what}": value
        for name in ("Red", "Green", "Blue")
        for what, value in (("Descriptor", [2, 0, 16]), ("Data", bytes(4)))})
    says = [
        {"OpticalPathDescription": "Green", "IlluminationWaveLength": 0.0},
        {"OpticalPathDescription": "Blue",
         "PaletteColorLookupTableSequence": Sequence([black])},
        {"OpticalPathDescription": " RED ", "IlluminationWaveLength": 500.0},
        {"OpticalPathDescription": "Green",
         "IlluminationColorCodeSequence": Sequence([red])},
        {"OpticalPathDescription": "Evans Blue",
         "IlluminationWaveLength": 700.0},
        {"OpticalPathDescription": "Greenish"},
        {"OpticalPathDescription": "yellow"},
    ]
    optics(ds, *({"OpticalPathIdentifier": str(i), **path}
                 for i, path in enumerate(says)))
    wsi.save(ds, folder)


def case_lying(folder):
    """12 frames are announced, of which 5 are there, without a table."""
    ds = full(1, [])
    ds.NumberOfFrames = len(GRID)
    encode([Image.frombytes("RGB", (SIDE, SIDE), tile(*place))
            for place in frames(1, 1)[:5]], ds, folder, HTJ2K, to_htj2k)


def case_overlap(folder):
    ds = sparse(1, [(c, r, 0, 0) for c, r in GRID] + [(1, 1, 0, 0)])
    ds.PixelData = ds.PixelData[:-SIDE * SIDE * 3] + bytes(SIDE * SIDE * 3)
    wsi.save(ds, folder)


def case_short_type(folder):
    ds = full(1, frames(1, 1))
    ds.ImageType = ["ORIGINAL", "PRIMARY"]
    wsi.save(ds, folder)


def case_copies(folder):
    """Two whole images of one place in one series, and a copy of the second."""
    other = full(2, [(1, 1, 0, 0)] * 12)
    wsi.save(other, folder)
    wsi.save(full(1, frames(1, 1)), folder)
    for name in ("0.dcm", "9.dcm"):
        shutil.copy(f"{folder}/1.2.3.4.1.dcm", f"{folder}/{name}")
    shutil.move(f"{folder}/1.2.3.4.2.dcm", f"{folder}/00.dcm")


def case_broken_neighbour(folder):
    wsi.save(full(1, frames(1, 1)), folder)
    ds = full(2, frames(1, 1))
    ds.TotalPixelMatrixColumns = 0
    wsi.save(ds, folder)
    other = full(3, frames(1, 1))
    other.TotalPixelMatrixColumns = 128
    other.TotalPixelMatrixRows = 4096
    wsi.save(other, folder)


def beside(number, kind, **attributes):
    ds = wsi.base(number, SIDE, SIDE)
    ds.ImageType = ["ORIGINAL", "PRIMARY", kind, "NONE"]
    for key, value in attributes.items():
        setattr(ds, key, value)
    wsi.fill(ds, [(number % 6, 1)])
    return ds


def case_beside(folder):
    """Label and overview in series of their own; another glass's; an overview
    in four tiles."""
    wsi.save(full(1, frames(1, 1)), folder)
    wsi.save(beside(2, "LABEL", SeriesInstanceUID="1.2.3.8",
                    ContainerIdentifier="Glass 8"), folder)
    wsi.save(beside(3, "LABEL", SeriesInstanceUID="1.2.3.8"), folder)
    wsi.save(beside(4, "LABEL", SeriesInstanceUID="1.2.3.8",
                    StudyInstanceUID="1.2.3.99"), folder)
    wsi.save(beside(5, "THUMBNAIL"), folder)
    macro = wsi.base(6, 40, 50)
    macro.ImageType = ["ORIGINAL", "PRIMARY", "OVERVIEW", "NONE"]
    macro.SeriesInstanceUID = "1.2.3.10"
    wsi.fill(macro, wsi.grid(40, 50))
    wsi.save(macro, folder)


def encode(images, ds, folder, syntax, coder):
    coded = [coder(image) for image in images]
    ds.PixelData = encapsulate([data + b"\0" * (len(data) % 2)
                                for data in coded], has_bot=False)
    ds["PixelData"].is_undefined_length = True
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = syntax
    ds.is_little_endian, ds.is_implicit_VR = True, False
    ds.save_as(f"{folder}/{ds.SOPInstanceUID}.dcm", write_like_original=False)


def to_htj2k(image):
    with tempfile.TemporaryDirectory(prefix="vitrail-facets-") as scratch:
        plain, coded = f"{scratch}/tile.ppm", f"{scratch}/tile.j2c"
        image.save(plain, "PPM")
        subprocess.run(["ojph_compress", "-i", plain, "-o", coded,
                        "-reversible", "true", "-num_decomps", "3"],
                       check=True, stdout=subprocess.DEVNULL)
        with open(coded, "rb") as stream:
            return stream.read()


def to_bare_jpeg(image):
    """Without JFIF: nothing says what the three components are."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=100, subsampling=0)
    data = out.getvalue()
    assert data[2:4] == b"\xff\xe0"
    return data[:2] + data[4 + int.from_bytes(data[4:6], "big"):]


def images():
    return [Image.frombytes("RGB", (SIDE, SIDE), tile(c, r)) for c, r in GRID]


def case_htj2k(folder):
    encode(images(), full(1, frames(1, 1)), folder, HTJ2K, to_htj2k)


def case_bare_ybr(folder):
    ds = full(1, frames(1, 1))
    ds.PhotometricInterpretation = "YBR_FULL"
    encode(images(), ds, folder, JPEG, to_bare_jpeg)


def case_bare_rgb(folder):
    # Pillow does not convert what is called luma and chroma already.
    called = [Image.merge("YCbCr", image.split()) for image in images()]
    encode(called, full(1, frames(1, 1)), folder, JPEG, to_bare_jpeg)


def code(value, meaning, scheme="DCM"):
    return item(CodeValue=value, CodingSchemeDesignator=scheme,
                CodeMeaning=meaning)


def content(name, value):
    if isinstance(value, str):
        return item(ValueType="TEXT", TextValue=value,
                    ConceptNameCodeSequence=Sequence([name]))
    return item(ValueType="CODE", ConceptCodeSequence=Sequence([value]),
                ConceptNameCodeSequence=Sequence([name]))


def step(*contents):
    return item(SpecimenPreparationStepContentItemSequence=Sequence(contents))


def case_words(folder):
    ds = full(1, frames(1, 1))
    ds.SpecificCharacterSet = "ISO_IR 100"
    ds.ContainerTypeCodeSequence = Sequence(
        [code("433466003", "Microscope slide", "SCT")])
    identifier = content(code("121041", "Specimen Identifier"), "S1")
    kind = code("111701", "Processing type")
    using = code("424361007", "Using substance", "SCT")
    steps = [
        step(identifier,
             content(kind, code("17636008", "Specimen collection", "SCT")),
             content(code("17636008", "Specimen collection", "SCT"),
                     code("65801008", "Excision", "SCT"))),
        step(identifier, content(code("430864009", "Tissue Fixative", "SCT"),
                                 code("434162003", "Formalin", "SCT"))),
        step(identifier, content(kind, code("127790008", "Staining", "SCT")),
             content(using, code("12710003", "hematoxylin stain", "SCT")),
             content(using, code("36879007", "water soluble eosin stain",
                                 "SCT")),
             content(code("111703", "Processing step description"),
                     "H\xe4rtung")),
    ]
    ds.SpecimenDescriptionSequence = Sequence([item(
        SpecimenIdentifier="S1", SpecimenShortDescription="Niere links",
        SpecimenDetailedDescription="Two pieces",
        PrimaryAnatomicStructureSequence=Sequence(
            [code("64033007", "Kidney", "SCT")]),
        SpecimenPreparationSequence=Sequence(steps)),
        item(SpecimenIdentifier="S2")])
    ds.Manufacturer = "Scanners Ltd"
    ds.ManufacturerModelName = "Quick 3"
    ds.DeviceSerialNumber = "0042"
    ds.AcquisitionDateTime = "20260102030405.25+0130"
    ds.ImageComments = "Bubbles"
    wsi.save(ds, folder)


if __name__ == "__main__":
    wsi.main(globals(), *sys.argv[1:])
