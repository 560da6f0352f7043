// What can be done with a delivery, or with all of them.

import * as api from './api.js';
import { openCopy } from './copy-dialog.js';
import { form, openDialog } from './dialog.js';
import { button, el } from './dom.js';
import { errorOf } from './json.js';
import { failed, toast } from './notices.js';
import { openRules, ruleText } from './rules.js';
import { store } from './store.js';
import { word } from './words.js';

/** The buttons of one delivery. */
export function actionBar(delivery) {
  const rule = delivery.command && ruleText(delivery.command);
  return el(
    'div',
    { class: 'actions', role: 'toolbar', 'aria-label': word('actions') },
    canResend(delivery) && button(word('resend'), () => resend(delivery), { key: 'r', 'data-name': 'resend' }),
    canEdit(delivery) && button(word('edit'), () => edit(delivery), { key: 'e', 'data-name': 'edit' }),
    button(word('copy'), () => openCopy(delivery), { key: 'c', 'data-name': 'copy' }),
    button(word(store.pinned.has(delivery.id) ? 'unpin' : 'pin'), () => store.togglePin(delivery.id), { key: 'p', 'data-name': 'pin' }),
    delivery.command && button(rule ? word('rule.active', { rule }) : word('rule'), () => openRules(delivery.command), { key: 'u', 'data-name': 'rule' }),
  );
}

/** A webhook can be sent with another body, even one whose own body, and so its command, was not read. */
export const canEdit = (delivery) => delivery.end !== 'not_a_webhook' && delivery.envelope !== null && delivery.sdk_app_id !== null;

export const canResend = (delivery) => canEdit(delivery) && delivery.body !== null;

/** Sends it again, signed anew, and selects the new row. */
export async function resend(delivery, body) {
  try {
    const id = await api.resend(delivery.id, body);
    toast(word('resent', { id: `#${id}` }));
    store.select(id);
    return true;
  } catch (error) {
    failed(error);
    return false;
  }
}

/** Opens the body for editing. What is sent is the text, JSON or not. */
export function edit(delivery) {
  const note = el('p', { class: 'note', role: 'status' });
  const text = el('textarea', {
    name: 'body',
    'aria-label': word('edit.body'),
    spellcheck: 'false',
    autofocus: true,
    on: {
      input: () => {
        const error = errorOf(text.value);
        if (error) note.replaceChildren(word('edit.bad_json'), ' ', el('span', { lang: 'en' }, error));
        else note.textContent = word('edit.body');
      },
      keydown: (event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.target.form.requestSubmit();
      },
    },
  });
  text.value = delivery.body ?? '';
  note.textContent = word('edit.body');
  const dialog = openDialog('edit', word('edit'),
    form(
      async () => {
        // Not through FormData, which turns line breaks into CR LF.
        if (await resend(delivery, text.value)) dialog.close();
      },
      text,
      el('div', { class: 'dialog-foot' },
        note,
        el('button', { type: 'submit', class: 'primary', 'aria-keyshortcuts': 'Control+Enter' },
          word('edit.send'), el('kbd', { 'aria-hidden': 'true' }, 'Ctrl ⏎'))),
    ));
  text.setSelectionRange(0, 0);
}

/** Saves everything that is kept as a recording. */
export async function download() {
  try {
    const url = URL.createObjectURL(await api.recording());
    el('a', { href: url, download: 'tencent-webhook.ndjson' }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  } catch (error) {
    failed(error);
  }
}
