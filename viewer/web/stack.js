// SPDX-License-Identifier: LGPL-2.1-or-later
// The images of a series in their order, from its DICOM JSON metadata.

import { number, text, values } from './common.js';

const TAG = {
  lossy: '00282110', instance: '00080018', recommendedRate: '00082144',
  cineRate: '00180040', frameTime: '00181063', instanceNumber: '00200013',
  position: '00200032', orientation: '00200037', samples: '00280002',
  frames: '00280008', rows: '00280010', columns: '00280011',
  spacing: '00280030', stored: '00280101', center: '00281050',
  width: '00281051', intercept: '00281052', slope: '00281053',
};

const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0]];

/** Millimetres along the normal of the slice, or undefined. */
function getDepth (instance) {
  const axes = values(instance, TAG.orientation).map(Number);
  const position = values(instance, TAG.position).map(Number);
  if (axes.length !== 6 || position.length !== 3)
    return undefined;
  return dot(cross(axes.slice(0, 3), axes.slice(3)), position);
}

function compare (a, b) {
  const depthA = getDepth(a);
  const depthB = getDepth(b);
  if (depthA !== undefined && depthB !== undefined && depthA !== depthB)
    return depthA - depthB;
  return (number(a, TAG.instanceNumber) ?? 0) -
         (number(b, TAG.instanceNumber) ?? 0);
}

/** The window that the data offers, or one over all stored values. */
function getWindow (instance) {
  if ((number(instance, TAG.samples) ?? 1) > 1)
    return null;
  const center = number(instance, TAG.center);
  const width = number(instance, TAG.width);
  if (center !== undefined && width > 0)
    return { center, width, offered: true };
  const slope = number(instance, TAG.slope) ?? 1;
  const range = 2 ** (number(instance, TAG.stored) ?? 8) * Math.abs(slope);
  return { center: (number(instance, TAG.intercept) ?? 0) + range / 2,
    width: range, offered: false };
}

/** Height over width of a pixel. */
function getAspect (instance) {
  const [row, column] = values(instance, TAG.spacing).map(Number);
  return row > 0 && column > 0 ? row / column : 1;
}

/** Up to three letters for a direction in patient space (PS3.3 C.7.6.1.1.1). */
function getLetters (direction) {
  const pairs = [['R', 'L'], ['A', 'P'], ['H', 'F']];
  return [0, 1, 2]
    .filter(i => Math.abs(direction[i]) > 0.05)
    .sort((i, j) => Math.abs(direction[j]) - Math.abs(direction[i]))
    .map(i => i === 2 ? pairs[2][direction[2] > 0 ? 0 : 1]
      : pairs[i][direction[i] > 0 ? 1 : 0])
    .join('');
}

/** Letters for the four edges, or null where the plane is unknown. */
function getEdges (instance) {
  const axes = values(instance, TAG.orientation).map(Number);
  if (axes.length !== 6)
    return null;
  const row = axes.slice(0, 3);
  const column = axes.slice(3);
  return {
    right: getLetters(row), left: getLetters(row.map(x => -x)),
    bottom: getLetters(column), top: getLetters(column.map(x => -x)),
  };
}

/** Frames a second that the data asks for, else 15. */
function getRate (instance) {
  const time = number(instance, TAG.frameTime);
  return number(instance, TAG.recommendedRate) ??
    number(instance, TAG.cineRate) ?? (time > 0 ? 1000 / time : 15);
}

/**
 * The images of @metadata (instances of one series) whose place is @url: each
 * with the URL of its picture and what the corners say.
 */
export function buildStack (metadata, url) {
  const images = [];
  for (const instance of [...metadata].sort(compare)) {
    const rows = number(instance, TAG.rows);
    const columns = number(instance, TAG.columns);
    if (!rows || !columns)
      continue;
    const shared = {
      instance, rows, columns,
      window: getWindow(instance), aspect: getAspect(instance),
      edges: getEdges(instance), rate: getRate(instance),
      isLossy: text(instance, TAG.lossy) === '01',
      nFrames: number(instance, TAG.frames) ?? 1,
    };
    const uid = text(instance, TAG.instance);
    for (let frame = 1; frame <= shared.nFrames; frame++)
      images.push({ ...shared, frame,
        url: `${url}/instances/${uid}/frames/${frame}/rendered` });
  }
  return images;
}
