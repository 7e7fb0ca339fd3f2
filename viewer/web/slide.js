// SPDX-License-Identifier: LGPL-2.1-or-later
// The slide page: puts view, panel, slide box, annotations and coverage
// together, and gives them keys.

import { element, getJson, slideContainer, slideName } from './common.js';
import { MAGNIFICATIONS } from './slideunits.js';
import { SlideView, keepInlineStyleOut } from './slideview.js';
import { Shapes } from './shapes.js';
import { Drawing, TOOLS } from './drawing.js';
import { AnnotationStore } from './annotationstore.js';
import { Coverage } from './coverage.js';
import { Pair, makeBox, openBeside } from './slidebox.js';
import { button, group, makeDrawing, makeLook, makeProperties }
  from './slidepanel.js';
import { SetLayer } from './slidesets.js';

const $ = id => document.getElementById(id);
const id = decodeURIComponent(location.pathname.split('/')[2] ?? '');
const SMALL_TURN = 5;
const SEEN_AT = 10;

function fail (message) {
  $('stages').append(element('p', { className: 'notice' }, message));
  document.body.dataset.ready = 'failed';
}

function toggle (node, control) {
  node.hidden = !node.hidden;
  control.setAttribute('aria-pressed', String(!node.hidden));
}

function showAssociated (slide) {
  const names = slide.associated.filter(name => /^[\w.-]+$/.test(name) &&
                                                name !== 'thumbnail');
  if (names.length === 0)
    return;
  $('pictures').hidden = false;
  $('pictures').textContent = names.includes('label') ? 'Label' : 'Overview';
  $('pictures').addEventListener('click', () =>
    toggle($('associated'), $('pictures')));
  $('associated').append(...names.map(name => element('figure', {},
    element('img', { alt: name, src:
      `/slides/${slide.id}/${name}.jpg?v=${slide.version}`, loading: 'lazy' }),
    element('figcaption', {}, name))));
}

function showPowers (view) {
  const { slide } = view;
  if (!slide.mpp_um)
    return;
  $('powers').append(...MAGNIFICATIONS.map((power, i) => button(
    `${power}\u00d7`, { title: `${power}\u00d7 (${i + 1})`,
      'aria-label': `Magnification ${power}` },
    () => view.zoomToMagnification(power))));
  const show = () => MAGNIFICATIONS.forEach((power, i) =>
    $('powers').children[i].setAttribute('aria-pressed',
      String(Math.abs(view.magnification / power - 1) < 0.02)));
  view.addEventListener('change', show);
}

/** Tissue of the slide; null where the service does not say. */
async function getTissue (slide) {
  try {
    return await getJson(`/slides/${slide.id}/tissue?v=${slide.version}`);
  } catch {
    return null;
  }
}

/** Steps through what has tissue. */
class TissueSteps {
  constructor (view, tissue) {
    this.view = view;
    this.regions = tissue?.regions ?? [];
    this.index = -1;
  }

  step (by) {
    const n = this.regions.length;
    if (n === 0)
      return;
    this.index = (this.index + by + n) % n;
    this.view.showRect(this.regions[this.index].rect);
  }
}

function makeCoverage (view, drawing, coverage, steps) {
  const words = element('output', { id: 'seen' });
  const show = element('input', { type: 'checkbox', id: 'unseen' });
  const say = () => {
    words.textContent = `${(100 * coverage.share(SEEN_AT)).toFixed(0)} % seen at ${
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
  return group('Looked at', words,
    element('label', { className: 'check' }, show, 'Veil what was not seen yet (U)'),
    steps.regions.length > 0 ? element('div', { className: 'tools' },
      button('Previous tissue', { title: 'Previous tissue (Shift+N)' },
        () => steps.step(-1)),
      button('Next tissue', { title: 'Next tissue (N)' }, () => steps.step(1)))
      : null);
}

/** A square field of a known area in the middle of the view, for counting. */
function makeField (view, drawing) {
  const { mpp_um: mpp } = view.slide;
  if (!mpp)
    return null;
  const choice = element('select', { id: 'field' },
    ...[['', 'No counting field'], ['1', '1 mm\u00b2'], ['2', '2 mm\u00b2']]
      .map(([value, text]) => element('option', { value }, text)));
  let centre = null;
  choice.addEventListener('change', () => {
    const { viewport } = view.viewer;
    const place = viewport.viewportToImageCoordinates(viewport.getCenter());
    centre = choice.value ? [place.x, place.y] : null;
    drawing.paint();
  });
  drawing.extras.push((context, affine) => {
    if (!centre)
      return;
    const side = Math.sqrt(Number(choice.value)) * 1000;
    const [width, height] = mpp.map(one => side / one);
    context.save();
    context.setTransform(...affine);
    context.beginPath();
    context.rect(centre[0] - width / 2, centre[1] - height / 2, width, height);
    context.restore();
    context.lineWidth = 2 * (window.devicePixelRatio || 1);
    context.strokeStyle = '#5b9dff';
    context.stroke();
  });
  return group('Counting field', choice,
    button('Move it here', {}, () => choice.dispatchEvent(new Event('change'))));
}

function onKey (event, page) {
  const { view, drawing, shapes, panel, steps } = page;
  if (event.target.matches('input, select, textarea') || event.altKey)
    return;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (key !== 'z' && key !== 'y')
      return;
    (key === 'y' || event.shiftKey) ? shapes.redo() : shapes.undo();
    event.preventDefault();
    return;
  }
  const tool = TOOLS.find(([, , letter]) => letter.toLowerCase() === key);
  const digit = '123456789'.indexOf(event.key);
  const actions = {
    0: () => view.viewer.viewport.goHome(),
    l: () => $('pictures').hidden || $('pictures').click(),
    i: () => $('panel-toggle').click(),
    r: () => view.rotateBy(event.shiftKey ? -90 : 90),
    ',': () => view.rotateBy(-SMALL_TURN),
    '.': () => view.rotateBy(SMALL_TURN),
    u: () => $('unseen')?.click(),
    n: () => steps.step(event.shiftKey ? -1 : 1),
    delete: () => drawing.removeSelected(),
    escape: () => { drawing.cancel(); panel.choose('pan'); drawing.select(null); },
  };
  if (digit >= 0 && digit < MAGNIFICATIONS.length)
    view.zoomToMagnification(MAGNIFICATIONS[digit]);
  else if (actions[key])
    actions[key]();
  else if (tool && !event.shiftKey && !panel.inert)
    panel.choose(tool[0]);
  else
    return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

/** A second slide beside the first, tied to it. */
function showBeside (page, slide) {
  page.pair?.stop();
  page.beside?.destroy();
  page.beside?.stage.remove();
  page.tie?.remove();
  page.beside = openBeside($('stages'), slide, view => {
    page.pair = new Pair(page.view, view);
    page.tie = button('Tied', { 'aria-pressed': 'true',
      title: 'Both slides move and turn as one' }, () => {
      page.pair.setTied(!page.pair.tied);
      page.tie.setAttribute('aria-pressed', String(page.pair.tied));
    });
    page.tie.id = 'tie';
    $('panel-toggle').before(page.tie);
    document.body.dataset.beside = 'true';
  });
  page.view.place.textContent = slideName(page.view.slide);
}

async function startAnnotations (page, status) {
  const say = text => { status.textContent = text; };
  const store = new AnnotationStore(page.view.slide, page.shapes, say);
  try {
    const sets = await store.load();
    store.watch();
    const layer = new SetLayer(page.view, page.drawing, store);
    $('panel').append(...layer.makeControls(sets));
  } catch (error) {
    say(`annotations are not saved: ${error.message}`);
  }
  // What is drawn before would be replaced by what is loaded.
  page.panel.inert = false;
  document.body.dataset.annotations = 'ready';
}

async function fillPanel (page) {
  const { view, drawing, shapes } = page;
  const status = element('p', { className: 'muted', id: 'saved',
    role: 'status' });
  page.panel = makeDrawing(drawing, shapes, status);
  page.panel.inert = true;
  $('panel').append(makeProperties(view.slide), ...makeLook(view), page.panel);
  startAnnotations(page, status);
  const tissue = await getTissue(view.slide);
  page.steps = new TissueSteps(view, tissue);
  page.coverage = new Coverage(view, tissue);
  const field = makeField(view, drawing);
  $('panel').append(makeCoverage(view, drawing, page.coverage, page.steps),
    ...field ? [field] : []);
}

function open (slide, slides) {
  keepInlineStyleOut();
  const view = new SlideView($('slide'), slide);
  const shapes = new Shapes();
  const page = { view, shapes, drawing: new Drawing(view, shapes),
    steps: new TissueSteps(view, null) };
  view.addEventListener('open', () => { document.body.dataset.ready = 'true'; });
  view.addEventListener('fail', () => { document.body.dataset.ready = 'failed'; });
  const box = makeBox(slide, slides, one => showBeside(page, one));
  if (box) {
    $('box').append(box);
    $('box').hidden = false;
  }
  showPowers(view);
  fillPanel(page);
  const { viewport } = view.viewer;
  $('zoom-in').addEventListener('click', () => viewport.zoomBy(1.5));
  $('zoom-out').addEventListener('click', () => viewport.zoomBy(1 / 1.5));
  $('fit').addEventListener('click', () => viewport.goHome());
  $('rotate').addEventListener('click', () => view.rotateBy(90));
  $('panel-toggle').addEventListener('click', () => {
    toggle($('panel'), $('panel-toggle'));
    localStorage.setItem('vitrail-panel', $('panel').hidden ? '' : 'open');
  });
  if (localStorage.getItem('vitrail-panel') && window.innerWidth > 900)
    toggle($('panel'), $('panel-toggle'));
  // Before OpenSeadragon's own keys.
  document.addEventListener('keydown', event => onKey(event, page), true);
  // For the address bar's console and for tests.
  window.vitrailViewer = view.viewer;
  window.vitrailPage = page;
}

function showTitle (slide) {
  const name = slideName(slide);
  document.title = `${name} - Vitrail`;
  const container = slideContainer(slide);
  const power = slide.objective_power
    ? `, scanned at ${slide.objective_power}\u00d7` : '';
  $('title').replaceChildren(element('b', {}, name),
    `${container && ` \u00b7 ${container}`} \u00b7 ${slide.width.toLocaleString()} \u00d7 ${
      slide.height.toLocaleString()} px${power}`);
}

async function start () {
  let slides = [];
  try {
    slides = await getJson('/slides');
  } catch (error) {
    fail(error.message);
    return;
  }
  const slide = slides.find(one => one.id === id);
  if (!slide) {
    fail(`There is no slide ${id} here (any more). The worklist has all.`);
    return;
  }
  showTitle(slide);
  if (!window.OpenSeadragon) {
    fail('This build has no OpenSeadragon: run ./dev build, which fetches it.');
    return;
  }
  showAssociated(slide);
  open(slide, slides);
}

start();
