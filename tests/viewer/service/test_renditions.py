# SPDX-License-Identifier: LGPL-2.1-or-later
"""Renditions beyond one plain picture: mirrored, captioned, with profiles, of a
series and a study, moving as GIF and MP4; each read by somebody else (Pillow,
lcms2, ffprobe)."""

import io
import json
import subprocess
import tempfile

import numpy as np
from PIL import Image, ImageCms

from harness import (SAMPLES, Service, check, finish, objects, path_of, skip)

PARTS = 'multipart/related; type="%s"'


def picture(body):
    return np.asarray(Image.open(io.BytesIO(body)))


def check_mirrored(service, url):
    plain = picture(service.get(url + "?viewport=512,512,0,0,512,512",
                                accept="image/png").body)
    for signs, axes in (((-1, 1), (1,)), ((1, -1), (0,)), ((-1, -1), (0, 1))):
        answer = service.get("%s?viewport=512,512,0,0,%d,%d" % (
            url, 512 * signs[0], 512 * signs[1]), accept="image/png")
        check("mirrored by %d, %d" % signs, np.array_equal(
            picture(answer.body), np.flip(plain, axes)), answer)


def check_captions(service, url):
    """Where text is what no caption leaves as it was."""
    plain = picture(service.get(url, accept="image/png").body)
    for words, top, bottom in (("patient", True, False),
                               ("technique", False, True),
                               ("patient,technique", True, True)):
        answer = service.get(url + "?annotation=" + words, accept="image/png")
        found = picture(answer.body) != plain
        third = len(found) // 3
        check("annotation=" + words, answer.status == 200 and
              found[:third].any() == top and
              found[-third:].any() == bottom and
              not found[third:-third].any() and found.mean() < 0.2, answer)


def check_profiles(service, url):
    plain = service.get(url, accept="image/png")
    check("no profile unasked", "icc_profile" not in Image.open(
        io.BytesIO(plain.body)).info)
    for word, told in (("no", None), ("yes", "sRGB"), ("srgb", "sRGB"),
                       ("adobergb", ""), ("rommrgb", ""), ("displayp3", "")):
        for kind in ("image/png", "image/jpeg"):
            answer = service.get(url + "?iccprofile=" + word, accept=kind)
            image = Image.open(io.BytesIO(answer.body))
            profile = image.info.get("icc_profile")
            check("iccprofile=%s in %s" % (word, kind),
                  (profile is None) == (told is None), answer)
            if profile is None:
                continue
            opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            check("lcms2 reads it", opened.profile.xcolor_space.strip() ==
                  "RGB")
            if kind == "image/png":
                back = ImageCms.profileToProfile(
                    image, opened, ImageCms.createProfile("sRGB"))
                off = np.abs(np.asarray(back).astype(int) -
                             picture(plain.body)).mean()
                check("the same colours by it", off < 1.0, off)


def check_gif(service, cine, slice_of_series):
    """Grey is exact; colours are near; each frame in its place."""
    answer = service.get(path_of(slice_of_series, "rendered"),
                         accept="image/gif")
    plain = picture(service.get(path_of(slice_of_series, "rendered"),
                                accept="image/png").body)
    image = Image.open(io.BytesIO(answer.body))
    check("a grey GIF, each pixel", answer.header("content-type") ==
          "image/gif" and image.format == "GIF" and np.array_equal(
              np.asarray(image.convert("L")), plain), answer)
    answer = service.get(path_of(cine, "rendered"), accept="image/gif")
    image = Image.open(io.BytesIO(answer.body))
    check("sixty frames that move", answer.status == 200 and
          image.n_frames == 60 and image.size == (640, 480) and
          image.info["loop"] == 0, answer)
    off = []
    for n in (0, 1, 30, 59):
        image.seek(n)
        frame = picture(service.get(path_of(
            cine, "frames", str(n + 1), "rendered"), accept="image/png").body)
        near = np.asarray(image.convert("RGB").resize((160, 120), Image.BOX))
        like = np.asarray(Image.fromarray(frame).resize((160, 120), Image.BOX))
        off.append(np.abs(near.astype(int) - like).mean())
    check("near the frames", max(off) < 6, off)
    some = service.get(path_of(cine, "frames", "5,3", "rendered"),
                       accept="image/gif")
    check("frames of a list", Image.open(io.BytesIO(some.body)).n_frames == 2)
    small = service.get(path_of(cine, "rendered") + "?viewport=64,64",
                        accept="image/gif")
    check("a small one", Image.open(io.BytesIO(small.body)).size == (64, 48))


def probe(body):
    with tempfile.NamedTemporaryFile(suffix=".mp4") as file:
        file.write(body)
        file.flush()
        return json.loads(subprocess.run(
            ["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-of",
             "json", file.name], check=True, capture_output=True).stdout)[
                 "streams"]


def decoded(service):
    """How often a frame was asked of the frame store."""
    lines = service.get("/metrics").body.decode().splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines
               if line.startswith(("vitrail_frame_store_hits",
                                   "vitrail_frame_store_misses")))


def check_film_kept(service, url, whole):
    """Parts are of the film that was made, which is not made again."""
    before = decoded(service)
    size = len(whole.body)
    cuts = [0, 1000, size // 2, size]
    parts = [service.get(url, accept="video/mp4", If_Range=whole.header(
        "etag"), Range="bytes=%d-%d" % (a, b - 1))
        for a, b in zip(cuts, cuts[1:])]
    check("its parts are it", b"".join(p.body for p in parts) == whole.body and
          {(p.status, p.header("etag")) for p in parts} ==
          {(206, whole.header("etag"))}, *parts)
    check("made once", decoded(service) == before, before, decoded(service))
    other = service.get(url + "&quality=20", accept="video/mp4",
                        Range="bytes=0-9")
    check("another one has another tag", other.status == 206 and
          other.header("etag") != whole.header("etag"), other)


def check_film(service, cine):
    url = path_of(cine, "rendered") + "?viewport=160,120"
    answer = service.get(url, accept="video/mp4")
    if answer.status == 406:
        skip("films", answer.json["error"])
        return
    streams = probe(answer.body)
    stands = float(cine.get("FrameTime", 40)) / 1000
    check("a film of H.264", answer.header("content-type") == "video/mp4" and
          len(streams) == 1 and streams[0]["codec_name"] == "h264" and
          (streams[0]["width"], streams[0]["height"]) == (160, 120) and
          streams[0]["nb_read_frames"] == "60", streams, answer)
    check("as long as it is", abs(float(streams[0]["duration"]) -
                                  60 * stands) < 2 * stands, streams)
    part = service.get(url, accept="video/mp4", Range="bytes=4-7")
    check("in parts", part.status == 206 and part.body == b"ftyp", part)
    check_film_kept(service, url, answer)
    odd = service.get(path_of(cine, "frames", "1,2", "rendered") +
                      "?viewport=101,77", accept="video/mp4")
    check("odd sides", odd.status == 200 and probe(odd.body)[0][
        "width"] % 2 == 0, odd)


def check_series(service, data, count, count_study):
    series = path_of(data).rsplit("/", 2)[0]
    for url, expected in ((series, count),
                          (series.rsplit("/", 2)[0], count_study)):
        answer = service.get(url + "/rendered?viewport=64,64",
                             accept=PARTS % "image/jpeg")
        check("all of it in parts", answer.status == 200 and
              len(answer.parts) == expected and
              {part[0] for part in answer.parts} == {"image/jpeg"}, answer)
        single = service.get(url + "/rendered?accept=image/jpeg")
        check("one of it", single.header("content-type") == "image/jpeg" and
              picture(single.body).shape == (data.Rows, data.Columns), single)
    moving = service.get(series + "/rendered?viewport=64,64",
                         accept="image/gif")
    check("a series that moves", Image.open(
        io.BytesIO(moving.body)).n_frames == count, moving)
    check("no such series", service.get(series + "9/rendered").status == 404)


def check_frames(service, cine):
    answer = service.get(path_of(cine, "frames", "7,2", "rendered"),
                         accept=PARTS % "image/png")
    alone = [service.get(path_of(cine, "frames", n, "rendered"),
                         accept="image/png").body for n in ("7", "2")]
    check("frames in the order asked",
          [part[1] for part in answer.parts] == alone, answer)
    again = service.get(path_of(cine, "frames", "7,2", "rendered"),
                        accept=PARTS % "image/png",
                        If_None_Match=answer.header("etag"))
    check("not sent twice", again.status == 304, again)
    check("one that is not there", service.get(
        path_of(cine, "frames", "7,61", "rendered"),
        accept=PARTS % "image/png").status == 404)
    small = service.get(path_of(cine, "frames", "7", "thumbnail"))
    check("a frame's thumbnail", picture(small.body).shape == (192, 256, 3))
    check("of no frame", service.get(path_of(
        cine, "frames", "61", "thumbnail")).status == 404)
    check("a thumbnail is no film", service.get(path_of(
        cine, "thumbnail"), accept="video/mp4").status == 406)


with Service(SAMPLES) as service:
    found = [d for _, d in objects(SAMPLES)]
    ct = next(d for d in found if d.Modality == "CT")
    us = next(d for d in found if d.Modality == "US")
    check_mirrored(service, path_of(ct, "rendered"))
    check_captions(service, path_of(ct, "rendered"))
    check_captions(service, path_of(us, "rendered"))
    check_profiles(service, path_of(us, "rendered"))
    check_gif(service, us, ct)
    check_film(service, us)
    check_series(service, ct, sum(d.Modality == "CT" for d in found), sum(
        int(d.get("NumberOfFrames", 1)) for d in found
        if d.StudyInstanceUID == ct.StudyInstanceUID))
    check_frames(service, us)
finish()
