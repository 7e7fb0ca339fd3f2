#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Frame times of panning over 1,000,000 polygons; at least 30 frames/s wanted.
# usage: tests/bench/annotations.sh [BUILD-FOLDER [POLYGONS [FRAMES]]]
build=${1:-build}
exec "$build/tests/bench_annotations" "${2:-1000000}" "${3:-60}"
