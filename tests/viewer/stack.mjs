// SPDX-License-Identifier: LGPL-2.1-or-later
// What the study page says of its images, from DICOM JSON as the service sends
// it. Prints TAP.

import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const WEB = join(process.env.VITRAIL_SOURCE ?? '.', 'viewer', 'web');
let n = 0;
let failed = 0;

function check (name, found, expected) {
  n++;
  const passed = JSON.stringify(found) === JSON.stringify(expected);
  console.log(`${passed ? '' : 'not '}ok ${n} ${name}`);
  if (passed)
    return;
  failed++;
  console.log(`# ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);
}

/** DICOM JSON of { tag: values }. */
const dataSet = attributes => Object.fromEntries(
  Object.entries(attributes).map(([tag, Value]) => [tag, { Value }]));

const image = attributes => dataSet({ '00080018': ['1.2'], '00280010': [4],
  '00280011': [4], ...attributes });

function testLossy (build) {
  const lossy = (syntax, said) => build([image({
    '00083002': [`1.2.840.10008.1.2${syntax}`],
    ...(said && { '00282110': [said] }) })], '')[0].isLossy;
  for (const syntax of ['50', '51', '81', '91', '203', '106.1'])
    check(`.4.${syntax} is lossy`, lossy(`.4.${syntax}`), true);
  for (const syntax of ['.1', '.5', '.4.57', '.4.70', '.4.80', '.4.90',
    '.4.201'])
    check(`${syntax} is not`, lossy(syntax), false);
  check('.4.91 that says it is not', lossy('.4.91', '00'), false);
  check('.4.50 whatever it says', lossy('.4.50', '00'), true);
  check('decoded, and once lossy', lossy('.1', '01'), true);
}

function testWindow (build) {
  const window = attributes =>
    build([image({ '00280101': [12], ...attributes })], '')[0].window;
  check('unsigned', window({}),
    { center: 2048, width: 4096, offered: false });
  check('signed', window({ '00280103': [1] }),
    { center: 0, width: 4096, offered: false });
  check('rescaled', window({ '00281052': [-1024], '00281053': [2] }),
    { center: 3072, width: 8192, offered: false });
  check('rescaled downwards', window({ '00281053': [-1] }),
    { center: -2048, width: 4096, offered: false });
  check('of the frame', window({ '52009230': [dataSet({ '00289132': [dataSet({
    '00281050': [40], '00281051': [400] })] })] }),
  { center: 40, width: 400, offered: true });
}

function testAspect (build) {
  const aspects = attributes => build([image(attributes)], '')
    .map(one => one.aspect);
  const measures = (...spacing) => dataSet({ '00289110': [dataSet({
    '00280030': spacing })] });
  check('spacing', aspects({ '00280030': [2, 1] }), [2]);
  check('aspect ratio', aspects({ '00280034': ['3', '2'] }), [1.5]);
  check('spacing first', aspects({ '00280030': [1, 1],
    '00280034': ['3', '2'] }), [1]);
  check('shared group', aspects({ '52009229': [measures(3, 1)] }), [3]);
  check('group of each frame', aspects({ '00280008': [2],
    '52009229': [measures(3, 1)], '52009230': [measures(2, 1), {}] }), [2, 3]);
  check('nonsense', aspects({ '00280034': [0, 1] }), [1]);
}

function testSlideWords ({ slideName, slideContainer, lossyText }) {
  const slide = words => ({ id: '1.2.840.5.6.7', path: '/a/biopsies/0.dcm',
    ...words });
  const names = words => [slideName(slide(words)), slideContainer(slide(words))];
  check('a description says most', names({ name: 'S1', container: 'S1',
    description: 'Kidney, H&E' }), ['Kidney, H&E', 'S1']);
  check('the container where there is nothing better',
    names({ name: 'S1', container: 'S1' }), ['S1', '']);
  check('a UID and a lone sign are no names',
    names({ name: '1.2.840.5.6.7', container: '?', description: '-' }),
    ['Slide in biopsies', '']);
  check('a file has its name', names({ name: 'one.svs' }), ['one.svs', '']);
  check('a number is a name', names({ description: '12' }), ['12', '']);

  check('lossy', lossyText(), 'Lossy compression');
  check('how much and how', lossyText(['26.55833'], ['ISO_10918_1']),
    'Lossy compression 26.6:1 JPEG');
  check('step by step', lossyText([4, 12], ['ISO_10918_1', 'ISO_15444_1']),
    'Lossy compression 4:1 JPEG, 12:1 JPEG 2000');
  check('what is not known is not told', lossyText(['x'], ['ISO_0_1']),
    'Lossy compression ISO_0_1');
  check('less than is needed', lossyText(['', 10], []),
    'Lossy compression 10:1');
}

const folder = mkdtempSync(join(tmpdir(), 'vitrail-stack-'));
try {
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  for (const name of ['common.js', 'stack.js'])
    copyFileSync(join(WEB, name), join(folder, name));
  const { buildStack } = await import(join(folder, 'stack.js'));
  testSlideWords(await import(join(folder, 'common.js')));
  testLossy(buildStack);
  testWindow(buildStack);
  testAspect(buildStack);
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`1..${n}`);
process.exit(failed > 0 ? 1 : 0);
