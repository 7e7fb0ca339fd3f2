// SPDX-License-Identifier: LGPL-2.1-or-later
// The slide page: one slide, or several of a case side by side; header, panel
// and keys are of the one that was touched last.

import { element, getJson, slideContainer } from './common.js';
import { makeBox, markBox } from './slidebox.js';
import { onKey } from './slidekeys.js';
import { button } from './slidepanel.js';
import { SlideStage } from './slidestage.js';
import { Ties } from './slideties.js';
import { KEYED, MAGNIFICATIONS, fullMagnification } from './slideunits.js';
import { keepInlineStyleOut } from './slideview.js';

const $ = id => document.getElementById(id);
const id = decodeURIComponent(location.pathname.split('/')[2] ?? '');
const MOST_STAGES = 6;

function fail (message) {
  $('stages').append(element('p', { className: 'notice' }, message));
  document.body.dataset.ready = 'failed';
}

/** The stages, and which of them is active. */
class Page {
  constructor (slides) {
    this.slides = slides;
    this.stages = [];
    this.ties = new Ties();
    this.active = null;
    this.#listen();
  }

  // For tests and the console.
  get view () { return this.active.view; }
  get shapes () { return this.active.shapes; }
  get drawing () { return this.active.drawing; }

  #listen () {
    const onView = (name, act) => $(name).addEventListener('click', () =>
      act(this.view));
    onView('zoom-in', view => view.viewer.viewport.zoomBy(1.5));
    onView('zoom-out', view => view.viewer.viewport.zoomBy(1 / 1.5));
    onView('fit', view => view.viewer.viewport.goHome());
    onView('rotate', view => view.rotateBy(90));
    $('pictures').addEventListener('click', () => {
      this.active.associated.hidden = !this.active.associated.hidden;
      this.#showHeader();
    });
    $('tie').addEventListener('click', () => {
      this.ties.setTied(!this.ties.tied);
      this.#showHeader();
    });
    $('panel-toggle').addEventListener('click', () => {
      this.#togglePanel();
      localStorage.setItem('vitrail-panel', $('panel').hidden ? '' : 'open');
    });
    if (localStorage.getItem('vitrail-panel') && window.innerWidth > 900)
      this.#togglePanel();
    // Before OpenSeadragon's own keys.
    document.addEventListener('keydown', event => this.active &&
      onKey(event, this.active, name =>
        $(name)?.hidden === false && $(name).click()), true);
    $('powers').append(...MAGNIFICATIONS.map(power => this.#makePower(power)));
  }

  #makePower (power) {
    const key = KEYED.indexOf(power) + 1;
    const text = `${power}\u00d7`;
    return button(text, { title: key > 0 ? `${text} (${key})` : text,
      'aria-label': `Magnification ${power}` },
    () => this.view.zoomToMagnification(power));
  }

  #togglePanel () {
    $('panel').hidden = !$('panel').hidden;
    $('panel-toggle').setAttribute('aria-pressed', String(!$('panel').hidden));
  }

  /** Opens @slide beside what is there. */
  show (slide) {
    if (this.stages.length >= MOST_STAGES ||
        this.stages.some(one => one.slide.id === slide.id))
      return;
    const stage = new SlideStage($('stages'), slide, () => this.#close(stage));
    const { view, node } = stage;
    this.stages.push(stage);
    view.addEventListener('open', () => {
      this.ties.add(view);
      document.body.dataset.ready = 'true';
      document.body.dataset.open = String(this.ties.views.length);
    });
    view.addEventListener('fail', () => { document.body.dataset.ready = 'failed'; });
    view.addEventListener('change', () => {
      if (stage === this.active)
        this.#showPower();
    });
    for (const name of ['pointerdown', 'focusin', 'wheel'])
      node.addEventListener(name, () => this.#activate(stage),
        { capture: true, passive: true });
    this.#arrange();
    this.#activate(this.stages.length === 1 ? stage : this.active);
  }

  #close (stage) {
    if (this.stages.length < 2)
      return;
    this.ties.remove(stage.view);
    this.stages = this.stages.filter(one => one !== stage);
    stage.close();
    this.#arrange();
    this.#activate(stage === this.active ? this.stages[0] : this.active, true);
  }

  #arrange () {
    const n = this.stages.length;
    $('stages').dataset.count = String(n);
    const [first, ...others] = this.stages.map(one => one.slide.id);
    history.replaceState(null, '', `/slide/${first}${others.length > 0
      ? `?beside=${others.join(',')}` : ''}`);
  }

  #activate (stage, again = false) {
    this.#showBox(stage);
    if (this.active === stage && !again)
      return;
    this.active = stage;
    for (const one of this.stages)
      one.node.setAttribute('aria-current', String(one === stage));
    $('panel').replaceChildren(stage.panel);
    this.#showBox(stage);
    this.#showTitle(stage.slide, stage.name);
    this.#showPower();
    window.vitrailViewer = stage.view.viewer;
  }

  #showBox (stage) {
    markBox($('box'), this.stages.map(one => one.slide.id), stage.slide.id);
    this.#showHeader();
  }

  #showHeader () {
    const { active, stages, ties } = this;
    $('tie').hidden = stages.length < 2;
    $('tie').setAttribute('aria-pressed', String(ties.tied));
    if (!active)
      return;
    $('pictures').hidden = !active.pictures;
    $('pictures').textContent = active.pictures;
    $('pictures').setAttribute('aria-pressed', String(!active.associated.hidden));
    $('powers').hidden = !fullMagnification(active.slide);
  }

  #showPower () {
    const { magnification } = this.view;
    MAGNIFICATIONS.forEach((power, i) =>
      $('powers').children[i].setAttribute('aria-pressed',
        String(Math.abs(magnification / power - 1) < 0.02)));
  }

  #showTitle (slide, name) {
    document.title = `${name} - Vitrail`;
    const words = [slideContainer(slide), `${slide.width.toLocaleString()
    } \u00d7 ${slide.height.toLocaleString()} px${slide.objective_power
      ? `, scanned at ${slide.objective_power}\u00d7` : ''}`];
    $('title').replaceChildren(element('b', {}, name),
      ` \u00b7 ${words.filter(Boolean).join(' \u00b7 ')}`);
    $('title').title = $('title').textContent;
  }
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
  if (!window.OpenSeadragon) {
    fail('This build has no OpenSeadragon: run ./dev build, which fetches it.');
    return;
  }
  keepInlineStyleOut();
  const beside = new URLSearchParams(location.search).get('beside') ?? '';
  const page = new Page(slides);
  window.vitrailPage = page;
  const box = makeBox(slide, slides, one => page.show(one));
  if (box) {
    $('box').append(box);
    $('box').hidden = false;
  }
  for (const one of [slide, ...beside.split(',').map(other =>
    slides.find(mate => mate.id === other))])
    if (one)
      page.show(one);
}

start();
