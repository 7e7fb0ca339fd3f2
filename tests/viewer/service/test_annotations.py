# SPDX-License-Identifier: LGPL-2.1-or-later
"""Annotation sets: saved, changed by who knows them, deleted; objects of the
archive; and that pages of other origins cannot write."""

import json
import os
import subprocess
import sys
import tempfile
import urllib.parse

from harness import SOURCE, Service, check, finish

sys.dont_write_bytecode = True

GEO = {"Content-Type": "application/geo+json"}


def polygon(x, y, side, name="A"):
    ring = [[x, y], [x + side, y], [x + side, y + side], [x, y]]
    return {"type": "Feature", "id": "%d-%d" % (x, y),
            "geometry": {"type": "Polygon", "coordinates": [ring]},
            "properties": {"objectType": "annotation", "classification": {
                "name": name, "color": [255, 0, 0]}}}


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


def send(service, method, path, body=None, **headers):
    fields = {k.replace("_", "-"): v for k, v in headers.items()}
    if body is not None:
        fields = {**GEO, **fields}
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return service.request(method, path, fields, body)


def check_life(service, base):
    path = base + "/" + urllib.parse.quote("Tumour (é) 1")
    first = collection(polygon(1.25, 2, 30))
    answer = service.get(base)
    check("the list", answer.status == 200 and all(
        s["read_only"] for s in answer.json), answer)
    answer = service.get(path)
    check("not there yet", answer.status == 404, answer)
    answer = send(service, "PUT", path, first, If_Match='"x"')
    check("what is not there cannot be known", answer.status == 412, answer)
    answer = send(service, "PUT", path, first, If_None_Match="*")
    tag = answer.header("etag")
    check("made", answer.status == 201 and tag, answer)
    answer = service.get(path)
    check("as it was sent", answer.status == 200 and answer.json == first and
          answer.header("content-type") == "application/geo+json" and
          answer.header("etag") == tag, answer)
    answer = service.get(path, If_None_Match=tag)
    check("known", answer.status == 304 and not answer.body, answer)
    large = collection(*[polygon(i, i, 9) for i in range(300)])
    answer = send(service, "PUT", path, large, If_Match=tag)
    packed = service.get(path, Accept_Encoding="gzip")
    check("a packed one has another tag", answer.status == 200 and
          packed.header("content-encoding") == "gzip" and
          packed.header("etag") != answer.header("etag"), answer, packed)
    answer = send(service, "PUT", path, first,
                  If_Match=packed.header("etag"))
    check("which names the same content", answer.status == 200, answer)
    tag = answer.header("etag")
    answer = service.get(base)
    mine = [s for s in answer.json if not s["read_only"]]
    check("listed", len(mine) == 1 and mine[0]["name"] == "Tumour (é) 1" and
          mine[0]["etag"] == tag, answer)
    second = collection(polygon(5, 6, 70))
    answer = send(service, "PUT", path, second)
    check("not without knowing it", answer.status == 428, answer)
    answer = send(service, "PUT", path, second, If_None_Match="*")
    check("not as a new one", answer.status == 412, answer)
    answer = send(service, "PUT", path, second, If_Match='"other"')
    check("not what somebody else changed", answer.status == 412, answer)
    answer = send(service, "PUT", path, second, If_Match=f"W/{tag}")
    check("not by a weak tag", answer.status == 412, answer)
    answer = send(service, "PUT", path, second, If_Match=tag,
                  If_None_Match=f'"other", W/{tag}')
    check("not if it is one of those", answer.status == 412, answer)
    check("still the first", service.get(path).json == first)
    answer = send(service, "PUT", path, second, If_Match=f"W/{tag}, {tag}",
                  If_None_Match='"other"')
    check("replaced", answer.status == 200 and
          answer.header("etag") not in (None, tag), answer)
    check("now the second", service.get(path).json == second)
    check_refused(service, path, answer.header("etag"), second)
    answer = send(service, "DELETE", path, If_Match=tag)
    check("not deleted by who knows the first", answer.status == 412, answer)
    answer = send(service, "DELETE", path,
                  If_Match=service.get(path).header("etag"))
    check("deleted", answer.status == 200, answer)
    check("gone", service.get(path).status == 404)
    answer = send(service, "DELETE", path)
    check("and cannot be deleted again", answer.status == 404, answer)


def check_refused(service, path, tag, content):
    """Requests that change nothing."""
    body = json.dumps(content).encode()
    origin = "http://" + service.address
    for name, headers in [
            ("another origin", {"Origin": "http://example.org"}),
            ("a null origin", {"Origin": "null"}),
            ("another port", {"Origin": "http://127.0.0.1:1"}),
            ("another site", {"Sec-Fetch-Site": "cross-site"}),
            ("a form", {"Content-Type": "text/plain"})]:
        fields = {**GEO, "If-Match": tag, **headers}
        answer = service.request("PUT", path, fields, body)
        check(name + " cannot write", answer.status in (403, 415), answer)
    answer = service.request("DELETE", path, {"Origin": "http://a.example"})
    check("another origin cannot delete", answer.status == 403, answer)
    answer = service.request("POST", path, GEO, b"{}")
    check("no POST", answer.status == 405 and
          "PUT" in answer.header("allow"), answer)
    answer = send(service, "PUT", path, b"{\"features\":[\n{]}", If_Match=tag)
    check("bad JSON, with its place", answer.status == 400 and
          "line 2, byte 15" in answer.json["error"], answer)
    check("too large to be taken", service.probe("PUT", path, {
        **GEO, "Content-Length": str(1 << 40)}) == 413)
    check("without a length", service.probe("PUT", path, {
        **GEO, "Transfer-Encoding": "chunked"}) == 413)
    check("nothing of that changed it", service.get(path).json == content)
    answer = service.request("PUT", path, {**GEO, "If-Match": tag,
                                           "Origin": origin}, body)
    check("our own pages may", answer.status == 200, answer)


def check_names(service, base):
    for name in ["..", "%2e%2e", ".x", "a%2fb", "a%5cb", "%20a", "a%00b",
                 "x" * 101, "%ff"]:
        answer = send(service, "PUT", base + "/" + name, collection())
        check("not a name: " + name[:10], answer.status in (400, 404), answer)
    answer = send(service, "PUT", "/annotations/nothing/a", collection())
    check("no such slide", answer.status == 404, answer)
    answer = send(service, "PUT", base, collection())
    check("a list is not written", answer.status == 405, answer)


def check_part(service, base):
    """What a page asks for of many."""
    path = base + "/many"
    small = [polygon(10 * x, 10 * y, 4) for x in range(20) for y in range(20)]
    answer = send(service, "PUT", path, collection(polygon(0, 0, 150), *small))
    check("many are taken", answer.status == 201, answer)
    answer = service.get(path + "?bbox=0,0,34,34")
    check("those in a box", len(answer.json["features"]) == 17, answer)
    answer = service.get(path + "?bbox=0,0,34,34", If_None_Match=answer.header(
        "etag"))
    check("known as well", answer.status == 304, answer)
    answer = service.get(path + "?bbox=0,0,200,200&resolution=10")
    kinds = [f["geometry"]["type"] for f in answer.json["features"]]
    check("small ones are points", kinds.count("Polygon") == 1 and
          kinds.count("Point") == 400, answer)
    check("in their classes", all(f["properties"]["classification"]["name"] ==
                                  "A" for f in answer.json["features"]))
    answer = service.get(path + "?bbox=0,0,200,200&resolution=10&most=40")
    check("and not too many", 30 <= len(answer.json["features"]) <= 41, answer)
    for query in ["bbox=1,2,3", "bbox=a,b,c,d", "resolution=-1", "most=nan&bbox"
                  "=0,0,1,1", "bbox=0,0,1,1&decimals=x"]:
        answer = service.get(path + "?" + query)
        check("refused: " + query, answer.status == 400, answer)


def check_objects(service, base):
    """The letter F, as ANN objects of every form, is the same GeoJSON."""
    listed = service.get(base).json
    objects = [s for s in listed if s["read_only"]]
    check("objects of the archive are sets", len(objects) == 50 and all(
        s["label"] == "LETTERS" for s in objects), len(objects))
    seen = {}
    for one in objects:
        answer = service.get(base + "/" + one["name"])
        features = answer.json["features"]
        kind = features[0]["properties"]["classification"]["name"]
        numbers = [x for f in features for p in flatten(f) for x in p]
        seen.setdefault(kind, []).append(numbers)
        if answer.status != 200:
            check("readable", False, answer)
    check("each kind the same wherever it is", len(seen) == 5 and all(
        len(a) == len(b) and max(abs(x - y) for x, y in zip(a, b)) < 0.01
        for s in seen.values() for a in s for b in s[:1]), seen)
    answer = send(service, "PUT", base + "/" + objects[0]["name"],
                  collection())
    check("they are not written", answer.status == 403, answer)
    answer = service.get(base + "/ann-1.2.3")
    check("none of that UID", answer.status == 404, answer)


def flatten(feature):
    found = feature["geometry"]["coordinates"]
    kind = feature["geometry"]["type"]
    return [found] if kind == "Point" else found[0] if kind == "Polygon" \
        else found


with tempfile.TemporaryDirectory(prefix="vitrail-test-") as folder:
    subprocess.run([sys.executable, os.path.join(
        SOURCE, "tests", "annotation", "make-ann.py"), folder], check=True)
    with Service(os.path.join(folder, "turned")) as running:
        slides = running.get("/slides").json
        check("there is the slide", len(slides) == 1, slides)
        where = "/annotations/" + slides[0]["id"]
        check_objects(running, where)
        check_life(running, where)
        check_names(running, where)
        check_part(running, where)
finish()
