# SPDX-License-Identifier: LGPL-2.1-or-later
"""What OPTIONS says of DICOMweb's resources, and that it is so."""

import xml.etree.ElementTree

from harness import SAMPLES, Service, check, finish, objects, path_of

WADL = "{http://wadl.dev.java.net/2009/02}"


def wadl(service, path):
    answer = service.request("OPTIONS", path)
    check("WADL of " + path[-40:], answer.status == 200 and answer.header(
        "content-type") == "application/vnd.sun.wadl+xml" and
        "GET" in answer.header("allow"), answer)
    return xml.etree.ElementTree.fromstring(answer.body)


def fill(pattern, data):
    for name, value in (("study", data.StudyInstanceUID),
                        ("series", data.SeriesInstanceUID),
                        ("instance", data.SOPInstanceUID), ("frames", "1"),
                        ("attribute", "7FE00010")):
        pattern = pattern.replace("{%s}" % name, value)
    return "/" + pattern.lstrip("/")


with Service(SAMPLES) as service:
    _, data = next(o for o in objects(SAMPLES) if o[1].Modality == "CT")
    whole = wadl(service, "/dicom-web/")
    paths = {r.get("path") for r in whole.iter(WADL + "resource")}
    check("all that there is", {"dicom-web/studies", "dicom-web/wado",
                                "dicom-web/studies/{study}/thumbnail"} <=
          paths and len(paths) > 20, paths)
    check("its root", whole.find(WADL + "resources").get("base") ==
          service.url, whole)
    check("the same by GET", service.get("/dicom-web").status == 200)
    for path in sorted(paths):
        if path.endswith("wado"):
            continue
        answer = service.get(fill(path, data))
        check("%s is there" % path, answer.status == 200, answer)
    one = wadl(service, path_of(data, "rendered"))
    kinds = {r.get("mediaType") for r in one.iter(WADL + "representation")}
    keys = {p.get("name") for p in one.iter(WADL + "param")}
    check("of one what is its own", {"image/jpeg", "image/png", "image/gif",
                                     "multipart/related"} <= kinds and
          {"Accept", "window", "viewport"} <= keys, kinds, keys)
    for kind in sorted(kinds):
        if kind.startswith("image/"):
            check("%s can be had" % kind, service.get(
                path_of(data, "rendered"), accept=kind).header(
                    "content-type") == kind)
    answer = service.request("OPTIONS", "/dicom-web/studies",
                             {"Accept": "application/json"})
    found = answer.json["resources"]
    check("in JSON", answer.header("content-type") == "application/json" and
          found[0]["path"] == "/dicom-web/studies" and
          "POST" in found[0]["methods"] and
          "application/dicom+json" in found[0]["mediaTypes"], answer)
    check("in nothing else", service.request(
        "OPTIONS", "/dicom-web/studies", {"Accept": "text/html"}).status == 406)
    check("not of other routes", service.request(
        "OPTIONS", "/slides").status == 405)
    check("nor of what is not there", service.request(
        "OPTIONS", "/dicom-web/nothing").status == 404)
finish()
