// SPDX-License-Identifier: LGPL-2.1-or-later
// Shapes on a slide's canvas, and the hands that draw, choose and move them.

import { DEFAULT_COLOR, frameBetween, hasFrame, isClosed, moveCorner, outlineOf,
  rectOf, sizeOf } from './shapes.js';

const NEAR_PX = 9;
const FREEHAND_STEP_PX = 3;
/** What a press, a drag or clicks make. */
export const TOOLS = [
  ['pan', 'Pan', 'Esc'], ['point', 'Point', 'P'], ['line', 'Line', 'D'],
  ['polygon', 'Polygon', 'G'], ['freehand', 'Freehand', 'F'],
  ['rectangle', 'Rectangle', 'B'], ['ellipse', 'Ellipse', 'E'],
];
const DRAGGED = new Set(['line', 'rectangle', 'ellipse', 'freehand']);

export class Drawing {
  constructor (view, shapes) {
    this.view = view;
    this.shapes = shapes;
    this.tool = 'pan';
    this.color = DEFAULT_COLOR;
    this.selected = null;
    this.draft = null;  // the shape under way
    this.moved = null;  // {id, index, points} while a handle is dragged
    this.extras = [];   // functions that draw more: (context, affine)
    this.onSelect = () => {};
    view.addEventListener('change', () => this.paint());
    shapes.addEventListener('change', () => this.paint());
    const { stage } = view;
    // Before OpenSeadragon sees it.
    stage.addEventListener('pointerdown', event => this.#press(event), true);
    stage.addEventListener('pointermove', event => this.#move(event), true);
    stage.addEventListener('pointerup', event => this.#release(event), true);
    stage.addEventListener('dblclick', event => this.#finish(event), true);
  }

  setTool (tool) {
    this.tool = tool;
    this.draft = null;
    this.view.stage.classList.toggle('drawing', tool !== 'pan');
    this.view.viewer.setMouseNavEnabled(tool === 'pan' || tool === 'polygon');
    this.paint();
  }

  select (id) {
    this.selected = id;
    this.onSelect(id);
    this.paint();
  }

  /** TRUE: there was something to leave off. */
  cancel () {
    const was = this.draft !== null || this.tool !== 'pan';
    this.setTool('pan');
    return was;
  }

  removeSelected () {
    if (this.selected !== null)
      this.shapes.remove(this.selected);
    this.selected = null;
  }

  // --- hands ---

  #pixels (n) {
    return n * this.view.downsample;
  }

  #handleAt (place) {
    const shape = this.shapes.list.find(one => one.id === this.selected);
    if (!shape || shape.kind === 'other')
      return null;
    const near = this.#pixels(NEAR_PX);
    const index = shape.points.findIndex(point =>
      Math.hypot(point[0] - place[0], point[1] - place[1]) < near);
    return index < 0 ? null
      : { id: shape.id, kind: shape.kind, index, points: shape.points };
  }

  #shapeAt (place) {
    const near = this.#pixels(NEAR_PX);
    return this.shapes.list.findLast(shape => {
      const points = outlineOf(shape);
      const n = isClosed(shape) ? points.length : points.length - 1;
      if (points.length === 1)
        return distanceTo(points[0], points[0], place) < near;
      for (let i = 0; i < n; i++)
        if (distanceTo(points[i], points[(i + 1) % points.length], place) < near)
          return true;
      return false;
    }) ?? null;
  }

  #press (event) {
    if (event.button !== 0 || !event.target.closest('.openseadragon-canvas') ||
        event.target.closest('.navigator'))
      return;
    const place = this.view.toImage(event);
    if (this.tool === 'pan') {
      this.#grab(event, place);
      return;
    }
    event.stopPropagation();
    event.preventDefault();
    this.view.stage.focus?.();
    if (this.tool === 'point')
      this.#keep({ kind: 'point', points: [place] });
    else if (this.tool === 'polygon')
      this.#addCorner(place);
    else
      this.draft = { kind: this.tool === 'freehand' ? 'polygon' : this.tool,
        color: this.color, from: place, points: hasFrame(this.tool)
          ? [place, place, place, place] : [place, place] };
    this.paint();
  }

  /** A handle of the chosen shape, or another shape to be chosen. */
  #grab (event, place) {
    this.moved = this.#handleAt(place);
    if (this.moved) {
      event.stopPropagation();
      event.preventDefault();
      this.view.viewer.setMouseNavEnabled(false);
      return;
    }
    const shape = this.#shapeAt(place);
    if (shape || this.selected !== null)
      this.select(shape?.id ?? null);
  }

  #addCorner (place) {
    const { draft } = this;
    if (!draft) {
      this.draft = { kind: 'polygon', color: this.color, points: [place, place] };
      return;
    }
    const [first] = draft.points;
    if (draft.points.length > 3 && Math.hypot(first[0] - place[0],
      first[1] - place[1]) < this.#pixels(NEAR_PX))
      this.#close();
    else
      draft.points.push(place);
  }

  /** Steps in image pixels that go to the right and down on the screen. */
  #screenAxes () {
    const [a, b, c, d] = this.view.affine;
    const area = a * d - b * c;
    return [[d / area, -b / area], [-c / area, a / area]];
  }

  #move (event) {
    const place = this.view.toImage(event);
    if (this.moved) {
      event.stopPropagation();
      const { points, index, kind } = this.moved;
      this.moved.now = hasFrame(kind) ? moveCorner(points, index, place)
        : points.map((one, i) => i === index ? place : one);
    } else if (!this.draft) {
      return;
    } else if (this.tool === 'freehand') {
      event.stopPropagation();
      const last = this.draft.points.at(-1);
      if (Math.hypot(last[0] - place[0], last[1] - place[1]) >
          this.#pixels(FREEHAND_STEP_PX))
        this.draft.points.push(place);
    } else if (hasFrame(this.tool)) {
      event.stopPropagation();
      this.draft.points = frameBetween(this.draft.from, place,
        ...this.#screenAxes());
    } else {
      event.stopPropagation();
      this.draft.points[this.draft.points.length - 1] = place;
    }
    this.paint();
  }

  #release (event) {
    if (this.moved) {
      const { id, now } = this.moved;
      this.moved = null;
      this.view.viewer.setMouseNavEnabled(true);
      if (now)
        this.shapes.change(id, { points: now });
      event.stopPropagation();
      return;
    }
    if (!this.draft || !DRAGGED.has(this.tool))
      return;
    event.stopPropagation();
    const [, , width, height] = rectOf(this.draft);
    // A press without a drag draws nothing.
    if (Math.max(width, height) > this.#pixels(3))
      this.#keep(this.draft);
    this.draft = null;
    this.paint();
  }

  #finish (event) {
    if (this.tool !== 'polygon' || !this.draft)
      return;
    event.stopPropagation();
    event.preventDefault();
    this.#close();
  }

  /** Ends the polygon; the last point followed the pointer. */
  #close () {
    const points = this.draft.points.slice(0, -1).filter((point, i, all) =>
      i === 0 || point[0] !== all[i - 1][0] || point[1] !== all[i - 1][1]);
    this.draft = null;
    if (points.length > 2)
      this.#keep({ kind: 'polygon', points });
    this.paint();
  }

  #keep ({ kind, points }) {
    this.shapes.add({ color: this.color, kind, points: tidy(points) });
    this.select(this.shapes.list.at(-1).id);
  }

  // --- painting ---

  paint () {
    if (this.painting)
      return;
    this.painting = requestAnimationFrame(() => {
      this.painting = 0;
      this.#paintNow();
    });
  }

  #paintNow () {
    const { canvas, stage } = this.view;
    const dots = window.devicePixelRatio || 1;
    const width = Math.round(stage.clientWidth * dots);
    const height = Math.round(stage.clientHeight * dots);
    if (canvas.width !== width || canvas.height !== height)
      Object.assign(canvas, { width, height });
    const context = canvas.getContext('2d');
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    const { affine } = this.view;
    for (const draw of this.extras)
      draw(context, affine);
    for (const shape of this.shapes.list)
      this.#paintShape(context, affine, this.moved?.id === shape.id &&
        this.moved.now ? { ...shape, points: this.moved.now } : shape, dots);
    if (this.draft)
      this.#paintShape(context, affine, this.draft, dots);
  }

  #paintShape (context, affine, shape, dots) {
    const chosen = shape.id !== undefined && shape.id === this.selected;
    context.lineWidth = (chosen ? 3 : 2) * dots;
    context.strokeStyle = shape.color;
    context.fillStyle = shape.color;
    const parts = shape.parts ?? [outlineOf(shape)];
    for (const part of parts)
      tracePart(context, affine, part, isClosed(shape) || shape.kind === 'other',
        dots);
    if (chosen)
      paintHandles(context, affine, shape.points, dots);
    if (chosen || shape === this.draft)
      paintWords(context, affine, shape,
        sizeOf(shape, this.view.slide.mpp_um), dots);
  }
}

export const apply = ([a, b, c, d, e, f], [x, y]) =>
  [a * x + c * y + e, b * x + d * y + f];

function tracePart (context, affine, points, closed, dots) {
  context.beginPath();
  if (points.length === 1) {
    const [x, y] = apply(affine, points[0]);
    context.arc(x, y, 5 * dots, 0, 2 * Math.PI);
    context.moveTo(x, y);
    context.arc(x, y, 1 * dots, 0, 2 * Math.PI);
  } else {
    points.forEach((point, i) => {
      const [x, y] = apply(affine, point);
      i === 0 ? context.moveTo(x, y) : context.lineTo(x, y);
    });
    if (closed)
      context.closePath();
  }
  // Legible on tissue and on glass.
  const { lineWidth, strokeStyle } = context;
  context.lineWidth = lineWidth + 2 * dots;
  context.strokeStyle = 'rgb(0 0 0 / .45)';
  context.stroke();
  context.lineWidth = lineWidth;
  context.strokeStyle = strokeStyle;
  context.stroke();
}

function paintHandles (context, affine, points, dots) {
  context.fillStyle = '#fff';
  context.strokeStyle = '#16181d';
  context.lineWidth = dots;
  // A freehand line of thousands is moved by its first ones only.
  for (const point of points.slice(0, 200)) {
    const [x, y] = apply(affine, point);
    context.fillRect(x - 4 * dots, y - 4 * dots, 8 * dots, 8 * dots);
    context.strokeRect(x - 4 * dots, y - 4 * dots, 8 * dots, 8 * dots);
  }
}

/** Beside the lowest corner, and within the canvas. */
function paintWords (context, affine, shape, size, dots) {
  const words = [shape.name, size].filter(Boolean).join(' \u00b7 ');
  const corners = outlineOf(shape).map(point => apply(affine, point));
  const [x, y] = corners.reduce((best, one) => one[1] > best[1] ? one : best);
  context.font = `${12 * dots}px system-ui, sans-serif`;
  const { width, height } = context.canvas;
  const left = Math.max(4 * dots, Math.min(x + 6 * dots,
    width - context.measureText(words).width - 6 * dots));
  const base = Math.max(16 * dots, Math.min(y + 16 * dots, height - 8 * dots));
  context.lineWidth = 3 * dots;
  context.strokeStyle = 'rgb(0 0 0 / .8)';
  context.fillStyle = '#fff';
  context.strokeText(words, left, base);
  context.fillText(words, left, base);
}

function distanceTo (a, b, [x, y]) {
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  const length2 = dx * dx + dy * dy;
  const along = length2 === 0 ? 0
    : Math.max(0, Math.min(1, ((x - a[0]) * dx + (y - a[1]) * dy) / length2));
  return Math.hypot(a[0] + along * dx - x, a[1] + along * dy - y);
}

/** A hundredth of a pixel is enough. */
const tidy = points => points.map(point => point.map(one =>
  Math.round(one * 100) / 100));
