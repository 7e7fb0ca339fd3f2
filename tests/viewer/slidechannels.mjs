// SPDX-License-Identifier: LGPL-2.1-or-later
// Channels on the slide page: windows and histograms from the data, presets by
// name, and that all of it is there again after a reload. Prints TAP.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SHOTS, check, openSlide, pause, run } from './browserkit.mjs';

const SOURCE = process.env.VITRAIL_SOURCE ?? '.';

function makeCase () {
  const folder = mkdtempSync(join(tmpdir(), 'vitrail-channels-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  execFileSync('/usr/bin/python3', [resolve(SOURCE, 'tests', 'slide',
    'make-facets.py'), folder], { cwd: folder });
  return join(folder, 'channels');
}

const looks = page => page.evaluate(() =>
  window.vitrailPage.view.look.channels.map(one =>
    [one.visible, one.low, one.high, one.rgb].join()));

async function testWindow (page, shot) {
  await page.locator('.channel summary').first().click();
  await page.waitForFunction(() => /from the data/.test(
    document.querySelector('.channel .window output').textContent) &&
    /\d to \d/.test(document.querySelector('.channel .window output').textContent));
  const painted = await page.evaluate(() => {
    const canvas = document.querySelector('.histogram');
    return canvas.getContext('2d').getImageData(0, 0, canvas.width,
      canvas.height).data.some(one => one > 0);
  });
  check(`${shot}: window and histogram are the data's`, painted);
  await page.locator('.channel input[aria-label^=White]').first().fill('2000');
  await page.locator('.channel input[aria-label^=Black]').first().fill('50');
  await pause(page);
  const [first] = await looks(page);
  check(`${shot}: a window by hand`, first.startsWith('true,50,2000'), first);
}

async function testPresets (page, shot) {
  const before = await looks(page);
  await page.locator('.preset input').fill('My mix');
  await page.locator('.preset').getByRole('button', { name: 'Save' }).click();
  const names = await page.locator('#preset option').allInnerTexts();
  check(`${shot}: presets by name`, names.includes('All channels') &&
    names.includes('My mix') && names.some(one => / alone$/.test(one)),
    names.join());
  await page.selectOption('#preset', { index: 3 });
  await pause(page);
  const alone = await looks(page);
  check(`${shot}: one channel alone`, alone.filter(one =>
    one.startsWith('true')).length === 1, alone.join(' '));
  await page.screenshot({ path: join(SHOTS, `${shot}.png`) });
  await page.selectOption('#preset', 'My mix');
  await pause(page);
  check(`${shot}: a preset brings all back`,
    (await looks(page)).join() === before.join());
}

await run([], async (browser, url) => {
  const wide = await browser.newContext({
    viewport: { width: 1280, height: 800 } });
  const slides = await (await fetch(`${url}slides`)).json();
  const slide = slides.find(one => one.paths.length > 1);
  const shot = 'slidechannels';
  const view = await openSlide(wide, url, slide);
  await view.page.keyboard.press('i');
  await testWindow(view.page, shot);
  await testPresets(view.page, shot);
  const before = await looks(view.page);
  await view.close(shot);
  const again = await openSlide(wide, url, slide);
  check(`${shot}: the look is there again`,
    (await looks(again.page)).join() === before.join());
  const names = await again.page.locator('#preset option').allInnerTexts();
  check(`${shot}: so is the preset`, names.includes('My mix'), names.join());
  await again.close(`${shot}, again`);
}, [makeCase()]);
