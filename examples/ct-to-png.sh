#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A CT series as 16-bit PNG files in display order: what is stored, plus
# 2^(bits stored - 1) where the values are signed.
#   ct-to-png.sh FOLDER OUT-FOLDER
set -eu
gst-launch-1.0 -q dicomfilesrc location="$1" ! dcmdecode ! videoconvert ! video/x-raw,format=GRAY16_BE ! pngenc ! multifilesink location="$2/%04d.png"
