// SPDX-License-Identifier: LGPL-2.1-or-later
// Annotation sets that are only looked at (algorithms' nuclei by the million,
// what others drew): fetched for what is in view, no finer than the screen.

import { element } from './common.js';
import { apply } from './drawing.js';
import { group } from './slidepanel.js';
import { DEFAULT_COLOR } from './shapes.js';

const WAIT_MS = 200;
// Shapes below this many screen pixels are left out, but for a sample of them.
const LEAST_PX = 2;

export class SetLayer {
  constructor (view, drawing, store) {
    this.view = view;
    this.drawing = drawing;
    this.store = store;
    this.shown = new Map(); // name to paths of what is in view
    this.asked = new Map(); // name to the turn of the last question
    this.turns = 0;
    drawing.extras.push((context, affine) => this.#paint(context, affine));
    view.addEventListener('change', () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.#fetchAll(), WAIT_MS);
    });
  }

  makeControls (sets) {
    if (sets.length === 0)
      return [];
    return [group('Results on this slide', ...sets.map(set => {
      const check = element('input', { type: 'checkbox',
        'data-set': set.name });
      check.addEventListener('change', () => {
        if (check.checked) {
          this.shown.set(set.name, []);
          this.#fetch(set.name);
        } else {
          this.shown.delete(set.name);
          this.drawing.paint();
        }
      });
      const label = set.label ?? set.name;
      const words = set.shapes ? `${label} (${set.shapes.toLocaleString()})`
        : label;
      return element('label', { className: 'check' }, check, words);
    }))];
  }

  #bounds () {
    const { stage } = this.view;
    const box = stage.getBoundingClientRect();
    const corners = [[box.left, box.top], [box.right, box.top],
      [box.left, box.bottom], [box.right, box.bottom]].map(([clientX, clientY]) =>
      this.view.toImage({ clientX, clientY }));
    const xs = corners.map(one => one[0]);
    const ys = corners.map(one => one[1]);
    return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
      .map(Math.round);
  }

  #fetchAll () {
    for (const name of this.shown.keys())
      this.#fetch(name);
  }

  async #fetch (name) {
    const resolution = (LEAST_PX * this.view.downsample).toFixed(3);
    const query = `?bbox=${this.#bounds().join(',')}&resolution=${resolution}`;
    const turn = ++this.turns;
    this.asked.set(name, turn);
    let found = null;
    try {
      found = await this.store.fetchSet(name, query);
    } catch (error) {
      this.view.fail(error.message);
      return;
    }
    // Only the answer to what was asked last is for what is in view.
    if (!this.shown.has(name) || this.asked.get(name) !== turn)
      return;
    this.shown.set(name, makePaths(found.features ?? []));
    document.body.dataset.sets = String(found.features?.length ?? 0);
    this.drawing.paint();
  }

  #paint (context, affine) {
    const dots = window.devicePixelRatio || 1;
    const [a, b] = affine;
    const scale = Math.hypot(a, b) || 1;
    for (const paths of this.shown.values()) {
      for (const { color, path, points } of paths) {
        context.save();
        context.setTransform(...affine);
        context.lineWidth = 1.5 * dots / scale;
        context.strokeStyle = color;
        context.stroke(path);
        context.restore();
        context.fillStyle = color;
        for (const point of points) {
          const [x, y] = apply(affine, point);
          context.fillRect(x - 2 * dots, y - 2 * dots, 4 * dots, 4 * dots);
        }
      }
    }
  }
}

const lines = ({ type, coordinates }) => ({
  LineString: () => [coordinates], MultiLineString: () => coordinates,
  Polygon: () => coordinates, MultiPolygon: () => coordinates.flat(),
}[type]?.() ?? []);

const dotsOf = ({ type, coordinates }) =>
  type === 'Point' ? [coordinates] : type === 'MultiPoint' ? coordinates : [];

/** One path a colour: a canvas strokes it at once. */
function makePaths (features) {
  const byColor = new Map();
  for (const { geometry, properties } of features) {
    const rgb = properties?.color ?? properties?.classification?.color;
    const color = rgb ? `rgb(${rgb.join(' ')})` : DEFAULT_COLOR;
    if (!byColor.has(color))
      byColor.set(color, { color, path: new Path2D(), points: [] });
    const entry = byColor.get(color);
    if (!geometry)
      continue;
    for (const line of lines(geometry))
      line.forEach(([x, y], i) =>
        i === 0 ? entry.path.moveTo(x, y) : entry.path.lineTo(x, y));
    entry.points.push(...dotsOf(geometry));
  }
  return [...byColor.values()];
}
