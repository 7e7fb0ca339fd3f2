# SPDX-License-Identifier: LGPL-2.1-or-later
"""The worklist page."""

from harness import SAMPLES, Service, check, finish

with Service(SAMPLES) as service:
    answer = service.get("/")
    check("it is a page", answer.status == 200 and
          answer.header("content-type") == "text/html; charset=utf-8", answer)
    policy = answer.header("content-security-policy")
    check("nothing by default", "default-src 'none'" in policy, policy)
    check("nothing inline", "unsafe" not in policy, policy)
    text = answer.body.decode()
    check("and it has nothing inline", " style=" not in text and
          "<style" not in text and "<script>" not in text, text)
    for word in text.split('"'):
        if word.startswith("/static/"):
            check(word + " is there", service.get(word).status == 200)
    check("nothing from elsewhere", "http" not in text, text)
finish()
