// SPDX-License-Identifier: LGPL-2.1-or-later
// Annotations of a slide as the page holds them: shapes in pixels of level 0,
// their sizes, GeoJSON both ways, undo. No drawing and no server.

import { areaOf, lengthOf, sayArea, sayLength } from './slideunits.js';

// As the window makes of them: it knows an ellipse by its outline's bounds.
const ELLIPSE_POINTS = 96;
const MAX_UNDO = 200;
const CLOSED = new Set(['polygon', 'rectangle', 'ellipse']);

export const DEFAULT_COLOR = '#ffd84d';

const toHex = rgb => `#${rgb.map(one =>
  Math.max(0, Math.min(255, one | 0)).toString(16).padStart(2, '0')).join('')}`;
const toRgb = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16));

/** Points of what is drawn: a rectangle has its corners, an ellipse those of
 * what it fills, one after the other; either may be turned. */
export function outlineOf (shape) {
  if (shape.kind !== 'ellipse')
    return shape.points;
  const [[cx, cy], a, b] = ellipseOf(shape);
  return Array.from({ length: ELLIPSE_POINTS }, (_, i) => {
    const angle = 2 * Math.PI * i / ELLIPSE_POINTS;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    return [cx + a[0] * cos + b[0] * sin, cy + a[1] * cos + b[1] * sin];
  });
}

/** Centre and half axes of what fills a frame of four corners. */
function ellipseOf ({ points: [p, q, r, s] }) {
  return [[0, 1].map(i => (p[i] + r[i]) / 2),
    [0, 1].map(i => (p[i] + s[i] - q[i] - r[i]) / 4),
    [0, 1].map(i => (p[i] + q[i] - r[i] - s[i]) / 4)];
}

/** The corners of a frame between two opposite ones, whose sides run along
 * @across and what is square to it on the screen, @down: steps in pixels of
 * level 0. */
export function frameBetween ([x1, y1], [x2, y2], across, down) {
  const area = across[0] * down[1] - across[1] * down[0];
  const [dx, dy] = [x2 - x1, y2 - y1];
  const u = (dx * down[1] - dy * down[0]) / area;
  return [[x1, y1], [x1 + u * across[0], y1 + u * across[1]], [x2, y2],
    [x2 - u * across[0], y2 - u * across[1]]];
}

/** @points with corner @index moved to @place: the opposite one stays, and so
 * do the directions of the sides. */
export function moveCorner (points, index, place) {
  const [opposite, next, , last] = [2, 3, 0, 1].map(i => points[(index + i) % 4]);
  const step = (from, to) => [to[0] - from[0], to[1] - from[1]];
  const frame = frameBetween(opposite, place, step(opposite, next),
    step(opposite, last));
  return points.map((_, i) => frame[(i - index + 6) % 4]);
}

export const hasFrame = kind => kind === 'rectangle' || kind === 'ellipse';

export const isClosed = shape => CLOSED.has(shape.kind);

/** Length or area in words; pixels where no scale is known. */
export function sizeOf (shape, mppUm) {
  const scale = mppUm ?? [1, 1];
  if (shape.kind === 'point')
    return '';
  if (shape.kind === 'line') {
    const length = lengthOf(shape.points, scale);
    return mppUm ? sayLength(length) : `${length.toFixed(1)} px`;
  }
  // Its frame's is exact.
  const area = shape.kind === 'ellipse'
    ? areaOf(shape.points, scale) * Math.PI / 4
    : areaOf(outlineOf(shape), scale);
  return mppUm ? sayArea(area) : `${Math.round(area).toLocaleString()} px\u00b2`;
}

/** x, y, width, height. */
export function rectOf (shape) {
  const points = outlineOf(shape);
  const xs = points.map(point => point[0]);
  const ys = points.map(point => point[1]);
  const left = Math.min(...xs);
  const top = Math.min(...ys);
  return [left, top, Math.max(...xs) - left, Math.max(...ys) - top];
}

function toGeometry (shape) {
  const outline = outlineOf(shape);
  if (shape.kind === 'point')
    return { type: 'Point', coordinates: shape.points[0] };
  if (shape.kind === 'line')
    return { type: 'LineString', coordinates: shape.points };
  return { type: 'Polygon', coordinates: [[...outline, outline[0]]],
    ...shape.kind === 'ellipse' && isUpright(shape.points)
      ? { isEllipse: true } : {} };
}

/** Whether its sides run along those of the slide. */
const isUpright = ([[x1, y1], [x2, y2]]) => x1 === x2 || y1 === y2;

/** What GeoJSON cannot say of a shape: that it is a rectangle, an ellipse. */
function toMarks (shape) {
  if (shape.kind === 'rectangle')
    return { shape: 'rectangle' };
  if (shape.kind !== 'ellipse')
    return undefined;
  const [[cx, cy], a, b] = ellipseOf(shape);
  return { shape: 'ellipse', axes: [cx + a[0], cy + a[1], cx - a[0], cy - a[1],
    cx + b[0], cy + b[1], cx - b[0], cy - b[1]] };
}

/** As it came, with what was changed here: nobody else's words are lost, nor
 * holes and parts, which cannot be edited. */
function toFeature (shape) {
  const { source } = shape;
  const properties = { ...source?.properties };
  let geometry = source?.geometry;
  if (shape.name !== source?.name)
    properties.name = shape.name;
  if (shape.color !== source?.color)
    properties.color = toRgb(shape.color);
  if (shape.points !== source?.points) {
    geometry = toGeometry(shape);
    properties.vitrail = toMarks(shape);
  }
  return { ...source?.feature, type: 'Feature', id: shape.id, geometry,
    properties };
}

const open = ring => ring.slice(0, -1);

/** The frame of an ellipse from the ends of its axes. */
function frameOf ([ax, ay, bx, by, cx, cy, dx, dy]) {
  const [x, y] = [(ax + bx) / 2, (ay + by) / 2];
  const [u, v] = [[ax - x, ay - y], [(cx - dx) / 2, (cy - dy) / 2]];
  const corner = (i, j) => [x + i * u[0] + j * v[0], y + i * u[1] + j * v[1]];
  return [corner(1, 1), corner(-1, 1), corner(-1, -1), corner(1, -1)];
}

const isAxes = axes => axes?.length === 8 && axes.every(Number.isFinite);

/** Whether @points still are what was drawn for the ellipse of @frame: somebody
 * who knows nothing of axes may have changed them. */
function fits (frame, points) {
  const ends = list => [0, 1].flatMap(i => {
    const values = list.map(one => one[i]);
    return [Math.min(...values), Math.max(...values)];
  });
  const drawn = ends(outlineOf({ kind: 'ellipse', points: frame }));
  // One that was drawn with fewer points is a little smaller.
  const slack = 0.01 + 0.003 * Math.hypot(drawn[1] - drawn[0], drawn[3] - drawn[2]);
  return ends(points).every((value, i) => Math.abs(value - drawn[i]) <= slack);
}

/** Kind and points of a geometry that can be edited here, else null. */
function readGeometry ({ type, coordinates }, marks) {
  if (type === 'Point')
    return { kind: 'point', points: [coordinates] };
  if (type === 'LineString')
    return { kind: 'line', points: coordinates };
  if (type !== 'Polygon' || coordinates.length !== 1)
    return null;
  const points = open(coordinates[0]);
  if (marks?.shape === 'rectangle' && points.length === 4)
    return { kind: 'rectangle', points };
  if (marks?.shape === 'ellipse' && isAxes(marks.axes) &&
      fits(frameOf(marks.axes), points))
    return { kind: 'ellipse', points: frameOf(marks.axes) };
  return { kind: 'polygon', points };
}

/** What else there is of geometry, as lines to draw. */
function readParts ({ type, coordinates }) {
  switch (type) {
  case 'Polygon': return coordinates.map(open);
  case 'MultiPolygon': return coordinates.flat().map(open);
  case 'MultiLineString': return coordinates;
  case 'MultiPoint': return coordinates.map(one => [one]);
  default: return [];
  }
}

function readFeature (feature) {
  const { geometry, properties } = feature;
  if (!geometry)
    return null;
  const rgb = properties?.color ?? properties?.classification?.color;
  const found = readGeometry(geometry, properties?.vitrail);
  const name = properties?.name ?? properties?.classification?.name ?? '';
  const color = Array.isArray(rgb) ? toHex(rgb) : DEFAULT_COLOR;
  // What is drawn, but not edited.
  const parts = found ? undefined : readParts(geometry);
  const points = found?.points ?? parts.flat();
  return { id: feature.id ?? crypto.randomUUID(), name, color,
    kind: found?.kind ?? 'other', points, parts,
    // What it was when it came.
    source: { feature, geometry, properties, name, color, points } };
}

/** A list of shapes with undo. Event "change" after whatever changed it. */
export class Shapes extends EventTarget {
  #undo = [];
  #redo = [];

  constructor () {
    super();
    this.list = [];
    this.placeless = [];
  }

  #set (list) {
    this.list = list;
    this.dispatchEvent(new Event('change'));
  }

  /** Replaces the list, as a step that can be taken back. */
  edit (list) {
    this.#undo.push(this.list);
    this.#undo.splice(0, this.#undo.length - MAX_UNDO);
    this.#redo = [];
    this.#set(list);
  }

  add (shape) {
    this.edit([...this.list, { name: '', id: crypto.randomUUID(), ...shape }]);
  }

  remove (id) {
    this.edit(this.list.filter(one => one.id !== id));
  }

  change (id, values) {
    this.edit(this.list.map(one => one.id === id
      ? { ...one, ...values } : one));
  }

  undo () {
    if (this.#undo.length === 0)
      return;
    this.#redo.push(this.list);
    this.#set(this.#undo.pop());
  }

  redo () {
    if (this.#redo.length === 0)
      return;
    this.#undo.push(this.list);
    this.#set(this.#redo.pop());
  }

  /** Without a step of undo: what the server or a file holds. */
  read (collection) {
    const features = collection?.features ?? (Array.isArray(collection)
      ? collection : []);
    // What has no place cannot be shown, and is not lost.
    this.placeless = features.filter(feature => !feature.geometry);
    this.#set(features.map(readFeature).filter(Boolean));
  }

  toGeoJson (name) {
    return { type: 'FeatureCollection', name,
      features: [...this.list.map(toFeature), ...this.placeless] };
  }
}
