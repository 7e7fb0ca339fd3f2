// SPDX-License-Identifier: LGPL-2.1-or-later
// What of a slide has been looked at, and with which magnification: a grid of
// 128 cells on the longer side, kept by the browser. What has tissue and has
// not been seen is what a reader wants to know.

const CELLS = 128;
const SEEN_MS = 500;
const SAVE_MS = 2000;

export class Coverage {
  constructor (view, tissue) {
    this.view = view;
    const { width, height } = view.slide;
    this.cell = Math.max(width, height) / CELLS;
    this.columns = Math.ceil(width / this.cell);
    this.rows = Math.ceil(height / this.cell);
    this.key = `vitrail-coverage ${view.slide.id} ${view.slide.version}`;
    this.seen = this.#load();
    this.tissue = this.#mark(tissue);
    this.shown = false;
    this.since = performance.now();
    view.addEventListener('change', () => { this.since = performance.now(); });
    this.timer = setInterval(() => this.#tick(), SEEN_MS / 2);
  }

  #load () {
    const empty = new Float32Array(this.columns * this.rows);
    try {
      const saved = JSON.parse(localStorage.getItem(this.key));
      if (saved?.length === empty.length)
        empty.set(saved);
    } catch {
      // What cannot be read counts as not seen.
    }
    return empty;
  }

  #save () {
    try {
      localStorage.setItem(this.key,
        JSON.stringify([...this.seen].map(one => Number(one.toPrecision(3)))));
    } catch {
      // Without room it holds as long as the page.
    }
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
    const { magnification } = this.view;
    if (!magnification || document.hidden ||
        performance.now() - this.since < SEEN_MS)
      return;
    let changed = false;
    for (const i of this.#inView()) {
      if (this.seen[i] < magnification * 0.99) {
        this.seen[i] = magnification;
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
    let all = 0;
    let seen = 0;
    this.tissue.forEach((one, i) => {
      all += one;
      seen += one && this.seen[i] >= power * 0.99 ? 1 : 0;
    });
    return all === 0 ? 0 : seen / all;
  }

  /** The middle of the next cell with tissue, in reading order from the one at
   * @place on, that has not been seen with @power; null where there is none. */
  findUnseen ([x, y], power) {
    const n = this.seen.length;
    const from = Math.min(this.rows - 1, this.#at(y)) * this.columns +
      Math.min(this.columns - 1, this.#at(x));
    for (let step = 1; step <= n; step++) {
      const i = (from + step) % n;
      if (this.tissue[i] && this.seen[i] < power * 0.99)
        return [(i % this.columns + 0.5) * this.cell,
          (Math.floor(i / this.columns) + 0.5) * this.cell];
    }
    return null;
  }

  /** Veils what has not been seen with @power yet. */
  draw (context, [a, b, c, d, e, f], power) {
    if (!this.shown)
      return;
    context.save();
    context.setTransform(a, b, c, d, e, f);
    context.fillStyle = 'rgb(240 180 41 / .35)';
    for (let row = 0; row < this.rows; row++)
      for (let column = 0; column < this.columns; column++) {
        const i = row * this.columns + column;
        if (this.tissue[i] && this.seen[i] < power * 0.99)
          context.fillRect(column * this.cell, row * this.cell, this.cell,
            this.cell);
      }
    context.restore();
  }

  stop () {
    clearInterval(this.timer);
    this.#save();
  }
}
