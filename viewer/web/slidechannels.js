// SPDX-License-Identifier: LGPL-2.1-or-later
// The channels of a slide in the panel: colour, window with the histogram of
// the samples, gamma, opacity, and presets by name.

import { element, getJson } from './common.js';
import { labelled, range } from './slidelook.js';

const DATA = 'window from the data';
const KEPT = ['rgb', 'visible', 'low', 'high', 'gamma', 'opacity'];
const NONE = '';

/** The samples' histogram, on a scale where few are seen beside many, and what
 * lies within the window. */
function paintHistogram (canvas, { counts, top }, [low, high], color) {
  const context = canvas.getContext('2d');
  const { width, height } = canvas;
  const most = Math.log1p(Math.max(...counts, 1));
  const step = width / counts.length;
  context.clearRect(0, 0, width, height);
  counts.forEach((count, i) => {
    const value = (i + 0.5) / counts.length * top;
    context.fillStyle = value >= low && value <= high ? color : '#4a5060';
    const bar = Math.log1p(count) / most * height;
    context.fillRect(i * step, height - bar, Math.max(1, step - 1), bar);
  });
}

/** One row; show() makes it say what the channel has. */
class ChannelRow {
  constructor (channel, changed) {
    this.channel = channel;
    this.changed = changed;
    this.found = null; // what the data suggest
    const { name, top } = channel;
    this.visible = element('input', { type: 'checkbox',
      'aria-label': `Show ${name}` });
    this.color = element('input', { type: 'color',
      'aria-label': `Colour of ${name}` });
    this.low = range({ min: 0, max: top, 'aria-label': `Black of ${name}` },
      () => this.#setWindow());
    this.high = range({ min: 0, max: top, 'aria-label': `White of ${name}` },
      () => this.#setWindow());
    this.gamma = this.#bound('gamma', { min: 0.2, max: 4, step: 0.1 });
    this.opacity = this.#bound('opacity', { min: 0, max: 1, step: 0.05 });
    this.histogram = element('canvas', { className: 'histogram', width: 256,
      height: 40 });
    this.words = element('output');
    this.visible.addEventListener('change', () =>
      this.#set({ visible: this.visible.checked }));
    this.color.addEventListener('change', () =>
      this.#set({ rgb: this.color.value.slice(1).toUpperCase() }));
    const auto = element('button', { type: 'button', title:
      'The window that the data suggest' }, 'Auto');
    auto.addEventListener('click', () => this.#set({ low: null, high: null }));
    this.node = element('details', { className: 'channel' },
      element('summary', {}, this.visible, this.color,
        element('span', { title: name }, name)),
      this.histogram, labelled('Black', this.low), labelled('White', this.high),
      element('div', { className: 'window' }, this.words, auto),
      labelled('Gamma', this.gamma), labelled('Opacity', this.opacity));
    this.show();
  }

  #bound (name, properties) {
    return range({ ...properties, 'aria-label': `${name} of ${this.channel.name}` },
      value => this.#set({ [name]: value }));
  }

  #set (values) {
    Object.assign(this.channel, values);
    this.show();
    this.changed();
  }

  #setWindow () {
    const low = Math.min(Number(this.low.value), this.channel.top - 1);
    this.#set({ low, high: Math.max(low + 1, Number(this.high.value)) });
  }

  setFound (found) {
    this.found = found;
    this.show();
  }

  show () {
    const { channel, found } = this;
    const isAuto = channel.low === null;
    const ends = isAuto ? [found?.low ?? 0, found?.high ?? channel.top]
      : [channel.low, channel.high];
    this.visible.checked = channel.visible;
    this.color.value = `#${channel.rgb}`;
    [this.low.value, this.high.value] = ends;
    this.gamma.value = channel.gamma;
    this.opacity.value = channel.opacity;
    this.words.textContent = isAuto && !found ? DATA
      : `${ends.join(' to ')}${isAuto ? ', from the data' : ''}`;
    if (found)
      paintHistogram(this.histogram, found, ends, `#${channel.rgb}`);
  }
}

/** Presets that the browser keeps for slides with these channels. */
class Presets {
  constructor (channels) {
    this.key = `vitrail-presets ${channels.map(one => one.name).join('|')}`;
    this.own = {};
    try {
      this.own = JSON.parse(localStorage.getItem(this.key)) ?? {};
    } catch {
      // None, then.
    }
    this.given = { 'All channels': channels.map(() => ({ visible: true })) };
    for (const one of channels)
      this.given[`${one.name} alone`] = channels.map(other =>
        ({ visible: other === one }));
  }

  get names () {
    return [...Object.keys(this.given), ...Object.keys(this.own)];
  }

  get (name) {
    return this.own[name] ?? this.given[name];
  }

  set (name, channels) {
    if (channels)
      this.own[name] = channels.map(one =>
        Object.fromEntries(KEPT.map(key => [key, one[key]])));
    else
      delete this.own[name];
    localStorage.setItem(this.key, JSON.stringify(this.own));
  }
}

function presetControls (look, rows, changed) {
  const presets = new Presets(look.channels);
  const choice = element('select', { id: 'preset', 'aria-label': 'Preset' });
  const name = element('input', { placeholder: 'Name', maxLength: 40,
    'aria-label': 'Name of a preset' });
  const fill = chosen => {
    choice.replaceChildren(...[NONE, ...presets.names].map(one =>
      element('option', { value: one }, one || 'Preset\u2026')));
    choice.value = chosen;
  };
  const remove = element('button', { type: 'button', hidden: true }, 'Remove');
  choice.addEventListener('change', () => {
    remove.hidden = !presets.own[choice.value];
    const chosen = presets.get(choice.value);
    if (!chosen)
      return;
    look.channels.forEach((one, i) => Object.assign(one, chosen[i]));
    rows.forEach(row => row.show());
    changed();
  });
  remove.addEventListener('click', () => {
    presets.set(choice.value, null);
    remove.hidden = true;
    fill(NONE);
  });
  const save = element('button', { type: 'button', title:
    'Keeps colours, windows and what is shown by this name' }, 'Save');
  save.addEventListener('click', () => {
    const text = name.value.trim();
    if (!text || presets.given[text])
      return;
    presets.set(text, look.channels);
    name.value = '';
    fill(text);
    remove.hidden = false;
  });
  fill(NONE);
  return [element('div', { className: 'preset' }, choice, remove),
    element('div', { className: 'preset' }, name, save)];
}

/** Windows and histograms as the service finds them, once. */
async function findWindows (look, rows) {
  const { id, version } = look.slide;
  try {
    const found = await getJson(`/slides/${id}/channels?v=${version}&z=${
      look.plane}`);
    for (const one of found)
      rows.find(row => row.channel.index === one.index)?.setFound(one);
  } catch {
    // They stay "from the data".
  }
}

/** null: a slide in true colours. */
export function makeChannels (look, changed) {
  if (!look.isMixed)
    return null;
  const rows = look.channels.map(channel => new ChannelRow(channel, changed));
  findWindows(look, rows);
  return element('section', { className: 'group' },
    element('h3', {}, 'Channels'), ...presetControls(look, rows, changed),
    ...rows.map(row => row.node));
}
