#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A series as a film of the body that it shows, turning once about the body's
# axis in 36 pictures.
#   ct-to-body.sh FOLDER OUT.mp4
set -eu
gst-launch-1.0 -q dicomfilesrc location="$1" ! volumebuilder ! volumerender preset=CT-Bone frames=36 turn-step=10 width=400 height=320 ! videoconvert ! video/x-raw,format=I420 ! x264enc ! mp4mux ! filesink location="$2"
