// The head of the page: filters, and what concerns all webhooks.

import { apps } from './about.js';
import { download } from './actions.js';
import { commandName } from './catalog.js';
import { button, byId, el, select } from './dom.js';
import { openHelp } from './help.js';
import { onRules, openRules, ruleCount } from './rules.js';
import { store } from './store.js';
import { currentLanguage, word } from './words.js';

const ENDS = ['answered', 'rejected', 'failed', 'finished_late', 'failed_late', 'abandoned', 'probed', 'not_a_webhook'];
/** Every command and app seen so far: what can be filtered by. */
const seen = { command: new Set(), app: new Set() };
let language = () => {};

/** Draws the head; `switchTo` changes the language. */
export function startToolbar(switchTo) {
  language = switchTo;
  store.addEventListener('rows', () => note() && redrawFilters());
  store.addEventListener('waiting', redrawTools);
  onRules(redrawTools);
  redrawToolbar();
}

export function redrawToolbar() {
  note();
  byId('filters').replaceChildren(search(), el('div', { id: 'choices' }));
  redrawFilters();
  redrawTools();
}

function search() {
  const input = el('input', {
    id: 'search', type: 'search', 'aria-label': word('filter.q'), placeholder: word('filter.q'),
    'aria-keyshortcuts': '/', autocomplete: 'off', spellcheck: 'false', value: store.filter.q,
  });
  let timer;
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => store.setFilter({ q: input.value }), 150);
  });
  return input;
}

/** Notes the commands and apps of the rows; true if there is a new one. */
function note() {
  const before = seen.command.size + seen.app.size;
  for (const id of apps()) seen.app.add(id);
  for (const row of store.rows.values()) {
    if (row.command) seen.command.add(row.command);
    if (row.sdk_app_id) seen.app.add(String(row.sdk_app_id));
  }
  return seen.command.size + seen.app.size > before;
}

function redrawFilters() {
  const named = (command) => [command, [command, commandName(command)].filter(Boolean).join(' · ')];
  const choice = (name, options) =>
    select(word(`filter.${name}`), [['', word(`filter.any.${name}`)], ...options], store.filter[name],
      (value) => store.setFilter({ [name]: value }));
  byId('choices').replaceChildren(
    choice('command', [...seen.command].sort().map(named)),
    choice('app', [...seen.app].sort().map((id) => [id, id])),
    choice('end', ENDS.map((end) => [end, word(`end.${end}`)])),
  );
}

function redrawTools() {
  const tools = byId('tools');
  const focused = [...tools.children].indexOf(document.activeElement);
  const waiting = store.waiting.size;
  const pause = store.paused ? word('go_on') : word('pause');
  const rules = ruleCount();
  tools.replaceChildren(
    button(waiting > 0 ? `${pause} · ${word('waiting', { n: waiting })}` : pause, () => store.togglePause(), { key: 's', 'aria-pressed': String(store.paused) }),
    button(word('clear'), () => store.clear(), { key: 'x' }),
    button(rules > 0 ? `${word('rules')} · ${rules}` : word('rules'), () => openRules(), { key: 'R', class: rules > 0 ? 'active' : null }),
    button(word('download'), download, { key: 'd', title: word('download.what') }),
    button(word('language'), () => language(), { lang: currentLanguage() === 'en' ? 'zh-CN' : 'en', title: word('language.what') }),
    button(word('help'), openHelp, { key: '?' }),
  );
  if (focused >= 0) tools.children[focused].focus();
}
