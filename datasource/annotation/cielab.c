/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* CIELab of DICOM: see cielab.h. Its white is D50, as in ICC's profile
 * connection space; sRGB's matrices are those adapted to it (Bradford). */

#include "annotation/cielab.h"

#include <math.h>

static const double white[3] = { 0.9642, 1.0, 0.8249 };

static const double xyz_to_rgb[3][3] = {
  { 3.1338561, -1.6168667, -0.4906146 },
  { -0.9787684, 1.9161415, 0.0334540 },
  { 0.0719453, -0.2289914, 1.4052427 },
};

static const double rgb_to_xyz[3][3] = {
  { 0.4360747, 0.3850649, 0.1430804 },
  { 0.2225045, 0.7168786, 0.0606169 },
  { 0.0139322, 0.0971045, 0.7141733 },
};

static double
from_curve (double f)
{
  const double edge = 6.0 / 29;
  return f > edge ? f * f * f : 3 * edge * edge * (f - 4.0 / 29);
}

static double
to_curve (double t)
{
  const double edge = 6.0 / 29;
  return t > edge * edge * edge ? cbrt (t) : t / (3 * edge * edge) + 4.0 / 29;
}

static guint32
encode (double linear)
{
  const double value = linear <= 0.0031308
                           ? 12.92 * linear
                           : 1.055 * pow (linear, 1 / 2.4) - 0.055;
  return (guint32) (CLAMP (value, 0.0, 1.0) * 255 + 0.5);
}

static double
decode (guint32 byte)
{
  const double value = byte / 255.0;
  return value <= 0.04045 ? value / 12.92 : pow ((value + 0.055) / 1.055, 2.4);
}

guint32
vitrail_cielab_to_rgb (const uint16_t lab[3])
{
  const double l = lab[0] / 65535.0 * 100;
  const double a = lab[1] / 65535.0 * 255 - 128;
  const double b = lab[2] / 65535.0 * 255 - 128;
  const double f = (l + 16) / 116;
  const double xyz[3] = { white[0] * from_curve (f + a / 500),
                          white[1] * from_curve (f),
                          white[2] * from_curve (f - b / 200) };
  guint32 rgb = 0;

  for (guint i = 0; i < 3; i++) {
    double linear = 0;
    for (guint j = 0; j < 3; j++)
      linear += xyz_to_rgb[i][j] * xyz[j];
    rgb = rgb << 8 | encode (linear);
  }
  return rgb;
}

static uint16_t
to_word (double value, double range)
{
  return (uint16_t) (CLAMP (value / range, 0.0, 1.0) * 65535 + 0.5);
}

void
vitrail_cielab_from_rgb (guint32 rgb, uint16_t lab[3])
{
  const double linear[3] = { decode (rgb >> 16 & 0xff),
                             decode (rgb >> 8 & 0xff), decode (rgb & 0xff) };
  double f[3];

  for (guint i = 0; i < 3; i++) {
    double sum = 0;
    for (guint j = 0; j < 3; j++)
      sum += rgb_to_xyz[i][j] * linear[j];
    f[i] = to_curve (sum / white[i]);
  }
  lab[0] = to_word (116 * f[1] - 16, 100);
  lab[1] = to_word (500 * (f[0] - f[1]) + 128, 255);
  lab[2] = to_word (200 * (f[1] - f[2]) + 128, 255);
}
