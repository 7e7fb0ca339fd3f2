#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A series as a film of its maximum intensity projection, turning once about the
# body's axis, back into an archive: a derived object of the same study that
# refers to the images it was made from.
#   ct-to-mip-archive.sh FOLDER HTTP-URL-OF-ARCHIVE
set -eu
gst-launch-1.0 -q dicomfilesrc location="$1" ! volumebuilder ! volumerender mode=maximum frames=36 turn-step=10 width=400 height=320 ! videoconvert ! x264enc ! dcmmux sop-class=secondary-capture derivation="Maximum intensity projection" ! dicomwebsink location="$2"
