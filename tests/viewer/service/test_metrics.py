# SPDX-License-Identifier: LGPL-2.1-or-later
"""Counters."""

from harness import SAMPLES, Service, check, finish

with Service(SAMPLES) as service:
    for _ in range(3):
        service.get("/healthz")
    service.get("/nothing")
    answer = service.get("/metrics")
    lines = answer.body.decode().splitlines()
    check("it is Prometheus text", answer.header("content-type").startswith(
        "text/plain; version=0.0.4"), answer)
    check("requests are counted by route and status",
          'vitrail_http_requests_total{route="healthz",status="200"} 3'
          in lines, answer.body.decode())
    check("unknown ones too",
          'vitrail_http_requests_total{route="none",status="404"} 1' in lines)
    values = dict(line.rsplit(" ", 1) for line in lines if line[0] != "#")
    check("each line is a name and a number",
          all(float(v) >= 0 for v in values.values()))
    check("times are summed",
          "vitrail_http_request_duration_seconds_sum{route=\"healthz\"}"
          in values)
    check("memory is told",
          float(values["vitrail_process_resident_memory_bytes"]) > 1e6)
    check("the memory budget is told",
          float(values["vitrail_memory_budget_bytes"]) > 0)
    slide = service.get("/slides").json[0]
    service.get("/deepzoom/%s_files/5/0_0.jpg" % slide["id"])
    ct = service.get("/dicom-web/studies?ModalitiesInStudy=CT").json[0]
    service.get("/dicom-web/studies/%s/thumbnail"
                % ct["0020000D"]["Value"][0])
    lines = service.get("/metrics").body.decode().splitlines()
    held = {name.split('"')[1]: int(number) for name, number in (
        line.rsplit(" ", 1) for line in lines)
        if name.startswith("vitrail_memory_bytes{")}
    check("and what each cache holds of it",
          sorted(name for name in held if held[name]) == [
              "encoded-tiles", "frames", "instances", "slides", "tiles"] and
          sorted(name for name in held if not held[name]) == [
              "annotations", "films", "raster-tiles", "rasters"], held)
    described = {line.split()[2] for line in lines
                 if line.startswith("# TYPE")}
    check("each has its type", all(
        any(name.startswith(d) for d in described) for name in values))
finish()
