// SPDX-License-Identifier: LGPL-2.1-or-later
// The page of one study: its series, and the chosen one as a stack or cine of
// rendered frames. What is asked for last is shown; nothing waits in a queue.

import { count, date, element, getJson, lossyText, number, picture, text,
  values } from './common.js';
import { buildStack } from './stack.js';

const $ = id => document.getElementById(id);
const study = location.pathname.split('/')[2];
const root = `/dicom-web/studies/${study}`;
const KEPT = 200; // pictures
const REST_MS = 250; // after which the exact picture replaces the preview

const state = {
  images: [], index: 0, window: null, zoom: 1, pan: { x: 0, y: 0 },
  isInverted: false, timer: 0, shown: null,
};

// --- pictures: newest wins

const kept = new Map(); // URL to ImageBitmap, oldest first
let wanted = null;
let isLoading = false;
let rest = 0;

function buildUrl (image, isExact) {
  const query = new URLSearchParams({
    accept: isExact ? 'image/png' : 'image/jpeg' });
  if (state.window)
    query.set('window', `${state.window.center},${state.window.width}`);
  return `${image.url}?${query}`;
}

async function fetchBitmap (url) {
  if (kept.has(url))
    return kept.get(url);
  const response = await fetch(url);
  if (!response.ok)
    throw new Error((await response.json()).error);
  const bitmap = await createImageBitmap(await response.blob());
  kept.set(url, bitmap);
  if (kept.size > KEPT) {
    const [oldest, picture] = kept.entries().next().value;
    kept.delete(oldest);
    if (picture !== state.shown?.bitmap)
      picture.close();
  }
  return bitmap;
}

async function loadWanted () {
  if (isLoading)
    return;
  isLoading = true;
  while (wanted) {
    const { image, isExact } = wanted;
    wanted = null;
    try {
      const bitmap = await fetchBitmap(buildUrl(image, isExact));
      state.shown = { image, bitmap, isExact };
      $('notice').hidden = true;
    } catch (error) {
      state.shown = null;
      $('notice').textContent = error.message;
      $('notice').hidden = false;
    }
    draw();
  }
  isLoading = false;
  if (!state.timer)
    rest = setTimeout(showExact, REST_MS);
}

function showExact () {
  if (!state.shown || state.shown.isExact)
    return prefetch();
  wanted = { image: state.images[state.index], isExact: true };
  loadWanted();
}

/** The neighbours, so that the next step is there at once. */
function prefetch () {
  for (const step of [1, -1, 2]) {
    const image = state.images[state.index + step];
    if (image)
      fetchBitmap(buildUrl(image, false)).catch(() => {});
  }
}

function show () {
  clearTimeout(rest);
  const image = state.images[state.index];
  if (!image)
    return;
  wanted = { image, isExact: false };
  loadWanted();
}

// --- drawing

function draw () {
  const canvas = $('canvas');
  const box = $('viewport').getBoundingClientRect();
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(box.width * ratio);
  canvas.height = Math.round(box.height * ratio);
  const context = canvas.getContext('2d');
  if (state.shown) {
    const { image, bitmap } = state.shown;
    const height = bitmap.height * image.aspect;
    const scale = Math.min(canvas.width / bitmap.width,
      canvas.height / height) * state.zoom;
    context.filter = state.isInverted ? 'invert(1)' : 'none';
    context.imageSmoothingEnabled = scale < 4;
    context.drawImage(bitmap,
      (canvas.width - bitmap.width * scale) / 2 + state.pan.x * ratio,
      (canvas.height - height * scale) / 2 + state.pan.y * ratio,
      bitmap.width * scale, height * scale);
  }
  drawTexts();
  document.body.dataset.shown = state.shown
    ? `${state.images.indexOf(state.shown.image) + 1}` : '';
}

function drawTexts () {
  const image = state.shown?.image ?? state.images[state.index];
  const instance = image?.instance;
  const lines = {
    tl: [text(instance, '00100010'), text(instance, '00100020'),
      date(text(instance, '00080020'))],
    tr: [text(instance, '00081030'), text(instance, '0008103E')],
    bl: [], br: [],
  };
  if (image) {
    const place = state.images.indexOf(image) + 1;
    lines.bl.push(`${image.nFrames > 1 ? 'Frame' : 'Image'} ${place} / ${
      state.images.length}`);
    const level = state.window ?? image.window;
    if (level && (state.window || level.offered))
      lines.bl.push(`W ${formatLevel(level.width)}  C ${
        formatLevel(level.center)}`);
    lines.br.push(`${image.columns} \u00d7 ${image.rows}`);
    if (image.isLossy)
      lines.br.push(lossyText(values(instance, '00282112'),
        values(instance, '00282114')));
    if (state.shown && !state.shown.isExact)
      lines.br.push('Preview quality');
  }
  for (const [corner, words] of Object.entries(lines))
    $(corner).textContent = words.filter(Boolean).join('\n');
  for (const edge of ['left', 'right', 'top', 'bottom'])
    $(edge).textContent = image?.edges?.[edge] ?? '';
}

function formatLevel (value) {
  return Math.abs(value) >= 10 ? Math.round(value).toLocaleString()
    : value.toPrecision(3);
}

// --- what the hands do

function goTo (index) {
  const last = state.images.length - 1;
  const next = Math.max(0, Math.min(last, index));
  if (next === state.index)
    return;
  state.index = next;
  show();
}

function zoomBy (factor) {
  state.zoom = Math.max(0.2, Math.min(40, state.zoom * factor));
  draw();
}

function reset () {
  state.window = null;
  state.zoom = 1;
  state.pan = { x: 0, y: 0 };
  setInverted(false);
  show();
}

function setInverted (isInverted) {
  state.isInverted = isInverted;
  $('invert').setAttribute('aria-pressed', String(isInverted));
  draw();
}

function play (on) {
  clearInterval(state.timer);
  state.timer = 0;
  $('play').setAttribute('aria-pressed', String(on));
  $('play').textContent = on ? 'Pause' : 'Play';
  if (!on) {
    show();
    return;
  }
  const rate = Math.min(60, state.images[state.index]?.rate ?? 15);
  state.timer = setInterval(() => {
    // A frame that is not there yet is waited for: none is skipped.
    if (isLoading)
      return;
    goTo((state.index + 1) % state.images.length);
    for (let step = 1; step <= 4; step++) {
      const image = state.images[(state.index + step) % state.images.length];
      fetchBitmap(buildUrl(image, false)).catch(() => {});
    }
  }, 1000 / rate);
}

function dragWindow (dx, dy) {
  const level = state.window ?? state.images[state.index]?.window;
  if (!level)
    return;
  const step = Math.max(level.width, 1) / 400;
  state.window = {
    center: Number((level.center + dy * step).toPrecision(6)),
    width: Number(Math.max(level.width + dx * step, 1e-3).toPrecision(6)) };
  show();
}

const pointers = new Map();
let scrolled = 0;

function drag (event, last) {
  const dx = event.clientX - last.x;
  const dy = event.clientY - last.y;
  if (pointers.size === 2) {
    pinch(event, last);
  } else if (event.pointerType === 'touch') {
    scrolled += dy;
    const steps = Math.trunc(scrolled / 12);
    scrolled -= steps * 12;
    goTo(state.index + steps);
  } else if (event.buttons & 4) {
    state.pan = { x: state.pan.x + dx, y: state.pan.y + dy };
    draw();
  } else if (event.buttons & 2) {
    zoomBy(Math.exp(-dy / 150));
  } else if (event.buttons & 1) {
    dragWindow(dx, dy);
  }
}

function pinch (event, last) {
  const other = [...pointers].find(([id]) => id !== event.pointerId)[1];
  const before = Math.hypot(last.x - other.x, last.y - other.y);
  const after = Math.hypot(event.clientX - other.x, event.clientY - other.y);
  state.pan = { x: state.pan.x + (event.clientX - last.x) / 2,
    y: state.pan.y + (event.clientY - last.y) / 2 };
  zoomBy(after / Math.max(before, 1));
}

const KEYS = {
  ArrowDown: () => goTo(state.index + 1),
  ArrowRight: () => goTo(state.index + 1),
  ArrowUp: () => goTo(state.index - 1),
  ArrowLeft: () => goTo(state.index - 1),
  PageDown: () => goTo(state.index + 10),
  PageUp: () => goTo(state.index - 10),
  Home: () => goTo(0),
  End: () => goTo(state.images.length - 1),
  ' ': () => play(!state.timer),
  i: () => setInverted(!state.isInverted),
  r: reset,
  '+': () => zoomBy(1.25),
  '-': () => zoomBy(0.8),
};

function connect () {
  const stage = $('viewport');
  stage.addEventListener('wheel', event => {
    event.preventDefault();
    if (event.ctrlKey)
      zoomBy(event.deltaY < 0 ? 1.15 : 1 / 1.15);
    else
      goTo(state.index + Math.sign(event.deltaY));
  }, { passive: false });
  stage.addEventListener('contextmenu', event => event.preventDefault());
  stage.addEventListener('pointerdown', event => {
    stage.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  stage.addEventListener('pointermove', event => {
    const last = pointers.get(event.pointerId);
    if (!last)
      return;
    drag(event, last);
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  for (const end of ['pointerup', 'pointercancel'])
    stage.addEventListener(end, event => pointers.delete(event.pointerId));
  document.addEventListener('keydown', event => {
    const action = KEYS[event.key.length === 1 ? event.key.toLowerCase()
      : event.key];
    if (!action || event.ctrlKey || event.altKey || event.metaKey ||
        event.target.tagName === 'BUTTON' && event.key === ' ')
      return;
    event.preventDefault();
    action();
  });
  new ResizeObserver(draw).observe(stage);
  $('play').addEventListener('click', () => play(!state.timer));
  $('invert').addEventListener('click', () => setInverted(!state.isInverted));
  $('reset').addEventListener('click', reset);
}

// --- series

async function choose (series, card) {
  const uid = text(series, '0020000E');
  for (const one of $('series').children)
    one.setAttribute('aria-current', String(one === card));
  play(false);
  state.images = [];
  state.shown = null;
  state.index = 0;
  history.replaceState(null, '', `#${uid}`);
  $('line').hidden = false;
  try {
    const url = `${root}/series/${uid}`;
    state.images = buildStack(await getJson(`${url}/metadata`), url);
  } catch (error) {
    $('notice').textContent = error.message;
  }
  $('line').hidden = true;
  $('play').hidden = state.images.length < 2;
  if (state.images.length === 0) {
    $('notice').textContent ||= 'This series has no pictures.';
    $('notice').hidden = false;
    draw();
    return;
  }
  reset();
  $('viewport').focus({ preventScroll: true });
}

function seriesCard (series) {
  const label = text(series, '0008103E') ||
    `Series ${text(series, '00200011')}`;
  const card = element('button', { type: 'button', className: 'card' },
    picture(`${root}/series/${text(series, '0020000E')}/thumbnail`, label),
    element('div', { className: 'words' }, element('b', {}, label),
      element('span', { className: 'muted' },
        `${text(series, '00080060')} \u00b7 ${
          count(number(series, '00201209') ?? 0, 'object')}`)));
  card.addEventListener('click', () => choose(series, card));
  return card;
}

async function start () {
  connect();
  let series = [];
  try {
    const [found] = await getJson(
      `/dicom-web/studies?StudyInstanceUID=${study}`);
    if (!found)
      throw new Error('There is no such study here.');
    $('title').replaceChildren(
      element('b', {}, text(found, '00100010') || 'No name'),
      ` \u00b7 ${[text(found, '00100020'), date(text(found, '00080020')),
        text(found, '00081030')].filter(Boolean).join(' \u00b7 ')}`);
    document.title = `${text(found, '00100010') || 'Study'} - Vitrail`;
    series = await getJson(`${root}/series`);
  } catch (error) {
    $('notice').textContent = error.message;
    $('notice').hidden = false;
    return;
  }
  series.sort((a, b) => (number(a, '00200011') ?? 0) -
                        (number(b, '00200011') ?? 0));
  $('series').replaceChildren(...series.map(seriesCard));
  const asked = series.findIndex(one =>
    text(one, '0020000E') === location.hash.slice(1));
  $('series').children[Math.max(asked, 0)]?.click();
}

start();
