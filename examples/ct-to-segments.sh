#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A CT as a body, with the segments of a segmentation in their colours.
#   ct-to-segments.sh CT-FOLDER SEG.dcm OUT.png
set -eu
gst-launch-1.0 -q dicomfilesrc location="$1" ! volumebuilder ! volumerender segments="$2" segment-opacity=0.8 shift=100 azimuth=30 elevation=15 ! videoconvert ! pngenc ! filesink location="$3"
