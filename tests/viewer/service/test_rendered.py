# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rendered frames, against the window formula applied to pydicom's samples."""

import io

import numpy as np
import pydicom
from PIL import Image

from harness import SAMPLES, Service, check, finish, objects, path_of, real


def picture(answer):
    return np.asarray(Image.open(io.BytesIO(answer.body)))


def window(values, center, width):
    """PS3.3 C.11.2.1.2.1."""
    scaled = ((values - (center - 0.5)) / (width - 1) + 0.5) * 255
    return np.rint(np.clip(scaled, 0, 255)).astype(np.uint8)


with Service(SAMPLES) as service:
    found = objects(SAMPLES)
    path, data = next(o for o in found if o[1].Modality == "CT")
    whole = pydicom.dcmread(path)
    values = whole.pixel_array * float(whole.RescaleSlope) + float(
        whole.RescaleIntercept)
    url = path_of(data, "rendered")

    answer = service.get(url, accept="image/png")
    center, width = (float(np.atleast_1d(whole[k].value)[0])
                     for k in ("WindowCenter", "WindowWidth"))
    check("PNG with the data's window, each pixel",
          answer.header("content-type") == "image/png" and
          np.array_equal(picture(answer), window(values, center, width)),
          answer)
    answer = service.get(url + "?window=100,800", accept="image/png")
    check("a window of one's own", np.array_equal(
        picture(answer), window(values, 100, 800)), answer)
    answer = service.get(url + "?window=100,800,linear-exact",
                         accept="image/png")
    exact = np.rint(np.clip((values - 100) / 800 + 0.5, 0, 1) * 255)
    check("linear exact", np.array_equal(picture(answer), exact), answer)
    grey = picture(service.get(url, accept="image/png"))
    answer = service.get(url + "?colormap=X%20Ray", accept="image/png")
    check("a colormap", np.array_equal(picture(answer), np.repeat(
        255 - grey[..., None], 3, 2)), answer)
    check("beyond the data's last window its first", np.array_equal(picture(
        service.get(url + "?voi=99", accept="image/png")), grey))
    answer = service.get(url)
    near = np.abs(picture(answer).astype(int) - window(
        values, center, width)).mean()
    check("JPEG without a wish", answer.header("content-type") ==
          "image/jpeg" and near < 3, answer, near)
    again = service.get(url, If_None_Match=answer.header("etag"))
    check("not sent twice", again.status == 304, again)

    for viewport, size in (("256,256", (256, 256)), ("100,300", (100, 100)),
                           ("1024,700", (700, 700)),
                           ("200,200,0,0,256,128", (100, 200))):
        answer = service.get(url + "?viewport=" + viewport)
        check("viewport %s gives %s" % (viewport, size),
              picture(answer).shape[:2] == size, answer)
    part = picture(service.get(url + "?viewport=128,128,192,192,128,128",
                               accept="image/png")).astype(int)
    wanted = window(values, center, width)[192:320, 192:320].astype(int)
    check("a region at its own scale", np.abs(part - wanted).mean() < 1,
          np.abs(part - wanted).mean())

    for query in ("viewport=0,0", "viewport=1", "viewport=9000,9000",
                  "viewport=a,b", "viewport=1,2,3", "viewport=nan,1",
                  "window=1", "window=1,0", "window=1,-5", "window=a,b",
                  "window=1,2,cubic", "window=inf,1", "quality=0", "voi=0",
                  "voi=x", "colormap=none", "colormap=",
                  "quality=101", "viewport=10,10,5000,5000,10,10",
                  "annotation=all", "annotation=", "iccprofile=cmyk",
                  "iccprofile=", "viewport=10,10,0,0,-,5"):
        answer = service.get(url + "?" + query)
        check(query + " is refused", answer.status == 400 and
              "error" in answer.json, answer)
    check("TIFF is refused", service.get(url, accept="image/tiff").status
          == 406)

    _, cine = next(o for o in found if o[1].Modality == "US")
    frames = [service.get(path_of(cine, "frames", str(n), "rendered"))
              for n in (1, 2, 60)]
    check("each frame of a cine", len({f.body for f in frames}) == 3 and all(
        picture(f).shape == (480, 640, 3) for f in frames), *frames)
    check("frame 61 is not there", service.get(
        path_of(cine, "frames", "61", "rendered")).status == 404)
    check("two frames are refused", service.get(
        path_of(cine, "frames", "1,2", "rendered")).status == 406)

# Whatever real files hold, the service answers and lives.
folder = real("cornerstone3D")
if folder:
    with Service(folder) as service:
        statuses = {}
        for path, data in objects(folder):
            status = service.get(path_of(data, "rendered")).status
            statuses.setdefault(status, []).append(path)
        check("pictures or a reason", set(statuses) <= {200, 404, 422},
              {k: v[:3] for k, v in statuses.items()})
        check("most are pictures", len(statuses.get(200, [])) >=
              sum(map(len, statuses.values())) / 2,
              {k: len(v) for k, v in statuses.items()})
finish()
