// The dialog that shows a delivery as text for another tool, and copies it.

import { isSigned, receiver } from './about.js';
import * as copy from './copy.js';
import { openDialog } from './dialog.js';
import { button, el } from './dom.js';
import { word } from './words.js';

const FORMS = {
  curl: (delivery) => copy.curl(delivery, receiver(), isSigned(delivery.sdk_app_id)),
  fixture: copy.fixture,
  rust: copy.rustTest,
  trigger: (delivery) => copy.trigger(delivery, receiver(), isSigned(delivery.sdk_app_id)),
};

/** The forms of a delivery: anything but a webhook copies as curl only, and two are made of the body. */
function formsOf({ command, body }) {
  if (!command) return ['curl'];
  return body ? Object.keys(FORMS) : ['curl', 'trigger'];
}

/** Opens it with the form `first` shown and copied. */
export function openCopy(delivery, first = 'curl') {
  const forms = formsOf(delivery);
  const text = el('pre', { tabindex: 0, id: 'copy-text', 'aria-labelledby': 'copy-title' });
  const said = el('p', { class: 'note', role: 'status' });
  let form = first;
  const tabs = forms.map((name) => button(word(`copy.${name}`), () => show(name), { 'data-form': name }));
  const show = (name) => {
    form = name;
    text.textContent = FORMS[form](delivery);
    for (const tab of tabs) tab.setAttribute('aria-pressed', tab.dataset.form === form);
    copyText();
  };
  const copyText = async () => {
    said.textContent = word((await toClipboard(text)) ? 'copied' : 'copy.by_hand');
  };
  openDialog('copy', word('copy.title'),
    el('div', { class: 'tabs' }, tabs),
    text,
    el('div', { class: 'dialog-foot' }, said, button(word('copy'), copyText, { class: 'primary' })));
  show(first);
}

/** Copies the text of an element; where the browser does not allow it, selects it instead. */
async function toClipboard(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(element);
    return false;
  }
}
