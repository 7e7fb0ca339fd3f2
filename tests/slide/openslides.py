# SPDX-License-Identifier: LGPL-2.1-or-later
"""Slides as OpenSlide reads them.

openslides.py SLIDE LEVEL OUT X:Y:WIDTH:HEIGHT...: regions in pixels of LEVEL, over
white, one after the other as raw RGB."""

import ctypes
import ctypes.util
import sys

import numpy as np

_name = ctypes.util.find_library("openslide")
HAVE_OPENSLIDE = _name is not None


class OpenSlide:
    def __init__(self, path):
        self.library = ctypes.CDLL(_name)
        self.library.openslide_open.restype = ctypes.c_void_p
        self.library.openslide_get_level_downsample.restype = ctypes.c_double
        self.library.openslide_get_error.restype = ctypes.c_char_p
        opened = self.library.openslide_open(path.encode())
        if not opened:
            raise ValueError(path + " is no slide to OpenSlide")
        self.slide = ctypes.c_void_p(opened)
        self.sizes = [self.measure(level) for level in range(
            self.library.openslide_get_level_count(self.slide))]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.library.openslide_close(self.slide)

    def measure(self, level):
        width, height = ctypes.c_int64(), ctypes.c_int64()
        self.library.openslide_get_level_dimensions(
            self.slide, level, ctypes.byref(width), ctypes.byref(height))
        return width.value, height.value

    def read(self, level, x, y, width, height):
        """RGB over white; @x, @y in pixels of the level. OpenSlide counts
        places in pixels of the finest level, and rounds."""
        scale = self.library.openslide_get_level_downsample(
            self.slide, ctypes.c_int32(level))
        argb = np.empty((height, width), "u4")
        self.library.openslide_read_region(
            self.slide, argb.ctypes.data_as(ctypes.c_void_p),
            ctypes.c_int64(round(x * scale)), ctypes.c_int64(round(y * scale)),
            ctypes.c_int32(level), ctypes.c_int64(width),
            ctypes.c_int64(height))
        error = self.library.openslide_get_error(self.slide)
        if error:
            raise ValueError(error.decode())
        opacity = argb >> 24
        return np.stack([(argb >> by & 255) + 255 - opacity
                         for by in (16, 8, 0)], 2).astype("u1")


def main(path, level, out, *rects):
    with OpenSlide(path) as slide, open(out, "wb") as file:
        for rect in rects:
            file.write(slide.read(int(level), *map(
                int, rect.split(":"))).tobytes())


if __name__ == "__main__":
    main(*sys.argv[1:])
