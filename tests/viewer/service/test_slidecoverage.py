# SPDX-License-Identifier: LGPL-2.1-or-later
"""What has been looked at: added up from several pages, kept over a restart,
forgotten when asked to; what is refused and why."""

import json
import os
import re

from harness import SAMPLES, Service, check, finish

GEO = {"Content-Type": "application/json"}


def put(service, path, body, **headers):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return service.request("PUT", path, {**GEO, **{
        k.replace("_", "-"): v for k, v in headers.items()}}, body)


def expand(text):
    return "".join(letter * int(n or 1) for n, letter in
                   re.findall(r"(\d*)([.a-t])", text))


with Service(SAMPLES) as service:
    slide = service.get("/slides").json[0]
    path = "/slides/%s/coverage" % slide["id"]
    answer = service.get(path)
    empty = answer.json
    n = empty["columns"] * empty["rows"]
    check("nothing seen at first", answer.status == 200 and
          empty["width"] == slide["width"] and
          max(empty["columns"], empty["rows"]) == 128 and
          empty["cells"] == "%d." % n, answer)
    first = dict(empty, cells="10m%d." % (n - 10))
    answer = put(service, path, first)
    check("some of it", answer.status == 200 and
          answer.json["cells"] == first["cells"], answer)
    second = dict(empty, cells="5.10o%d." % (n - 15))
    answer = put(service, path, second)
    cells = expand(answer.json["cells"])
    check("and some more: the higher one counts", answer.status == 200 and
          cells == "m" * 5 + "o" * 10 + "." * (n - 15), answer)
    answer = put(service, path, empty)
    check("nothing becomes unseen", expand(answer.json["cells"]) == cells,
          answer)
    kept = os.path.join(service.cache.name, "vitrail", "coverage", slide["id"],
                        "seen.json")
    check("in a file of its own, the user's alone", os.path.exists(kept) and
          os.stat(kept).st_mode & 0o077 == 0, kept)
    with open(kept, "w") as file:
        file.write("{")
    check("a broken one counts as nothing",
          service.get(path).json == empty)
    answer = put(service, path, first)
    check("and is replaced", answer.status == 200 and
          service.get(path).json["cells"] == first["cells"], answer)

    for body, word in ((b"[]", "coverage"), (b"{", "coverage"),
                       (dict(empty, columns=1), "another slide"),
                       (dict(empty, cells="9999999z"), "cells"),
                       (dict(empty, cells="%da" % (n + 1)), "cells"),
                       (dict(empty, cells="a"), "cells"),
                       (dict(empty, cells=None), "cells")):
        answer = put(service, path, body)
        check("%.30s: 400 and why" % body, answer.status == 400 and
              word in answer.json["error"], answer)
    answer = put(service, path, first, Origin="http://example.org")
    check("not by another page", answer.status in (403, 413), answer)
    answer = put(service, path, first, Content_Type="text/plain")
    check("not by a form", answer.status in (413, 415), answer)
    check("no such slide", put(service, "/slides/none/coverage",
                               first).status == 404)
    check("it is as it was", service.get(path).json["cells"] == first["cells"])
    answer = service.request("DELETE", path, {}, None)
    check("begun anew", answer.status == 200 and answer.json == empty and
          service.get(path).json == empty, answer)
    check("twice does no harm",
          service.request("DELETE", path, {}, None).status == 200)
finish()
