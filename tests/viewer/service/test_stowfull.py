# SPDX-License-Identifier: LGPL-2.1-or-later
"""A disk that is full, or fails, while instances are stored: 507 or 500, what
was acknowledged stays, nothing stays in part, and when there is room again the
same service stores again."""

import errno
import os
import resource
import subprocess
import sys
import tempfile

from harness import check, finish, path_of
from storing import Storing, instance, multipart, references

sys.dont_write_bytecode = True

SHIM = os.environ["VITRAIL_FSTRACE"]

# What is true of an instance whose write, sync or rename has failed.
FAILURES = [
    ("write", errno.ENOSPC, 507, 0xa700),
    ("write", errno.EDQUOT, 507, 0xa700),
    ("write", errno.EIO, 500, 0x0110),
    ("open", errno.ENOSPC, 507, 0xa700),
    ("open", errno.EMFILE, 500, 0x0110),
    ("mkdir", errno.ENOSPC, 507, 0xa700),
    ("fdatasync", errno.EIO, 500, 0x0110),
    ("fdatasync", errno.ENOSPC, 507, 0xa700),
    ("rename", errno.ENOSPC, 507, 0xa700),
    ("syncfs", errno.EIO, 500, 0x0110),
]


def stored(service, data):
    """Whether it is shown, whole."""
    answer = service.get(path_of(data), accept="application/dicom")
    return answer.status == 200


def check_call(call, code, status, reason):
    """All such calls fail from the second instance on."""
    with tempfile.TemporaryDirectory(prefix="vitrail-store-") as made:
        root = os.path.join(os.path.realpath(made), "store")
        first, second = instance(), instance()
        with Storing(root=root) as service:
            service.store(multipart(first[0]))
        # The lock is opened and the store's own folder made at the start.
        skipped = {"open": 2, "mkdir": 1}.get(call, 1)
        os.environ.update(LD_PRELOAD=SHIM, FSTRACE_ROOT=root,
                          FSTRACE_FAIL="%s:%d:%d" % (call, skipped, code))
        os.environ.pop("FSTRACE_LOG", None)
        try:
            service = Storing(root=root)
            service.__enter__()
        finally:
            del os.environ["LD_PRELOAD"]
        answer = service.store(multipart(second[0]))
        name = "%s: %s" % (call, errno.errorcode[code])
        check(name, answer.status == status and
              set(answer.json["00081198" if "00081198" in answer.json
                              else "0008119A"]["Value"][0]["00081197"]
                  ["Value"]) == {reason}, answer)
        if call != "fdatasync":  # two are synced with all others
            answer = service.store(multipart(second[0], instance()[0]))
            check(name + ", two at once", answer.status == status, answer)
        check(name + ": what was there is", stored(service, first[1]))
        check(name + ": nothing half is", not service.leftovers() and
              (call == "syncfs" or service.files() ==
               [f for f in service.files() if first[1].SOPInstanceUID in f]),
              service.leftovers(), service.files())
        service.__exit__(None, None, None)
        with Storing(root=root) as again:
            answer = again.store(multipart(second[0]))
            check(name + ": stored when it works again",
                  answer.status == 200 and stored(again, second[1]), answer)


class Small(Storing):
    """One whose files may not be larger than limit_bytes."""

    def __init__(self, limit_bytes, **more):
        super().__init__(**more)
        self.limit_bytes = limit_bytes

    def __enter__(self):
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE,
                           (self.limit_bytes, before[1]))
        try:
            return super().__enter__()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)


def check_limit():
    """RLIMIT_FSIZE: one of three is too large."""
    with Small(2 * 1024 * 1024) as service:
        small, large, other = (instance(), instance(
            Rows=1024, Columns=2048, PixelData=bytes(4 * 1024 * 1024)),
            instance())
        answer = service.store(multipart(small[0], large[0], other[0]))
        check("one of three is too large", answer.status == 202 and
              set(references(answer)) ==
              {small[1].SOPInstanceUID, other[1].SOPInstanceUID} and
              len(answer.json["0008119A"]["Value"]) == 1 and
              answer.json["0008119A"]["Value"][0]["00081197"]["Value"] ==
              [0xa700], answer)
        check("the others are there", stored(service, small[1]) and
              stored(service, other[1]) and len(service.files()) == 2 and
              service.leftovers() == [])
        answer = service.store(multipart(large[0]))
        check("alone it is 507", answer.status == 507, answer)


def check_tmpfs():
    """A file system of four megabytes, mounted where only the service sees
    it."""
    with tempfile.TemporaryDirectory(prefix="vitrail-store-") as root:
        script = os.path.join(root, "serve.sh")
        with open(script, "w", encoding="utf-8") as out:
            out.write("#!/bin/sh\nmkdir -p '%s/full' && mount -t tmpfs -o "
                      "size=4m none '%s/full' && exec '%s' \"$@\"\n" % (
                          root, root, os.environ["VITRAIL"]))
        os.chmod(script, 0o755)
        enter = os.path.join(root, "enter.sh")
        with open(enter, "w", encoding="utf-8") as out:
            out.write("#!/bin/sh\nexec unshare -rm '%s' \"$@\"\n" % script)
        os.chmod(enter, 0o755)
        if subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "none",
                           root], check=False,
                          capture_output=True).returncode != 0:
            print("# no file system can be mounted here: skipped")
            return
        program = os.environ["VITRAIL"]
        os.environ["VITRAIL"] = enter
        try:
            service = Storing(root=os.path.join(root, "full"))
            service.__enter__()
        finally:
            os.environ["VITRAIL"] = program
        fill_tmpfs(service)
        service.__exit__(None, None, None)


def fill_tmpfs(service):
    acknowledged, statuses = [], []
    service.root = "/proc/%d/root%s" % (service.process.pid, service.root)
    for _ in range(12):
        pair = [instance(), instance()]
        answer = service.store(multipart(*(f for f, _ in pair)))
        statuses.append(answer.status)
        named = references(answer)
        acknowledged += [d for _, d in pair if d.SOPInstanceUID in named]
    check("stored until it is full, then 507",
          statuses[0] == 200 and statuses[-3:] == [507] * 3, statuses)
    check("all that was acknowledged is there",
          all(stored(service, data) for data in acknowledged))
    check("and nothing else", len(service.files()) == len(acknowledged) and
          service.leftovers() == [], service.files(), service.leftovers())
    before = service.descriptors()
    for _ in range(5):
        service.store(multipart(instance()[0]))
    check("no descriptors are lost", service.descriptors() <= before,
          before, service.descriptors())


def main():
    for failure in FAILURES:
        check_call(*failure)
    check_limit()
    check_tmpfs()
    finish()


main()
