// SPDX-License-Identifier: LGPL-2.1-or-later
// Pictures compared by the browser that decodes them.

const base64 = png => Buffer.from(png).toString('base64');

/** The mean absolute difference of two PNGs over all channels, of 255, and the
 * spread (standard deviation) of the first; or why they cannot be compared.
 * @crop: where the first begins in the second; without, they are of one size. */
export function compare (page, a, b, crop) {
  return page.evaluate(async ([pictures, at]) => {
    const [one, other] = await Promise.all(pictures.map(text =>
      createImageBitmap(new Blob([Uint8Array.from(atob(text),
        c => c.charCodeAt(0))]), { colorSpaceConversion: 'none' })));
    const { width, height } = one;
    if (at === undefined && (width !== other.width || height !== other.height))
      return { why: `${width} x ${height}, not ${other.width} x ${
        other.height}`, spread: 0 };
    const [first, second] = [[one, 0, 0], [other, ...at ?? [0, 0]]].map(
      ([bitmap, x, y]) => {
        const context = new OffscreenCanvas(width, height).getContext('2d');
        context.drawImage(bitmap, -x, -y);
        return context.getImageData(0, 0, width, height);
      });
    let sum = 0;
    let total = 0;
    let squares = 0;
    const n = first.data.length / 4 * 3;
    for (let i = 0; i < first.data.length; i++) {
      if (i % 4 === 3)
        continue;
      sum += Math.abs(first.data[i] - second.data[i]);
      total += first.data[i];
      squares += first.data[i] ** 2;
    }
    return { mean: sum / n, spread: Math.sqrt(squares / n - (total / n) ** 2) };
  }, [[base64(a), base64(b)], crop]);
}

/** PNGs of one size beside each other at two thirds of it, as a JPEG. */
export async function sideBySide (page, shots) {
  const text = await page.evaluate(async pictures => {
    const [scale, gap] = [2 / 3, 8];
    const bitmaps = await Promise.all(pictures.map(async text =>
      createImageBitmap(new Blob(
        [Uint8Array.from(atob(text), c => c.charCodeAt(0))]))));
    const { width, height } = bitmaps[0];
    const canvas = document.createElement('canvas');
    canvas.width = (Math.round(width * scale) + gap) * bitmaps.length - gap;
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    bitmaps.forEach((bitmap, i) => context.drawImage(bitmap,
      i * (width * scale + gap), 0, width * scale, height * scale));
    return canvas.toDataURL('image/jpeg', 0.8).split(',')[1];
  }, shots.map(base64));
  return Buffer.from(text, 'base64');
}
