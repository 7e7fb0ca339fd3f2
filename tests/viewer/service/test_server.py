# SPDX-License-Identifier: LGPL-2.1-or-later
"""The server as a whole: its options, many clients, clients that hang up, an
end in the middle of work, and whatever real files hold."""

import os
import signal
import socket
import subprocess
import threading
import time

from harness import (DATA, SAMPLES, Service, check, finish, objects, path_of,
                     real)

VITRAIL = os.environ.get("VITRAIL", "vitrail")


def run(*arguments):
    done = subprocess.run([VITRAIL, "serve", *arguments], timeout=100,
                          capture_output=True, text=True)
    return done.returncode, done.stderr.strip()


for arguments, status, words in (
        ((SAMPLES, "--bind", "0.0.0.0"), 1, "only loopback"),
        ((SAMPLES, "--bind", "192.0.2.1"), 1, "only loopback"),
        ((SAMPLES, "--bind", "::"), 1, "only loopback"),
        ((SAMPLES, "--bind", "nonsense"), 1, "not an IP address"),
        ((SAMPLES, "--port", "65536"), 2, "out of range"),
        ((SAMPLES, "--port", "x"), 2, "port"),
        ((SAMPLES, "--memory", "-1"), 2, "out of range"),
        ((SAMPLES, "--unknown"), 2, "unknown"),
        (("/nowhere/at/all",), 1, "/nowhere/at/all"),
        ((), 2, "at least one")):
    code, text = run(*arguments)
    check("%s: %d, one line" % (" ".join(arguments[-2:]), status),
          code == status and words in text and "\n" not in text, code, text)

with Service(SAMPLES, options=["--bind", "::1"]) as service:
    check("IPv6 loopback", service.url.startswith("http://[::1]:") and
          service.get("/healthz").status == 200, service.url)
    code, text = run(SAMPLES, "--bind", "::1", "--port",
                     service.url.rsplit(":", 1)[1].strip("/"))
    check("a port that is taken", code == 1 and "port" in text, code, text)


def tell(service, path):
    """Sends a request and returns the open socket."""
    host, _, port = service.address.rpartition(":")
    client = socket.create_connection((host, int(port)), timeout=60)
    client.sendall(("GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n" %
                    path).encode())
    return client


def hammer(service, paths, failures):
    """One client's share of the load."""
    mine = service.client()
    for path in paths:
        answer = mine(path)
        if answer != 200:
            failures.append((path, answer))


with Service(SAMPLES, options=["--workers", "2", "--memory",
                               "16777216"]) as service:
    found = [d for _, d in objects(SAMPLES)]
    slide = next(s for s in service.get("/slides").json
                 if s["path"].endswith(".svs"))
    level = (max(slide["width"], slide["height"]) - 1).bit_length()
    tiles = ["/deepzoom/%s_files/%d/%d_%d.jpg" % (slide["id"], level, x, y)
             for x in range(slide["width"] // slide["tile_size"])
             for y in range(slide["height"] // slide["tile_size"])]
    pictures = [path_of(d, "rendered") for d in found if d.Modality == "CT"]
    failures = []
    paths = (tiles + pictures) + ["/metrics", "/dicom-web/studies"] * 20
    clients = [threading.Thread(target=hammer, args=(
        service, paths[i::8], failures)) for i in range(8)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    check("%d requests of eight clients" % len(paths), not failures,
          failures[:5])

    # Clients that ask for work and hang up at once.
    for path in (tiles + pictures)[::3]:
        tell(service, path + "?window=30,%d" % (300 + len(path))).close()
    for path in pictures[:20]:
        client = tell(service, path)
        client.recv(10)
        client.close()
    check("it lives on", service.get("/healthz").status == 200)

    def in_flight():
        return "vitrail_frame_store_in_flight 0" in service.get(
            "/metrics").body.decode()

    for _ in range(1200):
        if in_flight():
            break
        time.sleep(0.05)
    check("nothing is left in flight", in_flight())
    figures = [line.rsplit(" ", 1) for line in service.get(
        "/metrics").body.decode().splitlines() if line[0] != "#"]
    held = [int(number) for name, number in figures
            if name.startswith("vitrail_memory_bytes{")]
    check("all caches together keep to --memory",
          0 < sum(held) <= 16777216, figures)
    files = os.listdir("/proc/%d/fd" % service.process.pid)
    check("no connection is left open", len(files) < 80, len(files))

    # Half a request, and nothing more: others are served.
    host, _, port = service.address.rpartition(":")
    slow = [socket.create_connection((host, int(port))) for _ in range(50)]
    for client in slow:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: loc")
    check("fifty slow clients keep nobody waiting",
          service.get("/healthz").status == 200)
    for client in slow:
        client.close()

    # Far more work at once than it takes: some are told to come back.
    crowd = [tell(service, "/iiif/3/%s/%d,0,%d,%d/^2000,2000/0/default.png" % (
        slide["id"], n, slide["width"] - 700, slide["height"]))
        for n in range(700)]
    statuses = {}
    for client in crowd:
        client.setblocking(False)
    for _ in range(1200):
        time.sleep(0.05)
        for client in list(crowd):
            try:
                status = client.recv(12)[9:]
            except BlockingIOError:
                continue
            statuses[status] = statuses.get(status, 0) + 1
            crowd.remove(client)
            client.close()
        if statuses.get(b"503"):
            break
    check("700 at once: %s" % statuses, statuses.get(b"503") and
          set(statuses) <= {b"200", b"503"}, statuses)
    check("others are served meanwhile",
          service.get("/healthz").status == 200)
    # The end comes in the middle of work; the harness expects status 0.
for client in crowd:
    client.close()



def figure(service, name):
    lines = service.get("/metrics").body.decode().splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines
               if line.startswith("vitrail_" + name))


def wait_for(service, name, number):
    """Whether a figure of /metrics comes to be that within a minute."""
    for _ in range(1200):
        if figure(service, name) == number:
            return True
        time.sleep(0.05)
    return False


with Service(SAMPLES, options=["--workers", "1", "--threads", "1"]) as service:
    slide = service.get("/slides").json[0]
    # Each takes a worker tenths of a second.
    slow = "/iiif/3/%s/%%d,0,4000,4000/^4096,4096/0/default.png" % slide["id"]
    gone = 'http_requests_total{route="iiif",status="499"}'

    # Equal requests, one answer, each of them gets it.
    same = [tell(service, slow % 1) for _ in range(12)]
    lengths = {}
    for client in same:
        client.settimeout(60)
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(4096)
        length = int(head.lower().split(b"content-length: ")[1].split()[0])
        lengths[head[9:12], length] = lengths.get((head[9:12], length), 0) + 1
        client.close()
    # That they are made once is what test_shared.py is about.
    check("twelve equal requests, equal answers", len(lengths) == 1 and
          list(lengths)[0][0] == b"200", lengths)

    # The worker is busy with one; those behind it hang up while they wait, but
    # for the few that it has come to by then.
    answered = 'http_requests_total{route="iiif",'
    before = figure(service, answered)
    first = tell(service, slow % 2)
    queued = [tell(service, slow % (3 + n)) for n in range(40)]
    for client in queued:
        client.close()
    check("clients that hang up while their tile is queued are noticed",
          wait_for(service, answered, before + 41) and
          figure(service, gone) > 0, figure(service, gone), before)
    check("and it goes on", service.get(
        slow.replace("^4096,4096", "100,100") % 99).status == 200)
    # One of two that wait for the same answer goes: the other one gets it.
    pair = [tell(service, slow % 200) for _ in range(2)]
    time.sleep(0.05)
    pair[0].close()
    pair[1].settimeout(60)
    check("the other one still gets its answer",
          pair[1].recv(12) == b"HTTP/1.1 200")
    pair[1].close()
    first.close()
    # A request behind the one that is waited for: the client is still there.
    ahead = tell(service, slow % 300)
    ahead.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    ahead.settimeout(60)
    check("a pipelined request does no harm", ahead.recv(12) == b"HTTP/1.1 200")
    ahead.close()

service = Service(SAMPLES, wait=False).__enter__()
service.process.send_signal(signal.SIGINT)
check("an interrupt while the archive is being read",
      service.process.wait(60) == 0)
service.process.stdout.close()
service.cache.cleanup()

# Real files by every route: answers or reasons, never a crash.
if real():
    # Once each, what of a file is not shown.
    told = "are not shown", "is shown as background"
    with Service(DATA, told=told) as service:
        statuses = {}
        for _, data in objects(DATA, step=15):
            for what in (("metadata",), ("frames", "1"), ("rendered",),
                         ("thumbnail",), ()):
                status = service.get(path_of(data, *what)).status
                statuses.setdefault(status, []).append(path_of(data, *what))
        check("%d answers" % sum(map(len, statuses.values())),
              set(statuses) <= {200, 404, 406, 413, 422},
              {k: v[:3] for k, v in statuses.items()})
        for slide in service.get("/slides").json:
            status = service.get(
                "/slides/%s/overview.jpg" % slide["id"]).status
            check("overview of " + slide["path"][-50:],
                  status in (200, 422), status)
            for path in ("/iiif/3/%s/full/!200,150/90/gray.jpg",
                         "/iiif/3/%s/info.json", "/slides/%s/tissue",
                         "/deepzoom/%s_files/0/0_0.jpg?icc=embed&look=icc%%3D1"):
                status = service.get(path % slide["id"]).status
                check(path[:20], status in (200, 413, 422), status)
finish()
