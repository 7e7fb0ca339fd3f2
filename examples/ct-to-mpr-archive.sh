#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Ten coronal planes of a series, 10 mm apart, back into an archive: a derived
# series of the same study, with the values of the images it was made from, where
# in the patient each lies, and references.
#   ct-to-mpr-archive.sh FOLDER HTTP-URL-OF-ARCHIVE
set -eu
gst-launch-1.0 -q dicomfilesrc location="$1" ! volumebuilder ! mprtransform orientation=coronal interpolation=nearest frames=10 step=10 offset=-45.1 ! dcmmux stills=true sop-class=secondary-capture derivation="Multiplanar reformatting" ! dicomwebsink location="$2"
