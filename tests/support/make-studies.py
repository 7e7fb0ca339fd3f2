#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes studies of the kinds that OHIF opens by other means than pictures.

    make-studies.py SAMPLES FOLDER

ct     30 slices of the sample CT, and of it a SEG of the ball and the lungs
       and an SR (TID 1500) with two measurements
us     the sample echo cine, 20 frames of it
pdf    an encapsulated PDF (pdf2dcm)
video  H.264 (ffmpeg) as a Video Photographic Image
codings  slices of the CT, each in another transfer syntax (`vitrail convert`)
slide  the sample slide, by `vitrail convert`

One study each below FOLDER/archive, UIDs as in FOLDER/studies.json; the film
is FOLDER/film.mp4, too."""

import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate, generate_pixel_data_frame
from pydicom.sequence import Sequence
from pydicom.uid import (ComprehensiveSRStorage, ExplicitVRLittleEndian,
                         SegmentationStorage)

ROOT = "1.2.826.0.1.3680043.10.1500.7"
VIDEO_STORAGE = "1.2.840.10008.5.1.4.1.1.77.1.4.1"
MPEG4_AVC = "1.2.840.10008.1.2.4.102"
FIRST, LAST = 16, 45  # of the CT's slices
CODINGS = ["explicit", "deflated", "rle", "jpeg", "jpeg-ls", "jpeg2000",
           "htj2k"]
N_US_FRAMES = 20


def uid(*parts):
    return ".".join([ROOT] + [str(p) for p in parts])


def code(value, scheme, meaning):
    item = Dataset()
    item.CodeValue = value
    item.CodingSchemeDesignator = scheme
    item.CodeMeaning = meaning
    return Sequence([item])


def new_object(sop_class, sop_uid, syntax=ExplicitVRLittleEndian):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = sop_class
    meta.MediaStorageSOPInstanceUID = sop_uid
    meta.TransferSyntaxUID = syntax
    meta.ImplementationClassUID = uid(0)
    data = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    data.is_little_endian = True
    data.is_implicit_VR = False
    data.SOPClassUID = sop_class
    data.SOPInstanceUID = sop_uid
    describe(data)
    data.Manufacturer = "Vitrail"
    data.ManufacturerModelName = "Samples"
    data.DeviceSerialNumber = "1"
    data.SoftwareVersions = "1"
    return data


def describe(data):
    data.SpecificCharacterSet = "ISO_IR 192"
    data.PatientName = "Sample^Vitrail"
    data.PatientID = "VITRAIL-1"
    data.PatientBirthDate = "19700101"
    data.PatientSex = "O"
    data.StudyDate = data.SeriesDate = data.ContentDate = "20260105"
    data.StudyTime = data.SeriesTime = data.ContentTime = "101500"
    data.ReferringPhysicianName = ""
    data.StudyID = "1"
    data.AccessionNumber = "A0001"


def belong(data, number, series, modality, study, name):
    data.StudyInstanceUID = uid(number)
    data.SeriesInstanceUID = uid(number, series)
    data.SeriesNumber = series
    data.InstanceNumber = data.get("InstanceNumber", 1)
    data.Modality = modality
    data.StudyDescription = study
    data.SeriesDescription = name


def save(data, *parts):
    path = os.path.join(*parts)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    data.save_as(path, write_like_original=False)


def make_ct(samples, folder):
    slices = []
    for i in range(FIRST, LAST + 1):
        data = pydicom.dcmread("%s/ct/ct-%03d.dcm" % (samples, i))
        belong(data, 1, 1, "CT", "CT with SEG and SR", "Chest, axial 3 mm")
        data.SOPInstanceUID = uid(1, 1, i)
        data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
        data.FrameOfReferenceUID = uid(1, 9)
        data.WindowCenter, data.WindowWidth = 40, 400
        del data.WindowCenterWidthExplanation
        save(data, folder, "ct", "ct-%03d.dcm" % i)
        slices.append(data)
    return slices


def reference(data):
    item = Dataset()
    item.ReferencedSOPClassUID = data.SOPClassUID
    item.ReferencedSOPInstanceUID = data.SOPInstanceUID
    return item


def segment(number, label, kind, colour):
    item = Dataset()
    item.SegmentNumber = number
    item.SegmentLabel = label
    item.SegmentAlgorithmType = "AUTOMATIC"
    item.SegmentAlgorithmName = "threshold"
    item.SegmentedPropertyCategoryCodeSequence = code(
        "123037004", "SCT", "Anatomical Structure")
    item.SegmentedPropertyTypeCodeSequence = kind
    item.RecommendedDisplayCIELabValue = colour
    return item


def segment_frame(source, number, index):
    content = Dataset()
    content.DimensionIndexValues = [number, index + 1]
    position = Dataset()
    position.ImagePositionPatient = source.ImagePositionPatient
    derivation = Dataset()
    derivation.DerivationCodeSequence = code("113076", "DCM", "Segmentation")
    image = reference(source)
    image.PurposeOfReferenceCodeSequence = code(
        "121322", "DCM", "Source image for image processing operation")
    derivation.SourceImageSequence = Sequence([image])
    identity = Dataset()
    identity.ReferencedSegmentNumber = number
    item = Dataset()
    item.FrameContentSequence = Sequence([content])
    item.PlanePositionSequence = Sequence([position])
    item.DerivationImageSequence = Sequence([derivation])
    item.SegmentIdentificationSequence = Sequence([identity])
    return item


def dimension(pointer, group, organization):
    item = Dataset()
    item.DimensionOrganizationUID = organization
    item.DimensionIndexPointer = pointer
    item.FunctionalGroupPointer = group
    return item


def masks(data):
    """Bone and lung by thresholds: bone above 380 HU, lung within the body."""
    hu = data.pixel_array.astype(int) - 1024
    y, x = np.mgrid[0:512, 0:512]
    body = ((x - 255.5) / 200) ** 2 + ((y - 255.5) / 130) ** 2 < 1
    return [hu > 380, (hu < -600) & body]


def make_seg(slices, folder):
    data = new_object(SegmentationStorage, uid(1, 2, 1))
    belong(data, 1, 2, "SEG", "CT with SEG and SR", "Bone, lung")
    data.ImageType = ["DERIVED", "PRIMARY"]
    data.ContentLabel = "THRESHOLDS"
    data.ContentDescription = "Bone and lung by thresholds"
    data.ContentCreatorName = ""
    data.FrameOfReferenceUID = slices[0].FrameOfReferenceUID
    data.PositionReferenceIndicator = ""
    data.Rows = data.Columns = 512
    data.SamplesPerPixel = 1
    data.PhotometricInterpretation = "MONOCHROME2"
    data.BitsAllocated = data.BitsStored = 1
    data.HighBit = data.PixelRepresentation = 0
    data.LossyImageCompression = "00"
    data.SegmentationType = "BINARY"
    data.SegmentSequence = Sequence([
        segment(1, "Bone", code("272673000", "SCT", "Bone"),
                [53000, 40000, 48000]),
        segment(2, "Lung", code("39607008", "SCT", "Lung"),
                [40000, 24000, 22000])])
    organization = Dataset()
    organization.DimensionOrganizationUID = uid(1, 2, 8)
    data.DimensionOrganizationSequence = Sequence([organization])
    data.DimensionIndexSequence = Sequence([
        dimension(0x0062000B, 0x0062000A, uid(1, 2, 8)),
        dimension(0x00200032, 0x00209113, uid(1, 2, 8))])
    series = Dataset()
    series.SeriesInstanceUID = slices[0].SeriesInstanceUID
    series.ReferencedInstanceSequence = Sequence(
        [reference(each) for each in slices])
    data.ReferencedSeriesSequence = Sequence([series])
    orientation = Dataset()
    orientation.ImageOrientationPatient = slices[0].ImageOrientationPatient
    measures = Dataset()
    measures.PixelSpacing = slices[0].PixelSpacing
    measures.SliceThickness = slices[0].SliceThickness
    measures.SpacingBetweenSlices = slices[0].SliceThickness
    shared = Dataset()
    shared.PlaneOrientationSequence = Sequence([orientation])
    shared.PixelMeasuresSequence = Sequence([measures])
    data.SharedFunctionalGroupsSequence = Sequence([shared])
    frames, bits = [], []
    for number in (1, 2):
        for index, source in enumerate(slices):
            frames.append(segment_frame(source, number, index))
            bits.append(masks(source)[number - 1].ravel())
    data.PerFrameFunctionalGroupsSequence = Sequence(frames)
    data.NumberOfFrames = len(frames)
    data.PixelData = np.packbits(np.concatenate(bits),
                                 bitorder="little").tobytes()
    data["PixelData"].VR = "OB"
    save(data, folder, "ct", "seg.dcm")


def content(relation, kind, concept, **values):
    item = Dataset()
    if relation:
        item.RelationshipType = relation
    item.ValueType = kind
    if concept:
        item.ConceptNameCodeSequence = code(*concept)
    for name, value in values.items():
        setattr(item, name, value)
    return item


def length(number, source, points):
    """A measurement group with the distance between two points, columns and
    rows from the left upper pixel's corner."""
    (x0, y0), (x1, y1) = points
    value = Dataset()
    value.NumericValue = "%.4f" % (np.hypot(x1 - x0, y1 - y0) * 0.75)
    value.MeasurementUnitsCodeSequence = code("mm", "UCUM", "millimeter")
    image = content("SELECTED FROM", "IMAGE", None,
                    ReferencedSOPSequence=Sequence([reference(source)]))
    line = content("INFERRED FROM", "SCOORD", None, GraphicType="POLYLINE",
                   GraphicData=[float(v) for point in points for v in point],
                   ContentSequence=Sequence([image]))
    return content(
        "CONTAINS", "CONTAINER", ("125007", "DCM", "Measurement Group"),
        ContinuityOfContent="SEPARATE", ContentSequence=Sequence([
            content("HAS OBS CONTEXT", "TEXT",
                    ("112039", "DCM", "Tracking Identifier"),
                    TextValue="Cornerstone3DTools@^0.1.0:Length"),
            content("HAS OBS CONTEXT", "UIDREF",
                    ("112040", "DCM", "Tracking Unique Identifier"),
                    UID=uid(1, 3, 1, number)),
            content("CONTAINS", "NUM", ("410668003", "SCT", "Length"),
                    MeasuredValueSequence=Sequence([value]),
                    ContentSequence=Sequence([line]))]))


def evidence(slices):
    series = Dataset()
    series.SeriesInstanceUID = slices[0].SeriesInstanceUID
    series.ReferencedSOPSequence = Sequence(
        [reference(each) for each in slices])
    study = Dataset()
    study.StudyInstanceUID = slices[0].StudyInstanceUID
    study.ReferencedSeriesSequence = Sequence([series])
    return Sequence([study])


def make_sr(slices, folder):
    data = new_object(ComprehensiveSRStorage, uid(1, 3, 1))
    belong(data, 1, 3, "SR", "CT with SEG and SR", "Measurements")
    middle = slices[len(slices) // 2]
    template = Dataset()
    template.MappingResource = "DCMR"
    template.TemplateIdentifier = "1500"
    root = content(None, "CONTAINER",
                   ("126000", "DCM", "Imaging Measurement Report"),
                   ContinuityOfContent="SEPARATE",
                   ContentTemplateSequence=Sequence([template]))
    language = content(
        "HAS CONCEPT MOD", "CODE",
        ("121049", "DCM", "Language of Content Item and Descendants"),
        ConceptCodeSequence=code("eng", "RFC5646", "English"))
    observer = content("HAS OBS CONTEXT", "PNAME",
                       ("121008", "DCM", "Person Observer Name"),
                       PersonName="Reader^One")
    procedure = content(
        "HAS CONCEPT MOD", "CODE", ("121058", "DCM", "Procedure reported"),
        ConceptCodeSequence=code("363679005", "SCT", "Imaging procedure"))
    images = content(
        "CONTAINS", "CONTAINER", ("111028", "DCM", "Image Library"),
        ContinuityOfContent="SEPARATE")
    measured = content(
        "CONTAINS", "CONTAINER", ("126010", "DCM", "Imaging Measurements"),
        ContinuityOfContent="SEPARATE", ContentSequence=Sequence([
            length(1, middle, [(180.0, 200.0), (330.0, 200.0)]),
            length(2, middle, [(256.0, 120.0), (256.0, 390.0)])]))
    root.ContentSequence = Sequence(
        [language, observer, procedure, images, measured])
    data.update(root)
    data.CompletionFlag = "COMPLETE"
    data.VerificationFlag = "UNVERIFIED"
    data.PerformedProcedureCodeSequence = Sequence([])
    data.ReferencedPerformedProcedureStepSequence = Sequence([])
    data.CurrentRequestedProcedureEvidenceSequence = evidence(slices)
    save(data, folder, "ct", "sr.dcm")
    run("dsrdump", os.path.join(folder, "ct", "sr.dcm"))


def make_us(samples, folder):
    data = pydicom.dcmread(samples + "/us/echo.dcm")
    frames = list(generate_pixel_data_frame(
        data.PixelData, data.NumberOfFrames))[:N_US_FRAMES]
    belong(data, 2, 1, "US", "Echo", "Apical, colour flow")
    data.SOPInstanceUID = uid(2, 1, 1)
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    data.NumberOfFrames = N_US_FRAMES
    data.PixelData = encapsulate(frames)
    data["PixelData"].is_undefined_length = True
    save(data, folder, "us", "echo.dcm")


def run(*command, **kwargs):
    done = subprocess.run(command, capture_output=True, check=False, **kwargs)
    if done.returncode != 0:
        sys.exit("make-studies: %s: %s" % (command[0], done.stderr.decode()))


def make_pdf(folder):
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    figure = pyplot.figure(figsize=(5, 7))
    figure.text(0.1, 0.9, "Report", size=24)
    figure.text(0.1, 0.84, "A page of text, as PDF within DICOM.")
    axes = figure.add_axes((0.15, 0.3, 0.7, 0.4))
    axes.plot(np.sin(np.linspace(0, 6.3, 50)))
    os.makedirs(folder + "/pdf")
    figure.savefig(folder + "/report.pdf")
    path = folder + "/pdf/report.dcm"
    run("pdf2dcm", folder + "/report.pdf", path)
    os.remove(folder + "/report.pdf")
    data = pydicom.dcmread(path)
    describe(data)
    belong(data, 3, 1, "DOC", "Report", "Report as PDF")
    data.SOPInstanceUID = uid(3, 1, 1)
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    data.DocumentTitle = "Report"
    save(data, path)


def make_video(folder):
    os.makedirs(folder + "/video")
    stream = os.path.join(os.path.dirname(folder), "film.mp4")
    run("ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i",
        "smptebars=size=640x480:rate=25:duration=2", "-pix_fmt", "yuv420p",
        "-c:v", "libx264", "-profile:v", "high", "-level", "4.1",
        "-movflags", "+faststart", "-map_metadata", "-1", stream)
    with open(stream, "rb") as source:
        film = source.read()
    data = new_object(VIDEO_STORAGE, uid(4, 1, 1), MPEG4_AVC)
    belong(data, 4, 1, "XC", "Endoscopy", "Film")
    data.ImageType = ["ORIGINAL", "PRIMARY"]
    data.NumberOfFrames = 50
    data.FrameTime = "40"
    data.FrameIncrementPointer = 0x00181063
    data.CineRate = 25
    data.SamplesPerPixel = 3
    data.PlanarConfiguration = 0
    data.PhotometricInterpretation = "YBR_PARTIAL_420"
    data.Rows, data.Columns = 480, 640
    data.BitsAllocated = data.BitsStored = 8
    data.HighBit = 7
    data.PixelRepresentation = 0
    data.LossyImageCompression = "01"
    data.LossyImageCompressionRatio = 20
    data.LossyImageCompressionMethod = "ISO_14496_10"
    data.AcquisitionContextSequence = Sequence([])
    data.PixelData = encapsulate([film])
    data["PixelData"].VR = "OB"
    data["PixelData"].is_undefined_length = True
    save(data, folder, "video", "film.dcm")


def make_codings(slices, folder):
    target = os.path.join(folder, "codings")
    os.makedirs(target)
    plain = os.path.join(target, "plain.dcm")
    for i, (coding, data) in enumerate(zip(CODINGS, slices)):
        belong(data, 6, 1, "CT", "Codings", "One of each")
        data.SOPInstanceUID = uid(6, 1, i + 1)
        data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
        data.FrameOfReferenceUID = uid(6, 9)
        save(data, plain)
        run(os.environ.get("VITRAIL", "vitrail"), "convert", plain, "-t",
            coding, "-o", os.path.join(target, "%d.dcm" % (i + 1)))
    os.remove(plain)


def make_slide(samples, folder):
    target = os.path.join(folder, "slide")
    run(os.environ.get("VITRAIL", "vitrail"), "convert",
        samples + "/slide/biopsy.svs", "-o", target)
    for name in os.listdir(target):
        data = pydicom.dcmread(os.path.join(target, name))
        describe(data)
        belong(data, 5, 1, "SM", "Biopsy", "H and E, 40x")
        save(data, target, name)


def main():
    samples, target = sys.argv[1:]
    shutil.rmtree(target, ignore_errors=True)
    folder = os.path.join(target, "archive")
    os.makedirs(folder)
    slices = make_ct(samples, folder)
    make_seg(slices, folder)
    make_sr(slices, folder)
    make_us(samples, folder)
    make_pdf(folder)
    make_video(folder)
    make_slide(samples, folder)
    make_codings(slices, folder)
    with open(os.path.join(target, "studies.json"), "w",
              encoding="utf-8") as out:
        json.dump({name: uid(number) for number, name in enumerate(
            ("ct", "us", "pdf", "video", "slide", "codings"), 1)}, out)


main()
