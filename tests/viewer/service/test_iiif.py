# SPDX-License-Identifier: LGPL-2.1-or-later
"""A validator of the IIIF Image API 3.0, level 2: every form of region with
every form of size, all rotations, qualities and formats, against a slide whose
colours are known at every place; the rules of sections 4 and 5 for what is
refused; the HTTP features of the compliance document."""

import io
import json
import math
import os
import random
import subprocess
import tempfile

import numpy as np
from PIL import Image

from harness import SAMPLES, SOURCE, Service, check, finish, skip

WIDTH, HEIGHT, FIELD = 1000, 700, 50
CONTEXT = "http://iiif.io/api/image/3/context.json"
random.seed(3)


def make_image():
    """Fields of 50 pixels, each of its own colour, neighbours far apart."""
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    for y in range(HEIGHT // FIELD):
        for x in range(WIDTH // FIELD):
            n = y * (WIDTH // FIELD) + x
            picture[y * FIELD:(y + 1) * FIELD, x * FIELD:(x + 1) * FIELD] = (
                40 + 190 * (n % 2), 40 + 95 * (n // 2 % 3), (n * 37) % 256)
    return picture


truth = make_image()


def decode(answer):
    return Image.open(io.BytesIO(answer.body))


def expected_pixels(region, size, mirrored, rotation, quality):
    """Where each pixel of the answer comes from, by the definition; and which
    of them lie well inside of a field, so that no resampling matters."""
    x, y, w, h = region
    width, height = size
    u = x + (np.arange(width) + 0.5) * w / width
    v = y + (np.arange(height) + 0.5) * h / height
    margin_x, margin_y = max(w / width, 1) * 2 + 8, max(h / height, 1) * 2 + 8

    def inside(at, margin, low, high):
        rest = at % FIELD
        return ((rest > margin) & (rest < FIELD - margin) & (at > low) &
                (at < high))
    pixels = truth[v.astype(int)[:, None], u.astype(int)[None, :]].astype(float)
    mask = (inside(v, margin_y, y, y + h)[:, None] &
            inside(u, margin_x, x, x + w)[None, :])
    if quality in ("gray", "bitonal"):
        pixels = pixels @ [0.299, 0.587, 0.114]
    if quality == "bitonal":
        mask &= abs(pixels - 127.5) > 12
        pixels = (pixels > 127.5) * 255.0
    if mirrored:
        pixels, mask = pixels[:, ::-1], mask[:, ::-1]
    return np.rot90(pixels, -rotation // 90), np.rot90(mask, -rotation // 90)


def resolve_region(text):
    if text == "full":
        return 0, 0, WIDTH, HEIGHT
    if text == "square":
        side = min(WIDTH, HEIGHT)
        return (WIDTH - side) // 2, (HEIGHT - side) // 2, side, side
    if text.startswith("pct:"):
        x, y, w, h = (float(n) / 100 for n in text[4:].split(","))
        x, y, w, h = x * WIDTH, y * HEIGHT, w * WIDTH, h * HEIGHT
    else:
        x, y, w, h = (int(n) for n in text.split(","))
    return (round(x), round(y), min(round(w), WIDTH - round(x)),
            min(round(h), HEIGHT - round(y)))


def resolve_size(text, region, limits):
    """Section 4.2, in its own words; None where the request is an error."""
    _, _, w, h = region
    grows = text[0] == "^"
    text = text.lstrip("^")
    limit = min(limits["maxWidth"] / w, limits["maxHeight"] / h,
                math.sqrt(limits["maxArea"] / (w * h)))
    if text == "max":
        scale = limit if grows else min(limit, 1)
        return math.floor(w * scale + 1e-6), math.floor(h * scale + 1e-6)
    if text.startswith("pct:"):
        percent = float(text[4:])
        if percent > 100 and not grows:
            return None
        size = round(w * percent / 100), round(h * percent / 100)
    elif text[0] == "!":
        sides = [int(n) for n in text[1:].split(",")]
        scale = min(sides[0] / w, sides[1] / h, limit, 9e9 if grows else 1)
        size = round(w * scale), round(h * scale)
    elif text[0] == ",":
        size = round(w * int(text[1:]) / h), int(text[1:])
    elif text[-1] == ",":
        size = int(text[:-1]), round(h * int(text[:-1]) / w)
    else:
        size = tuple(int(n) for n in text.split(","))
    if min(size) < 1 or (not grows and (size[0] > w or size[1] > h)):
        return None
    if (size[0] > limits["maxWidth"] or size[1] > limits["maxHeight"] or
            size[0] * size[1] > limits["maxArea"]):
        return None
    return size


REGIONS = ("full", "square", "0,0,256,256", "256,256,256,256",
           "768,512,256,256",
           "100,150,200,250", "937,611,500,500", "pct:0,0,100,100",
           "pct:10,20,30,40", "pct:12.5,7.25,50.5,33.3", "0,0,1000,512",
           "300,300,1,1", "0,512,512,512")
SIZES = ("max", "^max", "100,", ",100", "pct:50", "pct:33.3", "128,128",
         "!90,200",
         "!200,90", "!5000,5000", "^300,", "^,300", "^pct:150", "^pct:50",
         "^400,300", "^!600,500", "256,256", "1,1", "150,40")
ROTATIONS = ("0", "90", "180", "270", "360", "90.0", "!0", "!90", "!180",
             "!270")
QUALITIES = ("default", "color", "gray", "bitonal")
FORMATS = {"jpg": ("JPEG", "image/jpeg"), "png": ("PNG", "image/png"),
           "webp": ("WEBP", "image/webp")}


class Validator:
    def __init__(self, service, slide, name):
        self.name = name
        self.service = service
        self.base = "/iiif/3/" + slide["id"]
        self.info = service.get(self.base + "/info.json").json
        self.worst = 0.0
        self.n = 0

    def url(self, *parts):
        return self.base + "/" + "/".join(parts)

    def judge(self, region, size, rotation, quality, kind):
        """What is wrong with one answer, or None."""
        url = self.url(region, size, rotation, quality + "." + kind)
        answer = self.service.get(url)
        box = resolve_region(region)
        wanted = resolve_size(size, box, self.info)
        self.n += 1
        if wanted is None:
            return (None if answer.status == 400 and "error" in answer.json
                    else (url, "not refused", str(answer)))
        if answer.status != 200:
            return url, str(answer)
        picture = decode(answer)
        turns = int(float(rotation.strip("!"))) % 360
        shown = wanted if turns % 180 == 0 else wanted[::-1]
        if (picture.format, answer.header("content-type")) != FORMATS[kind]:
            return url, picture.format, answer.header("content-type")
        if picture.size != shown:
            return url, "size", picture.size, shown
        is_colour = quality in ("default", "color")
        if kind == "webp" and not is_colour:  # which has no grey
            first = np.asarray(picture.convert("RGB")).astype(int)
            spread = np.ptp(first, axis=2).max()
            picture = picture.convert("L")
            if spread > 6:
                return url, "not grey", spread
        if (picture.mode == "RGB") != is_colour:
            return url, "mode", picture.mode
        pixels, mask = expected_pixels(box, wanted, rotation[0] == "!", turns,
                                       quality)
        got = np.asarray(picture).astype(float)
        if kind != "jpg" and quality == "bitonal" and set(np.unique(got)) - {
                0.0, 255.0}:
            return url, "more than black and white"
        if not mask.any():
            return None
        worst = abs(got - pixels)[mask].max()
        self.worst = max(self.worst, worst)
        # JPEG smears colour over blocks of 16.
        bound = 24 if self.name == "jpeg.tif" else 2
        if kind == "jpg" or (kind == "webp" and quality != "bitonal"):
            bound = 32
        return (url, "colour", worst) if worst > bound else None

    def run(self, name, requests):
        wrong = [found for found in (self.judge(*r) for r in requests) if found]
        check("%s, %s: %d requests" % (self.name, name, len(requests)),
              not wrong, "\n".join(map(str, wrong[:8])))


def validate_pictures(v):
    v.run("every region in every size", [
        (r, s, "0", "default", "jpg") for r in REGIONS for s in SIZES
        if s != "^max" or r == "300,300,1,1"])
    v.run("rotations and mirroring", [
        (r, s, t, "default", k) for t in ROTATIONS for k in ("jpg", "png")
        for r, s in (("full", "max"), ("100,150,200,250", "max"),
                     ("square", "^400,300"), ("937,611,500,500", "max"))])
    v.run("qualities and formats", [
        (r, s, t, q, k) for q in QUALITIES for k in FORMATS
        for t in ("0", "!270") for r, s in (
            ("full", "max"), ("pct:10,20,30,40", "!90,200"),
            ("0,0,256,256", "256,256"))])
    v.run("whatever comes", [
        (random.choice(REGIONS), random.choice(SIZES[2:]),
         random.choice(ROTATIONS), random.choice(QUALITIES),
         random.choice(list(FORMATS))) for _ in range(100)])
    v.run("the sizes that are stated", [
        ("full", "%(width)d,%(height)d" % s, "0", "default", "jpg")
        for s in v.info["sizes"]])
    tiles = []
    for factor in v.info["tiles"][0]["scaleFactors"]:
        step = v.info["tiles"][0]["width"] * factor
        for x in range(0, WIDTH, step):
            for y in range(0, HEIGHT, step):
                w, h = min(step, WIDTH - x), min(step, HEIGHT - y)
                tiles.append(("%d,%d,%d,%d" % (x, y, w, h), "%d,%d" % (
                    -(-w // factor), -(-h // factor)), "0", "default", "jpg"))
    v.run("the tiles that are stated", tiles)
    print("# worst colour: %.1f levels, of %d answers" % (v.worst, v.n))


def validate_errors(v):
    """What is refused, and that it says why."""
    good = ["full", "max", "0", "default.jpg"]
    bad = (
        (0, ("", "foo", "0,0,0,10", "0,0,10,0", "1000,0,10,10", "0,700,10,10",
             "-1,0,10,10", "0,0,10", "0,0,10,10,10", "a,b,c,d", "1.5,0,10,10",
             "pct:", "pct:0,0,0,10", "pct:100,0,10,10", "pct:-1,0,10,10",
             "pct:1e1,0,10,10", "pct:1.,0,10,10", "FULL", "pct:a,b,c,d",
             "99999999999999,0,1,1", "x" * 80)),
        (1, ("", "full", "foo", "0,", ",0", "0,0", "-1,", "1001,", ",701",
             "1001,700", "pct:0", "pct:101", "pct:-5", "pct:", "!0,5", "!5",
             "^", "^foo", "^9000,", "^,9000", "^8000,8000", "^pct:100000",
             "1.5,", "1,2,3", "max,", "99999999999999,", "!,", ",", "^^max")),
        (2, ("", "foo", "45", "22.5", "361", "-90", "!", "!-1", "90deg", "1e2",
             "90!", "!!90")),
        (3, ("foo.jpg", "default.foo", "default", "default.", "native.jpg",
             "default.jpg.png", "color.gif", "Default.jpg", "default.tif",
             "default.jp2")))
    for place, texts in bad:
        for text in texts:
            parts = list(good)
            parts[place] = text
            answer = v.service.get(v.url(*parts))
            check("%s: refused" % "/".join(parts)[:60],
                  "error" in answer.json and answer.status == (404 if text == "" else 400), answer)
            check("others may read why", text == "" or answer.header(
                "access-control-allow-origin") == "*", answer)
    for path in ("/iiif/3/none/info.json", "/iiif/3/none", "/iiif/2",
                 "/iiif/3/none/full/max/0/default.jpg", v.base + "/other.json",
                 v.base + "/full/max/0", v.base + "/full/max/0/default.jpg/x",
                 "/iiif/3/../../etc/passwd/info.json", "/iiif/3/..",
                 "/iiif/3/..%2f..%2fetc/info.json", v.url("full%00", *good[1:]),
                 v.url("x" * 90, *good[1:]), v.url("0,0,%20,1", *good[1:]),
                 v.url("..", *good[1:]), v.url(*good[:3], ".jpg")):
        answer = v.service.get(path)
        check("%.60s: not there" % path, answer.status in (400, 404) and
              "error" in answer.json, answer)
    for text in ("icc=2", "look=foo", "look=z=99", "look=stain=x", "icc="):
        answer = v.service.get(v.url(*good) + "?" + text)
        check(text + ": refused by name", answer.status == 400 and
              text.split("=")[0] in answer.json["error"], answer)


def validate_info(v):
    service, info = v.service, v.info
    plain = service.get(v.base + "/info.json")
    check("info.json", plain.status == 200 and
          plain.header("content-type") == "application/json", plain)
    check("required members", tuple(info[member] for member in (
        "@context", "type", "protocol", "profile", "width", "height")) == (
        CONTEXT, "ImageService3", "http://iiif.io/api/image", "level2", WIDTH,
        HEIGHT), info)
    check("its id is where it is",
          info["id"] == service.url.rstrip("/") + v.base, info["id"])
    check("no rights are claimed", "rights" not in info)
    check("the context by a link",
          'rel="http://www.w3.org/ns/json-ld#context"' in plain.header("link")
          and CONTEXT in plain.header("link"), plain)
    for accept in ("application/ld+json",
                   'application/ld+json;profile="%s"' % CONTEXT,
                   "application/ld+json, application/json;q=0.5"):
        answer = service.get(v.base + "/info.json", accept=accept)
        check("as " + accept, answer.status == 200 and answer.json == info and
              answer.header("content-type") ==
              'application/ld+json;profile="%s"' % CONTEXT, answer)
    for accept in ("application/json", "*/*", "text/html,*/*;q=0.1"):
        answer = service.get(v.base + "/info.json", accept=accept)
        check("as " + accept, answer.header("content-type") ==
              "application/json", answer)
    check("it varies", "Accept" in plain.header("vary"), plain)
    check("extras are of the specification's list", set(
        info["extraFeatures"]) <= {
        "baseUriRedirect", "canonicalLinkHeader", "cors", "jsonldMediaType",
        "mirroring", "profileLinkHeader", "regionByPct", "regionByPx",
        "regionSquare", "rotationArbitrary", "rotationBy90s",
        "sizeByConfinedWh", "sizeByH", "sizeByPct", "sizeByW", "sizeByWh",
        "sizeUpscaling"} and set(info["extraQualities"]) <= {
            "color", "gray", "bitonal"}, info)
    factors = info["tiles"][0]["scaleFactors"]
    check("scale factors", factors == [1, 2, 4], factors)
    check("sizes", info["sizes"][-1] == {"width": WIDTH, "height": HEIGHT} and
          all(s["width"] * s["height"] <= info["maxArea"]
              for s in info["sizes"]), info["sizes"])


def validate_http(v):
    service = v.service
    for path in (v.base, v.base + "/"):
        answer = service.get(path)
        check("base URI redirect", answer.status == 303 and answer.header(
            "location") == service.url.rstrip("/") + v.base + "/info.json",
            answer)
    url = v.url("pct:0,0,100,100", "1000,", "0", "default.jpg")
    answer = service.get(url)
    link = answer.header("link")
    check("profile link", '<http://iiif.io/api/image/3/level2.json>;'
          'rel="profile"' in link, link)
    for written, canonical in (
            (("pct:0,0,100,100", "1000,", "360", "default.jpg"),
             "full/max/0/default.jpg"),
            (("square", "pct:50", "!90.0", "gray.png"),
             "150,0,700,700/350,350/!90/gray.png"),
            (("900,600,500,500", "^200,", "0", "color.jpg"),
             "900,600,100,100/^200,200/0/color.jpg")):
        link = service.get(v.url(*written)).header("link")
        check("canonical link", "<%s%s/%s>;rel=\"canonical\"" % (
            service.url.rstrip("/"), v.base, canonical) in link, link)
        a, b = (service.get(u) for u in (v.url(*written),
                                         v.base + "/" + canonical))
        check("the canonical request is the same", a.body == b.body, canonical)
    check("CORS", answer.header("access-control-allow-origin") == "*" and
          answer.header("cross-origin-resource-policy") == "cross-origin",
          answer)
    asked = service.request("OPTIONS", v.base + "/info.json", {
        "Origin": "https://example.org", "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "accept"})
    check("CORS preflight", asked.status == 200 and asked.body == b"" and
          "GET" in asked.header("access-control-allow-methods") and
          "Accept" in asked.header("access-control-allow-headers"), asked)
    check("other routes are not open", service.get("/slides").header(
        "access-control-allow-origin") is None and service.request(
            "OPTIONS", "/slides").status == 405)
    tag = answer.header("etag")
    again = service.get(url, If_None_Match=tag)
    check("not sent twice", again.status == 304 and again.body == b"", again)
    for name in ("default.jpg", "default.png", "default.webp"):
        sent = service.get(v.url("full", "300,", "0", name))
        known = service.get(v.url("full", "300,", "0", name),
                            If_None_Match=sent.header("etag"))
        check(f"{name}: 304 varies as 200 does", known.status == 304 and
              known.header("vary") == sent.header("vary"), known)
    others = [service.get(v.url(*p)).header("etag") for p in (
        ("full", "max", "0", "default.png"),
        ("full", "max", "90", "default.jpg"),
        ("full", "max", "0", "gray.jpg"), ("full", "500,", "0", "default.jpg"))]
    check("each answer has a tag of its own", len({tag, *others}) == 5, others)
    head = service.request("HEAD", url)
    check("HEAD", head.status == 200 and head.body == b"" and
          head.header("content-length") == str(len(answer.body)), head)


def check_origins(folder):
    """Who may read is said by who started the service: by default nobody."""
    def allowed(service, origin):
        slide = service.get("/slides").json[0]
        answer = service.request(
            "GET", "/iiif/3/%s/info.json" % slide["id"], {"Origin": origin})
        asked = service.request(
            "OPTIONS", "/iiif/3/%s/info.json" % slide["id"],
            {"Origin": origin, "Access-Control-Request-Method": "GET"})
        return (answer.header("access-control-allow-origin"),
                answer.header("cross-origin-resource-policy"), asked.status)
    with Service(folder) as service:
        found = allowed(service, "https://example.org")
        check("no other origin by default", found == (
            None, "same-origin", 405), found)
    with Service(folder, options=("--cors", "https://example.org")) as service:
        found = allowed(service, "https://example.org")
        check("the one that was named", found == (
            "https://example.org", "cross-origin", 200), found)
        found = allowed(service, "https://example.org.evil.test")
        check("and no other", found == (None, "same-origin", 405), found)


def check_client(service, slide):
    """Stock OpenSeadragon on a page of another origin."""
    name = "OpenSeadragon from another origin"
    try:
        done = subprocess.run(
            ["node", os.path.join(SOURCE, "tests", "viewer", "iiif-client.mjs"),
             service.url + "iiif/3/" + slide["id"] + "/info.json"],
            capture_output=True, text=True, timeout=60)
    except FileNotFoundError:
        done = None
    if done is None or done.returncode == 77:
        skip(name, "no Chromium, playwright-core or openseadragon")
        return
    found = json.loads(done.stdout or "{}")
    check(name, done.returncode == 0 and (found["width"], found["height"]) == (
        slide["width"], slide["height"]) and not found["failed"] and
        not found["complaints"], done.stderr, found)
    tiles = [url for url in found["urls"] if url.endswith("/default.jpg")]
    # It puts regions together from what info.json says of tiles.
    check("%d tiles of its own grid" % len(tiles), len(tiles) > 8 and
          found["tileWidth"] == slide["tile_size"] and all(
              service.get(url).status == 200 for url in tiles), tiles)
    check("it may read the pixels", found["pixel"][3] == 255 and
          found["pixel"][:3] != [0, 0, 0], found["pixel"])


with tempfile.TemporaryDirectory(prefix="vitrail-iiif-") as folder:
    source = os.path.join(folder, "source.png")
    Image.fromarray(truth).save(source)
    os.mkdir(os.path.join(folder, "slides"))
    for name, options in (("exact", "deflate"), ("jpeg", "jpeg,Q=98")):
        subprocess.run(["vips", "copy", source, os.path.join(
            folder, "slides", name + ".tif") + "[tile,pyramid,tile-width=256,"
            "tile-height=256,compression=%s]" % options], check=True)
    with Service(os.path.join(folder, "slides"), SAMPLES,
                 options=("--cors", "*")) as service:
        slides = {s["name"]: s for s in service.get("/slides").json}
        for name in ("jpeg.tif", "exact.tif"):
            v = Validator(service, next(s for s in slides.values()
                                        if s["path"].endswith(name)), name)
            validate_pictures(v)
            validate_info(v)
        validate_errors(v)
        validate_http(v)

        check_client(service, next(s for s in slides.values()
                                   if s["path"].endswith(".svs")))

        # A native tile is the stored one, bit by bit, as DeepZoom hands it out.
        slide = next(s for s in slides.values() if s["path"].endswith(".svs"))
        size = slide["tile_size"]
        top = (max(slide["width"], slide["height"]) - 1).bit_length()
        for x, y in ((3, 4), (1, 2)):
            a = service.get("/iiif/3/%s/%d,%d,%d,%d/%d,%d/0/default.jpg" % (
                slide["id"], x * size, y * size, size, size, size, size))
            b = service.get("/deepzoom/%s_files/%d/%d_%d.jpg" % (
                slide["id"], top, x, y))
            check("a native tile", a.status == 200 and a.body == b.body and
                  a.header("etag") == b.header("etag"), a)
    check_origins(os.path.join(folder, "slides"))
finish()
