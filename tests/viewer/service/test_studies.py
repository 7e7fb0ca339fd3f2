# SPDX-License-Identifier: LGPL-2.1-or-later
"""Searching for studies, against what pydicom reads in the same files."""

import urllib.parse

from harness import SAMPLES, Service, all_objects, check, finish, real, value

folders = [SAMPLES]
real_folder = real("cornerstone3D")
if real_folder:
    folders.append(real_folder)
expected = {}
for _, data in all_objects(*folders):
    expected.setdefault(str(data.StudyInstanceUID), []).append(data)


def uids(answer):
    return [value(study, "0020000D") for study in answer.json]


with Service(*folders) as service:
    everything = service.get("/dicom-web/studies")
    check("it is DICOM JSON", everything.status == 200 and
          everything.header("content-type") == "application/dicom+json",
          everything)
    check("all studies, each once",
          sorted(uids(everything)) == sorted(expected),
          sorted(uids(everything)), sorted(expected))
    for study in everything.json:
        uid = value(study, "0020000D")
        instances = expected.get(uid, [])
        first = instances[0] if instances else {}
        name = value(study, "00100010", {}).get("Alphabetic", "")
        check("name and ID of " + uid,
              name == str(first.get("PatientName", "")).split("=")[0] and
              value(study, "00100020", "") == first.get("PatientID", ""),
              study)
        modalities = {d.get("Modality") for d in instances} - {None, ""}
        check("modalities of " + uid,
              set(study.get("00080061", {}).get("Value", [])) == modalities,
              study.get("00080061"), modalities)
        check("numbers of " + uid,
              value(study, "00201208") == len(instances) and
              value(study, "00201206") ==
              len({d.SeriesInstanceUID for d in instances}),
              value(study, "00201208"), len(instances))
        check("where to retrieve " + uid, value(study, "00081190") ==
              service.url.rstrip("/") + "/dicom-web/studies/" + uid,
              value(study, "00081190"))
        check("in ascending order", list(study) == sorted(study), study)

    # Matching: by keyword, by tag, wildcards, ranges, lists.
    def search(name, query, keep):
        answer = service.get("/dicom-web/studies?" + query)
        wanted = sorted(u for u, all_of in expected.items() if keep(all_of))
        check(name, answer.status == 200 and sorted(uids(answer)) == wanted,
              query, answer, wanted)

    some = next(d[0] for d in expected.values() if d[0].get("PatientID"))
    search("by patient ID",
           "PatientID=" + urllib.parse.quote(some.PatientID),
           lambda d: d[0].get("PatientID") == some.PatientID)
    search("by tag", "00100020=" + urllib.parse.quote(some.PatientID),
           lambda d: d[0].get("PatientID") == some.PatientID)
    head = str(some.PatientName)[:3]
    search("by the start of a name",
           "PatientName=" + urllib.parse.quote(head + "*"),
           lambda d: str(d[0].get("PatientName", "")).lower().startswith(
               head.lower()))
    search("by modality", "ModalitiesInStudy=US",
           lambda d: "US" in {x.get("Modality") for x in d})
    dated = [d for d in expected.values() if d[0].get("StudyDate")]
    day = dated[0][0].StudyDate
    search("by date", "StudyDate=" + day,
           lambda d: d[0].get("StudyDate") == day)
    search("by an open range", "StudyDate=" + day + "-",
           lambda d: (d[0].get("StudyDate") or "0") >= day)
    two = sorted(expected)[:2]
    search("by two UIDs", "StudyInstanceUID=" + ",".join(two),
           lambda d: str(d[0].StudyInstanceUID) in two)
    search("by what is not there", "PatientID=nobody-has-this",
           lambda d: False)
    search("an empty key matches all", "PatientName=&StudyDate=",
           lambda d: True)

    # Pages.
    order = uids(everything)
    check("limit", uids(service.get("/dicom-web/studies?limit=1")) ==
          order[:1])
    check("offset", uids(service.get(
        "/dicom-web/studies?limit=2&offset=1")) == order[1:3])
    check("beyond the end", service.get(
        "/dicom-web/studies?offset=100000").json == [])

    # What OHIF asks.
    ohif = service.get("/dicom-web/studies?limit=101&offset=0&fuzzymatching="
                       "false&includefield=00081030,00080060,00080090,"
                       "00100030", accept="application/dicom+json")
    check("OHIF's search", sorted(uids(ohif)) == sorted(expected), ohif)

    for query in ("limit=-1", "limit=x", "limit=0", "offset=1.5",
                  "fuzzymatching=maybe", "Nonsense=1",
                  "includefield=NoSuchAttribute", "ReferencedSeriesSequence=1",
                  "limit=99999999999"):
        answer = service.get("/dicom-web/studies?" + query)
        check("%s is refused" % query, answer.status == 400 and
              "error" in answer.json, answer)
    check("plain XML comes in parts too", service.get(
        "/dicom-web/studies", accept="application/dicom+xml").status == 200)
    packed = service.get("/dicom-web/studies", Accept_Encoding="gzip")
    check("compressed on request", packed.header("content-encoding") == "gzip"
          and packed.json == everything.json, packed)
finish()
