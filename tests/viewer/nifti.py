# SPDX-License-Identifier: LGPL-2.1-or-later
"""Volumes against dcm2niix: each NIfTI file that it makes of a folder, and that
was not resampled, is one of the volumes that `vitrail volume` tells: voxel for
voxel the same value at the same place (or the same order, where dcm2niix does
not write how its slices lean).

  nifti.py PATH [REFERENCE]   prints a line a file, exits 1 where one differs;
                              REFERENCE: a NIfTI file instead of dcm2niix's

JPEG-LS, which Debian's dcm2niix does not read, is decoded by DCMTK for it.
"""
import glob
import gzip
import json
import os
import struct
import subprocess
import sys
import tempfile

import numpy as np
import pydicom

TYPES = {2: "u1", 4: "<i2", 8: "<i4", 16: "<f4", 64: "<f8", 256: "i1",
         512: "<u2", 768: "<u4"}
VITRAIL = os.environ.get("VITRAIL", "vitrail")


class Nifti:
    def __init__(self, path):
        with (gzip.open if path.endswith(".gz") else open)(path, "rb") as f:
            raw = f.read()
        dim = struct.unpack_from("<8h", raw, 40)
        self.name = os.path.basename(path)
        self.size = [max(d, 1) for d in dim[1:4]]
        self.n_times = int(np.prod([max(d, 1) for d in dim[4:1 + dim[0]]]))
        kind, = struct.unpack_from("<h", raw, 70)
        offset, slope, inter = struct.unpack_from("<3f", raw, 108)
        self.is_plain = kind in TYPES
        if not self.is_plain:
            return
        data = np.frombuffer(raw, TYPES[kind], offset=int(offset), count=int(
            np.prod(self.size)) * self.n_times).astype(np.float64)
        data = data * (slope or 1) + inter
        # As the file has it: i is fastest.
        self.data = data.reshape([self.n_times] + self.size[::-1])
        self.matrix = np.eye(4)
        self.matrix[:3] = np.reshape(struct.unpack_from("<12f", raw, 280),
                                     (3, 4))
        # To the left and to the back, as DICOM has it.
        self.matrix[:2] *= -1


def vitrail(*arguments):
    return subprocess.run([VITRAIL, "volume", *arguments], check=True,
                          stdout=subprocess.PIPE).stdout


def read_values(folder, volume, time):
    path = os.path.join(tempfile.gettempdir(), "vitrail-%d.raw" % os.getpid())
    vitrail(folder, "--id", volume["id"], "--time", str(time + 1), "-o", path)
    data = np.fromfile(path, "<f4").astype(np.float64)
    os.unlink(path)
    return data.reshape(volume["size"][::-1])


def lead(volume, nifti):
    """The volume's voxels as the file has them: a signed permutation of axes and
    millimetres that the lattices are apart; None where they are not the same.
    A file whose slices lean, or lie unevenly, has a matrix that does not say so:
    then only its first slice's axes count, and the order of the slices."""
    map_ = np.linalg.inv(np.reshape(volume["matrix"], (4, 4))) @ nifti.matrix
    turn = np.zeros((3, 3), int)
    for i in range(3):
        axis = int(np.argmax(np.abs(map_[:3, i])))
        turn[axis, i] = np.sign(map_[axis, i])
    if sorted(np.abs(turn).sum(1)) != [1, 1, 1]:
        return None
    is_exact = volume["tilt_degrees"] == 0 and not volume["resampled"]
    if not is_exact:
        return turn, None
    start = map_[:3, 3]
    if np.abs(start - np.round(start)).max() > 0.01:
        return None
    # Its numbers are of single precision: a step may be off by so much.
    ours = np.reshape(volume["matrix"], (4, 4))[:3, :3] @ turn
    off = np.abs(ours - nifti.matrix[:3, :3]).max()
    return (turn, off) if off < 1e-4 else None


def turned(data, turn):
    """@data of a volume, as the file would have it; axes k, j, i."""
    order = [int(np.argmax(np.abs(turn[:, i]))) for i in range(3)]
    out = data.transpose([2 - order[2], 2 - order[1], 2 - order[0]])
    flips = [slice(None, None, -1 if turn[order[i], i] < 0 else 1)
             for i in range(3)]
    return out[flips[2], flips[1], flips[0]]


def read_sources(folder, volume, time):
    """The slices as they were acquired, read by pydicom."""
    paths = {}
    for top, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(top, name)
            try:
                uid = pydicom.dcmread(path, specific_tags=["SOPInstanceUID"],
                                      stop_before_pixels=True).SOPInstanceUID
            except Exception:
                continue
            paths[uid] = path
    slices = []
    for uid, _, _, _ in volume["sources"][time]:
        ds = pydicom.dcmread(paths[uid])
        slices.append(ds.pixel_array * float(ds.RescaleSlope) +
                      float(ds.RescaleIntercept))
    return np.array(slices)


def read_time(folder, volume, time):
    return (read_sources if volume["resampled"] else read_values)(
        folder, volume, time)


def is_same(ours, theirs):
    return np.abs(ours - theirs).max() <= 1e-5 * max(1, np.abs(theirs).max())


def judge(nifti, folder, volumes):
    """What is wrong; None: nothing. And what was measured."""
    best = "no volume of %s on its lattice" % nifti.size
    for volume in volumes:
        found = lead(volume, nifti)
        if found is None or len(volume["times"]) < nifti.n_times:
            continue
        turn, off = found
        times = [turned(read_time(folder, volume, t), turn)
                 for t in range(len(volume["times"]))]
        if list(times[0].shape[::-1]) != nifti.size:
            continue
        order = [next((t for t, data in enumerate(times)
                       if is_same(data, nifti.data[n])), None)
                 for n in range(nifti.n_times)]
        if None not in order and off is not None:
            return None, "%s x %d, %.1e mm off, times %s" % (
                nifti.size, nifti.n_times, off, order)
        if None not in order:
            return None, "%s, the same order of slices" % nifti.size
        best = "other voxels: times %s" % order
    return best, None


def run_dcm2niix(folder, out):
    if subprocess.run(["dcm2niix", "-b", "n", "-z", "n", "-x", "n", "-p", "n",
                       "-f", "%s_%d", "-o", out, folder], check=False,
                      stdout=subprocess.DEVNULL,
                      stderr=subprocess.DEVNULL).returncode == 0:
        return out
    plain = os.path.join(out, "plain")
    os.mkdir(plain)
    for path in glob.glob(os.path.join(folder, "*")):
        subprocess.run(["dcmdjpls", path,
                        os.path.join(plain, os.path.basename(path))],
                       check=False, stderr=subprocess.DEVNULL)
    return run_dcm2niix(plain, out) if os.listdir(plain) else out


def main(folder, reference=None):
    volumes = [v for s in json.loads(vitrail(folder, "--json", "--slices"))[
        "series"] for v in s["volumes"]]
    n_wrong = 0
    with tempfile.TemporaryDirectory() as scratch:
        paths = [reference] if reference else sorted(glob.glob(
            os.path.join(run_dcm2niix(folder, scratch), "*.nii")))
        for path in paths:
            nifti = Nifti(path)
            if ("_Tilt" in path or "_Eq" in path or not nifti.is_plain or
                    nifti.size[2] < 2 or "egmentation" in path):
                continue
            wrong, measured = judge(nifti, folder, volumes)
            n_wrong += wrong is not None
            print("%s: %s" % (nifti.name, wrong or measured))
    return 1 if n_wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
