// SPDX-License-Identifier: LGPL-2.1-or-later
// The part of the panel about what was looked at: how much, what not yet, ways
// there, and a field of a known area for counting.

import { element, getJson } from './common.js';
import { button, group } from './slidepanel.js';

const SEEN_AT = 10;
const FIELDS = [['', 'None'], ['1 round', '1 mm\u00b2, round'],
  ['1 square', '1 mm\u00b2, square'], ['2 round', '2 mm\u00b2, round'],
  ['2 square', '2 mm\u00b2, square']];

/** Tissue of the slide; null where the service does not say. */
export async function getTissue (slide) {
  try {
    return await getJson(`/slides/${slide.id}/tissue?v=${slide.version}`);
  } catch {
    return null;
  }
}

/** Steps through what has tissue, and through what of it was not seen. */
export class TissueSteps {
  constructor (view, tissue, coverage) {
    this.view = view;
    this.regions = tissue?.regions ?? [];
    this.coverage = coverage;
    this.index = -1;
  }

  step (by) {
    const n = this.regions.length;
    if (n === 0)
      return;
    this.index = (this.index + by + n) % n;
    this.view.showRect(this.regions[this.index].rect);
  }

  /** At the magnification that is on, or the least that counts. */
  stepUnseen () {
    const { view } = this;
    const power = Math.max(view.magnification ?? 0, SEEN_AT);
    const place = this.coverage?.findUnseen(view.getCentre(false), power);
    if (!place)
      return;
    if (view.magnification < power)
      view.zoomToMagnification(power);
    view.showPlace(place);
  }
}

function makeTissueWays (steps) {
  return steps.regions.length === 0 ? []
    : [button('\u2039 Tissue', { title: 'Previous tissue (Shift+N)' },
      () => steps.step(-1)),
    button('Tissue \u203a', { title: 'Next tissue (N)' }, () => steps.step(1))];
}

/** @coverage: null where no scale is known, and so no magnification. */
export function makeSeen (view, drawing, coverage, steps) {
  if (!coverage)
    return group('Looked at', element('output', { id: 'seen' },
      'Not counted: no scale is known'),
    element('div', { className: 'tools two' }, ...makeTissueWays(steps)));
  const words = element('output', { id: 'seen' });
  const show = element('input', { type: 'checkbox', id: 'unseen' });
  const say = () => {
    words.textContent = `${(100 * coverage.share(SEEN_AT)).toFixed(0)} % ${
      steps.regions.length > 0 ? 'of the tissue ' : ''}seen at ${
      SEEN_AT}\u00d7 or more`;
  };
  show.addEventListener('change', () => {
    coverage.shown = show.checked;
    drawing.paint();
  });
  view.addEventListener('coverage', () => {
    say();
    drawing.paint();
  });
  drawing.extras.push((context, affine) =>
    coverage.draw(context, affine, SEEN_AT));
  say();
  const ways = [...makeTissueWays(steps), button('Not seen \u203a', { title:
    'To the next tissue that was not seen at this magnification (M)' },
  () => steps.stepUnseen())];
  return group('Looked at', words,
    element('label', { className: 'check' }, show,
      'Veil what was not seen yet (U)'),
    element('div', { className: 'tools three' }, ...ways),
    element('div', { className: 'tools two' }, button('Begin anew', { title:
      'All of it is not seen yet, for everybody' }, async () => {
      try {
        await coverage.forget();
      } catch (error) {
        words.textContent = error.message;
      }
    })));
}

/** The field's outline around (x, y) in image pixels. */
function traceField (context, [x, y], [area, shape], mpp) {
  if (shape === 'round') {
    const [rx, ry] = mpp.map(one => Math.sqrt(area / Math.PI) * 1000 / one);
    context.ellipse(x, y, rx, ry, 0, 0, 2 * Math.PI);
  } else {
    const [width, height] = mpp.map(one => Math.sqrt(area) * 1000 / one);
    context.rect(x - width / 2, y - height / 2, width, height);
  }
}

/** A field of a known area, for counting; it stays where it was put, here and
 * after a reload. @kept: {get, set} of what is kept of the slide. */
export function makeField (view, drawing, kept) {
  const { mpp_um: mpp } = view.slide;
  if (!mpp)
    return null;
  let field = kept.get('field'); // {kind, centre}
  if (!FIELDS.some(([kind]) => kind && kind === field?.kind) ||
      !field.centre?.every(Number.isFinite))
    field = null;
  const choice = element('select', { id: 'field', 'aria-label': 'Counting field' },
    ...FIELDS.map(([value, text]) => element('option', { value }, text)));
  choice.value = field?.kind ?? '';
  const put = centre => {
    field = choice.value ? { kind: choice.value, centre } : null;
    kept.set('field', field);
    drawing.paint();
  };
  choice.addEventListener('change', () =>
    put(field?.centre ?? view.getCentre()));
  drawing.extras.push((context, affine) => {
    if (!field)
      return;
    context.save();
    context.setTransform(...affine);
    context.beginPath();
    traceField(context, field.centre, field.kind.split(' '), mpp);
    context.restore();
    const dots = window.devicePixelRatio || 1;
    context.lineWidth = 4 * dots;
    context.strokeStyle = 'rgb(0 0 0 / .45)';
    context.stroke();
    context.lineWidth = 2 * dots;
    context.strokeStyle = '#5b9dff';
    context.stroke();
  });
  return group('Counting field', choice, element('div', { className: 'tools two' },
    button('Move it here', { title: 'To the middle of what is seen' },
      () => put(view.getCentre())),
    button('Go to it', {}, () => field && view.showPlace(field.centre))));
}
