# SPDX-License-Identifier: LGPL-2.1-or-later
"""Thumbnails of instances, series and studies."""

import io

from PIL import Image

from harness import SAMPLES, Service, check, finish, objects, path_of

with Service(SAMPLES) as service:
    for modality in ("CT", "US", "SM"):
        _, data = next(o for o in objects(SAMPLES)
                       if o[1].Modality == modality)
        url = path_of(data)
        for level, depth in (("instance", 0), ("series", 2), ("study", 4)):
            where = "/".join(url.split("/")[:len(url.split("/")) - depth])
            answer = service.get(where + "/thumbnail")
            size = Image.open(io.BytesIO(answer.body)).size
            check("%s of %s: 256 pixels" % (level, modality),
                  answer.status == 200 and max(size) == 256 and
                  answer.header("content-type") == "image/jpeg", answer)
        small = service.get(url + "/thumbnail?viewport=64,64",
                            accept="image/png")
        check("of a size of one's own", max(Image.open(io.BytesIO(
            small.body)).size) == 64, small)
        again = service.get(url + "/thumbnail?viewport=64,64",
                            accept="image/png",
                            If_None_Match=small.header("etag"))
        check("not sent twice", again.status == 304, again)
    check("of nothing", service.get(
        "/dicom-web/studies/1.2.3/thumbnail").status == 404)
finish()
