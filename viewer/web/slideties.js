// SPDX-License-Identifier: LGPL-2.1-or-later
// Slides side by side that move, zoom and turn as one, in micrometres.

const mppOf = view => view.slide.mpp_um ?? [1, 1];

/** In micrometres: the centre, and what a pixel of the screen shows. */
function placeOf (view) {
  const { viewport } = view.viewer;
  const mpp = mppOf(view);
  return { centre: view.getCentre(false).map((one, i) => one * mpp[i]),
    pixel: mpp[0] * view.fullZoom / viewport.getZoom(false),
    rotation: viewport.getRotation() };
}

function goTo (view, { centre, pixel, rotation }) {
  const { viewport } = view.viewer;
  const mpp = mppOf(view);
  viewport.setRotation(rotation);
  view.showPlace(centre.map((one, i) => one / mpp[i]));
  viewport.zoomTo(view.fullZoom * mpp[0] / pixel);
}

/** The same magnification and turn as @first, at the same part of the slide. */
function goAlong (view, first) {
  const place = placeOf(first);
  const sides = one => [one.slide.width, one.slide.height].map((side, i) =>
    side * mppOf(one)[i]);
  const from = sides(first);
  const to = sides(view);
  goTo(view, { ...place,
    centre: place.centre.map((value, i) => value / from[i] * to[i]) });
}

/** A step turned clockwise by @degrees and made @scale as long. */
function turned ([x, y], degrees, scale) {
  const angle = degrees * Math.PI / 180;
  const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
  return [x * cos - y * sin, x * sin + y * cos];
}

/** Keeps views together: what one does the others do too, and how they lay to
 * each other when they were tied stays. */
export class Ties {
  #busy = false;
  #last = new Map(); // where each was, and who listens to it
  #listening = new Map();

  tied = true;

  get views () {
    return [...this.#last.keys()];
  }

  /** @view is open; it goes where the first one is. */
  add (view) {
    const [first] = this.views;
    if (first)
      goAlong(view, first);
    this.#last.set(view, placeOf(view));
    const listening = new AbortController();
    view.addEventListener('change', () => this.#follow(view),
      { signal: listening.signal });
    this.#listening.set(view, listening);
  }

  remove (view) {
    this.#listening.get(view)?.abort();
    this.#listening.delete(view);
    this.#last.delete(view);
  }

  setTied (tied) {
    this.tied = tied;
    this.settle();
  }

  /** They lie right as they are: their stages have become smaller, say. */
  settle () {
    for (const view of this.views)
      this.#last.set(view, placeOf(view));
  }

  #follow (view) {
    if (this.#busy || !this.tied)
      return;
    const before = this.#last.get(view);
    const now = placeOf(view);
    this.#last.set(view, now);
    const step = now.centre.map((one, i) => one - before.centre[i]);
    const factor = now.pixel / before.pixel;
    const turn = now.rotation - before.rotation;
    if (step.every(one => one === 0) && factor === 1 && turn === 0)
      return;
    this.#busy = true;
    for (const other of this.views) {
      if (other === view)
        continue;
      const place = this.#last.get(other);
      // The same way on the screen, however they are turned to each other.
      const along = turned(step, before.rotation - place.rotation,
        place.pixel / before.pixel);
      goTo(other, { pixel: place.pixel * factor,
        rotation: (place.rotation + turn + 360) % 360,
        centre: place.centre.map((one, i) => one + along[i]) });
      this.#last.set(other, placeOf(other));
    }
    this.#busy = false;
  }
}
