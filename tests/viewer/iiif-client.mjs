// SPDX-License-Identifier: LGPL-2.1-or-later
// iiif-client.mjs INFO: stock OpenSeadragon in Chromium, on a page of another
// origin, opens the image whose info.json INFO is, and zooms in. Prints what
// came of it as JSON. Exits with 77 where there is no Chromium or OpenSeadragon.

import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const CHROMIUM = '/usr/bin/chromium';
const SCRIPT = join(process.env.VITRAIL_SOURCE ?? '.', 'node_modules',
  'openseadragon', 'build', 'openseadragon', 'openseadragon.min.js');
const PAGE = `<!doctype html><meta charset="utf-8">
<div id="view" style="width:800px;height:600px"></div>
<script src="/openseadragon.js"></script>`;

/** In the page: opens, waits for all tiles, zooms to the full size in the
 *  middle, waits again, and reads a pixel back, which a tainted canvas
 *  refuses. */
async function look (info) {
  const failed = [];
  const viewer = window.OpenSeadragon({ id: 'view', tileSources: info,
    crossOriginPolicy: 'Anonymous', showNavigationControl: false,
    immediateRender: true, animationTime: 0 });
  viewer.addHandler('tile-load-failed', event => failed.push(
    `${event.tile?.getUrl?.() ?? ''}: ${event.message}`));
  await new Promise((resolve, reject) => {
    viewer.addHandler('open', resolve);
    viewer.addHandler('open-failed', event => reject(new Error(event.message)));
  });
  const item = viewer.world.getItemAt(0);
  const whole = () => new Promise(resolve => {
    const check = () => item.getFullyLoaded() ? resolve()
      : setTimeout(check, 50);
    check();
  });
  await whole();
  viewer.viewport.zoomTo(viewer.viewport.imageToViewportZoom(1), null, true);
  await new Promise(resolve => setTimeout(resolve, 100));
  await whole();
  const canvas = viewer.drawer.canvas;
  const context = canvas.getContext('2d');
  const { data } = context.getImageData(canvas.width >> 1, canvas.height >> 1,
    1, 1);
  return { width: item.source.width, height: item.source.height,
    tileWidth: item.source.getTileWidth(item.source.maxLevel),
    levels: item.source.maxLevel, failed, pixel: [...data],
    centre: item.source.getTileUrl(item.source.maxLevel, 1, 1) };
}

async function main () {
  const playwright = await import('playwright-core').catch(() => null);
  if (playwright === null || !existsSync(CHROMIUM) || !existsSync(SCRIPT))
    process.exit(77);
  const server = createServer((request, response) => {
    const isScript = request.url.endsWith('.js');
    response.setHeader('Content-Type',
      isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? readFileSync(SCRIPT) : PAGE);
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const browser = await playwright.chromium.launch({
    executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  const page = await browser.newPage();
  const complaints = [];
  page.on('console', message => {
    if (message.type() === 'error')
      complaints.push(message.text());
  });
  const urls = [];
  page.on('request', request => urls.push(new URL(request.url()).pathname));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const found = await page.evaluate(look, process.argv[2]);
  console.log(JSON.stringify({ ...found, urls,
    complaints: complaints.filter(text => !text.includes('favicon')) }));
  await browser.close();
  server.close();
}

await main();
