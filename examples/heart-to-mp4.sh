#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A heart at many points of its beat (or anything else in 3D over time) as a film
# of one plane that beats three times, as fast as it did.
#   heart-to-mp4.sh FOLDER OUT.mp4
set -eu
gst-launch-1.0 -q dicomfilesrc location="$1" ! volumebuilder time=0 loops=3 ! mprtransform orientation=axial spacing=1 width=256 height=256 ! dcmwindow ! videoconvert ! video/x-raw,format=I420 ! x264enc ! mp4mux ! filesink location="$2"
