// SPDX-License-Identifier: LGPL-2.1-or-later
// The worklist: studies by QIDO-RS, their series in place, slides, and what
// could not be read.

import { count, date, element, getJson, number, picture, slideContainer,
  slideName, slidePicture, text, values } from './common.js';

const TAG = {
  date: '00080020', modality: '00080060', modalities: '00080061',
  studyText: '00081030', seriesText: '0008103E', name: '00100010',
  id: '00100020', study: '0020000D', series: '0020000E',
  seriesNumber: '00200011', nSeries: '00201206', nInstances: '00201208',
  nInSeries: '00201209',
};
const PAGE = 50;
const MODALITIES = ['CR', 'CT', 'DX', 'ECG', 'IVUS', 'MG', 'MR', 'NM', 'OPT',
  'PT', 'RF', 'RTDOSE', 'RTSTRUCT', 'SEG', 'SM', 'SR', 'US', 'XA', 'XC'];

const $ = id => document.getElementById(id);
const form = $('search');
let search = 0; // the newest search: answers to older ones are dropped
let shown = 0;

// --- studies

function buildQuery (offset) {
  const fields = new FormData(form);
  const query = new URLSearchParams({
    limit: PAGE + 1, offset, includefield: TAG.studyText });
  const name = fields.get('PatientName').trim();
  const from = (fields.get('from') ?? '').replaceAll('-', '');
  const to = (fields.get('to') ?? '').replaceAll('-', '');
  if (name) {
    query.set('PatientName', `*${name}*`);
    query.set('fuzzymatching', 'true');
  }
  if (fields.get('PatientID').trim())
    query.set('PatientID', `${fields.get('PatientID').trim()}*`);
  if (from || to)
    query.set('StudyDate', `${from}-${to}`);
  if (fields.get('ModalitiesInStudy'))
    query.set('ModalitiesInStudy', fields.get('ModalitiesInStudy'));
  return query;
}

function isFiltered () {
  return [...new FormData(form).values()].some(value => value.trim() !== '');
}

function seriesCard (series, slides) {
  const uid = text(series, TAG.series);
  const study = text(series, TAG.study);
  const modality = text(series, TAG.modality);
  const slide = slides.find(one => one.id === uid ||
                                   one.id.startsWith(`${uid}.`));
  const label = slide ? slideName(slide) : text(series, TAG.seriesText) ||
    `Series ${text(series, TAG.seriesNumber)}`;
  const href = slide ? `/slide/${slide.id}`
    : `/study/${study}#${uid}`;
  return element('li', {}, element('a', { className: 'card', href },
    picture(`/dicom-web/studies/${study}/series/${uid}/thumbnail`, label),
    element('div', { className: 'words' },
      element('b', {}, label),
      element('span', { className: 'muted' },
        `${modality} \u00b7 ${count(number(series, TAG.nInSeries) ?? 0,
                                    'object')}`))));
}

async function expand (button, place, study) {
  const open = button.getAttribute('aria-expanded') !== 'true';
  button.setAttribute('aria-expanded', String(open));
  place.hidden = !open;
  if (!open || place.childElementCount > 0)
    return;
  try {
    const [series, slides] = await Promise.all([
      getJson(`/dicom-web/studies/${study}/series?includefield=${
        TAG.seriesText},${TAG.seriesNumber}`),
      loadSlides()]);
    series.sort((a, b) => (number(a, TAG.seriesNumber) ?? 0) -
                          (number(b, TAG.seriesNumber) ?? 0));
    place.replaceChildren(...series.map(one => seriesCard(one, slides)));
  } catch (error) {
    place.replaceChildren(element('li', { className: 'danger' },
      error.message));
  }
}

function studyRow (study) {
  const uid = text(study, TAG.study);
  const place = element('ul', { className: 'cards', hidden: true });
  const cell = (name, content) =>
    element('span', { className: name, title: content }, content);
  const button = element('button', {
    className: 'study', type: 'button', 'aria-expanded': 'false' },
  cell('turn', '\u25b6'),
  cell('name', text(study, TAG.name) || 'No name'),
  cell('id muted', text(study, TAG.id)),
  cell('date', date(text(study, TAG.date))),
  cell('modality', values(study, TAG.modalities).join(' ')),
  cell('text', text(study, TAG.studyText)),
  cell('numbers', `${number(study, TAG.nSeries) ?? 0} series, ${
    count(number(study, TAG.nInstances) ?? 0, 'object')}`));
  button.firstChild.title = '';
  button.addEventListener('click', () => expand(button, place, uid));
  return element('li', {}, button, place);
}

function showEmpty () {
  const box = $('empty');
  if (isFiltered()) {
    const reset = element('button', { type: 'button' }, 'Clear the search');
    reset.addEventListener('click', () => { form.reset(); load(0); });
    box.replaceChildren(element('p', {}, 'No study matches.'), reset);
  } else {
    const command = './dev serve FOLDER';
    const copy = element('button', { type: 'button' }, 'Copy the command');
    copy.addEventListener('click', async () => {
      await navigator.clipboard.writeText(command);
      copy.textContent = 'Copied';
    });
    box.replaceChildren(
      element('p', {}, 'There are no studies here yet. Name a folder with ' +
        'DICOM files or slides when the service starts:'),
      element('p', {}, element('code', {}, command)), copy);
  }
  box.hidden = false;
}

async function load (offset) {
  const mine = ++search;
  let studies = [];
  try {
    studies = await getJson(`/dicom-web/studies?${buildQuery(offset)}`);
  } catch (error) {
    if (mine === search)
      $('state').textContent = error.message;
    return;
  }
  if (mine !== search)
    return;
  const more = studies.length > PAGE;
  const rows = studies.slice(0, PAGE).map(studyRow);
  if (offset === 0)
    $('studies').replaceChildren(...rows);
  else
    $('studies').append(...rows);
  shown = offset + rows.length;
  $('studies-count').textContent = `${shown.toLocaleString()}${
    more ? ' and more' : ''}`;
  $('more').hidden = !more;
  $('empty').hidden = true;
  if (shown === 0)
    showEmpty();
}

// --- slides and unreadable files

let slidesPromise = null;

function loadSlides () {
  slidesPromise ??= getJson('/slides').catch(() => []);
  return slidesPromise;
}

function slideCard (slide) {
  const container = slideContainer(slide);
  const mpp = slide.mpp_um ? `${slide.mpp_um[0].toPrecision(3)} \u00b5m/px`
    : 'no scale';
  return element('li', {}, element('a', {
    className: 'card', href: `/slide/${slide.id}` },
  slidePicture(slide),
  element('div', { className: 'words' }, element('b', {}, slideName(slide)),
    element('span', { className: 'muted' },
      `${container && `${container} \u00b7 `}${slide.width.toLocaleString()} \u00d7 ${
        slide.height.toLocaleString()} px \u00b7 ${mpp}`))));
}

async function showSlides () {
  const slides = await loadSlides();
  $('slides-section').hidden = slides.length === 0;
  $('slides-count').textContent = slides.length.toLocaleString();
  $('slides').replaceChildren(...slides.map(slideCard));
}

async function showUnreadable () {
  const all = await getJson('/unreadable');
  // Notes and licences beside the images are no trouble: only counted.
  const files = all.filter(file => file.reason !== 'not a DICOM file');
  const others = all.length - files.length;
  $('unreadable').hidden = files.length === 0;
  $('unreadable-title').textContent =
    `${count(files.length, 'file')} left out, and why`;
  $('unreadable-files').replaceChildren(...files.map(file =>
    element('li', {}, file.path, element('span', {}, file.reason))));
  $('others').hidden = others === 0;
  $('others').textContent =
    `${count(others, 'file')} of other kinds not shown`;
}

// --- start

const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

/** Shows what is there while the archive is being read, then all of it. */
async function start () {
  for (const name of MODALITIES)
    form.elements.ModalitiesInStudy.append(element('option', {}, name));
  let wait = 100;
  for (;;) {
    const ready = await fetch('/readyz').catch(() => null);
    if (ready?.ok)
      break;
    if (ready?.status !== 503) {
      $('state').textContent = ready ? (await ready.json()).error
        : 'The service does not answer';
      return;
    }
    $('state').textContent = 'Reading the archive\u2026';
    if (wait > 400)
      await load(0);
    await pause(wait);
    wait = Math.min(wait * 2, 2000);
  }
  $('state').textContent = '';
  slidesPromise = null;
  await Promise.all([load(0), showSlides(), showUnreadable()]);
  document.body.dataset.ready = 'true';
}

let typing = 0;
form.addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(() => load(0), 200);
});
form.addEventListener('submit', event => {
  event.preventDefault();
  load(0);
});
$('more').addEventListener('click', () => load(shown));
start();
