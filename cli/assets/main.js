// Starts the page, and draws it anew when the language changes.

import { loadAbout, receiver } from './about.js';
import { loadCatalog } from './catalog.js';
import { redrawDetail, showDetail, startDetail } from './detail.js';
import { byId, el } from './dom.js';
import { feed } from './feed.js';
import { startKeys } from './keys.js';
import { redrawList, startList } from './list.js';
import { redrawNotices, startNotices } from './notices.js';
import { heardOf, loadRules, onRules } from './rules.js';
import { store } from './store.js';
import { redrawToolbar, startToolbar } from './toolbar.js';
import { currentLanguage, switchLanguage, word } from './words.js';

function redraw() {
  document.documentElement.lang = currentLanguage() === 'zh' ? 'zh-CN' : 'en';
  redrawToolbar();
  redrawNotices();
  redrawList();
  redrawDetail();
  redrawEmpty();
}

function otherLanguage() {
  switchLanguage();
  redraw();
}

/** What the list says while it has no rows. */
function redrawEmpty() {
  const empty = byId('empty');
  empty.hidden = store.visible().length > 0;
  if (store.rows.size > 0) return empty.replaceChildren(el('p', {}, word('list.nothing_fits')));
  empty.replaceChildren(
    el('p', {}, word('list.none')),
    el('p', { class: 'hint' }, word('list.none.how')),
    el('pre', {}, `${receiver()}\n\ntencent-webhook trigger State.StateChange --to ${receiver()} --app ID:TOKEN`),
  );
}

startNotices();
startToolbar(otherLanguage);
startList();
startDetail();
startKeys(otherLanguage);
for (const event of ['rows', 'filter']) store.addEventListener(event, redrawEmpty);
onRules(redrawDetail);
feed.addEventListener('row', ({ detail }) => heardOf(detail));
byId('list').addEventListener('click', showDetail);
redraw();
feed.start();
await Promise.all([loadAbout(), loadCatalog(), loadRules()]);
redraw();
