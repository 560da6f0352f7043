// The detail of one webhook: what arrived, what was answered, and what Tencent does with it.

import { consequence, explain, failure, title, tone } from './meaning.js';
import { actionBar } from './actions.js';
import * as api from './api.js';
import { commandName, pageOf } from './catalog.js';
import { button, byId, el } from './dom.js';
import { shown, sourceAt, toPointer } from './json.js';
import { endWord } from './list.js';
import { store } from './store.js';
import { timebar } from './timebar.js';
import { clock, dateAndTime, size, word } from './words.js';

const pane = byId('detail');
/** The delivery that is shown, and the text of its JSON. */
let current = null;
let asked = 0;

export function startDetail() {
  store.addEventListener('selection', load);
  store.addEventListener('rows', () => {
    const row = store.rows.get(store.selected);
    if (row && current && row !== current.row) load();
    else if (pane.dataset.pinned !== String(store.pinned.has(store.selected))) redrawDetail();
  });
  redrawDetail();
}

/** The delivery that is shown, or null while there is none. */
export const shownDelivery = () => current?.delivery ?? null;

/** Shows the detail: on a narrow page it takes the place of the list. */
export function showDetail() {
  document.body.classList.toggle('detail-open', store.selected !== null);
}

/** Shows the detail and moves the focus there. */
export function openDetail() {
  if (store.selected === null) return;
  showDetail();
  pane.focus({ preventScroll: true });
  pane.querySelector('#raw')?.scrollIntoView({ block: 'nearest' });
}

/** Returns to the list; false if it was not left. */
export function closeDetail() {
  const open = document.body.classList.contains('detail-open') || pane.contains(document.activeElement);
  document.body.classList.remove('detail-open');
  if (open) byId('list').focus({ preventScroll: true });
  return open;
}

/** Asks for the selected delivery and draws it, unless another was selected meanwhile. */
async function load() {
  const id = store.selected;
  const question = ++asked;
  if (id === null) {
    current = null;
    return redrawDetail();
  }
  const row = store.rows.get(id);
  try {
    const text = await api.delivery(id);
    if (question !== asked) return;
    current = { row, text, delivery: JSON.parse(text) };
  } catch (error) {
    if (question !== asked) return;
    current = { row, error };
  }
  redrawDetail();
}

export function redrawDetail() {
  pane.setAttribute('aria-label', word('detail'));
  const top = current && pane.dataset.id === String(current.row?.id) ? pane.scrollTop : 0;
  const focused = pane.contains(document.activeElement) ? document.activeElement : null;
  if (!current) pane.replaceChildren(el('p', { class: 'hint' }, word('detail.none')));
  else if (current.error) pane.replaceChildren(el('p', { class: 'hint' }, failure(current.error)));
  else pane.replaceChildren(...content(current.delivery, current.text));
  pane.dataset.id = current?.row?.id ?? '';
  pane.dataset.pinned = store.pinned.has(store.selected);
  pane.scrollTop = top;
  if (focused) (sameAs(focused) ?? pane).focus({ preventScroll: true });
}

/** The element that took the place of one that was drawn before. */
function sameAs({ dataset: { name }, id }) {
  if (name) return pane.querySelector(`[data-name="${name}"]`);
  return id && byId(id);
}

function content(delivery, text) {
  return [
    heading(delivery),
    actionBar(delivery),
    outcome(delivery),
    bodies(delivery, text),
    section('reply', reply('reply', delivery.reply)),
    section('late_reply', delivery.late_reply && reply('late_reply', delivery.late_reply)),
    section('request', request(delivery)),
    section('query', pairs('query', delivery.query)),
    section('headers', pairs('headers', delivery.headers)),
  ].filter(Boolean);
}

function heading(delivery) {
  const page = pageOf(delivery.command);
  const facts = [
    commandName(delivery.command),
    delivery.phase && word(`phase.${delivery.phase}`, {}, delivery.phase),
    delivery.sdk_app_id,
    word(`origin.${delivery.origin}`, {}, delivery.origin),
    size(delivery.bytes),
  ].filter(Boolean);
  return el(
    'div',
    { class: 'heading' },
    button(word('back'), closeDetail, { class: 'back', key: 'Esc', 'data-name': 'back' }),
    el('h2', {}, title(delivery)),
    el('p', { class: 'facts' },
      `#${delivery.id} · `,
      el('time', { title: dateAndTime(delivery.received) }, clock(delivery.received)),
      ` · ${facts.join(' · ')}`),
    page && el('a', { 'data-name': 'page', href: page, target: '_blank', rel: 'noopener noreferrer' }, word('page')),
  );
}

/** The end, its cause, what Tencent does, and the time: all that is decided about it. */
function outcome(delivery) {
  const why = explain(delivery);
  const effect = delivery.effect && consequence(delivery.effect);
  const quoted = delivery.effect?.text && el('q', {}, delivery.effect.text);
  const more = effect && [quoted, effect.why].filter(Boolean);
  return el(
    'dl',
    { class: 'outcome' },
    el('dt', { class: `end ${tone(delivery)}` }, endWord(delivery)),
    el('dd', {}, why
      ? [
        el('p', {}, why.advice),
        why.cause && el('p', { class: 'why' }, why.cause),
        why.error && el('p', { class: 'why', lang: 'en' }, why.error),
      ]
      : String(delivery.status ?? '')),
    effect && el('dt', {}, word('effect')),
    effect && el('dd', { class: `effect ${effect.tone}` }, el('p', {}, effect.text), more.map((line) => el('p', { class: 'why' }, line))),
    delivery.ms !== null && delivery.ms !== undefined && el('dt', {}, word('time')),
    delivery.ms !== null && delivery.ms !== undefined && el('dd', {}, timebar(delivery.ms, delivery.envelope)),
  );
}

/** The typed event beside the raw body, whose fields without a place in the type are marked. */
function bodies(delivery, text) {
  const untyped = new Set((delivery.untyped ?? []).map(toPointer));
  const event = delivery.event === null || delivery.event === undefined ? null : sourceAt(text, '/event');
  return el(
    'div',
    { class: 'bodies' },
    el('section', { id: 'typed' },
      el('h3', { id: 'typed-title' }, word('typed')),
      event
        ? el('pre', { id: 'typed-text', tabindex: 0, 'aria-labelledby': 'typed-title' }, shown(event))
        : el('p', { class: 'hint' }, word('typed.none'))),
    el('section', { id: 'raw' },
      el('h3', { id: 'raw-title' }, word('raw')),
      rawBody(delivery, untyped),
      untyped.size > 0 && el('p', { class: 'note' }, word('raw.untyped', { n: untyped.size }))),
  );
}

function rawBody({ body, envelope }, untyped) {
  if (body) return el('pre', { id: 'raw-text', tabindex: 0, 'aria-labelledby': 'raw-title' }, shown(body, untyped));
  const unknown = envelope === 'trtc' ? 'raw.unproved' : 'raw.unread';
  return el('p', { class: 'hint' }, word(body === '' ? 'raw.empty' : unknown));
}

function reply(name, reply) {
  if (!reply) return el('p', { class: 'hint' }, word('reply.none'));
  return [
    el('p', { class: 'status' }, String(reply.status)),
    reply.body ? el('pre', { id: `${name}-text`, tabindex: 0, 'aria-labelledby': `${name}-title` }, shown(reply.body)) : null,
  ];
}

function request({ method, path }) {
  return method && path ? el('p', { class: 'status' }, `${method} ${path}`) : null;
}

function pairs(name, pairs) {
  if (!pairs || pairs.length === 0) return null;
  return el(
    'table',
    { 'aria-labelledby': `${name}-title` },
    el('tbody', {}, pairs.map(([name, value]) =>
      el('tr', {}, el('th', { scope: 'row' }, name), el('td', {}, value)))),
  );
}

function section(name, content) {
  if (content === null) return null;
  return el('section', { class: name }, el('h3', { id: `${name}-title` }, word(name)), content);
}
