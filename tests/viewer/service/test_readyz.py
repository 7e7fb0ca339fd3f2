# SPDX-License-Identifier: LGPL-2.1-or-later
"""Readiness."""

from harness import SAMPLES, Service, check, finish

with Service(SAMPLES) as service:
    check("it is ready", service.get("/readyz").json == {"status": "ready"})

with Service(SAMPLES, wait=False) as service:
    first = service.get("/readyz")
    check("before, it says so and when to come back", first.status == 200 or
          (first.status == 503 and first.header("retry-after") == "1"), first)
finish()
