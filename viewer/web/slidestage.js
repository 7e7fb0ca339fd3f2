// SPDX-License-Identifier: LGPL-2.1-or-later
// One slide on the page with all that belongs to it: its view, what is drawn on
// it, what was seen of it, and its part of the panel.

import { element, slideName } from './common.js';
import { AnnotationStore } from './annotationstore.js';
import { Coverage } from './coverage.js';
import { Drawing } from './drawing.js';
import { Shapes } from './shapes.js';
import { Kept } from './slidekept.js';
import { makeDrawing, makeLook, makeProperties } from './slidepanel.js';
import { listRasters, makeRasters } from './slideraster.js';
import { TissueSteps, getTissue, makeField, makeSeen } from './slideseen.js';
import { SetLayer } from './slidesets.js';
import { fullMagnification } from './slideunits.js';
import { SlideView } from './slideview.js';

function makeAssociated (slide) {
  const names = slide.associated.filter(name => /^[\w.-]+$/.test(name) &&
                                                name !== 'thumbnail');
  return element('div', { className: 'associated', hidden: true },
    ...names.map(name => element('figure', {}, element('img', { alt: name,
      src: `/slides/${slide.id}/${name}.jpg?v=${slide.version}`,
      loading: 'lazy' }),
    element('figcaption', {}, name))));
}

export class SlideStage {
  /** @parent: has it in the document, so that it has a size. */
  constructor (parent, slide, onClose) {
    this.slide = slide;
    this.name = slideName(slide);
    this.node = element('div', { className: 'stage-one', role: 'application',
      tabIndex: -1, 'data-slide': slide.id, 'aria-label': `Slide ${
        this.name}: arrow keys pan, plus and minus zoom, digits choose a magnification` });
    this.associated = makeAssociated(slide);
    this.node.append(this.associated);
    parent.append(this.node);
    this.kept = new Kept(slide);
    this.view = new SlideView(this.node, slide, this.kept);
    this.view.showName(this.name, onClose);
    this.shapes = new Shapes();
    this.drawing = new Drawing(this.view, this.shapes);
    this.coverage = null;
    this.steps = new TissueSteps(this.view, null, null);
    this.panel = element('div', { className: 'slide-panel' });
    this.#fillPanel();
  }

  /** What there is beside the slide, in a word. */
  get pictures () {
    const names = [...this.associated.querySelectorAll('img')].map(one =>
      one.alt);
    return names.includes('label') ? 'Label' : names.length > 0 ? 'Overview'
      : '';
  }

  async #fillPanel () {
    const { slide, view, drawing, shapes, kept } = this;
    const status = element('p', { className: 'muted', id: 'saved',
      role: 'status' });
    this.tools = makeDrawing(drawing, shapes, status);
    this.tools.inert = true;
    const sets = element('div');
    this.panel.append(makeProperties(slide), ...makeLook(view),
      this.tools, sets);
    this.#startAnnotations(status, sets);
    const [tissue, rasters] = await Promise.all([getTissue(slide),
      listRasters(slide)]);
    if (this.closed)
      return;
    this.panel.append(...makeRasters(view, rasters));
    if (fullMagnification(slide)) {
      this.coverage = new Coverage(view, tissue);
      await this.coverage.load();
    }
    if (this.closed)
      return;
    this.steps = new TissueSteps(view, tissue, this.coverage);
    const field = makeField(view, drawing, kept);
    this.panel.append(makeSeen(view, drawing, this.coverage, this.steps),
      ...field ? [field] : []);
    this.node.dataset.seen = 'ready';
  }

  async #startAnnotations (status, place) {
    const say = text => { status.textContent = text; };
    const store = new AnnotationStore(this.slide, this.shapes, say);
    this.store = store;
    try {
      const sets = await store.load();
      store.watch();
      const layer = new SetLayer(this.view, this.drawing, store);
      place.append(...layer.makeControls(sets));
    } catch (error) {
      say(`annotations are not saved: ${error.message}`);
    }
    // What is drawn before would be replaced by what is loaded.
    this.tools.inert = false;
    this.node.dataset.annotations = 'ready';
    document.body.dataset.annotations = 'ready';
  }

  close () {
    this.closed = true;
    this.store.close();
    this.coverage?.stop();
    this.view.destroy();
    this.node.remove();
  }
}
