#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A PET over the CT of the same patient, as one coronal picture.
#   pet-on-ct.sh CT-FOLDER PET-FOLDER OUT.png
set -eu
gst-launch-1.0 -q fusionmix name=mix orientation=coronal sink_0::window-center=40 sink_0::window-width=400 sink_1::colormap=hot_iron sink_1::opacity=0.5 ! videoconvert ! pngenc ! filesink location="$3" dicomfilesrc location="$1" ! volumebuilder ! mix.sink_0 dicomfilesrc location="$2" ! volumebuilder ! mix.sink_1
