// The keyboard: everything that the mouse can do.

import { canEdit, canResend, download, edit, resend } from './actions.js';
import { openCopy } from './copy-dialog.js';
import { closeDetail, openDetail, shownDelivery } from './detail.js';
import { isDialogOpen } from './dialog.js';
import { byId } from './dom.js';
import { openHelp } from './help.js';
import { openRules } from './rules.js';
import { store } from './store.js';

/** An action of the delivery that is shown. */
const withShown = (action, fits = () => true) => () => {
  const delivery = shownDelivery();
  if (delivery && fits(delivery)) action(delivery);
};

const ACTIONS = {
  j: () => store.move(1),
  k: () => store.move(-1),
  Enter: openDetail,
  Escape: escape,
  '/': () => byId('search').focus(),
  r: withShown((delivery) => resend(delivery), canResend),
  e: withShown(edit, canEdit),
  c: withShown((delivery) => openCopy(delivery)),
  p: () => store.selected !== null && store.togglePin(store.selected),
  u: withShown((delivery) => openRules(delivery.command), (delivery) => Boolean(delivery.command)),
  R: () => openRules(),
  s: () => store.togglePause(),
  x: () => store.clear(),
  d: download,
  '?': openHelp,
};

/** What the arrows do unless the focus is where they scroll. */
const ARROWS = {
  ArrowDown: () => store.move(1),
  ArrowUp: () => store.move(-1),
  Home: () => store.move(-Infinity),
  End: () => store.move(Infinity),
};

/** Listens to all keys; `language` switches the language. */
export function startKeys(language) {
  const actions = { ...ACTIONS, l: language };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isDialogOpen()) return;
    const { target, key } = event;
    if (target.matches('input, textarea, select')) {
      if (key === 'Escape') leave(target);
      return;
    }
    // A button or link takes Enter itself.
    if (key === 'Enter' && target.matches('button, a')) return;
    const scrolls = byId('detail').contains(target);
    const action = Object.hasOwn(actions, key) ? actions[key] : !scrolls && Object.hasOwn(ARROWS, key) && ARROWS[key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

function leave(field) {
  field.blur();
  byId('list').focus({ preventScroll: true });
}

/** Back by one step: from the detail to the list, then from the selection to none. */
function escape() {
  if (!closeDetail()) store.select(null);
}
