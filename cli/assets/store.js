// What the page knows: rows, filters, pins, the selection. Everything that is drawn follows from
// here; whatever changes it says so by an event, and drawing never changes it.

/** As many rows as `listen` keeps by default; the oldest go first, pinned ones stay. */
const MOST = 1000;

class Store extends EventTarget {
  /** Rows of the API by id. */
  rows = new Map();
  pinned = new Set();
  selected = null;
  filter = { q: '', command: '', app: '', end: '' };
  /** Ids in whose body the server found `filter.q`. */
  found = new Set();
  paused = false;
  /** Rows that arrived during the pause. */
  waiting = new Map();
  /** Rows up to this id are cleared away. */
  cleared = 0;

  #visible = null;

  /** Takes new and changed rows; during a pause they wait. */
  take(rows) {
    const target = this.paused ? this.waiting : this.rows;
    for (const row of rows) {
      if (row.id > this.cleared || this.pinned.has(row.id)) target.set(row.id, row);
    }
    this.#forgetOldest(target);
    this.#changed(this.paused ? 'waiting' : 'rows');
  }

  /** The rows to show, pinned ones first, then the newest. */
  visible() {
    this.#visible ??= [...this.rows.values()]
      .filter((row) => this.#fits(row))
      .sort((a, b) => this.pinned.has(b.id) - this.pinned.has(a.id) || b.id - a.id);
    return this.#visible;
  }

  select(id) {
    this.selected = id;
    this.#changed('selection');
  }

  /** Moves the selection by `step` rows; without one, to the newest. */
  move(step) {
    const ids = this.visible().map((row) => row.id);
    if (ids.length === 0) return;
    const at = ids.indexOf(this.selected);
    const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), ids.length - 1);
    this.select(ids[next]);
  }

  setFilter(change) {
    Object.assign(this.filter, change);
    this.found.clear();
    this.#changed('filter');
  }

  addFound(ids) {
    for (const id of ids) this.found.add(id);
    this.#changed('rows');
  }

  togglePin(id) {
    if (!this.pinned.delete(id)) this.pinned.add(id);
    this.#changed('rows');
  }

  togglePause() {
    this.paused = !this.paused;
    const waited = [...this.waiting.values()];
    this.waiting.clear();
    this.#changed('waiting');
    if (!this.paused) this.take(waited);
  }

  /** Puts away every row so far that is not pinned. */
  clear() {
    for (const id of [...this.rows.keys(), ...this.waiting.keys()]) {
      this.cleared = Math.max(this.cleared, id);
      this.waiting.delete(id);
      if (!this.pinned.has(id)) this.rows.delete(id);
    }
    if (!this.rows.has(this.selected)) this.selected = null;
    this.#changed('waiting');
    this.#changed('rows');
    this.#changed('selection');
  }

  #fits(row) {
    const { q, command, app, end } = this.filter;
    if (command && row.command !== command) return false;
    if (app && String(row.sdk_app_id) !== app) return false;
    if (end && row.end !== end) return false;
    return !q || this.found.has(row.id);
  }

  #forgetOldest(rows) {
    if (rows.size <= MOST) return;
    const ids = [...rows.keys()].filter((id) => !this.pinned.has(id)).sort((a, b) => a - b);
    for (const id of ids.slice(0, rows.size - MOST)) {
      rows.delete(id);
      this.found.delete(id);
    }
  }

  #changed(what) {
    this.#visible = null;
    this.dispatchEvent(new Event(what));
  }
}

export const store = new Store();
