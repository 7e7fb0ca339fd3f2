#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A cine as an MP4 film, at the rate that the data ask for.
#   echo-to-mp4.sh FILE.dcm OUT.mp4
set -eu
gst-launch-1.0 -q dicomfilesrc location="$1" ! dcmdecode ! dcmwindow ! videoconvert ! video/x-raw,format=I420 ! x264enc ! mp4mux ! filesink location="$2"
