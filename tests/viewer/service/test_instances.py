# SPDX-License-Identifier: LGPL-2.1-or-later
"""Searching for instances, against pydicom."""

from harness import SAMPLES, Service, all_objects, check, finish, value

instances = {str(d.SOPInstanceUID): d for _, d in all_objects(SAMPLES)}
some = next(d for d in instances.values() if d.Modality == "CT")


def uids(answer):
    return sorted(value(i, "00080018") for i in answer.json)


def wanted(**keys):
    return sorted(u for u, d in instances.items()
                  if all(d[k].value == v for k, v in keys.items()))


with Service(SAMPLES) as service:
    study = "/dicom-web/studies/" + some.StudyInstanceUID
    series = study + "/series/" + some.SeriesInstanceUID
    check("all", uids(service.get("/dicom-web/instances")) ==
          sorted(instances))
    check("of a study", uids(service.get(study + "/instances")) ==
          wanted(StudyInstanceUID=some.StudyInstanceUID))
    answer = service.get(series + "/instances")
    check("of a series", uids(answer) ==
          wanted(SeriesInstanceUID=some.SeriesInstanceUID))
    for found in answer.json[::20]:
        data = instances[value(found, "00080018")]
        check("class, number and size of " + data.SOPInstanceUID,
              value(found, "00080016") == data.SOPClassUID and
              value(found, "00200013") == data.InstanceNumber and
              value(found, "00280010") == data.Rows and
              value(found, "00280011") == data.Columns, found)
        check("where to retrieve it", value(found, "00081190") ==
              "%s%s/instances/%s" % (service.url.rstrip("/"), series,
                                     data.SOPInstanceUID), found)
    check("one of a series", len(service.get(
        series + "/instances?limit=1&includefield=00080018").json) == 1)
    check("by its UID", uids(service.get(
        "/dicom-web/instances?SOPInstanceUID=" + some.SOPInstanceUID)) ==
        [some.SOPInstanceUID])
    whole = service.get("/dicom-web/instances?includefield=all&SOPInstanceUID="
                        + some.SOPInstanceUID).json[0]
    missing = {"%08X" % e.tag for e in some} - set(whole)
    check("all attributes on request", not missing, missing)
    check("but no pixels", "7FE00010" not in whole)
    check("a series of another study has none", service.get(
        "/dicom-web/studies/1.2.3/series/%s/instances" %
        some.SeriesInstanceUID).json == [])
finish()
