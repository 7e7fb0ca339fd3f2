// SPDX-License-Identifier: LGPL-2.1-or-later
// A triangle that covers the picture.

void main () {
  vec2 corner = vec2 (gl_VertexID == 1 ? 3.0 : -1.0,
                      gl_VertexID == 2 ? 3.0 : -1.0);
  gl_Position = vec4 (corner, 0.0, 1.0);
}
