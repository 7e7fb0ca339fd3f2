# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pages of other origins: all of DICOMweb, where --cors names them."""

from harness import SAMPLES, Service, check, finish, objects, path_of

HERE = "https://viewer.example"
WANTED = "accept, authorization, content-type, range"


def preflight(service, path, method="GET", origin=HERE):
    return service.request("OPTIONS", path, {
        "Origin": origin, "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": WANTED})


def words(text):
    return {word.strip().lower() for word in (text or "").split(",")}


def check_open(service, paths, allowed):
    for path in paths:
        answer = service.get(path, Origin=HERE)
        check("read " + path[-30:], answer.status == 200 and
              answer.header("access-control-allow-origin") == allowed and
              answer.header("cross-origin-resource-policy") == "cross-origin"
              and {"content-length", "content-range", "etag"} <= words(
                  answer.header("access-control-expose-headers")), answer)
        asked = preflight(service, path)
        check("asked first", asked.status == 200 and
              asked.header("access-control-allow-origin") == allowed and
              words(WANTED) <= words(
                  asked.header("access-control-allow-headers")) and
              {"get", "head", "post"} <= words(
                  asked.header("access-control-allow-methods")), asked)
        check("Vary", ("origin" in words(answer.header("vary"))) ==
              (allowed != "*"), answer.header("vary"))


def check_closed(service, paths, origin):
    for path in paths:
        answer = service.get(path, Origin=origin)
        check("closed " + path[-30:],
              answer.header("access-control-allow-origin") is None and
              answer.header("cross-origin-resource-policy") == "same-origin",
              answer)
        asked = preflight(service, path, origin=origin)
        check("and says so",
              asked.header("access-control-allow-origin") is None, asked)


_, data = next(o for o in objects(SAMPLES) if o[1].Modality == "CT")
dicom = ["/dicom-web/studies", "/dicom-web/series", "/dicom-web/instances",
         path_of(data), path_of(data, "metadata"), path_of(data, "frames", "1"),
         path_of(data, "rendered"), path_of(data, "thumbnail")]
others = ["/", "/slides", "/metrics", "/static/slide.js", "/unreadable"]
with Service(SAMPLES) as service:
    check_closed(service, dicom + others, HERE)
with Service(SAMPLES, options=["--cors", HERE]) as service:
    check_open(service, dicom, HERE)
    check_closed(service, others, HERE)
    check_closed(service, dicom, HERE + ".evil.test")
    missing = service.get("/dicom-web/studies/1.2.3/metadata", Origin=HERE)
    check("errors can be read too", missing.status == 404 and missing.header(
        "access-control-allow-origin") == HERE, missing)
with Service(SAMPLES, options=["--cors", "*"]) as service:
    check_open(service, dicom, "*")
    check_closed(service, others, HERE)
finish()
