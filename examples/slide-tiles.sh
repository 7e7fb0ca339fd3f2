#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every tile of one level of a slide as PNG files, row by row.
#   slide-tiles.sh SLIDE LEVEL OUT-FOLDER
set -eu
gst-launch-1.0 -q slidesrc location="$1" ! wsitiler mode=tiles level="$2" ! pngenc ! multifilesink location="$3/%05d.png"
