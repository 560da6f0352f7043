// The list of webhooks: one row each, drawn from the store once a frame.

import { explain, title, tone } from './meaning.js';
import { commandName } from './catalog.js';
import { byId, el } from './dom.js';
import { store } from './store.js';
import { clock, dateAndTime, duration, size, word } from './words.js';

const list = byId('list');
/** The elements of rows by id, with the row and pin that they were drawn from. */
const drawn = new Map();
let scheduled = false;

export function startList() {
  for (const event of ['rows', 'filter']) store.addEventListener(event, schedule);
  store.addEventListener('selection', () => {
    draw();
    drawn.get(store.selected)?.element.scrollIntoView({ block: 'nearest' });
  });
  list.addEventListener('click', (event) => {
    const row = event.target.closest('li');
    if (row) store.select(Number(row.dataset.id));
  });
  redrawList();
}

/** Draws everything anew, in the current language. */
export function redrawList() {
  drawn.clear();
  list.replaceChildren();
  list.setAttribute('aria-label', word('list'));
  draw();
}

function schedule() {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(draw);
}

/** Makes the elements follow the visible rows; those already in their place are not touched. */
function draw() {
  scheduled = false;
  const rows = store.visible();
  const wanted = new Set(rows.map((row) => row.id));
  for (const [id, { element }] of drawn) {
    if (wanted.has(id)) continue;
    element.remove();
    drawn.delete(id);
  }
  let place = list.firstElementChild;
  for (const row of rows) {
    const element = elementOf(row);
    if (element === place) place = place.nextElementSibling;
    else list.insertBefore(element, place);
  }
  list.toggleAttribute('data-empty', rows.length === 0);
  const selected = drawn.get(store.selected)?.element;
  if (selected) list.setAttribute('aria-activedescendant', selected.id);
  else list.removeAttribute('aria-activedescendant');
}

function elementOf(row) {
  const pinned = store.pinned.has(row.id);
  const known = drawn.get(row.id);
  const element = known?.element ?? el('li', { id: `row-${row.id}`, role: 'option', 'data-id': row.id });
  element.setAttribute('aria-selected', row.id === store.selected);
  if (known?.row === row && known.pinned === pinned) return element;
  element.dataset.end = row.end;
  element.className = tone(row);
  element.replaceChildren(...content(row, pinned));
  drawn.set(row.id, { element, row, pinned });
  return element;
}

function content(row, pinned) {
  const why = explain(row);
  const name = commandName(row.command);
  const facts = [
    row.sdk_app_id,
    row.phase && word(`phase.${row.phase}`, {}, row.phase),
    word(`origin.${row.origin}`, {}, row.origin),
  ].filter(Boolean);
  const figures = [row.status, duration(row.ms), size(row.bytes)];
  return [
    el('time', { datetime: new Date(row.received).toISOString(), title: dateAndTime(row.received) }, clock(row.received)),
    el('span', { class: 'command' }, title(row)),
    el('span', { class: 'name', title: name }, name),
    el('span', { class: 'end' }, pinned ? `${word('pinned')} · ` : '', endWord(row)),
    el('span', { class: 'facts' }, facts.join(' · ')),
    el('span', { class: 'figures' }, figures.map((figure) => el('span', {}, String(figure ?? '–')))),
    why && el('span', { class: 'cause' }, why.advice || why.cause),
  ].filter(Boolean);
}

export const endWord = (row) => word(`end.${row.end}`, {}, row.end);
