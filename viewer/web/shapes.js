// SPDX-License-Identifier: LGPL-2.1-or-later
// Annotations of a slide as the page holds them: shapes in pixels of level 0,
// their sizes, GeoJSON both ways, undo. No drawing and no server.

import { areaOf, lengthOf, sayArea, sayLength } from './slideunits.js';

const ELLIPSE_POINTS = 64;
const MAX_UNDO = 200;
const CLOSED = new Set(['polygon', 'rectangle', 'ellipse']);

export const DEFAULT_COLOR = '#ffd84d';

const toHex = rgb => `#${rgb.map(one =>
  Math.max(0, Math.min(255, one | 0)).toString(16).padStart(2, '0')).join('')}`;
const toRgb = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16));

/** Points of what is drawn: an ellipse has axes' ends, a rectangle corners. */
export function outlineOf (shape) {
  if (shape.kind === 'rectangle') {
    const [[left, top], [right, bottom]] = shape.points;
    return [[left, top], [right, top], [right, bottom], [left, bottom]];
  }
  if (shape.kind !== 'ellipse')
    return shape.points;
  const [cx, cy, rx, ry] = ellipseOf(shape);
  return Array.from({ length: ELLIPSE_POINTS }, (_, i) => {
    const angle = 2 * Math.PI * i / ELLIPSE_POINTS;
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)];
  });
}

/** Centre and radii of what two corners enclose. */
function ellipseOf ({ points: [[left, top], [right, bottom]] }) {
  return [(left + right) / 2, (top + bottom) / 2, Math.abs(right - left) / 2,
    Math.abs(bottom - top) / 2];
}

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
  let area = areaOf(outlineOf(shape), scale);
  if (shape.kind === 'ellipse') {
    const [, , rx, ry] = ellipseOf(shape);
    area = Math.PI * rx * scale[0] * ry * scale[1];
  }
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
    ...shape.kind === 'ellipse' ? { isEllipse: true } : {} };
}

/** What GeoJSON cannot say of a shape: that it is a rectangle, an ellipse. */
function toMarks (shape) {
  if (shape.kind === 'rectangle')
    return { shape: 'rectangle' };
  if (shape.kind !== 'ellipse')
    return undefined;
  const [cx, cy, rx, ry] = ellipseOf(shape);
  return { shape: 'ellipse',
    axes: [cx - rx, cy, cx + rx, cy, cx, cy - ry, cx, cy + ry] };
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

function corners (points) {
  const xs = points.map(point => point[0]);
  const ys = points.map(point => point[1]);
  return [[Math.min(...xs), Math.min(...ys)], [Math.max(...xs), Math.max(...ys)]];
}

const isUpright = axes => Array.isArray(axes) && axes.length === 8 &&
  axes[1] === axes[3] && axes[4] === axes[6];

/** Kind and points of a geometry that can be edited here, else null. */
function readGeometry ({ type, coordinates }, marks) {
  if (type === 'Point')
    return { kind: 'point', points: [coordinates] };
  if (type === 'LineString')
    return { kind: 'line', points: coordinates };
  if (type !== 'Polygon' || coordinates.length !== 1)
    return null;
  const points = open(coordinates[0]);
  if (marks?.shape === 'rectangle' && points.length === 4 &&
      points[0][1] === points[1][1])
    return { kind: 'rectangle', points: corners(points) };
  if (marks?.shape === 'ellipse' && isUpright(marks.axes)) {
    const [left, , right, , , top, , bottom] = marks.axes;
    return { kind: 'ellipse', points: [[left, top], [right, bottom]] };
  }
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
    this.#set(features.map(readFeature).filter(Boolean));
  }

  toGeoJson (name) {
    return { type: 'FeatureCollection', name,
      features: this.list.map(toFeature) };
  }
}
