#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Three seconds of a test picture, as a camera gives them, straight into an
# archive as a Video Endoscopic Image. TEMPLATE says of whom: an item of a work
# list, an object of the patient's or DICOM JSON.
#   record-to-archive.sh TEMPLATE HTTP-URL-OF-ARCHIVE
set -eu
gst-launch-1.0 -q videotestsrc num-buffers=75 ! video/x-raw,format=YUY2,width=640,height=480,framerate=25/1 ! videoconvert ! x264enc tune=zerolatency key-int-max=25 ! dcmmux template="$1" ! dicomwebsink location="$2"
