# SPDX-License-Identifier: LGPL-2.1-or-later
"""Metadata, attribute by attribute against pydicom's own JSON of the same
files."""

import os
import subprocess
import xml.etree.ElementTree as ElementTree

import pydicom

from harness import (SAMPLES, Service, check, finish, objects, path_of, real,
                     value)

folders = [SAMPLES] + [f for f in (
    real("cornerstone3D"), real("dcmjs"), real("highdicom")) if f]


def same(ours, theirs):
    """Whether two JSON values of one attribute say the same."""
    if ours == theirs:
        return True
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(
            same(a, b) for a, b in zip(ours, theirs))
    if isinstance(ours, dict) and isinstance(theirs, dict):
        keys = (set(ours) | set(theirs)) - {"vr"}
        return all(same(ours.get(k), theirs.get(k)) for k in keys)
    if ours in (None, {}, [], "") and theirs in (None, {}, [], ""):
        return True
    try:
        return abs(float(ours) - float(theirs)) <= 1e-6 * abs(float(theirs))
    except (TypeError, ValueError):
        return str(ours).strip() == str(theirs).strip()


def differences(ours, theirs):
    for tag in sorted(set(ours) | set(theirs)):
        # JSON is UTF-8, and says so; we add the transfer syntax.
        if tag[4:] == "0000" or tag in ("00080005", "00083002", "7FE00010"):
            continue
        a, b = ours.get(tag), theirs.get(tag)
        # Private attributes without a VR: pydicom knows some manufacturers'.
        if int(tag[:4], 16) % 2 and a and a["vr"] == "UN":
            continue
        if a and ("BulkDataURI" in a or "BulkDataURI" in str(a)):
            continue
        if a is None or b is None or not same(a, b):
            yield tag, a, b


def read_native(element):
    """Tags, VRs and all text of an XML model, whatever its namespace."""
    return {a.get("tag"): (a.get("vr"), a.get("keyword"), [
        (e.tag.split("}")[-1], (e.text or "").strip())
        for e in a.iter() if e is not a])
        for a in element if a.tag.endswith("DicomAttribute")}


def judge(path):
    """pydicom's JSON, or None where it cannot make any."""
    try:
        return pydicom.dcmread(path, stop_before_pixels=True).to_json_dict(
            suppress_invalid_tags=True)
    except Exception:
        return None


with Service(*folders) as service:
    n_same = n_all = 0
    for path, data in objects(*folders)[::7]:
        answer = service.get(path_of(data, "metadata"))
        theirs = judge(path)
        if theirs is None or answer.status != 200:
            check("metadata of " + os.path.basename(path),
                  answer.status == 200, answer)
            continue
        found = list(differences(answer.json[0], theirs))
        n_all += 1
        if found and "SpecificCharacterSet" not in data:
            # Without a declared character set others guess; we do not.
            found = [d for d in found if str(d).isascii()]
        n_same += not found
        if found:
            print("#", path, str(found[:3])[:600])
    check("%d of %d as pydicom has them" % (n_same, n_all),
          n_same == n_all and n_all > 10)

    _, some = next(o for o in objects(SAMPLES) if o[1].Modality == "CT")
    one = service.get(path_of(some, "metadata"),
                      accept="application/dicom+json")
    check("it is DICOM JSON", one.header("content-type") ==
          "application/dicom+json", one)
    instance = one.json[0]
    check("in ascending order", list(instance) == sorted(instance))
    check("the transfer syntax is told",
          value(instance, "00083002") == "1.2.840.10008.1.2.1", instance)
    check("no file meta", not any(tag.startswith("0002") for tag in instance))
    uri = instance["7FE00010"]["BulkDataURI"]
    check("pixel data has a URI of ours", uri == service.url.rstrip("/") +
          path_of(some, "bulkdata", "7FE00010"), uri)
    # In XML, beside DCMTK's of the same file.
    model = ElementTree.fromstring(service.get(
        path_of(some, "metadata"), accept="multipart/related; "
        'type="application/dicom+xml"').parts[0][1])
    path = next(p for p, d in objects(SAMPLES)
                if d.SOPInstanceUID == some.SOPInstanceUID)
    judge = ElementTree.fromstring(subprocess.run(
        ["dcm2xml", "--native-format", path], capture_output=True,
        check=True).stdout)
    ours, theirs = read_native(model), read_native(judge)
    for tag in ("00080005", "00083002", "7FE00010"):
        ours.pop(tag), theirs.pop(tag, None)
    check("as DCMTK has it in XML", ours == theirs, ours, theirs)
    check("with a URI for the pixels", model.find(
        ".//*[@tag='7FE00010']")[0].get("uri") == uri, uri)

    series = path_of(some).rsplit("/", 2)[0]
    check("of the series", len(service.get(series + "/metadata").json) == 60)
    check("of the study", len(service.get(series.rsplit("/", 2)[0] +
                                          "/metadata").json) >= 60)
    check("of nothing", service.get(
        "/dicom-web/studies/1.2.3/metadata").status == 404)
    check("of another study's instance", service.get(path_of(
        some, "metadata").replace(some.StudyInstanceUID, "1.2.3")
        ).status == 404)
finish()
