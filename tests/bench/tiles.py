# SPDX-License-Identifier: LGPL-2.1-or-later
"""For tiles.sh: tiles.py skip IN OUT: every second level of a BigTIFF pyramid.
tiles.py vars URL: what to ask the service for, as shell variables. tiles.py
frames URL FILE: 50 random frames are FILE's, byte by byte. tiles.py upload URL
FILE...: to an Orthanc, whose id of the series is printed."""

import json
import random
import struct
import sys
import urllib.request

import pydicom
from pydicom.encaps import generate_pixel_data_frame


def get(url, body=None):
    with urllib.request.urlopen(urllib.request.Request(url, body)) as answer:
        return answer.read()


def skip(source, target):
    with open(source, "rb") as file:
        data = bytearray(file.read())
    assert data[:4] == b"II+\0", "not a BigTIFF file"
    links, at = [], 8
    while True:
        ifd, = struct.unpack_from("<Q", data, at)
        if ifd == 0:
            break
        links.append(at)
        count, = struct.unpack_from("<Q", data, ifd)
        at = ifd + 8 + 20 * count
    offsets = [bytes(data[link:link + 8]) for link in links] + [bytes(8)]
    for n in range(1, len(links), 2):
        data[links[n]:links[n] + 8] = offsets[min(n + 1, len(links))]
    with open(target, "wb") as file:
        file.write(data)


def variables(url):
    for slide in json.loads(get(url + "slides")):
        name = slide["path"].rsplit("/", 1)[1]
        kind = name[:-4] if name.endswith(".tif") else "dicom"
        if slide["path"].endswith(".svs"):
            continue
        print("%s=%s %s_level=%d %s_columns=%d %s_rows=%d %s_width=%d "
              "%s_height=%d" % (
                  kind, slide["id"], kind,
                  (max(slide["width"], slide["height"]) - 1).bit_length(),
                  kind, slide["width"] // slide["tile_size"], kind,
                  slide["height"] // slide["tile_size"], kind, slide["width"],
                  kind, slide["height"]))
    largest = max(json.loads(get(url + "dicom-web/instances?ImageType=VOLUME&"
                                 "includefield=00280008")),
                  key=lambda i: i["00280008"]["Value"][0])
    path = largest["00081190"]["Value"][0].split("/", 3)[3]
    print("frames=/%s/frames/ n_frames=%d" % (
        path, largest["00280008"]["Value"][0]))


def frames(url, path):
    data = pydicom.dcmread(path)
    stored = list(generate_pixel_data_frame(data.PixelData,
                                            int(data.NumberOfFrames)))
    for number in random.sample(range(len(stored)), 50):
        body = get(url + str(number + 1))
        assert body.count(stored[number]) == 1, "frame %d" % (number + 1)


def upload(url, *paths):
    for path in paths:
        with open(path, "rb") as file:
            answer = json.loads(get(url + "instances", file.read()))
    print(answer["ParentSeries"])


{"skip": skip, "vars": variables, "frames": frames,
 "upload": upload}[sys.argv[1]](*sys.argv[2:])
