# SPDX-License-Identifier: LGPL-2.1-or-later
"""The data source of examples/orthanc: built outside the tree, as others would,
against what is installed; then Orthanc's own interface is read through it, which
must give what the same files give as a folder. Prints TAP."""

import glob
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

SOURCE, BUILD = os.environ["VITRAIL_SOURCE"], os.environ["VITRAIL_BUILD"]
VITRAIL = os.environ["VITRAIL"]
SERIES = "1.2.8.%d"
n = 0


def ok(what):
    global n
    n += 1
    print("ok %d - %s" % (n, what), flush=True)


def run(*words, **more):
    done = subprocess.run(words, capture_output=True, check=False, **more)
    if done.returncode:
        sys.exit("%s: %d\n%s%s" % (" ".join(words), done.returncode,
                                   done.stdout.decode(), done.stderr.decode()))
    return done.stdout


def install(scratch):
    """What is installed, below a folder of our own."""
    staged = os.path.join(scratch, "staged")
    run("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet",
        env=dict(os.environ, DESTDIR=staged))
    found, = glob.glob(staged + "/**/pkgconfig/vitrail-1.pc", recursive=True)
    with open(found) as file:
        text = file.read()
    text = re.sub("^prefix=(.*)$", lambda m: "prefix=" + staged + m.group(1),
                  text, flags=re.M)
    with open(found, "w") as file:
        file.write(text)
    return os.path.dirname(found)


def build_module(scratch):
    """A copy that knows nothing of this tree."""
    copy = os.path.join(scratch, "module")
    shutil.copytree(os.path.join(SOURCE, "examples", "orthanc"), copy)
    env = dict(os.environ, PKG_CONFIG_PATH=install(scratch))
    run("meson", "setup", copy + "/build", copy, env=env)
    run("ninja", "-C", copy + "/build", env=env)
    return copy + "/build"


def write_files(folder):
    os.mkdir(folder)
    for series in (1, 2):
        for k in range(1, 4):
            ds = Dataset()
            ds.file_meta = FileMetaDataset()
            ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
            ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
            ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
            ds.SOPInstanceUID = "1.2.3.%d.%d" % (series, k)
            ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
            ds.StudyInstanceUID, ds.SeriesInstanceUID = "1.2.7", SERIES % series
            ds.PatientName, ds.PatientID = "Test^Anna", "T1"
            ds.StudyDate, ds.Modality = "20240131", "CT"
            ds.SeriesNumber, ds.InstanceNumber = series, k
            ds.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
            ds.ImagePositionPatient = [0, 0, -2.5 * k]
            ds.PixelSpacing = [.5, .5]
            ds.WindowCenter, ds.WindowWidth = 300, 600
            ds.Rows = ds.Columns = 32
            ds.SamplesPerPixel, ds.PixelRepresentation = 1, 1
            ds.PhotometricInterpretation = "MONOCHROME2"
            ds.BitsAllocated = ds.BitsStored = 16
            ds.HighBit = 15
            values = np.arange(1024, dtype="int16") * series // k
            ds.PixelData = values.tobytes()
            ds.is_little_endian, ds.is_implicit_VR = True, False
            ds.save_as("%s/%d-%d.dcm" % (folder, series, k),
                       write_like_original=False)


def start_orthanc(scratch, folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = os.path.join(scratch, "orthanc.json")
    with open(settings, "w") as file:
        json.dump({"StorageDirectory": scratch + "/store", "HttpPort": port,
                   "DicomServerEnabled": False, "RemoteAccessAllowed": False,
                   "AuthenticationEnabled": True,
                   "RegisteredUsers": {"anna": "secret"}}, file)
    process = subprocess.Popen(["Orthanc", settings],
                               stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    keys = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    keys.add_password(None, "http://127.0.0.1:%d/" % port, "anna", "secret")
    opener = urllib.request.build_opener(
        urllib.request.HTTPBasicAuthHandler(keys))
    for _ in range(300):
        try:
            opener.open("http://127.0.0.1:%d/system" % port).read()
            break
        except OSError:
            time.sleep(0.1)
    for path in sorted(glob.glob(folder + "/*.dcm")):
        with open(path, "rb") as file:
            opener.open("http://127.0.0.1:%d/instances" % port,
                        file.read()).read()
    return process, port


def tell(location, env):
    text = run(VITRAIL, "info", "--json", location, env=env)
    studies = json.loads(text)["studies"]
    for study in studies:
        for series in study["series"]:
            for instance in series["instances"]:
                del instance["path"]
    return studies


def compare(url, folder, env):
    assert tell(url, env) == tell(folder, env), (tell(url, env),
                                                 tell(folder, env))
    ok("lists what the folder has")
    for series in (1, 2):
        for k in (1, 2, 3):
            words = ["--series", SERIES % series, "--frame", str(k), "-o", "-"]
            theirs = run(VITRAIL, "render", url, *words, env=env)
            assert theirs == run(VITRAIL, "render", folder, *words, env=env)
    ok("every frame is the same picture")
    wrong = subprocess.run([VITRAIL, "info", url.replace("secret", "no")],
                           capture_output=True, env=env, check=False)
    assert wrong.returncode == 1 and b"401" in wrong.stderr, wrong.stderr
    assert b"anna" not in wrong.stderr, wrong.stderr
    ok("a wrong password is told, and no name")
    none = subprocess.run([VITRAIL, "info", url], capture_output=True,
                          env=dict(env, VITRAIL_MODULE_PATH=BUILD + "/viewer"),
                          check=False)
    assert none.returncode == 1 and b"orthanc://" in none.stderr, none.stderr
    ok("without the module its scheme is refused by name")


def main():
    if not shutil.which("Orthanc"):
        print("1..0 # SKIP no Orthanc")
        return
    with tempfile.TemporaryDirectory(prefix="vitrail-orthanc-") as scratch:
        module = build_module(scratch)
        ok("builds against what is installed")
        env = dict(os.environ, XDG_CACHE_HOME=scratch, VITRAIL_MODULE_PATH=
                   module + ":" + os.environ["VITRAIL_MODULE_PATH"])
        folder = scratch + "/files"
        write_files(folder)
        process, port = start_orthanc(scratch, folder)
        try:
            compare("orthanc://anna:secret@127.0.0.1:%d" % port, folder, env)
        finally:
            process.terminate()
            process.wait()
    print("1..%d" % n)


main()
