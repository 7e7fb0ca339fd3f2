// SPDX-License-Identifier: LGPL-2.1-or-later
// Segmentations and parametric maps over a slide: which are shown, how much is
// seen through them, which segments, which colours for which values; legends.

import { element, getJson } from './common.js';
import { button, group } from './slidepanel.js';
import { makeSource } from './slidesource.js';

const WAIT_MS = 150;
const OPACITY = 0.6;
// More are shown all or not at all.
const MOST_SEGMENTS = 100;

const say = value => Number(value.toPrecision(3)).toLocaleString();

/** What there is on @slide; none where the service does not say. */
export async function listRasters (slide) {
  try {
    return await getJson(`/slides/${slide.id}/rasters`);
  } catch {
    return [];
  }
}

/** A colormap from left to right, with what its ends stand for. */
function makeLegend (title) {
  const bar = element('div', { className: 'bar-colors' });
  const low = element('span');
  const high = element('span');
  const node = element('div', { className: 'legend' },
    element('div', {}, title), bar,
    element('div', { className: 'row' }, low, high));
  return { node, show (colors, range) {
    bar.style.background = `linear-gradient(to right, ${
      colors.map(one => `#${one}`).join(', ')})`;
    [low.textContent, high.textContent] = range.map(say);
  } };
}

/** One of them; nothing is fetched before it is shown. */
class Raster {
  constructor (view, listed) {
    this.view = view;
    this.listed = listed;
    this.base = `/slides/${view.slide.id}/rasters/${listed.name}`;
    this.opacity = OPACITY;
    this.wish = {};
    this.image = null;
    this.shown = false;
    this.turn = 0;
    this.controls = element('div', { className: 'raster', hidden: true });
  }

  get title () {
    const { label, kind } = this.listed;
    return label || (kind === 'values' ? 'Parametric map' : 'Segmentation');
  }

  async setShown (shown) {
    this.shown = shown;
    this.controls.hidden = !shown;
    if (shown && !this.about) {
      this.about = getJson(this.base);
      try {
        this.about = await this.about;
        this.#fillControls();
      } catch (error) {
        this.about = null;
        this.controls.replaceChildren(element('p', { className: 'danger' },
          error.message));
        return;
      }
    }
    if (this.about?.version)
      this.#place();
  }

  #source () {
    const query = new URLSearchParams({ v: this.about.version, ...this.wish });
    return makeSource(this.view.slide, (level, column, row) =>
      `${this.base}/${level}/${column}_${row}.png?${query}`);
  }

  /** Its picture in the world, as it is wanted now; the old one stays until the
   * new one is there. */
  #place () {
    const { world } = this.view.viewer;
    const turn = ++this.turn;
    const old = this.image;
    this.legend?.node.remove();
    if (!this.shown) {
      if (old)
        world.removeItem(old);
      this.image = null;
      return;
    }
    if (this.legend)
      this.view.legends.append(this.legend.node);
    this.view.viewer.addTiledImage({ tileSource: this.#source(),
      opacity: this.opacity,
      success: ({ item }) => {
        if (turn !== this.turn) {
          world.removeItem(item);
          return;
        }
        this.image = item;
        if (old && world.getIndexOfItem(old) >= 0)
          world.removeItem(old);
      },
      error: event => this.view.fail(event.message) });
  }

  #changed () {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#place(), WAIT_MS);
  }

  #fillControls () {
    const opacity = element('input', { type: 'range', min: 0, max: 1, step: 0.05,
      value: this.opacity, 'aria-label': `Opacity of ${this.title}` });
    opacity.addEventListener('input', () => {
      this.opacity = Number(opacity.value);
      this.image?.setOpacity(this.opacity);
    });
    const { about } = this;
    this.controls.append(element('label', { className: 'field' },
      element('span', {}, 'Opacity'), opacity),
    ...about.range ? this.#valueControls(about)
      : this.#segmentControls(about.segments),
    ...about.missing > 0 ? [element('p', { className: 'warning' },
      `${about.missing} frames could not be read`)] : []);
  }

  #segmentControls (segments) {
    const shown = new Set(segments.map(one => one.number));
    return segments.slice(0, MOST_SEGMENTS).map(one => {
      const check = element('input', { type: 'checkbox', checked: true });
      const mark = element('span', { className: 'mark' });
      mark.style.background = `#${one.rgb}`;
      check.addEventListener('change', () => {
        check.checked ? shown.add(one.number) : shown.delete(one.number);
        this.wish = shown.size === segments.length ? {}
          : { segments: [...shown].join(',') };
        this.#changed();
      });
      return element('label', { className: 'check' }, check, mark,
        one.label || `Segment ${one.number}`);
    });
  }

  #valueControls ({ range, colormap, colormaps, quantity, unit }) {
    const what = [quantity, unit && unit !== '1' ? `(${unit})` : '']
      .filter(Boolean).join(' ');
    this.legend = makeLegend(what || this.title);
    const choice = element('select', { 'aria-label': `Colours of ${this.title}` },
      ...Object.keys(colormaps).map(name =>
        element('option', { value: name, selected: name === colormap }, name)));
    const bounds = range.map((value, i) => element('input', { type: 'number',
      step: 'any', value: String(Number(value.toPrecision(6))),
      'aria-label': i === 0 ? 'Least value' : 'Greatest value' }));
    const apply = () => {
      const [low, high] = bounds.map((one, i) =>
        one.value === '' ? range[i] : Number(one.value));
      this.legend.show(colormaps[choice.value], [low, high]);
      this.wish = { colormap: choice.value, low, high };
    };
    apply();
    this.wish = {};
    for (const one of [choice, ...bounds])
      one.addEventListener('change', () => { apply(); this.#changed(); });
    return [element('label', { className: 'field' },
      element('span', {}, 'Colours'), choice),
    element('div', { className: 'field' }, element('span', {}, 'Values'),
      element('div', { className: 'bounds' }, ...bounds))];
  }
}

/** Controls for all of @rasters; none without any. */
export function makeRasters (view, rasters) {
  if (rasters.length === 0)
    return [];
  const made = rasters.map(one => new Raster(view, one));
  const rows = made.map(one => {
    const check = element('input', { type: 'checkbox',
      'data-raster': one.listed.name });
    check.addEventListener('change', () => one.setShown(check.checked));
    return element('div', {}, element('label', { className: 'check' }, check,
      one.title), one.controls);
  });
  return [group('Maps and segmentations', ...rows, rasters.length < 2 ? null
    : element('div', { className: 'tools two' }, button('Hide all', {}, () => {
      for (const check of rows.map(row => row.querySelector('[data-raster]')))
        if (check.checked)
          check.click();
    })))];
}
