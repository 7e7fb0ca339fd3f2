# SPDX-License-Identifier: LGPL-2.1-or-later
"""Searching for series, against pydicom."""

from harness import SAMPLES, Service, all_objects, check, finish, value

series = {}
for _, data in all_objects(SAMPLES):
    series.setdefault(str(data.SeriesInstanceUID), []).append(data)


def uids(answer):
    return sorted(value(s, "0020000E") for s in answer.json)


with Service(SAMPLES) as service:
    check("all", uids(service.get("/dicom-web/series")) == sorted(series))
    for study in {d[0].StudyInstanceUID for d in series.values()}:
        wanted = sorted(u for u, d in series.items()
                        if d[0].StudyInstanceUID == study)
        answer = service.get("/dicom-web/studies/%s/series" % study)
        check("of one study", uids(answer) == wanted, answer, wanted)
        check("the same by key", uids(service.get(
            "/dicom-web/series?StudyInstanceUID=" + study)) == wanted)
        for found in answer.json:
            uid = value(found, "0020000E")
            check("modality, number, instances of " + uid,
                  value(found, "00080060") == series[uid][0].Modality and
                  value(found, "00200011") == series[uid][0].get("SeriesNumber") and
                  value(found, "00201209") == len(series[uid]), found)
            check("where to retrieve it", value(found, "00081190") ==
                  "%sdicom-web/studies/%s/series/%s" % (
                      service.url, study, uid), found)
    check("by modality", uids(service.get("/dicom-web/series?Modality=CT")) ==
          sorted(u for u, d in series.items() if d[0].Modality == "CT"))
    ohif = service.get("/dicom-web/studies/%s/series?includefield="
                       "0008103E,00080021,00200011" % study)
    check("OHIF's question", uids(ohif) == wanted, ohif)
    unusual = service.get("/dicom-web/series?Modality=CT&includefield="
                          "RescaleSlope,00081140")
    check("an attribute that no index holds", all(
        value(s, "00281053") == 1 for s in unusual.json), unusual)
    check("an unknown study has none",
          service.get("/dicom-web/studies/1.2.3/series").json == [])
finish()
