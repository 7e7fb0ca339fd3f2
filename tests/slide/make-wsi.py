# SPDX-License-Identifier: LGPL-2.1-or-later
"""DICOM slides with every frame's pixels known, as a writer may lay them out.

make-wsi.py FOLDER [CASE]: writes the files of one case into FOLDER, or those of
each into a folder of its name in FOLDER. Tile (column, row) is filled with the RGB value (column * 40 + 10, row * 40 + 20, 200) and has
a pixel of its own colour in its upper left corner.
"""
import os
import sys

import numpy
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, RLELossless

WSI = "1.2.840.10008.5.1.4.1.1.77.1.6"
SIDE = 32


def tile(column, row, grey=False):
    if grey:
        return numpy.full((SIDE, SIDE), column * 40 + row * 10 + 1, "u1")
    pixels = numpy.empty((SIDE, SIDE, 3), "u1")
    pixels[:] = (column * 40 + 10, row * 40 + 20, 200)
    pixels[0, 0] = (1, 2, 3)
    return pixels


def item(**attributes):
    data_set = Dataset()
    for key, value in attributes.items():
        setattr(data_set, key, value)
    return data_set


def base(number, width, height):
    ds = Dataset()
    ds.SOPClassUID = WSI
    ds.SOPInstanceUID = f"1.2.3.4.{number}"
    ds.StudyInstanceUID = "1.2.3.1"
    ds.SeriesInstanceUID = "1.2.3.2"
    ds.Modality = "SM"
    ds.ContainerIdentifier = "Glass 7"
    ds.ImageType = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]
    ds.TotalPixelMatrixColumns = width
    ds.TotalPixelMatrixRows = height
    ds.Rows = ds.Columns = SIDE
    ds.SamplesPerPixel = 3
    ds.PhotometricInterpretation = "RGB"
    ds.PlanarConfiguration = 0
    ds.BitsAllocated = ds.BitsStored = 8
    ds.HighBit = 7
    ds.PixelRepresentation = 0
    ds.ImageOrientationSlide = [0, -1, 0, -1, 0, 0]
    ds.TotalPixelMatrixOriginSequence = Sequence([item(
        XOffsetInSlideCoordinateSystem=20, YOffsetInSlideCoordinateSystem=40)])
    ds.SharedFunctionalGroupsSequence = Sequence([item(
        PixelMeasuresSequence=Sequence([item(PixelSpacing=[0.001, 0.0005])]))])
    ds.OpticalPathSequence = Sequence([item(
        OpticalPathIdentifier="1", ObjectiveLensPower=20,
        ICCProfile=b"a profile")])
    return ds


def grid(width, height):
    return [(c, r) for r in range(-(-height // SIDE))
            for c in range(-(-width // SIDE))]


def per_frame(tiles):
    return Sequence([item(PlanePositionSlideSequence=Sequence([item(
        ColumnPositionInTotalImagePixelMatrix=c * SIDE + 1,
        RowPositionInTotalImagePixelMatrix=r * SIDE + 1)]))
        for c, r in tiles])


def fill(ds, tiles, grey=False):
    ds.NumberOfFrames = len(tiles)
    ds.PixelData = b"".join(tile(c, r, grey).tobytes() for c, r in tiles)


def save(ds, folder, rle=False):
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.is_little_endian, ds.is_implicit_VR = True, False
    if rle:
        ds.compress(RLELossless)
    ds.save_as(f"{folder}/{ds.SOPInstanceUID}.dcm", write_like_original=False)


def full(number=1, width=100, height=70):
    ds = base(number, width, height)
    ds.DimensionOrganizationType = "TILED_FULL"
    fill(ds, grid(width, height))
    return ds


def sparse(tiles, number=1):
    ds = base(number, 100, 70)
    ds.DimensionOrganizationType = "TILED_SPARSE"
    ds.PerFrameFunctionalGroupsSequence = per_frame(tiles)
    fill(ds, tiles)
    return ds


def position(ds, frame):
    group = ds.PerFrameFunctionalGroupsSequence[frame]
    return group.PlanePositionSlideSequence[0]


def case_full(folder):
    save(full(), folder)
    save(full(2, 50, 35), folder)
    label = base(3, SIDE, SIDE)
    label.ImageType = ["ORIGINAL", "PRIMARY", "LABEL", "NONE"]
    fill(label, [(1, 1)])
    save(label, folder)
    other = full(4)
    other.SeriesInstanceUID = "1.2.3.9"
    save(other, folder)
    with open(f"{folder}/notes.txt", "w", encoding="utf-8") as text:
        text.write("not DICOM")
    with open(f"{folder}/1.2.3.4.2.dcm", "rb") as source:
        data = source.read()
    with open(f"{folder}/cut.dcm", "wb") as cut:
        cut.write(data[:300])


def case_sparse(folder):
    tiles = grid(100, 70)[::-1]
    tiles.remove((2, 1))
    save(sparse(tiles), folder)


def case_rle(folder):
    save(full(), folder, rle=True)


def case_concatenation(folder):
    tiles = grid(100, 70)
    for part, (first, end) in enumerate([(7, 12), (0, 7)]):
        ds = base(part + 1, 100, 70)
        ds.DimensionOrganizationType = "TILED_FULL"
        ds.ConcatenationUID = "1.2.3.5"
        ds.ConcatenationFrameOffsetNumber = first
        fill(ds, tiles[first:end])
        save(ds, folder)


def case_paths(folder):
    """Two optical paths, grey: the first is shown, absence is dark."""
    ds = base(1, 100, 70)
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = "MONOCHROME2"
    del ds.PlanarConfiguration
    ds.DimensionOrganizationType = "TILED_SPARSE"
    tiles = grid(100, 70)[:-1]
    ds.PerFrameFunctionalGroupsSequence = per_frame(tiles * 2)
    for frame, group in enumerate(ds.PerFrameFunctionalGroupsSequence):
        name = "1" if frame < len(tiles) else "2"
        group.OpticalPathIdentificationSequence = Sequence(
            [item(OpticalPathIdentifier=name)])
    fill(ds, tiles + [(5, 5)] * len(tiles), grey=True)
    save(ds, folder)


def case_pyramids(folder):
    for number, pyramid in enumerate(["1.2.3.6", "1.2.3.7"]):
        ds = full(number + 1)
        ds.add_new(0x00080019, "UI", pyramid)
        save(ds, folder)


def case_missing_frames(folder):
    ds = full()
    ds.PixelData = ds.PixelData[:5 * SIDE * SIDE * 3]
    save(ds, folder)


def case_absurd_grid(folder):
    ds = full()
    ds.TotalPixelMatrixColumns = ds.TotalPixelMatrixRows = 0xffffffff
    save(ds, folder)


def case_large_tile(folder):
    ds = full()
    ds.Rows = ds.Columns = 65535
    save(ds, folder)


def case_huge(folder):
    """One level of 16 million tiles of which one is there."""
    ds = full()
    ds.TotalPixelMatrixColumns = ds.TotalPixelMatrixRows = 64 * 4096
    ds.Rows = ds.Columns = 64
    ds.NumberOfFrames = 1
    ds.PixelData = bytes(64 * 64 * 3)
    save(ds, folder)


def case_no_matrix(folder):
    ds = full()
    ds.TotalPixelMatrixRows = 0
    save(ds, folder)


def case_zero_tile(folder):
    ds = full()
    ds.Columns = 0
    save(ds, folder)


def case_no_groups(folder):
    ds = sparse(grid(100, 70))
    del ds.PerFrameFunctionalGroupsSequence
    save(ds, folder)


def case_no_position(folder):
    ds = sparse(grid(100, 70))
    del position(ds, 3).RowPositionInTotalImagePixelMatrix
    save(ds, folder)


def case_negative(folder):
    ds = sparse(grid(100, 70))
    position(ds, 2).ColumnPositionInTotalImagePixelMatrix = -31
    save(ds, folder)


def case_outside(folder):
    ds = sparse(grid(100, 70))
    position(ds, 2).RowPositionInTotalImagePixelMatrix = 97
    save(ds, folder)


def case_all_outside(folder):
    ds = sparse(grid(100, 70))
    for i in range(len(ds.PerFrameFunctionalGroupsSequence)):
        position(ds, i).ColumnPositionInTotalImagePixelMatrix = -31 - i
    save(ds, folder)


def case_off_grid(folder):
    ds = sparse(grid(100, 70))
    position(ds, 1).ColumnPositionInTotalImagePixelMatrix = 34
    save(ds, folder)


def case_no_volume(folder):
    ds = full()
    ds.ImageType = ["ORIGINAL", "PRIMARY", "LABEL", "NONE"]
    save(ds, folder)


def case_deep(folder):
    ds = full()
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 16, 15
    ds.PixelData = ds.PixelData * 2
    save(ds, folder)


def palette(ds, width, first=0):
    """Index n as (255 - n, n, 200), for 8 bits of table as for 16."""
    ds.PhotometricInterpretation = "PALETTE COLOR"
    del ds.PlanarConfiguration
    for colour, value in (("Red", lambda n: 255 - n), ("Green", lambda n: n),
                          ("Blue", lambda n: 200)):
        values = [value(n) * (257 if width == 16 else 1) for n in range(256)]
        keyword = colour + "PaletteColorLookupTable"
        setattr(ds, keyword + "Descriptor", [256, first, width])
        setattr(ds, keyword + "Data", numpy.array(
            values, "<u2" if width == 16 else "u1").tobytes())


def indexed(width):
    ds = full()
    fill(ds, grid(100, 70), grey=True)
    ds.SamplesPerPixel = 1
    palette(ds, width)
    return ds


def case_palette(folder):
    save(indexed(16), folder)


def case_palette_narrow(folder):
    save(indexed(8), folder)


def case_palette_missing(folder):
    ds = indexed(16)
    del ds.GreenPaletteColorLookupTableData
    save(ds, folder)


def main(found, folder, wanted=None):
    """Writes the cases among @found, a module's names."""
    cases = {name[5:]: make for name, make in found.items()
             if name.startswith("case_")}
    if wanted:
        cases[wanted](folder)
        return
    for name, make in cases.items():
        os.mkdir(f"{folder}/{name}")
        make(f"{folder}/{name}")


if __name__ == "__main__":
    main(globals(), *sys.argv[1:])
