# SPDX-License-Identifier: LGPL-2.1-or-later
"""Searches: each row of the tables below is a type of matching of PS3.4
C.2.2.2 or a demand of PS3.18 10.6, on six studies made for it; and where Orthanc
agrees with the standard, it must find the same."""

import json
import os
import tempfile
import urllib.error
import urllib.parse
import xml.etree.ElementTree as ElementTree

import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian

from harness import Service, check, finish, skip, value
from peer import Orthanc

ROOT = "1.2.826.0.1.3680043.10.1.20."
XML = "{http://dicom.nema.org/PS3.19/models/NativeDICOM}"


def item(**values):
    made = Dataset()
    for name, content in values.items():
        setattr(made, name, content)
    return made


def make(folder, study, series, number, **values):
    """An object without pixels of study n, series n.m."""
    data = Dataset()
    data.SpecificCharacterSet = "ISO_IR 192"
    data.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    data.SOPInstanceUID = ROOT + "3.%d.%d.%d" % (study, series, number)
    data.StudyInstanceUID = ROOT + "1.%d" % study
    data.SeriesInstanceUID = ROOT + "2.%d.%d" % (study, series)
    data.Modality = "CT"
    data.SeriesNumber = series
    data.InstanceNumber = number
    data.PatientID = "P%d" % study
    data.StudyID = "S%d" % study
    data.AccessionNumber = "A%d" % study
    data.ReferringPhysicianName = "House^Gregory"
    data.PatientBirthDate = "19700101"
    data.PatientSex = "O"
    data.Rows = data.Columns = 4
    data.BitsAllocated = 16
    for name, content in values.items():
        if content is None:
            delattr(data, name)
        else:
            setattr(data, name, content)
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    data.is_little_endian, data.is_implicit_VR = True, False
    data.save_as(os.path.join(folder, "%d-%d-%d.dcm" % (study, series, number)),
                 write_like_original=False)


def make_all(folder):
    request = item(ScheduledProcedureStepID="SPS1", RequestedProcedureID="RP1",
                   ScheduledProcedureStepDescription="Thorax native")
    other = item(ScheduledProcedureStepID="SPS2", RequestedProcedureID="RP2")
    code = item(CodeValue="113", CodingSchemeDesignator="DCM",
                CodeMeaning="Chest")
    first = dict(PatientName="M\u00fcller^Eva", StudyDate="20260101",
                 StudyTime="080000", StudyDescription="CT Thorax",
                 ProcedureCodeSequence=Sequence([code]),
                 TimezoneOffsetFromUTC="+0100")
    for number in (1, 2, 10):
        make(folder, 1, 1, number, KVP="120", NumberOfFrames=3,
             RequestAttributesSequence=Sequence([request, other]),
             PerformedProcedureStepStartDate="20260101",
             PerformedProcedureStepStartTime="081500", **first)
    make(folder, 1, 2, 1, Modality="SR", BitsAllocated=None, Rows=None,
         Columns=None, SOPClassUID="1.2.840.10008.5.1.4.1.1.88.33", **first)
    make(folder, 2, 1, 1, PatientName="Mueller^Adam^^Dr", KVP="80",
         StudyDate="20260102", StudyTime="133000.25",
         StudyDescription="Abdomen")
    make(folder, 3, 1, 1, Modality="MR", StudyDate="20260103",
         PatientName="Yamada^Tarou=\u5c71\u7530^\u592a\u90ce="
         "\u3084\u307e\u3060^\u305f\u308d\u3046",
         StudyTime="230000", StudyDescription="MR [brain] 100%")
    make(folder, 4, 1, 1, PatientName="Doe^John", Modality="US",
         StudyDate="20260103", StudyTime="233000",
         TimezoneOffsetFromUTC="+0000", StudyDescription="Echo")
    make(folder, 5, 1, 1, PatientName="O'Connor^S\u00e9an", StudyDate="",
         StudyTime="", StudyDescription="")
    make(folder, 6, 1, 1, PatientName="DOE^JOHNNY", StudyDate="20251231",
         StudyTime="000000", AccessionNumber="a1*",
         StudyDescription="CT Thorax and Abdomen")


# Query at study level, the studies that match, and whether Orthanc agrees. It
# knows neither words nor date-times, takes no date for an early one, looks for
# what its index does not hold only on demand, and compares more than names
# without case.
STUDIES = [
    # single value (C.2.2.2.1)
    ("PatientID=P1", "1", True),
    ("00100020=P1", "1", True),
    ("PatientID=p1", "", False),
    ("PatientID=P", "", True),
    ("AccessionNumber=A1", "1", False),
    ("AccessionNumber=a1*", "6", False),
    ("StudyDescription=Echo", "4", True),
    ("StudyID=S3", "3", True),
    ("PatientName=doe%5Ejohn", "4", True),
    ("PatientName=DOE%5EJOHN%5E%5E", "4", False),
    ("PatientName=Mueller%5EAdam%5E%5EDr", "2", True),
    ("ReferringPhysicianName=House%5EGregory", "1 2 3 4 5 6", True),
    # lists of UIDs (C.2.2.2.2), with commas and backslashes
    ("StudyInstanceUID=" + ROOT + "1.2", "2", True),
    ("StudyInstanceUID=" + ROOT + "1.2," + ROOT + "1.4", "2 4", False),
    ("StudyInstanceUID=" + ROOT + "1.2%5C" + ROOT + "1.4,1.2.3", "2 4", False),
    ("StudyInstanceUID=1.2.3", "", True),
    # universal (C.2.2.2.3)
    ("PatientID=", "1 2 3 4 5 6", True),
    ("PatientID=*&StudyDate=&ModalitiesInStudy=*", "1 2 3 4 5 6", False),
    # wild cards (C.2.2.2.4)
    ("PatientName=Doe*", "4 6", True),
    ("PatientName=*ohn*", "4 6", True),
    ("PatientName=D?e%5EJohn", "4", True),
    ("PatientName=*%5ES*", "5", True),
    ("PatientName=Yamada*", "3", True),
    ("PatientName=%E5%B1%B1%E7%94%B0*", "3", False),
    ("PatientName=%E3%82%84*", "3", False),
    ("PatientName=m%C3%BCller*", "1", False),
    ("PatientName=M%C3%9CLLER*", "1", False),
    ("PatientName=o'connor*", "5", True),
    ("PatientID=P?", "1 2 3 4 5 6", True),
    ("StudyDescription=*Thorax*", "1 6", True),
    ("StudyDescription=*thorax*", "", False),
    ("StudyDescription=MR%20%5Bbrain%5D%20100%25", "3", False),
    ("StudyDescription=*%5B*%25", "3", False),
    # ranges (C.2.2.2.5)
    ("StudyDate=20260103", "3 4", True),
    ("StudyDate=20260101-20260102", "1 2", True),
    ("StudyDate=20260103-", "3 4", True),
    ("StudyDate=-20260101", "1 6", False),
    ("StudyTime=0800-1400", "1 2", False),
    ("StudyTime=13", "2", False),
    ("StudyTime=133000-133000", "2", False),
    # a date and a time are one moment (C.2.2.2.5.2)
    ("StudyDate=20260101-20260103&StudyTime=1200-2315", "2 3", False),
    ("StudyDate=20260101-&StudyTime=1200-", "2 3 4", False),
    ("StudyDate=-20260102&StudyTime=-0900", "1 6", False),
    ("StudyDate=20260103&StudyTime=2300-2310", "3", False),
    # in a zone: half past eleven in UTC is the next day in Berlin
    ("StudyDate=20260104&TimezoneOffsetFromUTC=%2B0100", "4", False),
    ("StudyDate=20260104&00080201=+0100", "4", False),
    ("StudyDate=20251231&TimezoneOffsetFromUTC=-0800", "1 6", False),
    # sequences (C.2.2.2.6), of the index and of the files
    ("ProcedureCodeSequence.CodeValue=113", "1", False),
    ("00081032.00080100=113&00081032.00080102=DCM", "1", False),
    ("00081032.00080100=113&00081032.00080102=SRT", "", False),
    ("RequestAttributesSequence.RequestedProcedureID=RP2", "1", False),
    # empty values (C.2.2.2.7)
    ("StudyDescription=%22%22", "5", False),
    ("StudyDate=%22%22&emptyvaluematching=true", "5", False),
    # several values (C.2.2.2.8)
    ("ModalitiesInStudy=SR", "1", True),
    ("ModalitiesInStudy=MR%5CUS", "3 4", False),
    ("ModalitiesInStudy=MR,US", "3 4", False),
    ("ModalitiesInStudy=MR&ModalitiesInStudy=US", "3 4", False),
    ("SOPClassesInStudy=1.2.840.10008.5.1.4.1.1.88.33", "1", False),
    ("PatientID=P1%5CP2", "1 2", False),
    # by words (fuzzymatching)
    ("PatientName=eva%20muller&fuzzymatching=true", "1", False),
    ("PatientName=mueller&fuzzymatching=true", "1 2", False),
    ("PatientName=john%20doe&fuzzymatching=true", "4 6", False),
    ("PatientName=*ohn*&fuzzymatching=true", "4 6", False),
    ("PatientName=sean&fuzzymatching=true", "5", False),
    ("PatientName=connor&fuzzymatching=true", "", False),
    ("PatientName=%E5%B1%B1%E7%94%B0%E5%A4%AA&fuzzymatching=true", "3", False),
    ("PatientID=p1&fuzzymatching=true", "", False),
    # of a level below, and of no level that the index keeps
    ("Modality=US", "4", False),
    ("SeriesInstanceUID=" + ROOT + "2.2.1", "2", False),
    ("KVP=80", "2", False),
    ("KVP=80.0&PatientID=P*", "2", False),
    # together
    ("PatientName=*oe*&StudyDate=20260101-", "4", True),
    ("PatientID=P1&PatientName=Doe*", "", True),
]

# Level, query, the numbers that UIDs end with.
LOWER = [
    ("series", "Modality=SR", "1.2"),
    ("series", "SeriesNumber=1&PatientID=P1", "1.1"),
    ("series", "PerformedProcedureStepStartDate=20260101-&"
     "PerformedProcedureStepStartTime=0800-0830", "1.1"),
    ("series", "RequestAttributesSequence.ScheduledProcedureStepID=SPS1",
     "1.1"),
    ("series", "00400275.00400007=Thorax%20n*", "1.1"),
    ("series", "00400275.00400009=SPS1&00400275.00401001=RP2", ""),
    ("series", "00400275.00400009=SPS2&00400275.00401001=RP2", "1.1"),
    ("series", "ModalitiesInStudy=SR", "1.1 1.2"),
    ("series", "InstanceNumber=10", "1.1"),
    ("studies/" + ROOT + "1.1/series", "", "1.1 1.2"),
    ("studies/" + ROOT + "1.1/series", "Modality=CT", "1.1"),
    ("studies/" + ROOT + "1.9/series", "", ""),
    ("instances", "InstanceNumber=10", "1.1.10"),
    ("instances", "SOPClassUID=1.2.840.10008.5.1.4.1.1.88.33", "1.2.1"),
    ("instances", "NumberOfFrames=3&Rows=4", "1.1.1 1.1.2 1.1.10"),
    ("instances", "KVP=120", "1.1.1 1.1.2 1.1.10"),
    ("instances", "SOPInstanceUID=" + ROOT + "3.2.1.1", "2.1.1"),
    ("studies/" + ROOT + "1.1/instances", "Modality=SR", "1.2.1"),
    ("studies/" + ROOT + "1.1/series/" + ROOT + "2.1.1/instances", "",
     "1.1.1 1.1.2 1.1.10"),
    ("studies/" + ROOT + "1.2/series/" + ROOT + "2.1.1/instances", "", ""),
]

# What each answer of a level has (PS3.18 tables 10.6.3-3 to 10.6.3-5).
REQUIRED = {
    "studies": "00080005 00080020 00080030 00080050 00080056 00080061 00080090"
    " 00080201 00081190 00100010 00100020 00100030 00100040 0020000D 00200010"
    " 00201206 00201208",
    "series": "00080005 00080060 00080201 00081190 0020000E 00200011 00201209"
    " 00400244 00400245 00400275",
    "instances": "00080005 00080016 00080018 00080056 00080201 00081190"
    " 00200013 00280010 00280011 00280100 00280008",
}

REFUSED = [
    "limit=-1", "limit=0", "limit=x", "limit=99999999999", "offset=1.5",
    "offset=-1", "fuzzymatching=maybe", "emptyvaluematching=1", "Nonsense=1",
    "includefield=NoSuchAttribute", "includefield=PatientName.PatientID",
    "StudyDate=yesterday", "StudyDate=20260102-20260101", "StudyDate=-",
    "StudyDate=20260101-20260102-20260103", "StudyDate=20261301",
    "StudyTime=2500", "StudyTime=12-11", "TimezoneOffsetFromUTC=Berlin",
    "TimezoneOffsetFromUTC=%2B9900", "InstanceNumber=first",
    "StudyInstanceUID=..%2F..%2Fetc", "StudyInstanceUID=1..2",
    "StudyInstanceUID=1.2%2F3", "StudyInstanceUID=1.*",
    "StudyInstanceUID=" + "1" * 65, "ReferencedSeriesSequence=1",
    "PatientName.PatientID=1", ".=1", "PatientID.=1", "=1", "PixelData=1",
    "60013000=1",
    ".".join(["00081115"] * 9) + ".00080060=CT",
    "&".join("PatientID=%d" % i for i in range(129)),
]


def ends(answer, tag):
    return sorted((value(one, tag).replace(ROOT, "").split(".", 1)[1]
                   for one in answer), key=lambda e: [
                       int(n) for n in e.split(".")])


def ask_orthanc(orthanc, query):
    # Its plugin takes these as they are written.
    query = query.replace("%5E", "^").replace("%5C", "\\")
    try:
        return ends(json.loads(orthanc.get(
            "dicom-web/studies?" + query, "application/dicom+json")),
            "0020000D")
    except urllib.error.HTTPError as error:
        return [str(error)]


def read_native(element):
    """The values of an XML model by tag, as text."""
    found = {}
    for attribute in element.findall(XML + "DicomAttribute"):
        values = [v.text or "" for v in attribute.findall(XML + "Value")]
        for name in attribute.findall(XML + "PersonName"):
            values.append("=".join("^".join(
                part.text for part in group) for group in name))
        items = attribute.findall(XML + "Item")
        found[attribute.get("tag")] = values + [read_native(i) for i in items]
    return found


def read_json(one):
    """The same of DICOM JSON."""
    found = {}
    for tag, attribute in one.items():
        values = []
        for v in attribute.get("Value", []):
            if attribute["vr"] == "SQ":
                values.append(read_json(v))
            elif attribute["vr"] == "PN":
                values.append("=".join(
                    "^".join(p for p in group.split("^") if p)
                    for group in v.values()))
            else:
                values.append(str(v))
        found[tag] = values
    return found


def check_tables(service):
    for query, wanted, _ in STUDIES:
        answer = service.get("/dicom-web/studies?" + query)
        check("studies?" + query, answer.status == 200 and
              ends(answer.json, "0020000D") == wanted.split(), answer)
    tags = {"series": "0020000E", "instances": "00080018"}
    for path, query, wanted in LOWER:
        answer = service.get("/dicom-web/%s?%s" % (path, query))
        check("%s?%s" % (path, query), answer.status == 200 and ends(
            answer.json, tags[path.rsplit("/")[-1]]) == wanted.split(), answer)


def check_answers(service):
    for level, tags in REQUIRED.items():
        answer = service.get(
            "/dicom-web/%s?PatientID=P1&Modality=CT&InstanceNumber=10" % level)
        missing = set(tags.split()) - set(answer.json[0])
        check("what %s have to say" % level, not missing and
              len(answer.json) == 1, missing, answer.json)
    study = service.get("/dicom-web/studies?PatientID=P1").json[0]
    check("what is counted", study["00080061"]["Value"] == ["CT", "SR"] and
          study["00080062"]["Value"] == ["1.2.840.10008.5.1.4.1.1.2",
                                         "1.2.840.10008.5.1.4.1.1.88.33"] and
          value(study, "00201206") == 2 and value(study, "00201208") == 4 and
          value(study, "00080056") == "ONLINE", study)
    series = service.get("/dicom-web/series?PatientID=P1&Modality=CT").json[0]
    request = series["00400275"]["Value"]
    check("the requests", [value(i, "00400009") for i in request] ==
          ["SPS1", "SPS2"] and value(series, "00201209") == 3, series)


def check_include(service):
    def ask(level, query):
        return service.get("/dicom-web/%s?PatientID=P1&%s" % (level, query)
                           ).json[0]
    code = ask("studies", "includefield=ProcedureCodeSequence.CodeValue")
    check("a part of a sequence", code["00081032"]["Value"] ==
          [{"00080005": {"vr": "CS", "Value": ["ISO_IR 192"]},
            "00080100": {"vr": "SH", "Value": ["113"]}}] or
          code["00081032"]["Value"] ==
          [{"00080100": {"vr": "SH", "Value": ["113"]}}], code.get("00081032"))
    code = ask("studies", "includefield=00081032")
    check("the whole of it", value(code["00081032"]["Value"][0],
                                   "00080104") == "Chest", code)
    two = ask("studies", "includefield=00081032.00080100,00081032.00080102")
    check("two parts", {"00080100", "00080102"} <= set(
        two["00081032"]["Value"][0]) and "00080104" not in
        two["00081032"]["Value"][0], two.get("00081032"))
    check("not what belongs below", "00080060" not in
          ask("studies", "includefield=00080060,0020000E"))
    check("all of a study", "00081032" in ask("studies", "includefield=all"))
    check("all of an instance", value(ask(
        "instances", "Modality=CT&includefield=all"), "00180060") == 120)
    check("what is asked for by a key without value",
          "00081032" in ask("studies", "ProcedureCodeSequence="))


def check_pages(service):
    whole = service.get("/dicom-web/studies")
    order = [value(s, "0020000D") for s in whole.json]
    dates = [(value(s, "00080020", ""), value(s, "00080030", ""))
             for s in whole.json]
    check("newest first", dates == sorted(dates, reverse=True), dates)
    check("a whole list says nothing of more",
          whole.header("warning") is None, whole)
    found = []
    for offset in range(0, 8, 2):
        page = service.get("/dicom-web/studies?limit=2&offset=%d" % offset)
        found += [value(s, "0020000D") for s in page.json]
        rest = max(0, 6 - offset - 2)
        check("behind %d there are %d" % (offset + 2, rest),
              page.header("warning") == (
                  "299 %sdicom-web \"There are %d additional results that can "
                  "be requested\"" % (service.url, rest) if rest else None) and
              page.header("x-total-count") == ("6" if rest else None), page)
    check("pages reach every study", found == order, found, order)


def check_xml(service):
    kind = 'multipart/related; type="application/dicom+xml"'
    query = "/dicom-web/%s?includefield=all&PatientID=P1"
    for level in REQUIRED:
        one = service.get(query % level)
        parts = service.get(query % level, accept=kind)
        models = [ElementTree.fromstring(body) for _, body in parts.parts]
        check("%s in XML say what JSON says" % level, parts.status == 200 and
              parts.header("content-type").startswith(kind) and
              {k for k, _ in parts.parts} == {"application/dicom+xml"} and
              [read_native(m) for m in models] ==
              [read_json(o) for o in one.json], parts, one)
    names = service.get("/dicom-web/studies?PatientID=P3", accept=kind)
    model = ElementTree.fromstring(names.parts[0][1])
    person = model.find("%sDicomAttribute[@keyword='PatientName']" % XML)
    check("a name in three scripts", [
        (group.tag.replace(XML, ""), [part.tag.replace(XML, "")
                                      for part in group])
        for group in person[0]] == [
            (script, ["FamilyName", "GivenName"])
            for script in ("Alphabetic", "Ideographic", "Phonetic")], names)
    none = service.get("/dicom-web/studies?PatientID=none", accept=kind)
    check("nothing in XML", none.status == 204 and not none.body, none)
    check("nothing in JSON", service.get(
        "/dicom-web/studies?PatientID=none").json == [])
    check("neither", service.get("/dicom-web/studies",
                                 accept="text/html").status == 406)


with tempfile.TemporaryDirectory(prefix="vitrail-qido-") as folder:
    make_all(folder)
    with Service(folder) as service:
        check_tables(service)
        check_answers(service)
        check_include(service)
        check_pages(service)
        for query in REFUSED:
            answer = service.get("/dicom-web/studies?" + query)
            check("%.60s is refused" % query, answer.status == 400 and
                  list(answer.json) == ["error"] and
                  answer.body.count(b"\n") == 1, answer)
        many = service.get("/dicom-web/studies?" + "a=1&" * 10000)
        check("10,000 keys", many.status == 414 and "error" in many.json, many)
        check("more than libsoup reads", service.probe(
            "GET", "/dicom-web/studies?" + "PatientID=1&" * 10000, {}) ==
            431)
        check_xml(service)
    if Orthanc.is_there():
        with Orthanc() as orthanc:
            orthanc.store([os.path.join(folder, name)
                           for name in sorted(os.listdir(folder))])
            for query, wanted, agrees in STUDIES:
                if agrees:
                    found = ask_orthanc(orthanc, query)
                    check("Orthanc: " + query, found == wanted.split(), found)
    else:
        skip("Orthanc", "no Orthanc with its plugins")
finish()
