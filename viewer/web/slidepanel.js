// SPDX-License-Identifier: LGPL-2.1-or-later
// The panel beside a slide: what it is, how it is shown, what is drawn on it,
// what of it has been looked at.

import { element, lossyText } from './common.js';
import { makeLookControls } from './slidelook.js';
import { rectOf, sizeOf } from './shapes.js';
import { TOOLS } from './drawing.js';

const WORDS = {
  ContainerIdentifier: 'Container', ContainerTypeCodeSequence: 'Container type',
  SpecimenIdentifier: 'Specimen', SpecimenShortDescription: 'Description',
  SpecimenDetailedDescription: 'Details',
  PrimaryAnatomicStructureSequence: 'Anatomy',
  SpecimenPreparationSequence: 'Preparation', Manufacturer: 'Scanner',
  ManufacturerModelName: 'Model', DeviceSerialNumber: 'Serial number',
  AcquisitionDateTime: 'Scanned', ImageComments: 'Comments',
};

export const group = (title, ...children) =>
  element('section', { className: 'group' }, element('h3', {}, title),
    ...children);

export function button (text, properties, onClick) {
  const node = element('button', { type: 'button', ...properties }, text);
  node.addEventListener('click', onClick);
  return node;
}

export function makeProperties (slide) {
  const rows = [
    ['Size', `${slide.width.toLocaleString()} \u00d7 ${
      slide.height.toLocaleString()} px`],
    ['Pixel', slide.mpp_um ? `${slide.mpp_um.map(one =>
      Number(one.toPrecision(4))).join(' \u00d7 ')} \u00b5m` : 'no scale known'],
    ...slide.objective_power ? [['Objective', `${slide.objective_power}\u00d7`]]
      : [],
    ...slide.lossy ? [['Quality', lossyText(slide.lossy_ratio,
      slide.lossy_method)]] : [],
    ...(slide.properties ?? []).map(({ keyword, value }) =>
      [WORDS[keyword] ?? keyword, value]),
  ];
  return group('Slide', element('dl', { className: 'words' },
    ...rows.flatMap(([name, value]) => [element('dt', {}, name),
      element('dd', {}, value)])));
}

export function makeLook (view) {
  return makeLookControls(view.look, () => view.applyLook());
}

/** Tools, colour, the list; the buttons know which one is in use. */
export function makeDrawing (drawing, shapes, status) {
  const tools = TOOLS.map(([tool, text, key]) => button(text,
    { title: `${text} (${key})`, 'aria-pressed': String(tool === 'pan'),
      'data-tool': tool }, () => choose(tool)));
  const choose = tool => {
    drawing.setTool(tool);
    for (const one of tools)
      one.setAttribute('aria-pressed', String(one.dataset.tool === drawing.tool));
  };
  const color = element('input', { type: 'color', value: drawing.color,
    'aria-label': 'Colour of what is drawn next' });
  color.addEventListener('input', () => {
    drawing.color = color.value;
    if (drawing.selected !== null)
      shapes.change(drawing.selected, { color: color.value });
  });
  const list = element('ul', { className: 'shapes' });
  const show = () => list.replaceChildren(...shapes.list.slice(0, 500).map(one =>
    shapeRow(one, drawing, shapes)));
  shapes.addEventListener('change', show);
  drawing.onSelect = show;
  const files = element('input', { type: 'file', accept: '.geojson,.json',
    hidden: true });
  files.addEventListener('change', () => importFile(files.files[0], shapes, status));
  const section = group('Annotations',
    element('div', { className: 'tools', role: 'toolbar',
      'aria-label': 'Drawing' }, ...tools, color),
    list,
    element('div', { className: 'tools' },
      button('Undo', { title: 'Undo (Ctrl+Z)' }, () => shapes.undo()),
      button('Redo', { title: 'Redo (Ctrl+Y)' }, () => shapes.redo()),
      button('Import', { title: 'Add shapes from a GeoJSON file' },
        () => files.click()),
      button('Export', { title: 'All shapes as a GeoJSON file' },
        () => exportFile(shapes, drawing.view.slide)), files),
    status);
  section.choose = choose;
  return section;
}

function shapeRow (shape, drawing, shapes) {
  const name = element('input', { value: shape.name, placeholder: shape.kind,
    'aria-label': 'Name of the annotation' });
  name.addEventListener('change', () =>
    shapes.change(shape.id, { name: name.value }));
  name.addEventListener('focus', () => { drawing.selected = shape.id; drawing.paint(); });
  const mark = element('span', { className: 'mark' });
  mark.style.background = shape.color;
  return element('li', {
    'aria-current': String(shape.id === drawing.selected) }, mark, name,
    element('span', { className: 'size' },
      sizeOf(shape, drawing.view.slide.mpp_um)),
    button('\u2192', { title: 'Show it', 'aria-label': 'Show it' }, () => {
      drawing.view.showRect(rectOf(shape), 0.5);
      drawing.select(shape.id);
    }),
    button('\u00d7', { title: 'Remove it', 'aria-label': 'Remove it' },
      () => shapes.remove(shape.id)));
}

async function importFile (file, shapes, status) {
  if (!file)
    return;
  try {
    const before = shapes.list;
    const collection = JSON.parse(await file.text());
    shapes.read(collection);
    const added = shapes.list;
    shapes.list = before;
    // A file may come twice: each shape has an id of its own.
    shapes.edit([...before, ...added.map(one =>
      ({ ...one, id: crypto.randomUUID() }))]);
  } catch (error) {
    status.textContent = `${file.name}: ${error.message}`;
  }
}

function exportFile (shapes, slide) {
  const url = URL.createObjectURL(new Blob(
    [JSON.stringify(shapes.toGeoJson(slide.name))],
    { type: 'application/geo+json' }));
  element('a', { href: url, download: `${slide.name}.geojson` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
