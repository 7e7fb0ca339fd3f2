# SPDX-License-Identifier: LGPL-2.1-or-later
"""Equal requests at the same time are one, whichever thread hears them."""

import socket
import sys
import time

from harness import SAMPLES, Service, check, finish, objects, path_of
from held import Held

sys.dont_write_bytecode = True


def tell(service, path):
    host, _, port = service.address.rpartition(":")
    client = socket.create_connection((host, int(port)), timeout=60)
    client.sendall(("GET %s HTTP/1.1\r\nHost: localhost\r\n"
                    "Connection: close\r\n\r\n" % path).encode())
    return client


def receive(client):
    answer = b""
    while True:
        more = client.recv(65536)
        if not more:
            client.close()
            return answer
        answer += more


def figure(service, name):
    lines = service.get("/metrics").body.decode().splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines
               if line.startswith("vitrail_" + name))


def wait_for(service, name, number):
    for _ in range(1200):
        if figure(service, name) == number:
            return True
        time.sleep(0.05)
    return False


def check_same(archive, service, path):
    """Twenty-four clients, whose connections the kernel deals out."""
    archive.hold("studies?")
    clients = [tell(service, path) for _ in range(24)]
    check("one is asked for", archive.wait_held(1))
    check("the others wait for it",
          wait_for(service, "http_shared_total", 23),
          figure(service, "http_shared_total"))
    # Those that go, the first of them too, leave it to the others.
    for client in clients[:8]:
        client.close()
    check("those that go are noticed", wait_for(
        service, 'http_requests_total{route="studies",status="499"}', 8))
    archive.release()
    answers = [receive(client).partition(b"\r\n\r\n") for client in clients[8:]]
    check("each gets the same answer", len({a[2] for a in answers}) == 1 and
          all(a[0].startswith(b"HTTP/1.1 200") for a in answers) and
          len(answers[0][2]) > 100, answers[0])
    check("the archive was asked once",
          archive.count("offset=0&00100020=") == 1,
          [seen for seen in archive.seen if "studies?" in seen])


def check_given_up(archive, service, path):
    """All of them go: who comes then has it asked for again."""
    archive.hold("studies?")
    clients = [tell(service, path) for _ in range(12)]
    check("held again", archive.wait_held(1))
    gone = figure(service, 'http_requests_total{route="studies",status="499"}')
    for client in clients:
        client.close()
    check("all go", wait_for(
        service, 'http_requests_total{route="studies",status="499"}',
        gone + 12))
    archive.release()
    answer = receive(tell(service, path))
    check("and it can be had", answer.startswith(b"HTTP/1.1 200"), answer[:200])


def main():
    ct = next(d for _, d in objects(SAMPLES) if d.Modality == "CT")
    with Service(SAMPLES) as behind, Held(behind) as archive:
        with Service(archive.url, options=["--threads", "4"]) as service:
            path = "/dicom-web/studies?PatientID=%s" % ct.PatientID
            check_same(archive, service, path)
            check_given_up(archive, service, path + "&limit=7")
            check("others go on", service.get(path_of(
                ct, "metadata")).status == 200)
    finish()


main()
