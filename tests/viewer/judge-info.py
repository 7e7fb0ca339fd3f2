# SPDX-License-Identifier: LGPL-2.1-or-later
"""judge-info.py JSON FOLDER: every instance that pydicom reads below FOLDER is
in the object of `vitrail info --json`, with its UIDs, or among the unreadable
ones. Prints what differs."""

import json
import os
import sys
import warnings

import pydicom

warnings.simplefilter("ignore")

TAGS = ["SOPInstanceUID", "SOPClassUID", "StudyInstanceUID",
        "SeriesInstanceUID", "Modality", "PatientID", "Rows", "Columns",
        "NumberOfFrames"]


def listed(contents):
    """path -> what the object says of it."""
    found = {}
    for study in contents["studies"]:
        for series in study["series"]:
            for one in series["instances"]:
                assert one["path"] not in found, one["path"]
                found[one["path"]] = (
                    one["SOPInstanceUID"], one["SOPClassUID"],
                    study["StudyInstanceUID"], series["SeriesInstanceUID"],
                    one["rows"], one["columns"], one["frames"])
    return found


def expected(path):
    """The same of a file; None where pydicom finds no instance."""
    try:
        ds = pydicom.dcmread(path, stop_before_pixels=True,
                             specific_tags=TAGS)
    except Exception:
        return None
    if "StudyInstanceUID" not in ds or "SOPInstanceUID" not in ds:
        return None
    rows = ds.get("Rows") or 0
    frames = ds.get("NumberOfFrames") or int(rows > 0)
    if not str(frames).isdigit():  # "1A", in one of pydicom's own files
        frames = int(rows > 0)
    return (ds.SOPInstanceUID, ds.get("SOPClassUID", ""), ds.StudyInstanceUID,
            ds.get("SeriesInstanceUID"), rows, ds.get("Columns") or 0,
            int(frames))


def main(json_path, folder):
    with open(json_path) as file:
        contents = json.load(file)
    found = listed(contents)
    unreadable = {u["path"] for u in contents["unreadable"]}
    n = 0
    for root, _, names in os.walk(os.path.abspath(folder)):
        for name in names:
            path = os.path.join(root, name)
            truth = expected(path)
            if truth is None or path in unreadable:
                continue
            n += 1
            if found.get(path) != truth:
                print(path, found.get(path), truth)
                return
    print("all the same" if n > 1000 else "only %d compared" % n)


main(sys.argv[1], sys.argv[2])
