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
  isSigned: '00280103', syntax: '00083002', pixelAspect: '00280034',
  imagerSpacing: '00181164', nominalSpacing: '00182010',
  sharedGroups: '52009229', frameGroups: '52009230', measures: '00289110',
  voi: '00289132', transformation: '00289145',
};

// Under 1.2.840.10008.1.2.4: syntaxes that cannot be lossless, and those that
// may be, which only the attribute tells.
const LOSSY = /^(50|51|10[0-8](\.1)?)$/;
const MAYBE_LOSSY = ['81', '91', '93', '112', '203'];

/** Whether detail was thrown away, as far as the data tells. */
function isLossy (instance) {
  const said = text(instance, TAG.lossy);
  const [, syntax = ''] =
    /^1\.2\.840\.10008\.1\.2\.4\.(.+)$/.exec(text(instance, TAG.syntax)) ?? [];
  return said === '01' || LOSSY.test(syntax) ||
    (MAYBE_LOSSY.includes(syntax) && said !== '00');
}

/** What holds @tag for @frame: its functional group, else the object itself. */
function getHolder (instance, frame, group, tag) {
  const groups = [values(instance, TAG.frameGroups)[frame - 1],
    values(instance, TAG.sharedGroups)[0]];
  return groups.map(item => values(item, group)[0])
    .find(item => values(item, tag).length > 0) ?? instance;
}

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
function getWindow (instance, frame) {
  if ((number(instance, TAG.samples) ?? 1) > 1)
    return null;
  const offer = getHolder(instance, frame, TAG.voi, TAG.width);
  const center = number(offer, TAG.center);
  const width = number(offer, TAG.width);
  if (center !== undefined && width > 0)
    return { center, width, offered: true };
  const modality = getHolder(instance, frame, TAG.transformation, TAG.slope);
  const slope = number(modality, TAG.slope) ?? 1;
  const range = 2 ** (number(instance, TAG.stored) ?? 8);
  // Signed values lie around 0.
  const middle = number(instance, TAG.isSigned) === 1 ? 0 : range / 2;
  return { center: (number(modality, TAG.intercept) ?? 0) + middle * slope,
    width: range * Math.abs(slope), offered: false };
}

/** Height over width of a pixel: of its spacing, else of its stated aspect. */
function getAspect (instance, frame) {
  const measures = getHolder(instance, frame, TAG.measures, TAG.spacing);
  for (const pair of [values(measures, TAG.spacing),
    values(instance, TAG.spacing), values(instance, TAG.imagerSpacing),
    values(instance, TAG.nominalSpacing), values(instance, TAG.pixelAspect)]) {
    const [row, column] = pair.map(Number);
    if (row > 0 && column > 0)
      return row / column;
  }
  return 1;
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
      edges: getEdges(instance), rate: getRate(instance),
      isLossy: isLossy(instance),
      nFrames: number(instance, TAG.frames) ?? 1,
    };
    const uid = text(instance, TAG.instance);
    for (let frame = 1; frame <= shared.nFrames; frame++)
      images.push({ ...shared, frame,
        window: getWindow(instance, frame), aspect: getAspect(instance, frame),
        url: `${url}/instances/${uid}/frames/${frame}/rendered` });
  }
  return images;
}
