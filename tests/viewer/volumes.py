# SPDX-License-Identifier: LGPL-2.1-or-later
"""Series whose geometry is known because it is made here, written by pydicom;
and the judge of what `vitrail volume --json --slices` says of them. What is
expected is computed by numpy from the lattice a series was made from, never from
the files.

  volumes.py make FOLDER     writes the series and FOLDER/expected.pickle
  volumes.py judge JSON      prints what is wrong, exits 1 then
"""
import itertools
import json
import os
import pickle
import random
import sys

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence

COLUMNS, ROWS = 9, 7
CT, ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.2.1"
MR, NM = "1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.1.20"
ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4.1"
US_VOLUME, IVOCT = "1.2.840.10008.5.1.4.1.1.6.2", "1.2.840.10008.5.1.4.1.1.14.1"
DOSE = "1.2.840.10008.5.1.4.1.1.481.2"
PET, ENHANCED_PET = "1.2.840.10008.5.1.4.1.1.128", "1.2.840.10008.5.1.4.1.1.130"
TOMOSYNTHESIS = "1.2.840.10008.5.1.4.1.1.13.1.3"
OPHTHALMIC = "1.2.840.10008.5.1.4.1.1.77.1.5.4"


class Maker:
    def __init__(self, folder):
        self.folder = folder
        self.expected = {}
        self.n_files = 0

    def write(self, ds, sop_class, series, **more):
        self.n_files += 1
        uid = "1.2.3.%d" % self.n_files
        ds.SOPClassUID, ds.SOPInstanceUID = sop_class, uid
        ds.StudyInstanceUID, ds.SeriesInstanceUID = "1.2.1", "1.2.2." + series
        ds.SeriesDescription = series
        ds.PatientID, ds.PatientName = "P", "Phantom"
        ds.Rows, ds.Columns = ds.get("Rows", ROWS), ds.get("Columns", COLUMNS)
        ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
        ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 12, 11
        ds.PixelRepresentation = 0
        for name, value in more.items():
            setattr(ds, name, value)
        n = int(ds.get("NumberOfFrames", 1))
        if n > 1000:
            n = 1
        if "PixelData" not in ds:
            ds.PixelData = bytes(2 * ds.Rows * ds.Columns * n)
        ds.file_meta = FileMetaDataset()
        ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
        ds.file_meta.MediaStorageSOPClassUID = sop_class
        ds.file_meta.MediaStorageSOPInstanceUID = uid
        ds.is_little_endian, ds.is_implicit_VR = True, False
        path = os.path.join(self.folder, "%05d.dcm" % self.n_files)
        pydicom.dcmwrite(path, ds, write_like_original=False)
        return uid

    def expect(self, series, volumes, messages=None, reason=None, notes=None,
               reconstructable=None):
        """volumes: of dict (matrix, size, sources [, times]), any order."""
        self.expected["1.2.2." + series] = dict(
            volumes=volumes, messages=messages, reason=reason, notes=notes,
            reconstructable=reconstructable)


def numbers(values):
    return ["%.10g" % v for v in values]


def single(axes, position, spacing=(0.7, 0.5), modality="CT", **more):
    ds = Dataset()
    ds.Modality = modality
    ds.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    ds.FrameOfReferenceUID = "1.2.9"
    if axes is not None:
        ds.ImageOrientationPatient = numbers(axes)
    if position is not None:
        ds.ImagePositionPatient = numbers(position)
    if spacing is not None:
        ds.PixelSpacing = numbers(spacing)
    for name, value in more.items():
        setattr(ds, name, value)
    return ds


def item(**more):
    ds = Dataset()
    for name, value in more.items():
        setattr(ds, name, value)
    return ds


def enhanced(axes, positions, spacing=(0.7, 0.5), per_frame=None):
    """Orientation and measures shared, positions a frame."""
    ds = Dataset()
    ds.Modality = "CT"
    ds.FrameOfReferenceUID = "1.2.9"
    ds.NumberOfFrames = len(positions)
    shared = Dataset()
    shared.PlaneOrientationSequence = Sequence(
        [item(ImageOrientationPatient=numbers(axes))])
    shared.PixelMeasuresSequence = Sequence(
        [item(PixelSpacing=numbers(spacing), SliceThickness="1")])
    ds.SharedFunctionalGroupsSequence = Sequence([shared])
    frames = []
    for i, position in enumerate(positions):
        group = Dataset()
        group.PlanePositionSequence = Sequence(
            [item(ImagePositionPatient=numbers(position))])
        if per_frame is not None:
            for name, value in per_frame(i).items():
                setattr(group, name, value)
        frames.append(group)
    ds.PerFrameFunctionalGroupsSequence = Sequence(frames)
    return ds


def rotation(seed):
    q, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    return q if np.linalg.det(q) > 0 else -q


def lattice(axes, spacing, origin, step):
    """Voxel to millimetres: columns, rows, slices, origin."""
    matrix = np.eye(4)
    matrix[:3, 0] = np.asarray(axes[:3]) * spacing[1]
    matrix[:3, 1] = np.asarray(axes[3:]) * spacing[0]
    matrix[:3, 2] = step
    matrix[:3, 3] = origin
    return matrix


def volume(matrix, n_slices, sources, **more):
    return dict(matrix=matrix, size=[COLUMNS, ROWS, n_slices], sources=sources,
                **more)


AXES = [1, 0, 0, 0, 1, 0]
Z = np.array([0, 0, 1.0])


def write_stack(maker, series, positions, axes=AXES, order=None, **more):
    """Single frames in a random order; the UIDs in the order of positions."""
    uids = [None] * len(positions)
    order = order if order is not None else list(range(len(positions)))
    shuffled = order[:]
    random.Random(series).shuffle(shuffled)
    for number, k in enumerate(shuffled):
        attributes = {name: value(k) if callable(value) else value
                      for name, value in more.items()}
        ds = single(axes, positions[k], **attributes)
        uids[k] = maker.write(ds, CT, series, InstanceNumber=number + 1)
    return uids


def make_regular(maker):
    axes = rotation(1)[:, :2].T.ravel()
    normal = np.cross(axes[:3], axes[3:])
    step = normal * 1.7
    origin = np.array([3.0, -20, 70])
    positions = [origin + step * k for k in range(12)]
    uids = write_stack(maker, "regular", positions, axes)
    matrix = lattice(axes, (0.7, 0.5), origin, step)
    maker.expect("regular",
                 [volume(matrix, 12, [[(u, 1) for u in uids]])],
                 messages=[], reconstructable=True)
    # The other half in two objects of many frames, in whatever order.
    singles = {k: maker.write(single(axes, positions[k]), CT, "mixed")
               for k in (9, 0, 5)}
    sources = {k: (uid, 1) for k, uid in singles.items()}
    for frames in ([11, 2, 1, 7], [3, 10, 4, 8, 6]):
        uid = maker.write(enhanced(axes, [positions[k] for k in frames]),
                          ENHANCED_CT, "mixed")
        sources.update({k: (uid, i + 1) for i, k in enumerate(frames)})
    maker.expect("mixed",
                 [volume(matrix, 12, [[sources[k] for k in range(12)]])],
                 messages=[], reconstructable=True)


def make_turned(maker):
    """All permutations and flips of the axes."""
    for n, order in enumerate(itertools.permutations(range(3))):
        for signs in itertools.product((1, -1), repeat=3):
            name = "turned%d%s" % (n, "".join("pm"[s < 0] for s in signs))
            basis = np.zeros((3, 3))
            for i in range(3):
                basis[order[i], i] = signs[i]
            axes = basis[:, :2].T.ravel()
            # Slices were acquired along the third axis, whichever way it goes.
            way = basis[:, 2]
            normal = np.cross(axes[:3], axes[3:])
            origin = np.array([-11.0, 23, 45])
            positions = [origin + way * 2 * k for k in range(5)]
            uids = write_stack(maker, name, positions, axes)
            if np.dot(way, normal) < 0:
                positions, uids = positions[::-1], uids[::-1]
            maker.expect(name, [volume(
                lattice(axes, (0.7, 0.5), positions[0], normal * 2), 5,
                [[(u, 1) for u in uids]])], messages=[], reconstructable=True)


def make_irregular(maker):
    base = [Z * 2 * k for k in range(10)]
    gap = [p for k, p in enumerate(base) if k != 4]
    uids = write_stack(maker, "gap", gap)
    maker.expect("gap", [volume(
        lattice(AXES, (0.7, 0.5), [0, 0, 0], Z * 2), 10,
        [[(u, 1) for u in uids]],
        slices=[[k, k, 0] for k in range(4)] + [[3, 4, 0.5]] +
        [[k, k, 0] for k in range(4, 9)])], messages=[7],
        notes="interpolated from their neighbours: 1", reconstructable=True)

    wide = [p for k, p in enumerate(base) if not 2 <= k < 7]
    uids = write_stack(maker, "widegap", wide)
    maker.expect("widegap", [volume(
        lattice(AXES, (0.7, 0.5), [0, 0, 0], Z * 2), 10,
        [[(u, 1) for u in uids]],
        slices=[[0, 0, 0], [1, 1, 0]] + [None] * 5 +
        [[k, k, 0] for k in range(2, 5)])], notes="left empty: 5")

    twice = base[:6]
    uids = write_stack(maker, "twice", twice + [twice[3]])
    maker.expect("twice", [volume(
        lattice(AXES, (0.7, 0.5), [0, 0, 0], Z * 2), 6,
        [[None if k == 3 else (uids[k], 1) for k in range(6)]])],
        notes="place of another: 1")

    lean = [np.array([0, 0.4 * k, 2.0 * k]) for k in range(8)]
    uids = write_stack(maker, "tilt", lean)
    maker.expect("tilt", [volume(
        lattice(AXES, (0.7, 0.5), [0, 0, 0], [0, 0.4, 2]), 8,
        [[(u, 1) for u in uids]],
        tilt=np.degrees(np.arctan2(0.4, 2)))], messages=[],
        notes="Gantry tilt of 11.3 degrees", reconstructable=True)

    heights = np.array([0, 1, 2.4, 4, 5.3, 7.3, 8.3])
    uids = write_stack(maker, "variable", [Z * h for h in heights])
    step = 8.3 / 8
    slices = []
    for k in range(9):
        a = max(i for i in range(7) if heights[i] <= k * step + 1e-9)
        a = min(a, 5)
        weight = (k * step - heights[a]) / (heights[a + 1] - heights[a])
        slices.append([a, a, 0] if weight < 0.015 else
                      [a + 1, a + 1, 0] if weight > 0.985 else
                      [a, a + 1, weight])
    maker.expect("variable", [volume(
        lattice(AXES, (0.7, 0.5), [0, 0, 0], Z * step), 9,
        [[(u, 1) for u in uids]], slices=slices)], messages=[3, 8],
        notes="1.04 mm apart", reconstructable=False)


def make_rule(maker):
    """19 % and 21 % off the mean (VP-37): of steps 1 - e, 1 + e, 1 ..."""
    for name, off, is_volume in (("rule19", 0.19, True),
                                 ("rule21", 0.21, False)):
        heights = np.cumsum([0, 1 - off, 1 + off, 1, 1, 1, 1])
        write_stack(maker, name, [Z * h for h in heights])
        maker.expect(name, None, messages=[] if is_volume else [3, 8],
                     reconstructable=is_volume)


def make_times(maker):
    base = [Z * 3 * k for k in range(4)]
    matrix = lattice(AXES, (0.7, 0.5), [0, 0, 0], Z * 3)
    kinds = {
        "temporal": lambda t, k: dict(TemporalPositionIdentifier=t + 1),
        # A heart does not beat like a clock: times differ a little a slice.
        "trigger": lambda t, k: dict(TriggerTime="%.1f" % (t * 40 + k * 1.5)),
        "bvalue": lambda t, k: dict(DiffusionBValue=[0.0, 500.0, 1000.0][t]),
        "acquisition": lambda t, k: dict(
            AcquisitionNumber=t + 1, AcquisitionTime="1000%02d" % (t * 8 + k)),
        "clock": lambda t, k: dict(
            AcquisitionTime="10%02d%02d.5" % (t, 7 * k)),
    }
    for name, attributes in kinds.items():
        jobs = [(t, k) for t in range(3) for k in range(4)]
        random.Random(name).shuffle(jobs)
        uids = {job: maker.write(single(AXES, base[job[1]], modality="MR",
                                        **attributes(*job)), MR, name)
                for job in jobs}
        maker.expect(name, [volume(matrix, 4, [
            [(uids[t, k], 1) for k in range(4)] for t in range(3)])],
            messages=[], reconstructable=True)
    # A slice that was lost leaves its place in its own time.
    uids = {(t, k): maker.write(
        single(AXES, base[k], modality="MR", TemporalPositionIdentifier=t + 1),
        MR, "hole") for t in range(3) for k in range(4) if (t, k) != (1, 2)}
    maker.expect("hole", [volume(matrix, 4, [
        [(uids[t, k], 1) if (t, k) in uids else "none" for k in range(4)]
        for t in range(3)])], notes="some points in time: 1")


def make_splits(maker):
    base = [Z * 3 * k for k in range(4)]
    matrix = lattice(AXES, (0.7, 0.5), [0, 0, 0], Z * 3)
    splits = {
        "echo": lambda n: dict(EchoNumbers=n + 1, EchoTime=str(4 + 4 * n)),
        "phase": lambda n: dict(ComplexImageComponent=("MAGNITUDE",
                                                       "PHASE")[n]),
        "type": lambda n: dict(ImageType=["ORIGINAL", "PRIMARY", "WF"[n]]),
    }
    for name, attributes in splits.items():
        parts = [[(maker.write(single(AXES, p, modality="MR",
                                      **attributes(n)), MR, name), 1)
                  for p in base] for n in range(2)]
        maker.expect(name, [volume(matrix, 4, [part]) for part in parts])
    stacks = []
    for n in range(2):
        ds = enhanced(AXES, base, per_frame=lambda i: dict(
            FrameContentSequence=Sequence([item(
                StackID="AB"[n], InStackPositionNumber=i + 1)])))
        stacks.append(maker.write(ds, ENHANCED_MR, "stack"))
    maker.expect("stack", [volume(matrix, 4, [
        [(uid, i + 1) for i in range(4)]]) for uid in stacks])
    sagittal = [0, 1, 0, 0, 0, -1]
    axial = [(maker.write(single(AXES, p), CT, "planes"), 1) for p in base]
    sideways = [np.array([-3.0 * k, 5, 6]) for k in range(3)]
    other = [(maker.write(single(sagittal, p), CT, "planes"), 1)
             for p in sideways]
    maker.expect("planes", [
        volume(matrix, 4, [axial]),
        volume(lattice(sagittal, (0.7, 0.5), sideways[0], [-3, 0, 0]), 3,
               [other])], messages=[3, 11], reconstructable=False)


def make_frames(maker):
    """Objects whose frames say in their own way where they lie."""
    for name, sign in (("nm", 1), ("nmreversed", -1)):
        ds = Dataset()
        ds.Modality = "NM"
        ds.ImageType = ["ORIGINAL", "PRIMARY", "RECON TOMO", "EMISSION"]
        ds.NumberOfFrames = 6
        ds.FrameOfReferenceUID = "1.2.9"
        ds.PixelSpacing = ["0.7", "0.5"]
        ds.SpacingBetweenSlices = str(4 * sign)
        ds.SliceVector = [1, 2, 3, 4, 5, 6]
        ds.DetectorInformationSequence = Sequence([item(
            ImageOrientationPatient=numbers(AXES),
            ImagePositionPatient=numbers([1, 2, 3]))])
        uid = maker.write(ds, NM, name)
        frames = [1, 2, 3, 4, 5, 6][::sign]
        maker.expect(name, [volume(
            lattice(AXES, (0.7, 0.5), [1, 2, 3 if sign > 0 else -17], Z * 4),
            6, [[(uid, f) for f in frames]])], messages=[],
            reconstructable=True)
    ds.ImageType = ["ORIGINAL", "PRIMARY", "TOMO", "EMISSION"]
    maker.write(ds, NM, "nmraw")
    maker.expect("nmraw", [], messages=[3, 6], reason="no position",
                 reconstructable=False)

    ds = single(AXES, [1, 2, 3], modality="RTDOSE", NumberOfFrames=4)
    ds.FrameIncrementPointer = 0x3004000C
    ds.GridFrameOffsetVector = ["0", "2.5", "5", "7.5"]
    uid = maker.write(ds, DOSE, "dose")
    maker.expect("dose", [volume(
        lattice(AXES, (0.7, 0.5), [1, 2, 3], Z * 2.5), 4,
        [[(uid, f) for f in (1, 2, 3, 4)]])])

    ds = Dataset()
    ds.Modality, ds.NumberOfFrames = "US", 5
    ds.VolumeFrameOfReferenceUID = "1.2.10"
    ds.SharedFunctionalGroupsSequence = Sequence([item(
        PlaneOrientationVolumeSequence=Sequence([item(
            ImageOrientationVolume=[1.0, 0, 0, 0, 1, 0])]),
        PixelMeasuresSequence=Sequence([item(PixelSpacing=["0.7", "0.5"])]))])
    ds.PerFrameFunctionalGroupsSequence = Sequence([item(
        PlanePositionVolumeSequence=Sequence([item(
            ImagePositionVolume=[0.0, 0, 1.5 * (4 - i)])])) for i in range(5)])
    uid = maker.write(ds, US_VOLUME, "usvolume")
    maker.expect("usvolume", [volume(
        lattice(AXES, (0.7, 0.5), [0, 0, 0], Z * 1.5), 5,
        [[(uid, f) for f in (5, 4, 3, 2, 1)]], space="own")],
        notes="no orientation is shown")

    ds = Dataset()
    ds.Modality, ds.NumberOfFrames = "IVOCT", 5
    ds.SharedFunctionalGroupsSequence = Sequence([item(
        PixelMeasuresSequence=Sequence([item(PixelSpacing=["0.7", "0.5"])]))])
    ds.PerFrameFunctionalGroupsSequence = Sequence([item(
        IntravascularOCTFrameContentSequence=Sequence([item(SeamLineIndex=0)]),
        IntravascularFrameContentSequence=Sequence([item(
            IntravascularLongitudinalDistance=0.2 * i)])) for i in range(5)])
    uid = maker.write(ds, IVOCT, "ivoct")
    maker.expect("ivoct", [volume(
        lattice(AXES, (0.7, 0.5), [0, 0, 0], Z * 0.2), 5,
        [[(uid, f) for f in (1, 2, 3, 4, 5)]], space="own")])


def make_classes(maker):
    """What else comes as slices, in the shape its own IOD gives it."""
    # A dynamic PET: each slice twice, by Frame Reference Time in milliseconds.
    base = [Z * 3 * k for k in range(4)]
    matrix = lattice(AXES, (0.7, 0.5), [0, 0, 0], Z * 3)
    uids = {(t, k): maker.write(single(
        AXES, base[k], modality="PT", SeriesType=["DYNAMIC", "IMAGE"],
        Units="BQML", NumberOfSlices=4, NumberOfTimeSlices=2,
        ImageIndex=4 * t + k + 1, FrameReferenceTime=30000 + 60000 * t,
        ActualFrameDuration=60000), PET, "pet")
        for t in (1, 0) for k in (2, 0, 3, 1)}
    maker.expect("pet", [volume(matrix, 4, [
        [(uids[t, k], 1) for k in range(4)] for t in range(2)])],
        messages=[], reconstructable=True)
    # Objects of functional groups, head first in their frames.
    for name, sop_class, modality in (("enhancedpet", ENHANCED_PET, "PT"),
                                      ("enhancedmr", ENHANCED_MR, "MR")):
        ds = enhanced(AXES, base[::-1])
        ds.Modality = modality
        uid = maker.write(ds, sop_class, name)
        maker.expect(name, [volume(matrix, 4, [
            [(uid, f) for f in (4, 3, 2, 1)]])], messages=[],
            reconstructable=True)
    # Two points in time in one object.
    ds = enhanced(AXES, base * 2, per_frame=lambda i: dict(
        FrameContentSequence=Sequence([item(
            StackID="1", InStackPositionNumber=i % 4 + 1,
            TemporalPositionIndex=i // 4 + 1)])))
    uid = maker.write(ds, ENHANCED_MR, "enhancedtimes", Modality="MR")
    maker.expect("enhancedtimes", [volume(matrix, 4, [
        [(uid, 4 * t + k + 1) for k in range(4)] for t in range(2)])],
        messages=[], reconstructable=True)
    # A breast from the side, a millimetre a slice.
    turn = rotation(11)
    axes, normal = [*turn[:, 0], *turn[:, 1]], turn[:, 2]
    positions = [np.array([20.0, -30, 7]) + normal * k for k in range(5)]
    ds = enhanced(axes, positions, spacing=(0.1, 0.1))
    uid = maker.write(ds, TOMOSYNTHESIS, "tomosynthesis", Modality="MG")
    maker.expect("tomosynthesis", [volume(
        lattice(axes, (0.1, 0.1), positions[0], normal), 5,
        [[(uid, f + 1) for f in range(5)]])], messages=[], reconstructable=True)
    # A retina: pixels of 4 x 12 um, B-scans 30 um apart.
    axes = [1, 0, 0, 0, 0, -1]
    positions = [np.array([1.5, 0.03 * k, 2]) for k in range(6)]
    ds = enhanced(axes, positions, spacing=(0.004, 0.012))
    uid = maker.write(ds, OPHTHALMIC, "retina", Modality="OPT")
    maker.expect("retina", [volume(
        lattice(axes, (0.004, 0.012), positions[0], [0, 0.03, 0]), 6,
        [[(uid, f + 1) for f in range(6)]])], messages=[], reconstructable=True)
    # Scans like the spokes of a wheel are no volume.
    ds = enhanced(axes, [np.zeros(3)] * 6, per_frame=lambda i: dict(
        PlaneOrientationSequence=Sequence([item(
            ImageOrientationPatient=numbers(
                [np.cos(i / 2), np.sin(i / 2), 0, 0, 0, -1]))])))
    del ds.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence
    maker.write(ds, OPHTHALMIC, "spokes", Modality="OPT")
    maker.expect("spokes", [], messages=[3, 11],
                 reason="no other slice lies parallel", reconstructable=False)


def make_bad(maker):
    base = [Z * 2 * k for k in range(4)]
    write_stack(maker, "noaxes", base, axes=None)
    maker.expect("noaxes", [], messages=[3], reason="say no orientation",
                 reconstructable=False)
    write_stack(maker, "nospacing", base, spacing=None)
    maker.expect("nospacing", [], reason="say no pixel spacing")
    write_stack(maker, "zerospacing", base, spacing=(0, 0))
    maker.expect("zerospacing", [], reason="say no pixel spacing")
    write_stack(maker, "noposition", [None] * 4)
    maker.expect("noposition", [], messages=[2, 3], reason="say no position",
                 reconstructable=False)
    write_stack(maker, "oneslice", base[:1])
    maker.expect("oneslice", [], messages=[], reason="no other slice lies parallel",
                 reconstructable=False)
    write_stack(maker, "oneplace", [base[0]] * 5)
    maker.expect("oneplace", [], reason="lie at one place",
                 reconstructable=False)
    write_stack(maker, "crooked",
                [np.array([5.0 * (k % 2), 0, 2 * k]) for k in range(6)])
    maker.expect("crooked", [], reason="beside the line")
    uids = [maker.write(single(AXES, base[k]), CT, "sizes",
                        Rows=ROWS if k < 3 else 5) for k in range(4)]
    maker.expect("sizes", [volume(
        lattice(AXES, (0.7, 0.5), [0, 0, 0], Z * 2), 3,
        [[(u, 1) for u in uids[:3]]])], messages=[3, 9],
        reason="no other slice lies parallel", reconstructable=False)
    for name, text in (("nan", b"nan"), ("infinite", b"inf"),
                       ("huge", b"1e400")):
        good = [maker.write(single(AXES, p), CT, name) for p in base[:3]]
        maker.write(single(AXES, base[3]), CT, name)
        path = os.path.join(maker.folder, "%05d.dcm" % maker.n_files)
        with open(path, "rb") as f:
            raw = f.read()
        with open(path, "wb") as f:
            f.write(replace_position(raw, text + b"\\0\\6"))
        maker.expect(name, [volume(
            lattice(AXES, (0.7, 0.5), [0, 0, 0], Z * 2), 3,
            [[(u, 1) for u in good]])], messages=[2, 3],
            reason="1 image: they say no position", reconstructable=False)
    ds = enhanced(AXES, base)
    ds.NumberOfFrames = 100000
    maker.write(ds, ENHANCED_CT, "declared")
    maker.expect("declared", None, reason="99996 images: they say no position",
                 reconstructable=False)
    ds = enhanced(AXES, base)
    ds.NumberOfFrames = 300000
    maker.write(ds, ENHANCED_CT, "toomany")
    maker.expect("toomany", [], reason="Number of Frames (0028,0008)",
                 reconstructable=False)


def replace_position(raw, text):
    """Another value of Image Position (Patient), explicit little endian."""
    at = raw.index(b"\x20\x00\x32\x00DS")
    length = int.from_bytes(raw[at + 6:at + 8], "little")
    text += b" " * (len(text) % 2)
    return (raw[:at + 6] + len(text).to_bytes(2, "little") + text +
            raw[at + 8 + length:])


def make(folder):
    os.makedirs(folder, exist_ok=True)
    maker = Maker(folder)
    for kind in (make_regular, make_turned, make_irregular, make_rule,
                 make_times, make_splits, make_frames, make_classes,
                 make_bad):
        kind(maker)
    with open(folder + ".pickle", "wb") as f:
        pickle.dump(maker.expected, f)


def is_same_source(got, wanted):
    if wanted is None:
        return got is not None
    if wanted == "none":
        return got is None
    return got is not None and tuple(got[:2]) == tuple(wanted)


def why_not(got, wanted):
    """What sets the volume apart from the expected one; None: nothing."""
    if got["size"] != wanted["size"]:
        return "size %s, not %s" % (got["size"], wanted["size"])
    off = np.abs(np.array(got["matrix"]).reshape(4, 4) - wanted["matrix"]).max()
    if not off < 1e-6:
        return "matrix %s, not %s" % (got["matrix"], wanted["matrix"].ravel())
    if len(got["sources"]) != len(wanted["sources"]):
        return "%d times" % len(got["sources"])
    for a, b in zip(got["sources"], wanted["sources"]):
        if len(a) != len(b) or not all(map(is_same_source, a, b)):
            return "slices %s, not %s" % (a, b)
    slices = wanted.get("slices", [[k, k, 0] for k in range(wanted["size"][2])])
    for a, b in zip(got["slices"], slices):
        if (a is None) != (b is None) or (
                a is not None and np.abs(np.subtract(a, b)).max() > 1e-6):
            return "made of %s, not %s" % (got["slices"], slices)
    if got["space"] != wanted.get("space", "patient"):
        return "space " + got["space"]
    if abs(got["tilt_degrees"] - wanted.get("tilt", 0)) > 1e-3:
        return "tilt %s" % got["tilt_degrees"]
    return None


def judge_series(series, wanted):
    if wanted["volumes"] is not None:
        left = list(series["volumes"])
        if len(left) != len(wanted["volumes"]):
            yield "%d volumes, not %d" % (len(left), len(wanted["volumes"]))
            return
        for volume_wanted in wanted["volumes"]:
            reasons = [why_not(got, volume_wanted) for got in left]
            if None in reasons:
                left.pop(reasons.index(None))
            else:
                yield "; ".join(reasons)
    codes = [m["code"] for m in series["messages"]]
    if wanted["messages"] is not None and codes != wanted["messages"]:
        yield "messages %s, not %s" % (codes, wanted["messages"])
    if wanted["reconstructable"] not in (None, series["reconstructable"]):
        yield "reconstructable: %s" % series["reconstructable"]
    if wanted["reason"] and wanted["reason"] not in " ".join(series["left_out"]):
        yield "left out: %s" % series["left_out"]
    notes = " ".join(n for v in series["volumes"] for n in v["notes"])
    if wanted["notes"] and wanted["notes"] not in notes:
        yield "notes: " + notes


def judge(path, expected):
    with open(path) as f:
        told = {s["SeriesInstanceUID"]: s for s in json.load(f)["series"]}
    n_wrong = 0
    for uid, wanted in expected.items():
        wrong = list(judge_series(told[uid], wanted)) if uid in told else [
            "not told"]
        n_wrong += len(wrong)
        for line in wrong:
            print("%s: %s" % (uid, line))
    print("%d series" % len(expected))
    return n_wrong == 0


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2])
    else:
        with open(sys.argv[3], "rb") as f:
            sys.exit(0 if judge(sys.argv[2], pickle.load(f)) else 1)
