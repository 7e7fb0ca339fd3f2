// SPDX-License-Identifier: LGPL-2.1-or-later
// The slides of a case with their pictures.

import { element, slideName, slidePicture } from './common.js';

/** Slides of the same study or folder, this one among them. */
export const sameCase = (slide, slides) =>
  slides.filter(one => one.study === slide.study);

/** @onBeside: a slide is to be shown beside what is there. */
export function makeBox (slide, slides, onBeside) {
  const mates = sameCase(slide, slides);
  if (mates.length < 2)
    return null;
  return element('nav', { className: 'box', 'aria-label': 'Slides of this case' },
    ...mates.map(one => boxRow(one, onBeside)));
}

function boxRow (slide, onBeside) {
  const name = slideName(slide);
  const words = `Show ${name} beside what is there`;
  const beside = element('button', { type: 'button', className: 'beside',
    title: words, 'aria-label': words }, '\u25eb');
  beside.addEventListener('click', () => onBeside(slide));
  const link = element('a', { className: 'card', href: `/slide/${slide.id}`,
    title: `Show ${name} alone` },
  slidePicture(slide),
  element('div', { className: 'words' }, element('b', {}, name)));
  return element('div', { className: 'boxrow', 'data-slide': slide.id }, link,
    beside);
}

/** Marks what is shown, @active most of all. */
export function markBox (box, shown, active) {
  for (const row of box.querySelectorAll('.boxrow')) {
    const { slide } = row.dataset;
    row.querySelector('.card').setAttribute('aria-current',
      String(slide === active));
    row.classList.toggle('shown', shown.includes(slide));
    row.querySelector('.beside').hidden = shown.includes(slide);
  }
}
