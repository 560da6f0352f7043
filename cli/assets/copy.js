// A delivery as text for other tools: a curl command, a fixture, a Rust test, a `trigger` line.
//
// The texts are pasted into shells and source files, so whatever came from outside is quoted:
// nothing of a body, a command or a path can end its quotes, and curl reads no patterns (-g).

import { isJson, locate, pretty } from './json.js';
import { word } from './words.js';

const CLOCKS = ['/CallbackTs', '/CallbackMsTs'];

/** Text in single quotes for sh. */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** The body or, where it was not read, the sample of the command. */
const bodyOf = ({ body, sample }) => body ?? sample ?? '';

/** Whether `trigger` sends this body by itself; it sets the time of a TRTC event. */
function isSample({ body, sample }) {
  const timeless = (text) => text.replace(/("Callback(Ms)?Ts":\s*)\d+/, '$1');
  return body === null || (sample !== null && timeless(body) === timeless(sample));
}

/** A comment for sh where the body is not the one that arrived. */
const noteOf = ({ body, sample }) => (body === null && sample !== null ? `# ${word('copy.sample')}\n` : '');

/** The body as an sh word. What a terminal would take for a key press goes as base64. */
function shellBody(delivery) {
  const body = bodyOf(delivery);
  // eslint-disable-next-line no-control-regex
  if (!/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(body)) return quoted(body);
  return `"$(printf %s ${quoted(base64(body))} | base64 -d)"`;
}

/**
 * The receiver's address with the path of the delivery. Never `new URL(path, receiver)`: a path that
 * begins with `//` would name another host.
 */
function address(delivery, receiver) {
  const url = new URL(receiver);
  url.pathname = delivery.path ?? '/';
  return url.href;
}

function base64(text) {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));
}

/**
 * A command for sh that sends the webhook to `receiver` again, signed by the token in `$TOKEN` if
 * the app is `signed`.
 */
export function curl(delivery, receiver, signed) {
  if (delivery.envelope === 'trtc') return curlEvent(delivery, receiver);
  const query = (delivery.query ?? []).filter(([name]) => !['sign', 'requesttime'].includes(name.toLowerCase()));
  // As they came: their escapes are part of them.
  const parameters = query.map(([name, value]) => `${name}=${value}`);
  const url = address(delivery, receiver);
  if (delivery.end === 'not_a_webhook') {
    const asked = parameters.length > 0 ? `${url}?${parameters.join('&')}` : url;
    const data = delivery.body ? ` --data-binary ${shellBody(delivery)}` : '';
    return `curl -g -i -X ${quoted(delivery.method ?? 'GET')} ${quoted(asked)}${data}\n`;
  }
  const send = `URL=${quoted(`${url}?${parameters.join('&')}`)}
BODY=${shellBody(delivery)}
printf %s "$BODY" | curl -g -i`;
  if (!signed) return `${noteOf(delivery)}${send} "$URL" --data-binary @-\n`;
  return `${noteOf(delivery)}# ${word('copy.token', { app: delivery.sdk_app_id })}
: "\${TOKEN:?}"
NOW=$(date +%s)
SIGN=$(printf %s "$TOKEN$NOW" | sha256sum | cut -d' ' -f1)
${send} "$URL&Sign=$SIGN&RequestTime=$NOW" --data-binary @-
`;
}

/** The same for the other envelope, whose signature covers the body and the time in it. */
function curlEvent(delivery, receiver) {
  const body = bodyOf(delivery);
  const clock = isJson(body) && CLOCKS.map((path) => locate(body, path)).find(Boolean);
  const text = clock
    ? `${quoted(body.slice(0, clock.start))}"$NOW"${quoted(body.slice(clock.end))}`
    : shellBody(delivery);
  return `${noteOf(delivery)}# ${word('copy.key', { app: delivery.sdk_app_id })}
: "\${KEY:?}"
NOW=$(date +%s)000
BODY=${text}
SIGN=$(printf %s "$BODY" | openssl dgst -sha256 -hmac "$KEY" -binary | base64)
printf %s "$BODY" | curl -g -i ${quoted(address(delivery, receiver))} \\
  -H 'Content-Type: application/json' -H "Sign: $SIGN" -H ${quoted(`SdkAppId: ${delivery.sdk_app_id}`)} --data-binary @-
`;
}

/** The body as a file of samples has it. */
export const fixture = (delivery) => `${pretty(delivery.body ?? '')}\n`;

/** A test that the library reads the body, or does not, as it did here. */
export function rustTest(delivery) {
  const body = pretty(delivery.body ?? '');
  const outcome = delivery.kind === 'undecodable' ? 'is_err' : 'is_ok';
  const command = rustString(delivery.command ?? '');
  const name = (delivery.command ?? 'webhook').replaceAll(/[^A-Za-z0-9]+/g, '_').toLowerCase();
  return `#[test]
fn reads_${name}() {
    let body = ${rustString(body)};
    let event = ${eventType(delivery)}::decode(${command}, body.as_bytes());
    assert!(event.${outcome}());
}
`;
}

const eventType = ({ envelope }) =>
  envelope === 'trtc' ? 'tower_tencent_webhook::trtc::Event' : 'tower_tencent_webhook::event::Event';

/** A raw string literal with as many hashes as its text needs. A lone CR is not allowed in one. */
function rustString(text) {
  const hashes = Math.max(0, ...[...text.matchAll(/"(#*)/g)].map(([, run]) => run.length + 1));
  const fence = '#'.repeat(hashes);
  return `r${fence}"${text.replaceAll(/\r\n?/g, '\n')}"${fence}`;
}

/**
 * The line that sends the same command, with the sample or a file that the body has to be saved to;
 * an app that is not `signed` has no token.
 */
export function trigger(delivery, receiver, signed) {
  const id = delivery.sdk_app_id;
  const url = quoted(address(delivery, receiver));
  const app = signed ? `--app "${id}:$TOKEN"` : `--app ${id}`;
  const secret = delivery.envelope === 'trtc' ? `--event-key "${id}:$KEY"` : app;
  const line = `tencent-webhook trigger ${quoted(delivery.command ?? '')} --to ${url} ${secret}`;
  if (isSample(delivery)) return `${noteOf(delivery)}${line}\n`;
  return `# ${word('copy.body')}\n${line} --body body.json\n`;
}
