# SPDX-License-Identifier: LGPL-2.1-or-later
"""Differences between colours as people see them (ISO/CIE 11664-6)."""

import numpy as np


def lab(rgb):
    """sRGB, 0..255, to CIE Lab under D50."""
    v = rgb.reshape(-1, 3).astype("f8") / 255
    v = np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)
    xyz = v @ np.array([[0.4360747, 0.3850649, 0.1430804],
                        [0.2225045, 0.7168786, 0.0606169],
                        [0.0139322, 0.0971045, 0.7141733]]).T
    t = xyz / np.array([0.9642, 1, 0.8249])
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t),
                 t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]),
                     200 * (f[:, 1] - f[:, 2])], -1)


def ciede2000(a, b):
    (l1, a1, b1), (l2, a2, b2) = a.T, b.T
    c7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    g = 0.5 * (1 - np.sqrt(c7 / (c7 + 25.0 ** 7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1 = np.degrees(np.arctan2(b1, a1)) % 360
    h2 = np.degrees(np.arctan2(b2, a2)) % 360
    dh = (h2 - h1 + 180) % 360 - 180
    dh = np.where(c1 * c2 == 0, 0, dh)
    dl, dc = l2 - l1, c2 - c1
    dbig = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(dh / 2))
    l, c = (l1 + l2) / 2, (c1 + c2) / 2
    h = np.where(np.abs(h1 - h2) <= 180, (h1 + h2) / 2,
                 ((h1 + h2 + 360) / 2) % 360)
    h = np.where(c1 * c2 == 0, h1 + h2, h)
    t = (1 - 0.17 * np.cos(np.radians(h - 30)) +
         0.24 * np.cos(np.radians(2 * h)) +
         0.32 * np.cos(np.radians(3 * h + 6)) -
         0.20 * np.cos(np.radians(4 * h - 63)))
    sl = 1 + 0.015 * (l - 50) ** 2 / np.sqrt(20 + (l - 50) ** 2)
    sc, sh = 1 + 0.045 * c, 1 + 0.015 * c * t
    rc = 2 * np.sqrt(c ** 7 / (c ** 7 + 25.0 ** 7))
    rt = -rc * np.sin(np.radians(60 * np.exp(-((h - 275) / 25) ** 2)))
    return np.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dbig / sh) ** 2 +
                   rt * (dc / sc) * (dbig / sh))
