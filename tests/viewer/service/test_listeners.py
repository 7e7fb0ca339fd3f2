# SPDX-License-Identifier: LGPL-2.1-or-later
"""Several threads that listen: each answers, all answer the same, and what is
under way when they end is given up."""

import concurrent.futures
import http.client
import os
import socket
import subprocess
import urllib.parse

from harness import SAMPLES, Service, check, finish, objects, path_of


def fetch(service, path):
    """By a connection of its own, which the kernel gives to some listener."""
    connection = http.client.HTTPConnection(service.address, timeout=60)
    try:
        connection.request("GET", path, headers={
            "Accept": "application/octet-stream;transfer-syntax=*"})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def any_type(service, path):
    return service.client()(path)


def count_listeners(service):
    """By the threads' names."""
    folder = "/proc/%d/task" % service.process.pid
    return sum(open(os.path.join(folder, task, "comm")).read() == "listener\n"
               for task in os.listdir(folder))


with Service(SAMPLES, options=["--threads", "4"]) as service:
    check("four threads listen", count_listeners(service) == 4)
    _, cine = next(o for o in objects(SAMPLES) if o[1].Modality == "US")
    paths = [path_of(cine, "frames", str(1 + n % 60)) for n in range(240)]
    alone = {path: fetch(service, path) for path in set(paths)}
    with concurrent.futures.ThreadPoolExecutor(16) as clients:
        found = list(clients.map(lambda path: (path, fetch(service, path)),
                                 paths))
    check("each frame from each of them",
          all(answer[0] == 200 and answer == alone[path]
              for path, answer in found))
    pages = ["/dicom-web/studies", path_of(cine, "metadata"), "/slides",
             "/metrics", "/readyz"] * 20
    with concurrent.futures.ThreadPoolExecutor(16) as clients:
        statuses = set(clients.map(lambda path: any_type(service, path),
                                   pages))
    check("pages, searches, counters", statuses == {200}, statuses)
    port = urllib.parse.urlsplit(service.url).port
    second = subprocess.run(
        [os.environ.get("VITRAIL", "vitrail"), "serve", "--port", str(port),
         "--threads", "4", SAMPLES], capture_output=True, text=True)
    check("a second service is refused the port", second.returncode == 1 and
          "in use" in second.stderr, second.stderr)
    # Asked for, and not waited for: the service ends in the midst of it.
    host, _, port = service.address.rpartition(":")
    clients = [socket.create_connection((host, int(port))) for _ in range(32)]
    slide = service.get("/slides").json[0]["id"]
    for n, client in enumerate(clients):
        client.sendall(("GET /iiif/3/%s/%d,0,4000,4000/^2048,2048/0/default.png"
                        " HTTP/1.1\r\nHost: localhost\r\n\r\n" %
                        (slide, n)).encode())
for client in clients:
    client.close()
finish()
