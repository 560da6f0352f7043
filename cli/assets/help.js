// The dialog that lists the keys.

import { openDialog } from './dialog.js';
import { el } from './dom.js';
import { word } from './words.js';

const KEYS = [
  ['move', 'j k ↓ ↑'], ['ends', 'Home End'], ['open', 'Enter'], ['return', 'Esc'], ['search', '/'],
  ['resend', 'r'], ['edit', 'e'], ['copy', 'c'], ['pin', 'p'], ['rule', 'u'], ['rules', 'R'], ['pause', 's'],
  ['clear', 'x'], ['download', 'd'], ['language', 'l'], ['help', '?'],
];

export function openHelp() {
  const rows = KEYS.map(([name, keys]) =>
    el('tr', {},
      el('th', { scope: 'row' }, keys.split(' ').map((key) => el('kbd', {}, key))),
      el('td', {}, word(`keys.${name}`))));
  openDialog('help', word('keys.title'), el('table', { 'aria-labelledby': 'help-title' }, el('tbody', {}, rows)));
}
