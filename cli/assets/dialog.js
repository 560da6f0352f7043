// Dialogs: modal, closed by Esc or their button, and gone once closed.

import { button, el } from './dom.js';
import { word } from './words.js';

/** Opens a dialog and gives its element. Only one is open at a time. */
export function openDialog(name, title, ...content) {
  document.querySelector('dialog')?.close();
  const dialog = el(
    'dialog',
    { id: name, 'aria-labelledby': `${name}-title`, on: { close: () => dialog.remove() } },
    el('div', { class: 'dialog-head' },
      el('h2', { id: `${name}-title` }, title),
      button(word('close'), () => dialog.close(), { class: 'close', key: 'Esc' })),
    content,
  );
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

export const isDialogOpen = () => document.querySelector('dialog[open]') !== null;

/** A form whose submission never leaves the page: `submit` gets its values. */
export function form(submit, ...content) {
  return el(
    'form',
    {
      on: {
        submit: (event) => {
          event.preventDefault();
          submit(Object.fromEntries(new FormData(event.target)));
        },
      },
    },
    content,
  );
}
