// Reads JSON as text: shows it indented without changing a digit or the order of its keys, and
// marks single fields. `JSON.parse` is only asked whether the text is JSON at all.

import { el } from './dom.js';

/** Longer texts are shown as they came: one element for each value would stall the page. */
const MOST_FORMATTED = 200_000;
const DEEPEST_INDENT = 24;

const TOKEN = /\s*("[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+)/sy;

/**
 * The tokens of a JSON text: `text`, `start` and `end` in it, `depth`, `kind` (`key`, `string`,
 * `other` or `mark`) and, for a key or value, its JSON pointer `path`.
 */
function* tokens(json) {
  const open = [];
  let key = false;
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(json); match; match = TOKEN.exec(json)) {
    const text = match[1];
    const end = TOKEN.lastIndex;
    const at = { text, start: end - text.length, end };
    const inner = open.at(-1);
    if (text === '{' || text === '[') {
      yield { ...at, kind: 'mark', depth: open.length, path: pathOf(inner) };
      open.push({ array: text === '[', path: pathOf(inner), name: text === '[' ? 0 : '' });
      key = text === '{';
    } else if (text === '}' || text === ']') {
      open.pop();
      key = false;
      yield { ...at, kind: 'mark', depth: open.length };
    } else if (text === ',') {
      if (inner.array) inner.name += 1;
      key = !inner.array;
      yield { ...at, kind: 'mark', depth: open.length };
    } else if (text === ':') {
      key = false;
      yield { ...at, kind: 'mark', depth: open.length };
    } else if (key) {
      inner.name = JSON.parse(text);
      yield { ...at, kind: 'key', depth: open.length, path: pathOf(inner) };
    } else {
      const kind = text[0] === '"' ? 'string' : 'other';
      yield { ...at, kind, depth: open.length, path: pathOf(inner) };
    }
  }
}

function pathOf(inner) {
  if (!inner) return '';
  return `${inner.path}/${String(inner.name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

export function isJson(text) {
  return errorOf(text) === null;
}

/** What is wrong with a JSON text, or null. */
export function errorOf(text) {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return error.message;
  }
}

/** Where the value at a pointer is in a JSON text: `{start, end}`, or null. */
export function locate(json, path) {
  let start = -1;
  let depth = 0;
  for (const token of tokens(json)) {
    if (start < 0) {
      if (token.path !== path || token.kind === 'key') continue;
      if (token.kind !== 'mark') return { start: token.start, end: token.end };
      ({ start, depth } = token);
    } else if (token.depth === depth && (token.text === '}' || token.text === ']')) {
      return { start, end: token.end };
    }
  }
  return null;
}

/** The source text of the value at a pointer. */
export function sourceAt(json, path) {
  const place = locate(json, path);
  return place && json.slice(place.start, place.end);
}

/** Gives `text` indented, in pieces of `{text, kind, path}`. */
function* indented(json) {
  let before = null;
  for (const token of tokens(json)) {
    const { text, depth } = token;
    const closes = text === '}' || text === ']';
    const opened = before === '{' || before === '[';
    if (before === ',' || (opened && !closes) || (closes && !opened)) yield { text: newLine(depth) };
    yield token;
    if (text === ':') yield { text: ' ' };
    before = text;
  }
}

const newLine = (depth) => `\n${'  '.repeat(Math.min(depth, DEEPEST_INDENT))}`;

/** A JSON text, indented: every digit and every key stays as it was. */
export function pretty(json) {
  if (!isJson(json)) return json;
  return [...indented(json)].map(({ text }) => text).join('');
}

/**
 * Text for a `<pre>`: JSON indented, its keys at the pointers `marked` with a class of their own;
 * anything else as it is.
 */
export function shown(text, marked = new Set()) {
  if (text.length > MOST_FORMATTED || !isJson(text)) return [text];
  return [...indented(text)].map(({ text: piece, kind, path }) => {
    if (kind === 'key') return el('span', { class: marked.has(path) ? 'key untyped' : 'key' }, piece);
    return kind === 'string' ? el('span', { class: 'string' }, piece) : piece;
  });
}

/** A path such as `/MsgBody/0/X` or `MsgBody[0].X` as a JSON pointer. */
export function toPointer(path) {
  if (path.startsWith('/')) return path;
  return `/${path.replaceAll(/\[(\d+)\]/g, '.$1').replaceAll('.', '/')}`;
}
