// What is known of every command: its names, phase and page, from the tool's own table.

import * as api from './api.js';
import { currentLanguage } from './words.js';

let catalog = new Map();

/** Asks for the table once. Without it the page works, and shows wire names only. */
export async function loadCatalog() {
  try {
    const rows = await api.commands();
    catalog = new Map(rows.map((row) => [row.command, row]));
  } catch {
    catalog = new Map();
  }
}

export const commandNames = () => [...catalog.keys()];

/** The name of a command in the language of the page, or null. */
export function commandName(command) {
  const row = catalog.get(command);
  return (currentLanguage() === 'zh' ? row?.name_zh : row?.summary) ?? null;
}

/** The rules that fit a command, or null if that is not known. */
export const rulesOf = (command) => catalog.get(command)?.rules ?? null;

/** The vendor's page about a command, in the language of the page, if it is an https address. */
export function pageOf(command) {
  const page = catalog.get(command)?.page;
  if (!page?.startsWith('https://')) return null;
  const chinese = currentLanguage() === 'zh';
  return chinese ? page.replace('//www.tencentcloud.com/document/', '//www.tencentcloud.com/zh/document/') : page;
}
