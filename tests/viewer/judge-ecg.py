# SPDX-License-Identifier: LGPL-2.1-or-later
# judge-ecg.py PAGE.png [ROWS]: millimetres of a page of make-ecg.py's waves, ten
# pixels each: between lines of the grid, from second to second, of a millivolt.
# ROWS: of the layout (default 4).
import sys
import numpy as np
from PIL import Image

page = np.array(Image.open(sys.argv[1]).convert('RGB'), int)
red = page[:, :, 0] - page[:, :, 1]
black = page.max(axis=2) < 90


def middles(mask):
    """Of the runs of @mask."""
    edges = np.flatnonzero(np.diff(np.r_[0, mask.astype(int), 0]))
    return (edges[::2] + edges[1::2] - 1) / 2


rows = int(sys.argv[2]) if len(sys.argv) > 2 else 4
step = 1650 / rows
line = 300 + step * (rows - 0.5)
# Down at the bottom row's line, where no name is; the grid just below it.
strong = red[int(line) + 23:int(line) + 27, 240:2760].mean(axis=0)
grid = np.median(np.diff(middles(strong > 0.7 * strong.max())))
up = black[int(line) - 25, 260:2740]
second = np.median(np.diff(middles(up)[::2]))
top = black[int(line) - 130:int(line) + 20, 260:2740].sum(axis=1)
flat = middles(top > 0.3 * top.max())
print('grid %.1f second %.1f millivolt %.1f' % (
    grid / 10, second / 10, (flat[-1] - flat[0]) / 10))
