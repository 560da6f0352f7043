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
/** The choices of the filters, by name. They stay the same elements, so that one can be open. */
const choices = new Map();
let language = () => {};

/** Draws the head; `switchTo` changes the language. */
export function startToolbar(switchTo) {
  language = switchTo;
  store.addEventListener('rows', fillChoices);
  store.addEventListener('waiting', redrawTools);
  onRules(redrawTools);
  redrawToolbar();
}

export function redrawToolbar() {
  for (const name of ['command', 'app', 'end']) {
    const change = (value) => store.setFilter({ [name]: value });
    choices.set(name, select(word(`filter.${name}`), [], store.filter[name], change));
  }
  byId('filters').setAttribute('aria-label', word('filters'));
  byId('filters').replaceChildren(search(), el('div', { id: 'choices' }, [...choices.values()]));
  fillChoices();
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

/** Offers what the rows that are kept can be filtered by. */
function fillChoices() {
  const rows = [...store.rows.values()];
  const named = (command) => [command, commandName(command)].filter(Boolean).join(' · ');
  offer('command', rows.map((row) => row.command), named);
  offer('app', [...apps(), ...rows.map((row) => row.sdk_app_id && String(row.sdk_app_id))]);
  offer('end', ENDS, (end) => word(`end.${end}`));
}

/** Makes the options of a choice follow the values; those that stay are not touched. */
function offer(name, values, text = (value) => value) {
  const choice = choices.get(name);
  const known = new Map([...choice.options].map((option) => [option.value, option]));
  const distinct = new Set([...values, store.filter[name]].filter(Boolean));
  const sorted = name === 'end' ? [...distinct] : [...distinct].sort();
  for (const [value, option] of known) if (value && !distinct.has(value)) option.remove();
  ['', ...sorted].forEach((value, place) => {
    const label = value ? text(value) : word(`filter.any.${name}`);
    const option = known.get(value) ?? el('option', { value }, label);
    if (choice.options[place] !== option) choice.insertBefore(option, choice.options[place] ?? null);
  });
  choice.value = store.filter[name];
}

function redrawTools() {
  const tools = byId('tools');
  tools.setAttribute('aria-label', word('tools'));
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
