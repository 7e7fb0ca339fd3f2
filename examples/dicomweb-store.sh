#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A DICOM file to an archive; the end comes when the archive has it.
#   dicomweb-store.sh FILE HTTP-URL-OF-ARCHIVE
set -eu
gst-launch-1.0 -q filesrc location="$1" ! dicomwebsink location="$2"
