// Keeps the store filled: live by server-sent events, and by a query for what the filters ask.

import * as api from './api.js';
import { store } from './store.js';

/** `connecting`, `live` or `closed`, told by the event `state`; `lost` by the event `lost`; a live row by `row`. */
class Feed extends EventTarget {
  state = 'connecting';
  lost = 0;

  /** The greatest id whose text was searched for `filter.q`. */
  #searched = 0;
  #searching = false;
  #unsearched = false;

  start() {
    const source = api.events();
    source.addEventListener('open', () => {
      this.#set('live');
      // Not earlier, or what arrives until then would be missed; again after a break, when older
      // rows may have changed.
      this.load();
    });
    source.addEventListener('error', () =>
      this.#set(source.readyState === EventSource.CLOSED ? 'closed' : 'connecting'),
    );
    source.addEventListener('delivery', ({ data }) => this.#arrive(JSON.parse(data)));
    source.addEventListener('lost', ({ data }) => {
      this.lost += JSON.parse(data).n;
      this.dispatchEvent(new Event('lost'));
      this.load();
    });
    store.addEventListener('filter', () => {
      this.#searched = 0;
      this.load();
    });
  }

  forgetLost() {
    this.lost = 0;
    this.dispatchEvent(new Event('lost'));
  }

  /** Asks for what fits the filters: the server also knows rows that this page never had. */
  async load() {
    const filter = { ...store.filter };
    try {
      const rows = await api.deliveries(filter);
      if (!same(filter, store.filter)) return;
      store.take(rows);
      this.#searched = Math.max(this.#searched, ...rows.map((row) => row.id));
      if (filter.q) store.addFound(rows.map((row) => row.id));
    } catch (error) {
      this.dispatchEvent(new CustomEvent('failed', { detail: error }));
    }
  }

  #arrive(row) {
    store.take([row]);
    this.dispatchEvent(new CustomEvent('row', { detail: row }));
    if (store.filter.q) this.#search();
  }

  /** Only the server can tell whether the text of a new row fits. One question at a time. */
  async #search() {
    this.#unsearched = true;
    if (this.#searching) return;
    this.#searching = true;
    while (this.#unsearched) {
      this.#unsearched = false;
      await this.#ask({ ...store.filter });
    }
    this.#searching = false;
  }

  async #ask(filter) {
    const after = this.#searched;
    const newest = Math.max(0, ...store.rows.keys());
    try {
      const rows = await api.deliveries({ ...filter, after });
      if (!same(filter, store.filter)) return;
      store.addFound(rows.map((row) => row.id));
      this.#searched = newest;
    } catch {
      // The next row asks again.
    }
  }

  #set(state) {
    this.state = state;
    this.dispatchEvent(new Event('state'));
  }
}

const same = (a, b) => Object.keys(a).every((key) => a[key] === b[key]);

export const feed = new Feed();
