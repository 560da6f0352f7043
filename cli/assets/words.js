// The words of the page, in the language of the browser or the one that was chosen.

import en from './words.en.js';
import zh from './words.zh.js';

const KEY = 'tencent-webhook.language';
const TABLES = { en, zh };

let language = chosen() ?? preferred();

function chosen() {
  const saved = localStorage.getItem(KEY);
  return saved in TABLES ? saved : undefined;
}

/** The first language of the browser that there is a table for. */
function preferred() {
  return navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in TABLES) ?? 'en';
}

export const currentLanguage = () => language;

/** Switches to the other language and remembers it. */
export function switchLanguage() {
  language = language === 'en' ? 'zh' : 'en';
  localStorage.setItem(KEY, language);
}

/** The word for `key`, with `{name}` replaced by the values given. Without a word, `otherwise`. */
export function word(key, values = {}, otherwise = key) {
  const text = TABLES[language][key];
  if (text === undefined) return otherwise;
  return text.replaceAll(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

const locale = () => (language === 'zh' ? 'zh-CN' : 'en-GB');

/** The time of day, to the millisecond, as a receiver's log has it. */
export function clock(ms) {
  const date = new Date(ms);
  const digits = (number, width = 2) => String(number).padStart(width, '0');
  return `${digits(date.getHours())}:${digits(date.getMinutes())}:${digits(date.getSeconds())}.${digits(date.getMilliseconds(), 3)}`;
}

export const dateAndTime = (ms) =>
  new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'medium' }).format(ms);

/** A duration in milliseconds: `<1 ms`, `38 ms`, `1.52 s`. */
export function duration(ms) {
  if (ms === null || ms === undefined) return '';
  if (ms < 1) return '<1 ms';
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

export function size(bytes) {
  if (bytes === null || bytes === undefined) return '';
  return bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KiB`;
}
