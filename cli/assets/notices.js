// What the page says in passing (`toast`) and what stays until it is dismissed (`notice`).

import { forwardTo } from './about.js';
import { button, byId, el } from './dom.js';
import { feed } from './feed.js';
import { failure } from './meaning.js';
import { word } from './words.js';

const STAYS = 6000;
let timer;

/** Says something that needs no answer, above whatever dialog is open. */
export function toast(text) {
  const element = byId('toast');
  element.textContent = text;
  element.hidePopover();
  element.showPopover();
  clearTimeout(timer);
  timer = setTimeout(() => element.hidePopover(), STAYS);
}

/** Says that the tool refused something. */
export const failed = (error) => toast(failure(error));

/** Shows the state of the live connection, and what was lost. */
export function redrawNotices() {
  const live = byId('live');
  live.className = feed.state;
  live.textContent = [word(`live.${feed.state}`), forwardTo() && `→ ${forwardTo()}`].filter(Boolean).join(' ');
  live.title = forwardTo() ? word('forwarding', { to: forwardTo() }) : '';
  const notice = byId('notice');
  const gone = feed.state === 'closed';
  notice.hidden = !gone && feed.lost === 0;
  if (gone) notice.textContent = word('live.gone');
  else notice.replaceChildren(
    el('span', {}, word('lost', { n: feed.lost })),
    button(word('dismiss'), () => feed.forgetLost()),
  );
}

export function startNotices() {
  for (const event of ['state', 'lost']) feed.addEventListener(event, redrawNotices);
  feed.addEventListener('failed', ({ detail }) => failed(detail));
  redrawNotices();
}
