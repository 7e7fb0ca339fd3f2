// SPDX-License-Identifier: LGPL-2.1-or-later
// chromium-pixels.mjs FOLDER PAGE: what Chromium shows for the pictures whose
// URLs come on standard input, a line each: FOLDER/N.rgb, raw RGB, and a line
// "WIDTH HEIGHT" for each. PAGE: one of the same origin. Exits with 77 where
// there is no Chromium.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CHROMIUM = '/usr/bin/chromium';

async function draw (url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  let text = '';
  for (let i = 0; i < data.length; i += 4)
    text += String.fromCharCode(data[i], data[i + 1], data[i + 2]);
  return [canvas.width, canvas.height, btoa(text)];
}

async function main () {
  const [folder, start] = process.argv.slice(2);
  const playwright = await import('playwright-core').catch(() => null);
  if (playwright === null || !existsSync(CHROMIUM))
    process.exit(77);
  const browser = await playwright.chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--force-color-profile=srgb'] });
  const page = await browser.newPage();
  await page.goto(start);
  const urls = readFileSync(0, 'utf8').split('\n').filter(one => one !== '');
  for (const [n, url] of urls.entries()) {
    const [width, height, pixels] = await page.evaluate(draw, url);
    writeFileSync(join(folder, `${n}.rgb`), Buffer.from(pixels, 'base64'));
    console.log(`${width} ${height}`);
  }
  await browser.close();
}

await main();
