// SPDX-License-Identifier: LGPL-2.1-or-later
// Annotation sets of a slide on the server: what is drawn is saved a moment
// later, and never over what somebody else saved meanwhile.

import { getJson } from './common.js';

const TYPE = 'application/geo+json';
const SAVE_MS = 600;
const RETRY_MS = 5000;
/** The set that is drawn into, here and in the window. */
export const OWN_SET = 'Annotations';

export class AnnotationStore {
  #tag = null; // of what the server holds; null: nothing
  #pending = false; // something is not saved yet
  #saving = Promise.resolve();

  constructor (slide, shapes, onState) {
    this.base = `/annotations/${encodeURIComponent(slide.id)}`;
    this.shapes = shapes;
    this.onState = onState;
    this.readOnly = false;
  }

  get url () {
    return `${this.base}/${encodeURIComponent(OWN_SET)}`;
  }

  /** Loads what was drawn here before. Returns the other sets, those that can
   * only be looked at. */
  async load () {
    const sets = await getJson(this.base);
    if (sets.some(one => one.name === OWN_SET))
      await this.#loadOwn();
    return sets.filter(one => one.name !== OWN_SET);
  }

  async #loadOwn () {
    const response = await fetch(this.url, { cache: 'no-cache' });
    if (!response.ok)
      throw new Error(`annotations: status ${response.status}`);
    this.#tag = response.headers.get('ETag');
    this.shapes.read(await response.json());
  }

  /** A set that only is looked at. */
  async fetchSet (name, query = '') {
    return getJson(`${this.base}/${encodeURIComponent(name)}${query}`);
  }

  watch () {
    this.shapes.addEventListener('change', () => {
      if (this.readOnly)
        return;
      this.#pending = true;
      this.onState('not saved yet');
      this.#saveIn(SAVE_MS);
    });
    // The browser asks whether to leave while something is not saved.
    window.addEventListener('beforeunload', event => {
      if (this.#pending)
        event.preventDefault();
    });
  }

  /** Its slide is shown no more: what is not saved yet is saved now. */
  close () {
    if (this.#pending && !this.readOnly)
      this.#saveIn(0);
  }

  #saveIn (ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.#saving = this.#saving.then(() => this.#save());
    }, ms);
  }

  async #save () {
    const condition = this.#tag === null ? { 'If-None-Match': '*' }
      : { 'If-Match': this.#tag };
    const saved = this.shapes.list;
    try {
      const response = await fetch(this.url, { method: 'PUT',
        headers: { 'Content-Type': TYPE, ...condition },
        body: JSON.stringify(this.shapes.toGeoJson(OWN_SET)) });
      if (response.status === 412) {
        this.readOnly = true;
        this.onState('changed by somebody else: not saved. Reload to see it; ' +
          'export what you drew before');
        return;
      }
      if (!response.ok)
        throw new Error(`status ${response.status}`);
      this.#tag = response.headers.get('ETag');
      this.#pending = this.shapes.list !== saved;
      if (!this.#pending)
        this.onState('saved');
    } catch (error) {
      this.onState(`not saved: ${error.message}; it is tried again`);
      this.#saveIn(RETRY_MS);
    }
  }
}
