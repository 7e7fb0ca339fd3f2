# SPDX-License-Identifier: LGPL-2.1-or-later
"""Overview, label and macro."""

import io

from PIL import Image

from harness import SAMPLES, Service, check, finish, real

svs = real("wsi-svs", "test", "test-suite", "images",
           "CMU-1-Small-Region.svs")

with Service(SAMPLES, *([svs] if svs else [])) as service:
    for slide in service.get("/slides").json:
        for name in ["overview"] + slide["associated"]:
            url = "/slides/%s/%s.jpg" % (slide["id"], name)
            answer = service.get(url)
            size = Image.open(io.BytesIO(answer.body)).size
            check("%s of %s: %d x %d" % ((name, slide["name"]) + size),
                  answer.status == 200 and answer.header("content-type") ==
                  "image/jpeg", answer)
            check("by its other names", all(
                service.get("/slides/%s/associated/%s" % (
                    slide["id"], other)).body == answer.body
                for other in (name, name + ".jpg")))
            check("asked again it need not be sent", service.get(
                url, If_None_Match=answer.header("etag")).status == 304)
            check("named by version it stays", "immutable" in service.get(
                url + "?v=" + slide["version"]).header("cache-control"))
        overview = Image.open(io.BytesIO(service.get(
            "/slides/%s/overview.jpg" % slide["id"]).body)).size
        check("the overview has the slide's shape", abs(
            overview[0] / overview[1] - slide["width"] / slide["height"])
            < 0.05 and max(overview) <= 512, overview)
        bad = service.get("/slides/%s/overview.jpg?look=stain%%3Dx" % slide["id"])
        check("no such look", bad.status == 400 and "stain" in bad.json["error"],
              bad)
        check("no such picture", service.get(
            "/slides/%s/nothing.jpg" % slide["id"]).status == 404)
    check("no such slide", service.get(
        "/slides/1.2.3/overview.jpg").status == 404)
finish()
