#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A volume along a path through points of the patient (a jaw, a vessel, a spine),
# laid straight, 2 mm thick.
#   ct-along-path.sh FOLDER "X Y Z; X Y Z; ..." OUT.png
set -eu
gst-launch-1.0 -q dicomfilesrc location="$1" ! volumebuilder ! mprtransform path="$2" spacing=0.5 height=160 thickness=2 slab=mean ! dcmwindow window-center=40 window-width=400 ! videoconvert ! pngenc ! filesink location="$3"
