/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Every bound that protects us from a hostile file, in one place. A bound is
 * checked before the allocation, the read or the recursion that it guards. */

#pragma once

/* This folder is on the include path: the C library's file of this name lies
 * behind ours, and GLib needs it. */
#include_next <limits.h>

/* Sequences inside sequences (real objects stay below 10). */
#define VITRAIL_LIMIT_DEPTH 64

/* Elements and items of one data set, nested ones counted. Enhanced
 * multi-frame objects with 100,000 frames stay below 5 million. */
#define VITRAIL_LIMIT_ELEMENTS 20000000u

/* Bytes that a deflated data set may inflate to, and that may be inflated to
 * find its Pixel Data when only what lies before is wanted; and elements of the
 * latter, which cost next to nothing when deflated. */
#define VITRAIL_LIMIT_INFLATED        (512ull * 1024 * 1024)
#define VITRAIL_LIMIT_INFLATED_HEADER (64ull * 1024 * 1024)
#define VITRAIL_LIMIT_HEADER_ELEMENTS 2000000u

/* Frames of one instance. */
#define VITRAIL_LIMIT_FRAMES 16777216u

/* Columns or rows of one frame (Rows and Columns are US: 65,535), and pixels
 * of one decoded frame. */
#define VITRAIL_LIMIT_SIDE   65535u
#define VITRAIL_LIMIT_PIXELS (512ull * 1024 * 1024)

/* Bytes of one decoded frame. */
#define VITRAIL_LIMIT_FRAME_BYTES (2048ull * 1024 * 1024)

/* Samples of one frame that any code stream may unfold to, however short it is,
 * and for more of them how many a byte may stand for. */
#define VITRAIL_LIMIT_MODEST_SAMPLES   (16ull * 1024 * 1024)
#define VITRAIL_LIMIT_SAMPLES_PER_BYTE 4096u

/* Bytes of a decoded frame that is larger than its header announced, where its
 * code stream says so. */
#define VITRAIL_LIMIT_SURPRISE (16ull * 1024 * 1024)

/* Bytes of an object that comes as a stream and is taken in whole. */
#define VITRAIL_LIMIT_STREAM_BYTES (4096ull * 1024 * 1024)

/* Bytes of a JSON text that is read whole, and its nesting. */
#define VITRAIL_LIMIT_JSON_BYTES (512ull * 1024 * 1024)

/* Multiplex groups of a waveform, annotations of one, and samples a second. */
#define VITRAIL_LIMIT_WAVEFORM_GROUPS      4096u
#define VITRAIL_LIMIT_WAVEFORM_ANNOTATIONS 1048576u
#define VITRAIL_LIMIT_WAVEFORM_RATE        1e9

/* Ultrasound regions of a frame; measurements of a study, points of one, and
 * items of a structured report. */
#define VITRAIL_LIMIT_US_REGIONS     256u
#define VITRAIL_LIMIT_MEASUREMENTS   65536u
#define VITRAIL_LIMIT_MEASURE_POINTS 20000u
#define VITRAIL_LIMIT_REPORT_ITEMS   262144u

/* Pixels of one tile of a slide: what is decoded at a time. */
#define VITRAIL_LIMIT_TILE_PIXELS (128ull * 1024 * 1024)

/* Annotations of one set: shapes, points of all of them, groups, measurements,
 * bytes of one kind of text; and how far from the corner of the slide a
 * coordinate may lie, in pixels. */
#define VITRAIL_LIMIT_ANNOTATION_SHAPES       16777216u
#define VITRAIL_LIMIT_ANNOTATION_POINTS       (1u << 28)
#define VITRAIL_LIMIT_ANNOTATION_GROUPS       65536u
#define VITRAIL_LIMIT_ANNOTATION_MEASUREMENTS (1u << 28)
#define VITRAIL_LIMIT_ANNOTATION_TEXT         (1024ull * 1024 * 1024)
#define VITRAIL_LIMIT_COORDINATE              1e9

/* Bytes of a GeoJSON text: a million polygons are a few hundred megabytes. */
#define VITRAIL_LIMIT_GEOJSON_BYTES (2048ull * 1024 * 1024)

/* Segmentations and parametric maps over a slide: bytes of what is kept of one,
 * and segments. */
#define VITRAIL_LIMIT_RASTER_BYTES    (1024ull * 1024 * 1024)
#define VITRAIL_LIMIT_RASTER_SEGMENTS 65535u

/* A volume: slices, voxels. What has no room in memory goes to a file. And
 * slices of one series, all points in time together, and volumes in it. */
#define VITRAIL_LIMIT_VOLUME_SLICES 65536u
#define VITRAIL_LIMIT_VOLUME_VOXELS (1ull << 34)
#define VITRAIL_LIMIT_VOLUME_FRAMES 262144u
#define VITRAIL_LIMIT_VOLUME_GROUPS 1024u

/* Bytes of one answer of a server, of one page of a search, of a long value
 * that it names by a URI, of all of those of a series and requests for them,
 * and instances of a series of a slide that are read over a network. */
#define VITRAIL_LIMIT_WEB_BYTES      (2048ull * 1024 * 1024)
#define VITRAIL_LIMIT_WEB_PAGE_BYTES (64ull * 1024 * 1024)
#define VITRAIL_LIMIT_WEB_BULK_BYTES (64ull * 1024 * 1024)
#define VITRAIL_LIMIT_WEB_BULK_TOTAL (256ull * 1024 * 1024)
#define VITRAIL_LIMIT_WEB_BULK_TIMES 1024u
#define VITRAIL_LIMIT_WEB_INSTANCES  4096u

/* Bytes of one instance that is stored, and of one request that stores; and how
 * many instances and other parts this may have. */
#define VITRAIL_LIMIT_STORED_BYTES  (64ull * 1024 * 1024 * 1024)
#define VITRAIL_LIMIT_REQUEST_BYTES (256ull * 1024 * 1024 * 1024)
#define VITRAIL_LIMIT_REQUEST_PARTS 50000u

/* Bytes of a waveform object that comes as a stream. */
#define VITRAIL_LIMIT_WAVEFORM_BYTES (1024u * 1024 * 1024)

/* Registrations of frames of reference, and matrices that one is made of. */
#define VITRAIL_LIMIT_REGISTRATIONS 1024u
