// Rules: what answers a command in place of the receiver, until it is removed.

import * as api from './api.js';
import { commandNames, rulesOf } from './catalog.js';
import { form, openDialog } from './dialog.js';
import { button, el, select } from './dom.js';
import { failed } from './notices.js';
import { word } from './words.js';

/** The fields of each kind of rule: name, type, and the value that is proposed. */
const FIELDS = {
  allow: [],
  refuse: [['code', 'number', ''], ['text', 'text', '']],
  drop: [],
  rewrite: [['text', 'text', '']],
  'http-error': [['status', 'number', '500']],
  delay: [['ms', 'number', '1800']],
  hang: [],
};

let rules = {};
const changed = new EventTarget();

/** Calls `listener` whenever the rules change. */
export const onRules = (listener) => changed.addEventListener('rules', listener);

export const ruleCount = () => Object.keys(rules).length;

/** The rule of a command in words, or null. */
export function ruleText(command) {
  const rule = Object.hasOwn(rules, command) ? rules[command] : null;
  if (!rule) return null;
  const values = (FIELDS[rule.do] ?? [])
    .filter(([name]) => rule[name] || rule[name] === 0)
    .map(([name]) => (name === 'ms' ? `${rule.ms} ms` : rule[name]));
  return [word(`rule.do.${rule.do}`, {}, rule.do), ...values].join(' ');
}

/** Asks again if a row shows that a rule was set or removed by somebody else. */
export function heardOf({ cause, command, end }) {
  const ruled = cause === 'rule';
  if ((ruled || end === 'answered') && ruled !== Object.hasOwn(rules, command)) loadRules();
}

export async function loadRules() {
  try {
    rules = await api.rules();
  } catch {
    rules = {};
  }
  changed.dispatchEvent(new Event('rules'));
}

/** Opens the dialog, with the form ready for `command`. */
export function openRules(command = '') {
  const active = el('ul', { class: 'rules' });
  const fields = el('span', { class: 'fields' });
  const kind = el('span');
  const names = el('datalist', { id: 'commands' }, commandNames().map((name) => el('option', { value: name })));
  const input = el('input', {
    name: 'command', list: 'commands', required: true, value: command, autocomplete: 'off',
    'aria-label': word('rule.command'), placeholder: word('rule.command'), on: { input: () => drawKinds() },
  });

  const drawFields = (name) => fields.replaceChildren(...FIELDS[name].map(([field, type, value]) =>
    el('label', {}, word(`rule.${field}`),
      el('input', { name: field, type, value, min: type === 'number' ? 0 : null }))));
  const drawKinds = () => {
    const fitting = rulesOf(input.value) ?? Object.keys(FIELDS);
    const options = fitting.filter((name) => name in FIELDS).map((name) => [name, word(`rule.do.${name}`)]);
    const before = kind.firstElementChild?.value;
    const chosen = fitting.includes(before) ? before : options[0][0];
    const choice = select(word('rule.do'), options, chosen, drawFields);
    choice.name = 'do';
    kind.replaceChildren(choice);
    if (chosen !== before) drawFields(chosen);
  };
  const drawActive = () => active.replaceChildren(...Object.keys(rules).map((name) =>
    el('li', {}, el('code', {}, name), el('span', {}, ruleText(name)),
      button(word('rule.remove'), () => change(() => api.deleteRule(name)), { 'aria-label': `${word('rule.remove')} ${name}` }))),
    ...(ruleCount() === 0 ? [el('li', { class: 'hint' }, word('rule.none'))] : []));
  const change = async (request) => {
    try {
      await request();
      await loadRules();
    } catch (error) {
      failed(error);
    }
  };

  const dialog = openDialog('rules', word('rule.title'),
    el('p', { class: 'note' }, word('rule.what')),
    active,
    form((values) => change(() => api.putRule(values.command, ruleOf(values))),
      names, input, kind, fields,
      el('button', { type: 'submit', class: 'primary' }, word('rule.set'))));
  changed.addEventListener('rules', drawActive);
  dialog.addEventListener('close', () => changed.removeEventListener('rules', drawActive));
  drawKinds();
  drawActive();
  loadRules();
  (command ? kind.firstElementChild : input).focus();
}

/** The rule of the form's values: numbers as numbers, and nothing where nothing was typed. */
function ruleOf(values) {
  const rule = { do: values.do };
  for (const [name, type] of FIELDS[values.do]) {
    if (values[name]) rule[name] = type === 'number' ? Number(values[name]) : values[name];
  }
  return rule;
}
