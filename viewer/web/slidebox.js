// SPDX-License-Identifier: LGPL-2.1-or-later
// The slides of a case with their pictures, and several of them side by side
// that move and turn as one.

import { element, picture, slideName } from './common.js';
import { SlideView } from './slideview.js';

/** Slides of the same study or folder, this one among them. */
export const sameCase = (slide, slides) =>
  slides.filter(one => one.study === slide.study);

/** @onOpen: a slide in place of the shown one; @onBeside: beside it. */
export function makeBox (slide, slides, onBeside) {
  const mates = sameCase(slide, slides);
  if (mates.length < 2)
    return null;
  return element('nav', { className: 'box', 'aria-label': 'Slides of this case' },
    ...mates.map(one => boxRow(one, one.id === slide.id, onBeside)));
}

function boxRow (slide, isShown, onBeside) {
  const name = slideName(slide);
  const beside = element('button', { type: 'button', className: 'beside',
    title: `Show ${name} beside this slide`,
    'aria-label': `Show ${name} beside this slide` }, '\u2503');
  beside.addEventListener('click', () => onBeside(slide));
  const link = element('a', { className: 'card', href: `/slide/${slide.id}`,
    'aria-current': String(isShown) },
    picture(`/slides/${slide.id}/overview.jpg?v=${slide.version}`, name),
    element('div', { className: 'words' }, element('b', {}, name)));
  return element('div', { className: 'boxrow' }, link, isShown ? null : beside);
}

const micrometres = (view, point) => {
  const { Point } = window.OpenSeadragon;
  const image = view.viewer.viewport.viewportToImageCoordinates(
    new Point(point.x, point.y));
  const [x, y] = view.slide.mpp_um ?? [1, 1];
  return [image.x * x, image.y * y];
};

/** In micrometres: the centre, and what a pixel of the screen shows. */
function placeOf (view) {
  const { viewport } = view.viewer;
  const [x] = view.slide.mpp_um ?? [1];
  return { centre: micrometres(view, viewport.getCenter(false)),
    pixel: x / viewport.viewportToImageZoom(viewport.getZoom(false)),
    rotation: viewport.getRotation() };
}

function goTo (view, { centre, pixel, rotation }) {
  const { viewport } = view.viewer;
  const [x, y] = view.slide.mpp_um ?? [1, 1];
  viewport.setRotation(rotation);
  viewport.panTo(viewport.imageToViewportCoordinates(centre[0] / x,
    centre[1] / y));
  viewport.zoomTo(viewport.imageToViewportZoom(x / pixel));
}

/** The same magnification and turn as @first, at the same part of the slide. */
function goAlong (view, first) {
  const place = placeOf(first);
  const sides = one => [one.slide.width, one.slide.height].map((side, i) =>
    side * (one.slide.mpp_um ?? [1, 1])[i]);
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

/** Keeps two views together: what one does the other does too, and how they
 * lay to each other when they were tied stays. */
export class Pair {
  #busy = false;
  #last = new Map();
  #listening = new AbortController();

  constructor (first, second) {
    this.views = [first, second];
    goAlong(second, first);
    this.tied = true;
    for (const view of this.views) {
      this.#last.set(view, placeOf(view));
      view.addEventListener('change', () => this.#follow(view),
        { signal: this.#listening.signal });
    }
  }

  stop () {
    this.#listening.abort();
  }

  setTied (tied) {
    this.tied = tied;
    for (const view of this.views)
      this.#last.set(view, placeOf(view));
  }

  #follow (view) {
    if (this.#busy || !this.tied)
      return;
    const before = this.#last.get(view);
    const now = placeOf(view);
    this.#last.set(view, now);
    const other = this.views.find(one => one !== view);
    const place = this.#last.get(other);
    const factor = now.pixel / before.pixel;
    const turn = now.rotation - before.rotation;
    if (now.centre.every((one, i) => one === before.centre[i]) &&
        factor === 1 && turn === 0)
      return;
    // The same way on the screen, however they are turned to each other.
    const step = turned(now.centre.map((one, i) => one - before.centre[i]),
      before.rotation - place.rotation, place.pixel / before.pixel);
    const moved = { pixel: place.pixel * factor,
      rotation: (place.rotation + turn + 360) % 360,
      centre: place.centre.map((one, i) => one + step[i]) };
    this.#busy = true;
    goTo(other, moved);
    this.#last.set(other, placeOf(other));
    this.#busy = false;
  }
}

/** A second stage beside the first. */
export function openBeside (stages, slide, onOpen) {
  const stage = element('div', { className: 'stage-one', role: 'application',
    'aria-label': `Slide ${slideName(slide)}` });
  stages.append(stage);
  const view = new SlideView(stage, slide);
  view.place.textContent = slideName(slide);
  view.addEventListener('open', () => onOpen(view));
  return view;
}
