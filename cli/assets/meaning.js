// What the words of the API mean to the reader: the tone of an end, the cause of a failure, and
// what Tencent does with a reply. The API names causes by codes beside its own English texts; the
// page words them itself.

import { currentLanguage, word } from './words.js';

/**
 * `{cause, advice, error}` of a row in the language of the page, or null if there is nothing to
 * explain. An error is what a decoder or an application said, in its own language.
 */
export function explain({ cause, reason, end, advice, advice_zh: chinese }) {
  if (!reason && !advice) return null;
  return {
    cause: cause ? word(`cause.${cause}`, {}, reason) : '',
    advice: (currentLanguage() === 'zh' ? chinese : advice) ?? '',
    error: cause !== 'rule' && end.startsWith('failed') ? reason : null,
  };
}

/** What to say when the tool could not do what was asked. */
export function failure({ cause, message }) {
  if (cause === 'network') return word('error.network');
  return word('failed', { error: word(`error.${cause}`, {}, message) });
}

/** What a request is called: its command or, if that is not known, what else is. */
export function title({ command, end }) {
  if (command) return command;
  return word(end === 'not_a_webhook' || end === 'probed' ? `end.${end}` : 'event');
}

/** Whether an end is good, bad, late or neither: the colour of its mark. */
export function tone(row) {
  switch (row.end) {
    case 'answered':
      return row.status === 200 ? 'good' : 'bad';
    case 'rejected':
    case 'failed':
    case 'failed_late':
      return 'bad';
    case 'finished_late':
    case 'abandoned':
      return 'late';
    default:
      return 'quiet';
  }
}

/** What Tencent does with the reply, and why, as sentences, and its tone. */
export function consequence(effect) {
  const tones = {
    delivered: 'good',
    rewritten: 'good',
    acknowledged: 'good',
    refused: 'late',
    dropped: 'late',
    passed_unchecked: 'bad',
    not_delivered: 'bad',
  };
  // Without a code, it is a refusal of some accounts, which the text names.
  const some = effect.kind === 'refused' && effect.code === null ? 'refused_some' : effect.kind;
  const kind = effect.loss ?? some;
  const { why_code: code, why_value: value } = effect;
  return {
    tone: tones[effect.kind] ?? 'quiet',
    why: code ? word(`why.${code}`, { value }, effect.why) : effect.why,
    text: word(`effect.${kind}`, { code: effect.code }, effect.kind),
  };
}
