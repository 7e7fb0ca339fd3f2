// SPDX-License-Identifier: LGPL-2.1-or-later
// What the browser keeps of one slide: its look, its counting field.

/** Values by name; what cannot be read or kept counts as not there. */
export class Kept {
  constructor (slide) {
    this.key = `vitrail-slide ${slide.id}`;
    try {
      this.values = JSON.parse(localStorage.getItem(this.key)) ?? {};
    } catch {
      this.values = {};
    }
  }

  get (name) {
    return this.values?.[name] ?? null;
  }

  set (name, value) {
    this.values = { ...this.values, [name]: value };
    try {
      localStorage.setItem(this.key, JSON.stringify(this.values));
    } catch {
      // Without room it holds as long as the page.
    }
  }
}
