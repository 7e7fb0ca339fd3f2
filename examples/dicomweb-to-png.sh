#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A series of an archive as PNG files, windowed as its data say, in the order of
# the archive's frames.
#   dicomweb-to-png.sh HTTP-URL-OF-SERIES OUT-FOLDER
set -eu
gst-launch-1.0 -q dicomwebsrc location="$1" ! dcmdecode ! dcmwindow ! pngenc ! multifilesink location="$2/%04d.png"
