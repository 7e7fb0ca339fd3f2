// SPDX-License-Identifier: LGPL-2.1-or-later
// Lengths, areas and magnifications of slides: numbers and how they are said.

// A pixel of 0.25 micrometres is what a 40x scan has.
const MPP_UM_AT_1X = 10;
export const MAGNIFICATIONS = [1, 2, 2.5, 5, 10, 20, 40];
/** Those of the window, and of the keys 1 to 6. */
export const KEYED = MAGNIFICATIONS.filter(power => power !== 2);

/** The magnification at which a pixel of the slide is one of the screen: the
 * objective's, else by its size. */
export function fullMagnification (slide) {
  return slide.objective_power ||
    (slide.mpp_um ? MPP_UM_AT_1X / slide.mpp_um[0] : undefined);
}

const UM_PER_MM = 1000;

/** The largest 1, 2 or 5 times a power of ten that is not above @value. */
export function roundDown (value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [5, 2, 1].find(one => one * power <= value * 1.0001);
  return factor * power;
}

/** A scale bar's length, a round number. */
export function formatLength (um) {
  return um >= UM_PER_MM ? `${um / UM_PER_MM} mm` : um >= 1 ? `${um} \u00b5m`
    : `${Math.round(um * 1000)} nm`;
}

const digits = (value, n) => Number(value.toPrecision(n)).toLocaleString();

/** What was measured: @um micrometres. */
export function sayLength (um) {
  return um >= UM_PER_MM ? `${digits(um / UM_PER_MM, 3)} mm`
    : `${digits(um, 3)} \u00b5m`;
}

/** What was measured: @um2 square micrometres. */
export function sayArea (um2) {
  return um2 >= 1e4 ? `${digits(um2 / 1e6, 3)} mm\u00b2`
    : `${digits(um2, 3)} \u00b5m\u00b2`;
}

export const sayMagnification = power =>
  `${power >= 10 ? Math.round(power) : Number(power.toPrecision(2))}\u00d7`;

/** Length of a line of [x, y], @scale: units a pixel, across and down. */
export function lengthOf (points, [sx, sy]) {
  let sum = 0;
  for (let i = 1; i < points.length; i++)
    sum += Math.hypot((points[i][0] - points[i - 1][0]) * sx,
      (points[i][1] - points[i - 1][1]) * sy);
  return sum;
}

/** Area within a closed line of [x, y], whichever way it turns. */
export function areaOf (points, [sx, sy]) {
  let twice = 0;
  for (let i = 0; i < points.length; i++) {
    const [x, y] = points[i];
    const [nextX, nextY] = points[(i + 1) % points.length];
    twice += x * nextY - nextX * y;
  }
  return Math.abs(twice) / 2 * sx * sy;
}
