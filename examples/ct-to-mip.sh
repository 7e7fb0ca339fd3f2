#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A series as a film of its maximum intensity projection, turning once about the
# body's axis in 36 pictures.
#   ct-to-mip.sh FOLDER OUT.mp4
set -eu
gst-launch-1.0 -q dicomfilesrc location="$1" ! volumebuilder ! mprtransform orientation=coronal thickness=1000 slab=maximum frames=36 turn-step=10 spacing=1 width=400 height=320 ! dcmwindow ! videoconvert ! video/x-raw,format=I420 ! x264enc ! mp4mux ! filesink location="$2"
