# SPDX-License-Identifier: LGPL-2.1-or-later
"""What tests/viewer/test-measure.sh judges reports with: formulas of its own,
and pydicom's view of the content tree.

    make FOLDER        a cine, and what to draw on it, a line each
    values TOLD        what was told is what the formulas give
    same TOLD READ     two answers of `vitrail measure --json` agree
    report TOLD FILE   the report holds what was told
    echo TOLD READ     the ejection fractions agree"""

import json
import math
import os
import sys

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence

# Contours of the ventricle: half width in pixels by depth, diastole, systole.
DEPTH = np.arange(40., 161., 8.)
CONTOURS = {
    "a4c-ed": (1, 40 * np.sqrt(1 - ((160 - DEPTH) / 120) ** 2)),
    "a4c-es": (5, 28 * np.sqrt(1 - ((160 - DEPTH) / 120) ** 2)),
}
JET = [(110, 100), (120, 60), (130, 40), (140, 60), (150, 100)]


def region(kind, box, units, delta, reference):
    r = Dataset()
    r.RegionSpatialFormat, r.RegionDataType, r.RegionFlags = kind, 1, 0
    (r.RegionLocationMinX0, r.RegionLocationMinY0,
     r.RegionLocationMaxX1, r.RegionLocationMaxY1) = box
    r.PhysicalUnitsXDirection, r.PhysicalUnitsYDirection = units
    r.PhysicalDeltaX, r.PhysicalDeltaY = delta
    r.ReferencePixelX0, r.ReferencePixelY0 = reference
    return r


def write_cine(folder):
    ds = Dataset()
    ds.SequenceOfUltrasoundRegions = Sequence([
        region(1, (0, 0, 99, 199), (3, 3), (.05, .05), (0, 0)),
        region(3, (100, 0, 199, 199), (4, 7), (.004, -2.), (0, 100)),
        region(2, (200, 0, 299, 199), (4, 3), (.01, .1), (0, 0))])
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.3.1"
    ds.SOPInstanceUID = "1.2.3"
    ds.StudyInstanceUID, ds.SeriesInstanceUID = "1.2.4", "1.2.5"
    ds.Modality, ds.PatientName, ds.PatientID = "US", "Doe^Jane", "7"
    ds.StudyDate, ds.StudyTime, ds.StudyID = "20260102", "0304", "9"
    ds.Rows, ds.Columns, ds.NumberOfFrames = 200, 300, 8
    ds.SamplesPerPixel, ds.BitsAllocated, ds.BitsStored = 1, 8, 8
    ds.HighBit, ds.PixelRepresentation, ds.FrameTime = 7, 0, "40"
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.PixelData = bytes(200 * 300 * 8)
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    meta.MediaStorageSOPClassUID = ds.SOPClassUID
    meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    file = pydicom.FileDataset("", ds, file_meta=meta, preamble=bytes(128))
    file.is_little_endian, file.is_implicit_VR = True, False
    os.makedirs(folder)
    file.save_as(folder + "/echo.dcm", write_like_original=False)


def contour(half):
    """Up one side of it and down the other, the valve open below."""
    left = list(zip(50 - half, DEPTH))[::-1]
    right = list(zip(50 + half, DEPTH))[1:]
    return left + right


def say(kind, frames, points, role="", label=""):
    print("%s:%s:%s:%s:%s" % (kind, frames, ",".join(
        "%.6f" % x for point in points for x in point), role, label))


def make(folder):
    write_cine(folder)
    say("length", 2, [(10, 20), (70, 20)], label="LVOT")
    say("trace", 3, JET)
    say("length", "4-6", [(210, 20), (240, 60)])
    say("ellipse", "1.2.3/7", [(20, 50), (60, 50), (40, 40), (40, 60)])
    for role, (frame, half) in CONTOURS.items():
        say("chamber", frame, contour(half), role)


def load(path):
    with open(path) as file:
        reports = json.load(file)["reports"]
    assert len(reports) == 1, len(reports)
    return reports[0]


def find(values, quantity):
    return next((v.get("value") for v in values if v["quantity"] == quantity),
                None)


def discs(half):
    """ml: twenty discs of 0.5 mm pixels, each as wide as at its middle."""
    middles = 40 + (np.arange(20) + .5) * 6
    width = 2 * np.interp(middles, DEPTH, half) * .5
    return math.pi / 4 * np.sum(width ** 2) * 120 * .5 / 20 / 1000


def check_values(told):
    report = load(told)
    all_ = report["measurements"]
    edv, esv = (discs(half) for _, half in CONTOURS.values())
    # The baseline is the centre of row 100.
    speed = [(100.5 - y) * 2. for _, y in JET]
    wanted = [
        (all_[0]["values"], "length", 30),
        (all_[1]["values"], "peak-velocity", 121),
        (all_[1]["values"], "velocity-time-integral", np.trapz(speed, dx=10 * .004)),
        (all_[2]["values"], "interval", 300),
        (all_[3]["values"], "area", math.pi * 10 * 5),
        (report["values"], "edv-4c", edv),
        (report["values"], "ef-4c", (edv - esv) / edv * 100)]
    right = 0
    for values, quantity, value in wanted:
        got = find(values, quantity)
        if got is not None and math.isclose(got, value, rel_tol=1e-4):
            right += 1
        else:
            print(quantity, got, value, [v["quantity"] for v in values])
    print("%d values right" % right)


def is_close(a, b, tolerance):
    return len(a) == len(b) and all(
        math.isclose(x, y, rel_tol=tolerance) for x, y in zip(a, b))


def differ(a, b):
    """Why two measurements are not the same; numbers have 9 digits in a
    report, and points single precision."""
    for name in ("uid", "label", "kind", "role", "SOPInstanceUID",
                 "SeriesInstanceUID", "StudyInstanceUID", "firstFrame",
                 "lastFrame", "calibration", "region"):
        if a[name] != b[name]:
            return name
    if not is_close(a["points"], b["points"], 1e-6):
        return "points"
    if [(v["quantity"], v["unit"], v.get("method"), v.get("reason"))
            for v in a["values"]] != [
            (v["quantity"], v["unit"], v.get("method"), v.get("reason"))
            for v in b["values"]]:
        return "quantities"
    known = [(v["value"], w["value"]) for v, w in zip(a["values"], b["values"])
             if "value" in v]
    return None if is_close(*zip(*known), 1e-8) else "values"


def same(told, read):
    told, read = load(told), load(read)
    why = [differ(a, b) for a, b in
           zip(told["measurements"], read["measurements"])]
    if len(told["measurements"]) != len(read["measurements"]) or any(why):
        print(len(told["measurements"]), len(read["measurements"]), why)
    print("%d the same" % why.count(None))


def walk(item):
    yield item
    for child in item.get("ContentSequence", []):
        yield from walk(child)


def name(item):
    return item.ConceptNameCodeSequence[0].CodeMeaning \
        if "ConceptNameCodeSequence" in item else ""


def group_is(group, wanted):
    items = list(walk(group))
    uids = [i.UID for i in items if name(i) == "Tracking Unique Identifier"]
    images = [i.ReferencedSOPSequence[0] for i in items
              if i.ValueType == "IMAGE"]
    frames = list(range(wanted["firstFrame"], wanted["lastFrame"] + 1))
    shapes = [list(i.GraphicData) for i in items if i.ValueType == "SCOORD"]
    numbers = [float(i.MeasuredValueSequence[0].NumericValue) for i in items
               if i.ValueType == "NUM" and i.get("MeasuredValueSequence")]
    return (uids == [wanted["uid"]] and len(images) > 0 and
            all(i.ReferencedSOPInstanceUID == "1.2.3" and
                np.atleast_1d(i.ReferencedFrameNumber).tolist() == frames
                for i in images) and
            any(is_close(s[:len(wanted["points"])], wanted["points"], 1e-6)
                for s in shapes) and
            all(any(math.isclose(n, v["value"], rel_tol=1e-8)
                    for n in numbers)
                for v in wanted["values"] if "value" in v))


def check_report(told, path):
    wanted = load(told)["measurements"]
    ds = pydicom.dcmread(path)
    assert ds.SOPClassUID == "1.2.840.10008.5.1.4.1.1.88.33", ds.SOPClassUID
    assert ds.ContentTemplateSequence[0].TemplateIdentifier == "1500"
    groups = [i for i in walk(ds) if name(i) == "Measurement Group"]
    print("%d groups right" % sum(map(group_is, groups, wanted)))


def echo(told, read):
    a, b = load(told)["values"], load(read)["values"]
    print("%d the same" % sum(
        v["quantity"] == w["quantity"] and
        math.isclose(v["value"], w["value"], rel_tol=1e-8)
        for v, w in zip(a, b)))


if __name__ == "__main__":
    {"make": make, "values": check_values, "same": same,
     "report": check_report, "echo": echo}[sys.argv[1]](*sys.argv[2:])
