# SPDX-License-Identifier: LGPL-2.1-or-later
"""kill -9 at 200 random moments of a STOW: what was acknowledged is there when
the service starts again, whole; nothing is there in part, on disk or in the
index; what was on its way in is cleared."""

import os
import random
import signal
import socket
import sys
import tempfile
import threading
import time

from harness import check, finish
from storing import TYPE, Storing, instance, multipart

sys.dont_write_bytecode = True

KILLS = int(os.environ.get("VITRAIL_KILLS", "200"))
CLIENTS = 3
STUDY = "1.2.826.0.1.3680043.10.1500.77"

# A slice whose UIDs are replaced in its bytes: made a thousand times a second.
MARK = "1.2.826.0.1.3680043.10.1500.%012d"
PLAIN = instance(study=STUDY, series=STUDY + ".1", sop=MARK % 0,
                 Rows=64, Columns=64, PixelData=os.urandom(8192))[0]


def make(number):
    return PLAIN.replace((MARK % 0).encode(), (MARK % number).encode())


class Client(threading.Thread):
    """Stores one to three instances at a time until its service dies."""

    def __init__(self, address, numbers):
        super().__init__()
        self.address = address
        self.numbers = numbers
        self.stored = []
        self.refused = []

    def run(self):
        host, port = self.address.split(":")
        try:
            with socket.create_connection((host, int(port)), 30) as connection:
                while True:
                    self.store(connection)
        except OSError:
            pass

    def store(self, connection):
        numbers = [next(self.numbers) for _ in range(random.randint(1, 3))]
        body = multipart(*(make(n) for n in numbers))
        head = ("POST /dicom-web/studies HTTP/1.1\r\nHost: %s\r\n"
                "Content-Type: %s\r\nContent-Length: %d\r\n\r\n" %
                (self.address, TYPE, len(body)))
        connection.sendall(head.encode() + body)
        answer = b""
        while b"\r\n\r\n" not in answer:
            piece = connection.recv(65536)
            if not piece:
                raise OSError("gone")
            answer += piece
        # The status is the acknowledgement.
        if answer.startswith(b"HTTP/1.1 200 "):
            self.stored += numbers
        else:
            self.refused.append(answer[:200])
        head, _, rest = answer.partition(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split()[0])
        while len(rest) < length:
            piece = connection.recv(65536)
            if not piece:
                raise OSError("gone")
            rest += piece


def counter(lock=threading.Lock()):
    """Numbers for several threads."""
    state = {"n": 0}

    class Numbers:
        def __next__(self):
            with lock:
                state["n"] += 1
                return state["n"]
    return Numbers()


class Killed(Storing):
    """One that ends by SIGKILL, which is no failure."""

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def __exit__(self, *what):
        self.connection.close()
        self.process.stdout.close()
        self.errors.close()
        self.cache.cleanup()
        return False


class Archive:
    """What the store holds by what it should."""

    def __init__(self, root):
        self.root = root
        self.seen = set()
        self.acknowledged = set()
        self.partial = []
        self.leftovers = 0

    def look(self):
        """Files that came since the last look are whole."""
        folder = os.path.join(self.root, STUDY, STUDY + ".1")
        names = set(os.listdir(folder)) if os.path.isdir(folder) else set()
        for name in names - self.seen:
            number = int(name.split(".")[-2])
            with open(os.path.join(folder, name), "rb") as file:
                if file.read() != make(number):
                    self.partial.append(name)
        self.seen |= names
        return {int(name.split(".")[-2]) for name in names}


def kill_once(archive, numbers, kill):
    with Killed(root=archive.root, wait=False) as service:
        if service.leftovers():
            archive.leftovers += 1
        clients = [Client(service.address, numbers) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        # Every other time the first answer is waited for.
        end = time.monotonic() + (30 if kill % 2 else 0)
        while time.monotonic() < end and not any(c.stored for c in clients):
            time.sleep(0.001)
        time.sleep(random.random() * 0.04)
        service.kill()
        for client in clients:
            client.join()
            archive.acknowledged.update(client.stored)
    return [answer for client in clients for answer in client.refused]


def main():
    numbers = counter()
    refused, lost = [], []
    random.seed(4)
    with tempfile.TemporaryDirectory(prefix="vitrail-store-") as root:
        archive = Archive(root)
        for kill in range(KILLS):
            refused += kill_once(archive, numbers, kill)
            there = archive.look()
            if not archive.acknowledged <= there:
                lost.append((kill, archive.acknowledged - there))
        print("# %d kills, %d sent, %d acknowledged, %d stored" % (
            KILLS, next(numbers) - 1, len(archive.acknowledged),
            len(archive.seen)))
        check("it was killed while it stored",
              len(archive.acknowledged) >= KILLS // 2 and
              len(archive.seen) > len(archive.acknowledged))
        check("nothing acknowledged is lost", not lost, *lost[:3])
        check("nothing is there in part", not archive.partial,
              *archive.partial[:3])
        check("nothing was refused", not refused, *refused[:3])
        check("what was on its way in is cleared", archive.leftovers == 0)
        with Storing(root=root) as service:
            answer = service.get("/dicom-web/studies/%s/series" % STUDY)
            counts = [s["00201209"]["Value"][0] for s in answer.json]
            check("the index has what is there",
                  counts == [len(archive.seen)], counts, len(archive.seen))
            check("and nothing that cannot be read",
                  service.get("/unreadable").json == [],
                  service.get("/unreadable"))
    finish()


main()
