// SPDX-License-Identifier: LGPL-2.1-or-later
// The rays of ../volume/raycastray.c and, without COMPOSITE, of
// ../volume/project.c. Voxels are fetched one by one and mixed here: the
// processor that does it by itself mixes in steps of a 256th.

precision highp float;
precision highp int;
precision highp sampler2D;
precision highp usampler2D;
precision highp usampler3D;
uniform usampler3D voxels;
uniform usampler3D distances;
uniform usampler2D table;
uniform sampler2D starts;
uniform sampler2D ends;
uniform sampler2D highlights; // and colours and opacities of segments
uniform usampler3D labels; // which segment; how much about it is inside
uniform bool has_labels;
uniform usampler3D voxels_2; // of further volumes
uniform usampler3D voxels_3;
uniform usampler2D table_2;
uniform usampler2D table_3;
uniform sampler2D starts_2;
uniform sampler2D starts_3;
uniform sampler2D ends_2;
uniform sampler2D ends_3;
uniform int n_volumes;
uniform ivec3 sizes[VOLUMES];
uniform vec3 rays[VOLUMES];
uniform vec3 scales[VOLUMES]; // of tables: lowest, entries a voxel, last
uniform vec4 light; // ambient, diffuse, specular, its power
uniform mat3 normal;
uniform bool has_blocks;
uniform bool is_shaded;
uniform int mode; // VitrailProjecting
uniform float threshold;
uniform float dimming; // light lost from a sample to the next
uniform bool has_padding;
uniform uvec2 padding; // the lowest and the highest
uniform usampler2D cuts; // masks, one below the other
uniform int n_cuts;
uniform vec4 cut_columns[CUTS];
uniform vec4 cut_rows[CUTS];
out vec4 result;

vec2 read_pair (usampler3D from, ivec3 at) {
  return vec2 (float (texelFetch (from, at, 0).r),
               float (texelFetch (from, at + ivec3 (1, 0, 0), 0).r));
}
float read_row (usampler3D from, ivec3 at, float part) {
  vec2 pair = read_pair (from, at);
  return pair.x + (pair.y - pair.x) * part;
}
float read_cell (usampler3D from, ivec3 at, vec3 part) {
  float a = read_row (from, at, part.x);
  float b = read_row (from, at + ivec3 (0, 1, 0), part.x);
  float c = read_row (from, at + ivec3 (0, 0, 1), part.x);
  float d = read_row (from, at + ivec3 (0, 1, 1), part.x);
  float front = a + (b - a) * part.y;
  float back = c + (d - c) * part.y;
  return front + (back - front) * part.z;
}
ivec3 find_cell (ivec3 size, vec3 at, int margin, out vec3 part) {
  vec3 inner = clamp (at, vec3 (0.0), vec3 (size - 1));
  ivec3 cell = clamp (ivec3 (inner), ivec3 (margin), size - 2 - margin);
  part = clamp (inner - vec3 (cell), 0.0, 1.0);
  return cell;
}
float get_cosine (vec3 at) {
  if (any (lessThan (sizes[0], ivec3 (4))))
    return 0.0;
  vec3 part;
  ivec3 cell = find_cell (sizes[0], at, 1, part);
  vec3 gradient =
      vec3 (read_cell (voxels, cell + ivec3 (1, 0, 0), part) -
                read_cell (voxels, cell - ivec3 (1, 0, 0), part),
            read_cell (voxels, cell + ivec3 (0, 1, 0), part) -
                read_cell (voxels, cell - ivec3 (0, 1, 0), part),
            read_cell (voxels, cell + ivec3 (0, 0, 1), part) -
                read_cell (voxels, cell - ivec3 (0, 0, 1), part));
  vec3 slope = normal * gradient;
  float squares = dot (slope, slope);
  return squares > 0.0 ? min (abs (slope.z) / sqrt (squares), 1.0) : 0.0;
}

vec2 read_cut (ivec2 pixel) {
  return vec2 (float (texelFetch (cuts, pixel, 0).r),
               float (texelFetch (cuts, pixel + ivec2 (1, 0), 0).r));
}
// How much of a place is not cut out.
float get_kept (vec3 at) {
  float kept = 1.0;
  for (int c = 0; c < n_cuts; c++) {
    vec2 place = vec2 (dot (cut_columns[c].xyz, at) + cut_columns[c].w,
                       dot (cut_rows[c].xyz, at) + cut_rows[c].w);
    vec2 inner = clamp (place, vec2 (0.0), vec2 (float (CUT_SIDE) - 1.001));
    ivec2 cell = ivec2 (inner);
    vec2 part = inner - vec2 (cell);
    vec2 above = read_cut (cell + ivec2 (0, c * CUT_SIDE));
    vec2 below = read_cut (cell + ivec2 (0, c * CUT_SIDE + 1));
    vec2 row = mix (above, below, part.y);
    kept *= mix (row.x, row.y, part.x) / 255.0;
  }
  return kept;
}

#ifdef COMPOSITE
// Samples from @at up to the first that may show something: as many blocks
// away as the distance says nothing does.
float leap (vec3 at) {
  ivec3 block = clamp (ivec3 (at), ivec3 (0), sizes[0] - 1) / 8;
  int away = int (texelFetch (distances, block, 0).r);
  if (away == 0)
    return 0.0;
  float least = 1.0e9;
  for (int a = 0; a < 3; a++) {
    if (rays[0][a] == 0.0)
      continue;
    int side = rays[0][a] > 0.0 ? block[a] + away : block[a] + 1 - away;
    least = min (least, (float (side * 8) - at[a]) / rays[0][a]);
  }
  return max (floor (least), 1.0);
}
// What a table says of the value at a place: opacity and colour.
uvec2 look_up (usampler3D from, usampler2D words, ivec3 size, vec3 scale,
               vec3 at) {
  vec3 part;
  ivec3 cell = find_cell (size, at, 0, part);
  float entry = (read_cell (from, cell, part) - scale.x) * scale.y;
  int number = int (roundEven (clamp (entry, 0.0, scale.z)));
  return texelFetch (words, ivec2 (number % 1024, number / 1024), 0).rg;
}
vec2 read_inside_row (ivec3 at) {
  return vec2 (float (texelFetch (labels, at, 0).g),
               float (texelFetch (labels, at + ivec3 (1, 0, 0), 0).g));
}
float mix_pair (vec2 pair, float part) {
  return pair.x + (pair.y - pair.x) * part;
}
float read_inside (vec3 at) {
  vec3 part;
  ivec3 cell = find_cell (sizes[0], at, 0, part);
  float a = mix_pair (read_inside_row (cell), part.x);
  float b = mix_pair (read_inside_row (cell + ivec3 (0, 1, 0)), part.x);
  float c = mix_pair (read_inside_row (cell + ivec3 (0, 0, 1)), part.x);
  float d = mix_pair (read_inside_row (cell + ivec3 (0, 1, 1)), part.x);
  float front = a + (b - a) * part.y;
  float back = c + (d - c) * part.y;
  return front + (back - front) * part.z;
}
// How much light falls on a segment.
float light_segment (vec3 at) {
  vec3 gradient = vec3 (read_inside (at + vec3 (1.0, 0.0, 0.0)) -
                            read_inside (at - vec3 (1.0, 0.0, 0.0)),
                        read_inside (at + vec3 (0.0, 1.0, 0.0)) -
                            read_inside (at - vec3 (0.0, 1.0, 0.0)),
                        read_inside (at + vec3 (0.0, 0.0, 1.0)) -
                            read_inside (at - vec3 (0.0, 0.0, 1.0)));
  vec3 slope = normal * gradient;
  float squares = dot (slope, slope);
  if (squares <= 0.0)
    return 1.0;
  float falling = min (light.x + light.y * abs (slope.z) / sqrt (squares), 1.0);
  return 1.0 + (falling - 1.0) * min (length (gradient) / STEEP, 1.0);
}
// How the segment at a place is shown: colour, opacity; where none is, nothing.
vec4 find_segment (vec3 at, out float more) {
  vec3 inner = clamp (at, vec3 (0.0), vec3 (sizes[0] - 1));
  int label = int (texelFetch (labels, ivec3 (inner + HALF), 0).r);
  more = texelFetch (highlights, ivec2 (label, 2), 0).r;
  return texelFetch (highlights, ivec2 (label, 1), 0);
}
// Lays a sample behind what has been seen; where the first volume has it at.
void add_sample (uvec2 word, vec3 at, float n, bool is_first,
                 inout vec4 seen) {
  float opacity = float (word.x >> 16u) / 65535.0;
  vec4 segment = vec4 (0.0);
  float share = 0.0;
  if (is_first && has_labels) {
    float more;
    segment = find_segment (at, more);
    if (segment.a > 0.0) {
      float both = opacity + (1.0 - opacity) * more;
      share = both > 0.0 ? 1.0 - opacity * (1.0 - segment.a) / both : 0.0;
      opacity = both;
    }
  }
  if (opacity == 0.0)
    return;
  float kept = get_kept (at);
  if (kept == 0.0)
    return;
  vec3 color = vec3 (float (word.x & 0xffffu), float (word.y >> 16u),
                     float (word.y & 0xffffu)) / 65535.0;
  if (is_first && is_shaded) {
    float cosine = get_cosine (at);
    int step = int (roundEven (cosine * 1024.0));
    float more = texelFetch (highlights, ivec2 (step, 0), 0).r;
    color = min (color * (light.x + light.y * cosine) + more, 1.0);
  }
  if (segment.a > 0.0) {
    float falling = is_shaded ? light_segment (at) : 1.0;
    color += (segment.rgb * falling - color) * share;
  }
  float part = (1.0 - seen.a) * kept * opacity;
  seen += vec4 (color * max (1.0 - n * dimming, 0.0), 1.0) * part;
}
void main () {
  ivec2 pixel = ivec2 (gl_FragCoord.xy);
  vec4 start = texelFetch (starts, pixel, 0);
  vec4 start_2 = vec4 (0.0, 0.0, 0.0, 2.0e9);
  vec4 start_3 = start_2;
  float end = texelFetch (ends, pixel, 0).r;
  float end_2 = -1.0;
  float end_3 = -1.0;
  vec4 seen = vec4 (0.0);
  if (n_volumes > 1) {
    start_2 = texelFetch (starts_2, pixel, 0);
    end_2 = texelFetch (ends_2, pixel, 0).r;
  }
  if (n_volumes > 2) {
    start_3 = texelFetch (starts_3, pixel, 0);
    end_3 = texelFetch (ends_3, pixel, 0).r;
  }
  // A volume that the ray does not meet begins at 1 and ends at 0.
  float first = start.w <= end ? start.w : 2.0e9;
  if (start_2.w <= end_2)
    first = min (first, start_2.w);
  if (start_3.w <= end_3)
    first = min (first, start_3.w);
  float last = max (end, max (end_2, end_3));
  for (float n = first; n <= last && seen.a < OPAQUE; n += 1.0) {
    vec3 at = start.xyz + n * rays[0];
    float empty = has_blocks ? leap (at) : 0.0;
    if (empty > 0.0) {
      n += empty - 1.0;
      continue;
    }
    if (n >= start.w && n <= end)
      add_sample (look_up (voxels, table, sizes[0], scales[0], at), at, n,
                  true, seen);
    if (n >= start_2.w && n <= end_2)
      add_sample (look_up (voxels_2, table_2, sizes[1], scales[1],
                           start_2.xyz + n * rays[1]),
                  at, n, false, seen);
    if (n >= start_3.w && n <= end_3)
      add_sample (look_up (voxels_3, table_3, sizes[2], scales[2],
                           start_3.xyz + n * rays[2]),
                  at, n, false, seen);
  }
  result = min (seen, 1.0);
}
#else
bool is_padding (ivec3 at) {
  uint voxel = texelFetch (voxels, at, 0).r;
  return voxel >= padding.x && voxel <= padding.y;
}
// FALSE: nothing that counts; beside padding, the nearest voxel.
bool read_sample (vec3 at, out float value) {
  vec3 part;
  ivec3 cell = find_cell (sizes[0], at, 0, part);
  bool is_beside = false;
  if (n_cuts > 0 && get_kept (at) < 0.5)
    return false;
  value = read_cell (voxels, cell, part);
  for (int corner = 0; has_padding && corner < 8; corner++)
    is_beside = is_beside || is_padding (cell + ivec3 (corner & 1,
                                                       corner >> 1 & 1,
                                                       corner >> 2));
  if (!is_beside)
    return true;
  ivec3 nearest = cell + ivec3 (greaterThanEqual (part, vec3 (0.5)));
  value = float (texelFetch (voxels, nearest, 0).r);
  return !is_padding (nearest);
}
bool is_inside (vec3 at) {
  float value;
  return read_sample (at, value) && value >= threshold;
}
float refine (vec3 start, float n) {
  float outside = n - 1.0;
  float inside = n;
  for (int i = 0; i < 8; i++) {
    float middle = (outside + inside) / 2.0;
    if (is_inside (start + middle * rays[0]))
      inside = middle;
    else
      outside = middle;
  }
  return inside;
}
vec2 find_surface (vec4 start, float end) {
  float n = start.w;
  while (n <= end && !is_inside (start.xyz + n * rays[0]))
    n += 1.0;
  if (n > end)
    return vec2 (0.0);
  float at = n > start.w ? refine (start.xyz, n) : n;
  float cosine = get_cosine (start.xyz + at * rays[0]);
  float back = max (2.0 * cosine * cosine - 1.0, 0.0);
  float shine = back > 0.0 ? pow (back, light.w) : 0.0;
  return vec2 (max (1.0 - n * dimming, 0.0) *
                   min (light.x + light.y * cosine + light.z * shine, 1.0),
               1.0);
}
void main () {
  ivec2 pixel = ivec2 (gl_FragCoord.xy);
  vec4 start = texelFetch (starts, pixel, 0);
  float end = texelFetch (ends, pixel, 0).r;
  float least = 1.0e9;
  float most = -1.0e9;
  float sum = 0.0;
  float count = 0.0;
  if (start.w > end) {
    result = vec4 (0.0);
    return;
  }
  if (mode == 3) {
    result = vec4 (find_surface (start, end), 0.0, 0.0);
    return;
  }
  for (float n = start.w; n <= end; n += 1.0) {
    float value;
    if (!read_sample (start.xyz + n * rays[0], value))
      continue;
    count += 1.0;
    least = min (least, value);
    most = max (most, value);
    sum += value;
  }
  float found = mode == 0 ? most : mode == 1 ? least
                : sum / max (count, 1.0);
  result = count > 0.0 ? vec4 (found, 1.0, 0.0, 0.0) : vec4 (0.0);
}
#endif
