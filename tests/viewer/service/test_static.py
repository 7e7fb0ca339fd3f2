# SPDX-License-Identifier: LGPL-2.1-or-later
"""The bundled files."""

from harness import SAMPLES, Service, check, finish

with Service(SAMPLES) as service:
    answer = service.get("/static/vitrail.css")
    check("the style sheet", answer.status == 200 and
          answer.header("content-type") == "text/css; charset=utf-8", answer)
    again = service.get("/static/vitrail.css",
                        If_None_Match=answer.header("etag"))
    check("is not sent twice", again.status == 304 and again.body == b"",
          again)
    other = service.get("/static/vitrail.css", If_None_Match='"other"')
    check("is sent when another is known", other.status == 200, other)
    script = service.get("/static/worklist.js")
    check("scripts", script.status == 200 and
          script.header("content-type") == "text/javascript; charset=utf-8",
          script)
    check("unknown files", service.get("/static/nothing.js").status == 404)
    check("hidden files", service.get("/static/.css").status == 404)
finish()
