# SPDX-License-Identifier: LGPL-2.1-or-later
"""The machine may stop at any moment of a STOW: the order of writing, syncing
and renaming is traced, and what a disk may hold after each prefix of it is
built and looked at: nothing acknowledged is missing, nothing in part shows."""

import os
import subprocess
import sys
import tempfile

from harness import Service, check, finish
from storing import Storing, encode, instance, multipart

sys.dont_write_bytecode = True

SHIM = os.environ["VITRAIL_FSTRACE"]
INCOMING = ".vitrail-incoming"


class Disk:
    """What a file system holds now, and what of it is sure to last. A folder
    is a dict, a file a list [bytes written, bytes that last]."""

    def __init__(self, root):
        self.root = root
        self.now = {root: {}}    # folder to {name: file, or True: a folder}
        self.sure = {root: {}}   # the same entries, as far as they last

    def file(self, path):
        folder, name = os.path.split(path)
        return self.now[folder].get(name)

    def step(self, line):
        call, *rest = line.split()
        if call == "answer":
            return
        path = rest[-1]
        folder, name = os.path.split(path)
        if call == "create":
            self.now[folder].setdefault(name, [0, 0])
        elif call == "mkdir":
            self.now.setdefault(path, {})
            if path != self.root:
                self.now[folder][name] = True
        elif call == "write":
            self.file(path)[0] += int(rest[0])
        elif call == "rename":
            before, old = os.path.split(rest[0])
            self.now[folder][name] = self.now[before].pop(old)
        elif call == "unlink":
            self.now[folder].pop(name)
        elif call == "fdatasync" or (call == "fsync" and self.is_file(path)):
            file = self.file(path)
            file[1] = file[0]
        elif call == "fsync":
            self.sure[path] = dict(self.now.get(path, {}))
        elif call == "syncfs":
            self.sure = {f: dict(e) for f, e in self.now.items()}
            for entries in self.now.values():
                for file in entries.values():
                    if file is not True:
                        file[1] = file[0]

    def is_file(self, path):
        folder, name = os.path.split(path)
        return isinstance(self.now.get(folder, {}).get(name), list)

    def reachable(self, entries):
        """Paths of files below the root, by entries: (path, file)."""
        found = []
        stack = [self.root]
        while stack:
            folder = stack.pop()
            for name, file in entries.get(folder, {}).items():
                path = os.path.join(folder, name)
                if file is True:
                    stack.append(path)
                else:
                    found.append((path, file))
        return found

    def mixed(self):
        """All names are there, of the contents only what is sure."""
        return [(path, file[1]) for path, file in self.reachable(self.now)]

    def least(self):
        """Only what is sure of both."""
        return [(path, file[1]) for path, file in self.reachable(self.sure)]


def trace(root, log):
    """Stores in several ways; returns the trace and, for each answer, the
    files that it vouches for: {path: bytes}."""
    os.environ.update(LD_PRELOAD=SHIM, FSTRACE_ROOT=root, FSTRACE_LOG=log)
    answers = []
    told = {}

    def send(service, *files):
        answer = service.store(multipart(*(f for f, _ in files)))
        for file, data in files:
            path = os.path.join(root, data.StudyInstanceUID,
                                data.SeriesInstanceUID,
                                data.SOPInstanceUID + ".dcm")
            told[path] = file
        answers.append((answer.status, dict(told)))

    with Storing(root=root, options=["--duplicates", "replace"]) as service:
        del os.environ["LD_PRELOAD"]
        with open(log, encoding="utf-8") as lines:
            before = len([1 for l in lines if l.startswith("answer")])
        first, second = instance(), instance()
        send(service, first)
        send(service, second)
        send(service, first)
        study = instance()[1].StudyInstanceUID
        send(service, *(instance(study=study) for _ in range(3)))
        series = instance()[1].SeriesInstanceUID
        for _ in range(3):
            send(service, instance(study=study, series=series))
        send(service, *(instance() for _ in range(3)))
        data = second[1]
        data.PatientName = "Replaced^Since"
        send(service, (encode(data), data))
    with open(log, encoding="utf-8") as lines:
        return lines.read().splitlines(), before, answers


def allowed(answers):
    """Sizes that a file at a path may have, and bytes by size."""
    sizes = {}
    for _, told in answers:
        for path, file in told.items():
            sizes.setdefault(path, {})[len(file)] = file
    return sizes


def replay(root, lines, before, answers):
    disk = Disk(root)
    sizes = allowed(answers)
    partial, lost, n = [], [], 0
    states = []
    vouched = {}
    for number, line in enumerate(lines):
        if line.startswith("answer"):
            n += 1
            if before < n <= before + len(answers):
                vouched = answers[n - before - 1][1]
        disk.step(line)
        for kind, state in ("mixed", disk.mixed()), ("least", disk.least()):
            shown = {path: size for path, size in state
                     if INCOMING not in path}
            partial += ["%d %s: %s has %d" % (number, kind, path, size)
                        for path, size in shown.items()
                        if size not in sizes.get(path, {})]
            lost += ["%d %s: %s" % (number, kind, path)
                     for path in vouched if path not in shown]
        states.append((dict(disk.mixed()), set(vouched)))
    return partial, lost, states


def build(folder, root, state, sizes):
    """The files of a state, those on their way in as well."""
    for path, size in state.items():
        place = folder + path[len(root):]
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "wb") as out:
            out.write(sizes.get(path, {}).get(size, b"\0" * size))


def restart(root, states, sizes):
    """A service on what was built of some states: what it shows, and that it
    clears what was on its way in."""
    wrong = []
    steps = max(1, len(states) // 12)
    for number in range(0, len(states), steps):
        state, vouched = states[number]
        with tempfile.TemporaryDirectory(prefix="vitrail-crash-") as folder:
            build(folder, root, state, sizes)
            with Storing(root=folder) as service:
                found = {i["00080018"]["Value"][0] for i in
                         service.get("/dicom-web/instances").json}
                expected = {os.path.basename(path)[:-4] for path in state
                            if INCOMING not in path}
                needed = {os.path.basename(path)[:-4] for path in vouched}
                if (found != expected or not needed <= found or
                        service.leftovers()):
                    wrong.append((number, found, expected,
                                  service.leftovers()))
    return wrong


def check_self():
    """The model finds an order that is wrong."""
    disk = Disk("/r")
    for line in ["mkdir /r/s", "create /r/a", "write 5 /r/a",
                 "rename /r/a /r/s/b"]:
        disk.step(line)
    check("a rename before a sync shows nothing",
          disk.mixed() == [("/r/s/b", 0)] and disk.least() == [])
    disk.step("fdatasync /r/s/b")
    disk.step("fsync /r/s")
    check("a folder whose own entry is not synced is not there",
          disk.least() == [] and disk.mixed() == [("/r/s/b", 5)])
    disk.step("fsync /r")
    check("then it is", disk.least() == [("/r/s/b", 5)])


def main():
    check_self()
    with tempfile.TemporaryDirectory(prefix="vitrail-store-") as made:
        root = os.path.join(os.path.realpath(made), "store")
        lines, before, answers = trace(root, os.path.join(made, "log"))
        check("all are acknowledged", all(s == 200 for s, _ in answers),
              [s for s, _ in answers])
        calls = {line.split()[0] for line in lines}
        check("the trace tells what is needed",
              {"create", "mkdir", "write", "rename", "fsync",
               "fdatasync", "syncfs", "answer"} <= calls, sorted(calls))
        partial, lost, states = replay(root, lines, before, answers)
        check("of %d prefixes none shows anything in part" % len(lines),
              not partial, *partial[:5])
        check("nor loses what was acknowledged", not lost, *lost[:5], *lines)
        wrong = restart(root, states, allowed(answers))
        check("a service that starts on them shows the same", not wrong,
              *wrong[:2])
    finish()


main()
