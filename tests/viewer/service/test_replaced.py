# SPDX-License-Identifier: LGPL-2.1-or-later
"""A file that was replaced behind the service's back by another patient's is
never answered under the identifiers of the first, and found by itself."""

import os
import shutil
import tempfile
import time

import pydicom
from pydicom.uid import generate_uid

from harness import SAMPLES, Service, check, finish, objects, path_of, value

CT = next(p for p, d in objects(SAMPLES) if d.Modality == "CT")


def other_patient(path, **same):
    data = pydicom.dcmread(CT)
    data.PatientName, data.PatientID = "Other^Patient", "OTHER"
    data.StudyInstanceUID = generate_uid()
    data.SeriesInstanceUID = generate_uid()
    data.SOPInstanceUID = generate_uid()
    for name, uid in same.items():
        setattr(data, name, uid)
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    data.save_as(path)
    return data


def wait_for(condition):
    for _ in range(1200):
        if condition():
            return True
        time.sleep(0.05)
    return False


def names(service, query=""):
    answer = service.get("/dicom-web/studies" + query)
    found = answer.json if answer.status == 200 else []
    return sorted(value(s, "00100010", {}).get("Alphabetic", "")
                  for s in found)


def ask(service, data, wanted):
    """Statuses of everything that opens files, and whether one of them holds
    the other patient."""
    whole = path_of(data)
    series = whole.rsplit("/", 2)[0]
    study = series.rsplit("/", 2)[0]
    statuses, leaks = [], 0
    for path, accept in (
            (whole + "/metadata", None), (series + "/metadata", None),
            (study + "/metadata", None), (whole, "application/dicom"),
            (series, None), (study, None), (whole + "/rendered", None),
            (whole + "/frames/1", None), (whole + "/thumbnail", None),
            (series + "/thumbnail", None), (study + "/thumbnail", None),
            (whole + "/bulkdata/7FE00010", None)):
        answer = service.get(path, accept=accept)
        statuses.append(answer.status)
        leaks += b"Other^Patient" in answer.body
    return check("%s: 404 to all" % wanted,
                 set(statuses) == {404} and leaks == 0, statuses, leaks)


with tempfile.TemporaryDirectory(prefix="vitrail-replaced-") as folder:
    place = os.path.join(folder, "a.dcm")
    shutil.copy(CT, place)
    data = pydicom.dcmread(place, stop_before_pixels=True)
    with Service(folder) as service:
        first = str(data.PatientName)
        check("the first patient", names(service) == [first])
        for opened in (False, True):
            if opened:
                shutil.copy(CT, place)
                service.get(path_of(new, "metadata"))
                wait_for(lambda: names(service) == [first])
                check("kept open",
                      service.get(path_of(data, "rendered")).status == 200)
            with tempfile.TemporaryDirectory() as outside:
                path = os.path.join(outside, "b.dcm")
                new = other_patient(path)
                shutil.move(path, place)
            ask(service, data, "all UIDs differ, %sopen before" %
                ("" if opened else "not "))
            check("the list follows", wait_for(
                lambda: names(service) == ["Other^Patient"]), names(service))
            check("and has the new one", service.get(
                path_of(new, "metadata")).status == 200)

        # In place, and with some of the same UIDs.
        shutil.copy(CT, place)
        service.get(path_of(new, "metadata"))
        check("back", wait_for(lambda: names(service) == [first]))
        same = {"SOPInstanceUID": data.SOPInstanceUID}
        other_patient(place, **same)
        ask(service, data, "the study and series differ")
        check("the list follows", wait_for(
            lambda: names(service) == ["Other^Patient"]))
        os.unlink(place)
        service.get("/dicom-web/studies?includefield=00080068")
        check("gone", wait_for(lambda: names(service) == []), names(service))

# One of a series: the others are answered meanwhile.
with tempfile.TemporaryDirectory(prefix="vitrail-replaced-") as folder:
    one = pydicom.dcmread(CT)
    places = []
    for number in range(3):
        one.SOPInstanceUID = generate_uid()
        one.file_meta.MediaStorageSOPInstanceUID = one.SOPInstanceUID
        places.append((one.SOPInstanceUID,
                       os.path.join(folder, "%d.dcm" % number)))
        one.save_as(places[-1][1])
    series = path_of(one).rsplit("/", 2)[0]

    def found(answer):
        return sorted(value(i, "00080018") for i in answer.json)

    with Service(folder) as service:
        whole = service.get(series + "/metadata")
        check("three", found(whole) == sorted(uid for uid, _ in places))
        tag = whole.header("etag")
        check("not asked for again while nothing changes", service.get(
            series + "/metadata", If_None_Match=tag).status == 304)
        packed = service.get(series + "/metadata", Accept_Encoding="gzip")
        check("the same compressed", packed.header("content-encoding") ==
              "gzip" and packed.body == whole.body, packed)
        other_patient(places[1][1])
        rest = service.get(series + "/metadata", If_None_Match=tag)
        check("the other two", rest.status == 200 and found(rest) == sorted(
            uid for uid, _ in places if uid != places[1][0]) and
            b"Other^Patient" not in rest.body, rest)
        check("the answer says so", rest.header("warning") is not None and
              "1 of 3 instances" in rest.header("warning"), rest)
        check("the list follows", wait_for(
            lambda: "Other^Patient" in names(service)), names(service))
        os.unlink(places[0][1])
        last = service.get(series)
        check("the files of the others", last.status == 200 and
              len(last.parts) == 1 and
              places[2][0].encode() in last.parts[0][1] and
              "1 of 2 instances" in last.header("warning"), last)
finish()
