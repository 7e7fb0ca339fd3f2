# SPDX-License-Identifier: LGPL-2.1-or-later
"""libvitrail-1 from Python: what the annotations in the headers say is used,
and what comes out is what pydicom and Pillow see in the same files."""

import glob
import io
import json
import os
import sys
import tempfile

import gi
import numpy as np
import pydicom
from PIL import Image

gi.require_version("Gst", "1.0")
gi.require_version("Vitrail", "1")
from gi.repository import GLib, Gst, Vitrail  # noqa: E402

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "viewer",
                                "service"))
from harness import SAMPLES, check, finish  # noqa: E402

CT = os.path.join(SAMPLES, "ct", "ct-001.dcm")
EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"


def tag(keyword):
    known, value = Vitrail.tag_parse(keyword)
    assert known, keyword
    return value


def text(data_set, keyword):
    return data_set.dup_string(tag(keyword), 0)


def wait_for(start, finish_call, *arguments):
    """Runs an asynchronous call in a main loop; answers what it answers."""
    loop = GLib.MainLoop()
    results = []

    def done(_source, result):
        results.append(result)
        loop.quit()
    start(*arguments, None, done)
    GLib.timeout_add_seconds(60, loop.quit)
    loop.run()
    return finish_call(results[0])


def run_until(condition):
    context = GLib.MainContext.default()
    late = []
    GLib.timeout_add_seconds(60, late.append, 1)
    while not condition() and not late:
        context.iteration(True)
    return condition()


def samples_of(frame):
    """A frame's samples; those of signed pixels carry an offset."""
    form = frame.format
    dtype = {8: "u1", 16: "<u2", 32: "<u4"}[form.bits_allocated]
    array = np.frombuffer(frame.ref_bytes().get_data(), dtype)
    array = array.reshape(form.height, form.width, form.samples)
    return array[:, :, 0] if form.samples == 1 else array


def test_instance():
    expected = pydicom.dcmread(CT)
    instance = Vitrail.Instance.open(CT)
    data_set = instance.get_data_set()
    check("PatientName", text(data_set, "PatientName") ==
          str(expected.PatientName), text(data_set, "PatientName"))
    check("Rows", data_set.get_int(tag("Rows"), 0) == (True, expected.Rows))
    check("an absent number", not data_set.get_double(tag("CineRate"), 0)[0])
    check("one frame", instance.get_n_frames() == 1)

    coded = instance.decode_frame(1, 0, None)
    signed = samples_of(coded)
    if expected.PixelRepresentation:
        signed = signed.view("<i2")
    check("samples as coded", np.array_equal(signed, expected.pixel_array))

    frame = Vitrail.FrameStore.get_default().get(instance, 1, 0, None)
    info = instance.ref_frame_info(1)
    values = ((samples_of(frame) - info.sample_offset) * info.slope +
              info.intercept)
    wanted = (expected.pixel_array * float(expected.RescaleSlope) +
              float(expected.RescaleIntercept))
    check("values after the modality LUT", np.array_equal(values, wanted))
    check("pixel spacing",
          np.allclose(info.spacing, list(map(float, expected.PixelSpacing))))
    check("position of the first pixel",
          np.allclose(info.plane[3::4],
                      list(map(float, expected.ImagePositionPatient))))

    view = Vitrail.View()
    view.zoom, view.pan_x, view.pan_y = 1, 0.5, 0.5
    done, image = Vitrail.present(frame, info, view, None, 200, 100)
    picture = Image.open(io.BytesIO(Vitrail.Image.to_png(image).get_data()))
    image.clear()
    check("colormaps", "viridis" in Vitrail.colormap_list() and
          Vitrail.colormap_find_name("HSV") == "hsv" and
          Vitrail.colormap_find_name("none") is None)
    check("a picture", done and picture.size == (200, 100) and
          picture.getextrema()[1] > 0, picture)


def test_cine():
    path = glob.glob(os.path.join(SAMPLES, "us", "*"))[0]
    expected = pydicom.dcmread(path)
    instance = Vitrail.Instance.open(path)
    check("number of frames",
          instance.get_n_frames() == int(expected.NumberOfFrames))
    frame = Vitrail.FrameStore.get_default().get(instance, 30, 0, None)
    stored = instance.load_frame(30, None).get_data()
    wanted = np.asarray(Image.open(io.BytesIO(stored)).convert("RGB"), int)
    # Decoders of JPEG may differ in the last bits.
    difference = np.abs(samples_of(frame).astype(int) - wanted).max()
    check("frame 30 as Pillow decodes it", difference <= 4, difference)


def test_making():
    item = Vitrail.DataSetBuilder.new()
    item.set_string(tag("CodeMeaning"), "Grüße")
    item = item.end()
    builder = Vitrail.DataSetBuilder.new_from(
        Vitrail.Instance.open(CT).get_data_set())
    builder.set_string(tag("PatientName"), "Doe^Jane")
    builder.set_items(tag("ConceptNameCodeSequence"), [item, item])
    made = builder.end()
    made_bytes = Vitrail.write_part10(made, EXPLICIT_LITTLE_ENDIAN).get_data()
    read = pydicom.dcmread(io.BytesIO(made_bytes))
    check("written for pydicom", read.PatientName == "Doe^Jane" and
          [x.CodeMeaning for x in read.ConceptNameCodeSequence] ==
          ["Grüße", "Grüße"], read)

    written = GLib.String.new("")
    Vitrail.json_write(item, written, 0, None, None)
    again = Vitrail.json_read(written.str, -1, "text")
    check("through JSON", [text(x, "CodeMeaning") for x in again] == ["Grüße"])

    part10 = Vitrail.Part10.open(CT, Vitrail.ReadFlags.HEADER)
    index = Vitrail.FrameIndex.new(part10.get_data_set(),
                                   part10.get_transfer_syntax(), CT)
    check("frame index", index.ref_frame(1).get_data() ==
          pydicom.dcmread(CT).PixelData)


def test_errors():
    for what, code, call in (
            ("no file", Vitrail.Error.IO,
             lambda: Vitrail.Instance.open("/no/such/file")),
            ("no DICOM", Vitrail.Error.FORMAT,
             lambda: Vitrail.Part10.open(__file__, 0)),
            ("no frame", Vitrail.Error.NOT_FOUND,
             lambda: Vitrail.Instance.open(CT).decode_frame(2, 0, None))):
        try:
            call()
            check(what, False, "no error")
        except GLib.Error as error:
            check(what, error.matches(Vitrail.error_quark(), code), error)


def test_source(folder):
    open(os.path.join(folder, "broken.dcm"), "wb").write(b"\0" * 128 + b"DICM")
    for name in ("ct", "us"):
        os.symlink(os.path.join(SAMPLES, name), os.path.join(folder, name))
    source = Vitrail.Folder.new([folder, SAMPLES + "/ct"], ":memory:")
    wait_for(source.refresh_async, source.refresh_finish)

    def query(level, match=None):
        return wait_for(source.query_async, source.query_finish,
                        Vitrail.Query.new(level, match))
    paths = sorted(glob.glob(os.path.join(SAMPLES, "ct", "*.dcm")))
    expected = pydicom.dcmread(paths[0], stop_before_pixels=True)
    match = Vitrail.DataSetBuilder.new()
    match.set_string(tag("SeriesInstanceUID"), expected.SeriesInstanceUID)
    match = match.end()
    series = query(Vitrail.Level.SERIES, match)
    instances = query(Vitrail.Level.INSTANCE, match)
    check("series", [text(x, "Modality") for x in series] ==
          [expected.Modality], len(series))
    check("instances", len(instances) == len(paths), len(instances))
    check("statistics", source.get_stats().n_files > len(paths))
    check("broken files", any(x.path.endswith("broken.dcm") and x.reason
                              for x in source.list_unreadable()))

    sets = Vitrail.display_sets_new(series[0], instances)
    stack = [sets[0].get_image(i)[0] for i in range(1, len(paths) + 1)]
    check("one stack", len(sets) == 1 and
          set(stack) == {text(x, "SOPInstanceUID") for x in instances})
    instance = wait_for(source.open_instance_async,
                        source.open_instance_finish, stack[0])
    check("an instance by its UID",
          instance.get_sop_instance_uid() == stack[0])


def test_slide():
    svs = os.path.join(SAMPLES, "slide", "biopsy.svs")
    parts = sorted(glob.glob(os.path.join(SAMPLES, "slide", "dicom", "*.dcm")))
    for slide in Vitrail.Slide.open([svs]), Vitrail.Slide.open(parts[:1]):
        level = slide.get_level(0)
        check("size of a tile: %s" % slide.get_name(),
              level.tile_width > 0 and level.tile_height > 0 and
              level.columns == -(-level.width // level.tile_width), level)
        check("resolution", slide.get_mpp_um()[0], slide.get_mpp_um())
        size = [level.tile_width, level.tile_height]
        region = slide.ref_region(0, [level.tile_width, 0, *size], None)
        region = np.frombuffer(region.get_data(), "u1").reshape(
            size[1], size[0], 3).astype(int)
        tile, coding = slide.get_tile(0, 1, 0)
        if coding == Vitrail.TileCoding.JPEG:
            tile = Image.open(io.BytesIO(tile.get_data())).convert("RGB")
            difference = np.abs(region - np.asarray(tile, int)).max()
            check("a region and the stored tile", difference <= 4, difference)
        else:
            check("a region", region.std() > 0)


def test_session():
    session = Vitrail.Session()
    commands = session.list_commands()
    for name in commands:
        print("# %s (%s): %s" % (name, session.get_command_type(name) or "",
                                 session.get_command_summary(name)))
    check("commands", "invert" in commands and "layout" in commands)
    session.open_async(os.path.join(SAMPLES, "ct"), None, None)
    check("a study is opened", run_until(session.get_display_sets))
    check("studies", [text(x, "PatientName") for x in session.get_studies()] ==
          ["Sample^Vitrail"])
    session.run("layout", GLib.Variant("(uu)", (1, 2)))
    check("layout", tuple(session.get_layout()) == (1, 2))
    viewport = session.get_active_viewport()
    viewport.set_size(300, 200)
    check("a picture", run_until(lambda: viewport.get_geometry()[0]),
          viewport.get_error())
    session.run("invert", None)
    check("inverted", viewport.get_presentation().invert)
    try:
        session.run("no-such-command", None)
        check("no such command", False)
    except GLib.Error as error:
        check("no such command", error.matches(Vitrail.error_quark(),
                                               Vitrail.Error.NOT_FOUND))
    state = json.loads(session.to_json())
    check("state", (state["rows"], state["columns"]) == (1, 2) and
          state["viewports"][0]["presentation"]["invert"], state)
    session.close()


Gst.init(None)
with tempfile.TemporaryDirectory(prefix="vitrail-test-") as scratch:
    test_instance()
    test_cine()
    test_making()
    test_errors()
    test_source(scratch)
    test_slide()
    test_session()
finish()
