// SPDX-License-Identifier: LGPL-2.1-or-later
// Stains of a slide: one of them alone, or each as a channel of its own, shown
// or hidden, in its own colour or another, more or less of it.

import { element } from './common.js';
import { range } from './slidelook.js';

export const MIXED = 'mixed';
export const STAINS = ['none', 'hematoxylin', 'eosin', 'dab', MIXED];
const NAMES = { none: 'All stains', hematoxylin: 'Hematoxylin', eosin: 'Eosin',
  dab: 'DAB', original: 'Slide as it is', [MIXED]: 'Stains as channels' };
const MOST = 4;

export const sayStain = name => name === 'none' || name === MIXED ? NAMES[name]
  : `${NAMES[name]} alone`;

// As much of a stain as takes nine tenths of the light has these.
const COLORS = { hematoxylin: '393284', eosin: 'D81AC8', dab: '8A452B',
  original: null };

export const newMix = () => Object.entries(COLORS).map(([name, rgb]) =>
  ({ name, visible: name === 'hematoxylin' || name === 'eosin', rgb,
    weight: name === 'original' ? 0.5 : 1 }));

/** As docs/slides.md has it; hidden ones keep their numbers. */
export const mixText = mix => mix.map(({ name, visible, rgb, weight }) =>
  [`${visible ? '' : '-'}${name}`, rgb, weight].filter(one => one !== null)
    .join(':')).join(',');

function mixRow (stain, changed) {
  const label = NAMES[stain.name];
  const visible = element('input', { type: 'checkbox', checked: stain.visible,
    'aria-label': `Show ${label}` });
  visible.addEventListener('change', () => {
    stain.visible = visible.checked;
    changed();
  });
  const weight = range({ min: 0, max: stain.name === 'original' ? 1 : MOST,
    step: 0.05, value: stain.weight, 'aria-label': `Amount of ${label}` },
  value => { stain.weight = value; changed(); });
  const color = element('input', { type: 'color', value: `#${stain.rgb}`,
    'aria-label': `Colour of ${label}` });
  color.addEventListener('change', () => {
    stain.rgb = color.value.slice(1).toUpperCase();
    changed();
  });
  return element('div', { className: 'stain', 'data-stain': stain.name }, visible,
    element('span', {}, label), weight,
    stain.name === 'original' ? element('span') : color);
}

export const makeMix = (look, changed) => element('div', { className: 'stains' },
  ...look.mix.map(one => mixRow(one, changed)));
