// SPDX-License-Identifier: LGPL-2.1-or-later
// What all pages share: elements, requests, reading DICOM JSON.

/** An element with properties and children; text is never parsed as HTML. */
export function element (tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in node && name !== 'list')
      node[name] = value;
    else
      node.setAttribute(name, value);
  }
  node.append(...children.filter(child => child != null));
  return node;
}

/** JSON of a URL; an Error with the server's own words when it refuses. */
export async function getJson (url, options = {}) {
  const response = await fetch(url, options);
  if (response.status === 204)
    return [];
  const text = await response.text();
  let value = null;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${url}: the answer is no JSON`);
  }
  if (!response.ok)
    throw new Error(value.error ?? `${url}: status ${response.status}`);
  return value;
}

/** All values of an attribute. */
export function values (dataSet, tag) {
  return dataSet?.[tag]?.Value ?? [];
}

/** The first value of an attribute as text, "" when there is none. */
export function text (dataSet, tag) {
  const value = values(dataSet, tag)[0];
  if (value == null)
    return '';
  if (typeof value === 'object')
    return person(value);
  return String(value);
}

/** The first value as a number, or undefined. */
export function number (dataSet, tag) {
  const value = values(dataSet, tag)[0];
  return value == null || Number.isNaN(Number(value)) ? undefined
    : Number(value);
}

/** "Family, Given Middle" of a person name as DICOM JSON has it. */
function person (name) {
  const group = name.Alphabetic || name.Ideographic || name.Phonetic || '';
  const [family, given, middle] = group.split('^');
  const first = [given, middle].filter(Boolean).join(' ');
  return [family, first].filter(Boolean).join(', ');
}

/** "20240131" as the reader's locale writes it. */
export function date (value) {
  const found = /^(\d{4})(\d\d)(\d\d)$/.exec(value);
  if (!found)
    return value;
  const day = new Date(Date.UTC(+found[1], found[2] - 1, +found[3]));
  return day.toLocaleDateString(undefined, {
    timeZone: 'UTC', year: 'numeric', month: '2-digit', day: '2-digit' });
}

/** "1 slice", "60 slices". */
export function count (n, one, many = `${one}s`) {
  return `${n.toLocaleString()} ${n === 1 ? one : many}`;
}

/** Whether a person would take @word for a name: no UID, no lone sign. */
const isName = word => /[\p{L}\p{N}]/u.test(word ?? '') &&
  !/^[012](\.\d+){4,}$/.test(word);

/** What a person calls a slide: what its series is described as, else what is
 * on its container or what its file is called, else where it lies. */
export function slideName (slide) {
  const folder = slide.path?.split('/').at(-2);
  return [slide.description, slide.container, slide.name]
    .find(isName) ??
    (folder ? `Slide in ${folder}` : 'Slide without a name');
}

/** What is written on its container, where that is not its name already. */
export function slideContainer (slide) {
  return isName(slide.container) && slideName(slide) !== slide.container
    ? slide.container : '';
}

// Lossy Image Compression Method (PS3.3 C.7.6.1.1.5.1).
const METHODS = {
  ISO_10918_1: 'JPEG', ISO_14495_1: 'JPEG-LS', ISO_15444_1: 'JPEG 2000',
  ISO_15444_15: 'HTJ2K', ISO_18181_1: 'JPEG XL', ISO_13818_2: 'MPEG-2',
  ISO_14496_10: 'H.264', ISO_23008_2: 'H.265',
};

/** Says that detail was thrown away; how much and how in each step, where the
 * data tells. */
export function lossyText (ratios = [], methods = []) {
  const steps = [];
  for (let i = 0; i < Math.max(ratios.length, methods.length); i++) {
    const ratio = Number(ratios[i]);
    const method = METHODS[methods[i]] ?? methods[i];
    steps.push([ratio >= 1 ? `${Number(ratio.toPrecision(3))}:1` : '', method]
      .filter(Boolean).join(' '));
  }
  return ['Lossy compression', steps.filter(Boolean).join(', ')]
    .filter(Boolean).join(' ');
}

/** All of a slide in small, in the shape that it has on the glass. */
export function slidePicture (slide) {
  const frame = picture(`/slides/${slide.id}/overview.jpg?v=${slide.version}`,
    slideName(slide));
  const [across, down] = slide.mpp_um ?? [1, 1];
  if (Math.abs(across / down - 1) < 0.01)
    return frame;
  const shape = slide.width * across / (slide.height * down);
  const image = frame.firstChild;
  image.style.aspectRatio = String(shape);
  image.style.objectFit = 'fill';
  image.style[shape > 4 / 3 ? 'height' : 'width'] = 'auto';
  return frame;
}

/** A picture that says so when it cannot be had; its place is kept. */
export function picture (url, label) {
  const frame = element('div', { className: 'picture' });
  const image = element('img', {
    alt: label, loading: 'lazy', decoding: 'async', draggable: false });
  image.addEventListener('error', () => frame.replaceChildren('no picture'));
  image.src = url;
  frame.append(image);
  return frame;
}
