// SPDX-License-Identifier: LGPL-2.1-or-later
// Keys of the slide page: they are for the slide that was touched last.

import { TOOLS } from './drawing.js';
import { KEYED } from './slideunits.js';

const SMALL_TURN = 5;

function undoOrRedo (event, key, shapes) {
  if (key !== 'z' && key !== 'y')
    return;
  (key === 'y' || event.shiftKey) ? shapes.redo() : shapes.undo();
  event.preventDefault();
}

/** @press: presses a button of the page by its id. */
function actionsOf (event, { view, drawing, tools, steps }, press) {
  return {
    0: () => view.viewer.viewport.goHome(),
    l: () => press('pictures'),
    i: () => press('panel-toggle'),
    t: () => press('tie'),
    r: () => view.rotateBy(event.shiftKey ? -90 : 90),
    ',': () => view.rotateBy(-SMALL_TURN),
    '.': () => view.rotateBy(SMALL_TURN),
    u: () => press('unseen'),
    n: () => steps.step(event.shiftKey ? -1 : 1),
    m: () => steps.stepUnseen(),
    delete: () => drawing.removeSelected(),
    escape: () => { drawing.cancel(); tools.choose('pan'); drawing.select(null); },
  };
}

const OWN_KEYS = { checkbox: [' ', 'Enter'], color: [' ', 'Enter'],
  range: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End',
    'PageUp', 'PageDown'] };

/** Whether the control that has the focus wants the key: who ticked a box or
 * moved a slider goes on with the slide. */
function isTaken ({ target, key }) {
  if (target.matches('select, textarea'))
    return true;
  return target.matches('input') && (OWN_KEYS[target.type]?.includes(key) ?? true);
}

/** @stage: the active one. */
export function onKey (event, stage, press) {
  if (isTaken(event) || event.altKey)
    return;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    undoOrRedo(event, key, stage.shapes);
    return;
  }
  const tool = TOOLS.find(([, , letter]) => letter.toLowerCase() === key);
  const digit = '123456789'.indexOf(event.key);
  const actions = actionsOf(event, stage, press);
  if (digit >= 0 && digit < KEYED.length)
    stage.view.zoomToMagnification(KEYED[digit]);
  else if (actions[key])
    actions[key]();
  else if (tool && !event.shiftKey && !stage.tools.inert)
    stage.tools.choose(tool[0]);
  else
    return;
  event.preventDefault();
  event.stopImmediatePropagation();
}
