// SPDX-License-Identifier: LGPL-2.1-or-later
// How a slide is shown: colours managed or raw, the focal plane, one stain
// alone, which channels in which colours. The state, its text in URLs (as
// docs/slides.md has it) and its controls.

import { element } from './common.js';
import { makeChannels } from './slidechannels.js';
import { MIXED, STAINS, makeMix, mixText, newMix, sayStain }
  from './slidestains.js';

// A profile up to this size travels in each tile, which stays as it is stored;
// with a larger one the service transforms the colours.
const EMBED_BYTES = 8192;

export class Look {
  /** @state: what was kept of an earlier one, if anything. */
  constructor (slide, state) {
    this.slide = slide;
    this.managed = true;
    this.plane = Look.middlePlane(slide);
    this.firstPlane = this.plane;
    this.stain = 'none';
    this.mix = newMix(); // of MIXED
    const paths = (slide.paths ?? []).filter(path => !path.color);
    this.channels = paths.map((path, i) => ({
      index: slide.paths.indexOf(path),
      name: path.name ?? `Channel ${path.id ?? i + 1}`,
      top: 2 ** (path.bits ?? 8) - 1,
      rgb: path.rgb ?? 'FFFFFF',
      visible: true,
      low: null, // null: from the data
      high: null,
      gamma: 1,
      opacity: 1,
    }));
    this.#restore(state ?? {});
  }

  /** What is kept of it. */
  get state () {
    const { managed, plane, stain, mix, channels } = this;
    return { managed, plane, stain, mix, channels: channels.map(
      ({ name, rgb, visible, low, high, gamma, opacity }) =>
        ({ name, rgb, visible, low, high, gamma, opacity })) };
  }

  /** Only what fits the slide: it may be another one by now. */
  #restore ({ managed, plane, stain, mix, channels }) {
    this.managed = managed !== false;
    if (plane >= 0 && plane < (this.slide.focal_planes?.length ?? 1))
      this.plane = plane;
    if (this.hasStains && STAINS.includes(stain))
      this.stain = stain;
    if (mix?.length === this.mix.length)
      this.mix = mix;
    if (channels?.length === this.channels.length)
      this.channels.forEach((one, i) => one.name === channels[i].name &&
        Object.assign(one, channels[i]));
  }

  /** The plane that is shown first: nearest to the reference plane. */
  static middlePlane (slide) {
    const heights = slide.focal_planes ?? [0];
    let best = 0;
    heights.forEach((um, i) => {
      if (Math.abs(um) < Math.abs(heights[best]))
        best = i;
    });
    return best;
  }

  get isMixed () {
    return this.channels.length > 0;
  }

  get hasStains () {
    return !this.isMixed && this.slide.paths?.[0]?.color !== false;
  }

  #channelText (channel) {
    // 0-0: from the data.
    const window = channel.low === null ? '0-0'
      : `${channel.low}-${Math.max(channel.low + 1, channel.high)}`;
    return `${channel.index}:${channel.rgb}:${window}:${channel.gamma}:${
      channel.opacity}`;
  }

  /** The query of a tile source: nothing where stored tiles will do. */
  get query () {
    const parts = [];
    const profile = this.slide.icc;
    const embeds = this.managed && profile && profile.bytes <= EMBED_BYTES;
    if (this.plane !== this.firstPlane)
      parts.push(`z=${this.plane}`);
    if (this.stain === MIXED)
      parts.push(`stains=${mixText(this.mix)}`);
    else if (this.stain !== 'none')
      parts.push(`stain=${this.stain}`);
    if (this.isMixed) {
      const shown = this.channels.filter(one => one.visible);
      const changed = this.channels.some(one => !one.visible ||
        one.low !== null || one.gamma !== 1 || one.opacity !== 1 ||
        one.rgb !== this.slide.paths[one.index].rgb);
      if (changed)
        parts.push(`channels=${shown.map(one => this.#channelText(one)).join(',')}`);
    }
    if (parts.length === 0 && embeds)
      return { icc: 'embed' };
    if (parts.length === 0 && !this.isMixed && !(this.managed && profile))
      return {};
    return { look: [`icc=${this.managed ? 1 : 0}`, ...parts].join(';') };
  }
}

const section = (title, ...children) =>
  element('section', { className: 'group' }, element('h3', {}, title),
    ...children);

export function labelled (text, control) {
  return element('label', { className: 'field' },
    element('span', {}, text), control);
}

export function range (properties, onInput) {
  const control = element('input', { type: 'range', ...properties });
  control.addEventListener('input', () => onInput(Number(control.value)));
  return control;
}

function colorSection (look, changed) {
  const managed = element('input', { type: 'checkbox', id: 'icc',
    checked: look.managed, disabled: !look.slide.icc });
  managed.addEventListener('change', () => {
    look.managed = managed.checked;
    changed();
  });
  const words = look.slide.icc ? 'Colours as the scanner\u2019s profile says (ICC)'
    : 'No ICC profile: taken for sRGB';
  const children = [element('label', { className: 'check' }, managed, words)];
  if (look.hasStains) {
    const stain = element('select', { id: 'stain' }, ...STAINS.map(name =>
      element('option', { value: name }, sayStain(name))));
    const mix = makeMix(look, changed);
    stain.value = look.stain;
    stain.addEventListener('change', () => {
      look.stain = stain.value;
      mix.hidden = look.stain !== MIXED;
      changed();
    });
    mix.hidden = look.stain !== MIXED;
    children.push(labelled('Stain', stain), mix);
  }
  return section('Colour', ...children);
}

function focusSection (look, changed) {
  const heights = look.slide.focal_planes ?? [];
  if (heights.length < 2)
    return null;
  const words = element('output');
  const isKnown = heights.some(um => um !== heights[0]);
  const say = () => {
    const height = isKnown ? `${heights[look.plane].toFixed(1)} \u00b5m, ` : '';
    words.textContent = `${height}plane ${look.plane + 1} of ${heights.length}`;
  };
  const control = range({ id: 'focus', min: 0, max: heights.length - 1,
    value: look.plane }, value => {
    look.plane = value;
    say();
    changed();
  });
  say();
  return section('Focus', labelled('Plane', control), words);
}

/** Controls for @look; @onChange is called a moment after the last change. */
export function makeLookControls (look, onChange) {
  let timer = 0;
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(onChange, 120);
  };
  return [colorSection(look, changed), focusSection(look, changed),
    makeChannels(look, changed)].filter(Boolean);
}
