# SPDX-License-Identifier: LGPL-2.1-or-later
"""STOW-RS: what is stored, found at once, answered; duplicates; who may."""

import os
import sys
import tempfile

import pydicom

from harness import Service, check, finish, path_of, value
from storing import (CT, Storing, encode, instance, multipart, part,
                     references)

sys.dont_write_bytecode = True


def place_of(data):
    return "%s/%s/%s.dcm" % (data.StudyInstanceUID, data.SeriesInstanceUID,
                             data.SOPInstanceUID)


def check_stored(service):
    file, data = instance(PatientName="Stored^One")
    answer = service.store(multipart(file))
    check("stored", answer.status == 200 and
          answer.header("content-type") == "application/dicom+json" and
          references(answer) == {data.SOPInstanceUID: None} and
          "00081198" not in answer.json, answer)
    item = answer.json["00081199"]["Value"][0]
    base = "http://" + service.address
    check("where it is said to be",
          value(item, "00081190") == base + path_of(data) and
          value(item, "00081150") == data.SOPClassUID and
          value(answer.json, "00081190") ==
          base + "/dicom-web/studies/" + data.StudyInstanceUID, item)
    check("its file", service.files() == [place_of(data)] and
          open(os.path.join(service.root, place_of(data)), "rb").read() == file,
          service.files())
    found = service.get("/dicom-web/studies?PatientName=Stored*")
    check("found at once", found.status == 200 and
          [value(s, "0020000D") for s in found.json] ==
          [data.StudyInstanceUID], found)
    read = service.get(path_of(data), accept="application/dicom")
    check("read at once, byte for byte", read.status == 200 and
          read.body == file, read.status)
    check("nothing is left", service.leftovers() == [], service.leftovers())
    return file, data


def check_several(service):
    files, sets = zip(*(instance(study="1.2.3.4", series="1.2.3.4.%d" % (i % 3))
                        for i in range(20)))
    answer = service.store(multipart(*files), study="1.2.3.4")
    check("twenty in three series", answer.status == 200 and
          set(references(answer)) == {d.SOPInstanceUID for d in sets}, answer)
    found = service.get("/dicom-web/studies/1.2.3.4/series")
    check("counted", sorted(value(s, "00201209") for s in found.json) ==
          [6, 7, 7], found)
    answer = service.fresh(files[0], {"Content-Type": "application/dicom"})
    check("the same again, alone", answer.status == 200, answer)


def check_mixed(service):
    good, good_set = instance()
    other, other_set = instance(study="1.2.3.5")
    answer = service.store(
        multipart(good, b"no DICOM file" * 50, other,
                  part(good, "image/jpeg")),
        study=good_set.StudyInstanceUID)
    check("one of four", answer.status == 202 and
          references(answer) == {good_set.SOPInstanceUID: None} and
          references(answer, "00081198") ==
          {other_set.SOPInstanceUID: 0xa901} and
          [value(i, "00081197") for i in
           answer.json["0008119A"]["Value"]] == [0xc000, 0xc000], answer)
    answer = service.store(multipart(other), study="1.2.840.1")
    check("none of one", answer.status == 409 and
          "00081199" not in answer.json, answer)
    check("nothing of it is there",
          service.get("/dicom-web/studies/1.2.3.5/series").json == [] and
          not os.path.exists(os.path.join(service.root, "1.2.3.5")))
    check("nothing is left", service.leftovers() == [], service.leftovers())


def check_duplicates(policy, status, tag, reason, name):
    file, data = instance(PatientName="First^One")
    data.PatientName = "Second^One"
    other = encode(data)
    with Storing(options=["--duplicates", policy] if policy else []) as service:
        service.store(multipart(file))
        answer = service.store(multipart(file))
        check("the same bytes", answer.status == 200, answer)
        answer = service.store(multipart(other))
        check("other bytes, %s" % policy, answer.status == status and
              references(answer, tag) == {data.SOPInstanceUID: reason}, answer)
        found = service.get("/dicom-web/studies")
        check("what is there then", len(found.json) == 1 and
              value(found.json[0], "00100010")["Alphabetic"] == name, found)
        read = service.get(path_of(data), accept="application/dicom")
        check("and read", read.body == (other if policy == "replace" else file))
        check("one file", len(service.files()) == 1 and
              service.leftovers() == [], service.files())


def check_elsewhere():
    """An instance that lies where the store would not have put it."""
    with tempfile.TemporaryDirectory(prefix="vitrail-store-") as root:
        file, data = instance()
        place = os.path.join(root, "mine.dcm")
        with open(place, "wb") as out:
            out.write(file)
        data.PatientName = "Other^Name"
        with Storing(root=root, options=["--duplicates", "replace"]) as again:
            answer = again.store(multipart(encode(data)))
            check("replaced where it was", answer.status == 200 and
                  again.files() == ["mine.dcm"] and
                  pydicom.dcmread(place).PatientName == "Other^Name",
                  answer, again.files())


def check_guards(service):
    file, _ = instance()
    body = multipart(file)
    before = service.files()
    for name, headers, status in [
            ("a page elsewhere", {"Origin": "http://evil.example"}, 403),
            ("a page elsewhere, as fetched",
             {"Sec-Fetch-Site": "cross-site"}, 403),
            ("another host name", {"Host": "evil.example"}, 403),
            ("a form", {"Content-Type": "multipart/form-data; boundary=x"},
             415),
            ("no type", {"Content-Type": "text/plain"}, 415),
            ("another type", {"Content-Type":
             'multipart/related; type="image/jpeg"; boundary=x'}, 415),
            ("no boundary", {"Content-Type":
             'multipart/related; type="application/dicom"'}, 400),
            ("packed", {"Content-Encoding": "gzip"}, 415)]:
        fields = {"Content-Type": 'multipart/related; '
                  'type="application/dicom"; boundary=x', **headers}
        answer = service.fresh(body[:2000], fields)
        check(name, answer and answer.status == status and
              list(answer.json) == ["error"], answer)
    answer = service.fresh(body[:100], {"Content-Type": "application/dicom"},
                           "/dicom-web/studies/1.2/series/1.3")
    check("no such place", answer.status == 405, answer)
    check("nothing was stored", service.files() == before and
          service.leftovers() == [], service.files())


def check_read_only():
    with Service(CT) as service:
        answer = service.request(
            "POST", "/dicom-web/studies",
            {"Content-Type": "application/dicom"}, b"x" * 100)
        check("nothing is stored without --store", answer.status == 405 and
              "POST" not in answer.header("allow"), answer)


def main():
    with Storing() as service:
        check_stored(service)
        check_several(service)
        check_mixed(service)
        check_guards(service)
    check_duplicates(None, 409, "00081198", 0x0111, "First^One")
    check_duplicates("refuse", 409, "00081198", 0x0111, "First^One")
    check_duplicates("ignore", 202, "00081199", 0xb006, "First^One")
    check_duplicates("replace", 200, "00081199", None, "Second^One")
    check_elsewhere()
    check_read_only()
    finish()


main()
