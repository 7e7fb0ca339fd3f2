/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From where a volume is looked at: from a direction, angles and millimetres in
 * the patient's terms to rays in the volume's. */

#pragma once

#include "volume/raycast.h"

G_BEGIN_DECLS

/**
 * VitrailCameraDirection:
 * @VITRAIL_CAMERA_FRONT: the patient's left is right, the feet are down
 * @VITRAIL_CAMERA_BACK: the patient's right is right, the feet are down
 * @VITRAIL_CAMERA_LEFT: from the left: the back is right, the feet are down
 * @VITRAIL_CAMERA_RIGHT: the front is right, the feet are down
 * @VITRAIL_CAMERA_HEAD: from the head: the patient's right is right, the back
 *   is down
 * @VITRAIL_CAMERA_FEET: the patient's left is right, the back is down
 */
typedef enum {
  VITRAIL_CAMERA_FRONT,
  VITRAIL_CAMERA_BACK,
  VITRAIL_CAMERA_LEFT,
  VITRAIL_CAMERA_RIGHT,
  VITRAIL_CAMERA_HEAD,
  VITRAIL_CAMERA_FEET,
} VitrailCameraDirection;

/**
 * VitrailCamera:
 * @azimuth: degrees that the reader goes to the right, about the line down
 * @elevation: degrees that the reader then goes up
 * @roll: degrees that the picture then turns clockwise
 * @zoom: 1: all of the volume is seen however it is turned
 * @pan: millimetres that the picture moves to the right and down
 * @front, @back: millimetres away from the reader, from the middle: what is
 *   nearer than @front, or farther than @back, is cut off
 * @n_clips, @clips: in the volume's space: what lies where a x + b y + c z > d
 *   millimetres is cut off
 * @depth_cue: part of the light that is lost from the nearest to the farthest
 *   that can be seen, however the volume is turned
 * @box: parts of the volume from 0 to 1 along i, j, k: lowest, highest of each;
 *   what is beyond is cut off
 * @step: millimetres between samples; 0: the volume's finest
 * @width, @height: pixels
 */
typedef struct {
  VitrailCameraDirection direction;
  guint n_clips;
  double azimuth;
  double elevation;
  double roll;
  double zoom;
  double pan[2];
  double front;
  double back;
  double box[6];
  double clips[VITRAIL_RAYCAST_CLIPS][4];
  double depth_cue;
  double step;
  guint width;
  guint height;
} VitrailCamera;

/* Looks from the front, 512 x 512, nothing cut off. */
#define VITRAIL_CAMERA_INIT                                             \
  {                                                                     \
    .zoom = 1, .front = -1e6, .back = 1e6, .box = { 0, 1, 0, 1, 0, 1 }, \
    .width = 512, .height = 512,                                        \
  }

/**
 * VitrailCameraPicture:
 * @cast: rays, box and normals; nothing else of it is set
 * @plane: as VitrailFrameInfo has it, for the plane through the middle
 * @spacing: millimetres between pixels
 * @step: millimetres between samples
 */
typedef struct {
  VitrailRaycast cast;
  double plane[12];
  double spacing;
  double step;
} VitrailCameraPicture;

/**
 * vitrail_camera_set_clips: (skip)
 * @text: (nullable): "a b c d", of each plane, with ";" between them; NULL and
 *   "": none
 *
 * Returns: FALSE, and nothing is set, for what is none of that, for more than
 *   VITRAIL_RAYCAST_CLIPS, for what is not finite and for a, b and c of 0
 */
gboolean vitrail_camera_set_clips (VitrailCamera *self, const char *text);

/**
 * vitrail_camera_place: (skip)
 *
 * Returns: FALSE with VITRAIL_ERROR_LIMIT for sizes beyond limits.h, or
 *   VITRAIL_ERROR_MALFORMED for what is not finite, for a box or a zoom of
 *   nothing, and for volumes that are a single slice
 */
gboolean vitrail_camera_place (const VitrailCamera *self,
                               const VitrailVolumeInfo *info,
                               VitrailCameraPicture *picture,
                               GError **error);

G_END_DECLS
