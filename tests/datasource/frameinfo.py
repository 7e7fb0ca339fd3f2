# SPDX-License-Identifier: LGPL-2.1-or-later
"""frameinfo.py FOLDER: the files of test-frameinfo. base () is a sound 2 x 3
CT; each case changes what it is about."""

import sys

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.pixel_data_handlers.util import apply_color_lut
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

FOLDER = sys.argv[1]


def base(frames=1, bits=16, samples=1):
    ds = Dataset()
    ds.SOPClassUID = '1.2.840.10008.5.1.4.1.1.2'
    ds.SOPInstanceUID = '1.2.3.4'
    ds.StudyInstanceUID, ds.SeriesInstanceUID = '1.2', '1.2.3'
    ds.Modality = 'CT'
    ds.PatientName = 'Doe^John^M^^Jr'
    ds.PatientID = ' 42 '
    ds.SeriesNumber, ds.InstanceNumber = 7, 19
    ds.StudyDescription = 'Thorax'
    ds.Rows, ds.Columns, ds.SamplesPerPixel = 2, 3, samples
    ds.PhotometricInterpretation = 'MONOCHROME2'
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = bits, bits, bits - 1
    ds.PixelRepresentation = 0
    if frames > 1:
        ds.NumberOfFrames = frames
    ds.PixelData = bytes(6 * samples * frames * bits // 8)
    ds['PixelData'].VR = 'OW'
    return ds


def item(**values):
    ds = Dataset()
    for k, v in values.items():
        setattr(ds, k, v)
    return ds


def save(ds, name, implicit=False):
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = (
        ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian)
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.is_little_endian, ds.is_implicit_VR = True, implicit
    ds.save_as('%s/%s.dcm' % (FOLDER, name), write_like_original=False)


# A slice of a CT.
ds = base()
ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 12, 11, 1
ds.RescaleSlope, ds.RescaleIntercept = 2, -1024
ds.WindowCenter, ds.WindowWidth = [40, -600, 1], [400, 1500, 0]
ds.WindowCenterWidthExplanation = ['Soft', 'Lung']
ds.add_new(0x00280120, 'SS', -2000)
ds.add_new(0x00280121, 'SS', -1990)
ds.ImagePositionPatient = [-10, -20, 30]
ds.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
ds.PixelSpacing = [0.5, 0.25]
save(ds, 'ct')
save(ds, 'ct-implicit', True)

# Where sides point to, in letters; Image Orientation (Patient) prevails.
for name, letters in (('letters', ['AL', 'F']), ('letters-same', ['A', 'P']),
                      ('letters-animal', ['CD', 'V']),
                      ('letters-one', ['L', '']),
                      ('letters-twice', ['LR', 'F'])):
    ds = base()
    ds.PatientOrientation = letters
    save(ds, name)
ds.ImageOrientationPatient = [0, 0, 1, 0, -1, 0]
ds.PatientOrientation = ['L', 'P']
save(ds, 'letters-both')
ds = base()
ds.PatientOrientation = ['R', 'F']
ds.AnatomicalOrientationType = 'QUADRUPED'
save(ds, 'letters-rostral')

# Functional groups: shared values, and frame 2 with its own.
ds = base(3)
ds.SharedFunctionalGroupsSequence = Sequence([item(
    PixelMeasuresSequence=Sequence([item(PixelSpacing=[2, 3])]),
    PlaneOrientationSequence=Sequence([item(
        ImageOrientationPatient=[0, 1, 0, 0, 0, -1])]),
    PixelValueTransformationSequence=Sequence([item(
        RescaleSlope=1, RescaleIntercept=5, RescaleType='US')]),
    FrameVOILUTSequence=Sequence([item(WindowCenter=10, WindowWidth=20,
        VOILUTFunction='SIGMOID')]))])
ds.PerFrameFunctionalGroupsSequence = Sequence([item(
    PlanePositionSequence=Sequence([item(
        ImagePositionPatient=[1, 2, z])])) for z in (100, 101, 102)])
ds.PerFrameFunctionalGroupsSequence[1].FrameVOILUTSequence = Sequence([
    item(WindowCenter=0.5, WindowWidth=0.5,
         VOILUTFunction='LINEAR_EXACT')])
ds.FrameTimeVector = [0, 40, 60]
save(ds, 'enhanced')

# Ultrasound with one region, a rate, and lossy once.
ds = base(4, 8)
ds.Modality = 'US'
ds.SequenceOfUltrasoundRegions = Sequence([item(RegionSpatialFormat=1,
    PhysicalUnitsXDirection=3, PhysicalUnitsYDirection=3,
    PhysicalDeltaX=0.02, PhysicalDeltaY=-0.03)])
ds.LossyImageCompression = '01'
ds.CineRate = 25
ds.FrameTime = 50
save(ds, 'us')
ds.SequenceOfUltrasoundRegions.append(
    ds.SequenceOfUltrasoundRegions[0])
ds.RecommendedDisplayFrameRate = 10
save(ds, 'us-two')

# Projection: spacing at the detector, MONOCHROME1.
ds = base()
ds.Modality = 'DX'
ds.PhotometricInterpretation = 'MONOCHROME1'
ds.ImagerPixelSpacing = [0.1, 0.2]
ds.PatientName = '=\u5c71\u7530^\u592a\u90ce=yamada'
ds.SpecificCharacterSet = 'ISO_IR 192'
save(ds, 'dx')
ds.PixelSpacing = [0.1, 0.2]
save(ds, 'dx-repeated')
ds.PixelSpacingCalibrationType = 'GEOMETRY'
save(ds, 'dx-geometry')
del ds.PixelSpacingCalibrationType
ds.PixelSpacing = [0.09, 0.18]
save(ds, 'dx-calibrated')
ds = base()
ds.NominalScannedPixelSpacing = [0.3, 0.3]
ds.PixelAspectRatio = [4, 3]
save(ds, 'scanned')
del ds.NominalScannedPixelSpacing
save(ds, 'aspect')
ds.PixelAspectRatio = [4, 0]
save(ds, 'aspect-wrong')


# Palettes of 16 and 8 bits, the second with a short blue table.
def palette(ds, bits, red, green, blue, n, first):
    for k, v in (('Red', red), ('Green', green), ('Blue', blue)):
        setattr(ds, k + 'PaletteColorLookupTableDescriptor',
                [n, first, bits])
        setattr(ds, k + 'PaletteColorLookupTableData', v)


ds = base(1, 8)
ds.PhotometricInterpretation = 'PALETTE COLOR'
w = lambda *v: np.array(v, '<u2').tobytes()
palette(ds, 16, w(0, 0x1234, 0xffff), w(0xff00, 1, 2), w(3, 4, 0x8000),
        3, 10)
save(ds, 'palette16')
palette(ds, 8, bytes([1, 2, 3, 4]), bytes([5, 6, 7, 8]), bytes([9, 10]),
        4, 0)
save(ds, 'palette8')


# The same segments in words and bytes: discrete, linear, indirect.
def drop(ds):
    for k in ('Red', 'Green', 'Blue'):
        del ds[k + 'PaletteColorLookupTableData']


def segments(ds, bits, n, *tables):
    for k, v in zip(('Red', 'Green', 'Blue'), tables):
        setattr(ds, k + 'PaletteColorLookupTableDescriptor',
                [n, 0, bits])
        k = 'Segmented' + k + 'PaletteColorLookupTableData'
        setattr(ds, k, v)
        ds[k].VR = 'OW'


def judge(ds, name, factor):
    with open('%s/%s.rgb' % (FOLDER, name), 'wb') as out:
        x = np.arange(256, dtype='u1')
        rgb = apply_color_lut(x, ds).astype('u4') * factor
        out.write(rgb.astype('<u2').tobytes())


drop(ds)
red = w(0, 3, 0, 0x2000, 0xfff0, 1, 200, 17, 1, 53, 0x8000)
green = w(0, 1, 5, 1, 255, 0xff00)
blue = w(0, 256, *range(0, 65536, 256))
segments(ds, 16, 256, red, green, blue)
save(ds, 'segments16')
judge(ds, 'segments16', 1)
red = bytes([0, 2, 9, 200, 1, 100, 7, 2, 2, 0, 0, 0, 0, 1, 52, 90])
green = bytes([0, 1, 5, 1, 255, 250])
blue = bytes([0, 1, 5, 1, 254, 131, 0, 1, 77, 0])
segments(ds, 8, 256, red, green, blue)
save(ds, 'segments8')
judge(ds, 'segments8', 257)

# The offset of words counts bytes: of this, the second segment.
segments(ds, 16, 7, *3 * [w(0, 1, 0x4000, 0, 2, 0x100, 0x8000,
                            2, 1, 6, 0, 1, 2, 0)])
save(ds, 'indirect16')
for name, data in (
        ('line-first', w(1, 4, 5)), ('empty', w(0, 0, 0, 0)),
        ('unknown', w(0, 1, 7, 3, 3, 3)), ('short', w(0, 3, 1, 2, 3)),
        ('cut', w(0, 4, 1, 2)), ('long', w(0, 1, 1, 1, 65535, 4)),
        ('self', w(0, 1, 1, 2, 1, 6, 0)),
        ('far', w(0, 1, 1, 2, 1, 0xfffe, 0xffff)),
        ('odd', w(0, 1, 1, 2, 1, 1, 0)), ('one', w(2))):
    segments(ds, 16, 4, data, w(0, 4, 1, 2, 3, 4), w(0, 4, 1, 2, 3, 4))
    save(ds, 'segments-' + name)
del ds.SegmentedRedPaletteColorLookupTableData
save(ds, 'palette-none')
del ds.RedPaletteColorLookupTableDescriptor
save(ds, 'palette-undescribed')


# Lookup tables.
def table(first, bits, values, vr, kind='US'):
    t = item(ModalityLUTType=kind)
    t.add_new(0x00283002, vr, [len(values), first, bits])
    t.add_new(0x00283006, 'OW',
              np.array(values, '<u2' if bits > 8 else 'u1').tobytes())
    return t


ds = base()
ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 12, 11, 1
ds.RescaleSlope, ds.RescaleIntercept = 2, -1024
ds.ModalityLUTSequence = Sequence([table(-3, 12, [1, 5, 4095], 'SS',
                                         'OD')])
ds.VOILUTSequence = Sequence([table(40000, 8, [9, 8, 7, 6], 'US')])
save(ds, 'luts')
save(ds, 'luts-implicit', True)
del ds.VOILUTSequence[0].LUTData
save(ds, 'luts-no-voi')
del ds.ModalityLUTSequence[0].LUTData
save(ds, 'luts-none')
ds.ModalityLUTSequence[0].add_new(0x00283002, 'US', None)
ds.ModalityLUTSequence[0].add_new(0x00283006, 'OW', None)
save(ds, 'luts-empty')

# A tile of a slide: 2 x 3 pixels of a matrix 7 across.
ds = base(6, 8)
ds.Modality = 'SM'
ds.TotalPixelMatrixColumns, ds.TotalPixelMatrixRows = 7, 4
ds.TotalPixelMatrixOriginSequence = Sequence([item(
    XOffsetInSlideCoordinateSystem=20,
    YOffsetInSlideCoordinateSystem=40)])
ds.ImageOrientationSlide = [0, -1, 0, -1, 0, 0]
ds.SharedFunctionalGroupsSequence = Sequence([item(
    PixelMeasuresSequence=Sequence([item(PixelSpacing=[0.5, 0.5])]))])
save(ds, 'slide')

# Things that cannot be.
ds = base()
ds.PixelSpacing = [0, 1]
ds.ImagePositionPatient = [0, 0, 0]
ds.ImageOrientationPatient = [1, 0, 0, 1, 0, 0]
ds.RescaleSlope = 0
ds.RescaleIntercept = 0
ds.WindowCenter, ds.WindowWidth = 1, -3
save(ds, 'wrong')
ds.BitsStored = 17
save(ds, 'wrong-bits')
ds.BitsStored = 16
ds.BitsAllocated = 24
save(ds, 'bits-24')
ds.BitsAllocated = 16
del ds.Rows
save(ds, 'no-rows')
