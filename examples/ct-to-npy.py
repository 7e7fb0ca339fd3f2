#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The largest stack of a folder as a numpy array of values after the modality
LUT (Hounsfield units for CT), slices in the order of their positions.

    ct-to-npy.py FOLDER OUT.npy"""

import sys

import gi
import numpy as np

gi.require_version("Vitrail", "1")
from gi.repository import Vitrail  # noqa: E402


def text(data_set, keyword):
    return data_set.dup_string(Vitrail.tag_parse(keyword)[1], 0)


def stacks(folder):
    """The display sets of all series that are stacks."""
    for series in folder.query(Vitrail.Query.new(Vitrail.Level.SERIES, None)):
        match = Vitrail.DataSetBuilder.new()
        match.set_string(Vitrail.tag_parse("SeriesInstanceUID")[1],
                         text(series, "SeriesInstanceUID"))
        query = Vitrail.Query.new(Vitrail.Level.INSTANCE, match.end())
        for display_set in Vitrail.display_sets_new(series,
                                                    folder.query(query)):
            if display_set.kind == Vitrail.DisplaySetKind.STACK:
                yield display_set


def slice_values(folder, uid, frame_number):
    instance = folder.open_instance(uid)
    frame = Vitrail.FrameStore.get_default().get(instance, frame_number, 0,
                                                 None)
    info = instance.ref_frame_info(frame_number)
    form = frame.format
    samples = np.frombuffer(frame.ref_bytes().get_data(),
                            "<u%d" % (form.bits_allocated // 8))
    stored = samples.reshape(form.height, form.width) - info.sample_offset
    return (stored * info.slope + info.intercept).astype("f4")


def main(path, out):
    folder = Vitrail.Folder.new([path], ":memory:")
    folder.scan(None)
    stack = max(stacks(folder), key=lambda s: s.n_positions)
    images = [stack.get_image(i + 1) for i in range(stack.n_positions)]
    np.save(out, np.stack([slice_values(folder, *image) for image in images]))
    print("%s: %d slices" % (stack.label, len(images)))


main(*sys.argv[1:3])
