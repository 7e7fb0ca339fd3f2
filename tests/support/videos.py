# SPDX-License-Identifier: LGPL-2.1-or-later
"""videos.py OUT WHAT...: videos of which every frame carries its number, as ten
squares of bits, written by ffmpeg and wrapped as OUT/NAME.dcm.

  basic         60 frames of each codec and container, and broken ones
  matrix CODEC  of h264, hevc or mpeg2 60 frames in every container, without and
                with B pictures, with open GOPs, from a time that is not 0 and
                behind an edit list; OUT/list has a line "NAME FRAMES FIRST"
  far           300 frames with much in each, tables at the front and at the end
  seek          900 frames of 640 x 480, GOP 30, for tests/bench/seek.sh
  strip         60 frames as H.264 and as cines of JPEG and of RLE (of XA)
  fields        OUT/fields.mpg as an object, and a frame of it as ffmpeg has it"""
import io
import os
import subprocess
import sys

import numpy as np
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.pixel_data_handlers.rle_handler import rle_encode_frame
from pydicom.uid import UID, UID_dictionary, generate_uid

import h264counts

for suffix in ("100.1", "102.1"):
    UID_dictionary["1.2.840.10008.1.2.4." + suffix] = (
        "Fragmentable", "Transfer Syntax", "", "", "Fragmentable")
SQUARE = 32
MPEG2 = "-c:v mpeg2video -q:v 2 "
H264 = "-c:v libx264 -preset veryfast "
HEVC = "-c:v libx265 -preset veryfast -x265-params log-level=none:"
PIECES = "-movflags frag_keyframe+empty_moov+default_base_moof "
# Of each codec: transfer syntax, suffix of the elementary stream, how it is
# told in MP4, and what makes it without and with B pictures and open GOPs.
CODECS = {
    "mpeg2": ("100", "m2v", "", {
        "plain": MPEG2 + "-g 15 -bf 0",
        "closed": MPEG2 + "-g 15 -bf 2 -flags +cgop "
                  "-sc_threshold 1000000000",
        "open": MPEG2 + "-g 12 -bf 2"}),
    "h264": ("102", "h264", "", {
        "plain": H264 + "-g 20 -bf 0",
        "closed": H264 + "-g 20 -bf 3",
        "open": H264 + "-x264-params open-gop=1:bframes=3:keyint=15:"
                       "scenecut=0"}),
    "hevc": ("107", "h265", "-tag:v hvc1 ", {
        "plain": HEVC + "keyint=20:bframes=0:open-gop=0",
        "closed": HEVC + "keyint=20:bframes=4:open-gop=0",
        "open": HEVC + "keyint=15:bframes=4:open-gop=1"}),
}


class Maker:
    def __init__(self, out, width=320, height=96, n=60):
        self.out, self.width, self.height, self.n = out, width, height, n

    def path(self, name):
        return os.path.join(self.out, name)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def frames(self):
        """All frames, 4:2:0, one after the other."""
        width, height = self.width, self.height
        noise = np.random.RandomState(1).randint(60, 190, (height, 2 * width))
        noise = noise.astype("u1")
        for n in range(self.n):
            frame = noise[:, n * 3 % width:n * 3 % width + width].copy()
            for bit in range(10):
                left = SQUARE * bit
                frame[:SQUARE, left:left + SQUARE] = (220 if n >> bit & 1
                                                      else 30)
            yield frame.tobytes() + bytes([128]) * (width * height // 2)

    def ffmpeg(self, *args, **named):
        subprocess.run(["ffmpeg", "-v", "fatal", "-y", *args], check=True,
                       **named)

    def encode(self, name, options):
        self.ffmpeg("-f", "rawvideo", "-pix_fmt", "yuv420p", "-s",
                    f"{self.width}x{self.height}", "-r", "25", "-i", "-",
                    *options.split(), self.path(name),
                    input=b"".join(self.frames()))

    def wrap(self, name, uid, data, piece=0, n=None, ms="40"):
        ds = Dataset()
        ds.file_meta = FileMetaDataset()
        ds.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2.4." + uid)
        ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.77.1.4.1"
        ds.SOPInstanceUID = generate_uid()
        ds.StudyInstanceUID = generate_uid()
        ds.SeriesInstanceUID = generate_uid()
        ds.PatientID, ds.Modality = "video", "ES"
        ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
        ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
        ds.is_little_endian, ds.is_implicit_VR = True, False
        ds.Rows, ds.Columns = self.height, self.width
        ds.NumberOfFrames = self.n if n is None else n
        ds.SamplesPerPixel, ds.PlanarConfiguration = 3, 0
        ds.PhotometricInterpretation = "YBR_PARTIAL_420"
        ds.BitsAllocated = ds.BitsStored = 8
        ds.HighBit, ds.PixelRepresentation = 7, 0
        if ms:
            ds.FrameTime = ms
        piece = piece or len(data)
        parts = [data[i:i + piece] for i in range(0, len(data), piece)]
        ds.PixelData = encapsulate([p + b"\0" * (len(p) % 2) for p in parts],
                                   has_bot=False)
        ds["PixelData"].VR = "OB"
        ds["PixelData"].is_undefined_length = True
        ds.save_as(self.path(name + ".dcm"), write_like_original=False)

    def video(self, name, uid, options, piece=0, n=None, ms="40"):
        self.encode(name, options)
        self.wrap(name, uid, self.read(name), piece, n, ms)


def make_counts(maker):
    """H.264 whose counts are reset without IDR pictures, and with order counts
    of type 1."""
    maker.encode("counts.h264", H264 + "-bf 3 -x264-params keyint=infinite:"
                 "scenecut=0:weightp=0:weightb=0:ref=1:b-pyramid=none")
    data = maker.read("counts.h264")
    for name, other in (("reset.h264", h264counts.reset(data)),
                        ("cycle.h264", h264counts.cycle(data))):
        with open(maker.path(name), "wb") as file:
            file.write(other)
        assert list(read_numbers(maker, name)) == list(range(maker.n)), name
        maker.wrap(name, "102", other)


def make_basic(maker):
    h4 = H264 + "-g 30 -bf 3 "
    h5 = HEVC + "keyint=30:bframes=4"
    m2 = MPEG2 + "-g 15 -bf 2 "
    og = "-x264-params open-gop=1:bframes=3:keyint=20:scenecut=0"
    maker.video("a.m2v", "100", m2)
    maker.video("interlaced.m2v", "101", m2 + "-flags +ildct+ilme -top 1")
    maker.video("a.mpg", "100", m2 + "-f vob")
    maker.video("mpeg1.mpg", "100", "-c:v mpeg1video -q:v 2 -bf 2 -f mpeg")
    maker.video("m2.ts", "100.1", m2, 20000)
    maker.video("m2.mp4", "100", m2)
    maker.video("a.h264", "102", h4)
    maker.video("plain.h264", "102", h4 + "-bf 0")
    maker.video("open.h264", "102.1", h4 + og, 5000)
    maker.video("fields.h264", "104", h4 + "-x264-params tff=1")
    maker.video("refresh.h264", "102", h4 + "-x264-params intra-refresh=1")
    maker.video("a.mp4", "102", h4, 0, 7)
    maker.video("slow.mp4", "102", h4, 0, None, "100")
    maker.video("open.mp4", "102", h4 + og)
    maker.video("pieces.mp4", "102", h4 + PIECES)
    maker.video("a.ts", "102", h4 + "-output_ts_offset 3.3")
    maker.video("a.h265", "107", h5)
    maker.video("closed.h265", "107", h5 + ":open-gop=0")
    maker.video("h265.mp4", "107", h5 + " -tag:v hvc1")
    maker.video("h265.ts", "107", h5)
    maker.video("deep.h265", "108", h5 + " -pix_fmt yuv420p10le")
    make_counts(maker)
    data = maker.read("a.h264")
    maker.wrap("torn.h264", "102", data[:len(data) // 2])
    data = maker.read("a.ts")
    maker.wrap("late.ts", "102", data[:564] + data[len(data) // 3:])
    maker.wrap("nothing.h264", "102", b"no video at all, only words")
    data = maker.read("a.mp4")
    maker.wrap("torn.mp4", "102", data[:len(data) // 2])


def read_numbers(maker, name):
    """The numbers that ffmpeg shows, from 0."""
    out = subprocess.run(
        ["ffmpeg", "-v", "fatal", "-i", maker.path(name), "-vsync", "0",
         "-f", "rawvideo", "-pix_fmt", "gray", "-"],
        check=True, stdout=subprocess.PIPE).stdout
    frames = np.frombuffer(out, "u1").reshape(-1, maker.height, maker.width)
    at = SQUARE // 2 + SQUARE * np.arange(10)
    return ((frames[:, SQUARE // 2, at] > 128) << np.arange(10)).sum(1)


def remux(maker, source, targets, seek=()):
    """@source, as it is, into the containers of @targets: {name: options}."""
    args = [*seek, "-i", maker.path(source)]
    for name, options in targets.items():
        args += ["-c", "copy", *options.split(), maker.path(name)]
    maker.ffmpeg(*args)


def make_matrix(maker, codec):
    uid, suffix, tag, kinds = CODECS[codec]
    to_stream = f"-bsf:v {codec}_mp4toannexb " if codec != "mpeg2" else ""
    made = []
    for kind, options in kinds.items():
        source = kind + ".mp4"
        maker.encode(source, options + " " + tag)
        targets = {
            f"{kind}.{suffix}": "",
            f"{kind}-pieces.mp4": tag + PIECES,
            f"{kind}-late.mp4": tag + "-output_ts_offset 3.3",
            f"{kind}.ts": "",
            f"{kind}-late.ts": "-output_ts_offset 3.3",
            f"{kind}.mpg": to_stream + "-f vob",
        }
        remux(maker, source, targets)
        # Begins between two points of access: an edit hides what is before.
        remux(maker, source, {f"{kind}-edit.mp4": tag}, ("-ss", "1.12"))
        made += [source, *targets, f"{kind}-edit.mp4"]
    with open(maker.path("list"), "w", encoding="ascii") as lines:
        for name in made:
            n, first = maker.n, 0
            if "-edit" in name:
                numbers = read_numbers(maker, name)
                n, first = len(numbers), int(numbers[0])
                assert list(numbers) == list(range(first, first + n))
            maker.wrap(name, uid, maker.read(name), n=n)
            lines.write(f"{name} {n} {first}\n")


def wrap_frames(maker, name, syntax, frames, **tags):
    """A cine, a fragment for each frame."""
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = UID(syntax)
    ds.SOPInstanceUID = generate_uid()
    ds.StudyInstanceUID = generate_uid()
    ds.SeriesInstanceUID = generate_uid()
    ds.PatientID = "strip"
    ds.Rows, ds.Columns = maker.height, maker.width
    ds.NumberOfFrames, ds.FrameTime = len(frames), "50"
    ds.BitsAllocated = ds.BitsStored = 8
    ds.HighBit, ds.PixelRepresentation = 7, 0
    for tag, value in tags.items():
        setattr(ds, tag, value)
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.is_little_endian, ds.is_implicit_VR = True, False
    ds.PixelData = encapsulate(frames)
    ds["PixelData"].VR = "OB"
    ds["PixelData"].is_undefined_length = True
    ds.save_as(maker.path(name + ".dcm"), write_like_original=False)


def make_strip(maker):
    size = maker.width * maker.height
    lumas = [np.frombuffer(frame[:size], "u1").reshape(maker.height, -1)
             for frame in maker.frames()]
    for folder in ("h264", "jpeg", "rle"):
        os.makedirs(maker.path(folder), exist_ok=True)
    maker.video("h264/a.mp4", "102", H264 + "-g 20 -bf 3", 0, 7)
    jpegs = []
    for luma in lumas:
        stream = io.BytesIO()
        Image.fromarray(luma).convert("RGB").save(stream, "JPEG", quality=90)
        jpegs.append(stream.getvalue() + b"\0" * (stream.tell() % 2))
    wrap_frames(maker, "jpeg/a", "1.2.840.10008.1.2.4.50", jpegs,
                SOPClassUID="1.2.840.10008.5.1.4.1.1.3.1", Modality="US",
                SamplesPerPixel=3, PlanarConfiguration=0,
                PhotometricInterpretation="YBR_FULL_422")
    wrap_frames(maker, "rle/a", "1.2.840.10008.1.2.5",
                [rle_encode_frame(luma) for luma in lumas],
                SOPClassUID="1.2.840.10008.5.1.4.1.1.12.1", Modality="XA",
                SamplesPerPixel=1, PhotometricInterpretation="MONOCHROME2",
                WindowCenter="128", WindowWidth="256")


def make_seek(maker):
    maker.video("seek.mp4", "102", H264 + "-g 30 -bf 3 -keyint_min 30 "
                "-sc_threshold 0")
    targets = {"seek.h264": "", "seek.ts": "", "seek.mpg": "-bsf:v h264_mp4toannexb -f vob",
               "seek-pieces.mp4": PIECES}
    remux(maker, "seek.mp4", targets)
    for name in targets:
        maker.wrap(name, "102", maker.read(name))
    maker.video("seek.h265", "107", HEVC + "keyint=30:bframes=4")
    maker.video("seek.m2v", "100", MPEG2 + "-g 15 -bf 2")


def make_far(maker):
    options = H264 + "-qp 4 -g 10 -bf 2 "
    maker.video("end.mp4", "102", options)
    maker.video("front.mp4", "102", options + "-movflags +faststart")


def make_fields(maker):
    source = maker.path("fields.mpg")
    maker.wrap("fields.mpg", "100", maker.read("fields.mpg"), n=80, ms="")
    for name, f in (("yadif", "yadif=0:0,"), ("woven", "")):
        maker.ffmpeg(
            "-i", source, "-vf",
            f + "select=eq(n\\,30),scale=in_color_matrix=bt601:"
            "flags=accurate_rnd+full_chroma_int+full_chroma_inp",
            "-vsync", "0", "-frames:v", "1", "-pix_fmt", "rgb24", "-f",
            "rawvideo", maker.path(name + ".rgb"))


def main():
    out, what = sys.argv[1:3]
    if what == "basic":
        make_basic(Maker(out))
    elif what == "matrix":
        make_matrix(Maker(out), sys.argv[3])
    elif what == "far":
        make_far(Maker(out, n=300))
    elif what == "seek":
        make_seek(Maker(out, 640, 480, 900))
    elif what == "strip":
        make_strip(Maker(out))
    elif what == "fields":
        make_fields(Maker(out, 720, 480))
    else:
        sys.exit(__doc__)


main()
