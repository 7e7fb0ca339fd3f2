# SPDX-License-Identifier: LGPL-2.1-or-later
# Instances that are stored durably (STOW-RS): megabytes a second of 64 CT slices
# of 0.5 MB in a request, four requests at a time, beside the disk's own speed for
# the same files, each written and fsync'd by a program that does nothing else, as
# many at a time; in turn, five rounds, medians. Then 400 single instances of 0.5 MB
# in requests of their own, one after the other: p99, beside write and fsync of the
# file and of its folder.
set -eu
dir=$(mktemp -d "${VITRAIL_BENCH_DISK:-/var/tmp}/vitrail-stow-XXXXXX")
pid=
stop ()
{
  if [ -n "$pid" ]; then kill "$pid" 2>/dev/null || true; wait "$pid" || true; fi
  rm -rf "$dir"
}
trap stop EXIT
mkdir "$dir/store" "$dir/plain"
XDG_CACHE_HOME=$dir/cache "$VITRAIL" serve --port 0 --store "$dir/store" \
  >"$dir/url" 2>"$dir/log" &
pid=$!
for _ in $(seq 100); do
  url=$(head -n 1 "$dir/url")
  if [ -n "$url" ] && curl -sf "${url}readyz" >"$dir/null"; then break; fi
  sleep 0.1
done
/usr/bin/python3 - "$url" "$VITRAIL_SAMPLES/ct/ct-030.dcm" "$dir/plain" <<'END_PYTHON'
import http.client
import io
import os
import statistics
import sys
import threading
import time
import urllib.parse

import pydicom
from pydicom.uid import generate_uid

url, sample, plain = sys.argv[1:]
address = urllib.parse.urlsplit(url).netloc
TYPE = 'multipart/related; type="application/dicom"; boundary=next'
source = pydicom.dcmread(sample)
n_made = 0


def instances(n):
    """Of a new series, each with UIDs of its own, as files in memory."""
    made = []
    source.StudyInstanceUID = generate_uid()
    source.SeriesInstanceUID = generate_uid()
    for _ in range(n):
        source.SOPInstanceUID = generate_uid()
        source.file_meta.MediaStorageSOPInstanceUID = source.SOPInstanceUID
        stream = io.BytesIO()
        pydicom.dcmwrite(stream, source, write_like_original=False)
        made.append(stream.getvalue())
    return made


def body(files):
    return b"".join(b"--next\r\nContent-Type: application/dicom\r\n\r\n" + f +
                    b"\r\n" for f in files) + b"--next--\r\n"


def post(connection, data):
    connection.request("POST", "/dicom-web/studies", data,
                       {"Content-Type": TYPE})
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        raise RuntimeError("%d %s" % (answer.status, text[:300]))


def sync_folder(path):
    fd = os.open(path, os.O_RDONLY)
    os.fsync(fd)
    os.close(fd)


def write(folder, files):
    """What the disk takes for them, and for their folder."""
    global n_made
    for data in files:
        n_made += 1
        with open("%s/%d-%d" % (folder, threading.get_ident(), n_made),
                  "wb", 0) as out:
            out.write(data)
            os.fsync(out.fileno())
    sync_folder(folder)


def at_once(function, lots):
    """Seconds that function takes for all, each on a thread of its own."""
    threads = [threading.Thread(target=function, args=(lot,)) for lot in lots]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start


def send(files):
    connection = http.client.HTTPConnection(address, timeout=60)
    post(connection, files)
    connection.close()


def line(name, ours, peer, ratio, bound):
    print("%-32s %12s %12s %8.2f  %s" % (name, ours, peer, ratio, bound))


ours, disk = [], []
for _ in range(5):
    lots = [instances(64) for _ in range(4)]
    size = sum(len(f) for lot in lots for f in lot) / 1e6
    disk.append(size / at_once(lambda lot: write(plain, lot), lots))
    bodies = [body(lot) for lot in lots]
    ours.append(size / at_once(send, bodies))
ours, disk = statistics.median(ours), statistics.median(disk)
line("STOW, durable", "%.0f MB/s" % ours, "%.0f MB/s" % disk, ours / disk,
     ">= %.0f MB/s" % min(150, disk))

connection = http.client.HTTPConnection(address, timeout=60)
ours, disk = [], []
for _ in range(8):
    for file in instances(50):
        data = body([file])
        start = time.perf_counter()
        write(plain, [file])
        disk.append(time.perf_counter() - start)
        start = time.perf_counter()
        post(connection, data)
        ours.append(time.perf_counter() - start)
p99 = [1e3 * sorted(times)[len(times) * 99 // 100] for times in (ours, disk)]
line("STOW of one instance, p99", "%.1f ms" % p99[0], "%.1f ms" % p99[1],
     p99[1] / p99[0], "<= 15 ms")
middle = [1e3 * statistics.median(times) for times in (ours, disk)]
line("STOW of one instance, median", "%.1f ms" % middle[0],
     "%.1f ms" % middle[1], middle[1] / middle[0], "-")
END_PYTHON
