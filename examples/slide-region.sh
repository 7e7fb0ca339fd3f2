#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A region of a slide, pixel by pixel, as PNG. X, Y, WIDTH and HEIGHT are pixels
# of the level; level 0 is the finest.
#   slide-region.sh SLIDE LEVEL X Y WIDTH HEIGHT OUT.png
set -eu
gst-launch-1.0 -q slidesrc location="$1" ! wsitiler mode=region level="$2" region="<$3,$4,$5,$6>" ! pngenc ! filesink location="$7"
