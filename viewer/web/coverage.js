// SPDX-License-Identifier: LGPL-2.1-or-later
// What of a slide has been looked at, and with which magnification: a grid of
// 128 cells on the longer side, kept by the service, which adds up what all
// pages and the window have seen. What has tissue and has not been seen is what
// a reader wants to know.

import { getJson } from './common.js';

const CELLS = 128;
const SEEN_MS = 500;
const SAVE_MS = 2000;
// Magnifications in half octaves from here on, as slide/coverage.h has them.
const LEAST = 0.15625;
const STEPS = 20;
const NEVER = -1;

/** The step that @magnification reaches. */
const stepOf = magnification => Math.min(STEPS - 1,
  Math.floor(2 * Math.log2(magnification / LEAST) + 0.03));

/** "3.12a" to steps: three not seen, twelve with step 0. */
export function expandCells (text, n) {
  const steps = new Int8Array(n).fill(NEVER);
  let at = 0;
  for (const [, count, letter] of text.matchAll(/(\d*)([.a-t])/g)) {
    const end = at + Number(count || 1);
    if (letter !== '.')
      steps.fill(letter.charCodeAt(0) - 97, at, end);
    at = end;
  }
  return steps;
}

export function packCells (steps) {
  let text = '';
  for (let first = 0, i = 1; i <= steps.length; i++) {
    if (i < steps.length && steps[i] === steps[first])
      continue;
    text += `${i - first > 1 ? i - first : ''}${steps[first] === NEVER ? '.'
      : String.fromCharCode(97 + steps[first])}`;
    first = i;
  }
  return text;
}

export class Coverage {
  #own; // seen here since it was saved: what others took back stays so

  constructor (view, tissue) {
    this.view = view;
    const { width, height } = view.slide;
    this.cell = Math.max(width, height) / CELLS;
    this.columns = Math.ceil(width / this.cell);
    this.rows = Math.ceil(height / this.cell);
    this.url = `/slides/${view.slide.id}/coverage`;
    this.seen = new Int8Array(this.columns * this.rows).fill(NEVER);
    this.#own = this.seen.slice();
    this.tissue = this.#mark(tissue);
    this.shown = false;
    this.since = performance.now();
    this.listening = new AbortController();
    const { signal } = this.listening;
    view.addEventListener('change', () => { this.since = performance.now(); },
      { signal });
    // What others have seen meanwhile, and what is not saved when one leaves.
    document.addEventListener('visibilitychange', () =>
      document.hidden ? this.#save() : this.load(), { signal });
    this.timer = setInterval(() => this.#tick(), SEEN_MS / 2);
  }

  /** What the service knows; without it, it holds as long as the page. */
  async load () {
    try {
      this.#take(await getJson(this.url, { cache: 'no-store' }));
    } catch (error) {
      console.info(`what was seen is not kept: ${error.message}`);
    }
  }

  /** Seen is what was seen here or elsewhere. */
  #take ({ columns, rows, cells }) {
    if (columns !== this.columns || rows !== this.rows)
      return;
    expandCells(cells, this.seen.length).forEach((step, i) => {
      this.seen[i] = Math.max(this.seen[i], step);
    });
    this.view.dispatchEvent(new Event('coverage'));
  }

  async #save () {
    clearTimeout(this.saving);
    if (this.#own.every(step => step === NEVER))
      return;
    const own = this.#own;
    this.#own = own.slice().fill(NEVER);
    const { columns, rows, view: { slide } } = this;
    try {
      this.#take(await getJson(this.url, { method: 'PUT', keepalive: true,
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ width: slide.width, height: slide.height, columns,
          rows, ms: SEEN_MS, cells: packCells(own) }) }));
    } catch {
      // With what is seen next.
      this.#own = this.#own.map((step, i) => Math.max(step, own[i]));
    }
  }

  /** All of it is unseen again, for everybody. */
  async forget () {
    clearTimeout(this.saving);
    this.#own.fill(NEVER);
    await getJson(this.url, { method: 'DELETE' });
    this.seen.fill(NEVER);
    this.view.dispatchEvent(new Event('coverage'));
  }

  /** Which cells have tissue; all, where none was found. */
  #mark (tissue) {
    const marked = new Uint8Array(this.columns * this.rows);
    for (const { rect: [x, y, width, height] } of tissue?.regions ?? [])
      for (let row = this.#at(y); row <= this.#at(y + height); row++)
        for (let column = this.#at(x); column <= this.#at(x + width); column++)
          if (row < this.rows && column < this.columns)
            marked[row * this.columns + column] = 1;
    return marked.includes(1) ? marked : marked.fill(1);
  }

  #at (pixels) {
    return Math.max(0, Math.floor(pixels / this.cell));
  }

  #tick () {
    const { magnification, isSharp } = this.view;
    // What has not come yet is not seen.
    if (!isSharp)
      this.since = performance.now();
    if (!magnification || document.hidden ||
        performance.now() - this.since < SEEN_MS)
      return;
    const step = stepOf(magnification);
    let changed = false;
    for (const i of this.#inView()) {
      if (this.seen[i] < step) {
        this.seen[i] = step;
        this.#own[i] = step;
        changed = true;
      }
    }
    if (!changed)
      return;
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.#save(), SAVE_MS);
    this.view.dispatchEvent(new Event('coverage'));
  }

  * #inView () {
    const { stage, affine } = this.view;
    const dots = window.devicePixelRatio || 1;
    const [a, b, c, d, e, f] = affine;
    // Where a cell is larger than the view.
    const [x, y] = this.view.getCentre().map(one => this.#at(one));
    if (x < this.columns && y < this.rows)
      yield y * this.columns + x;
    for (let row = 0; row < this.rows; row++) {
      for (let column = 0; column < this.columns; column++) {
        const x = (column + 0.5) * this.cell;
        const y = (row + 0.5) * this.cell;
        const left = (a * x + c * y + e) / dots;
        const top = (b * x + d * y + f) / dots;
        if (left >= 0 && top >= 0 && left < stage.clientWidth &&
            top < stage.clientHeight)
          yield row * this.columns + column;
      }
    }
  }

  /** Share of the tissue seen with @power or more, 0 to 1. */
  share (power) {
    const least = stepOf(power);
    let all = 0;
    let seen = 0;
    this.tissue.forEach((one, i) => {
      all += one;
      seen += one && this.seen[i] >= least ? 1 : 0;
    });
    return all === 0 ? 0 : seen / all;
  }

  /** The middle of the next cell with tissue, in reading order from the one at
   * @place on, that has not been seen with @power; null where there is none. */
  findUnseen ([x, y], power) {
    const least = stepOf(power);
    const n = this.seen.length;
    const from = Math.min(this.rows - 1, this.#at(y)) * this.columns +
      Math.min(this.columns - 1, this.#at(x));
    for (let step = 1; step <= n; step++) {
      const i = (from + step) % n;
      if (this.tissue[i] && this.seen[i] < least)
        return [(i % this.columns + 0.5) * this.cell,
          (Math.floor(i / this.columns) + 0.5) * this.cell];
    }
    return null;
  }

  /** Veils what has not been seen with @power yet. */
  draw (context, [a, b, c, d, e, f], power) {
    if (!this.shown)
      return;
    const least = stepOf(power);
    context.save();
    context.setTransform(a, b, c, d, e, f);
    context.fillStyle = 'rgb(240 180 41 / .35)';
    for (let row = 0; row < this.rows; row++)
      for (let column = 0; column < this.columns; column++) {
        const i = row * this.columns + column;
        if (this.tissue[i] && this.seen[i] < least)
          context.fillRect(column * this.cell, row * this.cell, this.cell,
            this.cell);
      }
    context.restore();
  }

  stop () {
    clearInterval(this.timer);
    this.listening.abort();
    this.#save();
  }
}
